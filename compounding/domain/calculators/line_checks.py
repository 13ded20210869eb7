"""Whether a line of an order may be calculated with: no sign, symbol or word that has another reading, and a mass that is the mass of the whole."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from compounding.domain.calculators.answers import CalculationRefused
from compounding.domain.errors import LevigateError
from compounding.domain.order_words import IN_GRAMS, Piece, TextReading
from compounding.domain.strengths import of_the_base_alone
from compounding.domain.units import read_unit

BASES = frozenset({"petrolatum", "zinc_ointment", "zinc_paste", "zinc"})
"""The kinds of words that name a base."""
DRUGS = frozenset({"drug", "abbreviation"})
"""The kinds of words that name the drug."""

_SIGNED = re.compile("(?<![0-9])([+\\-\u2010-\u2015\u2212])[.,]?[0-9]")
_LETTERS = re.compile(r"[^\W\d_]+")
_TO_THE_WHOLE = frozenset({"qs", "q.s", "q.s.", "q.s. ad", "ad", "make", "qsp", "q.s.p", "csp", "c.s.p", "quantity sufficient", "sufficient", "total"})
_ADDING = frozenset({",", ";", "+", "&", "/", "and", "et", "y", "und", "plus", "to", "ad", "zu", "by adding", "je", "pro"})
"""What makes two ingredients a list, in which each has its own mass; "in" makes them one preparation."""
_OF = frozenset({"of", "de", "du", "d"})
_SEVERAL = frozenset({"each", "tubes", "jars"})
_REFUSED_PIECES = {
    "ratio": ("not_parsed", "a ratio may count the drug inside or outside the whole; state the strength in percent"),
    "volume": ("missing_density", "a volume needs a density; state the amount in grams"),
    "volume_strength": ("unit_dimension", "a strength by volume is no strength by weight"),
    "unclear_number": ("ambiguous_number", "a number that may be read in two ways"),
    "anhydrous": ("basis_conflict", "a strength as anhydrous; convert it with strength_basis first"),
}
_REFUSED_KINDS = ("other_drug", "other_base", "zinc_other", "no_zinc", "choice", "either", "not_topical", "form_conflict")


def check_symbols(line: str) -> None:
    """What the reader of words folds away: a sign before a number, and the case of a symbol ("Mg" is a megagram). Raises CalculationRefused."""
    signed = _SIGNED.search(line)
    if signed:
        code = "invalid_number" if signed[1] == "+" else "not_positive"
        raise CalculationRefused(code, f'order_text: "{signed[0]}": an amount has no sign')
    for symbol in _LETTERS.findall(unicodedata.normalize("NFKC", line)):
        if symbol.casefold() in IN_GRAMS:
            try:
                read_unit(symbol)
            except LevigateError as refusal:
                raise CalculationRefused(refusal.code, f"order_text: {refusal.message}") from refusal


def check_words(reading: TextReading) -> None:
    """Every word was understood, and none asks for what this calculation does not do. Raises CalculationRefused."""
    for kind, (code, message) in _REFUSED_PIECES.items():
        for words in reading.words_of(kind):
            raise CalculationRefused(code, f'order_text: "{words}": {message}')
    strangers = [word for word in reading.unread if not word[0].isdigit()]
    for word in strangers:
        try:
            read_unit(word)
        except LevigateError as refusal:
            if refusal.code == "unit_ambiguous":
                raise CalculationRefused("unit_ambiguous", f"order_text: {refusal.message}") from refusal
    if reading.unread and not strangers:
        raise CalculationRefused("unit_missing", f'order_text: the number "{reading.unread[0]}" has no unit')
    several = [words for words in reading.words_of("harmless") if words in _SEVERAL]
    unknown = [*strangers, *reading.words_of(*_REFUSED_KINDS), *several]
    if unknown:
        raise CalculationRefused("not_parsed", f'order_text: "{unknown[0][:40]}" cannot be calculated with')
    for words in of_the_base_alone(reading.pieces):
        raise CalculationRefused("not_parsed", f'order_text: "{words}" may count the drug inside or outside the whole; state the strength in percent')


def is_made_up_to(reading: TextReading, index: int) -> bool:
    """Whether the mass at this place is said to be the whole: "qs 60 g"."""
    return any(piece.words in _TO_THE_WHOLE for piece in reading.pieces[max(index - 2, 0) : index])


def is_of_the_whole(reading: TextReading, index: int) -> bool:
    """Whether the mass at this place can only be that of the whole. In "25 % in 60 g petrolatum" or "25 %, petrolatum 60 g" it may be the base's."""
    if is_made_up_to(reading, index):
        return True
    before = _telling(reversed(reading.pieces[:index]))
    after = _telling(piece for piece in reading.pieces[index + 1 :] if piece.words not in _OF)
    if after and after[0].kind in BASES:
        return False
    if before and before[0].kind in DRUGS:
        return False
    if before and before[0].kind in BASES:
        return any(piece.kind in DRUGS for piece in before) and before[1].words not in _ADDING
    if after and after[0].kind in {*DRUGS, "strength"}:
        return not any(piece.kind in BASES and earlier.words in _ADDING for earlier, piece in pairwise(after))
    return True


def _telling(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces that say something of an ingredient or of how two of them stand together."""
    return [piece for piece in pieces if piece.kind not in {"harmless", "form_ointment", "form_differs", "topical", "pentahydrate"}]
