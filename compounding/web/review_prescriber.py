"""What goes between the pharmacy and the prescriber of an order: a question, its answer with what it rests on, and a base changed by the pharmacist."""

from flask import request
from werkzeug import Response

from compounding.domain.stages import State
from compounding.web import review_page
from compounding.web.acting import do
from compounding.web.acts import go_on, page
from compounding.web.kept_files import kept_of
from compounding.web.review_acts import DecisionForm, decide
from compounding.web.review_blueprint import WAY, blueprint
from compounding.web.review_forms import AdaptForm, AnswerForm, AskForm, the_day
from compounding.workflow import deciding
from compounding.workflow.reviewing import Review, ReviewSeen, read_review

_REVIEW = "review.page"
_ASKABLE = (State.RECEIVED, State.SCREENED)


@blueprint.route("/orders/<key:order_id>/ask", methods=WAY)
def ask(order_id: str) -> Response:
    """A question to the prescriber; the order waits for the answer."""
    seen, form = _seen(order_id), AskForm()
    if request.method == "POST":
        done = decide(form, deciding.ask_prescriber, lambda: deciding.AskPrescriber(
            order_id=order_id, version=form.version, question=form.question.text, asks_for_petrolatum=form.petrolatum.data == "yes",
        ))  # fmt: skip
        if done is not None:
            return go_on(_REVIEW, order_id)
        seen = _seen(order_id)
    elif review_page.ready_question(seen):
        form.question.data, form.petrolatum.data = review_page.ready_question(seen), "yes"
    return _page("review/ask.html", form, seen, can=seen.record.state in _ASKABLE)


@blueprint.route("/orders/<key:order_id>/answer", methods=WAY)
def answer(order_id: str) -> Response:
    """The prescriber's answer to the question that is open."""
    seen, form = _seen(order_id), AnswerForm()
    question = _expect(form, seen)
    if request.method == "POST":
        done = decide(form, deciding.record_answer, lambda: _answer(form, order_id))
        if done is not None:
            return go_on(_REVIEW, order_id)
        seen = _seen(order_id)
    else:
        form.by.data = seen.record.sent.prescriber_name
        form.open_now()
    return _page("review/answer.html", form, seen, can=seen.record.state is State.AWAITING_PRESCRIBER, question=question)


@blueprint.route("/orders/<key:order_id>/adapt", methods=WAY)
def adapt(order_id: str) -> Response:
    """The base changed to petrolatum by the pharmacist, where the place allows it."""
    seen, form = _seen(order_id), AdaptForm()
    if request.method == "POST":
        done = decide(form, deciding.adapt_base, lambda: deciding.AdaptBase(
            order_id=order_id, version=form.version, patient_consented_on=the_day(form.patient_consented_on),
            prescriber_notified_on=the_day(form.prescriber_notified_on),
        ), reason=form.reason.text)  # fmt: skip
        if done is not None:
            return go_on(_REVIEW, order_id)
        seen = _seen(order_id)
    profile = seen.worked.examined.bench.profile
    return _page("review/adapt.html", form, seen, can=seen.record.state in _ASKABLE, profile=profile)


def _seen(order_id: str) -> ReviewSeen:
    return do(read_review, Review(order_id=order_id))


def _page(template: str, form: DecisionForm, seen: ReviewSeen, **told: object) -> Response:
    form.seen.data = str(seen.version)
    return page(template, form, seen=seen, record=seen.record, echo=seen.worked.examined.receipt.echo, **told)


def _expect(form: AnswerForm, seen: ReviewSeen) -> str:
    """The question that is open; beside a button that is pressed twice the one that was just answered, so that both ask for the same."""
    last = seen.record.enquiries[-1] if seen.record.enquiries else None
    form.expect(asks_for_petrolatum=last is not None and last.asks_for_petrolatum)
    return last.question if last is not None else ""


def _answer(form: AnswerForm, order_id: str) -> deciding.RecordAnswer:
    is_call = form.rests_on.data == "call"
    return deciding.RecordAnswer(
        order_id=order_id, version=form.version, by=form.by.text, on=the_day(form.on), words=form.words.text,
        agrees_to_petrolatum=form.petrolatum.data == "agrees", objects_to_petrolatum=form.petrolatum.data == "objects",
        document_sha256="" if is_call else _letter(form), spoken=form.spoken if is_call else None,
    )  # fmt: skip


def _letter(form: AnswerForm) -> str:
    """The sha256 of the letter, kept now or when the form was sent before. Raises LevigateError with the error beside the field."""
    return kept_of(form.letter, form.letter_sha256, what="the letter", missing="choose the letter: an answer is kept with what it rests on")
