"""The file of a certificate of analysis: kept as it came when a form brings it, and handed back byte for byte."""

from contextlib import closing

from flask import Response
from werkzeug.datastructures import FileStorage

from compounding.domain.errors import WorkflowRefused
from compounding.web.acting import the_house
from compounding.web.records import the_records
from compounding.web.visitors import the_visitor
from compounding.workflow.files import keep_file
from compounding.workflow.use_case import Act

LARGEST_FILE = 8 * 1024 * 1024
_BEGINS = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_ENDS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
_OTHER = "application/octet-stream"


def kept(chosen: object) -> str:
    """The sha256 of the file that a form brought, kept now; empty where it brought none. Raises LevigateError for a file that is not kept."""
    if not isinstance(chosen, FileStorage) or not chosen.filename:
        return ""
    with closing(chosen):
        data = chosen.stream.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise WorkflowRefused("CONTENT_TOO_LARGE", "the certificate is larger than 8 MB; send a smaller one")
    media_type = _type_of(data)
    if media_type == _OTHER:
        raise WorkflowRefused("FILE_TYPE", "the certificate is neither PDF, PNG nor JPEG; look at it before you send it again")
    act = Act(by=the_visitor().person.id, at=the_records().clock())
    return keep_file(the_house(), act, data, media_type).sha256


def answer(data: bytes, name: str) -> Response:
    """The file, to be looked at; what is none of the three kinds is only downloaded."""
    media_type = _type_of(data)
    response = Response(data, content_type=media_type)
    shown = "attachment" if media_type == _OTHER else "inline"
    response.headers["Content-Disposition"] = f'{shown}; filename="{name}.{_ENDS.get(media_type, "bin")}"'
    return response


def _type_of(data: bytes) -> str:
    return next((kind for begins, kind in _BEGINS.items() if data.startswith(begins)), _OTHER)
