"""Stages 2 and 3: an order is screened, asked about, adapted, accepted with its formula, or brought to an end (clinical rules 1 to 6 and 8 to 11)."""

from dataclasses import dataclass
from datetime import date

from compounding.domain.beyond_use import read_day
from compounding.domain.errors import LevigateError, WorkflowRefused
from compounding.domain.order_parts import Acceptance, Adaptation, Answer, Enquiry, ScreeningSnapshot, Spoken, Transfer
from compounding.domain.order_record import OrderRecord, accepted, adapted, answered, asked, ended, screened, sent_back
from compounding.domain.people import Duty
from compounding.domain.stages import Action, State
from compounding.pipeline import work_out
from compounding.storage import orders, patients, preparations
from compounding.storage.patients import StoredPatient
from compounding.workflow.accepting import check_known, settle, told_of
from compounding.workflow.choosing_lots import named_lots
from compounding.workflow.evidence import check_own_evidence
from compounding.workflow.examining import AllergyRecord, Held, allergy_record, examined
from compounding.workflow.hearing import check_spoken
from compounding.workflow.receiving import Standing, standing
from compounding.workflow.use_case import Work, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class OfOrder:
    """A step that needs nothing but the order as it was seen; a reason, where one is due, stands in the act."""

    order_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPrescriber:
    """A question to the prescriber; one that asks for petrolatum instead of the base in the order says so."""

    order_id: str
    version: int
    question: str
    asks_for_petrolatum: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAnswer:
    """What the prescriber answered, on which day, and the letter (its sha256) or the call it rests on."""

    order_id: str
    version: int
    by: str
    on: date
    words: str
    agrees_to_petrolatum: bool = False
    objects_to_petrolatum: bool = False
    document_sha256: str = ""
    spoken: Spoken | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptBase:
    """A pharmacist's change of the base to petrolatum, where the place allows it; the rationale is the act's reason."""

    order_id: str
    version: int
    patient_consented_on: date
    prescriber_notified_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """Acceptance of a screened order. `settled` pairs a doubt's code with the pharmacist's answer; `lot_ids` name lots whose own ingredient lists count.

    `prescriber_licence` is what the register says, where the order does not name it.
    """

    order_id: str
    version: int
    prescriber_authenticated: str
    prescriber_licence: str = ""
    settled: tuple[tuple[str, str], ...] = ()
    interval_days: int | None = None
    lot_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferOut:
    """Where an order goes; it is void here from then on."""

    order_id: str
    version: int
    pharmacy: str
    spoken: Spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenAgain:
    """Every order that was screened with another lexicon than today's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBack:
    """How many orders must be screened again."""

    count: int


@use_case
def screen(work: Work, request: OfOrder) -> Standing:
    """Screen an order with the patient's whole record; the snapshot says with which lexicon and how much of the record."""
    work.may(Duty.DECIDE_ORDERS)
    record, patient, allergies = load(work, request.order_id)
    seen = examined(work, record, patient, allergies)
    found = seen.gate.screening
    codes = tuple(dict.fromkeys(each.code for each in seen.reasons))
    snapshot = ScreeningSnapshot(
        by=work.person.id, at=work.act.at, lexicon_sha256=work.house.data.lexicon_sha256, record_number=allergies.number, zinc=found.zinc.value,
        findings=(found.in_words, *found.asked_in_words), codes=codes,
    )  # fmt: skip
    return _kept(work, Action.SCREEN, record, screened(record, snapshot), request.version, zinc=found.zinc.value, codes=", ".join(codes))


@use_case
def ask_prescriber(work: Work, request: AskPrescriber) -> Standing:
    """Ask the prescriber; the order waits."""
    work.may(Duty.DECIDE_ORDERS)
    record, _, _ = load(work, request.order_id)
    enquiry = Enquiry(question=request.question.strip(), asks_for_petrolatum=request.asks_for_petrolatum, asked_by=work.person.id, asked_at=work.act.at)
    return _kept(
        work,
        Action.ASK_PRESCRIBER,
        record,
        asked(record, enquiry),
        request.version,
        question=enquiry.question,
        asks_for_petrolatum=str(enquiry.asks_for_petrolatum),
    )


