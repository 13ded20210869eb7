"""Stage 4: a fill of an accepted order is planned: how much, from which lots, by which formula, until when (clinical rules 3, 13, 16 and 22)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from compounding.domain.errors import WorkflowRefused
from compounding.domain.fills import FillPlan, HandedOut, check_next_fill
from compounding.domain.order_dates import valid_until
from compounding.domain.order_record import SETTLED_BY_PHARMACIST, OrderRecord
from compounding.domain.orders import MedicationOrder
from compounding.domain.people import Duty
from compounding.domain.preparing import Provenance, RecordNumbers, plan
from compounding.domain.reasons import Reason, Severity
from compounding.domain.stages import Action, State
from compounding.pipeline import Planned, WorkedOut, examine, work_out
from compounding.storage import orders, preparations
from compounding.storage.patients import StoredPatient
from compounding.workflow.choosing_lots import Chosen, lots_for
from compounding.workflow.deciding import check_screened, load
from compounding.workflow.examining import AllergyRecord, Held, as_on_record, bench_for, blocking, examined
from compounding.workflow.receiving import Standing
from compounding.workflow.use_case import Work, use_case

STOPS_A_RECORD = frozenset({
    "FORMULA_NOT_APPROVED", "PHRASES_NOT_APPROVED", "APPROVAL_REVIEW_DUE", "NOMINAL_MATERIALS", "LOT_EXPIRY_NOT_GIVEN", "DATE_NOT_TODAY",
})  # fmt: skip
"""Warnings of a proposal that make no record: what is dispensed is approved, from real lots, on its own day (clinical rules 19, 22, 26 and 27)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFill:
    """The next fill of an order, or with `is_balance` the rest of one that was short. `amount_g` is less than ordered for a part fill.

    `lot_ids` names lots; what is not named is suggested. `early_reason` is a pharmacist's reason for a refill before its day.
    """

    order_id: str
    version: int
    amount_g: Decimal | None = None
    is_balance: bool = False
    lot_ids: tuple[str, ...] = ()
    early_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """Which fill of an order, and how many grams of it."""

    number: int
    amount_g: Decimal


@use_case
def plan_fill(work: Work, request: PlanFill) -> Standing:
    """Plan one preparation. Raises Held, WorkflowRefused, LotRefused; then nothing is planned, and no number is used up."""
    work.may(Duty.DECIDE_ORDERS)
    record, patient, allergies = load(work, request.order_id)
    if record.state is not State.ACCEPTED or record.acceptance is None:
        raise WorkflowRefused("ORDER_NOT_ACCEPTED", f"a fill needs an accepted order, and this one is {record.state.value}")
    check_screened(work, record, allergies)
    if preparations.open_of_order(work.opened, record.id):
        raise WorkflowRefused("PREPARATION_OPEN", "a preparation of this order stands at the bench already")
    order = order_of(work, record, patient, allergies)
    fill = fill_asked_for(work, record, order, allergies, request)
    part_g = None if fill.amount_g == order.amount_g else fill.amount_g
    worked, chosen = worked_out_from_lots(work, record, patient, allergies, part_g=part_g, lot_ids=request.lot_ids)
    stands = stopping(worked, record)
    if stands:
        raise Held(stands)
    planned = planned_as_agreed(worked, record)
    formula, language = planned.formula, worked.examined.language
    phrases = work.data.phrases[language]
    ids = {(lot.substance, lot.number, lot.supplier): kept.id for kept, lot in chosen}
    sheet = planned.cleared_sheet
    made = plan(
        RecordNumbers(
            id=work.opened.new_id(), order_id=record.id, fill=fill.number, rx_number=record.rx_number,
            lot_number=f"{work.today:%Y%m%d}-{work.opened.next_number(f'lot {work.today.isoformat()}'):03d}",
        ),
        provenance=Provenance(
            formula_sha256=formula.sha256, phrases_version=phrases.version, phrases_sha256=work.data.phrase_hashes[language], phrases_language=language,
            lexicon_sha256=work.house.data.lexicon_sha256, site_revision=work.settings_revision, sole_practitioner_allowed=work.site.sole_practitioner,
        ),
        sheet=sheet,
        lot_ids=tuple(ids[line.lot.substance, line.lot.number, line.lot.supplier] if line.lot is not None else "" for line in sheet.lines),
        beyond_use=planned.beyond_use, compounded_on=work.today, by=work.person.id, at=work.act.at,
        supervised_by=work.supervised_by(Duty.DECIDE_ORDERS),
    )  # fmt: skip
    preparations.add(work.opened, made)
    # The order's own version moves on, so that two people who plan from the same screen do not make two preparations.
    orders.change(work.opened, record, version=request.version)
    work.tell(Action.PLAN, "preparation", made.id, {
        "state": (None, made.state.value), "lot_number": (None, made.lot_number), "order": (None, record.id), "fill": (None, made.fill),
        "amount_g": (None, str(fill.amount_g)), "beyond_use_date": (None, made.beyond_use.on.isoformat()), "lots": (None, ", ".join(made.lot_ids)),
        "formula": (None, f"{made.formula_id} {made.formula_version} {made.formula_sha256}"),
    }, reason=request.early_reason)  # fmt: skip
    return Standing(id=made.id, number=made.lot_number, version=1, state=made.state)


