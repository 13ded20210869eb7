"""The audit chains in the database: who did what, when, to what, with the old and the new value and the reason.

The text of an entry is made once and its bytes are what is hashed; the columns beside it only help to find it, and verifying holds them against the text.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, LargeBinary, cast, func, insert, select, type_coerce, union, update

from compounding.domain import audit
from compounding.domain.audit import Chain, ChainName, Entry, Fault, Head
from compounding.domain.errors import LevigateError
from compounding.storage import seals
from compounding.storage.errors import StorageError
from compounding.storage.tables import audit_entry, audit_head, site
from compounding.storage.types import instant_text

_LIMIT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing to put on a chain. `changed` maps the name of a value to (old, new), as text, number or None.

    `seals` are the hashes of the rows that the transaction wrote (`storage/seals.py`); they stand on its last entry.
    """

    action: str
    subject: str
    subject_id: str
    reason: str = ""
    changed: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    seals: Mapping[str, str] = field(default_factory=dict)


def begin(connection: Connection, site_id: str) -> None:
    """Start both chains of a new site."""
    for chain in Chain:
        name = ChainName(site_id, chain)
        connection.execute(insert(audit_head).values(site_id=site_id, chain=chain.value, seq=0, hash=name.genesis))


def put(
    connection: Connection, site_id: str, chain: Chain, told: Sequence[Told], *, by: str, role: str, at: datetime, name: str = "", supervisor: str = ""
) -> Head:
    """Put entries on a chain: the last statements before a commit, since the head stays locked until then.

    `name` is the printed name of who acts, as it was then; `supervisor` the person id of who stood beside.
    """
    where = (audit_head.c.site_id == site_id) & (audit_head.c.chain == chain.value)
    row = connection.execute(select(audit_head.c.seq, audit_head.c.hash).where(where).with_for_update()).one_or_none()
    if row is None:
        raise StorageError("SITE_UNKNOWN", "this site has no audit trail, so nothing may be done in its name")
    made = audit.append(Head(row.seq, row.hash), [_body(each, by=by, name=name, role=role, supervisor=supervisor, at=at) for each in told])
    connection.execute(
        insert(audit_entry),
        [
            {"site_id": site_id, "chain": chain.value, "seq": entry.seq, "at": at, "by": by, "action": each.action, "subject": each.subject,
             "subject_id": each.subject_id, "body": entry.body.decode(), "hash": entry.hash}
            for each, entry in zip(told, made, strict=True)
        ],
    )  # fmt: skip
    connection.execute(update(audit_head).where(where).values(seq=made[-1].seq, hash=made[-1].hash))
    return Head(made[-1].seq, made[-1].hash)


def head(connection: Connection, name: ChainName) -> Head:
    """Where a chain ends. Raises StorageError `SITE_UNKNOWN`."""
    where = (audit_head.c.site_id == name.site_id) & (audit_head.c.chain == name.chain.value)
    row = connection.execute(select(audit_head.c.seq, audit_head.c.hash).where(where)).one_or_none()
    if row is None:
        raise StorageError("SITE_UNKNOWN", "there is no audit trail of this site")
    return Head(row.seq, row.hash)


def verify(connection: Connection, name: ChainName, *, kept: Head | None = None, seen: Callable[[], object] = lambda: None) -> tuple[Fault, ...]:
    """Everything wrong with a chain in the database: its links, its end, columns that say something else than the text, and rows that are not as sealed.

    `seen` is called for each entry, to show how far it is.
    """
    beside: list[Fault] = []
    last_seals: dict[str, str] = {}

    def entries() -> Iterator[Entry]:
        for row in _rows(connection, name):
            seen()
            beside.extend(_disagreements(row, last_seals))
            yield _entry(row)

    try:
        end = head(connection, name)
    except StorageError:
        beside.append(Fault(0, "the chain has lost its head, or never had one"))
        end = audit.start(name)
    found = audit.verify(name, entries(), head=end, kept=kept)
    rows = seals.broken(connection, name.site_id, last_seals) if name.chain is Chain.CHANGES else ()
    return (*found, *beside, *rows)


def strays(connection: Connection, site_id: str) -> tuple[Fault, ...]:
    """Entries and heads of a site on chains that do not exist: none of the two chains would show them."""
    known = [each.value for each in Chain]
    found: list[Fault] = []
    for table in (audit_entry, audit_head):
        query = select(table.c.seq).where(table.c.site_id == site_id, table.c.chain.not_in(known)).order_by(table.c.seq).limit(_LIMIT)
        found.extend(Fault(seq, f"{table.name} {seq} is on a chain that does not exist") for seq in connection.execute(query).scalars())
    return tuple(found)


def export(connection: Connection, name: ChainName) -> Iterator[bytes]:
    """A whole chain as lines, the head first."""
    yield audit.export_header(name, head(connection, name))
    for row in _rows(connection, name):
        yield audit.export_line(_entry(row))


def sites(connection: Connection) -> tuple[str, ...]:
    """The sites that have an audit trail or should have one: a site whose head was removed is among them."""
    every = union(*(select(table.c.site_id) for table in (site, audit_head, audit_entry)))
    return tuple(sorted(connection.execute(every).scalars()))


def _rows(connection: Connection, name: ChainName) -> Iterator[Any]:
    t = audit_entry.c
    columns = [_stored(connection, column).label(column.name) for column in (t.body, t.hash, t.at, t.by, t.action, t.subject, t.subject_id)]
    query = select(t.seq, *columns).where(t.site_id == name.site_id, t.chain == name.chain.value).order_by(t.seq).limit(_LIMIT)
    rows = connection.execute(query).all()
    while rows:
        yield from rows
        rows = connection.execute(query.where(t.seq > rows[-1].seq)).all()


def _stored(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[bytes]:
    """The bytes of a text as they lie there: damaged ones must be found here, and not stumble over the driver's reading of them."""
    if connection.dialect.name == "sqlite":
        return cast(column, LargeBinary)
    return type_coerce(func.convert_to(column, "UTF8"), LargeBinary)


def _entry(row: Any) -> Entry:
    return Entry(row.seq, bytes(row.body), bytes(row.hash).decode(errors="replace"))


def _body(told: Told, *, by: str, name: str, role: str, supervisor: str, at: datetime) -> bytes:
    said: dict[str, Any] = {
        "at": instant_text(at), "by": by, "name": name, "role": role, "supervisor": supervisor, "action": told.action, "subject": told.subject,
        "subject_id": told.subject_id, "reason": told.reason, "changed": {name: list(values) for name, values in told.changed.items()},
    }  # fmt: skip
    if told.seals:
        said["seals"] = dict(told.seals)
    try:
        # Line breaks of a text are escaped by JSON itself, so that an entry stays one line.
        return json.dumps(said, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, UnicodeEncodeError) as fault:
        raise LevigateError("AUDIT_UNWRITABLE", "something in this change cannot be written to the audit trail; nothing was changed") from fault


def _disagreements(row: Any, last_seals: dict[str, str]) -> Iterator[Fault]:
    try:
        said = json.loads(bytes(row.body))
        last_seals.update(said.get("seals", {}))
        for name in ("at", "by", "action", "subject", "subject_id"):
            if said[name].encode() != bytes(getattr(row, name)):
                yield Fault(row.seq, f'the column "{name}" of entry {row.seq} says something else than its text')
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        yield Fault(row.seq, f"the text of entry {row.seq} cannot be read")
