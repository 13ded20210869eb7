"""The database itself keeps what is written: whoever comes with whatever statement, an append-only row stays as it is."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pysqlite3.dbapi2 as sqlite_driver
import pytest
from sqlalchemy import Connection, Table, UniqueConstraint, delete, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError

from compounding.storage.engine import Database
from compounding.storage.migrations.rules import CHANGING, NOT_KEPT, VERSIONED
from compounding.storage.tables import APPEND_ONLY, audit_entry, audit_head, metadata, register, stock_entry
from tests.databases import Databases, opened
from tests.storage.rows import AT, fill_every_table, row_of

TABLES = metadata.tables
SINGLE = sorted(APPEND_ONLY)
KEPT = sorted(set(TABLES) - APPEND_ONLY - NOT_KEPT)


@pytest.fixture(scope="module")
def filled(databases: Databases, request: pytest.FixtureRequest) -> Iterator[dict[str, Database]]:
    """One database of each kind with a row in every table; every test here is refused, so that they may share them."""
    with opened(databases.fresh("sqlite")) as one, opened(databases.fresh("postgresql")) as other:
        for database in (one, other):
            with database.writing() as connection:
                fill_every_table(connection)
        yield {"sqlite": one, "postgresql": other}


def rows(connection: Connection, table: Table) -> list[Any]:
    return list(connection.execute(select(table)).all())


def is_refused(database: Database, table: Table, statement: Any, said: str) -> None:
    with database.reading() as connection:
        before = rows(connection, table)
        assert before
    with pytest.raises(DBAPIError, match=said), database.writing() as connection:
        connection.execute(statement)
    with database.reading() as connection:
        assert rows(connection, table) == before


@pytest.mark.parametrize("name", SINGLE)
def test_no_row_of_an_append_only_table_is_changed_in_any_column(filled: dict[str, Database], kind: str, name: str) -> None:
    table = TABLES[name]
    for column in table.columns:
        is_refused(filled[kind], table, update(table).values({column.name: column}), "append-only")


@pytest.mark.parametrize("name", SINGLE)
def test_no_row_of_an_append_only_table_is_removed(filled: dict[str, Database], kind: str, name: str) -> None:
    is_refused(filled[kind], TABLES[name], delete(TABLES[name]), "append-only")


@pytest.mark.parametrize("name", SINGLE + KEPT)
def test_no_row_is_written_over_by_another_one_with_its_key(filled: dict[str, Database], kind: str, name: str) -> None:
    table = TABLES[name]
    values = row_of(table) | {"site_id": "main"}
    dialect = sqlite if kind == "sqlite" else postgresql
    keys = [column.name for column in table.primary_key]
    overwriting = (
        dialect.insert(table)
        .values(**values)
        .on_conflict_do_update(index_elements=keys, set_={keys[-1]: "y" if keys[-1] not in {"number", "seq", "revision"} else 9})
    )
    said = "UNIQUE constraint failed|append-only|a key of|must count up"
    is_refused(filled[kind], table, overwriting, said)
    if kind == "sqlite":
        is_refused(filled[kind], table, insert(table).prefix_with("OR REPLACE").values(**values), said)


UNIQUE = [
    (table, tuple(column.name for column in each.columns))
    for table in metadata.sorted_tables
    for each in sorted(table.constraints, key=lambda each: str(each.name))
    if isinstance(each, UniqueConstraint)
]


@pytest.mark.parametrize(("table", "unique"), UNIQUE, ids=str)
def test_no_row_is_written_over_through_another_unique_key(databases: Databases, table: Table, unique: tuple[str, ...]) -> None:
    """REPLACE removes the row that is in the way, and asks no delete trigger where another program writes: one without our settings."""
    path = databases.fresh("sqlite")
    with opened(path) as database, database.writing() as connection:
        fill_every_table(connection)
        connection.execute(insert(TABLES["site"]).values(site_id="other", name="Other", created_at=AT))
    other = sqlite_driver.connect(path, isolation_level=None)
    before = other.execute(f"SELECT * FROM {table.name}").fetchall()
    columns = ", ".join(column.name for column in table.columns)
    another = ", ".join("'another'" if column.name == "id" else column.name for column in table.columns)
    with pytest.raises(sqlite_driver.IntegrityError, match="UNIQUE constraint failed"):
        other.execute(f"INSERT OR REPLACE INTO {table.name} ({columns}) SELECT {another} FROM {table.name}")
    assert other.execute(f"SELECT * FROM {table.name}").fetchall() == before
    if table.name not in APPEND_ONLY:
        # A second row, which then wants the first one's name.
        second = ", ".join({"id": "'second'", unique[1]: "'second'"}.get(column.name, column.name) for column in table.columns)
        other.execute(f"INSERT INTO {table.name} ({columns}) SELECT {second} FROM {table.name}")
        before = other.execute(f"SELECT * FROM {table.name}").fetchall()
        with pytest.raises(sqlite_driver.IntegrityError, match="UNIQUE constraint failed"):
            other.execute(f"UPDATE OR REPLACE {table.name} SET {unique[1]} = 'x', version = version + 1 WHERE id = 'second'")
        assert other.execute(f"SELECT * FROM {table.name}").fetchall() == before
    other.close()


@pytest.mark.parametrize("name", SINGLE + KEPT)
def test_no_table_is_emptied(filled: dict[str, Database], name: str) -> None:
    is_refused(filled["postgresql"], TABLES[name], text(f"TRUNCATE {name} CASCADE"), "never emptied")


@pytest.mark.parametrize("name", KEPT)
def test_a_kept_row_is_never_removed_and_its_key_never_changes(filled: dict[str, Database], kind: str, name: str) -> None:
    table = TABLES[name]
    is_refused(filled[kind], table, delete(table), "are kept")
    for column in table.primary_key:
        changed = {column.name: "other"} | ({"version": 9} if "version" in table.columns else {})
        is_refused(filled[kind], table, update(table).values(**changed), "never changes|must count up")


@pytest.mark.parametrize("name", CHANGING)
def test_every_change_counts_up(filled: dict[str, Database], kind: str, name: str) -> None:
    table = TABLES[name]
    counter = "version" if name in VERSIONED else {"audit_head": "seq", "register": "last"}[name]
    for stale in (table.c[counter], table.c[counter] - 1):
        is_refused(filled[kind], table, update(table).values({counter: stale}), "must count up")


def test_answers_that_are_too_old_may_be_forgotten(database: Database) -> None:
    with database.writing() as connection:
        fill_every_table(connection)
        for name in NOT_KEPT:
            assert connection.execute(delete(TABLES[name])).rowcount == 1


@pytest.mark.parametrize(
    ("number", "change", "balance"),
    [(1, 5, 5), (2, 5, 5), (2, 5, 7), (3, 5, 6), (2, 0, 1), (2, -2, -1), (0, 1, 1), (-1, 1, 1), (4, -1, 0)],
    ids=[
        "number taken",
        "does not add up",
        "adds too much",
        "skips a number",
        "moves nothing",
        "goes below nothing",
        "number 0",
        "number below 0",
        "skips two",
    ],
)
def test_a_ledger_entry_that_does_not_follow_is_refused_by_the_database(filled: dict[str, Database], kind: str, number: int, change: int, balance: int) -> None:
    entry = row_of(stock_entry) | {"site_id": "main", "number": number, "change_ug": change, "balance_ug": balance}
    is_refused(filled[kind], stock_entry, insert(stock_entry).values(**entry), "follow|moves_something|never_negative|UNIQUE|duplicate")


@pytest.mark.parametrize(("change", "balance"), [(5, 6), (-1, -1), (5, 4)])
def test_the_first_entry_of_a_lot_is_its_whole_balance(database: Database, change: int, balance: int) -> None:
    with database.writing() as connection:
        fill_every_table(connection)
    lot = TABLES["ingredient_lot"]
    with database.writing() as connection:
        connection.execute(insert(lot).values(**row_of(lot) | {"site_id": "main", "id": "z", "number": "z"}))
    entry = row_of(stock_entry) | {"site_id": "main", "lot_id": "z", "change_ug": change, "balance_ug": balance}
    with pytest.raises(DBAPIError), database.writing() as connection:
        connection.execute(insert(stock_entry).values(**entry))


def test_a_ledger_entry_that_follows_is_taken(database: Database) -> None:
    with database.writing() as connection:
        fill_every_table(connection)
        for number, change, balance in ((2, 5, 6), (3, -6, 0), (4, 2**62, 2**62)):
            entry = row_of(stock_entry) | {"site_id": "main", "number": number, "change_ug": change, "balance_ug": balance}
            connection.execute(insert(stock_entry).values(**entry))


@pytest.mark.parametrize("seq", [1, 3, 0, -1, 2**40])
def test_an_audit_entry_that_skips_or_repeats_a_number_is_refused_by_the_database(filled: dict[str, Database], kind: str, seq: int) -> None:
    is_refused(filled[kind], audit_entry, insert(audit_entry).values(**row_of(audit_entry) | {"site_id": "main", "seq": seq}), "follow|UNIQUE|duplicate")


def test_another_chain_does_not_lend_its_numbers(filled: dict[str, Database], kind: str) -> None:
    entry = row_of(audit_entry) | {"site_id": "main", "seq": 2, "chain": "another"}
    is_refused(filled[kind], audit_entry, insert(audit_entry).values(**entry), "follow")


def test_a_temporary_table_of_the_same_name_does_not_deceive_a_rule(databases: Databases) -> None:
    with opened(databases.fresh("postgresql")) as database:
        with database.writing() as connection:
            fill_every_table(connection)
        with pytest.raises(DBAPIError, match="follow"), database.writing() as connection:
            connection.execute(text("CREATE TEMPORARY TABLE stock_entry AS SELECT * FROM stock_entry"))
            connection.execute(
                text("INSERT INTO pg_temp.stock_entry SELECT site_id, lot_id, 8, kind, 1, 1000000, at, by, reason, preparation_id FROM public.stock_entry")
            )
            entry = "site_id, lot_id, 9, kind, 1, 1000001, at, by, reason, preparation_id"
            connection.execute(text(f"INSERT INTO public.stock_entry SELECT {entry} FROM public.stock_entry"))


def test_no_row_refers_to_another_site(database: Database) -> None:
    with database.writing() as connection:
        fill_every_table(connection)
        connection.execute(insert(TABLES["site"]).values(site_id="other", name="Other", created_at=AT))
    for table in metadata.sorted_tables:
        references = [each for each in table.foreign_key_constraints if len(each.columns) > 1]
        if references:
            moved = row_of(table) | {"site_id": "other"}
            with pytest.raises(IntegrityError) as fault, database.writing() as connection:
                connection.execute(insert(table).values(**moved))
            assert "foreign key" in str(fault.value.orig).lower(), table.name


def test_what_changes_may_change(database: Database) -> None:
    with database.writing() as connection:
        fill_every_table(connection)
        for name in VERSIONED:
            assert connection.execute(update(TABLES[name]).values(version=2)).rowcount == 1
        assert connection.execute(update(audit_head).values(seq=2, hash="h")).rowcount == 1
        assert connection.execute(update(register).values(last=2)).rowcount == 1
        assert connection.execute(update(TABLES["site"]).values(name="New name", created_at=AT + timedelta(0))).rowcount == 1
