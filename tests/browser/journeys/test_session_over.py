"""A session that runs out in the middle of a form: nothing that was typed is lost, with scripts and without."""

from typing import Any

import pytest

from tests.browser.journeys.desks import Desks, choose, press, text
from tests.browser.journeys.new_orders import ORDER, fill_order, moments_of
from tests.web.staffed import PASSWORD

pytestmark = pytest.mark.browser


def _unlock(page: Any) -> None:
    page.get_by_label("Password", exact=True).last.fill(PASSWORD)
    page.get_by_role("button", name="Unlock").last.click()


def _run_out(desks: Desks, page: Any) -> None:
    """A quarter of an hour passes, for the pharmacy and on the clock of the page."""
    desks.staffed.clock.wait(seconds=15 * 60 + 1)
    page.clock.fast_forward((15 * 60 + 1) * 1000)
    page.get_by_role("heading", name="Signing is locked").wait_for()


def test_a_lock_over_the_order_form_loses_nothing(desks: Desks) -> None:
    page = desks.desk("prescriber", "/my-orders")
    page.clock.install()
    page.goto("/orders/new")
    fill_order(page)
    page.wait_for_timeout(1200)
    _run_out(desks, page)
    assert not page.locator("#patient_name").is_visible()
    _unlock(page)
    page.locator("#patient_name").wait_for(state="visible")
    assert page.locator("#patient_name").input_value() == ORDER["patient_name"]
    assert moments_of(page) == ["morning", "bedtime"]
    press(page, "Review the order")
    assert "in the morning and at bedtime" in text(page)


def test_without_scripts_the_order_comes_back_with_every_time_of_the_day(desks: Desks) -> None:
    page = desks.desk("prescriber", "/orders/new", java_script_enabled=False)
    fill_order(page)
    desks.staffed.clock.wait(minutes=16)
    press(page, "Review the order")
    _unlock(page)
    page.get_by_role("heading", name="You are signed in again. Nothing was sent yet").wait_for()
    press(page, "Send it now")
    said = text(page)
    assert "in the morning and at bedtime" in said
    for each in (ORDER["patient_name"], "7 Spruce Lane, Surrey BC", "the hard spots on both elbows"):
        assert each in said


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_lock_at_the_bench_keeps_the_weight_that_was_typed(desks: Desks, has_scripts: bool) -> None:
    at = desks.ready_to_weigh()
    page = desks.desk("technician", f"/preparations/{at.id}/bench", java_script_enabled=has_scripts)
    if has_scripts:
        page.clock.install()
    press(page, "The balance is checked")
    page.locator("#container_code").fill(desks.lot(at.id, 0))
    press(page, "This is the lot")
    page.locator("#mass").fill("15.02")
    if has_scripts:
        page.wait_for_timeout(1200)
        _run_out(desks, page)
        assert "Line 1 of 3" in text(page), "the step stays in view"
        _unlock(page)
        page.get_by_role("heading", name="Signing is locked").wait_for(state="hidden")
        assert page.locator("#mass").input_value() == "15.02"
        press(page, "Keep this weight")
    else:
        desks.staffed.clock.wait(minutes=16)
        press(page, "Keep this weight")
        _unlock(page)
        page.get_by_role("heading", name="You are signed in again. Nothing was sent yet").wait_for()
        press(page, "Send it now")
    assert "Line 2 of 3" in text(page)
    assert [str(each.mass_g) for each in desks.record(at.id).weighings] == ["15.02"]


def test_a_reason_that_was_typed_is_not_lost_with_the_session(desks: Desks) -> None:
    order = desks.staffed.things["order"]
    page = desks.desk("pharmacist", f"/orders/{order}/ask", java_script_enabled=False)
    page.locator("#question").fill("Which elbow?")
    choose(page, petrolatum="no")
    desks.staffed.clock.wait(minutes=16)
    press(page, "Ask the prescriber")
    _unlock(page)
    press(page, "Send it now")
    assert "Which elbow?" in text(page)
