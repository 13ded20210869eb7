"""Secrets the program hands out itself, such as the name of a session: only their digests are kept, so that a stolen table opens nothing."""

import hashlib
import hmac
import secrets

from compounding.credentials.readable_codes import new_code

_TOKEN_BYTES = 32
_GROUPS_OF_ACTIVATION = 6


def new_token() -> str:
    """A random token of 256 bits in the letters of addresses and cookies (base64url, 43 characters)."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def digest(token: str) -> str:
    """The sha256 of a token in hexadecimal. Takes any text, as a cookie may hold any; so many random bits need no slow hash."""
    return hashlib.sha256(_bytes(token)).hexdigest()


def new_activation_code() -> str:
    """A code of 134 random bits that a new person types once. Keep `recovery_codes.digest` of it, which overlooks capitals, spaces and hyphens."""
    return new_code(_GROUPS_OF_ACTIVATION)


def same(a: str, b: str) -> bool:
    """Whether two texts are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(_bytes(a), _bytes(b))


def _bytes(text: str) -> bytes:
    # A lone surrogate is no character, but no reason to fail either: it only makes the text another one.
    return text.encode("utf-8", "surrogatepass")
