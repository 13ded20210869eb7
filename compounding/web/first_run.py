"""Setting up the first pharmacy of a database: only while there is none, and only with the code from the server's console."""

from flask import Response as FlaskResponse
from flask import render_template, request
from werkzeug import Response

from compounding.domain.errors import LevigateError
from compounding.storage.errors import Conflict
from compounding.web.access_forms import ActivationForm
from compounding.web.fields import offer
from compounding.web.first_run_form import ZONES, FirstRunForm
from compounding.web.problems_beside import sentence, tell
from compounding.web.records import the_records
from compounding.web.set_up_code import is_set_up_code
from compounding.workflow.founding import found

Answer = Response | FlaskResponse | str | tuple[str, int]


def first_run() -> Answer:
    """Ask for everything a pharmacy begins with, and found it in one go."""
    form, records = FirstRunForm() if request.method == "POST" else FirstRunForm(formdata=None), the_records()
    profiles = records.data.profiles
    form.jurisdiction.choices = offer(**{"": "Choose"}, **{each: profiles[each].name for each in sorted(profiles)})
    if request.method == "GET":
        return _page(form)
    is_complete = form.is_complete()
    # Asked last and beside the rest: what is missing elsewhere is said in the same answer.
    if not form.set_up_code.errors and not is_set_up_code(records.secret, form.set_up_code.data):
        form.set_up_code.errors = ["This is not the set-up code; copy it from the console where the server was started."]
        return _page(form), 422
    if not is_complete:
        return _page(form), 422
    if records.sites():
        return _too_late()
    wanted = form.wanted(records.clock())
    try:
        found(records.database, settings=wanted.settings, first=wanted.first, at=records.clock(), data=records.data, account=wanted.account, alone=True)
    except Conflict:
        return _too_late()
    except LevigateError as refusal:
        tell(refusal)
        return _page(form, refusal=sentence(refusal)), 422
    activation = ActivationForm(formdata=None)
    activation.offer_sites(records.sites())
    activation.site.data = wanted.settings.id
    return render_template(
        "access/founded.html", pharmacy=wanted.settings.name, form=activation, sign_in_name=wanted.account.sign_in_name, code=wanted.activation_code
    )


def _page(form: FirstRunForm, *, refusal: str = "") -> str:
    every = tuple(each for zones in ZONES.values() for each in zones)
    # Whoever sets up her own pharmacy does not read the example's name above the form.
    return render_template("access/first_run.html", form=form, refusal=refusal, zones=every, site_name="", notices=())


def _too_late() -> tuple[str, int]:
    return render_template("access/set_up_already.html"), 409
