"""What the operator of the machine does at its console, in the name of the program: a way in for the first people, and out where nobody may sign any more.

Whoever can run these commands could also open the database file; so they ask for no signature, and each tells on the audit trail that it came this way.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import uuid4

from compounding.domain.errors import WorkflowRefused
from compounding.domain.people import Person, Role
from compounding.domain.record_texts import has_words
from compounding.domain.request_checks import check_act_time, check_request
from compounding.domain.site import Site
from compounding.reference import ReferenceData
from compounding.storage import people, sessions
from compounding.storage.engine import Database
from compounding.storage.trail import Told
from compounding.storage.transaction import Transaction, transaction
from compounding.workflow import accounts
from compounding.workflow.accounts import Activation, PeopleSeen
from compounding.workflow.changes import changed_person
from compounding.workflow.founding import PROGRAM, found
from compounding.workflow.people import check_keeps_house, check_person

_SHORTEST_REASON = 3
OPERATOR = "operator at the console"
"""As the name beside the program's stands on the audit trail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """Somebody who begins to work here and signs in under that name."""

    name: str
    roles: tuple[Role, ...]
    sign_in_name: str
    licence: str = ""
    licence_expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Whose record the operator changes, when (UTC), and why."""

    person_id: str
    at: datetime
    reason: str


def found_with(database: Database, settings: Site, user: NewUser, data: ReferenceData, *, at: datetime) -> Activation:
    """Begin a pharmacy with this person as its designated person. Approvals in the settings are left behind: each is a decision of its own.

    Raises as `founding.found`, AccountRefused `SIGN_IN_NAME`.
    """
    check_act_time(at)
    check_request(user)
    first = _person(user, str(uuid4()))
    given, account = accounts.new_account(first.id, accounts.folded_sign_in_name(user.sign_in_name), at=at)
    found(database, settings=replace(settings, approvals=(), attestations=()), first=first, at=at, data=data, account=account)
    return given


def add_user(database: Database, site_id: str, user: NewUser, *, at: datetime, reason: str) -> Activation:
    """A person and the account. Raises StorageError `SITE_UNKNOWN`, PersonRefused, AccountRefused, WorkflowRefused `REASON_NEEDED`."""
    check_request(user)
    with _opened(database, site_id, at=at, reason=reason) as opened:
        someone = _person(user, opened.new_id())
        check_person(someone)
        people.add_person(opened, someone)
        opened.tell(Told(action="add person", subject="person", subject_id=someone.id, changed=changed_person(None, someone), reason=reason))
        name = accounts.check_sign_in_name(opened, user.sign_in_name)
        return accounts.add_account(opened, someone, name, reason=reason)


def users(database: Database, site_id: str) -> PeopleSeen:
    """Everyone of a pharmacy. Raises StorageError `SITE_UNKNOWN`."""
    with database.reading() as connection:
        people.current_settings(connection, site_id)
        return accounts.everybody(connection, site_id)


def renew_account(database: Database, site_id: str, change: Change) -> Activation:
    """A new activation code, which takes away what the account was opened with. Raises NotFound, WorkflowRefused `REASON_NEEDED`."""
    check_request(change)
    with _opened(database, site_id, at=change.at, reason=change.reason) as opened:
        return accounts.renew(opened, accounts.account_of(opened, change.person_id), reason=change.reason)


def renew_licence(database: Database, site_id: str, change: Change, *, expires_on: date, licence: str = "") -> Person:
    """Put a licence's new last day on record, and its number where that changed. Raises NotFound, PersonRefused, WorkflowRefused."""
    return _changed(database, site_id, change, licence_expires_on=expires_on, **({"licence": licence} if licence else {}))


def disable(database: Database, site_id: str, change: Change) -> Person:
    """Somebody no longer works here: every session ends. Raises NotFound, PersonRefused `LAST_DESIGNATED_PERSON`, WorkflowRefused."""
    return _changed(database, site_id, change, is_active=False)


def _changed(database: Database, site_id: str, change: Change, **now: object) -> Person:
    check_request(change)
    check_request(now)
    with _opened(database, site_id, at=change.at, reason=change.reason) as opened:
        today = change.at.astimezone(people.current_settings(opened.connection, site_id)[0].time_zone).date()
        # All are locked, so that two changes cannot take each other's designated person away at the same moment.
        everyone = people.lock_people(opened)
        old, version = people.person_of(opened, change.person_id)
        new = replace(old, **now)  # type: ignore[arg-type]
        check_person(new)
        told = changed_person(old, new)
        if not told:
            raise WorkflowRefused("NOTHING_CHANGED", f"the record of {old.name} reads like this already")
        check_keeps_house(everyone, new, today)
        people.change_person(opened, new, version=version)
        if not new.is_active:
            sessions.end(opened.connection, site_id, at=change.at, because="no longer active", person_id=new.id)
        opened.tell(Told(action="change person", subject="person", subject_id=new.id, changed=told, reason=change.reason))
        return new


@contextmanager
def _opened(database: Database, site_id: str, *, at: datetime, reason: str) -> Iterator[Transaction]:
    """A transaction in the name of the program at a pharmacy that exists."""
    check_act_time(at)
    if len(reason.strip()) < _SHORTEST_REASON or not has_words(reason):
        raise WorkflowRefused("REASON_NEEDED", "say why in a few words; the reason stays with the record")
    with transaction(database, site_id=site_id, by=PROGRAM, role="", at=at) as opened:
        people.current_settings(opened.connection, site_id)
        opened.name = OPERATOR
        yield opened


def _person(user: NewUser, key: str) -> Person:
    return Person(id=key, name=user.name, roles=frozenset(user.roles), licence=user.licence, licence_expires_on=user.licence_expires_on)
