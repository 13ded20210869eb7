"""Sessions, used codes and failed attempts in the database: no records, so no audit entries, and forgotten when they are old.

What is written here goes past the transaction's own hand, since it is told nowhere: who signed in, and who failed to, is told by the use case.
"""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from compounding.domain.assurance import Factor
from compounding.domain.sessions import RENEWED, Session, Stage
from compounding.domain.throttling import COUNTED_FOR, Failures
from compounding.storage.faults import is_key_taken
from compounding.storage.tables import session, sign_in_attempt, used_code
from compounding.storage.transaction import Transaction

KNOWN_FOR = timedelta(days=90)
"""How long a browser counts as one in which a person has signed in before."""
_FULL = (Stage.OPEN.value, Stage.LOCKED.value)
_CODES_FOR = timedelta(days=1)
_ATTEMPTS = 723_311
_IN_TURN = text("SELECT pg_advisory_xact_lock(CAST(:space AS integer), CAST(:number AS integer))")
_FORGOTTEN = (
    (session, session.c.started_at, KNOWN_FOR), (sign_in_attempt, sign_in_attempt.c.at, COUNTED_FOR), (used_code, used_code.c.at, _CODES_FOR),
)  # fmt: skip


def add(opened: Transaction, new: Session) -> None:
    """A new session; old ones, attempts and codes are forgotten."""
    for table, column, kept in _FORGOTTEN:
        opened.connection.execute(delete(table).where(table.c.site_id == opened.site_id, column < opened.at - kept))
    opened.connection.execute(insert(session).values(site_id=opened.site_id, id=new.id, ended_because="", **_columns(new)))


def of(connection: Connection, site_id: str, session_id: str) -> Session | None:
    """The session with that key, or None."""
    row = connection.execute(select(session).where(session.c.site_id == site_id, session.c.id == session_id)).one_or_none()
    return _session(row) if row is not None else None


def seen(connection: Connection, site_id: str, session_id: str, *, at: datetime) -> None:
    """Somebody is still there. A session that ended or was locked meanwhile stays so."""
    where = (session.c.site_id == site_id) & (session.c.id == session_id) & session.c.ended_at.is_(None) & (session.c.stage == Stage.OPEN.value)
    connection.execute(update(session).where(where, session.c.seen_at < at).values(seen_at=at))


def change(connection: Connection, site_id: str, changed: Session) -> bool:
    """Put a session that has not ended as it now is; says whether there was one."""
    where = (session.c.site_id == site_id) & (session.c.id == changed.id) & session.c.ended_at.is_(None)
    return connection.execute(update(session).where(where).values(**_columns(changed))).rowcount == 1


def end(connection: Connection, site_id: str, *, at: datetime, because: str, session_id: str = "", person_id: str = "", but: str = "") -> int:
    """End one session, or all of a person `but` one; gives how many were open."""
    where = (session.c.site_id == site_id) & session.c.ended_at.is_(None)
    where &= session.c.id == session_id if session_id else session.c.person_id == person_id
    if but:
        where &= session.c.id != but
    return connection.execute(update(session).where(where).values(ended_at=at, ended_because=because, pending="")).rowcount


def renew(opened: Transaction, session_id: str, new_id: str) -> Session | None:
    """The same session under another key, the old one ended; None where it has ended before."""
    query = select(session).where(session.c.site_id == opened.site_id, session.c.id == session_id, session.c.ended_at.is_(None))
    row = opened.connection.execute(query.with_for_update()).one_or_none()
    if row is None:
        return None
    renewed = replace(_session(row), id=new_id)
    end(opened.connection, opened.site_id, at=opened.at, because=RENEWED, session_id=session_id)
    add(opened, renewed)
    return renewed


def renewed_as(connection: Connection, site_id: str, ended: Session) -> Session | None:
    """The session that a renewed one goes on as: of the same person, in the same browser, begun at the same instant."""
    t = session.c
    same = (t.person_id == ended.person_id) & (t.browser == ended.browser) & (t.started_at == ended.started_at)
    row = connection.execute(select(session).where(t.site_id == site_id, same, t.ended_at.is_(None)).limit(1)).one_or_none()
    return _session(row) if row is not None else None


