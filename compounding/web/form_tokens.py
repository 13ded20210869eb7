"""Whose form it is: the token that every form carries names the person it was made for, so that what was typed is never sent in another person's name."""

from flask import current_app, g, request, session
from flask_wtf.csrf import CSRFError
from itsdangerous import BadData, URLSafeTimedSerializer

from compounding.credentials import tokens

FIELD = "csrf_token"
_BETWEEN = "|"


def begin_for(person_id: str) -> None:
    """Make a new token for every form from now on; who is not known yet has an empty id. Forms that are open elsewhere no longer fit."""
    session[FIELD] = person_id + _BETWEEN + tokens.new_token()
    g.pop(FIELD, None)


def owner() -> str:
    """The id of the person for whom the form of this request was made; empty where its token is not ours, too old, or of nobody."""
    given = request.form.get(FIELD, "")
    reader = URLSafeTimedSerializer(current_app.secret_key or "", salt="wtf-csrf-token")
    try:
        told = reader.loads(given, max_age=current_app.config["WTF_CSRF_TIME_LIMIT"])
    except BadData:
        return ""
    person_id, between, _ = str(told).partition(_BETWEEN)
    return person_id if between else ""


def is_same_origin_refusal(error: Exception) -> bool:
    """Whether a form of our own page came with a token that no longer fits: the browser itself says that no other site sent it."""
    return isinstance(error, CSRFError) and request.headers.get("Sec-Fetch-Site") == "same-origin"
