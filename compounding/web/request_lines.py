"""The lines a request leaves in the log: its method and the pattern of its route, never an address as it was typed, which may hold a name."""

import secrets
import time

import structlog
from flask import Flask, Response, g, request

_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "TRACK", "CONNECT"})
_WORTH_A_LOOK, _FAULT = frozenset({403, 429}), 500
_OF_A_FORM = frozenset({409, 422})
FIELDS_REFUSED = "FIELDS_REFUSED"
"""The code in the log where a form came back for what its fields hold, and nothing of the program had refused it under a code of its own."""


def init_app(app: Flask) -> None:
    """Write a line for each request at level debug. Register it before every other check, so that refused requests have their line too."""
    app.before_request(_begin)
    app.after_request(_finish)


def incident() -> str:
    """The number of this request's mishap, such as 3f9a-01bc: the same on its page and in its log line, and telling nothing by itself."""
    if "incident" not in g:
        digits = secrets.token_hex(4)
        g.incident = f"{digits[:4]}-{digits[4:]}"
    found: str = g.incident
    return found


def refused(status: int, code: str) -> None:
    """Write the line of a refusal, once for each code: the code alone, since its words may name somebody."""
    told: set[str] = g.setdefault("told_refusals", set())
    if code in told:
        return
    told.add(code)
    logger = structlog.get_logger()
    # Who may not do something and tries, or tries too often, is worth a look; so is what nobody can do just now.
    say = logger.error if status >= _FAULT else logger.warning if status in _WORTH_A_LOOK else logger.info
    say("refused", codes=[code], http_status=status, incident=incident(), **about())


def about() -> dict[str, str]:
    """What a log line says of the request. A route is our own text, such as /orders/<id>; an address that no route has is not repeated."""
    return {"method": request.method if request.method in _METHODS else "other", "route": request.url_rule.rule if request.url_rule else "none"}


def _begin() -> None:
    g.began = time.perf_counter()


def _finish(response: Response) -> Response:
    seconds = round(time.perf_counter() - g.began, 3) if "began" in g else None
    if response.status_code in _OF_A_FORM and not g.get("told_refusals"):
        refused(response.status_code, FIELDS_REFUSED)
    structlog.get_logger().debug("request", http_status=response.status_code, seconds=seconds, **about())
    return response
