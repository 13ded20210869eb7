"""What people do with their own account: choose a password and a second factor, change them, add a passkey. Each change ends the sessions it makes doubtful."""

import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from compounding.credentials import hashing, one_time_codes, recovery_codes, tokens
from compounding.credentials.common_passwords import is_common
from compounding.credentials.passkeys import NewPasskey
from compounding.domain.assurance import Assurance, Factor, Level, check_assured
from compounding.domain.errors import LevigateError
from compounding.domain.passwords import check_new_password
from compounding.domain.record_texts import check_text
from compounding.domain.sessions import Condition, Session, Stage
from compounding.storage import accounts, people, sessions
from compounding.storage.accounts import Account, Passkey
from compounding.storage.errors import NotFound
from compounding.storage.trail import Told
from compounding.workflow.signing_in import Door, Opened, SignInRefused, about, account_key, account_of, begin_attempt, failed, new_session, session_of, told_by

_MOST_PASSKEYS = 10
_LONGEST_NAME = 60
Shown = tuple[Assurance, ...]
"""What the person showed for this very change."""


class OwnAccountRefused(LevigateError):
    """What somebody asked for their own account cannot be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activated:
    """A session that began with a new password and second factor, and the recovery codes, which are shown this once."""

    opened: Opened
    recovery: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAccount:
    """One's own account: `sessions` are those that are not over, the newest first; instants are in UTC."""

    sign_in_name: str
    password_set_at: datetime | None
    has_app: bool
    recovery_left: int
    passkeys: tuple[Passkey, ...]
    sessions: tuple[Session, ...]
    is_example: bool


def begin_activation(door: Door, name: str, code: str) -> Opened:
    """Give the activation code; what follows chooses password and second factor. Raises SignInRefused as `give_password`."""
    account, attempt = begin_attempt(door, name)
    is_right = account is not None and _is_activation(account, code, door)
    if account is None or not is_right:
        raise failed(door, account)
    with told_by(door, account) as opened:
        sessions.forget_attempts(opened, account=account_key(name), browser=door.browser, attempt=attempt)
        begun = new_session(opened, door, account, Stage.ACTIVATING, {Factor.RECOVERY_CODE}, because="activation code given")
        pending = replace(begun.session, pending=_new_secret(door, account.id))
        sessions.change(opened.connection, door.house.site_id, pending)
    return Opened(token=begun.token, session=pending)


def finish_activation(door: Door, token: str, *, password: str, code: str) -> Activated:
    """Choose a password and show that the second factor works: both or nothing. Raises SignInRefused `SIGN_IN_AGAIN`, PasswordRefused, OwnAccountRefused."""
    held = _held(door, token, Condition.ACTIVATES)
    account = account_of(door, held.person_id)
    chosen = _chosen(door, account, password)
    step = one_time_codes.step_of(pending_secret(door, held), code, at=door.at)
    if step is None:
        raise _code_not_right()
    password_hash, recovery = hashing.hash_password(chosen), recovery_codes.new_codes()
    with told_by(door, account) as opened:
        if not sessions.end(opened.connection, door.house.site_id, at=door.at, because="activated", session_id=held.id):
            raise SignInRefused("SIGN_IN_AGAIN", "this activation has ended; begin again with your activation code")
        sessions.end(opened.connection, door.house.site_id, at=door.at, because="activated", person_id=account.id)
        sessions.use_code(opened, account.id, step)
        accounts.change(opened, replace(
            account, password_hash=password_hash, second_factor=held.pending, recovery=tuple(recovery_codes.digest(each) for each in recovery), activation="",
            activation_until=None, password_set_at=door.at,
        ))  # fmt: skip
        opened.tell(Told(action="activate account", subject="account", subject_id=account.id))
        begun = new_session(opened, door, account, Stage.OPEN, {Factor.PASSWORD, Factor.ONE_TIME_CODE}, because="signed in")
    return Activated(opened=begun, recovery=recovery)


def change_password(door: Door, token: str, password: str, *, shown: Shown) -> Opened:
    """Choose another password: every session of this person ends, and this one begins anew. Raises NotAllowed, PasswordRefused."""
    held, account = _confirmed(door, token, shown, Level.AGAIN)
    password_hash = hashing.hash_password(_chosen(door, account, password))
    with told_by(door, account) as opened:
        accounts.change(opened, replace(account, password_hash=password_hash, password_set_at=door.at))
        ended = sessions.end(opened.connection, door.house.site_id, at=door.at, because="password changed", person_id=account.id)
        opened.tell(Told(action="change password", subject="account", subject_id=account.id, changed={"sessions": (ended, 1)}))
        return new_session(opened, door, account, Stage.OPEN, held.factors, because="password changed", started_at=held.started_at)


