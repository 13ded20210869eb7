"""What a person reads when a request fails: one heading, one clear sentence and one stable code for each way."""

from dataclasses import dataclass

from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from compounding.domain.errors import LevigateError, ReferenceDataError
from compounding.domain.people import NotAllowed
from compounding.domain.reading_budget import TooManyPages
from compounding.domain.stock_ledger import LedgerBroken
from compounding.storage.documents import UnreadableDocument
from compounding.storage.errors import Conflict, NotFound, StorageError
from compounding.storage.repeats import KeyReused
from compounding.web.request_limits import EncodingRefused, TextNotReadable
from compounding.web.security import ForwardingRefused, PlainHttpRefused


@dataclass(frozen=True, slots=True)
class Problem:
    """What a person reads when a request fails; the code never changes, the sentence may."""

    code: str
    heading: str
    sentence: str


PROBLEMS = {
    400: Problem("REQUEST_NOT_UNDERSTOOD", "The request was not understood", "Something in the request was malformed. Go back and try again."),
    401: Problem("SIGN_IN_NEEDED", "Sign in first", "This page is for people of this pharmacy. Sign in, then open it again."),
    403: Problem("NOT_ALLOWED", "You may not do this", "Your role does not allow this step. Ask the designated person."),
    404: Problem("PAGE_NOT_FOUND", "Page not found", "There is no page at this address. Check that it was typed or copied in full."),
    405: Problem("METHOD_NOT_ALLOWED", "This cannot be done here", "The address exists, but not for this kind of request."),
    409: Problem("CONFLICT", "Somebody else was here first", "It was changed in the meantime. Look at it again before you go on."),
    413: Problem("TOO_LARGE", "What you sent is too large", "An order file may have up to 256 KB. Go back and check that it is the right one."),
    414: Problem("ADDRESS_TOO_LONG", "The address is too long", "No page of this program has an address of that length. Check that it was copied correctly."),
    415: Problem("WRONG_KIND_OF_FILE", "This kind of file cannot be read", "Send the order as a FHIR R4 file in JSON."),
    422: Problem("NOT_LIKE_THIS", "This cannot be done like this", "Something that was sent does not fit. Go back and look at it again."),
    429: Problem("TOO_MANY_REQUESTS", "Too many requests", "Wait a minute, then try again."),
    431: Problem(
        "HEADERS_TOO_LARGE", "The request was not understood", "The browser sent more beside its request than any page needs. Close it and open it again."
    ),
    500: Problem(
        "INTERNAL_FAULT",
        "Levigate has failed",
        "This is a fault of the program, not of what you entered. Check what was recorded before you repeat the step.",
    ),
    503: Problem("NOT_AVAILABLE", "Levigate cannot answer just now", "Wait a moment, then look whether your last step was kept before you repeat it."),
}
FORM_REFUSED = Problem(
    "FORM_NOT_ACCEPTED",
    "The form was not accepted",
    "It was not sent from this program's own page, or its session has ended. Go back, reload the page and send it again.",
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
ENCODING_REFUSED = Problem(
    "ENCODING_NOT_READABLE", "This cannot be read", "It was sent in another character encoding than UTF-8, compressed, or as no form. Go back and try again."
)
TEXT_DAMAGED = Problem(
    "TEXT_NOT_READABLE",
    "A text was damaged on its way",
    "Some of its characters are not UTF-8, and would be kept as something else. Go back and type them again.",
)
_OF_A_KIND: tuple[tuple[type[HTTPException], Problem], ...] = (
    (CSRFError, FORM_REFUSED),
    (PlainHttpRefused, PLAIN_HTTP_REFUSED),
    (ForwardingRefused, FORWARDING_REFUSED),
    (SecurityError, HOST_REFUSED),
    (EncodingRefused, ENCODING_REFUSED),
    (TextNotReadable, TEXT_DAMAGED),
)

_FAULTS = (ReferenceDataError, UnreadableDocument, LedgerBroken)
"""Refusals that nobody at a page can have caused: something that is kept, or shipped, contradicts itself."""

_DAMAGED = "RECORD_DAMAGED"
_NOT_KEEPABLE = "VALUE_UNWRITABLE"
_OF_A_PAGE = frozenset({404, 429, 500, 503})
RETRY_AFTER_S = {"DATABASE_BUSY": 2, "DATABASE_DEADLOCK": 2, "DATABASE_UNREACHABLE": 10}
"""Seconds until the same step may succeed by itself; for what a person must mend first, half a minute."""

_RETRY_AFTER_A_PERSON_S = 30


def of_http(error: HTTPException) -> Problem:
    """The words for an error of HTTP; one without words of its own gets those of its class."""
    for kind, problem in _OF_A_KIND:
        if isinstance(error, kind):
            return problem
    code = error.code or 500
    return PROBLEMS.get(code, PROBLEMS[500 if code >= 500 else 400])


def of_refusal(error: LevigateError) -> tuple[int, Problem]:
    """The status and the words for what the program refused. The words may name a patient or a person: they are shown, and never logged.

    What does not exist here is told exactly as an address that was never there: another site's records do not exist.
    """
    if isinstance(error, NotFound):
        return 404, PROBLEMS[404]
    if isinstance(error, _FAULTS) or error.code == _DAMAGED:
        return 500, Problem(error.code, PROBLEMS[500].heading, PROBLEMS[500].sentence)
    status = _status(error)
    heading = "This was sent before" if isinstance(error, KeyReused) else PROBLEMS[status].heading
    return status, Problem(error.code, heading, _as_sentence(error.message))


def status_of(error: LevigateError) -> int:
    """The status alone: 409 and 422 are about what was sent, and may stand beside a form; the others need a page of their own."""
    return of_refusal(error)[0]


def is_of_a_page(error: LevigateError) -> bool:
    """Whether it says nothing of what was typed: what does not exist, what has to wait, a fault, a database that is not there."""
    return status_of(error) in _OF_A_PAGE


def retry_after(error: LevigateError) -> int:
    """Seconds to wait before the same request may be sent again."""
    if isinstance(error, TooManyPages):
        return error.seconds
    return RETRY_AFTER_S.get(error.code, _RETRY_AFTER_A_PERSON_S)


def _status(error: LevigateError) -> int:
    if isinstance(error, NotAllowed):
        return 403
    if isinstance(error, TooManyPages):
        return 429
    if isinstance(error, Conflict | KeyReused):
        return 409
    if isinstance(error, StorageError) and error.code != _NOT_KEEPABLE:
        return 503
    return 422


def _as_sentence(message: str) -> str:
    return message[:1].upper() + message[1:] + ("" if message.endswith((".", "?", "!")) else ".")
