"""Structured logs, from the first line without patient data: events, codes and our own numbers, never names, texts or order contents."""

import logging
import os
import sys

import structlog

from compounding.domain.errors import LevigateError

_ABOUT_THE_LINE = ("event", "level", "timestamp", "notice")
_ABOUT_THE_WORK = ("status", "codes", "count", "seconds", "route", "method", "address", "port", "lot", "version", "error", "http_status", "incident")
ALLOWED = frozenset((*_ABOUT_THE_LINE, *_ABOUT_THE_WORK))
"""The only keys that may stand in a log line. A key that is not here is dropped, and its dropping is logged."""


def drop_what_is_not_allowed(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """A structlog processor: keeps the allowed keys and names the others that were given."""
    kept = {key: value for key, value in event.items() if key in ALLOWED}
    dropped = sorted(set(event) - ALLOWED)
    if dropped:
        kept["notice"] = "dropped keys: " + ", ".join(dropped)
    return kept


LEVEL_VARIABLE = "LEVIGATE_LOG_LEVEL"
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure(*, quiet: bool = False, level: str | None = None) -> None:
    """Log JSON lines to standard error: from `level`, else from the level in LEVIGATE_LOG_LEVEL; without either, warnings from a `quiet` command, and infos
    from a server.

    An unknown level is refused: a log that is silently off is found out too late.
    """
    told = level or os.environ.get(LEVEL_VARIABLE, "").strip().lower()
    if told and told not in LEVELS:
        raise LevigateError("LOG_LEVEL_UNKNOWN", f"{LEVEL_VARIABLE} must be one of {', '.join(LEVELS)}")
    lowest = LEVELS[told] if told else logging.WARNING if quiet else logging.INFO
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            drop_what_is_not_allowed,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(lowest),
        # Standard error is looked up for each logger: a stream that was swapped and closed meanwhile would make every log line a fault.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
