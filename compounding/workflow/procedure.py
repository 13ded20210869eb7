"""The steps of the procedure, ticked one by one by whoever does them, when they do."""

from dataclasses import dataclass

from compounding.domain.people import Duty
from compounding.domain.procedure_steps import duty_of, tick
from compounding.domain.stages import Action
from compounding.workflow.benches import formula_pinned, keep, on_bench
from compounding.workflow.receiving import Standing
from compounding.workflow.use_case import Work, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class TickStep:
    """One step of the formula's procedure, counted from 0, that the person acting has just done."""

    preparation_id: str
    version: int
    step: int


@use_case
def tick_step(work: Work, request: TickStep) -> Standing:
    """Tick a step. Raises NotAllowed for who may not do what the step asks, and what `tick` raises."""
    work.may_one_of(Duty.WEIGH, Duty.RECALCULATE, Duty.WITNESS_WEIGHING, Duty.ASSESS_CLINICALLY)
    found = on_bench(work, request.preparation_id, version=request.version)
    formula = formula_pinned(work, found.record)
    supervised_by = work.supervised_by(duty_of(formula, request.step))
    after = tick(found.record, request.step, formula=formula, by=work.person.id, at=work.act.at, supervised_by=supervised_by)
    changed = {f"step {request.step + 1}": (None, after.steps[-1].text)}
    return keep(work, Action.TICK_STEP, found.record, after, version=request.version, changed=changed)
