"""Reads the inputs of a calculation strictly: a value that could be read in two ways, or an input nobody asked for, is refused by name."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from compounding.domain.beyond_use import read_day, read_expiry
from compounding.domain.calculators.answers import CalculationRefused
from compounding.domain.errors import LevigateError
from compounding.domain.numbers import LONGEST_NUMBER, MOST_CALCULATED_DIGITS, read_number

LARGEST, SMALLEST = Fraction(10_000_000), Fraction(1, 1_000_000)
"""Beyond ten tonnes, or below a microgram (in grams), an amount is a slip and not a pharmacy's figure."""

LONGEST_LIST = 200
LONGEST_NAME = 120


class Inputs:
    """The inputs of one calculation by name. `done` refuses those that nobody read: an input passed over in silence would be a wrong answer."""

    def __init__(self, given: Mapping[str, object], *, decimal_comma: bool = False) -> None:
        self._given = given
        self._decimal_comma = decimal_comma
        self._read: set[str] = set()

    @property
    def decimal_comma(self) -> bool:
        """Whether the language in force writes 1,5."""
        return self._decimal_comma

    def has(self, key: str) -> bool:
        """Whether the input was given at all."""
        return key in self._given

    def done(self) -> None:
        """Raises CalculationRefused `not_parsed` for an input this calculation does not know."""
        left = sorted(str(key)[:40] for key in self._given if key not in self._read)
        if left:
            raise CalculationRefused("not_parsed", "this calculation does not know the input " + ", ".join(f'"{key}"' for key in left[:5]))

    def take(self, key: str) -> object:
        """The raw value; absent counts as empty."""
        self._read.add(key)
        return self._given.get(key, "")

    def number(self, key: str, *, zero: bool = False, least: Fraction = SMALLEST, most: Fraction = LARGEST) -> Fraction:
        """A number of more than zero (or zero, where that means something) within the limits, both included."""
        return self.read(self.take(key), key, zero=zero, least=least, most=most)

    def read(self, raw: object, name: str, *, zero: bool = False, least: Fraction = SMALLEST, most: Fraction = LARGEST) -> Fraction:
        """One value read as a number. Raises CalculationRefused with the code of the fault and the input's name in the sentence."""
        try:
            value = Fraction(read_number(_as_text(raw), decimal_comma=self._decimal_comma, most_digits=MOST_CALCULATED_DIGITS))
        except LevigateError as refusal:
            raise CalculationRefused(refusal.code, f"{name}: {refusal.message}") from refusal
        if value == 0 and not zero:
            raise CalculationRefused("not_positive", f"{name}: it must be more than zero")
        if value != 0 and not least <= value <= most:
            raise CalculationRefused("out_of_range", f"{name}: {_as_text(raw)[:40]} is beyond what can be meant here")
        return value

    def percent(self, key: str, *, zero: bool = False, most: int = 100) -> Fraction:
        """A percentage up to `most`."""
        return self.number(key, zero=zero, most=Fraction(most))

    def whole(self, key: str, *, most: int) -> int:
        """A whole number of more than zero."""
        value = self.number(key, most=Fraction(most))
        if value.denominator != 1:
            raise CalculationRefused("invalid_number", f"{key}: it must be a whole number")
        return value.numerator

    def word(self, key: str, allowed: tuple[str, ...], *, missing: str = "missing_basis") -> str:
        """One of the allowed words. Raises CalculationRefused with the code `missing` where there is none."""
        raw = self.take(key)
        if raw in ("", None):
            raise CalculationRefused(missing, f"{key}: say one of {', '.join(allowed)}")
        if not isinstance(raw, str) or raw not in allowed:
            raise CalculationRefused("not_parsed", f"{key}: {_quoted(raw)} is none of {', '.join(allowed)}")
        return raw

    def name(self, key: str) -> str:
        """A component's name: any text, kept as it is."""
        return component(self.take(key), key)

    def table(self, key: str) -> Mapping[str, object]:
        """A table of names and values, not empty."""
        raw = self.take(key)
        if not isinstance(raw, dict) or not raw:
            raise CalculationRefused("not_parsed", f"{key}: it must be a table of names and values")
        if len(raw) > LONGEST_LIST:
            raise CalculationRefused("out_of_range", f"{key}: more than {LONGEST_LIST} entries")
        return {component(name, key): value for name, value in raw.items()}

    def several(self, key: str, *, empty: bool = False) -> list[object]:
        """A list; an empty one only where that means something."""
        raw = self.take(key)
        if not isinstance(raw, list):
            raise CalculationRefused("not_parsed", f"{key}: it must be a list")
        if not raw and not empty:
            raise CalculationRefused("invalid_number", f"{key}: the list is empty")
        if len(raw) > LONGEST_LIST:
            raise CalculationRefused("out_of_range", f"{key}: more than {LONGEST_LIST} entries")
        return list(raw)

    def day(self, key: str) -> date:
        """A day written YYYY-MM-DD."""
        return _date(self.take(key), key, month_is_enough=False)

    def expiries(self, key: str) -> list[date]:
        """Expiry dates, YYYY-MM-DD or a month for its last day."""
        return [_date(raw, key, month_is_enough=True) for raw in self.several(key, empty=True)]


def component(raw: object, key: str) -> str:
    """A component's name as it was given."""
    if not isinstance(raw, str) or not raw.strip() or len(raw) > LONGEST_NAME:
        raise CalculationRefused("not_parsed", f"{key}: a component needs a name")
    return raw


def _date(raw: object, key: str, *, month_is_enough: bool) -> date:
    if not isinstance(raw, str):
        raise CalculationRefused("invalid_date", f"{key}: a date is text such as 2027-05-31")
    try:
        return read_expiry(raw) if month_is_enough else read_day(raw)
    except LevigateError as refusal:
        raise CalculationRefused(refusal.code, f"{key}: {refusal.message}") from refusal


def _as_text(raw: object) -> str:
    """A value as the text a person would have typed. Numbers of JSON are exact here, since they were never read as floats."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        raise CalculationRefused("invalid_number", f"{_quoted(raw)} is not a number")
    if isinstance(raw, Decimal):
        return f"{raw:f}" if abs(raw.adjusted()) <= MOST_CALCULATED_DIGITS else str(raw)
    # Python refuses to write an integer of thousands of digits.
    return str(raw) if abs(raw) < 10**LONGEST_NUMBER else "9" * (LONGEST_NUMBER + 1)


def _quoted(raw: object) -> str:
    """A value as a sentence names it: lists and tables by their kind only, since they may hold each other without end."""
    if isinstance(raw, str):
        return f'"{raw[:40]}"'
    return {bool: "true or false", list: "a list", dict: "a table", type(None): "an empty value"}.get(type(raw), "a value of this kind")
