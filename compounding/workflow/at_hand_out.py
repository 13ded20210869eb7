"""What is seen at the counter: what a scanned code says of the container before anything is asked, and afterwards what was handed out and what is left."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from compounding.domain.dispensing import check_can_go_out
from compounding.domain.errors import WorkflowRefused
from compounding.domain.fills import FillPlan, supply_ends_on
from compounding.domain.hand_over_parts import CounsellingWay, LabelStatus
from compounding.domain.label_codes import is_same_code, read_label_code
from compounding.domain.paper_kinds import LABEL, LEAFLET
from compounding.domain.people import Duty
from compounding.domain.stages import State
from compounding.storage import papers, people
from compounding.storage.errors import NotFound
from compounding.storage.papers import Paper
from compounding.workflow.benches import OnBench, seen_unlocked
from compounding.workflow.open_checks import Asked, Check, before_the_hand_out, plan_of, stopping
from compounding.workflow.reading import Of
from compounding.workflow.reading_budget import tell_reading
from compounding.workflow.use_case import Work, use_case


class Answer(StrEnum):
    """What a code answers at the counter, in the label's own words where it is one of this preparation."""

    VALID = "valid"
    AWAITING_CHECK = "awaiting check"
    SUPERSEDED = "superseded"
    VOID = "void"
    RECALLED = "recalled"
    PAST_DATE = "past its date"
    ANOTHER = "of another container"
    UNKNOWN = "not known here"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedContainer:
    """The code as the scanner read it, at the hand-out of one preparation."""

    preparation_id: str
    scanned_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CounsellingSigned:
    """Counselling that a pharmacist signed for this preparation today."""

    by: str
    name: str
    is_accepted: bool
    way: CounsellingWay
    words: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerSeen:
    """What the code answered, and what stands against the hand-out whatever the receiver will say. Nothing of the patient.

    `because` is the reason for which a label was withdrawn; `languages` those in which the leaflet of this preparation was printed last; `is_short` says that
    the supply lasts beyond the beyond-use date, so that a pharmacist's reason is needed.
    """

    answer: Answer
    state: State
    because: str = ""
    against: tuple[Asked, ...] = ()
    languages: tuple[str, ...] = ()
    counsellings: tuple[CounsellingSigned, ...] = ()
    is_short: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenSeen:
    """A hand-out as it happened, and what the order still allows; `by` is a name; the last four are None where the order can no longer be read."""

    lot_number: str
    amount_g: Decimal
    receiver: str
    languages: tuple[str, ...]
    at: datetime
    by: str
    is_accepted: bool
    counselled_by: str
    way: CounsellingWay
    words: str
    order_id: str
    order_state: State
    fills_left: int | None = None
    balance_owing_g: Decimal | None = None
    next_fill_on: date | None = None
    valid_until: date | None = None


@use_case
def look_at_container(work: Work, request: ScannedContainer) -> ContainerSeen:
    """What the code of a container says, asked before anything else. Raises NotFound for a preparation that is not here."""
    work.may(Duty.READ_RECORDS)
    found = seen_unlocked(work, request.preparation_id)
    record = found.record
    _note(work, found)
    label = _label_with(work, record.id, request.scanned_code.strip())
    answer = _answer(work, found, label, request.scanned_code.strip())
    if label is None or answer is not Answer.VALID:
        because = next((each.reason for each in record.withdrawn_labels if label is not None and each.label.revision == label.revision), "")
        return ContainerSeen(answer=answer, state=record.state, because=because)
    questions = ((Check.STATE, lambda: check_can_go_out(record)), *before_the_hand_out(work, found))
    told = [(check, stopping(question)) for check, question in questions]
    against = tuple(Asked(check=check, code=refusal.code, message=refusal.message) for check, refusal in told if refusal is not None)
    printed = [each for each in papers.of_preparation(work.opened, record.id) if each.kind == LEAFLET]
    return ContainerSeen(
        answer=answer, state=record.state, against=against, languages=(max(printed, key=lambda each: each.revision).language,) if printed else (),
        counsellings=_counsellings(found, work.today), is_short=not against and _is_short(work, found, plan_of(work, found)),
    )  # fmt: skip


