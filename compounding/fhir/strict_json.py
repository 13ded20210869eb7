"""JSON as FHIR means it: UTF-8, no repeated names, no NaN, exact decimals, and a bounded depth.

The library's reader keeps the last of two equal names, which would hide a cancelled status behind an active one, and turns 0.10 into 0.1.
"""

import json
from decimal import Decimal
from typing import NoReturn

from compounding.domain.errors import LevigateError

LARGEST_FILE = 5 * 1024 * 1024
"""Bytes. An order with its patient and allergies takes a few kilobytes."""

DEEPEST = 40
"""Nested objects and lists. A FHIR order needs about a dozen."""


class NotReadable(LevigateError):
    """The bytes are not JSON that can mean only one thing."""

    def __init__(self, message: str) -> None:
        super().__init__("NOT_FHIR_R4", message)


def read_json(content: bytes, *, any_characters: bool = False) -> object:
    """The value of a JSON text, numbers with a fraction or exponent as Decimal. Raises NotReadable.

    `any_characters` lets null characters and halves of characters through, for a caller that answers for each text itself (see `is_whole`).
    """
    if not content.strip():
        raise NotReadable("the file is empty")
    if len(content) > LARGEST_FILE:
        raise NotReadable("the file is larger than 5 MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotReadable("the file is not UTF-8 text") from None
    try:
        value = json.loads(text, parse_float=_exact, parse_constant=_refuse_constant, object_pairs_hook=_without_repeats)
    except RecursionError:
        raise NotReadable("it is nested too deeply") from None
    except json.JSONDecodeError as fault:
        raise NotReadable(f"it is not JSON ({fault.msg} in line {fault.lineno})") from None
    except ValueError:
        raise NotReadable("it holds a number that cannot be read") from None
    _check(value, depth=0, any_characters=any_characters)
    return value


def is_whole(text: str) -> bool:
    """Whether a text holds no null character and no half of a character."""
    return not any("\ud800" <= character <= "\udfff" or character == "\0" for character in text)


def _exact(text: str) -> Decimal:
    number = Decimal(text)
    # A number beyond this can only be an attack or a fault; it would take memory and time to print.
    if not number.is_finite() or abs(number.adjusted()) > 300 or len(text) > 100:
        raise NotReadable(f"the number {text[:20]} is beyond anything measurable")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise NotReadable(f"{name} is not a JSON number")


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise NotReadable(f'the name "{repeated[:40]}" stands twice in one object')
    return found


def _check(value: object, *, depth: int, any_characters: bool) -> None:
    if depth > DEEPEST:
        raise NotReadable("it is nested too deeply")
    if isinstance(value, str):
        if not any_characters and not is_whole(value):
            raise NotReadable("it holds half a character or a null character")
    elif isinstance(value, dict):
        for name, member in value.items():
            _check(name, depth=depth + 1, any_characters=any_characters)
            _check(member, depth=depth + 1, any_characters=any_characters)
    elif isinstance(value, list):
        for member in value:
            _check(member, depth=depth + 1, any_characters=any_characters)
