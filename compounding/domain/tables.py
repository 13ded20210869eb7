"""Reading values out of parsed TOML, with one clear sentence where a value is missing or of the wrong kind."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from compounding.domain.beyond_use import read_day
from compounding.domain.errors import LevigateError, QuantityError, ReferenceDataError
from compounding.domain.numbers import read_number

_MISSING = object()


class TableReader:
    """A table with a name, whose every entry must be asked for: what nobody asked for is a spelling mistake, and refused."""

    def __init__(self, table: Mapping[str, Any], name: str) -> None:
        if not isinstance(table, Mapping):
            raise ReferenceDataError("DATA_WRONG_KIND", f"{name} must be a table")
        self._table = table
        self._name = name
        self._asked: set[str] = set()

    def _get(self, key: str, default: object) -> Any:
        self._asked.add(key)
        if key in self._table:
            return self._table[key]
        if default is _MISSING:
            raise ReferenceDataError("DATA_MISSING", f'{self._name} has no "{key}"')
        return default

    def has(self, key: str) -> bool:
        """Whether the entry is there."""
        return key in self._table

    def text(self, key: str, default: Any = _MISSING) -> str:
        """A text without outer blanks; only a default may be empty."""
        value = self._get(key, default)
        if not isinstance(value, str) or (not value.strip() and value != default):
            raise self._wrong(key, "a text")
        return value.strip()

    def exact(self, key: str) -> str:
        """A text exactly as it stands, blanks and all; it may be empty."""
        value = self._get(key, _MISSING)
        if not isinstance(value, str):
            raise self._wrong(key, "a text")
        return value

    def number(self, key: str, default: Any = _MISSING) -> Decimal:
        """An exact number, written as text or as a whole number: a TOML or JSON fraction would not be exact."""
        value = self._get(key, default)
        if isinstance(value, Decimal):
            return value
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return Decimal(value)
        if not isinstance(value, str):
            raise self._wrong(key, 'a number written as text, such as "0.01"')
        try:
            return read_number(value)
        except QuantityError as refusal:
            raise ReferenceDataError("DATA_WRONG_KIND", f'{self._name}, "{key}": {refusal.message}') from refusal

    def whole(self, key: str, default: Any = _MISSING, *, zero_too: bool = False) -> int:
        """A whole number above zero, or zero where that has a meaning."""
        value = self._get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < (0 if zero_too else 1):
            raise self._wrong(key, "a whole number, zero or more" if zero_too else "a whole number above zero")
        return value

    def flag(self, key: str, default: Any = _MISSING) -> bool:
        """True or false."""
        value = self._get(key, default)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def day(self, key: str) -> date:
        """A TOML date, or the same as text."""
        value = self._get(key, _MISSING)
        if isinstance(value, str):
            try:
                value = read_day(value)
            except LevigateError:
                value = None
        if type(value) is not date:
            raise self._wrong(key, "a date written as 2026-11-22")
        return value

    def texts(self, key: str, default: Any = _MISSING) -> tuple[str, ...]:
        """A list of texts."""
        value = self._get(key, default)
        if not isinstance(value, list | tuple) or any(not isinstance(each, str) or not each.strip() for each in value):
            raise self._wrong(key, "a list of texts")
        return tuple(value)

    def table(self, key: str, default: Any = _MISSING) -> "TableReader":
        """A table inside."""
        return TableReader(self._get(key, default), f'{self._name}, "{key}"')

    def tables(self, key: str, default: Any = _MISSING) -> tuple["TableReader", ...]:
        """A list of tables."""
        value = self._get(key, default)
        if not isinstance(value, list | tuple):
            raise self._wrong(key, "a list of tables")
        return tuple(TableReader(each, f'{self._name}, "{key}" number {number}') for number, each in enumerate(value, start=1))

    def items(self) -> list[tuple[str, Any]]:
        """All entries, taken as asked for."""
        self._asked.update(self._table)
        return list(self._table.items())

    def done(self) -> None:
        """Raises ReferenceDataError for an entry nobody asked for."""
        unknown = sorted(set(self._table) - self._asked)
        if unknown:
            raise ReferenceDataError("DATA_UNKNOWN", f'{self._name} holds "{unknown[0]}", which is not known here')

    def _wrong(self, key: str, kind: str) -> ReferenceDataError:
        return ReferenceDataError("DATA_WRONG_KIND", f'{self._name}, "{key}" must be {kind}')
