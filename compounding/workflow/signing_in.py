"""Signing in and out: one answer and one duration for known and unknown names, every failure counted before it is looked at, every sign-in a new session.

These are no use cases: nobody is there yet in whose name one could run. Each is told on the chain of readings, where it is seen who came in and who tried to.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from compounding.credentials import hashing, one_time_codes, recovery_codes, tokens
from compounding.credentials.vault import Vault
from compounding.domain.assurance import Assurance, Factor
from compounding.domain.errors import LevigateError
from compounding.domain.sessions import Condition, Session, Stage
from compounding.domain.throttling import wait_until
from compounding.storage import accounts, people, sessions
from compounding.storage.accounts import Account
from compounding.storage.trail import Told
from compounding.storage.transaction import Transaction, transaction
from compounding.workflow.use_case import House

NOBODY = "nobody"
"""Who acts while it is not known who it is."""


class SignInRefused(LevigateError):
    """Somebody did not show who they are. The sentence is the same whatever was wrong; `until` (UTC) is when the next attempt is answered."""

    def __init__(self, code: str, message: str, *, until: datetime | None = None) -> None:
        super().__init__(code, message)
        self.until = until


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One pharmacy's door, as one browser stands before it: `address` is the client's, `browser` the digest of its lasting cookie."""

    house: House
    vault: Vault
    address: str
    browser: str
    is_loopback: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session that began: the token for the cookie, which is kept nowhere, and what the session is worth."""

    token: str
    session: Session


def give_password(door: Door, name: str, password: str) -> Opened:
    """The first step. Raises SignInRefused `SIGN_IN_FAILED` or `SIGN_IN_WAIT`."""
    account, _ = begin_attempt(door, name)
    if not password_is_right(account, password) or account is None:
        raise failed(door, account)
    renewed = hashing.hash_password(password) if hashing.needs_rehash(account.password_hash) else ""
    with told_by(door, account) as opened:
        if renewed:
            _keep_hash(opened, account, renewed)
        # The second factor is still to come, so the count of failures stands until then.
        return new_session(opened, door, account, Stage.PASSWORD_GIVEN, {Factor.PASSWORD}, because="password given")


def give_code(door: Door, token: str, code: str) -> Opened:
    """The second step, with a one-time code or a recovery code; the session begins anew. Raises SignInRefused as `give_password`, `SIGN_IN_AGAIN`."""
    waiting = session_of(door, token)
    if waiting is None or waiting.condition(door.at) is not Condition.WAITS_FOR_SECOND_FACTOR:
        raise SignInRefused("SIGN_IN_AGAIN", "signing in took too long; begin again with your name and password")
    account = account_of(door, waiting.person_id)
    known, attempt = begin_attempt(door, account.sign_in_name)
    if known is None:
        raise failed(door, None)
    with told_by(door, account) as opened:
        factor = use_code(opened, door, account, code)
        if factor is not None:
            sessions.end(opened.connection, door.house.site_id, at=door.at, because="second factor given", session_id=waiting.id)
            sessions.forget_attempts(opened, account=account_key(account.sign_in_name), browser=door.browser, attempt=attempt)
            return new_session(opened, door, account, Stage.OPEN, waiting.factors | {factor}, because="signed in")
    raise failed(door, account)


def unlock(door: Door, session_id: str, password: str) -> Opened:
    """Go on in a session that waited too long in this browser; it begins anew and ends when it would have. Raises SignInRefused, also `SIGN_IN_AGAIN`."""
    with door.house.database.reading() as connection:
        held = sessions.of(connection, door.house.site_id, session_id)
    if held is None or held.browser != door.browser or held.condition(door.at) not in {Condition.LOCKED, Condition.OPEN}:
        raise SignInRefused("SIGN_IN_AGAIN", "this session has ended; sign in again with your name and password")
    account = account_of(door, held.person_id)
    known, attempt = begin_attempt(door, account.sign_in_name)
    if known is None or not password_is_right(known, password):
        raise failed(door, known)
    with told_by(door, known) as opened:
        if not sessions.end(opened.connection, door.house.site_id, at=door.at, because="unlocked", session_id=held.id):
            raise SignInRefused("SIGN_IN_AGAIN", "this session has ended; sign in again with your name and password")
        sessions.forget_attempts(opened, account=account_key(known.sign_in_name), browser=door.browser, attempt=attempt)
        return new_session(opened, door, known, Stage.OPEN, held.factors, because="unlocked", started_at=held.started_at)


def confirm(door: Door, person_id: str, *, password: str, code: str = "") -> Assurance:
    """Show once more who one is, for an act that is signed: the password, with a code where that is asked for. Raises SignInRefused."""
    account = account_of(door, person_id)
    known, attempt = begin_attempt(door, account.sign_in_name)
    if known is None or not password_is_right(known, password):
        raise failed(door, known, code="CONFIRMATION_FAILED")
    factors = {Factor.PASSWORD}
    with told_by(door, known) as opened:
        factor = use_code(opened, door, known, code) if code.strip() else None
        if factor is not None or not code.strip():
            factors |= {factor} if factor is not None else set()
            sessions.forget_attempts(opened, account=account_key(known.sign_in_name), browser=door.browser, attempt=attempt)
            told = Assurance(person_id=person_id, factors=frozenset(factors), at=door.at)
            opened.tell_read(Told(action="confirm", subject="account", subject_id=person_id, changed={"with": (None, told.in_words)}))
            return told
    raise failed(door, known, code="CONFIRMATION_FAILED")


def renew(door: Door, session_id: str) -> Opened | None:
    """The same session under a new token, once its person has shown again who they are; the old token opens nothing from then on.

    None where it has ended, or another request of this browser has just renewed it: the browser has that one's token.
    """
    with door.house.database.reading() as connection:
        held = sessions.of(connection, door.house.site_id, session_id)
    if held is None or held.ended_at is not None:
        return None
    token = tokens.new_token()
    with told_by(door, account_of(door, held.person_id)) as opened:
        now = sessions.renew(opened, held.id, tokens.digest(token))
        if now is None:
            return None
        opened.tell_read(Told(action="session renewed", subject="session", subject_id=now.id[:16], changed={"address": (None, door.address)}))
    return Opened(token=token, session=now)


def sign_out(door: Door, token: str) -> None:
    """End the session; ending it twice does nothing."""
    held = session_of(door, token)
    if held is not None and held.ended_at is None:
        with told_by(door, account_of(door, held.person_id)) as opened:
            sessions.end(opened.connection, door.house.site_id, at=door.at, because="signed out", session_id=held.id)
            opened.tell_read(Told(action="sign out", subject="session", subject_id=held.id[:16]))


def lock(door: Door, token: str) -> None:
    """Leave the bench for a moment: the session stays, and needs the password before anything else."""
    held = session_of(door, token)
    if held is not None and held.condition(door.at) is Condition.OPEN:
        with told_by(door, account_of(door, held.person_id)) as opened:
            sessions.change(opened.connection, door.house.site_id, replace(held, stage=Stage.LOCKED))
            opened.tell_read(Told(action="lock", subject="session", subject_id=held.id[:16]))


def session_of(door: Door, token: str) -> Session | None:
    """The session of a token as it stands. A request that was let in before another one renewed the token means the session as it goes on."""
    with door.house.database.reading() as connection:
        held = sessions.of(connection, door.house.site_id, tokens.digest(token))
        if held is not None and held.was_renewed(door.at):
            return sessions.renewed_as(connection, door.house.site_id, held) or held
        return held


def account_of(door: Door, person_id: str) -> Account:
    """The account of somebody who has a session. Raises SignInRefused where there is none any more."""
    with door.house.database.reading() as connection:
        account = accounts.of(connection, door.house.site_id, person_id)
    if account is None:
        raise SignInRefused("SIGN_IN_AGAIN", "this account is no longer there; ask the designated person")
    return account


def account_key(name: str) -> str:
    """Under which failures are counted: what was typed as a name is kept nowhere, since it may be a password."""
    return hashlib.sha256(accounts.folded_name(name).encode("utf-8", "surrogatepass")).hexdigest()


def begin_attempt(door: Door, name: str) -> tuple[Account | None, str]:
    """Count the attempt before it is looked at; gives the account, where one may sign in here. Raises SignInRefused `SIGN_IN_WAIT`."""
    with transaction(door.house.database, site_id=door.house.site_id, by=NOBODY, role="", at=door.at) as opened:
        account = accounts.named(opened.connection, door.house.site_id, name)
        key = account_key(name)
        known = account.id if account is not None else ""
        counted = sessions.failures(opened, account=key, address=door.address, browser=door.browser, person_id=known)
        until = wait_until(counted, at=door.at)
        if until is not None:
            minutes = max(1, -(-int((until - door.at).total_seconds()) // 60))
            plural = "" if minutes == 1 else "s"
            raise SignInRefused("SIGN_IN_WAIT", f"there were too many attempts; try again in {minutes} minute{plural}", until=until)
        attempt = sessions.add_attempt(opened, account=key, address=door.address, browser=door.browser)
        is_welcome = account is not None and _is_welcome(opened, door, account)
    return (account if is_welcome else None), attempt


def _is_welcome(opened: Transaction, door: Door, account: Account) -> bool:
    person, _ = people.person_of(opened, account.id)
    return person.is_active and (door.is_loopback or not account.is_example)


def password_is_right(account: Account | None, password: str) -> bool:
    """Whether it is; for nobody it takes as long to find out."""
    if account is None or not account.password_hash:
        hashing.verify_nobody(password)
        return False
    return hashing.verify_password(account.password_hash, password)


def _keep_hash(opened: Transaction, checked: Account, renewed: str) -> None:
    """Keep the same password under today's parameters, unless another request has just changed the hash that was checked."""
    people.person_of(opened, checked.id, lock=True)
    now = accounts.of(opened.connection, opened.site_id, checked.id)
    if now is not None and now.password_hash == checked.password_hash:
        accounts.change(opened, replace(now, password_hash=renewed))
        opened.tell(Told(action="renew password hash", subject="account", subject_id=now.id))


