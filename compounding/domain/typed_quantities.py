"""What a person types into a field that stands for one unit: the bare number, or the number with exactly that unit (ISMP; clinical rule 28)."""

from dataclasses import dataclass
from decimal import Decimal

from compounding.domain.errors import QuantityError
from compounding.domain.numbers import format_number, read_number
from compounding.domain.quantities import split_quantity
from compounding.domain.units import Unit, read_unit

LARGEST, SMALLEST = Decimal(1_000_000), Decimal("0.000001")
"""Beyond these an entry is a slip of the finger in every field there is."""


@dataclass(frozen=True, slots=True)
class FieldUnit:
    """The unit of a field: how it is printed, the unit of the closed list it is (if it is one), and other words that mean just this unit here."""

    symbol: str
    unit: Unit | None = None
    words: frozenset[str] = frozenset()

    def means(self, written: str) -> bool:
        """Whether the words written behind a number are this unit and no other."""
        if written.casefold() in self.words:
            return True
        try:
            return self.unit is not None and read_unit(written) is self.unit
        except QuantityError:
            return False


NUMBER = FieldUnit("")
GRAMS = FieldUnit("g", Unit.GRAM)
MILLIGRAMS = FieldUnit("mg", Unit.MILLIGRAM)
# A bare per cent sign is ambiguous in an order; in a field that says which percentage it asks for, it can only mean that one.
PERCENT_WW = FieldUnit("% w/w", Unit.PERCENT_WW, frozenset({"%", "percent"}))
PERCENT = FieldUnit("%", None, frozenset({"%", "percent"}))
GRAMS_PER_MILLILITRE = FieldUnit("g/mL", None, frozenset({"g/ml"}))
DAYS = FieldUnit("days", None, frozenset({"day", "days"}))
TIMES_A_DAY = FieldUnit("a day", None, frozenset({"a day", "time a day", "times a day"}))
FINGERTIP_UNITS = FieldUnit("fingertip units", None, frozenset({"fingertip unit", "fingertip units"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a field asks for: its unit, and the limits within which an answer can be meant (both included)."""

    unit: FieldUnit
    least: Decimal = SMALLEST
    most: Decimal = LARGEST
    zero: bool = False
    whole: bool = False

    def read(self, text: str, *, decimal_comma: bool = False) -> Decimal:
        """The number that was typed, exactly.

        Raises QuantityError with a sentence about what was typed: the codes of `read_number` and `read_unit`, `unit_dimension` for another
        unit than the field's, `not_positive` for zero where it means nothing, `out_of_range` beyond the limits.
        """
        number = read_number(self._without_unit(text, decimal_comma=decimal_comma), decimal_comma=decimal_comma)
        if self.whole and number != number.to_integral_value():
            raise QuantityError("invalid_number", f'"{text.strip()[:40]}" is not a whole number such as 2')
        if number == 0 and not self.zero:
            raise QuantityError("not_positive", "it must be more than zero")
        if number != 0 and number < self.least:
            raise QuantityError("out_of_range", f"{self._shown(number)} is less than {self._shown(self.least)}, which is the least that can be meant here")
        if number > self.most:
            raise QuantityError("out_of_range", f"{self._shown(number)} is more than {self._shown(self.most)}, which is the most that can be meant here")
        return number

    def _without_unit(self, text: str, *, decimal_comma: bool) -> str:
        """The number's own characters, once what stands behind them is this field's unit; the whole text where nothing there is a unit."""
        try:
            number, written = split_quantity(text)
            if self.unit.means(written):
                return number
            read_number(number, decimal_comma=decimal_comma)
        except QuantityError:
            return text
        # "1e2" and "60 g 5" are no number with a unit; read whole, they are refused as what they are.
        if not written or any(character.isnumeric() for character in written):
            return text
        raise self._other_unit(written.strip()[:40])

    def _other_unit(self, written: str) -> QuantityError:
        remedy = f"write the number in {self.unit.symbol}" if self.unit.symbol else "write the number alone"
        try:
            other = read_unit(written)
        except QuantityError as refusal:
            # The list's own advice is left out: it may name another unit than this field's.
            return QuantityError(refusal.code, f"{refusal.message.partition('; write')[0]}; {remedy}")
        return QuantityError("unit_dimension", f"{other.value} is not the unit of this field; {remedy}")

    def _shown(self, number: Decimal) -> str:
        return f"{format_number(number)}\u00a0{self.unit.symbol}".rstrip("\u00a0")
