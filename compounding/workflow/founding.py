"""How a site begins in a database and is opened again: its first designated person, its settings, and the shipped texts as proposals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from compounding.domain.errors import LevigateError, ReferenceDataError
from compounding.domain.formulary_versions import Kind, TextVersion, VersionHistory, VersionState, check_imported
from compounding.domain.people import Duty, NotAllowed, Person, Role
from compounding.domain.site import Site
from compounding.planning import check_site
from compounding.reference import ReferenceData
from compounding.reference.site_texts import shipped_texts
from compounding.storage import accounts, migrating, people, texts
from compounding.storage.accounts import Account
from compounding.storage.engine import Database
from compounding.storage.trail import Told
from compounding.storage.transaction import Transaction, transaction
from compounding.workflow.changes import changed, changed_person
from compounding.workflow.formulary_in_force import formula_of, phrases_of
from compounding.workflow.people import PersonRefused, check_person, check_settings
from compounding.workflow.use_case import House

PROGRAM = "levigate"
"""Who did what no person did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A kept text that this program cannot read any more, and why."""

    version: TextVersion
    why: str
    code: str = "SITE_TEXT_UNREADABLE"

    @property
    def message(self) -> str:
        """One sentence for the designated person."""
        return f"{self.version.id} {self.version.version} can no longer be read ({self.why}); retire it, and propose and approve a new version"


def found(
    database: Database, *, settings: Site, first: Person, at: datetime, data: ReferenceData, account: Account | None = None, alone: bool = False
) -> House:
    """Begin a site: settings, the first designated person with an account where one is given, and every shipped text as a proposal; all of it or nothing.

    Raises Conflict where the site exists, or, of a site that is to be `alone`, where the database has any other; SettingsRefused,
    PersonRefused, and NotAllowed for a first person who may not keep people and settings.
    """
    check_settings(settings, data)
    check_person(first)
    if not first.id.strip():
        raise PersonRefused("PERSON_NOT_VALID", "the first person of a pharmacy needs a key of their own")
    role = data.profiles[settings.jurisdiction].who_may.role_for(first, Duty.KEEP_PEOPLE, on=at.astimezone(settings.time_zone).date())
    if Role.DESIGNATED_PERSON not in first.roles:
        raise NotAllowed("ROLE_NOT_ALLOWED", f"a pharmacy begins with its designated person, and {first.name} is none")
    with transaction(database, site_id=settings.id, by=first.id, role=role.value, at=at) as opened:
        opened.name = first.name
        if alone:
            people.check_no_site(opened)
        people.found_site(opened, settings.name)
        opened.tell(Told(action="found site", subject="site", subject_id=settings.id, changed={"name": (None, settings.name)}))
        revision = people.add_settings(opened, settings, reason="founding")
        opened.tell(Told(action="change settings", subject="settings", subject_id=str(revision), reason="founding", changed=changed(Site, None, settings)))
        people.add_person(opened, first)
        opened.tell(Told(action="add person", subject="person", subject_id=first.id, changed=changed_person(None, first)))
        if account is not None:
            accounts.add(opened, account)
            opened.tell(Told(action="open account", subject="account", subject_id=account.id, changed={"sign_in_name": (None, account.sign_in_name)}))
        _import(opened, shipped_texts())
    return House(database=database, site_id=settings.id, data=data)


def open_house(database: Database, site_id: str, data: ReferenceData, *, at: datetime) -> House:
    """Open a site at start-up: its tables are this program's, new shipped texts are imported as proposals, and what is in force can be read.

    Raises StorageError `DATABASE_OLDER`, `DATABASE_NEWER`, `SCHEMA_DAMAGED`, `SITE_UNKNOWN`; LevigateError `REFERENCE_CHANGED`; ReferenceDataError
    `SITE_TEXT_UNREADABLE` for a text in force that no longer reads. Others of that kind are named by `unreadable_texts`.
    """
    migrating.check_schema(database)
    _bring_in(database, site_id, data, at)
    return House(database=database, site_id=site_id, data=data)


def migrate(database: Database, *, data: ReferenceData, at: datetime) -> tuple[str, ...]:
    """Bring tables and shipped texts of every site up to this program; gives the names of the steps that were applied. Raises as `open_house`."""
    done = migrating.upgrade(database)
    with database.reading() as connection:
        sites = people.site_ids(connection)
    for site_id in sites:
        _bring_in(database, site_id, data, at)
    return done


def sites(database: Database) -> tuple[tuple[str, str], ...]:
    """Id and name of every pharmacy in a database, by name."""
    with database.reading() as connection:
        named = [(each, people.current_settings(connection, each)[0].name) for each in people.site_ids(connection)]
    return tuple(sorted(named, key=lambda each: (each[1], each[0])))


def only_site(database: Database) -> Site | None:
    """The settings of the one pharmacy in a database; None where there is none, or more than one."""
    with database.reading() as connection:
        found = people.site_ids(connection)
        return people.current_settings(connection, found[0])[0] if len(found) == 1 else None


def jurisdiction_of(database: Database, site_id: str) -> str:
    """Whose rules a pharmacy works by. Raises StorageError `SITE_UNKNOWN`."""
    with database.reading() as connection:
        return people.current_settings(connection, site_id)[0].jurisdiction


def unreadable_texts(house: House, *, at: datetime) -> tuple[Unreadable, ...]:
    """The kept texts that this program cannot read any more and nobody has retired, for whoever starts it to say aloud."""
    with house.database.reading() as connection:
        settings, _ = people.current_settings(connection, house.site_id)
        history = texts.history(connection, house.site_id)
    on = at.astimezone(settings.time_zone).date()
    return tuple(each for each in _unreadable(history.versions) if history.state(each.version, on) is not VersionState.RETIRED)


def _bring_in(database: Database, site_id: str, data: ReferenceData, at: datetime) -> None:
    with database.reading() as connection:
        settings, _ = people.current_settings(connection, site_id)
        history = texts.history(connection, site_id)
    check_site(settings, data)
    shipped = shipped_texts()
    check_imported(shipped, history.versions)
    _check_in_force(history, at.astimezone(settings.time_zone).date())
    known = {version.key for version in history.versions}
    new = [version for version in shipped if version.key not in known]
    if new:
        with transaction(database, site_id=site_id, by=PROGRAM, role="", at=at) as opened:
            _import(opened, new)


def _import(opened: Transaction, versions: Iterable[TextVersion]) -> None:
    for version in versions:
        # Another process that starts at this very moment may have been first; then it has told of it.
        if texts.add_version(opened, version):
            opened.tell(
                Told(action="import text", subject=version.kind.value, subject_id=f"{version.id} {version.version}", changed={
                    "state": (None, "proposed"), "sha256": (None, version.sha256), "origin": (None, version.origin.value),
                })
            )  # fmt: skip


def _check_in_force(history: VersionHistory, on: date) -> None:
    for fault in _unreadable(history.versions):
        version = fault.version
        if history.in_force(version.kind, version.id, on) == version:
            raise ReferenceDataError("SITE_TEXT_UNREADABLE", f"{version.id} {version.version} is in force and can no longer be read: {fault.why}")


def _unreadable(versions: Iterable[TextVersion]) -> tuple[Unreadable, ...]:
    found = []
    for version in versions:
        try:
            formula_of(version) if version.kind is Kind.FORMULA else phrases_of(version)
        except (LevigateError, ValueError) as fault:
            found.append(Unreadable(version=version, why=fault.message if isinstance(fault, LevigateError) else str(fault)))
    return tuple(found)
