"""Faults an examiner found in what is signed beside allergies and in the acceptance of an order: each stays shut."""

from dataclasses import replace
from typing import Any

import pytest

from compounding.demo import walk
from compounding.demo.crew import Pharmacy
from compounding.domain.screening.assessments import Assessment, Refutation
from compounding.domain.stages import State
from compounding.storage.patients import Recorded, Withdrawal
from compounding.workflow import allergies, deciding, reading
from compounding.workflow.allergies import AssessAllergy, RecordAllergies, RecordContact, RefuteAllergy, WithdrawSigned
from compounding.workflow.examining import Held
from compounding.workflow.receiving import Standing
from tests.workflow.counter import IN_ZINC, PLAIN, accept, on_paper, order, order_at, told_allergy, typed
from tests.workflow.seeing import entries, refused

SULFITE = "Sulfite: wheezing after wine"
MATCHED = {"allergen": "sulfite", "matched": "Sulfite"}


def parts(shop: Pharmacy, order_id: str) -> tuple[Recorded, ...]:
    return reading.read_patient(shop.house, shop.act(shop.crew.pharmacist), reading.Of(id=order(shop, order_id).patient_id)).allergies


def assess(shop: Pharmacy, order_id: str, number: int, *, by: str = "", **also: Any) -> AssessAllergy:
    told = AssessAllergy(
        patient_id=order(shop, order_id).patient_id, entry_number=number, **MATCHED, asked="the patient", reaction="wheezing once", stands_against=False,
        why="thiosulfate is no sulfite", prescriber_told=True,
    )  # fmt: skip
    return replace(told, **also)


def sign(shop: Pharmacy, asked: AssessAllergy) -> int:
    return allergies.assess_allergy(shop.house, shop.act(shop.crew.pharmacist), asked).number


def withdraw(shop: Pharmacy, patient_id: str, number: int, *, by: str = "", reason: str = "signed beside the wrong entry") -> int:
    asked = WithdrawSigned(patient_id=patient_id, signed_number=number)
    return allergies.withdraw_signed(shop.house, shop.act(by or shop.crew.pharmacist, reason=reason), asked).number


def held_codes(shop: Pharmacy, at: Standing) -> set[str]:
    with pytest.raises(Held) as held:
        accept(shop, walk.screen(shop, at))
    return {each.code for each in held.value.reasons}


@pytest.fixture
def sensitive(shop: Pharmacy) -> Standing:
    """An order of a patient whose record names sulfite: part 2 of it, after another entry."""
    return on_paper(shop, typed(shop, replace(PLAIN, allergies=("Penicillin: rash", SULFITE))))


# What is signed beside an entry


@pytest.mark.parametrize(
    ("also", "code"),
    [
        ({"allergen": "zinc"}, "ASSESSMENT_NOT_MATCHED"), ({"matched": "wine"}, "ASSESSMENT_NOT_MATCHED"), ({"entry_number": 1}, "ASSESSMENT_NOT_MATCHED"),
        ({"entry_number": 9}, "NO_SUCH_ENTRY"), ({"why": "..."}, "NOT_STATED"), ({"asked": "-"}, "NOT_STATED"), ({"reaction": "\u200b"}, "NOT_STATED"),
        ({"why": "a\ud800"}, "TEXT_NOT_ALLOWED"),
    ],
)  # fmt: skip
def test_an_assessment_of_what_the_entry_does_not_say_is_not_signed(shop: Pharmacy, sensitive: Standing, also: dict[str, Any], code: str) -> None:
    asked = assess(shop, sensitive.id, 2, **also)
    assert refused(shop.house, lambda: sign(shop, asked)) == code


def test_an_allergy_is_no_doubt_and_is_not_assessed_away(shop: Pharmacy) -> None:
    at = on_paper(shop, typed(shop, replace(PLAIN, allergies=("Zinc oxide: rash",))))
    asked = assess(shop, at.id, 1, allergen="zinc", matched="Zinc oxide")
    assert refused(shop.house, lambda: sign(shop, asked)) == "ASSESSMENT_NOT_ALLOWED"


def test_an_assessment_covers_its_entry_and_not_the_same_words_told_again(shop: Pharmacy, sensitive: Standing) -> None:
    assert "SULFITE_SENSITIVITY" in held_codes(shop, sensitive)
    sign(shop, assess(shop, sensitive.id, 2))
    assert accept(shop, walk.screen(shop, order_at(shop, sensitive.id))).state is State.ACCEPTED
    told_allergy(shop, sensitive.id, SULFITE)
    assert "SULFITE_SENSITIVITY" in held_codes(shop, order_at(shop, sensitive.id))


