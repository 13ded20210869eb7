"""No page keeps anybody out: axe-core, labels, focus and error summaries, 320 pixels, weight and layout shift, on every page in every state."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.every_page import GROUPS, Page, pages
from tests.browser.example import ROLES, Example, open_example, serving
from tests.browser.looking import SUMMARY as SUMMARY_CHECK
from tests.browser.looking import WIDE, Eyes

pytestmark = pytest.mark.browser
WITHOUT_A_PAGE = frozenset({"allergy_reading"})
"""Groups whose routes only answer what a page sends."""


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """The example's records."""
    return open_example(tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="module")
def address(example: Example) -> Iterator[str]:
    """Where it is served."""
    with serving(example) as address:
        yield address


@pytest.mark.parametrize("group", GROUPS)
def test_every_page_in_every_state_can_be_used_by_everyone(browser: Any, example: Example, address: str, group: str) -> None:
    looked_at: dict[str, set[frozenset[tuple[str, str]]]] = {}
    faults: list[str] = []
    for who in ("", *ROLES):
        client = example.staffed.client(who)
        context = browser.new_context(base_url=address, viewport=WIDE)
        context.add_cookies([_cookie(client, name, address) for name in ("levigate-browser", "levigate-session")] if who else [])
        eyes = Eyes(context.new_page())
        for each in pages(example, client, who, group, looked_at):
            _look(eyes, each)
        context.close()
        faults += eyes.faults
    assert looked_at or group in WITHOUT_A_PAGE, group
    assert faults == []


def _look(eyes: Eyes, page: Page) -> None:
    eyes.open(page.address, page.name)
    folder = os.environ.get("LEVIGATE_SCREENSHOTS", "")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        eyes.page.screenshot(path=Path(folder) / f"{page.name.replace(' ', '-')}.png", full_page=True)
    # What signs out, locks or hands the bench over ends this walk: those buttons stand outside of the main part, or on pages of signing in.
    if not page.name.startswith("access."):
        eyes.send_empty(page.name)


def _cookie(client: Any, name: str, address: str) -> dict[str, str]:
    cookie = client.get_cookie(name, domain="localhost")
    assert cookie is not None, name
    return {"name": name, "value": cookie.value, "url": address}


FAULTY = """<html lang="en"><head><title>Order</title></head><body><main><h1>One</h1><h1>Two</h1><img src="data:,"><p style="color:#bbb">pale</p>
<p tabindex="3">first</p><form method="post"><input name="amount"><button style="height:12px;padding:0;font-size:8px">Go</button></form>
<div style="width:600px">wide</div><p id="same"></p><p id="same"></p></main></body></html>"""
SUMMARY = """<html lang="en"><head><title>Order</title></head><body><main><h1>One</h1><div class="govuk-error-summary"><ul><li><a href="#none">Enter the amount</a></li></ul></div>
<p class="govuk-error-message" id="amount-error">Enter the amount</p><input id="amount" aria-label="amount"></main></body></html>"""
JUMP = """<script>addEventListener('load', () => requestAnimationFrame(() => requestAnimationFrame(() => {
const b = document.createElement('div'); b.style.height = '500px'; document.body.prepend(b) })))</script>"""


def test_whoever_looks_sees_each_kind_of_fault(browser: Any) -> None:
    context = browser.new_context(viewport=WIDE)
    eyes = Eyes(context.new_page())
    eyes.page.set_content(FAULTY)
    eyes.look("faulty")
    told = "\n".join(eyes.faults)
    for fault in (
        "image-alt",
        "color-contrast",
        "2 first headings",
        "focus order",
        "no label: amount",
        "too small to hit",
        "px wide",
        "the id same is there twice",
    ):
        assert fault in told, (fault, told)
    eyes.page.set_content(SUMMARY)
    found = eyes.page.evaluate(SUMMARY_CHECK)
    assert len(found) == 4, found
    context.close()


def test_weight_and_layout_shift_are_really_measured(browser: Any) -> None:
    context = browser.new_context(viewport=WIDE)
    eyes = Eyes(context.new_page())
    body = "<html lang=en><title>t</title><h1>t</h1><main><p id=a>a</p><!--" + "x" * 200_000 + "--></main></html>"
    context.route(
        "**/still", lambda route: route.fulfill(body="<html lang=en><title>t</title><h1>t</h1><main><p>a</p></main></html>", content_type="text/html")
    )
    context.route("**/heavy", lambda route: route.fulfill(body=body + JUMP, content_type="text/html"))
    # A look changes the size of the view, after which the browser counts no shift for a while: the next page is measured all the same.
    eyes.open("http://planted.test/still", "still")
    assert eyes.faults == []
    eyes.open("http://planted.test/heavy", "heavy")
    assert eyes.received > 200_000
    assert any("bytes" in each for each in eyes.faults), eyes.faults
    assert any("layout shift" in each for each in eyes.faults), eyes.faults
    context.close()
