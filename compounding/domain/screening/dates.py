"""Which figures of a text are a date that somebody wrote the record on, and which a bare year of long ago.

"NKDA 12-Mar-2024" is dated; "NKDA in 2010" speaks of 2010, and what was denied then may have come since (clinical rule 31).
"""

from compounding.domain.screening.lexicon import Lexicon, Meaning
from compounding.domain.screening.normalise import Token

_MONTH = "month"
_BETWEEN = frozenset("/,")
_PARTS = 3
_LONGEST_DATE = 5


def is_year(word: str) -> bool:
    """Whether figures are a year of this century or the last."""
    return len(word) == 4 and word.isdigit() and word[:2] in {"19", "20"}


def length(tokens: tuple[Token, ...], *, place: int, lexicon: Lexicon) -> int:
    """How many tokens a date of day, month and year takes from here; none for anything else."""
    parts: list[str] = []
    at = place
    while at < min(len(tokens), place + _LONGEST_DATE) and len(parts) < _PARTS:
        token = tokens[at]
        if token.is_mark:
            if token.word not in _BETWEEN or not parts:
                return 0
        elif _is_figure(token.word) or is_year(token.word):
            parts.append("y" if is_year(token.word) else "d")
        elif _is_month(token.word, lexicon=lexicon):
            parts.append("m")
        else:
            return 0
        at += 1
    if sorted(parts) in (["d", "d", "y"], ["d", "m", "y"], ["d", "d", "m"]):
        return at - place
    is_short = parts == ["d", "d", "d"] and all(token.word == "/" for token in tokens[place:at] if token.is_mark) and at - place == _LONGEST_DATE
    return at - place if is_short else 0


def _is_figure(word: str) -> bool:
    return len(word) <= 2 and word.isdigit()


def _is_month(word: str, *, lexicon: Lexicon) -> bool:
    meaning = lexicon.tree.get(word)
    return isinstance(meaning, Meaning) and meaning.scope == _MONTH
