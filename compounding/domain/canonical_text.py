"""How is a value written so that equal values give the same text, on every machine and after every reading back? A signature's fingerprint rests on it.

`repr` would not do: it escapes by the Unicode version at hand, and keeps zeros and time zones that say nothing.
"""

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from compounding.domain.numbers import plain_number


def canonical_text(value: object) -> str:
    """The text of a value made of frozen dataclasses, tuples, sets, words, numbers and dates. Raises TypeError for anything else: a fault of the program.

    Words stand behind their length, so that none can imitate what comes after it.
    """
    match value:
        case None | bool():
            return str(value)
        case Enum():
            return canonical_text(value.value)
        case str():
            return f"{len(value)}:{value}"
        case int():
            return f"i{value}"
        case Decimal():
            return f"d{plain_number(value)}"
        case Fraction():
            return f"f{value.numerator}/{value.denominator}"
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case tuple():
            return f"({','.join(canonical_text(each) for each in value)})"
        case frozenset():
            return f"{{{','.join(sorted(canonical_text(each) for each in value))}}}"
    if is_dataclass(value) and not isinstance(value, type):
        return f"{type(value).__name__}({','.join(f'{each.name}={canonical_text(getattr(value, each.name))}' for each in fields(value))})"
    raise TypeError(f"a {type(value).__name__} has no canonical text")
