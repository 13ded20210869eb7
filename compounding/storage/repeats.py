"""The same request twice makes one change with one answer: a key within site, person and use case, bound to what was asked."""

from datetime import timedelta

from sqlalchemy import delete, select

from compounding.domain.errors import LevigateError
from compounding.storage.tables import idempotency
from compounding.storage.transaction import Transaction

KEPT_FOR = timedelta(hours=24)


class KeyReused(LevigateError):
    """The key was used for another request."""

    def __init__(self) -> None:
        super().__init__("IDEMPOTENCY_KEY_REUSED", "this request carries the key of another request; nothing was changed")


def answer_of(opened: Transaction, *, use_case: str, key: str, body_sha256: str) -> str | None:
    """The answer that this request got before, or None where it is new. Raises KeyReused where the key stood for another request."""
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


def keep_answer(opened: Transaction, *, use_case: str, key: str, body_sha256: str, answer: str) -> None:
    """Keep the answer with the change itself, in the same transaction. Raises Conflict where the same request runs at this very moment."""
    opened.insert(idempotency, actor=opened.by, use_case=use_case, key=key, body_sha256=body_sha256, answer=answer, at=opened.at)
