"""What is kept with an order beside its words: how it came, who vouches for it, what was asked and answered, screened and accepted (clinical rules 1 to 6)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from compounding.domain.errors import WorkflowRefused
from compounding.domain.patients import folded
from compounding.domain.record_texts import has_words

_LONGEST = 1000
_MOST_FILLS = 1000


class Source(StrEnum):
    """How an order came to the pharmacy."""

    FILE = "file"
    ENTERED = "entered by the prescriber"
    FAX = "fax"
    PHONE = "phone"
    PAPER = "paper"
    TRANSFER = "transfer"


TRANSCRIBED = frozenset({Source.FAX, Source.PHONE, Source.PAPER, Source.TRANSFER})
"""Orders that a person of the pharmacy typed from something else, which is then kept as evidence (clinical rule 2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """Words that were spoken: by whom, the number to call back, whether it was read back, when, and who heard it (clinical rule 2)."""

    by: str
    callback_number: str
    read_back: bool
    at: datetime
    received_by: str

    def __post_init__(self) -> None:
        said(self.by, "who spoke")
        said(self.callback_number, "the number to call back")
        said(self.received_by, "who took it down")
        if not self.read_back:
            raise WorkflowRefused("NOT_READ_BACK", "what was spoken must be read back to the speaker before it counts")
        if self.at.tzinfo is None:
            raise WorkflowRefused("TIME_ZONE_MISSING", "the time at which something was spoken needs its time zone")

    @property
    def in_words(self) -> str:
        """Who spoke, whom to call back, and who heard it when."""
        return f"spoken by {self.by}, call back {self.callback_number}, read back, heard by {self.received_by} at {self.at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Where an order came from or went to: the other pharmacy, its number there, fills already made elsewhere, and what was said."""

    pharmacy: str
    their_number: str
    fills_made: int
    last_filled_on: date | None
    spoken: Spoken

    def __post_init__(self) -> None:
        said(self.pharmacy, "the other pharmacy")
        said(self.their_number, "the prescription's number there")
        if not 0 <= self.fills_made <= _MOST_FILLS or (self.fills_made > 0) != (self.last_filled_on is not None):
            raise WorkflowRefused("TRANSFER_FILLS", "a transfer states how many fills were made, and the day of the last one")

    @property
    def in_words(self) -> str:
        """The other pharmacy, its number, the fills made there, and who said so."""
        last = f", the last on {self.last_filled_on.isoformat()}" if self.last_filled_on is not None else ""
        return f"{self.pharmacy}, its number {self.their_number}, {self.fills_made} fills made there{last}; {self.spoken.in_words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a transcribed order rests on: images of the original by their sha256, or what was spoken, or a transfer."""

    images: tuple[str, ...] = ()
    spoken: Spoken | None = None
    transfer: Transfer | None = None

    @property
    def in_words(self) -> str:
        """All of it, as the audit trail tells it."""
        told = [f"image {each}" for each in self.images]
        if self.spoken is not None:
            told.append(self.spoken.in_words)
        if self.transfer is not None:
            told.append(self.transfer.in_words)
        return "; ".join(told)


def check_evidence(source: Source, evidence: Evidence) -> None:
    """Raises WorkflowRefused `EVIDENCE_MISSING` where a transcribed order does not carry what its way of coming asks for."""
    needed = {
        Source.FAX: (bool(evidence.images), "an image of the fax"),
        Source.PAPER: (bool(evidence.images), "an image of the paper"),
        Source.PHONE: (evidence.spoken is not None, "who spoke, the number to call back, and that it was read back"),
        Source.TRANSFER: (evidence.transfer is not None, "the other pharmacy, its number and the fills made there"),
    }
    is_there, what = needed.get(source, (True, ""))
    if not is_there:
        raise WorkflowRefused("EVIDENCE_MISSING", f"an order by {source.value} needs {what}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The prescriber's answer: what was said, by whom, on which day, and by which way.

    `agrees_to_petrolatum` is consent to the change of the base; `objects_to_petrolatum` takes back every consent before it, whatever was asked.
    """

    by: str
    on: date
    words: str
    agrees_to_petrolatum: bool
    spoken: Spoken | None
    document_sha256: str
    recorded_by: str
    recorded_at: datetime
    objects_to_petrolatum: bool = False

    def __post_init__(self) -> None:
        said(self.by, "who answered")
        said(self.words, "what was answered")
        in_utc(self.recorded_at)
        if self.agrees_to_petrolatum and self.objects_to_petrolatum:
            raise WorkflowRefused("ANSWER_CONTRADICTS_ITSELF", "an answer agrees to petrolatum or objects to it, not both; ask again")
        if self.spoken is None and not self.document_sha256:
            raise WorkflowRefused("EVIDENCE_MISSING", "an answer needs the document it stands on, or who spoke and that it was read back")
        if self.spoken is not None and folded(self.spoken.by) != folded(self.by):
            raise WorkflowRefused("NOT_THE_SPEAKER", f"the answer is by {self.by}, and {self.spoken.by} spoke; record the answer of whoever spoke")

    @property
    def rests_on(self) -> str:
        """What the answer rests on, in words."""
        return self.spoken.in_words if self.spoken is not None else f"document {self.document_sha256}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """A question to the prescriber, with the answer once there is one. `is_of_earlier_words`: the order was corrected since; a yes to it is a yes no more."""

    question: str
    asks_for_petrolatum: bool
    asked_by: str
    asked_at: datetime
    answer: Answer | None = None
    is_of_earlier_words: bool = False

    def __post_init__(self) -> None:
        said(self.question, "the question")
        in_utc(self.asked_at)

    @property
    def is_refused(self) -> bool:
        """Whether the answer is a no to petrolatum."""
        return self.answer is not None and (self.answer.objects_to_petrolatum or (self.asks_for_petrolatum and not self.answer.agrees_to_petrolatum))


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptation:
    """A pharmacist's own change of the base to petrolatum where the place allows it: the patient's consent, the rationale, the notice (clinical rule 2)."""

    by: str
    licence: str
    at: datetime
    rationale: str
    patient_consented_on: date
    prescriber_notified_on: date

    def __post_init__(self) -> None:
        said(self.by, "the pharmacist")
        said(self.licence, "the licence")
        said(self.rationale, "the rationale")
        in_utc(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningSnapshot:
    """What a screening found, with which lexicon, and how much of the patient's allergy record it had read."""

    by: str
    at: datetime
    lexicon_sha256: str
    record_number: int
    zinc: str
    findings: tuple[str, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A doubt that only a person can answer, and the pharmacist's answer to it."""

    code: str
    message: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """The pharmacist's acceptance: the formula chosen and why, what was excluded, how the prescriber was authenticated, which doubts were settled.

    `interval_days` is how long one fill lasts where the order does not say, `prescriber_licence` the prescriber's licence where the order does not name it.
    """

    by: str
    licence: str
    at: datetime
    formula_id: str
    formula_version: str
    formula_sha256: str
    why: str
    excluded: tuple[str, ...]
    prescriber_authenticated: str
    settled: tuple[Settled, ...]
    interval_days: int | None
    prescriber_licence: str = ""

    def __post_init__(self) -> None:
        in_utc(self.at)
        said(self.prescriber_authenticated, "how the prescriber's licence and the order's source were checked")
        if self.interval_days is not None and not 1 <= self.interval_days <= 366:
            raise WorkflowRefused("INTERVAL_OUT_OF_RANGE", "one fill lasts 1 to 366 days")


def said(text: str, what: str) -> str:
    """The text without its outer blanks. Raises WorkflowRefused `NOT_STATED` where it says nothing (a dash is nothing) or more than a record holds."""
    trimmed = text.strip()
    if not has_words(trimmed) or len(trimmed) > _LONGEST:
        raise WorkflowRefused("NOT_STATED", f"{what} must be stated, in at most {_LONGEST:,} characters")
    return trimmed


def in_utc(at: datetime) -> None:
    """Raises ValueError for an instant without a time zone."""
    if at.tzinfo is None:
        raise ValueError("an instant without a time zone")
