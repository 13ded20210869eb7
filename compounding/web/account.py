"""Pages of one's own account: what is on record, and the changes of it, each of which is signed with the password once more."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug import Response as AnyResponse

from compounding.credentials import passkeys
from compounding.domain.errors import LevigateError
from compounding.domain.sessions import Condition, Session
from compounding.storage.errors import NotFound
from compounding.web import passkey_challenges
from compounding.web.access import refuse
from compounding.web.account_forms import ConfirmForm, FullConfirmForm, NewAppForm, PasskeyForm, PasswordForm
from compounding.web.arriving import begin
from compounding.web.confirming import SigningForm
from compounding.web.licences import licence_shown, today_at, zone_of
from compounding.web.problems_beside import beside
from compounding.web.qr_picture import set_up
from compounding.web.visitors import Visitor, door, the_visitor
from compounding.workflow import own_account
from compounding.workflow.example_codes import example_code

blueprint = Blueprint("account", __name__)

DONE = {
    "password": "Your password was changed. Every other session of yours has ended.",
    "second-factor": "The new authenticator app counts from now on; the old one no longer does. Every other session of yours has ended.",
    "passkey": "The passkey was added.",
    "removed": "The passkey was removed.",
    "sessions": "Every other session of yours has ended.",
}
"""What the page says after a change; the address names only which."""
Page = str | AnyResponse | tuple[str, int, dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionShown:
    """A session as its owner sees it, in the pharmacy's time."""

    started: datetime
    seen: datetime
    is_this: bool
    is_locked: bool


@blueprint.app_context_processor
def code_of_an_example() -> dict[str, object]:
    """The present code of an example person, for the hint beside a code field; None for everybody else."""
    from compounding.web.visitors import visitor

    who = visitor()
    return {"example_code": example_code(door(who.site_id), who.person.id) if who is not None and who.is_example else None}


@blueprint.get("/account")
def index() -> Page:
    """What is on record of one's own account."""
    return _index(PasskeyForm())


@blueprint.route("/account/password", methods=("GET", "POST"))
def password() -> Page:
    """Choose another password."""
    form, who = PasswordForm(), the_visitor()
    # Both new ones are compared before the old one is asked about, so that a slip costs no attempt.
    if request.method == "POST" and form.validate() and form.is_same_twice():
        shown = form.confirmed()
        if shown is not None:
            try:
                begin(who.site_id, own_account.change_password(door(who.site_id), who.token, form.new_password.data, shown=shown))
                return _done("password")
            except LevigateError as refusal:
                beside(form.new_password, refusal)
    return _page("account/password.html", form)


@blueprint.route("/account/recovery", methods=("GET", "POST"))
def recovery() -> Page:
    """New recovery codes, on the answering page and never again."""
    form, who = FullConfirmForm(), the_visitor()
    if request.method == "POST" and form.validate():
        shown = form.confirmed()
        if shown is not None:
            codes = own_account.new_recovery_codes(door(who.site_id), who.token, shown=shown)
            return render_template("account/recovery_codes.html", codes=codes)
    seen = own_account.see_own_account(door(who.site_id), who.person.id)
    return _page("account/recovery.html", form, left=seen.recovery_left)


@blueprint.route("/account/second-factor", methods=("GET", "POST"))
def second_factor() -> Page:
    """Another authenticator app: begun by a button, finished with its first code and the old factor."""
    form, who = NewAppForm(), the_visitor()
    if request.method == "GET":
        return render_template("account/second_factor.html")
    if request.form.get("begin"):
        return _new_app(who, NewAppForm(formdata=None))
    if form.validate():
        try:
            # A slip with the new app would otherwise use up the old one's code.
            own_account.check_new_app(door(who.site_id), who.token, form.new_code.data)
            shown = form.confirmed()
            if shown is not None:
                begin(who.site_id, own_account.finish_second_factor(door(who.site_id), who.token, form.new_code.data, shown=shown))
                return _done("second-factor")
        except LevigateError as refusal:
            beside(form.new_code, refusal)
    return _new_app(who, form)