@use_case
def read_given_out(work: Work, request: Of) -> GivenSeen:
    """What was handed out, and what is left of the order. Raises NotFound; WorkflowRefused `NOT_HANDED_OUT` for what was not."""
    work.may(Duty.READ_RECORDS)
    found = seen_unlocked(work, request.id)
    done = found.record.dispensing
    if done is None:
        raise WorkflowRefused("NOT_HANDED_OUT", "this preparation was not handed out")
    _note(work, found)
    plan = _plan_or_none(work, found)
    signed, given = done.counselling, done.hand_out
    names = {each.id: each.name for each in people.people_of(work.opened.connection, work.opened.site_id)}
    return GivenSeen(
        lot_number=found.record.lot_number, amount_g=done.amount_g, at=given.at, receiver=given.receiver, languages=given.document_languages,
        by=names.get(given.by, given.by), is_accepted=signed.counselling.is_accepted, counselled_by=signed.signature.name,
        way=signed.counselling.way, words=signed.words,
        order_id=found.order.id, order_state=found.order.state, fills_left=plan.fills_left if plan is not None else None,
        balance_owing_g=plan.balance_owing_g if plan is not None else None, next_fill_on=plan.due_on() if plan is not None else None,
        valid_until=plan.expires_on if plan is not None else None,
    )  # fmt: skip


def _plan_or_none(work: Work, found: OnBench) -> FillPlan | None:
    plans: list[FillPlan] = []
    # An order that was changed since says nothing of its fills; what was handed out of it stays told.
    stopping(lambda: plans.append(plan_of(work, found)))
    return plans[0] if plans else None


def _label_with(work: Work, preparation_id: str, code: str) -> Paper | None:
    labels = [each for each in papers.of_preparation(work.opened, preparation_id) if each.kind == LABEL]
    return next((each for each in labels if each.facts is not None and is_same_code(code, each.facts.code)), None)


def _answer(work: Work, found: OnBench, label: Paper | None, code: str) -> Answer:
    if label is None:
        return Answer.ANOTHER if _is_known(work, code, found.record.id) else Answer.UNKNOWN
    status = papers.status(work.opened, label.id)
    if found.record.state is State.RECALLED or status is LabelStatus.RECALLED:
        return Answer.RECALLED
    if status is LabelStatus.VALID and work.today > found.record.beyond_use.on:
        return Answer.PAST_DATE
    return Answer(status.value)


def _is_known(work: Work, code: str, preparation_id: str) -> bool:
    """Whether another preparation's label carries the code; whose it is stays untold."""
    read = read_label_code(code)
    if read is None or not read.token:
        return False
    try:
        return papers.by_token(work.opened, read.token).preparation_id != preparation_id
    except NotFound:
        return False


def _counsellings(found: OnBench, today: date) -> tuple[CounsellingSigned, ...]:
    """The last one of each pharmacist, where it is of today: only that one counts at the hand-out."""
    last = {each.counselling.by: each for each in found.record.counsellings}
    return tuple(
        CounsellingSigned(
            by=each.counselling.by, name=each.signature.name, is_accepted=each.counselling.is_accepted, way=each.counselling.way, words=each.words,
            at=each.signature.at,
        )
        for each in last.values() if each.on == today
    )  # fmt: skip


def _is_short(work: Work, found: OnBench, plan: FillPlan) -> bool:
    until = supply_ends_on(plan, amount_g=found.record.amount_to_label_g, on=work.today)
    return until is not None and found.record.beyond_use.on < until


def _note(work: Work, found: OnBench) -> None:
    tell_reading(work, "preparation", found.record.id, {"patient": (None, found.order.patient_id)})
