"""The units a pharmacy meets: a closed list with exact factors, their kinds, and one pint registry made from that list.

Text from a person never reaches pint's parser, which reads "1,5 g" as 15 g and "Mg" as a million grams (tried with pint 0.25.3).
Sources: SI; NIST Handbook 44, appendix C (avoirdupois, apothecaries' and US liquid measure, by definition exact).
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from compounding.domain.errors import QuantityError

if TYPE_CHECKING:
    from pint import UnitRegistry


class Kind(StrEnum):
    """What a unit measures. Quantities of two kinds are never compared, added or turned into one another without a density."""

    MASS = "mass"
    VOLUME = "volume"
    WEIGHT_IN_WEIGHT = "weight in weight"
    WEIGHT_IN_VOLUME = "weight in volume"
    VOLUME_IN_VOLUME = "volume in volume"


class Unit(StrEnum):
    """The units this program computes with; the value is the symbol that is printed (ISMP: mcg, never a micro sign)."""

    KILOGRAM = "kg"
    GRAM = "g"
    MILLIGRAM = "mg"
    MICROGRAM = "mcg"
    LITRE = "L"
    MILLILITRE = "mL"
    PERCENT_WW = "% w/w"
    MILLIGRAM_PER_GRAM = "mg/g"
    GRAM_PER_KILOGRAM = "g/kg"
    PPM_WW = "ppm w/w"
    PERCENT_WV = "% w/v"
    MILLIGRAM_PER_MILLILITRE = "mg/mL"
    PERCENT_VV = "% v/v"
    OUNCE_AVOIRDUPOIS = "oz avoirdupois"
    OUNCE_APOTHECARIES = "oz apothecaries"
    POUND_AVOIRDUPOIS = "lb avoirdupois"
    POUND_APOTHECARIES = "lb apothecaries"
    DRAM_AVOIRDUPOIS = "dram avoirdupois"
    DRAM_APOTHECARIES = "dram apothecaries"
    SCRUPLE = "scruple"
    GRAIN = "grain"
    FLUID_OUNCE_US = "fl oz (US)"
    FLUID_OUNCE_IMPERIAL = "fl oz (imperial)"
    PINT_US = "pint (US)"
    FLUID_DRAM_US = "fluid dram (US)"
    MINIM_US = "minim (US)"
    TEASPOON_METRIC = "metric teaspoon"


@dataclass(frozen=True, slots=True)
class _Definition:
    """A unit's kind, its exact size in the kind's own unit (g, mL, g/g, g/mL, mL/mL), the name other programs send, and other spellings."""

    kind: Kind
    size: str
    name: str
    spellings: tuple[str, ...] = ()


_DEFINITIONS = {
    Unit.KILOGRAM: _Definition(Kind.MASS, "1000", "kg", ("kilogram", "kilograms", "kilogramme", "kilogrammes")),
    Unit.GRAM: _Definition(Kind.MASS, "1", "g", ("gram", "grams", "gramme", "grammes", "gramo", "gramos", "Gramm")),
    Unit.MILLIGRAM: _Definition(Kind.MASS, "0.001", "mg", ("milligram", "milligrams", "milligramme", "milligrammes", "miligramo", "miligramos")),
    Unit.MICROGRAM: _Definition(Kind.MASS, "0.000001", "mcg", ("microgram", "micrograms", "microgramme", "microgrammes", "ug", "\u00b5g", "\u03bcg")),
    Unit.LITRE: _Definition(Kind.VOLUME, "1000", "L", ("litre", "liter", "litres", "liters")),
    Unit.MILLILITRE: _Definition(Kind.VOLUME, "1", "mL", ("ml", "millilitre", "milliliter", "milliliters", "millilitres")),
    Unit.PERCENT_WW: _Definition(Kind.WEIGHT_IN_WEIGHT, "0.01", "percent_ww", ("%w/w", "% (w/w)", "%(w/w)")),
    Unit.MILLIGRAM_PER_GRAM: _Definition(Kind.WEIGHT_IN_WEIGHT, "0.001", "mg_per_g"),
    Unit.GRAM_PER_KILOGRAM: _Definition(Kind.WEIGHT_IN_WEIGHT, "0.001", "g_per_kg"),
    Unit.PPM_WW: _Definition(Kind.WEIGHT_IN_WEIGHT, "0.000001", "ppm_ww"),
    Unit.PERCENT_WV: _Definition(Kind.WEIGHT_IN_VOLUME, "0.01", "percent_wv", ("%w/v", "% (w/v)", "%(w/v)")),
    Unit.MILLIGRAM_PER_MILLILITRE: _Definition(Kind.WEIGHT_IN_VOLUME, "0.001", "mg_per_mL", ("mg/ml",)),
    Unit.PERCENT_VV: _Definition(Kind.VOLUME_IN_VOLUME, "0.01", "percent_vv", ("%v/v", "% (v/v)", "%(v/v)")),
    Unit.OUNCE_AVOIRDUPOIS: _Definition(Kind.MASS, "28.349523125", "oz_avoirdupois", ("avoirdupois ounce", "avoirdupois ounces")),
    Unit.OUNCE_APOTHECARIES: _Definition(Kind.MASS, "31.1034768", "oz_apothecaries", ("apothecaries ounce", "apothecaries' ounce", "troy ounce")),
    Unit.POUND_AVOIRDUPOIS: _Definition(Kind.MASS, "453.59237", "lb_avoirdupois", ("avoirdupois pound",)),
    Unit.POUND_APOTHECARIES: _Definition(Kind.MASS, "373.2417216", "lb_apothecaries", ("apothecaries pound", "apothecaries' pound", "troy pound")),
    Unit.DRAM_AVOIRDUPOIS: _Definition(Kind.MASS, "1.7718451953125", "dram_avoirdupois", ("avoirdupois dram",)),
    Unit.DRAM_APOTHECARIES: _Definition(Kind.MASS, "3.8879346", "dram_apothecaries", ("apothecaries dram", "apothecaries' dram")),
    Unit.SCRUPLE: _Definition(Kind.MASS, "1.2959782", "scruple", ("scruples",)),
    Unit.GRAIN: _Definition(Kind.MASS, "0.06479891", "grain", ("grains",)),
    Unit.FLUID_OUNCE_US: _Definition(Kind.VOLUME, "29.5735295625", "fl_oz_us", ("US fl oz", "US fluid ounce")),
    Unit.FLUID_OUNCE_IMPERIAL: _Definition(Kind.VOLUME, "28.4130625", "fl_oz_imperial", ("imperial fl oz", "imperial fluid ounce")),
    Unit.PINT_US: _Definition(Kind.VOLUME, "473.176473", "pint_us", ("US pint",)),
    Unit.FLUID_DRAM_US: _Definition(Kind.VOLUME, "3.6966911953125", "fluid_dram_us", ("US fluid dram",)),
    Unit.MINIM_US: _Definition(Kind.VOLUME, "0.061611519921875", "minim_us", ("US minim",)),
    Unit.TEASPOON_METRIC: _Definition(Kind.VOLUME, "5", "tsp_metric"),
}

MASS_UNITS = frozenset({Unit.KILOGRAM, Unit.GRAM, Unit.MILLIGRAM, Unit.MICROGRAM})
"""The units of mass an order may use; the customary ones are only ever converted on a screen."""

_SPELLINGS = {
    spelling: unit for unit, definition in _DEFINITIONS.items() for spelling in (unit.value, definition.name, *definition.spellings)
}  # fmt: skip
_LONG_SPELLINGS = {spelling.casefold(): unit for spelling, unit in _SPELLINGS.items() if len(spelling) > 3}

_OUNCE = "an ounce is 28.35 g (avoirdupois) or 31.10 g (apothecaries), and a fluid ounce is a volume; write grams"
_DRAM = "a dram is 1.77 g (avoirdupois) or 3.89 g (apothecaries); write grams"
_POUND = "a pound is 453.59 g (avoirdupois) or 373.24 g (apothecaries); write grams"
_FLUID_OUNCE = "a fluid ounce is 29.57 mL (US) or 28.41 mL (imperial); write millilitres"
_PERCENT = "a percentage is weight in weight, weight in volume or volume in volume; say which"
_AMBIGUOUS = {
    "gr": '"gr" is read as grain and as gram', "grs": '"grs" is read as grains and as grams', "grm": '"grm" is read as grain and as gram',
    "gm": '"gm" is not a symbol; write g', "Gm": '"Gm" is a gigametre; write g', "GM": '"GM" is not a symbol; write g', "gms": '"gms" is not a symbol; write g',
    "G": '"G" is gauss; write g', "Mg": '"Mg" is a megagram; write mg or g', "MG": '"MG" is read as milligram and as megagram',
    "oz": _OUNCE, "ounce": _OUNCE, "ounces": _OUNCE, "ozs": _OUNCE, "dr": _DRAM, "drs": _DRAM, "dram": _DRAM, "drams": _DRAM, "drachm": _DRAM,
    "lb": _POUND, "lbs": _POUND, "pound": _POUND, "pounds": _POUND, "fl oz": _FLUID_OUNCE, "fl. oz": _FLUID_OUNCE, "floz": _FLUID_OUNCE,
    "fluid ounce": _FLUID_OUNCE, "fluid ounces": _FLUID_OUNCE, "fl_oz": _FLUID_OUNCE,
    "pt": "a pint is 473.18 mL (US) or 568.26 mL (imperial); write millilitres", "pint": "a pint is 473.18 mL (US) or 568.26 mL (imperial); write millilitres",
    "minim": "a minim is 0.0616 mL (US) or 0.0592 mL (imperial); write millilitres", "fl dr": "a fluid dram is 3.70 mL (US) or 3.55 mL (imperial)",
    "fluid dram": "a fluid dram is 3.70 mL (US) or 3.55 mL (imperial); write millilitres",
    "tsp": "a teaspoon is 5 mL (metric) or 4.93 mL (US); write millilitres", "teaspoon": "a teaspoon is 5 mL (metric) or 4.93 mL (US); write millilitres",
    "%": _PERCENT, "percent": _PERCENT, "mg%": '"mg%" is read as mg in 100 g and as mg in 100 mL', "mg %": '"mg%" is read as mg in 100 g and as mg in 100 mL',
    "ppm": "parts per million need their kind: ppm_ww is weight in weight",
    "t": '"t" is a tonne or a teaspoon; write grams', "M": '"M" is not a unit of mass or volume', "m": '"m" is metre, milli and minim; write mg or mL',
}  # fmt: skip
_UNKNOWN = {"Mg", "MG", "G", "t", "m", "M"}


def kind_of(unit: Unit) -> Kind:
    """What the unit measures."""
    return _DEFINITIONS[unit].kind


def name_of(unit: Unit) -> str:
    """The unit's name in data other programs exchange, such as "oz_avoirdupois"."""
    return _DEFINITIONS[unit].name


