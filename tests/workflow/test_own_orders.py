"""A prescriber reads the orders they entered by their own account, and nothing else: whatever else is there, to them it is not."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from compounding.demo import walk
from compounding.demo.crew import Pharmacy
from compounding.domain.errors import LevigateError
from compounding.domain.order_as_sent import OrderAsSent
from compounding.domain.order_parts import Evidence, Source
from compounding.domain.people import Role
from compounding.domain.stages import State
from compounding.storage import people
from compounding.storage.tables import own_order
from compounding.workflow import reading, receiving
from compounding.workflow.receiving import Standing
from tests.workflow import counter
from tests.workflow.counter import PLAIN, ZINC_RASH, typed
from tests.workflow.seeing import refused
from tests.workflow.test_reading import readings


def signed_by(shop: Pharmacy, by: str, sent: OrderAsSent) -> OrderAsSent:
    """The order under the name and licence of the prescriber who enters it."""
    with shop.house.database.reading() as connection:
        who = next(each for each in people.people_of(connection, shop.house.site_id) if each.id == by)
    return replace(sent, prescriber_name=who.name, prescriber_licence=who.licence)


def entered(shop: Pharmacy, by: str, patient: str = "Ada Test", **act: str) -> Standing:
    """An order that a prescriber entered."""
    request = receiving.ReceiveTyped(sent=signed_by(shop, by, typed(shop, replace(PLAIN, patient=patient))), source=Source.ENTERED)
    return receiving.receive_typed(shop.house, shop.act(by, **act), request)


def seen(shop: Pharmacy, by: str, order_id: str) -> reading.OrderSeen:
    return reading.read_order_record(shop.house, shop.act(by), reading.Of(id=order_id))


@pytest.fixture
def chen(shop: Pharmacy) -> str:
    return counter.hire(shop, "Dr Laura Chen", Role.PRESCRIBER)


@pytest.fixture
def reyes(shop: Pharmacy) -> str:
    return counter.hire(shop, "Dr Omar Reyes", Role.PRESCRIBER)


def owners(shop: Pharmacy) -> list[tuple[str, str]]:
    with shop.house.database.reading() as connection:
        return [(row.person_id, row.order_id) for row in connection.execute(select(own_order.c.person_id, own_order.c.order_id))]


def test_what_is_entered_by_an_account_is_that_persons_own(shop: Pharmacy, chen: str) -> None:
    at = entered(shop, chen)
    assert owners(shop) == [(chen, at.id)]
    assert seen(shop, chen, at.id).record.sent.patient.name == "Ada Test"


def test_the_same_button_twice_is_one_order_of_ones_own(shop: Pharmacy, chen: str) -> None:
    assert entered(shop, chen, key="button") == entered(shop, chen, key="button")
    assert len(owners(shop)) == 1


@pytest.mark.parametrize("source", [Source.PAPER, Source.FAX])
def test_what_the_pharmacy_typed_is_nobodys_own(shop: Pharmacy, chen: str, source: Source) -> None:
    asked = receiving.ReceiveTyped(sent=typed(shop), source=source, evidence=Evidence(images=(shop.picture,)))
    at = receiving.receive_typed(shop.house, shop.act(shop.crew.technician), asked)
    assert owners(shop) == []
    assert refused(shop.house, lambda: seen(shop, chen, at.id)) == "NOT_FOUND"


def test_another_prescribers_order_is_answered_exactly_as_an_absent_one(shop: Pharmacy, chen: str, reyes: str) -> None:
    at = entered(shop, chen)
    told = []
    for asked in (at.id, "0190a000-0000-7000-8000-000000000000", "x"):
        with pytest.raises(LevigateError) as refusal:
            seen(shop, reyes, asked)
        told.append((type(refusal.value), refusal.value.code, refusal.value.message))
    assert len(set(told)) == 1
    assert told[0][1] == "NOT_FOUND"


def test_who_reads_records_reads_a_prescribers_order_as_every_other(shop: Pharmacy, chen: str) -> None:
    at = entered(shop, chen)
    for who in (shop.crew.pharmacist, shop.crew.technician, counter.hire(shop, "Audrey Auditor", Role.AUDITOR)):
        assert not seen(shop, who, at.id).is_own


def test_a_prescriber_sees_neither_the_bench_nor_what_the_rest_of_the_record_says(shop: Pharmacy, chen: str) -> None:
    other = counter.on_paper(shop, typed(shop, replace(PLAIN, allergies=ZINC_RASH)))
    patient = counter.order(shop, other.id).patient_id
    request = receiving.ReceiveTyped(
        sent=signed_by(shop, chen, typed(shop, replace(PLAIN, allergies=("Penicillin: hives",)), identifier="OWN-1")), source=Source.ENTERED
    )
    at = receiving.receive_typed(shop.house, shop.act(chen), request)
    accepted = counter.accept(shop, walk.screen(shop, at))
    made = walk.brought_to(shop, accepted, State.LABELLED)
    theirs, ours = seen(shop, chen, at.id), seen(shop, shop.crew.pharmacist, at.id)
    assert ours.preparations == (made.id,)
    assert ours.record.screening is not None
    assert any("diaper" in each for each in ours.record.screening.findings)
    assert (theirs.is_own, theirs.preparations) == (True, ())
    assert "diaper" not in repr(theirs)
    assert theirs.record.sent == ours.record.sent
    assert list(dict.fromkeys(each.state for each in theirs.history)) == [State.RECEIVED, State.SCREENED, State.ACCEPTED]
    assert {each.by for each in theirs.history} == {chen, ""}
    for read in (
        lambda: reading.read_preparation(shop.house, shop.act(chen), reading.Of(id=made.id)),
        lambda: reading.read_patient(shop.house, shop.act(chen), reading.Of(id=patient)),
        lambda: reading.read_paper(shop.house, shop.act(chen), reading.OfPaper(preparation_id=made.id, kind="label", revision=1)),
    ):
        assert refused(shop.house, read) == "ROLE_NOT_ALLOWED"


def test_reading_ones_own_order_is_told_as_every_reading(shop: Pharmacy, chen: str) -> None:
    at = entered(shop, chen)
    before = len(readings(shop.house))
    seen(shop, chen, at.id)
    added = readings(shop.house)[before:]
    assert [(each["subject_id"], each["by"], each["role"]) for each in added] == [(at.id, chen, "prescriber")]


def test_with_an_expired_licence_not_even_ones_own_is_read(shop: Pharmacy) -> None:
    who = counter.hire(shop, "Dr Eve Expiring", Role.PRESCRIBER, until=shop.today)
    at = entered(shop, who)
    later = replace(shop, clock=type(shop.clock)(shop.clock.now() + timedelta(days=2)))
    assert refused(shop.house, lambda: seen(later, who, at.id)) == "LICENCE_EXPIRED"
