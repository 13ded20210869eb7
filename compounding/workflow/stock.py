"""What goes out of a lot and what is left of it: weighed, spilled, counted, destroyed; which lot to use up first; whether every ledger adds up."""

from dataclasses import dataclass
from decimal import Decimal

from compounding.domain.ingredient_lots import IngredientLot
from compounding.domain.lot_choice import check_choosable, suggest
from compounding.domain.people import Duty
from compounding.domain.stock_ledger import EntryKind, LedgerBroken, StockEntry, StockRefused, check_ledger, grams, micrograms
from compounding.storage import lots, preparations
from compounding.storage.errors import Conflict
from compounding.storage.ledger_told import SUBJECT, last_told
from compounding.workflow.use_case import Work, use_case

_BOOKED = frozenset({EntryKind.SPILLED, EntryKind.COUNTED, EntryKind.DESTROYED})


@dataclass(frozen=True, slots=True, kw_only=True)
class StockChange:
    """What happened to a lot's stock, in grams: how much was spilled or destroyed; for a count, how much there is.

    `after_entry` is the number of the ledger's last entry that was looked at: whoever counted before somebody else weighed counts again.
    """

    lot_id: str
    after_entry: int
    kind: EntryKind
    amount_g: Decimal
    for_preparation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockKept:
    """The number of the ledger's last entry and what is left, in grams."""

    lot_id: str
    entry: int
    left_g: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LotsWanted:
    """An ingredient, as formulas name it."""

    substance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LotSuggested:
    """A lot that may be used today and what is left of it, in grams."""

    lot: IngredientLot
    left_g: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LotsSuggested:
    """The lots that may be used today, the first to use up first."""

    lots: tuple[LotSuggested, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeStock:
    """Every ledger of the site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockVerified:
    """How many ledgers were checked and add up."""

    ledgers: int


@use_case
def book_stock(work: Work, request: StockChange) -> StockKept:
    """Book what was spilled, counted or destroyed, with a reason. A count that agrees is told and books nothing.

    Raises NotAllowed, NotFound, Conflict, StockRefused, WorkflowRefused `REASON_NEEDED`.
    """
    work.may_one_of(Duty.KEEP_STOCK, *((Duty.WEIGH,) if request.kind is EntryKind.SPILLED else ()))
    reason = work.reason()
    if request.kind not in _BOOKED:
        raise StockRefused("STOCK_ENTRY_NOT_VALID", f'"{request.kind.value}" is not booked by hand: a lot is received, and weighed for a preparation')
    if request.for_preparation:
        # As at the bench: the preparation is locked before its lot, so that the two do not wait for each other.
        preparations.check_there(work.opened, request.for_preparation, lock=True)
    lot, _ = lots.of(work.opened, request.lot_id)
    last = _last_entry(work, lot)
    if last.number != request.after_entry:
        raise Conflict(f"the stock of {lot.called}")
    amount_ug = micrograms(request.amount_g)
    change_ug = amount_ug - last.balance_ug if request.kind is EntryKind.COUNTED else -amount_ug
    if request.kind is EntryKind.COUNTED and not change_ug:
        work.tell("count stock", SUBJECT, lot.id, {"counted_ug": (last.balance_ug, amount_ug)})
        return StockKept(lot_id=lot.id, entry=last.number, left_g=grams(last.balance_ug))
    entry = lots.book(work.opened, lot, request.kind, change_ug, reason=reason, for_preparation=request.for_preparation)
    _tell(work, "book stock", last, entry)
    return StockKept(lot_id=lot.id, entry=entry.number, left_g=grams(entry.balance_ug))


@use_case
def see_lots(work: Work, request: LotsWanted) -> LotsSuggested:
    """Which lots of an ingredient may be used today, in the order to use them up. Raises NotAllowed."""
    work.may_one_of(Duty.KEEP_STOCK, Duty.WEIGH, Duty.READ_RECORDS)
    return LotsSuggested(lots=tuple(LotSuggested(lot=lot, left_g=left_g) for lot, left_g in suggest_lots(work, request.substance)))


@use_case
def verify_stock(work: Work, request: WholeStock) -> StockVerified:  # noqa: ARG001 - every use case has a request, and this one asks for all there is.
    """Whether every ledger of the site adds up. Raises NotAllowed, LedgerBroken."""
    work.may_one_of(Duty.KEEP_STOCK, Duty.READ_RECORDS)
    return StockVerified(ledgers=check_stock(work))


def take(work: Work, lot_id: str, grams: Decimal, preparation_id: str) -> StockEntry:
    """Take what was weighed for a preparation out of a lot that may be used today; the lot is locked until this transaction ends.

    No use case of its own: it belongs to the weighing, which has asked who may. Raises NotFound, LotRefused, StockRefused `STOCK_WOULD_BE_NEGATIVE`.
    """
    lot, _ = lots.of(work.opened, lot_id)
    check_choosable(lot, on=work.today, undated_lot_days=work.site.undated_lot_days, substances=work.house.data.formulary.substances)
    last = _last_entry(work, lot)
    entry = lots.book(work.opened, lot, EntryKind.WEIGHED, -micrograms(grams), for_preparation=preparation_id)
    _tell(work, "take from stock", last, entry)
    return entry


def suggest_lots(work: Work, substance: str) -> tuple[tuple[IngredientLot, Decimal], ...]:
    """The lots of an ingredient that may be used today with what is left of each in grams, the first to use up first."""
    return suggest(
        lots.in_stock(work.opened, substance), substance=substance, on=work.today, undated_lot_days=work.site.undated_lot_days,
        substances=work.house.data.formulary.substances,
    )  # fmt: skip


def check_stock(work: Work) -> int:
    """How many ledgers there are. Raises LedgerBroken `LEDGER_BROKEN` for one that does not add up, or that ends elsewhere than the audit trail says."""
    every = lots.ids(work.opened)
    for lot_id in every:
        told = last_told(work.opened, lot_id)
        if told is None:
            raise LedgerBroken("LEDGER_BROKEN", f"the audit trail tells of no receipt of lot {lot_id}")
        check_ledger(lots.ledger(work.opened, lot_id), count=told.number, balance_ug=told.balance_ug)
    return len(every)


def _last_entry(work: Work, lot: IngredientLot) -> StockEntry:
    last = lots.last_entry(work.opened, lot.id)
    if last is None:
        raise LedgerBroken("LEDGER_BROKEN", f"{lot.called} has no receipt in its ledger; nothing is booked before the records are verified")
    return last


def _tell(work: Work, action: str, last: StockEntry, entry: StockEntry) -> None:
    told: dict[str, tuple[str | int | None, str | int | None]] = {
        "stock_entry": (last.number, entry.number), "balance_ug": (last.balance_ug, entry.balance_ug), "kind": (None, entry.kind.value)
    }  # fmt: skip
    if entry.for_preparation:
        told["for_preparation"] = (None, entry.for_preparation)
    work.tell(action, SUBJECT, entry.lot_id, told)
