"""The limit of one weighing, exactly as the finish will judge it."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.errors import LevigateError
from compounding.domain.weighing_window import Verdict, window

STEP = Decimal("0.01")


def test_the_ends_are_readings_the_balance_can_show_within_the_limit() -> None:
    found = window(Decimal("15.01"), weighing_percent=Decimal(1), readability_g=STEP)
    assert (found.lowest_g, found.highest_g) == (Decimal("14.86"), Decimal("15.16"))
    assert found.off_g(Decimal(15)) == Decimal("-0.01")


@given(
    target=st.decimals(min_value="0.2", max_value="500", places=2), percent=st.decimals(min_value="0", max_value="5", places=1),
    steps=st.integers(min_value=-50, max_value=50),
)  # fmt: skip
def test_a_reading_is_within_exactly_where_it_is_between_the_ends(target: Decimal, percent: Decimal, steps: int) -> None:
    found, mass = window(target, weighing_percent=percent, readability_g=STEP), target + steps * STEP
    is_within = abs(Fraction(mass) - Fraction(target)) * 100 <= Fraction(percent) * Fraction(target)
    assert (found.verdict(mass) is Verdict.WITHIN) == is_within == (found.lowest_g <= mass <= found.highest_g)
    if not is_within:
        assert (found.verdict(mass) is Verdict.TOO_MUCH) == (steps > 0)


@pytest.mark.parametrize(("target", "percent", "step"), [("0", "1", "0.01"), ("1", "-1", "0.01"), ("1", "1", "0"), ("NaN", "1", "0.01")])
def test_what_is_no_weighing_is_refused(target: str, percent: str, step: str) -> None:
    with pytest.raises(LevigateError, match="needs a target and a balance"):
        window(Decimal(target), weighing_percent=Decimal(percent), readability_g=Decimal(step))
