"""A photo or printout that stands in for a second person: taken from a form, kept as a file, and carried by its sha256 when the form comes back."""

from contextlib import closing
from typing import Any

from werkzeug.datastructures import FileStorage

from compounding.domain.errors import LevigateError, WorkflowRefused
from compounding.web.acting import the_house
from compounding.web.confirming import add_error
from compounding.web.records import the_records
from compounding.web.visitors import the_visitor
from compounding.workflow.files import keep_file
from compounding.workflow.use_case import Act

LARGEST = 8 * 1024 * 1024
LARGEST_REQUEST = 3 * LARGEST + 1024 * 1024
_BEGINS = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def kept_photo(field: Any, kept: Any) -> str:
    """The sha256 of the file in a field, kept now or when the form was sent before (`kept` is the hidden field that carries it).

    Raises LevigateError with the error beside the field: `EVIDENCE_MISSING`, `CONTENT_TOO_LARGE`, `FILE_TYPE`, and what keeping a file raises.
    """
    chosen = field.data
    try:
        if not isinstance(chosen, FileStorage) or not chosen.filename:
            if kept.data:
                return str(kept.data)
            raise WorkflowRefused("EVIDENCE_MISSING", "a sole practitioner adds a photo or printout, taken now")
        with closing(chosen):
            data = chosen.stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise WorkflowRefused("CONTENT_TOO_LARGE", "the picture is larger than 8 MB; send a smaller one")
        media_type = next((kind for begins, kind in _BEGINS.items() if data.startswith(begins)), "")
        if not media_type:
            raise WorkflowRefused("FILE_TYPE", "the picture is neither PDF, PNG nor JPEG; look at it before you send it again")
        kept.data = keep_file(the_house(), Act(by=the_visitor().person.id, at=the_records().clock()), data, media_type).sha256
    except LevigateError as refusal:
        add_error(field, refusal.message[:1].upper() + refusal.message[1:] + ".")
        raise
    return str(kept.data)
