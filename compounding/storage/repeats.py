"""The same request twice makes one change with one answer: a key within site, person and use case, bound to what was asked."""

import hashlib
from datetime import timedelta

from sqlalchemy import Connection, delete, select, text

from compounding.domain.errors import LevigateError
from compounding.storage.tables import idempotency
from compounding.storage.transaction import Transaction

KEPT_FOR = timedelta(hours=24)
# The first number tells these locks from every other use of such locks in the database.
_REPEATS = 723_310
_LOCK = text("SELECT pg_advisory_xact_lock(CAST(:space AS integer), CAST(:number AS integer))")


class KeyReused(LevigateError):
    """The key was used for another request."""

    def __init__(self) -> None:
        super().__init__("IDEMPOTENCY_KEY_REUSED", "this request carries the key of another request; nothing was changed")


def answer_of(opened: Transaction, *, use_case: str, key: str, body_sha256: str) -> str | None:
    """The answer that this request got before, or None where it is new. Raises KeyReused where the key stood for another request."""
    _wait_for_the_same(opened, use_case, key)
    t = idempotency.c
    # All that is old of this person goes, not this key only: answers hold what was told of patients, and a key seldom comes again.
    opened.connection.execute(delete(idempotency).where(t.site_id == opened.site_id, t.actor == opened.by, t.at < opened.at - KEPT_FOR))
    query = select(t.body_sha256, t.answer).where(t.site_id == opened.site_id, t.actor == opened.by, t.use_case == use_case, t.key == key)
    found = opened.connection.execute(query).one_or_none()
    if found is None:
        return None
    if found.body_sha256 != body_sha256:
        raise KeyReused
    return str(found.answer)


def is_known(connection: Connection, site_id: str, *, actor: str, use_case: str, key: str) -> bool:
    """Whether this person's request of that key was done before, whatever it asked for."""
    t = idempotency.c
    query = select(t.key).where(t.site_id == site_id, t.actor == actor, t.use_case == use_case, t.key == key)
    return connection.execute(query).one_or_none() is not None


def keep_answer(opened: Transaction, *, use_case: str, key: str, body_sha256: str, answer: str) -> None:
    """Keep the answer with the change itself, in the same transaction. Raises Conflict where the same request runs at this very moment."""
    opened.insert(idempotency, actor=opened.by, use_case=use_case, key=key, body_sha256=body_sha256, answer=answer, at=opened.at)


def _wait_for_the_same(opened: Transaction, use_case: str, key: str) -> None:
    """Where the same request is being done at this very moment, wait for its answer: it would be refused by what the first one did.

    SQLite has one writer at a time anyway. A number that two requests share by chance only makes one of them wait.
    """
    if opened.connection.dialect.name == "postgresql":
        digest = hashlib.sha256(repr((opened.site_id, opened.by, use_case, key)).encode()).digest()
        number = int.from_bytes(digest[:4], "big", signed=True)
        opened.connection.execute(_LOCK, {"space": _REPEATS, "number": number})
