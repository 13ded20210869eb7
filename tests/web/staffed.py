"""A pharmacy whose people can sign in, with another one in the same database; made once, then copied with its file for every test that changes something."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from compounding.credentials import hashing, one_time_codes, tokens
from compounding.credentials.vault import Vault
from compounding.demo import walk
from compounding.demo.crew import Pharmacy, open_pharmacy
from compounding.demo.walk import Wish
from compounding.domain.assurance import Factor
from compounding.domain.formulary_versions import Kind
from compounding.domain.people import Role
from compounding.domain.sessions import Stage
from compounding.domain.site import Site
from compounding.domain.stages import State
from compounding.reference import ReferenceData
from compounding.reference.site_texts import shipped_texts
from compounding.storage import accounts, people
from compounding.storage.accounts import Account, Passkey
from compounding.storage.engine import Database, open_database
from compounding.storage.migrating import upgrade
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from compounding.web import create_app
from compounding.web.records import Records
from compounding.workflow.formulary import Proposal, propose_text
from compounding.workflow.papers import Reprint, reprint
from compounding.workflow.people import NewPerson, PersonAsNow, add_person, change_person
from compounding.workflow.reading import Of, read_preparation
from compounding.workflow.signing_in import Door, new_session
from compounding.workflow.use_case import House

OPENS = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
"""Eight in the morning of the tests' day in Vancouver."""
NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
SECRET = b"only for tests, and never for people" * 2
PASSWORD = "correct horse battery staple"  # noqa: S105 - the password of people who do not exist.
TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OTHER = "other-pharmacy"
ELSEWHERE = "2-other-pharmacy"
"""The version of a formula that only the other pharmacy has."""
HERE = "2-example-pharmacy"
"""And one that only this pharmacy has."""
HIRED = {
    "second prescriber": ("Dr Omar Reyes", Role.PRESCRIBER, "EX-10235"), "disabled": ("Dee Example", Role.PHARMACIST, "EX-00009"),
    "only designated": ("Desi Example", Role.DESIGNATED_PERSON, "EX-00006"),
}  # fmt: skip
CREW = ("designated", "pharmacist", "second", "technician", "assistant", "prescriber", "auditor", "intern", "regulated")
_numbers = count(1)


