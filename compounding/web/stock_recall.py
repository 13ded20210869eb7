"""Recalling a lot: what it touches is said beforehand, jar by jar, and stays as a work list to print afterwards."""

from flask import request
from werkzeug import Response

from compounding.web.acting import do
from compounding.web.acts import act, go_on, page, same_version
from compounding.web.stock_blueprint import WAY, blueprint
from compounding.web.stock_forms import ReasonForm
from compounding.workflow.lot_flags import recall_lot
from compounding.workflow.lot_reading import OfLot
from compounding.workflow.lots import OneLot
from compounding.workflow.recall_reading import RecallSeen, read_recall


@blueprint.route("/stock/<key:lot_id>/recall", methods=WAY)
def recall(lot_id: str) -> Response:
    """Recall a lot for good, with a reason, after seeing what that touches."""
    form, seen = ReasonForm(), _seen(lot_id)
    if request.method == "POST":
        version = seen.version
        check = same_version(form.seen.data, version, seen.lot.called)
        if act(form, recall_lot, lambda: OneLot(lot_id=lot_id, version=version), reason=form.reason.text, check=check) is not None:
            return go_on("stock.recalled", lot_id)
        seen = _seen(lot_id)
    form.seen.data = str(seen.version)
    return page("stock/recall.html", form, seen=seen, lot=seen.lot)


@blueprint.get("/stock/<key:lot_id>/recall-list")
def recalled(lot_id: str) -> Response:
    """What a recall leaves to do, jar by jar."""
    seen = _seen(lot_id)
    return page("stock/recalled.html", seen=seen, lot=seen.lot)


def _seen(lot_id: str) -> RecallSeen:
    return do(read_recall, OfLot(lot_id=lot_id))