def use_code(opened: Transaction, door: Door, account: Account, code: str) -> Factor | None:
    """Use up a one-time code or a recovery code; None where it is neither, or was used before."""
    if account.second_factor:
        secret = door.vault.open(account.second_factor, about=about(door.house.site_id, account.id))
        step = one_time_codes.step_of(secret, code, at=door.at)
        if step is not None:
            return Factor.ONE_TIME_CODE if sessions.use_code(opened, account.id, step) else None
    digest = recovery_codes.digest(code)
    if digest in account.recovery:
        left = tuple(each for each in account.recovery if each != digest)
        accounts.change(opened, replace(account, recovery=left))
        opened.tell(Told(action="use recovery code", subject="account", subject_id=account.id, changed={"left": (len(account.recovery), len(left))}))
        return Factor.RECOVERY_CODE
    return None


def about(site_id: str, person_id: str) -> str:
    """To whom a sealed secret belongs, so that it opens for nobody else."""
    return f"second factor of {site_id} {person_id}"


def failed(door: Door, account: Account | None, *, code: str = "SIGN_IN_FAILED") -> SignInRefused:
    """Tell that somebody failed to show who they are, and give the refusal."""
    with transaction(door.house.database, site_id=door.house.site_id, by=NOBODY, role="", at=door.at) as opened:
        whose = account.id if account is not None else NOBODY
        opened.tell_read(Told(action="sign-in failed", subject="account", subject_id=whose, changed={"address": (None, door.address)}))
    if code == "SIGN_IN_FAILED":
        return SignInRefused(code, "the name, the password or the code is not right, or this account cannot sign in here")
    return SignInRefused(code, "the password or the code is not right; nothing was signed")


@contextmanager
def told_by(door: Door, account: Account) -> Iterator[Transaction]:
    """A transaction in the name of the account's person."""
    with transaction(door.house.database, site_id=door.house.site_id, by=account.id, role="", at=door.at) as opened:
        opened.name = people.person_of(opened, account.id)[0].name
        yield opened


def new_session(
    opened: Transaction,
    door: Door,
    account: Account,
    stage: Stage,
    factors: set[Factor] | frozenset[Factor],
    *,
    because: str,
    started_at: datetime | None = None,
) -> Opened:
    """Begin a session under a token that was never used."""
    token = tokens.new_token()
    begun = Session(
        id=tokens.digest(token), person_id=account.id, browser=door.browser, stage=stage, factors=frozenset(factors), started_at=started_at or door.at,
        seen_at=door.at,
    )  # fmt: skip
    sessions.add(opened, begun)
    shown = Assurance(person_id=account.id, factors=begun.factors, at=door.at).in_words
    opened.tell_read(Told(action=because, subject="session", subject_id=begun.id[:16], changed={"with": (None, shown), "address": (None, door.address)}))
    return Opened(token=token, session=begun)
