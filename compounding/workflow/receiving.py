"""Stage 1: orders come in by file, entered, by fax, phone, paper or transfer; each with its original and its evidence (clinical rules 1 to 3)."""

from dataclasses import dataclass, field

from compounding.domain.beyond_use import read_day
from compounding.domain.errors import LevigateError, WorkflowRefused
from compounding.domain.order_as_sent import OrderAsSent
from compounding.domain.order_parts import Evidence, Source
from compounding.domain.order_record import OrderRecord, corrected
from compounding.domain.patients import PatientProfile, folded
from compounding.domain.people import Duty
from compounding.domain.reasons import Reason
from compounding.domain.stages import Action, State
from compounding.fhir import read_order
from compounding.storage import contents, documents, orders, patients, preparations
from compounding.storage.patients import StoredPatient
from compounding.workflow.allergies import add_entries_of_order
from compounding.workflow.examining import Held
from compounding.workflow.use_case import Work, use_case

_FIRST_RX_NUMBER = 100_000
NO_EVIDENCE = Evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How something stands after a use case: its key, the number people call it by, the version for the next change, and its state."""

    id: str
    number: str
    version: int
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveFile:
    """A FHIR R4 order. `patient_id` names a patient on record; without it one is found by name, date of birth and identifier, or made."""

    content: bytes = field(repr=True)
    patient_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveTyped:
    """An order that was typed: by its prescriber, or here from a fax, a call, paper or another pharmacy's transfer, with the evidence for that."""

    sent: OrderAsSent
    source: Source
    evidence: Evidence = NO_EVIDENCE
    patient_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectOrder:
    """The order read anew from its original, with the reason in the act. The patient stays the same person."""

    order_id: str
    version: int
    sent: OrderAsSent


@use_case
def receive_file(work: Work, request: ReceiveFile) -> Standing:
    """Receive a file. Raises Held for one that is no order or may not be acted on; then the sender still has it, and nothing is kept."""
    work.may(Duty.RECEIVE_ORDERS)
    reading = read_order(request.content, time_zone=work.site.time_zone, talk=work.house.data.talk)
    if reading.order is None:
        raise Held(reading.reasons)
    original = contents.keep(work.opened, request.content, media_type="application/fhir+json")
    return _received(work, reading.order, Source.FILE, Evidence(), original=original, reading=reading.reasons, patient_id=request.patient_id)


@use_case
def receive_typed(work: Work, request: ReceiveTyped) -> Standing:
    """Receive a typed order. Its words are kept in one canonical form as the original; images of what it was typed from must have been kept before."""
    work.may(Duty.ENTER_ORDERS if request.source is Source.ENTERED else Duty.DECIDE_ORDERS if request.source is Source.TRANSFER else Duty.RECEIVE_ORDERS)
    if request.source is Source.FILE:
        raise WorkflowRefused("EVIDENCE_MISSING", "an order by file is received as that file")
    transfer = request.evidence.transfer
    if transfer is not None and transfer.last_filled_on is not None and transfer.last_filled_on > work.today:
        raise WorkflowRefused("DATE_AHEAD", "the other pharmacy cannot have filled this order on a day that is still to come")
    contents.check_there(work.opened, *request.evidence.images)
    original = _typed_words(work, request.sent)
    return _received(work, request.sent, request.source, request.evidence, original=original, reading=(), patient_id=request.patient_id)