def open_of(connection: Connection, site_id: str, *, person_id: str = "", browser: str = "") -> tuple[Session, ...]:
    """The sessions of a person, or of a browser, that were not ended, the newest first."""
    mine = session.c.person_id == person_id if person_id else session.c.browser == browser
    query = select(session).where(session.c.site_id == site_id, mine, session.c.ended_at.is_(None)).order_by(session.c.started_at.desc(), session.c.id)
    return tuple(_session(row) for row in connection.execute(query))


def use_code(opened: Transaction, person_id: str, step: int) -> bool:
    """Use up the one-time code of a time step; says whether it was still unused."""
    try:
        with opened.connection.begin_nested():
            opened.connection.execute(insert(used_code).values(site_id=opened.site_id, person_id=person_id, step=step, at=opened.at))
    except IntegrityError as fault:
        if not is_key_taken(fault):
            raise
        return False
    return True


def used_steps(connection: Connection, site_id: str, person_id: str, steps: tuple[int, ...]) -> frozenset[int]:
    """Which of these time steps' codes a person has used up."""
    query = select(used_code.c.step).where(used_code.c.site_id == site_id, used_code.c.person_id == person_id, used_code.c.step.in_(steps))
    return frozenset(connection.execute(query).scalars())


def failures(opened: Transaction, *, account: str, address: str, browser: str, person_id: str) -> Failures:
    """What failed lately; failures from browsers this person has used count for those browsers only. Attempts for one account wait for each other."""
    if opened.connection.dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(account.encode()).digest()[:4], "big", signed=True)
        opened.connection.execute(_IN_TURN, {"space": _ATTEMPTS, "number": number})
    t, since = sign_in_attempt.c, opened.at - COUNTED_FOR
    mine = select(session.c.browser).where(session.c.site_id == opened.site_id, session.c.person_id == person_id, session.c.stage.in_(_FULL))
    known = frozenset(opened.connection.execute(mine.distinct()).scalars()) if person_id else frozenset()
    query = select(t.account, t.address, t.browser, t.at).where(t.site_id == opened.site_id, t.at > since, (t.account == account) | (t.address == address))
    rows = opened.connection.execute(query.order_by(t.at)).all()
    return Failures(
        account=tuple(row.at for row in rows if row.account == account and row.browser not in known),
        account_here=tuple(row.at for row in rows if row.account == account and row.address == address and row.browser not in known),
        browser=tuple(row.at for row in rows if row.account == account and row.browser == browser),
        address=tuple(row.at for row in rows if row.address == address),
        is_known_browser=browser in known,
    )  # fmt: skip


def add_attempt(opened: Transaction, *, account: str, address: str, browser: str) -> str:
    """Count an attempt as failed before it is looked at, so that many at once cannot all go through; gives its key."""
    key = opened.new_id()
    values = {"site_id": opened.site_id, "id": key, "account": account, "address": address, "browser": browser, "at": opened.at}
    opened.connection.execute(insert(sign_in_attempt).values(**values))
    return key


def forget_attempts(opened: Transaction, *, account: str, browser: str, attempt: str) -> None:
    """It was the right person: this attempt is no failure, and neither are the others from this browser."""
    t = sign_in_attempt.c
    mine = (t.id == attempt) | ((t.account == account) & (t.browser == browser))
    opened.connection.execute(delete(sign_in_attempt).where(t.site_id == opened.site_id, mine))


def _columns(it: Session) -> dict[str, Any]:
    return {
        "person_id": it.person_id, "browser": it.browser, "stage": it.stage.value, "factors": ",".join(sorted(it.factors)), "pending": it.pending,
        "started_at": it.started_at, "seen_at": it.seen_at, "ended_at": it.ended_at,
    }  # fmt: skip


def _session(row: Row[Any]) -> Session:
    return Session(
        id=row.id, person_id=row.person_id, browser=row.browser, stage=Stage(row.stage), pending=row.pending, started_at=row.started_at,
        factors=frozenset(Factor(each) for each in row.factors.split(",") if each), seen_at=row.seen_at, ended_at=row.ended_at,
        ended_because=row.ended_because,
    )  # fmt: skip
