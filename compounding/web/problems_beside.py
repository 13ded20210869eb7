"""A refusal of the program beside the field it is about, so that the form's own summary names it, and its line in the log."""

from wtforms import Field  # type: ignore[import-untyped]

from compounding.domain.errors import LevigateError
from compounding.web import request_lines
from compounding.web.problems import is_of_a_page, status_of


def beside(field: Field, refusal: LevigateError) -> None:
    """Say it there, as a sentence. A fault, a database that is not there and what does not exist are raised again: no field is wrong then."""
    if is_of_a_page(refusal):
        raise refusal
    tell(refusal)
    field.errors = [*field.errors, sentence(refusal)]


def tell(refusal: LevigateError) -> None:
    """Write its code to the log where it may stand beside a form; what needs a page of its own gets its line with that page."""
    if not is_of_a_page(refusal):
        request_lines.refused(status_of(refusal), refusal.code)


def sentence(refusal: LevigateError) -> str:
    """The refusal with a capital and a full stop."""
    told = refusal.message[:1].upper() + refusal.message[1:]
    return told if told.endswith((".", "?", "!")) else f"{told}."
