"""The steer away from zinc in a real browser: by keyboard alone, without scripts, on a phone, and on paper."""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser
Open = Callable[..., Any]

ORDER = {
    "patient_name": "Mara Model",
    "born_on": "1965-06-30",
    "patient_address": "7 Spruce Lane, Surrey BC",
    "prescriber_name": "Dr Laura Chen",
    "prescriber_licence": "BC-10234",
    "order_ref": "RX-4711",
    "percent": "25",
    "amount": "60",
    "directions": "Apply a thin layer to the left elbow 2 times a day.",
    "repeats": "2",
    "allergies_list": "Desitin",
    "asked_by": "Pat Pharmacist",
}
CHOSEN = {"basis": "pentahydrate", "base": "zinc_ointment", "allergies": "listed", "contact": "no"}


def _today(page: Any) -> str:
    return str(page.locator("#compounded_on").input_value())


def _fill(page: Any, **changes: str) -> None:
    for name, text in {**ORDER, "ordered_on": _today(page), "asked_on": _today(page), **changes}.items():
        page.locator(f"[id={name}]").fill(text)
    for name, value in CHOSEN.items():
        page.locator(f"[name={name}][value={value}]").check()


def _focused(page: Any) -> str:
    return str(page.evaluate("(document.activeElement.name || document.activeElement.id || document.activeElement.textContent).trim()"))


def _tab_to(page: Any, name: str) -> None:
    for _ in range(60):
        if _focused(page) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never reaches {name}")


def test_the_steer_away_from_zinc_by_keyboard_alone(open_page: Open) -> None:
    page = open_page()
    typed = {**ORDER, "ordered_on": _today(page), "asked_on": _today(page), "percent": "2,5"}
    order = ["patient_name", "born_on", "patient_address", "prescriber_name", "prescriber_licence", "ordered_on", "order_ref", "percent", "basis", "amount"]
    order += ["base", "directions", "repeats", "allergies", "allergies_list", "contact", "asked_by", "asked_on"]
    downs = {"basis": 0, "base": 1, "allergies": 1, "contact": 1}
    for name in order:
        _tab_to(page, name)
        if name in downs:
            page.keyboard.press("Space")
            for _ in range(downs[name]):
                page.keyboard.press("ArrowDown")
        else:
            page.keyboard.type(typed[name])
    page.keyboard.press("Enter")
    # The refused number: focus is on the summary, whose link leads to the field.
    page.wait_for_selector(".govuk-error-summary")
    assert "govuk-error-summary" in page.evaluate("document.activeElement.className")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert _focused(page) == "percent"
    assert page.locator("#percent").input_value() == "2,5"
    assert page.locator("#patient_name").input_value() == "Mara Model"
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("25")
    page.keyboard.press("Enter")
    page.wait_for_selector(".lev-panel--held")
    assert page.evaluate("document.activeElement.contains(document.querySelector('#outcome'))")
    assert page.locator(".lev-compare__side").count() == 2
    _tab_to(page, "Change the order")
    page.keyboard.press("Enter")
    page.wait_for_selector("#percent")
    _tab_to(page, "base")
    page.keyboard.press("ArrowUp")
    _tab_to(page, "Check the order")
    page.keyboard.press("Enter")
    page.wait_for_selector(".lev-panel--ready")
    _tab_to(page, "Open the label (PDF), in a new tab")


def test_the_same_path_without_scripts(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    _fill(page)
    page.get_by_role("button", name="Check the order").click()
    page.locator(".lev-panel--held").wait_for()
    assert "May we prepare the same strength and amount in white petrolatum instead" in page.locator("#request-for-consent").input_value()
    with page.expect_download() as text:
        page.get_by_role("button", name="Download the text").click()
    assert text.value.suggested_filename == "request-for-consent.txt"
    page.get_by_role("button", name="Change the order").click()
    page.locator("#directions").wait_for()
    assert page.locator("#directions").input_value() == ORDER["directions"]
    page.locator("[name=base][value=petrolatum]").check()
    page.get_by_role("button", name="Check the order").click()
    page.locator(".lev-panel--ready").wait_for()


@pytest.mark.parametrize("paper", ["label", "leaflet", "worksheet"])
def test_a_paper_opens_in_its_own_tab(open_page: Open, paper: str) -> None:
    page = open_page()
    _fill(page)
    page.locator("[name=base][value=petrolatum]").check()
    page.get_by_role("button", name="Check the order").click()
    page.locator(".lev-panel--ready").wait_for()
    with page.context.expect_event("response", lambda answer: answer.url.endswith(f"/prepare/{paper}.pdf")) as answer, page.expect_popup():
        page.get_by_role("button", name=f"Open the {paper}").click()
    assert answer.value.status == 200
    assert answer.value.headers["content-type"] == "application/pdf"
    assert page.locator(".lev-panel--ready").count() == 1


@pytest.mark.parametrize("width", [390, 320])
def test_no_page_scrolls_sideways_on_a_phone(open_page: Open, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 800})

    def fits() -> bool:
        return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))

    assert fits()
    _fill(page, percent="1,5")
    page.get_by_role("button", name="Check the order").click()
    page.locator(".govuk-error-summary").wait_for()
    assert fits()
    page.locator("#percent").fill("25")
    page.get_by_role("button", name="Check the order").click()
    page.locator(".lev-panel--held").wait_for()
    for fold in page.locator("details > summary").all():
        fold.click()
    assert fits()
    for path in ("/evidence", "/help"):
        page.goto(path)
        assert fits()


def test_the_outcome_on_paper_shows_figures_and_no_controls(open_page: Open) -> None:
    page = open_page()
    _fill(page)
    page.get_by_role("button", name="Check the order").click()
    page.locator(".lev-panel--held").wait_for()
    page.emulate_media(media="print")
    assert page.locator("button:visible, nav:visible, .govuk-back-link:visible").count() == 0
    assert page.locator(".lev-panel:visible, .lev-compare:visible, .lev-weights:visible").count() >= 4
    assert len(page.pdf(format="Letter")) > 10_000
