"""What a pharmacist sees before planning a fill: the fill worked out as its planning would, the lots it would take, and what stands against it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from compounding.domain.errors import LevigateError, WorkflowRefused
from compounding.domain.fills import FillPlan
from compounding.domain.ingredient_lots import IngredientLot, usable_until
from compounding.domain.lot_choice import LotRefused
from compounding.domain.order_record import OrderRecord
from compounding.domain.people import Duty
from compounding.domain.stages import State
from compounding.pipeline import WorkedOut
from compounding.storage import orders, patients, preparations
from compounding.storage.errors import NotFound, StorageError
from compounding.storage.patients import StoredPatient
from compounding.workflow.choosing_lots import suggested
from compounding.workflow.deciding import check_screened
from compounding.workflow.examining import allergy_record
from compounding.workflow.planning_fills import Fill, PlanFill, fill_asked_for, fills_of, order_of, planned_as_agreed, stopping, worked_out_from_lots
from compounding.workflow.reviewing import Against, note_reading
from compounding.workflow.signed import may_begin
from compounding.workflow.use_case import Work, use_case

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class LotOffered:
    """A lot that can be chosen today: for which component, what is left of it in grams, until when it may be used, and whether this fill would take it."""

    lot: IngredientLot
    component: str
    on_hand_g: Decimal
    until: date
    is_taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FillSeen:
    """The next fill as it would be planned. `fills` is None where the order cannot be read as it was accepted; `fill` where none may be made.

    `due_on` is the day on which the next fill is due, where that is known; `lots` are those of every component, in the order to use them up.
    """

    version: int
    record: OrderRecord
    patient: StoredPatient
    today: date
    fills: FillPlan | None
    due_on: date | None
    fill: Fill | None
    worked: WorkedOut | None
    lots: tuple[LotOffered, ...]
    against: tuple[Against, ...]
    open_preparations: tuple[str, ...]


@use_case
def read_fill(work: Work, request: PlanFill) -> FillSeen:
    """Read a fill before it is planned; what refuses it is told in the answer. Raises NotAllowed for who never decides on orders, and NotFound."""
    may_begin(work, Duty.DECIDE_ORDERS)
    record, version = orders.of(work.opened, request.order_id, lock=False)
    patient = patients.of(work.opened, record.patient_id)
    allergies = allergy_record(work, patient.id)
    note_reading(work, record)
    against: list[Against] = []
    at_bench = preparations.open_of_order(work.opened, record.id)
    fills, fill, worked, taken = None, None, None, frozenset[str]()
    try:
        if record.state is State.ACCEPTED:
            order = order_of(work, record, patient, allergies)
            fills = fills_of(work, record, order)
            _told(against, lambda: check_screened(work, record, allergies))
            fill = _told(against, lambda: fill_asked_for(work, record, order, allergies, request))
            amount = fill.amount_g if fill is not None else order.amount_g
            worked, chosen = worked_out_from_lots(
                work, record, patient, allergies, part_g=None if amount == order.amount_g else amount, lot_ids=request.lot_ids, lock=False
            )  # fmt: skip
            taken = frozenset(kept.id for kept, _ in chosen)
            stands = stopping(worked, record)
            against += [Against(code=each.code, message=each.message) for each in stands]
            if not stands:
                planned_as_agreed(worked, record)
    except (NotFound, StorageError):
        raise
    except LotRefused as refusal:
        against += [Against(code=each.code, message=each.message) for each in refusal.reasons]
    except LevigateError as refusal:
        against.append(Against(code=refusal.code, message=refusal.message))
    return FillSeen(
        version=version, record=record, patient=patient, today=work.today, fills=fills, due_on=fills.due_on() if fills is not None else None, fill=fill,
        worked=worked, lots=_offered(work, record, taken), against=tuple(dict.fromkeys(against)), open_preparations=at_bench,
    )  # fmt: skip


def _told(against: list[Against], check: Callable[[], T]) -> T | None:
    """What a check gives, or None with its refusal among what stands against the fill."""
    try:
        return check()
    except WorkflowRefused as refusal:
        against.append(Against(code=refusal.code, message=refusal.message))
        return None


def _offered(work: Work, record: OrderRecord, taken: frozenset[str]) -> tuple[LotOffered, ...]:
    agreed = record.acceptance
    formula = work.data.formulary.formulas.get(agreed.formula_id) if agreed is not None and record.state is State.ACCEPTED else None
    if formula is None:
        return ()
    substances = work.data.formulary.substances
    # A lot of either form of the drug may stand for it, where a person names it.
    drug = [each.id for each in substances.values() if each.drug_form and each.id != formula.active]
    return tuple(
        LotOffered(
            lot=kept, component=substances[part].name, on_hand_g=lot.on_hand_g or Decimal(0), until=usable_until(kept, work.site.undated_lot_days),
            is_taken=kept.id in taken,
        )
        for part in (formula.active, *drug, formula.levigating_agent, formula.base)
        for kept, lot in suggested(work, part)
    )  # fmt: skip
