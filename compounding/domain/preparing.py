"""How does a compounding record grow at the bench, from the plan to the witnessed weighing of the drug? (clinical rule 17)"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from compounding.domain.beyond_use import BeyondUse
from compounding.domain.clinical_assessment import ClinicalAssessment
from compounding.domain.compounding_record import CompoundingRecord, check_signed, state_after
from compounding.domain.errors import WorkflowRefused
from compounding.domain.people import Duty, Signature
from compounding.domain.record_checks import check_weighing, differing
from compounding.domain.record_parts import AgreedRecalculation, Disagreement, Ending, Figures, SignedAssessment, Weighing, Witnessing, WitnessReading
from compounding.domain.second_person import check_second_person
from compounding.domain.stages import Action, State, Subject, check_transition
from compounding.domain.weighing_sheet import WeighingSheet

_FURTHEST_ZONE = timedelta(days=1)
"""A day of the pharmacy's calendar may be one ahead of the day in UTC, and no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Which texts and settings a record rests on, each as it was when the record was planned."""

    formula_sha256: str
    phrases_version: str
    phrases_sha256: str
    phrases_language: str
    lexicon_sha256: str
    site_revision: int
    sole_practitioner_allowed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordNumbers:
    """What a record is called: its id, the order's, which fill of it, the prescription number, the preparation's own lot number."""

    id: str
    order_id: str
    fill: int
    rx_number: str
    lot_number: str


def plan(
    numbers: RecordNumbers, *, provenance: Provenance, sheet: WeighingSheet, lot_ids: tuple[str, ...], beyond_use: BeyondUse, compounded_on: date,
    by: str, at: datetime, supervised_by: str = "",
) -> CompoundingRecord:  # fmt: skip
    """A new record. `lot_ids` has one ingredient lot for each line of the sheet; `supervised_by` is who stood beside the planner.

    Raises WorkflowRefused `LOT_NOT_NAMED` and what CompoundingRecord raises."""
    check_transition(Subject.PREPARATION, Action.PLAN, None)
    return CompoundingRecord(
        id=numbers.id, order_id=numbers.order_id, fill=numbers.fill, rx_number=numbers.rx_number, lot_number=numbers.lot_number,
        formula_id=sheet.formula_id, formula_version=sheet.formula_version, formula_sha256=provenance.formula_sha256,
        phrases_version=provenance.phrases_version, phrases_sha256=provenance.phrases_sha256, phrases_language=provenance.phrases_language,
        lexicon_sha256=provenance.lexicon_sha256, site_revision=provenance.site_revision, sole_practitioner_allowed=provenance.sole_practitioner_allowed,
        compounded_on=compounded_on, sheet=sheet, beyond_use=beyond_use, lot_ids=lot_ids, planned_by=by, planned_supervised_by=supervised_by, planned_at=at,
        state=State.PLANNED,
    )  # fmt: skip


def assess(record: CompoundingRecord, assessment: ClinicalAssessment, signature: Signature) -> CompoundingRecord:
    """The record with its clinical assessment, the first or a later one, signed for the record and the assessment together; the last one counts.

    One that stands against the preparation is kept, and ends it: SCRAPPED, with its reason. Raises IllegalTransition, and WorkflowRefused
    `SIGNED_SOMETHING_ELSE` and `CLINICAL_ASSESSMENT_INCOMPLETE`.
    """
    is_first = record.assessment is None
    state = state_after(record, assessing(record, assessment))
    check_signed(record, signature, adding=assessment, duty=Duty.ASSESS_CLINICALLY)
    if assessment.profile_reviewed_on > signature.at.date() + _FURTHEST_ZONE:
        raise WorkflowRefused("CLINICAL_ASSESSMENT_INCOMPLETE", "the patient's profile cannot have been reviewed on a day that is still to come")
    signed = SignedAssessment(assessment=assessment, signature=signature)
    endings = record.endings
    if not assessment.proceed:
        endings = (*endings, Ending(before=record.state, after=state, reason=assessment.why.strip(), by=signature.person_id, at=signature.at))
    return replace(
        record, state=state, assessment=signed if is_first else record.assessment,
        reassessments=record.reassessments if is_first else (*record.reassessments, signed), endings=endings,
    )  # fmt: skip


def assessing(record: CompoundingRecord, assessment: ClinicalAssessment) -> Action:
    """Which action this assessment is: the first one, a later one, or one against the preparation."""
    if not assessment.proceed:
        return Action.ASSESS_AGAINST
    return Action.ASSESS if record.state is State.PLANNED else Action.REASSESS


def recalculate(record: CompoundingRecord, figures: Figures, signature: Signature) -> CompoundingRecord:
    """The record with a second person's own figures: RECALCULATED where every one is exactly the sheet's, else still ASSESSED with one `Disagreement` more.

    Neither an answer nor a refusal names a figure of the sheet, so that the next entry is as blind as this one. Raises WorkflowRefused `FIGURES_MISSING`,
    `SIGNED_SOMETHING_ELSE`, and what `check_second_person` raises, before any figure is compared.
    """
    state = state_after(record, Action.RECALCULATE)
    check_signed(record, signature, adding=figures, duty=Duty.RECALCULATE)
    check_second_person(signature, first=record.planners, first_at=record.planned_at, sole_allowed=record.sole_practitioner_allowed,
                        what="the recalculation")  # fmt: skip
    lines, batch = differing(record.sheet, figures)
    if lines or batch:
        disagreement = Disagreement(figures=figures, by=signature.person_id, at=signature.at, lines=lines, batch=batch)
        return replace(record, state=state_after(record, Action.DISAGREE), disagreements=(*record.disagreements, disagreement))
    return replace(record, state=state, recalculation=AgreedRecalculation(figures=figures, signature=signature))


def weigh(record: CompoundingRecord, weighing: Weighing) -> CompoundingRecord:
    """The record with one line weighed; with the last line it is WEIGHED.

    A weight outside the tolerance is taken as it is and holds the preparation at its finish. Raises WorkflowRefused `WRONG_LOT`, `NO_SUCH_LINE`,
    `NO_WEIGHT`, `ALREADY_WEIGHED`, and `BALANCE_NOT_CHECKED` where the balance's check is not of the compounding date.
    """
    state = state_after(record, Action.WEIGH)
    check_weighing(record.sheet, record.lot_ids, weighing)
    if weighing.line in {each.line for each in record.weighings}:
        raise WorkflowRefused("ALREADY_WEIGHED", f"line {weighing.line + 1} is weighed already; to weigh it again, rework")
    if weighing.balance_checked_on != record.compounded_on:
        raise WorkflowRefused("BALANCE_NOT_CHECKED", f"the balance needs its check of {record.compounded_on.isoformat()}, the compounding date")
    if len(record.weighings) + 1 == len(record.sheet.lines):
        state = state_after(record, Action.FINISH_WEIGHING)
    return replace(record, state=state, weighings=(*record.weighings, weighing))


def witness(record: CompoundingRecord, readings: tuple[WitnessReading, ...], signature: Signature) -> CompoundingRecord:
    """The record with the witnessed weighing of the drug, before anything is mixed.

    Raises WorkflowRefused `WITNESS_INCOMPLETE`, `WITNESS_DIFFERS`, `SIGNED_SOMETHING_ELSE`, and what `check_second_person` raises.
    """
    state = state_after(record, Action.WITNESS)
    check_signed(record, signature, adding=readings, duty=Duty.WITNESS_WEIGHING)
    return replace(record, state=state, witness=Witnessing(readings=readings, signature=signature))
