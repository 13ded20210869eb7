"""JSON Lines in, JSON Lines out: one answer a line, in the same order and as the lines arrive; one bad line never stops the others."""

import json
from collections.abc import Callable, Iterator
from typing import IO, Any

from compounding.commands.refusals import BAD_INPUT, FAULT
from compounding.domain.errors import LevigateError

LONGEST_LINE = 256 * 1024
"""Bytes of a line. A statement of 4,000 characters or a FHIR resource is far shorter; nothing longer is taken into memory."""

_LONGEST_ID = 200
Json = dict[str, Any]
Id = str | int | None


class BadLine(LevigateError):
    """A line that has no answer, with a code and a sentence."""


def answer_lines(lines: IO[bytes], out: IO[bytes], answer: Callable[[Json, Id, int], Json], *, unreadable: str | None = None) -> int:
    """Answer every line as it arrives; the worst exit status of them all.

    `answer` takes the line's object, its id (None where it has no plain one) and its number. `unreadable` is the code for every line that is no object,
    where the command's own codes are a closed list.
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
        out.write(json.dumps({"id": known_as, **told}, ensure_ascii=False).encode("utf-8") + b"\n")
        out.flush()
    return status


def id_of(value: Json) -> Id:
    """The id, where it is a plain one."""
    found = value.get("id")
    is_plain = (isinstance(found, str) and 0 < len(found) <= _LONGEST_ID) or (isinstance(found, int) and not isinstance(found, bool))
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
    from compounding.fhir.strict_json import NotReadable, read_json

    if line is None:
        raise BadLine(unreadable or "LINE_TOO_LONG", f"line {number} is longer than {LONGEST_LINE} bytes")
    if not line.strip():
        raise BadLine(unreadable or "LINE_EMPTY", f"line {number} is empty")
    try:
        value = read_json(line)
    except NotReadable as fault:
        words = fault.message.replace("the file", "the line").replace(" in line 1)", ")")
        raise BadLine(unreadable or "NOT_JSON", f"line {number}: {words}") from fault
    if not isinstance(value, dict):
        raise BadLine(unreadable or "NOT_AN_OBJECT", f"line {number} is not a JSON object")
    return value
