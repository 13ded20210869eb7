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
        agreed = [each.answer for each in self.enquiries if each.asks_for_petrolatum and each.answer is not None]
        if agreed and not agreed[-1].agrees_to_petrolatum:
            return None
        if agreed:
            how = (
                f"spoken, read back, taken down by {agreed[-1].recorded_by}"
                if agreed[-1].spoken is not None
                else f"in writing, filed by {agreed[-1].recorded_by}"
            )
            return BaseConsent(base=BaseWish.PETROLATUM, by=agreed[-1].by, on=agreed[-1].on, in_words=how)
        if self.adaptation is not None:
            told = self.adaptation
            days = f"patient consented on {told.patient_consented_on}, prescriber notified on {told.prescriber_notified_on}"
            how = f"adapted by the pharmacist; {days}; {told.rationale}"
            return BaseConsent(base=BaseWish.PETROLATUM, by=f"{told.by} ({told.licence})", on=told.at.date(), in_words=how)
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
    """The order read anew from its original: the earlier words stay in its history. A question that was open is closed with it."""
    state = advance(record, Action.CORRECT_ORDER)
    return replace(
        record, state=state, sent=sent, original_sha256=original_sha256 or record.original_sha256, reading=(), screening=None, acceptance=None,
        corrections=(*record.corrections, reason), enquiries=tuple(each for each in record.enquiries if each.answer is not None),
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


def adapted(record: OrderRecord, adaptation: Adaptation) -> OrderRecord:
    """The pharmacist adapts the base. Raises WorkflowRefused `ADAPTATION_NOT_ALLOWED` for an order that was transferred in, or refused by its prescriber."""
    state = advance(record, Action.ADAPT_BASE)
    if record.source is Source.TRANSFER:
        raise WorkflowRefused("ADAPTATION_NOT_ALLOWED", "an order that was transferred in is not adapted here; ask the prescriber")
    if any(each.asks_for_petrolatum and each.answer is not None and not each.answer.agrees_to_petrolatum for each in record.enquiries):
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