@blueprint.post("/account/passkeys/options")
def passkey_options() -> AnyResponse:
    """What the browser makes a passkey with, as JSON for the script."""
    party, who = passkey_challenges.relying_party(), the_visitor()
    if party is None:
        return _told(
            "PASSKEY_NEEDS_A_NAME", "Passkeys are made for a name. Open this program as http://localhost or under its own name, not under figures.", 409
        )
    seen = own_account.see_own_account(door(who.site_id), who.person.id)
    options = passkeys.creation_options(
        party, user_id=own_account.passkey_user_id(who.site_id, who.person.id), name=seen.sign_in_name, display_name=who.person.name,
        exclude=tuple(own_account.octets_of(each.id) for each in seen.passkeys), challenge=passkey_challenges.ask(),
    )  # fmt: skip
    return Response(options, mimetype="application/json")


@blueprint.post("/account/passkeys")
def add_passkey() -> Page:
    """Keep the passkey that the browser made."""
    form, who = PasskeyForm(), the_visitor()
    if not form.validate():
        return _index(form)
    asked = passkey_challenges.take()
    try:
        if asked is None:
            raise own_account.OwnAccountRefused("PASSKEY_TOO_LATE", "the passkey was not made, or took too long; try again")
        # What the browser sent is looked at first: a passkey that proves nothing would otherwise use up a code.
        made = passkeys.verify_creation(asked.party, challenge=asked.challenge, answer=form.new_passkey.data or "")
        shown = form.confirmed()
        if shown is not None:
            own_account.add_passkey(door(who.site_id), who.token, made, name=form.name.text, shown=shown)
            return _done("passkey")
    except LevigateError as refusal:
        beside(form.name, refusal)
    return _index(form)


@blueprint.route("/account/passkeys/<passkey_id>/remove", methods=("GET", "POST"))
def remove_passkey(passkey_id: str) -> Page:
    """Remove a passkey of one's own; nobody else's exists here."""
    form, who = FullConfirmForm(), the_visitor()
    try:
        passkey = own_account.own_passkey(door(who.site_id), who.person.id, passkey_id)
    except NotFound as refusal:
        refuse(who, refusal)
    if request.method == "POST" and form.validate():
        shown = form.confirmed()
        if shown is not None:
            try:
                own_account.remove_passkey(door(who.site_id), who.token, passkey_id, shown=shown)
                return _done("removed")
            except LevigateError as refusal:
                beside(form.password, refusal)
    return _page("account/remove_passkey.html", form, passkey=passkey)


@blueprint.route("/account/sessions/end", methods=("GET", "POST"))
def end_sessions() -> Page:
    """End every other session of one's own."""
    form, who = ConfirmForm(), the_visitor()
    if request.method == "POST" and form.validate():
        shown = form.confirmed()
        if shown is not None:
            own_account.end_other_sessions(door(who.site_id), who.token, shown=shown)
            return _done("sessions")
    return _page("account/end_sessions.html", form)


def _index(form: PasskeyForm) -> Page:
    who = the_visitor()
    if who.condition is not Condition.OPEN:
        abort(404)
    at_door = door(who.site_id)
    zone = zone_of(who.site_id)
    seen = own_account.see_own_account(at_door, who.person.id)
    status = form.status if form.errors else 200
    return render_template(
        "account/index.html", form=form, account=seen, licence=licence_shown(who.person, today_at(zone)), zone=zone,
        sessions=_sessions(seen.sessions, who, zone),
        done=DONE.get(request.args.get("done", ""), "") if not form.errors else "",
        has_passkeys=passkey_challenges.relying_party() is not None,
    ), status, form.headers  # fmt: skip


def _sessions(found: tuple[Session, ...], who: Visitor, zone: tzinfo) -> list[SessionShown]:
    at = door(who.site_id).at
    return [
        SessionShown(
            started=each.started_at.astimezone(zone), seen=each.seen_at.astimezone(zone), is_this=each.id == who.session.id,
            is_locked=each.condition(at) is Condition.LOCKED,
        )
        for each in found
    ]  # fmt: skip


def _new_app(who: Visitor, form: NewAppForm) -> Page:
    at_door = door(who.site_id)
    secret = own_account.pending_secret(at_door, own_account.begin_second_factor(at_door, who.token))
    name = own_account.see_own_account(at_door, who.person.id).sign_in_name
    return _page("account/new_app.html", form, app=set_up(secret, name=name, pharmacy=who.site_name))


def _page(template: str, form: SigningForm, **shown: object) -> tuple[str, int, dict[str, str]]:
    return render_template(template, form=form, **shown), form.status if form.errors else 200, form.headers


def _done(what: str) -> AnyResponse:
    return redirect(url_for("account.index", done=what), 303)


def _told(code: str, message: str, status: int) -> Response:
    answer = jsonify(code=code, message=message)
    answer.status_code = status
    return answer
