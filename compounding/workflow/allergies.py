"""What is known of a patient's allergies grows: answers, entries, what is signed beside them. Each sends the patient's open orders back to screening."""

import hashlib
from dataclasses import dataclass
from datetime import date

from compounding.domain.errors import WorkflowRefused
from compounding.domain.order_parts import said
from compounding.domain.order_record import sent_back
from compounding.domain.patients import AllergyEntry, CodedText, ContactAnswer
from compounding.domain.people import Duty
from compounding.domain.record_texts import has_words
from compounding.domain.screening.assessments import OPEN, Assessment, Conclusion, EntrySigned, Refutation, Signature
from compounding.domain.screening.screen import screen
from compounding.domain.stages import Action, State
from compounding.storage import documents, orders, patients, signatures
from compounding.storage.errors import Conflict
from compounding.storage.patients import AskedAgain, StoredPatient, Told, Withdrawal
from compounding.workflow.examining import allergy_record
from compounding.workflow.use_case import Work, use_case

_MOST_ENTRIES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AllergiesOnRecord:
    """How long a patient's allergy record is now, and how many orders must be screened again."""

    patient_id: str
    number: int
    sent_back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAllergies:
    """What the patient answered on a day: allergies in their own words, one text each ("No known allergies" is such a text); or nothing new."""

    patient_id: str
    texts: tuple[str, ...]
    asked_on: date
    nothing_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContact:
    """The answer to "Have you ever had a rash from a cream, sunscreen, diaper cream, plaster or tape?" (clinical rule 8)."""

    patient_id: str
    had_a_rash: bool
    asked_on: date
    details: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessAllergy:
    """A pharmacist's assessment of one finding in one entry of the record (clinical rule 9). `record_number` is the last part of the record that was seen."""

    patient_id: str
    entry_number: int
    allergen: str
    matched: str
    asked: str
    reaction: str
    stands_against: bool
    why: str
    prescriber_told: bool
    record_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuteAllergy:
    """A pharmacist's refutation of one entry: it is not true of this patient (clinical rule 11)."""

    patient_id: str
    entry_number: int
    why: str
    record_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawSigned:
    """An assessment or a refutation, by its number in the record, that counts no more; the reason stands in the act."""

    patient_id: str
    signed_number: int


@use_case
def record_allergies(work: Work, request: RecordAllergies) -> AllergiesOnRecord:
    """Record what the patient answered, with the person who asked and the day."""
    work.may(Duty.ASK_ALLERGIES)
    _check_asked(work, request.asked_on)
    texts = tuple(text.strip() for text in request.texts if text.strip())
    if any(not has_words(text) for text in texts):
        raise WorkflowRefused("ALLERGY_ANSWER_INCOMPLETE", "write what the patient answered in words; a dash or a dot is no answer")
    if bool(texts) == request.nothing_new or len(texts) > _MOST_ENTRIES:
        raise WorkflowRefused("ALLERGY_ANSWER_INCOMPLETE", "write what the patient answered, one allergy on a line, or say that there is nothing new")
    stored = patients.of(work.opened, request.patient_id, lock=True)
    told: tuple[Told, ...] = (AskedAgain(by=work.person.name, on=request.asked_on),)
    if texts:
        told = tuple(
            AllergyEntry(what=CodedText(text=text, where="asked"), asked_by=work.person.name, asked_on=request.asked_on, where="asked") for text in texts
        )  # fmt: skip
    return add_and_send_back(work, stored, told, why="the patient was asked about allergies")


@use_case
def record_contact(work: Work, request: RecordContact) -> AllergiesOnRecord:
    """Record the answer to the contact question."""
    work.may(Duty.ASK_ALLERGIES)
    _check_asked(work, request.asked_on)
    stored = patients.of(work.opened, request.patient_id, lock=True)
    answer = ContactAnswer(had_a_rash=request.had_a_rash, asked_by=work.person.name, asked_on=request.asked_on, details=request.details.strip())
    return add_and_send_back(work, stored, (answer,), why="the patient was asked about rashes from what touches the skin")


@use_case
def assess_allergy(work: Work, request: AssessAllergy) -> AllergiesOnRecord:
    """Sign an assessment beside the untouched entry. Whether it settles anything is the screening's to say, each time anew.

    Raises WorkflowRefused `ASSESSMENT_NOT_MATCHED` where the entry is not read as that finding, `ASSESSMENT_NOT_ALLOWED` where the finding is no doubt.
    """
    work.may(Duty.ASSESS_ALLERGIES)
    entry, stored = _entry(work, request)
    _check_assessable(work, stored, entry, request)
    assessment = Assessment(
        of=EntrySigned.of(entry), allergen=request.allergen, matched=request.matched, asked=said(request.asked, "who was asked"),
        reaction=said(request.reaction, "the reaction"),
        conclusion=Conclusion.STANDS_AGAINST if request.stands_against else Conclusion.DOES_NOT_STAND_AGAINST, why=said(request.why, "why"),
        prescriber_told=request.prescriber_told, signed=_signature(work),
    )  # fmt: skip
    return _signed(work, stored, assessment)


@use_case
def refute_allergy(work: Work, request: RefuteAllergy) -> AllergiesOnRecord:
    """Sign that an entry is not true of this patient. The entry stays, with the refutation beside it. Raises Conflict for a record that grew meanwhile."""
    work.may(Duty.ASSESS_ALLERGIES)
    entry, stored = _entry(work, request)
    return _signed(work, stored, Refutation(of=EntrySigned.of(entry), why=said(request.why, "why"), signed=_signature(work)))


