"""A lot file (JSON): the ingredient lots to use, as their certificates and labels state them. Its schema is in docs/configuration.md."""

from datetime import date
from pathlib import Path

from compounding.config.json_file import read_table
from compounding.domain.beyond_use import read_expiry
from compounding.domain.errors import LevigateError, ReferenceDataError
from compounding.domain.substances import AssayAs, AssayBasis, Lot
from compounding.domain.tables import TableReader

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
    table = read_table(content, name, code="LOTS_UNREADABLE", bare_list="lots")
    lots = tuple(_lot(each) for each in table.tables("lots"))
    table.done()
    return lots


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