def read_unit(text: str) -> Unit:
    """The unit a symbol or name means. Case counts: "Mg" is a megagram and "G" is gauss.

    Raises QuantityError: `unit_missing` for nothing, `unit_ambiguous` for a symbol with two readings, `unit_unknown` for anything else.
    """
    symbol = text.strip()
    if not symbol:
        raise QuantityError("unit_missing", "no unit is given")
    if symbol in _SPELLINGS:
        return _SPELLINGS[symbol]
    for form in (symbol, symbol.rstrip("."), symbol.lower().rstrip(".")):
        if form in _AMBIGUOUS:
            raise QuantityError("unit_unknown" if form in _UNKNOWN else "unit_ambiguous", _AMBIGUOUS[form])
    if symbol.casefold() in _LONG_SPELLINGS:
        return _LONG_SPELLINGS[symbol.casefold()]
    raise QuantityError("unit_unknown", f'"{symbol[:40]}" is not a unit this program knows')


@cache
def _registry() -> "UnitRegistry[Any]":
    """The one pint registry: Decimal magnitudes and only the units listed here. Loaded on first use, since pint is slow to import.

    Each kind is a dimension of its own, so that 25 % w/w and 25 % w/v cannot be compared, though both are 0.25 of something.
    """
    import pint

    registry: UnitRegistry[Any] = pint.UnitRegistry(None, non_int_type=Decimal)
    for kind in Kind:
        registry.define(f"unit_of_{kind.name.lower()} = [{kind.name.lower()}]")
    for unit, definition in _DEFINITIONS.items():
        registry.define(f"{unit.name.lower()} = {definition.size} * unit_of_{definition.kind.name.lower()}")
    return registry


