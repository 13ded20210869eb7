"""A software authenticator and its browser: makes passkeys and answers challenges as WebAuthn level 2 says, and lies where a test asks it to."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
HONEST = PRESENT | VERIFIED


def base64url(content: bytes) -> str:
    """Base64url without padding, as browsers write bytes."""
    return urlsafe_b64encode(content).decode("ascii").rstrip("=")


def from_base64url(text: str) -> bytes:
    """The bytes again."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def client_data(kind: str, challenge: bytes, origin: str, **more: Any) -> bytes:
    """What the browser says it was asked, where and by whom."""
    return json.dumps({"type": kind, "challenge": base64url(challenge), "origin": origin, "crossOrigin": False, **more}).encode()


@dataclass
class Authenticator:
    """One device with one passkey. It counts its answers, unless `counts` is False, as synchronised passkeys do."""

    party_id: str
    origin: str
    counts: bool = True
    sign_count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    def public_key(self) -> bytes:
        """The COSE key: EC2, ES256, P-256."""
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})

    def _data(self, flags: int) -> bytes:
        self.sign_count += self.counts
        return hashlib.sha256(self.party_id.encode()).digest() + bytes([flags]) + self.sign_count.to_bytes(4, "big")

    def create(
        self,
        challenge: bytes,
        *,
        flags: int = HONEST,
        kind: str = "webauthn.create",
        public_key: bytes | None = None,
        attested_id: bytes | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """The answer to navigator.credentials.create(), as toJSON() gives it."""
        named = self.credential_id if attested_id is None else attested_id
        attested = bytes(16) + len(named).to_bytes(2, "big") + named + (public_key or self.public_key())
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(flags | ATTESTED) + attested})
        return {
            "id": base64url(self.credential_id), "rawId": base64url(self.credential_id), "type": "public-key", "authenticatorAttachment": "platform", "clientExtensionResults": {},
            "response": {"clientDataJSON": base64url(client_data(kind, challenge, self.origin, **more)), "attestationObject": base64url(attestation), "transports": ["internal", "hybrid"]},
        }  # fmt: skip

    def answer(self, challenge: bytes, *, flags: int = HONEST, kind: str = "webauthn.get", **more: Any) -> dict[str, Any]:
        """The answer to navigator.credentials.get(), as toJSON() gives it."""
        data, said = self._data(flags), client_data(kind, challenge, self.origin, **more)
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ECDSA(SHA256()))
        return {
            "id": base64url(self.credential_id), "rawId": base64url(self.credential_id), "type": "public-key", "authenticatorAttachment": "platform", "clientExtensionResults": {},
            "response": {"clientDataJSON": base64url(said), "authenticatorData": base64url(data), "signature": base64url(signature), "userHandle": base64url(b"person 7")},
        }  # fmt: skip
