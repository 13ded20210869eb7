"""How the words of an allergy text are made comparable without losing sight of where they stand.

Reading never changes the text: each token carries its span in the original, so a finding can quote it exactly (clinical rule 9).
Full-width letters, invisible characters, accents and look-alike letters of other alphabets are folded, as they reach real records by
copying and scanning (clinical rule 31).
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕкмтнвзԁһӏӡгипαβειοκρτυνχζωσςηιɪᴢɴᴄƶʐɩıℓ",
    "aeopcyxijskmthbzdhlzrunabeiokptuvxzwssniiznczziil",
)
_SPECIAL = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i"})
_LINE_ENDS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_FILLERS_OF_NO_WIDTH = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_DASHES = frozenset("-‐‑‒–—―−~")
_APOSTROPHES = frozenset("'’‘`´ʼ′\"“”„«»&®™©%_")
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+|\n|[^\w\s]|_")
_TYPED_ASCII = re.compile(r"[\t\n -~]*")
_LATIN = re.compile(r"[a-z]")
_ALPHABETS_WITH_LOOK_ALIKES = re.compile(r"[\u0250-\u02af\u0370-\u052f\u1d00-\u1d7f]")

_SOFT_MARKS = {"(": "(", ")": ")", "[": "(", "]": ")", "{": "(", "}": ")", ",": ",", "،": ",", "、": ",", ":": ":", "/": "/", "\\": "/", "|": ";"}
_HARD_MARKS = {";": ";", "؛": ";", "!": ";", "。": ";", "•": ";", "\n": "\n"}
_OTHER_MARKS = {"?": "?", "؟": "?", "¿": "?", "+": "+", "=": ",", ">": ",", "→": ","}
_HARMLESS_SIGNS = frozenset("+=<>|~^$¢£¥€°±×÷¬§¶©®™№←↑→↓↔⇒⇐➔➜➡►▶▪■□●○◦★☆✓✔♀♂`´¨¯¸\u2800")
"""Symbols that only part or mark words. Any other may stand for letters or a picture, and is a word nobody has explained."""
_LETTERS_IN_BOXES = (0x1F130, 0x1F150, 0x1F170)
_REGIONAL_LETTERS, _TAG_LETTERS = 0x1F1E6, 0xE0000
_MARKS = _SOFT_MARKS | _HARD_MARKS | _OTHER_MARKS


class Token(NamedTuple):
    """One folded word or mark, and where it stands in the text as it was written."""

    word: str
    start: int
    end: int
    is_mark: bool


@lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    """The comparable form of one character: lower case, no accent, no width; empty for one that nobody can see."""
    if character in _LINE_ENDS:
        return "\n"
    if character > "\uffff":
        character = _letter_within(character)
    category = unicodedata.category(character)
    if category in {"Cf", "Cn", "Co", "Cs", "Mn", "Me"} or character in _FILLERS_OF_NO_WIDTH:
        return ""
    if category == "Cc":
        return " " if character == "\t" else ""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(part for part in plain.translate(_SPECIAL) if unicodedata.category(part) not in {"Mn", "Me", "Cf"})


def _letter_within(character: str) -> str:
    """The letter that a box, a circle or a flag holds, or that a tag hides; the character itself when it is none of these."""
    code = ord(character)
    for first in (*_LETTERS_IN_BOXES, _REGIONAL_LETTERS):
        if first <= code < first + 26:
            return chr(ord("a") + code - first)
    hidden = chr(code - _TAG_LETTERS) if _TAG_LETTERS < code < _TAG_LETTERS + 0x7F else ""
    return hidden if hidden.isalnum() else character


def _is_unexplained(sign: str) -> bool:
    """Whether a sign is a symbol that may say something: a picture, a dotted letter."""
    return not sign.isascii() and sign not in _HARMLESS_SIGNS and unicodedata.category(sign)[0] == "S"


def _with_latin_letters(word: str) -> str:
    """A word that mixes alphabets was meant in Latin letters: "zіnc" with a Cyrillic "і" is zinc to every reader."""
    if word.isascii() or not _ALPHABETS_WITH_LOOK_ALIKES.search(word):
        return word
    translated = word.translate(_LOOK_ALIKES)
    return translated if _LATIN.search(word) else word


def tokens_of(text: str, *, most: int | None = None) -> tuple[Token, ...]:
    """The words and meaningful marks of a text, in order; no more than `most` where it is given."""
    plain, places = _folded(text)
    tokens: list[Token] = []
    for match in _TOKEN.finditer(plain):
        word = match.group()
        first, last = match.span()
        start, end = (first, last) if places is None else (places[first], places[last - 1] + 1)
        if word.isalnum():
            tokens.append(Token(word if word.isascii() else _with_latin_letters(word), start, end, False))
        elif _is_unexplained(word):
            tokens.append(Token(word, start, end, False))
        else:
            mark = _MARKS.get(word) or _mark(plain=plain, at=first, before=tokens[-1] if tokens else None)
            if mark:
                tokens.append(Token(mark, start, end, True))
        if most is not None and len(tokens) >= most:
            break
    return tuple(tokens)


def _folded(text: str) -> tuple[str, list[int] | None]:
    """The text in comparable form, and where each of its characters stood; no places where they are the same."""
    if _TYPED_ASCII.fullmatch(text):
        return text.lower().replace("\t", " "), None
    forms = {character: _fold(character) for character in set(text)}
    if all(len(form) == 1 for form in forms.values()):
        return text.translate({ord(character): form for character, form in forms.items()}), None
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        parts = forms[character]
        if len(parts) == 1:
            folded.append(parts)
            places.append(place)
        elif parts:
            folded.extend(parts)
            places.extend([place] * len(parts))
    return "".join(folded), places


def _mark(*, plain: str, at: int, before: Token | None) -> str:
    """What a sign between words means: a break, a link that is part of a word (empty), or a doubt."""
    sign = plain[at]
    following = plain[at + 1 : at + 2]
    if sign in _APOSTROPHES:
        return ""
    if sign in _DASHES:
        inside_a_word = plain[at - 1 : at].isalnum() and following.isalnum() and sign in "-‐‑−"
        return "" if inside_a_word else ","
    if sign in ".…":
        after_one_letter = before is not None and not before.is_mark and len(before.word) == 1 and before.word.isalpha()
        return "" if following.isalnum() or after_one_letter else "."
    return ","


def words_of(name: str) -> tuple[str, ...]:
    """A name as the reader will meet it: the same folding as for a text."""
    return tuple(token.word for token in tokens_of(name))
