"""The digest in a label's code: sixteen letters that change with any word of the finished text, so that a label can be held against its record."""

import hashlib
import unicodedata
from dataclasses import fields, replace
from typing import Any

from compounding.domain.canonical_text import canonical_text
from compounding.domain.label_content import CodeKind, LabelContent

ALPHABET = "2345679CFGHJKNPQRVWX"
"""No vowel and no look-alike: it spells nothing, is read aloud without a slip, and stands in every code's character set."""

DIGEST_LENGTH = 16


def digest_of(content: LabelContent) -> str:
    """The digest of everything the label says, its language and its translation included, the codes themselves left out.

    About 69 bits of a SHA-256 over the text in Unicode's composed form (NFC): two ways of storing the same letters are one text.
    """
    number = int.from_bytes(hashlib.sha256(canonical_text(_as_read(content)).encode()).digest(), "big")
    letters = []
    for _ in range(DIGEST_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def _as_read(content: LabelContent) -> LabelContent:
    """The content in composed letters and without codes, before the lengths of its texts are counted."""
    read: dict[str, Any] = {}
    for each in fields(content):
        value = getattr(content, each.name)
        if isinstance(value, tuple):
            read[each.name] = tuple(unicodedata.normalize("NFC", text) for text in value)
        elif isinstance(value, str):
            read[each.name] = unicodedata.normalize("NFC", value)
    other = _as_read(content.translation) if content.translation is not None else None
    return replace(content, **{**read, "code": "", "code_kind": CodeKind.DATA_MATRIX, "translation": other})
