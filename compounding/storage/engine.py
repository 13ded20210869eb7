"""Opening a database: SQLite embedded by default, PostgreSQL by its address; settings that could lose an acknowledged record are refused.

SQLite: WAL, synchronous=FULL, foreign keys, STRICT tables, and a build in which two writing processes cannot corrupt the WAL (3.51.3 or newer).
PostgreSQL: fsync, full_page_writes and synchronous_commit on.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import QueuePool

from compounding.storage.errors import StorageError
from compounding.storage.faults import said_plainly

LOWEST_SQLITE = (3, 51, 3)
"""Older builds can corrupt a WAL database that two processes write."""

WAIT_FOR_LOCK_S = 30
_WRITES = "levigate_writes"
_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1, "trusted_schema": 0}


class Database:
    """One open database. `writing()` and `reading()` are the only ways to a connection."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # SQLite has one writer at a time; threads of this process wait here in turn instead of polling the file.
        self._turn = threading.Lock() if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        """Whether it is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in a transaction that will write: committed at the end, rolled back whole at any fault. Raises StorageError."""
        if self._turn is not None and not self._turn.acquire(timeout=WAIT_FOR_LOCK_S):
            raise StorageError("DATABASE_BUSY", "the database is busy; nothing was written, try again in a moment")
        try:
            with said_plainly(), self.engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
                yield connection
        finally:
            if self._turn is not None:
                self._turn.release()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database and changes nothing. Raises StorageError."""
        with said_plainly(), self.engine.connect() as connection, connection.begin():
            if not self.is_sqlite:
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield connection

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def open_database(address: str, *, create: bool = True) -> Database:
    """The database at a URL or, without a scheme, in a file, which is made where there is none and `create` says so.

    Raises StorageError for one that cannot be opened or that could lose a record.
    """
    url = _url(address)
    database = Database(_sqlite(url, create=create) if url.get_backend_name() == "sqlite" else _postgresql(url))
    try:
        with database.reading() as connection:
            _check_settings(connection)
    except BaseException:
        database.close()
        raise
    return database


def _url(address: str) -> URL:
    if "://" not in address:
        return _file(address)
    try:
        url = make_url(address)
        backend = url.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError) as fault:
        raise StorageError("DATABASE_ADDRESS", "the address of the database is not one such as postgresql://user@host/name") from fault
    if backend == "sqlite" and not url.query and not url.host:
        return _file(url.database or "")
    if backend in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    raise StorageError("DATABASE_ADDRESS", "records are kept in a SQLite file or in PostgreSQL, and in nothing else")


def _file(path: str) -> URL:
    # SQLite reads ":memory:" and "file:" as something that is no file or has settings of its own.
    if not path or path.startswith((":", "file:")) or "\0" in path:
        raise StorageError("DATABASE_ADDRESS", "records are kept in a SQLite file or in PostgreSQL, and in nothing else")
    return URL.create("sqlite", database=path)


def _sqlite(url: URL, *, create: bool) -> Engine:
    from pysqlite3 import dbapi2

    if dbapi2.sqlite_version_info < LOWEST_SQLITE:
        raise StorageError("STORAGE_WEAK", f"SQLite {dbapi2.sqlite_version} can corrupt a shared database; 3.51.3 or newer is needed")
    path = Path(url.database or "")
    try:
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
        # Patients' records are for this user alone; the files beside it take over these rights. A copy from a backup often comes with wider ones.
        opened = os.open(path, os.O_RDWR | (os.O_CREAT if create else 0), 0o600)
        try:
            if os.fstat(opened).st_mode & 0o077:
                os.fchmod(opened, 0o600)
        finally:
            os.close(opened)
    except OSError as fault:
        raise StorageError("DATABASE_UNREACHABLE", f"the database file {path.name} cannot be opened: {fault.strerror}") from fault
    engine = create_engine(
        url, module=dbapi2, poolclass=QueuePool, pool_size=8, max_overflow=64, hide_parameters=True,
        connect_args={"timeout": WAIT_FOR_LOCK_S, "check_same_thread": False},
    )  # fmt: skip

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # Transactions begin where SQLAlchemy begins them, and not where the driver guesses.
        connection.isolation_level = None
        for name, value in _PRAGMAS.items():
            _set(connection, f"PRAGMA {name}={value}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql(f"PRAGMA query_only={int(not writes)}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _set(connection: Any, pragma: str) -> None:
    """Make a setting. The first switch of a new file to WAL does not wait for another process that does the same, so it is tried again here."""
    until = time.monotonic() + WAIT_FOR_LOCK_S
    while True:
        try:
            connection.execute(pragma)
        except connection.OperationalError as fault:
            if not str(getattr(fault, "sqlite_errorname", "")).startswith("SQLITE_BUSY") or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _postgresql(url: URL) -> Engine:
    # Options of the address itself are kept in front of ours, so that a weakening one is seen by the check and not dropped without a word.
    own = url.query.get("options", ())
    options = " ".join([*((own,) if isinstance(own, str) else own), f"-c lock_timeout={WAIT_FOR_LOCK_S}s", "-c timezone=UTC", "-c client_encoding=UTF8"])
    try:
        return create_engine(
            url.difference_update_query(["options"]), pool_size=8, max_overflow=64, pool_pre_ping=True, isolation_level="READ COMMITTED", hide_parameters=True,
            connect_args={"connect_timeout": 10, "options": options},
        )  # fmt: skip
    except ModuleNotFoundError as fault:
        raise StorageError("DATABASE_ADDRESS", 'PostgreSQL needs the extra part: pip install "levigate[postgresql]"') from fault


def _check_settings(connection: Connection) -> None:
    """Read back what really holds: a file on a network disk, for one, takes no WAL and says nothing."""
    if connection.dialect.name == "sqlite":
        for name, wanted in _PRAGMAS.items():
            found = connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            if found != wanted:
                raise StorageError("STORAGE_WEAK", f"SQLite runs with {name}={found} here; {wanted} is needed so that no record is lost")
        return
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise StorageError("STORAGE_WEAK", f"this PostgreSQL database keeps text as {encoding}; UTF8 is needed so that every name is kept as it is written")
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        found = connection.execute(text(f"SHOW {name}")).scalar_one()
        if found == "off" or (name == "synchronous_commit" and found == "local"):
            raise StorageError("STORAGE_WEAK", f"PostgreSQL runs with {name}={found}; it must be on, so that no record is lost")