@use_case
def record_answer(work: Work, request: RecordAnswer) -> Standing:
    """Record the prescriber's answer with what it rests on."""
    work.may(Duty.DECIDE_ORDERS)
    check_spoken(work, request.spoken)
    record, _, _ = load(work, request.order_id)
    _in_time(work, record, request.on)
    if request.document_sha256:
        check_own_evidence(work, request.document_sha256)
    answer = Answer(
        by=request.by.strip(), on=request.on, words=request.words.strip(), agrees_to_petrolatum=request.agrees_to_petrolatum, spoken=request.spoken,
        document_sha256=request.document_sha256, recorded_by=work.person.name, recorded_at=work.act.at,
        objects_to_petrolatum=request.objects_to_petrolatum,
    )  # fmt: skip
    return _kept(
        work, Action.RECORD_ANSWER, record, answered(record, answer), request.version, answer=answer.words, agrees=str(answer.agrees_to_petrolatum),
        objects=str(answer.objects_to_petrolatum), by=answer.by, on=answer.on.isoformat(), rests_on=answer.rests_on,
    )  # fmt: skip


@use_case
def adapt_base(work: Work, request: AdaptBase) -> Standing:
    """Adapt the base to petrolatum with the patient's consent, a rationale and notice to the prescriber, where the place allows it."""
    work.may(Duty.DECIDE_ORDERS)
    rationale = work.reason()
    if not work.profile.adaptation_of_base_allowed:
        raise WorkflowRefused("ADAPTATION_NOT_ALLOWED", f"in {work.profile.name} the base is changed by the prescriber only: {work.profile.adaptation_rule}")
    record, _, _ = load(work, request.order_id)
    for day in (request.patient_consented_on, request.prescriber_notified_on):
        _in_time(work, record, day)
    adaptation = Adaptation(
        by=work.person.name, licence=work.person.licence, at=work.act.at, rationale=rationale, patient_consented_on=request.patient_consented_on,
        prescriber_notified_on=request.prescriber_notified_on,
    )  # fmt: skip
    return _kept(work, Action.ADAPT_BASE, record, adapted(record, adaptation), request.version, base="petrolatum", **_days(adaptation))


@use_case
def accept(work: Work, request: Accept) -> Standing:
    """Accept an order with the formula the pipeline chooses. Raises Held with everything that still stands against it."""
    work.may(Duty.DECIDE_ORDERS)
    record, patient, allergies = load(work, request.order_id)
    check_screened(work, record, allergies)
    licence = check_known(record, patient, prescriber_licence=request.prescriber_licence)
    lots = tuple(lot for _, lot in named_lots(work, request.lot_ids))
    worked = work_out(examined(work, record, patient, allergies, lots=lots), work.data)
    settled, left = settle(worked.reasons, request.settled)
    if left:
        raise Held(left)
    choice = worked.examined.choice
    if choice is None or worked.planned is None:
        raise WorkflowRefused("NO_FORMULA", "no formula was chosen for this order")
    acceptance = Acceptance(
        by=work.person.id, licence=work.person.licence, at=work.act.at, formula_id=choice.formula.id, formula_version=choice.formula.version,
        formula_sha256=choice.formula.sha256, why=choice.why, excluded=tuple(f"{each.formula.id}: {each.why}" for each in choice.excluded),
        prescriber_authenticated=request.prescriber_authenticated.strip(), settled=settled, interval_days=request.interval_days,
        prescriber_licence=licence,
    )  # fmt: skip
    after = accepted(record, acceptance)
    return _kept(
        work, Action.ACCEPT, record, after, request.version, formula=f"{choice.formula.id} {choice.formula.version}", why=choice.why, **told_of(acceptance)
    )  # fmt: skip


@use_case
def refuse(work: Work, request: OfOrder) -> Standing:
    """Refuse an order, with the reason. Raises WorkflowRefused `PREPARATION_OPEN` while a preparation of it stands at the bench."""
    return _end(work, Action.REFUSE, request)


@use_case
def cancel(work: Work, request: OfOrder) -> Standing:
    """Cancel an order. Raises WorkflowRefused `PREPARATION_OPEN` while a preparation of it stands at the bench."""
    return _end(work, Action.CANCEL, request)


@use_case
def discontinue(work: Work, request: OfOrder) -> Standing:
    """No further fill of an accepted order is made."""
    return _end(work, Action.DISCONTINUE, request)


