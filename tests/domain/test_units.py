"""Units: a closed list with exact factors; kinds are never mixed; doubtful symbols are refused by name."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.errors import QuantityError
from compounding.domain.units import MASS_UNITS, Kind, Unit, kind_of, name_of, ratio_between, read_unit


def refusal_of(symbol: str) -> QuantityError:
    with pytest.raises(QuantityError) as refusal:
        read_unit(symbol)
    return refusal.value


@pytest.mark.parametrize(
    "symbol", ["gr", "grs", "grm", "gm", "Gm", "GM", "gms", "gr.", "GR", "oz", "OZ", "ounce", "dr", "dram", "drachm", "lb", "lbs", "pound", "fl oz", "fl. oz", "floz", "pint", "pt",
               "tsp", "teaspoon", "%", "percent", "mg%", "ppm", "minim", "fluid dram", "GR.", "Oz.", "LBS."]
)  # fmt: skip
def test_a_unit_with_two_readings_is_refused_by_name(symbol: str) -> None:
    assert refusal_of(symbol).code == "unit_ambiguous"


@pytest.mark.parametrize(
    "symbol", ["[gr]", "IU", "m", "M", "Mg", "MG", "G", "t", "furlong", "g g", "degC", "KG", "ML", "Kg", "µ", "gram5", "0", "g/mL", "u", "Mg.", "G.", ".gr"]
)
def test_an_unknown_unit_is_refused(symbol: str) -> None:
    assert refusal_of(symbol).code == "unit_unknown"


@pytest.mark.parametrize("symbol", ["", "   ", "\u00a0"])
def test_a_missing_unit_is_refused_as_missing(symbol: str) -> None:
    found = refusal_of(symbol)
    assert (found.code, found.message) == ("unit_missing", "no unit is given")


@pytest.mark.parametrize(
    ("symbol", "hint"),
    [("gr", "grain"), ("G", "gauss"), ("Mg", "megagram"), ("MG", "megagram"), ("oz", "31.10"), ("lb", "373.24"), ("dr", "3.89"), ("fl oz", "28.41"), ("pint", "568.26"),
     ("%", "weight in volume"), ("tsp", "4.93"), ("t", "tonne"), ("m", "milli"), ("ppm", "ppm_ww"), ("mg%", "100 mL"), ("minim", "0.0592"), ("fluid dram", "3.55"), ("IU", "IU"), ("Mg.", "megagram"), ("MG.", "megagram")],
)  # fmt: skip
def test_the_refusal_names_the_readings(symbol: str, hint: str) -> None:
    assert hint in refusal_of(symbol).message


@pytest.mark.parametrize(
    ("symbol", "unit"),
    [("g", Unit.GRAM), ("gram", Unit.GRAM), ("Gram", Unit.GRAM), ("GRAMS", Unit.GRAM), ("Gramm", Unit.GRAM), ("mcg", Unit.MICROGRAM), ("ug", Unit.MICROGRAM), ("\u00b5g", Unit.MICROGRAM),
     ("\u03bcg", Unit.MICROGRAM), ("ml", Unit.MILLILITRE), ("mL", Unit.MILLILITRE), (" kg ", Unit.KILOGRAM), ("L", Unit.LITRE), ("mg/g", Unit.MILLIGRAM_PER_GRAM),
     ("percent_ww", Unit.PERCENT_WW), ("% w/w", Unit.PERCENT_WW), ("%w/v", Unit.PERCENT_WV), ("oz_avoirdupois", Unit.OUNCE_AVOIRDUPOIS), ("tsp_metric", Unit.TEASPOON_METRIC)],
)  # fmt: skip
def test_a_known_spelling_is_read(symbol: str, unit: Unit) -> None:
    assert read_unit(symbol) is unit


@pytest.mark.parametrize("unit", list(Unit))
def test_every_unit_is_read_by_its_symbol_and_by_its_name(unit: Unit) -> None:
    assert read_unit(unit.value) is unit
    assert read_unit(name_of(unit)) is unit


# NIST Handbook 44, appendix C: the grain is 64.79891 mg; 7,000 grains are a pound avoirdupois, 5,760 a pound apothecaries; the US gallon is 231 cubic inches.
@pytest.mark.parametrize(
    ("unit", "other", "ratio"),
    [
        (Unit.GRAIN, Unit.MILLIGRAM, "64.79891"),
        (Unit.POUND_AVOIRDUPOIS, Unit.GRAIN, "7000"),
        (Unit.POUND_AVOIRDUPOIS, Unit.OUNCE_AVOIRDUPOIS, "16"),
        (Unit.OUNCE_AVOIRDUPOIS, Unit.DRAM_AVOIRDUPOIS, "16"),
        (Unit.POUND_APOTHECARIES, Unit.GRAIN, "5760"),
        (Unit.POUND_APOTHECARIES, Unit.OUNCE_APOTHECARIES, "12"),
        (Unit.OUNCE_APOTHECARIES, Unit.DRAM_APOTHECARIES, "8"),
        (Unit.DRAM_APOTHECARIES, Unit.SCRUPLE, "3"),
        (Unit.SCRUPLE, Unit.GRAIN, "20"),
        (Unit.PINT_US, Unit.FLUID_OUNCE_US, "16"),
        (Unit.FLUID_OUNCE_US, Unit.FLUID_DRAM_US, "8"),
        (Unit.FLUID_DRAM_US, Unit.MINIM_US, "60"),
        (Unit.PINT_US, Unit.MILLILITRE, "473.176473"),
        (Unit.FLUID_OUNCE_IMPERIAL, Unit.MILLILITRE, "28.4130625"),
        (Unit.TEASPOON_METRIC, Unit.MILLILITRE, "5"),
        (Unit.KILOGRAM, Unit.MICROGRAM, "1000000000"),
        (Unit.LITRE, Unit.MILLILITRE, "1000"),
        (Unit.PERCENT_WW, Unit.MILLIGRAM_PER_GRAM, "10"),
        (Unit.PERCENT_WW, Unit.GRAM_PER_KILOGRAM, "10"),
        (Unit.PERCENT_WW, Unit.PPM_WW, "10000"),
        (Unit.PERCENT_WV, Unit.MILLIGRAM_PER_MILLILITRE, "10"),
        (Unit.MILLIGRAM, Unit.GRAM, "0.001"),
        (Unit.MICROGRAM, Unit.MILLIGRAM, "0.001"),
    ],
)
def test_factors_are_exact(unit: Unit, other: Unit, ratio: str) -> None:
    assert ratio_between(unit, other) == Fraction(ratio)
    assert ratio_between(other, unit) == 1 / Fraction(ratio)


@given(st.sampled_from(list(Unit)), st.sampled_from(list(Unit)))
def test_property_two_kinds_never_mix(unit: Unit, other: Unit) -> None:
    if kind_of(unit) is kind_of(other):
        assert ratio_between(unit, other) * ratio_between(other, unit) == 1
        return
    with pytest.raises(QuantityError) as refusal:
        ratio_between(unit, other)
    bridged = {kind_of(unit), kind_of(other)} in ({Kind.MASS, Kind.VOLUME}, {Kind.WEIGHT_IN_WEIGHT, Kind.WEIGHT_IN_VOLUME})
    assert refusal.value.code == ("missing_density" if bridged else "unit_dimension")
    assert kind_of(unit).value in refusal.value.message
    assert ("without a density" in refusal.value.message) is bridged


def test_an_order_may_use_only_metric_masses() -> None:
    assert {unit.value for unit in MASS_UNITS} == {"kg", "g", "mg", "mcg"}


@pytest.mark.parametrize(
    ("unit", "kind"),
    [
        (Unit.GRAM, "mass"),
        (Unit.GRAIN, "mass"),
        (Unit.LITRE, "volume"),
        (Unit.PPM_WW, "weight in weight"),
        (Unit.PERCENT_WV, "weight in volume"),
        (Unit.PERCENT_VV, "volume in volume"),
    ],
)
def test_every_unit_has_its_kind(unit: Unit, kind: str) -> None:
    assert kind_of(unit) == kind


@given(st.text(max_size=10_000))
def test_property_any_text_is_a_unit_or_refused_by_a_known_code(text: str) -> None:
    try:
        unit = read_unit(text)
    except QuantityError as refusal:
        found = refusal
    else:
        assert text.strip()
        assert unit in Unit
        return
    assert found.code in {"unit_missing", "unit_ambiguous", "unit_unknown"}
    assert len(found.message) < 160


def test_a_long_symbol_is_not_repeated() -> None:
    assert refusal_of("x" * 90).message == f'"{"x" * 40}" is not a unit this program knows'


def test_the_refusal_between_kinds_names_both_and_keeps_its_cause() -> None:
    for unit, other, end in ((Unit.GRAM, Unit.MILLILITRE, " without a density"), (Unit.GRAM, Unit.PERCENT_WW, "")):
        with pytest.raises(QuantityError) as refusal:
            ratio_between(unit, other)
        assert refusal.value.message == f"{unit.value} ({kind_of(unit)}) cannot become {other.value} ({kind_of(other)}){end}"
        assert f"'{unit.value}'" in str(refusal.value.__cause__)
        assert f"'{other.value}'" in str(refusal.value.__cause__)
