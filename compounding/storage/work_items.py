"""What waits for somebody, orders and preparations in one list: counted by stage in one query, and read a page at a time in another."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, and_, case, exists, func, literal, or_, select, union_all

from compounding.domain.audit import Chain
from compounding.domain.order_record import OrderRecord
from compounding.domain.stages import OVER, STATES, State, Subject
from compounding.domain.work_stages import OPEN_STAGES, REFILL, STANDING, URGENT
from compounding.storage import documents
from compounding.storage.tables import audit_entry, medication_order, patient, person, preparation

_ORDER, _PREPARATION = Subject.ORDER.value, Subject.PREPARATION.value
_MADE = sorted(each.state.value for each in OPEN_STAGES if each.subject is Subject.PREPARATION)
_OPEN_ORDERS = frozenset(each.state for each in OPEN_STAGES if each.subject is Subject.ORDER)
_OVER = sorted(each.value for each in STATES[Subject.ORDER] if each not in _OPEN_ORDERS)
_AT_BENCH = sorted(each.value for each in STATES[Subject.PREPARATION] if each not in OVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an item stands in the list, and so where a page ended: `rank` is 0 for what is one's own and urgent, up to 3 for what is neither."""

    rank: int
    since: datetime
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which items: at these stages, those at `mine` before the others, by how long they stand there, and after a place in that order.

    `is_moving` leaves out the preparations whose order no longer stands.
    """

    stages: tuple[str, ...]
    mine: tuple[str, ...]
    is_moving: bool
    is_newest_first: bool
    after: Place | None
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkKey:
    """One item without anything of a patient: enough to see whether a list is still the same."""

    stage: str
    place: Place
    version: int
    order_version: int
    is_stopped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a list says of a preparation."""

    id: str
    fill: int
    lot_number: str
    compounded_on: date
    beyond_use_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """One item: its order with the patient, the preparation where it is one, and who did something with it last."""

    key: WorkKey
    record: OrderRecord
    patient_name: str
    born_on: date
    made: Made | None
    last_by: str
    last_name: str
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many items stand at a stage, and how many of them wait because their order no longer stands."""

    stage: str
    items: int
    stopped: int


def counted(connection: Connection, site_id: str) -> tuple[Count, ...]:
    """How many items stand at each stage where something does, by one query."""
    items = _items(site_id, tuple(each.name for each in OPEN_STAGES), with_urgency=False)
    query = select(items.c.stage, func.count().label("items"), func.sum(items.c.stopped).label("stopped")).group_by(items.c.stage)
    return tuple(Count(stage=row.stage, items=row.items, stopped=int(row.stopped)) for row in connection.execute(query.order_by(items.c.stage)))


def has_orders(connection: Connection, site_id: str) -> bool:
    """Whether any order was ever received."""
    return connection.execute(select(medication_order.c.id).where(medication_order.c.site_id == site_id).limit(1)).first() is not None


def keys(connection: Connection, site_id: str, wanted: Wanted) -> tuple[WorkKey, ...]:
    """The items of a page by their keys alone."""
    return tuple(_key(row) for row in connection.execute(_page(site_id, wanted)))


def page(connection: Connection, site_id: str, wanted: Wanted) -> tuple[WorkItem, ...]:
    """The items of a page, at most `size`, by one query."""
    of = _page(site_id, wanted).subquery("page")
    o, p, t = medication_order.c, preparation.c, audit_entry.c
    last = (
        select(t.seq).where(t.site_id == site_id, t.subject == of.c.subject, t.subject_id == of.c.id, t.chain == Chain.CHANGES.value)
        .order_by(t.seq.desc()).limit(1).correlate(of).scalar_subquery()
    )  # fmt: skip
    columns = (
        *of.c, o.document, patient.c.name.label("patient_name"), patient.c.born_on, p.fill, p.lot_number, p.compounded_on, p.beyond_use_on,
        t.by.label("last_by"), t.at.label("last_at"), person.c.name.label("last_name"),
    )  # fmt: skip
    found = (
        select(*columns)
        .join(medication_order, and_(o.site_id == site_id, o.id == of.c.order_id))
        .join(patient, and_(patient.c.site_id == site_id, patient.c.id == o.patient_id))
        .outerjoin(preparation, and_(p.site_id == site_id, p.id == of.c.id))
        .outerjoin(audit_entry, and_(t.site_id == site_id, t.chain == Chain.CHANGES.value, t.seq == last))
        .outerjoin(person, and_(person.c.site_id == site_id, person.c.id == t.by))
    )
    return tuple(_item(row) for row in connection.execute(_in_order(found, of, is_newest_first=wanted.is_newest_first)))


def _page(site_id: str, wanted: Wanted) -> Select[Any]:
    items = _items(site_id, wanted.stages, with_urgency=True)
    rank = case((and_(items.c.stage.in_(wanted.mine), items.c.stopped == 0), 0), else_=2) + items.c.calm
    of = select(*items.c, rank.label("rank")).subquery("ranked")
    query = select(*of.c).where(of.c.stopped == 0) if wanted.is_moving else select(*of.c)
    after = wanted.after
    if after is not None:
        later = of.c.since < after.since if wanted.is_newest_first else of.c.since > after.since
        next_to = of.c.id < after.id if wanted.is_newest_first else of.c.id > after.id
        beyond = or_(later, and_(of.c.since == after.since, next_to))
        query = query.where(or_(of.c.rank > after.rank, and_(of.c.rank == after.rank, beyond)))
    return _in_order(query, of, is_newest_first=wanted.is_newest_first).limit(wanted.size)


def _in_order(query: Select[Any], of: Subquery, *, is_newest_first: bool) -> Select[Any]:
    return query.order_by(of.c.rank, *((of.c.since.desc(), of.c.id.desc()) if is_newest_first else (of.c.since, of.c.id)))


def _items(site_id: str, stages: Collection[str], *, with_urgency: bool) -> Subquery:
    """Every item at these stages: an order until a preparation of it is on its way, then that preparation."""
    o, p = medication_order.c, preparation.c
    calm: ColumnElement[Any] = literal(0)
    if with_urgency:
        # Nobody's words can look like this: within a text of the document every quotation mark carries a backslash.
        hurries = or_(*(o.document.contains(f'"priority":"{each}"', autoescape=True) for each in sorted(URGENT)))
        # What is over no longer hurries, and need not be looked through.
        calm = case((o.state.in_(_OVER), 1), (hurries, 0), else_=1)
    of_it = and_(p.site_id == site_id, p.order_id == o.id)
    last = select(p.state).where(of_it).order_by(p.planned_at.desc(), p.id.desc()).limit(1).correlate(medication_order).scalar_subquery()
    is_refill = and_(o.state == State.ACCEPTED.value, func.coalesce(last, "") == State.DISPENSED.value)
    is_stopped = and_(p.state != State.RETURNED.value, o.state.not_in(sorted(each.value for each in STANDING)))
    orders = select(
        literal(_ORDER).label("subject"), o.id, o.id.label("order_id"), case((is_refill, REFILL), else_=o.state).label("stage"), o.version,
        o.version.label("order_version"), o.changed_at.label("since"), calm.label("calm"), literal(0).label("stopped"),
    ).where(
        o.site_id == site_id, o.state.in_(_states(stages, Subject.ORDER)),
        or_(o.state != State.ACCEPTED.value, ~exists().where(of_it, p.state.in_(_AT_BENCH)).correlate(medication_order)),
    )  # fmt: skip
    made = select(
        literal(_PREPARATION).label("subject"), p.id, p.order_id, p.state.label("stage"), p.version, o.version.label("order_version"),
        p.changed_at.label("since"), calm.label("calm"), case((is_stopped, 1), else_=0).label("stopped"),
    ).join(medication_order, and_(o.site_id == site_id, o.id == p.order_id)).where(
        p.site_id == site_id, p.state.in_(_states(stages, Subject.PREPARATION)),
    )  # fmt: skip
    both = union_all(orders, made).subquery("items")
    return select(*both.c).where(both.c.stage.in_(sorted(stages))).subquery("wanted")


def _states(stages: Collection[str], subject: Subject) -> list[str]:
    known = _MADE if subject is Subject.PREPARATION else [each.value for each in STATES[Subject.ORDER]]
    return sorted({State.ACCEPTED.value if each == REFILL else each for each in stages} & set(known))


def _key(row: Any) -> WorkKey:
    place = Place(rank=row.rank, since=row.since, id=row.id)
    return WorkKey(stage=row.stage, place=place, version=row.version, order_version=row.order_version, is_stopped=bool(row.stopped))


def _item(row: Any) -> WorkItem:
    is_made = row.subject == _PREPARATION
    made = None
    if is_made:
        made = Made(id=row.id, fill=row.fill, lot_number=row.lot_number, compounded_on=row.compounded_on, beyond_use_on=row.beyond_use_on)
    return WorkItem(
        key=_key(row), record=documents.read(OrderRecord, row.document), patient_name=row.patient_name, born_on=row.born_on, made=made,
        last_by=row.last_by or "", last_name=row.last_name or "", last_at=row.last_at,
    )  # fmt: skip
