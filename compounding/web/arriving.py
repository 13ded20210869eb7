"""What happens when somebody has shown who they are: the cookie, the token of the forms, and where the person goes on to."""

from flask import g, redirect, request
from werkzeug import Response

from compounding.web import form_tokens, kept_work, visitors
from compounding.web.local_paths import local_path
from compounding.web.records import the_records
from compounding.workflow.signing_in import Opened
from compounding.workflow.visiting import visit


def begin(site_id: str, opened: Opened) -> None:
    """A session of somebody who was not signed in before: nothing of the browser's earlier session stays."""
    visitors.let_in(site_id, opened)
    form_tokens.begin_for(opened.session.person_id)
    _be(site_id, opened)


def go_on_in(site_id: str, opened: Opened) -> None:
    """The same person again: open pages of theirs stay usable, so the token of the forms stays as it is."""
    visitors.set_cookie("session", f"{site_id}:{opened.token}")
    _be(site_id, opened)


def leave() -> None:
    """Nobody is signed in any more; forms that are still open no longer fit."""
    visitors.let_out()
    form_tokens.begin_for("")
    g.visitor = None


def arrived(person_id: str, path: str) -> Response | str:
    """The page after signing in: what was typed before, or where the person was going."""
    kept = kept_work.carried()
    if kept is not None:
        return kept_work.give_back(kept, person_id)
    return redirect(onward(path), 303)


def onward(path: str) -> str:
    """A page of this program to go on to; without one the page that knows where this person's work is."""
    told = local_path(path)
    return told if told not in {"/", request.script_root + "/"} else f"{request.script_root}/home"


def _be(site_id: str, opened: Opened) -> None:
    """Let the page of this very answer know who is there."""
    records = the_records()
    found = visit(records.database, site_id, opened.token, at=records.clock(), counts_as_seen=False)
    if found is not None:
        g.was = found.person.id
        g.visitor = visitors.Visitor(
            site_id=site_id, site_name=found.site_name, is_example=found.is_example, person=found.person, session=found.session, condition=found.condition,
            token=opened.token,
        )  # fmt: skip
