"""Pages of the pharmacy's people: who works here, as what, with which licence, and who may sign in. The designated person keeps them."""

from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from compounding.domain.errors import LevigateError
from compounding.domain.people import NotAllowed
from compounding.storage.errors import Conflict, NotFound
from compounding.web.access import is_offered, the_who_may
from compounding.web.acting import do
from compounding.web.confirming import SigningForm
from compounding.web.licences import licence_shown, today_at, zone_of
from compounding.web.people_forms import AccountForm, ChangeForm, LeaveForm, PersonForm, RenewForm, as_version, what_each_may
from compounding.web.problems_beside import beside
from compounding.web.records import the_records
from compounding.web.visitors import new_key, the_visitor
from compounding.workflow import accounts, people
from compounding.workflow.accounts import Activation, PersonSeen

blueprint = Blueprint("people", __name__)
_BOTH = ("GET", "POST")
Page = str | Response | tuple[str, int, dict[str, str]]
DONE = {"added": "The person is on record. Open an account for them, so that they can sign in.", "changed": "The record was changed."}
DEEDS = {"inactive": False, "active": True}
"""What a page of confirmation is about, and whether the person works here afterwards."""


@blueprint.get("/people")
def index() -> str:
    """Everybody, by name."""
    zone = zone_of(the_visitor().site_id)
    today = today_at(zone)
    seen = do(accounts.see_people, accounts.Everybody()).people
    rows = [(each, licence_shown(each.person, today)) for each in sorted(seen, key=lambda each: (not each.person.is_active, each.person.name))]
    return render_template(
        "people/index.html", rows=rows, zone=zone, done=DONE.get(request.args.get("done", ""), ""), now=_now(), may_change=is_offered("people.add")
    )


@blueprint.route("/people/add", methods=_BOTH)
def add() -> Page:
    """Put somebody on record."""
    form = PersonForm()
    if request.method == "POST" and form.validate():
        shown = form.confirmed()
        if shown is not None:
            asked = people.NewPerson(
                name=form.name.text, roles=form.chosen(), licence=form.licence.text, licence_expires_on=form.licence_expires_on.data
            )  # fmt: skip
            try:
                kept = do(people.add_person, asked, key=form.key.data or "", shown=shown)
                return redirect(url_for("people.change", person_id=kept.person_id, done="added"), 303)
            except (NotAllowed, NotFound):
                raise
            except LevigateError as refusal:
                beside(form.name, refusal)
    return _page("people/add.html", form, roles=what_each_may(the_who_may(the_visitor().site_id)))


@blueprint.route("/people/<person_id>", methods=_BOTH)
def change(person_id: str) -> Page:
    """Change the record of a person, or set them inactive or active again."""
    seen = _seen(person_id)
    deed = request.values.get("deed", "")
    if deed in DEEDS:
        return _leave(seen, deed)
    form = ChangeForm()
    if request.method == "GET":
        _fill(form, seen)
    elif form.validate():
        shown = form.confirmed()
        if shown is not None:
            asked = people.PersonAsNow(
                person_id=person_id, version=as_version(form.version.data), name=form.name.text, roles=form.chosen(), licence=form.licence.text,
                licence_expires_on=form.licence_expires_on.data, is_active=seen.person.is_active,
            )  # fmt: skip
            try:
                do(people.change_person, asked, reason=form.reason.text, key=form.key.data or "", shown=shown)
                return redirect(url_for("people.change", person_id=person_id, done="changed"), 303)
            except (NotAllowed, NotFound):
                raise
            except Conflict as refusal:
                return _on_record_now(form, _seen(person_id), refusal)
            except LevigateError as refusal:
                beside(form.reason if refusal.code in {"REASON_NEEDED", "NOTHING_CHANGED"} else form.name, refusal)
    return _person_page(form, seen)


