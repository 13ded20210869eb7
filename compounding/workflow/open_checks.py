"""What still stands against a preparation before it is checked finally, or handed out: the workflow's own questions, asked without writing anything."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from compounding.domain.allergy_gate import refusals
from compounding.domain.clinical_assessment import check_still_counts
from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.errors import LevigateError, WorkflowRefused
from compounding.domain.fills import FillPlan, check_asked
from compounding.domain.hand_over_parts import LabelStatus
from compounding.domain.people import Duty
from compounding.domain.procedure_steps import check_every_step
from compounding.domain.stages import Action, State, Subject, check_transition
from compounding.storage import contents, papers
from compounding.storage.documents import UnreadableDocument
from compounding.storage.errors import StorageError
from compounding.workflow.benches import BEFORE_WEIGHING, OnBench, check_lots_stand, check_stands, examined_with_its_lots, formula_pinned, seen_unlocked
from compounding.workflow.planning_fills import fills_of
from compounding.workflow.reading import Of
from compounding.workflow.reading_budget import tell_reading
from compounding.workflow.releasing import label_in_force
from compounding.workflow.use_case import Work, use_case

_OF_LOTS = "LOT_"
_DAMAGED = "CONTENT_DAMAGED"


class Check(StrEnum):
    """One thing the workflow asks; the first eight stop the final check, the last four the hand-out."""

    STATE = "state"
    OTHER_HANDS = "other hands"
    ORDER = "order"
    LOTS = "lots"
    GATE = "gate"
    STEPS = "steps"
    HOLDS = "holds"
    LABEL = "label"
    ORDER_LASTS = "order lasts"
    ALLERGIES_ASKED = "allergies asked"
    ASSESSMENT = "assessment"
    BEYOND_USE = "beyond use"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One check with the code of what stands against it, empty where nothing does. The sentence of the refusal is left out where a checker must stay blind."""

    check: Check
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenChecks:
    """Every check that the program can make before a final check is signed, in the order of the work. No figure and no name stands in it."""

    asked: tuple[Asked, ...]


@use_case
def read_open_checks(work: Work, request: Of) -> OpenChecks:
    """What the final check of a preparation, and its hand-out later, would be refused for now. Raises NotFound."""
    work.may(Duty.READ_RECORDS)
    found = seen_unlocked(work, request.id)
    tell_reading(work, "preparation", request.id, {"patient": (None, found.order.patient_id)})
    questions = (*_before_the_check(work, found), *before_the_hand_out(work, found))
    told = {check: stopping(question) for check, question in questions}
    # The gate's own code would name the base, and a sentence could name any figure: a checker reads those from the container.
    return OpenChecks(asked=tuple(Asked(check=each, code=_blind(each, told[each])) for each in Check if each in told))


def _blind(check: Check, refusal: LevigateError | None) -> str:
    if refusal is None:
        return ""
    return "GATE_REFUSED" if check is Check.GATE else refusal.code


Question = tuple[Check, Callable[[], object]]


def _before_the_check(work: Work, found: OnBench) -> Iterator[Question]:
    record = found.record
    yield Check.STATE, lambda: check_transition(Subject.PREPARATION, Action.RELEASE, record.state)
    yield Check.OTHER_HANDS, lambda: _check_other_hands(work, record)
    yield Check.STEPS, lambda: check_every_step(record, formula_pinned(work, record))
    yield Check.HOLDS, lambda: _check_holds(record)
    yield Check.LABEL, lambda: check_label_waits(work, found)


def before_the_hand_out(work: Work, found: OnBench) -> Iterator[Question]:
    """What must stand on the day something is handed out, whatever the receiver will say; the label's own status is not among it."""
    yield Check.ORDER, lambda: _check_order(work, found)
    yield Check.LOTS, lambda: _check_lots(work, found)
    yield Check.GATE, lambda: check_gate(work, found)
    yield Check.ORDER_LASTS, lambda: _check_order_lasts(work, plan_of(work, found))
    yield Check.ALLERGIES_ASKED, lambda: check_asked(plan_of(work, found), on=work.today, asked_on=found.allergies.asked_on)
    yield Check.ASSESSMENT, lambda: _check_assessment(work, found.record)
    yield Check.BEYOND_USE, lambda: check_not_past(work, found.record)


