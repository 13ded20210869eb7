"""What does a code on a container say: a GS1 element string (AI 01, 10, 17 and the others around them), or a code of one's own?

After the GS1 General Specifications: sections 3 (application identifiers), 5.10 (symbology identifiers), 7.8 (processing), 7.9 (check digit), 7.12 (century).
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from compounding.domain.errors import LevigateError

LONGEST_CODE = 200
"""Characters looked at: a GS1 DataMatrix of a medicine has fewer than 100."""

SEPARATOR = "\x1d"
"""How a scanner sends FNC1 behind an element of variable length (ASCII 29, "group separator")."""

_SYMBOLOGIES = ("]C1", "]e0", "]d2", "]Q3", "]J1")
"""The prefixes by which a scanner says that the symbol carries GS1 element strings."""

_FIXED = {
    **dict.fromkeys(("00",), 20), **dict.fromkeys(("01", "02", "03"), 16), "04": 18, **dict.fromkeys(("11", "12", "13", "14", "15", "16", "17", "18", "19"), 8),
    "20": 4, **dict.fromkeys(("31", "32", "33", "34", "35", "36"), 10), "41": 16,
}  # fmt: skip
"""Whole length of the elements that need no FNC1, identifier included, by the identifier's first two digits (figure 7.8.5-2)."""

_IDENTIFIER_LENGTH = {
    **dict.fromkeys(("00", "01", "02", "03", "04", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "22", "30", "37"), 2),
    **dict.fromkeys(("90", "91", "92", "93", "94", "95", "96", "97", "98", "99"), 2), **dict.fromkeys(("23", "24", "25", "40", "41", "42", "71"), 3),
    **dict.fromkeys(("31", "32", "33", "34", "35", "36", "39", "43", "70", "72", "80", "81", "82"), 4),
}  # fmt: skip
_LONGEST_VALUE = 90
_LONGEST_LOT = 20
_PLAIN_STRING = re.compile(r"01[0-9]{14}(?=[0-9]{2})")
_SET_82 = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+")
_BRACKETED = re.compile(r"\(([0-9]{2,4})\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedCode:
    """A code as it was read, its `text` with blanks for separators.

    `lot_number` is AI 10, or the whole of a code that is no GS1 element string; `gtin` is AI 01, `expires_on` AI 17.
    `is_element_string` says that it came in the form only a scanner sends; the same elements in brackets are what is printed for people.
    """

    text: str
    lot_number: str
    gtin: str = ""
    expires_on: date | None = None
    is_element_string: bool = False


class CodeRefused(LevigateError):
    """A code that cannot be what it seems to be: `CODE_NOT_READ`."""


def read_code(text: str, *, on: date) -> ScannedCode:
    """Read a code. `on` is the day of reading: it decides the century of a date (section 7.12).

    Raises CodeRefused `CODE_NOT_READ` for an empty code, one with a wrong check digit or date, and one that names no lot.
    """
    code = text.strip(" \t\r\n")
    if not code or len(code) > LONGEST_CODE:
        raise CodeRefused("CODE_NOT_READ", "no code was read; scan it again, or type the lot number from the container")
    found = elements(code)
    if found is None:
        return ScannedCode(text=code, lot_number=code)
    lot = found.get("10", "")
    if not lot:
        raise CodeRefused("CODE_NOT_READ", "this code names no lot; scan the other code of the container, or type its lot number")
    if len(lot) > _LONGEST_LOT or not _SET_82.fullmatch(lot):
        raise CodeRefused("CODE_NOT_READ", "the lot in this code is no lot by the rules of GS1; scan it again, or type the lot number from the container")
    gtin = found.get("01", "")
    if gtin and not is_gtin(gtin):
        raise CodeRefused("CODE_NOT_READ", "the check digit of this code is wrong; scan it again")
    return ScannedCode(
        text=code.replace(SEPARATOR, " "), lot_number=lot, gtin=gtin, expires_on=_day(found["17"], on=on) if "17" in found else None,
        is_element_string=not code.startswith("("),
    )  # fmt: skip


def is_gtin(digits: str) -> bool:
    """Whether fourteen digits end in their check digit (section 7.9.1: weights 3 and 1 from the left)."""
    if not re.fullmatch(r"[0-9]{14}", digits):
        return False
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits[:13]))
    return (10 - total % 10) % 10 == int(digits[13])


def elements(code: str) -> dict[str, str] | None:
    """The values by application identifier; None for a code that is none of GS1's. Raises CodeRefused `CODE_NOT_READ`."""
    if _BRACKETED.match(code):
        parts = _BRACKETED.split(code)[1:]
        return _whole(list(zip(parts[::2], parts[1::2], strict=True)))
    prefix = next((each for each in _SYMBOLOGIES if code.startswith(each)), "")
    body = code.removeprefix(prefix)
    starts_so = _PLAIN_STRING.match(body) is not None and is_gtin(body[2:16])
    if not prefix and SEPARATOR not in body and not starts_so:
        return None
    return _whole(_split(body.removeprefix(SEPARATOR)))


def _split(body: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    while body:
        length = _IDENTIFIER_LENGTH.get(body[:2])
        if length is None:
            raise CodeRefused("CODE_NOT_READ", "part of this code is in no form of GS1; scan it again, or type the lot number from the container")
        fixed = _FIXED.get(body[:2])
        if fixed is not None:
            element, body = body[:fixed], body[fixed:].removeprefix(SEPARATOR)
            if len(element) < fixed or SEPARATOR in element:
                raise CodeRefused("CODE_NOT_READ", "this code is cut short; scan it again")
        else:
            element, _, body = body.partition(SEPARATOR)
        found.append((element[:length], element[length:]))
    return found


def _whole(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Each identifier once, each with a value of a possible length (section 4.14: the same identifier twice must say the same)."""
    found: dict[str, str] = {}
    for identifier, value in pairs:
        told = value.strip()
        fixed = _FIXED.get(identifier[:2])
        is_cut = fixed is not None and len(told) != fixed - len(identifier)
        if not told or len(told) > _LONGEST_VALUE or is_cut or found.get(identifier, told) != told:
            raise CodeRefused("CODE_NOT_READ", f"the part ({identifier}) of this code cannot be read; scan it again, or type the lot number from the container")
        found[identifier] = told
    return found


def _day(digits: str, *, on: date) -> date:
    """A date YYMMDD; day 00 is the month's last, and the year is the one nearest to today (sections 3.4.7 and 7.12)."""
    if not re.fullmatch(r"[0-9]{6}", digits):
        raise CodeRefused("CODE_NOT_READ", "the expiry date in this code is no date; scan it again")
    short, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    century, away = on.year - on.year % 100, short - on.year % 100
    year = century + short + (-100 if away >= 51 else 100 if away <= -50 else 0)
    try:
        return date(year, month, day or calendar.monthrange(year, month)[1])
    except ValueError as fault:
        raise CodeRefused("CODE_NOT_READ", "the expiry date in this code is no date; scan it again") from fault
