"""Quantities: a number and its unit, exact, read in one way only and written in one way only."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from compounding.domain.errors import QuantityError
from compounding.domain.numbers import decimal_of, format_number, read_number
from compounding.domain.units import Kind, Unit, kind_of, ratio_between, read_unit

LONGEST_QUANTITY = 80
_UNIT_BEGINS = re.compile("[A-Za-z%\u00b5\u03bc]")


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
        """The same quantity in another unit, exactly.

        Raises QuantityError: `missing_density` or `unit_dimension` between kinds, `not_exact` where the decimal would not end
        (grams as ounces): `convert` gives that as a fraction.
        """
        exact = decimal_of(convert(Fraction(self.magnitude), self.unit, unit))
        if exact is None:
            raise QuantityError("not_exact", f"{self} has no finite decimal in {unit.value}")
        return Quantity(exact, unit)

    def __str__(self) -> str:
        return format_quantity(self)


def convert(value: Fraction, unit: Unit, other: Unit, *, density_g_per_ml: Fraction | None = None) -> Fraction:
    """The value of a quantity in another unit, exactly. A density (g/mL, of the preparation or liquid) leads between weight and volume.

    Raises QuantityError `missing_density`, `unit_dimension`, and `not_positive` for a density of zero or less.
    """
    kinds = kind_of(unit), kind_of(other)
    if kinds[0] is kinds[1] or density_g_per_ml is None:
        return value * ratio_between(unit, other)
    if density_g_per_ml <= 0:
        raise QuantityError("not_positive", "a density is more than zero")
    through = {
        # mL x g/mL = g; (g/g) x g/mL = g/mL: the same density leads from strength by weight to strength by volume.
        (Kind.VOLUME, Kind.MASS): (Unit.MILLILITRE, density_g_per_ml, Unit.GRAM),
        (Kind.MASS, Kind.VOLUME): (Unit.GRAM, 1 / density_g_per_ml, Unit.MILLILITRE),
        (Kind.WEIGHT_IN_WEIGHT, Kind.WEIGHT_IN_VOLUME): (Unit.PERCENT_WW, density_g_per_ml, Unit.PERCENT_WV),
        (Kind.WEIGHT_IN_VOLUME, Kind.WEIGHT_IN_WEIGHT): (Unit.PERCENT_WV, 1 / density_g_per_ml, Unit.PERCENT_WW),
    }.get(kinds)
    if through is None:
        return value * ratio_between(unit, other)
    before, factor, after = through
    return value * ratio_between(unit, before) * factor * ratio_between(after, other)


def grams(quantity: Quantity) -> Decimal:
    """The mass in grams. Raises QuantityError for a volume or a strength."""
    return quantity.to(Unit.GRAM).magnitude


def split_quantity(text: str) -> tuple[str, str]:
    """The number and the unit of a text, neither of them read yet. Raises QuantityError `invalid_number` for a text longer than any amount."""
    trimmed = text.strip()
    if len(trimmed) > LONGEST_QUANTITY:
        raise QuantityError("invalid_number", f'"{trimmed[:40]}" is longer than any amount here')
    number = _UNIT_BEGINS.split(trimmed, maxsplit=1)[0]
    return number, trimmed.removeprefix(number)


def read_quantity(text: str, *, decimal_comma: bool = False) -> Quantity:
    """A number and a unit, as in "60 g". Raises the QuantityError of `read_number` or `read_unit`."""
    number, unit = split_quantity(text)
    return Quantity(read_number(number, decimal_comma=decimal_comma), read_unit(unit))


def format_quantity(quantity: Quantity, *, decimal_comma: bool = False) -> str:
    """The quantity as it is printed: the number after ISMP, a no-break space, the symbol."""
    return f"{format_number(quantity.magnitude, decimal_comma=decimal_comma)}\u00a0{quantity.unit.value}"
