"""What the lists of the pages show, a page at a time: orders by their time, and what is found by a number, a name or an identifier; nothing is guessed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, or_, select

from compounding.domain.audit import Chain
from compounding.domain.hand_over_parts import PrintedFacts
from compounding.domain.label_codes import is_same_code, read_label_code
from compounding.domain.order_record import OrderRecord
from compounding.domain.paper_kinds import LABEL
from compounding.domain.patients import folded
from compounding.domain.stages import State
from compounding.storage import documents
from compounding.storage.patients import with_identifier
from compounding.storage.tables import audit_entry, ingredient_lot, medication_order, own_order, paper, patient, preparation
from compounding.storage.transaction import Transaction

READ = "read"
"""The action under which a reading stands on the chain of readings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FillBrief:
    """One preparation of an order, as a list names it."""

    id: str
    fill: int
    lot_number: str
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBrief:
    """One order as a list shows it, with its patient and its preparations."""

    record: OrderRecord
    patient_name: str
    born_on: date
    fills: tuple[FillBrief, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientBrief:
    """One patient as a list shows them: what tells two of the same name apart."""

    id: str
    name: str
    born_on: date
    identifier: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LotBrief:
    """One delivery of an ingredient lot as a search shows it."""

    id: str
    substance: str
    supplier: str
    number: str
    expires_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelBrief:
    """The paper that carries a scanned code, and of which preparation and order it is. `paper_id` is empty where the code names no single paper."""

    paper_id: str
    preparation_id: str
    order_id: str
    lot_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """Where the page before ended: the last order on it."""

    received_at: datetime
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One entry of a chain of the audit trail: its number and its text."""

    seq: int
    body: str


def orders_page(
    opened: Transaction, *, states: Collection[State], is_newest_first: bool, after: After | None, size: int, person_id: str = ""
) -> tuple[OrderBrief, ...]:  # fmt: skip
    """Orders in these states by (received_at, id), at most `size`; with `person_id` only that person's own, and without their preparations."""
    t = medication_order.c
    query = _with_patient(opened).where(t.state.in_(sorted(each.value for each in states)))
    if person_id:
        mine = select(own_order.c.order_id).where(own_order.c.site_id == opened.site_id, own_order.c.person_id == person_id)
        query = query.where(t.id.in_(mine))
    if after is not None:
        beyond = (t.received_at < after.received_at, t.id < after.id) if is_newest_first else (t.received_at > after.received_at, t.id > after.id)
        query = query.where(or_(beyond[0], and_(t.received_at == after.received_at, beyond[1])))
    order = (t.received_at.desc(), t.id.desc()) if is_newest_first else (t.received_at, t.id)
    return _orders(opened, query.order_by(*order).limit(size), with_fills=not person_id)


def orders_of_patient(opened: Transaction, patient_id: str) -> tuple[OrderBrief, ...]:
    """Every order of a patient, the newest first."""
    t = medication_order.c
    return _orders(opened, _with_patient(opened).where(t.patient_id == patient_id).order_by(t.received_at.desc(), t.id.desc()))


def order_with_number(opened: Transaction, rx_number: str) -> tuple[OrderBrief, ...]:
    """The order of exactly this prescription number."""
    return _orders(opened, _with_patient(opened).where(medication_order.c.rx_number == rx_number))


def order_of_lot(opened: Transaction, lot_number: str) -> tuple[OrderBrief, ...]:
    """The order of the preparation with exactly this lot number."""
    p = preparation.c
    of_it = select(p.order_id).where(p.site_id == opened.site_id, p.lot_number == lot_number)
    return _orders(opened, _with_patient(opened).where(medication_order.c.id.in_(of_it)))


def orders_of_preparations(opened: Transaction, preparation_ids: Iterable[str], *, most: int) -> tuple[OrderBrief, ...]:
    """The orders of these preparations, the newest first, at most so many."""
    p, t = preparation.c, medication_order.c
    of_them = select(p.order_id).where(p.site_id == opened.site_id, p.id.in_(sorted(preparation_ids)))
    return _orders(opened, _with_patient(opened).where(t.id.in_(of_them)).order_by(t.received_at.desc(), t.id.desc()).limit(most))


def label_with_code(opened: Transaction, code: str) -> LabelBrief | None:
    """The paper whose code is this one (`domain/label_codes.py` says what a code holds); on a label token and digest have to be those that were printed."""
    read = read_label_code(code)
    if read is None or not (read.token or (read.rx_number and not read.digest)):
        return None
    p, t = preparation.c, medication_order.c
    of_it = and_(t.site_id == p.site_id, t.id == p.order_id)
    is_named = and_(p.site_id == opened.site_id, p.lot_number == read.lot, *((t.rx_number == read.rx_number,) if read.rx_number else ()))
    if not read.token:
        query = select(p.id, p.order_id, p.lot_number).join(medication_order, of_it).where(is_named)
        row = opened.connection.execute(query).one_or_none()
        return LabelBrief(paper_id="", preparation_id=row.id, order_id=row.order_id, lot_number=row.lot_number) if row is not None else None
    carries = and_(paper.c.site_id == p.site_id, paper.c.preparation_id == p.id, paper.c.kind == LABEL, paper.c.token == read.token)
    labels = select(paper.c.id.label("paper_id"), paper.c.document, p.id, p.order_id, p.lot_number)
    label = opened.connection.execute(labels.join(medication_order, of_it).join(paper, carries).where(is_named)).one_or_none()
    if label is None or not is_same_code(code, documents.read(PrintedFacts, label.document).code):
        return None
    return LabelBrief(paper_id=label.paper_id, preparation_id=label.id, order_id=label.order_id, lot_number=label.lot_number)


def ingredient_lots_numbered(opened: Transaction, number: str) -> tuple[LotBrief, ...]:
    """Every delivery under exactly this lot number, in the order they came."""
    t = ingredient_lot.c
    query = select(ingredient_lot).where(t.site_id == opened.site_id, t.number == number).order_by(t.received_on, t.id)
    rows = opened.connection.execute(query).all()
    return tuple(LotBrief(id=row.id, substance=row.substance, supplier=row.supplier, number=row.number, expires_on=row.expires_on) for row in rows)


def patients_named(opened: Transaction, prefix: str, *, born_on: date | None, most: int) -> tuple[PatientBrief, ...]:
    """Patients whose name, as names are compared, begins with this text literally; with a day only those born then."""
    t = patient.c
    query = select(patient).where(t.site_id == opened.site_id, t.name_folded.startswith(folded(prefix), autoescape=True))
    if born_on is not None:
        query = query.where(t.born_on == born_on)
    rows = opened.connection.execute(query.order_by(t.name_folded, t.born_on, t.id).limit(most)).all()
    return tuple(PatientBrief(id=row.id, name=row.name, born_on=row.born_on, identifier=row.identifier, address=row.address) for row in rows)


def patients_identified(opened: Transaction, identifier: str, *, most: int) -> tuple[PatientBrief, ...]:
    """Patients with this identifier, however its blanks and hyphens are written."""
    found = with_identifier(opened, identifier)[:most]
    return tuple(
        PatientBrief(id=each.id, name=each.profile.name, born_on=each.profile.born_on, identifier=each.profile.identifier, address=each.profile.address)
        for each in found
    )


def fills_of(opened: Transaction, order_ids: Iterable[str]) -> dict[str, tuple[FillBrief, ...]]:
    """The preparations of these orders, by order, oldest first."""
    p = preparation.c
    query = select(p.order_id, p.id, p.fill, p.lot_number, p.state).where(p.site_id == opened.site_id, p.order_id.in_(sorted(order_ids)))
    found: dict[str, tuple[FillBrief, ...]] = {}
    for row in opened.connection.execute(query.order_by(p.planned_at, p.id)):
        brief = FillBrief(id=row.id, fill=row.fill, lot_number=row.lot_number, state=State(row.state))
        found[row.order_id] = (*found.get(row.order_id, ()), brief)
    return found


def trail_page(opened: Transaction, chain: Chain, *, before: int | None, subject_id: str, person_id: str, size: int) -> tuple[Written, ...]:
    """Entries of a chain, the newest first, at most `size`: about one subject and by one person where these are named, literally."""
    t = audit_entry.c
    query = select(t.seq, t.body).where(t.site_id == opened.site_id, t.chain == chain.value)
    if before is not None:
        query = query.where(t.seq < before)
    if subject_id:
        query = query.where(t.subject_id == subject_id)
    if person_id:
        query = query.where(t.by == person_id)
    return tuple(Written(seq=row.seq, body=row.body) for row in opened.connection.execute(query.order_by(t.seq.desc()).limit(size)))


def read_before(opened: Transaction, person_id: str, *, pages: int, since: datetime) -> datetime | None:
    """When this person read the last but `pages` - 1 of what they read since then; None where they read fewer. Looks at no entry that is older."""
    t = audit_entry.c
    of_chain = (t.site_id == opened.site_id) & (t.chain == Chain.READS.value)
    older = opened.connection.execute(select(t.seq).where(of_chain, t.at <= since).order_by(t.seq.desc()).limit(1)).scalar_one_or_none()
    mine = select(t.at).where(of_chain, t.seq > (older or 0), t.by == person_id, t.action == READ)
    found: datetime | None = opened.connection.execute(mine.order_by(t.seq.desc()).offset(pages - 1).limit(1)).scalar_one_or_none()
    return found


def _with_patient(opened: Transaction) -> Select[Any]:
    is_of_it = and_(patient.c.site_id == medication_order.c.site_id, patient.c.id == medication_order.c.patient_id)
    columns = (medication_order.c.document, patient.c.name, patient.c.born_on)
    return select(*columns).select_from(medication_order.join(patient, is_of_it)).where(medication_order.c.site_id == opened.site_id)


def _orders(opened: Transaction, query: Select[Any], *, with_fills: bool = True) -> tuple[OrderBrief, ...]:
    rows: list[Row[Any]] = list(opened.connection.execute(query).all())
    records = [documents.read(OrderRecord, row.document) for row in rows]
    fills = fills_of(opened, [each.id for each in records]) if with_fills and records else {}
    return tuple(
        OrderBrief(record=record, patient_name=row.name, born_on=row.born_on, fills=fills.get(record.id, ())) for record, row in zip(records, rows, strict=True)
    )
