"""Printed papers as they were sent: stored bytes by kind and revision, what each label says, and how each stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, func, select

from compounding.domain.hand_over_parts import LabelStatus, PrintedFacts
from compounding.domain.paper_kinds import LABEL
from compounding.storage import contents, documents
from compounding.storage.tables import paper, paper_event, preparation
from compounding.storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One printed paper. `facts` is what a label says; None for every other kind."""

    id: str
    preparation_id: str
    kind: str
    revision: int
    sha256: str
    token: str
    language: str
    facts: PrintedFacts | None
    made_at: datetime


def add(opened: Transaction, preparation_id: str, kind: str, data: bytes, *, revision: int, token: str, language: str, facts: PrintedFacts | None) -> Paper:
    """Keep a paper's bytes and that it was printed. A label begins as awaiting its check."""
    digest = contents.keep(opened, data, media_type="application/pdf")
    key = opened.new_id()
    opened.insert(
        paper, id=key, preparation_id=preparation_id, kind=kind, revision=revision, content_sha256=digest, token=token, language=language,
        document=documents.write(PrintedFacts, facts) if facts is not None else "", reason="", made_at=opened.at, made_by=opened.by,
    )  # fmt: skip
    if kind == LABEL:
        _event(opened, key, 1, LabelStatus.AWAITING_CHECK, "")
    return Paper(
        id=key, preparation_id=preparation_id, kind=kind, revision=revision, sha256=digest, token=token, language=language, facts=facts, made_at=opened.at
    )  # fmt: skip


def last_revision(opened: Transaction, preparation_id: str, kind: str) -> int:
    """The number of the last revision of a kind, 0 where there is none."""
    t = paper.c
    query = select(func.max(t.revision)).where(t.site_id == opened.site_id, t.preparation_id == preparation_id, t.kind == kind)
    return opened.connection.execute(query).scalar_one() or 0


def of_revision(opened: Transaction, preparation_id: str, kind: str, revision: int) -> Paper:
    """One paper. Raises NotFound."""
    return _paper(opened.row(paper, kind, preparation_id=preparation_id, kind=kind, revision=revision))


def of_preparation(opened: Transaction, preparation_id: str) -> Iterator[Paper]:
    """Every paper of a preparation, oldest first."""
    t = paper.c
    rows = opened.connection.execute(select(paper).where(t.site_id == opened.site_id, t.preparation_id == preparation_id).order_by(t.made_at, t.id)).all()
    for row in rows:
        yield _paper(row)


def newest_label(opened: Transaction, lot_number: str) -> Paper | None:
    """The last label of a preparation by its number; None where there is no such preparation, or no label of it."""
    t, p = paper.c, preparation.c
    query = (
        select(paper).join(preparation, (p.site_id == t.site_id) & (p.id == t.preparation_id))
        .where(t.site_id == opened.site_id, t.kind == LABEL, p.lot_number == lot_number).order_by(t.revision.desc()).limit(1)
    )  # fmt: skip
    row = opened.connection.execute(query).one_or_none()
    return _paper(row) if row is not None else None


def labels_made(opened: Transaction, begin: datetime, end: datetime) -> Iterator[Paper]:
    """The last label of every preparation that had one made within these instants (the end not included), oldest first."""
    t, later = paper.c, paper.alias("later").c
    is_last = ~exists().where(later.site_id == t.site_id, later.preparation_id == t.preparation_id, later.kind == LABEL, later.revision > t.revision)
    where = (t.site_id == opened.site_id, t.kind == LABEL, t.made_at >= begin, t.made_at < end, is_last)
    for row in opened.connection.execute(select(paper).where(*where).order_by(t.made_at, t.id)).all():
        yield _paper(row)


def by_token(opened: Transaction, token: str) -> Paper:
    """The label that carries this token. Raises NotFound."""
    return _paper(opened.row(paper, "label", token=token))


def status(opened: Transaction, paper_id: str) -> LabelStatus:
    """How a label stands: the last thing that happened to it."""
    t = paper_event.c
    query = select(t.status).where(t.site_id == opened.site_id, t.paper_id == paper_id).order_by(t.number.desc()).limit(1)
    return LabelStatus(opened.connection.execute(query).scalar_one())


def set_status(opened: Transaction, paper_id: str, new: LabelStatus, reason: str) -> None:
    """What a scan of the label answers from now on."""
    t = paper_event.c
    last = opened.connection.execute(select(func.max(t.number)).where(t.site_id == opened.site_id, t.paper_id == paper_id)).scalar_one() or 0
    _event(opened, paper_id, last + 1, new, reason)


def _event(opened: Transaction, paper_id: str, number: int, new: LabelStatus, reason: str) -> None:
    opened.insert(paper_event, id=opened.new_id(), paper_id=paper_id, number=number, status=new.value, reason=reason, at=opened.at, by=opened.by)


def _paper(row: Row[Any]) -> Paper:
    return Paper(
        id=row.id, preparation_id=row.preparation_id, kind=row.kind, revision=row.revision, sha256=row.content_sha256, token=row.token, language=row.language,
        facts=documents.read(PrintedFacts, row.document) if row.document else None, made_at=row.made_at,
    )  # fmt: skip
