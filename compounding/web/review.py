"""The one page from which a pharmacist reviews an order: the decision first, then what it rests on; screening and acceptance."""

from flask import request
from werkzeug import Response

from compounding.domain.base_wish import BaseWish
from compounding.domain.order_parts import Source
from compounding.domain.stages import State
from compounding.web import next_acts, review_ends, review_page, review_plan, review_prescriber, review_words
from compounding.web.acting import do
from compounding.web.acts import go_on, page, place_of
from compounding.web.correcting import is_correctable
from compounding.web.review_acts import DecisionForm, decide
from compounding.web.review_blueprint import ORDER, WAY, blueprint
from compounding.web.review_forms import AcceptForm
from compounding.workflow import deciding
from compounding.workflow.reviewing import Review, ReviewSeen, read_review

__all__ = ["blueprint", "review_ends", "review_plan", "review_prescriber"]

_MOST_LOTS = 20


@blueprint.route("/orders/<key:order_id>/review", methods=WAY, endpoint="page")
def review_order(order_id: str) -> Response:
    """The review of an order, and its acceptance."""
    seen = _seen(order_id)
    form = _accept_form(seen)
    if request.method == "POST":
        done = decide(form, deciding.accept, lambda: deciding.Accept(
            order_id=order_id, version=form.version, prescriber_authenticated=form.authenticated, prescriber_licence=form.prescriber_licence.text,
            settled=form.settled, interval_days=int(form.interval_days.data) if form.interval_days.data is not None else None, lot_ids=_lot_ids(),
        ))  # fmt: skip
        if done is not None:
            return go_on(ORDER, order_id)
        seen = _seen(order_id)
        form.expect(seen.doubts, needs_licence=seen.needs_licence, is_entered=seen.record.source is Source.ENTERED)
    return _page(seen, form)


@blueprint.post("/orders/<key:order_id>/screen")
def screen(order_id: str) -> Response:
    """Screen the order; one that was screened by an earlier lexicon is sent back first, with every other one."""
    form = DecisionForm()
    if form.validate():
        seen = _seen(order_id)
        if seen.record.state is not State.RECEIVED and seen.can_be_screened and form.version == seen.version:
            # Its own version moves on by being sent back, so what is screened is what is on record then.
            if decide(form, deciding.screen_again, deciding.ScreenAgain) is None:
                return _page(_seen(order_id), form)
            form.seen.data, form.key.data = str(_seen(order_id).version), f"{form.key.data}-2"
        if decide(form, deciding.screen, lambda: deciding.OfOrder(order_id=order_id, version=form.version)) is not None:
            return go_on("review.page", order_id)
    return _page(_seen(order_id), form)


def _seen(order_id: str) -> ReviewSeen:
    return do(read_review, Review(order_id=order_id, lot_ids=_lot_ids()))


def _lot_ids() -> tuple[str, ...]:
    return tuple(dict.fromkeys(request.values.getlist("lot")))[:_MOST_LOTS]


def _accept_form(seen: ReviewSeen) -> AcceptForm:
    form = AcceptForm()
    form.expect(seen.doubts, needs_licence=seen.needs_licence, is_entered=seen.record.source is Source.ENTERED)
    return form


def _page(seen: ReviewSeen, form: DecisionForm) -> Response:
    form.seen.data = str(seen.version)
    worked, names = seen.worked, dict(seen.names)
    formulary = worked.examined.gate.formulary
    told = [(each.code, each.message, each.source) for each in seen.holds] + [(each.code, each.message, "") for each in seen.against]
    side = review_page.preview_of(worked.planned, formulary) if worked.planned is not None else None
    other = review_page.preview_of(worked.steer, formulary) if worked.steer is not None else None
    return page(
        "review/page.html", form, seen=seen, record=seen.record, stands=_stands(seen, told),
        doubts=_stands(seen, [(each.code, each.message, each.source) for each in seen.doubts]), entries=review_page.entries_of(seen),
        order=review_page.order_rows(seen), validity=review_page.validity_rows(seen), side=side, other=other, choice=worked.examined.choice,
        formulary=formulary, may_accept=isinstance(form, AcceptForm) and seen.can_be_accepted, chosen_lots=_lot_ids(),
        acts=_other_ways(seen),
        # Lots are chosen for a fill: at the review every one is missing, and the page says so beside the weights.
        warnings=[each for each in seen.warnings if each.code != "NOMINAL_MATERIALS"],
        who=lambda key: names.get(key, key), age=seen.patient.profile.age_on(seen.today),
    )  # fmt: skip


def _other_ways(seen: ReviewSeen) -> list[next_acts.NextAct]:
    """What else can be done: not this page, and no change to petrolatum of what is ordered in petrolatum."""
    is_petrolatum = seen.worked.examined.receipt.base is BaseWish.PETROLATUM
    left_out = {place_of("review.page", seen.record.id), *((place_of("review.adapt", seen.record.id),) if is_petrolatum else ())}
    ways = next_acts.of_order(seen.record.id, seen.record.state, is_fillable=not seen.open_preparations)
    return [each for each in ways if each.href not in left_out]


def _stands(seen: ReviewSeen, told: list[tuple[str, str, str]]) -> list[review_words.Stands]:
    return review_words.stands(told, order_id=seen.record.id, patient_id=seen.patient.id, is_correctable=is_correctable(seen.record))
