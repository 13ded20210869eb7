"""A refusal of the program beside the field it is about, so that the form's own summary names it."""

from wtforms import Field  # type: ignore[import-untyped]

from compounding.domain.errors import LevigateError


def beside(field: Field, refusal: LevigateError) -> None:
    """Say it there, as a sentence."""
    field.errors = [*field.errors, sentence(refusal)]


def sentence(refusal: LevigateError) -> str:
    """The refusal with a capital and a full stop."""
    told = refusal.message[:1].upper() + refusal.message[1:]
    return told if told.endswith((".", "?", "!")) else f"{told}."
