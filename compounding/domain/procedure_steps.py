"""Who ticks which step of the procedure, and when? Each step by the person its formula names, when it is done and not before (clinical rules 17 and 20)."""

from dataclasses import replace
from datetime import datetime

from compounding.domain.compounding_record import CompoundingRecord, state_after
from compounding.domain.errors import WorkflowRefused
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.people import Duty
from compounding.domain.record_parts import StepDone
from compounding.domain.stages import Action, State

SECOND_PERSON, WITNESS = "second person", "witness"
_DUTIES = {SECOND_PERSON: Duty.RECALCULATE, WITNESS: Duty.WITNESS_WEIGHING, "pharmacist": Duty.ASSESS_CLINICALLY}


def duty_of(formula: MasterFormulationRecord, step: int) -> Duty:
    """What brings a person to tick the step (counted from 0). Raises WorkflowRefused `NO_SUCH_STEP`."""
    if not 0 <= step < len(formula.procedure):
        raise WorkflowRefused("NO_SUCH_STEP", f"the procedure has no step {step + 1}")
    return _DUTIES.get(formula.procedure[step].sign, Duty.WEIGH)


def is_before_weighing(formula: MasterFormulationRecord, step: int) -> bool:
    """Whether the step comes before the witnessed weighing of the drug; of a formula without one every step comes after it."""
    witnessed = next((number for number, each in enumerate(formula.procedure) if each.sign == WITNESS), 0)
    return step < witnessed


def tick(record: CompoundingRecord, step: int, *, formula: MasterFormulationRecord, by: str, at: datetime, supervised_by: str = "") -> CompoundingRecord:
    """The record with one step done. A second person's step is ticked by who recalculated, a witness's by who witnessed.

    Raises IllegalTransition, and WorkflowRefused `WRONG_FORMULA`, `NO_SUCH_STEP`, `STEP_TICKED`, `STEP_OUT_OF_ORDER`, `STEP_TOO_SOON`, `STEP_OF_ANOTHER`.
    """
    state_after(record, Action.TICK_STEP)
    check_formula(record, formula)
    duty_of(formula, step)
    done = {each.step for each in record.steps}
    if step in done:
        raise WorkflowRefused("STEP_TICKED", f"step {step + 1} is ticked already")
    left = [number + 1 for number, each in enumerate(formula.procedure[:step]) if each.sign and number not in done]
    if left:
        raise WorkflowRefused("STEP_OUT_OF_ORDER", f"step {left[0]} comes before step {step + 1}, and nobody has ticked it")
    early = is_before_weighing(formula, step)
    if not early and record.state is not State.WITNESSED:
        raise WorkflowRefused("STEP_TOO_SOON", f"step {step + 1} is ticked once the weighing of the drug is witnessed")
    told = formula.procedure[step]
    _check_who(record, told.sign, step, by)
    ticked = StepDone(step=step, text=told.text, sign=told.sign, is_before_weighing=early, by=by, at=at, supervised_by=supervised_by)
    return replace(record, steps=(*record.steps, ticked))


def _check_who(record: CompoundingRecord, sign: str, step: int, by: str) -> None:
    if sign == SECOND_PERSON:
        if record.recalculation is None:
            raise WorkflowRefused("STEP_TOO_SOON", f"step {step + 1} is ticked once the second person has recalculated")
        if record.recalculation.signature.person_id != by:
            raise WorkflowRefused("STEP_OF_ANOTHER", f"step {step + 1} is ticked by {record.recalculation.signature.name}, who recalculated")
    if sign == WITNESS and record.witness is not None and record.witness.signature.person_id != by:
        raise WorkflowRefused("STEP_OF_ANOTHER", f"step {step + 1} is ticked by {record.witness.signature.name}, who witnessed the weighing")


def check_formula(record: CompoundingRecord, formula: MasterFormulationRecord) -> None:
    """Raises WorkflowRefused `WRONG_FORMULA` for another text than the one the record was planned by."""
    if (formula.id, formula.version, formula.sha256) != (record.formula_id, record.formula_version, record.formula_sha256):
        raise WorkflowRefused("WRONG_FORMULA", f"this record was planned by {record.formula_id} {record.formula_version} with another text")


def check_every_step(record: CompoundingRecord, formula: MasterFormulationRecord) -> None:
    """Raises WorkflowRefused `STEPS_MISSING`, which names the steps that still need somebody's initials."""
    done = {each.step for each in record.steps}
    missing = [number + 1 for number, each in enumerate(formula.procedure) if each.sign and number not in done]
    if missing:
        raise WorkflowRefused("STEPS_MISSING", f"these steps of the procedure need initials: {', '.join(map(str, missing))}")


def kept_in_rework(steps: tuple[StepDone, ...]) -> tuple[StepDone, ...]:
    """The ticks that still count after a rework: what was done before the weighing, and does not rest on the recalculation that is discarded."""
    return tuple(each for each in steps if each.is_before_weighing and each.sign != SECOND_PERSON)
