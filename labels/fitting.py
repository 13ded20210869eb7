"""Breaks a paragraph into lines that fit: measured, at spaces and hyphens only, never between a number and what it counts.

Nothing is shrunk, hyphenated or cut: a piece wider than the line is refused by name.
"""

import re
from collections.abc import Callable, Set
from functools import lru_cache
from typing import NamedTuple

from labels.errors import DoesNotFit, quoted
from labels.fonts import Face, Style, units, width_of_units_pt

# Half a hundredth of a point: the rounding of a sum of widths, not a space anybody could see.
_ROUNDING_PT = 0.005

# Brackets, quotation marks, signs: whatever may stand before a number's first digit.
_OPENING = r"[^\w\s]*"
# A number keeps the word after it, whatever it is: "60 g", "25 %", "180 days", "1 234 g", "+44 20 7946 0958".
_NUMBER = re.compile(rf"{_OPENING}[\d½¼¾](?:[\d.,:/x×()–-]*[\d½¼¾])?")
# "25 %" and "25%" keep the "w/w" after them.
_PERCENT = re.compile(r".*[%‰]")
_BASIS = re.compile(r"\(?[A-Za-z]{1,2}/[A-Za-z]{1,2}\b.*")
# An opening sign, or a word that means little without the number or name after it.
_KEEPS_NEXT = frozenset({"«", "Rx", "Lot", "Dr", "Dr.", "Dre", "N°", "n°"})
# French sets a space before these signs; none of them begins a line.
_CLOSING_SIGN = re.compile(r"[:;!?»%‰°)\].,]+")

_MONTH = r"(?:jan|feb|fev|fév|mar|apr|avr|abr|may|mai|jun|juin|jul|juil|aug|aoû|aou|ago|sep|oct|nov|dec|déc|dic|ene)[^\W\d_]*\.?"
_DAY = r"\d{1,2}(?:er|re|st|nd|rd|th|º|ª|\.)?"
_YEAR = r"\d{4}"
# Written dates, North American telephone numbers and Canadian postal codes: no line ends inside one of them.
_KEPT_WHOLE = tuple(
    re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE)
    for pattern in (
        rf"{_DAY} (?:de |of )?{_MONTH},?(?: (?:de |del |of )?{_YEAR})?",
        rf"{_MONTH} {_DAY}(?:, ?{_YEAR}| {_YEAR})?",
        rf"{_MONTH},? (?:de |del |of )?{_YEAR}",
        r"\d{4}-\d{2}-\d{2}",
        r"(?:\+?1[ -])?\(?\d{3}\)?[ -]\d{3}[ -]\d{4}",
        r"[a-z]\d[a-z] \d[a-z]\d",
    )
)
# What is whole lets go of the word after it, unless that is a unit after all: "22 November 2026" counts nothing, "2026 mg" does.
_ENDS_WHOLE = re.compile(r".*(?:\d{4}|\d{4}-\d{2}-\d{2})")
_UNIT = re.compile(r"(?:[kcmµμnd]?[gLlm]|mcg|pt|h|min|[%‰°].*)[.,;:)]*")

_HYPHENATED = re.compile(r"\W*[^\W\d_]+(?:-[^\W\d_]+)+\W*")
_HYPHEN = re.compile(r"(?<=[^\W\d_]-)(?=[^\W\d_])")
# A word without any of these has no part in a date, a telephone number or a postal code.
_PART_OF_WHOLE = re.compile(rf"{_MONTH}|(?<!\d)\d{{3}}(?!\d)|[a-z]\d[a-z]|\d{{4}}-\d{{2}}-\d{{2}}", re.IGNORECASE)

# Kept in memory only: the words that most labels share, and the paragraphs that the last labels had in common.
_WORDS_KEPT = 8192
_PARAGRAPHS_KEPT = 512


class _Piece(NamedTuple):
    """Text that may not be broken, its width in the face's units, and whether a space stands before it (nothing does after a hyphen)."""

    text: str
    units: int
    has_space: bool


class _Word(NamedTuple):
    """What decides whether a line may end before or after a word; `pieces` are several for one that may be broken at its hyphens."""

    pieces: tuple[_Piece, ...]
    keeps_next: bool
    is_percent: bool
    is_basis: bool
    closes: bool
    is_unit: bool
    may_be_part_of_whole: bool


