"""Reading a patient's record: every reading is kept on a chain of its own, with who and when. A prescriber reads orders of their own, and nothing else."""

from dataclasses import dataclass, replace

from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.order_record import OrderRecord
from compounding.domain.patients import PatientProfile
from compounding.domain.people import Duty, NotAllowed
from compounding.storage import contents, orders, papers, patients, people, preparations
from compounding.storage.errors import NotFound
from compounding.storage.orders import Happened
from compounding.storage.patients import Recorded
from compounding.storage.trail import Told
from compounding.workflow.use_case import Work, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Of:
    """What is read."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfPaper:
    """Which stored paper is read."""

    preparation_id: str
    kind: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSeen:
    """An order as it stands, with what happened to it and the names of the people in it by their keys.

    `is_own` says that it was read as the prescriber's own: then what the pharmacy found in the patient's record and how it decided are left out of it, and
    so are its preparations.
    """

    version: int
    record: OrderRecord
    preparations: tuple[str, ...]
    history: tuple[Happened, ...]
    names: tuple[tuple[str, str], ...]
    is_own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparationSeen:
    """A preparation as it stands."""

    version: int
    record: CompoundingRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientSeen:
    """A patient with the whole allergy record."""

    version: int
    profile: PatientProfile
    allergies: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSeen:
    """A stored paper: its bytes as hexadecimal digits, so that the answer can be kept as text."""

    sha256: str
    hexadecimal: str

    @property
    def data(self) -> bytes:
        """The bytes."""
        return bytes.fromhex(self.hexadecimal)


def reads_everything(work: Work) -> bool:
    """Whether this person reads every record of the pharmacy; else only orders of their own. Raises NotAllowed for who reads neither."""
    try:
        work.may(Duty.READ_RECORDS)
    except NotAllowed as refusal:
        try:
            work.may(Duty.ENTER_ORDERS)
        except NotAllowed as other:
            # Whoever is a prescriber is told what is wrong as a prescriber: a licence that has expired, say.
            raise (refusal if other.code == "ROLE_NOT_ALLOWED" else other) from None
        return False
    return True


@use_case
def read_order_record(work: Work, request: Of) -> OrderSeen:
    """Read an order. To a prescriber, an order that is not their own is not there. Raises NotFound."""
    is_own = not reads_everything(work)
    if is_own and not orders.is_own(work.opened, request.id, person_id=work.person.id):
        raise NotFound("order")
    record, version = orders.of(work.opened, request.id, lock=False)
    _note(work, "order", record.id, record.patient_id)
    happened = orders.history(work.opened, record.id)
    # A prescriber reads which states it went through, and not who at the pharmacy did what.
    shown = tuple(replace(each, by=each.by if each.by == work.person.id else "") for each in happened) if is_own else happened
    return OrderSeen(
        version=version, record=_as_sender_sees(record) if is_own else record, history=shown, is_own=is_own,
        preparations=() if is_own else preparations.of_order(work.opened, record.id), names=_names(work, *(each.by for each in shown)),
    )  # fmt: skip


@use_case
def read_preparation(work: Work, request: Of) -> PreparationSeen:
    """Read the record of a preparation."""
    work.may(Duty.READ_RECORDS)
    record, version = preparations.of(work.opened, request.id, lock=False)
    order, _ = orders.of(work.opened, record.order_id, lock=False)
    _note(work, "preparation", record.id, order.patient_id)
    return PreparationSeen(version=version, record=record)


@use_case
def read_patient(work: Work, request: Of) -> PatientSeen:
    """Read a patient's details and allergy record."""
    work.may(Duty.READ_RECORDS)
    stored = patients.of(work.opened, request.id)
    _note(work, "patient", stored.id, stored.id)
    return PatientSeen(version=stored.version, profile=stored.profile, allergies=patients.record(work.opened, stored.id))


@use_case
def read_paper(work: Work, request: OfPaper) -> PaperSeen:
    """Read a stored paper, byte for byte."""
    work.may(Duty.READ_RECORDS)
    paper = papers.of_revision(work.opened, request.preparation_id, request.kind, request.revision)
    record, _ = preparations.of(work.opened, request.preparation_id, lock=False)
    order, _ = orders.of(work.opened, record.order_id, lock=False)
    _note(work, "paper", paper.id, order.patient_id)
    return PaperSeen(sha256=paper.sha256, hexadecimal=contents.of(work.opened, paper.sha256).hex())


def _note(work: Work, subject: str, subject_id: str, patient_id: str) -> None:
    work.opened.tell_read(Told(action="read", subject=subject, subject_id=subject_id, changed={"patient": (None, patient_id)}))


def _as_sender_sees(record: OrderRecord) -> OrderRecord:
    """The order without what was found in the rest of the patient's record, and without the pharmacy's own reasons for its decision."""
    screening = replace(record.screening, by="", zinc="", findings=(), codes=()) if record.screening is not None else None
    acceptance = record.acceptance
    if acceptance is not None:
        acceptance = replace(acceptance, by="", why="", excluded=(), settled=())
    return replace(record, screening=screening, acceptance=acceptance)


def _names(work: Work, *person_ids: str) -> tuple[tuple[str, str], ...]:
    known = {each.id: each.name for each in people.people_of(work.opened.connection, work.opened.site_id)}
    return tuple((each, known[each]) for each in dict.fromkeys(person_ids) if each in known)
