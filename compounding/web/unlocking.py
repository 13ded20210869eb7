"""What somebody sees who has to show again who they are."""

from flask import redirect, request
from werkzeug import Response

from compounding.web.visitors import Visitor


def locked_page(_who: Visitor) -> Response:
    """The page that asks for the password."""
    return redirect(f"{request.script_root}/unlock", 303)


def sign_in_page() -> Response:
    """The page that asks who it is."""
    return redirect(f"{request.script_root}/sign-in", 303)
