"""What a prescriber does with orders of their own: the signed answer, the withdrawal, their own patients, and their favourites."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from compounding.demo import walk
from compounding.demo.crew import Pharmacy
from compounding.domain.order_parts import Source
from compounding.domain.patients import ContactAnswer
from compounding.domain.people import Role
from compounding.domain.stages import State
from compounding.storage import contents, signatures
from compounding.storage.tables import favourite
from compounding.storage.transaction import transaction
from compounding.workflow import deciding, favourites, own_orders, reading, receiving
from compounding.workflow.deciding import AskPrescriber
from compounding.workflow.own_orders import AnswerAsPrescriber
from compounding.workflow.receiving import Standing
from tests.workflow import counter
from tests.workflow.counter import ELBOWS, IN_ZINC, PLAIN, of_order, typed
from tests.workflow.seeing import entries, refused
from tests.workflow.test_own_orders import entered, signed_by

WHY = "the patient no longer wants it"


@pytest.fixture
def chen(shop: Pharmacy) -> str:
    return counter.hire(shop, "Dr Laura Chen", Role.PRESCRIBER)


@pytest.fixture
def reyes(shop: Pharmacy) -> str:
    return counter.hire(shop, "Dr Omar Reyes", Role.PRESCRIBER)


def asked_about(shop: Pharmacy, by: str, *, asks_for_petrolatum: bool = True) -> Standing:
    """An own order in zinc with a question that waits."""
    request = receiving.ReceiveTyped(sent=signed_by(shop, by, typed(shop, IN_ZINC)), source=Source.ENTERED)
    at = receiving.receive_typed(shop.house, shop.act(by), request)
    asked = AskPrescriber(order_id=at.id, version=at.version, question="Petrolatum instead?", asks_for_petrolatum=asks_for_petrolatum)
    return deciding.ask_prescriber(shop.house, shop.act(shop.crew.pharmacist), asked)


def say(at: Standing, **also: object) -> AnswerAsPrescriber:
    return replace(AnswerAsPrescriber(order_id=at.id, version=at.version, words="I agree.", agrees_to_petrolatum=True), **also)  # type: ignore[arg-type]


def test_the_prescribers_own_yes_is_signed_and_changes_the_base(shop: Pharmacy, chen: str) -> None:
    at = asked_about(shop, chen)
    done = own_orders.answer_as_prescriber(shop.house, shop.act(chen), say(at))
    assert done.state is State.RECEIVED
    record = counter.order(shop, at.id)
    answer, consent = record.enquiries[-1].answer, record.consent
    assert answer is not None
    assert consent is not None
    assert answer.by.startswith("Dr Laura Chen, licence ")
    assert consent.by == answer.by
    with transaction(shop.house.database, site_id=shop.house.site_id, by="reader", role="", at=shop.clock.now()) as opened:
        (signed,) = signatures.of(opened, "order", at.id)
        text = contents.of(opened, answer.document_sha256).decode()
    assert (signed.person_id, signed.of_sha256) == (chen, answer.document_sha256)
    for words in ("I agree.", "Petrolatum instead?", record.original_sha256):
        assert words in text
    told = entries(shop.house)[-1]
    assert (told["action"], told["by"], told["role"]) == ("record prescriber's answer", chen, "prescriber")
    accepted = counter.accept(shop, walk.screen(shop, done))
    assert accepted.state is State.ACCEPTED


def test_the_prescribers_no_stands(shop: Pharmacy, chen: str) -> None:
    at = asked_about(shop, chen)
    own_orders.answer_as_prescriber(shop.house, shop.act(chen), say(at, words="No.", agrees_to_petrolatum=False, objects_to_petrolatum=True))
    record = counter.order(shop, at.id)
    assert record.consent is None
    assert record.enquiries[-1].is_refused


@pytest.mark.parametrize(("also", "code"), [
    ({"agrees_to_petrolatum": False}, "ANSWER_NOT_GIVEN"), ({"objects_to_petrolatum": True}, "ANSWER_NOT_GIVEN"), ({"words": " - "}, "NOT_STATED"),
    ({"version": 1}, "CONFLICT"),
])  # fmt: skip
def test_an_answer_that_is_none_is_refused(shop: Pharmacy, chen: str, also: dict[str, object], code: str) -> None:
    at = asked_about(shop, chen)
    assert refused(shop.house, lambda: own_orders.answer_as_prescriber(shop.house, shop.act(chen), say(at, **also))) == code


def test_a_question_about_something_else_is_answered_in_words_only(shop: Pharmacy, chen: str) -> None:
    at = asked_about(shop, chen, asks_for_petrolatum=False)
    for also in ({}, {"agrees_to_petrolatum": False, "objects_to_petrolatum": True}):
        assert refused(shop.house, lambda a=also: own_orders.answer_as_prescriber(shop.house, shop.act(chen), say(at, **a))) == "CONSENT_NOT_ASKED"  # type: ignore[misc]
    own_orders.answer_as_prescriber(shop.house, shop.act(chen), say(at, agrees_to_petrolatum=False, words="The left one."))
    assert counter.order(shop, at.id).consent is None


def test_what_was_not_asked_is_not_answered(shop: Pharmacy, chen: str) -> None:
    at = entered(shop, chen)
    assert refused(shop.house, lambda: own_orders.answer_as_prescriber(shop.house, shop.act(chen), say(at))) == "NOT_NOW"


def test_without_the_password_again_nothing_is_answered(shop: Pharmacy, chen: str) -> None:
    at = asked_about(shop, chen)
    act = replace(shop.act(chen), shown=())
    assert refused(shop.house, lambda: own_orders.answer_as_prescriber(shop.house, act, say(at))) == "CONFIRM_WITH_PASSWORD"


def test_nobody_answers_or_withdraws_an_order_of_somebody_else(shop: Pharmacy, chen: str, reyes: str) -> None:
    at = asked_about(shop, chen)
    assert refused(shop.house, lambda: own_orders.answer_as_prescriber(shop.house, shop.act(reyes), say(at))) == "NOT_FOUND"
    assert refused(shop.house, lambda: own_orders.withdraw_own_order(shop.house, shop.act(reyes, reason=WHY), of_order(at))) == "NOT_FOUND"
    assert (
        refused(shop.house, lambda: own_orders.withdraw_own_order(shop.house, shop.act(shop.crew.pharmacist, reason=WHY), of_order(at))) == "ROLE_NOT_ALLOWED"
    )


def test_an_own_order_is_withdrawn_with_a_reason(shop: Pharmacy, chen: str) -> None:
    at = asked_about(shop, chen)
    assert refused(shop.house, lambda: own_orders.withdraw_own_order(shop.house, shop.act(chen, reason=" "), of_order(at))) == "REASON_NEEDED"
    stale = replace(of_order(at), version=at.version - 1)
    assert refused(shop.house, lambda: own_orders.withdraw_own_order(shop.house, shop.act(chen, reason=WHY), stale)) == "CONFLICT"
    assert own_orders.withdraw_own_order(shop.house, shop.act(chen, reason=WHY), of_order(at)).state is State.CANCELLED
    record = counter.order(shop, at.id)
    assert record.ended_because == f"withdrawn by its prescriber: {WHY}"
    assert not record.is_asking


def test_what_stands_at_the_bench_is_not_withdrawn(shop: Pharmacy, chen: str) -> None:
    at = counter.accept(shop, walk.screen(shop, entered(shop, chen)))
    walk.plan(shop, at)
    now = counter.order_at(shop, at.id)
    assert refused(shop.house, lambda: own_orders.withdraw_own_order(shop.house, shop.act(chen, reason=WHY), of_order(now))) == "PREPARATION_OPEN"


def test_a_prescriber_finds_only_patients_of_their_own_orders_with_the_newest_of_them(shop: Pharmacy, chen: str, reyes: str) -> None:
    counter.on_paper(shop, typed(shop, replace(PLAIN, patient="Adam Paper")))
    entered(shop, reyes, patient="Adele Other")
    entered(shop, chen, patient="Ada Test")
    request = receiving.ReceiveTyped(
        sent=signed_by(shop, chen, typed(shop, PLAIN, identifier="SECOND")), source=Source.ENTERED,
        patient_id=own_orders.find_own_patients(shop.house, shop.act(chen), own_orders.FindOwnPatients(sought="ADA")).patients[0].patient_id,
    )  # fmt: skip
    newest = receiving.receive_typed(shop.house, shop.act(chen), request)
    found = own_orders.find_own_patients(shop.house, shop.act(chen), own_orders.FindOwnPatients(sought="ad"))
    assert [(each.name, each.order_id) for each in found.patients] == [("Ada Test", newest.id)]
    assert not found.has_more
    for sought in ("%", "_", " ", ""):
        assert (
            refused(shop.house, lambda s=sought: own_orders.find_own_patients(shop.house, shop.act(chen), own_orders.FindOwnPatients(sought=s)))
            == "SEARCH_EMPTY"
        )  # type: ignore[misc]


def test_an_answer_about_rashes_comes_on_record_with_its_order(shop: Pharmacy, chen: str) -> None:
    answer = ContactAnswer(had_a_rash=True, asked_by="Dr Laura Chen", asked_on=shop.today, details="zinc plaster")
    request = receiving.ReceiveTyped(sent=signed_by(shop, chen, typed(shop)), source=Source.ENTERED, contact=answer)
    at = receiving.receive_typed(shop.house, shop.act(chen), request)
    patient = reading.read_patient(shop.house, shop.act(shop.crew.pharmacist), reading.Of(id=counter.order(shop, at.id).patient_id))
    assert [each.told for each in patient.allergies if isinstance(each.told, ContactAnswer)] == [answer]


@pytest.mark.parametrize(("asked_by", "days", "code"), [("Dr Laura Chen", 1, "DATE_AHEAD"), (" - ", 0, "NOT_STATED")])
def test_an_answer_about_rashes_that_cannot_be_keeps_the_order_out(shop: Pharmacy, chen: str, asked_by: str, days: int, code: str) -> None:
    answer = ContactAnswer(had_a_rash=False, asked_by=asked_by, asked_on=shop.today.replace(day=shop.today.day + days))
    request = receiving.ReceiveTyped(sent=signed_by(shop, chen, typed(shop)), source=Source.ENTERED, contact=answer)
    assert refused(shop.house, lambda: receiving.receive_typed(shop.house, shop.act(chen), request)) == code


def test_a_favourite_is_its_owners_replaced_by_name_and_kept_when_it_is_removed(shop: Pharmacy, chen: str, reyes: str) -> None:
    kept = favourites.keep_favourite(shop.house, shop.act(chen), favourites.KeepFavourite(name=" My  elbows", part=ELBOWS))
    again = favourites.keep_favourite(shop.house, shop.act(chen), favourites.KeepFavourite(name="my ELBOWS", part=replace(ELBOWS, repeats=3)))
    assert (again.favourite_id, again.is_replaced) == (kept.favourite_id, True)
    (mine,) = favourites.favourites_of(shop.house, chen)
    assert (mine.name, mine.version, mine.part.repeats) == ("My elbows", 2, 3)
    assert favourites.favourites_of(shop.house, reyes) == ()
    asked = favourites.OfFavourite(favourite_id=kept.favourite_id, version=2)
    assert refused(shop.house, lambda: favourites.remove_favourite(shop.house, shop.act(reyes), asked)) == "NOT_FOUND"
    assert refused(shop.house, lambda: favourites.remove_favourite(shop.house, shop.act(chen), replace(asked, version=1))) == "CONFLICT"
    favourites.remove_favourite(shop.house, shop.act(chen), asked)
    assert favourites.favourites_of(shop.house, chen) == ()
    assert refused(shop.house, lambda: favourites.remove_favourite(shop.house, shop.act(chen), replace(asked, version=3))) == "NOT_FOUND"
    with shop.house.database.reading() as connection:
        assert connection.execute(select(favourite.c.is_removed)).scalars().all() == [1]


@pytest.mark.parametrize("name", ["", " - ", "x" * 61])
def test_a_favourite_has_a_name(shop: Pharmacy, chen: str, name: str) -> None:
    assert (
        refused(shop.house, lambda: favourites.keep_favourite(shop.house, shop.act(chen), favourites.KeepFavourite(name=name, part=ELBOWS))) == "FAVOURITE_NAME"
    )


def test_nobody_keeps_more_favourites_than_a_list_can_show(shop: Pharmacy, chen: str) -> None:
    for number in range(40):
        favourites.keep_favourite(shop.house, shop.act(chen), favourites.KeepFavourite(name=f"No. {number}", part=ELBOWS))
    more = favourites.KeepFavourite(name="One more", part=ELBOWS)
    assert refused(shop.house, lambda: favourites.keep_favourite(shop.house, shop.act(chen), more)) == "FAVOURITES_FULL"
