"""One use case's transaction at one site: everything it changes with its audit rows, or nothing at all.

The audit rows are written last, so that the site's chain is locked for a moment only. A transaction that changed something and told nothing of it is a fault.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError

from compounding.domain.audit import Chain
from compounding.domain.errors import LevigateError
from compounding.storage import trail
from compounding.storage.engine import Database
from compounding.storage.errors import Conflict, NotFound, StorageError
from compounding.storage.tables import register
from compounding.storage.trail import Told


class Transaction:
    """An open transaction: the only hand that writes. Every row it touches belongs to its site."""

    def __init__(self, connection: Connection, *, site_id: str, by: str, role: str, at: datetime) -> None:
        self.connection, self.site_id, self.by, self.role, self.at = connection, site_id, by, role, at
        self._told: list[Told] = []
        self._reads: list[Told] = []
        self._wrote = False

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
        except IntegrityError as fault:
            told = str(fault.orig).lower()
            if "unique" in told:
                raise Conflict(f"this {table.name.replace('_', ' ')}") from fault
            raise

    def insert_once(self, table: Table, **values: Any) -> bool:
        """A new row, or nothing where exactly this key is there already. Says whether it was new."""
        row = {"site_id": self.site_id, **values}
        key = [column.name for column in table.primary_key]
        if self.connection.dialect.name == "sqlite":
            # Its triggers refuse a key that is there before any conflict clause is asked; with one writer at a time, looking first is enough.
            found = self.connection.execute(select(table.c.site_id).where(*(table.c[name] == row[name] for name in key))).one_or_none()
            if found is None:
                self.connection.execute(insert(table).values(row))
            is_new = found is None
        else:
            statement = postgresql.insert(table).values(row).on_conflict_do_nothing(index_elements=key)
            # What comes back is counted, since a driver need not count the rows of an insert.
            is_new = self.connection.execute(statement.returning(table.c.site_id)).one_or_none() is not None
        self._wrote = self._wrote or is_new
        return is_new

    def change(self, table: Table, key: str, *, version: int, what: str, **values: Any) -> None:
        """Change a row that still is at `version`. Raises Conflict where it is not: somebody else was first."""
        self._wrote = True
        statement = update(table).where(table.c.site_id == self.site_id, table.c.id == key, table.c.version == version)
        if self.connection.execute(statement.values(version=version + 1, **values)).rowcount != 1:
            raise Conflict(what)

    def row(self, table: Table, what: str, *, lock: bool = False, **key: str) -> Row[Any]:
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
        """A key that sorts by time: UUID version 7 (RFC 9562) of this transaction's instant."""
        milliseconds = int(self.at.timestamp() * 1000) & ((1 << 48) - 1)
        value = (milliseconds << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
        text = f"{value:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def finish(self) -> None:
        """Write the audit rows: the last thing before the commit."""
        if self._wrote and not self._told:
            raise LevigateError("NOT_AUDITED", "a change without an audit entry was stopped; nothing was kept")
        if self._told:
            trail.put(self.connection, self.site_id, Chain.CHANGES, self._told, by=self.by, role=self.role, at=self.at)
        if self._reads:
            trail.put(self.connection, self.site_id, Chain.READS, self._reads, by=self.by, role=self.role, at=self.at)


@contextmanager
def transaction(database: Database, *, site_id: str, by: str, role: str, at: datetime) -> Iterator[Transaction]:
    """A transaction that is committed with its audit rows at the end of the block, or leaves nothing."""
    if at.tzinfo is None:
        raise StorageError("NO_TIME_ZONE", "an act without a time zone cannot be recorded")
    with database.writing() as connection:
        opened = Transaction(connection, site_id=site_id, by=by, role=role, at=at)
        yield opened
        opened.finish()
