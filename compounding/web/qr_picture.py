"""The QR code of an authenticator app as figures that a template draws: no markup is made outside the templates."""

import re
from dataclasses import dataclass

from compounding.credentials import one_time_codes

_DRAWN = re.compile(r'viewBox="0 0 (\d+) \d+" .*<path d="([^"]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """What an app is set up with: the picture (its side in modules, its dark parts as a path) and the key in groups to type."""

    side: int
    dark: str
    groups: tuple[str, ...]


def set_up(secret: str, *, name: str, pharmacy: str) -> SetUp:
    """The picture and the key of a secret. Raises LevigateError `QR_CODE_TOO_LONG`."""
    found = _DRAWN.search(one_time_codes.qr_svg(one_time_codes.setup_uri(secret, name=name, pharmacy=pharmacy)))
    if found is None:
        raise ValueError("the QR code is not drawn as it was")
    return SetUp(side=int(found[1]), dark=found[2], groups=tuple(secret[at : at + 4] for at in range(0, len(secret), 4)))
