"""A session goes on under a new token once its person has shown again who they are; the token of the forms stays, so that other tabs stay good."""

from flask import Flask, Response, g

from compounding.domain.errors import LevigateError
from compounding.web import request_lines
from compounding.web.visitors import cookie_name, door, set_cookie, visitor
from compounding.workflow.signing_in import renew

_NOT_AVAILABLE = 503


def init_app(app: Flask) -> None:
    """Renew at the end of a request; call it after `visitors.init_app`, which puts the cookie on the answer."""
    app.after_request(renew_token)


def shown_again() -> None:
    """The person of this session has shown once more who they are."""
    g.shown_again = True


def renew_token(response: Response) -> Response:
    """Give the browser a new token with the very answer: nothing else is done between the old token's end and the browser's knowing the new one."""
    who = visitor()
    if not g.get("shown_again") or who is None or cookie_name("session") in g.cookies:
        # Whoever changed password or app has a session of a new kind already, and whoever left has none.
        return response
    try:
        opened = renew(door(who.site_id), who.session.id)
    except LevigateError as fault:
        # What was signed is on record, and whoever signed it has to read so.
        request_lines.refused(_NOT_AVAILABLE, fault.code)
        return response
    if opened is not None:
        set_cookie("session", f"{who.site_id}:{opened.token}")
    return response
