"""What one role can reach: every page found by following links from where it starts, and every form and parameter on them."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

from tools.security.client import Browser, Page
from tools.security.pages import Form, pattern, read
from tools.security.roles import Attacker, is_left_out

MOST_PAGES = 600
MOST_ALIKE = 40
"""How many pages of one kind are read: one order shows forms that another, at another stage, does not."""
IN_PATH = "PATH"
"""The method of a target whose parameter is a part of the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """The pages of a role worth attacking, the pages that only repeat others, and the targets: forms, queries and ids in addresses."""

    role: str
    pages: tuple[str, ...]
    repeats: tuple[str, ...]
    targets: tuple[Form, ...]
    answered: frozenset[str]
    broken: tuple[str, ...]


def surface(browser: Browser, attacker: Attacker, start: Iterable[str] = ("/",)) -> Surface:
    """Sign in and read everything that these pages lead to, and what each form answers to. The browser keeps the session that attacks go on with."""
    attacker.enter(browser)
    start = tuple(start)
    waiting, seen, alike = deque(path for path in start if not is_left_out(path)), set(start), Counter[str]()
    targets: dict[tuple[str, str, tuple[str, ...]], Form] = {}
    pages: list[str] = []
    repeats: list[str] = []
    broken: list[str] = []
    answered: set[str] = set()
    while waiting and len(pages) + len(repeats) < MOST_PAGES:
        path = waiting.popleft()
        page = browser.get(path)
        if page.status >= 500:
            broken.append(f"GET {path}: {page.status}")
        if page.status == 200:
            answered |= {path, page.path}
        if page.status != 200 or page.mimetype != "text/html":
            continue
        # A page that only led back to another one (a sign-in page, for instance) is that other page.
        seen.add(page.path)
        fresh = 0
        for target in _targets(browser, page):
            fresh += target.shape not in targets
            targets.setdefault(target.shape, target)
        for link in read(browser.base, page.path, page.text).links:
            if link in seen or is_left_out(link) or link.startswith("/static/"):
                continue
            seen.add(link)
            alike[pattern(link)] += 1
            if alike[pattern(link)] <= MOST_ALIKE:
                waiting.append(link)
        (pages if fresh or alike[pattern(page.path)] <= 1 else repeats).append(page.path)
    for form in [form for form in targets.values() if form.method == "POST"]:
        answer = browser.post(form.path, form.fields)
        if answer.status >= 500:
            broken.append(f"POST {form.path}: {answer.status}")
        if answer.mimetype == "text/html":
            for target in _targets(browser, answer):
                # Such a form stands on no page of its own; its token is taken where the form before it stood.
                targets.setdefault(target.shape, replace(target, page=form.page))
    once = dict.fromkeys(pages)
    return Surface(
        role=attacker.role, pages=tuple(once), repeats=tuple(dict.fromkeys(path for path in repeats if path not in once)),
        targets=tuple(targets.values()), answered=frozenset(answered), broken=tuple(broken),
    )  # fmt: skip


def _targets(browser: Browser, page: Page) -> list[Form]:
    """The forms of a page, the page's own query, and the ids in its address."""
    found = [form for form in read(browser.base, page.path, page.text).forms if form.fields and not is_left_out(form.path)]
    parts = urlsplit(page.path)
    if parts.query:
        found.append(Form(page=page.path, method="GET", path=parts.path, fields=tuple(parse_qsl(parts.query, keep_blank_values=True))))
    if "<id>" in pattern(parts.path):
        found.append(Form(page=page.path, method=IN_PATH, path=parts.path, fields=()))
    return found
