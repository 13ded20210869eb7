"""A refusal of the program beside the field it is about, so that the form's own summary names it."""

from wtforms import Field  # type: ignore[import-untyped]

from compounding.domain.errors import LevigateError
from compounding.web.problems import status_of

_OF_A_PAGE = frozenset({404, 500, 503})


def beside(field: Field, refusal: LevigateError) -> None:
    """Say it there, as a sentence. A fault, a database that is not there and what does not exist are raised again: no field is wrong then."""
    if status_of(refusal) in _OF_A_PAGE:
        raise refusal
    field.errors = [*field.errors, sentence(refusal)]


def sentence(refusal: LevigateError) -> str:
    """The refusal with a capital and a full stop."""
    told = refusal.message[:1].upper() + refusal.message[1:]
    return told if told.endswith((".", "?", "!")) else f"{told}."
