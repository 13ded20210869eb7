"""A new order: typed by its prescriber, or by the pharmacy from paper, a fax or a call; read back on a page of its own, then sent."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from compounding.domain.errors import LevigateError, WorkflowRefused
from compounding.domain.people import Duty
from compounding.web import favourite_forms, keeping, kept_files, patient_choice, typed_order
from compounding.web.access import has_duty, the_who_may
from compounding.web.acting import do
from compounding.web.allergy_reading import reading_of
from compounding.web.amount_helper import Amount, amount_of
from compounding.web.favourite_forms import FavouriteForm
from compounding.web.new_order_form import CLINICAL, NewOrderForm
from compounding.web.pharmacy import current_pharmacy
from compounding.web.prescribers_blueprint import blueprint
from compounding.web.problems import status_of
from compounding.web.problems_beside import beside
from compounding.web.said_back import as_prescriber, said_back, strength_of
from compounding.web.transcribing import SendForm
from compounding.web.visitors import new_key, the_visitor
from compounding.workflow.favourites import KeepFavourite, keep_favourite
from compounding.workflow.receiving import ReceiveTyped, Standing, receive_typed

_LARGE = frozenset({"prescribing.new_order", "prescribing.send_order"})
Page = Response | str | tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What the page works out beside the fields: the directions as a sentence, the strength in words, the amount of one fill."""

    sentence: str
    strength: str
    amount: Amount


@blueprint.url_value_preprocessor
def _let_a_picture_in(endpoint: str | None, values: object) -> None:  # noqa: ARG001 - Flask passes both.
    """Only where an order is typed in may a request be as large as a picture; it is said before anything of the request is read."""
    if endpoint in _LARGE:
        request.max_content_length = kept_files.LARGEST_REQUEST


@blueprint.route("/orders/new", methods=["GET", "POST"])
def new_order() -> Page:
    """The form. What a button of it asks for changes what is filled in; only the review goes on to another page."""
    if request.method == "GET":
        return _form_page(_form(MultiDict(_fresh())))
    if request.form.get("use"):
        return _about(patient_choice.filled_in(request.form, request.form["use"]))
    return _BUTTONS.get(request.form.get("do", ""), _review)()


@blueprint.post("/orders/new/worked-out")
def worked_out() -> str:
    """What stands beside the fields, for the script that shows it while a person types."""
    form = _form(request.form)
    return render_template("prescribing/_worked.html", worked=_worked(form))


@blueprint.post("/orders/new/send")
def send_order() -> Page:
    """Send the order, once for one button, and go to its page."""
    form, asked = _form(request.form), SendForm()
    if not _is_whole(form, asked):
        return _form_page(form, asked), 422
    if request.form.get("do") == "favourite":
        return _keep_favourite(form, asked)
    try:
        kept = _sent(form, asked)
    except LevigateError as refusal:
        if status_of(refusal) not in keeping.BESIDE_THE_FORM:
            raise
        return _review_page(form, asked, refusal=refusal), status_of(refusal)
    return redirect(url_for("orders.show", order_id=kept.id), 303)


def is_own() -> bool:
    """Whether this person enters orders of their own, and not the pharmacy's."""
    return not keeping.is_pharmacy(the_visitor().person)


def _form(told: MultiDict[str, str]) -> NewOrderForm:
    """The form; a prescriber's name and licence are those on record, whatever was sent."""
    who, filled = the_visitor().person, MultiDict(told)
    if is_own():
        filled["prescriber_name"], filled["prescriber_licence"] = who.name, who.licence
    return NewOrderForm(filled, is_own=is_own())


def _fresh() -> dict[str, str]:
    """What an empty form starts with: days and names of whoever enters their own order, and nothing of the order itself."""
    today = current_pharmacy().today.isoformat()
    return {"ordered_on": today, "asked_by": the_visitor().person.name, "asked_on": today} if is_own() else {}


def _is_whole(form: NewOrderForm, asked: SendForm) -> bool:
    is_whole = form.validate(words=current_pharmacy().data.vocabulary) & bool(asked.validate())
    asked.take_picture()
    try:
        asked.came()
    except WorkflowRefused:
        return False
    return is_whole


def _review() -> Page:
    form, asked = _form(request.form), SendForm()
    if not _is_whole(form, asked):
        return _form_page(form, asked), 422
    return _review_page(form, asked)


def _read() -> Page:
    form = _form(request.form)
    return _form_page(form, _with_picture(), reading=reading_of(form, current_pharmacy()))


def _work_out() -> Page:
    return _form_page(_form(request.form), _with_picture())


def _take_over() -> Page:
    """The amount that was worked out goes into the order, in view."""
    told = MultiDict(request.form)
    worked = _worked(_form(told))
    if worked.amount.grams:
        told["amount"] = worked.amount.grams
    return _form_page(_form(told), _with_picture())


def _change() -> Page:
    form = _form(request.form)
    return _form_page(form, _with_picture(), reading=reading_of(form, current_pharmacy()))


