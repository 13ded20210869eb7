"""A database that could lose an acknowledged record is refused, and every fault of a database is one sentence with a code."""

import builtins
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite_driver
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from compounding.storage import engine
from compounding.storage.engine import Database, open_database
from compounding.storage.errors import StorageError
from compounding.storage.faults import said_plainly
from tests.databases import Databases, opened


def refused(address: str) -> StorageError:
    with pytest.raises(StorageError) as refusal:
        open_database(address)
    return refusal.value


def answer(address: str) -> str:
    """What opening says against a database, with the code; nothing where it is taken."""
    try:
        open_database(address).close()
    except StorageError as refusal:
        return f"{refusal.code}: {refusal.message}"
    return ""


def test_an_sqlite_that_can_corrupt_a_shared_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_driver, "sqlite_version_info", (3, 51, 2))
    assert refused(str(tmp_path / "a.db")).code == "STORAGE_WEAK"
    assert not (tmp_path / "a.db").exists()


@pytest.mark.parametrize(
    ("name", "weak"), [("journal_mode", "delete"), ("synchronous", "1"), ("foreign_keys", "0"), ("recursive_triggers", "0"), ("trusted_schema", "1")]
)
def test_an_sqlite_that_answers_with_a_weaker_setting_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, weak: str) -> None:
    class Deaf(sqlite_driver.Connection):  # type: ignore[misc]
        def execute(self, statement: str, *more: Any) -> Any:
            return super().execute(f"PRAGMA {name}={weak}" if statement.startswith(f"PRAGMA {name}=") else statement, *more)

    real = sqlite_driver.connect
    monkeypatch.setattr(sqlite_driver, "connect", lambda *given, **named: real(*given, **named, factory=Deaf))
    told = refused(str(tmp_path / "a.db"))
    assert (told.code, name in told.message) == ("STORAGE_WEAK", True)


@pytest.mark.parametrize("value", ["off", "local"])
def test_a_postgresql_that_acknowledges_before_it_has_written_is_refused(databases: Databases, value: str) -> None:
    address = databases.fresh("postgresql")
    told = refused(f"{address}&options=-c%20synchronous_commit%3D{value}")
    assert (told.code, "synchronous_commit" in told.message) == ("STORAGE_WEAK", True)
    databases.drop(address)


