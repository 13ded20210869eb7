"""What a new password must be: long enough, typed again with ease, and neither a common one nor a name; nothing about kinds of characters.

Sources: OWASP ASVS 5.0, 6.2.1 to 6.2.12; NIST SP 800-63B-4, 3.1.1.2.
"""

import unicodedata
from collections.abc import Callable, Iterable

from compounding.domain.errors import LevigateError

SHORTEST = 8
LONGEST = 128
"""Lengths of a password in characters (Unicode code points), both allowed, counted after `normalised`."""

LONGEST_TYPED = 4 * LONGEST
"""No text with more characters normalises to `LONGEST`: a composed character stands for four at most. What is longer is refused without the work."""

_PROGRAM = "levigate"
_CANNOT_BE_TYPED = ("Cc", "Cs", "Zl", "Zp")
"""Unicode's categories of control characters, lone surrogates and separators of lines and paragraphs: no field for passwords takes them from a keyboard."""


class PasswordRefused(LevigateError):
    """This cannot be a password here; another can."""


def normalised(password: str) -> str:
    """The password as it is hashed and compared: in Unicode's form NFC, since keyboards differ in how they send an accent. Nothing is stripped or cut."""
    return unicodedata.normalize("NFC", password)


def check_new_password(password: str, *, is_common: Callable[[str], bool], about: Iterable[str] = ()) -> str:
    """The password normalised, if it may be a person's new one.

    `about` are the names anyone would try first: of the person, of the account, of the pharmacy. Raises PasswordRefused with PASSWORD_TOO_LONG,
    PASSWORD_UNREADABLE, PASSWORD_TOO_SHORT, PASSWORD_IS_A_NAME or PASSWORD_COMMON.
    """
    if len(password) > LONGEST_TYPED:
        raise _too_long()
    if any(unicodedata.category(character) in _CANNOT_BE_TYPED for character in password):
        raise PasswordRefused("PASSWORD_UNREADABLE", "The password holds a character that cannot be typed again; type it anew, or copy it without line breaks.")
    ready = normalised(password)
    if len(ready) < SHORTEST:
        raise PasswordRefused("PASSWORD_TOO_SHORT", f"The password must have at least {SHORTEST} characters; several words in a row are good ones.")
    if len(ready) > LONGEST:
        raise _too_long()
    if _is_a_name(ready, (_PROGRAM, *about)):
        raise PasswordRefused("PASSWORD_IS_A_NAME", "The password is a name that others know, alone or with digits after it; choose another.")
    if is_common(ready):
        raise PasswordRefused("PASSWORD_COMMON", "The password is one of those tried first, since many people use it; choose another.")
    return ready


def _too_long() -> PasswordRefused:
    return PasswordRefused("PASSWORD_TOO_LONG", f"The password must have at most {LONGEST} characters.")


def _is_a_name(password: str, names: Iterable[str]) -> bool:
    """Whether the password is one of the names, or one with only digits after it. An empty name says nothing: every number would be one."""
    text = _bare(password)
    for name in filter(None, map(_bare, names)):
        rest = text.removeprefix(name)
        if text.startswith(name) and (not rest or rest.isdigit()):
            return True
    return False


def _bare(text: str) -> str:
    return "".join(normalised(text).casefold().split())