@lru_cache(maxsize=_WORDS_KEPT)
def _word(word: str, face: Face) -> _Word:
    # A lot number, an address or a telephone number is no word of letters and hyphens, and stays whole.
    parts = _HYPHEN.split(word) if "-" in word and _HYPHENATED.fullmatch(word) else [word]
    return _Word(
        pieces=tuple([_Piece(part, units(part, face), not number) for number, part in enumerate(parts)]),
        keeps_next=word in _KEEPS_NEXT or _NUMBER.fullmatch(word) is not None,
        is_percent=_PERCENT.fullmatch(word) is not None,
        is_basis=_BASIS.fullmatch(word) is not None,
        closes=_CLOSING_SIGN.fullmatch(word) is not None,
        is_unit=_UNIT.fullmatch(word) is not None,
        may_be_part_of_whole=_PART_OF_WHOLE.search(word) is not None,
    )


def wrap(text: str, style: Style, room_pt: float | Callable[[int], float], *, what: str = "the text") -> tuple[str, ...]:
    """The paragraph as lines no wider than `room_pt`, which may differ from line to line (a function of the line's number, from 0).

    Raises DoesNotFit, naming `what` and the piece, where one piece alone is wider than its line.
    """
    # Widths add up in whole units: nothing is measured twice, and no rounding gathers.
    unit_pt = width_of_units_pt(1, style)
    space = units(" ", style.face)
    is_even = not callable(room_pt)
    room = 0.0
    lines: list[list[_Piece]] = []
    line: list[_Piece] = []
    used = 0
    for piece in _pieces(text, style.face):
        longer = used + piece.units + (space if piece.has_space else 0)
        if line and longer <= room:
            line.append(piece)
            used = longer
            continue
        if not line or not is_even:
            room = ((room_pt(len(lines)) if callable(room_pt) else room_pt) + _ROUNDING_PT) / unit_pt
        line = [piece]
        lines.append(line)
        used = piece.units
        if used > room:
            raise DoesNotFit(f"{what}: {quoted(piece.text)} is wider than the line at {style.size_pt:g} pt and may not be broken.")
    # A last line of one word looks lost, and is easily overlooked: it gets the word before it for company.
    if len(lines) > 1 and len(line) == 1 and len(lines[-2]) > 2:
        company, last = lines[-2][-1], line[0]
        if company.units + (space if last.has_space else 0) + last.units <= room:
            line.insert(0, lines[-2].pop())
    return tuple([_joined(pieces) for pieces in lines])


def _joined(pieces: list[_Piece]) -> str:
    text = "".join([f" {piece.text}" if piece.has_space else piece.text for piece in pieces])
    # What stands before a line's first piece is the end of the line before.
    return text[1:] if pieces[0].has_space else text


@lru_cache(maxsize=_PARAGRAPHS_KEPT)
def _pieces(text: str, face: Face) -> tuple[_Piece, ...]:
    """The unbreakable pieces of the text in order."""
    words = [word for word in text.split(" ") if word]
    known = [_word(word, face) for word in words]
    has_wholes = any(word.may_be_part_of_whole for word in known)
    inside, behind = _spaces_of_wholes(" ".join(words)) if has_wholes else (_NOWHERE, _NOWHERE)
    pieces: list[_Piece] = []
    space = units(" ", face)
    position = -1
    before = _NO_WORD
    for word, about in zip(words, known, strict=True):
        belong_together = before.keeps_next or about.closes or (before.is_percent and about.is_basis)
        is_let_go = position in behind and not about.is_unit and not about.closes
        if pieces and (position in inside or (belong_together and not is_let_go)):
            joined = pieces.pop()
            pieces.append(_Piece(f"{joined.text} {word}", joined.units + space + units(word, face), joined.has_space))
        else:
            pieces += about.pieces
        before = about
        position += len(word) + 1
    return tuple(pieces)


_NO_WORD = _Word((), *[False] * 6)
_NOWHERE: frozenset[int] = frozenset()


def _spaces_of_wholes(text: str) -> tuple[Set[int], Set[int]]:
    """The positions of the spaces inside dates, telephone numbers and postal codes, and of those right behind the complete ones."""
    matches = [match for pattern in _KEPT_WHOLE for match in pattern.finditer(text)]
    inside = {match.start() + offset for match in matches for offset, sign in enumerate(match.group()) if sign == " "}
    return inside, {match.end() for match in matches if _ENDS_WHOLE.fullmatch(match.group())}
