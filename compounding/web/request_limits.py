"""How much a request may hold, and in which shape: what is larger or means more than one thing is refused before any page reads it.

A parameter that stands twice in an address or a form counts as it stands first; in JSON it is refused.
"""

from collections.abc import Callable
from io import BytesIO
from typing import IO, Any, ParamSpec, TypeVar
from urllib.parse import unquote_to_bytes

from flask import Flask, Request, current_app, request
from werkzeug.exceptions import BadRequest, NotFound, RequestEntityTooLarge, RequestHeaderFieldsTooLarge, RequestURITooLarge, UnsupportedMediaType

Inputs = ParamSpec("Inputs")
Answer = TypeVar("Answer")

LONGEST_TARGET = 128 * 1024
"""Characters of path and query: every field of a calculator filled with thousands of digits is still answered beside the field. granian takes half of it."""

LONGEST_KEY = 200
"""Characters of what an address names; no key, version or file of ours has as many, nor a control character."""

LARGEST_HEADERS = 32 * 1024
"""Characters of all request headers together."""

FORM, FORM_WITH_FILES, JSON = "application/x-www-form-urlencoded", "multipart/form-data", "application/json"
_READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_DAMAGED = "\N{REPLACEMENT CHARACTER}"


class EncodingRefused(UnsupportedMediaType):
    """A body that is neither a form nor JSON, or in an encoding of its own."""


class TextNotReadable(BadRequest):
    """A form whose bytes are not UTF-8. Read leniently, a patient's name would be kept as another one."""


class StrictJson:
    """What reads the JSON of a request: UTF-8, each name once, no NaN, a bounded depth. A fault is answered as a request that was not understood."""

    @staticmethod
    def loads(content: bytes, **_settings: Any) -> object:
        """The value. Raises ValueError."""
        from compounding.fhir.strict_json import NotReadable, read_json

        try:
            return read_json(content)
        except NotReadable as fault:
            raise ValueError(fault.code) from fault


class BoundedRequest(Request):
    """A request whose uploads stay in memory: a file of the temporary folder would hold a patient's order."""

    @property  # type: ignore[override]
    def json_module(self) -> type[StrictJson]:
        """What reads JSON. Flask offers each request its own lenient reader, which is not taken."""
        return StrictJson

    @json_module.setter
    def json_module(self, _offered: object) -> None:
        pass

    def _get_file_stream(self, *_about: Any, **_also: Any) -> IO[bytes]:
        """A place for one uploaded file; MAX_CONTENT_LENGTH bounds it."""
        return BytesIO()


def for_scripts(view: Callable[Inputs, Answer]) -> Callable[Inputs, Answer]:
    """Mark a view that a script asks: it alone may be sent JSON, and its refusals are JSON whatever the request accepts. Goes under the route's decorator."""
    view.is_for_scripts = True  # type: ignore[attr-defined]
    return view


def is_for_scripts() -> bool:
    """Whether the view that this request is for is so marked."""
    return getattr(current_app.view_functions.get(request.endpoint or ""), "is_for_scripts", False)


def init_app(app: Flask) -> None:
    """Hook the limits in, before anything that reads the form."""
    app.request_class = BoundedRequest
    app.before_request(check_head)
    app.before_request(check_body)
    app.before_request(check_form)


def check_head() -> None:
    """Refuse an address or headers beyond anything a browser sends to these pages."""
    if len(request.environ.get("PATH_INFO", "")) + len(request.environ.get("QUERY_STRING", "")) > LONGEST_TARGET:
        raise RequestURITooLarge
    if sum(len(name) + len(value) for name, value in request.headers.items()) > LARGEST_HEADERS:
        raise RequestHeaderFieldsTooLarge


def check_names() -> None:
    """What nothing of ours can be called does not exist: it is answered like any other absent thing, before a database is asked for it."""
    if any(len(each) > LONGEST_KEY or not each.isprintable() for each in (request.view_args or {}).values() if isinstance(each, str)):
        raise NotFound


def check_body() -> None:
    """Refuse by its head a body that is too large, compressed, of an unknown kind or in another encoding than UTF-8."""
    # One page takes more than the others, and says so for its own requests.
    if (request.content_length or 0) > (request.max_content_length or 0):
        raise RequestEntityTooLarge
    if request.method in _READING_METHODS or not (request.content_length or "Transfer-Encoding" in request.headers or request.mimetype):
        return
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity" or request.mimetype not in (FORM, FORM_WITH_FILES, JSON):
        raise EncodingRefused
    # A form's page would take the members of an object for fields, and fail over anything else.
    if request.mimetype == JSON and request.endpoint and not is_for_scripts():
        raise EncodingRefused
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise EncodingRefused


def check_form() -> None:
    """Read the body once, within its limits, and refuse a form of too many fields or with bytes that are no text."""
    if request.method in _READING_METHODS or request.mimetype not in (FORM, FORM_WITH_FILES):
        return
    content = request.get_data(cache=True)
    if request.mimetype == FORM:
        # Werkzeug bounds the parts and the texts of a form with files only.
        if content.count(b"&") >= current_app.config["MAX_FORM_PARTS"] or len(content) > current_app.config["MAX_FORM_MEMORY_SIZE"]:
            raise RequestEntityTooLarge
        try:
            unquote_to_bytes(content).decode("utf-8")
        except UnicodeDecodeError as fault:
            raise TextNotReadable from fault
    elif _DAMAGED.encode() not in content and any(_DAMAGED in name + value for name, value in request.form.items(multi=True)):
        # The mark was not sent: it stands where bytes could not be read.
        raise TextNotReadable
