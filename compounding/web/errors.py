"""Error pages: one clear sentence and one stable code for each way a request can fail."""

import traceback
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import structlog
from flask import Flask, Response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from compounding.web.security import ForwardingRefused, PlainHttpRefused


@dataclass(frozen=True, slots=True)
class Problem:
    """What a person reads when a request fails; the code never changes, the sentence may."""

    code: str
    heading: str
    sentence: str


PROBLEMS = {
    400: Problem("REQUEST_NOT_UNDERSTOOD", "The request was not understood", "Something in the request was malformed. Go back and try again."),
    403: Problem("NOT_ALLOWED", "You may not do this", "Your role does not allow this step. Ask the designated person."),
    404: Problem("PAGE_NOT_FOUND", "Page not found", "There is no page at this address. Check that it was typed or copied in full."),
    405: Problem("METHOD_NOT_ALLOWED", "This cannot be done here", "The address exists, but not for this kind of request."),
    413: Problem("TOO_LARGE", "What you sent is too large", "An order file may have up to 256 KB. Go back and check that it is the right one."),
    415: Problem("WRONG_KIND_OF_FILE", "This kind of file cannot be read", "Send the order as a FHIR R4 file in JSON."),
    429: Problem("TOO_MANY_REQUESTS", "Too many requests", "Wait a minute, then try again."),
    500: Problem(
        "INTERNAL_FAULT",
        "Levigate has failed",
        "This is a fault of the program, not of what you entered. Check what was recorded before you repeat the step.",
    ),
}
FORM_REFUSED = Problem(
    "FORM_NOT_ACCEPTED",
    "The form was not accepted",
    "It was open for too long or was not sent from this program's own page. Go back, reload the page and send it again.",
)
HOST_REFUSED = Problem("HOST_NOT_ALLOWED", "Unknown address", "Levigate does not answer under this name. Use the address that your pharmacy was given.")

PLAIN_HTTP_REFUSED = Problem(
    "PLAIN_HTTP_REFUSED", "This connection is not safe", "Patients' records are never sent without HTTPS. Open the address again with https:// before it."
)
FORWARDING_REFUSED = Problem(
    "FORWARDING_REFUSED",
    "The proxy was not understood",
    "The proxy before Levigate sent a forwarding header that makes no sense. Ask who keeps it to look at it.",
)


class DiscreetFlask(Flask):
    """A Flask whose log says where a fault arose, and never its message: that may hold what a patient's order says."""

    def log_exception(self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
        """Log the kind of fault and the lines it came through."""
        kind, _, trace = exc_info
        lines = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(trace)[-6:]]
        error = f"{kind.__name__ if kind else 'unknown'} at {' > '.join(lines)}"
        structlog.get_logger().error("fault", route=request.url_rule.rule if request.url_rule else "", method=request.method, error=error)


def init_app(app: Flask) -> None:
    """Give every HTTP error, and every unexpected fault, our page."""
    app.register_error_handler(HTTPException, show)


def show(error: HTTPException) -> AnyResponse:
    """Render the page, keeping status and headers (such as Allow and Retry-After) of the error itself."""
    if error.response is not None or error.code is None or error.code < 400:
        # A redirect, or a finished answer that a view chose to raise.
        return error.get_response()
    response = Response(render_template("errors/error.html", problem=problem_for(error)), status=error.code)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def problem_for(error: HTTPException) -> Problem:
    """Choose the words for an error; one without words of its own gets those of its class."""
    if isinstance(error, CSRFError):
        return FORM_REFUSED
    if isinstance(error, PlainHttpRefused):
        return PLAIN_HTTP_REFUSED
    if isinstance(error, ForwardingRefused):
        return FORWARDING_REFUSED
    if isinstance(error, SecurityError):
        return HOST_REFUSED
    code = error.code or 500
    return PROBLEMS.get(code, PROBLEMS[500 if code >= 500 else 400])
