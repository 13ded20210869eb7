"""Which lots may be used: released by signature, put into quarantine, or recalled for good with everything that was made of them (clinical rule 22)."""

import hashlib
from dataclasses import dataclass

from compounding.domain.ingredient_lots import IngredientLot, LotChangeRefused, quarantine, recall
from compounding.domain.lot_choice import release_from_quarantine
from compounding.domain.people import Duty
from compounding.domain.record_texts import LONGEST_SENTENCE
from compounding.domain.stages import Action
from compounding.storage import contents, documents, lots, signatures
from compounding.storage.ledger_told import SUBJECT
from compounding.workflow.lots import LotKept, OneLot, keep_lot, lot_at
from compounding.workflow.use_case import Work, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """A lot that was recalled: the preparations that took from it, and other deliveries under its number.

    Those of the same supplier are in quarantine now, and what took from them is listed with the rest. Those of other suppliers are left for a person to judge.
    """

    lot_id: str
    version: int
    preparations: tuple[str, ...]
    quarantined: tuple[str, ...]
    of_other_suppliers: tuple[str, ...]


@use_case
def release_lot(work: Work, request: OneLot) -> LotKept:
    """Sign a lot out of quarantine, where nothing else stands against it today.

    Raises NotAllowed, NotFound, Conflict, LotRefused with the first reason that stands, LotChangeRefused `LOT_NOT_IN_QUARANTINE`, or `LOT_RECALLED` where
    another delivery of the same lot is recalled.
    """
    work.may(Duty.RELEASE_LOTS)
    lot = lot_at(work, request.lot_id, request.version)
    for other, _ in lots.deliveries(work.opened, lot):
        if other.recalled and _is_same_lot(other, lot):
            raise LotChangeRefused("LOT_RECALLED", f"{lot.called} came in another delivery too, and that one is recalled: {other.recalled}")
    released = release_from_quarantine(
        lot, on=work.today, undated_lot_days=work.site.undated_lot_days, substances=work.house.data.formulary.substances
    )  # fmt: skip
    if released.certificate is not None:
        contents.of(work.opened, released.certificate.file_sha256)
    kept = keep_lot(work, lot, released, version=request.version, action="release lot")
    digest = hashlib.sha256(documents.write(IngredientLot, released).encode()).hexdigest()
    signatures.add(work.opened, SUBJECT, lot.id, work.sign(Duty.RELEASE_LOTS, of_sha256=digest))
    return kept


@use_case
def quarantine_lot(work: Work, request: OneLot) -> LotKept:
    """Put a lot into quarantine, with a reason; whoever handles stock may. Raises NotAllowed, NotFound, Conflict, LotNotValid, WorkflowRefused."""
    work.may_one_of(Duty.KEEP_STOCK, Duty.RELEASE_LOTS, Duty.RECALL, Duty.WEIGH)
    reason = work.reason()
    lot = lot_at(work, request.lot_id, request.version)
    return keep_lot(work, lot, quarantine(lot, reason), version=request.version, action="quarantine lot")


@use_case
def recall_lot(work: Work, request: OneLot) -> Recalled:
    """Recall a lot for good, with a reason; every delivery of it from the same supplier goes into quarantine with it.

    Raises NotAllowed, NotFound, Conflict, LotNotValid, LotChangeRefused `LOT_RECALLED`, WorkflowRefused `REASON_NEEDED`.
    """
    work.may(Duty.RECALL)
    reason = work.reason()
    seen, _ = lots.of(work.opened, request.lot_id, lock=False)
    every = lots.deliveries(work.opened, seen, lock=True)
    lot = lot_at(work, request.lot_id, request.version)
    kept = keep_lot(work, lot, recall(lot, reason), version=request.version, action=Action.RECALL)
    same = [(each, version) for each, version in every if _is_same_lot(each, lot)]
    held = []
    for other, version in same:
        if not other.in_quarantine:
            why = f"another delivery of it is recalled: {reason}"[:LONGEST_SENTENCE].rstrip()
            keep_lot(work, other, quarantine(other, why), version=version, action="quarantine lot")
            held.append(other.id)
    elsewhere = tuple(each.id for each, _ in every if each.id != lot.id and not _is_same_lot(each, lot))
    return Recalled(
        lot_id=lot.id, version=kept.version, preparations=lots.preparations_with(work.opened, lot.id, *(other.id for other, _ in same)),
        quarantined=tuple(held), of_other_suppliers=elsewhere,
    )  # fmt: skip


def _is_same_lot(other: IngredientLot, lot: IngredientLot) -> bool:
    """Whether it is another delivery of this lot from its supplier: one recall means them all."""
    return other.id != lot.id and lots.plain(other.supplier) == lots.plain(lot.supplier)
