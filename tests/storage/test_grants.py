"""The role of a running PostgreSQL program can do its work, and nothing that would change what is written."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from compounding.storage.engine import Database
from compounding.storage.errors import StorageError
from compounding.storage.grants import grant_runtime
from compounding.storage.migrating import check_schema
from compounding.storage.migrations.rules import CHANGING, FLEETING, NOT_KEPT
from compounding.storage.repeats import answer_of, keep_answer
from compounding.storage.tables import APPEND_ONLY, metadata, person
from compounding.storage.transaction import transaction
from tests.databases import Databases, opened
from tests.storage.rows import AT, TOLD, add_note, begin_site

ROLE = 'web "runtime"'


@pytest.fixture(scope="module")
def owned(databases: Databases) -> Iterator[tuple[Database, str]]:
    """A database with a site, and its address for the role of a running program."""
    address = databases.fresh("postgresql")
    databases.on_server('CREATE ROLE "web ""runtime""" LOGIN')
    with opened(address) as owner:
        begin_site(owner)
        grant_runtime(owner, ROLE)
        yield owner, make_url(address).set(username=ROLE).render_as_string(hide_password=False)
    databases.drop(address)
    databases.on_server('DROP ROLE "web ""runtime"""')


def test_the_role_runs_whole_transactions(owned: tuple[Database, str]) -> None:
    with opened(owned[1]) as database:
        check_schema(database)
        for version in (1, 2):
            with transaction(database, site_id="main", by="pat", role="pharmacist", at=AT) as opened_:
                assert answer_of(opened_, use_case="try", key=f"k{version}", body_sha256="b") is None
                if version == 1:
                    add_note(opened_, "p1")
                opened_.row(person, "person", lock=True, id="p1")
                opened_.change(person, "p1", version=version, what="the person", name="Ann")
                assert opened_.next_number("rx") == version
                keep_answer(opened_, use_case="try", key=f"k{version}", body_sha256="b", answer="done")
                opened_.tell(TOLD)
                opened_.tell_read(TOLD)
        with database.writing() as connection:
            assert connection.execute(text("DELETE FROM idempotency")).rowcount == 2


def is_refused(database: Database, statement: str, *, code: str = "DATABASE_RIGHTS") -> None:
    with pytest.raises(StorageError) as refusal, database.writing() as connection:
        connection.exec_driver_sql(statement)
    assert refusal.value.code == code, statement


def test_the_role_changes_and_removes_nothing_that_is_kept(owned: tuple[Database, str]) -> None:
    with opened(owned[1]) as database:
        for table in metadata.sorted_tables:
            if table.name not in (*CHANGING, *FLEETING, "idempotency"):
                is_refused(database, f"UPDATE {table.name} SET site_id = site_id")
            if table.name not in NOT_KEPT:
                is_refused(database, f"DELETE FROM {table.name}")
            is_refused(database, f"TRUNCATE {table.name} CASCADE")
        assert len(APPEND_ONLY) > 10


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only",
        "DROP TRIGGER audit_entry_append_only ON audit_entry",
        "CREATE OR REPLACE FUNCTION audit_entry_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "DROP FUNCTION audit_entry_append_only() CASCADE",
        "DROP TABLE audit_entry",
        "DROP SCHEMA public CASCADE",
        "ALTER TABLE audit_entry ADD COLUMN more text",
        "ALTER TABLE audit_entry RENAME TO old",
        "CREATE TABLE mine (a int)",
        "CREATE RULE silent AS ON INSERT TO audit_entry DO INSTEAD NOTHING",
        "CREATE TRIGGER mine BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_append_only()",
        "SET session_replication_role = replica",
        "UPDATE alembic_version SET version_num = 'x'",
        "DELETE FROM alembic_version",
        "INSERT INTO alembic_version VALUES ('x')",
        "COPY audit_entry TO PROGRAM 'cat'",
    ],
)
def test_the_role_cannot_touch_the_rules(owned: tuple[Database, str], statement: str) -> None:
    with opened(owned[1]) as database:
        is_refused(database, statement)
    check_schema(owned[0])


def test_what_was_granted_before_is_taken_back(owned: tuple[Database, str]) -> None:
    owner, address = owned
    with owner.writing() as connection:
        connection.exec_driver_sql('GRANT ALL ON ALL TABLES IN SCHEMA public TO "web ""runtime"""')
    grant_runtime(owner, ROLE)
    with opened(address) as database:
        is_refused(database, "DELETE FROM site")


def test_a_role_from_which_nothing_can_be_withheld_is_refused(databases: Databases) -> None:
    address = databases.fresh("postgresql")
    databases.on_server("CREATE ROLE insider IN ROLE postgres")
    with opened(address) as database:
        for role, code in (("postgres", "ROLE_TOO_STRONG"), ("insider", "ROLE_TOO_STRONG"), ("nobody at all", "ROLE_UNKNOWN")):
            with pytest.raises(StorageError) as refusal:
                grant_runtime(database, role)
            assert refusal.value.code == code
    databases.drop(address)
    databases.on_server("DROP ROLE insider")


def test_sqlite_knows_no_roles(databases: Databases) -> None:
    with opened(databases.fresh("sqlite")) as database, pytest.raises(StorageError) as refusal:
        grant_runtime(database, "web")
    assert refusal.value.code == "GRANT_NEEDS_POSTGRESQL"
