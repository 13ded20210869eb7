"""Is a preparation made as planned, and what may be done where it is not: decide, rework, scrap? (clinical rule 20)"""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from compounding.domain.actual_weights import BenchReport, reconcile
from compounding.domain.compounding_record import CompoundingRecord, check_signed, given, state_after
from compounding.domain.errors import WorkflowRefused
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.hydrates import MolarMasses
from compounding.domain.people import Duty, Signature
from compounding.domain.procedure_steps import check_every_step, check_formula, kept_in_rework
from compounding.domain.record_checks import check_decidable, finish_problems
from compounding.domain.record_parts import DiscardedAttempt, Ending, Finish, FinishReport, Hold, HoldDecision, WithdrawnLabel
from compounding.domain.record_signing import check_not_weighed_by
from compounding.domain.site import Tolerances
from compounding.domain.stages import Action

_COLDEST, _HOTTEST = -20, 100
"""Degrees that a mixture in a pharmacy can have (°C): another figure is a slip of the pen, or of the thermometer."""


def finish(
    record: CompoundingRecord, report: FinishReport, *, formula: MasterFormulationRecord, masses: MolarMasses, tolerances: Tolerances, readability_g: Decimal
) -> CompoundingRecord:
    """The record with its finish: MADE, or ON_HOLD with every reason. `formula` is the one the record was planned by; its tests and signed steps are asked.

    Raises WorkflowRefused `WRONG_FORMULA`, `STEPS_MISSING`, `QUALITY_TESTS_MISSING`, `FINISH_INCOMPLETE`; LevigateError for a mass that is none.
    """
    made = state_after(record, Action.MAKE)
    check_formula(record, formula)
    check_every_step(record, formula)
    _check_report(report, formula)
    weighed = {each.line: each.mass_g for each in record.weighings}
    bench = BenchReport(weighed_g=[weighed[line] for line in sorted(weighed)], obtained_g=report.obtained_g, net_g=report.net_g)
    found = reconcile(record.sheet, bench, masses=masses, tolerances=tolerances, readability_g=readability_g)
    finished = Finish(report=report, limit_celsius=formula.highest_temperature_celsius, reconciliation=found)
    problems = finish_problems(finished)
    if not problems:
        return replace(record, state=made, finish=finished)
    return replace(record, state=state_after(record, Action.HOLD), finish=finished, holds=(Hold(reasons=problems, since=report.at),))


def _check_report(report: FinishReport, formula: MasterFormulationRecord) -> None:
    if sorted(each.name for each in report.quality) != sorted(each.name for each in formula.quality_tests):
        raise WorkflowRefused("QUALITY_TESTS_MISSING", "every quality test of the formula needs one answer, and no other test")
    unanswered = [each.name for each in report.quality if not each.result.strip()]
    if unanswered:
        raise WorkflowRefused("QUALITY_TESTS_MISSING", f"these quality tests need a result in words: {', '.join(unanswered)}")
    if not report.highest_temperature_celsius.is_finite() or not _COLDEST <= report.highest_temperature_celsius <= _HOTTEST:
        raise WorkflowRefused("FINISH_INCOMPLETE", f"the highest temperature must be a number of degrees, {_COLDEST} to {_HOTTEST} °C")
    if not all(each.is_finite() and each > 0 for each in (report.obtained_g, *report.net_g)):
        raise WorkflowRefused("FINISH_INCOMPLETE", "what was obtained, and what is in each container, must be a number of grams above zero")
    if not report.container.strip() or not report.by.strip():
        raise WorkflowRefused("FINISH_INCOMPLETE", "the finish needs the container and who finished it")


def decide(record: CompoundingRecord, reason: str, signature: Signature) -> CompoundingRecord:
    """The record MADE by a pharmacist's decision, signed for the record and the reason together. The label then states `amount_to_label_g`.

    Raises WorkflowRefused `CANNOT_BE_DECIDED` where the strength, a quality test, the temperature or the mass balance is wrong, or where the label would
    state more than was ordered; `REASON_MISSING`, and `SECOND_PERSON_NEEDED` where the signer weighed any of it.
    """
    state = state_after(record, Action.DECIDE)
    words = given(reason, "a decision on a hold")
    check_signed(record, signature, adding=reason, duty=Duty.DECIDE_HOLDS)
    *before, last = record.holds
    check_decidable(last)
    if record.amount_to_label_g > record.sheet.amount_g:
        raise WorkflowRefused("CANNOT_BE_DECIDED", "there is more in the container than was ordered; rework it or scrap it")
    check_not_weighed_by(record, signature)
    return replace(record, state=state, holds=(*before, replace(last, decision=HoldDecision(reason=words, signature=signature))))


def rework(record: CompoundingRecord, reason: str, *, by: str, at: datetime) -> CompoundingRecord:
    """The record ASSESSED again: everything done since is kept as discarded, and a new recalculation is needed. Raises WorkflowRefused `REASON_MISSING`."""
    state = state_after(record, Action.REWORK)
    words = given(reason, "a rework")
    if record.recalculation is None:
        raise WorkflowRefused("RECORD_INCOMPLETE", "there is nothing to rework")
    attempt = DiscardedAttempt(
        recalculation=record.recalculation, weighings=record.weighings, witness=record.witness, finish=record.finish, holds=record.holds,
        corrections=record.corrections, reason=words, by=by, at=at, steps=record.steps,
    )  # fmt: skip
    return replace(
        record, state=state, recalculation=None, weighings=(), witness=None, finish=None, holds=(), corrections=(), label=None,
        steps=kept_in_rework(record.steps),
        withdrawn_labels=with_label_withdrawn(record, words, by=by, at=at), discarded=(*record.discarded, attempt),
    )  # fmt: skip


def with_label_withdrawn(record: CompoundingRecord, reason: str, *, by: str, at: datetime) -> tuple[WithdrawnLabel, ...]:
    """The withdrawn labels once the one in force, if any, is withdrawn too."""
    if record.label is None:
        return record.withdrawn_labels
    return (*record.withdrawn_labels, WithdrawnLabel(label=record.label, reason=reason, by=by, at=at))


def scrap(record: CompoundingRecord, reason: str, *, by: str, at: datetime) -> CompoundingRecord:
    """The record of a preparation that is thrown away. Raises WorkflowRefused `REASON_MISSING`."""
    return _ended(record, Action.SCRAP, reason, by=by, at=at)


def recall(record: CompoundingRecord, reason: str, *, by: str, at: datetime) -> CompoundingRecord:
    """The record of a preparation that is recalled; its label no longer counts. Raises WorkflowRefused `REASON_MISSING`."""
    return _ended(record, Action.RECALL, reason, by=by, at=at)


def take_back(record: CompoundingRecord, reason: str, *, by: str, at: datetime) -> CompoundingRecord:
    """The record of a preparation that came back; it is never handed out again (clinical rule 23). Raises WorkflowRefused `REASON_MISSING`."""
    return _ended(record, Action.TAKE_BACK, reason, by=by, at=at)


def _ended(record: CompoundingRecord, action: Action, reason: str, *, by: str, at: datetime) -> CompoundingRecord:
    state = state_after(record, action)
    ending = Ending(before=record.state, after=state, reason=given(reason, f'"{action.value}"'), by=by, at=at)
    return replace(record, state=state, endings=(*record.endings, ending))