def _find() -> Page:
    form = _form(request.form)
    found: tuple[patient_choice.Choice, ...] = ()
    try:
        found = patient_choice.find_patients(form.patient_name.text, form.born_on.data)
    except LevigateError as refusal:
        beside(form.patient_name, refusal)
        return _form_page(form, _with_picture()), 422
    return _form_page(form, _with_picture(), found=found)


def _forget() -> Page:
    """Another patient than the one that was chosen."""
    return _about(patient_choice.without(request.form))


def _about(told: MultiDict[str, str]) -> Page:
    asked = _with_picture()
    asked.patient_id.data = told.get("patient_id", "")
    return _form_page(_form(told), asked)


def _start() -> Page:
    """From a favourite: everything clinical is filled in anew, so that nothing of an earlier one stays by oversight."""
    told, favourites = MultiDict(request.form), FavouriteForm()
    favourites.offer_own()
    chosen = next((each for each in favourites.mine if each.id == favourites.favourite.data), None)
    if chosen is None:
        favourites.favourite.errors = ["Choose one of your favourites."]
        return _form_page(_form(told), _with_picture(), favourites=favourites), 422
    for name in CLINICAL:
        told.poplist(name)
    for name, value in favourite_forms.told_of(chosen.part).items():
        told.setlist(name, [str(each) for each in value] if isinstance(value, list) else [str(value)])
    return _form_page(_form(told), _with_picture(), favourites=favourites, started=chosen.name)


def _keep_favourite(form: NewOrderForm, asked: SendForm) -> Page:
    favourites = FavouriteForm()
    try:
        part = KeepFavourite(name=favourites.favourite_name.text, part=favourite_forms.part_of(form))
        kept = do(keep_favourite, part, key=favourites.favourite_key.data or "")
    except LevigateError as refusal:
        if status_of(refusal) not in keeping.BESIDE_THE_FORM:
            raise
        beside(favourites.favourite_name, refusal)
        return _review_page(form, asked, favourites=favourites), status_of(refusal)
    return _review_page(form, asked, favourites=favourites, kept="replaced" if kept.is_replaced else "kept")


def _sent(form: NewOrderForm, asked: SendForm) -> Standing:
    source, evidence = asked.came()
    who, chosen, sent = the_visitor().person, asked.patient_id.data or "", form.order()
    if is_own():
        # A prescriber chooses among the patients of their own orders only.
        chosen = chosen if chosen in {each.id for each in keeping.namesakes(form)} else ""
        sent = as_prescriber(form, name=who.name, licence=who.licence)
    order = ReceiveTyped(
        sent=sent, source=source, evidence=evidence, contact=typed_order.contact_of(form), patient_id=chosen,
        is_another_person=bool(asked.is_another_person.data), is_a_second_order=bool(asked.is_a_second_order.data),
    )  # fmt: skip
    return do(receive_typed, order, reason=asked.reason.text, key=asked.key.data or "")


def _with_picture() -> SendForm:
    asked = SendForm()
    asked.take_picture()
    return asked


def _worked(form: NewOrderForm) -> Worked:
    # Whatever has been typed so far: a field that cannot be read yet counts as empty.
    house, told = current_pharmacy(), ""
    if form.place.text and form.how_much.data and form.moments.data:
        try:
            told = form.built.in_words
        except (LevigateError, ValueError):
            told = ""
    return Worked(sentence=told, strength=strength_of(form, house), amount=amount_of(form, house))


def _form_page(form: NewOrderForm, asked: SendForm | None = None, *, favourites: FavouriteForm | None = None, **also: Any) -> str:
    asked = asked or SendForm(formdata=None if request.method == "GET" else request.form)
    if favourites is None:
        favourites = FavouriteForm(formdata=None)
        favourites.offer_own()
    shown = {"reading": None, "found": None, "started": ""} | also
    return render_template("prescribing/new_order.html", form=form, asked=asked, favourites=favourites, worked=_worked(form), is_own=is_own(), **shown)


def _review_page(
    form: NewOrderForm, asked: SendForm, *, refusal: LevigateError | None = None, favourites: FavouriteForm | None = None, kept: str = ""
) -> str:  # fmt: skip
    who = the_visitor()
    is_asked = refusal is not None and refusal.code in keeping.ASKED_BACK
    return render_template(
        "prescribing/review.html", form=form, asked=asked, told=said_back(form, current_pharmacy()), refusal=refusal, is_asked=is_asked, is_own=is_own(),
        namesakes=keeping.namesakes(form) if is_asked else (), carried=[*form.carried(), *asked.carried()], kept=kept,
        favourites=favourites or FavouriteForm(formdata=None), favourite_key=new_key(),
        keeps_favourites=has_duty(who.person, Duty.ENTER_ORDERS, the_who_may(who.site_id)),
    )  # fmt: skip


_BUTTONS: dict[str, Callable[[], Page]] = {
    "read": _read, "work-out": _work_out, "take": _take_over, "change": _change, "find": _find, "forget": _forget, "start": _start,
}  # fmt: skip
