"""What an examiner tried at the workflow: each rule here was broken once, or nearly."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from compounding.demo import walk
from compounding.demo.crew import PICTURE, Pharmacy, example_act
from compounding.domain.assurance import Assurance, Factor
from compounding.domain.order_as_sent import OrderAsSent
from compounding.domain.order_parts import Evidence, Source
from compounding.domain.people import Person, Role
from compounding.domain.stages import State
from compounding.storage import people as stored_people
from compounding.workflow import bench_steps, deciding, patients, people, reading, receiving
from compounding.workflow.files import keep_file
from compounding.workflow.people import PersonAsNow
from compounding.workflow.receiving import Standing
from compounding.workflow.use_case import Act
from tests.workflow import counter
from tests.workflow.counter import PLAIN, ZINC_RASH, of_preparation, typed
from tests.workflow.seeing import refused

OTHER_PICTURE = PICTURE + b"\x00"


def silent(act: Act) -> Act:
    """The same act by somebody who shows nothing for it."""
    return replace(act, shown=())


def person(shop: Pharmacy, person_id: str) -> Person:
    with shop.house.database.reading() as connection:
        return next(each for each in stored_people.people_of(connection, shop.house.site_id) if each.id == person_id)


def by_themselves(shop: Pharmacy, who: str, sent: OrderAsSent, *, reason: str = "", **also: Any) -> Standing:
    """An order that its prescriber enters, under the name and licence on record."""
    known = person(shop, who)
    asked = receiving.ReceiveTyped(sent=replace(sent, prescriber_name=known.name, prescriber_licence=known.licence), source=Source.ENTERED, **also)
    return receiving.receive_typed(shop.house, shop.act(who, reason=reason), asked)


@pytest.fixture
def reyes(shop: Pharmacy) -> str:
    return counter.hire(shop, "Dr Omar Reyes", Role.PRESCRIBER)


# What is changed for good is confirmed


@pytest.mark.parametrize("identifier", ["PHN-2", ""])
def test_an_identifier_on_record_is_changed_only_with_the_password_again(shop: Pharmacy, identifier: str) -> None:
    sent = typed(shop)
    at = counter.on_paper(shop, replace(sent, patient=replace(sent.patient, identifier="PHN-1")))
    asked = patients.ChangePatient(patient_id=counter.order(shop, at.id).patient_id, version=1, identifier=identifier)
    act = shop.act(shop.crew.technician, reason="as the card says")
    assert refused(shop.house, lambda: patients.change_patient(shop.house, silent(act), asked)) == "CONFIRM_WITH_PASSWORD"
    assert patients.change_patient(shop.house, act, asked).version == 2


def test_a_first_identifier_is_added_without_signing(shop: Pharmacy) -> None:
    at = counter.on_paper(shop, typed(shop))
    asked = patients.ChangePatient(patient_id=counter.order(shop, at.id).patient_id, version=1, identifier="PHN-1")
    assert patients.change_patient(shop.house, silent(shop.act(shop.crew.technician)), asked).version == 2


def test_signed_work_is_thrown_away_only_with_the_password_again(shop: Pharmacy) -> None:
    at = walk.brought_to(shop, counter.accepted(shop, typed(shop)), State.MADE)
    act = shop.act(shop.crew.pharmacist, reason="lumps")
    assert refused(shop.house, lambda: bench_steps.rework_preparation(shop.house, silent(act), of_preparation(at))) == "CONFIRM_WITH_PASSWORD"
    assert bench_steps.rework_preparation(shop.house, act, of_preparation(at)).state is State.ASSESSED


# Supervision is confirmed by who supervises


def test_nobody_supervises_who_was_only_named(shop: Pharmacy) -> None:
    at = walk.screen(shop, counter.on_paper(shop, typed(shop)))
    asked = deciding.Accept(order_id=at.id, version=at.version, prescriber_authenticated="number known, licence looked up")
    both = example_act(shop.crew.intern, shop.clock.now(), supervisor=shop.crew.pharmacist)
    alone = replace(both, shown=tuple(each for each in both.shown if each.person_id == shop.crew.intern))
    assert refused(shop.house, lambda: deciding.accept(shop.house, alone, asked)) == "CONFIRM_WITH_PASSWORD"
    assert deciding.accept(shop.house, both, asked).state is State.ACCEPTED


def test_what_the_supervisor_showed_six_minutes_ago_supervises_nothing_now(shop: Pharmacy) -> None:
    at = walk.screen(shop, counter.on_paper(shop, typed(shop)))
    asked = deciding.Accept(order_id=at.id, version=at.version, prescriber_authenticated="number known, licence looked up")
    both = example_act(shop.crew.intern, shop.clock.now(), supervisor=shop.crew.pharmacist)
    old = Assurance(person_id=shop.crew.pharmacist, factors=frozenset({Factor.EXAMPLE}), at=both.at - timedelta(minutes=6))
    assert refused(shop.house, lambda: deciding.accept(shop.house, replace(both, shown=(both.shown[0], old)), asked)) == "CONFIRM_WITH_PASSWORD"


# Roles


def as_now(who: Person, **also: Any) -> PersonAsNow:
    told = PersonAsNow(
        person_id=who.id, version=1, name=who.name, roles=tuple(who.roles), licence=who.licence, licence_expires_on=who.licence_expires_on
    )  # fmt: skip
    return replace(told, **also)


def test_nobody_gives_themselves_a_role(shop: Pharmacy) -> None:
    desi = counter.hire(shop, "Desi Example", Role.DESIGNATED_PERSON)
    asked = as_now(person(shop, desi), roles=(Role.DESIGNATED_PERSON, Role.PHARMACIST))
    assert refused(shop.house, lambda: people.change_person(shop.house, shop.act(desi, reason="to help out"), asked)) == "OWN_ROLES"
    assert people.change_person(shop.house, shop.act(shop.crew.designated, reason="registered now"), asked).version == 2


def test_a_role_of_ones_own_is_laid_down_and_a_licence_renewed(shop: Pharmacy) -> None:
    who = person(shop, shop.crew.designated)
    until = shop.today + timedelta(days=700)
    asked = as_now(who, roles=(Role.DESIGNATED_PERSON,), licence_expires_on=until)
    people.change_person(shop.house, shop.act(who.id, reason="works in the office now"), asked)
    assert (person(shop, who.id).roles, person(shop, who.id).licence_expires_on) == (frozenset({Role.DESIGNATED_PERSON}), until)


# Whose order it is


@pytest.mark.parametrize("other", [{"prescriber_name": "Dr Laura Chen"}, {"prescriber_licence": "EX-10234"}, {"prescriber_licence": ""}])
def test_no_prescriber_enters_an_order_in_another_name(shop: Pharmacy, reyes: str, other: dict[str, str]) -> None:
    own = {"prescriber_name": "Dr Omar Reyes", "prescriber_licence": "EX-09999"}
    asked = receiving.ReceiveTyped(sent=typed(shop, **{**own, **other}), source=Source.ENTERED)
    assert refused(shop.house, lambda: receiving.receive_typed(shop.house, shop.act(reyes), asked)) == "NOT_YOUR_ORDER"
    same = receiving.ReceiveTyped(sent=typed(shop, prescriber_name=" dr  omar REYES", prescriber_licence="ex 09999"), source=Source.ENTERED)
    assert receiving.receive_typed(shop.house, shop.act(reyes), same).state is State.RECEIVED


# A prescriber learns of nobody, and hides nobody's allergy


def test_an_entered_order_goes_to_the_patient_on_record_with_the_allergies_another_told(shop: Pharmacy, reyes: str) -> None:
    first = counter.on_paper(shop, typed(shop, replace(PLAIN, allergies=ZINC_RASH)))
    at = by_themselves(shop, reyes, typed(shop))
    known = counter.order(shop, first.id).patient_id
    assert counter.order(shop, at.id).patient_id == known
    screened = counter.order(shop, walk.screen(shop, counter.order_at(shop, at.id)).id)
    assert screened.screening is not None
    assert any("diaper" in each for each in screened.screening.findings)


def test_an_entered_order_changes_nothing_of_a_record_its_prescriber_may_not_read(shop: Pharmacy, reyes: str) -> None:
    first = counter.on_paper(shop, typed(shop))
    before = reading.read_patient(shop.house, shop.act(shop.crew.pharmacist), reading.Of(id=counter.order(shop, first.id).patient_id))
    sent = typed(shop)
    by_themselves(shop, reyes, replace(sent, patient=replace(sent.patient, address="1 Elsewhere", telephone="+1 604 555 0000", identifier="X-1")))
    after = reading.read_patient(shop.house, shop.act(shop.crew.pharmacist), reading.Of(id=counter.order(shop, first.id).patient_id))
    assert (after.version, after.profile) == (before.version, before.profile)


@pytest.mark.parametrize("is_known", [True, False])
def test_no_prescriber_tells_apart_whom_they_never_had(shop: Pharmacy, reyes: str, *, is_known: bool) -> None:
    if is_known:
        counter.on_paper(shop, typed(shop))
    assert refused(shop.house, lambda: by_themselves(shop, reyes, typed(shop), reason="somebody else", is_another_person=True)) == "ASK_THE_PHARMACY"


def test_another_prescribers_patient_is_not_there_to_choose(shop: Pharmacy, reyes: str) -> None:
    first = counter.on_paper(shop, typed(shop))
    foreign = counter.order(shop, first.id).patient_id
    for asked in (foreign, "0190a000-0000-7000-8000-000000000000"):
        assert refused(shop.house, lambda asked=asked: by_themselves(shop, reyes, typed(shop), patient_id=asked)) == "NOT_FOUND"


def test_a_prescriber_chooses_and_tells_apart_patients_of_their_own(shop: Pharmacy, reyes: str) -> None:
    first = by_themselves(shop, reyes, typed(shop))
    own = counter.order(shop, first.id).patient_id
    again = by_themselves(shop, reyes, typed(shop, identifier="R-2"), patient_id=own)
    apart = by_themselves(shop, reyes, typed(shop, identifier="R-3"), is_another_person=True, reason="both sat here together")
    assert counter.order(shop, again.id).patient_id == own
    assert counter.order(shop, apart.id).patient_id != own


# Evidence


def on_paper(shop: Pharmacy, sent: OrderAsSent, picture: str, by: str) -> Standing:
    asked = receiving.ReceiveTyped(sent=sent, source=Source.PAPER, evidence=Evidence(images=(picture,)))
    return receiving.receive_typed(shop.house, shop.act(by), asked)


def test_a_picture_of_another_record_is_no_evidence_to_who_never_brought_it(shop: Pharmacy) -> None:
    kept = keep_file(shop.house, shop.act(shop.crew.technician), OTHER_PICTURE, "image/png").sha256
    on_paper(shop, typed(shop), kept, shop.crew.technician)
    other = typed(shop, replace(PLAIN, patient="Ben Other"), identifier="EX-2")
    assert refused(shop.house, lambda: on_paper(shop, other, kept, shop.crew.pharmacist)) == "EVIDENCE_NOT_YOURS"
    keep_file(shop.house, shop.act(shop.crew.pharmacist), OTHER_PICTURE, "image/png")
    assert on_paper(shop, other, kept, shop.crew.pharmacist).state is State.RECEIVED


def test_one_sheet_with_two_patients_is_kept_once_by_who_holds_it_and_not_the_next_day(shop: Pharmacy) -> None:
    kept = keep_file(shop.house, shop.act(shop.crew.technician), OTHER_PICTURE, "image/png").sha256
    on_paper(shop, typed(shop), kept, shop.crew.technician)
    on_paper(shop, typed(shop, replace(PLAIN, patient="Ben Other"), identifier="EX-2"), kept, shop.crew.technician)
    later = counter.days_later(shop, 1)
    third = typed(later, replace(PLAIN, patient="Cleo Third"), identifier="EX-3")
    assert refused(later.house, lambda: on_paper(later, third, kept, shop.crew.technician)) == "EVIDENCE_NOT_YOURS"


def test_a_picture_that_stands_for_nothing_yet_is_named_by_a_colleague(shop: Pharmacy) -> None:
    kept = keep_file(shop.house, shop.act(shop.crew.assistant), OTHER_PICTURE, "image/png").sha256
    assert on_paper(shop, typed(shop), kept, shop.crew.technician).state is State.RECEIVED


def test_a_letter_of_another_order_is_no_answer(shop: Pharmacy) -> None:
    kept = keep_file(shop.house, shop.act(shop.crew.technician), OTHER_PICTURE, "image/png").sha256
    on_paper(shop, typed(shop, replace(PLAIN, patient="Ben Other"), identifier="EX-2"), kept, shop.crew.technician)
    at = walk.screen(shop, counter.on_paper(shop, typed(shop)))
    question = deciding.AskPrescriber(order_id=at.id, version=at.version, question="Petrolatum?", asks_for_petrolatum=True)
    at = deciding.ask_prescriber(shop.house, shop.act(shop.crew.pharmacist), question)
    told = deciding.RecordAnswer(
        order_id=at.id, version=at.version, by="Dr Laura Chen", on=shop.today, words="Yes.", agrees_to_petrolatum=True, document_sha256=kept
    )  # fmt: skip
    assert refused(shop.house, lambda: deciding.record_answer(shop.house, shop.act(shop.crew.pharmacist), told)) == "EVIDENCE_NOT_YOURS"
