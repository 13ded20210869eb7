"""The web application's settings: defaults, what a caller may change, and the refusal of values that make no sense."""

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network

from flask import Flask

from compounding.config.secret_key import SHORTEST
from compounding.config.server import LOOPBACK_HOSTS, ServerConfig
from compounding.domain.errors import LevigateError

DEFAULTS: Mapping[str, object] = {
    "SITE_NAME": "Example pharmacy",
    "NOTICES": ("Example pharmacy: not for dispensing.",),
    # Names this installation answers to, besides the loopback ones.
    "ALLOWED_HOSTS": (),
    # Whose word counts about where a request came from.
    "TRUSTED_PROXIES": (),
    # True only where `serve` binds a loopback address without TLS: browsers would drop a Secure cookie there.
    "PLAIN_HTTP_ON_LOOPBACK": False,
    "MAX_CONTENT_LENGTH": 1024 * 1024,
    # An order file of 256 KB is carried from page to page as text, which makes it a third larger.
    "MAX_FORM_MEMORY_SIZE": 512 * 1024,
    "MAX_FORM_PARTS": 200,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Strict",
    "SESSION_COOKIE_PATH": "/",
    # The token lives as long as the session it belongs to: typed work must not be lost to a timer.
    "WTF_CSRF_TIME_LIMIT": None,
    # Our pages send no referrer at all, so its absence proves nothing; `security.py` checks Sec-Fetch-Site instead.
    "WTF_CSRF_SSL_STRICT": False,
}


def of_server(config: ServerConfig) -> dict[str, object]:
    """What `create_app` is given for a server's configuration."""
    return {
        "ALLOWED_HOSTS": sorted(config.allowed_hosts),
        "TRUSTED_PROXIES": config.trusted_proxies,
        "PLAIN_HTTP_ON_LOOPBACK": config.is_plain_http,
        "SECRET_KEY": config.secret,
    }


def apply(app: Flask, config: Mapping[str, object]) -> None:
    """Put defaults, then `config`, then what follows from both into `app.config`. Raises LevigateError `SETTINGS_REFUSED`."""
    app.config.update(DEFAULTS)
    app.config.update(config)
    for name in ("NOTICES", "ALLOWED_HOSTS"):
        app.config[name] = _texts(name, app.config[name])
    app.config["TRUSTED_PROXIES"] = _networks(app.config["TRUSTED_PROXIES"])
    plain_http = app.config["PLAIN_HTTP_ON_LOOPBACK"]
    if not isinstance(plain_http, bool):
        raise _refused("PLAIN_HTTP_ON_LOOPBACK must be True or False")
    hosts = frozenset(host.lower() for host in app.config["ALLOWED_HOSTS"])
    if plain_http and not (hosts <= LOOPBACK_HOSTS and not app.config["TRUSTED_PROXIES"]):
        raise _refused("PLAIN_HTTP_ON_LOOPBACK cannot go with ALLOWED_HOSTS or TRUSTED_PROXIES: only the loopback address may be served without TLS")
    app.config["ALLOWED_HOSTS"] = hosts | LOOPBACK_HOSTS
    app.config["SESSION_COOKIE_SECURE"] = not plain_http
    # The prefix makes a browser hold the cookie to Secure, path / and this host alone, so that no neighbouring host can plant one.
    app.config["SESSION_COOKIE_NAME"] = "levigate" if plain_http else "__Host-levigate"
    if not isinstance(app.config["SITE_NAME"], str) or not app.config["SITE_NAME"].strip():
        raise _refused("SITE_NAME must be the pharmacy's name")
    secret = app.config["SECRET_KEY"]
    if not isinstance(secret, str | bytes) or len(secret) < SHORTEST:
        raise _refused(f"SECRET_KEY must be given, with at least {SHORTEST} characters")


def _refused(sentence: str) -> LevigateError:
    return LevigateError("SETTINGS_REFUSED", sentence)


def _texts(name: str, value: object) -> tuple[str, ...]:
    """Refuse a bare string: taken letter by letter it would be a list of nonsense."""
    if isinstance(value, list | tuple) and all(isinstance(item, str) and item for item in value):
        return tuple(value)
    raise _refused(f"{name} must be a list of non-empty texts")


def _networks(value: object) -> tuple[IPv4Network | IPv6Network, ...]:
    if isinstance(value, list | tuple) and all(isinstance(item, IPv4Network | IPv6Network) for item in value):
        return tuple(value)
    raise _refused("TRUSTED_PROXIES must be a list of IP networks")