def test_a_postgresql_whose_settings_or_encoding_could_lose_something_is_refused(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    address = databases.fresh("postgresql")
    for name in ("fsync", "full_page_writes"):
        databases.on_server(f"ALTER SYSTEM SET {name} = off")
        databases.on_server("SELECT pg_reload_conf()")
        try:
            # The server takes a moment to read its settings again.
            assert any("STORAGE_WEAK" in said and name in said for said in (answer(address) for _ in range(200)))
        finally:
            databases.on_server(f"ALTER SYSTEM RESET {name}")
            databases.on_server("SELECT pg_reload_conf()")
    databases.drop(address)
    databases.on_server("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    told = refused(address.replace(address.split("/")[-1].split("?")[0] + "?", "latin?"))
    assert (told.code, "LATIN1" in told.message) == ("STORAGE_WEAK", True)
    databases.on_server("DROP DATABASE latin WITH (FORCE)")


def test_only_this_user_may_read_the_file_and_what_lies_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.db"
    with opened(str(path)) as database:
        with database.writing() as connection:
            connection.execute(text("CREATE TABLE t (a)"))
        rights = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
        assert rights == {"a.db": 0o600, "a.db-wal": 0o600, "a.db-shm": 0o600}


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.touch()
    path.chmod(0o664)
    with opened(str(path)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "address",
    ["mysql://u@h/d", "sqlite://", "sqlite:///:memory:", ":memory:", "", "file:x.db?mode=memory", "sqlite:///file:x?uri=true", "sqlite:///a.db?mode=ro", "oracle+x://y", "postgresql://h:port/d",
     "nonsense://", "://", "http://example.org/a.db"],
)  # fmt: skip
def test_an_address_that_is_no_file_and_no_postgresql_is_refused(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert refused(address).code == "DATABASE_ADDRESS"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_opened_is_refused_by_its_name_alone(tmp_path: Path) -> None:
    told = refused(str(tmp_path))
    assert told.code == "DATABASE_UNREACHABLE"
    assert str(tmp_path.parent) not in told.message


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"This is a letter, and no database at all. " * 200)
    assert refused(str(tmp_path / "a.db")).code == "DATABASE_DAMAGED"


def test_a_server_that_is_not_there_is_refused_without_the_password() -> None:
    told = refused("postgresql://someone:hunter2@127.0.0.1:9/full_locked_readonly?connect_timeout=2")
    assert told.code == "DATABASE_UNREACHABLE"
    assert "hunter2" not in str(told)


def test_postgresql_without_its_driver_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *more: Any, **named: Any) -> Any:
        if name.split(".")[0] == "psycopg":
            raise ModuleNotFoundError(name)
        return real(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    told = refused("postgresql://someone@localhost/records")
    assert told.code == "DATABASE_ADDRESS"
    assert "levigate[postgresql]" in told.message


def test_a_database_that_somebody_else_is_writing_is_busy(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "WAIT_FOR_LOCK_S", 1)
    with opened(address) as one, opened(address) as other, one.writing() as connection:
        connection.execute(text("INSERT INTO site VALUES ('main', 'a', 'b')"))
        with pytest.raises(StorageError) as refusal, other.writing() as second:
            second.execute(text("INSERT INTO site VALUES ('main', 'a', 'b')"))
    assert refusal.value.code == "DATABASE_BUSY"


def test_threads_of_one_process_wait_in_turn_and_then_say_busy(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "WAIT_FOR_LOCK_S", 0.05)
    with opened(databases.fresh("sqlite")) as database, database.writing():
        told: list[str] = []

        def other() -> None:
            try:
                with database.writing():
                    pass
            except StorageError as refusal:
                told.append(refusal.code)

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert told == ["DATABASE_BUSY"]


def test_reading_changes_nothing(database: Database) -> None:
    with pytest.raises(StorageError) as refusal, database.reading() as connection:
        connection.execute(text("INSERT INTO site VALUES ('main', 'a', 'b')"))
    assert refusal.value.code == "DATABASE_READ_ONLY"
    with database.writing() as connection:
        connection.execute(text("INSERT INTO site VALUES ('main', 'a', 'b')"))


def test_reading_sees_one_state(database: Database) -> None:
    with database.reading() as reading:
        assert reading.execute(text("SELECT count(*) FROM site")).scalar_one() == 0
        with database.writing() as writing:
            writing.execute(text("INSERT INTO site VALUES ('main', 'a', 'b')"))
        assert reading.execute(text("SELECT count(*) FROM site")).scalar_one() == 0


def test_a_full_disk_is_said_and_nothing_is_written(databases: Databases) -> None:
    with opened(databases.fresh("sqlite")) as database:
        with pytest.raises(StorageError) as refusal, database.writing() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
            connection.execute(text("INSERT INTO site VALUES ('main', 'a', 'b')"))
            connection.execute(text("INSERT INTO content VALUES ('main', 'x', 'y', zeroblob(1000000), 'z')"))
        assert refusal.value.code == "DISK_FULL"
        with database.reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM site")).scalar_one() == 0


def test_a_connection_that_was_cut_is_said_and_the_next_step_gets_another(databases: Databases) -> None:
    with opened(databases.fresh("postgresql")) as database:
        with pytest.raises(StorageError) as refusal, database.writing() as connection:
            number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            databases.on_server(f"SELECT pg_terminate_backend({number})")
            connection.execute(text("INSERT INTO site VALUES ('main', 'a', 'b')"))
        assert refusal.value.code == "DATABASE_UNREACHABLE"
        assert "look whether" in refusal.value.message
        with database.reading() as connection:
            assert connection.execute(text("SELECT 1")).scalar_one() == 1


class _Fault(Exception):
    def __init__(self, said: str, **more: str) -> None:
        super().__init__(said)
        self.__dict__.update(more)


class OperationalErrorOfADriver(_Fault): ...


OperationalErrorOfADriver.__name__ = "OperationalError"


@pytest.mark.parametrize(
    ("orig", "code"),
    [
        (_Fault("", sqlite_errorname="SQLITE_BUSY_SNAPSHOT"), "DATABASE_BUSY"),
        (_Fault("", sqlite_errorname="SQLITE_IOERR_WRITE"), "DATABASE_UNREACHABLE"),
        (_Fault("", sqlite_errorname="SQLITE_FULL"), "DISK_FULL"),
        (_Fault("", sqlite_errorname="SQLITE_READONLY_DBMOVED"), "DATABASE_READ_ONLY"),
        (_Fault("", sqlite_errorname="SQLITE_CORRUPT"), "DATABASE_DAMAGED"),
        (_Fault("", sqlstate="53100"), "DISK_FULL"),
        (_Fault("", sqlstate="40P01"), "DATABASE_DEADLOCK"),
        (_Fault("", sqlstate="40001"), "DATABASE_BUSY"),
        (_Fault("", sqlstate="25006"), "DATABASE_READ_ONLY"),
        (_Fault("", sqlstate="42501"), "DATABASE_RIGHTS"),
        (_Fault("", sqlstate="57P03"), "DATABASE_UNREACHABLE"),
        (_Fault("", sqlstate="22021"), "VALUE_UNWRITABLE"),
        (OperationalErrorOfADriver("the disk full_locked database is not there"), "DATABASE_UNREACHABLE"),
    ],
)
def test_a_fault_is_told_by_its_number_and_not_by_its_words(orig: Exception, code: str) -> None:
    with pytest.raises(StorageError) as refusal, said_plainly():
        raise OperationalError("INSERT", {}, orig)
    assert refusal.value.code == code


def test_no_connection_left_is_busy() -> None:
    with pytest.raises(StorageError) as refusal, said_plainly():
        raise NoConnectionFree
    assert refusal.value.code == "DATABASE_BUSY"


def test_a_character_that_cannot_be_kept_is_said_and_not_shown(databases: Databases) -> None:
    with opened(databases.fresh("postgresql")) as database, pytest.raises(StorageError) as refusal, database.writing() as connection:
        connection.execute(text("INSERT INTO site VALUES ('main', :name, 'b')"), {"name": "Ann\0Lee"})
    assert refusal.value.code == "VALUE_UNWRITABLE"


def test_a_broken_rule_of_the_schema_stays_a_fault_of_the_program_and_shows_no_values(database: Database) -> None:
    with pytest.raises(IntegrityError) as fault, database.writing() as connection:
        connection.execute(text("INSERT INTO register (site_id, name, last) VALUES ('nowhere', :name, 1)"), {"name": "a patient's name"})
    assert isinstance(fault.value, DBAPIError)
    assert "a patient's name" not in str(fault.value)


def test_a_file_keeps_its_rights_where_the_process_makes_wide_ones(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with opened(str(tmp_path / "a.db")):
            assert stat.S_IMODE((tmp_path / "a.db").stat().st_mode) == 0o600
    finally:
        os.umask(before)
