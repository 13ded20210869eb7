"""The patient of a new order, found on record: by a prescriber among the patients of their own orders, by the pharmacy among all of its own."""

from dataclasses import dataclass
from datetime import date

from werkzeug.datastructures import MultiDict

from compounding.web import keeping
from compounding.web.acting import do
from compounding.web.visitors import the_visitor
from compounding.workflow.listing import Find, Search, find
from compounding.workflow.own_orders import FindOwnPatients, find_own_patients
from compounding.workflow.reading import Of, read_order_record, read_patient

_FIELDS = ("patient_name", "born_on", "patient_address", "patient_identifier", "patient_telephone", "patient_language", "patient_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One patient to choose. `use` is the key that says which: the patient's, or for a prescriber that of their own newest order for them."""

    use: str
    name: str
    born_on: str


def find_patients(name: str, born_on: date | None) -> tuple[Choice, ...]:
    """Patients whose name begins so. Raises LevigateError for what cannot be searched for."""
    if keeping.is_pharmacy(the_visitor().person):
        found = do(find, Find(by=Search.NAME, sought=name, born_on=born_on)).patients
        return tuple(Choice(use=each.id, name=each.name, born_on=each.born_on.isoformat()) for each in found)
    mine = do(find_own_patients, FindOwnPatients(sought=name)).patients
    return tuple(Choice(use=each.order_id, name=each.name, born_on=each.born_on.isoformat()) for each in mine)


def filled_in(told: MultiDict[str, str], use: str) -> MultiDict[str, str]:
    """What was typed, with the details of the patient that was chosen. What a prescriber reads of them stands in an order of their own. Raises NotFound."""
    filled = without(told)
    if keeping.is_pharmacy(the_visitor().person):
        known = do(read_patient, Of(id=use)).profile
        details = (known.name, known.born_on.isoformat(), known.address, known.identifier, known.telephone, known.language or "", use)
    else:
        record = do(read_order_record, Of(id=use)).record
        sent = record.sent.patient
        details = (sent.name, sent.birth_date, sent.address, sent.identifier, sent.telephone, sent.language, record.patient_id)
    for name, value in zip(_FIELDS, details, strict=True):
        filled[name] = value
    return filled


def without(told: MultiDict[str, str]) -> MultiDict[str, str]:
    """What was typed, without the patient."""
    left = MultiDict(told)
    for name in (*_FIELDS, "use"):
        left.poplist(name)
    return left
