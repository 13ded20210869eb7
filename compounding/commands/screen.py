"""`levigate screen`: one allergy statement a line in, its reading a line out, in the same order and as the lines arrive (JSON Lines)."""

import sys
from typing import IO, TYPE_CHECKING

import click

from compounding.commands.json_lines import BadLine, Id, Json, answer_lines, refuse_broken
from compounding.commands.refusals import FAULT, refuse
from compounding.domain.errors import ReferenceDataError
from compounding.domain.patients import AllergyEntry, CodedText
from compounding.fhir.strict_json import is_whole

if TYPE_CHECKING:
    from compounding.domain.screening.lexicon import Lexicon

_MEMBERS = frozenset({"id", "text", "language"})
_BROKEN = "The text holds half a character or a null character, so nobody can say what was written: it has to be read by a person."


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

    def read(value: Json, known_as: Id, number: int) -> Json:
        return _reading(_resource(value, number) if "resourceType" in value else _statement(value, number, known_as), lexicon)

    return answer_lines(lines, out, read)


def _statement(value: Json, number: int, known_as: Id) -> AllergyEntry:
    if known_as is None:
        raise BadLine("ID_MISSING", f'line {number} has no "id" that is a text of at most 200 characters or a whole number')
    unknown = sorted(set(value) - _MEMBERS)
    if unknown:
        # A member nobody reads might change what the statement means ("verification": "refuted").
        raise BadLine("MEMBER_UNKNOWN", f'line {number} holds "{unknown[0][:40]}", which is not read here; send a FHIR AllergyIntolerance instead')
    text, language = value.get("text"), value.get("language")
    if not isinstance(text, str):
        raise BadLine("TEXT_MISSING", f'line {number} has no "text" that is a text')
    if language is not None and not isinstance(language, str):
        raise BadLine("LANGUAGE_NOT_TEXT", f'the "language" of line {number} is not a text such as "fr"')
    return AllergyEntry(what=CodedText(text=text, where="text"), language=language or None, where="text")


def _resource(value: Json, number: int) -> AllergyEntry:
    """A FHIR resource, checked as strictly as in an order."""
    from zoneinfo import ZoneInfo

    from compounding.fhir.allergies import read_entry
    from compounding.fhir.references import Pool
    from compounding.fhir.strict_json import NotReadable
    from compounding.fhir.structure import check_r4, unknown_modifiers

    refuse_broken(value, code="NOT_FHIR_R4", number=number)
    if value["resourceType"] != "AllergyIntolerance":
        raise BadLine("WRONG_RESOURCE", f"line {number} is no AllergyIntolerance")
    try:
        pool = Pool.of(check_r4(value))
        modifier = next(unknown_modifiers(value), None)
        if modifier is not None:
            raise BadLine("UNKNOWN_MODIFIER", f"line {number} carries {modifier}, which may change its meaning and is not known here")
        return read_entry(pool.located[0], pool, ZoneInfo("UTC"))
    except NotReadable as fault:
        raise BadLine("NOT_FHIR_R4", f"line {number}: {fault.message}") from fault


def _reading(entry: AllergyEntry, lexicon: "Lexicon") -> Json:
    from compounding.domain.screening.entries import read_entry
    from compounding.domain.screening.roles import NO_INFORMATION
    from compounding.domain.screening.statements import Effect, Finding, ZincReading

    text = entry.what.text
    if not is_whole(text):
        broken = Finding(allergen=NO_INFORMATION, effect=Effect.UNCLEAR, text=text, matched="", why=_BROKEN, source=entry.where)
        return {"zinc": ZincReading.UNCLEAR.value, "findings": [broken.told]}
    reading = read_entry(entry, lexicon)
    return {"zinc": reading.zinc.value, "findings": [finding.told for finding in reading.findings]}
