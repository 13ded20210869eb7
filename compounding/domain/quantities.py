"""Numbers, units and quantities that can be read in one way only.

Text from a person never reaches pint's parser, which reads "1,5 g" as 15 g and "Mg" as a million grams (tried with pint 0.25.3).
Here a closed grammar and a closed list of units decide first; pint, with its own short definition list, only converts.
Magnitudes are Decimal throughout; a float is refused.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from compounding.domain.errors import QuantityError

if TYPE_CHECKING:
    from pint import UnitRegistry

MOST_DIGITS = 15
"""Significant digits a typed or sent number may have: more is a slip of a machine, not a pharmacist's figure."""


class Unit(StrEnum):
    """The units this program computes with; the value is the symbol that is printed (ISMP: mcg, never a micro sign)."""

    KILOGRAM = "kg"
    GRAM = "g"
    MILLIGRAM = "mg"
    MICROGRAM = "mcg"
    LITRE = "L"
    MILLILITRE = "mL"


MASS_UNITS = frozenset({Unit.KILOGRAM, Unit.GRAM, Unit.MILLIGRAM, Unit.MICROGRAM})

_PINT_NAMES = {
    Unit.KILOGRAM: "kilogram",
    Unit.GRAM: "gram",
    Unit.MILLIGRAM: "milligram",
    Unit.MICROGRAM: "microgram",
    Unit.LITRE: "litre",
    Unit.MILLILITRE: "millilitre",
}

# The spellings a sender may use. Case counts: "Mg" is a megagram and "G" is gauss, so neither is here.
_SPELLINGS = {
    **{unit.value: unit for unit in Unit},
    "gram": Unit.GRAM,
    "grams": Unit.GRAM,
    "gramme": Unit.GRAM,
    "grammes": Unit.GRAM,
    "gramo": Unit.GRAM,
    "gramos": Unit.GRAM,
    "Gramm": Unit.GRAM,
    "kilogram": Unit.KILOGRAM,
    "kilograms": Unit.KILOGRAM,
    "milligram": Unit.MILLIGRAM,
    "milligrams": Unit.MILLIGRAM,
    "microgram": Unit.MICROGRAM,
    "micrograms": Unit.MICROGRAM,
    "ml": Unit.MILLILITRE,
    "millilitre": Unit.MILLILITRE,
    "milliliter": Unit.MILLILITRE,
    "milliliters": Unit.MILLILITRE,
    "millilitres": Unit.MILLILITRE,
    "litre": Unit.LITRE,
    "liter": Unit.LITRE,
    "ug": Unit.MICROGRAM,
}

_AMBIGUOUS = {
    "gr": '"gr" is read as grain and as gram',
    "grs": '"grs" is read as grains and as grams',
    "gm": '"gm" is not a symbol; write g',
    "Gm": '"Gm" is a gigametre; write g',
    "GM": '"GM" is not a symbol; write g',
    "gms": '"gms" is not a symbol; write g',
    "G": '"G" is gauss; write g',
    "Mg": '"Mg" is a megagram; write mg or g',
    "MG": '"MG" is read as milligram and as megagram',
    "oz": "an ounce is 28.35 g (avoirdupois) or 31.10 g (apothecary); write grams",
    "dr": "a dram is 1.77 g (avoirdupois) or 3.89 g (apothecary); write grams",
    "lb": "a pound is 453.59 g (avoirdupois) or 373.24 g (apothecary); write grams",
    "t": '"t" is a tonne or a teaspoon; write grams',
}

_NUMBER = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


@cache
def _registry() -> "UnitRegistry[Any]":
    """The one pint registry: Decimal magnitudes and only the units listed here. Loaded on first use, since pint is slow to import."""
    import pint

    registry: UnitRegistry[Any] = pint.UnitRegistry(None, non_int_type=Decimal)
    for definition in (
        "gram = [mass]",
        "kilogram = 1000 * gram",
        "milligram = 0.001 * gram",
        "microgram = 0.000001 * gram",
        "litre = [volume]",
        "millilitre = 0.001 * litre",
    ):
        registry.define(definition)
    return registry