def ratio_between(unit: Unit, other: Unit) -> Fraction:
    """How many of the other unit one unit is, exactly. Raises QuantityError `missing_density` between mass and volume, `unit_dimension` between other kinds."""
    import pint

    registry = _registry()
    ours, theirs = registry.Unit(unit.name.lower()), registry.Unit(other.name.lower())
    if ours.dimensionality != theirs.dimensionality:
        pair = {kind_of(unit), kind_of(other)}
        needs_density = pair in ({Kind.MASS, Kind.VOLUME}, {Kind.WEIGHT_IN_WEIGHT, Kind.WEIGHT_IN_VOLUME})
        code = "missing_density" if needs_density else "unit_dimension"
        remedy = " without a density" if needs_density else ""
        refusal = pint.DimensionalityError(unit.value, other.value)
        raise QuantityError(code, f"{unit.value} ({kind_of(unit)}) cannot become {other.value} ({kind_of(other)}){remedy}") from refusal
    # The factors themselves end, their quotient may not: so the division is done in rational numbers.
    return Fraction(_size(unit)) / Fraction(_size(other))


@cache
def _size(unit: Unit) -> Decimal:
    """The unit's size in its kind's own unit, as the registry holds it."""
    return Decimal(_registry().Quantity(Decimal(1), unit.name.lower()).to_root_units().magnitude)