def new_recovery_codes(door: Door, token: str, *, shown: Shown) -> tuple[str, ...]:
    """New recovery codes, shown this once; the earlier ones no longer count. Raises NotAllowed."""
    _, account = _confirmed(door, token, shown, Level.FULL)
    codes = recovery_codes.new_codes()
    with told_by(door, account) as opened:
        accounts.change(opened, replace(account, recovery=tuple(recovery_codes.digest(each) for each in codes)))
        opened.tell(Told(action="renew recovery codes", subject="account", subject_id=account.id, changed={"left": (len(account.recovery), len(codes))}))
    return codes


def begin_second_factor(door: Door, token: str) -> Session:
    """Set up another authenticator app: its secret waits in the session until a code shows that the app has it."""
    held = _held(door, token, Condition.OPEN)
    if held.pending:
        return held
    pending = replace(held, pending=_new_secret(door, held.person_id))
    with told_by(door, account_of(door, held.person_id)) as opened:
        sessions.change(opened.connection, door.house.site_id, pending)
    return pending


def check_new_app(door: Door, token: str, code: str) -> None:
    """Whether the new app shows the right code, looked at before the old factor is used up. Raises OwnAccountRefused `CODE_NOT_RIGHT`."""
    held = _held(door, token, Condition.OPEN)
    if not held.pending or one_time_codes.step_of(pending_secret(door, held), code, at=door.at) is None:
        raise _code_not_right()


def finish_second_factor(door: Door, token: str, code: str, *, shown: Shown) -> Opened:
    """The new app counts from now on, and the old one no longer; other sessions end. Raises NotAllowed, OwnAccountRefused `CODE_NOT_RIGHT`."""
    held, account = _confirmed(door, token, shown, Level.FULL)
    step = one_time_codes.step_of(pending_secret(door, held), code, at=door.at) if held.pending else None
    if step is None:
        raise _code_not_right()
    with told_by(door, account) as opened:
        sessions.use_code(opened, account.id, step)
        accounts.change(opened, replace(account, second_factor=held.pending))
        ended = sessions.end(opened.connection, door.house.site_id, at=door.at, because="second factor changed", person_id=account.id)
        opened.tell(Told(action="change second factor", subject="account", subject_id=account.id, changed={"sessions": (ended, 1)}))
        return new_session(opened, door, account, Stage.OPEN, held.factors, because="second factor changed", started_at=held.started_at)


def add_passkey(door: Door, token: str, new: NewPasskey, *, name: str, shown: Shown) -> Passkey:
    """Keep a passkey that was verified. Raises NotAllowed, OwnAccountRefused `TOO_MANY_PASSKEYS`, Conflict for one that is known."""
    _, account = _confirmed(door, token, shown, Level.FULL)
    told = _passkey_name(name)
    kept = Passkey(
        id=text_of(new.credential_id), person_id=account.id, name=told, public_key=text_of(new.public_key), sign_count=new.sign_count,
    )  # fmt: skip
    with told_by(door, account) as opened:
        # Two requests at once would both find room.
        people.person_of(opened, account.id, lock=True)
        if len(accounts.passkeys_of(opened.connection, door.house.site_id, account.id)) >= _MOST_PASSKEYS:
            raise OwnAccountRefused("TOO_MANY_PASSKEYS", f"an account has at most {_MOST_PASSKEYS} passkeys; remove one first")
        accounts.add_passkey(opened, kept)
        opened.tell(Told(action="add passkey", subject="account", subject_id=account.id, changed={"name": (None, told)}))
    return kept


def remove_passkey(door: Door, token: str, passkey_id: str, *, shown: Shown) -> None:
    """A passkey no longer counts. Raises NotAllowed, NotFound for one that is not this person's, OwnAccountRefused `LAST_SECOND_FACTOR`."""
    _, account = _confirmed(door, token, shown, Level.FULL)
    with told_by(door, account) as opened:
        people.person_of(opened, account.id, lock=True)
        found = _own_passkey(opened.connection, door.house.site_id, account.id, passkey_id)
        left = len(accounts.passkeys_of(opened.connection, door.house.site_id, account.id)) - 1
        if not left and not account.second_factor:
            raise OwnAccountRefused("LAST_SECOND_FACTOR", "this passkey is the only second factor of the account; set up an authenticator app first")
        accounts.change_passkey(opened, replace(found, is_removed=True))
        opened.tell(Told(action="remove passkey", subject="account", subject_id=account.id, changed={"name": (found.name, None)}))


