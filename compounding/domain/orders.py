"""Receiving an order: from what was sent to a `MedicationOrder`, with a reason for everything that is missing, doubtful or in the way."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from compounding.domain.base_wish import BaseConsent, BaseWish
from compounding.domain.beyond_use import read_day
from compounding.domain.directions import read_directions
from compounding.domain.errors import LevigateError
from compounding.domain.medication import KnownCodes, MedicationReading, read_medication
from compounding.domain.numbers import format_number
from compounding.domain.order_amounts import amount, check_masses, repeats
from compounding.domain.order_as_sent import OrderAsSent
from compounding.domain.order_dates import order_date
from compounding.domain.order_notes import read_notes
from compounding.domain.order_words import Vocabulary, fold
from compounding.domain.patients import PatientProfile
from compounding.domain.reasons import Reason, reason
from compounding.domain.site import JurisdictionProfile, Site

# FHIR R4 request-status and request-intent: only an active order may be acted on.
_ORDER_INTENTS = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order"})
_LONGEST_NAME = 100
_ADULT_AGE = 18
_EARLIEST_BIRTH = date(1900, 1, 1)

# Conditions in which a pharmacist and the prescriber must look first (clinical rule 6); compared in folded text.
_REVIEW_WORDS = re.compile(
    r"pregnan|breast ?-?feed|breast ?-?milk|lactat|nursing mother|enceinte|grossesse|allait|embaraz|lactancia|schwanger|stillend"
    r"|kidney|\brenal|\bckd\b|\besrd\b|dialys|nephropath|insuffisance renale|insuficiencia renal|niereninsuffizienz|nierenversagen"
    r"|heart failure|cardiac failure|insuffisance cardiaque|insuficiencia cardiaca|herzinsuffizienz|large area|whole body|entire body"
)
# Plain denials, taken out before the words are looked for.
_NOTHING_TO_REVIEW = re.compile(
    r"\b(?:not|no|denies|without|pas|sin|nicht)\s+(?:currently |known |a |any |history of |on |de |d')*"
    r"(?:pregnan\w*|breast ?-?feeding|lactating|enceinte|embarazada|schwanger|kidney disease|renal (?:disease|impairment|failure)|dialysis|heart failure)"
    r"(?:,? (?:or|nor|and) (?:pregnan\w*|breast ?-?feeding|lactating))*"
    r"|\b(?:renal|kidney) function (?:is |tests? )?normal\b|\bnormal (?:renal|kidney) function\b"
    r"|\bpregnancy test (?:is )?negative\b|\bnegative pregnancy test\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationOrder:
    """One order for topical sodium thiosulfate, whole and unambiguous. The strength is % w/w as pentahydrate; the amount is in grams."""

    patient: PatientProfile
    prescriber_name: str
    prescriber_licence: str
    order_ref: str
    ordered_on: date
    percent: Decimal
    basis_stated: bool
    base: BaseWish
    zinc_percent: Decimal | None
    amount_g: Decimal
    directions: str
    repeats: int
    supply_days: Decimal | None
    priority: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of an order: the order where it is whole, the base it wishes for in any case, its reading in words, and the reasons."""

    order: MedicationOrder | None
    base: BaseWish
    echo: dict[str, str]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRules:
    """Everything a reading depends on besides the order: words, codes, the place's rules, and the day."""

    vocabulary: Vocabulary
    codes: KnownCodes
    profile: JurisdictionProfile
    site: Site
    on: date
    lowest_percent: Decimal
    highest_percent: Decimal
    decimal_comma: bool = False


