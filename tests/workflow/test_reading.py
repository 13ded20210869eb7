"""Reading a patient's record leaves an entry on a chain of its own, with who read it and whose it is; whoever may not read leaves none and gets nothing."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from compounding.demo import walk
from compounding.demo.crew import Pharmacy, open_pharmacy
from compounding.domain.audit import Chain, ChainName
from compounding.domain.people import Role
from compounding.domain.site import Site
from compounding.domain.stages import State
from compounding.reference import ReferenceData
from compounding.storage import papers, trail
from compounding.storage.tables import audit_entry
from compounding.storage.transaction import transaction
from compounding.storage.types import instant_text
from compounding.workflow import deciding, label_status, reading, releasing
from compounding.workflow.use_case import Act, House
from tests.workflow import counter
from tests.workflow.conftest import AT
from tests.workflow.counter import of_order, typed
from tests.workflow.seeing import counts, refused

READERS: dict[str, Callable[[House, Act, dict[str, str]], Any]] = {
    "order": lambda house, act, ids: reading.read_order_record(house, act, reading.Of(id=ids["order"])),
    "preparation": lambda house, act, ids: reading.read_preparation(house, act, reading.Of(id=ids["preparation"])),
    "patient": lambda house, act, ids: reading.read_patient(house, act, reading.Of(id=ids["patient"])),
    "paper": lambda house, act, ids: reading.read_paper(house, act, reading.OfPaper(preparation_id=ids["preparation"], kind="label", revision=1)),
}

TO_A_PRESCRIBER = {"order": "NOT_FOUND", "preparation": "ROLE_NOT_ALLOWED", "patient": "ROLE_NOT_ALLOWED", "paper": "ROLE_NOT_ALLOWED"}
"""A prescriber reads orders of their own, so one that is not theirs is not there; nothing else is theirs to read."""


def readings(house: House) -> list[dict[str, Any]]:
    """The chain of readings of a site, in order, after verifying it."""
    with house.database.reading() as connection:
        assert trail.verify(connection, ChainName(house.site_id, Chain.READS)) == ()
        query = select(audit_entry.c.body).where(audit_entry.c.site_id == house.site_id, audit_entry.c.chain == Chain.READS.value)
        return [json.loads(body) for body in connection.execute(query.order_by(audit_entry.c.seq)).scalars()]


def labelled(shop: Pharmacy) -> dict[str, str]:
    """The keys of an order with everything that can be read of it."""
    at = counter.accepted(shop, typed(shop))
    made = counter.onwards(shop, walk.plan(shop, at), State.LABELLED)
    with transaction(shop.house.database, site_id=shop.house.site_id, by="reader", role="", at=shop.clock.now()) as opened:
        paper = papers.of_revision(opened, made.id, "label", 1)
    return {"order": at.id, "preparation": made.id, "patient": counter.order(shop, at.id).patient_id, "paper": paper.id, "token": paper.token}


@pytest.mark.parametrize("role", [Role.PHARMACIST, Role.TECHNICIAN, Role.AUDITOR])
def test_every_reading_is_kept_with_who_and_whose(shop_on_each: Pharmacy, role: Role) -> None:
    shop = shop_on_each
    ids = labelled(shop)
    who = counter.hire(shop, "Robin Reader", role)
    for subject, read in READERS.items():
        before = len(readings(shop.house))
        act = shop.act(who, reason="asked by the patient")
        read(shop.house, act, ids)
        added = readings(shop.house)[before:]
        assert len(added) == 1
        told = added[0]
        assert (told["action"], told["subject"], told["subject_id"]) == ("read", subject, ids[subject])
        assert (told["by"], told["at"], told["role"]) == (who, instant_text(act.at), role.value)
        assert told["changed"] == {"patient": [None, ids["patient"]]}


@pytest.mark.parametrize("subject", READERS)
def test_the_same_reading_twice_is_two_entries(shop: Pharmacy, subject: str) -> None:
    ids = labelled(shop)
    before = len(readings(shop.house))
    first, second = (READERS[subject](shop.house, shop.act(shop.crew.pharmacist), ids) for _ in range(2))
    assert first == second
    assert len(readings(shop.house)) == before + 2


@pytest.mark.parametrize("subject", READERS)
def test_who_may_not_read_gets_nothing_and_leaves_no_entry(shop: Pharmacy, subject: str) -> None:
    ids = labelled(shop)
    dr = counter.hire(shop, "Dr Laura Chen", Role.PRESCRIBER)
    assert refused(shop.house, lambda: READERS[subject](shop.house, shop.act(dr), ids)) == TO_A_PRESCRIBER[subject]
    assert refused(shop.house, lambda: READERS[subject](shop.house, shop.act("nobody"), ids)) == "NOT_FOUND"


@pytest.mark.parametrize("subject", READERS)
def test_what_is_not_there_leaves_no_entry(shop: Pharmacy, subject: str) -> None:
    nothing = dict.fromkeys(["order", "preparation", "patient", "paper"], "not-there")
    assert refused(shop.house, lambda: READERS[subject](shop.house, shop.act(shop.crew.pharmacist), nothing)) == "NOT_FOUND"


@pytest.mark.parametrize("subject", READERS)
def test_a_repeated_request_cannot_read_without_an_entry(shop: Pharmacy, subject: str) -> None:
    """A reading is asked anew each time; kept under a key it would be given again without an entry, so it is not kept."""
    ids = labelled(shop)
    kept = counts(shop.house.database)["idempotency"]
    act = shop.act(shop.crew.pharmacist, key=f"read {subject}")
    before = len(readings(shop.house))
    assert READERS[subject](shop.house, act, ids) == READERS[subject](shop.house, act, ids)
    added = readings(shop.house)[before:]
    assert [(each["subject_id"], each["by"]) for each in added] == [(ids[subject], shop.crew.pharmacist)] * 2
    assert counts(shop.house.database)["idempotency"] == kept
    dr = counter.hire(shop, "Dr Laura Chen", Role.PRESCRIBER)
    assert refused(shop.house, lambda: READERS[subject](shop.house, replace(act, by=dr), ids)) == TO_A_PRESCRIBER[subject]


@pytest.fixture
def other(shop_on_each: Pharmacy, site: Site, data: ReferenceData) -> Pharmacy:
    """Another pharmacy in the same database."""
    return open_pharmacy(shop_on_each.house.database, replace(site, id="other-pharmacy"), data, at=AT)


@pytest.mark.parametrize("subject", READERS)
def test_another_sites_records_are_not_found(shop_on_each: Pharmacy, other: Pharmacy, subject: str) -> None:
    ids = labelled(shop_on_each)
    before = len(readings(shop_on_each.house))
    assert refused(other.house, lambda: READERS[subject](other.house, other.act(other.crew.pharmacist), ids)) == "NOT_FOUND"
    assert len(readings(shop_on_each.house)) == before


def test_another_sites_orders_jars_and_labels_are_out_of_reach(shop_on_each: Pharmacy, other: Pharmacy) -> None:
    ids = labelled(shop_on_each)
    act = other.act(other.crew.pharmacist, reason="a good reason")
    steps: tuple[Callable[[], object], ...] = (
        lambda: deciding.cancel(other.house, act, deciding.OfOrder(order_id=ids["order"], version=2)),
        lambda: label_status.scan_label(other.house, act, label_status.Scan(token=ids["token"])),
        lambda: counter.on_paper(other, typed(other), patient_id=ids["patient"]),
    )  # fmt: skip
    assert [refused(other.house, step) for step in steps] == ["NOT_FOUND"] * len(steps)
    stranger = Act(by=shop_on_each.crew.pharmacist, at=act.at)
    assert refused(other.house, lambda: deciding.screen_again(other.house, stranger, deciding.ScreenAgain())) == "NOT_FOUND"


def test_a_change_is_no_reading_and_a_reading_no_change(shop: Pharmacy) -> None:
    at = counter.on_paper(shop, typed(shop))
    before = len(readings(shop.house))
    deciding.screen(shop.house, shop.act(shop.crew.pharmacist), of_order(at))
    assert len(readings(shop.house)) == before


def test_what_a_scan_tells_is_nothing_of_the_patient(shop: Pharmacy) -> None:
    ids = labelled(shop)
    told = label_status.scan_label(shop.house, shop.act(shop.crew.assistant), label_status.Scan(token=ids["token"]))
    assert told == label_status.Scanned(status=releasing.LabelStatus.AWAITING_CHECK)
