"""A new account begins here: with the code from the designated person somebody chooses a password and a second factor nobody else has seen."""

from flask import Response as FlaskResponse
from flask import redirect, render_template, request, url_for
from werkzeug import Response

from compounding.domain.passwords import PasswordRefused
from compounding.domain.sessions import Condition
from compounding.web import arriving, visitors
from compounding.web.access import has_pharmacy
from compounding.web.access_forms import ActivationForm, ChooseForm
from compounding.web.problems_beside import beside
from compounding.web.qr_picture import set_up
from compounding.web.records import the_records
from compounding.web.unlocking import refused, said
from compounding.web.visitors import Visitor, the_visitor
from compounding.workflow import own_account, signing_in
from compounding.workflow.own_account import OwnAccountRefused
from compounding.workflow.signing_in import SignInRefused

Answer = Response | FlaskResponse | str | tuple[str, int]


def activate() -> Answer:
    """Take the activation code."""
    if not has_pharmacy():
        return redirect(url_for("access.first_run"), 303)
    if request.method == "GET":
        return _code_page(ActivationForm(formdata=None))
    form = ActivationForm()
    form.offer_sites(the_records().sites())
    if not form.validate():
        return _code_page(form), 422
    try:
        opened = own_account.begin_activation(visitors.door(form.site.data), form.name.data, form.activation_code.data)
    except SignInRefused as refusal:
        return refused(_code_page(form, refusal=said(refusal)), refusal)
    arriving.begin(form.site.data, opened)
    return redirect(url_for("access.choose"), 303)


def choose() -> Answer:
    """Let a password be chosen and an authenticator app be set up: both or nothing. Then the recovery codes are shown, this once."""
    who = the_visitor()
    if who.condition is not Condition.ACTIVATES:
        return redirect(url_for("access.second_step"), 303)
    if request.method == "GET":
        return _choose_page(who, ChooseForm(formdata=None))
    form = ChooseForm()
    if form.validate() and form.new_password.data != form.again.data:
        form.again.errors = ["The two passwords differ; enter the same one twice."]
    if form.errors:
        return _choose_page(who, form), 422
    try:
        done = own_account.finish_activation(visitors.door(who.site_id), who.token, password=form.new_password.data, code=form.code.data)
    except PasswordRefused as refusal:
        beside(form.new_password, refusal)
        return _choose_page(who, form), 422
    except OwnAccountRefused as refusal:
        beside(form.code, refusal)
        return _choose_page(who, form), 422
    except SignInRefused as refusal:
        return refused(_code_page(ActivationForm(formdata=None), refusal=said(refusal)), refusal)
    arriving.begin(who.site_id, done.opened)
    return render_template("access/recovery_codes.html", codes=done.recovery)


def _code_page(form: ActivationForm, *, refusal: str = "") -> str:
    form.offer_sites(the_records().sites())
    return render_template("access/activate.html", form=form, refusal=refusal)


def _choose_page(who: Visitor, form: ChooseForm) -> str:
    door = visitors.door(who.site_id)
    account = signing_in.account_of(door, who.person.id)
    app = set_up(own_account.pending_secret(door, who.session), name=account.sign_in_name, pharmacy=who.site_name)
    return render_template("access/choose.html", form=form, app=app, sign_in_name=account.sign_in_name)
