"""Numbers and units: read in one way or refused by name."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.errors import QuantityError
from compounding.domain.quantities import Quantity, Unit, format_number, plain_number, read_number, read_unit, round_to


@pytest.mark.parametrize(("text", "value"), [("60", "60"), ("0.5", "0.5"), ("12.50", "12.5"), (" 5 ", "5"), ("\u00a05", "5"), ("0", "0")])
def test_a_plain_number_is_read(text: str, value: str) -> None:
    assert read_number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-5",
        "+5",
        "1e2",
        "1E309",
        "0x1F",
        "05",
        ".5",
        "5.",
        "1 000",
        "２５",
        "٢٥",
        "½",
        "1/2",
        "nan",
        "inf",
        "--5",
        "2+2",
        "5;",
        "[]",
        "true",
        "−25",
        "9" * 16,
        "0." + "1" * 16,
    ],
)
def test_anything_else_is_refused_as_a_number(text: str) -> None:
    with pytest.raises(QuantityError) as refusal:
        read_number(text)
    assert refusal.value.code == "invalid_number"


@pytest.mark.parametrize("text", ["1,5", "1,000", "1.000,5", "25,0"])
def test_a_comma_is_ambiguous_and_never_a_guess(text: str) -> None:
    with pytest.raises(QuantityError) as refusal:
        read_number(text)
    assert refusal.value.code == "ambiguous_number"


@pytest.mark.parametrize("symbol", ["gr", "Gm", "G", "Mg", "MG", "oz", "dr", "lb", "GR", "gr.", "t"])
def test_a_unit_with_two_readings_is_refused_by_name(symbol: str) -> None:
    with pytest.raises(QuantityError) as refusal:
        read_unit(symbol)
    assert refusal.value.code == "unit_ambiguous"


@pytest.mark.parametrize("symbol", ["[gr]", "IU", "m", "furlong", "g g", "%"])
def test_an_unknown_unit_is_refused(symbol: str) -> None:
    with pytest.raises(QuantityError) as refusal:
        read_unit(symbol)
    assert refusal.value.code == "unit_unknown"


def test_a_mass_never_becomes_a_volume() -> None:
    with pytest.raises(QuantityError) as refusal:
        Quantity(Decimal(60), Unit.GRAM).to(Unit.MILLILITRE)
    assert refusal.value.code == "unit_dimension"


def test_a_float_never_becomes_a_quantity() -> None:
    with pytest.raises(QuantityError):
        Quantity(0.1, Unit.GRAM)  # type: ignore[arg-type]


@given(st.decimals(min_value=0, max_value=Decimal("1e9"), places=6), st.sampled_from([Unit.KILOGRAM, Unit.MILLIGRAM, Unit.MICROGRAM]))
def test_property_a_unit_round_trip_is_exact(value: Decimal, unit: Unit) -> None:
    there = Quantity(value, Unit.GRAM).to(unit)
    assert there.to(Unit.GRAM).magnitude == value


@given(st.text(max_size=200))
def test_property_no_text_becomes_a_wrong_number(text: str) -> None:
    try:
        number = read_number(text)
    except QuantityError:
        return
    assert plain_number(number) == (text.strip(" \u00a0").rstrip("0").rstrip(".") if "." in text else text.strip(" \u00a0"))


@given(st.decimals(min_value=0, max_value=Decimal("1e7"), places=3))
def test_property_a_formatted_number_says_the_same_value(value: Decimal) -> None:
    shown = format_number(value)
    assert Decimal(shown.replace(",", "")) == value
    assert "e" not in shown.lower()
    assert not (("." in shown) and shown.endswith("0"))


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [("1234.50", "1,234.5", "1\u202f234,5"), ("0.50", "0.5", "0,5"), ("60", "60", "60"), ("1000000", "1,000,000", "1\u202f000\u202f000")],
)
def test_a_printed_number_has_no_trailing_zero_and_is_grouped_from_1_000(value: str, english: str, french: str) -> None:
    assert format_number(Decimal(value)) == english
    assert format_number(Decimal(value), decimal_comma=True) == french


def test_a_half_is_rounded_up() -> None:
    assert round_to(Decimal("15.005"), Decimal("0.01")) == Decimal("15.01")
    assert round_to(Decimal("15.0049"), Decimal("0.01")) == Decimal("15.00")
    assert round_to(Decimal("7.3"), Decimal("0.5")) == Decimal("7.5")
