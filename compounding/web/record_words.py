"""How a record is said on a page: states, ages and times in words, and any part of a record as named values; nothing is left out and nothing is worked out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from compounding.domain.numbers import format_number
from compounding.domain.order_record import OrderRecord
from compounding.domain.people import Signature
from compounding.domain.reasons import CODES, Severity
from compounding.domain.stages import State
from compounding.domain.weighing_sheet import shown
from compounding.storage.lists import FillBrief
from compounding.web import words

Rows = list[tuple[str, str]]

STATES = {
    State.RECEIVED: "Received, to be screened", State.SCREENED: "Screened, to be decided", State.AWAITING_PRESCRIBER: "Waits for the prescriber",
    State.ACCEPTED: "Accepted", State.FILLED: "Filled", State.REFUSED: "Refused", State.CANCELLED: "Cancelled", State.DISCONTINUED: "Discontinued",
    State.TRANSFERRED: "Transferred to another pharmacy",
}  # fmt: skip
_NEXT_AT_BENCH = {
    State.PLANNED: "waits for the clinical assessment", State.ASSESSED: "waits for the second person's recalculation", State.RECALCULATED: "to be weighed",
    State.WEIGHED: "waits for the witness", State.WITNESSED: "to be made", State.ON_HOLD: "on hold: a pharmacist decides", State.MADE: "to be labelled",
    State.LABELLED: "waits for the final check", State.RELEASED: "ready to hand out",
}  # fmt: skip
_NAMES = {"of_sha256": "Signed content (sha256)", "net_g": "Net weights (g)", "is_scanned": "Code scanned", "by": "By", "at": "At"}
_UNSAID = frozenset({"yes", "assessment", "report", "figures"})
"""Parts of a name that say nothing beside the others."""
_PEOPLE = frozenset({"by", "supervised_by", "person_id", "planned_by", "received_by", "asked_by", "recorded_by"})


def state(told: State) -> str:
    """A state in words."""
    return STATES.get(told, told.value.capitalize())


def local(at: datetime, zone: tzinfo) -> str:
    """An instant in the pharmacy's time zone, with the zone's abbreviation."""
    here = at.astimezone(zone)
    return here.strftime("%Y-%m-%d %H:%M %Z")


def age(since: datetime, now: datetime) -> str:
    """How long ago, in the largest whole unit."""
    minutes = max(0, int((now - since).total_seconds()) // 60)
    for size, name in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {name}{'s' if count != 1 else ''}"
    return "just now"


def zinc(told: str) -> str:
    """What a screening said of zinc."""
    return words.ZINC.get(told, told)


def blocked_by(record: OrderRecord, fills: tuple[FillBrief, ...]) -> str:
    """What stands between an order and its next step."""
    if record.state is State.RECEIVED:
        return "Nobody has screened it yet"
    if record.state is State.AWAITING_PRESCRIBER:
        return "The prescriber has not answered"
    if record.state is State.SCREENED:
        codes = [each for each in record.screening.codes if CODES.get(each) is not Severity.WARNING] if record.screening is not None else []
        return f"A pharmacist decides: {', '.join(codes)}" if codes else "A pharmacist accepts it"
    if record.state is not State.ACCEPTED:
        return record.ended_because
    waiting = [f"{each.lot_number} {_NEXT_AT_BENCH[each.state]}" for each in fills if each.state in _NEXT_AT_BENCH]
    return "; ".join(waiting) or "No preparation stands at the bench"


def medication(record: OrderRecord) -> str:
    """What the order asks for, in its own words."""
    return "; ".join(dict.fromkeys(word for each in record.sent.medication.names for word in each.words)) or "not stated"


def order_rows(record: OrderRecord) -> Rows:
    """The words of an order."""
    sent = record.sent
    amount = f"{format_number(sent.quantity.value)} {sent.quantity.unit or sent.quantity.code}" if sent.quantity and sent.quantity.value is not None else ""
    strengths = [
        f"{format_number(top.value)} {top.unit or top.code} in {format_number(below.value)} {below.unit or below.code}"
        for each in sent.medication.ingredients
        if each.strength is not None
        for top, below in ((each.strength.numerator, each.strength.denominator),)
        if top.value is not None and below.value is not None
    ]
    rows = [
        ("Medication", medication(record)), ("Strength", "; ".join(strengths)), ("Amount", amount),
        ("Directions", "; ".join(text for each in sent.directions for text in each.texts)),
        ("Repeats", "" if sent.repeats is None else str(sent.repeats)),
        ("Days' supply", "" if sent.supply_days is None else format_number(sent.supply_days)), ("Prescriber", sent.prescriber_name),
        ("Prescriber's licence", sent.prescriber_licence), ("Order date", sent.authored_on), ("Order reference", sent.identifier),
        ("Allergies in the order", "; ".join(each.in_words for each in sent.allergies)), ("Diagnosis and notes", "; ".join((*sent.conditions, *sent.notes))),
        ("Priority", sent.priority),
    ]  # fmt: skip
    return [(name, value or "not stated") for name, value in rows if value or name not in {"Priority", "Diagnosis and notes"}]


def signature_rows(signed: Signature, zone: tzinfo) -> Rows:
    """A signature as it must be seen wherever it is shown: name, licence, meaning, time, how it was confirmed, and what it is bound to."""
    rows = [
        ("Meaning", signed.duty.value), ("Signed by", signed.name),
        ("As", signed.role.value + (" and sole practitioner" if signed.as_sole_practitioner else "")), ("Licence", licence(signed)),
        ("Time", local(signed.at, zone)), ("Confirmed by", signed.confirmed_by or "not recorded"),
    ]  # fmt: skip
    if signed.supervised_by:
        rows.append(("Supervised by", f"{signed.supervisor_name}, confirmed by {signed.supervisor_confirmed_by or 'not recorded'}"))
    rows += [("Evidence", each) for each in signed.evidence]
    return [*rows, ("Signed content (sha256)", signed.of_sha256)]


def licence(signed: Signature) -> str:
    """The licence as it was on record when it was signed."""
    until = f", valid until {signed.licence_expires_on.isoformat()}" if signed.licence_expires_on else ""
    return f"{signed.licence}{until}" if signed.licence else "none needed for this role"


def told(value: object, who: Callable[[str], str], zone: tzinfo, *, names: Mapping[str, str] = _NAMES) -> Rows:
    """Every value of a part of a record under its name. Signatures stand in a table of their own and are only named here."""
    return [(_label(path, names), text) for path, text in _walk(value, "", who, zone) if text]


def _walk(value: object, path: str, who: Callable[[str], str], zone: tzinfo) -> Iterator[tuple[str, str]]:
    name = path.rpartition("/")[2]
    if isinstance(value, Signature):
        yield path, f"{value.name}, {local(value.at, zone)}"
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from _walk(getattr(value, each.name), f"{path}/{each.name}" if path else each.name, who, zone)
    elif isinstance(value, tuple | frozenset) and any(is_dataclass(each) for each in value):
        for number, each in enumerate(value, start=1):
            yield from _walk(each, f"{path} {number}", who, zone)
    else:
        yield path, _said(value, name, who, zone)


def _said(value: object, name: str, who: Callable[[str], str], zone: tzinfo) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return local(value, zone)
        case date():
            return value.isoformat()
        case Enum():
            return str(value.value)
        case Decimal():
            return format_number(value)
        case Fraction():
            return shown(value)
        case tuple() | frozenset():
            return ", ".join(_said(each, name, who, zone) for each in value)
    return who(str(value)) if name in _PEOPLE else str(value)


def _label(path: str, names: Mapping[str, str]) -> str:
    parts = []
    whole = path.split("/")
    for part in [each for each in whole if each not in _UNSAID] or whole:
        plain = names.get(part) or part.removeprefix("is_").replace("_celsius", " (°C)").replace("_percent", " (%)").replace("_", " ")
        parts.append(f"{plain[:-2]} (g)" if plain.endswith(" g") else plain)
    said = ", ".join(parts)
    return said[:1].upper() + said[1:]
