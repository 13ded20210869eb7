"""An order as it arrived, whichever door it came through: words, codes and numbers, nothing interpreted yet.

The FHIR reader and the web form both make this value, so that one piece of code decides what an order means.
"""

from dataclasses import dataclass
from decimal import Decimal

from compounding.domain.patients import AllergyEntry, CodedText


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityAsSent:
    """A number with the unit's words and code, and where it stood."""

    value: Decimal | None = None
    comparator: str = ""
    unit: str = ""
    system: str = ""
    code: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioAsSent:
    """A strength as so much in so much."""

    numerator: QuantityAsSent
    denominator: QuantityAsSent


@dataclass(frozen=True, slots=True, kw_only=True)
class IngredientAsSent:
    """One ingredient of the medication; `is_active` is None where the sender did not say."""

    item: CodedText
    is_active: bool | None = None
    strength: RatioAsSent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationAsSent:
    """The medication's names, its form and its ingredients."""

    names: tuple[CodedText, ...]
    form: CodedText | None = None
    ingredients: tuple[IngredientAsSent, ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionsAsSent:
    """One dosage instruction: its text, and the coded timing where it has one (`times_per_day` only where the code says so exactly)."""

    texts: tuple[str, ...]
    times_per_day: Decimal | None = None
    route: CodedText | None = None
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientAsSent:
    """What the sender says of the patient; empty where it says nothing. `marks` are states such as inactive or deceased."""

    name: str = ""
    birth_date: str = ""
    identifier: str = ""
    address: str = ""
    telephone: str = ""
    language: str = ""
    marks: tuple[str, ...] = ()
    where: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAsSent:
    """One medication order with everything that came with it. Dates are the sender's text."""

    identifier: str = ""
    status: str = "active"
    intent: str = "order"
    do_not_perform: bool = False
    medication: MedicationAsSent
    patient: PatientAsSent
    prescriber_name: str = ""
    prescriber_licence: str = ""
    authored_on: str = ""
    valid_from: str = ""
    valid_until: str = ""
    quantity: QuantityAsSent | None = None
    repeats: int | None = None
    supply_days: Decimal | None = None
    directions: tuple[DirectionsAsSent, ...] = ()
    allergies: tuple[AllergyEntry, ...] = ()
    allergies_of_others: tuple[str, ...] = ()
    allergies_of_nobody: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    priority: str = ""
    language: str = ""
    other_orders: int = 0
    status_reason: str = ""
    not_read: tuple[str, ...] = ()
    where: str = "MedicationRequest"
