"""Example pharmacies at work for the tests that run much: made once, then copied with their database, on either kind of it."""

import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url

from compounding.demo.crew import Clock, Pharmacy, example_act, open_pharmacy, stock
from compounding.domain.assurance import Assurance, Factor
from compounding.domain.errors import LevigateError
from compounding.domain.people import Role
from compounding.domain.site import Site
from compounding.reference import ReferenceData
from compounding.storage.engine import Database, open_database
from compounding.storage.tables import metadata
from compounding.workflow import people
from compounding.workflow.people import NewPerson
from compounding.workflow.use_case import Act, House

OPENS = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
"""Eight in the morning of the tests' day in Vancouver."""
_numbers = count(1)


class Ticking(Clock):
    """A clock on which every look is five seconds later, so that a long day's work fits into one day; days pass when they are told to."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self._now = at
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The next five seconds."""
        with self._lock:
            self._now += timedelta(seconds=5)
            return self._now

    def wait(self, minutes: int) -> None:
        """Let some minutes pass."""
        self._now += timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A pharmacy that was opened in a database which is copied for every run. `more` are people and lots beside the example's own."""

    pharmacy: Pharmacy
    more: dict[str, str]
    file: Path | None = None
    address: str = ""
    name: str = ""

    def copy(self, folder: Path) -> Pharmacy:
        """The same pharmacy in a database of its own."""
        if self.file is not None:
            path = folder / f"run-{next(_numbers)}.db"
            shutil.copy(self.file, path)
            database = open_database(str(path))
        else:
            name = f"run_{next(_numbers)}"
            administer(self.address, f"CREATE DATABASE {name} TEMPLATE {self.name}")
            database = open_database(named(self.address, name))
        house = House(database=database, site_id=self.pharmacy.house.site_id, data=self.pharmacy.house.data)
        return replace(self.pharmacy, house=house, clock=Ticking(OPENS + timedelta(hours=2)))

    def drop(self, pharmacy: Pharmacy) -> None:
        """Throw a copy away."""
        url = pharmacy.house.database.engine.url
        pharmacy.house.database.close()
        if self.file is None:
            administer(self.address, f"DROP DATABASE {url.database} WITH (FORCE)")
        else:
            for each in Path(str(url.database)).parent.glob(f"{Path(str(url.database)).name}*"):
                each.unlink()


def opened_on_sqlite(empty: Path, folder: Path, settings: Site, data: ReferenceData) -> Template:
    """The template as a file; `empty` is one with the tables and nothing in them."""
    path = folder / "opened.db"
    shutil.copy(empty, path)
    database = open_database(str(path))
    pharmacy, more = _opened(database, settings, data)
    with database.engine.connect() as connection:
        dbapi = connection.connection.dbapi_connection
        assert dbapi is not None
        dbapi.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return Template(pharmacy=pharmacy, more=more, file=path)


def opened_on_postgresql(address: str, settings: Site, data: ReferenceData) -> Template:
    """The template as a database of the server at `address`, which has an empty one called `levigate_template`."""
    name = f"opened_{next(_numbers)}"
    administer(address, f"CREATE DATABASE {name} TEMPLATE levigate_template")
    database = open_database(named(address, name))
    pharmacy, more = _opened(database, settings, data)
    database.close()
    return Template(pharmacy=pharmacy, more=more, address=address, name=name)


def _opened(database: Database, settings: Site, data: ReferenceData) -> tuple[Pharmacy, dict[str, str]]:
    pharmacy = open_pharmacy(database, settings, data, at=OPENS)
    until = pharmacy.today + timedelta(days=300)

    def hire(name: str, role: Role, licence: str = "") -> str:
        asked = NewPerson(name=name, roles=(role,), licence=licence, licence_expires_on=until if licence else None)
        return people.add_person(pharmacy.house, pharmacy.act(pharmacy.crew.designated), asked).person_id

    more = {
        "regulated": hire("Rory Example", Role.REGULATED_TECHNICIAN, "EX-00004"), "intern": hire("Ira Example", Role.INTERN, "EX-00005"),
        "auditor": hire("Audrey Example", Role.AUDITOR),
    }  # fmt: skip
    for substance in pharmacy.lots:
        lot_id = stock(pharmacy.house, pharmacy.crew, pharmacy.clock, pharmacy.picture, substance, today=pharmacy.today, number=f"R2-{len(more)}", days=600)
        more[f"second {substance}"] = lot_id
    return pharmacy, more


def rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in the order of their keys."""
    with database.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))] for table in metadata.sorted_tables
        }  # fmt: skip


def at_once(doings: Sequence[Callable[[], object]]) -> list[object]:
    """Do all of it at the same moment, each in a thread of its own; gives the answer or the refusal of each, in their order."""
    barrier = threading.Barrier(len(doings))
    done: list[object] = [None] * len(doings)

    def run(number: int) -> None:
        barrier.wait(60)
        try:
            done[number] = doings[number]()
        except LevigateError as refusal:
            done[number] = refusal
        except BaseException as fault:  # noqa: BLE001 - a fault in a thread must reach the test, and not only that thread's end.
            done[number] = fault

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(doings))]
    for each in threads:
        each.start()
    for each in threads:
        each.join(120)
    faults = [each for each in done if isinstance(each, BaseException) and not isinstance(each, LevigateError)]
    if faults:
        raise faults[0]
    return done


def signed_act(by: str, at: datetime, *, reason: str = "", key: str = "", supervisor: str = "") -> Act:
    """An act for which everyone showed both factors, as in a real pharmacy."""
    both = frozenset({Factor.PASSWORD, Factor.ONE_TIME_CODE})
    shown = tuple(Assurance(person_id=each, factors=both, at=at) for each in (by, supervisor) if each)
    return Act(by=by, at=at, reason=reason, key=key, supervisor=supervisor, shown=shown)


def by(pharmacy: Pharmacy, who: str, *, reason: str = "", key: str = "") -> Act:
    """This person acts now."""
    return example_act(who, pharmacy.clock.now(), reason=reason, key=key)


def named(address: str, name: str) -> str:
    """The address of another database of the same server."""
    return make_url(address).set(database=name).render_as_string(hide_password=False)


def administer(address: str, statement: str) -> None:
    """One statement that no transaction may hold."""
    engine = create_engine(make_url(address).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
