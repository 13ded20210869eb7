"""Sites, their settings by revision, and the people who work there."""

import hashlib
import re
from typing import Any

from sqlalchemy import Connection, Row, Select, select
from sqlalchemy import text as sql

from compounding.domain.errors import LevigateError
from compounding.domain.people import Person, Role
from compounding.domain.site import Site
from compounding.storage import documents, trail
from compounding.storage.errors import Conflict, NotFound, StorageError
from compounding.storage.tables import person, site, site_settings
from compounding.storage.transaction import Transaction

_FOUNDING = 7_233_100_418
_SITE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


def check_site_id(site_id: str) -> None:
    """Raises LevigateError `SITE_ID` for a name that cannot stand in keys, in the audit trail and in addresses."""
    if not _SITE_ID.fullmatch(site_id):
        raise LevigateError("SITE_ID", "a site's id has 1 to 60 small letters, digits and hyphens, such as main-street-pharmacy")


def found_site(opened: Transaction, name: str) -> None:
    """Begin a site: its row and its chains. Raises Conflict where it exists."""
    check_site_id(opened.site_id)
    opened.insert(site, name=name, created_at=opened.at)
    trail.begin(opened.connection, opened.site_id)


def check_no_site(opened: Transaction) -> None:
    """Nobody else founds a site before this transaction ends. Raises Conflict where there is one."""
    if opened.connection.dialect.name == "postgresql":
        opened.connection.execute(sql("SELECT pg_advisory_xact_lock(:number)"), {"number": _FOUNDING})
    if site_ids(opened.connection):
        raise Conflict("this database")


def site_ids(connection: Connection) -> tuple[str, ...]:
    """Every site in the database."""
    return tuple(connection.execute(select(site.c.site_id).order_by(site.c.site_id)).scalars())


def add_settings(opened: Transaction, settings: Site, *, reason: str) -> int:
    """Keep the site's settings as a new revision and give its number. Approvals and attestations have a home of their own and are not kept here."""
    text = documents.write(Site, settings)
    last = opened.connection.execute(_settings(opened.site_id).limit(1)).one_or_none()
    revision = (last.revision if last is not None else 0) + 1
    digest = hashlib.sha256(text.encode()).hexdigest()
    opened.insert(site_settings, revision=revision, document=text, sha256=digest, made_at=opened.at, made_by=opened.by, reason=reason)
    return revision


def current_settings(connection: Connection, site_id: str) -> tuple[Site, int]:
    """The settings in force and their revision. Raises StorageError `SITE_UNKNOWN`."""
    row = connection.execute(_settings(site_id).limit(1)).one_or_none()
    if row is None:
        raise StorageError("SITE_UNKNOWN", "there is no such site in this database")
    return documents.read(Site, row.document), row.revision


def settings_at(connection: Connection, site_id: str, revision: int) -> Site:
    """The settings of one revision, as a record that names it was made under. Raises NotFound."""
    row = connection.execute(select(site_settings.c.document).where(site_settings.c.site_id == site_id, site_settings.c.revision == revision)).one_or_none()
    if row is None:
        raise NotFound("revision of the settings")
    return documents.read(Site, row.document)


def _settings(site_id: str) -> Select[Any]:
    return (
        select(site_settings.c.document, site_settings.c.revision).where(site_settings.c.site_id == site_id).order_by(site_settings.c.revision.desc())
    )  # fmt: skip


def add_person(opened: Transaction, someone: Person) -> None:
    """A new person of the site."""
    opened.insert(person, id=someone.id, version=1, created_at=opened.at, **_columns(someone))


def change_person(opened: Transaction, someone: Person, *, version: int) -> None:
    """Change what is on record of a person. Raises Conflict."""
    opened.change(person, someone.id, version=version, what=f"the record of {someone.name}", **_columns(someone))


def person_of(opened: Transaction, person_id: str, *, lock: bool = False) -> tuple[Person, int]:
    """A person of this site and the row's version. Raises NotFound."""
    row = opened.row(person, "person", lock=lock, id=person_id)
    return _person(row), row.version


def lock_people(opened: Transaction) -> tuple[Person, ...]:
    """Everyone of the site; nobody's record changes before this transaction ends."""
    # Who signs meanwhile refers to these rows, and a lock that leaves the keys free does not hold that up.
    query = select(person).where(person.c.site_id == opened.site_id).order_by(person.c.id).with_for_update(key_share=True)
    return tuple(_person(row) for row in opened.connection.execute(query))


def people_of(connection: Connection, site_id: str) -> tuple[Person, ...]:
    """Everyone of a site, by name."""
    rows = connection.execute(select(person).where(person.c.site_id == site_id).order_by(person.c.name, person.c.id))
    return tuple(_person(row) for row in rows)


def people_with_versions(connection: Connection, site_id: str) -> tuple[tuple[Person, int], ...]:
    """Everyone of a site by name, each with the row's version."""
    rows = connection.execute(select(person).where(person.c.site_id == site_id).order_by(person.c.name, person.c.id))
    return tuple((_person(row), row.version) for row in rows)


def _columns(someone: Person) -> dict[str, object]:
    return {
        "name": someone.name, "roles": ",".join(sorted(someone.roles)), "licence": someone.licence, "licence_expires_on": someone.licence_expires_on,
        "is_active": int(someone.is_active),
    }  # fmt: skip


def _person(row: Row[Any]) -> Person:
    roles = frozenset(Role(each) for each in row.roles.split(",") if each)
    return Person(
        id=row.id, name=row.name, roles=roles, licence=row.licence, licence_expires_on=row.licence_expires_on, is_active=bool(row.is_active)
    )  # fmt: skip
