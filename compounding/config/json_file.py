"""A small JSON file that a person writes: read so that it can mean only one thing."""

import json
from decimal import Decimal
from typing import NoReturn

from compounding.domain.errors import ReferenceDataError
from compounding.domain.tables import TableReader

LARGEST = 256 * 1024


def read_table(content: bytes, name: str, *, code: str, bare_list: str = "") -> TableReader:
    """The table in the bytes of a file. A bare list stands for an object with the one member `bare_list`, where that is named.

    Raises ReferenceDataError with `code` where it is no JSON object, repeats a name, or holds what is no number.
    """
    if len(content) > LARGEST:
        raise ReferenceDataError(code, f"{name} is larger than such a file can be")
    try:
        parsed = json.loads(content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_without_repeats)
    except (UnicodeDecodeError, ValueError, RecursionError) as fault:
        raise ReferenceDataError(code, f"{name} is not readable JSON: {str(fault)[:120]}") from fault
    if bare_list and isinstance(parsed, list):
        parsed = {bare_list: parsed}
    if not isinstance(parsed, dict):
        raise ReferenceDataError(code, f"{name} must hold one JSON object")
    return TableReader(parsed, name)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found
