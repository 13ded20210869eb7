"""The zinc-allergic patient whose order asked for zinc: held, asked, agreed, and prepared in petrolatum without zinc anywhere."""

from datetime import date

import pytest

from compounding.demo import walk
from compounding.demo.walk import Wish
from compounding.domain.stages import State
from tests.browser.journeys.desks import Desks, choose, follow, press, sign, text

pytestmark = pytest.mark.browser


def test_an_order_in_zinc_for_a_zinc_allergic_patient_ends_in_petrolatum(desks: Desks) -> None:
    wish = Wish(patient="Zoe Example", born_on=date(1961, 4, 2), base="zinc oxide ointment 20 %", allergies=("Zinc oxide: rash from a diaper cream",))
    order = walk.screen(desks.staffed.pharmacy, walk.enter(desks.staffed.pharmacy, wish)).id

    pharmacist = desks.desk("pharmacist", f"/orders/{order}/review")
    assert "stands against accepting it" in text(pharmacist) or "stand against accepting it" in text(pharmacist)
    marked = [each.casefold() for each in pharmacist.locator("main mark").all_inner_texts()]
    assert any("zinc oxide" in each for each in marked), marked
    assert pharmacist.get_by_role("button", name="Accept the order").count() == 0
    follow(pharmacist, "Ask the prescriber")
    question = pharmacist.locator("#question").input_value()
    assert "white petrolatum" in question, "the question stands ready"
    press(pharmacist, "Ask the prescriber")
    assert "The prescriber has not answered yet" in text(pharmacist)

    prescriber = desks.desk("prescriber", "/my-orders")
    with prescriber.expect_navigation():
        prescriber.locator(f"main a[href$='/orders/{order}']").first.click()
    follow(prescriber, "Answer the pharmacy's question")
    shown = text(prescriber)
    assert " ".join(question.split()) in " ".join(shown.split())
    assert prescriber.locator(".lev-compare__side").count() == 2
    as_ordered, as_asked = prescriber.locator(".lev-compare__side").all_inner_texts()
    assert "zinc" in as_ordered.casefold()
    assert "Does not contain zinc" in as_asked
    choose(prescriber, conclusion="agree")
    sign(prescriber, "Sign and send the answer")
    assert "Agrees to petrolatum" in text(prescriber)

    pharmacist.goto(f"/orders/{order}/review")
    press(pharmacist, "Screen it")
    assert "Can be accepted" in text(pharmacist) or "CAN BE ACCEPTED" in text(pharmacist)
    choose(pharmacist, checked="entered")
    press(pharmacist, "Accept the order")
    follow(pharmacist, "Plan a fill")
    assert "Can be planned" in text(pharmacist) or "nothing stands against it" in text(pharmacist)
    press(pharmacist, "Plan this fill")

    (fill,) = desks.order(order).fills
    record = desks.record(fill.id)
    assert record.state is State.PLANNED
    assert record.formula_id == "sodium-thiosulfate-in-petrolatum"
    assert "zinc" not in " ".join(line.component for line in record.sheet.lines).casefold()
    pharmacist.goto(f"/preparations/{fill.id}")
    weights = " ".join(pharmacist.locator("main table").all_inner_texts()).casefold()
    assert "petrolatum" in weights
    assert "zinc" not in weights