@blueprint.route("/people/<person_id>/account", methods=_BOTH)
def open_account(person_id: str) -> Page:
    """Give somebody an account; the activation code stands on the answering page, once."""
    seen, form = _seen(person_id), AccountForm()
    if request.method == "POST" and form.validate():
        shown = form.confirmed()
        if shown is not None:
            try:
                # Without a key: the answer would be kept with it, and the code is kept nowhere.
                asked = accounts.OpenAccount(person_id=person_id, sign_in_name=form.sign_in_name.text)
                return _slip(seen, do(accounts.open_account, asked, shown=shown))
            except (NotAllowed, NotFound):
                raise
            except LevigateError as refusal:
                beside(form.sign_in_name, refusal)
    return _page("people/open_account.html", form, seen=seen)


@blueprint.route("/people/<person_id>/renew", methods=_BOTH)
def renew(person_id: str) -> Page:
    """A new activation code for somebody who lost password or second factor."""
    seen, form = _seen(person_id), RenewForm()
    if request.method == "POST" and form.validate():
        shown = form.confirmed()
        if shown is not None:
            try:
                return _slip(seen, do(accounts.renew_activation, accounts.OfPerson(person_id=person_id), reason=form.reason.text, shown=shown))
            except (NotAllowed, NotFound):
                raise
            except LevigateError as refusal:
                beside(form.reason, refusal)
    return _page("people/renew.html", form, seen=seen)


def _leave(seen: PersonSeen, deed: str) -> Page:
    form = LeaveForm()
    if request.method == "GET":
        form.version.data, form.key.data = str(seen.version), new_key()
    elif form.validate():
        shown = form.confirmed()
        if shown is not None:
            person = seen.person
            asked = people.PersonAsNow(
                person_id=person.id, version=as_version(form.version.data), name=person.name, roles=tuple(sorted(person.roles)), licence=person.licence,
                licence_expires_on=person.licence_expires_on, is_active=DEEDS[deed],
            )  # fmt: skip
            try:
                do(people.change_person, asked, reason=form.reason.text, key=form.key.data or "", shown=shown)
                return redirect(url_for("people.index", done="changed"), 303)
            except (NotAllowed, NotFound):
                raise
            except LevigateError as refusal:
                beside(form.reason, refusal)
                form.version.data, form.key.data = str(_seen(person.id).version), new_key()
                return _page("people/leave.html", form, status=409 if isinstance(refusal, Conflict) else 0, seen=seen, deed=deed)
    return _page("people/leave.html", form, seen=seen, deed=deed)


def _seen(person_id: str) -> PersonSeen:
    """The person of the address; somebody else's is not there."""
    return do(accounts.see_person, accounts.OfPerson(person_id=person_id))


def _fill(form: ChangeForm, seen: PersonSeen) -> None:
    person = seen.person
    form.name.data, form.roles.data, form.licence.data = person.name, [each.value for each in person.roles], person.licence
    form.licence_expires_on.data, form.version.data, form.key.data = person.licence_expires_on, str(seen.version), new_key()


def _on_record_now(form: ChangeForm, now: PersonSeen, refusal: Conflict) -> Page:
    """What was typed, beside what is on record by now; sending it again is a decision about that."""
    beside(form.name, refusal)
    form.version.data, form.key.data = str(now.version), new_key()
    return _person_page(form, now, status=409, is_conflict=True)


def _person_page(form: ChangeForm, seen: PersonSeen, *, status: int = 0, is_conflict: bool = False) -> Page:
    site_id = the_visitor().site_id
    zone = zone_of(site_id)
    return _page(
        "people/change.html", form, status=status, seen=seen, roles=what_each_may(the_who_may(site_id)), zone=zone, is_conflict=is_conflict, now=_now(),
        licence=licence_shown(seen.person, today_at(zone)), done=DONE.get(request.args.get("done", ""), "") if not form.errors else "",
    )  # fmt: skip


def _slip(seen: PersonSeen, activation: Activation) -> str:
    until = activation.until.astimezone(zone_of(the_visitor().site_id))
    return render_template("people/slip.html", seen=seen, activation=activation, until=until, address=f"{request.host_url}activate")


def _page(template: str, form: SigningForm, *, status: int = 0, **shown: object) -> tuple[str, int, dict[str, str]]:
    return render_template(template, form=form, **shown), (status or form.status) if form.errors else 200, form.headers


def _now() -> datetime:
    return the_records().clock()
