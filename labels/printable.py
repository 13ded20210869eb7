"""Which characters may go on paper: those our faces have a glyph for and that ReportLab sets right without shaping.

A missing glyph vanishes from a PDF without an error, and a direction override shows other text than is stored: both are refused by name.
"""

import unicodedata
from dataclasses import fields, is_dataclass, replace
from functools import cache
from operator import is_
from typing import Any, TypeVar, cast

from labels import fonts
from labels.errors import NotPrintable

Content = TypeVar("Content")

# The scripts set one glyph per character from left to right. Everything else needs shaping or another direction.
_LETTERS = frozenset({"LATIN", "GREEK", "CYRILLIC", "MODIFIER", "SUPERSCRIPT", "FEMININE", "MASCULINE", "MICRO"})
# A glyph exists for these, but it says that something is missing.
_STAND_INS = frozenset("\u25cc\ufffc\ufffd")
# One glyph for several letters: a reader of the file gets letters that are not those of the content.
_LIGATURES = frozenset(map(chr, range(0xFB00, 0xFB07)))
# Values for machines: the code is drawn as a symbol and the language goes into the file's catalogue, neither is set as text.
_NOT_TEXT = frozenset({"code", "language", "code_kind", "pictogram", "address"})

# Characters that were looked at once: a few hundred at most, since our faces have no more of the scripts above than that.
_FOUND_PRINTABLE: set[str] = set()


@cache
def _is_printable(character: str) -> bool:
    if " " <= character <= "~":
        return True
    category = unicodedata.category(character)
    if category[0] in "CM" or category in {"Zl", "Zp"} or character in _STAND_INS or character in _LIGATURES:
        return False
    if unicodedata.bidirectional(character) in {"R", "AL", "AN"}:
        return False
    if category == "Nd" or (category[0] == "L" and unicodedata.name(character, "").split(" ")[0] not in _LETTERS):
        return False
    return ord(character) in fonts.glyphs()


def unprintable_characters(text: str) -> tuple[str, ...]:
    """The characters of the text that cannot be printed, each once and in order, as "U+XXXX NAME".

    The text is composed first (NFC), so a combining accent counts only where no composed letter exists for it.
    """
    found = dict.fromkeys(character for character in unicodedata.normalize("NFC", text) if not _is_printable(character))
    return tuple(f"U+{ord(character):04X} {unicodedata.name(character, '<unnamed>')}" for character in found)


def printable(content: Content) -> Content:
    """The same content with every text composed (NFC); raises NotPrintable with all unprintable characters in any of them."""
    texts: list[str] = []
    composed = _composed(content, texts)
    if not _FOUND_PRINTABLE.issuperset("".join(texts)):
        if found := dict.fromkeys(name for text in texts for name in unprintable_characters(text)):
            raise NotPrintable(found)
        _FOUND_PRINTABLE.update("".join(texts))
    return cast("Content", composed)


@cache
def _texts_of(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name not in _NOT_TEXT)


def _composed(value: object, texts: list[str]) -> object:
    """The value, or a copy of it with its texts composed where one was not; each text is also noted in `texts`."""
    if isinstance(value, str):
        text = value if value.isascii() or unicodedata.is_normalized("NFC", value) else unicodedata.normalize("NFC", value)
        texts.append(text)
        return text
    if isinstance(value, tuple):
        composed = tuple([_composed(item, texts) for item in value])
        return value if all(map(is_, composed, value)) else composed
    if is_dataclass(value) and not isinstance(value, type):
        changed: dict[str, Any] = {}
        for name in _texts_of(type(value)):
            before = getattr(value, name)
            if (after := _composed(before, texts)) is not before:
                changed[name] = after
        return replace(value, **changed) if changed else value
    return value