def stopping(question: Callable[[], object]) -> LevigateError | None:
    """What the workflow would refuse for, None where nothing stands against it. Raises faults of the store: what cannot be read says nothing of the jar."""
    try:
        question()
    except (StorageError, UnreadableDocument):
        raise
    except LevigateError as refusal:
        return refusal
    return None


def plan_of(work: Work, found: OnBench) -> FillPlan:
    """What the order of a preparation allows. Raises WorkflowRefused `ORDER_NOT_ACCEPTED` where it can no longer be read as it was accepted."""
    seen, _ = examined_with_its_lots(work, found, on=work.today)
    if seen.receipt.order is None:
        raise WorkflowRefused("ORDER_NOT_ACCEPTED", "the order can no longer be read as it was accepted; screen it again")
    return fills_of(work, found.order, seen.receipt.order)


def check_gate(work: Work, found: OnBench) -> None:
    """Raises WorkflowRefused `GATE_REFUSED` where the allergy gate stops this jar today."""
    _, verdict = examined_with_its_lots(work, found, on=work.today)
    against = refusals(verdict)
    if against:
        raise WorkflowRefused("GATE_REFUSED", against[0].message)


def check_not_past(work: Work, record: CompoundingRecord) -> None:
    """Raises WorkflowRefused `PAST_BEYOND_USE_DATE`."""
    if work.today > record.beyond_use.on:
        raise WorkflowRefused("PAST_BEYOND_USE_DATE", f"this preparation could be used until {record.beyond_use.on.isoformat()}; discard it")


def check_label_waits(work: Work, found: OnBench) -> None:
    """Whether a label that waits for its check is in force, with its bytes as they were kept. Raises WorkflowRefused `LABEL_NOT_VALID`."""
    paper = label_in_force(work, found)
    if paper.facts is None or papers.status(work.opened, paper.id) is not LabelStatus.AWAITING_CHECK:
        raise WorkflowRefused("LABEL_NOT_VALID", "no label waits for a check; print a new one")
    try:
        contents.of(work.opened, paper.sha256)
    except StorageError as fault:
        if fault.code != _DAMAGED:
            raise
        raise WorkflowRefused(_DAMAGED, "the label as it was kept is damaged; print a new one") from fault


def _check_order(work: Work, found: OnBench) -> None:
    if found.order.state is not State.ACCEPTED:
        raise WorkflowRefused("ORDER_NOT_ACCEPTED", f"the order of this preparation is {found.order.state.value}; it must be accepted before anyone goes on")
    try:
        check_stands(work, found, lock=False)
    except LevigateError as refusal:
        # Lots have a check of their own, which is asked last of all in there.
        if not refusal.code.startswith(_OF_LOTS):
            raise


def _check_lots(work: Work, found: OnBench) -> None:
    if found.record.state not in BEFORE_WEIGHING:
        check_lots_stand(work, found.record, lock=False)


def _check_other_hands(work: Work, record: CompoundingRecord) -> None:
    if work.person.id in record.weighed_by and not record.sole_practitioner_allowed:
        raise WorkflowRefused("SECOND_PERSON_NEEDED", "the final check needs a second person: you weighed some of it, or answer for it")


def _check_holds(record: CompoundingRecord) -> None:
    if any(each.decision is None for each in record.holds):
        raise WorkflowRefused("NOT_NOW", "a hold waits for a pharmacist's decision")


def _check_order_lasts(work: Work, plan: FillPlan) -> None:
    if work.today > plan.expires_on:
        raise WorkflowRefused("ORDER_EXPIRED", f"the order was valid until {plan.expires_on.isoformat()}; ask the prescriber for a new one")


def _check_assessment(work: Work, record: CompoundingRecord) -> None:
    if not record.assessments:
        raise WorkflowRefused("RECORD_INCOMPLETE", "there is no clinical assessment")
    signed_on = record.assessments[-1].signature.at.astimezone(work.site.time_zone).date()
    check_still_counts(signed_on=signed_on, on=work.today)
