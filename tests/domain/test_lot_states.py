"""How a lot stands: of several things that are true of it the gravest is said, and what ends soon is known by its last usable day."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from compounding.domain.ingredient_lots import IngredientLot
from compounding.domain.lot_states import EXPIRES_SOON_DAYS, LotStanding, LotState, standing, turn
from compounding.reference import load

TODAY = date(2026, 11, 22)
LOT = IngredientLot(
    id="lot-1",
    substance="white-petrolatum",
    number="WP-1",
    supplier="Example",
    received_on=date(2026, 1, 10),
    expires_on=date(2028, 1, 31),
    in_quarantine=False,
)


def stands(*, left_g: str = "100", undated: int = 365, **told: Any) -> LotStanding:
    return standing(replace(LOT, **told), version=1, left_g=Decimal(left_g), on=TODAY, undated_lot_days=undated)


@pytest.mark.parametrize(("told", "state"), [
    ({}, LotState.RELEASED), ({"in_quarantine": True}, LotState.QUARANTINE), ({"in_quarantine": True, "quarantine_reason": "seal broken"}, LotState.STOPPED),
    ({"expires_on": date(2026, 11, 21)}, LotState.PAST_DATE), ({"expires_on": TODAY}, LotState.RELEASED), ({"left_g": "0"}, LotState.USED_UP),
    ({"left_g": "0", "expires_on": date(2026, 11, 21)}, LotState.USED_UP), ({"expires_on": date(2026, 11, 21), "in_quarantine": True}, LotState.PAST_DATE),
    ({"left_g": "0", "recalled": "letter", "in_quarantine": True}, LotState.RECALLED),
])  # fmt: skip
def test_of_several_states_the_first_that_is_true_counts(told: dict[str, Any], state: LotState) -> None:
    assert stands(**told).state is state


@pytest.mark.parametrize(("days", "is_ending"), [(-1, True), (0, True), (EXPIRES_SOON_DAYS, True), (EXPIRES_SOON_DAYS + 1, False)])
def test_what_ends_within_the_days_is_ending(days: int, is_ending: bool) -> None:
    assert stands(expires_on=TODAY + timedelta(days=days)).is_ending is is_ending


def test_an_empty_or_recalled_lot_is_not_looked_at_first() -> None:
    assert not stands(expires_on=TODAY, left_g="0").is_ending
    assert not stands(expires_on=TODAY, recalled="letter", in_quarantine=True).is_ending


def test_without_an_expiry_the_limit_of_the_house_counts_and_a_retest_before_it() -> None:
    assert stands(expires_on=None).usable_until == date(2027, 1, 10)
    assert stands(expires_on=None, retest_on=date(2026, 12, 1)).usable_until == date(2026, 12, 1)


def test_a_lot_at_the_end_of_the_calendar_is_not_ending() -> None:
    assert standing(replace(LOT, expires_on=date.max), version=1, left_g=Decimal(1), on=date.max, undated_lot_days=365).is_ending
    assert not stands(expires_on=date.max).is_ending


def test_lots_stand_by_ingredient_and_the_first_to_use_up_comes_first() -> None:
    substances = load().formulary.substances
    given = [
        stands(id="4", substance="zinc-oxide-ointment-20"), stands(id="3", number="WP-9"), stands(id="2", opened_on=date(2026, 2, 1)),
        stands(id="1", expires_on=date(2027, 1, 1)), stands(id="0", substance="mineral-oil"), stands(id="5", substance="not-here-any-more"),
    ]  # fmt: skip
    assert [each.lot.id for each in sorted(given, key=lambda each: turn(each, substances))] == ["0", "1", "2", "3", "4", "5"]
