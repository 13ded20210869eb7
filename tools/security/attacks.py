"""Who attacks what with which tool: each role on fresh instances, and no form twice where one role's attack answers for all."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, as_completed
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

from tools.security import routes, sqlmap, wapiti
from tools.security.client import Browser
from tools.security.findings import Finding, Outcome, Severity
from tools.security.instance import Example, serving
from tools.security.pages import TOKEN, Form, read
from tools.security.roles import LEFT_OUT, Attacker
from tools.security.settings import Settings
from tools.security.surface import Surface, surface

_MOST_EXCLUDED = 400
INHERITED = frozenset({"key", "seen", "password", "code", "passkey", "supervisor", "supervisor_password", "supervisor_code"})
"""Fields that the forms of acts inherit from one class, and that one function reads whatever the form: who signs, the version seen, the key of the request."""
Route = tuple[str, str]
"""A method, and the rule that answers."""
HOME = "/home"
"""It leads on to where somebody's work begins, or to the sign-in page."""


def with_wapiti(settings: Settings, example: Example, folder: Path, people: tuple[Attacker, ...], lanes: Executor) -> Iterator[Outcome]:
    """Each role on an instance of its own. A page that an earlier role was shown with the same forms is only watched, not injected into again."""
    surfaces = [_surface_of(example, folder / f"reading-{who.role}", who) for who in people]
    missed = routes.not_reached(surfaces)
    yield Outcome(tool="reading", role="everyone", scope="routes", notes=(f"no role was shown {len(missed)}: {', '.join(missed)}",) if missed else ())
    seen: set[tuple[str, str, tuple[str, ...]]] = set()
    runs = []
    for who, found in zip(people, surfaces, strict=True):
        fresh = {form.page for form in found.targets if form.shape not in seen or settings.everything_for_each_role}
        seen |= {form.shape for form in found.targets}
        known = tuple(page for page in found.pages if page not in fresh and page != "/")
        runs.append(lanes.submit(_wapiti_as, settings, example, folder / f"wapiti-{who.role}", who, found, known))
    for run in runs:
        yield from run.result()


def _wapiti_as(settings: Settings, example: Example, folder: Path, who: Attacker, found: Surface, known: tuple[str, ...]) -> tuple[Outcome, ...]:
    broken = tuple(
        Finding(tool="wapiti", role=who.role, severity=Severity.HIGH, where=each, what="Internal Server Error while reading the site") for each in found.broken
    )
    outcomes = [Outcome(tool="reading", role=who.role, scope=f"{len(found.pages)} pages, {len(found.targets)} targets", requests=0, findings=broken)]
    own = tuple(form.path for form in found.targets if form.method == "POST" and not sqlmap.AT_THE_DOOR.match(form.path)) if who.is_signed_in else ()
    for scope, modules, leave_out in (("watching", wapiti.WATCHING, found.repeats), ("injecting", wapiti.INJECTING, found.repeats + known)):
        start = tuple(page for page in found.pages if page not in leave_out) or ("/",)
        with serving(example, folder / f"instance-{scope}") as port:
            browser = Browser(port)
            who.enter(browser)
            before = browser.get(HOME).path
            outcome = wapiti.attack(
                settings, browser.base, folder / scope, role=who.role, cookies=browser.cookie_header, start=start,
                leave_out=(*leave_out[:_MOST_EXCLUDED], *_excluded(found)), modules=modules, scope=scope, must_reach=own if scope == "watching" else (),
            )  # fmt: skip
            outcomes.append(_doubted(outcome, browser, before) if browser.cookies else outcome)
    return tuple(outcomes)


def _doubted(outcome: Outcome, browser: Browser, before: str) -> Outcome:
    """An attack whose session ended on the way attacked the sign-in page from then on.

    Where work begins may change while records are attacked (a lot is stopped, so the first jar lacks something); that it leads to the door means the end.
    Whoever was half-way in stood at the door before, and has to stand at the same page of it still.
    """
    home = browser.get(HOME)
    is_elsewhere = home.path != before
    if home.status != HTTPStatus.OK or (is_elsewhere and sqlmap.AT_THE_DOOR.match(home.path)):
        return replace(outcome, untested=(*outcome.untested, "the session ended during the attack"))
    return outcome


def _excluded(found: Surface) -> tuple[str, ...]:
    """The addresses nobody attacks, as they stand on the pages of this role."""
    return tuple(f"{each.address.pattern.strip('^$')}*" for each in LEFT_OUT) if found.pages else ()


def with_sqlmap(settings: Settings, example: Example, folder: Path, people: tuple[Attacker, ...], lanes: Executor) -> Iterator[Outcome]:
    """Every field of every route once, as the first role that reaches it; each change (POST) on an instance where nothing else was changed before."""
    done: dict[Route, frozenset[str]] = {}
    runs = []
    for who in people:
        found = _surface_of(example, folder / f"forms-{who.role}", who)
        for index, (form, known) in enumerate(to_attack(found.targets, {} if settings.everything_for_each_role else done)):
            place = folder / f"sqlmap-{who.role}-{index}"
            runs.append(lanes.submit(_sqlmap_on, settings, example, place, who, form, known=known, first=index == 0))
    for run in as_completed(runs):
        yield run.result()


def to_attack(targets: Iterable[Form], done: dict[Route, frozenset[str]]) -> Iterator[tuple[Form, frozenset[str]]]:
    """One role's targets that have a field nobody attacked on their route, each with the fields to send along only; what is attacked is noted in `done`.

    One route shows forms that differ by a few fields. What every act inherits (`INHERITED`) is attacked on the first form of the role that has it.
    """
    inherited = frozenset[str]()
    for form in targets:
        route = form.method, routes.rule_of(form.path, "POST" if form.method == "POST" else "GET")
        known, names = done.get(route, frozenset()) | inherited, _attacked_names(form)
        if names <= known:
            continue
        done[route] = known | names
        if form.method == "POST" and not sqlmap.AT_THE_DOOR.match(form.path):
            inherited |= names & INHERITED
        yield form, known


def _attacked_names(form: Form) -> frozenset[str]:
    """What sqlmap puts its payloads into: the fields, or the id in the address."""
    return frozenset(name for name, _ in form.fields if name != TOKEN) or frozenset({form.method})


def _sqlmap_on(settings: Settings, example: Example, folder: Path, who: Attacker, form: Form, *, known: frozenset[str], first: bool) -> Outcome:
    with serving(example, folder / "instance") as port:
        browser = Browser(port)
        who.enter(browser)
        target = _again(browser, form)
        return sqlmap.attack(settings, browser.base, folder, target, role=who.role, cookies=browser.cookie_header, headers=first, known=known)


def _again(browser: Browser, form: Form) -> Form:
    """The same form as this instance shows it, with its token and keys; a query or an id needs none."""
    if form.method != "POST":
        return form
    shown = [each for path in (form.page, "/help") for each in _forms(browser, path)]
    if same := next((each for each in shown if each.shape == form.shape), None):
        return same
    # A form that only an answer shows: any token of this session is good for it.
    token = next((value for each in shown for name, value in each.fields if name == TOKEN), "")
    return replace(form, fields=tuple((name, token if name == TOKEN else value) for name, value in form.fields))


def _forms(browser: Browser, path: str) -> list[Form]:
    page = browser.get(path)
    return read(browser.base, page.path, page.text).forms


def _surface_of(example: Example, folder: Path, who: Attacker) -> Surface:
    with serving(example, folder) as port:
        return surface(Browser(port), who, routes.starts())
