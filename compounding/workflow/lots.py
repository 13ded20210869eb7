"""Ingredient lots from their receipt to an opened container: what is recorded of each, by whom, and what a correction undoes (clinical rule 22)."""

from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from compounding.domain.assurance import Level
from compounding.domain.errors import WorkflowRefused
from compounding.domain.ingredient_lots import (
    Certificate,
    IdentityTest,
    IngredientLot,
    LotChangeRefused,
    LotNotValid,
    correct,
    quarantine,
)
from compounding.domain.ingredient_lots import open_container as opened_container
from compounding.domain.people import Duty
from compounding.domain.stages import Action
from compounding.domain.stock_ledger import EntryKind, micrograms
from compounding.domain.substances import AssayAs, AssayBasis
from compounding.storage import contents, lots, preparations
from compounding.storage.errors import Conflict
from compounding.storage.ledger_told import SUBJECT
from compounding.workflow.changes import changed
from compounding.workflow.use_case import Work, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateTold:
    """What a supplier's certificate says; its file was kept before. Who reviewed it is recorded by the review alone."""

    file_sha256: str
    form: str = ""
    assay_percent: Decimal | None = None
    assay_basis: AssayBasis | None = None
    assay_as: AssayAs | None = None
    water_percent: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LotTold:
    """What container and papers of a lot say. `ingredients` is None where its list is not known."""

    number: str
    supplier: str
    received_on: date
    supplier_licence: str = ""
    expires_on: date | None = None
    retest_on: date | None = None
    certificate: CertificateTold | None = None
    ingredients: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A lot that came in: `substance` as formulas name it, and how much, in grams."""

    substance: str
    amount_g: Decimal
    told: LotTold


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A lot as it should read; `version` is what was looked at."""

    lot_id: str
    version: int
    told: LotTold
    opened_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedCertificate:
    """The certificate somebody read, by the sha256 of its file."""

    lot_id: str
    version: int
    file_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityTested:
    """A test of what is in the container: how, and whether it is what the label says."""

    lot_id: str
    version: int
    method: str
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OneLot:
    """A lot as it was looked at."""

    lot_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LotKept:
    """The lot's key and version now, and whether it is in quarantine.

    `preparations` are those a quarantine or a correction touches: what took from the lot, handed out or not, and what is planned with it.
    """

    lot_id: str
    version: int
    in_quarantine: bool
    preparations: tuple[str, ...] = ()


@use_case
def receive_lot(work: Work, request: Delivery) -> LotKept:
    """Record a delivery with its amount; it is in quarantine. Raises NotAllowed, LotNotValid, LotChangeRefused `LOT_EXISTS`, StockRefused, NotFound."""
    work.may(Duty.KEEP_STOCK)
    if request.substance not in work.house.data.formulary.substances:
        raise LotNotValid("LOT_NOT_VALID", f'"{request.substance}" is no ingredient of a formula here')
    lot = IngredientLot(id=work.opened.new_id(), substance=request.substance, **_fields(work, request.told, before=None))
    same = [
        each for each, _ in lots.deliveries(work.opened, lot) if each.received_on == lot.received_on and lots.plain(each.supplier) == lots.plain(lot.supplier)
    ]
    if same:
        raise LotChangeRefused("LOT_EXISTS", f"{lot.called} received on {lot.received_on.isoformat()} is recorded already; correct its stock by a count")
    lots.add(work.opened, lot)
    entry = lots.book(work.opened, lot, EntryKind.RECEIVED, micrograms(request.amount_g))
    told = {**changed(IngredientLot, None, lot), "stock_entry": (None, entry.number), "balance_ug": (None, entry.balance_ug)}
    work.tell("receive lot", SUBJECT, lot.id, told)
    return LotKept(lot_id=lot.id, version=1, in_quarantine=lot.in_quarantine)


@use_case
def correct_lot(work: Work, request: Correction) -> LotKept:
    """Make a lot read as it should, with a reason; a released lot goes back into quarantine, and a changed certificate loses its review.

    Raises NotAllowed, NotFound, Conflict, LotNotValid, LotChangeRefused `LOT_EXISTS`, WorkflowRefused `NOTHING_CHANGED`.
    """
    work.may(Duty.KEEP_STOCK)
    work.confirmed(Level.AGAIN)
    work.reason()
    lot = lot_at(work, request.lot_id, request.version)
    _check_not_ahead(work, request.opened_on, "opened")
    to = replace(lot, opened_on=request.opened_on, **_fields(work, request.told, before=lot.certificate))
    _check_new(work, to)
    kept = keep_lot(work, lot, correct(lot, to=to), version=request.version, action="correct lot")
    return replace(kept, preparations=touched(work, lot))


