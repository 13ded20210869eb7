"""What do the final check and the hand-out add to a compounding record? (clinical rules 17, 18 and 23)"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from compounding.domain.errors import WorkflowRefused
from compounding.domain.people import Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalCheck:
    """What the checker read from container and label, entered without seeing the record: strength in % w/w as pentahydrate, amount in grams.

    `second_identifier` is the patient's other identifier as the label prints it; `scanned_code` is what the scanner read.
    """

    strength_percent: Decimal
    amount_g: Decimal
    patient_name: str
    second_identifier: str
    beyond_use_date: date
    lot_number: str
    base: str
    scanned_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedFacts:
    """What the label in force says, from the stored content it was printed from."""

    label_sha256: str
    label_revision: int
    strength_percent: Decimal
    amount_g: Decimal
    patient_name: str
    second_identifier: str
    beyond_use_date: date
    lot_number: str
    base: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """One thing the final check found; the sentence repeats no figure, so that the next check is as blind as this one."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A final check without any discrepancy, of exactly this label."""

    check: FinalCheck
    label_sha256: str
    label_revision: int
    signature: Signature


class LabelStatus(StrEnum):
    """What a scan of a label's code answers."""

    AWAITING_CHECK = "awaiting check"
    VALID = "valid"
    SUPERSEDED = "superseded"
    VOID = "void"
    RECALLED = "recalled"


class CounsellingWay(StrEnum):
    """How counselling was given or offered."""

    IN_PERSON = "in person"
    PHONE = "phone"
    INTERPRETER = "interpreter"
    CAREGIVER = "caregiver"
    AGENT = "agent"
    DELIVERY = "delivery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counselling:
    """Whether counselling was offered and accepted, by which pharmacist (person id), and how. Nothing that was not offered can be accepted."""

    is_offered: bool
    is_accepted: bool
    by: str
    way: CounsellingWay

    def __post_init__(self) -> None:
        if self.is_accepted and not self.is_offered:
            raise WorkflowRefused("COUNSELLING_NOT_OFFERED", "counselling that was not offered cannot have been accepted")
        if self.is_offered and not self.by.strip():
            raise WorkflowRefused("COUNSELLING_NOT_OFFERED", "say which pharmacist offered counselling")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCounselling:
    """Counselling on a day of the pharmacy, in the words of the pharmacist who offered it, and that pharmacist's signature."""

    counselling: Counselling
    words: str
    on: date
    signature: Signature

    def __post_init__(self) -> None:
        if self.counselling.by != self.signature.person_id:
            raise WorkflowRefused("COUNSELLING_NOT_SIGNED", "counselling is signed by the pharmacist who offered it")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOut:
    """The hand-out as it happened: the code scanned from the container, the name and the second identifier the receiver gave, who took it (the patient, or
    who in whose name), and the languages of the leaflets that went along."""

    scanned_code: str
    patient_name: str
    second_identifier: str
    receiver: str
    document_languages: tuple[str, ...]
    by: str
    at: datetime
    supervised_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispensing:
    """A preparation in the patient's hands: which label, how many grams by that label, on which day of the pharmacy.

    `short_supply_reason` is a pharmacist's reason for a supply that lasts beyond the beyond-use date.
    """

    hand_out: HandOut
    counselling: SignedCounselling
    label_sha256: str
    label_revision: int
    amount_g: Decimal
    on: date
    short_supply_reason: str = ""