def receive(sent: OrderAsSent, rules: OrderRules, *, base_flag: BaseWish | None = None, consent: BaseConsent | None = None) -> Receipt:
    """Read an order. `base_flag` only fills a gap: where the order names another base, the order is held. A `consent` is what may change it."""
    reasons: list[Reason] = []
    reasons.extend(_actionable(sent))
    medication = read_medication(sent.medication, rules.vocabulary, rules.codes, decimal_comma=rules.decimal_comma)
    reasons.extend(medication.reasons)
    reasons.extend(read_notes(sent.notes, medication, rules.vocabulary, decimal_comma=rules.decimal_comma, where=sent.where))
    patient = _patient(sent, rules, reasons)
    ordered_on = order_date(sent, rules.profile, rules.on, reasons)
    if not sent.prescriber_name.strip():
        reasons.append(reason("PRESCRIBER_NOT_GIVEN", where=f"{sent.where}.requester"))
    elif len(sent.prescriber_name) > _LONGEST_NAME:
        reasons.append(reason("TEXT_TOO_LONG", detail="the prescriber's name", where=f"{sent.where}.requester"))
    reasons.append(reason("PRESCRIBER_UNVERIFIED", where=f"{sent.where}.requester"))
    _check_strength(medication, rules, reasons, sent.where)
    base = _base(medication, base_flag, reasons, sent.where)
    if consent is not None and base is not consent.base:
        detail = f"from {BASE_WORDS[base]} to {BASE_WORDS[consent.base]}, agreed by {consent.by} on {consent.on.isoformat()}: {consent.in_words}"
        reasons.append(reason("BASE_CHANGED_WITH_CONSENT", detail=detail, where=sent.where))
        base = consent.base
    amount_g = amount(sent, rules.site, reasons)
    check_masses(medication, amount_g, reasons, sent.where)
    directions = read_directions(sent.directions, rules.vocabulary, latest_where=f"{sent.where}.dosageInstruction")
    reasons.extend(directions.reasons)
    refills = repeats(sent, reasons)
    if len(sent.identifier) > _LONGEST_NAME:
        reasons.append(reason("TEXT_TOO_LONG", detail="the order's identifier", where=f"{sent.where}.identifier"))
    reasons.extend(_clinical(sent, patient, rules.on))
    if sent.priority and sent.priority != "routine":
        reasons.append(reason("PRIORITY", detail=f'"{sent.priority}"', where=f"{sent.where}.priority"))
    if sent.status_reason:
        reasons.append(reason("STATUS_REASON_GIVEN", detail=f'"{sent.status_reason[:120]}"', where=f"{sent.where}.statusReason"))
    if sent.not_read:
        reasons.append(reason("ORDER_ELEMENT_NOT_READ", detail=", ".join(sent.not_read), where=sent.where))
    if sent.other_orders:
        reasons.append(reason("SEVERAL_ORDERS", count=sent.other_orders + 1, where="Bundle.entry"))
    order = None
    # A strength that may be stated as anhydrous is not worked out: the figures would be those of another dose (clinical rule 4).
    is_certain = "STRENGTH_BASIS" not in {each.code for each in medication.reasons}
    if is_certain and patient is not None and ordered_on is not None and medication.percent is not None and amount_g is not None and refills is not None:
        order = MedicationOrder(
            patient=patient,
            prescriber_name=sent.prescriber_name.strip(),
            prescriber_licence=sent.prescriber_licence.strip(),
            order_ref=sent.identifier.strip(),
            ordered_on=ordered_on,
            percent=medication.percent,
            basis_stated=bool(medication.basis),
            base=base,
            zinc_percent=medication.zinc_percent,
            amount_g=amount_g,
            directions=directions.text,
            repeats=refills,
            supply_days=sent.supply_days,
            priority=sent.priority,
        )
    return Receipt(order=order, base=base, echo=_echo(sent, medication, base, amount_g, directions.text), reasons=tuple(reasons))


def _actionable(sent: OrderAsSent) -> list[Reason]:
    where = sent.where
    if sent.status != "active":
        return [reason("NOT_ACTIONABLE", detail=f'its status is "{sent.status}"', where=f"{where}.status")]
    if sent.intent not in _ORDER_INTENTS:
        return [reason("NOT_ACTIONABLE", detail=f'its intent is "{sent.intent}", not an order', where=f"{where}.intent")]
    if sent.do_not_perform:
        return [reason("NOT_ACTIONABLE", detail="it says not to supply this medication", where=f"{where}.doNotPerform")]
    return []


def _patient(sent: OrderAsSent, rules: OrderRules, reasons: list[Reason]) -> PatientProfile | None:
    told = sent.patient
    where = told.where or f"{sent.where}.subject"
    reasons.extend(reason("PATIENT_RECORD_INACTIVE", detail=mark, where=where) for mark in told.marks)
    problem = told.problem
    name = " ".join(told.name.split())
    born_on = None
    if not problem and not name:
        problem = "no name is given"
    elif not problem and len(name) > _LONGEST_NAME:
        reasons.append(reason("TEXT_TOO_LONG", detail="the patient's name", where=where))
    if not problem:
        try:
            born_on = read_day(told.birth_date)
        except LevigateError:
            problem = "no full date of birth is given, so neither identity nor age can be checked"
        else:
            if not _EARLIEST_BIRTH <= born_on <= rules.on:
                problem = f"the date of birth {born_on.isoformat()} is not possible"
    if problem or born_on is None:
        reasons.append(reason("PATIENT_NOT_GIVEN", detail=problem, where=where))
        return None
    if not told.address.strip():
        reasons.append(reason("PATIENT_ADDRESS_MISSING", where=where))
    return PatientProfile(
        name=name, born_on=born_on, identifier=told.identifier, address=told.address, telephone=told.telephone, language=told.language or None
    )


