"""The doublings add up to exactly what was weighed, and none is larger than what is already there."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.errors import LevigateError
from compounding.domain.geometric_dilution import dilute, is_dilution, is_levigation

MASSES = st.decimals(min_value="0.01", max_value="900", places=2)


def test_the_worked_batch_of_60_g() -> None:
    found = dilute(powder_g=Decimal(15), levigating_g=Decimal(3), base_g=Decimal(42))
    assert (found.first_base_g, found.paste_g) == (Decimal(15), Decimal(33))
    assert [(each.add_g, each.then_g) for each in found.additions] == [(Decimal(27), Decimal(60))]


def test_a_small_powder_is_doubled_several_times() -> None:
    found = dilute(powder_g=Decimal(5), levigating_g=Decimal("2.5"), base_g=Decimal("42.5"))
    assert [(str(each.add_g), str(each.then_g)) for each in found.additions] == [("12.5", "25.0"), ("25.0", "50.0")]


def test_a_base_smaller_than_the_powder_is_all_in_the_paste() -> None:
    found = dilute(powder_g=Decimal(9), levigating_g=Decimal(0), base_g=Decimal(4))
    assert (found.first_base_g, found.paste_g, found.additions) == (Decimal(4), Decimal(13), ())


@given(powder=MASSES, levigating=MASSES, base=MASSES)
def test_nothing_is_lost_and_nothing_more_than_doubles(powder: Decimal, levigating: Decimal, base: Decimal) -> None:
    found = dilute(powder_g=powder, levigating_g=levigating, base_g=base)
    there = found.paste_g
    for each in found.additions:
        assert 0 < each.add_g <= there
        there += each.add_g
        assert each.then_g == there
    assert there == powder + levigating + base


@pytest.mark.parametrize(("powder", "levigating", "base"), [("0", "1", "1"), ("1", "1", "0"), ("1", "-1", "1"), ("NaN", "1", "1")])
def test_masses_that_are_none_are_refused(powder: str, levigating: str, base: str) -> None:
    with pytest.raises(LevigateError, match="needs the weighed mass"):
        dilute(powder_g=Decimal(powder), levigating_g=Decimal(levigating), base_g=Decimal(base))


def test_the_steps_are_known_by_their_words() -> None:
    assert is_levigation("Levigate: wet the powder")
    assert is_dilution("Dilute geometrically: add white petrolatum")
    assert not is_levigation("Dilute geometrically")
    assert not is_dilution("Keep the mixture at or below 40 °C")
