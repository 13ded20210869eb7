"""Every row that a transaction wrote is sealed in the audit trail: the hash of the row exactly as it lies in the database.

So a record that is changed, added or taken away behind the program's back is found by verifying, even where the audit trail itself was left alone.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, select, type_coerce
from sqlalchemy.types import NullType

from compounding.domain.audit import Fault
from compounding.storage.tables import metadata

NOT_SEALED = frozenset({"audit_entry", "audit_head", "idempotency", "register", "session", "sign_in_attempt", "used_code"})
"""The trail itself, what is forgotten after a day or some weeks, and counters that every number on record bears out."""

_LIMIT = 1000


def seal_name(table: Table, key: tuple[Any, ...]) -> str:
    """How a seal names its row: the table, then the key without the site."""
    return " ".join((table.name, *(str(each) for each in key)))


def seal_of(table: Table, values: dict[str, Any]) -> str:
    """The seal of a row from its stored values."""
    told = [[column.name, _plain(values[column.name])] for column in table.columns]
    return hashlib.sha256(json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def sealed(connection: Connection, table: Table, site_id: str, key: tuple[Any, ...]) -> str:
    """The seal of one row as it lies in the database now."""
    columns = [column for column in table.primary_key if column.name != "site_id"]
    query = _raw(table).where(table.c.site_id == site_id, *(column == value for column, value in zip(columns, key, strict=True)))
    return seal_of(table, dict(connection.execute(query).mappings().one()))


def key_of(table: Table, values: dict[str, Any]) -> tuple[Any, ...]:
    """The key of a row without the site."""
    return tuple(values[column.name] for column in table.primary_key if column.name != "site_id")


def broken(connection: Connection, site_id: str, seals: dict[str, str]) -> Iterator[Fault]:
    """Every row of the site that is not as the audit trail last sealed it; `seals` are the last ones by name, and are used up."""
    for table in metadata.sorted_tables:
        if table.name in NOT_SEALED:
            continue
        for values in _rows(connection, table, site_id):
            name = seal_name(table, key_of(table, values))
            seal = seals.pop(name, None)
            if seal is None:
                yield Fault(0, f"the row {name} is told of nowhere in the audit trail")
            elif seal != seal_of(table, values):
                yield Fault(0, f"the row {name} is not as the audit trail sealed it")
    for name in seals:
        yield Fault(0, f"the row {name} is gone")


def _rows(connection: Connection, table: Table, site_id: str) -> Iterator[dict[str, Any]]:
    keys = list(table.primary_key)
    rows = connection.execution_options(yield_per=_LIMIT).execute(_raw(table).where(table.c.site_id == site_id).order_by(*keys))
    for row in rows.mappings():
        yield dict(row)


def _raw(table: Table) -> Any:
    """The row's values as they are stored, not as the types read them."""
    return select(*(type_coerce(column, NullType()).label(column.name) for column in table.columns))


def _plain(value: Any) -> Any:
    return hashlib.sha256(bytes(value)).hexdigest() if isinstance(value, bytes | bytearray | memoryview) else value
