"""Preparations: the row that says how each stands, and what is looked for by lot, person or patient beside the record itself."""

from typing import Any

from sqlalchemy import Row, or_, select

from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.fills import HandedOut
from compounding.domain.formulary_versions import Kind
from compounding.domain.quantities import Quantity
from compounding.domain.record_parts import Weighing
from compounding.domain.stages import OVER, STATES, Subject
from compounding.domain.units import Unit
from compounding.storage import documents
from compounding.storage.errors import check_same
from compounding.storage.tables import dispensing, preparation, weighing
from compounding.storage.transaction import Transaction


def add(opened: Transaction, record: CompoundingRecord) -> None:
    """A new preparation."""
    opened.insert(
        preparation, id=record.id, version=1, order_id=record.order_id, fill=record.fill, lot_number=record.lot_number, formula_kind=Kind.FORMULA.value,
        formula_id=record.formula_id, formula_version=record.formula_version, settings_revision=record.site_revision,
        amount=Quantity(record.sheet.amount_g, Unit.GRAM), compounded_on=record.compounded_on, beyond_use_on=record.beyond_use.on,
        planned_at=record.planned_at, **_columns(opened, record),
    )  # fmt: skip


def change(opened: Transaction, record: CompoundingRecord, *, version: int) -> int:
    """Keep the record as it is now; gives the new version. Raises Conflict where somebody was first."""
    opened.change(preparation, record.id, version=version, what=f"preparation {record.lot_number}", **_columns(opened, record))
    return version + 1


def of(opened: Transaction, preparation_id: str, *, lock: bool = True) -> tuple[CompoundingRecord, int]:
    """A preparation's record and its version. Raises NotFound."""
    return _read(opened.row(preparation, "preparation", lock=lock, id=preparation_id))


def open_of_order(opened: Transaction, order_id: str) -> tuple[str, ...]:
    """The preparations of an order that are neither handed out nor ended."""
    t = preparation.c
    states = [each.value for each in STATES[Subject.PREPARATION] if each not in OVER]
    query = select(t.id).where(t.site_id == opened.site_id, t.order_id == order_id, t.state.in_(states)).order_by(t.id)
    return tuple(opened.connection.execute(query).scalars())


def of_order(opened: Transaction, order_id: str) -> tuple[str, ...]:
    """Every preparation of an order, oldest first."""
    t = preparation.c
    query = select(t.id).where(t.site_id == opened.site_id, t.order_id == order_id).order_by(t.planned_at, t.id)
    return tuple(opened.connection.execute(query).scalars())


def check_there(opened: Transaction, preparation_id: str, *, lock: bool = False) -> None:
    """Raises NotFound for a preparation that is not here. With `lock` nobody else changes it before this transaction ends."""
    opened.row(preparation, "preparation", lock=lock, id=preparation_id)


def planned_with(opened: Transaction, *lot_ids: str) -> tuple[str, ...]:
    """The preparations that are not over and name any of these lots, taken from or not, in the order of their keys."""
    t = preparation.c
    states = [each.value for each in STATES[Subject.PREPARATION] if each not in OVER]
    names = or_(*(t.document.contains(f'"{each}"', autoescape=True) for each in lot_ids))
    query = select(t.id).where(t.site_id == opened.site_id, t.state.in_(states), names).order_by(t.id)
    return tuple(opened.connection.execute(query).scalars())


def add_weighing(opened: Transaction, record: CompoundingRecord, done: Weighing) -> None:
    """What a line took from its lot, where a recall finds it."""
    opened.insert(
        weighing, id=opened.new_id(), preparation_id=record.id, attempt=len(record.discarded) + 1, line=done.line, lot_id=done.lot_id,
        to_weigh=Quantity(record.sheet.lines[done.line].to_weigh_g, Unit.GRAM), weighed=Quantity(done.mass_g, Unit.GRAM), scanned=int(done.is_scanned),
        at=done.at, by=done.by,
    )  # fmt: skip


def add_dispensing(opened: Transaction, record: CompoundingRecord) -> None:
    """The hand-out of a record that is dispensed."""
    done = record.dispensing
    if done is None:
        raise ValueError("nothing was handed out")
    opened.insert(
        dispensing, id=opened.new_id(), preparation_id=record.id, order_id=record.order_id, fill=record.fill, amount=Quantity(done.amount_g, Unit.GRAM),
        handed_out_on=done.on, document=documents.write(type(done), done), at=done.hand_out.at, by=done.hand_out.by,
    )  # fmt: skip


def handed_out(opened: Transaction, order_id: str) -> tuple[HandedOut, ...]:
    """What was handed out of an order, in the order of the days. What came back counts: it was in the patient's hands."""
    t = dispensing.c
    query = select(t.fill, t.amount, t.handed_out_on).where(t.site_id == opened.site_id, t.order_id == order_id).order_by(t.handed_out_on, t.id)
    return tuple(HandedOut(fill=row.fill, amount_g=row.amount.magnitude, on=row.handed_out_on) for row in opened.connection.execute(query))


def _columns(opened: Transaction, record: CompoundingRecord) -> dict[str, object]:
    return {"state": record.state.value, "document": documents.write(CompoundingRecord, record), "changed_at": opened.at}


def _read(row: Row[Any]) -> tuple[CompoundingRecord, int]:
    record = documents.read(CompoundingRecord, row.document)
    check_same(
        "preparation", (row.id, record.id), (row.state, record.state.value), (row.order_id, record.order_id), (row.fill, record.fill),
        (row.lot_number, record.lot_number), (row.formula_id, record.formula_id), (row.formula_version, record.formula_version),
        (row.settings_revision, record.site_revision), (row.compounded_on, record.compounded_on), (row.beyond_use_on, record.beyond_use.on),
    )  # fmt: skip
    return record, row.version
