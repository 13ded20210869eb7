"""How every table of a site is built: its key and every reference begin with the site, and SQLite checks its types.

So any row belongs to one pharmacy, no reference can cross to another, and a PostgreSQL that is split by site can hold them apart.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, MetaData, PrimaryKeyConstraint, Table, Text, UniqueConstraint
from sqlalchemy.schema import SchemaItem

from compounding.storage.types import Day, ExactQuantity, Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s", "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s",
    }
)  # fmt: skip

APPEND_ONLY: set[str] = set()
"""The tables whose rows are never changed and never removed; triggers see to it."""


def site_table(name: str, *parts: SchemaItem, key: tuple[str, ...] = ("id",), append_only: bool = False, of_a_site: bool = True) -> Table:
    """A table whose primary key is the site and `key`; its `id`, where it has one, is made by the application."""
    columns = [words("site_id"), *([words("id")] if key == ("id",) else [])]
    belongs = [ForeignKeyConstraint(["site_id"], ["site.site_id"])] if of_a_site else []
    if append_only:
        APPEND_ONLY.add(name)
    return Table(name, metadata, *columns, *parts, PrimaryKeyConstraint("site_id", *key), *belongs, sqlite_strict=True)


def words(name: str) -> Column[str]:
    """Text; empty where there is nothing to say."""
    return Column(name, Text, nullable=False)


def words_or_nothing(name: str) -> Column[str | None]:
    """Text that may be missing: a reference to something that need not be."""
    return Column(name, Text, nullable=True)


def whole(name: str) -> Column[int]:
    """A whole number of 64 bits."""
    return Column(name, Integer().with_variant(BigInteger(), "postgresql"), nullable=False)


def day(name: str, *, needed: bool = True) -> Column[Any]:
    """A calendar day."""
    return Column(name, Day, nullable=not needed)


def instant(name: str) -> Column[Any]:
    """An instant in UTC."""
    return Column(name, Instant, nullable=False)


def instant_or_nothing(name: str) -> Column[Any]:
    """An instant in UTC that may not have come yet."""
    return Column(name, Instant, nullable=True)


def quantity(name: str) -> Column[Any]:
    """A number with its unit, exactly."""
    return Column(name, ExactQuantity, nullable=False)


def yes_or_no(name: str) -> tuple[Column[int], CheckConstraint]:
    """1 or 0."""
    return Column(name, Integer, nullable=False), CheckConstraint(f"{name} IN (0, 1)", name=f"{name}_yes_or_no")


def one_of(name: str, values: Iterable[StrEnum]) -> tuple[Column[str], CheckConstraint]:
    """One of these values."""
    listed = ", ".join(f"'{each.value}'" for each in values)
    return Column(name, Text, nullable=False), CheckConstraint(f"{name} IN ({listed})", name=f"{name}_known")


def refers(columns: str | tuple[str, ...], table: str, target: str | tuple[str, ...] = "id") -> ForeignKeyConstraint:
    """A reference within the site."""
    local = (columns,) if isinstance(columns, str) else columns
    remote = (target,) if isinstance(target, str) else target
    return ForeignKeyConstraint(["site_id", *local], [f"{table}.site_id", *(f"{table}.{each}" for each in remote)])


def unique(*columns: str) -> UniqueConstraint:
    """No two rows of a site share these."""
    return UniqueConstraint("site_id", *columns)


def indexed(*columns: str) -> Index:
    """An index within the site."""
    return Index(None, "site_id", *columns)
