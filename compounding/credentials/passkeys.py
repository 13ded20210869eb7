"""Passkeys (WebAuthn level 2): the options a browser is given and the check of its answers, as JSON of parseCreationOptionsFromJSON and toJSON.

User verification is required, so that one passkey is two factors: the device, and the finger, face or PIN it asked for. Which challenge belongs to whom, and
that each is answered once, is kept elsewhere.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from compounding.domain.errors import LevigateError

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

Result = TypeVar("Result")

_CHALLENGE_BYTES = 32
_LONGEST_USER_ID = 64
_LONGEST_CREDENTIAL_ID = 1023
_LONGEST_ANSWER = 64 * 1024
"""Characters. An answer has some two thousand; nothing longer is worth parsing."""


class PasskeyRefused(LevigateError):
    """A browser's answer proves nothing. One sentence for every reason: which of them it was helps only who forged it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingParty:
    """Whom passkeys are made for: `id` a host name without port, `name` for people, `origins` the addresses (scheme, host, port) a browser may be at."""

    id: str
    name: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPasskey:
    """What is kept of a passkey. `public_key` is a COSE key; `sign_count` is 0 for passkeys that do not count."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def new_challenge() -> bytes:
    """256 random bits, to be answered once."""
    return secrets.token_bytes(_CHALLENGE_BYTES)


def creation_options(party: RelyingParty, *, user_id: bytes, name: str, display_name: str, exclude: tuple[bytes, ...], challenge: bytes) -> str:
    """The options to make a passkey with, as JSON. `user_id` is 1 to 64 bytes that name no person; `exclude` are the passkeys the person has."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import AuthenticatorSelectionCriteria, ResidentKeyRequirement, UserVerificationRequirement

    # The library would put random bytes in the place of empty ones, and the answer would fit nobody.
    if not 1 <= len(user_id) <= _LONGEST_USER_ID:
        raise ValueError(f"a user id has 1 to {_LONGEST_USER_ID} bytes")
    _check_challenge(challenge)
    options = generate_registration_options(
        rp_id=party.id, rp_name=party.name, user_id=user_id, user_name=name, user_display_name=display_name, challenge=challenge,
        exclude_credentials=_descriptors(exclude),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )  # fmt: skip
    return options_to_json(options)


def verify_creation(party: RelyingParty, *, challenge: bytes, answer: str) -> NewPasskey:
    """The passkey a browser made for this challenge. Raises PasskeyRefused."""

    def checked() -> NewPasskey:
        from webauthn import verify_registration_response
        from webauthn.helpers import decode_credential_public_key, decoded_public_key_to_cryptography

        told = _told(answer)
        made = verify_registration_response(
            credential=told, expected_challenge=challenge, expected_rp_id=party.id, expected_origin=list(party.origins), require_user_verification=True
        )
        if made.credential_id != _credential_id(told):
            raise ValueError("the answer and its attestation name two credentials")
        # Without an attestation nobody has used the key yet: one that cannot be used would lock the person out at the next sign-in.
        decoded_public_key_to_cryptography(decode_credential_public_key(made.credential_public_key))
        return NewPasskey(credential_id=made.credential_id, public_key=made.credential_public_key, sign_count=made.sign_count)

    return _or_refused(checked)


def request_options(party: RelyingParty, *, challenge: bytes, allow: tuple[bytes, ...]) -> str:
    """The options to sign in with, as JSON. `allow` are the person's passkeys; when it is empty the browser offers those it holds itself."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    _check_challenge(challenge)
    options = generate_authentication_options(
        rp_id=party.id, challenge=challenge, allow_credentials=_descriptors(allow), user_verification=UserVerificationRequirement.REQUIRED
    )
    return options_to_json(options)


def verify_request(party: RelyingParty, *, challenge: bytes, answer: str, public_key: bytes, sign_count: int) -> int:
    """The new sign count to keep, if the passkey with this key answered this challenge.

    Raises PasskeyRefused, also where the passkey counts and its count did not grow: then the key was copied, or the answer is an old one.
    """

    def checked() -> int:
        from webauthn import verify_authentication_response

        verified = verify_authentication_response(
            credential=_told(answer), expected_challenge=challenge, expected_rp_id=party.id, expected_origin=list(party.origins),
            credential_public_key=public_key, credential_current_sign_count=sign_count, require_user_verification=True,
        )  # fmt: skip
        return verified.new_sign_count

    return _or_refused(checked)


def credential_id_of(answer: str) -> bytes:
    """Which passkey an answer says it is from, to look up its key; proves nothing yet. Raises PasskeyRefused."""
    return _or_refused(lambda: _credential_id(_told(answer)))


def _or_refused(checked: Callable[[], Result]) -> Result:
    """What the check answers. The library meets odd bytes with exceptions of many kinds; whatever they are, nothing was proved."""
    try:
        return checked()
    except Exception as fault:
        raise PasskeyRefused("PASSKEY_REFUSED", "The passkey was not accepted; try again, or sign in another way.") from fault


def _told(answer: str) -> dict[str, Any]:
    """The browser's answer as an object. Raises for anything else, and for one that was given inside another site's frame."""
    from webauthn.helpers import base64url_to_bytes

    if len(answer) > _LONGEST_ANSWER:
        raise ValueError("too long for an answer")
    told = json.loads(answer)
    if not isinstance(told, dict):
        raise TypeError("not an object")
    client_data = json.loads(base64url_to_bytes(told["response"]["clientDataJSON"]))
    if client_data.get("crossOrigin", False) is not False:
        raise ValueError("answered inside a frame of another site")
    return told


def _credential_id(told: dict[str, Any]) -> bytes:
    from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

    credential_id = base64url_to_bytes(told["rawId"])
    if not 1 <= len(credential_id) <= _LONGEST_CREDENTIAL_ID or bytes_to_base64url(credential_id) != told["id"]:
        raise ValueError("not the id of a credential")
    return credential_id


def _descriptors(credential_ids: tuple[bytes, ...]) -> "list[PublicKeyCredentialDescriptor]":
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=credential_id) for credential_id in credential_ids]


def _check_challenge(challenge: bytes) -> None:
    if len(challenge) < _CHALLENGE_BYTES:
        raise ValueError(f"a challenge has {_CHALLENGE_BYTES} bytes; new_challenge() makes one")
