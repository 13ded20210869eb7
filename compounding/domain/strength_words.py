"""A strength of sodium thiosulfate said in words, with what it is counted as the other form (clinical rules 4 and 13)."""

from decimal import Decimal
from fractions import Fraction

from compounding.domain.hydrates import Form, MolarMasses, Thiosulfate
from compounding.domain.numbers import decimal_of, exact_number, format_number

_DIGITS = 4


def strength_in_words(percent: Decimal, form: Form, masses: MolarMasses) -> str:
    """ "25 % w/w of the pentahydrate, which is 15.93 % w/w of the anhydrous salt (rounded)": worked out exactly, and rounded only to be shown."""
    other = Form.ANHYDROUS if form is Form.PENTAHYDRATE else Form.PENTAHYDRATE
    exact = Thiosulfate(Fraction(percent), form).counted_as(other, masses).grams
    told = exact_number(exact, digits=_DIGITS)
    rounded = "" if decimal_of(exact) == Decimal(told) else " (rounded)"
    return f"{format_number(percent)} % w/w of the {_WORDS[form]}, which is {told} % w/w of the {_WORDS[other]}{rounded}"


_WORDS = {Form.PENTAHYDRATE: "pentahydrate", Form.ANHYDROUS: "anhydrous salt"}
