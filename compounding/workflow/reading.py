"""Reading a patient's record: every reading is kept on a chain of its own, with who and when. A prescriber reads orders of their own, and nothing else."""

from dataclasses import dataclass, replace
from datetime import datetime

from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.errors import ReferenceDataError
from compounding.domain.formulary_versions import as_site_approvals
from compounding.domain.order_record import OrderRecord
from compounding.domain.patients import PatientProfile
from compounding.domain.people import Duty, NotAllowed
from compounding.domain.site import Site
from compounding.reference import ReferenceData
from compounding.storage import contents, lists, orders, paper_proofs, papers, patients, people, preparations, texts
from compounding.storage.errors import NotFound
from compounding.storage.lists import FillBrief, OrderBrief
from compounding.storage.orders import Happened
from compounding.storage.patients import Recorded
from compounding.workflow.formulary_in_force import in_force
from compounding.workflow.reading_budget import tell_reading
from compounding.workflow.use_case import House, Work, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Of:
    """What is read."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfPaper:
    """Which stored paper is read; 0 is the paper itself, and no copy of it."""

    preparation_id: str
    kind: str
    revision: int
    copy: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSeen:
    """An order as it stands, with what happened to it and the names of the people in it by their keys.

    `is_own` says that it was read as the prescriber's own: then what the pharmacy found in the patient's record and how it decided are left out of it, and
    so are its preparations.
    """

    version: int
    record: OrderRecord
    preparations: tuple[str, ...]
    fills: tuple[FillBrief, ...]
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
    """A patient with the whole allergy record and every order. `names` are the people of the pharmacy by their keys."""

    version: int
    profile: PatientProfile
    allergies: tuple[Recorded, ...]
    orders: tuple[OrderBrief, ...]
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSeen:
    """A stored paper: its bytes as hexadecimal digits, so that the answer can be kept as text."""

    sha256: str
    hexadecimal: str
    lot_number: str

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
    fills = () if is_own else lists.fills_of(work.opened, (record.id,)).get(record.id, ())
    return OrderSeen(
        version=version, record=as_sender_sees(record) if is_own else record, history=shown, is_own=is_own,
        preparations=tuple(each.id for each in fills), fills=fills, names=_names(work, only=work.person.id if is_own else ""),
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
    return PatientSeen(
        version=stored.version, profile=stored.profile, allergies=patients.record(work.opened, stored.id),
        orders=lists.orders_of_patient(work.opened, stored.id), names=_names(work),
    )  # fmt: skip


@use_case
def read_paper(work: Work, request: OfPaper) -> PaperSeen:
    """Read a stored paper or a numbered copy of it, byte for byte. Raises NotFound."""
    work.may(Duty.READ_RECORDS)
    paper = papers.of_revision(work.opened, request.preparation_id, request.kind, request.revision)
    digest = paper_proofs.copy_of(work.opened, paper.id, request.copy).sha256 if request.copy else paper.sha256
    record, _ = preparations.of(work.opened, request.preparation_id, lock=False)
    order, _ = orders.of(work.opened, record.order_id, lock=False)
    _note(work, "paper", paper.id, order.patient_id)
    return PaperSeen(sha256=digest, hexadecimal=contents.of(work.opened, digest).hex(), lot_number=record.lot_number)


def _note(work: Work, subject: str, subject_id: str, patient_id: str) -> None:
    tell_reading(work, subject, subject_id, {"patient": (None, patient_id)})


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The settings of a pharmacy with what is approved today, and the reference data with the formulas and phrases in force."""

    site: Site
    data: ReferenceData


def in_force_now(house: House, *, at: datetime) -> InForce:
    """By what a pharmacy works at this moment; no patient's record is read.

    A pharmacy that has approved no formula yet gets the shipped ones, and whatever is worked out by them says that nobody has approved them.
    """
    with house.database.reading() as connection:
        settings, _ = people.current_settings(connection, house.site_id)
        history = texts.history(connection, house.site_id)
        attestations = texts.attestations(connection, house.site_id)
    today = at.astimezone(settings.time_zone).date()
    site = replace(settings, approvals=as_site_approvals(history, today), attestations=attestations)
    try:
        return InForce(site=site, data=in_force(house.data, history, today))
    except ReferenceDataError as fault:
        if fault.code != "FORMULARY_EMPTY":
            raise
        return InForce(site=site, data=house.data)


def as_sender_sees(record: OrderRecord) -> OrderRecord:
    """An order as its prescriber reads it: without what the rest of the patient's record says, and without the pharmacy's own reasons for its decision."""
    screening = replace(record.screening, by="", zinc="", findings=(), codes=()) if record.screening is not None else None
    acceptance = record.acceptance
    if acceptance is not None:
        acceptance = replace(acceptance, by="", why="", excluded=(), settled=())
    return replace(record, screening=screening, acceptance=acceptance)


def _names(work: Work, *, only: str = "") -> tuple[tuple[str, str], ...]:
    everyone = people.people_of(work.opened.connection, work.opened.site_id)
    return tuple((each.id, each.name) for each in everyone if only in {"", each.id})
