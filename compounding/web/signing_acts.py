"""How a signed form becomes an act: checked, confirmed, done; and what refuses it is shown on the form's own page with what is on record now."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from flask import current_app, redirect, render_template, request, url_for
from werkzeug import Response

from compounding.domain.assurance import Assurance
from compounding.domain.errors import LevigateError
from compounding.domain.people import NotAllowed
from compounding.storage.errors import Conflict, NotFound
from compounding.web.access import is_offered
from compounding.web.acting import NOT_BY_THEM, do, the_house
from compounding.web.confirming import SigningForm, add_error
from compounding.web.problems_beside import tell
from compounding.workflow.signed import time_zone_of
from compounding.workflow.use_case import UseCase

Q = TypeVar("Q")
A = TypeVar("A")

_NOT_ALLOWED, _STALE = 403, 409
_CONFIRM = {"CONFIRM_WITH_PASSWORD", "CONFIRM_WITH_SECOND_FACTOR"}


class SignedForm(SigningForm):
    """A form whose act is signed. `seen` is the version, or the fingerprint, of what the person saw; `refusal` what stood against the act."""

    refusal: LevigateError | None = None

    def refused(self, refusal: LevigateError) -> None:
        """Keep the refusal for the page."""
        tell(refusal)
        self.refusal = refusal
        is_denied = isinstance(refusal, NotAllowed) or refusal.code == NOT_BY_THEM
        self.status = _NOT_ALLOWED if is_denied else _STALE if isinstance(refusal, Conflict) else self.status


def sign(form: SignedForm, use_case: UseCase[Q, A], ask: Callable[[], Q], *, reason: str = "", check: Callable[[], None] | None = None) -> A | None:
    """Do what the form asks as a signed act; None where something stands against it, with the reason on the form.

    `check` is asked before the password, so that no one-time code is used up for a record that changed meanwhile. Raises NotFound.
    """
    is_whole = form.validate()
    try:
        if check is not None:
            check()
        asked = ask() if is_whole else None
    except LevigateError as refusal:
        form.refused(refusal)
        return None
    shown = form.confirmed() if is_whole else None
    return _done(form, use_case, asked, reason, shown) if asked is not None and shown is not None else None


def _done(form: SignedForm, use_case: UseCase[Q, A], asked: Q, reason: str, shown: tuple[Assurance, ...]) -> A | None:
    try:
        return do(use_case, asked, reason=reason, key=form.key.data or "", supervisor=form.supervisor_id, shown=shown)
    except NotFound:
        raise
    except LevigateError as refusal:
        if refusal.code in _CONFIRM:
            add_error(form.password, refusal.message[0].upper() + refusal.message[1:] + ".")
        form.refused(refusal)
        return None


def page(template: str, form: SignedForm | None = None, **told: Any) -> Response:
    """The page of a form: as it is opened, or with what stands against what was sent."""
    was_sent = request.method == "POST" and form is not None
    also = {"was_sent": was_sent, "local_time": local_time, "place_of": place_of, "is_offered": is_offered}
    response = Response(render_template(template, form=form, **also, **told), mimetype="text/html")
    if form is not None and was_sent:
        response.status_code = form.status
        response.headers.update(form.headers)
    return response


def go_on(endpoint: str, key: str) -> Response:
    """To the page of what was signed, where this application has one, else back to the form's own page, which tells how it stands now."""
    return redirect(place_of(endpoint, key) or request.script_root + request.path, 303)


def place_of(endpoint: str, key: str) -> str:
    """The address of a page that shows one thing by its key; empty where this application has none."""
    if endpoint not in current_app.view_functions:
        return ""
    (name,) = next(current_app.url_map.iter_rules(endpoint)).arguments
    values: dict[str, Any] = {name: key}
    return url_for(endpoint, **values)


def local_time(at: datetime) -> str:
    """An instant in the pharmacy's time zone, with the zone's name: "2026-11-22 12:00 PST"."""
    return at.astimezone(time_zone_of(the_house())).strftime("%Y-%m-%d %H:%M %Z")


def same_version(seen: str | None, now: int | str, what: str) -> Callable[[], None]:
    """A check that the form was filled in beside the version that is on record. Raises Conflict."""

    def check() -> None:
        if seen != str(now):
            raise Conflict(what)

    return check
