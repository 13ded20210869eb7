"""A calculated mass on one balance: rounded to what it shows, and never silently too little for it."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.calculators import Figure
from compounding.domain.numbers import exact_number
from compounding.domain.on_balance import on_balance
from compounding.domain.site import Balance

BALANCE = Balance(name="B1", readability_g=Decimal("0.01"), minimum_weighable_g=Decimal("0.2"))


@pytest.mark.parametrize(
    ("mass", "shown", "codes"),
    [
        ("15.0149406855314", "15.01", []),
        ("15.015", "15.02", []),
        ("0.2", "0.2", []),
        ("0.19", "0.19", ["below_min_weighable"]),
        ("0.196", "0.2", ["below_min_weighable"]),
        ("0.204", "0.2", ["below_min_weighable"]),
        ("0.004", None, ["below_min_weighable"]),
        ("0", None, []),
    ],
)
def test_a_mass_is_shown_as_the_balance_shows_it_and_held_where_it_is_too_little(mass: str, shown: str | None, codes: list[str]) -> None:
    answer = on_balance(Figure(mass, "g"), BALANCE)
    assert (answer.result["value"].value if shown else answer.result.get("value")) == shown
    assert [hold.code for hold in answer.holds] == codes
    assert bool(answer.derivation) is (shown is not None)


def test_a_sentence_names_the_balance_and_no_input_of_a_machine() -> None:
    for mass in ("0.19", "0.004"):
        (hold,) = on_balance(Figure(mass, "g"), BALANCE).holds
        assert "value_g" not in hold.message
    assert "B1: the least it weighs is 0.2 g" in on_balance(Figure("0.19", "g"), BALANCE).holds[0].message


@given(st.fractions(min_value=Fraction(1, 5), max_value=1000, max_denominator=10_000))
def test_property_the_weight_is_a_step_of_the_balance_within_half_a_step(mass: Fraction) -> None:
    shown = Fraction(on_balance(Figure(exact_number(mass), "g"), BALANCE).result["value"].value)
    assert (shown / Fraction("0.01")).denominator == 1
    assert abs(shown - mass) <= Fraction("0.005") + Fraction(1, 10**10)
