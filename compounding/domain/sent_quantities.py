"""Reading the quantities a sender states: words and UCUM code must mean the same unit, or nothing is read."""

from decimal import Decimal
from fractions import Fraction

from compounding.domain.errors import QuantityError
from compounding.domain.numbers import check_digits, plain_number
from compounding.domain.order_as_sent import QuantityAsSent, RatioAsSent
from compounding.domain.quantities import Quantity, grams
from compounding.domain.units import MASS_UNITS, Unit, read_unit

UCUM = "http://unitsofmeasure.org"

# UCUM codes are exact: [gr] is a grain and G is gauss; only these are masses or volumes this program takes.
_UCUM_UNITS = {
    "g": Unit.GRAM, "kg": Unit.KILOGRAM, "mg": Unit.MILLIGRAM, "ug": Unit.MICROGRAM,
    "mL": Unit.MILLILITRE, "ml": Unit.MILLILITRE, "L": Unit.LITRE, "l": Unit.LITRE,
}  # fmt: skip
# Not symbols of a gram, and not of anything else either: beside the UCUM code g they can only repeat it ("60 GM").
_LOOSE_GRAMS = frozenset({"gm", "GM", "gms", "GMS", "gm.", "g."})
_PERCENT_SYMBOLS = frozenset({"%", "% w/w", "percent"})


def sent_unit(quantity: QuantityAsSent) -> Unit:
    """The unit of a sent quantity.

    Raises QuantityError `unit_missing`, `unit_ambiguous`, `unit_unknown`, or `unit_conflict` where words and code disagree.
    """
    readings = set()
    if quantity.code:
        if quantity.system not in {UCUM, ""}:
            raise QuantityError("unit_unknown", f'units of the system "{quantity.system[:60]}" are not known here')
        if quantity.code not in _UCUM_UNITS:
            raise QuantityError("unit_unknown", f'the unit code "{quantity.code[:20]}" is not a unit of mass this program knows')
        readings.add(_UCUM_UNITS[quantity.code])
    repeats_the_code = quantity.unit.strip() in _LOOSE_GRAMS and quantity.system == UCUM and readings == {Unit.GRAM}
    if quantity.unit.strip() and not repeats_the_code:
        readings.add(read_unit(quantity.unit))
    if not readings:
        raise QuantityError("unit_missing", "no unit is given")
    if len(readings) > 1:
        raise QuantityError("unit_conflict", f'the unit "{quantity.unit[:20]}" and its code "{quantity.code[:20]}" disagree')
    return readings.pop()


def sent_value(quantity: QuantityAsSent) -> Decimal:
    """The number of a sent quantity. Raises QuantityError `invalid_number` for a missing, endless or compared value, `not_positive` for zero or less."""
    if quantity.value is None:
        raise QuantityError("invalid_number", "there is no number")
    if quantity.comparator:
        raise QuantityError("invalid_number", f'"{quantity.comparator}" a number is not an amount')
    check_digits(quantity.value)
    if quantity.value <= 0:
        raise QuantityError("not_positive", "the number is not more than zero")
    return quantity.value


def percent_of(ratio: RatioAsSent) -> Decimal:
    """A strength in percent w/w, exactly.

    Raises QuantityError for a ratio that is incomplete, not a mass in a mass (`unit_dimension`), or no finite percentage.
    """
    above, below = ratio.numerator, ratio.denominator
    upper_value, lower_value = sent_value(above), sent_value(below)
    if (above.code or above.unit) in _PERCENT_SYMBOLS and lower_value in {1, 100} and (below.code or below.unit) in {"", "1", "%"}:
        return upper_value
    upper, lower = sent_unit(above), sent_unit(below)
    if upper not in MASS_UNITS or lower not in MASS_UNITS:
        raise QuantityError("unit_dimension", f"{upper.value} in {lower.value} is not weight in weight")
    exact = Fraction(grams(Quantity(upper_value, upper))) / Fraction(grams(Quantity(lower_value, lower))) * 100
    percent = (Decimal(exact.numerator) / Decimal(exact.denominator)).normalize()
    if Fraction(percent) != exact:
        raise QuantityError("invalid_number", "the ratio is not a finite percentage")
    return Decimal(plain_number(percent))
