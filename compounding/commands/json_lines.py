"""JSON Lines in, JSON Lines out: one answer a line, in the same order and as the lines arrive; one bad line never stops the others."""

import json
import re
from collections.abc import Callable, Iterator
from typing import IO, Any

from compounding.commands.refusals import BAD_INPUT, FAULT
from compounding.domain.errors import LevigateError
from compounding.fhir.strict_json import NotReadable, is_whole, read_json

LONGEST_LINE = 256 * 1024
"""Bytes of a line. A statement of 4,000 characters or a FHIR resource is far shorter; nothing longer is taken into memory."""

_LONGEST_ID = 200
_NOT_WRITTEN_PLAIN = re.compile("[\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff]")
"""What is written as an escape: signs that some readers take for the end of a line, and halves of characters, which UTF-8 cannot hold."""
Json = dict[str, Any]
Id = str | int | None


class BadLine(LevigateError):
    """A line that has no answer, with a code and a sentence."""


def answer_lines(lines: IO[bytes], out: IO[bytes], answer: Callable[[Json, Id, int], Json], *, unreadable: str | None = None) -> int:
    """Answer every line as it arrives; the worst exit status of them all.

    `answer` takes the line's object, its id (None where it has no plain one) and its number; a text in it may hold a null character or half of a character.
    `unreadable` is the code for every line that is no object, where the command's own codes are a closed list.
    """
    status = 0
    for number, line in enumerate(_lines(lines), start=1):
        known_as: Id = None
        try:
            value = _object(line, number, unreadable)
            known_as = id_of(value)
            told = answer(value, known_as, number)
        except BadLine as refusal:
            told = {"error": {"code": refusal.code, "message": refusal.message}}
            status = status or BAD_INPUT
        except Exception as fault:  # noqa: BLE001 - one line's fault must not take the other lines' answers with it, and the text stays out of the message.
            message = f"the program failed at line {number} ({type(fault).__name__}); nothing is known of this one"
            told = {"error": {"code": "INTERNAL_FAULT", "message": message}}
            status = FAULT
        out.write(_written({"id": known_as, **told}))
        out.flush()
    return status


def _written(told: Json) -> bytes:
    """One line of UTF-8, whatever the texts in it hold."""
    plain = json.dumps(told, ensure_ascii=False)
    return _NOT_WRITTEN_PLAIN.sub(lambda found: f"\\u{ord(found.group()):04x}", plain).encode("utf-8") + b"\n"


def refuse_broken(value: object, *, code: str, number: int) -> None:
    """Raises BadLine where a text anywhere in the value holds a null character or half of a character."""
    if isinstance(value, str):
        if not is_whole(value):
            raise BadLine(code, f"line {number} holds half a character or a null character")
    elif isinstance(value, dict):
        for name, member in value.items():
            refuse_broken(name, code=code, number=number)
            refuse_broken(member, code=code, number=number)
    elif isinstance(value, list):
        for member in value:
            refuse_broken(member, code=code, number=number)


def id_of(value: Json) -> Id:
    """The id, where it is a plain one."""
    found = value.get("id")
    is_plain = (isinstance(found, str) and 0 < len(found) <= _LONGEST_ID and is_whole(found)) or (isinstance(found, int) and not isinstance(found, bool))
    return found if is_plain else None


def _lines(source: IO[bytes]) -> Iterator[bytes | None]:
    """Every line without its end; None for one that is too long, of which only the first part was ever held."""
    while line := source.readline(LONGEST_LINE + 1):
        if len(line) <= LONGEST_LINE or line.endswith(b"\n"):
            yield line.rstrip(b"\r\n")
            continue
        while line and not line.endswith(b"\n"):
            line = source.readline(LONGEST_LINE + 1)
        yield None


def _object(line: bytes | None, number: int, unreadable: str | None) -> Json:
    if line is None:
        raise BadLine(unreadable or "LINE_TOO_LONG", f"line {number} is longer than {LONGEST_LINE} bytes")
    if not line.strip():
        raise BadLine(unreadable or "LINE_EMPTY", f"line {number} is empty")
    try:
        value = read_json(line, any_characters=True)
    except NotReadable as fault:
        words = fault.message.replace("the file", "the line").replace(" in line 1)", ")")
        raise BadLine(unreadable or "NOT_JSON", f"line {number}: {words}") from fault
    if not isinstance(value, dict):
        raise BadLine(unreadable or "NOT_AN_OBJECT", f"line {number} is not a JSON object")
    return value
