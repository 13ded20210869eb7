"""What a prescriber does with orders of their own: answers the pharmacy's question, withdraws an order, finds one of their own patients.

Whatever is not their own is not there; what the pharmacy decided, and why, is told in no answer.
"""

from dataclasses import dataclass

from compounding.domain.assurance import Level
from compounding.domain.errors import WorkflowRefused
from compounding.domain.order_parts import Answer
from compounding.domain.order_record import OrderRecord, answered, ended
from compounding.domain.people import Duty
from compounding.domain.stages import Action
from compounding.storage import contents, documents, orders, own_patients, preparations, signatures
from compounding.storage.errors import Conflict, NotFound
from compounding.storage.own_patients import OwnPatient
from compounding.workflow.deciding import OfOrder, load
from compounding.workflow.reading_budget import tell_reading
from compounding.workflow.receiving import Standing, standing
from compounding.workflow.use_case import Work, use_case

MOST_PATIENTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerAsPrescriber:
    """The prescriber's own answer to the question that is open; consent to petrolatum, a no to it, or words for another question."""

    order_id: str
    version: int
    words: str
    agrees_to_petrolatum: bool = False
    objects_to_petrolatum: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedAnswer:
    """What the prescriber's signature is bound to: the order's words by their sha256, the question, and the answer."""

    order_id: str
    rx_number: str
    original_sha256: str
    question: str
    asks_for_petrolatum: bool
    answer: AnswerAsPrescriber


@dataclass(frozen=True, slots=True, kw_only=True)
class FindOwnPatients:
    """How the patient's name begins."""

    sought: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPatientsFound:
    """Patients of the person's own orders; `has_more` says that there are more than are shown."""

    patients: tuple[OwnPatient, ...]
    has_more: bool


@use_case
def answer_as_prescriber(work: Work, request: AnswerAsPrescriber) -> Standing:
    """Answer the pharmacy's question with the password again; the signed answer is kept, and is what it rests on.

    Raises NotFound for what is not their own, Conflict, IllegalTransition `NOT_NOW` where nothing was asked, and as `record_answer`.
    """
    work.may(Duty.ENTER_ORDERS)
    work.confirmed(Level.AGAIN)
    record = _own(work, request)
    if not record.is_asking:
        # The table of states says so in its own words.
        answered(record, _answer(work, request, "none"))
    question = record.enquiries[-1]
    if question.asks_for_petrolatum and request.agrees_to_petrolatum == request.objects_to_petrolatum:
        raise WorkflowRefused("ANSWER_NOT_GIVEN", "say whether you agree to petrolatum or not")
    if not question.asks_for_petrolatum and request.objects_to_petrolatum:
        raise WorkflowRefused("CONSENT_NOT_ASKED", "the question did not ask for petrolatum; answer it in words")
    text = documents.write(SignedAnswer, SignedAnswer(
        order_id=record.id, rx_number=record.rx_number, original_sha256=record.original_sha256, question=question.question,
        asks_for_petrolatum=question.asks_for_petrolatum, answer=request,
    )).encode()  # fmt: skip
    digest = contents.keep(work.opened, text, media_type="text/plain")
    signed = work.sign(Duty.ENTER_ORDERS, of_sha256=digest)
    signatures.add(work.opened, "order", record.id, signed, text=text)
    answer = _answer(work, request, digest)
    return _kept(
        work, Action.RECORD_ANSWER, record, answered(record, answer), request.version, answer=answer.words, agrees=str(answer.agrees_to_petrolatum),
        objects=str(answer.objects_to_petrolatum), by=answer.by, on=answer.on.isoformat(), rests_on=answer.rests_on,
    )  # fmt: skip


@use_case
def withdraw_own_order(work: Work, request: OfOrder) -> Standing:
    """Cancel an order of one's own, with the reason. Raises NotFound, Conflict, and WorkflowRefused `PREPARATION_OPEN` once it is being made."""
    work.may(Duty.ENTER_ORDERS)
    reason = work.reason()
    record = _own(work, request)
    if preparations.open_of_order(work.opened, record.id):
        raise WorkflowRefused("PREPARATION_OPEN", "the pharmacy has begun to prepare this order; telephone it")
    return _kept(work, Action.CANCEL, record, ended(record, Action.CANCEL, f"withdrawn by its prescriber: {reason}"), request.version)


@use_case
def find_own_patients(work: Work, request: FindOwnPatients) -> OwnPatientsFound:
    """Find patients among those of one's own orders. Raises WorkflowRefused `SEARCH_EMPTY`."""
    work.may(Duty.ENTER_ORDERS)
    if not any(each.isalpha() for each in request.sought):
        raise WorkflowRefused("SEARCH_EMPTY", "write how the patient's name begins")
    found = own_patients.named(work.opened, request.sought, person_id=work.person.id, most=MOST_PATIENTS + 1)
    shown = found[:MOST_PATIENTS]
    seen = " ".join(each.patient_id for each in shown) or None
    tell_reading(work, "search", "own patients", {"patients": (None, seen)})
    return OwnPatientsFound(patients=shown, has_more=len(found) > MOST_PATIENTS)


def _own(work: Work, request: AnswerAsPrescriber | OfOrder) -> OrderRecord:
    """The order, locked. To a prescriber an order that is not their own is not there."""
    if not orders.is_own(work.opened, request.order_id, person_id=work.person.id):
        raise NotFound("order")
    record, _, _ = load(work, request.order_id)
    _, version = orders.of(work.opened, request.order_id)
    if version != request.version:
        raise Conflict(f"order {record.rx_number}")
    return record


def _answer(work: Work, request: AnswerAsPrescriber, digest: str) -> Answer:
    person = work.person
    return Answer(
        by=f"{person.name}, licence {person.licence}", on=work.today, words=request.words.strip(), agrees_to_petrolatum=request.agrees_to_petrolatum,
        spoken=None, document_sha256=digest, recorded_by=person.name, recorded_at=work.act.at, objects_to_petrolatum=request.objects_to_petrolatum,
    )  # fmt: skip


def _kept(work: Work, action: Action, before: OrderRecord, after: OrderRecord, version: int, **told: str) -> Standing:
    new = orders.change(work.opened, after, version=version)
    work.tell(action, "order", after.id, {"state": (before.state.value, after.state.value), **{name: (None, value) for name, value in told.items()}})
    return standing(after, new)
