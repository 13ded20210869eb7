"""A file that a form brings (a picture, a letter, a certificate, a photo): kept as it came, carried by its sha256 when the form comes back, and handed back."""

from contextlib import closing
from typing import Any

from flask import Response
from werkzeug.datastructures import FileStorage

from compounding.domain.errors import LevigateError, WorkflowRefused
from compounding.web.acting import the_house
from compounding.web.confirming import add_error
from compounding.web.problems_beside import sentence
from compounding.web.records import the_records
from compounding.web.visitors import the_visitor
from compounding.workflow.files import keep_file
from compounding.workflow.use_case import Act

_MEGABYTES = 8
LARGEST = _MEGABYTES * 1024 * 1024
"""Bytes of one file."""
LARGEST_REQUEST = LARGEST + 1024 * 1024
"""Bytes of a request that brings one, with everything else that is typed."""
_BEGINS = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_ENDS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
_OTHER = "application/octet-stream"


def is_chosen(chosen: object) -> bool:
    """Whether the field brought a file."""
    return isinstance(chosen, FileStorage) and bool(chosen.filename)


def kept(chosen: object, *, what: str) -> str:
    """The sha256 of the file that a field brought, kept now; empty where it brought none. `what` it is called in a refusal ("the letter").

    Raises WorkflowRefused `CONTENT_TOO_LARGE`, `FILE_TYPE`, and what keeping a file raises.
    """
    if not isinstance(chosen, FileStorage) or not chosen.filename:
        return ""
    with closing(chosen):
        data = chosen.stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise WorkflowRefused("CONTENT_TOO_LARGE", f"{what} is larger than {_MEGABYTES} MB; send a smaller one")
    media_type = _type_of(data)
    if media_type == _OTHER:
        raise WorkflowRefused("FILE_TYPE", f"{what} is neither PDF, PNG nor JPEG; look at it before you send it again")
    act = Act(by=the_visitor().person.id, at=the_records().clock())
    return keep_file(the_house(), act, data, media_type).sha256


def kept_of(field: Any, carried: Any, *, what: str, missing: str) -> str:
    """The sha256 of a field's file, kept now or when the form was sent before (`carried` is the hidden field that holds it).

    Raises LevigateError with the error beside the field: as `kept`, and WorkflowRefused `EVIDENCE_MISSING` with `missing` where there is none.
    """
    try:
        carried.data = kept(field.data, what=what) or carried.data
        if not carried.data:
            raise WorkflowRefused("EVIDENCE_MISSING", missing)
    except LevigateError as refusal:
        add_error(field, sentence(refusal))
        raise
    return str(carried.data)


def answer(data: bytes, name: str) -> Response:
    """A kept file, to be looked at; what is none of the three kinds is only downloaded."""
    media_type = _type_of(data)
    response = Response(data, content_type=media_type)
    shown = "attachment" if media_type == _OTHER else "inline"
    response.headers["Content-Disposition"] = f'{shown}; filename="{name}.{_ENDS.get(media_type, "bin")}"'
    return response


def _type_of(data: bytes) -> str:
    return next((kind for begins, kind in _BEGINS.items() if data.startswith(begins)), _OTHER)
