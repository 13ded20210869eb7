"""Units: a value in another unit of the closed list, with a density where weight becomes volume."""

from fractions import Fraction

from compounding.domain.calculators.answers import Answer, CalculationRefused, Working, text
from compounding.domain.calculators.inputs import Inputs
from compounding.domain.errors import LevigateError
from compounding.domain.quantities import convert as convert_value
from compounding.domain.units import Kind, Unit, kind_of, name_of, read_unit

_LARGEST, _SMALLEST = Fraction(10**15), Fraction(1, 10**15)
_LIGHTEST, _HEAVIEST = Fraction(1, 10), Fraction(25)
_USUAL_DENSITY = (Fraction(1, 2), Fraction(7))
_SOURCE = "SI; NIST Handbook 44, appendix C"
_SYMBOLS = {Unit.PERCENT_WW: "%", Unit.MILLIGRAM_PER_GRAM: "mg/g", Unit.GRAM_PER_KILOGRAM: "g/kg", Unit.PPM_WW: "ppm", Unit.MILLIGRAM_PER_MILLILITRE: "mg/mL"}
"""The symbols of strengths in exchanged data; every other unit goes by its name."""


def convert(inputs: Inputs) -> Answer:
    """The same amount or strength in another unit; between weight and volume only with a density."""
    working = Working()
    value = inputs.number("value", zero=True, least=_SMALLEST, most=_LARGEST)
    unit, other = _unit(inputs, "from"), _unit(inputs, "to")
    density = inputs.number("density_g_per_mL", least=_LIGHTEST, most=_HEAVIEST) if inputs.has("density_g_per_mL") else None
    inputs.done()
    try:
        one = convert_value(Fraction(1), unit, other, density_g_per_ml=density)
    except LevigateError as refusal:
        raise CalculationRefused(refusal.code, refusal.message) from refusal
    words, numbers = f"value × {other.value} in one {unit.value}", f"{text(value)} × {text(one)}"
    uses_density = density is not None and kind_of(unit) is not kind_of(other)
    if uses_density and density is not None:
        words += f", at a density of {text(density)} g/mL"
        if not _USUAL_DENSITY[0] <= density <= _USUAL_DENSITY[1]:
            working.hold("implausible", f"a density of {text(density)} g/mL is unusual for anything in an ointment")
    symbol = _SYMBOLS.get(other, name_of(other))
    found = working.give("value", value * one, symbol, formula=words, substitution=numbers, source=_SOURCE)
    if kind_of(other) in {Kind.WEIGHT_IN_WEIGHT, Kind.VOLUME_IN_VOLUME} and convert_value(found, other, _whole_of(other)) > 100:
        raise CalculationRefused("out_of_range", f"{text(found)} {other.value} is more than the whole")
    return working.answer()


def _whole_of(unit: Unit) -> Unit:
    return Unit.PERCENT_WW if kind_of(unit) is Kind.WEIGHT_IN_WEIGHT else Unit.PERCENT_VV


def _unit(inputs: Inputs, key: str) -> Unit:
    raw = inputs.take(key)
    if raw is not None and not isinstance(raw, str):
        raise CalculationRefused("unit_unknown", f"{key}: a unit is text such as g")
    try:
        return read_unit(raw or "")
    except LevigateError as refusal:
        raise CalculationRefused(refusal.code, f"{key}: {refusal.message}") from refusal
