"""The same day in a real Chromium with a profile of its own: what it asks for, what it keeps while it runs, and every file it leaves behind."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.browser.conftest import ARGUMENTS, _missing, the_playwright
from tests.journeys.by_hand import typed_order
from tests.journeys.canaries import ALLERGY, COUNT, Planted, canary
from tests.journeys.searching import Searcher
from tests.journeys.served import Server, serving

pytestmark = pytest.mark.browser
IN_BROWSER = """async () => {
  const databases = indexedDB.databases ? await indexedDB.databases() : []
  const kept = []
  for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) kept.push(name + ' ' + request.url)
  const workers = await navigator.serviceWorker.getRegistrations()
  return { local: Object.entries(localStorage), session: Object.entries(sessionStorage), databases: databases.map(each => each.name), caches: kept,
    workers: workers.length, cookie: document.cookie, state: JSON.stringify(history.state), name: window.name }
}"""


@dataclass(slots=True, kw_only=True)
class Seen:
    """What the browser asked for and kept, and where its files lie."""

    profile: Path
    temporary: Path
    server: Server
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    answers: list[dict[str, str]] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    storage: list[dict[str, Any]] = field(default_factory=list)
    cookies: list[dict[str, Any]] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    read: set[str] = field(default_factory=set)
    papers: int = 0
    after: str = ""
    leaking: Path = Path()


@pytest.fixture(scope="module")
def seen(planted: Planted, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    """The journey, gone once; the browser and the server have ended."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        _missing("the package playwright")
    program = next((found for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable") if (found := shutil.which(name))), None)
    if program is None:
        _missing("Chromium on the path")
    folder = tmp_path_factory.mktemp("browsed")
    # Chromium binds a socket in its folder for temporary files, and a socket's path may have no more than 107 bytes: the tests' own folder is too deep.
    profile, temporary = folder / "profile", Path(tempfile.mkdtemp(prefix="browsed-"))
    started = the_playwright()
    with serving(planted, folder) as server:
        told = Seen(profile=profile, temporary=temporary, server=server)
        context = started.chromium.launch_persistent_context(
            profile, executable_path=program, args=ARGUMENTS, base_url=f"http://localhost:{server.port}", env={**os.environ, "TMPDIR": str(temporary)},
        )  # fmt: skip
        try:
            _travel(told, context, planted)
        finally:
            context.close()
        told.leaking = folder / "leaking"
        _leak(started.chromium.launch_persistent_context(told.leaking, executable_path=program, args=ARGUMENTS), server, planted)
    yield told
    shutil.rmtree(temporary)


def _look(told: Seen, page: Any, *canaries: str) -> None:
    """Note the title and everything a script could have kept; the canaries stand on the page."""
    shown = page.locator("body").inner_text() + " ".join(
        each.input_value() for each in page.locator("input:not([type=hidden]), textarea").all() if each.is_visible()
    )
    assert all(each in shown for each in canaries), (canaries, shown[-1500:])
    told.read |= set(canaries)
    told.titles.append(page.title())
    told.storage.append(page.evaluate(IN_BROWSER))
    told.cookies += page.context.cookies()


def _travel(told: Seen, context: Any, planted: Planted) -> None:
    from playwright.sync_api import Error

    page, people = context.pages[0], planted.people()
    asked: list[Any] = []
    context.on("request", lambda request: asked.append(request))
    context.on("response", lambda response: told.answers.append(response.headers))
    context.on("console", lambda message: told.console.append(message.text))
    page.goto("/sign-in")
    page.get_by_label("Sign-in name").fill(people["pharmacist"].name)
    page.get_by_label("Password", exact=True).fill(planted.password)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Code", exact=True).fill(people["pharmacist"].code())
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Sign out").wait_for()
    _read(told, page, planted)
    _write(told, page, planted)
    _wait(told, page, planted)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    _look(told, page)
    # Nothing was kept, so the page before cannot come back, whichever way the browser says so.
    with contextlib.suppress(Error):
        page.go_back()
    page.wait_for_url(lambda url: not url.endswith("/sign-in"))
    told.after = str(page.locator("html").evaluate("each => each.outerHTML"))
    told.requests = [(each.url, _headers(each)) for each in asked]


def _read(told: Seen, page: Any, planted: Planted) -> None:
    """The list, the searches, a patient with a script for a name, one in Greek, an order, a preparation, its papers and its export."""
    page.goto("/work?state=all&sort=oldest")
    while True:
        listed = page.locator("main").inner_text()
        _look(told, page, *(each.name for each in planted.canaries if each.name in listed))
        onward = page.locator("main a[rel=next]")
        if not onward.count():
            break
        page.goto(str(onward.first.get_attribute("href")))
    for who in (planted.canaries[3], planted.canaries[1], planted.canaries[0]):
        page.goto("/search")
        page.get_by_label("Patient's name").check()
        page.locator("#sought").fill(who.name)
        page.locator("#born_on").fill(who.born_on.isoformat())
        page.locator("main").get_by_role("button", name="Search", exact=True).click()
        page.get_by_role("heading", name="Found").wait_for()
        _look(told, page, who.name, who.born_on.isoformat())
        page.get_by_role("link", name=who.name).click()
        page.get_by_role("heading", name="Allergy record").wait_for()
        _look(told, page, who.name, who.address, who.telephone)
        page.get_by_role("link", name=who.number).click()
        page.locator("h1").get_by_text(who.number).wait_for()
        _look(told, page, who.number)
        page.goto(f"/preparations/{who.preparation_id}")
        _look(told, page, who.name)
        paper = page.locator("a[href$='.pdf']").first.get_attribute("href")
        with page.context.expect_page() as opened:
            page.evaluate("(where) => { window.open(where, '_blank', 'noopener') }", paper)
        try:
            opened.value.wait_for_load_state()
            told.titles.append(opened.value.title())
        finally:
            opened.value.close()
        told.papers += 1
        with page.expect_download() as export:
            page.evaluate("(where) => { location.href = where }", f"/preparations/{who.preparation_id}/record.json")
        export.value.delete()


def _write(told: Seen, page: Any, planted: Planted) -> None:
    """An order typed in with its allergies, refused once, checked, and kept with its picture."""
    order = typed_order(planted, canary(COUNT + 10), allergies="listed", allergies_list=f"{ALLERGY} cream")
    page.goto("/")
    for name, value in order.items():
        if name in ("basis", "base", "allergies", "contact"):
            page.locator(f"form[aria-labelledby=typed-heading] [name={name}][value={value}]").check()
        elif name not in ("way", "language"):
            page.locator(f"[id={name}]").fill("no day" if name == "asked_on" else value)
    page.locator("[data-reading-summary]").last.get_by_text(" ").wait_for()
    page.get_by_role("button", name="Check the order").last.click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    _look(told, page, canary(COUNT + 10).name)
    page.locator("[id=asked_on]").fill(order["asked_on"])
    page.get_by_role("button", name="Check the order").last.click()
    page.get_by_role("heading", name=canary(COUNT + 10).name).wait_for()
    _look(told, page, canary(COUNT + 10).name)


def _wait(told: Seen, page: Any, planted: Planted) -> None:
    """Typed work is locked in view, and unlocked; then a form is sent that the server had locked meanwhile."""
    who = canary(COUNT + 11)
    page.clock.install()
    page.goto("/")
    page.locator("#patient_name").fill(who.name)
    page.clock.fast_forward(16 * 60 * 1000)
    page.locator("#patient_name").wait_for()
    _look(told, page)
    page.goto("/search")
    page.locator("#sought").fill(who.name)
    token = page.locator("[data-session]").get_attribute("data-token")
    page.evaluate("(token) => fetch('/lock', { method: 'POST', body: new URLSearchParams({ csrf_token: token }), redirect: 'manual' })", token)
    page.locator("main").get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("heading", name="Locked", exact=True).wait_for()
    _look(told, page)
    page.get_by_label("Password", exact=True).first.fill(planted.password)
    page.get_by_role("button", name="Unlock").first.click()
    page.get_by_role("heading", name="Nothing was sent yet").wait_for()
    _look(told, page)
    page.get_by_role("button", name="Send it now").click()
    page.get_by_role("heading", name="Found").wait_for()
    _look(told, page)


def _headers(request: Any) -> dict[str, str]:
    """The headers with those that the network adds, Cookie and Referer among them; of a tab that is closed, those that the page asked for."""
    from playwright.sync_api import Error

    try:
        return dict(request.all_headers() if request.url.startswith("http:") else {})
    except Error:
        return dict(request.headers)


def _leak(context: Any, server: Server, planted: Planted) -> None:
    """What the program must never do, in a profile of its own: an address, a storage and a form's navigation that name three patients."""
    page, (in_address, in_storage, in_body) = context.pages[0], planted.canaries[20:23]
    page.goto(f"http://localhost:{server.port}/help?about={quote(in_address.identifier)}")
    page.evaluate("(name) => localStorage.setItem('patient', name)", in_storage.identifier)
    page.evaluate(
        """(name) => { const form = document.createElement('form'); form.method = 'post'; form.action = '/help'
            const field = document.createElement('input'); field.name = 'about'; field.value = name; form.append(field); document.body.append(form); form.submit() }""",
        in_body.identifier,
    )
    page.wait_for_url("**/help")
    context.close()


def _leaks(searcher: Searcher, texts: list[str]) -> list[str]:
    return [each for text in set(texts) for each in searcher.in_text(text)]


def test_the_browser_showed_the_canaries(seen: Seen, planted: Planted) -> None:
    assert {each.name for each in planted.canaries[:50]} <= seen.read
    assert seen.papers == 3
    assert len(seen.requests) > 40


def test_no_request_names_a_patient_but_in_its_body(seen: Seen, searcher: Searcher) -> None:
    # The browser's own error page (the way back) asks for parts of the browser itself, and nobody else.
    asked = [url for url, _ in seen.requests if url.startswith(("http", "ws"))]
    assert len(asked) > 40
    assert [url for url in asked if not url.startswith(f"http://localhost:{seen.server.port}/")] == []
    assert _leaks(searcher, [url for url, _ in seen.requests]) == []
    assert _leaks(searcher, [f"{name}: {value}" for _, headers in seen.requests for name, value in headers.items()]) == []
    assert sum("cookie" in headers for _, headers in seen.requests) > 20
    assert not [headers["referer"] for _, headers in seen.requests if headers.get("referer")]
    assert _leaks(searcher, [f"{name}: {value}" for headers in seen.answers for name, value in headers.items()]) == []


def test_the_browser_is_given_nothing_to_keep(seen: Seen, searcher: Searcher) -> None:
    assert len(seen.storage) > 10
    for kept in seen.storage:
        assert {name: kept[name] for name in ("local", "session", "databases", "caches", "workers", "cookie", "name")} == {
            "local": [], "session": [], "databases": [], "caches": [], "workers": 0, "cookie": "", "name": "",
        }  # fmt: skip
        assert searcher.in_text(str(kept["state"])) == []
    assert {each["name"] for each in seen.cookies} <= {"levigate", "levigate-session", "levigate-browser"}
    assert all(each["httpOnly"] and each["sameSite"] == "Strict" for each in seen.cookies)
    assert _leaks(searcher, [each["value"] for each in seen.cookies]) == []


def test_no_title_and_no_line_of_the_console_names_a_patient(seen: Seen, searcher: Searcher) -> None:
    assert len(seen.titles) > 10
    assert _leaks(searcher, seen.titles + seen.console) == []


def test_the_way_back_after_signing_out_shows_nobody(seen: Seen, searcher: Searcher) -> None:
    assert "<html" in seen.after
    assert searcher.in_text(seen.after) == []


def test_no_file_of_the_browser_holds_a_patient(seen: Seen, searcher: Searcher) -> None:
    """History, cache, saved sessions, storage and temporary files, as they are and unpacked (gzip, deflate; the server compresses nothing itself)."""
    files = [each for folder in (seen.profile, seen.temporary) for each in folder.rglob("*") if each.is_file() and not each.is_symlink()]
    assert any(each.name == "History" for each in files)
    assert b"/sign-in" in b"".join(each.read_bytes() for each in files if each.name == "History"), "the profile is the one that was used"
    assert [(str(each.relative_to(seen.profile.parent)), found) for each in files for found in searcher.in_file(each.read_bytes())[:3]] == []


def test_a_planted_leak_is_found_in_a_profile(seen: Seen, planted: Planted, searcher: Searcher) -> None:
    found = " ".join(each for file in seen.leaking.rglob("*") if file.is_file() and not file.is_symlink() for each in searcher.in_file(file.read_bytes()))
    assert [each.identifier in found for each in planted.canaries[20:23]] == [True, True, True]


def test_the_server_wrote_nothing_down_meanwhile(seen: Seen, searcher: Searcher) -> None:
    assert seen.server.log.count(b'"event": "request"') > 30
    assert searcher.in_file(seen.server.log) == []
    assert [found for held in seen.server.temporaries.held.values() for each in held for found in searcher.in_file(each)] == []
