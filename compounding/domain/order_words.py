"""Reading the free text of a medication: which drug, which base, which strengths, and every word that was not understood.

A word outside the vocabulary is never skipped: it is handed on as `unread`, and an unread word holds the order.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from compounding.domain.direction_words import DirectionWords
from compounding.domain.numbers import plain_number

LONGEST_TEXT = 500
"""Characters of a medication text that are read; a longer one is not a medication's name."""

ENTITIES = frozenset({"drug", "petrolatum", "zinc_ointment", "zinc_paste", "zinc_other", "zinc", "other_base", "other_drug", "levigating"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWords:
    """What tells a note about the base from others: `not_of_a_base` speaks of allergies or of zinc in the body; `negations` turn what is named around."""

    not_of_a_base: re.Pattern[str]
    negations: frozenset[str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Phrases by the kind of thing they name. Keys are tuples of tokens, so that longer phrases win over shorter ones.

    `directions` and `notes` are the words that directions for use and notes are read with.
    """

    kinds: Mapping[tuple[str, ...], str]
    longest: int
    sig: Mapping[str, str]
    sig_refused: frozenset[str]
    sig_refused_exact: frozenset[str]
    directions: DirectionWords
    notes: NoteWords


@dataclass(frozen=True, slots=True)
class Piece:
    """One recognised part of the text: its kind, the words, and for a strength its percent w/w."""

    kind: str
    words: str
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReading:
    """What one wording says: its pieces in order, and the words nobody knows."""

    text: str
    pieces: tuple[Piece, ...]
    unread: tuple[str, ...]

    def has(self, *kinds: str) -> bool:
        """Whether any piece is of one of these kinds."""
        return any(piece.kind in kinds for piece in self.pieces)

    def words_of(self, *kinds: str) -> tuple[str, ...]:
        """The words of every piece of these kinds."""
        return tuple(piece.words for piece in self.pieces if piece.kind in kinds)


# A point or comma that opens a number belongs to it: ".25 %" is a quarter of a percent with its zero left out, never 25 %.
_TOKEN = re.compile(r"(?<!\w)\.[0-9][0-9.,]*|(?<!\S),[0-9][0-9.,]*|[0-9]+(?:[.,][0-9]+)*|[^\W\d_][\w.']*[\w']|[^\W\d_]|[%/:;,+&()=<>]|\S")
_PERCENT_WORDS = {"%", "percent", "prozent", "pct", "proz"}
_PERCENT_PAIRS = {("per", "cent"), ("pour", "cent"), ("por", "ciento")}
_WEIGHT_IN_WEIGHT = {("w", "/", "w"), ("p", "/", "p"), ("m", "/", "m"), ("wt", "/", "wt"), ("g", "/", "g")}
_WEIGHT_IN_VOLUME = {("w", "/", "v"), ("v", "/", "v"), ("p", "/", "v"), ("m", "/", "v"), ("v", "/", "w"), ("wt", "/", "vol")}
IN_GRAMS = {
    **dict.fromkeys(("g", "gm", "gms", "gram", "grams", "gramme", "grammes", "gramo", "gramos", "gramm"), Decimal(1)),
    "mg": Decimal("0.001"),
    "kg": Decimal(1000),
}
_VOLUMES = {"ml", "l", "dl", "cc"}
_PER = {"/", "per", "pour", "por", "par", "pro", "je"}
# "25 g in 100 g" may mean 25 g in the finished 100 g or added to 100 g of base, which is 20 %.
_IN = {"in", "dans", "en", "auf"}
# A wording in a language that writes the decimal comma: its comma can mean nothing else.
_WRITES_A_COMMA = re.compile(r"\b(?:de sodium|sodique|tiosulfato|natrium ?thiosul(?:f|ph)at)\b")
_RAISED_POINT = re.compile("\u00b7(?=[0-9])")
_MARKS = re.compile("[\u00ae\u2122\u00a9]")
_ELISION = re.compile(r"\b([ld])'(?=[^\W\d_]{2})")
_HYPHEN_IN_A_WORD = re.compile(r"(?<=[^\W\d_])[-\u2010\u2011](?=[^\W\d_])")
_PUNCTUATION = frozenset('(),;:.-–—·•*"“”[]&')


def fold(text: str) -> str:
    """The text in one comparable form: compatibility characters resolved, lower case, no accents, plain apostrophes and spaces."""
    text = _MARKS.sub(" ", text)
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(character for character in decomposed if unicodedata.category(character) != "Mn")
    bare = _RAISED_POINT.sub(" .", bare)
    return bare.replace("\u2019", "'").replace("\u00b7", " ").replace("ß", "ss")


def tokens_of(text: str) -> list[str]:
    """The tokens of a text in comparable form."""
    plain = _HYPHEN_IN_A_WORD.sub(" ", _ELISION.sub(r"\1 ", fold(text)))
    return [token if _opens_with_a_point(token) else token.strip(".") or token for token in _TOKEN.findall(plain)]


def _opens_with_a_point(token: str) -> bool:
    return token[0] in ".," and token[1:2].isdigit()


def read_number_token(token: str, *, decimal_comma: bool) -> Decimal | None:
    """The number, or None where it could be read in two ways (a comma in a language that does not write it as the decimal sign)."""
    plain = token.replace(",", ".") if decimal_comma and token.count(",") == 1 and "." not in token else token
    return Decimal(plain) if re.fullmatch(r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,6})?", plain) else None


def read_text(text: str, vocabulary: Vocabulary, *, decimal_comma: bool = False) -> TextReading:
    """The reading of one wording of a medication, a form or a base."""
    if len(text) > LONGEST_TEXT:
        return TextReading(text=text[:LONGEST_TEXT], pieces=(), unread=(f"a text of {len(text)} characters",))
    tokens = tokens_of(text)
    decimal_comma = decimal_comma or _WRITES_A_COMMA.search(fold(text)) is not None
    pieces: list[Piece] = []
    unread: list[str] = []
    at = 0
    while at < len(tokens):
        length, piece = _strength_at(tokens, at, decimal_comma=decimal_comma)
        if piece is None:
            length, piece = _phrase_at(tokens, at, vocabulary)
        if piece is not None:
            pieces.append(piece)
        elif tokens[at] in _PUNCTUATION:
            pieces.append(Piece("punctuation", tokens[at]))
        elif tokens[at] in {"/", "+"}:
            pieces.append(Piece("joins", tokens[at]))
        else:
            unread.append(tokens[at])
        at += length
    return TextReading(text=text, pieces=tuple(pieces), unread=tuple(unread))


def _phrase_at(tokens: list[str], at: int, vocabulary: Vocabulary) -> tuple[int, Piece | None]:
    for length in range(min(vocabulary.longest, len(tokens) - at), 0, -1):
        candidate = tuple(tokens[at : at + length])
        kind = vocabulary.kinds.get(candidate)
        if kind is not None:
            return length, Piece(kind, " ".join(candidate))
    return 1, None


def _strength_at(tokens: list[str], at: int, *, decimal_comma: bool) -> tuple[int, Piece | None]:
    """A number with what makes it a strength, a mass or a ratio; a number alone is unread."""
    if not (tokens[at][0].isdigit() or _opens_with_a_point(tokens[at])):
        return 1, None
    number = read_number_token(tokens[at], decimal_comma=decimal_comma)
    after = tuple(tokens[at + 1 : at + 6])
    words = tokens[at]
    if number is None:
        return 1, Piece("unclear_number", words)
    if (after[:1] and after[0] in _PERCENT_WORDS) or after[:2] in _PERCENT_PAIRS:
        used = 1 if after[0] in _PERCENT_WORDS else 2
        tail = after[used : used + 3]
        if tail in _WEIGHT_IN_VOLUME:
            return used + 4, Piece("volume_strength", f"{words} % {''.join(tail)}")
        used += 3 if tail in _WEIGHT_IN_WEIGHT else 0
        return used + 1, Piece("strength", f"{words} %", number)
    if after[:1] == (":",) or (after[:1] == ("in",) and len(after) > 1 and after[1][0].isdigit()):
        return 3, Piece("ratio", f"{words} {' '.join(after[:2])}")
    if after[:1] and after[0] in IN_GRAMS:
        return _mass_in_mass(number, after, decimal_comma=decimal_comma) or (2, Piece("mass", f"{plain_number(number)} {after[0]}", number))
    if after[:1] and after[0] in _VOLUMES:
        return 2, Piece("volume", f"{words} {after[0]}", number)
    return 1, None


def _mass_in_mass(number: Decimal, after: tuple[str, ...], *, decimal_comma: bool) -> tuple[int, Piece] | None:
    """ "250 mg/g", "25 g per 100 g", "250 mg/1 g": a strength; "250 mg/mL" is one by volume. None where the mass stands alone."""
    unit, rest = after[0], after[1:]
    below, used = Decimal(1), 0
    if len(rest) > 2 and rest[0] in _IN and rest[1][0].isdigit() and rest[2] in IN_GRAMS:
        return 5, Piece("ratio", f"{plain_number(number)} {unit} {' '.join(rest[:3])}")
    if len(rest) > 2 and rest[0] in _PER and rest[1][0].isdigit():
        found = read_number_token(rest[1], decimal_comma=decimal_comma)
        if found is None or not found:
            return 4, Piece("unclear_number", " ".join(rest[:3]))
        below, used = found, 2
    elif len(rest) > 1 and rest[0] in _PER:
        used = 1
    if not used:
        return None
    words = f"{plain_number(number)} {unit} {' '.join(rest[: used + 1])}"
    if rest[used] in _VOLUMES:
        return used + 3, Piece("volume_strength", words)
    if rest[used] not in IN_GRAMS:
        return None
    exact = Fraction(number * IN_GRAMS[unit]) / Fraction(below * IN_GRAMS[rest[used]]) * 100
    percent = (Decimal(exact.numerator) / Decimal(exact.denominator)).normalize()
    if Fraction(percent) != exact:
        return used + 3, Piece("unclear_number", words)
    return used + 3, Piece("strength", words, Decimal(plain_number(percent)))
