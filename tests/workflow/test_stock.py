"""The stock of a lot: never below nothing, always equal to its entries, and taken only from what may be used today."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text

from compounding.domain.errors import LevigateError
from compounding.domain.people import Duty
from compounding.domain.stock_ledger import EntryKind, check_ledger
from compounding.storage import lots as stored
from compounding.storage.transaction import transaction
from compounding.workflow import lot_flags, lots, stock
from compounding.workflow.use_case import Work, use_case
from tests.conftest import EXAMPLES
from tests.workflow.conftest import AT
from tests.workflow.preparations import preparation
from tests.workflow.seeing import entries, refused
from tests.workflow.steps import DRUG, Pharmacy, one


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What the weighing of a preparation takes."""

    lot_id: str
    amount_g: Decimal
    preparation_id: str


@use_case
def weigh_out(work: Work, request: Weighed) -> int:
    """What the weighing does with the stock."""
    work.may(Duty.WEIGH)
    return stock.take(work, request.lot_id, request.amount_g, request.preparation_id).number


def taking(p: Pharmacy, kept: lots.LotKept, amount_g: str = "1", *, at: Any = AT) -> Any:
    return p.do(weigh_out, p.staff.technician, Weighed(lot_id=kept.lot_id, amount_g=Decimal(amount_g), preparation_id=preparation_of(p)), at=at)


def preparation_of(p: Pharmacy) -> str:
    """One preparation for the whole test, made when it is first needed."""
    with p.house.database.reading() as connection:
        there = connection.execute(text("SELECT id FROM preparation")).scalars().first()
    return there or preparation(p.house, 1)


def booking(p: Pharmacy, kept: lots.LotKept, kind: EntryKind, amount_g: str, *, after: int = 1, **more: Any) -> Any:
    request = stock.StockChange(lot_id=kept.lot_id, after_entry=after, kind=kind, amount_g=Decimal(amount_g), for_preparation=more.pop("for_preparation", ""))
    return p.do(stock.book_stock, p.staff.technician, request, **more)


def balance(p: Pharmacy, kept: lots.LotKept) -> int:
    with transaction(p.house.database, site_id=p.house.site_id, by="x", role="", at=AT) as opened:
        ledger = stored.ledger(opened, kept.lot_id)
    check_ledger(ledger)
    return ledger[-1].balance_ug


def test_what_is_weighed_leaves_the_stock_and_is_told_once(pharmacy: Pharmacy) -> None:
    kept = pharmacy.released()
    preparation_id = preparation_of(pharmacy)
    before = len(entries(pharmacy.house))
    assert taking(pharmacy, kept, "15.06") == 2
    assert balance(pharmacy, kept) == 84_940_000
    (told,) = entries(pharmacy.house)[before:]
    assert (told["action"], told["subject_id"]) == ("take from stock", kept.lot_id)
    assert told["changed"] == {
        "stock_entry": [1, 2],
        "balance_ug": [100_000_000, 84_940_000],
        "kind": [None, "weighed"],
        "for_preparation": [None, preparation_id],
    }


def test_the_last_gram_can_be_taken_and_not_a_microgram_more(pharmacy: Pharmacy) -> None:
    kept = pharmacy.released(amount_g="10")
    preparation_of(pharmacy)
    assert refused(pharmacy.house, lambda: taking(pharmacy, kept, "10.000001")) == "STOCK_WOULD_BE_NEGATIVE"
    taking(pharmacy, kept, "10")
    assert refused(pharmacy.house, lambda: taking(pharmacy, kept, "0.000001")) == "STOCK_WOULD_BE_NEGATIVE"
    assert balance(pharmacy, kept) == 0


def test_nothing_is_taken_from_a_lot_that_may_not_be_used(pharmacy: Pharmacy) -> None:
    p = pharmacy
    preparation_of(p)
    waiting = p.checked()
    assert refused(p.house, lambda: taking(p, waiting)) == "LOT_IN_QUARANTINE"
    kept = p.released(number="SP-2")
    last_day = AT.replace(year=2028, month=5, day=31)
    taking(p, kept)
    taking(p, kept, at=last_day)
    assert refused(p.house, lambda: taking(p, kept, at=last_day + timedelta(days=1))) == "LOT_EXPIRED"
    held = p.do(lot_flags.quarantine_lot, p.staff.technician, one(kept))
    assert refused(p.house, lambda: taking(p, kept)) == "LOT_IN_QUARANTINE"
    p.do(lot_flags.recall_lot, p.staff.pharmacist, one(held))
    assert refused(p.house, lambda: taking(p, kept)) == "LOT_RECALLED"


