"""The pages by which people come in and go: name and password, then the code, and out again."""

from flask import Response as FlaskResponse
from flask import current_app, make_response, redirect, render_template, request, url_for
from werkzeug import Response

from compounding.domain.sessions import Condition
from compounding.web import arriving, kept_work, setting_up, visitors
from compounding.web.access import has_pharmacy, is_offered
from compounding.web.access_forms import CodeForm, SignInForm
from compounding.web.local_paths import local_path
from compounding.web.records import current_records, the_records
from compounding.web.unlocking import ask_who, refused, said
from compounding.web.visitors import Visitor, visitor
from compounding.workflow import signing_in
from compounding.workflow.signing_in import SignInRefused

HOMES = ("orders.work_list", "orders.my_orders", "people.index", "records.audit", "formulary.index", "account.index", "calculators.index")
"""Where somebody's work begins: the first of these pages that is theirs."""


def sign_in() -> Response | FlaskResponse | str | tuple[str, int]:
    """Ask who it is, and take the password."""
    if not has_pharmacy():
        return redirect(url_for("access.first_run"), 303)
    who = visitor()
    if request.method == "GET":
        if who is not None and who.condition in {Condition.OPEN, Condition.LOCKED} and "other" not in request.args:
            return render_template("access/already_in.html", next_path=local_path(request.args.get("next", "/")))
        return ask_who(SignInForm(formdata=None), next_path=request.args.get("next", "/"))
    form, kept, next_path = SignInForm(), kept_work.carried(), request.form.get("next", "/")
    form.offer_sites(the_records().sites())
    if not form.validate():
        return ask_who(form, kept=kept, next_path=next_path), 422
    try:
        opened = signing_in.give_password(visitors.door(form.site.data), form.name.data, form.password.data)
    except SignInRefused as refusal:
        return refused(ask_who(form, refusal=said(refusal), kept=kept, next_path=next_path), refusal)
    lock_whoever_was_there(who)
    arriving.begin(form.site.data, opened)
    return ask_code(CodeForm(formdata=None), kept=kept, next_path=next_path)


def second_step() -> Response | FlaskResponse | str | tuple[str, int]:
    """Take the code of the authenticator app, or a recovery code."""
    who = visitors.the_visitor()
    if who.condition is not Condition.WAITS_FOR_SECOND_FACTOR:
        return redirect(url_for("access.choose"), 303)
    if request.method == "GET":
        return ask_code(CodeForm(formdata=None), next_path=request.args.get("next", "/"))
    form, kept, next_path = CodeForm(), kept_work.carried(), request.form.get("next", "/")
    if not form.validate():
        return ask_code(form, kept=kept, next_path=next_path), 422
    try:
        opened = signing_in.give_code(visitors.door(who.site_id), who.token, form.code.data)
    except SignInRefused as refusal:
        if refusal.code == "SIGN_IN_AGAIN":
            return refused(ask_who(SignInForm(formdata=None), refusal=said(refusal), kept=kept, next_path=next_path), refusal)
        return refused(ask_code(form, refusal=said(refusal), kept=kept, next_path=next_path), refusal)
    arriving.begin(who.site_id, opened)
    return arriving.arrived(opened.session.person_id, next_path)


def ask_code(form: CodeForm, *, refusal: str = "", kept: kept_work.KeptWork | None = None, next_path: str = "/") -> str:
    """The page of the second step."""
    return render_template("access/second_step.html", form=form, refusal=refusal, kept=kept, next_path=local_path(next_path))


def sign_out() -> Response:
    """End the session, for every copy of its cookie."""
    who = visitor()
    if who is not None:
        signing_in.sign_out(visitors.door(who.site_id), who.token)
    arriving.leave()
    return redirect(url_for("access.sign_in"), 303)


def home() -> Response | FlaskResponse:
    """Go where this person's work begins."""
    if is_offered("site.change") and setting_up.missing():
        return redirect(url_for("site.setting_up"), 303)
    offered = [each for each in HOMES if each in current_app.view_functions and is_offered(each)]
    return redirect(url_for(offered[0]), 303) if offered else make_response(render_template("access/already_in.html", next_path="/"))


def lock_whoever_was_there(who: Visitor | None) -> None:
    """Nobody's session stays open behind another person's back: it is locked, not ended; who was only half-way in begins again."""
    if who is not None and who.is_in:
        signing_in.lock(visitors.door(who.site_id), who.token)
    elif who is not None and who.condition is not Condition.LOCKED:
        signing_in.sign_out(visitors.door(who.site_id), who.token)


def menu() -> dict[str, object]:
    """What the header offers for coming and going: addresses by page, where records are kept.

    They come from the rules themselves, since `url_for` fails on the very page that refuses a malformed Host header.
    """
    if current_records() is None:
        return {"menu": None}
    ends = ("access.sign_in", "access.first_run", "access.lock", "access.switch", "access.sign_out", "access.unlock", "access.still_there", "account.index")
    rules = {each.endpoint: request.script_root + each.rule for each in current_app.url_map.iter_rules() if each.endpoint in ends}
    # An address without a page may be anything that somebody typed, and is not handed on.
    is_page = request.method == "GET" and request.url_rule is not None and request.blueprint != "access"
    here = local_path(request.script_root + request.path) if is_page else "/"
    return {"menu": {"at": rules, "has_pharmacy": has_pharmacy(), "here": here}}
