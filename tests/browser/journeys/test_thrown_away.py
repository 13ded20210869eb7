"""Scrap, and rework after a hold: each with its reason, and the stock says what went."""

from decimal import Decimal

import pytest

from compounding.demo import walk
from compounding.domain.stages import State
from tests.browser.journeys.desks import Desks, follow, press, sign, text

pytestmark = pytest.mark.browser


def _book(desks: Desks, preparation_id: str) -> str:
    """The book of the drug's lot, as the technician reads it."""
    (lot_id, *_) = desks.record(preparation_id).lot_ids
    return text(desks.desk("technician", f"/stock/{lot_id}"))


def test_a_scrapped_preparation_keeps_its_reason_and_the_stock_says_what_went(desks: Desks) -> None:
    at = desks.brought(State.WEIGHED)
    page = desks.desk("pharmacist", f"/preparations/{at.id}/bench")
    follow(page, "Throw it away (scrap)")
    assert "15.01 g of Sodium thiosulfate" in text(page)
    press(page, "Scrap it")
    assert page.locator(".govuk-error-summary").is_visible()
    assert desks.record(at.id).state is State.WEIGHED
    page.locator("#reason").fill("The slab was dropped.")
    press(page, "Scrap it")
    assert desks.record(at.id).state is State.SCRAPPED
    page.goto(f"/preparations/{at.id}")
    assert "The slab was dropped." in text(page)
    book = _book(desks, at.id)
    assert "15.01" in book
    assert desks.record(at.id).lot_number in book


def test_a_held_preparation_is_begun_again_and_weighed_anew_from_stock(desks: Desks) -> None:
    shop = desks.staffed.pharmacy
    at = walk.make(shop, desks.brought(State.WITNESSED), net_g=Decimal(50))
    assert at.state is State.ON_HOLD
    page = desks.desk("pharmacist", f"/preparations/{at.id}/hold")
    assert "NET_WEIGHT_OUT_OF_LIMIT" in text(page)
    follow(page, "Begin again (rework)")
    assert "15.01 g of Sodium thiosulfate" in text(page)
    assert "What was taken from the lots stays taken" in text(page)
    sign(page, "Throw it away and begin again")
    assert page.locator(".govuk-error-summary").is_visible(), "a reason is asked for"
    page.locator("#reason").fill("Ten grams stuck in the mortar.")
    sign(page, "Throw it away and begin again")
    assert desks.record(at.id).state is State.ASSESSED
    page.goto(f"/preparations/{at.id}")
    assert "Ten grams stuck in the mortar." in text(page)
    second = desks.desk("second", f"/preparations/{at.id}/bench")
    assert "A second person recalculates the weights" in text(second)
    assert "15.01" in _book(desks, at.id)
