"""One use case's transaction at one site: everything it changes with its audit rows, or nothing at all.

The audit rows are written last, so that the site's chain is locked for a moment only. A transaction that changed something and told nothing of it is a fault.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Table, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError

from compounding.domain.audit import Chain
from compounding.domain.errors import LevigateError
from compounding.storage import trail
from compounding.storage.engine import Database
from compounding.storage.errors import Conflict, NotFound, StorageError
from compounding.storage.faults import is_key_taken
from compounding.storage.seals import NOT_SEALED, key_of, seal_name, sealed
from compounding.storage.tables import register
from compounding.storage.trail import Told

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Transaction:
    """An open transaction: the only hand that writes. Every row it touches belongs to its site."""

    def __init__(self, connection: Connection, *, site_id: str, by: str, role: str, at: datetime) -> None:
        self.connection, self.site_id, self.by, self.role, self.at = connection, site_id, by, role, at
        # The printed name of who acts, and the person id of who supervises it.
        self.name, self.supervisor = "", ""
        self._told: list[Told] = []
        self._reads: list[Told] = []
        self._wrote = False
        self._touched: dict[str, tuple[Table, tuple[Any, ...]]] = {}
        self._refused: Conflict | None = None
        # A first bit of 0 leaves room to count up.
        self._last_bits = secrets.randbits(73)

    @property
    def has_written(self) -> bool:
        """Whether anything was written so far, the chains aside."""
        return self._wrote or bool(self._told)

    def tell(self, told: Told) -> None:
        """Say what is changed, for the audit trail."""
        self._told.append(told)

    def tell_read(self, told: Told) -> None:
        """Say that a patient's record is read, for the chain of readings."""
        self._reads.append(told)

    def insert(self, table: Table, **values: Any) -> None:
        """A new row of this site. Raises Conflict where the key is taken."""
        self._wrote = True
        try:
            self.connection.execute(insert(table).values(site_id=self.site_id, **values))
            self.touch(table, key_of(table, values))
        except IntegrityError as fault:
            if not is_key_taken(fault):
                raise
            raise self._taken(table) from fault

    def insert_once(self, table: Table, **values: Any) -> bool:
        """A new row, or nothing where exactly this key is there already. Says whether it was new."""
        if self.connection.dialect.name == "sqlite":
            # One writer at a time: nobody comes between looking and writing. A trigger refuses a taken key before SQLite would pass over it.
            key = (column == values[column.name] for column in table.primary_key if column.name != "site_id")
            if self.connection.execute(select(table.c.site_id).where(table.c.site_id == self.site_id, *key)).one_or_none() is not None:
                return False
            self.insert(table, **values)
            return True
        statement = postgresql.insert(table).values(site_id=self.site_id, **values)
        once = statement.on_conflict_do_nothing(index_elements=list(table.primary_key)).returning(table.c.site_id)
        try:
            is_new = self.connection.execute(once).one_or_none() is not None
        except IntegrityError as fault:
            if not is_key_taken(fault):
                raise
            raise self._taken(table) from fault
        if is_new:
            self._wrote = True
            self.touch(table, key_of(table, values))
        return is_new

    def _taken(self, table: Table) -> Conflict:
        self._refused = Conflict(f"this {table.name.replace('_', ' ')}")
        return self._refused

    def touch(self, table: Table, key: tuple[Any, ...]) -> None:
        """This transaction wrote the row with that key (without the site), so its seal goes on the audit trail."""
        if table.name not in NOT_SEALED:
            self._touched[seal_name(table, key)] = (table, key)

    def change(self, table: Table, key: str, *, version: int, what: str, **values: Any) -> None:
        """Change a row that still is at `version`. Raises Conflict where it is not: somebody else was first."""
        self._wrote = True
        statement = update(table).where(table.c.site_id == self.site_id, table.c.id == key, table.c.version == version)
        if self.connection.execute(statement.values(version=version + 1, **values)).rowcount != 1:
            raise Conflict(what)
        self.touch(table, (key,))

    def row(self, table: Table, what: str, *, lock: bool = False, **key: str | int) -> Row[Any]:
        """The row with that key. With `lock` nobody else changes it before this transaction ends. Raises NotFound."""
        query = select(table).where(table.c.site_id == self.site_id, *(table.c[name] == value for name, value in key.items()))
        found = self.connection.execute(query.with_for_update() if lock else query).one_or_none()
        if found is None:
            raise NotFound(what)
        return found

    def next_number(self, name: str) -> int:
        """The next number of one of the site's registers; no number is given twice."""
        self._wrote = True
        where = (register.c.site_id == self.site_id) & (register.c.name == name)
        if self.connection.execute(update(register).where(where).values(last=register.c.last + 1)).rowcount == 0:
            self.insert_once(register, name=name, last=0)
            self.connection.execute(update(register).where(where).values(last=register.c.last + 1))
        return int(self.connection.execute(select(register.c.last).where(where)).scalar_one())

    def new_id(self) -> str:
        """A key that sorts by time: UUID version 7 (RFC 9562) of this transaction's instant, each after the one before it."""
        milliseconds = ((self.at - _EPOCH) // timedelta(milliseconds=1)) & ((1 << 48) - 1)
        self._last_bits += 1 + secrets.randbits(32)
        value = (milliseconds << 80) | (0x7 << 76) | (self._last_bits >> 62 << 64) | (0b10 << 62) | (self._last_bits & ((1 << 62) - 1))
        text = f"{value:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def finish(self) -> None:
        """Write the audit rows: the last thing before the commit. A refused row refuses the whole, also where somebody caught the refusal."""
        if self._refused is not None:
            raise self._refused
        if self._wrote and not self._told:
            raise LevigateError("NOT_AUDITED", "a change without an audit entry was stopped; nothing was kept")
        if self._told:
            seals = {name: sealed(self.connection, table, self.site_id, key) for name, (table, key) in self._touched.items()}
            self._told[-1] = replace(self._told[-1], seals=seals)
            trail.put(
                self.connection, self.site_id, Chain.CHANGES, self._told, by=self.by, role=self.role, at=self.at, name=self.name, supervisor=self.supervisor
            )
        if self._reads:
            trail.put(
                self.connection, self.site_id, Chain.READS, self._reads, by=self.by, role=self.role, at=self.at, name=self.name, supervisor=self.supervisor
            )


@contextmanager
def transaction(database: Database, *, site_id: str, by: str, role: str, at: datetime) -> Iterator[Transaction]:
    """A transaction that is committed with its audit rows at the end of the block, or leaves nothing."""
    if at.tzinfo is None:
        raise StorageError("NO_TIME_ZONE", "an act without a time zone cannot be recorded")
    with database.writing() as connection:
        opened = Transaction(connection, site_id=site_id, by=by, role=role, at=at)
        yield opened
        opened.finish()
