"""The refusal of an order: it needs a reason, and its prescriber reads it."""

from datetime import date

import pytest

from compounding.demo import walk
from compounding.demo.walk import Wish
from compounding.domain.stages import State
from tests.browser.journeys.desks import Desks, follow, press, text

pytestmark = pytest.mark.browser
WHY = "The patient had hives from sodium thiosulfate in 2019."


def test_a_refused_order_tells_its_prescriber_why(desks: Desks) -> None:
    wish = Wish(patient="Rae Example", born_on=date(1961, 4, 2), allergies=("Sodium thiosulfate: hives",))
    order = walk.screen(desks.staffed.pharmacy, walk.enter(desks.staffed.pharmacy, wish)).id
    pharmacist = desks.desk("pharmacist", f"/orders/{order}")
    follow(pharmacist, "Refuse the order")
    press(pharmacist, "Refuse the order")
    assert "Say why." in pharmacist.locator(".govuk-error-summary").inner_text()
    assert desks.order(order).record.state is State.SCREENED
    pharmacist.locator("#reason").fill(WHY)
    press(pharmacist, "Refuse the order")
    assert WHY in text(pharmacist)
    assert desks.order(order).record.state is State.REFUSED

    prescriber = desks.desk("prescriber", "/my-orders")
    with prescriber.expect_navigation():
        prescriber.locator(f"main a[href$='/orders/{order}']").first.click()
    assert WHY in text(prescriber)
    assert "Refused" in text(prescriber)
    assert prescriber.get_by_role("link", name="Withdraw the order").count() == 0
