"""Stage 1: orders come in by file, entered, by fax, phone, paper or transfer; each with its original and its evidence (clinical rules 1 to 3)."""

from dataclasses import dataclass

from compounding.domain.assurance import Level
from compounding.domain.beyond_use import read_day
from compounding.domain.errors import LevigateError, WorkflowRefused
from compounding.domain.order_as_sent import OrderAsSent
from compounding.domain.order_limits import check_numbers
from compounding.domain.order_parts import Evidence, Source
from compounding.domain.order_record import OrderRecord, corrected
from compounding.domain.patients import ContactAnswer, PatientProfile, folded, folded_identifier
from compounding.domain.people import Duty
from compounding.domain.reasons import Reason
from compounding.domain.record_texts import has_words
from compounding.domain.request_checks import check_request
from compounding.domain.stages import Action, State
from compounding.fhir import read_order
from compounding.storage import contents, documents, orders, patients, preparations
from compounding.workflow.allergies import add_and_send_back, add_entries_of_order, check_contact
from compounding.workflow.duplicates import check_first_time
from compounding.workflow.evidence import check_own_evidence
from compounding.workflow.examining import Held
from compounding.workflow.hearing import check_spoken
from compounding.workflow.patients import check_same, patient_entered, patient_of, with_contact
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
    """A FHIR R4 order. `patient_id` names a patient on record; without it one is found by name, date of birth and identifier, or made.

    `is_another_person` of the same name and birth date as somebody on record, and `is_a_second_order` beside one that reads the same: each with a reason.
    """

    content: bytes
    patient_id: str = ""
    is_another_person: bool = False
    is_a_second_order: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveTyped:
    """An order that was typed: by its prescriber, or here from a fax, a call, paper or another pharmacy's transfer, with the evidence for that.

    `contact` is the answer to the contact question, where it was asked beside the order (clinical rule 8). The rest is as in a file.
    """

    sent: OrderAsSent
    source: Source
    evidence: Evidence = NO_EVIDENCE
    contact: ContactAnswer | None = None
    patient_id: str = ""
    is_another_person: bool = False
    is_a_second_order: bool = False


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
    # What stands in the bytes is not seen by the check of the request itself.
    check_request(reading.order, lengths=False)
    original = contents.keep(work.opened, request.content, media_type="application/fhir+json")
    return _received(work, reading.order, Source.FILE, Evidence(), request, original=original, reading=reading.reasons)


@use_case
def receive_typed(work: Work, request: ReceiveTyped) -> Standing:
    """Receive a typed order. Its words are kept in one canonical form as the original; images of what it was typed from must have been kept before.

    Raises WorkflowRefused `NOT_YOUR_ORDER` for one that its prescriber enters in another name or under another licence than is on record, `EVIDENCE_NOT_YOURS`.
    """
    transfer, spoken = request.evidence.transfer, request.evidence.spoken
    # What was spoken is heard and written down by somebody who may decide on it; a picture can be read again by whoever does.
    is_heard = request.source in {Source.TRANSFER, Source.PHONE} or transfer is not None or spoken is not None
    work.may(Duty.ENTER_ORDERS if request.source is Source.ENTERED else Duty.DECIDE_ORDERS if is_heard else Duty.RECEIVE_ORDERS)
    check_spoken(work, spoken)
    check_spoken(work, transfer.spoken if transfer is not None else None)
    if request.source is Source.FILE:
        raise WorkflowRefused("EVIDENCE_MISSING", "an order by file is received as that file")
    if request.source is Source.ENTERED:
        _check_is_theirs(work, request.sent)
    if transfer is not None and transfer.last_filled_on is not None and transfer.last_filled_on > work.today:
        raise WorkflowRefused("DATE_AHEAD", "the other pharmacy cannot have filled this order on a day that is still to come")
    check_own_evidence(work, *request.evidence.images)
    check_numbers(request.sent)
    if request.contact is not None:
        check_contact(work, request.contact)
    original = _typed_words(work, request.sent)
    return _received(work, request.sent, request.source, request.evidence, request, original=original, reading=())


