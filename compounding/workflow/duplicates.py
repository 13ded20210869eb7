"""Whether an order is on record already: received twice, it would be filled twice."""

from collections.abc import Iterable, Iterator

from compounding.domain.errors import WorkflowRefused
from compounding.domain.order_as_sent import OrderAsSent
from compounding.domain.order_record import OrderRecord
from compounding.domain.patients import PatientProfile, folded, folded_identifier
from compounding.domain.stages import State
from compounding.storage import orders, patients, preparations
from compounding.storage.patients import StoredPatient
from compounding.workflow.use_case import Work


def check_first_time(work: Work, sent: OrderAsSent, profile: PatientProfile, stored: StoredPatient, *, original: str) -> None:
    """Raises WorkflowRefused `DUPLICATE_ORDER` for an original, or an order of that reference, prescriber, patient and day, that is on record already.

    An order that was cancelled before anything of it was handed out may be received again.
    """
    alike = {each.id for each in patients.candidates(work.opened, profile)} | {stored.id}
    for record in _distinct((*orders.with_original(work.opened, original), *orders.of_patients(work.opened, alike))):
        if record.state is State.CANCELLED and not preparations.handed_out(work.opened, record.id):
            continue
        if any(each.original_sha256 == original or _is_same(each.sent, sent) for each in orders.wordings(work.opened, record)):
            raise WorkflowRefused("DUPLICATE_ORDER", f"this order is on record as {record.rx_number}; say so, with a reason, if it really is a second order")


def _is_same(one: OrderAsSent, other: OrderAsSent) -> bool:
    if not folded_identifier(one.identifier) or folded_identifier(one.identifier) != folded_identifier(other.identifier):
        return False
    licences = {folded_identifier(each.prescriber_licence) for each in (one, other)}
    is_same_prescriber = folded(one.prescriber_name) == folded(other.prescriber_name) or (len(licences) == 1 and "" not in licences)
    return is_same_prescriber and one.authored_on.strip() == other.authored_on.strip()


def _distinct(records: Iterable[OrderRecord]) -> Iterator[OrderRecord]:
    seen = set()
    for each in records:
        if each.id not in seen:
            seen.add(each.id)
            yield each
