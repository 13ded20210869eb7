"""Accounts of a pharmacy's people, as the designated person keeps them: nobody ever chooses or sees another person's password.

A new account, or one whose owner lost a password or a second factor, gets an activation code: shown once, good for three days, and only to choose a password
and a second factor with.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from compounding.credentials import recovery_codes, tokens
from compounding.domain.assurance import Level
from compounding.domain.errors import LevigateError
from compounding.domain.people import Duty, Person
from compounding.domain.record_texts import check_text
from compounding.storage import accounts, people, sessions
from compounding.storage.accounts import Account
from compounding.storage.errors import NotFound
from compounding.storage.trail import Told
from compounding.storage.transaction import Transaction
from compounding.workflow.use_case import Work, use_case

ACTIVATION_LASTS = timedelta(days=3)
_NAME_LENGTH = range(2, 61)


class AccountRefused(LevigateError):
    """An account that cannot be like this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAccount:
    """An account for a person on record, under the name they sign in with."""

    person_id: str
    sign_in_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfPerson:
    """Whose account is meant."""

    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """What is handed to the person: shown once and kept nowhere."""

    person_id: str
    sign_in_name: str
    code: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Everybody:
    """Asks for all people of the pharmacy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSeen:
    """A person with what is known of signing in; an empty name where there is no account."""

    person: Person
    version: int
    sign_in_name: str
    is_activated: bool
    awaits_activation_until: datetime | None
    passkeys: int

    is_example: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleSeen:
    """Everyone, by name."""

    people: tuple[PersonSeen, ...]


@use_case
def open_account(work: Work, request: OpenAccount) -> Activation:
    """Let a person sign in. Raises NotAllowed, NotFound, AccountRefused `SIGN_IN_NAME`, `ACCOUNT_EXISTS`, `PERSON_INACTIVE`."""
    work.may(Duty.KEEP_PEOPLE)
    work.confirmed(Level.FULL)
    _check_no_key(work)
    someone, _ = people.person_of(work.opened, request.person_id)
    name = check_sign_in_name(work.opened, request.sign_in_name)
    if accounts.of(work.opened.connection, work.house.site_id, someone.id) is not None:
        raise AccountRefused("ACCOUNT_EXISTS", f"{someone.name} has an account already; give a new activation code instead")
    return add_account(work.opened, someone, name, reason=work.act.reason)


@use_case
def renew_activation(work: Work, request: OfPerson) -> Activation:
    """A new activation code with a reason: password, second factor and passkeys no longer count, and every session ends. Raises NotAllowed, NotFound."""
    work.may(Duty.KEEP_PEOPLE)
    work.confirmed(Level.FULL)
    _check_no_key(work)
    return renew(work.opened, account_of(work.opened, request.person_id), reason=work.reason())


@use_case
def see_people(work: Work, _request: Everybody) -> PeopleSeen:
    """Who works here and who may sign in. Raises NotAllowed."""
    work.may_one_of(Duty.KEEP_PEOPLE, Duty.READ_RECORDS)
    return everybody(work.opened.connection, work.house.site_id)


@use_case
def see_person(work: Work, request: OfPerson) -> PersonSeen:
    """One person as on record now. Raises NotAllowed, NotFound."""
    work.may(Duty.KEEP_PEOPLE)
    people.person_of(work.opened, request.person_id)
    return next(each for each in everybody(work.opened.connection, work.house.site_id).people if each.person.id == request.person_id)


def everybody(connection: Connection, site_id: str) -> PeopleSeen:
    """Everyone of a pharmacy, with what is known of signing in."""
    known = accounts.every(connection, site_id)
    return PeopleSeen(
        people=tuple(
            _seen(someone, version, known.get(someone.id), len(accounts.passkeys_of(connection, site_id, someone.id)) if someone.id in known else 0)
            for someone, version in people.people_with_versions(connection, site_id)
        )
    )


def _seen(someone: Person, version: int, account: Account | None, passkeys: int) -> PersonSeen:
    if account is None:
        return PersonSeen(person=someone, version=version, sign_in_name="", is_activated=False, awaits_activation_until=None, passkeys=0)
    return PersonSeen(
        person=someone, version=version, sign_in_name=account.sign_in_name, is_activated=bool(account.password_hash),
        awaits_activation_until=account.activation_until if account.activation else None, passkeys=passkeys, is_example=account.is_example,
    )  # fmt: skip


def folded_sign_in_name(name: str) -> str:
    """The name as it is kept. Raises AccountRefused `SIGN_IN_NAME` for one that is empty or too long."""
    check_text(name, what="a sign-in name", refusal=AccountRefused, code="SIGN_IN_NAME")
    folded = accounts.folded_name(name)
    if len(folded) not in _NAME_LENGTH:
        raise AccountRefused("SIGN_IN_NAME", f"a sign-in name has {_NAME_LENGTH[0]} to {_NAME_LENGTH[-1]} characters")
    return folded


def check_sign_in_name(opened: Transaction, name: str) -> str:
    """The name as it is kept. Raises AccountRefused `SIGN_IN_NAME` for one that is empty, too long or taken."""
    folded = folded_sign_in_name(name)
    if accounts.named(opened.connection, opened.site_id, folded) is not None:
        raise AccountRefused("SIGN_IN_NAME", "this sign-in name is taken; choose another one")
    return folded


def add_account(opened: Transaction, someone: Person, name: str, *, reason: str = "") -> Activation:
    """Add an account under a name that was checked. Raises AccountRefused `PERSON_INACTIVE`, Conflict."""
    if not someone.is_active:
        raise AccountRefused("PERSON_INACTIVE", f"{someone.name} is no longer active here; set the person active first")
    given, account = new_account(someone.id, name, at=opened.at)
    accounts.add(opened, account)
    opened.tell(Told(action="open account", subject="account", subject_id=someone.id, changed={"sign_in_name": (None, name)}, reason=reason))
    return given


def new_account(person_id: str, name: str, *, at: datetime) -> tuple[Activation, Account]:
    """The activation code to hand over, and the account that keeps only its digest."""
    code, until = tokens.new_activation_code(), at + ACTIVATION_LASTS
    account = Account(id=person_id, sign_in_name=name, activation=recovery_codes.digest(code), activation_until=until)
    return Activation(person_id=person_id, sign_in_name=name, code=code, until=until), account


def renew(opened: Transaction, account: Account, *, reason: str) -> Activation:
    """Take away everything the account was opened with, and give a new activation code."""
    given, fresh = new_account(account.id, account.sign_in_name, at=opened.at)
    accounts.change(opened, replace(fresh, version=account.version, is_example=account.is_example))
    removed = accounts.passkeys_of(opened.connection, opened.site_id, account.id)
    for each in removed:
        accounts.change_passkey(opened, replace(each, is_removed=True))
    ended = sessions.end(opened.connection, opened.site_id, at=opened.at, because="account renewed", person_id=account.id)
    counts = {"passkeys": (len(removed), 0), "sessions": (ended, 0)}
    opened.tell(Told(action="renew account", subject="account", subject_id=account.id, changed=counts, reason=reason))
    return given


def account_of(opened: Transaction, person_id: str) -> Account:
    """The account of a person. Raises NotFound."""
    found = accounts.of(opened.connection, opened.site_id, person_id)
    if found is None:
        raise NotFound("account")
    return found


def _check_no_key(work: Work) -> None:
    # The answer to a request with a key is kept for a day, and an activation code is kept nowhere.
    if work.act.key:
        raise AccountRefused("KEY_NOT_TAKEN", "an activation code is told once and is not kept, so this request takes no key")
