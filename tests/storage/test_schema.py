"""Every key starts with the site, the migrations make exactly the tables that are described, and a database that has lost a rule is refused."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint, Table, UniqueConstraint, inspect, text

from compounding.storage.engine import Database
from compounding.storage.errors import StorageError
from compounding.storage.migrating import check_schema, revisions, upgrade
from compounding.storage.migrations.rules import CHANGING, NOT_KEPT, expected_triggers
from compounding.storage.tables import APPEND_ONLY, metadata
from tests.databases import Databases, opened

TABLES = metadata.sorted_tables


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_key_and_every_index_starts_with_the_site(table: Table) -> None:
    for constraint in table.constraints:
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint | ForeignKeyConstraint):
            assert next(iter(constraint.columns)).name == "site_id", constraint.name
        if isinstance(constraint, ForeignKeyConstraint):
            assert next(iter(constraint.elements)).column.name == "site_id", constraint.name
    for index in table.indexes:
        assert next(iter(index.columns)).name == "site_id", index.name
    assert table.name == "site" or any(isinstance(each, ForeignKeyConstraint) for each in table.constraints)


def test_the_database_itself_has_those_keys(database: Database) -> None:
    with database.reading() as connection:
        found = inspect(connection)
        for table in TABLES:
            name = table.name
            keys = [found.get_pk_constraint(name)["constrained_columns"], *(each["constrained_columns"] for each in found.get_foreign_keys(name))]
            keys += [each["referred_columns"] for each in found.get_foreign_keys(name)] + [each["column_names"] for each in found.get_unique_constraints(name)]
            keys += [each["column_names"] for each in found.get_indexes(name)]
            assert {key[0] for key in keys} == {"site_id"}, name


def test_every_table_is_append_only_or_changes_by_a_rule_or_is_said_not_to() -> None:
    names = {table.name for table in TABLES}
    assert names >= APPEND_ONLY | set(CHANGING) | NOT_KEPT
    assert names - APPEND_ONLY - set(CHANGING) - NOT_KEPT == {"site"}
    assert not APPEND_ONLY & set(CHANGING)


def test_the_migrations_make_exactly_the_tables_that_are_described(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": _other_type, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        checks = {table.name: {each["name"] for each in inspect(connection).get_check_constraints(table.name)} for table in TABLES}
    described = {table.name: {each.name for each in table.constraints if type(each).__name__ == "CheckConstraint"} for table in TABLES}
    assert checks == described


def _other_type(context: object, found_column: object, described_column: object, found: object, described: object) -> bool:
    # The exact types are texts in the database, and a whole number of 64 bits has two names.
    names = {"TEXT": "TEXT", "ExactQuantity": "TEXT", "Day": "TEXT", "Instant": "TEXT", "Text": "TEXT", "INTEGER": "INTEGER", "Integer": "INTEGER", "BIGINT": "INTEGER", "BYTEA": "BLOB", "LargeBinary": "BLOB", "BLOB": "BLOB"}  # fmt: skip
    return names[type(found).__name__] != names[type(described).__name__]


def test_whole_numbers_have_64_bits_on_postgresql(databases: Databases) -> None:
    with opened(databases.fresh("postgresql")) as database, database.reading() as connection:
        query = "SELECT DISTINCT column_name FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'integer'"
        assert set(connection.execute(text(query)).scalars()) == {"is_active", "in_quarantine", "scanned", "is_example", "is_removed"}


def test_every_table_is_strict_on_sqlite(databases: Databases) -> None:
    with opened(databases.fresh("sqlite")) as database, database.reading() as connection:
        strict = set(connection.execute(text("SELECT name FROM pragma_table_list WHERE strict = 1")).scalars())
    assert strict >= {table.name for table in TABLES}


def test_every_trigger_is_there_and_no_other(database: Database, kind: str) -> None:
    query = "SELECT name FROM sqlite_schema WHERE type = 'trigger'" if kind == "sqlite" else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    with database.reading() as connection:
        assert set(connection.execute(text(query)).scalars()) == set(expected_triggers(kind))
    check_schema(database)


def test_every_table_but_the_forgotten_answers_is_guarded(kind: str) -> None:
    guarded = {name for table in TABLES for name in [table.name] if any(trigger.startswith((f"{name}_no_", f"{name}_append", f"{name}_kept")) for trigger in expected_triggers(kind))}  # fmt: skip
    assert guarded == {table.name for table in TABLES} - NOT_KEPT


def damage(database: Database, *statements: str) -> StorageError:
    with database.writing() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    with pytest.raises(StorageError) as refusal:
        check_schema(database)
    return refusal.value


def test_a_dropped_trigger_is_found(database: Database, kind: str) -> None:
    name = sorted(expected_triggers(kind))[7]
    table = next(table.name for table in TABLES if name.startswith(f"{table.name}_"))
    told = damage(database, f"DROP TRIGGER {name}" + ("" if kind == "sqlite" else f" ON {table}"))
    assert (told.code, name in told.message) == ("SCHEMA_DAMAGED", True)
    with pytest.raises(StorageError) as refusal:
        upgrade(database)
    assert refusal.value.code == "SCHEMA_DAMAGED"


def test_a_trigger_that_does_nothing_any_more_is_found(database: Database, kind: str) -> None:
    if kind == "sqlite":
        told = damage(database, "DROP TRIGGER audit_entry_no_update", "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT 1; END")
    else:
        told = damage(database, "CREATE OR REPLACE FUNCTION audit_entry_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$")
    assert told.code == "SCHEMA_DAMAGED"


@pytest.mark.parametrize("how", ["DISABLE", "ENABLE REPLICA"])
def test_a_trigger_that_is_switched_off_is_found(databases: Databases, how: str) -> None:
    with opened(databases.fresh("postgresql")) as database:
        assert damage(database, f"ALTER TABLE audit_entry {how} TRIGGER audit_entry_append_only").code == "SCHEMA_DAMAGED"


def test_a_trigger_of_that_name_on_another_table_does_not_count(databases: Databases) -> None:
    with opened(databases.fresh("postgresql")) as database:
        told = damage(
            database, "DROP TRIGGER audit_entry_append_only ON audit_entry", "CREATE TABLE other (a int)",
            "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE ON other FOR EACH ROW EXECUTE FUNCTION audit_entry_append_only()",
        )  # fmt: skip
    assert told.code == "SCHEMA_DAMAGED"


def test_a_table_that_was_made_anew_without_its_types_is_found(databases: Databases) -> None:
    with opened(databases.fresh("sqlite")) as database:
        with database.reading() as connection:
            made = connection.execute(text("SELECT sql FROM sqlite_schema WHERE name = 'idempotency'")).scalar_one()
        told = damage(database, "DROP TABLE idempotency", made.replace("STRICT", ""))
    assert (told.code, "STRICT of idempotency" in told.message) == ("SCHEMA_DAMAGED", True)


def test_a_database_of_an_older_program_waits_for_its_upgrade(empty_address: str) -> None:
    with opened(empty_address) as database:
        for step in (None, *revisions()[:-1]):
            if step is not None:
                upgrade(database, step)
            with pytest.raises(StorageError) as refusal:
                check_schema(database)
            assert refusal.value.code == "DATABASE_OLDER"


def test_a_database_of_a_newer_program_is_left_alone(database: Database) -> None:
    told = damage(database, "UPDATE alembic_version SET version_num = '9999'")
    assert (told.code, "9999" in told.message) == ("DATABASE_NEWER", True)
    with pytest.raises(StorageError) as refusal:
        upgrade(database)
    assert refusal.value.code == "DATABASE_NEWER"
