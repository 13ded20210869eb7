"""The record of one order from its receipt to its last fill: what it says, what was decided about it, and what may be done next.

The words of the order stay as they came; a correction or a consent stands beside them. Every change goes through the one table of states.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from compounding.domain.base_wish import BaseConsent, BaseWish
from compounding.domain.errors import WorkflowRefused
from compounding.domain.order_as_sent import OrderAsSent
from compounding.domain.order_parts import TRANSCRIBED, Acceptance, Adaptation, Answer, Enquiry, Evidence, ScreeningSnapshot, Source, check_evidence, in_utc
from compounding.domain.reasons import Reason
from compounding.domain.stages import Action, State, Subject, check_transition

_NEEDS_SCREENING = frozenset({State.SCREENED, State.ACCEPTED, State.FILLED, State.DISCONTINUED, State.TRANSFERRED})
_NEEDS_ACCEPTANCE = _NEEDS_SCREENING - {State.SCREENED}
_ENDED = frozenset({State.REFUSED, State.CANCELLED, State.DISCONTINUED, State.TRANSFERRED})

SETTLED_BY_PHARMACIST = frozenset({"CLINICAL_REVIEW_NEEDED", "STATUS_REASON_GIVEN"})
"""The doubts a pharmacist answers in words. Every other one needs a corrected order, an answer from the prescriber, or a signed allergy assessment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecord:
    """One order. `original_sha256` is the stored original: the file, the image, or the typed words in one canonical form.

    `reading` is what was found when a file was read.

    Raises WorkflowRefused `ORDER_INCOMPLETE` where a part of its state is missing.
    """

    id: str
    rx_number: str
    patient_id: str
    state: State
    source: Source
    sent: OrderAsSent
    original_sha256: str
    evidence: Evidence
    received_by: str
    received_at: datetime
    reading: tuple[Reason, ...] = ()
    corrections: tuple[str, ...] = ()
    enquiries: tuple[Enquiry, ...] = ()
    adaptation: Adaptation | None = None
    screening: ScreeningSnapshot | None = None
    acceptance: Acceptance | None = None
    ended_because: str = ""

    def __post_init__(self) -> None:
        in_utc(self.received_at)
        check_evidence(self.source, self.evidence)
        if self.state in _NEEDS_SCREENING and self.screening is None:
            raise WorkflowRefused("ORDER_INCOMPLETE", f"an order that is {self.state.value} must have been screened")
        if self.state in _NEEDS_ACCEPTANCE and self.acceptance is None:
            raise WorkflowRefused("ORDER_INCOMPLETE", f"an order that is {self.state.value} must have been accepted by a pharmacist")
        if self.state in _ENDED and not self.ended_because.strip():
            raise WorkflowRefused("ORDER_INCOMPLETE", f"an order that is {self.state.value} says why")
        if (self.state is State.AWAITING_PRESCRIBER) != self.is_asking:
            raise WorkflowRefused("ORDER_INCOMPLETE", "an order awaits its prescriber exactly while a question is open")

    @property
    def is_asking(self) -> bool:
        """Whether a question to the prescriber is open."""
        return any(each.answer is None for each in self.enquiries)

    @property
    def is_transcribed(self) -> bool:
        """Whether somebody of the pharmacy typed it from something else."""
        return self.source in TRANSCRIBED

    @property
    def fills_made_elsewhere(self) -> int:
        """Fills that another pharmacy made before it came here."""
        return self.evidence.transfer.fills_made if self.evidence.transfer is not None else 0

    @property
    def consent(self) -> BaseConsent | None:
        """The consent to petrolatum that stands: the prescriber's latest answer, and only without one a pharmacist's adaptation."""
        words = [each for each in self.enquiries if each.answer is not None and (each.is_refused or each.asks_for_petrolatum)]
        last = words[-1] if words else None
        if last is not None and last.answer is not None and (last.is_refused or not last.is_of_earlier_words):
            if last.is_refused:
                return None
            told = last.answer
            how = f"spoken, read back, taken down by {told.recorded_by}" if told.spoken is not None else f"in writing, filed by {told.recorded_by}"
            return BaseConsent(base=BaseWish.PETROLATUM, by=told.by, on=told.on, in_words=how)
        if self.adaptation is not None:
            change = self.adaptation
            days = f"patient consented on {change.patient_consented_on}, prescriber notified on {change.prescriber_notified_on}"
            how = f"adapted by the pharmacist; {days}; {change.rationale}"
            return BaseConsent(base=BaseWish.PETROLATUM, by=f"{change.by} ({change.licence})", on=change.at.date(), in_words=how)
        return None