def test_a_lot_that_was_tested_again_and_failed_gives_nothing(pharmacy: Pharmacy) -> None:
    kept = pharmacy.released()
    preparation_of(pharmacy)
    pharmacy.tested(kept, passed=False)
    assert refused(pharmacy.house, lambda: taking(pharmacy, kept)) == "LOT_IN_QUARANTINE"


def test_spilled_counted_and_destroyed_stock_is_booked_with_its_reason(pharmacy: Pharmacy) -> None:
    kept = pharmacy.released()
    spilled = booking(pharmacy, kept, EntryKind.SPILLED, "0.5", for_preparation=preparation_of(pharmacy), reason="knocked over")
    assert (spilled.entry, spilled.left_g) == (2, Decimal("99.5"))
    assert booking(pharmacy, kept, EntryKind.COUNTED, "99.75", after=2).left_g == Decimal("99.75")
    assert booking(pharmacy, kept, EntryKind.COUNTED, "0", after=3).left_g == 0
    assert booking(pharmacy, kept, EntryKind.COUNTED, "5", after=4).left_g == 5
    assert booking(pharmacy, kept, EntryKind.DESTROYED, "5", after=5).left_g == 0
    with transaction(pharmacy.house.database, site_id=pharmacy.house.site_id, by="x", role="", at=AT) as opened:
        assert [entry.reason for entry in stored.ledger(opened, kept.lot_id)][:2] == ["", "knocked over"]


def test_a_count_that_agrees_is_told_and_books_nothing(pharmacy: Pharmacy) -> None:
    kept = pharmacy.received()
    act = pharmacy.act(pharmacy.staff.technician, key="count-1")
    request = stock.StockChange(lot_id=kept.lot_id, after_entry=1, kind=EntryKind.COUNTED, amount_g=Decimal("100.0"))
    assert stock.book_stock(pharmacy.house, act, request).entry == 1
    last = entries(pharmacy.house)[-1]
    assert (last["action"], last["changed"]) == ("count stock", {"counted_ug": [100_000_000, 100_000_000]})


def test_a_count_made_before_somebody_weighed_is_made_again(pharmacy: Pharmacy) -> None:
    kept = pharmacy.released()
    taking(pharmacy, kept)
    assert refused(pharmacy.house, lambda: booking(pharmacy, kept, EntryKind.COUNTED, "100")) == "CONFLICT"


@pytest.mark.parametrize(
    ("kind", "amount_g", "code"),
    [
        (EntryKind.RECEIVED, "5", "STOCK_ENTRY_NOT_VALID"),
        (EntryKind.WEIGHED, "5", "STOCK_ENTRY_NOT_VALID"),
        (EntryKind.SPILLED, "0", "STOCK_ENTRY_NOT_VALID"),
        (EntryKind.SPILLED, "-1", "STOCK_ENTRY_NOT_VALID"),
        (EntryKind.DESTROYED, "100.000001", "STOCK_WOULD_BE_NEGATIVE"),
        (EntryKind.COUNTED, "-0.1", "STOCK_WOULD_BE_NEGATIVE"),
        (EntryKind.COUNTED, "1e10", "STOCK_TOO_LARGE"),
        (EntryKind.SPILLED, "1e-7", "STOCK_TOO_FINE"),
    ],
)
def test_a_booking_that_cannot_be_is_refused(pharmacy: Pharmacy, kind: EntryKind, amount_g: str, code: str) -> None:
    kept = pharmacy.received()
    assert refused(pharmacy.house, lambda: booking(pharmacy, kept, kind, amount_g)) == code
    unknown = replace(kept, lot_id="nothing")
    assert refused(pharmacy.house, lambda: booking(pharmacy, unknown, EntryKind.COUNTED, "1")) == "NOT_FOUND"


