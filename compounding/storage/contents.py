"""Bytes that are kept exactly as they came or went out, found again by their sha256: originals, images, certificates, printed papers."""

import hashlib
from datetime import datetime

from sqlalchemy import select

from compounding.domain.audit import Chain
from compounding.domain.errors import LevigateError
from compounding.storage.errors import StorageError
from compounding.storage.tables import audit_entry, content, ingredient_lot, order_event, paper, paper_copy, paper_incident, preparation, signature
from compounding.storage.transaction import Transaction

LARGEST = 20 * 1024 * 1024


def keep(opened: Transaction, data: bytes, *, media_type: str) -> str:
    """Keep the bytes and give their sha256; the same bytes are kept once. Raises LevigateError `CONTENT_TOO_LARGE`."""
    return keep_once(opened, data, media_type=media_type)[0]


def keep_once(opened: Transaction, data: bytes, *, media_type: str) -> tuple[str, bool]:
    """As `keep`, and whether the bytes were new here."""
    if len(data) > LARGEST:
        raise LevigateError("CONTENT_TOO_LARGE", f"a file of more than {LARGEST // 1024 // 1024} MB is not kept; send a smaller picture")
    digest = hashlib.sha256(data).hexdigest()
    is_new = opened.insert_once(content, sha256=digest, media_type=media_type, bytes=data, stored_at=opened.at)
    return digest, is_new


def of(opened: Transaction, digest: str) -> bytes:
    """The bytes, held against their name. Raises NotFound, and StorageError `CONTENT_DAMAGED` where they are not what was kept."""
    data = bytes(opened.row(content, "file", sha256=digest).bytes)
    if hashlib.sha256(data).hexdigest() != digest:
        raise StorageError("CONTENT_DAMAGED", "a stored file is not what was kept; restore it from a backup")
    return data


def check_there(opened: Transaction, *digests: str) -> None:
    """Raises NotFound for a file that was never kept here."""
    for digest in digests:
        opened.row(content, "file", sha256=digest)


def kept_at(opened: Transaction, digest: str) -> datetime:
    """When the bytes were first kept. Raises NotFound."""
    at: datetime = opened.row(content, "file", sha256=digest).stored_at
    return at


def was_kept_by(opened: Transaction, digest: str, *, person_id: str, since: datetime) -> bool:
    """Whether that person brought these very bytes since that instant, whoever was the first to: each keeping is told on the audit trail."""
    t = audit_entry.c
    query = select(t.seq).where(
        t.site_id == opened.site_id, t.chain == Chain.CHANGES.value, t.subject == "file", t.subject_id == digest, t.action == "keep file", t.by == person_id,
        t.at >= since,
    )  # fmt: skip
    return opened.connection.execute(query.limit(1)).first() is not None


def is_used(opened: Transaction, digest: str, *, since: datetime) -> bool:
    """Whether a file that was kept after that instant stands for anything yet: a signature, an order's original or letter, a certificate, a printed paper."""
    named = (
        (signature, signature.c.document.contains(digest), signature.c.at), (preparation, preparation.c.document.contains(digest), preparation.c.changed_at),
        (order_event, order_event.c.document.contains(digest), order_event.c.at), (paper, paper.c.content_sha256 == digest, paper.c.made_at),
        (paper_copy, paper_copy.c.content_sha256 == digest, paper_copy.c.made_at),
        (paper_incident, paper_incident.c.content_sha256 == digest, paper_incident.c.at),
        (ingredient_lot, ingredient_lot.c.document.contains(digest), None),
    )  # fmt: skip
    for table, is_named, at in named:
        where = [table.c.site_id == opened.site_id, is_named, *([at >= since] if at is not None else [])]
        if opened.connection.execute(select(table.c.site_id).where(*where).limit(1)).first() is not None:
            return True
    return False
