"""From which lots a component is taken: their order, how far each goes, and that no take is too small to weigh."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from compounding.domain.allocation import Supply, Take, allocate, first_expired_first
from compounding.domain.errors import LevigateError
from compounding.domain.site import Balance
from compounding.domain.substances import Lot
from compounding.domain.weighing_sheet import CannotWeigh

F = Fraction
BALANCE = Balance(name="B", readability_g=Decimal("0.01"), minimum_weighable_g=Decimal("0.2"))


def lot(number: str, on_hand: str | None = None, *, expires: str | None = None) -> Lot:
    return Lot(
        substance="mineral-oil",
        number=number,
        on_hand_g=Decimal(on_hand) if on_hand is not None else None,
        expires_on=date.fromisoformat(expires) if expires else None,
    )


def supplies(*stock: str | tuple[str | None, str] | None) -> list[Supply]:
    """Lots numbered from 0: what is on hand, or that and what a gram of it gives."""
    pairs = [each if isinstance(each, tuple) else (each, "1") for each in stock]
    return [Supply(lot(str(index), on_hand), F(gives)) for index, (on_hand, gives) in enumerate(pairs)]


def taken(takes: tuple[Take, ...]) -> list[tuple[str, str]]:
    return [(take.supply.lot.number if take.supply.lot else "", f"{take.to_weigh_g:.2f}") for take in takes]


@pytest.mark.parametrize(
    ("lots", "order"),
    [
        ((("a", "2028-01-01"), ("b", "2027-01-01"), ("c", "2027-06-30")), "bca"),
        # Equal dates keep the order they are given in, and so do lots without one, which come last.
        ((("a", None), ("b", "2027-01-01"), ("c", None), ("d", "2027-01-01")), "bdac"),
        ((("b", "2027-01-01"), ("a", "2027-01-01")), "ba"),
        ((), ""),
    ],
)
def test_the_lot_that_expires_first_comes_first_and_undated_ones_last(lots: tuple[tuple[str, str | None], ...], order: str) -> None:
    assert "".join(each.number for each in first_expired_first([lot(number, expires=expires) for number, expires in lots])) == order


@pytest.mark.parametrize(
    ("needed", "stock", "expected"),
    [
        # Nobody counts the first: it gives all.
        ("15", (None, None), [("0", "15.00")]),
        # Exactly what is on hand, also after rounding to the balance; what the balance cannot show of the stock does not count.
        ("15", ("15", None), [("0", "15.00")]),
        ("15.004", ("15.009", None), [("0", "15.00")]),
        ("15.005", ("15.009", None), [("0", "14.80"), ("1", "0.21")]),
        ("15.01", ("15", None), [("0", "14.81"), ("1", "0.20")]),
        # As far as it goes, and the next gives the rest.
        ("15", ("4.007", None), [("0", "4.00"), ("1", "11.00")]),
        ("15", ("4", "5", "6"), [("0", "4.00"), ("1", "5.00"), ("2", "6.00")]),
        ("15", ("4", "5", "7", None), [("0", "4.00"), ("1", "5.00"), ("2", "6.00")]),
        # Exactly the least is a lot to weigh from; a hundredth of a gram less is passed over.
        ("15", ("0.2", None), [("0", "0.20"), ("1", "14.80")]),
        ("15", ("0.199", None), [("1", "15.00")]),
        ("15", ("0", None), [("1", "15.00")]),
        # The next lot's part can be weighed exactly, or this lot gives less for it.
        ("5", ("4.8", None), [("0", "4.80"), ("1", "0.20")]),
        ("5", ("4.81", None), [("0", "4.80"), ("1", "0.20")]),
        # Where giving less would be too little to weigh, the lot is passed over.
        ("0.4", ("0.39", None), [("0", "0.20"), ("1", "0.20")]),
        ("0.39", ("0.38", None), [("1", "0.39")]),
        # The lot after a lot passed over counts, not the one passed over.
        ("5", ("4.9", "0.1", None), [("0", "4.80"), ("2", "0.20")]),
        # What a gram gives counts: 2 g of the first give 1, and the second gives the other 9 from 10 g.
        ("10", (("2", "0.5"), (None, "0.9")), [("0", "2.00"), ("1", "10.00")]),
        # 0.2 g of the second give 0.16: the first gives no more than 9.84 ÷ 0.5.
        ("10", (("19.9", "0.5"), (None, "0.8")), [("0", "19.68"), ("1", "0.20")]),
        # It is the next lot that can be weighed from that counts, neither the last of all nor one that is passed over.
        ("10", (("19.9", "0.5"), (None, "0.8"), (None, "0.9")), [("0", "19.68"), ("1", "0.20")]),
        ("10", (("19.9", "0.5"), ("0.1", "0.9"), (None, "0.8")), [("0", "19.68"), ("2", "0.20")]),
        # The same first lot, used in full: the second gives the last 0.5 from 0.625 g, rounded half up.
        ("10", (("19", "0.5"), (None, "0.8")), [("0", "19.00"), ("1", "0.63")]),
    ],
)
def test_each_lot_goes_as_far_as_it_can_and_every_take_can_be_weighed(needed: str, stock: tuple[str | None, ...], expected: list[tuple[str, str]]) -> None:
    found = allocate("Mineral oil", F(needed), supplies(*stock), BALANCE)
    assert taken(found) == expected
    assert sum(take.exact_g * take.supply.gives for take in found) == F(needed)
    assert all(take.exact_g == F(take.to_weigh_g) for take in found[:-1])


def test_material_without_a_lot_has_no_end() -> None:
    assert taken(allocate("Mineral oil", F(3), [Supply(None, F(1))], BALANCE)) == [("", "3.00")]


@pytest.mark.parametrize(("needed", "stock"), [("15", ("14.99",)), ("15", ("7", "7.99")), ("15", ("0.1", "14.9")), ("0.3", ("0.19",)), ("15", ())])
def test_lots_that_hold_too_little_are_refused_by_name(needed: str, stock: tuple[str, ...]) -> None:
    with pytest.raises(CannotWeigh) as refusal:
        allocate("Mineral oil", F(needed), supplies(*stock), BALANCE)
    assert refusal.value.code == "INSUFFICIENT_STOCK"
    assert refusal.value.message == "the lots of Mineral oil hold too little for this batch"


def test_the_least_is_a_whole_number_of_the_balances_steps() -> None:
    # A balance that shows steps of 0.15 g and weighs no less than 0.2 g weighs no less than 0.3 g.
    coarse = Balance(name="B", readability_g=Decimal("0.15"), minimum_weighable_g=Decimal("0.2"))
    assert taken(allocate("Mineral oil", F(3), supplies("0.29", None), coarse)) == [("1", "3.00")]
    assert taken(allocate("Mineral oil", F(3), supplies("0.3", None), coarse)) == [("0", "0.30"), ("1", "2.70")]
    assert taken(allocate("Mineral oil", F(3), supplies("2.9", None), coarse)) == [("0", "2.70"), ("1", "0.30")]
    # 2.7 g would leave 0.29 g, which is more than the least and less than two steps.
    assert taken(allocate("Mineral oil", F("2.99"), supplies("2.9", None), coarse)) == [("0", "2.55"), ("1", "0.45")]


def test_a_balance_whose_steps_have_no_end_is_refused() -> None:
    endless = Balance(name="B", readability_g=Fraction(1, 3), minimum_weighable_g=Decimal("0.2"))  # type: ignore[arg-type]
    with pytest.raises(LevigateError) as refusal:
        allocate("Mineral oil", F("1.3"), supplies(None), endless)
    assert refusal.value.code == "CANNOT_WEIGH"
    assert refusal.value.message == "the balance's readability has no finite decimal"
