"""Orders on record in the browser: one order with all that happened to it, keeping one, and correcting how one was read; the lists are in `work_list.py`."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug import Response

from compounding.domain.errors import LevigateError
from compounding.domain.people import Duty
from compounding.domain.stages import OVER
from compounding.storage.lists import FillBrief
from compounding.storage.orders import Happened
from compounding.web import correcting, keeping, kept_files, next_acts, prepare, record_words, work_list
from compounding.web.access import has_duty, the_who_may
from compounding.web.acting import do
from compounding.web.keys_in_addresses import keys_for
from compounding.web.pharmacy import current_pharmacy
from compounding.web.prepare_form import AskedForm, OrderForm
from compounding.web.problems import status_of
from compounding.web.problems_beside import tell
from compounding.web.visitors import new_key, the_visitor
from compounding.workflow.reading import Of, read_order_record

blueprint = Blueprint("orders", __name__)
keys_for(blueprint)
blueprint.add_url_rule("/work", view_func=work_list.work_list)
blueprint.add_url_rule("/work/rows", view_func=work_list.work_rows)
blueprint.add_url_rule("/my-orders", view_func=work_list.my_orders)


@blueprint.url_value_preprocessor
def _let_a_picture_in(endpoint: str | None, values: object) -> None:  # noqa: ARG001 - Flask passes both.
    """Only where an order is kept may a request be as large as a picture; it is said before anything of the request is read."""
    if endpoint == "orders.receive":
        request.max_content_length = kept_files.LARGEST_REQUEST


@blueprint.get("/orders/<key:order_id>")
def show(order_id: str) -> str:
    """One order."""
    seen = do(read_order_record, Of(id=order_id))
    names, zone = dict(seen.names), current_pharmacy().site.time_zone
    who = the_visitor().person
    may_correct = not seen.is_own and has_duty(who, Duty.RECEIVE_ORDERS, the_who_may(the_visitor().site_id)) and correcting.is_correctable(seen.record)
    return render_template(
        "orders/show.html", seen=seen, record=seen.record, words=record_words, zone=zone, who=lambda key: names.get(key, key),
        local=lambda at: record_words.local(at, zone), rows=record_words.order_rows(seen.record), may_correct=may_correct,
        happened=_timeline(seen.history, names, is_own=seen.is_own),
        acts=next_acts.of_order(order_id, seen.record.state, is_fillable=not seen.is_own and not _is_at_bench(seen.fills)),
    )  # fmt: skip


@blueprint.post("/orders")
def receive() -> Response | tuple[str, int]:
    """Keep an order on record, once for one button, and go to its page."""
    form, asked = prepare.posted(), keeping.KeepForm()
    if not form.validate():
        return prepare.form_page(form), 422
    try:
        kept = keeping.keep(form, asked)
    except LevigateError as refusal:
        if status_of(refusal) not in keeping.BESIDE_THE_FORM:
            raise
        tell(refusal)
        return _keep_page(form, asked, refusal), status_of(refusal)
    return redirect(url_for("orders.show", order_id=kept.id), 303)


@blueprint.route("/orders/<key:order_id>/correct", methods=["GET", "POST"])
def correct(order_id: str) -> Response | str | tuple[str, int]:
    """Correct how an order that was typed is read: the form filled in again, with a reason and a signature."""
    seen = do(read_order_record, Of(id=order_id))
    if not correcting.is_correctable(seen.record):
        abort(404)
    if request.method == "GET":
        typed, sign = correcting.filled_in(seen.record), correcting.CorrectForm(formdata=None, data={"version": str(seen.version), "key": new_key()})
        return correcting.page(seen, typed, sign, "")
    typed, sign = OrderForm(), correcting.CorrectForm()
    is_fine = bool(typed.validate()) & bool(sign.validate())
    shown = sign.confirmed() if is_fine else None
    if shown is None:
        return correcting.page(seen, typed, sign, ""), 422
    try:
        asked = correcting.asked(seen.record, typed, version=int(sign.version.data))
        do(correcting.correct_order, asked, reason=sign.reason.text, key=sign.key.data or "", shown=shown)
    except LevigateError as refusal:
        if status_of(refusal) not in keeping.BESIDE_THE_FORM:
            raise
        tell(refusal)
        return correcting.page(seen, typed, sign, refusal.message), status_of(refusal)
    return redirect(url_for("orders.show", order_id=order_id), 303)


def _is_at_bench(fills: Sequence[FillBrief]) -> bool:
    return any(each.state not in OVER for each in fills)


def _timeline(history: Sequence[Happened], names: Mapping[str, str], *, is_own: bool) -> list[tuple[str, ...]]:
    zone = current_pharmacy().site.time_zone
    told = [(record_words.local(each.at, zone), record_words.state(each.state), names.get(each.by, each.by)) for each in history]
    return [each[:2] for each in told] if is_own else list(told)


def _keep_page(form: AskedForm, asked: keeping.KeepForm, refusal: LevigateError) -> str:
    asked.key.data = asked.key.data or new_key()
    is_asked = refusal.code in keeping.ASKED_BACK
    return render_template(
        "orders/keep.html", asked=asked, refusal=refusal, carried=prepare.carried(form), is_asked=is_asked, is_file=form.way == "file",
        namesakes=keeping.namesakes(form) if is_asked else (), is_pharmacy=keeping.is_pharmacy(the_visitor().person),
    )  # fmt: skip
