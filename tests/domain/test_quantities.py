"""Quantities: a number and its unit, exact, read and written in one way."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.errors import QuantityError
from compounding.domain.quantities import LONGEST_QUANTITY, Quantity, convert, format_quantity, grams, read_quantity
from compounding.domain.units import Kind, Unit, kind_of

DENSITY = Fraction("0.8")


def code_of(text: str) -> str:
    with pytest.raises(QuantityError) as refusal:
        read_quantity(text)
    return refusal.value.code


@pytest.mark.parametrize(
    ("text", "magnitude", "unit"),
    [
        ("60 g", "60", Unit.GRAM),
        ("60g", "60", Unit.GRAM),
        ("0.5 mg", "0.5", Unit.MILLIGRAM),
        (" 25 % w/w ", "25", Unit.PERCENT_WW),
        ("60\u00a0g", "60", Unit.GRAM),
        ("5 \u00b5g", "5", Unit.MICROGRAM),
    ],
)
def test_a_quantity_is_read(text: str, magnitude: str, unit: Unit) -> None:
    assert read_quantity(text) == Quantity(Decimal(magnitude), unit)


# What pint's own parser makes of these: 15 g, 0 g, 3.89 g, 300 g, a million grams, a gigametre.
@pytest.mark.parametrize(
    ("text", "code"),
    [("1,5 g", "ambiguous_number"), ("1 000 g", "invalid_number"), ("60gr", "unit_ambiguous"), ("60 g 5", "unit_unknown"), ("5 Mg", "unit_unknown"), ("5 Gm", "unit_ambiguous"),
     ("60", "unit_missing"), ("g", "invalid_number"), ("", "invalid_number"), ("-5 g", "not_positive"), ("nan g", "invalid_number"), ("inf g", "invalid_number"),
     ("1e3 g", "unit_unknown"), ("1/2 g", "invalid_number"), ("2*3 g", "invalid_number"), ("25 %", "unit_ambiguous"), ("g 60", "invalid_number"), ("60 m\u0261", "unit_unknown")],
)  # fmt: skip
def test_what_a_library_would_misread_is_refused_by_name(text: str, code: str) -> None:
    assert code_of(text) == code


def test_a_text_longer_than_any_amount_is_refused() -> None:
    padded = "0." + "1" * (LONGEST_QUANTITY - 3) + "g"
    with pytest.raises(QuantityError, match="more digits"):
        read_quantity(padded)
    with pytest.raises(QuantityError) as refusal:
        read_quantity("0." + padded[1:] + "g")
    assert refusal.value.code == "invalid_number"
    assert refusal.value.message == f'"0..{"1" * 37}" is longer than any amount here'


@pytest.mark.parametrize("magnitude", [0.1, 1, Decimal("NaN"), Decimal("Infinity"), "1"])
def test_only_a_finite_decimal_becomes_a_quantity(magnitude: object) -> None:
    with pytest.raises(QuantityError) as refusal:
        Quantity(magnitude, Unit.GRAM)  # type: ignore[arg-type]
    assert refusal.value.code == "invalid_number"
    assert refusal.value.message == "a quantity needs a finite decimal number"


def test_a_mass_never_becomes_a_volume_without_a_density() -> None:
    with pytest.raises(QuantityError) as refusal:
        Quantity(Decimal(60), Unit.GRAM).to(Unit.MILLILITRE)
    assert refusal.value.code == "missing_density"


def test_a_conversion_that_does_not_end_is_not_rounded_in_silence() -> None:
    with pytest.raises(QuantityError) as refusal:
        Quantity(Decimal(1), Unit.GRAM).to(Unit.OUNCE_AVOIRDUPOIS)
    assert refusal.value.code == "not_exact"
    assert "oz avoirdupois" in refusal.value.message
    assert Quantity(Decimal(2), Unit.OUNCE_AVOIRDUPOIS).to(Unit.GRAM).magnitude == Decimal("56.69904625")


@pytest.mark.parametrize(
    ("value", "unit", "other", "found"),
    [("5", Unit.MILLILITRE, Unit.GRAM, "4"), ("4", Unit.GRAM, Unit.MILLILITRE, "5"), ("5", Unit.LITRE, Unit.KILOGRAM, "4"), ("25", Unit.PERCENT_WW, Unit.PERCENT_WV, "20"),
     ("20", Unit.PERCENT_WV, Unit.PERCENT_WW, "25"), ("25", Unit.PERCENT_WW, Unit.MILLIGRAM_PER_MILLILITRE, "200"), ("5", Unit.GRAM, Unit.MILLIGRAM, "5000")],
)  # fmt: skip
def test_a_density_leads_between_weight_and_volume_and_changes_nothing_else(value: str, unit: Unit, other: Unit, found: str) -> None:
    assert convert(Fraction(value), unit, other, density_g_per_ml=DENSITY) == Fraction(found)


@pytest.mark.parametrize(
    ("unit", "other"),
    [(Unit.PERCENT_WW, Unit.GRAM), (Unit.PERCENT_VV, Unit.PERCENT_WW), (Unit.PERCENT_WV, Unit.MILLILITRE), (Unit.PERCENT_VV, Unit.PERCENT_WV)],
)
def test_no_density_makes_a_strength_a_mass_or_mixes_the_other_kinds(unit: Unit, other: Unit) -> None:
    with pytest.raises(QuantityError) as refusal:
        convert(Fraction(5), unit, other, density_g_per_ml=DENSITY)
    assert refusal.value.code == "unit_dimension"


@pytest.mark.parametrize("density", [0, -1])
def test_a_density_is_more_than_zero(density: int) -> None:
    with pytest.raises(QuantityError) as refusal:
        convert(Fraction(5), Unit.MILLILITRE, Unit.GRAM, density_g_per_ml=Fraction(density))
    assert (refusal.value.code, refusal.value.message) == ("not_positive", "a density is more than zero")


@given(st.fractions(), st.sampled_from(list(Unit)), st.sampled_from(list(Unit)))
def test_property_a_unit_round_trip_is_exact(value: Fraction, unit: Unit, other: Unit) -> None:
    if kind_of(unit) is not kind_of(other) and {kind_of(unit), kind_of(other)} not in (
        {Kind.MASS, Kind.VOLUME},
        {Kind.WEIGHT_IN_WEIGHT, Kind.WEIGHT_IN_VOLUME},
    ):
        return
    there = convert(value, unit, other, density_g_per_ml=DENSITY)
    assert convert(there, other, unit, density_g_per_ml=DENSITY) == value


@given(st.decimals(min_value=0, max_value=Decimal("1e9"), places=6), st.sampled_from([Unit.KILOGRAM, Unit.MILLIGRAM, Unit.MICROGRAM]))
def test_property_a_metric_round_trip_stays_a_decimal(value: Decimal, unit: Unit) -> None:
    assert Quantity(value, Unit.GRAM).to(unit).to(Unit.GRAM).magnitude == value


@given(st.decimals(min_value=0, max_value=Decimal("999.999"), places=3), st.sampled_from(list(Unit)), st.booleans())
def test_property_a_printed_quantity_reads_as_itself(value: Decimal, unit: Unit, decimal_comma: bool) -> None:
    quantity = Quantity(value, unit)
    assert read_quantity(format_quantity(quantity, decimal_comma=decimal_comma), decimal_comma=decimal_comma) == quantity


@given(st.text(max_size=10_000), st.booleans())
def test_property_no_text_becomes_a_wrong_quantity(text: str, decimal_comma: bool) -> None:
    try:
        quantity = read_quantity(text, decimal_comma=decimal_comma)
    except QuantityError:
        return
    again = text.strip()
    assert any(again.endswith(last) for last in "gsgLlWwVvmMeEnNtTdDrR%)p")
    assert str(int(quantity.magnitude)) in again


def test_grams_are_exact() -> None:
    assert grams(Quantity(Decimal("0.06"), Unit.KILOGRAM)) == 60


@pytest.mark.parametrize(
    ("quantity", "english", "french"),
    [
        (Quantity(Decimal("1234.50"), Unit.GRAM), "1,234.5\u00a0g", "1\u202f234,5\u00a0g"),
        (Quantity(Decimal("0.50"), Unit.MICROGRAM), "0.5\u00a0mcg", "0,5\u00a0mcg"),
    ],
)
def test_a_quantity_is_printed_with_a_space_before_its_symbol(quantity: Quantity, english: str, french: str) -> None:
    assert str(quantity) == english
    assert format_quantity(quantity, decimal_comma=True) == french
