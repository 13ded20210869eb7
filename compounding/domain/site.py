"""The pharmacy and the rules of the place it stands in."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Literal
from zoneinfo import ZoneInfo

from compounding.domain.formulary import Approval
from compounding.domain.numbers import format_number
from compounding.domain.people import Duty, WhoMay


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How long a preparation may be used: days, or calendar months; exactly one is set."""

    days: int | None = None
    months: int | None = None

    def __post_init__(self) -> None:
        if (self.days is None) == (self.months is None) or (self.days or self.months or 0) < 1:
            raise ValueError("a beyond-use limit is a number of days or of months")

    def __str__(self) -> str:
        return f"{self.days} days" if self.days is not None else f"{self.months} calendar months"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalSource:
    """The text a rule rests on, when it was read, and when it must be read again."""

    text: str
    version: str
    read_on: date
    review_by: date
    status: str


class LabelElement(StrEnum):
    """What a place can ask a container label to carry. A profile lists those its law asks for; the label is held against the list."""

    PHARMACY_NAME = "pharmacy-name"
    PHARMACY_ADDRESS = "pharmacy-address"
    PHARMACY_TELEPHONE = "pharmacy-telephone"
    PRESCRIPTION_NUMBER = "prescription-number"
    DISPENSING_DATE = "dispensing-date"
    PATIENT_NAME = "patient-name"
    PRESCRIBER = "prescriber"
    DRUG = "drug"
    STRENGTH = "strength"
    DOSAGE_FORM = "dosage-form"
    ACTIVE_INGREDIENTS = "active-ingredients"
    QUANTITY = "quantity"
    DIRECTIONS = "directions"
    ROUTE = "route"
    BEYOND_USE_DATE = "beyond-use-date"
    STORAGE = "storage"
    INTERNAL_NUMBER = "internal-number"
    WARNINGS = "warnings"
    COMPOUNDED_STATEMENT = "compounded-statement"