@use_case
def correct_order(work: Work, request: CorrectOrder) -> Standing:
    """Correct how an order was read. The earlier words stay in its history.

    Raises WorkflowRefused `PREPARATION_OPEN` while a preparation stands at the bench: it was planned by the words that were wrong.
    """
    work.may(Duty.RECEIVE_ORDERS)
    reason = work.reason()
    record, _ = orders.of(work.opened, request.order_id, lock=False)
    stored = patients.of(work.opened, record.patient_id, lock=True)
    record, _ = orders.of(work.opened, request.order_id)
    if preparations.open_of_order(work.opened, record.id):
        raise WorkflowRefused("PREPARATION_OPEN", "a preparation of this order stands at the bench, planned by the words as they were; scrap it first")
    profile = profile_of(request.sent)
    if (folded(profile.name), profile.born_on) != (folded(stored.profile.name), stored.profile.born_on):
        raise WorkflowRefused("OTHER_PATIENT", "a correction cannot move an order to another patient; cancel it and receive it again")
    after = corrected(record, request.sent, reason, original_sha256=_typed_words(work, request.sent))
    add_entries_of_order(work, stored, request.sent.allergies, order_id=record.id, said_before=record.sent.allergies)
    version = orders.change(work.opened, after, version=request.version)
    work.tell(Action.CORRECT_ORDER, "order", record.id, {
        "state": (record.state.value, after.state.value), "words": (documents.write(OrderAsSent, record.sent), documents.write(OrderAsSent, after.sent)),
    })  # fmt: skip
    return standing(after, version)


def standing(record: OrderRecord, version: int) -> Standing:
    """How an order stands."""
    return Standing(id=record.id, number=record.rx_number, version=version, state=record.state)


def profile_of(sent: OrderAsSent) -> PatientProfile:
    """Who the order is for. Raises WorkflowRefused `PATIENT_NOT_GIVEN` where two identifiers are not there: no record can be kept of nobody."""
    name = " ".join(sent.patient.name.split())
    try:
        born_on = read_day(sent.patient.birth_date)
    except LevigateError:
        born_on = None
    if not name or born_on is None or sent.patient.problem:
        raise WorkflowRefused("PATIENT_NOT_GIVEN", "an order is kept for a patient with a name and a full date of birth; ask the sender for both")
    told = sent.patient
    return PatientProfile(
        name=name, born_on=born_on, identifier=told.identifier, address=told.address, telephone=told.telephone, language=told.language or None,
    )  # fmt: skip


def _received(work: Work, sent: OrderAsSent, source: Source, evidence: Evidence, *, original: str, reading: tuple[Reason, ...], patient_id: str) -> Standing:
    profile = profile_of(sent)
    stored = _patient(work, profile, patient_id)
    number = work.opened.next_number("rx")
    record = OrderRecord(
        id=work.opened.new_id(), rx_number=str(_FIRST_RX_NUMBER + number), patient_id=stored.id, state=State.RECEIVED, source=source, sent=sent,
        original_sha256=original, evidence=evidence, received_by=work.person.id, received_at=work.act.at, reading=reading,
    )  # fmt: skip
    orders.add(work.opened, record)
    add_entries_of_order(work, stored, sent.allergies, order_id=record.id)
    action = Action.TRANSFER_IN if source is Source.TRANSFER else Action.RECEIVE
    work.tell(action, "order", record.id, {"state": (None, record.state.value), "rx_number": (None, record.rx_number), "original": (None, original)})
    return standing(record, 1)


def _typed_words(work: Work, sent: OrderAsSent) -> str:
    return contents.keep(work.opened, documents.write(OrderAsSent, sent).encode(), media_type="application/json")


def _patient(work: Work, profile: PatientProfile, patient_id: str) -> StoredPatient:
    """The patient on record, or a new one. Two people may share a name and a birthday: where only that fits, a person has to say."""
    if patient_id:
        stored = patients.of(work.opened, patient_id, lock=True)
        if (folded(stored.profile.name), stored.profile.born_on) != (folded(profile.name), profile.born_on):
            raise WorkflowRefused("OTHER_PATIENT", "the order names another patient than the record that was chosen")
        return stored
    known = patients.candidates(work.opened, profile)
    same = [each for each in known if profile.identifier and each.profile.identifier == profile.identifier]
    apart = [each for each in known if profile.identifier and each.profile.identifier and each.profile.identifier != profile.identifier]
    if len(same) == 1:
        return patients.of(work.opened, same[0].id, lock=True)
    if len(known) > len(apart):
        raise WorkflowRefused("PATIENT_AMBIGUOUS", "a patient of this name and date of birth is on record; say whether this is the same person")
    stored = patients.add(work.opened, profile)
    work.tell("new patient", "patient", stored.id, {"name": (None, profile.name), "born_on": (None, profile.born_on.isoformat())})
    return stored
