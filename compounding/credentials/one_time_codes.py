"""One-time codes of an authenticator app (RFC 6238 with SHA-1, six digits, 30 seconds, as the apps expect), and the QR code that sets one up.

Here a code only finds its time step; that each step opens a door once is kept where the last one is stored.
"""

import base64
import hmac
import secrets
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

from compounding.domain.errors import LevigateError

if TYPE_CHECKING:
    from pyotp import TOTP

DIGITS = 6
SECONDS_OF_A_STEP = 30
_SECRET_BYTES = 20
_STEPS_OFF = (-1, 0, 1)
"""RFC 6238, 5.2: one step either way, for clocks that differ and for typing."""
_QUIET_MODULES = 4
_PIXELS_PER_MODULE = 4
_ABOUT_THE_PICTURE = "QR code that an authenticator app reads"


def new_secret() -> str:
    """A random secret of 160 bits (RFC 4226, 4), in base32 as the apps take it when it is typed."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def code_at(secret: str, at: datetime) -> str:
    """The code that an app shows at this instant.

    Raises LevigateError CREDENTIAL_DAMAGED for a secret that is none, ValueError for an instant without a zone.
    """
    return _totp(secret).generate_otp(_step(at))


def step_of(secret: str, code: str, *, at: datetime) -> int | None:
    """The time step a typed code belongs to: that of the instant, the one before or the one after; None for any other text.

    Steps are counted from 1970, 30 seconds each. Where a code fits two the later one is told, which uses up both. Raises as `code_at` does, and never for
    the text.
    """
    generator, now = _totp(secret), _step(at)
    typed = "".join(code.split())
    is_one = len(typed) == DIGITS and typed.isascii() and typed.isdecimal()
    # Every step is compared whole, so that the time tells neither which one a code fits nor how near a guess came.
    compared = (typed if is_one else "").encode("ascii")
    found = [now + off for off in _STEPS_OFF if now + off >= 0 and hmac.compare_digest(compared, generator.generate_otp(now + off).encode("ascii"))]
    return max(found, default=None)


def setup_uri(secret: str, *, name: str, pharmacy: str) -> str:
    """The otpauth address an app is set up with, under which it shows the pharmacy and the sign-in name."""
    return _totp(secret).provisioning_uri(name=_label(name), issuer_name=_label(pharmacy))


def qr_svg(uri: str) -> str:
    """The address as a QR code, an SVG element that stands in a page as it is. Raises LevigateError QR_CODE_TOO_LONG for what no symbol holds."""
    import zxingcpp

    try:
        barcode = zxingcpp.create_barcode(uri, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    except ValueError as fault:
        raise LevigateError("QR_CODE_TOO_LONG", "The names are too long for a QR code; type the key into the app instead.") from fault
    image: Any = barcode.to_image(scale=1, add_quiet_zones=False)
    rows = cast("list[list[int]]", memoryview(image).tolist())
    side = len(rows) + 2 * _QUIET_MODULES
    dark = "".join(f"M{column} {line}h{run}v1h-{run}z" for line, row in enumerate(rows, _QUIET_MODULES) for column, run in _dark_runs(row))
    pixels = side * _PIXELS_PER_MODULE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{pixels}" height="{pixels}" role="img"'
        f' aria-label="{_ABOUT_THE_PICTURE}" shape-rendering="crispEdges">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{dark}" fill="#000"/></svg>'
    )


def _label(name: str) -> str:
    # Apps split the label at its colon, written out or escaped: one within a name would make another issuer.
    return " ".join(name.replace(":", " ").split())


def _dark_runs(row: list[int]) -> list[tuple[int, int]]:
    """The dark modules of a row that stand together: the column of the first, counted with the clear space, and how many."""
    runs, column = [], _QUIET_MODULES
    for is_dark, modules in groupby(value == 0 for value in row):
        length = len(list(modules))
        if is_dark:
            runs.append((column, length))
        column += length
    return runs


def _totp(secret: str) -> "TOTP":
    from pyotp import TOTP

    try:
        return TOTP(secret, digits=DIGITS, interval=SECONDS_OF_A_STEP)
    except ValueError as fault:
        raise LevigateError("CREDENTIAL_DAMAGED", "The stored secret of the one-time codes is damaged; let the person set up a new second factor.") from fault


def _step(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return int(at.timestamp()) // SECONDS_OF_A_STEP
