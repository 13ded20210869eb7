"""What every request must satisfy before a page sees it, and the headers every answer carries."""

from flask import Flask, Response, current_app, request, session
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadRequest, Forbidden, MethodNotAllowed, SecurityError

from compounding.config.server import LOOPBACK_HOSTS
from compounding.web import assets
from compounding.web.peer import peer_of

POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self'",
    # The one script asks this server how the allergies that are being typed are read.
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
# A browser's PDF viewer is a page of its own inside the answer: it styles itself, and nothing else is allowed to it.
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{directive} {source}" for directive, source in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Passkeys are asked for by this site's own pages alone.
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)",
}
REFUSED_METHODS = frozenset({"TRACE", "TRACK", "CONNECT"})
CONDITIONS = ("HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE")
COOKIE_HOLDS = frozenset({"csrf_token"})
READING_METHODS = ("GET", "HEAD", "OPTIONS")


HTTPS_ONLY = "max-age=31536000; includeSubDomains"
"""A year; a browser that has once reached this host by HTTPS will not try it otherwise."""


class PlainHttpRefused(Forbidden):
    """The request came over a network without TLS: whatever it holds may have been read on the way."""


class ForwardingRefused(BadRequest):
    """A trusted proxy sent a forwarding header that makes no sense."""


def init_app(app: Flask) -> None:
    """Hook the checks and the headers in; call it before anything else that reads the request."""
    app.before_request(check_peer)
    app.before_request(check_host)
    app.before_request(check_method)
    app.before_request(check_origin)
    app.before_request(forget_conditions)
    app.after_request(add_headers)
    app.after_request(check_cookie)


def check_peer() -> None:
    """Refuse what came over a network without TLS, whichever server runs this; and what a trusted proxy says without sense."""
    peer = peer_of(request)
    if peer.fault:
        raise ForwardingRefused(peer.fault)
    if not peer.is_private:
        raise PlainHttpRefused


def check_host() -> None:
    """Refuse a request for a name that is not ours, so that DNS rebinding cannot reach a pharmacy's own machine.

    Flask's TRUSTED_HOSTS would do, but Werkzeug 3.1 cuts an entry at its first colon and never matches [::1].
    """
    if _host_name() not in current_app.config["ALLOWED_HOSTS"]:
        raise SecurityError("Host is not allowed.")


def _host_name() -> str:
    host, colon, port = request.host.lower().rpartition(":")
    return host if colon and port.isdigit() else request.host.lower()


def check_method() -> None:
    """Refuse methods that would echo a request, cookies and all."""
    if request.method in REFUSED_METHODS:
        raise MethodNotAllowed(valid_methods=READING_METHODS)


def check_origin() -> None:
    """Refuse a change that another site's page asked for; a client that is no browser sends no Sec-Fetch-Site."""
    origin = request.headers.get("Sec-Fetch-Site", "same-origin")
    if request.method not in READING_METHODS and origin not in ("same-origin", "none"):
        raise CSRFError("The request came from another site.")


def forget_conditions() -> None:
    """Answer every page whole and anew: nothing of a patient is kept in a browser that could be "not modified", and no part of a record is sent alone."""
    if request.endpoint != "static":
        for name in CONDITIONS:
            request.environ.pop(name, None)


def check_cookie(response: Response) -> Response:
    """Refuse to sign anything but the form's token into the browser's cookie, which stays on a disk and can be read there."""
    foreign = sorted(set(session) - COOKIE_HOLDS)
    if foreign:
        for name in foreign:
            del session[name]
        raise RuntimeError("the cookie would hold more than the form's token")
    return response


def add_headers(response: Response) -> Response:
    """Put the security headers on everything, and keep pages with patient data out of every cache."""
    response.headers.update(HEADERS)
    if response.mimetype == "application/pdf":
        response.headers["Content-Security-Policy"] = PDF_POLICY
    if request.is_secure and _host_name() not in LOOPBACK_HOSTS:
        response.headers["Strict-Transport-Security"] = HTTPS_ONLY
    response.headers["Cache-Control"] = assets.cache_policy(response) or "no-store"
    return response
