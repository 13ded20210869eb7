"""Which lots may be used: released by signature, put into quarantine, or recalled for good with everything that was made of them (clinical rule 22)."""

import hashlib
from dataclasses import dataclass, replace

from compounding.domain.finishing import recall as recalled
from compounding.domain.hand_over_parts import LabelStatus
from compounding.domain.ingredient_lots import IngredientLot, LotChangeRefused, quarantine, recall
from compounding.domain.lot_choice import release_from_quarantine
from compounding.domain.people import Duty
from compounding.domain.record_texts import LONGEST_SENTENCE
from compounding.domain.stages import Action, Subject, transition
from compounding.storage import contents, documents, lots, preparations, signatures
from compounding.storage.documents import UnreadableDocument
from compounding.storage.errors import StorageError
from compounding.storage.ledger_told import SUBJECT
from compounding.workflow.benches import keep
from compounding.workflow.label_status import supersede
from compounding.workflow.lots import LotKept, OneLot, keep_lot, lot_at, touched
from compounding.workflow.use_case import Work, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """A lot that was recalled: the preparations that took from it, and other deliveries under its number.

    Those of the same supplier are in quarantine now, and what took from them is listed with the rest. Those of other suppliers are left for a person to judge.
    Of `preparations`, those in `recalled` are recalled now, with their labels; the rest was over before, or begins anew after a rework. `planned_with` took
    nothing for what is being made and stays where it stands: nothing can be weighed for it. Of `unreadable` the stored record cannot be read, which stops no
    recall: a person looks for those jars.
    """

    lot_id: str
    version: int
    preparations: tuple[str, ...]
    quarantined: tuple[str, ...]
    of_other_suppliers: tuple[str, ...]
    recalled: tuple[str, ...] = ()
    planned_with: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()


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
    text = documents.write(IngredientLot, released).encode()
    signatures.add(work.opened, SUBJECT, lot.id, work.sign(Duty.RELEASE_LOTS, of_sha256=hashlib.sha256(text).hexdigest()), text=text)
    return kept


@use_case
def quarantine_lot(work: Work, request: OneLot) -> LotKept:
    """Put a lot into quarantine, with a reason; whoever handles stock may. Raises NotAllowed, NotFound, Conflict, LotNotValid, WorkflowRefused."""
    work.may_one_of(Duty.KEEP_STOCK, Duty.RELEASE_LOTS, Duty.RECALL, Duty.WEIGH)
    reason = work.reason()
    lot = lot_at(work, request.lot_id, request.version)
    kept = keep_lot(work, lot, quarantine(lot, reason), version=request.version, action="quarantine lot")
    return replace(kept, preparations=touched(work, lot))


@use_case
def recall_lot(work: Work, request: OneLot) -> Recalled:
    """Recall a lot for good, with a reason; every delivery of it from the same supplier goes into quarantine with it, and what holds any of them is recalled.

    Raises NotAllowed, NotFound, Conflict, LotNotValid, LotChangeRefused `LOT_RECALLED`, WorkflowRefused `REASON_NEEDED`.
    """
    work.may(Duty.RECALL)
    reason = work.reason()
    seen, _ = lots.of(work.opened, request.lot_id, lock=False)
    _lock_what_holds(work, seen)
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
    meant = (lot.id, *(other.id for other, _ in same))
    took = lots.preparations_with(work.opened, *meant)
    why = f"ingredient lot {lot.number} of {lot.supplier} recalled: {reason}"
    done = {each: _recall_preparation(work, each, why) for each in took}
    elsewhere = tuple(each.id for each, _ in every if each.id != lot.id and not _is_same_lot(each, lot))
    return Recalled(
        lot_id=lot.id, version=kept.version, preparations=took, quarantined=tuple(held), of_other_suppliers=elsewhere,
        recalled=tuple(each for each, is_recalled in done.items() if is_recalled),
        planned_with=preparations.planned_with(work.opened, *meant), unreadable=tuple(each for each, is_recalled in done.items() if is_recalled is None),
    )  # fmt: skip


def _lock_what_holds(work: Work, lot: IngredientLot) -> None:
    """Lock the preparations before their lots, in the order of their keys, as the bench does, so that a weighing and a recall do not wait for each other."""
    same = [each.id for each, _ in lots.deliveries(work.opened, lot) if each.id == lot.id or _is_same_lot(each, lot)]
    for each in lots.preparations_with(work.opened, *same):
        preparations.check_there(work.opened, each, lock=True)


def _recall_preparation(work: Work, preparation_id: str, reason: str) -> bool | None:
    """Recall a preparation that took from the lot, with its labels, handed out or not; None where its record cannot be read: only its labels are recalled then.

    False where it is over, or begins anew and holds nothing of the lot any more.
    """
    try:
        record, version = preparations.of(work.opened, preparation_id)
    except (StorageError, UnreadableDocument):
        supersede(work, preparation_id, reason, LabelStatus.RECALLED)
        return None
    if record.state not in transition(Subject.PREPARATION, Action.RECALL).before:
        return False
    after = recalled(record, reason, by=work.person.id, at=work.act.at)
    supersede(work, record.id, reason, LabelStatus.RECALLED)
    keep(work, Action.RECALL, record, after, version=version, reason=reason)
    return True


def _is_same_lot(other: IngredientLot, lot: IngredientLot) -> bool:
    """Whether it is another delivery of this lot from its supplier: one recall means them all."""
    return other.id != lot.id and lots.plain(other.supplier) == lots.plain(lot.supplier)