def test_a_withdrawn_assessment_counts_no_more_and_stays_in_view(shop: Pharmacy, sensitive: Standing) -> None:
    number = sign(shop, assess(shop, sensitive.id, 2))
    assert accept(shop, walk.screen(shop, order_at(shop, sensitive.id))).state is State.ACCEPTED
    withdraw(shop, order(shop, sensitive.id).patient_id, number)
    at = order_at(shop, sensitive.id)
    assert at.state is State.RECEIVED
    assert "SULFITE_SENSITIVITY" in held_codes(shop, at)
    signed, withdrawn = parts(shop, at.id)[-2:]
    assert isinstance(signed.told, Assessment)
    assert isinstance(withdrawn.told, Withdrawal)
    assert (withdrawn.told.number, withdrawn.told.why, withdrawn.told.signed.by) == (signed.number, "signed beside the wrong entry", "Pat Example")


def test_a_withdrawn_refutation_brings_the_allergy_back(shop: Pharmacy) -> None:
    at = on_paper(shop, typed(shop, IN_ZINC))
    told_allergy(shop, at.id, "Zinc oxide: rash")
    patient_id = order(shop, at.id).patient_id
    asked = RefuteAllergy(patient_id=patient_id, entry_number=2, why="another patient's")
    number = allergies.refute_allergy(shop.house, shop.act(shop.crew.pharmacist), asked).number
    assert isinstance(parts(shop, at.id)[-1].told, Refutation)
    withdraw(shop, patient_id, number)
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in held_codes(shop, order_at(shop, at.id))


def test_only_what_is_signed_and_counts_is_withdrawn_by_a_pharmacist_with_a_reason(shop: Pharmacy, sensitive: Standing) -> None:
    patient_id = order(shop, sensitive.id).patient_id
    number = sign(shop, assess(shop, sensitive.id, 2))
    assert refused(shop.house, lambda: withdraw(shop, patient_id, number, by=shop.crew.technician)) == "ROLE_NOT_ALLOWED"
    for nothing in ("", "...", "-\u200b-"):
        assert refused(shop.house, lambda nothing=nothing: withdraw(shop, patient_id, number, reason=nothing)) == "REASON_NEEDED"
    for other in (1, 2, 9):
        assert refused(shop.house, lambda other=other: withdraw(shop, patient_id, other)) == "NOTHING_TO_WITHDRAW"
    last = withdraw(shop, patient_id, number)
    for other in (number, last):
        assert refused(shop.house, lambda other=other: withdraw(shop, patient_id, other)) == "NOTHING_TO_WITHDRAW"


@pytest.mark.parametrize("text", ["...", "-", "\u200b", "\u2014"])
def test_an_answer_about_allergies_without_letters_is_no_answer(shop: Pharmacy, sensitive: Standing, text: str) -> None:
    asked = RecordAllergies(patient_id=order(shop, sensitive.id).patient_id, texts=(text, "Latex: hives"), asked_on=shop.today)
    act = shop.act(shop.crew.technician)
    assert refused(shop.house, lambda: allergies.record_allergies(shop.house, act, asked)) == "ALLERGY_ANSWER_INCOMPLETE"


@pytest.mark.parametrize("text", ["\ud800", "a\x00b"])
def test_an_answer_about_allergies_that_no_record_can_keep_is_refused(shop: Pharmacy, sensitive: Standing, text: str) -> None:
    patient_id, act = order(shop, sensitive.id).patient_id, shop.act(shop.crew.technician)
    told = RecordAllergies(patient_id=patient_id, texts=(text,), asked_on=shop.today)
    rash = RecordContact(patient_id=patient_id, had_a_rash=True, asked_on=shop.today, details=text)
    assert refused(shop.house, lambda: allergies.record_allergies(shop.house, act, told)) == "TEXT_NOT_ALLOWED"
    assert refused(shop.house, lambda: allergies.record_contact(shop.house, act, rash)) == "TEXT_NOT_ALLOWED"


# What an acceptance needs


def screened(shop: Pharmacy, *, address: str = "1 Elm Road", licence: str = "EX-10234") -> Standing:
    sent = typed(shop, prescriber_licence=licence)
    return walk.screen(shop, on_paper(shop, replace(sent, patient=replace(sent.patient, address=address))))


