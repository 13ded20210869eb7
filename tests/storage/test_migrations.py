"""Every migration leaves data, triggers and strict types as they were; it is done whole or not at all, and by one process only."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.operations import Operations
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import DBAPIError

from compounding.storage.errors import StorageError
from compounding.storage.migrating import check_schema, revisions, upgrade
from compounding.storage.tables import metadata
from tests.databases import opened
from tests.storage.rows import row_of

ROOT = Path(__file__).parents[2]
HEAD = revisions()[-1]


def shape(connection: Connection) -> list[tuple[Any, ...]]:
    """All triggers and table definitions, as the database tells them."""
    if connection.dialect.name == "sqlite":
        return [tuple(row) for row in connection.execute(text("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"))]
    triggers = (
        "SELECT tgname, tgenabled::text, pg_get_triggerdef(t.oid), prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid WHERE NOT tgisinternal ORDER BY 1"
    )
    constraints = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1"
    return [tuple(row) for query in (triggers, constraints) for row in connection.execute(text(query))]


def fill_what_is_there(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """A row in every table that this revision has, and all that is in them."""
    there = set(inspect(connection).get_table_names())
    kept = {}
    for table in metadata.sorted_tables:
        if table.name in there:
            known = {column["name"] for column in inspect(connection).get_columns(table.name)}
            row = {name: value for name, value in row_of(table).items() if name in known}
            connection.execute(table.insert().values(row | {"site_id": "x"}))
            kept[table.name] = rows(connection, table.name, sorted(known))
    return kept


def rows(connection: Connection, table: str, columns: list[str]) -> list[tuple[Any, ...]]:
    listed = ", ".join(f'"{name}"' for name in columns)
    return [tuple(bytes(each) if isinstance(each, memoryview) else each for each in row) for row in connection.execute(text(f"SELECT {listed} FROM {table}"))]


@pytest.mark.parametrize("start", revisions())
def test_from_every_revision_the_way_to_the_newest_keeps_every_row_and_every_rule(start: str, empty_address: str) -> None:
    with opened(empty_address) as database:
        assert upgrade(database, start)[-1] == start
        with database.writing() as connection:
            kept = fill_what_is_there(connection)
            columns = {name: sorted(column["name"] for column in inspect(connection).get_columns(name)) for name in kept}
        upgrade(database)
        check_schema(database)
        with database.reading() as connection:
            assert kept
            assert {name: rows(connection, name, columns[name]) for name in kept} == kept
            for table in metadata.sorted_tables:
                if table.name in kept:
                    assert len(connection.execute(select(table)).all()) == 1


def test_step_by_step_leads_to_the_same_tables_as_at_once(address: str, empty_address: str) -> None:
    with opened(empty_address) as database:
        for revision in revisions():
            assert upgrade(database, revision) == (revision,)
        with database.reading() as stepwise, opened(address) as whole, whole.reading() as at_once:
            assert shape(stepwise) == shape(at_once)


def test_upgrading_twice_does_nothing(empty_address: str) -> None:
    with opened(empty_address) as database:
        assert upgrade(database) == revisions()
        with database.writing() as connection:
            fill_what_is_there(connection)
            before = shape(connection)
        assert upgrade(database) == ()
        assert upgrade(database, revisions()[0]) == ()
        with database.reading() as connection:
            assert shape(connection) == before


PROGRAM = "import sys; from compounding.storage.engine import open_database; from compounding.storage.migrating import upgrade; print(*upgrade(open_database(sys.argv[1])))"


def test_of_processes_that_upgrade_at_once_one_does_it_and_all_succeed(empty_address: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    started = [
        subprocess.Popen([sys.executable, "-c", PROGRAM, empty_address], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = [process.communicate(timeout=120) for process in started]
    assert [process.returncode for process in started] == [0] * 4, said
    assert sorted(out.strip() for out, _ in said) == ["", "", "", " ".join(revisions())]
    with opened(empty_address) as database:
        check_schema(database)


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Make the n-th statement of a migration fail."""
    real = Operations.execute

    def at(number: int) -> None:
        left = iter(range(number, -1, -1))

        def execute(self: Operations, statement: Any, **more: Any) -> None:
            real(self, statement if next(left) else "SELECT * FROM nowhere", **more)

        monkeypatch.setattr(Operations, "execute", execute)

    yield at
    monkeypatch.undo()


def test_a_migration_that_fails_half_way_leaves_nothing(empty_address: str, breaking: Callable[[int], None], monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(empty_address) as database:
        breaking(40)
        with pytest.raises((DBAPIError, StorageError)):
            upgrade(database)
        monkeypatch.undo()
        with database.reading() as connection:
            assert inspect(connection).get_table_names() == []
            assert shape(connection) == []
        assert upgrade(database) == revisions()


def test_a_second_migration_that_fails_keeps_the_first_as_it_was(empty_address: str, breaking: Callable[[int], None], monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(empty_address) as database:
        upgrade(database, revisions()[0])
        with database.writing() as connection:
            kept = fill_what_is_there(connection)
            before = shape(connection)
        breaking(3)
        with pytest.raises((DBAPIError, StorageError)):
            upgrade(database)
        monkeypatch.undo()
        with database.reading() as connection:
            assert shape(connection) == before
            assert {name: len(rows(connection, name, ["site_id"])) for name in kept} == dict.fromkeys(kept, 1)
        assert upgrade(database)[-1] == HEAD