class ReadingClient(FlaskClient):
    """A client that reads every answer to its end, as a browser does, so that no static file stays open."""

    def open(self, *args: Any, buffered: bool = True, **kwargs: Any) -> TestResponse:
        """Send a request and read the whole answer. A form with files is put together in memory: the client's own way leaves temporary files open."""
        told = kwargs.get("data")
        if isinstance(told, Mapping) and any(isinstance(each, tuple) for each in told.values()):
            parts = {name: FileStorage(each[0], each[1], name) if isinstance(each, tuple) else each for name, each in told.items()}
            boundary, body = encode_multipart(parts)
            kwargs |= {"data": body, "content_type": f'multipart/form-data; boundary="{boundary}"'}
        return super().open(*args, buffered=buffered, **kwargs)


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.at += timedelta(**time)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffed:
    """A running pharmacy: `people` are person ids by what they are ("pharmacist", "auditor", ...), `things` keys of records by kind and state."""

    app: Flask
    records: Records
    clock: Clock
    pharmacy: Pharmacy
    other: Pharmacy
    people: dict[str, str]
    things: dict[str, str]

    @property
    def house(self) -> House:
        """The pharmacy itself."""
        return self.records.house(self.pharmacy.house.site_id)

    def client(self, who: str = "", *, site_id: str = "") -> FlaskClient:
        """A browser in which that person is signed in; without a name in which nobody is."""
        client = self.app.test_client()
        if who:
            self.sign_in(client, self.people.get(who, who), site_id=site_id or self.house.site_id)
        return client

    def sign_in(self, client: FlaskClient, person_id: str, *, site_id: str, stage: Stage = Stage.OPEN) -> str:
        """Give a browser a session of that person, and give its token."""
        browser = tokens.new_token()
        house = self.records.house(site_id)
        door = Door(house=house, vault=self.records.vault(), address="127.0.0.1", browser=tokens.digest(browser), is_loopback=True, at=self.clock())
        with transaction(house.database, site_id=site_id, by=person_id, role="", at=self.clock()) as opened:
            account = accounts.of(opened.connection, site_id, person_id)
            assert account is not None, person_id
            begun = new_session(opened, door, account, stage, {Factor.PASSWORD, Factor.ONE_TIME_CODE}, because="signed in")
        client.set_cookie("levigate-browser", browser, domain="localhost")
        client.set_cookie("levigate-session", f"{site_id}:{begun.token}", domain="localhost")
        return begun.token

    def code(self) -> str:
        """The one-time code of this moment; every test account has the same secret."""
        return one_time_codes.code_at(TOTP, self.clock())


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The file to copy, and what is in it."""

    file: Path
    pharmacy: Pharmacy
    other: Pharmacy
    people: dict[str, str]
    things: dict[str, str]
    data: ReferenceData

    def open(self, folder: Path) -> Staffed:
        """A copy with an application of its own."""
        path = folder / f"staffed-{next(_numbers)}.db"
        shutil.copy(self.file, path)
        clock = Clock()
        records = Records(database=open_database(str(path)), data=self.data, secret=SECRET, clock=clock)
        app = create_app({"TESTING": True, "SECRET_KEY": "only-for-tests-" * 3, "PLAIN_HTTP_ON_LOOPBACK": True, "PROPAGATE_EXCEPTIONS": False}, None, records)
        sites = {each.house.site_id: replace(each, house=replace(each.house, database=records.database)) for each in (self.pharmacy, self.other)}
        app.test_client_class = ReadingClient
        return Staffed(
            app=app, records=records, clock=clock, pharmacy=sites[self.pharmacy.house.site_id], other=sites[OTHER], people=self.people, things=self.things,
        )  # fmt: skip


def template(folder: Path, site: Site, data: ReferenceData, *, at: datetime = OPENS) -> Template:
    """Make the file; the day begins at `at`."""
    path = folder / "staffed.db"
    database = open_database(str(path))
    upgrade(database)
    pharmacy = open_pharmacy(database, site, data, at=at)
    crew = pharmacy.crew
    known = {name: str(getattr(crew, name)) for name in CREW}
    known |= {key: _hire(pharmacy, *told) for key, told in HIRED.items()}
    things = _records(pharmacy)
    other = open_pharmacy(database, replace(site, id=OTHER, name="Other Example Pharmacy"), data, at=at)
    things |= {f"other {key}": value for key, value in _records(other).items()}
    for house in (pharmacy.house, other.house):
        give_accounts(database, house.site_id, at)
    things |= {"person": crew.technician, "other person": other.crew.technician, "other passkey": f"passkey-{other.crew.technician}"}
    things |= {f"passkey {key}": f"passkey-{person_id}" for key, person_id in known.items()}
    leaving = PersonAsNow(
        person_id=known["disabled"], version=1, name="Dee Example", roles=(Role.PHARMACIST,), licence="EX-00009",
        licence_expires_on=pharmacy.today + timedelta(days=300), is_active=False,
    )  # fmt: skip
    change_person(pharmacy.house, pharmacy.act(crew.designated, reason="left the pharmacy"), leaving)
    with database.engine.connect() as connection:
        dbapi = connection.connection.dbapi_connection
        assert dbapi is not None
        dbapi.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return Template(file=path, pharmacy=pharmacy, other=other, people=known, things=things, data=data)


def _hire(pharmacy: Pharmacy, name: str, role: Role, licence: str) -> str:
    until = pharmacy.today + timedelta(days=300) if licence else None
    asked = NewPerson(name=name, roles=(role,), licence=licence, licence_expires_on=until)
    return add_person(pharmacy.house, pharmacy.act(pharmacy.crew.designated), asked).person_id


def _records(pharmacy: Pharmacy) -> dict[str, str]:
    """An order that waits, and preparations at three places of their way."""
    things: dict[str, str] = {"lot": pharmacy.lots["sodium-thiosulfate-pentahydrate"]}
    names = iter(("Ana Example", "Ben Example", "Cleo Example", "Dora Example"))
    waiting = walk.screen(pharmacy, walk.receive(pharmacy, Wish(patient=next(names), born_on=date(1961, 4, 2))))
    things["order"] = waiting.id
    things["own order"] = walk.enter(pharmacy, Wish(patient="Erna Example", born_on=date(1961, 4, 2))).id
    for state in (State.PLANNED, State.LABELLED, State.DISPENSED):
        order = walk.accepted(pharmacy, Wish(patient=next(names), born_on=date(1961, 4, 2)))
        at = walk.brought_to(pharmacy, order, state)
        things |= {f"{state.value} order": order.id, f"{state.value} preparation": at.id}
    with transaction(pharmacy.house.database, site_id=pharmacy.house.site_id, by="test", role="", at=OPENS) as opened:
        from compounding.storage import orders

        things["patient"] = orders.of(opened, waiting.id, lock=False)[0].patient_id
    return things


def give_accounts(database: Database, site_id: str, at: datetime) -> None:
    """Let everyone of a pharmacy sign in, with one password and one secret of the codes."""
    password_hash, vault = hashing.hash_password(PASSWORD), Vault(SECRET)
    with transaction(database, site_id=site_id, by="test", role="", at=at) as opened:
        for each in people.people_of(opened.connection, site_id):
            sealed = vault.seal(TOTP, about=f"second factor of {site_id} {each.id}")
            name = accounts.folded_name(each.name.split(",")[0])
            accounts.add(opened, Account(id=each.id, sign_in_name=name, password_hash=password_hash, second_factor=sealed, password_set_at=at))
            opened.tell(Told(action="open account", subject="account", subject_id=each.id))


def add_more(staffed: Staffed) -> None:
    """What only the walk through every route needs: a passkey for everyone, a formula of each pharmacy's own, and a numbered copy of a label."""
    labelled = staffed.things.get("labelled preparation")
    if labelled is not None:
        at = read_preparation(staffed.house, staffed.pharmacy.act(staffed.pharmacy.crew.auditor), Of(id=labelled))
        again = Reprint(preparation_id=labelled, version=at.version, kind="label", revision=1)
        reprint(staffed.house, staffed.pharmacy.act(staffed.pharmacy.crew.technician, reason="smeared"), again)
    for pharmacy, version in {each.house.site_id: (each, version) for each, version in ((staffed.other, ELSEWHERE), (staffed.pharmacy, HERE))}.values():
        site_id = pharmacy.house.site_id
        with transaction(staffed.records.database, site_id=site_id, by="test", role="", at=OPENS) as opened:
            for each in people.people_of(opened.connection, site_id):
                accounts.add_passkey(opened, Passkey(id=f"passkey-{each.id}", person_id=each.id, name="Test key", public_key="AAAA", sign_count=0))
                opened.tell(Told(action="add passkey", subject="account", subject_id=each.id))
        _propose(pharmacy, version)


def _propose(pharmacy: Pharmacy, version: str) -> None:
    text = next(each for each in shipped_texts() if each.id == "sodium-thiosulfate-in-petrolatum").text
    told = text.replace('version = "1"', f'version = "{version}"', 1)
    propose_text(pharmacy.house, pharmacy.act(pharmacy.crew.designated), Proposal(kind=Kind.FORMULA, text=told))
