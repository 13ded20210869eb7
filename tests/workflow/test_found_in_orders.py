"""Faults an examiner found in orders and allergy records: each was a way to a wrong jar, and each stays shut."""

from dataclasses import replace

import pytest

from compounding.demo import walk
from compounding.demo.crew import Pharmacy
from compounding.domain.errors import LevigateError
from compounding.domain.stages import State
from compounding.workflow import allergies, reading, receiving
from compounding.workflow.allergies import AssessAllergy, RefuteAllergy
from compounding.workflow.examining import Held
from compounding.workflow.receiving import CorrectOrder, Standing
from tests.workflow.counter import IN_ZINC, PLAIN, accept, entry, on_paper, order, order_at, told_allergy, typed

ANAPHYLAXIS = "Zinc oxide: anaphylaxis"


def parts(shop: Pharmacy, order_id: str) -> tuple[reading.Recorded, ...]:
    return reading.read_patient(shop.house, shop.act(shop.crew.pharmacist), reading.Of(id=order(shop, order_id).patient_id)).allergies


def number_of(shop: Pharmacy, order_id: str, text: str) -> int:
    """The number of the last part of the record that says this."""
    return max(each.number for each in parts(shop, order_id) if each.entry is not None and each.entry.what.text == text)


def refute(shop: Pharmacy, order_id: str, text: str) -> int:
    asked = RefuteAllergy(patient_id=order(shop, order_id).patient_id, entry_number=number_of(shop, order_id, text), why="the entry is another patient's")
    return allergies.refute_allergy(shop.house, shop.act(shop.crew.pharmacist), asked).number


def held_codes(shop: Pharmacy, at: Standing) -> set[str]:
    """What stands against an order's acceptance."""
    with pytest.raises(Held) as held:
        accept(shop, walk.screen(shop, at))
    return {each.code for each in held.value.reasons}


def correct(shop: Pharmacy, at: Standing, **also: object) -> Standing:
    asked = CorrectOrder(order_id=at.id, version=at.version, sent=typed(shop, IN_ZINC, **also))
    return receiving.correct_order(shop.house, shop.act(shop.crew.assistant, reason="misread"), asked)


# The record of the patient counts, whatever an order says


def test_an_allergy_that_a_correction_leaves_out_still_stands_at_the_gate(shop: Pharmacy) -> None:
    at = on_paper(shop, typed(shop, replace(IN_ZINC, allergies=(ANAPHYLAXIS,))))
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in held_codes(shop, correct(shop, at))


def test_a_correction_that_repeats_the_entries_tells_nothing_new_and_contradicts_nothing(shop: Pharmacy) -> None:
    at = on_paper(shop, typed(shop, IN_ZINC))
    before = len(parts(shop, at.id))
    at = correct(shop, at, repeats=2)
    assert len(parts(shop, at.id)) == before
    assert accept(shop, walk.screen(shop, at)).state is State.ACCEPTED


def test_a_correction_that_repeats_a_refuted_entry_does_not_bring_it_back(shop: Pharmacy) -> None:
    wish = replace(IN_ZINC, allergies=(ANAPHYLAXIS, "No known allergies"))
    at = on_paper(shop, typed(shop, wish))
    refute(shop, at.id, ANAPHYLAXIS)
    before = len(parts(shop, at.id))
    asked = CorrectOrder(order_id=at.id, version=at.version, sent=typed(shop, wish, repeats=2))
    at = receiving.correct_order(shop.house, shop.act(shop.crew.assistant, reason="misread"), asked)
    assert len(parts(shop, at.id)) == before


# What was signed covers only what stood there then


def test_a_refuted_allergy_told_again_on_the_same_day_is_a_new_entry_that_counts(shop: Pharmacy) -> None:
    at = on_paper(shop, typed(shop, IN_ZINC))
    told_allergy(shop, at.id, "Zinc oxide: rash")
    refute(shop, at.id, "Zinc oxide: rash")
    assert accept(shop, walk.screen(shop, order_at(shop, at.id))).state is State.ACCEPTED
    told_allergy(shop, at.id, "Zinc oxide: rash")
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in held_codes(shop, order_at(shop, at.id))


def test_a_second_order_that_repeats_a_refuted_allergy_tells_it_anew(shop: Pharmacy) -> None:
    words = (entry(ANAPHYLAXIS, shop.today), entry("No known contact allergies", shop.today))
    at = on_paper(shop, typed(shop, IN_ZINC, allergies=words))
    refute(shop, at.id, ANAPHYLAXIS)
    second = on_paper(shop, typed(shop, IN_ZINC, identifier="EX-2", allergies=words), patient_id=order(shop, at.id).patient_id)
    told = [each for each in parts(shop, at.id) if each.entry is not None and each.entry.what.text == ANAPHYLAXIS]
    assert [each.order_id for each in told] == [at.id, second.id]
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in held_codes(shop, second)
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in held_codes(shop, order_at(shop, at.id))


def test_a_second_order_that_repeats_what_nobody_signed_for_adds_nothing(shop: Pharmacy) -> None:
    at = on_paper(shop, typed(shop, IN_ZINC))
    before = len(parts(shop, at.id))
    on_paper(shop, typed(shop, IN_ZINC, identifier="EX-2"), patient_id=order(shop, at.id).patient_id)
    assert len(parts(shop, at.id)) == before
