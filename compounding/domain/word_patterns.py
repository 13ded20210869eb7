"""From the plain word lists a pharmacist reviews to the patterns a text is searched with.

In a list a star stands for any ending ("inject*"), a question mark for at most one sign ("patch?test"), and # for a whole number ("take # ml*").
Everything else stands for itself, so that whoever reads a list needs to know nothing of regular expressions.
"""

import re
from collections.abc import Iterable

_SIGNS = {"*": r"\w*", "?": ".?", "#": r"\d+"}


def any_of(phrases: Iterable[str]) -> str:
    """A pattern that is any of the phrases, wherever it stands. An empty list finds nothing, and not everything."""
    return (
        "(?:" + "|".join("".join(_SIGNS.get(sign, re.escape(sign)) for sign in phrase) for phrase in phrases) + ")" if (phrases := tuple(phrases)) else r"(?!)"
    )


def any_word_of(phrases: Iterable[str]) -> str:
    """The same, but only as whole words."""
    return rf"\b{any_of(phrases)}\b"


def either(*, parts: Iterable[str], words: Iterable[str]) -> re.Pattern[str]:
    """A search without regard to case for parts of words or for whole words."""
    return re.compile(f"{any_of(parts)}|{any_word_of(words)}", re.IGNORECASE)