@pytest.mark.parametrize("address", ["", " ... ", "\u200b"])
def test_an_order_is_not_accepted_while_nobody_knows_where_the_patient_lives(shop: Pharmacy, address: str) -> None:
    at = screened(shop, address=address)
    assert refused(shop.house, lambda: accept(shop, at)) == "PATIENT_ADDRESS_MISSING"


def test_an_order_without_the_prescribers_licence_is_accepted_with_the_one_looked_up(shop: Pharmacy) -> None:
    at = screened(shop, licence="")
    for licence in ("", "-"):
        assert refused(shop.house, lambda licence=licence: accept(shop, at, prescriber_licence=licence)) == "PRESCRIBER_LICENCE_MISSING"
    accept(shop, at, prescriber_licence="EX-10234")
    acceptance = order(shop, at.id).acceptance
    assert acceptance is not None
    assert acceptance.prescriber_licence == "EX-10234"


def test_a_licence_that_contradicts_the_order_is_not_accepted(shop: Pharmacy) -> None:
    at = screened(shop)
    assert refused(shop.house, lambda: accept(shop, at, prescriber_licence="EX-99")) == "PRESCRIBER_LICENCE_DIFFERS"
    assert accept(shop, at, prescriber_licence="ex 10234").state is State.ACCEPTED


@pytest.mark.parametrize("text", ["...", "-", "\u200b\u200b\u200b"])
def test_an_attestation_without_letters_says_nothing(shop: Pharmacy, text: str) -> None:
    at = screened(shop)
    assert refused(shop.house, lambda: accept(shop, at, prescriber_authenticated=text)) == "NOT_STATED"
    act = shop.act(shop.crew.pharmacist, reason=text)
    ending = deciding.OfOrder(order_id=at.id, version=at.version)
    assert refused(shop.house, lambda: deciding.cancel(shop.house, act, ending)) == "REASON_NEEDED"


def test_a_doubt_is_not_settled_by_a_dash(shop: Pharmacy) -> None:
    at = screened(shop)
    assert refused(shop.house, lambda: accept(shop, at, settled=(("CLINICAL_REVIEW_NEEDED", "-"),))) == "NOT_FOR_AN_ANSWER"


# What an inspector asks of the trail


def test_the_trail_says_what_an_acceptance_rests_on(shop: Pharmacy) -> None:
    sent = typed(shop, status_reason="taken over from another clinic", supply_days=None)
    at = walk.screen(shop, on_paper(shop, sent))
    accept(shop, at, settled=(("STATUS_REASON_GIVEN", "asked the clinic"),), interval_days=30)
    told = entries(shop.house)[-1]["changed"]
    assert told["prescriber_authenticated"][1] == "number known, licence looked up"
    assert told["prescriber_licence"][1] == "EX-10234"
    assert told["settled"][1] == "STATUS_REASON_GIVEN: asked the clinic"
    assert told["interval_days"][1] == "30"


def test_the_trail_says_what_was_asked_and_answered_and_adapted(shop: Pharmacy) -> None:
    at = screened(shop)
    asked = deciding.AskPrescriber(order_id=at.id, version=at.version, question="Petrolatum?", asks_for_petrolatum=True)
    at = deciding.ask_prescriber(shop.house, shop.act(shop.crew.pharmacist), asked)
    assert entries(shop.house)[-1]["changed"]["asks_for_petrolatum"][1] == "True"
    told = deciding.RecordAnswer(
        order_id=at.id, version=at.version, by="Dr Laura Chen", on=shop.today, words="Yes.", agrees_to_petrolatum=True, document_sha256=shop.picture
    )
    at = deciding.record_answer(shop.house, shop.act(shop.crew.pharmacist), told)
    changed = entries(shop.house)[-1]["changed"]
    assert (changed["by"][1], changed["on"][1], changed["rests_on"][1]) == ("Dr Laura Chen", shop.today.isoformat(), f"document {shop.picture}")
    change = deciding.AdaptBase(order_id=at.id, version=at.version, patient_consented_on=shop.today, prescriber_notified_on=shop.today)
    deciding.adapt_base(shop.house, shop.act(shop.crew.pharmacist, reason="she cannot have zinc"), change)
    changed = entries(shop.house)[-1]["changed"]
    assert (changed["patient_consented_on"][1], changed["prescriber_notified_on"][1]) == (shop.today.isoformat(), shop.today.isoformat())
