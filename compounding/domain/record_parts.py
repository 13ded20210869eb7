"""What does the bench add to a compounding record? Each entry with who and when; plain values that the record holds together (clinical rules 17, 18 and 20)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from compounding.domain.actual_weights import Reconciliation
from compounding.domain.clinical_assessment import ClinicalAssessment
from compounding.domain.people import Signature
from compounding.domain.stages import State


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedAssessment:
    """The pharmacist's clinical assessment and the signature under it."""

    assessment: ClinicalAssessment
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A second person's own figures in grams, entered without seeing the sheet's: the weight of each line in the sheet's order, and the batch."""

    masses_g: tuple[Decimal, ...]
    batch_g: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A recalculation that did not agree: the figures, by whom, when, and which lines (counted from 0) or the batch differ."""

    figures: Figures
    by: str
    at: datetime
    lines: tuple[int, ...]
    batch: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedRecalculation:
    """The second person's agreeing figures and the signature under them."""

    figures: Figures
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """One line of the sheet (counted from 0) as it was really weighed, in grams, from the ingredient lot `lot_id`, whose code was scanned or typed.

    `supervised_by` is the person id of who stood beside, where `by` may weigh only under supervision.
    """

    line: int
    mass_g: Decimal
    lot_id: str
    is_scanned: bool
    balance: str
    balance_checked_on: date
    by: str
    at: datetime
    supervised_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessReading:
    """What the witness read of one weighing of the drug: container, lot, balance. `from_evidence` is the sha256 of the photo or printout it was read from."""

    line: int
    container: str
    lot_id: str
    mass_g: Decimal
    from_evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessing:
    """The witnessed weighing of the drug, before anything is mixed."""

    readings: tuple[WitnessReading, ...]
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """A step of the formula's procedure (counted from 0) with its text and whose initials it needs (empty: nobody's), ticked by whom and when."""

    step: int
    text: str
    sign: str
    is_before_weighing: bool
    by: str
    at: datetime
    supervised_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityResult:
    """The answer to one quality test of the formula, by its name."""

    name: str
    result: str
    is_passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishReport:
    """The finished preparation as the bench reports it: masses in grams, one net weight for each container filled."""

    quality: tuple[QualityResult, ...]
    highest_temperature_celsius: Decimal
    obtained_g: Decimal
    net_g: tuple[Decimal, ...]
    container: str
    deviations: str
    by: str
    at: datetime
    supervised_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """The report, the temperature the formula allows, and the report held against the plan."""

    report: FinishReport
    limit_celsius: Decimal
    reconciliation: Reconciliation


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldReason:
    """Why a preparation is on hold: a stable code and a sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldDecision:
    """A pharmacist's reason to go on despite a hold."""

    reason: str
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Why and since when a preparation is on hold, and the decision that ended it. `found_by` is the signature of a final check that failed."""

    reasons: tuple[HoldReason, ...]
    since: datetime
    decision: HoldDecision | None = None
    found_by: Signature | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLabel:
    """The label in force: the sha256 of its content, and its revision, counted from 1 and never used twice in a record."""

    sha256: str
    revision: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawnLabel:
    """A label that is no longer in force, and why."""

    label: PrintedLabel
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One corrected field: what it said before, and what it says now."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction of words in the record; the old words stay in view."""

    changes: tuple[FieldChange, ...]
    reason: str
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardedAttempt:
    """Everything that was done before a rework; its material is thrown away, its record is not."""

    recalculation: AgreedRecalculation
    weighings: tuple[Weighing, ...]
    witness: Witnessing | None
    finish: Finish | None
    holds: tuple[Hold, ...]
    corrections: tuple[Correction, ...]
    reason: str
    by: str
    at: datetime
    steps: tuple[StepDone, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a preparation left the path: from which state to scrapped, recalled or returned, and why."""

    before: State
    after: State
    reason: str
    by: str
    at: datetime
