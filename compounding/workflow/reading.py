"""Reading a patient's record: every reading is kept on a chain of its own, with who and when."""

from dataclasses import dataclass

from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.order_record import OrderRecord
from compounding.domain.patients import PatientProfile
from compounding.domain.people import Duty
from compounding.storage import contents, orders, papers, patients, preparations
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
    """An order as it stands."""

    version: int
    record: OrderRecord
    preparations: tuple[str, ...]


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


@use_case
def read_order_record(work: Work, request: Of) -> OrderSeen:
    """Read an order."""
    work.may(Duty.READ_RECORDS)
    record, version = orders.of(work.opened, request.id, lock=False)
    _note(work, "order", record.id, record.patient_id)
    return OrderSeen(version=version, record=record, preparations=preparations.of_order(work.opened, record.id))


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
