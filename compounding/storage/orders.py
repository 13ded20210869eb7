"""Orders: the row that says how each stands, and the history of everything that happened to it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from compounding.domain.order_record import OrderRecord
from compounding.domain.stages import State
from compounding.storage import documents
from compounding.storage.tables import medication_order, order_event, own_order
from compounding.storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One step of an order: how it stood afterwards, when, and the key of who did it."""

    state: State
    at: datetime
    by: str


def add(opened: Transaction, record: OrderRecord) -> None:
    """A new order."""
    opened.insert(
        medication_order, id=record.id, version=1, patient_id=record.patient_id, rx_number=record.rx_number, source=record.source.value,
        received_at=record.received_at, **_columns(opened, record),
    )  # fmt: skip
    _keep(opened, record)


def change(opened: Transaction, record: OrderRecord, *, version: int) -> int:
    """Keep the order as it is now, and its history; gives the new version. Raises Conflict where somebody was first."""
    opened.change(medication_order, record.id, version=version, what=f"order {record.rx_number}", **_columns(opened, record))
    _keep(opened, record)
    return version + 1


def of(opened: Transaction, order_id: str, *, lock: bool = True) -> tuple[OrderRecord, int]:
    """An order and its version. Raises NotFound."""
    return _read(opened.row(medication_order, "order", lock=lock, id=order_id))


def of_patient(opened: Transaction, patient_id: str, *states: State) -> Iterator[tuple[OrderRecord, int]]:
    """A patient's orders in these states, locked."""
    t = medication_order.c
    query = select(medication_order).where(t.site_id == opened.site_id, t.patient_id == patient_id, t.state.in_([each.value for each in states]))
    for row in opened.connection.execute(query.order_by(t.id).with_for_update()).all():
        yield _read(row)


def of_patients(opened: Transaction, patient_ids: Collection[str]) -> Iterator[OrderRecord]:
    """Every order of these patients, whatever became of it."""
    t = medication_order.c
    query = select(medication_order).where(t.site_id == opened.site_id, t.patient_id.in_(sorted(patient_ids))).order_by(t.id)
    for row in opened.connection.execute(query).all():
        yield _read(row)[0]


def with_original(opened: Transaction, original_sha256: str) -> Iterator[OrderRecord]:
    """Every order that stands on this very original."""
    t = medication_order.c
    query = select(medication_order).where(t.site_id == opened.site_id, t.original_sha256 == original_sha256).order_by(t.id)
    for row in opened.connection.execute(query).all():
        yield _read(row)[0]


def own(opened: Transaction, order_id: str, *, person_id: str) -> None:
    """The order is that person's own from now on: all that a prescriber may ever see."""
    opened.insert(own_order, person_id=person_id, order_id=order_id, at=opened.at)


def is_own(opened: Transaction, order_id: str, *, person_id: str) -> bool:
    """Whether the order is that person's own."""
    t = own_order.c
    query = select(t.order_id).where(t.site_id == opened.site_id, t.person_id == person_id, t.order_id == order_id)
    return opened.connection.execute(query).one_or_none() is not None


def is_own_patient(opened: Transaction, patient_id: str, *, person_id: str) -> bool:
    """Whether any order of that patient is that person's own."""
    t, o = medication_order.c, own_order.c
    of_them = (o.site_id == t.site_id) & (o.order_id == t.id) & (o.person_id == person_id)
    query = select(t.id).join(own_order, of_them).where(t.site_id == opened.site_id, t.patient_id == patient_id).limit(1)
    return opened.connection.execute(query).first() is not None


def history(opened: Transaction, order_id: str) -> tuple[Happened, ...]:
    """The states an order went through, the first one first: a step that left its state as it was is one of its own."""
    t = order_event.c
    query = select(t.kind, t.at, t.by).where(t.site_id == opened.site_id, t.order_id == order_id).order_by(t.number)
    return tuple(Happened(state=State(row.kind), at=row.at, by=row.by) for row in opened.connection.execute(query))


def wordings(opened: Transaction, record: OrderRecord) -> tuple[OrderRecord, ...]:
    """The order as it is, and as it was before each correction."""
    if not record.corrections:
        return (record,)
    t = order_event.c
    query = select(t.document).where(t.site_id == opened.site_id, t.order_id == record.id).order_by(t.number)
    return tuple(documents.read(OrderRecord, each) for each in opened.connection.execute(query).scalars())


def in_states(opened: Transaction, *states: State) -> Iterator[tuple[OrderRecord, int]]:
    """Every order in these states, locked."""
    t = medication_order.c
    query = select(medication_order).where(t.site_id == opened.site_id, t.state.in_([each.value for each in states]))
    for row in opened.connection.execute(query.order_by(t.id).with_for_update()).all():
        yield _read(row)


def _columns(opened: Transaction, record: OrderRecord) -> dict[str, object]:
    return {
        "state": record.state.value, "original_sha256": record.original_sha256, "document": documents.write(OrderRecord, record), "changed_at": opened.at,
    }  # fmt: skip


def _keep(opened: Transaction, record: OrderRecord) -> None:
    """The order as it is now goes into its history, so that every earlier wording can be read again."""
    t = order_event.c
    last = opened.connection.execute(select(func.max(t.number)).where(t.site_id == opened.site_id, t.order_id == record.id)).scalar_one() or 0
    opened.insert(
        order_event, id=opened.new_id(), order_id=record.id, number=last + 1, kind=record.state.value, document=documents.write(OrderRecord, record),
        at=opened.at, by=opened.by,
    )  # fmt: skip


def _read(row: Row[Any]) -> tuple[OrderRecord, int]:
    return documents.read(OrderRecord, row.document), row.version
