"""The page on which the next fill of an order is planned: what is left of it, from which lots, what would be weighed, and what stands against it."""

from decimal import Decimal

from flask import request
from werkzeug import Response

from compounding.domain.numbers import format_number
from compounding.domain.stages import State
from compounding.domain.typed_quantities import GRAMS, Asked
from compounding.web import review_page, review_words
from compounding.web.acting import do
from compounding.web.acts import go_on, page
from compounding.web.fields import AnswerField, LinesField, QuantityField, offer
from compounding.web.review_acts import DecisionForm, decide
from compounding.web.review_blueprint import WAY, blueprint
from compounding.workflow.fill_preview import FillSeen, LotOffered, read_fill
from compounding.workflow.planning_fills import PlanFill, plan_fill

_MOST_LOTS = 40
_EARLY = frozenset({"TOO_EARLY", "INTERVAL_NOT_KNOWN"})


class PlanForm(DecisionForm):
    """Which fill, how much of it, and why early; the lots stand beside it as boxes of their own."""

    which = AnswerField("Which fill?", choices=offer(next="The next fill", balance="The balance owing"))
    amount = QuantityField(
        "Only a part of it", description="Left empty, all of it is prepared. What is missing is owing.", asks=Asked(unit=GRAMS, most=Decimal(10_000))
    )
    early_reason = LinesField("Why earlier than it is due?", description="A pharmacist's reason; it stays with the preparation.")

    def asked(self, order_id: str, lot_ids: tuple[str, ...]) -> PlanFill:
        """The fill as it was asked for."""
        return PlanFill(
            order_id=order_id, version=self.version, amount_g=self.amount.data, is_balance=self.which.data == "balance", lot_ids=lot_ids,
            early_reason=self.early_reason.text,
        )  # fmt: skip


@blueprint.app_template_filter("grams")
def grams(amount: Decimal) -> str:
    """An amount as it is printed, without the zeros that say nothing."""
    return format_number(amount)


@blueprint.route("/orders/<key:order_id>/plan", methods=WAY)
def plan(order_id: str) -> Response:
    """Plan the next fill. The button "Work it out again" plans nothing: it shows the fill with what was chosen."""
    form, lot_ids = PlanForm(), tuple(dict.fromkeys(request.form.getlist("lot")))[:_MOST_LOTS]
    is_look = request.method == "POST" and "look" in request.form
    if is_look:
        form.validate()
        form.status = 422 if form.errors else 200
    elif request.method == "POST":
        done = decide(form, plan_fill, lambda: form.asked(order_id, lot_ids))
        if done is not None:
            return go_on("records.preparation", done.id)
    asked = form.asked(order_id, lot_ids)
    seen = do(read_fill, asked if not form.errors else PlanFill(order_id=order_id, version=asked.version, lot_ids=lot_ids))
    return _page(seen, form, lot_ids)


def _page(seen: FillSeen, form: PlanForm, lot_ids: tuple[str, ...]) -> Response:
    form.seen.data, form.which.data = str(seen.version), form.which.data or "next"
    worked = seen.worked
    side = None
    if worked is not None and worked.planned is not None:
        side = review_page.preview_of(worked.planned, worked.examined.gate.formulary)
    told = [(each.code, each.message, "") for each in seen.against]
    lots: dict[str, list[LotOffered]] = {}
    for each in seen.lots:
        lots.setdefault(each.component, []).append(each)
    stands = review_words.stands(told, order_id=seen.record.id, patient_id=seen.patient.id, is_correctable=False)
    return page(
        "review/plan.html", form, seen=seen, record=seen.record, side=side, lots_offered=list(lots.items()), lot_ids=lot_ids, stands=stands,
        is_accepted=seen.record.state is State.ACCEPTED, can_be_mended_here=all(each.href == "#fill" for each in stands),
        asks_why_early=bool(_EARLY & {each.code for each in seen.against} or form.early_reason.text or form.early_reason.errors),
    )  # fmt: skip
