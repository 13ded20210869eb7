"""A scanner at the bench after a refusal: the cursor stands in the field of the code, and the next scan takes the place of the one that was refused."""

from datetime import date

import pytest

from compounding.demo import walk
from compounding.demo.walk import Wish
from compounding.domain.stages import State
from tests.browser.journeys import people
from tests.browser.journeys.people import Bench

pytestmark = pytest.mark.browser
IS_MARKED = "field => field === document.activeElement && field.selectionStart === 0 && field.selectionEnd === field.value.length"


def test_after_a_wrong_lot_the_right_one_is_scanned_without_touching_anything(bench: Bench) -> None:
    pharmacy = bench.staffed.pharmacy
    at = walk.accepted(pharmacy, Wish(patient="Nora New", born_on=date(1965, 6, 30)))
    at = walk.tick(pharmacy, walk.brought_to(pharmacy, at, State.RECALCULATED))
    lot = bench.record(at.id).sheet.lines[0].lot
    assert lot is not None
    page = people.at_bench(bench, at.id, "technician")
    people.press(page, "The balance is checked")
    field = page.locator("main input[name=container_code]:not([type=hidden])")
    page.locator("main input[name=container_code]:focus").wait_for()
    people.scan(page, "NOT-THIS-ONE")
    assert people.refusals(page)
    assert field.input_value() == "NOT-THIS-ONE"
    for _ in range(100):
        if field.evaluate(IS_MARKED):
            break
        page.wait_for_timeout(50)
    assert field.evaluate(IS_MARKED), "the cursor is there, and what was refused is marked, to be written over"
    page.keyboard.type(lot.number, delay=0)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert f"The right lot: {lot.number}\nScanned" in page.locator("main").inner_text()