def advance(record: OrderRecord, action: Action) -> State:
    """The state the action leads to. Raises IllegalTransition `NOT_NOW`."""
    return check_transition(Subject.ORDER, action, record.state).after or record.state


def screened(record: OrderRecord, snapshot: ScreeningSnapshot) -> OrderRecord:
    """The order with a new screening."""
    return replace(record, state=advance(record, Action.SCREEN), screening=snapshot)


def sent_back(record: OrderRecord) -> OrderRecord:
    """The order must be screened again: the allergy record or the lexicon changed. What was accepted no longer stands."""
    return replace(record, state=advance(record, Action.SCREEN_AGAIN), screening=None, acceptance=None)


def corrected(record: OrderRecord, sent: OrderAsSent, reason: str, *, original_sha256: str | None = None) -> OrderRecord:
    """The order read anew from its original: the earlier words stay in its history. A question that was open is closed with it.

    Consents were given for other words, so none stands any more; a prescriber's no does.
    """
    state = advance(record, Action.CORRECT_ORDER)
    return replace(
        record, state=state, sent=sent, original_sha256=original_sha256 or record.original_sha256, reading=(), screening=None, acceptance=None,
        corrections=(*record.corrections, reason), adaptation=None,
        enquiries=tuple(replace(each, is_of_earlier_words=True) for each in record.enquiries if each.answer is not None),
    )  # fmt: skip


def asked(record: OrderRecord, enquiry: Enquiry) -> OrderRecord:
    """A question goes to the prescriber."""
    return replace(record, state=advance(record, Action.ASK_PRESCRIBER), enquiries=(*record.enquiries, enquiry), screening=None)


def answered(record: OrderRecord, answer: Answer) -> OrderRecord:
    """The prescriber has answered. Raises WorkflowRefused `CONSENT_NOT_ASKED` for a consent to something that was not asked."""
    state = advance(record, Action.RECORD_ANSWER)
    *before, last = record.enquiries
    if answer.agrees_to_petrolatum and not last.asks_for_petrolatum:
        raise WorkflowRefused("CONSENT_NOT_ASKED", "the question did not ask for petrolatum, so an answer to it is no consent to petrolatum; ask that first")
    return replace(record, state=state, enquiries=(*before, replace(last, answer=answer)))


def objected(record: OrderRecord, objection: Enquiry) -> OrderRecord:
    """The prescriber or the patient objects to petrolatum, unasked: no consent before it stands, and what was screened is screened again.

    Raises WorkflowRefused `NOT_AN_OBJECTION`, and IllegalTransition `NOT_NOW` for an order that has ended.
    """
    if objection.answer is None or not objection.answer.objects_to_petrolatum:
        raise WorkflowRefused("NOT_AN_OBJECTION", "an objection says who objected to petrolatum, and how that is known")
    before = tuple(each for each in record.enquiries if each.answer is not None)
    is_open = tuple(each for each in record.enquiries if each.answer is None)
    if record.state in {State.RECEIVED, State.AWAITING_PRESCRIBER}:
        return replace(record, enquiries=(*before, objection, *is_open))
    return replace(sent_back(record), enquiries=(*before, objection, *is_open))


def adapted(record: OrderRecord, adaptation: Adaptation) -> OrderRecord:
    """The pharmacist adapts the base. Raises WorkflowRefused `ADAPTATION_NOT_ALLOWED` for an order that was transferred in, or refused by its prescriber."""
    state = advance(record, Action.ADAPT_BASE)
    if record.source is Source.TRANSFER:
        raise WorkflowRefused("ADAPTATION_NOT_ALLOWED", "an order that was transferred in is not adapted here; ask the prescriber")
    if any(each.is_refused for each in record.enquiries):
        raise WorkflowRefused("ADAPTATION_NOT_ALLOWED", "the prescriber was asked for petrolatum and did not agree")
    return replace(record, state=state, adaptation=adaptation, screening=None)


def accepted(record: OrderRecord, acceptance: Acceptance) -> OrderRecord:
    """The pharmacist accepts the order with its formula."""
    return replace(record, state=advance(record, Action.ACCEPT), acceptance=acceptance)


def ended(record: OrderRecord, action: Action, reason: str) -> OrderRecord:
    """The order is refused, cancelled, discontinued or transferred out; an open question is withdrawn with it."""
    enquiries = tuple(each for each in record.enquiries if each.answer is not None)
    return replace(record, state=advance(record, action), ended_because=reason, enquiries=enquiries)


def filled(record: OrderRecord) -> OrderRecord:
    """The last fill was handed out."""
    return replace(record, state=advance(record, Action.COMPLETE_ORDER))
