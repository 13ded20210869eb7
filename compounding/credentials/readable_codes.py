"""Codes that people copy from paper: an alphabet without look-alikes, groups of five, and one form for all the ways of typing them."""

import secrets
import unicodedata

ALPHABET = "CDFGHJKMNPQRTVWXY34679"
"""22 signs, 4.46 bits each: without 0 O, 1 I L, 2 Z, 5 S, 8 B, and without vowels, so that no code is a word."""
_GROUP = 5
_MINUS = "\u2212"
_SOFT_HYPHEN = "\u00ad"


def new_code(groups: int) -> str:
    """A random code of so many groups, each of five signs and 22.3 bits, with hyphens between them."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(_GROUP)) for _ in range(groups))


def canonical(code: str) -> str:
    """The code in capitals and without spaces and hyphens of any kind; a sign that is in no code stays, and makes it another code."""
    return "".join(sign for sign in code if not _separates(sign)).upper()


def _separates(sign: str) -> bool:
    return sign.isspace() or sign in (_MINUS, _SOFT_HYPHEN) or unicodedata.category(sign) == "Pd"
