"""Which texts may stand in a record that is kept: not blank, without outer blanks, printable, and short enough for the paper they end on."""

import unicodedata
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from compounding.domain.errors import LevigateError, WorkflowRefused, printable

LONGEST_TEXT = 60
"""Characters a name, a number or a method may have; the same limit as in a lot file."""
LONGEST_SENTENCE = 200
"""Characters a reason or one line of an ingredient list may have: cutting either short would lose what it is there for."""
LONGEST_TOLD = 2000
"""Characters of anything a person types into an order or beside it."""
_LINES = frozenset("\t\n\r")


def check_text(text: str, *, what: str, refusal: type[LevigateError], code: str, longest: int = LONGEST_TEXT) -> None:
    """Raises the refusal with the code for a text that is blank, too long, or holds a character without a shape of its own."""
    if not text.strip():
        raise refusal(code, f"{what} is not given")
    if text != text.strip():
        raise refusal(code, f"{what} begins or ends with a blank")
    if len(text) > longest:
        raise refusal(code, f"{what} is longer than {longest} characters")
    if printable(text) != text:
        raise refusal(code, f"{what} holds a character that cannot be printed")


def has_words(text: str) -> bool:
    """Whether the text says anything: a dash, a dot or an invisible character is no answer."""
    return any(character.isalnum() for character in text)


def check_texts(value: Any, *, longest: int | None = LONGEST_TOLD) -> None:
    """Every text in a value, however deep, can be kept as it was typed: no half characters, no control characters but line ends and tabs, not too long.

    Raises WorkflowRefused `TEXT_NOT_ALLOWED`. `longest` is None where the lengths are somebody else's to check.
    """
    if isinstance(value, str):
        _check_characters(value, longest)
    elif is_dataclass(value):
        for each in fields(value):
            check_texts(getattr(value, each.name), longest=longest)
    elif isinstance(value, Mapping):
        check_texts(tuple(value.items()), longest=longest)
    elif isinstance(value, tuple | list | frozenset | set):
        for each in value:
            check_texts(each, longest=longest)


def _check_characters(text: str, longest: int | None) -> None:
    if longest is not None and len(text) > longest:
        raise WorkflowRefused("TEXT_NOT_ALLOWED", f'a text that begins with "{text[:40]}" is longer than {longest:,} characters; shorten it')
    if any(unicodedata.category(character) in {"Cs", "Cc"} and character not in _LINES for character in text):
        raise WorkflowRefused("TEXT_NOT_ALLOWED", f'the text "{text[:40]}" holds a character that no record can keep; type it again')
