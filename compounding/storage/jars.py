"""Preparations by their keys: as a lot's page names them, and with the patient whom a recall calls."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select

from compounding.domain.stages import State
from compounding.storage.lists import FillBrief
from compounding.storage.tables import medication_order, patient, preparation
from compounding.storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class JarOwner:
    """Whose preparation it is, and how they are reached."""

    order_id: str
    rx_number: str
    patient_id: str
    name: str
    born_on: date
    telephone: str


def briefs(opened: Transaction, preparation_ids: Collection[str]) -> tuple[FillBrief, ...]:
    """These preparations, the last one planned first; one that is not here is left out. Nothing of a patient is in it."""
    p = preparation.c
    query = select(p.id, p.fill, p.lot_number, p.state).where(p.site_id == opened.site_id, p.id.in_(sorted(preparation_ids)))
    rows = opened.connection.execute(query.order_by(p.planned_at.desc(), p.id.desc()))
    return tuple(FillBrief(id=row.id, fill=row.fill, lot_number=row.lot_number, state=State(row.state)) for row in rows)


def owners(opened: Transaction, preparation_ids: Collection[str]) -> dict[str, JarOwner]:
    """The patients of these preparations, by the preparation's key; it asks the columns alone, so that a record that cannot be read is no hindrance."""
    p, o, w = preparation.c, medication_order.c, patient.c
    joined = preparation.join(medication_order, and_(o.site_id == p.site_id, o.id == p.order_id))
    joined = joined.join(patient, and_(w.site_id == o.site_id, w.id == o.patient_id))
    columns = (p.id, p.order_id, o.rx_number, o.patient_id, w.name, w.born_on, w.telephone)
    query = select(*columns).select_from(joined).where(p.site_id == opened.site_id, p.id.in_(sorted(preparation_ids)))
    return {
        row.id: JarOwner(
            order_id=row.order_id, rx_number=row.rx_number, patient_id=row.patient_id, name=row.name, born_on=row.born_on, telephone=row.telephone
        )
        for row in opened.connection.execute(query)
    }  # fmt: skip
