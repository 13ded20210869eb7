"""How exact values lie in a column: as text that reads back to the same value, on every database."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Text
from sqlalchemy.types import TypeDecorator

from compounding.domain.beyond_use import read_day
from compounding.domain.quantities import Quantity
from compounding.domain.units import Unit

_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


class ExactQuantity(TypeDecorator[Quantity]):
    """A number with its unit, as "60.10 g". A numeric column would lose digits on SQLite, and the unit everywhere."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Quantity | None, dialect: Any) -> str | None:
        # Every digit of a balance's reading is kept, its zeros at the end too.
        return None if value is None else f"{value.magnitude:f} {value.unit.value}"

    def process_result_value(self, value: str | None, dialect: Any) -> Quantity | None:
        if value is None:
            return None
        number, _, unit = value.partition(" ")
        return Quantity(Decimal(number), Unit(unit))


class Day(TypeDecorator[date]):
    """A calendar day as YYYY-MM-DD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Any) -> str | None:
        # An instant is a date to Python, and would be written in a form that cannot be read again.
        if isinstance(value, datetime):
            raise ValueError("an instant is no calendar day")
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Any) -> date | None:
        return None if value is None else read_day(value)


def instant_text(value: datetime) -> str:
    """An instant in UTC to the microsecond, always of the same length, so that texts sort as times do. Raises ValueError without a zone."""
    if value.tzinfo is None:
        raise ValueError("an instant without a time zone is no instant")
    return value.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


class Instant(TypeDecorator[datetime]):
    """An instant in UTC as text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> str | None:
        return None if value is None else instant_text(value)

    def process_result_value(self, value: str | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if not _INSTANT.fullmatch(value):
            raise ValueError("a stored instant has another form")
        return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
