"""What proves a printed paper: the finished content it was set from, its numbered copies, and papers that were stopped when they were read back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from compounding.domain.paper_differences import StoppedPaper
from compounding.storage import contents, documents
from compounding.storage.tables import paper_content, paper_copy, paper_incident
from compounding.storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredContent:
    """The content of a paper as JSON, and the stock it was first set for."""

    document: str
    stock: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One numbered copy: on which stock, why, and the sha256 of its bytes."""

    number: int
    sha256: str
    stock: str
    reason: str
    made_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A paper that was stopped, and the sha256 of the bytes that were set."""

    id: str
    stopped: StoppedPaper
    sha256: str
    at: datetime
    by: str


def keep_content(opened: Transaction, paper_id: str, document: str, *, stock: str) -> None:
    """Keep what a paper was set from."""
    digest = contents.keep(opened, document.encode(), media_type="application/json")
    opened.insert(paper_content, paper_id=paper_id, content_sha256=digest, stock=stock)


def content_of(opened: Transaction, paper_id: str) -> StoredContent | None:
    """What a paper was set from; None for one printed before contents were kept. Raises StorageError `CONTENT_DAMAGED`."""
    t = paper_content.c
    row = opened.connection.execute(select(paper_content).where(t.site_id == opened.site_id, t.paper_id == paper_id)).one_or_none()
    return StoredContent(document=contents.of(opened, row.content_sha256).decode(), stock=row.stock) if row is not None else None


def add_copy(opened: Transaction, paper_id: str, pdf: bytes, *, number: int, stock: str, reason: str) -> str:
    """Keep a numbered copy's bytes; the sha256 of them."""
    digest = contents.keep(opened, pdf, media_type="application/pdf")
    opened.insert(paper_copy, paper_id=paper_id, number=number, content_sha256=digest, stock=stock, reason=reason, made_at=opened.at, made_by=opened.by)
    return digest


def copy_of(opened: Transaction, paper_id: str, number: int) -> Copy:
    """One numbered copy. Raises NotFound."""
    return _copy(opened.row(paper_copy, "copy", paper_id=paper_id, number=number))


def copies_of(opened: Transaction, paper_id: str) -> Iterator[Copy]:
    """Every numbered copy of a paper, oldest first."""
    t = paper_copy.c
    for row in opened.connection.execute(select(paper_copy).where(t.site_id == opened.site_id, t.paper_id == paper_id).order_by(t.number)).all():
        yield _copy(row)


def add_incident(opened: Transaction, preparation_id: str, stopped: StoppedPaper, pdf: bytes) -> Incident:
    """Keep what was set and in what it differs."""
    digest = contents.keep(opened, pdf, media_type="application/pdf")
    key = opened.new_id()
    opened.insert(
        paper_incident, id=key, preparation_id=preparation_id, kind=stopped.kind, document=documents.write(StoppedPaper, stopped), content_sha256=digest,
        at=opened.at, by=opened.by,
    )  # fmt: skip
    return Incident(id=key, stopped=stopped, sha256=digest, at=opened.at, by=opened.by)


def incidents_of(opened: Transaction, preparation_id: str) -> Iterator[Incident]:
    """Every paper of a preparation that was stopped, oldest first."""
    t = paper_incident.c
    query = select(paper_incident).where(t.site_id == opened.site_id, t.preparation_id == preparation_id).order_by(t.at, t.id)
    for row in opened.connection.execute(query).all():
        yield Incident(id=row.id, stopped=documents.read(StoppedPaper, row.document), sha256=row.content_sha256, at=row.at, by=row.by)


def _copy(row: Row[Any]) -> Copy:
    return Copy(number=row.number, sha256=row.content_sha256, stock=row.stock, reason=row.reason, made_at=row.made_at, made_by=row.made_by)
