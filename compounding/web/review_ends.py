"""How an order ends before its last fill: refused, cancelled, discontinued or transferred; each with a reason, and said before it is done."""

from dataclasses import dataclass

from flask import request
from werkzeug import Response

from compounding.domain.stages import Action, Subject, transition
from compounding.web.acting import do
from compounding.web.acts import go_on, page
from compounding.web.review_acts import DecisionForm, decide
from compounding.web.review_blueprint import ORDER, WAY, blueprint
from compounding.web.review_forms import ReasonForm, TransferForm
from compounding.workflow import deciding
from compounding.workflow.receiving import Standing
from compounding.workflow.reviewing import Review, ReviewSeen, read_review
from compounding.workflow.use_case import UseCase


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One way for an order to end: what is done, its heading and button, and what will happen."""

    action: Action
    use_case: UseCase[deciding.OfOrder, Standing]
    heading: str
    button: str
    happens: tuple[str, ...]


_NO_WAY_BACK = "There is no way back: a new order is needed then."
_ENDS = {
    "refuse": End(
        action=Action.REFUSE, use_case=deciding.refuse, heading="Refuse the order", button="Refuse the order",
        happens=("Nothing of it is prepared here.", "The prescriber sees that it was refused, and your reason.", _NO_WAY_BACK),
    ),
    "cancel": End(
        action=Action.CANCEL, use_case=deciding.cancel, heading="Cancel the order", button="Cancel the order",
        happens=("Nothing more of it is prepared; what was handed out stays on record.", "An open question to the prescriber is withdrawn.", _NO_WAY_BACK),
    ),
    "discontinue": End(
        action=Action.DISCONTINUE, use_case=deciding.discontinue, heading="Discontinue the order", button="Discontinue the order",
        happens=("No further fill of it is made; what was handed out stays on record.", "What is owing from a part fill is not made either.", _NO_WAY_BACK),
    ),
}  # fmt: skip


@blueprint.route("/orders/<key:order_id>/refuse", methods=WAY)
def refuse(order_id: str) -> Response:
    """Refuse an order."""
    return _end(order_id, _ENDS["refuse"])


@blueprint.route("/orders/<key:order_id>/cancel", methods=WAY)
def cancel(order_id: str) -> Response:
    """Cancel an order."""
    return _end(order_id, _ENDS["cancel"])


@blueprint.route("/orders/<key:order_id>/discontinue", methods=WAY)
def discontinue(order_id: str) -> Response:
    """No further fill of an order."""
    return _end(order_id, _ENDS["discontinue"])


@blueprint.route("/orders/<key:order_id>/transfer", methods=WAY)
def transfer_out(order_id: str) -> Response:
    """Hand an order over to another pharmacy."""
    seen, form = _seen(order_id), TransferForm()
    if request.method == "POST":
        done = decide(form, deciding.transfer_out, lambda: deciding.TransferOut(
            order_id=order_id, version=form.version, pharmacy=form.pharmacy.text, spoken=form.spoken,
        ), reason=form.reason.text)  # fmt: skip
        if done is not None:
            return go_on(ORDER, order_id)
        seen = _seen(order_id)
    else:
        form.open_now()
    return _page("review/transfer_out.html", form, seen, Action.TRANSFER_OUT)


def _end(order_id: str, end: End) -> Response:
    seen, form = _seen(order_id), ReasonForm()
    if request.method == "POST":
        done = decide(form, end.use_case, lambda: deciding.OfOrder(order_id=order_id, version=form.version), reason=form.reason.text)
        if done is not None:
            return go_on(ORDER, order_id)
        seen = _seen(order_id)
    return _page("review/end.html", form, seen, end.action, end=end)


def _seen(order_id: str) -> ReviewSeen:
    return do(read_review, Review(order_id=order_id))


def _page(template: str, form: DecisionForm, seen: ReviewSeen, action: Action, **told: object) -> Response:
    form.seen.data = str(seen.version)
    can = seen.record.state in transition(Subject.ORDER, action).before
    return page(template, form, seen=seen, record=seen.record, echo=seen.worked.examined.receipt.echo, can=can, **told)
