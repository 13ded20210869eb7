"""A field that stands for one unit: the bare number, or the number with exactly that unit; everything else is refused by name."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.errors import QuantityError
from compounding.domain.typed_quantities import DAYS, GRAMS, MILLIGRAMS, NUMBER, PERCENT, PERCENT_WW, TIMES_A_DAY, Asked, FieldUnit
from compounding.domain.units import Unit

GRAM_FIELD = Asked(unit=GRAMS)
STRENGTH_FIELD = Asked(unit=PERCENT_WW, most=Decimal(100))
UNITS = [GRAMS, MILLIGRAMS, PERCENT, PERCENT_WW, DAYS, TIMES_A_DAY, NUMBER]


def _refusal(asks: Asked, text: str, *, decimal_comma: bool = False) -> QuantityError:
    with pytest.raises(QuantityError) as refusal:
        asks.read(text, decimal_comma=decimal_comma)
    return refusal.value


@pytest.mark.parametrize("text", ["60", "60 g", "60g", " 60 g ", "60\u00a0g", "60 grams", "60 gram", "60 Grams"])
def test_the_grams_field_takes_the_number_alone_or_with_grams(text: str) -> None:
    assert GRAM_FIELD.read(text) == 60


@pytest.mark.parametrize("text", ["25", "25 %", "25%", "25 % w/w", "25 %w/w", "25 percent"])
def test_the_strength_field_takes_the_number_alone_or_with_its_percentage(text: str) -> None:
    assert STRENGTH_FIELD.read(text) == 25


@pytest.mark.parametrize(
    ("asks", "text", "number"), [(Asked(unit=DAYS), "30 days", 30), (Asked(unit=DAYS), "1 day", 1), (Asked(unit=TIMES_A_DAY), "2 times a day", 2)]
)
def test_a_count_may_carry_its_own_word(asks: Asked, text: str, number: int) -> None:
    assert asks.read(text) == number


@pytest.mark.parametrize(
    ("asks", "text", "code", "words"),
    [
        (GRAM_FIELD, "60 mg", "unit_dimension", "mg is not the unit of this field; write the number in g"),
        (GRAM_FIELD, "0.06 kg", "unit_dimension", "kg is not the unit of this field"),
        (GRAM_FIELD, "60 gr", "unit_ambiguous", '"gr" is read as grain and as gram'),
        (GRAM_FIELD, "60 Gm", "unit_ambiguous", '"Gm" is a gigametre; write the number in g'),
        (GRAM_FIELD, "60 G", "unit_unknown", '"G" is gauss; write the number in g'),
        (GRAM_FIELD, "2 oz", "unit_ambiguous", "an ounce is 28.35 g"),
        (GRAM_FIELD, "60 mL", "unit_dimension", "mL is not the unit of this field"),
        (GRAM_FIELD, "60 %", "unit_ambiguous", "a percentage is weight in weight"),
        (GRAM_FIELD, "60 bananas", "unit_unknown", '"bananas" is not a unit'),
        (STRENGTH_FIELD, "25 % w/v", "unit_dimension", "% w/v is not the unit of this field; write the number in % w/w"),
        (STRENGTH_FIELD, "250 mg/g", "unit_dimension", "mg/g is not the unit of this field"),
        (STRENGTH_FIELD, "25 g", "unit_dimension", "g is not the unit of this field"),
        (Asked(unit=PERCENT), "99.6 % w/w", "unit_dimension", "write the number in %"),
        (Asked(unit=NUMBER), "2 g", "unit_dimension", "write the number alone"),
        (Asked(unit=DAYS), "4 weeks", "unit_unknown", "write the number in days"),
        (GRAM_FIELD, "1e2", "invalid_number", "has an exponent"),
        (GRAM_FIELD, "60 g 5", "invalid_number", "is not a plain number"),
        (GRAM_FIELD, "1,5", "ambiguous_number", "write a point for decimals"),
        (GRAM_FIELD, "1,5 g", "ambiguous_number", "write a point for decimals"),
        (GRAM_FIELD, "0", "not_positive", "more than zero"),
        (GRAM_FIELD, "-60", "not_positive", "less than zero"),
        (GRAM_FIELD, "0.0000001", "out_of_range", "less than 0.000001"),
        (GRAM_FIELD, "1000001 g", "out_of_range", "1,000,001\u00a0g is more than 1,000,000\u00a0g"),
        (STRENGTH_FIELD, "100.1", "out_of_range", "more than 100\u00a0% w/w"),
        (Asked(unit=DAYS, whole=True), "1.5 days", "invalid_number", "is not a whole number such as 2"),
    ],
)
def test_anything_else_is_refused_by_name(asks: Asked, text: str, code: str, words: str) -> None:
    refusal = _refusal(asks, text)
    assert refusal.code == code
    assert words in refusal.message


def test_a_decimal_comma_is_read_only_where_the_language_writes_it() -> None:
    assert GRAM_FIELD.read("1,5 g", decimal_comma=True) == Decimal("1.5")
    assert _refusal(GRAM_FIELD, "1,5").code == "ambiguous_number"


def test_zero_is_read_where_it_means_something() -> None:
    assert Asked(unit=NUMBER, zero=True).read("0") == 0
    assert Asked(unit=PERCENT, zero=True).read("0 %") == 0


@given(st.text(max_size=60), st.sampled_from(UNITS))
def test_property_no_text_gives_anything_but_the_number_it_holds_or_a_refusal(text: str, unit: FieldUnit) -> None:
    asks = Asked(unit=unit, zero=True)
    try:
        found = asks.read(text)
    except QuantityError:
        return
    assert Decimal(text.split()[0].rstrip("%gmdays")) == found


@given(st.decimals(min_value="0.001", max_value="1000000", places=3), st.sampled_from(UNITS))
def test_property_a_number_is_the_same_with_and_without_its_unit(number: Decimal, unit: FieldUnit) -> None:
    asks = Asked(unit=unit)
    assert asks.read(f"{number:f}") == asks.read(f"{number:f} {unit.symbol}") == number


@given(st.sampled_from(sorted(set(Unit) - {Unit.GRAM})), st.integers(1, 1000))
def test_property_no_other_unit_is_ever_taken_for_grams(unit: Unit, number: int) -> None:
    assert _refusal(GRAM_FIELD, f"{number} {unit.value}").code in {"unit_dimension", "unit_ambiguous", "unit_unknown", "invalid_number"}


@pytest.mark.parametrize("text", ["9" * 10_000, "a" * 10_000, "1 " * 5_000, "60 " + "g" * 10_000, " " * 10_000 + "g"])
def test_the_longest_text_is_refused(text: str) -> None:
    assert _refusal(GRAM_FIELD, text).message