def _check_strength(medication: MedicationReading, rules: OrderRules, reasons: list[Reason], where: str) -> None:
    held = {each.code for each in medication.reasons}
    if medication.percent is None:
        if not held & {"STRENGTH_CONFLICT", "STRENGTH_UNIT"}:
            reasons.append(reason("STRENGTH_MISSING", where=where))
        return
    if not rules.lowest_percent <= medication.percent <= rules.highest_percent:
        reasons.append(
            reason(
                "STRENGTH_OUTSIDE_PUBLISHED_RANGE",
                percent=format_number(medication.percent),
                lowest=format_number(rules.lowest_percent),
                highest=format_number(rules.highest_percent),
                where=where,
            )
        )
    if not medication.basis and "STRENGTH_BASIS" not in held:
        reasons.append(reason("STRENGTH_BASIS_ASSUMED", where=where))


def _base(medication: MedicationReading, flag: BaseWish | None, reasons: list[Reason], where: str) -> BaseWish:
    base = medication.base
    if flag is None or flag is base:
        pass
    elif base in {BaseWish.NONE, BaseWish.CHOICE}:
        if not {each.code for each in medication.reasons} & {"BASE_UNCLEAR", "NO_FORMULA"}:
            return flag
    elif not (flag is BaseWish.ZINC_UNSPECIFIED and base.value.startswith(flag.value)):
        reasons.append(reason("BASE_CHANGE_NEEDS_CONSENT", detail=f"the order says {base.value}, the request now {flag.value}", where=where))
    if base is BaseWish.NONE and not {each.code for each in medication.reasons} & {"BASE_UNCLEAR", "NO_FORMULA"}:
        reasons.append(reason("BASE_NOT_STATED", where=where))
    return base


def _clinical(sent: OrderAsSent, patient: PatientProfile | None, on: date) -> list[Reason]:
    found: list[Reason] = []
    if patient is not None and patient.age_on(on) < _ADULT_AGE:
        found.append(reason("CLINICAL_REVIEW_NEEDED", detail=f"the patient is {patient.age_on(on)} years old", where="Patient.birthDate"))
    texts = (*sent.conditions, *sent.notes, *(text for instruction in sent.directions for text in instruction.texts))
    found.extend(
        reason("CLINICAL_REVIEW_NEEDED", detail=f'the order says "{text[:120]}"', where=sent.where)
        for text in texts
        if _REVIEW_WORDS.search(_NOTHING_TO_REVIEW.sub(" ", fold(text)))
    )
    return found


def _echo(sent: OrderAsSent, medication: MedicationReading, base: BaseWish, amount_g: Decimal | None, directions: str) -> dict[str, str]:
    """The reading in plain words, for the person who must agree with it."""
    unknown = "not stated"
    strength = unknown
    if medication.percent is not None:
        held = {each.code for each in medication.reasons}
        assumed = "basis in doubt" if "STRENGTH_BASIS" in held else "basis not stated, taken as pentahydrate"
        basis = f"as {medication.basis}" if medication.basis else assumed
        strength = f"{format_number(medication.percent)} % w/w sodium thiosulfate, {basis}"
    return {
        "patient": " ".join(sent.patient.name.split()) or unknown,
        "born_on": sent.patient.birth_date or unknown,
        "prescriber": sent.prescriber_name.strip() or unknown,
        "order_ref": sent.identifier or unknown,
        "ordered_on": sent.authored_on or unknown,
        "strength": strength,
        "base": BASE_WORDS[base],
        "amount": f"{format_number(amount_g)} g" if amount_g is not None else unknown,
        "directions": directions or unknown,
        "repeats": str(sent.repeats) if sent.repeats is not None else unknown,
        "priority": sent.priority or "routine",
    }


BASE_WORDS = {
    BaseWish.PETROLATUM: "white petrolatum",
    BaseWish.ZINC_OINTMENT: "zinc oxide ointment",
    BaseWish.ZINC_PASTE: "zinc oxide paste",
    BaseWish.ZINC_UNSPECIFIED: "zinc oxide, product not stated",
    BaseWish.CHOICE: "the pharmacist's choice",
    BaseWish.NONE: "not stated",
}


def supply_end(on: date, days: Decimal) -> date:
    """The last day a supply of so many days lasts, the first day included."""
    return on + timedelta(days=max(int(days) - 1, 0))
