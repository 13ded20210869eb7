"""How a form that is not signed becomes an act: checked, done once, and what refuses it is shown on the form's own page with what is on record now."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeVar

from flask import current_app, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug import Response

from compounding.domain.errors import LevigateError
from compounding.domain.people import NotAllowed
from compounding.storage.errors import Conflict, SentBefore
from compounding.web.access import is_offered
from compounding.web.acting import NOT_BY_THEM, do, the_house
from compounding.web.fields import HiddenField
from compounding.web.problems import is_of_a_page
from compounding.web.problems_beside import tell
from compounding.web.visitors import new_key, the_visitor
from compounding.workflow.signed import time_zone_of
from compounding.workflow.use_case import UseCase

Q = TypeVar("Q")
A = TypeVar("A")

_REFUSED, _NOT_ALLOWED, _STALE = 422, 403, 409


class Answered(Protocol):
    """A form that was sent: how its page answers."""

    status: int
    headers: dict[str, str]
    refusal: LevigateError | None
    key: HiddenField


class ActForm(FlaskForm):  # type: ignore[misc]
    """A form whose act needs no signature. `seen` is the version that the person saw, `key` names the request that a double click sends twice."""

    key = HiddenField()
    seen = HiddenField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.status, self.headers = _REFUSED, dict[str, str]()
        self.refusal: LevigateError | None = None
        self.key.data = self.key.data or new_key()


def act(form: ActForm, use_case: UseCase[Q, A], ask: Callable[[], Q], *, reason: str = "", check: Callable[[], None] | None = None) -> A | None:
    """Do what the form asks; None where something stands against it, with the reason on the form.

    `check` is asked first: that the form was filled in beside the version on record. Raises NotFound and faults.
    """
    is_whole = form.validate()
    try:
        if check is not None:
            check()
        return do(use_case, ask(), reason=reason, key=form.key.data or "") if is_whole else None
    except LevigateError as refusal:
        if is_of_a_page(refusal):
            raise
        keep_refusal(form, as_it_came(form, use_case, refusal))
        return None


def as_it_came(form: Answered, use_case: UseCase[Q, A], refusal: LevigateError) -> LevigateError:
    """What stands against a form that came: nobody else changed anything where the form itself came before, and was done. Sent on from here it is a new one."""
    if not isinstance(refusal, Conflict) or not use_case.was_done(the_house(), by=the_visitor().person.id, key=form.key.data or ""):
        return refusal
    form.key.data = new_key()
    return SentBefore()


def keep_refusal(form: Answered, refusal: LevigateError) -> None:
    """Keep what stands against the act, for the page to show with the status that fits; a line in the log says its code."""
    tell(refusal)
    form.refusal = refusal
    is_denied = isinstance(refusal, NotAllowed) or refusal.code == NOT_BY_THEM
    form.status = _NOT_ALLOWED if is_denied else _STALE if isinstance(refusal, Conflict) else form.status


def page(template: str, form: Answered | None = None, **told: Any) -> Response:
    """The page of a form: as it is opened, or with what stands against what was sent."""
    was_sent = request.method == "POST" and form is not None
    also = {"was_sent": was_sent, "local_time": local_time, "place_of": place_of, "is_offered": is_offered}
    response = Response(render_template(template, form=form, **also, **told), mimetype="text/html")
    if form is not None and was_sent:
        response.status_code = form.status
        response.headers.update(form.headers)
    return response


def go_on(endpoint: str, key: str) -> Response:
    """To the page of what was done, where this application has one, else back to the form's own page, which tells how it stands now."""
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
