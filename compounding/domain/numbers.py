"""How a number is read and written: in one way only, or refused by name (ISMP; clinical rule 28).

`float()` and `Decimal()` read "1e2", digits of other scripts and "1_000"; libraries with a locale read "1.5" as 15. Here a closed grammar decides.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from compounding.domain.errors import QuantityError

MOST_DIGITS = 15
"""Significant digits a typed or sent number may have: more is a slip of a machine, not a pharmacist's figure."""

MOST_CALCULATED_DIGITS = 40
"""Significant digits a figure may have that another calculation wrote, or that this program writes in full."""

SHOWN_DIGITS = 15
"""Significant digits written of a figure that does not end, or that would need more than MOST_CALCULATED_DIGITS."""

LONGEST_NUMBER = 400
"""Characters looked at before a text is refused as a number, so that no text takes long to refuse."""

COMMA_LANGUAGES = frozenset({"fr", "es", "de"})

_NUMBER = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_WITH_COMMA = re.compile(r"(?:0|[1-9][0-9]*),[0-9]+")
# Three digits after the sign look like thousands, unless what stands before could not begin a group of them.
_LIKE_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_EXPONENT = re.compile(r"([0-9]{1,20}(?:\.[0-9]{1,20})?)[eE]([+-]?)([0-9]{1,20})")
_FURTHEST_EXPONENT = 9


def writes_decimal_comma(language: str) -> bool:
    """Whether the language (BCP 47) separates decimals with a comma."""
    return language.split("-")[0].lower() in COMMA_LANGUAGES


def read_number(text: str, *, decimal_comma: bool = False, most_digits: int = MOST_DIGITS) -> Decimal:
    """A plain number: digits with one decimal separator, no sign, no exponent, no thousands separator.

    `decimal_comma` is true where the language in force writes 1,5; there "1,000" and "1.000" stay ambiguous, since this program never writes a
    trailing zero. Raises QuantityError: `ambiguous_number` where a sign may separate decimals or thousands, `not_positive` below zero,
    `out_of_range` for an exponent beyond all pharmacy, `invalid_number` for everything else.
    """
    trimmed = text.strip(" \u00a0")
    quoted = f'"{trimmed[:40]}"'
    if len(trimmed) > LONGEST_NUMBER:
        raise QuantityError("invalid_number", f"{quoted} is longer than any number here")
    if re.fullmatch(r"[0-9.,]+", trimmed) and _is_ambiguous(trimmed, decimal_comma=decimal_comma):
        remedy = "write the number plainly, such as 1000 or 0,5" if decimal_comma else "write a point for decimals"
        raise QuantityError("ambiguous_number", f"in {quoted} a comma or point may separate decimals or thousands; {remedy}")
    plain = trimmed.replace(",", ".") if decimal_comma and _WITH_COMMA.fullmatch(trimmed) else trimmed
    if not _NUMBER.fullmatch(plain):
        raise _refusal(trimmed, quoted)
    number = Decimal(plain)
    check_digits(number, most_digits=most_digits)
    return number


def _is_ambiguous(text: str, *, decimal_comma: bool) -> bool:
    if not decimal_comma:
        return "," in text
    if _LIKE_THOUSANDS.fullmatch(text):
        # A weight of 1,125 g is everyday French; nobody writes 1,120 g, so that one is thousands or a slip.
        return "." in text or text.endswith("0")
    return text.count(",") + text.count(".") > 1


def _refusal(text: str, quoted: str) -> QuantityError:
    """Why a text is no plain number, by name where it has one."""
    if not text:
        return QuantityError("invalid_number", "no number is given")
    if text[0] in "-\u2212\u2013" and _NUMBER.fullmatch(text[1:].strip()):
        return QuantityError("not_positive", f"{quoted} is less than zero")
    exponent = _EXPONENT.fullmatch(text)
    if exponent and int(exponent[3]) >= _FURTHEST_EXPONENT:
        return QuantityError("out_of_range", f"{quoted} is beyond anything a pharmacy measures")
    if exponent:
        return QuantityError("invalid_number", f"{quoted} has an exponent; write all its digits")
    if not text.isascii() and any(character.isnumeric() for character in text):
        return QuantityError("invalid_number", f"{quoted} holds digits that are not 0 to 9, or a fraction sign")
    if re.fullmatch(r"0[0-9]+(?:\.[0-9]+)?", text):
        return QuantityError("invalid_number", f"{quoted} begins with a zero that may stand for a lost decimal point")
    if re.fullmatch(r"\.[0-9]+|[0-9]+\.", text):
        return QuantityError("invalid_number", f"{quoted} needs a digit on both sides of its point")
    return QuantityError("invalid_number", f"{quoted} is not a plain number such as 60 or 0.5")


def check_digits(number: Decimal, *, most_digits: int = MOST_DIGITS) -> None:
    """Raises QuantityError `invalid_number` for a number with more digits than any pharmacy figure has, or an exponent beyond them."""
    if not number.is_finite() or len(number.as_tuple().digits) > most_digits or not -most_digits <= number.adjusted() <= most_digits:
        raise QuantityError("invalid_number", "the number has more digits than a pharmacy figure can have")


def whole_steps(value: Fraction, readability: Fraction) -> Fraction:
    """The multiple of the readability nearest to the value, exactly; a half goes up."""
    return (value / readability + Fraction(1, 2)).__floor__() * readability


def rounded(value: Fraction, places: int) -> Decimal:
    """The value for people, rounded half up to decimal places; trailing zeros are dropped where it is printed."""
    scaled = whole_steps(value * 10**places, Fraction(1))
    return Decimal((int(scaled < 0), tuple(int(digit) for digit in str(abs(scaled.numerator))), -places))


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


def decimal_of(value: Fraction) -> Decimal | None:
    """The decimal that equals the fraction, or None where it does not end within MOST_CALCULATED_DIGITS."""
    denominator, twos, fives = value.denominator, 0, 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    places = max(twos, fives)
    if denominator != 1 or places > MOST_CALCULATED_DIGITS:
        return None
    digits = str(abs(value.numerator * 10**places // value.denominator))
    return Decimal((int(value < 0), tuple(int(digit) for digit in digits), -places)) if len(digits) <= MOST_CALCULATED_DIGITS else None


def exact_number(value: Fraction, *, digits: int = SHOWN_DIGITS) -> str:
    """The fraction for machines: every digit where it ends, otherwise so many significant digits, rounded half up; never an exponent."""
    exact = decimal_of(value)
    if exact is not None and (digits == SHOWN_DIGITS or len(exact.normalize().as_tuple().digits) <= digits):
        return plain_number(exact)
    magnitude = abs(value)
    adjusted = len(str(magnitude.numerator)) - len(str(magnitude.denominator))
    if magnitude < Fraction(10) ** adjusted:
        adjusted -= 1
    places = digits - 1 - adjusted
    scaled = (magnitude * Fraction(10) ** places + Fraction(1, 2)).__floor__()
    return plain_number(Decimal((int(value < 0), tuple(int(digit) for digit in str(scaled)), -places)))


def _groups_of_three(whole: str) -> Iterable[str]:
    head = len(whole) % 3 or 3
    return [whole[:head], *(whole[start : start + 3] for start in range(head, len(whole), 3))]