@use_case
def transfer_out(work: Work, request: TransferOut) -> Standing:
    """Hand an order over to another pharmacy; it is void here."""
    work.may(Duty.DECIDE_ORDERS)
    check_spoken(work, request.spoken)
    fills = preparations.handed_out(work.opened, request.order_id)
    to = Transfer(
        pharmacy=request.pharmacy.strip(), their_number="not known yet", fills_made=len({each.fill for each in fills}),
        last_filled_on=fills[-1].on if fills else None, spoken=request.spoken,
    )  # fmt: skip
    told = f"to {to.pharmacy}, told {to.spoken.by} ({to.spoken.callback_number}), {to.fills_made} fills made here"
    return _end(work, Action.TRANSFER_OUT, OfOrder(order_id=request.order_id, version=request.version), told=told)


@use_case
def screen_again(work: Work, _request: ScreenAgain) -> SentBack:
    """Send back every order that was screened with another lexicon than this program's."""
    work.may(Duty.DECIDE_ORDERS)
    count = 0
    for record, version in list(orders.in_states(work.opened, State.SCREENED, State.ACCEPTED)):
        if record.screening is not None and record.screening.lexicon_sha256 != work.house.data.lexicon_sha256:
            orders.change(work.opened, sent_back(record), version=version)
            work.tell(Action.SCREEN_AGAIN, "order", record.id, {"state": (record.state.value, State.RECEIVED.value)}, reason="the lexicon changed")
            count += 1
    if not count:
        work.tell(Action.SCREEN_AGAIN, "site", work.house.site_id, reason="every open order was screened with today's lexicon")
    return SentBack(count=count)


def load(work: Work, order_id: str) -> tuple[OrderRecord, StoredPatient, AllergyRecord]:
    """An order with its patient and allergy record, all locked in one order, so that none changes before this transaction ends."""
    record, _ = orders.of(work.opened, order_id, lock=False)
    patient = patients.of(work.opened, record.patient_id, lock=True)
    record, _ = orders.of(work.opened, order_id)
    return record, patient, allergy_record(work, patient.id)


def check_screened(work: Work, record: OrderRecord, allergies: AllergyRecord) -> None:
    """Raises WorkflowRefused `SCREENING_OUT_OF_DATE` where the record or the lexicon has changed since the screening, or nothing was screened."""
    seen = record.screening
    if seen is None or seen.record_number != allergies.number or seen.lexicon_sha256 != work.house.data.lexicon_sha256:
        raise WorkflowRefused("SCREENING_OUT_OF_DATE", "what is known of the allergies, or how it is read, has changed; screen this order again first")


def _end(work: Work, action: Action, request: OfOrder, *, told: str = "") -> Standing:
    work.may(Duty.DECIDE_ORDERS)
    reason = work.reason()
    record, _, _ = load(work, request.order_id)
    if preparations.open_of_order(work.opened, record.id):
        raise WorkflowRefused("PREPARATION_OPEN", "a preparation of this order stands at the bench; hand it out or scrap it first")
    return _kept(work, action, record, ended(record, action, f"{reason}; {told}" if told else reason), request.version)


def _kept(work: Work, action: Action, before: OrderRecord, after: OrderRecord, version: int, **told: str) -> Standing:
    new = orders.change(work.opened, after, version=version)
    work.tell(action, "order", after.id, {"state": (before.state.value, after.state.value), **{name: (None, value) for name, value in told.items()}})
    return standing(after, new)


def _days(adaptation: Adaptation) -> dict[str, str]:
    return {
        "patient_consented_on": adaptation.patient_consented_on.isoformat(), "prescriber_notified_on": adaptation.prescriber_notified_on.isoformat(),
    }  # fmt: skip


def _in_time(work: Work, record: OrderRecord, day: date) -> None:
    """What is said of an order's base was said between the day it was written and today. An order without a readable date is held for that by itself."""
    if day > work.today:
        raise WorkflowRefused("DATE_AHEAD", "this cannot have happened on a day that is still to come")
    try:
        written = read_day(record.sent.authored_on)
    except LevigateError:
        return
    if day < written:
        told = f"{day.isoformat()} is before the order was written, on {written.isoformat()}; write when it was said of this order"
        raise WorkflowRefused("DATE_BEFORE_ORDER", told)
