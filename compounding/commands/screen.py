"""`levigate screen`: one allergy statement a line in, its reading a line out, in the same order and as the lines arrive (JSON Lines)."""

import json
import sys
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

import click

from compounding.commands.refusals import BAD_INPUT, FAULT, refuse
from compounding.domain.errors import LevigateError, ReferenceDataError
from compounding.domain.patients import AllergyEntry, CodedText

if TYPE_CHECKING:
    from compounding.domain.screening.lexicon import Lexicon

LONGEST_LINE = 256 * 1024
"""Bytes of a line. A statement of 4,000 characters or a FHIR resource is far shorter; nothing longer is taken into memory."""

_LONGEST_ID = 200
_MEMBERS = frozenset({"id", "text", "language"})
Json = dict[str, Any]


class BadLine(LevigateError):
    """A line that cannot be read as a statement. `known_as` is its id where it has a readable one."""

    def __init__(self, code: str, message: str, known_as: str | int | None = None) -> None:
        super().__init__(code, message)
        self.known_as = known_as


@click.command()
def screen() -> None:
    """Read allergy statements: JSON Lines from standard input to standard output.

    A line is {"id", "text", "language"?} or a FHIR AllergyIntolerance; the answer is {"id", "zinc", "findings"}, or {"id", "error"} for a line that cannot be
    read. Exit status: 0 all read, 4 a line could not be read, 1 a fault of the program.
    """
    # The reader is loaded here, so that no other command waits for it; of the reference data only the lexicon is needed.
    from compounding.reference import load_allergy_lexicon

    try:
        lexicon = load_allergy_lexicon()
    except (ReferenceDataError, ValueError) as fault:
        refuse("DATA_UNREADABLE", f"the allergy lexicon cannot be read: {fault}", status=FAULT)
    try:
        sys.exit(answer(sys.stdin.buffer, sys.stdout.buffer, lexicon))
    except BrokenPipeError:
        refuse("OUTPUT_CLOSED", "whoever read the answers has stopped reading", status=FAULT)


def answer(lines: IO[bytes], out: IO[bytes], lexicon: "Lexicon") -> int:
    """Answer every line as it arrives; the worst exit status of them all."""
    status = 0
    for number, line in enumerate(_lines(lines), start=1):
        try:
            told = _read(line, number, lexicon)
        except BadLine as refusal:
            told = _error(refusal.code, refusal.message, refusal.known_as)
            status = status or BAD_INPUT
        except Exception as fault:  # noqa: BLE001 - one line's fault must not take the other lines' readings with it, and the text stays out of the message.
            told = _error("INTERNAL_FAULT", f"the program failed at line {number} ({type(fault).__name__}); read this statement by hand", None)
            status = FAULT
        out.write(json.dumps(told, ensure_ascii=False).encode("utf-8") + b"\n")
        out.flush()
    return status


def _lines(source: IO[bytes]) -> Iterator[bytes | None]:
    """Every line without its end; None for one that is too long, of which only the first part was ever held."""
    while line := source.readline(LONGEST_LINE + 1):
        if len(line) <= LONGEST_LINE or line.endswith(b"\n"):
            yield line.rstrip(b"\r\n")
            continue
        while line and not line.endswith(b"\n"):
            line = source.readline(LONGEST_LINE + 1)
        yield None


def _error(code: str, message: str, known_as: str | int | None) -> Json:
    return {"id": known_as, "error": {"code": code, "message": message}}


def _read(line: bytes | None, number: int, lexicon: "Lexicon") -> Json:
    from compounding.fhir.strict_json import NotReadable, read_json

    if line is None:
        raise BadLine("LINE_TOO_LONG", f"line {number} is longer than {LONGEST_LINE} bytes")
    if not line.strip():
        raise BadLine("LINE_EMPTY", f"line {number} is empty")
    try:
        value = read_json(line)
    except NotReadable as fault:
        raise BadLine("NOT_JSON", f"line {number}: {fault.message.replace('the file', 'the line').replace(' in line 1)', ')')}") from fault
    if not isinstance(value, dict):
        raise BadLine("NOT_AN_OBJECT", f"line {number} is not a JSON object")
    known_as = _id_of(value)
    entry = _resource(value, number, known_as) if "resourceType" in value else _statement(value, number, known_as)
    return {"id": known_as, **_reading(entry, lexicon)}


def _id_of(value: Json) -> str | int | None:
    """The id, where it is a plain one."""
    found = value.get("id")
    is_plain = (isinstance(found, str) and 0 < len(found) <= _LONGEST_ID) or (isinstance(found, int) and not isinstance(found, bool))
    return found if is_plain else None


def _statement(value: Json, number: int, known_as: str | int | None) -> AllergyEntry:
    if known_as is None:
        raise BadLine("ID_MISSING", f'line {number} has no "id" that is a text of at most {_LONGEST_ID} characters or a whole number')
    unknown = sorted(set(value) - _MEMBERS)
    if unknown:
        # A member nobody reads might change what the statement means ("verification": "refuted").
        raise BadLine("MEMBER_UNKNOWN", f'line {number} holds "{unknown[0][:40]}", which is not read here; send a FHIR AllergyIntolerance instead', known_as)
    text, language = value.get("text"), value.get("language")
    if not isinstance(text, str):
        raise BadLine("TEXT_MISSING", f'line {number} has no "text" that is a text', known_as)
    if language is not None and not isinstance(language, str):
        raise BadLine("LANGUAGE_NOT_TEXT", f'the "language" of line {number} is not a text such as "fr"', known_as)
    return AllergyEntry(what=CodedText(text=text, where="text"), language=language or None, where="text")


def _resource(value: Json, number: int, known_as: str | int | None) -> AllergyEntry:
    """A FHIR resource, checked as strictly as in an order."""
    from zoneinfo import ZoneInfo

    from compounding.fhir.allergies import read_entry
    from compounding.fhir.references import Pool
    from compounding.fhir.strict_json import NotReadable
    from compounding.fhir.structure import check_r4, unknown_modifiers

    if value["resourceType"] != "AllergyIntolerance":
        raise BadLine("WRONG_RESOURCE", f"line {number} is no AllergyIntolerance", known_as)
    try:
        pool = Pool.of(check_r4(value))
        modifier = next(unknown_modifiers(value), None)
        if modifier is not None:
            raise BadLine("UNKNOWN_MODIFIER", f"line {number} carries {modifier}, which may change its meaning and is not known here", known_as)
        return read_entry(pool.located[0], pool, ZoneInfo("UTC"))
    except NotReadable as fault:
        raise BadLine("NOT_FHIR_R4", f"line {number}: {fault.message}", known_as) from fault


def _reading(entry: AllergyEntry, lexicon: "Lexicon") -> Json:
    from compounding.domain.screening.entries import read_entry

    reading = read_entry(entry, lexicon)
    return {"zinc": reading.zinc.value, "findings": [finding.told for finding in reading.findings]}
