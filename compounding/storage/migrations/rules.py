"""Which rule holds for which table, as of the newest migration: what the start-up check and the tests expect to find."""

from collections.abc import Iterator

from sqlalchemy import UniqueConstraint

from compounding.storage.migrations import guards
from compounding.storage.migrations.guards import Guarded
from compounding.storage.tables import APPEND_ONLY, metadata

VERSIONED = ("person", "patient", "medication_order", "preparation", "ingredient_lot", "account", "passkey", "favourite")
CHANGING = (*VERSIONED, "audit_head", "register")
"""The tables whose rows change; the program has no need to change any other."""

NOT_KEPT = frozenset({"idempotency", "session", "sign_in_attempt", "used_code"})
"""Answers to repeated requests and used codes are forgotten after a day, failed attempts and sessions later."""

FLEETING = ("session",)
"""What is not kept and changes while it lasts."""


def statements(dialect: str) -> Iterator[str]:
    """Every statement that puts the rules on the tables."""
    tables = {table.name: Guarded(table.name, tuple(column.name for column in table.primary_key)) for table in metadata.sorted_tables}
    for name, guarded in tables.items():
        if name in APPEND_ONLY:
            yield from guards.append_only(dialect, guarded)
        elif name not in NOT_KEPT:
            yield from guards.kept(dialect, guarded)
    for name in VERSIONED:
        yield from guards.counts_up(dialect, tables[name], "version")
    yield from guards.counts_up(dialect, tables["audit_head"], "seq")
    yield from guards.counts_up(dialect, tables["register"], "last")
    for table in metadata.sorted_tables:
        for unique in sorted((each for each in table.constraints if isinstance(each, UniqueConstraint)), key=lambda each: str(each.name)):
            yield from guards.not_replaced_through(dialect, tables[table.name], tuple(column.name for column in unique.columns))
    yield from guards.follows_on(dialect, tables["audit_entry"], "seq")
    yield from guards.follows_on(dialect, tables["stock_entry"], "number", balance="balance_ug", change="change_ug")


def expected_triggers(dialect: str) -> dict[str, str]:
    """The name of every trigger, and what it does: on SQLite its whole statement, on PostgreSQL its table and its function's body."""
    return guards.triggers(statements(dialect))
