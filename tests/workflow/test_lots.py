"""What may happen to an ingredient lot, and in what order: received, papers read, tested, released; corrected, quarantined, recalled."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from compounding.domain.ingredient_lots import IngredientLot
from compounding.domain.people import Duty
from compounding.storage import documents, signatures
from compounding.storage import lots as stored
from compounding.storage.transaction import transaction
from compounding.workflow import lot_flags, lots
from compounding.workflow.use_case import Work, use_case
from tests.workflow.conftest import AT
from tests.workflow.preparations import preparation
from tests.workflow.seeing import entries, refused
from tests.workflow.steps import PETROLATUM, Pharmacy, one


def lot_of(pharmacy: Pharmacy, kept: lots.LotKept) -> IngredientLot:
    with transaction(pharmacy.house.database, site_id=pharmacy.house.site_id, by="x", role="", at=AT) as opened:
        return stored.of(opened, kept.lot_id)[0]


def test_a_lot_is_received_in_quarantine_with_its_stock(pharmacy: Pharmacy) -> None:
    kept = pharmacy.received(amount_g="60.10")
    assert kept.in_quarantine
    told = entries(pharmacy.house)[-1]["changed"]
    assert (told["balance_ug"], told["number"], told["in_quarantine"]) == ([None, 60_100_000], [None, "SP-1"], [None, True])
    with transaction(pharmacy.house.database, site_id=pharmacy.house.site_id, by="x", role="", at=AT) as opened:
        (entry,) = stored.ledger(opened, kept.lot_id)
    assert (entry.change_ug, entry.by) == (60_100_000, pharmacy.staff.technician)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"substance": "sand"}, "LOT_NOT_VALID"),
        ({"number": ""}, "LOT_NOT_VALID"),
        ({"received_on": date(2026, 11, 23)}, "LOT_NOT_VALID"),
        ({"expires_on": date(2026, 8, 31)}, "LOT_NOT_VALID"),
        ({"ingredients": ()}, "LOT_NOT_VALID"),
        ({"certificate": lots.CertificateTold(file_sha256="0" * 64)}, "NOT_FOUND"),
        ({"amount_g": "0"}, "STOCK_ENTRY_NOT_VALID"),
        ({"amount_g": "-1"}, "STOCK_WOULD_BE_NEGATIVE"),
        ({"amount_g": "0.0000001"}, "STOCK_TOO_FINE"),
    ],
)
def test_a_delivery_that_cannot_be_is_refused(pharmacy: Pharmacy, told: dict[str, Any], code: str) -> None:
    request = pharmacy.delivery(**told)
    assert (
        refused(pharmacy.house, lambda: pharmacy.do(lots.receive_lot, pharmacy.staff.technician, request)) in {code, "STOCK_ENTRY_NOT_VALID"}
        if code.startswith("STOCK_W")
        else code
    )


def test_a_day_at_the_site_decides_what_is_still_to_come(pharmacy: Pharmacy) -> None:
    """At five in the morning of the 23rd in Greenwich it is the 22nd in Vancouver."""
    request = pharmacy.delivery(received_on=date(2026, 11, 23))
    early = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
    assert refused(pharmacy.house, lambda: pharmacy.do(lots.receive_lot, pharmacy.staff.technician, request, at=early)) == "LOT_NOT_VALID"
    assert pharmacy.do(lots.receive_lot, pharmacy.staff.technician, request, at=early.replace(hour=9)).in_quarantine


def test_one_delivery_is_recorded_once_however_its_number_is_written(pharmacy: Pharmacy) -> None:
    pharmacy.received()
    for told in ({}, {"number": "sp-1"}, {"number": "SP -1", "supplier": "example chemicals"}):
        request = pharmacy.delivery(**told)
        assert refused(pharmacy.house, lambda request=request: pharmacy.do(lots.receive_lot, pharmacy.staff.technician, request)) == "LOT_EXISTS"
    pharmacy.received(received_on=date(2026, 9, 2))
    pharmacy.received(supplier="Another Supplier")


def test_a_lot_leaves_quarantine_only_with_all_its_papers_and_by_signature(pharmacy: Pharmacy) -> None:
    p = pharmacy
    kept = p.received()
    release = lot_flags.release_lot

    def code() -> str:
        return refused(p.house, lambda: p.do(release, p.staff.pharmacist, one(kept)))

    assert code() == "LOT_NOT_IDENTIFIED"
    kept = p.tested(kept)
    assert code() == "LOT_CERTIFICATE_MISSING"
    review = lots.ReviewedCertificate(lot_id=kept.lot_id, version=kept.version, file_sha256="0" * 64)
    assert refused(p.house, lambda: p.do(lots.review_certificate, p.staff.pharmacist, review)) == "CERTIFICATE_ANOTHER"
    kept = p.do(lots.review_certificate, p.staff.pharmacist, replace(review, file_sha256=p.certificate()))
    assert lot_of(p, kept).certificate.reviewed_by == "Pat Pharmacist"
    again = replace(review, file_sha256=p.certificate(), version=kept.version)
    assert refused(p.house, lambda: p.do(lots.review_certificate, p.staff.pharmacist, again)) == "CERTIFICATE_REVIEWED"
    kept = p.do(release, p.staff.regulated_technician, one(kept))
    assert not kept.in_quarantine
    assert code() == "LOT_NOT_IN_QUARANTINE"
    with transaction(p.house.database, site_id=p.house.site_id, by="x", role="", at=AT) as opened:
        (signed,) = signatures.of(opened, "ingredient lot", kept.lot_id)
    assert (signed.duty, signed.name, signed.licence, signed.at) == (Duty.RELEASE_LOTS, "Rory Regulated", "BC-00004", AT)
    assert signed.of_sha256 == hashlib.sha256(documents.write(IngredientLot, lot_of(p, kept)).encode()).hexdigest()


def test_an_expired_lot_is_not_released(pharmacy: Pharmacy) -> None:
    kept = pharmacy.checked(expires_on=date(2026, 11, 21))
    assert refused(pharmacy.house, lambda: pharmacy.do(lot_flags.release_lot, pharmacy.staff.pharmacist, one(kept))) == "LOT_EXPIRED"


def test_a_failed_identity_test_puts_a_lot_back_and_the_next_one_says_why(pharmacy: Pharmacy) -> None:
    p = pharmacy
    kept = p.tested(p.released(), passed=False)
    assert kept.in_quarantine
    assert lot_of(p, kept).quarantine_reason == "failed infrared"
    assert refused(p.house, lambda: p.do(lot_flags.release_lot, p.staff.pharmacist, one(kept))) == "LOT_NOT_IDENTIFIED"
    again = lots.IdentityTested(lot_id=kept.lot_id, version=kept.version, method="infrared", passed=True)
    assert refused(p.house, lambda: p.do(lots.test_identity, p.staff.technician, again, reason="")) == "REASON_NEEDED"
    assert p.do(lots.test_identity, p.staff.technician, again, reason="the first sample was taken from another jar").in_quarantine


def corrected(p: Pharmacy, kept: lots.LotKept, *, opened_on: date | None = None, **told: Any) -> Any:
    return p.do(
        lots.correct_lot, p.staff.technician, lots.Correction(lot_id=kept.lot_id, version=kept.version, told=p.delivery(**told).told, opened_on=opened_on)
    )


def test_a_correction_puts_a_released_lot_back_and_an_opening_day_does_not(pharmacy: Pharmacy) -> None:
    kept = corrected(pharmacy, pharmacy.released(), opened_on=date(2026, 10, 1))
    assert not kept.in_quarantine
    assert lot_of(pharmacy, kept).opened_on == date(2026, 10, 1)
    kept = corrected(pharmacy, kept, opened_on=date(2026, 10, 1), supplier_licence="EL-1")
    assert kept.in_quarantine
    assert entries(pharmacy.house)[-1]["changed"]["supplier_licence"] == ["", "EL-1"]


def test_a_changed_certificate_loses_its_review_and_an_unchanged_one_keeps_it(pharmacy: Pharmacy) -> None:
    kept = corrected(pharmacy, pharmacy.checked(), number="SP-9")
    assert lot_of(pharmacy, kept).certificate.reviewed_by == "Pat Pharmacist"
    other = replace(pharmacy.delivery().told.certificate, water_percent=Decimal("36.2"))
    kept = corrected(pharmacy, kept, number="SP-9", certificate=other)
    assert lot_of(pharmacy, kept).certificate.reviewed_by == ""


def test_a_corrected_number_is_found_by_that_number(pharmacy: Pharmacy) -> None:
    corrected(pharmacy, pharmacy.received(), number="SP-7")
    assert refused(pharmacy.house, lambda: pharmacy.received(number="SP-7")) == "LOT_EXISTS"
    with pharmacy.house.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT number FROM ingredient_lot").scalar_one() == "SP-7"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"number": "SP-2"}, "LOT_EXISTS"),
        ({}, "NOTHING_CHANGED"),
        ({"opened_on": date(2026, 11, 23)}, "LOT_NOT_VALID"),
        ({"opened_on": date(2026, 8, 1)}, "LOT_NOT_VALID"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(pharmacy: Pharmacy, told: dict[str, Any], code: str) -> None:
    kept = pharmacy.received()
    pharmacy.received(number="SP-2")
    assert refused(pharmacy.house, lambda: corrected(pharmacy, kept, **told)) == code


def test_a_container_is_opened_once_and_today(pharmacy: Pharmacy) -> None:
    kept = pharmacy.do(lots.open_container, pharmacy.staff.intern, one(pharmacy.received()))
    assert lot_of(pharmacy, kept).opened_on == date(2026, 11, 22)
    assert refused(pharmacy.house, lambda: pharmacy.do(lots.open_container, pharmacy.staff.intern, one(kept))) == "LOT_ALREADY_OPENED"


def test_a_recalled_lot_stays_recalled(pharmacy: Pharmacy) -> None:
    p = pharmacy
    told = p.do(lot_flags.recall_lot, p.staff.designated, one(p.released()), reason="supplier's recall of 20 November")
    kept = lots.LotKept(lot_id=told.lot_id, version=told.version, in_quarantine=True)
    assert lot_of(p, kept).recalled == "supplier's recall of 20 November"
    assert (told.preparations, told.quarantined, told.of_other_suppliers) == ((), (), ())
    for again in (lot_flags.recall_lot, lot_flags.release_lot, lots.open_container):
        assert refused(p.house, lambda again=again: p.do(again, p.staff.pharmacist, one(kept))) == "LOT_RECALLED"
    kept = corrected(p, kept, number="SP-5")
    assert lot_of(p, kept).recalled


def test_a_recall_means_every_delivery_of_the_lot_from_that_supplier(pharmacy: Pharmacy) -> None:
    p = pharmacy
    first, second = p.released(), p.released(number="sp-1", received_on=date(2026, 9, 5))
    elsewhere, other = p.released(supplier="Another Supplier"), p.released(number="SP-2")
    told = p.do(lot_flags.recall_lot, p.staff.pharmacist, one(first), reason="r" * 200)
    assert (told.quarantined, told.of_other_suppliers) == ((second.lot_id,), (elsewhere.lot_id,))
    assert lot_of(p, second).in_quarantine
    assert not lot_of(p, other).in_quarantine
    second = replace(second, version=second.version + 1)
    assert refused(p.house, lambda: p.do(lot_flags.release_lot, p.staff.pharmacist, one(second))) == "LOT_RECALLED"
    late = p.checked(received_on=date(2026, 9, 9))
    assert refused(p.house, lambda: p.do(lot_flags.release_lot, p.staff.pharmacist, one(late))) == "LOT_RECALLED"


def test_a_recall_lists_every_preparation_that_took_from_the_lot(pharmacy: Pharmacy) -> None:
    from compounding.workflow.stock import take

    p = pharmacy
    lot, second, other = p.released(), p.released(received_on=date(2026, 9, 5)), p.released(number="SP-2")
    made = [preparation(p.house, number) for number in range(4)]

    @use_case
    def weigh_out(work: Work, request: tuple[str, str]) -> None:
        work.may(Duty.WEIGH)
        take(work, request[0], Decimal(1), request[1])

    for which, preparation_id in ((lot, made[0]), (lot, made[0]), (lot, made[1]), (second, made[2]), (other, made[3])):
        p.do(weigh_out, p.staff.intern, (which.lot_id, preparation_id))
    told = p.do(lot_flags.recall_lot, p.staff.pharmacist, one(lot))
    assert set(told.preparations) == set(made[:3])
    assert len(told.preparations) == 3
    # These rows are no whole records: a record that cannot be read stops no recall, and is named.
    assert told.unreadable == told.preparations


def test_a_quarantine_says_why_and_a_new_reason_replaces_it(pharmacy: Pharmacy) -> None:
    kept = pharmacy.do(lot_flags.quarantine_lot, pharmacy.staff.designated, one(pharmacy.released(substance=PETROLATUM)), reason="the  lid was\nloose")
    assert lot_of(pharmacy, kept).quarantine_reason == "the lid was loose"
    assert (
        refused(pharmacy.house, lambda: pharmacy.do(lot_flags.quarantine_lot, pharmacy.staff.designated, one(kept), reason="the lid was loose"))
        == "NOTHING_CHANGED"
    )
    assert refused(pharmacy.house, lambda: pharmacy.do(lot_flags.quarantine_lot, pharmacy.staff.designated, one(kept), reason="x" * 201)) == "LOT_NOT_VALID"
    kept = pharmacy.do(lot_flags.quarantine_lot, pharmacy.staff.designated, one(kept), reason="and it smells")
    assert lot_of(pharmacy, kept).quarantine_reason == "and it smells"
