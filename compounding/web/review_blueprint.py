"""The one blueprint of an order under review, whose pages stand in several modules."""

from flask import Blueprint, request

from compounding.web import kept_files
from compounding.web.keys_in_addresses import keys_for

blueprint = Blueprint("review", __name__)
keys_for(blueprint)

WAY = ["GET", "POST"]
ORDER = "orders.show"
"""Where every step of a review leads back to."""


@blueprint.url_value_preprocessor
def _let_a_letter_in(endpoint: str | None, values: object) -> None:  # noqa: ARG001 - Flask passes both.
    """Only where the prescriber's letter is kept may a request be as large as a picture; it is said before anything of the request is read."""
    if endpoint == "review.answer":
        request.max_content_length = kept_files.LARGEST_REQUEST
