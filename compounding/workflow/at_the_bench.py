"""What a page at the bench reads: the preparation with its own formula, its lots and the settings it was planned under; and whose a scanned container is."""

from dataclasses import dataclass
from decimal import Decimal

from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.errors import WorkflowRefused
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.ingredient_lots import IngredientLot
from compounding.domain.lot_at_hand import check_at_hand, lot_of_code
from compounding.domain.people import Duty
from compounding.domain.scanned_codes import ScannedCode
from compounding.domain.site import Balance, Tolerances
from compounding.storage import lots, orders, people, preparations
from compounding.workflow.benches import formula_pinned
from compounding.workflow.reading import Of
from compounding.workflow.reading_budget import tell_reading
from compounding.workflow.signed import may_begin
from compounding.workflow.use_case import Work, use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class AtBench:
    """A preparation as the bench sees it. `lots` has the lot of each line in the sheet's order; `names` are the people of the pharmacy by their keys.

    Balance and tolerances are those of the settings' revision that the record names.
    """

    version: int
    record: CompoundingRecord
    formula: MasterFormulationRecord
    lots: tuple[IngredientLot, ...]
    balance: Balance
    tolerances: Tolerances
    overage_percent: Decimal
    correct_lots_above_percent: Decimal
    order_number: str
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAtHand:
    """A code that was read from a container, for a line of the sheet (counted from 0)."""

    preparation_id: str
    line: int
    code: ScannedCode


@dataclass(frozen=True, slots=True, kw_only=True)
class LotAtHand:
    """The lot (its key) and its number; whether the code came in the form that only a scanner sends; its GTIN, which is compared with nothing."""

    lot_id: str
    number: str
    is_element_string: bool
    gtin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSeen:
    """A code that a witness read from the container of a line that weighed the drug."""

    preparation_id: str
    code: ScannedCode


@use_case
def read_at_bench(work: Work, request: Of) -> AtBench:
    """Read a preparation for the work on it."""
    work.may(Duty.READ_RECORDS)
    record, version = preparations.of(work.opened, request.id, lock=False)
    settings = people.settings_at(work.opened.connection, work.house.site_id, record.site_revision)
    number = _note(work, record)
    return AtBench(
        version=version, record=record, formula=formula_pinned(work, record), lots=_lots_of(work, record), balance=settings.balance,
        tolerances=settings.tolerances, overage_percent=settings.overage_percent, correct_lots_above_percent=settings.correct_lots_above_percent,
        order_number=number,
        names=tuple((each.id, each.name) for each in people.people_of(work.opened.connection, work.opened.site_id)),
    )  # fmt: skip


@use_case
def take_lot_in_hand(work: Work, request: CodeAtHand) -> LotAtHand:
    """Which lot the container at hand is, before anything is weighed from it. Raises what `check_at_hand` raises."""
    may_begin(work, Duty.WEIGH)
    record, _ = preparations.of(work.opened, request.preparation_id, lock=False)
    _note(work, record)
    if not 0 <= request.line < len(record.lot_ids):
        raise WorkflowRefused("NO_SUCH_LINE", f"the sheet has no line {request.line + 1}")
    own, substances = _lots_of(work, record), work.house.data.formulary.substances
    planned = own[request.line]
    in_stock = (lot for lot, _ in lots.in_stock(work.opened, *substances))
    check_at_hand(
        request.code, record=record, line=request.line, planned=planned, others=(*own, *in_stock), on=work.today, undated_lot_days=work.site.undated_lot_days,
        substances=substances,
    )  # fmt: skip
    return LotAtHand(lot_id=planned.id, number=planned.number, is_element_string=request.code.is_element_string, gtin=request.code.gtin)


@use_case
def recognise_lot(work: Work, request: CodeSeen) -> LotAtHand:
    """Which lot of this preparation a witness has seen. Raises WorkflowRefused `WITNESS_DIFFERS` for one that is none of them."""
    work.may(Duty.WITNESS_WEIGHING)
    record, _ = preparations.of(work.opened, request.preparation_id, lock=False)
    _note(work, record)
    lot = lot_of_code(request.code, _lots_of(work, record))
    if lot is None:
        raise WorkflowRefused("WITNESS_DIFFERS", "this code is of no lot of this preparation; read it once more, and if it stays so rework or scrap")
    return LotAtHand(lot_id=lot.id, number=lot.number, is_element_string=request.code.is_element_string, gtin=request.code.gtin)


def _lots_of(work: Work, record: CompoundingRecord) -> tuple[IngredientLot, ...]:
    return tuple(lots.of(work.opened, each, lock=False)[0] for each in record.lot_ids)


def _note(work: Work, record: CompoundingRecord) -> str:
    """Tell the reading, with whose record it is; gives the order's prescription number."""
    order, _ = orders.of(work.opened, record.order_id, lock=False)
    tell_reading(work, "preparation", record.id, {"patient": (None, order.patient_id)})
    return order.rx_number
