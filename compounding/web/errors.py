"""Error pages: every way a request can fail ends in one page, or one JSON object, with a code, a sentence and an incident's number."""

import logging
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

import structlog
from flask import Flask, Response, current_app, jsonify, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as AnyResponse

from compounding.domain.errors import LevigateError
from compounding.web import problems
from compounding.web.problems import PROBLEMS, Problem
from compounding.web.request_limits import is_for_scripts
from compounding.web.request_lines import about, incident, refused
from compounding.web.unlocking import answer_to_old_token

__all__ = ["PROBLEMS", "DiscreetFlask", "Problem", "init_app"]

_FAULT, _WAIT = 500, frozenset({429, 503})
_KINDS = ("text/html", "application/json")
_BARE = "errors/bare.html"
"""The page for when not even the error page can be made, as while the database that knows who is signed in cannot be reached."""


class DiscreetFlask(Flask):
    """A Flask whose log says where a fault arose, and never its message: that may hold what a patient's order says."""

    def log_exception(self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
        """Log the kind of fault and the lines it came through."""
        kind, _, trace = exc_info
        lines = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(trace)[-6:]]
        error = f"{kind.__name__ if kind else 'unknown'} at {' > '.join(lines)}"
        structlog.get_logger().error("fault", error=error, incident=incident(), **about())


def init_app(app: Flask) -> None:
    """Give every HTTP error, every refusal of the program and every unexpected fault our page."""
    app.register_error_handler(HTTPException, show)
    app.register_error_handler(LevigateError, show_refusal)
    # Flask's own log would write the trace of a fault with its message, where an answer fails after a fault.
    app.logger.addFilter(_without_trace)


def show(error: HTTPException) -> AnyResponse:
    """The page, keeping status and headers (such as Allow and Retry-After) of the error itself."""
    if error.response is not None or error.code is None or error.code < 400:
        # A redirect, or a finished answer that a view chose to raise.
        return error.get_response()
    # Typed work whose page met a newer sign-in is given back to its person rather than lost.
    kept = answer_to_old_token(error)
    if kept is not None:
        return kept
    was_logged = isinstance(error, InternalServerError) and error.original_exception is not None
    problem = problems.of_http(error)
    if not was_logged:
        refused(error.code, problem.code)
    return _answer(error.code, problem, error.get_headers())


def show_refusal(error: LevigateError) -> AnyResponse:
    """The page of what the program refused. Its sentence is shown to who asked; the log holds the code alone."""
    status, problem = problems.of_refusal(error)
    if status == _FAULT:
        current_app.log_exception(sys.exc_info())
    refused(status, problem.code)
    return _answer(status, problem, [("Retry-After", str(problems.retry_after(error)))] if status in _WAIT else ())


def _answer(status: int, problem: Problem, headers: Iterable[tuple[str, str]]) -> AnyResponse:
    if _wants_json():
        response = jsonify(code=problem.code, message=problem.sentence, incident=incident())
    else:
        response = Response(_page(problem), mimetype="text/html")
    response.status_code = status
    response.vary.add("Accept")
    for name, value in headers:
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _page(problem: Problem) -> str:
    try:
        return render_template("errors/error.html", problem=problem, incident=incident())
    except Exception:  # noqa: BLE001 - whatever keeps the page from being made must not keep its sentence from being read.
        current_app.log_exception(sys.exc_info())
        # Past Flask: what it adds to every template may be the very thing that fails.
        return current_app.jinja_env.get_template(_BARE).render(problem=problem, incident=incident())


def _wants_json() -> bool:
    return is_for_scripts() or request.is_json or request.accept_mimetypes.best_match(_KINDS) == "application/json"


def _without_trace(record: logging.LogRecord) -> bool:
    record.exc_info, record.exc_text = None, None
    return True