def end_other_sessions(door: Door, token: str, *, shown: Shown) -> int:
    """End every other session of this person; gives how many there were. Raises NotAllowed."""
    held, account = _confirmed(door, token, shown, Level.AGAIN)
    with told_by(door, account) as opened:
        # Another tab of this browser may have given the session a new key since it was looked at: it is the same session.
        own = sessions.renewed_as(opened.connection, door.house.site_id, held) or held
        ended = sessions.end(opened.connection, door.house.site_id, at=door.at, because="ended by its owner", person_id=account.id, but=own.id)
        opened.tell(Told(action="end other sessions", subject="account", subject_id=account.id, changed={"sessions": (ended + 1, 1)}))
    return ended


def see_own_account(door: Door, person_id: str) -> OwnAccount:
    """The account as its owner may see it: no secret is in it. Raises SignInRefused where there is none any more."""
    account, site_id = account_of(door, person_id), door.house.site_id
    with door.house.database.reading() as connection:
        held = sessions.open_of(connection, site_id, person_id=person_id)
        keys = accounts.passkeys_of(connection, site_id, person_id)
    return OwnAccount(
        sign_in_name=account.sign_in_name, password_set_at=account.password_set_at, has_app=bool(account.second_factor), recovery_left=len(account.recovery),
        passkeys=keys, sessions=tuple(each for each in held if each.condition(door.at) is not Condition.ENDED), is_example=account.is_example,
    )  # fmt: skip


def own_passkey(door: Door, person_id: str, passkey_id: str) -> Passkey:
    """A passkey of this person. Raises NotFound, also for one of somebody else."""
    with door.house.database.reading() as connection:
        return _own_passkey(connection, door.house.site_id, person_id, passkey_id)


def _own_passkey(connection: Connection, site_id: str, person_id: str, passkey_id: str) -> Passkey:
    found = accounts.passkey_of(connection, site_id, passkey_id)
    if found.person_id != person_id:
        raise NotFound("passkey")
    return found


def _passkey_name(name: str) -> str:
    told = " ".join(name.split())
    if not told:
        return "Passkey"
    check_text(told, what="the name of a passkey", refusal=OwnAccountRefused, code="PASSKEY_NAME")
    if len(told) > _LONGEST_NAME:
        raise OwnAccountRefused("PASSKEY_NAME", f"the name of a passkey has at most {_LONGEST_NAME} characters")
    return told


def _code_not_right() -> OwnAccountRefused:
    return OwnAccountRefused("CODE_NOT_RIGHT", "the code of the authenticator app is not right; wait for the next one and enter it")


def pending_secret(door: Door, held: Session) -> str:
    """The secret that waits in a session, for the app to take over."""
    return door.vault.open(held.pending, about=about(door.house.site_id, held.person_id))


def passkey_user_id(site_id: str, person_id: str) -> bytes:
    """Under what a browser files a person's passkeys: always the same for that person, and nothing that names anybody."""
    return hashlib.sha256(f"{site_id} {person_id}".encode()).digest()


def text_of(octets: bytes) -> str:
    """Base64url without padding, as browsers write it."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def octets_of(text: str) -> bytes:
    """What `text_of` was made from."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _new_secret(door: Door, person_id: str) -> str:
    return door.vault.seal(one_time_codes.new_secret(), about=about(door.house.site_id, person_id))


def _is_activation(account: Account, code: str, door: Door) -> bool:
    if not account.activation or account.activation_until is None or door.at >= account.activation_until:
        return False
    return tokens.same(account.activation, recovery_codes.digest(code))


def _chosen(door: Door, account: Account, password: str) -> str:
    with door.house.database.reading() as connection:
        settings, _ = people.current_settings(connection, door.house.site_id)
        name = next((each.name for each in people.people_of(connection, door.house.site_id) if each.id == account.id), "")
    return check_new_password(password, is_common=is_common, about=(account.sign_in_name, name, settings.name, "levigate"))


def _confirmed(door: Door, token: str, shown: Shown, needed: Level) -> tuple[Session, Account]:
    """The open session and its account, where its person has just shown again who they are. An example's own data proves nothing here."""
    held = _held(door, token, Condition.OPEN)
    check_assured(shown, held.person_id, needed, at=door.at, is_example=False)
    return held, account_of(door, held.person_id)


def _held(door: Door, token: str, condition: Condition) -> Session:
    held = session_of(door, token)
    if held is None or held.condition(door.at) is not condition:
        raise SignInRefused("SIGN_IN_AGAIN", "this session has ended; sign in again")
    return held
