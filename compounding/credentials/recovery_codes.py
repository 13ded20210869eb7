"""Recovery codes, for the day the telephone is lost: each opens the second factor once, and only their digests are kept."""

from compounding.credentials.readable_codes import canonical, new_code
from compounding.credentials.tokens import digest as digest_of_text

_GROUPS = 6


def new_codes(count: int = 10) -> tuple[str, ...]:
    """That many different codes of 134 random bits, to be shown once. So many bits need no slow hash."""
    codes: set[str] = set()
    while len(codes) < count:
        codes.add(new_code(_GROUPS))
    return tuple(codes)


def digest(code: str) -> str:
    """The sha256, in hexadecimal, of the code as typed: capitals, spaces and hyphens make no difference. Takes any text."""
    return digest_of_text(canonical(code))
