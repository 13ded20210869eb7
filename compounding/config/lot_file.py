"""A lot file (JSON): the ingredient lots to use, as their certificates and labels state them. Its schema is in docs/configuration.md."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

from compounding.domain.beyond_use import read_expiry
from compounding.domain.errors import LevigateError, ReferenceDataError
from compounding.domain.substances import AssayAs, AssayBasis, Lot
from compounding.domain.tables import TableReader

LARGEST_LOT_FILE = 256 * 1024
_LONGEST_TEXT = 60


def read_lot_file(path: Path) -> tuple[Lot, ...]:
    """The lots a file names. Raises ReferenceDataError with one sentence about the first fault."""
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise ReferenceDataError("LOTS_UNREADABLE", f"the lot file {path.name} cannot be read: {fault.strerror}") from fault
    return read_lots(content, path.name)


def read_lots(content: bytes, name: str) -> tuple[Lot, ...]:
    """The lots in the bytes of a JSON file: `{"lots": [...]}`."""
    if len(content) > LARGEST_LOT_FILE:
        raise ReferenceDataError("LOTS_UNREADABLE", f"{name} is larger than a lot file can be")
    try:
        parsed = json.loads(content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_without_repeats)
    except (UnicodeDecodeError, ValueError, RecursionError) as fault:
        raise ReferenceDataError("LOTS_UNREADABLE", f"{name} is not readable JSON: {str(fault)[:120]}") from fault
    table = TableReader({"lots": parsed} if isinstance(parsed, list) else parsed, name)
    lots = tuple(_lot(each) for each in table.tables("lots"))
    table.done()
    return lots


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _lot(table: TableReader) -> Lot:
    lot = Lot(
        substance=table.text("substance"),
        number=_short(table, "lot"),
        supplier=_short(table, "supplier") if table.has("supplier") else "",
        form=table.text("form", ""),
        assay_percent=table.number("assay_percent") if table.has("assay_percent") else None,
        assay_basis=AssayBasis(_one_of(table, "assay_basis", ("dried", "as_is"))) if table.has("assay_basis") else None,
        assay_as=AssayAs(_one_of(table, "assay_as", ("anhydrous", "as_stock"))) if table.has("assay_as") else None,
        water_percent=table.number("water_percent") if table.has("water_percent") else None,
        expires_on=_expiry(table) if table.has("expires") else None,
        ingredients=table.texts("ingredients") if table.has("ingredients") else None,
        on_hand_g=table.number("on_hand_g") if table.has("on_hand_g") else None,
    )
    table.done()
    return lot


def _short(table: TableReader, key: str) -> str:
    text = table.text(key)
    if len(text) > _LONGEST_TEXT:
        raise ReferenceDataError("LOTS_UNREADABLE", f'"{key}" is longer than {_LONGEST_TEXT} characters')
    return text


def _one_of(table: TableReader, key: str, allowed: tuple[str, ...]) -> str:
    text = table.text(key)
    if text not in allowed:
        raise ReferenceDataError("LOTS_UNREADABLE", f'"{key}" must be one of {", ".join(allowed)}')
    return text


def _expiry(table: TableReader) -> date:
    try:
        return read_expiry(table.text("expires"))
    except LevigateError as refusal:
        raise ReferenceDataError("LOTS_UNREADABLE", f"expires: {refusal.message}; also 2027-05 or 05/2027 for the last day of that month") from refusal
