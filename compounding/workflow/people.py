"""The people of a site and its settings: who is added, what changes, and that somebody always remains who may change it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from compounding.config.site_file import check_limits
from compounding.domain.assurance import Level
from compounding.domain.errors import LevigateError, ReferenceDataError, WorkflowRefused
from compounding.domain.people import LICENSED, Duty, NotAllowed, Person, Role, check_licence
from compounding.domain.record_texts import check_text
from compounding.domain.site import Site
from compounding.planning import check_site
from compounding.reference import ReferenceData
from compounding.storage import people, sessions
from compounding.storage.errors import Conflict
from compounding.workflow.changes import changed, changed_person
from compounding.workflow.use_case import Work, use_case


class PersonRefused(LevigateError):
    """A person who cannot be on record like this, or a change that would leave nobody to keep the records."""


class SettingsRefused(LevigateError):
    """Settings that cannot become this site's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Somebody who begins to work here."""

    name: str
    roles: tuple[Role, ...]
    licence: str = ""
    licence_expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAsNow:
    """A person as the record should read from now on; `version` is what was looked at."""

    person_id: str
    version: int
    name: str
    roles: tuple[Role, ...]
    licence: str = ""
    licence_expires_on: date | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonKept:
    """The person's key and the version the record now has."""

    person_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSettings:
    """The site's settings as they should be; `revision` is the one that was looked at."""

    settings: Site
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsKept:
    """The revision that is now in force."""

    revision: int


@use_case
def add_person(work: Work, request: NewPerson) -> PersonKept:
    """Put a person on record. Raises NotAllowed, PersonRefused `PERSON_NOT_VALID`."""
    work.may(Duty.KEEP_PEOPLE)
    work.confirmed(Level.AGAIN)
    added = Person(
        id=work.opened.new_id(), name=request.name, roles=frozenset(request.roles), licence=request.licence, licence_expires_on=request.licence_expires_on
    )  # fmt: skip
    check_person(added)
    people.add_person(work.opened, added)
    work.tell("add person", "person", added.id, changed_person(None, added))
    return PersonKept(person_id=added.id, version=1)


@use_case
def change_person(work: Work, request: PersonAsNow) -> PersonKept:
    """Change what a person is and may do here, with a reason. Raises NotAllowed, NotFound, Conflict, PersonRefused.

    `LAST_DESIGNATED_PERSON` refuses what would leave the site without an active designated person whose licence stands, `OWN_ROLES` a role one gives oneself.
    """
    work.may(Duty.KEEP_PEOPLE)
    work.confirmed(Level.AGAIN)
    work.reason()
    # All are locked, so that two designated persons cannot take each other's role away at the same moment.
    everyone = people.lock_people(work.opened)
    old, version = people.person_of(work.opened, request.person_id)
    if version != request.version:
        raise Conflict(f"the record of {old.name}")
    new = replace(
        old, name=request.name, roles=frozenset(request.roles), licence=request.licence, licence_expires_on=request.licence_expires_on,
        is_active=request.is_active,
    )  # fmt: skip
    check_person(new)
    told = changed_person(old, new)
    if not told:
        raise WorkflowRefused("NOTHING_CHANGED", f"the record of {old.name} reads like this already")
    check_keeps_house(everyone, new, work.today)
    if new.id == work.person.id and new.roles - old.roles:
        # Whoever keeps the people decides about others' duties; with both in one hand, nobody else would have looked before a release.
        raise PersonRefused("OWN_ROLES", "nobody gives themselves a role; another designated person does that")
    people.change_person(work.opened, new, version=version)
    if not new.is_active:
        sessions.end(work.opened.connection, work.house.site_id, at=work.act.at, because="no longer active", person_id=new.id)
    work.tell("change person", "person", new.id, told)
    return PersonKept(person_id=new.id, version=version + 1)


@use_case
def change_settings(work: Work, request: NewSettings) -> SettingsKept:
    """Put new settings in force, with a reason. Raises NotAllowed, Conflict, SettingsRefused."""
    work.may(Duty.KEEP_PEOPLE)
    work.confirmed(Level.AGAIN)
    reason = work.reason()
    old, revision = people.current_settings(work.opened.connection, work.house.site_id)
    if revision != request.revision:
        raise Conflict("the settings of this pharmacy")
    new = request.settings
    for name, before, after in (("id", old.id, new.id), ("jurisdiction", old.jurisdiction, new.jurisdiction)):
        if before != after:
            raise SettingsRefused("SETTINGS_FIXED", f'the {name} of a pharmacy stays "{before}": its records were made under it')
    check_settings(new, work.house.data)
    told = changed(Site, old, new)
    if not told:
        raise WorkflowRefused("NOTHING_CHANGED", "the settings read like this already")
    kept = people.add_settings(work.opened, new, reason=reason)
    work.tell("change settings", "settings", str(kept), told)
    return SettingsKept(revision=kept)


def check_person(someone: Person) -> None:
    """Raises PersonRefused `PERSON_NOT_VALID` for one without a name or a role, or of a licensed role without a licence on record."""
    check_text(someone.name, what="the name of a person", refusal=PersonRefused, code="PERSON_NOT_VALID")
    if someone.licence:
        check_text(someone.licence, what="the licence of a person", refusal=PersonRefused, code="PERSON_NOT_VALID")
    if not someone.roles:
        raise PersonRefused("PERSON_NOT_VALID", f"{someone.name} needs a role; whoever leaves is set inactive and keeps it")
    for role in sorted(someone.roles & LICENSED):
        if not someone.licence or someone.licence_expires_on is None:
            raise PersonRefused("PERSON_NOT_VALID", f"a {role.value} is on record with a licence number and its expiry, and {someone.name} lacks them")


def check_settings(settings: Site, data: ReferenceData) -> None:
    """Raises SettingsRefused `SETTINGS_APPROVALS` where settings bring approvals with them: each is a decision of its own, signed and kept by itself.

    `SETTINGS_INCOMPLETE` refuses a pharmacy without name, address or telephone: no label could be printed for it. What a site file could not hold either is
    refused with the same codes, but as what somebody entered, and not as a fault of what is shipped.
    """
    if not (settings.name.strip() and settings.address.strip() and settings.telephone.strip()):
        raise SettingsRefused("SETTINGS_INCOMPLETE", "a pharmacy's settings give its name, address and telephone, since every label carries them")
    if settings.approvals or settings.attestations:
        raise SettingsRefused("SETTINGS_APPROVALS", "settings hold no approvals and no attestations; the designated person gives each of them by itself")
    try:
        check_site(settings, data)
        check_limits(settings, "the settings")
    except ReferenceDataError as fault:
        raise SettingsRefused(fault.code, fault.message) from fault


def check_keeps_house(everyone: Iterable[Person], new: Person, on: date) -> None:
    """Raises PersonRefused `LAST_DESIGNATED_PERSON` where, with this record as it is to be, nobody would be left to keep people and settings."""
    if not any(_keeps_the_house(new if each.id == new.id else each, on) for each in everyone):
        raise PersonRefused("LAST_DESIGNATED_PERSON", f"{new.name} is the last active designated person with a licence that stands; name another one first")


def _keeps_the_house(someone: Person, on: date) -> bool:
    if not someone.is_active or Role.DESIGNATED_PERSON not in someone.roles:
        return False
    try:
        check_licence(someone, Role.DESIGNATED_PERSON, on=on)
    except NotAllowed:
        return False
    return True