@dataclass(frozen=True, slots=True)
class Quantity:
    """A magnitude with its unit; frozen and exact.

    Raises QuantityError `invalid_number` for a magnitude that is not a finite Decimal.
    """

    magnitude: Decimal
    unit: Unit

    def __post_init__(self) -> None:
        if not isinstance(self.magnitude, Decimal) or not self.magnitude.is_finite():
            raise QuantityError("invalid_number", "a quantity needs a finite decimal number")

    def to(self, unit: Unit) -> "Quantity":
        """The same quantity in another unit, exactly. Raises QuantityError `unit_dimension` between mass and volume."""
        if unit is self.unit:
            return self
        import pint

        registry = _registry()
        try:
            converted = registry.Quantity(self.magnitude, _PINT_NAMES[self.unit]).to(_PINT_NAMES[unit])
        except pint.DimensionalityError as refusal:
            raise QuantityError("unit_dimension", f"{self.unit.value} cannot become {unit.value} without a density") from refusal
        return Quantity(Decimal(converted.magnitude), unit)

    def __str__(self) -> str:
        return f"{format_number(self.magnitude)} {self.unit.value}"


def grams(quantity: Quantity) -> Decimal:
    """The mass in grams. Raises QuantityError `unit_dimension` for a volume."""
    return quantity.to(Unit.GRAM).magnitude


def read_unit(text: str) -> Unit:
    """The unit a symbol or name means.

    Raises QuantityError: `unit_missing` for nothing, `unit_ambiguous` for a symbol with two readings, `unit_unknown` for anything else.
    """
    symbol = text.strip()
    if not symbol:
        raise QuantityError("unit_missing", "no unit is given")
    if symbol in _SPELLINGS:
        return _SPELLINGS[symbol]
    for form in (symbol, symbol.rstrip("."), symbol.lower().rstrip(".")):
        if form in _AMBIGUOUS:
            raise QuantityError("unit_ambiguous", _AMBIGUOUS[form])
    if symbol.lower() in _SPELLINGS and len(symbol) > 3:
        return _SPELLINGS[symbol.lower()]
    raise QuantityError("unit_unknown", f'"{symbol[:40]}" is not a unit this program knows')


def read_number(text: str) -> Decimal:
    """A plain number: digits with at most one decimal point, no sign, no exponent, no thousands separator.

    Raises QuantityError: `ambiguous_number` where a comma could separate decimals or thousands, `invalid_number` for everything else.
    """
    trimmed = text.strip(" \u00a0")
    if "," in trimmed and re.fullmatch(r"[0-9.,]+", trimmed):
        raise QuantityError("ambiguous_number", f'the comma in "{trimmed[:40]}" may separate decimals or thousands; write a point for decimals')
    if not _NUMBER.fullmatch(trimmed):
        raise QuantityError("invalid_number", f'"{trimmed[:40]}" is not a plain number such as 60 or 0.5')
    number = Decimal(trimmed)
    check_digits(number)
    return number


def check_digits(number: Decimal) -> None:
    """Raises QuantityError `invalid_number` for a number with more digits than any pharmacy figure has, or an exponent beyond them."""
    if not number.is_finite() or len(number.as_tuple().digits) > MOST_DIGITS or not -MOST_DIGITS <= number.adjusted() <= MOST_DIGITS:
        raise QuantityError("invalid_number", "the number has more digits than a pharmacy figure can have")


def round_to(value: Decimal, readability: Decimal) -> Decimal:
    """The value rounded half up to a multiple of the balance's readability (both in the same unit)."""
    return (value / readability).quantize(Decimal(1), rounding=ROUND_HALF_UP) * readability


def format_number(value: Decimal, *, decimal_comma: bool = False) -> str:
    """The number as it is printed: no exponent, no trailing zeros, a leading zero, thousands separated from 1,000 (ISMP).

    With `decimal_comma` (French, Spanish) the decimal sign is a comma and thousands are set apart by a thin gap.
    """
    plain = f"{value:f}"
    sign, digits = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
    whole, _, decimals = digits.partition(".")
    decimals = decimals.rstrip("0")
    separator, point = ("\u202f", ",") if decimal_comma else (",", ".")
    grouped = separator.join(_groups_of_three(whole))
    return sign + grouped + (point + decimals if decimals else "")


def plain_number(value: Decimal) -> str:
    """The number for machines: no exponent, no thousands separator, no trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _groups_of_three(whole: str) -> Iterable[str]:
    head = len(whole) % 3 or 3
    return [whole[:head], *(whole[start : start + 3] for start in range(head, len(whole), 3))]