@use_case
def correct_order(work: Work, request: CorrectOrder) -> Standing:
    """Correct how an order was read. The earlier words stay in its history.

    Raises WorkflowRefused `PREPARATION_OPEN` while a preparation stands at the bench: it was planned by the words that were wrong.
    """
    work.may(Duty.RECEIVE_ORDERS)
    work.confirmed(Level.AGAIN)
    reason = work.reason()
    check_numbers(request.sent)
    record, _ = orders.of(work.opened, request.order_id, lock=False)
    stored = patients.of(work.opened, record.patient_id, lock=True)
    record, _ = orders.of(work.opened, request.order_id)
    if preparations.open_of_order(work.opened, record.id):
        raise WorkflowRefused("PREPARATION_OPEN", "a preparation of this order stands at the bench, planned by the words as they were; scrap it first")
    profile = profile_of(request.sent)
    # A correction cannot move an order to another patient: it is cancelled, and received again.
    check_same(stored.profile, profile)
    if any(each.id != stored.id for each in patients.with_identifier(work.opened, profile.identifier)):
        raise WorkflowRefused("OTHER_PATIENT", "the identifier in the correction is that of another patient on record")
    stored = with_contact(work, stored, profile)
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
    if not has_words(name) or born_on is None or sent.patient.problem:
        raise WorkflowRefused("PATIENT_NOT_GIVEN", "an order is kept for a patient with a name and a full date of birth; ask the sender for both")
    told = sent.patient
    return PatientProfile(
        name=name, born_on=born_on, identifier=told.identifier, address=told.address, telephone=told.telephone, language=told.language or None,
    )  # fmt: skip


def _received(
    work: Work, sent: OrderAsSent, source: Source, evidence: Evidence, request: ReceiveFile | ReceiveTyped, *, original: str, reading: tuple[Reason, ...]
) -> Standing:
    check_numbers(sent)
    profile = profile_of(sent)
    # The register is taken first, so that one order after the other looks for its patient and its double.
    number = work.opened.next_number("rx")
    whose = patient_entered if source is Source.ENTERED else patient_of
    stored = whose(work, profile, patient_id=request.patient_id, is_another_person=request.is_another_person)
    if request.is_a_second_order:
        work.reason()
    else:
        check_first_time(work, sent, profile, stored, original=original)
    record = OrderRecord(
        id=work.opened.new_id(), rx_number=str(_FIRST_RX_NUMBER + number), patient_id=stored.id, state=State.RECEIVED, source=source, sent=sent,
        original_sha256=original, evidence=evidence, received_by=work.person.id, received_at=work.act.at, reading=reading,
    )  # fmt: skip
    orders.add(work.opened, record)
    if source is Source.ENTERED:
        # Entered by an account of one's own, it is that person's own; what the pharmacy typed is nobody's, whatever name stands on it.
        orders.own(work.opened, record.id, person_id=work.person.id)
    add_entries_of_order(work, stored, sent.allergies, order_id=record.id)
    if isinstance(request, ReceiveTyped) and request.contact is not None:
        add_and_send_back(work, stored, (request.contact,), order_id=record.id, why="an order brought an answer about rashes from what touches the skin")
    action = Action.TRANSFER_IN if source is Source.TRANSFER else Action.RECEIVE
    work.tell(action, "order", record.id, {
        "state": (None, record.state.value), "rx_number": (None, record.rx_number), "original": (None, original), "patient": (None, stored.id),
        "source": (None, source.value), "evidence": (None, evidence.in_words), "fills_made_elsewhere": (None, record.fills_made_elsewhere),
        "is_a_second_order": (None, request.is_a_second_order),
    })  # fmt: skip
    return standing(record, 1)


def _check_is_theirs(work: Work, sent: OrderAsSent) -> None:
    """Whoever enters an order answers for it as its prescriber, so nobody enters one for somebody else."""
    who = work.person
    is_named = folded(sent.prescriber_name) == folded(who.name)
    if not is_named or not folded_identifier(who.licence) or folded_identifier(sent.prescriber_licence) != folded_identifier(who.licence):
        raise WorkflowRefused("NOT_YOUR_ORDER", f"you enter your own orders only: the prescriber is {who.name} with licence {who.licence or 'not on record'}")


def _typed_words(work: Work, sent: OrderAsSent) -> str:
    return contents.keep(work.opened, documents.write(OrderAsSent, sent).encode(), media_type="application/json")