@dataclass(frozen=True, slots=True, kw_only=True)
class JurisdictionProfile:
    """The rules of one jurisdiction, as data with sources: never constants in code.

    `who_may` answers for every duty (clinical rule 18). `retention_years` counts from a record's last entry. `adaptation_of_base_allowed` says whether
    a pharmacist here may change the base of an order without a new prescription, under the conditions of `adaptation_rule`; `formula_review_months`
    is how long a formula's approval stands before it must be read again (clinical rule 19).
    """

    id: str
    name: str
    standard: str
    nonaqueous_attested: Limit
    not_attested: Limit
    attested_rule: str
    not_attested_rule: str
    compounding_date_is_day_one: bool
    order_valid_months: int
    order_validity_rule: str
    emergency_number: str
    poison_centres: str
    decimal_comma_languages: frozenset[str]
    who_may: WhoMay
    label_elements: tuple[LabelElement, ...]
    retention_years: int
    adaptation_of_base_allowed: bool
    adaptation_rule: str
    formula_review_months: int
    sources: tuple[LegalSource, ...]

    def __post_init__(self) -> None:
        if any(not self.who_may.alone.get(duty) or duty not in self.who_may.supervised for duty in Duty):
            raise ValueError("a profile says of every duty who may do it, so that nothing is allowed or refused by forgetting it")
        if not self.label_elements or len(set(self.label_elements)) != len(self.label_elements):
            raise ValueError("a profile lists what a container label carries, each element once")
        if min(self.retention_years, self.formula_review_months) < 1:
            raise ValueError("records are kept for years, and formulas reviewed after months, of one or more")

    def overdue(self, today: date) -> bool:
        """Whether any source should have been read again before `today`."""
        return any(source.review_by < today for source in self.sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """A designated person's statement that no water enters a formula (clinical rule 16)."""

    formula: str
    version: str
    sha256: str
    by: str
    on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """The balance ingredients are weighed on, in grams."""

    name: str
    readability_g: Decimal
    minimum_weighable_g: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A range in percent, both ends included."""

    lowest: Decimal
    highest: Decimal

    def holds(self, percent: Fraction) -> bool:
        """Whether the value lies within."""
        return Fraction(self.lowest) <= percent <= Fraction(self.highest)

    def __str__(self) -> str:
        return f"{format_number(self.lowest)} to {format_number(self.highest)} %"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerances:
    """How far a preparation may be from its plan, in percent; each pharmacy sets its own (clinical rule 20). What is set here is unverified.

    `strength` is of the labelled strength, `process_yield` of what was weighed, `net_weight` of the amount ordered; `weighing_percent` is for one weighing.
    """

    weighing_percent: Decimal = Decimal(1)
    strength: Band = Band(lowest=Decimal(95), highest=Decimal(105))
    process_yield: Band = Band(lowest=Decimal(95), highest=Decimal(101))
    net_weight: Band = Band(lowest=Decimal(95), highest=Decimal(105))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gs1Item:
    """The item reference that the pharmacy gives the preparations of one formula in its GS1 codes, in digits."""

    formula: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One pharmacy: what stands on its paper, what it has approved, and its house limits.

    `sole_practitioner` allows the substitute of clinical rule 17 where no second person works; `refill_early_days` is how long before the end of the last
    fill's supply the next may be prepared without a pharmacist's reason (clinical rule 3); `undated_lot_days` is how long an ingredient lot without an expiry
    counts as usable from its receipt (clinical rule 16). The two numbers of days are unverified: each pharmacy sets its own. `label_stock` names the labels in
    its printer, `label_right_mm` and `label_down_mm` how far that printer's labels are moved (the calibration page tells), `sheet_paper` is letter or a4.

    `gs1_prefix` is the company prefix that GS1 gave the pharmacy, `gs1_items` name the formulas whose labels carry a GS1 code; `public_page` is the https
    address under which its leaflets are published (clinical rule 25); `second_label_language` that of the second label where the patient's differs. All four
    may be empty.
    """

    id: str
    name: str
    address: str
    telephone: str
    jurisdiction: str
    time_zone: ZoneInfo
    balance: Balance
    largest_amount_g: Decimal
    smallest_amount_g: Decimal
    overage_percent: Decimal
    default_zinc_product: str = ""
    house_limit_days: int | None = None
    correct_lots_above_percent: Decimal = Decimal(0)
    tolerances: Tolerances = Tolerances()
    container_sizes_g: tuple[Decimal, ...] = ()
    sole_practitioner: bool = False
    refill_early_days: int = 7
    undated_lot_days: int = 365
    label_stock: str = "thermal 4 x 3 in"
    label_right_mm: Decimal = Decimal(0)
    label_down_mm: Decimal = Decimal(0)
    sheet_paper: Literal["letter", "a4"] = "letter"
    approvals: tuple[Approval, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    is_example: bool = False
    gs1_prefix: str = ""
    gs1_items: tuple[Gs1Item, ...] = ()
    public_page: str = ""
    second_label_language: str = ""

    def gs1_item(self, formula: str) -> str:
        """The item reference of a formula, or "" where its labels carry the pharmacy's own code."""
        return next((each.reference for each in self.gs1_items if each.formula == formula), "")

    def approved(self, identifier: str, version: str, sha256: str, *, on: date) -> Approval | None:
        """The approval in force on that day for exactly this text, or None."""
        for approval in self.approvals:
            if (approval.of, approval.version, approval.sha256) == (identifier, version, sha256) and approval.on <= on:
                return approval
        return None

    def attested(self, formula: str, version: str, sha256: str, *, on: date) -> Attestation | None:
        """The nonaqueous attestation in force on that day for exactly this formula, or None."""
        for attestation in self.attestations:
            if (attestation.formula, attestation.version, attestation.sha256) == (formula, version, sha256) and attestation.on <= on:
                return attestation
        return None


def second_language(site: Site, language: str) -> str:
    """The language of the second label where the patient's is `language`; "" where one label says it all."""
    return site.second_label_language if site.second_label_language != language else ""
