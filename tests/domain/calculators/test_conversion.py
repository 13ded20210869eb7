"""Conversions: exact between units of one kind, with a density between weight and volume, and refused by name otherwise."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.units import Kind, Unit, kind_of, name_of
from tests.domain.calculators.asking import answer, close, figures, hold_message, holds, refusal, refused, values

F = Fraction

GRAIN = F("0.06479891")


def converted(value: str, unit: str, other: str, **more: str) -> Fraction:
    return figures("convert", value=value, to=other, **({"from": unit} | more))["value"]


@pytest.mark.parametrize(
    ("value", "unit", "other", "exact"),
    [
        ("1", "oz_avoirdupois", "g", F("28.349523125")),
        ("1", "oz_apothecaries", "g", 480 * GRAIN),
        ("1", "lb_avoirdupois", "g", F("453.59237")),
        ("1", "lb_apothecaries", "g", 5760 * GRAIN),
        ("1", "dram_avoirdupois", "g", F("1.7718451953125")),
        ("1", "dram_apothecaries", "g", 60 * GRAIN),
        ("1", "scruple", "g", 20 * GRAIN),
        ("1", "grain", "mg", 1000 * GRAIN),
        ("5", "grain", "mg", 5000 * GRAIN),
        ("1", "g", "grain", 1 / GRAIN),
        ("1", "kg", "lb_avoirdupois", 1000 / F("453.59237")),
        ("70", "kg", "lb_avoirdupois", 70000 / F("453.59237")),
        ("154", "lb_avoirdupois", "kg", 154 * F("0.45359237")),
        ("1", "lb_avoirdupois", "oz_avoirdupois", F(16)),
        ("1", "lb_apothecaries", "oz_apothecaries", F(12)),
        ("1", "oz_apothecaries", "dram_apothecaries", F(8)),
        ("1", "oz_avoirdupois", "grain", F("437.5")),
        ("1", "lb_avoirdupois", "grain", F(7000)),
        ("2", "scruple", "grain", F(40)),
        ("1", "fl_oz_us", "mL", F("29.5735295625")),
        ("1", "fl_oz_imperial", "mL", F("28.4130625")),
        ("1", "pint_us", "mL", F("473.176473")),
        ("1", "pint_us", "fl_oz_us", F(16)),
        ("1", "fl_oz_us", "fluid_dram_us", F(8)),
        ("1", "fluid_dram_us", "minim_us", F(60)),
        ("4", "fluid_dram_us", "mL", F("14.78676478125")),
        ("3", "tsp_metric", "mL", F(15)),
        ("0.25", "g", "mg", F(250)),
        ("0.25", "mg", "mcg", F(250)),
        ("1500", "mcg", "mg", F("1.5")),
        ("0.088", "g", "mg", F(88)),
        ("2.5", "kg", "g", F(2500)),
        ("0.5", "L", "mL", F(500)),
        ("10", "g_per_kg", "percent_ww", F(1)),
        ("50", "ppm_ww", "percent_ww", F("0.005")),
        ("25", "percent_ww", "mg_per_g", F(250)),
        ("1", "percent_ww", "ppm_ww", F(10000)),
        ("250", "mg_per_g", "percent_ww", F(25)),
        ("0", "g", "mg", F(0)),
        ("1000000000000000", "mcg", "kg", F(1_000_000)),
        ("0.000000000000001", "kg", "mcg", F(1, 1_000_000)),
    ],
)
def test_a_unit_becomes_another_of_its_kind_exactly(value: str, unit: str, other: str, exact: Fraction) -> None:
    assert close(converted(value, unit, other), exact)


# Specific gravity items: glycerin 1.25, mineral oil 0.84, alcohol 0.81, syrup 1.313, coal tar 0.84, a fluid ounce of glycerin.
@pytest.mark.parametrize(
    ("value", "unit", "other", "density", "exact"),
    [
        ("100", "mL", "g", "1.25", F(125)),
        ("454", "g", "mL", "1.25", F("363.2")),
        ("2.307692307692", "g", "mL", "0.84", F("2.307692307692") / F("0.84")),
        ("1", "L", "kg", "0.81", F("0.81")),
        ("1", "pint_us", "g", "1.313", F("473.176473") * F("1.313")),
        ("1", "lb_avoirdupois", "mL", "0.9", F("453.59237") / F("0.9")),
        ("5", "tsp_metric", "g", "0.84", F(21)),
        ("1", "fl_oz_us", "oz_avoirdupois", "1", F("29.5735295625") / F("28.349523125")),
        ("5", "mg", "g", "0.84", F("0.005")),
    ],
)
def test_a_density_leads_from_volume_to_weight_and_back(value: str, unit: str, other: str, density: str, exact: Fraction) -> None:
    assert close(converted(value, unit, other, density_g_per_mL=density), exact)


@pytest.mark.parametrize(("density", "held"), [("0.49", True), ("0.5", False), ("7", False), ("7.01", True), ("13.6", True)])
def test_an_unusual_density_is_held_where_it_is_used(density: str, held: bool) -> None:
    inputs = {"value": "5", "from": "mL", "to": "g", "density_g_per_mL": density}
    assert holds("convert", **inputs) == (["implausible"] if held else [])
    assert holds("convert", **(inputs | {"to": "L"})) == []
    if held:
        assert hold_message("convert", **inputs) == f"a density of {density} g/mL is unusual for anything in an ointment"


CONVERTIBLE = [
    (unit, other) for unit in Unit for other in Unit if kind_of(unit) is kind_of(other) is Kind.MASS or kind_of(unit) is kind_of(other) is Kind.VOLUME
]


@given(st.decimals("0.001", "99999", places=3), st.sampled_from(CONVERTIBLE))
def test_property_there_and_back_is_the_same_amount(value: object, pair: tuple[Unit, Unit]) -> None:
    unit, other = pair
    there = answer("convert", {"value": str(value), "from": name_of(unit), "to": name_of(other)}).result["value"]
    back = values(answer("convert", {"value": there.value, "from": name_of(other), "to": name_of(unit)}))["value"]
    assert abs(back - F(str(value))) <= F(str(value)) / 10**13


@pytest.mark.parametrize(
    ("unit", "other", "code"),
    [
        ("mL", "g", "missing_density"),
        ("g", "mL", "missing_density"),
        ("fl_oz_us", "oz_avoirdupois", "missing_density"),
        ("percent_ww", "percent_wv", "missing_density"),
        ("percent_ww", "g", "unit_dimension"),
        ("percent_ww", "mL", "unit_dimension"),
        ("g", "mg_per_g", "unit_dimension"),
        ("lb", "g", "unit_ambiguous"),
        ("oz", "g", "unit_ambiguous"),
        ("dr", "g", "unit_ambiguous"),
        ("gr", "g", "unit_ambiguous"),
        ("fl oz", "mL", "unit_ambiguous"),
        ("pt", "mL", "unit_ambiguous"),
        ("tsp", "mL", "unit_ambiguous"),
        ("%", "mg_per_g", "unit_ambiguous"),
        ("G", "g", "unit_unknown"),
        ("Mg", "g", "unit_unknown"),
        ("MG", "g", "unit_unknown"),
        ("t", "g", "unit_unknown"),
        ("m", "g", "unit_unknown"),
        ("IU", "g", "unit_unknown"),
        ("degC", "g", "unit_unknown"),
        ("g", "stone", "unit_unknown"),
        ("", "g", "unit_missing"),
        ("g", "", "unit_missing"),
        (None, "g", "unit_missing"),
        ("g", None, "unit_missing"),
        (["g"], "g", "unit_unknown"),
        (5, "g", "unit_unknown"),
        (True, "g", "unit_unknown"),
        ("g" * 10_000, "g", "unit_unknown"),
    ],
)
def test_a_unit_that_does_not_become_the_other_is_refused_by_name(unit: object, other: object, code: str) -> None:
    found = refusal("convert", value="5", to=other, **{"from": unit})
    assert found.code == code


def test_a_refused_unit_is_named_with_its_place() -> None:
    assert refusal("convert", value="5", to="g", **{"from": "stone"}).message == 'from: "stone" is not a unit this program knows'
    assert refusal("convert", value="5", to="oz", **{"from": "g"}).message.startswith("to: an ounce is 28.35 g")
    assert refusal("convert", value="5", to=["g"], **{"from": "g"}).message == "to: a unit is text such as g"
    assert refusal("convert", value="5", to="g", **{"from": "mL"}).message == "mL (volume) cannot become g (mass) without a density"


@pytest.mark.parametrize(
    ("inputs", "code"),
    [({"value": "-5"}, "not_positive"), ({"value": "1000000000000001"}, "out_of_range"), ({"value": "0.0000000000000009"}, "out_of_range"), ({"value": "5 g"}, "invalid_number"),
     ({"density_g_per_mL": "0"}, "not_positive"), ({"density_g_per_mL": "0.09"}, "out_of_range"), ({"density_g_per_mL": "25.1"}, "out_of_range"), ({"density_g_per_mL": ""}, "invalid_number"),
     ({"rounded": "2"}, "not_parsed")],
)  # fmt: skip
def test_a_value_that_cannot_be_converted_is_refused(inputs: dict[str, object], code: str) -> None:
    assert refused("convert", **({"value": "5", "from": "mL", "to": "g", "density_g_per_mL": "1"} | inputs)) == code


@pytest.mark.parametrize(
    ("value", "unit", "other", "code"),
    [("101", "percent_ww", "mg_per_g", "out_of_range"), ("1001", "mg_per_g", "percent_ww", "out_of_range"), ("101", "percent_vv", "percent_vv", "out_of_range"), ("1000001", "ppm_ww", "percent_ww", "out_of_range")],
)  # fmt: skip
def test_a_strength_of_more_than_the_whole_is_refused(value: str, unit: str, other: str, code: str) -> None:
    found = refusal("convert", value=value, to=other, **{"from": unit})
    assert found.code == code
    assert found.message.endswith("is more than the whole")


@pytest.mark.parametrize(
    ("value", "unit", "other", "exact"),
    [("100", "percent_ww", "mg_per_g", 1000), ("100", "percent_vv", "percent_vv", 100), ("120", "percent_wv", "mg_per_mL", 1200)],
)
def test_the_whole_itself_and_a_dense_solution_are_not_refused(value: str, unit: str, other: str, exact: int) -> None:
    assert converted(value, unit, other) == exact


def test_the_step_of_a_conversion_names_factor_density_and_source() -> None:
    (step,) = answer("convert", {"value": "2", "from": "oz_avoirdupois", "to": "g"}).derivation
    assert (step.name, step.formula, step.substitution, step.value, step.unit) == (
        "value",
        "value × g in one oz avoirdupois",
        "2 × 28.349523125",
        "56.69904625",
        "g",
    )
    assert step.source == "SI; NIST Handbook 44, appendix C"
    (dense,) = answer("convert", {"value": "2", "from": "mL", "to": "g", "density_g_per_mL": "0.84"}).derivation
    assert (dense.formula, dense.substitution) == ("value × g in one mL, at a density of 0.84 g/mL", "2 × 0.84")
    (unused,) = answer("convert", {"value": "2", "from": "mL", "to": "L", "density_g_per_mL": "0.84"}).derivation
    assert unused.formula == "value × L in one mL"


@pytest.mark.parametrize(("other", "symbol"), [("percent_ww", "%"), ("mg_per_g", "mg/g"), ("ppm_ww", "ppm"), ("g_per_kg", "g/kg")])
def test_a_strength_carries_its_symbol(other: str, symbol: str) -> None:
    assert answer("convert", {"value": "2", "from": "g_per_kg", "to": other}).result["value"].unit == symbol