def fills_of(work: Work, record: OrderRecord, order: MedicationOrder) -> FillPlan:
    """What the order allows, and what of it was handed out here and, before a transfer, elsewhere."""
    transfer = record.evidence.transfer
    elsewhere: tuple[HandedOut, ...] = ()
    if transfer is not None and transfer.last_filled_on is not None:
        elsewhere = tuple(HandedOut(fill=number, amount_g=order.amount_g, on=transfer.last_filled_on) for number in range(1, transfer.fills_made + 1))
    here = preparations.handed_out(work.opened, record.id)
    # A supply of no days says nothing of how long a fill lasts.
    supply = order.supply_days if order.supply_days is not None and order.supply_days > 0 else None
    return FillPlan(
        repeats=order.repeats, ordered_g=order.amount_g, supply_days=supply,
        interval_days=record.acceptance.interval_days if record.acceptance is not None else None,
        expires_on=valid_until(order.ordered_on, record.sent, work.profile), earlier=(*elsewhere, *here),
    )  # fmt: skip


def order_of(work: Work, record: OrderRecord, patient: StoredPatient, allergies: AllergyRecord) -> MedicationOrder:
    """The order as it is read today. Raises WorkflowRefused `ORDER_NOT_ACCEPTED`."""
    order = examined(work, record, patient, allergies).receipt.order
    if order is None:
        raise WorkflowRefused("ORDER_NOT_ACCEPTED", "the order can no longer be read as it was accepted; screen it again")
    return order


def fill_asked_for(work: Work, record: OrderRecord, order: MedicationOrder, allergies: AllergyRecord, request: PlanFill) -> Fill:
    """The fill that is asked for. Raises WorkflowRefused as `check_next_fill`, and `FILL_AMOUNT`."""
    plan_of = fills_of(work, record, order)
    number = check_next_fill(
        plan_of, on=work.today, allergies_asked_on=allergies.asked_on, early_days=work.site.refill_early_days, early_reason=request.early_reason,
        is_balance=request.is_balance,
    )  # fmt: skip
    most = plan_of.balances_g[number] if request.is_balance else order.amount_g
    amount = request.amount_g if request.amount_g is not None else most
    if not amount.is_finite() or not 0 < amount <= most:
        raise WorkflowRefused("FILL_AMOUNT", f"a fill is more than nothing and at most {most} g")
    return Fill(number=number, amount_g=amount)


def worked_out_from_lots(
    work: Work, record: OrderRecord, patient: StoredPatient, allergies: AllergyRecord, *, part_g: Decimal | None, lot_ids: tuple[str, ...], lock: bool = True
) -> tuple[WorkedOut, tuple[Chosen, ...]]:
    """The fill worked out from as few lots as hold enough, so that no patient is held back by a lot that nobody would have opened.

    `part_g` is a part of what was ordered, in grams whatever unit the order is written in; None for all of it. Without `lock` it is only to be looked at.
    Raises WorkflowRefused `FORMULA_CHANGED`, and as `named_lots`.
    """
    agreed = record.acceptance
    formula = work.data.formulary.formulas.get(agreed.formula_id) if agreed is not None else None
    if formula is None:
        raise WorkflowRefused("FORMULA_CHANGED", "the formula this order was accepted with is not in force now; screen it again")
    all_lots = lots_for(work, formula, lot_ids, lock=lock)
    deepest = max((sum(1 for kept, _ in all_lots if kept.substance == substance) for substance in {kept.substance for kept, _ in all_lots}), default=1)
    sent = as_on_record(record, allergies)
    if part_g is not None and sent.quantity is not None:
        sent = replace(sent, quantity=replace(sent.quantity, value=part_g, unit="g", code="g"))
    for depth in range(1, deepest + 1):
        chosen = _first(all_lots, depth) if not lot_ids else all_lots
        bench = bench_for(work, record, patient, allergies, lots=tuple(lot for _, lot in chosen))
        worked = work_out(examine(sent, bench, work.data, already=record.reading), work.data)
        if "INSUFFICIENT_STOCK" not in {each.code for each in worked.reasons} or chosen == all_lots:
            break
    return worked, chosen


def _first(chosen: Sequence[Chosen], depth: int) -> tuple[Chosen, ...]:
    counts: dict[str, int] = {}
    kept = []
    for each in chosen:
        counts[each[0].substance] = counts.get(each[0].substance, 0) + 1
        if counts[each[0].substance] <= depth:
            kept.append(each)
    return tuple(kept)


def stopping(worked: WorkedOut, record: OrderRecord) -> tuple[Reason, ...]:
    """What stands against this fill of an accepted order: what nobody has settled, and what makes no record."""
    settled = {each.code for each in record.acceptance.settled} if record.acceptance is not None else set()
    found = [each for each in blocking(worked.reasons) if each.code not in settled & SETTLED_BY_PHARMACIST]
    return (*found, *(_as_stop(each) for each in worked.reasons if each.code in STOPS_A_RECORD))


def planned_as_agreed(worked: WorkedOut, record: OrderRecord) -> Planned:
    """What is made, by the very formula that the order was accepted with. Raises WorkflowRefused `NO_FORMULA` or `FORMULA_CHANGED`."""
    planned, agreed = worked.planned, record.acceptance
    if planned is None or worked.examined.choice is None or agreed is None:
        raise WorkflowRefused("NO_FORMULA", "nothing was planned for this order")
    formula = planned.formula
    if (formula.id, formula.version, formula.sha256) != (agreed.formula_id, agreed.formula_version, agreed.formula_sha256):
        was = f"{agreed.formula_id} {agreed.formula_version}"
        raise WorkflowRefused("FORMULA_CHANGED", f"the order was accepted with {was}, which is not in force now; screen it again")
    return planned


def _as_stop(warning: Reason) -> Reason:
    return replace(warning, severity=Severity.HELD)
