"""An aliquot holds the amount needed, and its factor is the smallest whose drug and diluent can both be weighed."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.aliquots import LARGEST_FACTOR, Aliquot, aliquot_of, smallest_aliquot

F = Fraction


def test_the_drug_is_taken_the_factor_times_and_diluted_to_the_factor_times_the_least() -> None:
    assert aliquot_of(F("0.05"), F("0.2"), F(5)) == Aliquot(weigh=F("0.25"), diluent=F("0.75"), total=F(1), take=F("0.2"))


@pytest.mark.parametrize(
    ("needed", "weigh", "diluent", "total"),
    [
        # Twice is enough where half of the least is needed: 0.2 g of drug and 0.2 g of diluent.
        ("0.1", "0.2", "0.2", "0.4"),
        # Just less than half, or just more: three times, for the drug's sake or the diluent's.
        ("0.0999", "0.2997", "0.3003", "0.6"),
        ("0.1001", "0.3003", "0.2997", "0.6"),
        # A fifth of the least and four fifths both need five times.
        ("0.04", "0.2", "0.8", "1"),
        ("0.16", "0.8", "0.2", "1"),
        # The largest factor is used, from both sides.
        ("0.0002", "0.2", "199.8", "200"),
        ("0.1998", "199.8", "0.2", "200"),
    ],
)
def test_the_factor_is_the_smallest_that_lets_drug_and_diluent_be_weighed(needed: str, weigh: str, diluent: str, total: str) -> None:
    assert smallest_aliquot(F(needed), F("0.2")) == Aliquot(weigh=F(weigh), diluent=F(diluent), total=F(total), take=F("0.2"))


@pytest.mark.parametrize("needed", ["0.0001999", "0.1998001", "0.2", "0.3"])
def test_there_is_no_aliquot_beyond_the_largest_factor_or_for_what_can_be_weighed(needed: str) -> None:
    assert smallest_aliquot(F(needed), F("0.2")) is None


@given(st.fractions(min_value=F(1, 500), max_value=F(499, 500)), st.fractions(min_value=F(1, 100), max_value=100))
def test_property_the_part_taken_holds_exactly_what_is_needed(share: Fraction, least: Fraction) -> None:
    found = smallest_aliquot(share * least, least)
    assert found is not None
    assert found.take * found.weigh / (found.weigh + found.diluent) == share * least
    factor = found.total / least
    assert factor <= LARGEST_FACTOR
    smaller = aliquot_of(share * least, least, factor - 1)
    assert factor == 2 or min(smaller.weigh, smaller.diluent) < least