@use_case
def review_certificate(work: Work, request: ReviewedCertificate) -> LotKept:
    """Record that this person read the certificate. Raises NotAllowed, NotFound, Conflict, LotChangeRefused, StorageError `CONTENT_DAMAGED`."""
    work.may(Duty.RELEASE_LOTS)
    lot = lot_at(work, request.lot_id, request.version)
    if lot.certificate is None or lot.certificate.file_sha256 != request.file_sha256:
        raise LotChangeRefused("CERTIFICATE_ANOTHER", f"this is not the certificate of {lot.called}; look at the lot again")
    if lot.certificate.reviewed_by:
        raise LotChangeRefused("CERTIFICATE_REVIEWED", f"the certificate of {lot.called} was reviewed by {lot.certificate.reviewed_by} already")
    contents.of(work.opened, lot.certificate.file_sha256)
    reviewed = replace(lot.certificate, reviewed_by=work.person.name, reviewed_on=work.today)
    return keep_lot(work, lot, replace(lot, certificate=reviewed), version=request.version, action="review certificate")


@use_case
def test_identity(work: Work, request: IdentityTested) -> LotKept:
    """Record an identity test of today; one that failed puts the lot into quarantine, and after one that failed another needs a reason.

    Raises NotAllowed, NotFound, Conflict, LotNotValid, WorkflowRefused `REASON_NEEDED`.
    """
    work.may(Duty.KEEP_STOCK)
    lot = lot_at(work, request.lot_id, request.version)
    if lot.identity_test is not None and not lot.identity_test.passed:
        work.reason()
    test = IdentityTest(method=request.method, passed=request.passed, by=work.person.name, on=work.today)
    tested = replace(lot, identity_test=test)
    if not test.passed and not lot.in_quarantine:
        tested = quarantine(tested, f"failed {test.method}")
    kept = keep_lot(work, lot, tested, version=request.version, action="test identity")
    return kept if test.passed else replace(kept, preparations=touched(work, lot))


@use_case
def open_container(work: Work, request: OneLot) -> LotKept:
    """Record that the container was opened today. Raises NotAllowed, NotFound, Conflict, LotChangeRefused `LOT_RECALLED`, `LOT_ALREADY_OPENED`."""
    work.may_one_of(Duty.KEEP_STOCK, Duty.WEIGH)
    lot = lot_at(work, request.lot_id, request.version)
    return keep_lot(work, lot, opened_container(lot, work.today), version=request.version, action="open container")


def touched(work: Work, lot: IngredientLot) -> tuple[str, ...]:
    """The preparations that took from the lot, whatever became of them, and those not yet over that are planned with it."""
    return tuple(sorted({*lots.preparations_with(work.opened, lot.id), *preparations.planned_with(work.opened, lot.id)}))


def lot_at(work: Work, lot_id: str, version: int) -> IngredientLot:
    """The lot, locked, as it was looked at. Raises NotFound, Conflict."""
    lot, stands = lots.of(work.opened, lot_id)
    if stands != version:
        raise Conflict(lot.called)
    return lot


def keep_lot(work: Work, old: IngredientLot, new: IngredientLot, *, version: int, action: Action | str) -> LotKept:
    """Keep a lot as it is now and tell what changed. Raises WorkflowRefused `NOTHING_CHANGED`."""
    told = changed(IngredientLot, old, new)
    if not told:
        raise WorkflowRefused("NOTHING_CHANGED", f"{old.called} reads like this already")
    lots.change(work.opened, new, version=version)
    work.tell(action, SUBJECT, new.id, told)
    return LotKept(lot_id=new.id, version=version + 1, in_quarantine=new.in_quarantine)


def _fields(work: Work, told: LotTold, *, before: Certificate | None) -> dict[str, Any]:
    """The fields of a lot as container and papers tell them. A certificate that still says the same as the one before stays reviewed."""
    _check_not_ahead(work, told.received_on, "received")
    certificate = None
    if told.certificate is not None:
        certificate = Certificate(**{each.name: getattr(told.certificate, each.name) for each in fields(told.certificate)})
        contents.check_there(work.opened, certificate.file_sha256)
        if before is not None and replace(before, reviewed_by="", reviewed_on=None) == certificate:
            certificate = before
    return {**{each.name: getattr(told, each.name) for each in fields(told)}, "certificate": certificate}


def _check_new(work: Work, lot: IngredientLot) -> None:
    for other, _ in lots.deliveries(work.opened, lot):
        if other.id != lot.id and other.received_on == lot.received_on and lots.plain(other.supplier) == lots.plain(lot.supplier):
            raise LotChangeRefused("LOT_EXISTS", f"{lot.called} received on {lot.received_on.isoformat()} is recorded already; book what is there by a count")


def _check_not_ahead(work: Work, on: date | None, what: str) -> None:
    if on is not None and on > work.today:
        raise LotNotValid("LOT_NOT_VALID", f"a lot cannot have been {what} on {on.isoformat()}, which is still to come")
