"""Structured logs, from the first line without patient data: events, codes and our own numbers, never names, texts or order contents."""

import logging
import sys

import structlog

ALLOWED = frozenset("event level timestamp status codes count seconds path method address port lot version error http_status notice".split())
"""The only keys that may stand in a log line. A key that is not here is dropped, and its dropping is logged."""


def drop_what_is_not_allowed(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """A structlog processor: keeps the allowed keys and names the others that were given."""
    kept = {key: value for key, value in event.items() if key in ALLOWED}
    dropped = sorted(set(event) - ALLOWED)
    if dropped:
        kept["notice"] = "dropped keys: " + ", ".join(dropped)
    return kept


def configure() -> None:
    """Log JSON lines to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            drop_what_is_not_allowed,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
