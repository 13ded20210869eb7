"""Passwords as argon2id hashes, and checking one at the same cost whether it fits, does not, or belongs to nobody."""

import base64
import re
from functools import cache
from typing import TYPE_CHECKING

from compounding.domain.errors import LevigateError
from compounding.domain.passwords import LONGEST, LONGEST_TYPED, PasswordRefused, normalised

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MEMORY_KIB = 64 * 1024
PASSES = 3
LANES = 4
"""RFC 9106, 4, the second recommended option: 64 MiB, three passes, four lanes. More than the OWASP Password Storage Cheat Sheet asks (19 MiB, two, one)."""
_SALT_BYTES, _HASH_BYTES = 16, 32
_MOST_MEMORY_KIB, _MOST_PASSES = 1024 * 1024, 64
_STORED = re.compile(r"\$argon2id\$v=19\$m=([1-9][0-9]{0,7}),t=([1-9][0-9]{0,2}),p=([1-9][0-9]?)\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})", re.ASCII)


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher, Type

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES, hash_len=_HASH_BYTES, salt_len=_SALT_BYTES, type=Type.ID)


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii").rstrip("=")


_NOBODY = f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${_base64(bytes(_SALT_BYTES))}${_base64(bytes(_HASH_BYTES))}"
"""A hash of today's parameters that no password is known to have; the answer of comparing with it is thrown away besides."""


def hash_password(password: str) -> str:
    """The hash to store, with its parameters and a salt of its own. Raises PasswordRefused for what `check_new_password` should have refused before."""
    ready = _ready(password)
    if ready is None:
        raise PasswordRefused("PASSWORD_UNREADABLE", f"The password has more than {LONGEST} characters, or one that cannot be typed again; choose another.")
    return _hasher().hash(ready)


def verify_password(stored: str, password: str) -> bool:
    """Whether the password has this hash. One that could never have been set takes as long to be answered False.

    Raises LevigateError: CREDENTIAL_DAMAGED when the stored text is no whole hash, PASSWORD_NOT_CHECKED when the machine could not do the work.
    """
    from argon2.exceptions import HashingError, VerificationError, VerifyMismatchError

    _check_whole(stored)
    ready = _ready(password)
    try:
        return _hasher().verify(stored, ready or b"") and ready is not None
    except VerifyMismatchError:
        return False
    except (HashingError, VerificationError) as fault:
        raise LevigateError("PASSWORD_NOT_CHECKED", "The password could not be checked, most likely for want of memory; try again in a minute.") from fault


def verify_nobody(password: str) -> None:
    """Spend the time of a real check, for a name that nobody has: an answer that came sooner would tell which names exist."""
    verify_password(_NOBODY, password)


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's: then hash the password anew at sign-in. Raises LevigateError CREDENTIAL_DAMAGED."""
    _check_whole(stored)
    return _hasher().check_needs_rehash(stored)


def _ready(password: str) -> bytes | None:
    """The bytes that are hashed, or None for what can be nobody's password."""
    if len(password) > LONGEST_TYPED or len(ready := normalised(password)) > LONGEST:
        return None
    try:
        return ready.encode("utf-8")
    except UnicodeEncodeError:
        return None


def _check_whole(stored: str) -> None:
    """Raises LevigateError unless the text is a hash as we write it. A hash cut short would otherwise fit no password, or cost gigabytes, without a word."""
    found = _STORED.fullmatch(stored)
    if found:
        memory, passes, lanes = (int(number) for number in found.groups()[:3])
        spare_bits_are_zero = all(_base64(base64.b64decode(part + "=" * (-len(part) % 4))) == part for part in found.groups()[3:])
        if 8 * lanes <= memory <= _MOST_MEMORY_KIB and passes <= _MOST_PASSES and spare_bits_are_zero:
            return
    raise LevigateError("CREDENTIAL_DAMAGED", "The stored password of this account is damaged; let the designated person give the account a new one.")
