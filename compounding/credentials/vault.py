"""Secrets that must be read again, such as the seed of one-time codes, sealed under the installation's own secret.

AES-256-GCM with a fresh nonce; the key comes from the installation's secret by HKDF-SHA256 (RFC 5869), so that no other use of that secret has the same key.
What a text is about is sealed with it: copied to another person's row it cannot be opened.
"""

import base64
import binascii
import secrets
from typing import TYPE_CHECKING

from compounding.domain.errors import LevigateError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SHORTEST_SECRET = 32
"""The fewest bytes of an installation's secret."""
_INFO = b"levigate credentials vault 1"
_MARK = "v1."
_KEY_BYTES, _NONCE_BYTES, _TAG_BYTES = 32, 12, 16


class VaultRefused(LevigateError):
    """A sealed text cannot be opened: with this installation's secret, for this row, or any more."""


class Vault:
    """Seals and opens texts under one installation's secret."""

    __slots__ = ("_cipher", "_secret")

    def __init__(self, secret: bytes) -> None:
        """Take the installation's secret. Raises LevigateError SECRET_TOO_SHORT for fewer than 32 bytes."""
        if len(secret) < SHORTEST_SECRET:
            raise LevigateError("SECRET_TOO_SHORT", f"The installation's secret must have at least {SHORTEST_SECRET} bytes; remove the file to have one made.")
        self._secret = bytes(secret)
        self._cipher: AESGCM | None = None

    def seal(self, text: str, *, about: str) -> str:
        """The text sealed, as printable ASCII, different each time. `about` must be the same when it is opened: name the kind and the row."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._ready_cipher().encrypt(nonce, text.encode("utf-8"), about.encode("utf-8"))
        return _MARK + base64.urlsafe_b64encode(nonce + sealed).decode("ascii")

    def open(self, sealed: str, *, about: str) -> str:
        """The text that was sealed. Raises VaultRefused SECRET_CHANGED for another secret, another `about`, or a damaged text."""
        from cryptography.exceptions import InvalidTag

        try:
            content = base64.b64decode(sealed.removeprefix(_MARK).encode("ascii"), altchars=b"-_", validate=True)
            if not sealed.startswith(_MARK) or len(content) < _NONCE_BYTES + _TAG_BYTES:
                raise _refused()
            return self._ready_cipher().decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], about.encode("utf-8")).decode("utf-8")
        except (InvalidTag, binascii.Error, UnicodeError) as fault:
            raise _refused() from fault

    def _ready_cipher(self) -> "AESGCM":
        if self._cipher is None:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM
            from cryptography.hazmat.primitives.hashes import SHA256
            from cryptography.hazmat.primitives.kdf.hkdf import HKDF

            self._cipher = AESGCM(HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_INFO).derive(self._secret))
        return self._cipher


def _refused() -> VaultRefused:
    return VaultRefused(
        "SECRET_CHANGED",
        "What was sealed for this account cannot be opened: the file with the installation's secret was replaced, or the entry was altered; "
        "restore the file from the backup, or give the person a new second factor.",
    )
