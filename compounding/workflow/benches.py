"""What every step at the bench begins with: the record as it stands, with its order, its texts and its lots still standing, and the gate asked anew."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.errors import ReferenceDataError, WorkflowRefused
from compounding.domain.formulary_versions import PHRASES_OF, Kind, TextVersion, VersionRefused, VersionState
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.ingredient_lots import as_pipeline_lot
from compounding.domain.lot_choice import check_stands_in_jar
from compounding.domain.order_record import OrderRecord
from compounding.domain.reasons import Reason
from compounding.domain.stages import Action, State
from compounding.pipeline import Examined
from compounding.reference import ReferenceData
from compounding.storage import lots, orders, patients, preparations
from compounding.storage.errors import Conflict
from compounding.storage.patients import StoredPatient
from compounding.workflow.deciding import check_screened, load
from compounding.workflow.examining import AllergyRecord, allergy_record, examined
from compounding.workflow.formulary_in_force import formula_of
from compounding.workflow.receiving import Standing
from compounding.workflow.use_case import Work

BEFORE_WEIGHING = frozenset({State.PLANNED, State.ASSESSED})
"""The states in which nothing can have been taken from a lot for what is being made; the weighing asks the lots before it takes anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnBench:
    """A preparation with everything it belongs to, all locked."""

    record: CompoundingRecord
    order: OrderRecord
    patient: StoredPatient
    allergies: AllergyRecord


def on_bench(work: Work, preparation_id: str, *, version: int) -> OnBench:
    """A preparation that may go on. Raises Conflict where it was seen in an older version, and what `check_stands` raises."""
    found = load_preparation(work, preparation_id, version=version)
    if found.order.state is not State.ACCEPTED:
        raise WorkflowRefused("ORDER_NOT_ACCEPTED", f"the order of this preparation is {found.order.state.value}; it must be accepted before anyone goes on")
    check_stands(work, found, lock=True)
    return found


def check_stands(work: Work, found: OnBench, *, lock: bool) -> None:
    """Whether everything that the preparation rests on still stands. Where not, it can be scrapped, taken back or recalled, and nothing else.

    Raises WorkflowRefused `ORDER_NOT_ACCEPTED`, `SCREENING_OUT_OF_DATE`, `FORMULA_CHANGED` (the order was accepted anew with another formula),
    `LOT_EXPIRY_SHORTENED`, `LOT_CORRECTED`; VersionRefused `VERSION_RETIRED`; LotRefused with the first reason against a lot it holds.
    """
    order, record = found.order, found.record
    if order.state not in {State.ACCEPTED, State.FILLED} or order.acceptance is None:
        raise WorkflowRefused("ORDER_NOT_ACCEPTED", f"the order of this preparation is {order.state.value}")
    check_screened(work, order, found.allergies)
    agreed = order.acceptance
    if (record.formula_id, record.formula_version, record.formula_sha256) != (agreed.formula_id, agreed.formula_version, agreed.formula_sha256):
        raise WorkflowRefused("FORMULA_CHANGED", "the order was accepted anew with another formula; scrap this preparation and plan again")
    for version in _texts_of(work, record):
        if work.history.state(version, work.today) is VersionState.RETIRED:
            name = f"{version.id} {version.version}"
            raise VersionRefused("VERSION_RETIRED", f"{name}, which this preparation was planned by, is retired; scrap it and plan anew")
    if record.state not in BEFORE_WEIGHING:
        check_lots_stand(work, record, lock=lock)


def check_lots_stand(work: Work, record: CompoundingRecord, *, lock: bool) -> None:
    """Whether every ingredient lot of a record may still be in what is handed out. Raises LotRefused, WorkflowRefused.

    With `lock` a recall comes wholly before this step or wholly after it.
    """
    planned = {lot_id: line.lot for lot_id, line in zip(record.lot_ids, record.sheet.lines, strict=True)}
    for lot_id, as_planned in sorted(planned.items()):
        lot, _ = lots.of(work.opened, lot_id, lock=lock)
        if as_planned is not None:
            check_stands_in_jar(
                lot, as_planned, on=work.today, beyond_use_on=record.beyond_use.on, undated_lot_days=work.site.undated_lot_days,
                substances=work.house.data.formulary.substances,
            )  # fmt: skip


def _texts_of(work: Work, record: CompoundingRecord) -> tuple[TextVersion, ...]:
    """The versions of formula and phrases that the record is pinned to."""
    formula = (Kind.FORMULA, record.formula_id, record.formula_version, record.formula_sha256)
    language = next((each for each, language in PHRASES_OF.items() if language == record.phrases_language), "")
    phrases = (Kind.PHRASES, language, record.phrases_version, record.phrases_sha256)
    return tuple(each for each in work.history.versions if (each.kind, each.id, each.version, each.sha256) in {formula, phrases})


def seen_unlocked(work: Work, preparation_id: str) -> OnBench:
    """A preparation and what it belongs to, to look at: nothing is locked."""
    record, _ = preparations.of(work.opened, preparation_id, lock=False)
    order, _ = orders.of(work.opened, record.order_id, lock=False)
    patient = patients.of(work.opened, order.patient_id)
    return OnBench(record=record, order=order, patient=patient, allergies=allergy_record(work, patient.id))


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
    for version in _texts_of(work, record):
        if version.kind is Kind.FORMULA:
            return formula_of(version)
    raise WorkflowRefused("WRONG_FORMULA", f"the text of {record.formula_id} {record.formula_version} that this record was planned by is not here")


def data_with(work: Work, formula: MasterFormulationRecord) -> ReferenceData:
    """The reference data in force, with this formula in its base's place: a record goes on with its own, also where no other is in force any more."""
    data, others = work.house.data, {}
    try:
        data = work.data
        others = {name: each for name, each in data.formulary.formulas.items() if each.base != formula.base}
    except ReferenceDataError as fault:
        if fault.code != "FORMULARY_EMPTY":
            raise
    return replace(data, formulary=replace(data.formulary, formulas={**others, formula.id: formula}))


def examined_with_its_lots(work: Work, found: OnBench, *, on: date) -> tuple[Examined, tuple[Reason, ...]]:
    """The order examined anew with the lots and the formula of this very preparation, and what the allergy gate says of its jar on that day."""
    days, formula = work.site.undated_lot_days, formula_pinned(work, found.record)
    taken = tuple(dict.fromkeys(found.record.lot_ids))
    its_lots = tuple(as_pipeline_lot(lots.of(work.opened, each, lock=False)[0], on_hand_g=None, undated_lot_days=days) for each in taken)
    seen = examined(work, found.order, found.patient, found.allergies, lots=its_lots, on=on, data=data_with(work, formula))
    return seen, seen.gate(formula)


def keep(
    work: Work, action: Action, before: CompoundingRecord, after: CompoundingRecord, *, version: int, changed: Mapping[str, tuple[Any, Any]] | None = None,
    reason: str = "",
) -> Standing:  # fmt: skip
    """Keep the record as it is now, with its audit row."""
    new = preparations.change(work.opened, after, version=version)
    work.tell(action, "preparation", after.id, {"state": (before.state.value, after.state.value), **(changed or {})}, reason=reason)
    return Standing(id=after.id, number=after.lot_number, version=new, state=after.state)
