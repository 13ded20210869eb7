"""May this request come in at all? Text that can be kept and shown, numbers that are numbers, a key and a time that can be recorded."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal

from compounding.domain.errors import WorkflowRefused

LONGEST = 2_000
"""Characters a text of a request may have."""
LONGEST_QUOTED = 4_000
"""Characters of an allergy answer in the patient's own words: as many as the allergy reader reads."""
LONGEST_NAME = 200
"""Characters of what stands on one line: names, numbers, what was scanned."""
LONGEST_KEY = 200
_ONE_LINE = frozenset({
    "receiver", "container", "patient_name", "second_identifier", "name", "licence", "scanned_code", "lot_number", "base", "number", "supplier",
    "preparation_id", "order_id", "patient_id", "person_id", "lot_id", "counselling_by", "by", "supervisor", "callback_number", "received_by",
})  # fmt: skip
_QUOTED = frozenset({"texts"})
"""A field of a request itself that quotes a patient."""
_WHOLE_TEXTS = frozenset({"text"})
"""A field of a request itself that holds a whole formula or phrase text, which has its own reader and its own limit."""
_KNOWN_AS = {
    "patient.name": "the patient's name", "patient_name": "the patient's name", "patient.birth_date": "the patient's date of birth",
    "patient.identifier": "the patient's identifier", "patient.address": "the patient's address", "patient.telephone": "the patient's telephone number",
    "patient.language": "the patient's language", "prescriber_name": "the prescriber's name", "prescriber_licence": "the prescriber's licence",
    "sent.identifier": "the order reference", "authored_on": "the order date", "directions.texts": "a text of the directions", "quantity.value": "the amount",
    "numerator.value": "the strength", "denominator.value": "the strength", "sent.notes": "a note", "what.text": "an allergy entry",
    "allergies.asked_by": "the name of who asked", "contact.asked_by": "the name of who asked", "contact.details": "what is told of the rash",
    "spoken.by": "who spoke", "callback_number": "the number to call back", "received_by": "who took it down", "texts": "what the patient answered",
    "by": "the name of the person", "name": "the name", "names.text": "the name of the medication",
}  # fmt: skip
_MAGNITUDE = 12
_DIGITS = 28
"""As many digits as arithmetic keeps; a longer number would be rounded without a word."""
_FIRST_YEAR, _LAST_YEAR = 2020, 2199


def check_request(request: object, *, lengths: bool = True) -> None:
    """Walk a request of dataclasses, tuples, sets and mappings. Bytes are left as they are.

    Without `lengths` a text may be as long as it likes: what a file says is held by the pipeline where it is too long for paper. Raises WorkflowRefused
    `TEXT_NOT_ALLOWED` or `NUMBER_NOT_ALLOWED`, which name the field and repeat nothing of what it held.
    """
    for where, value in _walk(request, ""):
        if isinstance(value, str):
            _check_text(where, value, lengths=lengths)
        elif isinstance(value, Decimal):
            _check_number(where, value)


def check_key(key: str) -> None:
    """Raises WorkflowRefused `IDEMPOTENCY_KEY` for a key of other than printable ASCII characters, at most 200. Empty is none."""
    if len(key) > LONGEST_KEY or not all(" " <= each <= "~" for each in key):
        raise WorkflowRefused("IDEMPOTENCY_KEY", f"the key of a request has 1 to {LONGEST_KEY} printable ASCII characters")


def check_act_time(at: datetime) -> None:
    """Raises WorkflowRefused `ACT_TIME` for a time at which nobody can act: before 2020, or after 2199."""
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise WorkflowRefused("ACT_TIME", "the clock of this computer is wrong; set it before anything is recorded")


def _walk(value: object, where: str) -> Iterator[tuple[str, object]]:
    if is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from _walk(getattr(value, each.name), f"{where}.{each.name}" if where else each.name)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _walk(key, where)
            yield from _walk(inner, where)
    elif isinstance(value, tuple | list | set | frozenset):
        for inner in value:
            yield from _walk(inner, where)
    else:
        yield where, value


def _said(where: str, otherwise: str) -> str:
    """A place as a person knows it: "the patient's name" for sent.patient.name."""
    parts = [each for each in where.split(".") if each]
    if not parts:
        return otherwise
    name, owner = parts[-1], parts[-2] if len(parts) > 1 else ""
    known = _KNOWN_AS.get(f"{owner}.{name}") or _KNOWN_AS.get(name)
    plain = f"{name[:-2]} in grams" if name.endswith("_g") else f"{name.removesuffix('_percent')} in percent" if name.endswith("_percent") else name
    return known or f"the {plain.removeprefix('is_').replace('_', ' ')}"


def _check_text(where: str, text: str, *, lengths: bool) -> None:
    name, is_whole = where.rpartition(".")[2], where in _WHOLE_TEXTS
    longest = LONGEST_NAME if name in _ONE_LINE else LONGEST_QUOTED if where in _QUOTED else LONGEST
    if lengths and not is_whole and len(text) > longest:
        raise WorkflowRefused("TEXT_NOT_ALLOWED", f"{_said(where, 'a text')} is too long: it has at most {longest:,} characters")
    lines = "" if name in _ONE_LINE else "\n\r\t"
    if any(unicodedata.category(each) in {"Cc", "Cs"} and each not in lines for each in text):
        raise WorkflowRefused("TEXT_NOT_ALLOWED", f"{_said(where, 'a text')} holds a character that cannot be kept; type it again")


def _check_number(where: str, number: Decimal) -> None:
    is_fine = number.is_finite() and abs(number.adjusted()) <= _MAGNITUDE and len(number.as_tuple().digits) <= _DIGITS
    if not is_fine:
        raise WorkflowRefused("NUMBER_NOT_ALLOWED", f"{_said(where, 'a number')} is not a number that can be weighed, measured or counted; type it again")
