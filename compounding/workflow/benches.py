"""What every step at the bench begins with: the record as it stands, its order still accepted, its patient's allergies unchanged, and the gate asked anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.errors import WorkflowRefused
from compounding.domain.formulary_versions import Kind
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.ingredient_lots import as_pipeline_lot
from compounding.domain.lot_choice import LotRefused, against
from compounding.domain.order_record import OrderRecord
from compounding.domain.reasons import Reason
from compounding.domain.stages import Action, State
from compounding.pipeline import Examined
from compounding.storage import lots, preparations
from compounding.storage.errors import Conflict
from compounding.storage.patients import StoredPatient
from compounding.workflow.deciding import check_screened, load
from compounding.workflow.examining import AllergyRecord, examined
from compounding.workflow.formulary_in_force import formula_of
from compounding.workflow.receiving import Standing
from compounding.workflow.use_case import Work

_BARRED = frozenset({"LOT_RECALLED", "LOT_IN_QUARANTINE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OnBench:
    """A preparation with everything it belongs to, all locked."""

    record: CompoundingRecord
    order: OrderRecord
    patient: StoredPatient
    allergies: AllergyRecord


def on_bench(work: Work, preparation_id: str, *, version: int) -> OnBench:
    """A preparation that may go on. Raises Conflict where it was seen in an older version, and WorkflowRefused where its order no longer stands.

    `ORDER_NOT_ACCEPTED`: the order went back to screening, or ended; `FORMULA_CHANGED`: it was accepted anew with another formula. Then it can be scrapped.
    """
    found = load_preparation(work, preparation_id, version=version)
    order, record = found.order, found.record
    if order.state is not State.ACCEPTED or order.acceptance is None:
        raise WorkflowRefused("ORDER_NOT_ACCEPTED", f"the order of this preparation is {order.state.value}; it must be accepted before anyone goes on")
    check_screened(work, order, found.allergies)
    agreed = order.acceptance
    if (record.formula_id, record.formula_version, record.formula_sha256) != (agreed.formula_id, agreed.formula_version, agreed.formula_sha256):
        raise WorkflowRefused("FORMULA_CHANGED", "the order was accepted anew with another formula; scrap this preparation and plan again")
    return found


def load_preparation(work: Work, preparation_id: str, *, version: int) -> OnBench:
    """A preparation and what it belongs to, in whatever state. Raises Conflict for an older version."""
    record, _ = preparations.of(work.opened, preparation_id, lock=False)
    order, patient, allergies = load(work, record.order_id)
    record, found = preparations.of(work.opened, preparation_id)
    if found != version:
        raise Conflict(f"preparation {record.lot_number}")
    return OnBench(record=record, order=order, patient=patient, allergies=allergies)


def formula_pinned(work: Work, record: CompoundingRecord) -> MasterFormulationRecord:
    """The formula the record was planned by, whatever happened to its version since."""
    for version in work.history.versions:
        if (version.kind, version.id, version.version, version.sha256) == (Kind.FORMULA, record.formula_id, record.formula_version, record.formula_sha256):
            return formula_of(version)
    raise WorkflowRefused("WRONG_FORMULA", f"the text of {record.formula_id} {record.formula_version} that this record was planned by is not here")


def examined_with_its_lots(work: Work, found: OnBench, *, on: date) -> tuple[Examined, tuple[Reason, ...]]:
    """The order examined anew with the lots of this very preparation, and what the allergy gate says of its jar on that day."""
    days = work.site.undated_lot_days
    taken = tuple(dict.fromkeys(found.record.lot_ids))
    its_lots = tuple(as_pipeline_lot(lots.of(work.opened, each, lock=False)[0], on_hand_g=None, undated_lot_days=days) for each in taken)
    seen = examined(work, found.order, found.patient, found.allergies, lots=its_lots, on=on)
    return seen, seen.gate(formula_pinned(work, found.record))


def check_its_lots(work: Work, record: CompoundingRecord) -> None:
    """Raises LotRefused `LOT_RECALLED` or `LOT_IN_QUARANTINE` where that became so of an ingredient since it was weighed (clinical rule 22)."""
    days, substances = work.site.undated_lot_days, work.house.data.formulary.substances
    for lot_id in sorted(set(record.lot_ids)):
        # Locked, so that a recall comes wholly before this step or wholly after it.
        lot, _ = lots.of(work.opened, lot_id)
        barred = tuple(each for each in against(lot, on=work.today, undated_lot_days=days, substances=substances) if each.code in _BARRED)
        if barred:
            raise LotRefused(barred)


def keep(
    work: Work, action: Action, before: CompoundingRecord, after: CompoundingRecord, *, version: int, changed: Mapping[str, tuple[Any, Any]] | None = None,
    reason: str = "",
) -> Standing:  # fmt: skip
    """Keep the record as it is now, with its audit row."""
    new = preparations.change(work.opened, after, version=version)
    work.tell(action, "preparation", after.id, {"state": (before.state.value, after.state.value), **(changed or {})}, reason=reason)
    return Standing(id=after.id, number=after.lot_number, version=new, state=after.state)
