"""The keyboard alone: every field is reached in the order of the page with its focus seen, and nothing needs the mouse."""

from typing import Any

import pytest

from compounding.demo import walk
from compounding.domain.stages import State
from tests.browser.journeys.desks import Desks, text
from tests.browser.journeys.new_orders import ORDER
from tests.web.staffed import PASSWORD

pytestmark = pytest.mark.browser
_FOCUS = """() => { const at = document.activeElement, box = at.closest('label, .govuk-radios__item, .govuk-checkboxes__item') || at
  const label = at.parentElement.querySelector('label'), shown = [at, label].filter(Boolean).map((each) => [getComputedStyle(each), getComputedStyle(each, '::before')]).flat()
  return { name: (at.tagName === 'BUTTON' ? '' : at.name) || at.textContent.trim() || at.id, place: [...document.querySelectorAll('*')].indexOf(at),
    inView: box.getBoundingClientRect().bottom > 0 && box.getBoundingClientRect().top < innerHeight,
    isSeen: shown.some((each) => (each.outlineStyle !== 'none' && parseFloat(each.outlineWidth) > 0) || each.boxShadow !== 'none') } }"""


def _focus(page: Any) -> dict[str, Any]:
    return dict(page.evaluate(_FOCUS))


def _tab_to(page: Any, name: str) -> None:
    """Press Tab until the field or button has the focus, which is then seen; it comes after what had the focus, and never by going round the page."""
    place = -1
    for _ in range(80):
        at = _focus(page)
        assert at["place"] > place, f"{name} does not come after what had the focus"
        place = at["place"]
        if at["name"] == name:
            assert at["isSeen"], f"the focus of {name} is not seen"
            assert at["inView"], f"{name} is outside the window"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never reaches {name}")


def _enter(page: Any) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _answer(page: Any, name: str, value: str) -> None:
    """Choose an answer by Space and the arrows."""
    _tab_to(page, name)
    page.keyboard.press("Space")
    for _ in range(6):
        if page.locator(f"[name={name}]:checked").get_attribute("value") == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{name} has no answer {value}")


def _write(page: Any, name: str, told: str) -> None:
    _tab_to(page, name)
    page.keyboard.type(told)


def test_a_new_order_is_entered_and_sent_without_the_mouse(desks: Desks) -> None:
    page = desks.desk("prescriber", "/orders/new")
    assert _focus(page)["name"] == "patient_name", "one types at once"
    for name in ("patient_name", "born_on", "patient_address"):
        _write(page, name, ORDER[name])
    _answer(page, "allergies", "none")
    _answer(page, "contact", "no")
    for name in ("asked_by", "asked_on"):
        _tab_to(page, name)
        page.keyboard.press("ControlOrMeta+A")
        page.keyboard.type(ORDER[name])
    _write(page, "percent", ORDER["percent"])
    _answer(page, "basis", "pentahydrate")
    _answer(page, "base", "petrolatum")
    _write(page, "place", ORDER["place"])
    _answer(page, "how_much", "thin_layer")
    _tab_to(page, "moments")
    page.keyboard.press("Space")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for name in ("amount", "repeats", "supply_days", "why_compounded"):
        _write(page, name, ORDER[name])
    _enter(page)
    assert "Is this the order?" in text(page), text(page)
    assert "in the morning and in the evening" in text(page)
    _tab_to(page, "Send the order")
    _enter(page)
    assert "Nora New" in text(page)
    assert desks.order(page.url.rpartition("/")[2]).record.state is State.RECEIVED


def test_a_line_is_weighed_without_the_mouse(desks: Desks) -> None:
    at = desks.ready_to_weigh()
    page = desks.desk("technician", f"/preparations/{at.id}/bench")
    _tab_to(page, "The balance is checked")
    _enter(page)
    assert _focus(page)["name"] == "container_code", "a scan lands in the field"
    page.keyboard.type(desks.lot(at.id, 0), delay=60)
    _enter(page)
    assert _focus(page)["name"] == "mass"
    page.keyboard.type("15")
    _enter(page)
    assert "Line 2 of 3" in text(page)
    (done,) = desks.record(at.id).weighings
    assert not done.is_scanned


def test_the_final_check_is_signed_without_the_mouse(desks: Desks) -> None:
    at = desks.brought(State.LABELLED)
    told = walk.on_label(desks.staffed.pharmacy, at.id)
    page = desks.desk("second", f"/preparations/{at.id}/final-check")
    read = {
        "strength": f"{told.strength_percent:f}", "amount": f"{told.amount_g:f}", "patient_name": told.patient_name, "second_identifier": told.second_identifier,
        "beyond_use_date": told.beyond_use_date.isoformat(), "lot_number": told.lot_number, "base": told.base,
    }  # fmt: skip
    for name, seen in read.items():
        _write(page, name, seen)
    _write(page, "scanned_code", told.code)
    _write(page, "password", PASSWORD)
    _write(page, "code", desks.staffed.code())
    _tab_to(page, "Sign the final check")
    _enter(page)
    assert desks.record(at.id).state is State.RELEASED, text(page)


def test_alt_and_s_lead_to_the_search_and_a_sign_alone_does_nothing(desks: Desks) -> None:
    page = desks.desk("technician", "/work")
    for sign in ("/", "s"):
        page.keyboard.press(sign)
        assert _focus(page)["name"] != "sought"
    assert page.locator(".lev-search__key").inner_text() == "Alt+S"
    page.keyboard.press("Alt+s")
    assert _focus(page)["name"] == "sought"
    page.keyboard.type("nobody")
    _enter(page)
    assert page.get_by_role("heading", level=1).is_visible()
    page.goto("/help")
    assert "Alt and S" in text(page)
