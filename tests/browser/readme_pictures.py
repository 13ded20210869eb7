"""The pictures of the README: four pages of the example pharmacy as a person at work sees them."""

import tempfile
from pathlib import Path
from typing import Any

from tests.browser.conftest import ARGUMENTS
from tests.browser.example import Example, open_example, serving

SIZE = {"width": 1100, "height": 1000}
WHO = {"work-list": "pharmacist", "review": "pharmacist", "bench": "second", "final-check": "pharmacist"}
"""The name of each picture, and who sees the page."""
SEEN_BY = {"work-list": "To screen", "review": "The prescriber has not answered yet", "bench": "It is done", "final-check": "Nothing stands open"}
"""Words by which the page is known to be the one that is meant."""


def make(folder: Path, program: str) -> None:
    """Make the pictures. Raises LookupError where the example has no such page."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as name:
        example = open_example(Path(name))
        places = {each: _place(example, each) for each in WHO}
        with serving(example) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
            for each, place in places.items():
                _shoot(browser, example, address, each, place, folder / f"{each}.png")
            browser.close()


def _place(example: Example, name: str) -> str:
    """The address of the first page that says what the picture is to show."""
    client = example.staffed.client(WHO[name])
    if name == "work-list":
        return "/work"
    pattern = {"review": "/orders/{}/review", "bench": "/preparations/{}/bench", "final-check": "/preparations/{}/final-check"}[name]
    keys = example.keys["order_id" if name == "review" else "preparation_id"]
    for key in keys:
        page = client.get(pattern.format(key))
        if page.status_code == 200 and SEEN_BY[name] in page.text:
            return pattern.format(key)
    raise LookupError(f"the example has no page for the picture {name}")


def _shoot(browser: Any, example: Example, address: str, name: str, place: str, file: Path) -> None:
    client = example.staffed.client(WHO[name])
    context = browser.new_context(base_url=address, viewport=SIZE)
    for cookie in ("levigate-browser", "levigate-session"):
        held = client.get_cookie(cookie, domain="localhost")
        assert held is not None, cookie
        context.add_cookies([{"name": cookie, "value": held.value, "url": address}])
    page = context.new_page()
    page.goto(place)
    page.screenshot(path=file)
    context.close()
