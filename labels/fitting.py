"""Breaks a paragraph into lines that fit: measured, at spaces and hyphens only, never between a number and what it counts.

Nothing is shrunk, hyphenated or cut: a piece wider than the line is refused by name.
"""

import re
from collections.abc import Callable

from labels.errors import DoesNotFit, quoted
from labels.fonts import Style, width_pt

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

# A piece that may not be broken, and what joins it to the piece before: a space, or nothing after a hyphen.
_Piece = tuple[str, str]
_HYPHENATED = re.compile(r"\W*[^\W\d_]+(?:-[^\W\d_]+)+\W*")


def wrap(text: str, style: Style, room_pt: float | Callable[[int], float], *, what: str = "the text") -> tuple[str, ...]:
    """The paragraph as lines no wider than `room_pt`, which may differ from line to line (a function of the line's number, from 0).

    Raises DoesNotFit, naming `what` and the piece, where one piece alone is wider than its line.
    """
    rooms = room_pt if callable(room_pt) else lambda _: room_pt
    lines: list[list[_Piece]] = []
    for piece in _pieces(text):
        if lines and _fits([*lines[-1], piece], style, rooms(len(lines) - 1)):
            lines[-1].append(piece)
        else:
            lines.append([piece])
            if not _fits([piece], style, rooms(len(lines) - 1)):
                raise DoesNotFit(f"{what}: {quoted(piece[0])} is wider than the line at {style.size_pt:g} pt and may not be broken.")
    # A last line of one word looks lost, and is easily overlooked: it gets the word before it for company.
    if len(lines) > 1 and len(lines[-1]) == 1 and len(lines[-2]) > 2 and _fits([lines[-2][-1], *lines[-1]], style, rooms(len(lines) - 1)):
        lines[-1].insert(0, lines[-2].pop())
    return tuple(_joined(line) for line in lines)


def _joined(pieces: list[_Piece]) -> str:
    return pieces[0][0] + "".join(joint + piece for piece, joint in pieces[1:])


def _fits(pieces: list[_Piece], style: Style, room_pt: float) -> bool:
    return width_pt(_joined(pieces), style) <= room_pt + _ROUNDING_PT


def _pieces(text: str) -> list[_Piece]:
    """The unbreakable pieces of the text in order."""
    words = [word for word in text.split(" ") if word]
    inside, behind = _spaces_of_wholes(" ".join(words))
    pieces: list[_Piece] = []
    position = 0
    previous = ""
    for word in words:
        space = position - 1
        is_let_go = space in behind and not _UNIT.fullmatch(word) and not _CLOSING_SIGN.fullmatch(word)
        if previous and (space in inside or (_belong_together(previous, word) and not is_let_go)):
            before, joint = pieces.pop()
            pieces.append((f"{before} {word}", joint))
        else:
            pieces.extend(_at_hyphens(word))
        previous = word
        position += len(word) + 1
    return pieces


def _spaces_of_wholes(text: str) -> tuple[set[int], set[int]]:
    """The positions of the spaces inside dates, telephone numbers and postal codes, and of those right behind the complete ones."""
    matches = [match for pattern in _KEPT_WHOLE for match in pattern.finditer(text)]
    inside = {match.start() + offset for match in matches for offset, sign in enumerate(match.group()) if sign == " "}
    return inside, {match.end() for match in matches if _ENDS_WHOLE.fullmatch(match.group())}


def _belong_together(word: str, following: str) -> bool:
    return bool(
        _NUMBER.fullmatch(word) or (_PERCENT.fullmatch(word) and _BASIS.fullmatch(following)) or _CLOSING_SIGN.fullmatch(following) or word in _KEEPS_NEXT
    )


def _at_hyphens(word: str) -> list[_Piece]:
    """A word of letters and hyphens in its parts. A lot number, an address or a telephone number is no such word and stays whole."""
    if not _HYPHENATED.fullmatch(word):
        return [(word, " ")]
    parts = re.split(r"(?<=[^\W\d_]-)(?=[^\W\d_])", word)
    return [(part, "" if number else " ") for number, part in enumerate(parts)]
