"""What every request must satisfy before a page sees it, and the headers every answer carries."""

from flask import Flask, Response, current_app, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import MethodNotAllowed, SecurityError

from compounding.web import assets

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
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
REFUSED_METHODS = frozenset({"TRACE", "TRACK", "CONNECT"})
READING_METHODS = ("GET", "HEAD", "OPTIONS")


def init_app(app: Flask) -> None:
    """Hook the checks and the headers in; call it before anything else that reads the request."""
    app.before_request(check_host)
    app.before_request(check_method)
    app.before_request(check_origin)
    app.after_request(add_headers)


def check_host() -> None:
    """Refuse a request for a name that is not ours, so that DNS rebinding cannot reach a pharmacy's own machine.

    Flask's TRUSTED_HOSTS would do, but Werkzeug 3.1 cuts an entry at its first colon and never matches [::1].
    """
    host, colon, port = request.host.lower().rpartition(":")
    name = host if colon and port.isdigit() else request.host.lower()
    if name not in current_app.config["ALLOWED_HOSTS"]:
        raise SecurityError("Host is not allowed.")


def check_method() -> None:
    """Refuse methods that would echo a request, cookies and all."""
    if request.method in REFUSED_METHODS:
        raise MethodNotAllowed(valid_methods=READING_METHODS)


def check_origin() -> None:
    """Refuse a change that another site's page asked for; a client that is no browser sends no Sec-Fetch-Site."""
    origin = request.headers.get("Sec-Fetch-Site", "same-origin")
    if request.method not in READING_METHODS and origin not in ("same-origin", "none"):
        raise CSRFError("The request came from another site.")


def add_headers(response: Response) -> Response:
    """Put the security headers on everything, and keep pages with patient data out of every cache."""
    response.headers.update(HEADERS)
    if response.mimetype == "application/pdf":
        response.headers["Content-Security-Policy"] = PDF_POLICY
    response.headers["Cache-Control"] = assets.cache_policy(response) or "no-store"
    return response
