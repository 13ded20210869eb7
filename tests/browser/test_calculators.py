"""The calculators in a real browser: by keyboard alone, without scripts, on a phone, and on paper."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from compounding.web.calculators_dosing import EXAMPLE as DOSING
from compounding.web.calculators_table import CALCULATORS

pytestmark = pytest.mark.browser
Open = Callable[..., Any]

FLAGGED = {**DOSING, "days": "60", "first_day": "2026-11-22", "last_day": "2026-12-21"}


def _focused(page: Any) -> str:
    return str(
        page.evaluate(
            "(document.activeElement.name || document.activeElement.id || document.activeElement.className || document.activeElement.textContent).trim()"
        )
    )


def _order_of_tabs(page: Any, first: str, last: str) -> list[str]:
    """What the keyboard reaches from one control to another, each once."""
    found: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        here = str(page.evaluate("document.activeElement.name || document.activeElement.id || document.activeElement.textContent.trim()"))
        if found or here == first:
            found.append(here)
        if here == last:
            return found
    raise AssertionError(f"the keyboard never reaches {last}: {found}")


def test_a_calculation_by_keyboard_alone(open_page: Open) -> None:
    page = open_page("/calculators")
    # The skip link comes first, and leads past the header.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == CALCULATORS["hydrate-mass"].title
    page.goto("/calculators/certificate")
    order = _order_of_tabs(page, "required_g", "Calculate")
    assert order == ["required_g", "required_form", "lot_assay_dried_as_anhydrous_percent", "lot_lod_percent", "stock_form", "Calculate"]
    page.goto("/calculators/certificate")
    page.locator("#required_g").focus()
    page.keyboard.type("15 mg")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("99.6 %")
    page.keyboard.press("Tab")
    page.keyboard.type("36.1")
    page.keyboard.press("Enter")
    # The refused unit: focus is on the summary, whose link leads to the field, and what was typed is there.
    page.wait_for_selector(".govuk-error-summary")
    assert "govuk-error-summary" in _focused(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert _focused(page) == "required_g"
    assert page.locator("#required_g").input_value() == "15 mg"
    assert page.locator("#lot_assay_dried_as_anhydrous_percent").input_value() == "99.6 %"
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("15 g")
    page.keyboard.press("Enter")
    page.wait_for_selector("#result")
    assert _focused(page) == "result-heading"
    assert page.locator("#result .lev-number--big").all_inner_texts() == ["15.0149406855314\u00a0g", "15.01\u00a0g"]


def test_no_page_takes_an_access_key(open_page: Open) -> None:
    page = open_page("/calculators")
    for path in ("/calculators", "/calculators/dosing", "/calculators/potency"):
        page.goto(path)
        assert page.locator("[accesskey]").count() == 0


def test_a_filled_calculator_is_its_own_address(open_page: Open) -> None:
    page = open_page("/calculators/days-supply")
    page.locator("#dispensed_g").fill("60")
    page.locator("#g_per_day").fill("2.5 g")
    page.keyboard.press("Enter")
    page.wait_for_selector("#result")
    assert "dispensed_g=60" in page.url
    page.goto(page.url)
    assert page.locator("#result .lev-number--big").all_inner_texts() == ["24\u00a0days", "24\u00a0days"]
    assert page.locator("#g_per_day").input_value() == "2.5 g"


def test_every_calculator_works_without_scripts_and_focus_starts_where_it_matters(open_page: Open) -> None:
    page = open_page("/calculators", java_script_enabled=False)
    for name in CALCULATORS:
        page.goto(f"/calculators/{name}")
        page.get_by_role("link", name="Show an example").click()
        page.locator("#result").wait_for()
        assert page.locator("#result-heading[autofocus]").count() == 1
        page.locator("form input[type=text]").first.fill("x")
        page.get_by_role("button", name="Calculate").click()
        page.locator(".govuk-error-summary[autofocus]").wait_for()
        assert page.locator("form input[type=text]").first.input_value() == "x"
    page.goto("/calculators/dosing")
    page.get_by_text("Estimate it in fingertip units").click()
    page.get_by_role("link", name="Show an example").click()
    page.locator("#result").wait_for()


@pytest.mark.parametrize("width", [390, 320])
def test_no_calculator_scrolls_sideways_on_a_phone(open_page: Open, width: int) -> None:
    page = open_page("/calculators", viewport={"width": width, "height": 800})
    addresses = [
        "/calculators",
        "/calculators/dosing",
        f"/calculators/dosing?{urlencode(FLAGGED)}",
        f"/calculators/dosing?{urlencode({**FLAGGED, 'arm': '3'})}",
    ]
    addresses += [f"/calculators/{name}?{urlencode(calculator.example)}" for name, calculator in CALCULATORS.items()]
    for path in addresses:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_on_paper_stand_the_figures_what_was_put_in_and_the_warning_and_no_controls(open_page: Open) -> None:
    page = open_page(f"/calculators/dosing?{urlencode(FLAGGED)}")
    page.emulate_media(media="print")
    assert page.locator("form:visible, button:visible, nav:visible, .govuk-back-link:visible").count() == 0
    assert page.locator(".lev-panel--held:visible, .lev-weights:visible, .lev-derivation:visible").count() >= 3
    text = page.locator("#result").inner_text()
    for words in ("72 g of the 144 g can be used up to it", "Beyond-use date", "2026-12-21", "a woman's finger"):
        assert words in text
    assert len(page.pdf(format="Letter")) > 10_000
