"""How much of an ingredient lot is left: an append-only ledger in whole micrograms, never negative, always equal to its entries (clinical rule 22).

What left its container never goes back into it, so there is no entry for a return.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from compounding.domain.errors import LevigateError
from compounding.domain.numbers import format_number
from compounding.domain.record_texts import LONGEST_SENTENCE, LONGEST_TEXT, check_text

_PLACES = 6
_MOST_DIGITS = 40
MOST_UG = 10**15
"""The most a ledger counts, in micrograms: a thousand tonnes, and well within what a database stores as a whole number."""


class StockRefused(LevigateError):
    """An amount or an entry the ledger does not take."""


class LedgerBroken(LevigateError):
    """A stored ledger whose entries do not follow from each other."""


class EntryKind(StrEnum):
    """Why the stock of a lot changes. The value is what the record says."""

    RECEIVED = "received"
    WEIGHED = "weighed"
    SPILLED = "spilled"
    COUNTED = "counted"
    DESTROYED = "destroyed"


_NEED_REASON = frozenset({EntryKind.SPILLED, EntryKind.COUNTED, EntryKind.DESTROYED})
_MAY_NAME_PREPARATION = frozenset({EntryKind.WEIGHED, EntryKind.SPILLED})


def micrograms(grams: Decimal) -> int:
    """The grams as whole micrograms, exactly. Raises StockRefused `STOCK_TOO_FINE` where they are none, `STOCK_TOO_LARGE` beyond MOST_UG."""
    sign, digits, exponent = grams.as_tuple()
    if not isinstance(exponent, int) or len(digits) > _MOST_DIGITS:
        raise StockRefused("STOCK_TOO_FINE", "an amount of stock is a number of grams with at most six decimals")
    mantissa = int("".join(map(str, digits)))
    if not mantissa:
        return 0
    if grams.adjusted() > _MOST_DIGITS:
        raise StockRefused("STOCK_TOO_LARGE", "an amount of stock is beyond anything a pharmacy keeps")
    if exponent + _PLACES < -_MOST_DIGITS:
        raise StockRefused("STOCK_TOO_FINE", "an amount of stock is counted in whole micrograms, at most six decimals of a gram")
    up: int = 10 ** max(exponent + _PLACES, 0)
    down: int = 10 ** max(-exponent - _PLACES, 0)
    whole, rest = divmod(mantissa * up, down)
    if rest:
        raise StockRefused(
            "STOCK_TOO_FINE", f"{format_number(grams)} g is finer than a microgram; stock is counted in whole micrograms, six decimals of a gram"
        )
    if whole > MOST_UG:
        raise StockRefused("STOCK_TOO_LARGE", f"{format_number(grams)} g is beyond anything a pharmacy keeps")
    return -whole if sign else whole


def grams(amount_ug: int) -> Decimal:
    """Whole micrograms as grams, exactly."""
    return Decimal((int(amount_ug < 0), tuple(int(digit) for digit in str(abs(amount_ug))), -_PLACES))


@dataclass(frozen=True, slots=True, kw_only=True)
class StockEntry:
    """One change of one lot's stock, in micrograms, with the balance after it. Entries of a lot are numbered 1, 2, 3 and so on; the first is its receipt.

    A further delivery is a lot of its own, with its own quarantine. `for_preparation` is the preparation it was weighed for, or spilled at.
    Raises StockRefused `STOCK_ENTRY_NOT_VALID`, `STOCK_REASON_MISSING`, `STOCK_WOULD_BE_NEGATIVE`, `STOCK_TOO_LARGE`.
    """

    lot_id: str
    number: int
    kind: EntryKind
    change_ug: int
    balance_ug: int
    at: datetime
    by: str
    reason: str = ""
    for_preparation: str = ""

    def __post_init__(self) -> None:
        _check_text(self.lot_id, "the lot of a stock entry")
        _check_text(self.by, "who made a stock entry")
        if self.at.tzinfo is None:
            raise self._not_valid("a stock entry is dated in UTC")
        if self.number < 1 or (self.number == 1) != (self.kind is EntryKind.RECEIVED):
            raise self._not_valid("the first entry of a lot is its receipt, and a further delivery is a lot of its own")
        self._check_amounts()
        if self.reason:
            _check_text(self.reason, "the reason of a stock entry", LONGEST_SENTENCE)
        elif self.kind in _NEED_REASON:
            raise StockRefused("STOCK_REASON_MISSING", f'say why: an entry "{self.kind.value}" needs a reason')
        if self.for_preparation:
            _check_text(self.for_preparation, "the preparation of a stock entry")
        if self.kind is EntryKind.WEIGHED and not self.for_preparation:
            raise self._not_valid("what is weighed is weighed for a preparation")
        if self.for_preparation and self.kind not in _MAY_NAME_PREPARATION:
            raise self._not_valid(f'an entry "{self.kind.value}" belongs to no preparation')

    def _check_amounts(self) -> None:
        if not self.change_ug:
            raise self._not_valid("an entry changes the stock, and zero changes nothing")
        if self.kind is not EntryKind.COUNTED and (self.change_ug > 0) != (self.kind is EntryKind.RECEIVED):
            raise self._not_valid(f'"{self.kind.value}" {"adds to" if self.kind is EntryKind.RECEIVED else "takes from"} the stock, never the other way')
        if self.balance_ug < 0:
            left = format_number(grams(self.balance_ug - self.change_ug))
            raise StockRefused("STOCK_WOULD_BE_NEGATIVE", f"lot {self.lot_id} has {left} g left, less than what is taken")
        if self.balance_ug > MOST_UG or abs(self.change_ug) > MOST_UG:
            raise StockRefused("STOCK_TOO_LARGE", f"lot {self.lot_id} would hold more than any pharmacy keeps")

    def _not_valid(self, problem: str) -> StockRefused:
        return StockRefused("STOCK_ENTRY_NOT_VALID", f"entry {self.number} of lot {self.lot_id}: {problem}")


def next_entry(
    last: StockEntry | None,
    *,
    lot_id: str,
    kind: EntryKind,
    change_ug: int,
    at: datetime,
    by: str,
    reason: str = "",
    for_preparation: str = "",
    called: str = "",
) -> StockEntry:
    """The entry that follows on the last one of the lot (None: the lot has none yet). `called` is how people call the lot.

    Raises StockRefused: `STOCK_WOULD_BE_NEGATIVE` with what is left, and whatever else no entry may be.
    """
    if last is not None and last.lot_id != lot_id:
        raise StockRefused("STOCK_ENTRY_NOT_VALID", f"an entry of lot {lot_id} cannot follow on one of lot {last.lot_id}")
    before_ug = last.balance_ug if last else 0
    if last is not None and change_ug < 0 and before_ug + change_ug < 0:
        left, taken = format_number(grams(before_ug)), format_number(grams(-change_ug))
        raise StockRefused("STOCK_WOULD_BE_NEGATIVE", f"{called or f'lot {lot_id}'} has {left} g left, so {taken} g cannot be taken from it; count the stock")
    return StockEntry(
        lot_id=lot_id, number=last.number + 1 if last else 1, kind=kind, change_ug=change_ug, balance_ug=before_ug + change_ug, at=at, by=by, reason=reason,
        for_preparation=for_preparation,
    )  # fmt: skip


def check_ledger(entries: Sequence[StockEntry], *, count: int | None = None, balance_ug: int | None = None) -> None:
    """Raises LedgerBroken `LEDGER_BROKEN` naming the first entry of a lot that does not follow from the one before.

    A missing end leaves the rest whole, so `count` and `balance_ug` are what the lot's own record says of its entries; without them it cannot be seen.
    Names, times and reasons follow from nothing: that they are unchanged is for the audit trail to show.
    """
    before_ug = 0
    for number, entry in enumerate(entries, start=1):
        called = f"entry {number} of the stock of lot {entries[0].lot_id}"
        if entry.lot_id != entries[0].lot_id:
            raise LedgerBroken("LEDGER_BROKEN", f"{called} belongs to lot {entry.lot_id}")
        if entry.number != number:
            raise LedgerBroken("LEDGER_BROKEN", f"{called} is missing or out of its place: number {entry.number} stands there")
        if entry.balance_ug != before_ug + entry.change_ug:
            should, says = format_number(grams(before_ug + entry.change_ug)), format_number(grams(entry.balance_ug))
            raise LedgerBroken("LEDGER_BROKEN", f"{called} leaves {should} g but says {says} g")
        before_ug = entry.balance_ug
    if count is not None and count != len(entries):
        doubtful = min(count, len(entries)) + 1
        raise LedgerBroken("LEDGER_BROKEN", f"a lot has {len(entries)} stock entries, and its record says {count}: entry {doubtful} is the first in doubt")
    if balance_ug is not None and balance_ug != before_ug:
        leave, says = format_number(grams(before_ug)), format_number(grams(balance_ug))
        raise LedgerBroken("LEDGER_BROKEN", f"the stock entries of a lot leave {leave} g, and its record says {says} g")


def balance(entries: Sequence[StockEntry]) -> int:
    """What the entries of a lot leave, in micrograms."""
    return sum(entry.change_ug for entry in entries)


def _check_text(text: str, what: str, longest: int = LONGEST_TEXT) -> None:
    check_text(text, what=what, refusal=StockRefused, code="STOCK_ENTRY_NOT_VALID", longest=longest)
