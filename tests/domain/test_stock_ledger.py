"""The stock ledger: exact to the microgram, never negative, always the sum of its entries, and no change to a stored one goes unseen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from compounding.domain.stock_ledger import MOST_UG, EntryKind, LedgerBroken, StockEntry, StockRefused, balance, check_ledger, grams, micrograms, next_entry

AT = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
BOTTLE = 500_000_000
RECEIPT = StockEntry(lot_id="lot-1", number=1, kind=EntryKind.RECEIVED, change_ug=BOTTLE, balance_ug=BOTTLE, at=AT, by="P. Pharmacist")
WEIGHING = StockEntry(
    lot_id="lot-1", number=2, kind=EntryKind.WEIGHED, change_ug=-9_000_000, balance_ug=BOTTLE - 9_000_000, at=AT, by="T. Technician", for_preparation="prep-1"
)  # fmt: skip


def enter(last: StockEntry | None, kind: EntryKind, change_ug: int, **more: str) -> StockEntry:
    reason = "counted anew" if kind in {EntryKind.COUNTED, EntryKind.SPILLED, EntryKind.DESTROYED} else ""
    preparation = "prep-1" if kind is EntryKind.WEIGHED else ""
    return next_entry(
        last, lot_id="lot-1", kind=kind, change_ug=change_ug, at=AT, by="T. Technician", **{"reason": reason, "for_preparation": preparation, **more}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0.000001", 1), ("500", BOTTLE), ("15.01", 15_010_000), ("-2.5", -2_500_000), ("1.000000000000", 1_000_000), ("1E3", 10**9), ("0E-999999", 0), ("0E+99", 0),
     ("1000000000", MOST_UG)],
)  # fmt: skip
def test_grams_become_whole_micrograms_exactly(text: str, expected: int) -> None:
    assert micrograms(Decimal(text)) == expected


@pytest.mark.parametrize("text", ["0.0000001", "1.0000005", "NaN", "sNaN", "Infinity", "-Infinity", "1E-999999999", "1." + "0" * 40])
def test_what_is_no_whole_number_of_micrograms_is_refused(text: str) -> None:
    with pytest.raises(StockRefused) as refusal:
        micrograms(Decimal(text))
    assert refusal.value.code == "STOCK_TOO_FINE"


@pytest.mark.parametrize("text", ["1000000000.000001", "-1000000000.000001", "1E39", "1E999999999"])
def test_more_than_any_pharmacy_keeps_is_refused(text: str) -> None:
    with pytest.raises(StockRefused) as refusal:
        micrograms(Decimal(text))
    assert refusal.value.code == "STOCK_TOO_LARGE"


@given(st.integers(-MOST_UG, MOST_UG))
def test_micrograms_and_grams_are_the_same_amount(amount_ug: int) -> None:
    assert micrograms(grams(amount_ug)) == amount_ug
    assert grams(micrograms(grams(amount_ug))) == grams(amount_ug)
    assert grams(amount_ug) * 1_000_000 == amount_ug


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=8))
def test_an_amount_is_kept_exactly_or_refused(amount_g: Decimal) -> None:
    whole = amount_g * 10**6 == (amount_g * 10**6).to_integral_value()
    if whole:
        assert grams(micrograms(amount_g)) == amount_g
    else:
        with pytest.raises(StockRefused):
            micrograms(amount_g)


@pytest.mark.parametrize(
    ("entry", "changed", "code", "words"),
    [
        (RECEIPT, {"lot_id": ""}, "STOCK_ENTRY_NOT_VALID", "the lot of a stock entry is not given"),
        (RECEIPT, {"by": " "}, "STOCK_ENTRY_NOT_VALID", "who made a stock entry is not given"),
        (RECEIPT, {"at": datetime(2026, 11, 22, 17, 0)}, "STOCK_ENTRY_NOT_VALID", "dated in UTC"),  # noqa: DTZ001
        (RECEIPT, {"number": 0}, "STOCK_ENTRY_NOT_VALID", "the first entry of a lot is its receipt"),
        (RECEIPT, {"number": 2}, "STOCK_ENTRY_NOT_VALID", "a further delivery is a lot of its own"),
        (WEIGHING, {"number": 1}, "STOCK_ENTRY_NOT_VALID", "the first entry of a lot is its receipt"),
        (RECEIPT, {"change_ug": 0}, "STOCK_ENTRY_NOT_VALID", "zero changes nothing"),
        (RECEIPT, {"change_ug": -1}, "STOCK_ENTRY_NOT_VALID", '"received" adds to the stock'),
        (WEIGHING, {"change_ug": 1}, "STOCK_ENTRY_NOT_VALID", '"weighed" takes from the stock'),
        (WEIGHING, {"kind": EntryKind.SPILLED}, "STOCK_REASON_MISSING", '"spilled" needs a reason'),
        (WEIGHING, {"kind": EntryKind.COUNTED, "for_preparation": ""}, "STOCK_REASON_MISSING", '"counted" needs a reason'),
        (WEIGHING, {"kind": EntryKind.DESTROYED, "for_preparation": ""}, "STOCK_REASON_MISSING", '"destroyed" needs a reason'),
        (WEIGHING, {"reason": "x" * 201}, "STOCK_ENTRY_NOT_VALID", "longer than 200"),
        (WEIGHING, {"for_preparation": ""}, "STOCK_ENTRY_NOT_VALID", "weighed for a preparation"),
        (WEIGHING, {"for_preparation": " "}, "STOCK_ENTRY_NOT_VALID", "the preparation of a stock entry is not given"),
        (WEIGHING, {"kind": EntryKind.DESTROYED, "reason": "expired"}, "STOCK_ENTRY_NOT_VALID", "belongs to no preparation"),
        (RECEIPT, {"for_preparation": "prep-1"}, "STOCK_ENTRY_NOT_VALID", "belongs to no preparation"),
        (WEIGHING, {"balance_ug": -1}, "STOCK_WOULD_BE_NEGATIVE", "has 8.999999 g left"),
        (RECEIPT, {"balance_ug": MOST_UG + 1}, "STOCK_TOO_LARGE", "more than any pharmacy keeps"),
        (WEIGHING, {"change_ug": -MOST_UG - 1}, "STOCK_TOO_LARGE", "more than any pharmacy keeps"),
    ],
)
def test_an_entry_that_cannot_be_is_refused_in_words(entry: StockEntry, changed: dict[str, Any], code: str, words: str) -> None:
    with pytest.raises(StockRefused) as refusal:
        replace(entry, **changed)
    assert refusal.value.code == code
    assert words in refusal.value.message


@pytest.mark.parametrize("kind", [kind for kind in EntryKind if kind is not EntryKind.RECEIVED])
def test_the_first_entry_of_a_lot_is_its_receipt(kind: EntryKind) -> None:
    with pytest.raises(StockRefused) as refusal:
        enter(None, kind, 1 if kind is EntryKind.COUNTED else -1)
    assert refusal.value.code == "STOCK_ENTRY_NOT_VALID"
    assert "the first entry of a lot is its receipt" in refusal.value.message


def test_a_further_delivery_is_a_lot_of_its_own() -> None:
    with pytest.raises(StockRefused, match="a further delivery is a lot of its own"):
        enter(RECEIPT, EntryKind.RECEIVED, BOTTLE)


def test_a_stock_never_becomes_negative_and_the_refusal_says_what_is_left() -> None:
    assert enter(RECEIPT, EntryKind.WEIGHED, -BOTTLE).balance_ug == 0
    for kind in (EntryKind.WEIGHED, EntryKind.SPILLED, EntryKind.COUNTED, EntryKind.DESTROYED):
        with pytest.raises(StockRefused) as refusal:
            enter(RECEIPT, kind, -BOTTLE - 1, called="lot SP-2026-07")
        assert refusal.value.code == "STOCK_WOULD_BE_NEGATIVE"
        assert "lot SP-2026-07 has 500 g left, so 500.000001 g cannot be taken" in refusal.value.message
    with pytest.raises(StockRefused, match="lot lot-1 has 500 g left"):
        enter(RECEIPT, EntryKind.WEIGHED, -BOTTLE - 1)


def test_an_entry_follows_only_on_one_of_its_own_lot() -> None:
    with pytest.raises(StockRefused) as refusal:
        enter(replace(RECEIPT, lot_id="lot-2"), EntryKind.WEIGHED, -1)
    assert refusal.value.code == "STOCK_ENTRY_NOT_VALID"


def test_what_was_weighed_stands_in_the_ledger_with_its_preparation() -> None:
    made = next_entry(RECEIPT, lot_id="lot-1", kind=EntryKind.WEIGHED, change_ug=-9_000_000, at=AT, by="T. Technician", for_preparation="prep-1")
    assert made == WEIGHING
    spilled = enter(made, EntryKind.SPILLED, -1, for_preparation="prep-1")
    assert (spilled.number, spilled.reason, spilled.for_preparation) == (3, "counted anew", "prep-1")
    check_ledger([RECEIPT, made, spilled], count=3, balance_ug=BOTTLE - 9_000_001)


changes = st.tuples(st.sampled_from(list(EntryKind)), st.integers(-600_000_000, 600_000_000))


@st.composite
def ledgers(draw: st.DrawFn, least: int = 1) -> tuple[StockEntry, ...]:
    """A ledger as the function that makes entries lets it grow: whatever it refuses is left out."""
    entries = [enter(None, EntryKind.RECEIVED, draw(st.integers(1, BOTTLE)))]
    for kind, change in draw(st.lists(changes, max_size=12)):
        try:
            entries.append(enter(entries[-1], kind, change))
        except StockRefused:
            continue
    while len(entries) < least:
        entries.append(enter(entries[-1], EntryKind.COUNTED, draw(st.integers(1, 1000))))
    return tuple(entries)


@given(ledgers())
def test_a_ledger_adds_up_and_is_never_negative(entries: tuple[StockEntry, ...]) -> None:
    check_ledger(entries, count=len(entries), balance_ug=balance(entries))
    assert balance(entries) == entries[-1].balance_ug == sum(entry.change_ug for entry in entries)
    assert all(entry.balance_ug >= 0 for entry in entries)
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))


def broken_at(entries: Sequence[StockEntry], **stored: int) -> str:
    with pytest.raises(LedgerBroken) as found:
        check_ledger(entries, **stored)
    assert found.value.code == "LEDGER_BROKEN"
    return found.value.message


@given(entries=ledgers(least=2), chance=st.data())
def test_a_removed_entry_is_found(entries: tuple[StockEntry, ...], chance: st.DataObject) -> None:
    index = chance.draw(st.integers(0, len(entries) - 1))
    rest = entries[:index] + entries[index + 1 :]
    assert f"entry {index + 1}" in broken_at(rest, count=len(entries))
    if index < len(entries) - 1:
        assert f"entry {index + 1} " in broken_at(rest)
    else:
        broken_at(rest, balance_ug=balance(entries))


@given(entries=ledgers(least=2), chance=st.data())
def test_two_swapped_entries_are_found(entries: tuple[StockEntry, ...], chance: st.DataObject) -> None:
    first = chance.draw(st.integers(0, len(entries) - 2))
    second = chance.draw(st.integers(first + 1, len(entries) - 1))
    swapped = list(entries)
    swapped[first], swapped[second] = swapped[second], swapped[first]
    assert f"entry {first + 1} " in broken_at(swapped)


@given(entries=ledgers(least=2), chance=st.data(), by=st.integers(-1000, 1000).filter(bool))
@pytest.mark.parametrize("field", ["change_ug", "balance_ug", "number"])
def test_a_changed_amount_balance_or_number_is_found(entries: tuple[StockEntry, ...], chance: st.DataObject, by: int, field: str) -> None:
    index = chance.draw(st.integers(0, len(entries) - 1))
    try:
        changed = replace(entries[index], **{field: getattr(entries[index], field) + by})
    except StockRefused:
        # Such an entry cannot even be read back.
        return
    assert f"entry {index + 1} " in broken_at([*entries[:index], changed, *entries[index + 1 :]])


@given(entries=ledgers(least=2), by=st.integers(1, 1000))
def test_a_last_entry_changed_together_with_its_balance_is_found_by_the_lots_own_record(entries: tuple[StockEntry, ...], by: int) -> None:
    last = entries[-1]
    assume(last.change_ug + by != 0 and (last.kind is EntryKind.COUNTED or last.change_ug + by < 0))
    changed = [*entries[:-1], replace(last, change_ug=last.change_ug + by, balance_ug=last.balance_ug + by)]
    assert "its record says" in broken_at(changed, count=len(entries), balance_ug=balance(entries))


@given(entries=ledgers(least=2), chance=st.data())
def test_an_entry_of_another_lot_is_found(entries: tuple[StockEntry, ...], chance: st.DataObject) -> None:
    index = chance.draw(st.integers(1, len(entries) - 1))
    strange = replace(entries[index], lot_id="lot-2")
    assert f"entry {index + 1} " in broken_at([*entries[:index], strange, *entries[index + 1 :]])


def test_an_entry_with_another_number_is_found_though_the_amounts_add_up() -> None:
    assert "entry 2 of the stock of lot lot-1 is missing or out of its place: number 3" in broken_at([RECEIPT, replace(WEIGHING, number=3)])


def test_an_empty_ledger_is_whole_and_leaves_nothing() -> None:
    check_ledger((), count=0, balance_ug=0)
    assert balance(()) == 0
    assert "says 1" in broken_at((), count=1)
