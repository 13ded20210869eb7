"""Signing in, unlocking and signing with a passkey: what it proves is both factors at once, and each challenge is answered once."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from compounding.credentials import passkeys, tokens
from compounding.credentials.passkeys import PasskeyRefused, RelyingParty
from compounding.domain.assurance import Assurance, Factor
from compounding.domain.sessions import Condition, Stage
from compounding.storage import accounts, sessions
from compounding.storage.accounts import Account, Passkey
from compounding.storage.errors import Conflict, NotFound
from compounding.storage.trail import Told
from compounding.storage.transaction import Transaction
from compounding.workflow.own_account import octets_of, text_of
from compounding.workflow.signing_in import Door, Opened, SignInRefused, account_key, begin_attempt, failed, new_session, told_by


def sign_in_by_passkey(door: Door, party: RelyingParty, *, challenge: bytes, answer: str) -> Opened:
    """Begin a session for whoever holds the passkey. Raises SignInRefused `SIGN_IN_FAILED` or `SIGN_IN_WAIT`, whatever was wrong with it."""
    with _proved(door, party, challenge, answer) as (opened, account, shown):
        return new_session(opened, door, account, Stage.OPEN, shown.factors, because="signed in")


def unlock_by_passkey(door: Door, session_id: str, party: RelyingParty, *, challenge: bytes, answer: str) -> Opened:
    """Go on in a session of this browser, as `signing_in.unlock` does. Raises SignInRefused, also `SIGN_IN_AGAIN`."""
    over = SignInRefused("SIGN_IN_AGAIN", "this session has ended; sign in again with your name and password")
    with door.house.database.reading() as connection:
        held = sessions.of(connection, door.house.site_id, session_id)
    if held is None or held.browser != door.browser or held.condition(door.at) not in {Condition.LOCKED, Condition.OPEN}:
        raise over
    with _proved(door, party, challenge, answer, person_id=held.person_id) as (opened, account, shown):
        if not sessions.end(opened.connection, door.house.site_id, at=door.at, because="unlocked", session_id=held.id):
            raise over
        return new_session(opened, door, account, Stage.OPEN, held.factors | shown.factors, because="unlocked", started_at=held.started_at)


def confirm_by_passkey(door: Door, person_id: str, party: RelyingParty, *, challenge: bytes, answer: str) -> Assurance:
    """Show once more who one is, for an act that is signed. Raises SignInRefused `CONFIRMATION_FAILED` or `SIGN_IN_WAIT`."""
    with _proved(door, party, challenge, answer, person_id=person_id, code="CONFIRMATION_FAILED") as (opened, _, shown):
        opened.tell_read(Told(action="confirm", subject="account", subject_id=person_id, changed={"with": (None, shown.in_words)}))
        return shown


def step_of_challenge(challenge: bytes) -> int:
    """The number under which a challenge is used up: below zero, where no time step of a one-time code is."""
    return -1 - (int.from_bytes(hashlib.sha256(challenge).digest()[:8], "big") >> 1)


@contextmanager
def _proved(
    door: Door, party: RelyingParty, challenge: bytes, answer: str, *, person_id: str = "", code: str = "SIGN_IN_FAILED"
) -> Iterator[tuple[Transaction, Account, Assurance]]:
    """Check the answer, use it up, and give a transaction of the account's person. `person_id` is whose passkey it has to be; empty for anybody's."""
    kept, owner = _looked_up(door, answer)
    # An unknown passkey is counted under a name that nobody has, so that only its address counts.
    account, attempt = begin_attempt(door, owner.sign_in_name if owner is not None else tokens.new_token())
    if account is None or kept is None or person_id not in {"", account.id}:
        raise failed(door, account, code=code)
    try:
        count = passkeys.verify_request(party, challenge=challenge, answer=answer, public_key=octets_of(kept.public_key), sign_count=kept.sign_count)
        with told_by(door, account) as opened:
            if not sessions.use_code(opened, account.id, step_of_challenge(challenge)):
                raise PasskeyRefused("PASSKEY_REFUSED", "this challenge was answered before")
            accounts.change_passkey(opened, replace(kept, sign_count=count))
            told = {"name": (None, kept.name), "sign_count": (kept.sign_count, count)}
            opened.tell(Told(action="use passkey", subject="account", subject_id=account.id, changed=told))
            sessions.forget_attempts(opened, account=account_key(account.sign_in_name), browser=door.browser, attempt=attempt)
            yield opened, account, Assurance(person_id=account.id, factors=frozenset({Factor.PASSKEY}), at=door.at)
    except (PasskeyRefused, Conflict):
        # A forged answer, a copied key, a second use, or the same passkey at this very moment elsewhere: nothing was shown.
        raise failed(door, account, code=code) from None


def _looked_up(door: Door, answer: str) -> tuple[Passkey | None, Account | None]:
    """The passkey an answer says it is from, and whose it is; nothing is proved yet."""
    site_id = door.house.site_id
    try:
        with door.house.database.reading() as connection:
            kept = accounts.passkey_of(connection, site_id, text_of(passkeys.credential_id_of(answer)))
            return kept, accounts.of(connection, site_id, kept.person_id)
    except (PasskeyRefused, NotFound):
        return None, None
