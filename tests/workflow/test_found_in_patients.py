"""Faults an examiner found in who an order is for, and in what may be received: each stays shut."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest

from compounding.demo import walk
from compounding.demo.crew import Clock, Pharmacy, example_act
from compounding.demo.walk import Wish
from compounding.domain.errors import LevigateError
from compounding.domain.order_as_sent import DirectionsAsSent, OrderAsSent, QuantityAsSent
from compounding.domain.order_parts import Evidence, Source, Spoken, Transfer
from compounding.domain.patients import folded, folded_identifier
from compounding.domain.people import Role
from compounding.domain.stages import State
from compounding.workflow import deciding, reading, receiving
from compounding.workflow.patients import ChangePatient, change_patient
from compounding.workflow.receiving import ReceiveTyped, Standing
from compounding.workflow.use_case import Act
from tests.workflow import counter
from tests.workflow.counter import PLAIN, accept, accepted, filled_once, hire, of_order, order, order_at, spoken, typed
from tests.workflow.seeing import counts, entries, refused

NUMBER = "9876 543-217"


def words(shop: Pharmacy, wish: Wish = PLAIN, **patient: str) -> OrderAsSent:
    sent = typed(shop, wish)
    return replace(sent, patient=replace(sent.patient, **patient))


def receive(shop: Pharmacy, sent: OrderAsSent, *, reason: str = "", by: str = "", **also: Any) -> Standing:
    asked = replace(ReceiveTyped(sent=sent, source=Source.PAPER, evidence=Evidence(images=(shop.picture,))), **also)
    return receiving.receive_typed(shop.house, shop.act(by or shop.crew.technician, reason=reason), asked)


def refusal(shop: Pharmacy, sent: OrderAsSent, **also: Any) -> str:
    return refused(shop.house, lambda: receive(shop, sent, **also))


def patient(shop: Pharmacy, at: Standing) -> reading.PatientSeen:
    return reading.read_patient(shop.house, shop.act(shop.crew.pharmacist), reading.Of(id=order(shop, at.id).patient_id))


def patient_id(shop: Pharmacy, at: Standing) -> str:
    return order(shop, at.id).patient_id


# Who an order is for


@pytest.mark.parametrize("other", [{"name": "Ada Test-Berg"}, {"birth_date": "1961-01-01"}])
@pytest.mark.parametrize("written", [NUMBER, "9876543217", "\uff19876543217", " 9876\u2011543217\u200b"])
def test_one_identifier_under_two_names_or_birth_dates_is_never_two_patients(shop: Pharmacy, written: str, other: dict[str, str]) -> None:
    receive(shop, words(shop, identifier=NUMBER))
    sent = replace(words(shop, identifier=written, **other), identifier="EX-2")
    assert refusal(shop, sent) == "PATIENT_AMBIGUOUS"
    assert refusal(shop, sent, is_another_person=True, reason="she says so") == "PATIENT_AMBIGUOUS"


def test_an_identifier_that_contradicts_the_chosen_patient_is_another_patient(shop: Pharmacy) -> None:
    at = receive(shop, words(shop, identifier=NUMBER))
    sent = replace(words(shop, identifier="111"), identifier="EX-2")
    assert refusal(shop, sent, patient_id=patient_id(shop, at)) == "OTHER_PATIENT"
    correction = receiving.CorrectOrder(order_id=at.id, version=at.version, sent=sent)
    act = shop.act(shop.crew.assistant, reason="misread")
    assert refused(shop.house, lambda: receiving.correct_order(shop.house, act, correction)) == "OTHER_PATIENT"


def test_an_identifier_of_somebody_else_does_not_go_to_the_chosen_patient(shop: Pharmacy) -> None:
    receive(shop, words(shop, identifier=NUMBER))
    at = receive(shop, words(shop, replace(PLAIN, patient="Bea Test")))
    sent = replace(words(shop, replace(PLAIN, patient="Bea Test"), identifier=NUMBER), identifier="EX-2")
    assert refusal(shop, sent, patient_id=patient_id(shop, at)) == "OTHER_PATIENT"
    correction = receiving.CorrectOrder(order_id=at.id, version=at.version, sent=sent)
    act = shop.act(shop.crew.assistant, reason="misread")
    assert refused(shop.house, lambda: receiving.correct_order(shop.house, act, correction)) == "OTHER_PATIENT"


@pytest.mark.parametrize("name", ["ADA\u00a0 test", "Ada\u200b Test", "\uff21da Test", "Ada\u00ad Te\u202est"])
def test_a_name_that_looks_the_same_is_the_same_patient(shop: Pharmacy, name: str) -> None:
    at = receive(shop, words(shop, identifier=NUMBER))
    second = receive(shop, replace(words(shop, name=name, identifier="9876543217"), identifier="EX-2"))
    assert patient_id(shop, second) == patient_id(shop, at)
    assert patient(shop, at).profile.name == "Ada Test"


def test_names_and_identifiers_are_compared_as_they_look() -> None:
    assert folded("E\u0301va  Stra\u00dfe") == folded("\u00c9VA STRASSE")
    assert folded("Ada\tTest") == "ada test"
    assert folded("Ada Test") != folded("Ada Tess")
    assert folded_identifier("12-34\u20115 6") == "123456"
    assert folded_identifier(" -\u200b ") == ""


def test_a_name_and_birth_date_on_record_ask_who_it_is(shop: Pharmacy) -> None:
    receive(shop, words(shop))
    for identifier in ("", NUMBER):
        assert refusal(shop, replace(words(shop, identifier=identifier), identifier="EX-2")) == "PATIENT_AMBIGUOUS"


def test_another_identifier_may_be_a_mistyped_one_and_asks_too(shop: Pharmacy) -> None:
    receive(shop, words(shop, identifier=NUMBER))
    assert refusal(shop, replace(words(shop, identifier="9876543271"), identifier="EX-2")) == "PATIENT_AMBIGUOUS"


@pytest.mark.parametrize("identifier", ["", "PHN-77"])
def test_another_person_of_the_same_name_and_birth_date_is_admitted_with_a_reason(shop: Pharmacy, identifier: str) -> None:
    at = receive(shop, words(shop, identifier=NUMBER))
    sent = replace(words(shop, identifier=identifier), identifier="EX-2")
    assert refusal(shop, sent, is_another_person=True) == "REASON_NEEDED"
    second = receive(shop, sent, is_another_person=True, reason="another address, and both were here together")
    assert patient_id(shop, second) != patient_id(shop, at)
    told = next(each for each in entries(shop.house) if each["action"] == "another person of the same name and birth date")
    assert told["changed"]["beside"][1] == patient_id(shop, at)
    assert told["reason"] == "another address, and both were here together"


def test_the_identifier_finds_one_of_two_people_of_one_name(shop: Pharmacy) -> None:
    at = receive(shop, words(shop, identifier=NUMBER))
    receive(shop, replace(words(shop, identifier="PHN-77"), identifier="EX-2"), is_another_person=True, reason="both were here together")
    assert patient_id(shop, receive(shop, replace(words(shop, identifier=NUMBER), identifier="EX-3"))) == patient_id(shop, at)


def test_nobody_is_another_person_than_nobody(shop: Pharmacy) -> None:
    assert refusal(shop, words(shop), is_another_person=True, reason="she says so") == "NO_SUCH_NAMESAKE"


# What is known of the patient


def test_a_later_order_brings_newer_contact_details_on_record(shop: Pharmacy) -> None:
    at = receive(shop, words(shop))
    newer = replace(words(shop, address="9 Elm Road, Victoria BC", telephone="+1 250 555 0100", identifier=NUMBER, language="fr"), identifier="EX-2")
    receive(shop, newer, patient_id=patient_id(shop, at))
    told = next(each for each in reversed(entries(shop.house)) if each["action"] == "change patient")
    assert told["changed"] == {
        "address": ["12 Cedar Street, Vancouver BC", "9 Elm Road, Victoria BC"], "telephone": ["+1 604 555 0199", "+1 250 555 0100"],
        "identifier": [None, NUMBER], "language": [None, "fr"],
    }  # fmt: skip
    profile = patient(shop, at).profile
    assert (profile.address, profile.telephone, profile.identifier, profile.language) == ("9 Elm Road, Victoria BC", "+1 250 555 0100", NUMBER, "fr")
    receive(shop, replace(words(shop, address="", telephone="", language="es"), identifier="EX-3"), patient_id=patient_id(shop, at))
    assert patient(shop, at).profile == profile


def test_a_dash_takes_the_place_of_nothing_on_record(shop: Pharmacy) -> None:
    at = receive(shop, words(shop))
    before = patient(shop, at).profile
    receive(shop, replace(words(shop, address=" - ", telephone="...", identifier="--"), identifier="EX-2"), patient_id=patient_id(shop, at))
    assert patient(shop, at).profile == before


@pytest.mark.parametrize("name", ["", "...", "\u200b"])
def test_a_name_without_letters_names_nobody(shop: Pharmacy, name: str) -> None:
    assert refusal(shop, words(shop, name=name)) == "PATIENT_NOT_GIVEN"


def change(shop: Pharmacy, at: Standing, *, by: str = "", reason: str = "", version: int = 0, **also: Any) -> Any:
    asked = ChangePatient(patient_id=patient_id(shop, at), version=version or patient(shop, at).version, **also)
    return change_patient(shop.house, shop.act(by or shop.crew.technician, reason=reason), asked)


def change_refused(shop: Pharmacy, at: Standing, *, by: str = "", reason: str = "", version: int = 0, **also: Any) -> str:
    # Looking at the record is itself recorded, so it is looked at before.
    asked = ChangePatient(patient_id=patient_id(shop, at), version=version or patient(shop, at).version, **also)
    return refused(shop.house, lambda: change_patient(shop.house, shop.act(by or shop.crew.technician, reason=reason), asked))


def test_contact_details_are_changed_with_old_and_new_on_the_trail(shop: Pharmacy) -> None:
    at = receive(shop, words(shop))
    kept = change(shop, at, telephone="+1 250 555 0100", language="fr", identifier=NUMBER)
    assert (kept.version, kept.sent_back) == (2, 0)
    assert entries(shop.house)[-1]["changed"]["telephone"] == ["+1 604 555 0199", "+1 250 555 0100"]
    assert patient(shop, at).profile.language == "fr"
    assert change_refused(shop, at, telephone="+1 250 555 0100") == "NOTHING_CHANGED"
    assert change_refused(shop, at, version=1, telephone="1") == "CONFLICT"
    assert change_refused(shop, at, identifier="PHN-78") == "REASON_NEEDED"


def test_a_name_is_changed_by_a_pharmacist_with_a_reason_while_two_identifiers_stay(shop: Pharmacy) -> None:
    at = walk.screen(shop, receive(shop, words(shop)))
    pharmacist, why = shop.crew.pharmacist, "married; passport seen"
    assert change_refused(shop, at, by=pharmacist, reason=why, name="Ada Berg") == "IDENTITY_CHANGED"
    change(shop, at, identifier=NUMBER)
    assert change_refused(shop, at, reason=why, name="Ada Berg") == "ROLE_NOT_ALLOWED"
    assert change_refused(shop, at, by=pharmacist, name="Ada Berg") == "REASON_NEEDED"
    two = {"name": "Ada Berg", "born_on": date(1960, 1, 2)}
    assert change_refused(shop, at, by=pharmacist, reason=why, **two) == "IDENTITY_CHANGED"
    for wrong in ({"name": "\u200b "}, {"born_on": shop.today + timedelta(days=1)}):
        assert change_refused(shop, at, by=pharmacist, reason=why, **wrong) == "PATIENT_NOT_GIVEN"
    assert change(shop, at, by=pharmacist, reason=why, name="Ada  Berg").sent_back == 1
    assert patient(shop, at).profile.name == "Ada Berg"
    second = receive(shop, replace(words(shop, name="Ada Berg", identifier=NUMBER), identifier="EX-2"))
    assert patient_id(shop, second) == patient_id(shop, at)


def test_an_order_that_names_the_patient_as_before_is_not_accepted(shop: Pharmacy) -> None:
    at = walk.screen(shop, receive(shop, words(shop, identifier=NUMBER)))
    change(shop, at, by=shop.crew.pharmacist, reason="married; passport seen", name="Ada Berg")
    at = walk.screen(shop, order_at(shop, at.id))
    assert refused(shop.house, lambda: accept(shop, at)) == "OTHER_PATIENT"


def test_no_change_makes_two_patients_alike(shop: Pharmacy) -> None:
    receive(shop, words(shop, identifier=NUMBER))
    at = receive(shop, words(shop, replace(PLAIN, patient="Bea Test"), identifier="PHN-77"))
    why = {"by": shop.crew.pharmacist, "reason": "the card says so"}
    assert change_refused(shop, at, identifier="9876543217", **why) == "PATIENT_AMBIGUOUS"
    assert change_refused(shop, at, name="Ada Test", **why) == "PATIENT_AMBIGUOUS"


# An order received twice


def test_the_same_order_twice_is_refused_until_somebody_says_that_it_is_a_second_one(shop: Pharmacy) -> None:
    at = receive(shop, words(shop))
    again = {"patient_id": patient_id(shop, at)}
    assert refusal(shop, words(shop), **again) == "DUPLICATE_ORDER"
    retyped = replace(words(shop), repeats=5, prescriber_name="dr laura  chen")
    assert refusal(shop, retyped, **again) == "DUPLICATE_ORDER"
    assert refusal(shop, words(shop), is_a_second_order=True, **again) == "REASON_NEEDED"
    second = receive(shop, words(shop), is_a_second_order=True, reason="the prescriber wrote two, one for each hand", **again)
    assert second.id != at.id
    assert entries(shop.house)[-1]["changed"]["is_a_second_order"][1] is True


def test_the_same_original_is_the_same_order_for_whomever_it_is_received(shop: Pharmacy) -> None:
    sent = replace(words(shop), identifier="")
    receive(shop, sent)
    assert refusal(shop, sent, is_another_person=True, reason="she says so") == "DUPLICATE_ORDER"


def test_the_original_of_an_order_that_was_corrected_since_is_known_again(shop: Pharmacy) -> None:
    sent = replace(words(shop), identifier="")
    at = receive(shop, sent)
    correction = receiving.CorrectOrder(order_id=at.id, version=at.version, sent=replace(sent, repeats=3))
    receiving.correct_order(shop.house, shop.act(shop.crew.assistant, reason="misread"), correction)
    assert refusal(shop, sent, patient_id=patient_id(shop, at)) == "DUPLICATE_ORDER"


@pytest.mark.parametrize("other", [{"identifier": "EX-2"}, {"authored_on": "2026-11-20"}, {"prescriber_name": "Dr Other", "prescriber_licence": "EX-7"}])
def test_another_reference_day_or_prescriber_is_another_order(shop: Pharmacy, other: dict[str, str]) -> None:
    at = receive(shop, words(shop))
    assert receive(shop, replace(words(shop), **other), patient_id=patient_id(shop, at)).state is State.RECEIVED


def test_an_order_that_was_cancelled_unfilled_may_come_again_and_a_filled_one_may_not(shop: Pharmacy) -> None:
    at = receive(shop, words(shop))
    deciding.cancel(shop.house, shop.act(shop.crew.pharmacist, reason="sent to us by mistake"), of_order(at))
    at = receive(shop, words(shop), patient_id=patient_id(shop, at))
    filled_once(shop, accept(shop, walk.screen(shop, at)))
    deciding.cancel(shop.house, shop.act(shop.crew.pharmacist, reason="not needed any more"), of_order(order_at(shop, at.id)))
    assert refusal(shop, words(shop), patient_id=patient_id(shop, at)) == "DUPLICATE_ORDER"


def test_the_same_order_eight_times_at_once_is_one_order_for_one_patient(shop_on_each: Pharmacy) -> None:
    shop, start = shop_on_each, Barrier(8)
    acts = [shop.act(shop.crew.technician) for _ in range(8)]
    asked = ReceiveTyped(sent=words(shop, identifier=NUMBER), source=Source.PAPER, evidence=Evidence(images=(shop.picture,)))

    def send(act: Act) -> str:
        start.wait()
        try:
            return receiving.receive_typed(shop.house, act, asked).number
        except LevigateError as refused_with:
            return refused_with.code

    before = counts(shop.house.database)
    with ThreadPoolExecutor(8) as threads:
        answers = sorted(threads.map(send, acts))
    assert answers == ["100001", *["DUPLICATE_ORDER"] * 7]
    after = counts(shop.house.database)
    assert (after["medication_order"] - before["medication_order"], after["patient"] - before["patient"]) == (1, 1)


# Who heard what


def by_phone(shop: Pharmacy, heard: Spoken, by: str) -> Standing:
    return receive(shop, words(shop), by=by, source=Source.PHONE, evidence=Evidence(spoken=heard))


def transferred(shop: Pharmacy, heard: Spoken, by: str) -> Standing:
    transfer = Transfer(pharmacy="Other Pharmacy", their_number="77", fills_made=1, last_filled_on=shop.today - timedelta(days=40), spoken=heard)
    return receive(shop, words(shop), by=by, source=Source.TRANSFER, evidence=Evidence(transfer=transfer))


@pytest.mark.parametrize("way", [by_phone, transferred])
def test_what_was_spoken_is_written_down_by_the_pharmacist_who_heard_it_and_soon(shop: Pharmacy, way: Any) -> None:
    heard = spoken(shop)
    assert refused(shop.house, lambda: way(shop, replace(heard, received_by="Toni Example"), shop.crew.technician)) == "ROLE_NOT_ALLOWED"
    assert refused(shop.house, lambda: way(shop, heard, shop.crew.second)) == "NOT_THE_HEARER"
    assert refused(shop.house, lambda: way(shop, replace(heard, at=shop.clock.now() + timedelta(hours=1)), shop.crew.pharmacist)) == "DATE_AHEAD"
    for long_ago in (shop.clock.now() - timedelta(days=31), datetime(1, 1, 1, tzinfo=UTC)):
        assert refused(shop.house, lambda at=long_ago: way(shop, replace(heard, at=at), shop.crew.pharmacist)) == "SPOKEN_LONG_AGO"
    assert way(shop, replace(heard, at=shop.clock.now() - timedelta(days=29)), shop.crew.pharmacist).state is State.RECEIVED


def test_a_supervised_intern_may_take_down_what_was_spoken(shop: Pharmacy) -> None:
    intern = hire(shop, "Ira Example", Role.INTERN)
    heard = replace(spoken(shop), received_by="Ira Example")
    assert refused(shop.house, lambda: by_phone(shop, heard, intern)) == "SUPERVISOR_NEEDED"
    asked = ReceiveTyped(sent=words(shop), source=Source.PHONE, evidence=Evidence(spoken=heard))
    act = counter.beside(shop.act(intern), shop.crew.pharmacist)
    assert receiving.receive_typed(shop.house, act, asked).state is State.RECEIVED


def test_the_speaker_is_who_answered_and_the_hearer_is_who_records_it(shop: Pharmacy) -> None:
    at = walk.screen(shop, receive(shop, words(shop)))
    question = deciding.AskPrescriber(order_id=at.id, version=at.version, question="Which finger?")
    at = deciding.ask_prescriber(shop.house, shop.act(shop.crew.pharmacist), question)
    told = deciding.RecordAnswer(order_id=at.id, version=at.version, by="Dr Laura Chen", on=shop.today, words="The left one.", spoken=spoken(shop))
    for also, by, code in (
        ({"by": "Dr Other"}, shop.crew.pharmacist, "NOT_THE_SPEAKER"), ({}, shop.crew.second, "NOT_THE_HEARER"), ({"words": "..."}, shop.crew.pharmacist, "NOT_STATED"),
    ):  # fmt: skip
        assert refused(shop.house, lambda also=also, by=by: deciding.record_answer(shop.house, shop.act(by), replace(told, **also))) == code


# What an inspector asks of the trail


def test_the_trail_says_how_an_order_came_and_what_was_filled_elsewhere(shop: Pharmacy) -> None:
    transferred(shop, spoken(shop), shop.crew.pharmacist)
    told = entries(shop.house)[-1]
    assert told["action"] == "transfer in"
    assert told["changed"]["source"][1] == "transfer"
    assert told["changed"]["fills_made_elsewhere"][1] == 1
    for each in ("Other Pharmacy", "77", "Dr Laura Chen", "+1 604 555 0123", "Pat Example"):
        assert each in told["changed"]["evidence"][1]


# Numbers and texts no record can hold


@pytest.mark.parametrize("days", ["0", "-1", "0.5", "732", "1E+400", "1E-400", "NaN", "sNaN", "Infinity"])
def test_a_supply_of_no_possible_days_is_not_received(shop: Pharmacy, days: str) -> None:
    assert refusal(shop, replace(words(shop), supply_days=Decimal(days))) in {"SUPPLY_DAYS_OUT_OF_RANGE", "NUMBER_NOT_ALLOWED"}


def in_quantity(sent: OrderAsSent, value: Decimal) -> OrderAsSent:
    return replace(sent, quantity=QuantityAsSent(value=value, unit="g"))


def in_strength(sent: OrderAsSent, value: Decimal) -> OrderAsSent:
    ingredient = sent.medication.ingredients[0]
    assert ingredient.strength is not None
    strength = replace(ingredient.strength, numerator=QuantityAsSent(value=value, unit="g"))
    return replace(sent, medication=replace(sent.medication, ingredients=(replace(ingredient, strength=strength),)))


def in_directions(sent: OrderAsSent, value: Decimal) -> OrderAsSent:
    return replace(sent, directions=(DirectionsAsSent(texts=("Apply.",), times_per_day=value),))


@pytest.mark.parametrize("place", [in_quantity, in_strength, in_directions])
def test_a_quantity_that_is_no_number_is_not_received(shop: Pharmacy, place: Any) -> None:
    for value in ("NaN", "sNaN", "Infinity", "-Infinity"):
        assert refusal(shop, place(words(shop), Decimal(value))) == "NUMBER_NOT_ALLOWED"
    for value in ("1E+400", "1E-400", "-1E+400", f"0.{'3' * 31}"):
        assert refusal(shop, place(words(shop), Decimal(value))) == "NUMBER_NOT_ALLOWED"


@pytest.mark.parametrize("repeats", [-1, 1001, 10**30])
def test_impossible_repeats_are_not_received(shop: Pharmacy, repeats: int) -> None:
    assert refusal(shop, replace(words(shop), repeats=repeats)) == "REPEATS_OUT_OF_RANGE"


BAD = ("\ud800", "a\x00b", "a\x1bb", "a\x85b", "x" * 2001)


@pytest.mark.parametrize("text", BAD)
def test_a_text_that_no_record_can_keep_is_not_received_wherever_it_stands(shop: Pharmacy, text: str) -> None:
    plain = words(shop)
    places: list[OrderAsSent] = [
        replace(plain, identifier=text), replace(plain, prescriber_name=text), replace(plain, notes=(text,)), words(shop, name=text), words(shop, address=text),
        replace(plain, directions=(DirectionsAsSent(texts=(text,)),)), replace(plain, quantity=QuantityAsSent(value=Decimal(60), unit=text)),
        words(shop, replace(PLAIN, allergies=(text,))), replace(plain, authored_on=text), replace(plain, status_reason=text),
    ]  # fmt: skip
    for each in places:
        assert refusal(shop, each) == "TEXT_NOT_ALLOWED"
    assert refusal(shop, plain, reason=text) == "TEXT_NOT_ALLOWED"
    at = accepted(shop, plain)
    correction = receiving.CorrectOrder(order_id=at.id, version=at.version, sent=places[0])
    act = shop.act(shop.crew.assistant, reason="misread")
    assert refused(shop.house, lambda: receiving.correct_order(shop.house, act, correction)) == "TEXT_NOT_ALLOWED"
    assert change_refused(shop, at, telephone=text) == "TEXT_NOT_ALLOWED"


def test_a_call_at_a_time_without_its_zone_cannot_be_told(shop: Pharmacy) -> None:
    with pytest.raises(LevigateError, match="TIME_ZONE_MISSING"):
        replace(spoken(shop), at=datetime(2026, 11, 22))  # noqa: DTZ001 - exactly this is refused.


def test_a_note_on_several_lines_is_received(shop: Pharmacy) -> None:
    assert receive(shop, replace(words(shop), notes=("for the hands\r\n\tonly",))).state is State.RECEIVED


@pytest.mark.parametrize("at", [datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)])
def test_an_act_at_either_end_of_the_calendar_is_answered_or_refused(shop: Pharmacy, at: datetime) -> None:
    there = replace(shop, clock=Clock(at))
    order_told, act = words(shop), example_act(shop.crew.technician, at)
    for day in ("0001-01-01", "9999-12-31"):
        asked = ReceiveTyped(sent=replace(order_told, authored_on=day, identifier=day), source=Source.PAPER, evidence=Evidence(images=(shop.picture,)))
        # Anything else than a refusal would fail the test.
        with suppress(LevigateError):
            walk.screen(there, receiving.receive_typed(shop.house, act, asked))
