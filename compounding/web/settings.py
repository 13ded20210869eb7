"""The web application's settings: defaults, what a caller may change, and the refusal of values that make no sense."""

import os
import secrets
from collections.abc import Mapping

from flask import Flask

SECRET_VARIABLE = "LEVIGATE_SECRET_KEY"  # noqa: S105 - the name of the variable, not its value.
SHORTEST_SECRET = 32
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})

DEFAULTS: Mapping[str, object] = {
    "SITE_NAME": "Example pharmacy",
    "NOTICES": ("Example pharmacy: not for dispensing.",),
    # Names this installation answers to, besides the loopback ones.
    "ALLOWED_HOSTS": (),
    # True only where `serve` binds a loopback address without TLS: browsers would drop a Secure cookie there.
    "PLAIN_HTTP_ON_LOOPBACK": False,
    "MAX_CONTENT_LENGTH": 1024 * 1024,
    # An order file of 256 KB is carried from page to page as text, which makes it a third larger.
    "MAX_FORM_MEMORY_SIZE": 512 * 1024,
    "MAX_FORM_PARTS": 200,
    "SESSION_COOKIE_NAME": "levigate",
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Strict",
    # A form may stay open over a working day: an interrupted pharmacist should not lose what was typed.
    "WTF_CSRF_TIME_LIMIT": 12 * 60 * 60,
    # Our pages send no referrer at all, so its absence proves nothing; `security.py` checks Sec-Fetch-Site instead.
    "WTF_CSRF_SSL_STRICT": False,
}


def apply(app: Flask, config: Mapping[str, object]) -> None:
    """Put defaults, then `config`, then what follows from both into `app.config`."""
    app.config.update(DEFAULTS)
    app.config.update(config)
    for name in ("NOTICES", "ALLOWED_HOSTS"):
        app.config[name] = _texts(name, app.config[name])
    plain_http = app.config["PLAIN_HTTP_ON_LOOPBACK"]
    if not isinstance(plain_http, bool):
        raise TypeError("PLAIN_HTTP_ON_LOOPBACK must be True or False.")
    hosts = frozenset(host.lower() for host in app.config["ALLOWED_HOSTS"])
    if plain_http and not hosts <= LOOPBACK_HOSTS:
        raise ValueError("PLAIN_HTTP_ON_LOOPBACK cannot go with ALLOWED_HOSTS: only the loopback address may be served without TLS.")
    app.config["ALLOWED_HOSTS"] = hosts | LOOPBACK_HOSTS
    app.config["SESSION_COOKIE_SECURE"] = not plain_http
    if not isinstance(app.config["SITE_NAME"], str) or not app.config["SITE_NAME"].strip():
        raise ValueError("SITE_NAME must be the pharmacy's name.")
    app.config["SECRET_KEY"] = _secret_key(app, config.get("SECRET_KEY"))


def _texts(name: str, value: object) -> tuple[str, ...]:
    """Refuse a bare string: taken letter by letter it would be a list of nonsense."""
    if isinstance(value, list | tuple) and all(isinstance(item, str) and item for item in value):
        return tuple(value)
    raise TypeError(f"{name} must be a list of non-empty texts.")


def _secret_key(app: Flask, given: object) -> str | bytes:
    secret = os.environ.get(SECRET_VARIABLE) if given is None else given
    if secret is None:
        app.logger.warning(
            "No %s given: using a random one. Sign-ins and open forms end with this process; more than one process needs a given key.",
            SECRET_VARIABLE,
        )
        return secrets.token_bytes(SHORTEST_SECRET)
    if not isinstance(secret, str | bytes) or len(secret) < SHORTEST_SECRET:
        raise ValueError(f"The secret key must have at least {SHORTEST_SECRET} characters.")
    return secret