@use_case
def withdraw_signed(work: Work, request: WithdrawSigned) -> AllergiesOnRecord:
    """Withdraw an assessment or a refutation. It stays in view, with who withdrew it and why.

    Raises WorkflowRefused `NOTHING_TO_WITHDRAW` where nothing was signed under that number, or it is withdrawn already.
    """
    work.may(Duty.ASSESS_ALLERGIES)
    reason = work.reason()
    stored = patients.of(work.opened, request.patient_id, lock=True)
    if request.signed_number not in allergy_record(work, stored.id).signed_numbers:
        raise WorkflowRefused("NOTHING_TO_WITHDRAW", "under that number of the record there is no assessment and no refutation that counts")
    return _signed(work, stored, Withdrawal(number=request.signed_number, why=reason, signed=_signature(work)))


def add_entries_of_order(
    work: Work, stored: StoredPatient, told: tuple[AllergyEntry, ...], *, order_id: str, said_before: tuple[AllergyEntry, ...] = ()
) -> AllergiesOnRecord:
    """An order's entries stand in the patient's record from now on. Words that were signed for are told again, and count as a new entry.

    `said_before` are the entries of the same order before a correction: repeating them tells nothing new.
    """
    record = allergy_record(work, stored.id)
    open_words = {repr(each.told) for each in record.parts if each.entry is not None and not record.is_signed_for(each)}
    known = open_words | ({repr(each) for each in said_before} & {repr(each.told) for each in record.parts})
    fresh = tuple(each for each in dict.fromkeys(told) if repr(each) not in known)
    return add_and_send_back(work, stored, fresh, order_id=order_id, why="an order brought new entries of the allergy record")


def add_and_send_back(work: Work, stored: StoredPatient, told: tuple[Told, ...], *, why: str, order_id: str | None = None) -> AllergiesOnRecord:
    """Add to the record of a patient whose row is locked, and send every order that was screened before back to screening."""
    numbers = list(patients.add_to_record(work.opened, stored, told, order_id=order_id))
    for number, each in zip(numbers, told, strict=True):
        action = Action.ASSESS_ALLERGY if isinstance(each, Assessment | Refutation | Withdrawal) else Action.RECORD_ALLERGIES
        work.tell(action, "patient", stored.id, {f"allergy record, part {number}": (None, documents.write(type(each), each))})
    count = send_back_orders(work, stored.id, why=why, except_for=order_id) if numbers else 0
    last = max(numbers, default=0) or max((each.number for each in patients.record(work.opened, stored.id)), default=0)
    return AllergiesOnRecord(patient_id=stored.id, number=last, sent_back=count)


def send_back_orders(work: Work, patient_id: str, *, why: str, except_for: str | None = None) -> int:
    """Send a patient's screened and accepted orders back to screening; gives how many there were."""
    count = 0
    for record, version in orders.of_patient(work.opened, patient_id, State.SCREENED, State.ACCEPTED):
        if record.id != except_for:
            orders.change(work.opened, sent_back(record), version=version)
            work.tell(Action.SCREEN_AGAIN, "order", record.id, {"state": (record.state.value, State.RECEIVED.value)}, reason=why)
            count += 1
    return count


def check_contact(work: Work, answer: ContactAnswer) -> None:
    """Raises WorkflowRefused `DATE_AHEAD`, and `NOT_STATED` where it does not say who asked."""
    _check_asked(work, answer.asked_on)
    said(answer.asked_by, "who asked the patient")


def _check_asked(work: Work, on: date) -> None:
    if on > work.today:
        raise WorkflowRefused("DATE_AHEAD", "a question cannot have been asked on a day that is still to come")


def _entry(work: Work, request: AssessAllergy | RefuteAllergy) -> tuple[AllergyEntry, StoredPatient]:
    stored = patients.of(work.opened, request.patient_id, lock=True)
    record = allergy_record(work, stored.id)
    if request.record_number not in {None, record.number}:
        raise Conflict("the patient's allergy record")
    for each in record.parts:
        if each.number == request.entry_number and each.entry is not None:
            return each.entry, stored
    raise WorkflowRefused("NO_SUCH_ENTRY", "the patient's record has no allergy entry of that number")


def _signature(work: Work) -> Signature:
    work.may(Duty.ASSESS_ALLERGIES)
    return Signature(by=work.person.name, licence=work.person.licence, on=work.today)


def _check_assessable(work: Work, stored: StoredPatient, entry: AllergyEntry, request: AssessAllergy) -> None:
    signed = allergy_record(work, stored.id).signed_for(stored)
    seen = screen((entry,), work.data.lexicon, talk=work.data.talk, on=work.today, refutations=signed.refutations if signed is not None else ())
    about = [each for each in seen.findings if (each.allergen, each.matched) == (request.allergen, request.matched)]
    words = f'"{request.matched[:80]}" as {request.allergen[:40]}'
    if not about:
        raise WorkflowRefused("ASSESSMENT_NOT_MATCHED", f"the entry is not read as {words}; choose one of its findings as they are shown")
    if not any(each.effect in OPEN for each in about):
        raise WorkflowRefused("ASSESSMENT_NOT_ALLOWED", f"{words} is read as {about[0].effect.value}, which is no doubt that an assessment could settle")


def _signed(work: Work, stored: StoredPatient, told: Assessment | Refutation | Withdrawal) -> AllergiesOnRecord:
    answer = add_and_send_back(work, stored, (told,), why="a pharmacist signed beside the allergy record")
    # All of it is signed, the conclusion and its reason too; it names the entry's own fingerprint.
    text = documents.write(type(told), told).encode()
    signature = work.sign(Duty.ASSESS_ALLERGIES, of_sha256=hashlib.sha256(text).hexdigest())
    signatures.add(work.opened, "patient", stored.id, signature, text=text)
    return answer
