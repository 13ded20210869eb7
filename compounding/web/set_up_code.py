"""The code that only whoever sees the server's console knows: without it nobody else on the network could set up the pharmacy first."""

import hashlib
import hmac

from compounding.credentials import readable_codes, tokens

_MEANING = b"levigate set-up code 1"
_GROUPS, _GROUP = 6, 5


def set_up_code(secret: bytes) -> str:
    """Six groups of five signs, 134 bits, from the installation's secret: the same in every process, and kept nowhere."""
    number = int.from_bytes(hmac.new(secret, _MEANING, hashlib.sha256).digest(), "big")
    signs = []
    for _ in range(_GROUPS * _GROUP):
        number, place = divmod(number, len(readable_codes.ALPHABET))
        signs.append(readable_codes.ALPHABET[place])
    return "-".join("".join(signs[start : start + _GROUP]) for start in range(0, len(signs), _GROUP))


def is_set_up_code(secret: bytes, typed: str) -> bool:
    """Whether that was typed, in a time that tells nothing. So many bits need no limit of attempts."""
    return tokens.same(readable_codes.canonical(typed), readable_codes.canonical(set_up_code(secret)))
