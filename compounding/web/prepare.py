"""The whole path on one page: the order in, its reading, screening, steer and weighing sheet out, and the three papers. Nothing is stored."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug import Response as AnyResponse

from compounding.pipeline import Prepared, Status
from compounding.web import typed_order
from compounding.web.outcome_page import outcome_page
from compounding.web.pharmacy import current_pharmacy
from compounding.web.prepare_form import AskedForm, FileForm, OrderForm
from compounding.web.visitors import new_key, visitor

blueprint = Blueprint("prepare", __name__)


@blueprint.route("/", methods=["GET", "POST"])
def order_form() -> str:
    """The empty form; or, sent back from the outcome, the form as it was filled in."""
    if request.method == "GET":
        return form_page(None)
    form = posted()
    if isinstance(form, FileForm):
        form.take()
    return form_page(form)


@blueprint.route("/prepare", methods=["GET", "POST"])
def outcome() -> AnyResponse | tuple[str, int]:
    """What comes of the order. There is no redirect, since nothing is kept that another page could show; loaded again it is the empty form."""
    if request.method == "GET":
        return redirect(url_for("prepare.order_form"), 303)
    form = posted()
    if not form.validate():
        return form_page(form), 422
    return _outcome_page(form, typed_order.prepare(form, current_pharmacy())), 200


@blueprint.post("/prepare/<any(label, leaflet, worksheet):name>.pdf")
def paper(name: str) -> Response | tuple[str, int]:
    """One of the three papers, made anew from the same order. An order that is not ready has none."""
    form = posted()
    if not form.validate():
        return form_page(form), 422
    prepared = typed_order.prepare(form, current_pharmacy())
    if prepared.papers is None or prepared.facts is None:
        return _outcome_page(form, prepared), 409
    # The file's name holds our own number only: it stays in the list of downloads.
    return _file(prepared.papers[f"{name}.pdf"], "application/pdf", f'inline; filename="{name}-{prepared.facts.numbers.lot}.pdf"')


@blueprint.post("/prepare/request-for-consent.txt")
def request_for_consent() -> Response | tuple[str, int]:
    """The request to the prescriber as a text file."""
    form = posted()
    if not form.validate():
        return form_page(form), 422
    prepared = typed_order.prepare(form, current_pharmacy())
    text = outcome_page(prepared, current_pharmacy().data.formulary).request_for_consent
    if not text:
        return _outcome_page(form, prepared), 409
    return _file(text.encode(), "text/plain; charset=utf-8", 'attachment; filename="request-for-consent.txt"')


def posted() -> AskedForm:
    """The form that was sent, whichever of the two ways in it belongs to."""
    return FileForm(prefix="file-") if request.form.get("way") == FileForm.way else OrderForm()


def form_page(form: AskedForm | None, *, reading: object = None) -> str:
    """Both ways in; the one that was sent keeps what was typed, and shows the `reading` of what it says about allergies."""
    today = {"compounded_on": current_pharmacy().today}
    typed = form if isinstance(form, OrderForm) else OrderForm(formdata=None, data=today)
    file = form if isinstance(form, FileForm) else FileForm(formdata=None, data=today, prefix="file-")
    return render_template("pharmacy/order_form.html", typed=typed, file=file, sent=form, reading=reading)


def _outcome_page(form: AskedForm, prepared: Prepared) -> str:
    house = current_pharmacy()
    page = outcome_page(prepared, house.data.formulary)
    name = form.kept_name.data if isinstance(form, FileForm) else ""
    return render_template("pharmacy/outcome.html", page=page, carried=carried(form), name=name, keep=_keep(form, prepared))


def _keep(form: AskedForm, prepared: Prepared) -> dict[str, object] | None:
    """What the page needs to offer the order's keeping: only to who is signed in, and not for what is no order at all."""
    who = visitor()
    if who is None or prepared.status in {Status.INVALID, Status.REFUSED}:
        return None
    from compounding.web import keeping

    is_typed_here = isinstance(form, OrderForm) and keeping.is_pharmacy(who.person)
    return {"asked": keeping.KeepForm(formdata=None, data={"key": new_key()}), "refused": keeping.refusal_of(form), "with_picture": is_typed_here}


def carried(form: AskedForm) -> list[tuple[str, str]]:
    """Everything that was typed, for hidden fields: the papers are made from it again, and "Change the order" brings it back."""
    kept = {field.name: str(value) for field in form if field.name not in request.files for value in (field.raw_data or ())[:1]}
    # A day left open is today; written down, it stays the same on every paper even when they are opened after midnight.
    kept[form.compounded_on.name] = (form.compounded_on.data or current_pharmacy().today).isoformat()
    if isinstance(form, FileForm):
        kept |= {form.kept.name: form.content_as_text, form.kept_name.name: form.kept_name.data or ""}
    kept["way"] = form.way
    return [(name, value) for name, value in kept.items() if not name.endswith("csrf_token")]


def _file(content: bytes, kind: str, disposition: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = disposition
    return response