def test_the_lot_that_expires_first_is_suggested_first_and_no_other_than_usable_ones(pharmacy: Pharmacy) -> None:
    p = pharmacy
    late, early = p.released(number="A"), p.released(number="B", expires_on=date(2027, 1, 31))
    p.checked(number="C", expires_on=date(2026, 12, 31))
    empty = p.released(number="D", expires_on=date(2026, 12, 31), amount_g="1")
    booking(p, empty, EntryKind.DESTROYED, "1")
    told = p.do(stock.see_lots, p.staff.auditor, stock.LotsWanted(substance=DRUG))
    assert [(each.lot.id, each.left_g) for each in told.lots] == [(early.lot_id, Decimal(100)), (late.lot_id, Decimal(100))]


def verified(p: Pharmacy) -> Any:
    return p.do(stock.verify_stock, p.staff.auditor, stock.WholeStock())


def test_every_ledger_is_checked(pharmacy: Pharmacy) -> None:
    kept = pharmacy.released()
    taking(pharmacy, kept)
    booking(pharmacy, pharmacy.received(number="SP-2"), EntryKind.SPILLED, "1")
    assert verified(pharmacy).ledgers == 2


@pytest.mark.parametrize(
    "tampering", ["DELETE FROM stock_entry WHERE number = 2", "UPDATE stock_entry SET balance_ug = 7 WHERE number = 2", "DELETE FROM stock_entry"]
)
def test_a_ledger_that_was_tampered_with_is_found_even_where_only_its_end_is_missing(pharmacy: Pharmacy, tampering: str) -> None:
    kept = pharmacy.released()
    taking(pharmacy, kept)
    with pharmacy.house.database.writing() as connection:
        if pharmacy.house.database.is_sqlite:
            for name in connection.execute(text("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'stock_entry'")).scalars().all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("ALTER TABLE stock_entry DISABLE TRIGGER USER")
        connection.exec_driver_sql(tampering)
    with pytest.raises(LevigateError, match="LEDGER_BROKEN"):
        verified(pharmacy)
    if tampering == "DELETE FROM stock_entry":
        with pytest.raises(LevigateError, match="LEDGER_BROKEN"):
            taking(pharmacy, kept)


def test_a_lot_the_audit_trail_never_told_of_is_found(pharmacy: Pharmacy) -> None:
    pharmacy.received()
    with pharmacy.house.database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO ingredient_lot SELECT site_id, 'ghost', version, substance, supplier, 'ghost', in_quarantine, recalled, received_on, expires_on, document FROM ingredient_lot"
        )
    with pytest.raises(LevigateError, match="LEDGER_BROKEN"):
        verified(pharmacy)


RACERS = 64
ROUNDS = EXAMPLES // 2 if EXAMPLES >= 1000 else max(EXAMPLES // 8, 1)
"""On each of the two databases."""


def test_however_many_race_for_the_last_grams_as_many_win_as_there_is_stock_for(pharmacy: Pharmacy) -> None:
    preparation_id, house = preparation_of(pharmacy), pharmacy.house
    act = pharmacy.act(pharmacy.staff.technician)
    start = Barrier(RACERS)

    def race(request: Weighed) -> str:
        start.wait()
        try:
            weigh_out(house, act, request)
        except LevigateError as refusal:
            return refusal.code
        return "won"

    won_of = {}
    with ThreadPoolExecutor(RACERS) as threads:
        for turn in range(ROUNDS):
            amount_g, enough_for = Decimal(1 + turn % 4) / 4, turn % 9
            left_over = Decimal("0.000001") if turn % 2 else amount_g - Decimal("0.000001")
            kept = pharmacy.released(number=f"R-{turn}", amount_g=str(amount_g * enough_for + left_over))
            request = Weighed(lot_id=kept.lot_id, amount_g=amount_g, preparation_id=preparation_id)
            told = list(threads.map(race, [request] * RACERS))
            assert told.count("won") == enough_for
            assert told.count("STOCK_WOULD_BE_NEGATIVE") == RACERS - enough_for
            assert balance(pharmacy, kept) == int(left_over * 1_000_000)
            won_of[kept.lot_id] = enough_for
    taken = [each["subject_id"] for each in entries(house) if each["action"] == "take from stock"]
    assert {lot_id: taken.count(lot_id) for lot_id in won_of} == won_of
    assert verified(pharmacy).ledgers == len(won_of)
