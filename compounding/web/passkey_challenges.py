"""What a passkey has to answer: a random challenge in a signed cookie of its own, good for five minutes, and for whom passkeys are made here."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer

from compounding.credentials.passkeys import RelyingParty, new_challenge
from compounding.web.records import the_records
from compounding.web.visitors import cookie_name, drop_cookie, set_cookie

LASTS = timedelta(minutes=5)
SALT = "levigate passkey challenge"
_COOKIE = "challenge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A challenge that was asked of this browser, and by whom."""

    challenge: bytes
    party: RelyingParty


def relying_party() -> RelyingParty | None:
    """For whom a passkey is made: the host's name. None where the page was opened by an address in figures, for which no browser makes one.

    The host has passed `security.check_host`, so the name is one of this installation's.
    """
    name = request.host.rpartition(":")[0] if request.host.rpartition(":")[2].isdigit() else request.host
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return RelyingParty(id=name.lower(), name="Levigate", origins=(f"{request.scheme}://{request.host.lower()}",))
    return None


def ask() -> bytes:
    """A new challenge for this browser; an earlier one is forgotten."""
    challenge = new_challenge()
    told = [base64.b64encode(challenge).decode(), the_records().clock().isoformat()]
    set_cookie(_COOKIE, str(_signer().dumps(told)), lasts=int(LASTS.total_seconds()))
    return challenge


def take() -> Asked | None:
    """What was asked of this browser, which forgets it; None where nothing was, or too long ago. That it is answered once is the database's to see."""
    party = relying_party()
    drop_cookie(_COOKIE)
    try:
        told = _signer().loads(request.cookies.get(cookie_name(_COOKIE), ""))
        challenge, asked_at = base64.b64decode(told[0], validate=True), datetime.fromisoformat(told[1])
    except (BadData, TypeError, ValueError, LookupError, binascii.Error):
        return None
    if party is None or not timedelta() <= the_records().clock() - asked_at <= LASTS:
        return None
    return Asked(challenge=challenge, party=party)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=SALT)
