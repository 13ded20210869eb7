"""The blueprint of ingredient lots, which every module of theirs adds its pages to."""

from flask import Blueprint, request

from compounding.web.kept_files import LARGEST_REQUEST
from compounding.web.keys_in_addresses import keys_for

blueprint = Blueprint("stock", __name__)
keys_for(blueprint)

WAY = ["GET", "POST"]
_WITH_FILE = frozenset({"stock.receive", "stock.correct"})


@blueprint.url_value_preprocessor
def _let_a_certificate_in(endpoint: str | None, values: object) -> None:  # noqa: ARG001 - Flask passes both.
    """Only where a certificate is kept may a request be as large as one; it is said before anything of the request is read."""
    if endpoint in _WITH_FILE:
        request.max_content_length = LARGEST_REQUEST
