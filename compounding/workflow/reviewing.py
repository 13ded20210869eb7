"""What a pharmacist sees before deciding on an order: the order worked out as its acceptance would; nothing is written but the reading."""

from dataclasses import dataclass
from datetime import date

from compounding.domain.errors import WorkflowRefused
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.order_dates import valid_until
from compounding.domain.order_record import SETTLED_BY_PHARMACIST, OrderRecord
from compounding.domain.people import Duty
from compounding.domain.reasons import Reason, Severity
from compounding.domain.stages import State
from compounding.pipeline import WorkedOut, work_out
from compounding.storage import orders, patients, people, preparations
from compounding.storage.patients import StoredPatient
from compounding.workflow.accepting import check_known
from compounding.workflow.choosing_lots import Chosen, named_lots, suggested
from compounding.workflow.deciding import check_screened
from compounding.workflow.examining import AllergyRecord, allergy_record, blocking, examined
from compounding.workflow.reading_budget import tell_reading
from compounding.workflow.signed import may_begin
from compounding.workflow.use_case import Work, use_case

_LICENCE_MISSING = "PRESCRIBER_LICENCE_MISSING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Which order; `lot_ids` names lots whose own ingredient lists count, as for its acceptance."""

    order_id: str
    lot_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """What refuses a step, by its code and sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSeen:
    """An order as it is reviewed. `worked` is what its acceptance would rest on; `against` what refuses it besides the reasons in there.

    `is_up_to_date` says that it is screened with today's record and lexicon; `doubts` are the blocking reasons that the pharmacist answers in words, `holds`
    those that need another step first. `base_lots` are the lots whose own ingredient lists may be told. `names` are the people of the pharmacy by key.
    """

    version: int
    record: OrderRecord
    patient: StoredPatient
    allergies: AllergyRecord
    today: date
    worked: WorkedOut
    is_up_to_date: bool
    holds: tuple[Reason, ...]
    doubts: tuple[Reason, ...]
    warnings: tuple[Reason, ...]
    against: tuple[Against, ...]
    needs_licence: bool
    valid_until: date | None
    base_lots: tuple[Chosen, ...]
    open_preparations: tuple[str, ...]
    names: tuple[tuple[str, str], ...]

    @property
    def can_be_accepted(self) -> bool:
        """Whether an acceptance that answers every doubt would stand."""
        is_screened = self.record.state is State.SCREENED and self.is_up_to_date
        return is_screened and not self.holds and not self.against and self.worked.planned is not None

    @property
    def can_be_screened(self) -> bool:
        """Whether screening is the way on: nobody has screened it, or it was screened by another lexicon."""
        return self.record.state is State.RECEIVED or (self.record.state in {State.SCREENED, State.ACCEPTED} and not self.is_up_to_date)


@use_case
def read_review(work: Work, request: Review) -> ReviewSeen:
    """Read an order as its acceptance would work it out. Raises NotAllowed for who never decides on orders, NotFound, LotRefused for a lot that was named."""
    may_begin(work, Duty.DECIDE_ORDERS)
    record, version = orders.of(work.opened, request.order_id, lock=False)
    patient = patients.of(work.opened, record.patient_id)
    allergies = allergy_record(work, patient.id)
    note_reading(work, record)
    lots = tuple(lot for _, lot in named_lots(work, request.lot_ids, lock=False))
    worked = work_out(examined(work, record, patient, allergies, lots=lots), work.data)
    stands = blocking(worked.reasons)
    order = worked.examined.receipt.order
    refused = _known(record, patient)
    everyone = people.people_of(work.opened.connection, work.opened.site_id)
    return ReviewSeen(
        version=version, record=record, patient=patient, allergies=allergies, today=work.today, worked=worked,
        is_up_to_date=is_up_to_date(work, record, allergies),
        holds=tuple(each for each in stands if each.code not in SETTLED_BY_PHARMACIST),
        doubts=tuple(each for each in stands if each.code in SETTLED_BY_PHARMACIST),
        warnings=tuple(dict.fromkeys(each for each in worked.reasons if each.severity is Severity.WARNING)),
        against=tuple(each for each in refused if each.code != _LICENCE_MISSING), needs_licence=any(each.code == _LICENCE_MISSING for each in refused),
        valid_until=valid_until(order.ordered_on, record.sent, work.profile) if order is not None else None,
        base_lots=_base_lots(work, worked), open_preparations=preparations.open_of_order(work.opened, record.id),
        names=tuple((each.id, each.name) for each in everyone),
    )  # fmt: skip


def note_reading(work: Work, record: OrderRecord) -> None:
    """Tell the chain of readings whose order was read."""
    tell_reading(work, "order", record.id, {"patient": (None, record.patient_id)})


def is_up_to_date(work: Work, record: OrderRecord, allergies: AllergyRecord) -> bool:
    """Whether the screening is of today's record and lexicon."""
    try:
        check_screened(work, record, allergies)
    except WorkflowRefused:
        return False
    return True


def _known(record: OrderRecord, patient: StoredPatient) -> tuple[Against, ...]:
    try:
        check_known(record, patient, prescriber_licence="")
    except WorkflowRefused as refusal:
        return (Against(code=refusal.code, message=refusal.message),)
    return ()


def _base_lots(work: Work, worked: WorkedOut) -> tuple[Chosen, ...]:
    formula: MasterFormulationRecord | None = worked.examined.choice.formula if worked.examined.choice is not None else None
    if formula is None or ("BASE_INGREDIENTS_NOT_KNOWN" not in {each.code for each in worked.reasons} and not worked.examined.bench.lots):
        return ()
    return tuple(each for part in (formula.base, formula.levigating_agent) for each in suggested(work, part))
