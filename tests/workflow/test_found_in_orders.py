"""Faults an examiner found in orders and allergy records: each was a way to a wrong jar, and each stays shut."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from compounding.demo import walk
from compounding.demo.crew import Pharmacy
from compounding.domain.errors import LevigateError
from compounding.domain.stages import State
from compounding.workflow import allergies, deciding, reading, receiving
from compounding.workflow.allergies import RefuteAllergy
from compounding.workflow.examining import Held
from compounding.workflow.objections import Objection, record_objection
from compounding.workflow.receiving import CorrectOrder, Standing
from tests.workflow.counter import ALLERGIC_IN_ZINC, IN_ZINC, accept, entry, of_order, on_paper, order, order_at, spoken, told_allergy, typed
from tests.workflow.seeing import entries

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


# Consent


def allergic(shop: Pharmacy) -> Standing:
    """A zinc order of a patient who may not have zinc, screened."""
    return walk.screen(shop, on_paper(shop, typed(shop, ALLERGIC_IN_ZINC)))


def adapted(shop: Pharmacy, at: Standing) -> Standing:
    asked = deciding.AdaptBase(order_id=at.id, version=at.version, patient_consented_on=shop.today, prescriber_notified_on=shop.today)
    return deciding.adapt_base(shop.house, shop.act(shop.crew.pharmacist, reason="zinc allergy"), asked)


def answer(shop: Pharmacy, at: Standing, *, asks: bool = True, **also: Any) -> Standing:
    question = deciding.AskPrescriber(order_id=at.id, version=at.version, question="May we use petrolatum?", asks_for_petrolatum=asks)
    at = deciding.ask_prescriber(shop.house, shop.act(shop.crew.pharmacist), question)
    told = deciding.RecordAnswer(order_id=at.id, version=at.version, by="Dr Laura Chen", on=shop.today, words="As I said.", spoken=spoken(shop))
    return deciding.record_answer(shop.house, shop.act(shop.crew.pharmacist), replace(told, **also))


def object_to(shop: Pharmacy, at: Standing, **also: Any) -> Standing:
    told = Objection(order_id=at.id, version=at.version, by="Dr Laura Chen", on=shop.today, words="No petrolatum after all.", spoken=spoken(shop))
    return record_objection(shop.house, shop.act(shop.crew.pharmacist), replace(told, **also))


def test_the_prescribers_no_counts_over_an_adaptation_before_it(shop: Pharmacy) -> None:
    at = answer(shop, adapted(shop, allergic(shop)))
    assert order(shop, at.id).consent is None
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in held_codes(shop, at)


def test_an_objection_in_the_answer_to_another_question_ends_the_consent(shop: Pharmacy) -> None:
    at = answer(shop, allergic(shop), agrees_to_petrolatum=True)
    assert order(shop, at.id).consent is not None
    assert order(shop, answer(shop, at, asks=False).id).consent is not None
    assert order(shop, answer(shop, order_at(shop, at.id), asks=False, objects_to_petrolatum=True).id).consent is None


def test_an_answer_does_not_agree_and_object_at_once(shop: Pharmacy) -> None:
    with pytest.raises(LevigateError, match="ANSWER_CONTRADICTS_ITSELF"):
        answer(shop, allergic(shop), agrees_to_petrolatum=True, objects_to_petrolatum=True)


@pytest.mark.parametrize("by", ["adaptation", "prescriber"])
@pytest.mark.parametrize("until", [State.RECEIVED, State.SCREENED, State.ACCEPTED, State.AWAITING_PRESCRIBER])
def test_an_objection_ends_the_consent_in_every_open_state(shop: Pharmacy, until: State, by: str) -> None:
    at = adapted(shop, allergic(shop)) if by == "adaptation" else answer(shop, allergic(shop), agrees_to_petrolatum=True)
    if until in {State.SCREENED, State.ACCEPTED}:
        at = walk.screen(shop, at)
    if until is State.ACCEPTED:
        at = accept(shop, at)
    if until is State.AWAITING_PRESCRIBER:
        asked = deciding.AskPrescriber(order_id=at.id, version=at.version, question="Which finger?")
        at = deciding.ask_prescriber(shop.house, shop.act(shop.crew.pharmacist), asked)
    assert (at.state, order(shop, at.id).consent is not None) == (until, True)
    at = object_to(shop, at)
    assert at.state is (State.AWAITING_PRESCRIBER if until is State.AWAITING_PRESCRIBER else State.RECEIVED)
    assert order(shop, at.id).consent is None
    assert entries(shop.house)[-1]["action"] == "record objection"
    if until is not State.AWAITING_PRESCRIBER:
        assert "ZINC_ALLERGY_IN_ZINC_BASE" in held_codes(shop, at)


def test_a_yes_after_an_objection_is_the_latest_word(shop: Pharmacy) -> None:
    at = answer(shop, object_to(shop, answer(shop, allergic(shop), agrees_to_petrolatum=True)), agrees_to_petrolatum=True)
    assert order(shop, at.id).consent is not None


def test_an_objection_stops_a_preparation_at_the_bench(shop: Pharmacy) -> None:
    at = walk.plan(shop, accept(shop, walk.screen(shop, adapted(shop, allergic(shop)))))
    object_to(shop, order_at(shop, walk.record_of(shop, at.id).order_id))
    with pytest.raises(LevigateError, match="ORDER_NOT_ACCEPTED"):
        walk.assess(shop, at)


def test_an_objection_needs_what_it_rests_on_and_an_order_that_is_open(shop: Pharmacy) -> None:
    at = allergic(shop)
    for also, code in (({"spoken": None}, "EVIDENCE_MISSING"), ({"by": "..."}, "NOT_STATED"), ({"on": shop.today + timedelta(days=1)}, "DATE_AHEAD")):
        with pytest.raises(LevigateError, match=code):
            object_to(shop, at, **also)
    at = deciding.cancel(shop.house, shop.act(shop.crew.pharmacist, reason="withdrawn"), of_order(at))
    with pytest.raises(LevigateError, match="NOT_NOW"):
        object_to(shop, at)


@pytest.mark.parametrize("by", ["adaptation", "prescriber"])
def test_a_correction_of_the_order_voids_the_consents_given_for_other_words(shop: Pharmacy, by: str) -> None:
    at = adapted(shop, allergic(shop)) if by == "adaptation" else answer(shop, allergic(shop), agrees_to_petrolatum=True)
    asked = CorrectOrder(order_id=at.id, version=at.version, sent=typed(shop, ALLERGIC_IN_ZINC, repeats=2))
    at = receiving.correct_order(shop.house, shop.act(shop.crew.assistant, reason="misread"), asked)
    assert order(shop, at.id).consent is None
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in held_codes(shop, at)


def test_a_prescribers_no_outlives_a_correction(shop: Pharmacy) -> None:
    at = answer(shop, allergic(shop))
    asked = CorrectOrder(order_id=at.id, version=at.version, sent=typed(shop, ALLERGIC_IN_ZINC, repeats=2))
    at = receiving.correct_order(shop.house, shop.act(shop.crew.assistant, reason="misread"), asked)
    with pytest.raises(LevigateError, match="ADAPTATION_NOT_ALLOWED"):
        adapted(shop, at)
