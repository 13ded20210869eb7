"""What somebody sees who has to show again who they are; what they had typed comes with it."""

from math import ceil
from urllib.parse import urlencode

from flask import Response as FlaskResponse
from flask import jsonify, make_response, redirect, render_template, request
from flask_wtf.csrf import generate_csrf
from werkzeug import Response

from compounding.web import form_tokens, kept_work, request_lines
from compounding.web.access_forms import SignInForm, UnlockForm
from compounding.web.local_paths import local_path
from compounding.web.records import the_records
from compounding.web.security import READING_METHODS
from compounding.web.session_times import seconds_left
from compounding.web.visitors import Visitor, cookie_name, visitor
from compounding.workflow.signing_in import SignInRefused


def locked_page(_who: Visitor) -> Response | tuple[str, int]:
    """The page that asks for the password of whoever is locked."""
    if request.method in READING_METHODS:
        return redirect(_with_next("/unlock"), 303)
    return unlock_page(UnlockForm(formdata=None), kept=kept_work.of_request()), 401


def sign_in_page() -> Response | tuple[str, int]:
    """The page that asks who it is."""
    who = visitor()
    if request.method in READING_METHODS:
        return redirect(_with_next("/sign-in"), 303)
    kept = kept_work.of_request()
    if kept is None and who is not None and who.is_in:
        return redirect(f"{request.script_root}/home", 303)
    return ask_who(SignInForm(formdata=None), kept=kept), 401


def ask_who(form: SignInForm, *, refusal: str = "", kept: kept_work.KeptWork | None = None, next_path: str = "") -> str:
    """The sign-in page."""
    last = request.cookies.get(cookie_name("session"), "").partition(":")[0]
    form.offer_sites(the_records().sites(), last=last)
    return render_template("access/sign_in.html", form=form, refusal=refusal, kept=kept, next_path=local_path(next_path or _own_next()))


def unlock_page(form: UnlockForm, *, refusal: str = "", kept: kept_work.KeptWork | None = None, next_path: str = "") -> str:
    """The page that asks for the password once more."""
    return render_template("access/unlock.html", form=form, refusal=refusal, kept=kept, next_path=local_path(next_path or _own_next()))


def refused(page: str, refusal: SignInRefused) -> FlaskResponse:
    """The status of a refusal: 401, or 429 with how long to wait."""
    answer = make_response(page, told(refusal))
    if refusal.until is not None:
        answer.headers["Retry-After"] = str(seconds_to_wait(refusal))
    return answer


def told(refusal: SignInRefused) -> int:
    """The status of a refusal, with its line in the log: an attempt that has to wait is not looked at, so the trail tells nothing of it."""
    status = 401 if refusal.until is None else 429
    request_lines.refused(status, refusal.code)
    return status


def seconds_to_wait(refusal: SignInRefused) -> int:
    """How long until the next attempt is answered, at least a second."""
    return max(1, ceil((refusal.until - the_records().clock()).total_seconds())) if refusal.until is not None else 0


def said(refusal: SignInRefused) -> str:
    """The refusal as a sentence of its own."""
    return refusal.message[0].upper() + refusal.message[1:] + "."


def answer_to_old_token(error: Exception) -> FlaskResponse | None:
    """What answers a form of our own whose token no longer fits, since somebody signed in again elsewhere; None where there is nothing to give back.

    Its person sends it on with one button; where another person sits there now, its own person has to sign in first.
    """
    who = visitor()
    # The form is read only where its token was what failed: one that is too large, or no text, would fail here once more.
    if not form_tokens.is_same_origin_refusal(error) or who is None or not who.is_in:
        return None
    whose = form_tokens.owner()
    if not whose:
        return None
    if request.endpoint == "access.still_there":
        # The page asks in the name of a person who has signed in again in another tab: its forms get the token that fits now.
        return jsonify(seconds=seconds_left(who, is_seen=False), token=generate_csrf()) if whose == who.person.id else None
    kept = kept_work.of_request()
    if kept is None:
        return None
    if whose != who.person.id:
        return make_response(ask_who(SignInForm(formdata=None), kept=kept), 401)
    return make_response(render_template("access/send_again.html", kept=kept, has_new_session=False), 409)


def _with_next(path: str) -> str:
    onward = _own_next()
    return request.script_root + path + (f"?{urlencode({'next': onward})}" if onward != "/" else "")


def _own_next() -> str:
    """Where to return to: a page that can be opened by its address, so nothing that was sent."""
    return local_path(request.script_root + request.path) if request.method in READING_METHODS and request.blueprint != "access" else "/"
