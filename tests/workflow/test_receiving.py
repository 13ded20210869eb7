"""Receiving orders: each with its original and evidence, for the right patient, and with every allergy it tells of kept for the next order."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest

from compounding.demo import walk
from compounding.demo.crew import Pharmacy
from compounding.demo.walk import Wish
from compounding.domain.order_as_sent import OrderAsSent
from compounding.domain.order_parts import Evidence, Source, Transfer
from compounding.domain.patients import AllergyEntry
from compounding.domain.people import Role
from compounding.domain.stages import State
from compounding.storage import contents, documents
from compounding.storage.transaction import transaction
from compounding.workflow import deciding, reading, receiving
from compounding.workflow.examining import Held
from compounding.workflow.receiving import CorrectOrder, ReceiveFile, ReceiveTyped, Standing
from tests.workflow import counter
from tests.workflow.counter import ALLERGIC_IN_ZINC, IN_ZINC, PLAIN, on_paper, order, typed
from tests.workflow.seeing import entries, refused, told_by

EXAMPLES = Path(__file__).parents[2] / "examples" / "orders"
ANA = (EXAMPLES / "01-petrolatum.json").read_bytes()


def kept_bytes(shop: Pharmacy, digest: str) -> bytes:
    house = shop.house
    with transaction(house.database, site_id=house.site_id, by="reader", role="", at=shop.clock.now()) as opened:
        return contents.of(opened, digest)


def receive_file(shop: Pharmacy, content: bytes, *, by: str = "", patient_id: str = "") -> Standing:
    return receiving.receive_file(shop.house, shop.act(by or shop.crew.technician), ReceiveFile(content=content, patient_id=patient_id))


def receive_typed(shop: Pharmacy, sent: OrderAsSent, source: Source, *, by: str = "", **evidence: object) -> Standing:
    asked = ReceiveTyped(sent=sent, source=source, evidence=replace(Evidence(), **evidence))  # type: ignore[arg-type]
    return receiving.receive_typed(shop.house, shop.act(by or shop.crew.pharmacist), asked)


def transfer(shop: Pharmacy, *, fills: int = 1, last: date | None = None) -> Transfer:
    last = (last or shop.today - timedelta(days=40)) if fills else None
    return Transfer(pharmacy="Other Pharmacy", their_number="RX-77", fills_made=fills, last_filled_on=last, spoken=counter.spoken(shop, "Kay Example"))


# The original and the evidence


def test_the_bytes_of_a_file_are_kept_and_equal(shop_on_each: Pharmacy) -> None:
    at = receive_file(shop_on_each, ANA)
    assert (at.state, at.version) == (State.RECEIVED, 1)
    record = order(shop_on_each, at.id)
    assert record.original_sha256 == hashlib.sha256(ANA).hexdigest()
    assert kept_bytes(shop_on_each, record.original_sha256) == ANA
    assert (record.source, record.is_transcribed) == (Source.FILE, False)


@pytest.mark.parametrize("content", [b"", b"{", b"not an order", b'{"resourceType": "Patient"}', b"\xff\xfe"])
def test_an_unreadable_file_keeps_nothing_and_says_why(shop: Pharmacy, content: bytes) -> None:
    assert refused(shop.house, lambda: receive_file(shop, content))
    with pytest.raises(Held) as refusal:
        receive_file(shop, content)
    assert refusal.value.reasons
    assert refusal.value.message == refusal.value.reasons[0].message


def test_a_typed_order_keeps_its_words_in_one_form(shop_on_each: Pharmacy) -> None:
    sent = typed(shop_on_each)
    record = order(shop_on_each, on_paper(shop_on_each, sent).id)
    assert documents.read(OrderAsSent, kept_bytes(shop_on_each, record.original_sha256).decode()) == sent == record.sent
    assert record.evidence.images == (shop_on_each.picture,)


def test_an_order_by_phone_keeps_who_spoke(shop: Pharmacy) -> None:
    at = receive_typed(shop, typed(shop), Source.PHONE, spoken=counter.spoken(shop))
    told = order(shop, at.id).evidence.spoken
    assert told is not None
    assert (told.by, told.read_back) == ("Dr Laura Chen", True)


def test_a_transfer_keeps_what_was_filled_elsewhere(shop: Pharmacy) -> None:
    at = receive_typed(shop, typed(shop), Source.TRANSFER, transfer=transfer(shop))
    assert order(shop, at.id).fills_made_elsewhere == 1
    assert entries(shop.house)[-1]["action"] == "transfer in"


def test_a_transfer_cannot_have_been_filled_on_a_day_to_come(shop: Pharmacy) -> None:
    ahead = transfer(shop, last=shop.today + timedelta(days=1))
    assert refused(shop.house, lambda: receive_typed(shop, typed(shop), Source.TRANSFER, transfer=ahead)) == "DATE_AHEAD"


def test_a_prescriber_enters_their_own_order(shop: Pharmacy) -> None:
    dr = counter.hire(shop, "Dr Laura Chen", Role.PRESCRIBER)
    record = order(shop, receive_typed(shop, typed(shop, prescriber_licence="EX-09999"), Source.ENTERED, by=dr).id)
    assert (record.source, record.received_by, record.is_transcribed) == (Source.ENTERED, dr, False)


@pytest.mark.parametrize("source", [Source.FAX, Source.PHONE, Source.PAPER, Source.TRANSFER, Source.FILE])
def test_a_transcribed_order_without_its_evidence_is_not_received(shop: Pharmacy, source: Source) -> None:
    assert refused(shop.house, lambda: receive_typed(shop, typed(shop), source)) == "EVIDENCE_MISSING"


def test_an_image_that_was_never_kept_is_no_evidence(shop: Pharmacy) -> None:
    assert refused(shop.house, lambda: receive_typed(shop, typed(shop), Source.FAX, images=("f" * 64,))) == "NOT_FOUND"


def test_receiving_is_told_with_number_and_original(shop: Pharmacy) -> None:
    act = shop.act(shop.crew.technician)
    told = told_by(shop.house, act, lambda: receiving.receive_file(shop.house, act, ReceiveFile(content=ANA)))
    received = next(each for each in told if each["action"] == "receive order")
    assert received["changed"]["original"] == [None, hashlib.sha256(ANA).hexdigest()]
    assert received["changed"]["state"] == [None, "received"]
    assert received["role"] == "technician"


def test_every_order_has_a_number_of_its_own(shop: Pharmacy) -> None:
    numbers = [on_paper(shop, typed(shop, replace(PLAIN, patient=name))).number for name in ("Ana A", "Ben B", "Cleo C")]
    assert numbers == sorted(set(numbers))


# Who may


@pytest.mark.parametrize(("source", "role"), [
    (Source.ENTERED, Role.PHARMACIST), (Source.PAPER, Role.PRESCRIBER), (Source.PAPER, Role.AUDITOR), (Source.TRANSFER, Role.TECHNICIAN),
])  # fmt: skip
def test_whose_duty_it_is_not_cannot_receive(shop: Pharmacy, source: Source, role: Role) -> None:
    who = counter.hire(shop, "Somebody Else", role)
    evidence = {"images": (shop.picture,), "transfer": transfer(shop)}
    assert refused(shop.house, lambda: receive_typed(shop, typed(shop), source, by=who, **evidence)) == "ROLE_NOT_ALLOWED"


def test_a_prescriber_does_not_receive_files_here(shop: Pharmacy) -> None:
    dr = counter.hire(shop, "Dr Laura Chen", Role.PRESCRIBER)
    assert refused(shop.house, lambda: receive_file(shop, ANA, by=dr)) == "ROLE_NOT_ALLOWED"


# Whose order it is


_references = count(1)
"""Every order of these tests has a reference of its own: the same one twice would be a duplicate."""


def of_patient(shop: Pharmacy, *, identifier: str = "", name: str = "Ada Test", born: str = "1960-01-01") -> OrderAsSent:
    plain = typed(shop, identifier=f"ORDER-{next(_references)}")
    return replace(plain, patient=replace(plain.patient, name=name, birth_date=born, identifier=identifier))


def patient_of(shop: Pharmacy, at: Standing) -> str:
    return order(shop, at.id).patient_id


def test_the_same_identifier_name_and_birthday_are_the_same_patient(shop_on_each: Pharmacy) -> None:
    first = on_paper(shop_on_each, of_patient(shop_on_each, identifier="MRN-1"))
    second = on_paper(shop_on_each, of_patient(shop_on_each, identifier="MRN-1", name="  ADA   test "))
    assert patient_of(shop_on_each, first) == patient_of(shop_on_each, second)


def test_another_identifier_beside_the_same_name_and_birthday_is_asked_about(shop: Pharmacy) -> None:
    first = on_paper(shop, of_patient(shop, identifier="MRN-1"))
    assert refused(shop.house, lambda: on_paper(shop, of_patient(shop, identifier="MRN-2"))) == "PATIENT_AMBIGUOUS"
    asked = ReceiveTyped(
        sent=of_patient(shop, identifier="MRN-2"), source=Source.PAPER, evidence=Evidence(images=(shop.picture,)), is_another_person=True
    )  # fmt: skip
    second = receiving.receive_typed(shop.house, shop.act(shop.crew.technician, reason="two people, both were asked"), asked)
    assert patient_of(shop, first) != patient_of(shop, second)


@pytest.mark.parametrize(("known", "asked"), [("", ""), ("", "MRN-1"), ("MRN-1", "")])
def test_a_name_and_birthday_on_record_without_identifiers_on_both_sides_is_asked_about(shop: Pharmacy, known: str, asked: str) -> None:
    first = on_paper(shop, of_patient(shop, identifier=known))
    assert refused(shop.house, lambda: on_paper(shop, of_patient(shop, identifier=asked))) == "PATIENT_AMBIGUOUS"
    chosen = on_paper(shop, of_patient(shop, identifier=asked), patient_id=patient_of(shop, first))
    assert patient_of(shop, chosen) == patient_of(shop, first)


@pytest.mark.parametrize("other", [{"name": "Ada Tester"}, {"born": "1960-01-02"}])
def test_an_order_is_not_put_on_another_patients_record(shop: Pharmacy, other: dict[str, str]) -> None:
    first = patient_of(shop, on_paper(shop, of_patient(shop)))
    assert refused(shop.house, lambda: on_paper(shop, of_patient(shop, **other), patient_id=first)) == "OTHER_PATIENT"


@pytest.mark.parametrize("other", [{"name": " "}, {"born": ""}, {"born": "1960"}, {"born": "yesterday"}])
def test_an_order_of_nobody_is_not_kept(shop: Pharmacy, other: dict[str, str]) -> None:
    assert refused(shop.house, lambda: on_paper(shop, of_patient(shop, **other))) == "PATIENT_NOT_GIVEN"


def test_a_patient_who_is_not_there_is_not_found(shop: Pharmacy) -> None:
    assert refused(shop.house, lambda: on_paper(shop, typed(shop), patient_id="nobody")) == "NOT_FOUND"


# Allergies


def second_order(shop: Pharmacy, first: Standing, wish: Wish) -> Standing:
    return on_paper(shop, typed(shop, wish, identifier=f"SECOND-{next(_references)}"), patient_id=patient_of(shop, first))


def held(shop: Pharmacy, at: Standing) -> tuple[str, ...]:
    """The codes that stand against accepting a screened order."""
    with pytest.raises(Held) as refusal:
        counter.accept(shop, at)
    return tuple(each.code for each in refusal.value.reasons)


def test_an_allergy_told_with_one_order_stops_the_next_whose_own_words_deny_it(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    first = on_paper(shop, typed(shop, replace(PLAIN, allergies=counter.ZINC_RASH)))
    second = walk.screen(shop, second_order(shop, first, IN_ZINC))
    seen = order(shop, second.id).screening
    assert seen is not None
    assert seen.zinc == "zinc"
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in held(shop, second)


def test_the_entries_of_an_order_stand_in_the_patients_record(shop: Pharmacy) -> None:
    at = on_paper(shop, typed(shop, ALLERGIC_IN_ZINC))
    seen = reading.read_patient(shop.house, shop.act(shop.crew.pharmacist), reading.Of(id=patient_of(shop, at)))
    assert [(each.told, each.order_id) for each in seen.allergies] == [(order(shop, at.id).sent.allergies[0], at.id)]


def test_an_entry_that_is_on_record_already_is_not_recorded_twice(shop: Pharmacy) -> None:
    first = on_paper(shop, typed(shop))
    second_order(shop, first, PLAIN)
    seen = reading.read_patient(shop.house, shop.act(shop.crew.pharmacist), reading.Of(id=patient_of(shop, first)))
    assert len(seen.allergies) == 1


def test_a_new_entry_sends_the_patients_screened_and_accepted_orders_back(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    first = counter.accepted(shop, typed(shop, IN_ZINC))
    screened = walk.screen(shop, second_order(shop, first, PLAIN))
    second_order(shop, first, ALLERGIC_IN_ZINC)
    assert [counter.order_at(shop, each.id).state for each in (first, screened)] == [State.RECEIVED, State.RECEIVED]
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in held(shop, walk.screen(shop, counter.order_at(shop, first.id)))


def test_another_patients_orders_stay_as_they_are(shop: Pharmacy) -> None:
    other = counter.accepted(shop, typed(shop, replace(PLAIN, patient="Ben Other")))
    on_paper(shop, typed(shop, ALLERGIC_IN_ZINC))
    assert counter.order_at(shop, other.id).state is State.ACCEPTED


# Corrections


def correct(shop: Pharmacy, at: Standing, sent: OrderAsSent, *, by: str = "", reason: str = "misread the fax") -> Standing:
    asked = CorrectOrder(order_id=at.id, version=at.version, sent=sent)
    return receiving.correct_order(shop.house, shop.act(by or shop.crew.technician, reason=reason), asked)


def test_a_correction_keeps_the_old_words_and_needs_a_new_screening(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    at = walk.screen(shop, on_paper(shop, typed(shop)))
    before = order(shop, at.id)
    after = correct(shop, at, typed(shop, replace(PLAIN, amount_g="30")))
    record = order(shop, at.id)
    assert (after.state, record.screening, record.corrections) == (State.RECEIVED, None, ("misread the fax",))
    assert documents.read(OrderAsSent, kept_bytes(shop, before.original_sha256).decode()) == before.sent
    told = entries(shop.house)[-1]
    assert told["action"] == "correct order"
    assert [documents.read(OrderAsSent, each) for each in told["changed"]["words"]] == [before.sent, record.sent]
    assert refused(shop.house, lambda: counter.accept(shop, after)) == "SCREENING_OUT_OF_DATE"


def test_a_correction_needs_a_reason(shop: Pharmacy) -> None:
    at = on_paper(shop, typed(shop))
    assert refused(shop.house, lambda: correct(shop, at, typed(shop), reason=" ")) == "REASON_NEEDED"


@pytest.mark.parametrize("other", [{"name": "Ben Other"}, {"born": "1961-01-01"}])
def test_a_correction_does_not_move_an_order_to_another_patient(shop: Pharmacy, other: dict[str, str]) -> None:
    at = on_paper(shop, typed(shop))
    assert refused(shop.house, lambda: correct(shop, at, of_patient(shop, **other))) == "OTHER_PATIENT"


def test_an_accepted_order_is_not_corrected(shop: Pharmacy) -> None:
    at = counter.accepted(shop, typed(shop))
    assert refused(shop.house, lambda: correct(shop, at, typed(shop))) == "NOT_NOW"


def test_an_order_is_not_corrected_while_a_preparation_by_its_old_words_is_at_the_bench(shop: Pharmacy) -> None:
    at = counter.accepted(shop, typed(shop))
    walk.plan(shop, at)
    counter.told_nothing_new(shop, at.id)
    at = counter.order_at(shop, at.id)
    assert refused(shop.house, lambda: correct(shop, at, typed(shop, replace(PLAIN, percent="20")))) == "PREPARATION_OPEN"


def test_whose_duty_it_is_not_cannot_correct(shop: Pharmacy) -> None:
    at = on_paper(shop, typed(shop))
    auditor = counter.hire(shop, "Audrey Auditor", Role.AUDITOR)
    assert refused(shop.house, lambda: correct(shop, at, typed(shop), by=auditor)) == "ROLE_NOT_ALLOWED"


def test_an_allergy_that_a_correction_leaves_out_still_counts(shop: Pharmacy) -> None:
    at = on_paper(shop, typed(shop, ALLERGIC_IN_ZINC))
    after = walk.screen(shop, correct(shop, at, typed(shop, IN_ZINC)))
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in held(shop, after)


def test_an_allergy_that_a_correction_brings_counts_for_the_patients_other_orders(shop: Pharmacy) -> None:
    first = counter.accepted(shop, typed(shop, IN_ZINC))
    second = second_order(shop, first, PLAIN)
    correct(shop, second, typed(shop, ALLERGIC_IN_ZINC))
    assert counter.order_at(shop, first.id).state is State.RECEIVED


def test_an_older_version_of_an_order_is_not_corrected(shop: Pharmacy) -> None:
    at = on_paper(shop, typed(shop))
    walk.screen(shop, at)
    assert refused(shop.house, lambda: correct(shop, at, typed(shop))) == "CONFLICT"


def test_a_correction_back_and_forth_multiplies_no_entry(shop: Pharmacy) -> None:
    at = on_paper(shop, typed(shop, ALLERGIC_IN_ZINC))
    at = correct(shop, at, typed(shop, IN_ZINC))
    correct(shop, at, typed(shop, ALLERGIC_IN_ZINC))
    seen = reading.read_patient(shop.house, shop.act(shop.crew.pharmacist), reading.Of(id=patient_of(shop, at)))
    said = [each.told.in_words for each in seen.allergies if isinstance(each.told, AllergyEntry)]
    assert len(said) == len(set(said)) == 2
    assert deciding.screen(shop.house, shop.act(shop.crew.pharmacist), counter.of_order(counter.order_at(shop, at.id))).state is State.SCREENED
