"""The patients of the orders that a prescriber entered: all the patients that a prescriber may look for."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from compounding.domain.patients import folded
from compounding.storage.tables import medication_order, own_order, patient
from compounding.storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPatient:
    """A patient with the newest of the person's own orders for them: what stands in that order is what the person may read of the patient."""

    order_id: str
    patient_id: str
    name: str
    born_on: date


def named(opened: Transaction, prefix: str, *, person_id: str, most: int) -> tuple[OwnPatient, ...]:
    """The patients of that person's own orders whose name, as names are compared, begins with this text literally."""
    t, o, p = medication_order.c, own_order.c, patient.c
    # A key sorts by the time at which it was made, so the greatest one is the newest order.
    newest = func.max(t.id).label("order_id")
    query = (
        select(newest, p.id, p.name, p.born_on)
        .join(own_order, (o.site_id == t.site_id) & (o.order_id == t.id) & (o.person_id == person_id))
        .join(patient, (p.site_id == t.site_id) & (p.id == t.patient_id))
        .where(t.site_id == opened.site_id, p.name_folded.startswith(folded(prefix), autoescape=True))
        .group_by(p.id, p.name, p.born_on, p.name_folded)
        .order_by(p.name_folded, p.born_on, p.id)
        .limit(most)
    )
    return tuple(OwnPatient(order_id=row.order_id, patient_id=row.id, name=row.name, born_on=row.born_on) for row in opened.connection.execute(query))
