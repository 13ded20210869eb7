"""Rows for tests: one in every table, all of them of one site, and a site with its chains."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Integer, LargeBinary, Table, insert

from compounding.domain.quantities import Quantity
from compounding.domain.stages import STATES, Subject
from compounding.domain.units import Unit
from compounding.storage.engine import Database
from compounding.storage.people import found_site
from compounding.storage.tables import metadata, person
from compounding.storage.trail import Told
from compounding.storage.transaction import Transaction, transaction
from compounding.storage.types import Day, ExactQuantity, Instant

AT = datetime(2026, 11, 22, 18, 30, 0, 123456, tzinfo=UTC)
TOLD = Told(action="tried", subject="test", subject_id="1")


def row_of(table: Table, word: str = "x", *, number: int = 1) -> dict[str, Any]:
    """A row that every rule takes: all keys are the same word, so that every reference finds its row."""
    return {column.name: _value(table.name, column, word, number) for column in table.columns}


def fill_every_table(connection: Connection, word: str = "x", *, site_id: str = "main") -> None:
    """One row in every table."""
    for table in metadata.sorted_tables:
        connection.execute(insert(table).values({**row_of(table, word), "site_id": site_id}))


def begin_site(database: Database, site_id: str = "main") -> None:
    """A site with its chains and its first audit entry."""
    with transaction(database, site_id=site_id, by="pat", role="pharmacist", at=AT) as opened:
        found_site(opened, "Main Street Pharmacy")
        opened.tell(Told(action="found site", subject="site", subject_id=site_id))


def add_note(opened: Transaction, key: str, *, name: str = "Ann Lee") -> None:
    """A row that refers to nothing: a person."""
    opened.insert(person, id=key, version=1, name=name, roles="", licence="", licence_expires_on=None, is_active=1, created_at=opened.at)


def _value(table: str, column: Any, word: str, number: int) -> Any:
    if column.name == "state":
        return STATES[Subject.ORDER if table == "medication_order" else Subject.PREPARATION][0].value
    if isinstance(column.type, Day):
        return date(2026, 11, 22)
    if isinstance(column.type, Instant):
        return AT
    if isinstance(column.type, ExactQuantity):
        return Quantity(Decimal("60.10"), Unit.GRAM)
    if isinstance(column.type, LargeBinary):
        return word.encode()
    if isinstance(column.type, Integer):
        return 0 if column.name.startswith(("in_", "is_", "scanned")) else number
    return word
