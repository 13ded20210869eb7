"""The way of an order without scripts: a button does what a script would, and every page works."""

import pytest

from compounding.demo import walk
from compounding.domain.stages import State
from tests.browser.journeys.desks import Desks, choose, follow, press, sign, text
from tests.browser.journeys.new_orders import fill_order

pytestmark = pytest.mark.browser


def test_an_order_is_entered_with_buttons_instead_of_helpers_and_accepted(desks: Desks) -> None:
    page = desks.desk("prescriber", "/orders/new", java_script_enabled=False)
    fill_order(page)
    press(page, "Read the allergies")
    assert "No allergies" in text(page) or "none known" in text(page).casefold()
    press(page, "Show the sentence, the strength and the amount")
    said = text(page)
    assert "in the morning and at bedtime" in said
    assert "anhydrous" in said
    press(page, "Review the order")
    assert "Is this the order?" in text(page)
    press(page, "Send the order")
    order = page.url.rpartition("/")[2]
    assert "Nora New" in text(page)

    pharmacist = desks.desk("pharmacist", f"/orders/{order}/review", java_script_enabled=False)
    press(pharmacist, "Screen it")
    assert "Nothing stands against it" in text(pharmacist)
    choose(pharmacist, checked="entered")
    press(pharmacist, "Accept the order")
    assert desks.order(order).record.state is State.ACCEPTED


def test_a_weighing_with_a_typed_lot_says_its_limit_after_sending(desks: Desks) -> None:
    at = desks.ready_to_weigh()
    page = desks.desk("technician", f"/preparations/{at.id}/bench", java_script_enabled=False)
    press(page, "The balance is checked")
    page.locator("#container_code").fill(desks.lot(at.id, 0))
    press(page, "This is the lot")
    assert "Typed, and marked so on the record" in text(page)
    page.locator("#mass").fill("15.4")
    press(page, "Keep this weight")
    assert "too much" in text(page)
    assert page.locator("#mass").input_value() == "15.4"
    page.locator("#mass").fill("15")
    press(page, "Keep it as it is")
    assert "Line 2 of 3" in text(page)
    (done,) = desks.record(at.id).weighings
    assert not done.is_scanned


def test_a_container_is_handed_out(desks: Desks) -> None:
    at = desks.brought(State.RELEASED)
    told = walk.on_label(desks.staffed.pharmacy, at.id)
    page = desks.desk("pharmacist", f"/preparations/{at.id}", java_script_enabled=False)
    follow(page, "Hand out")
    page.locator("#scanned_code").fill(told.code)
    press(page, "Ask the label")
    assert "The label is valid" in text(page)
    page.locator("#patient_name").fill(told.patient_name)
    page.locator("#second_identifier").fill(told.second_identifier)
    page.locator("#receiver").fill("the patient")
    page.locator("[name=languages][value=en]").check()
    choose(page, counselling="accepted", way="IN_PERSON")
    page.locator("#words").fill("thin layer, twice a day")
    sign(page, "Hand it out")
    assert desks.record(at.id).state is State.DISPENSED
