"""A prescriber's own orders: the pharmacy's questions answered, an order withdrawn, favourites removed."""

from dataclasses import dataclass, replace

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from compounding.domain.base_wish import BaseConsent, BaseWish
from compounding.domain.order_parts import Enquiry
from compounding.domain.order_record import OrderRecord
from compounding.domain.people import Duty
from compounding.domain.stages import Action, State, Subject, can_follow
from compounding.pipeline import Planned, examine, work_out
from compounding.result import planned_of
from compounding.web import record_words
from compounding.web.acting import do
from compounding.web.acts import ActForm, act, page, same_version
from compounding.web.confirming import add_error
from compounding.web.favourite_forms import RemoveForm, own_favourites
from compounding.web.fields import AnswerField, HiddenField, LinesField, offer
from compounding.web.pharmacy import Pharmacy, current_pharmacy
from compounding.web.prescribers_blueprint import blueprint
from compounding.web.present import drug_in_it
from compounding.web.signing_acts import SignedForm, sign
from compounding.web.visitors import new_key
from compounding.workflow.deciding import OfOrder
from compounding.workflow.favourites import OfFavourite, remove_favourite
from compounding.workflow.listing import ListOrders, list_own_orders
from compounding.workflow.own_orders import AnswerAsPrescriber, answer_as_prescriber, withdraw_own_order
from compounding.workflow.reading import Of, OrderSeen, read_order_record

_WAY = ["GET", "POST"]
_AGREE = "I agree: prepare it in white petrolatum, with the same strength and amount."
_OBJECT = "I do not agree to petrolatum."


class AnswerForm(SignedForm):
    """The prescriber's answer; a question about petrolatum is answered by one choice, any other in words."""

    duty = Duty.ENTER_ORDERS

    seen = HiddenField()
    conclusion = AnswerField("What do you answer?", choices=offer(agree=_AGREE, object=_OBJECT))
    words = LinesField("What else should the pharmacy know?", description="It may stay empty.")

    def validate(self, extra_validators: object = None, *, about_petrolatum: bool = True) -> bool:
        """An answer is there."""
        super().validate(extra_validators)
        if about_petrolatum and not self.conclusion.data and not self.conclusion.errors:
            add_error(self.conclusion, "Choose whether you agree to petrolatum.")
        if not about_petrolatum and not self.words.text:
            add_error(self.words, "Write your answer.")
        return not self.errors


class OtherAnswerForm(AnswerForm):
    """The answer to a question that asks for no other base."""

    def validate(self, extra_validators: object = None, *, about_petrolatum: bool = False) -> bool:
        """An answer is there."""
        return super().validate(extra_validators, about_petrolatum=about_petrolatum)


class WithdrawForm(ActForm):
    """Why the order is withdrawn."""

    reason = LinesField("Why do you withdraw it?", description="The pharmacy reads it, and it stays with the record.")

    def validate(self, extra_validators: object = None) -> bool:
        """A reason is there."""
        super().validate(extra_validators)
        if not self.reason.text and not self.reason.errors:
            add_error(self.reason, "Write why, in a few words.")
        return not self.errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One formula worked out for the order's own strength and amount. `weights` is empty where the order's words do not say enough to work it out."""

    heading: str
    zinc: str
    facts: tuple[tuple[str, str], ...]
    weights: tuple[dict[str, str], ...]
    total: dict[str, str]


@blueprint.get("/my-orders/questions")
def questions() -> str:
    """The own orders that wait for an answer."""
    zone = current_pharmacy().site.time_zone
    waiting = do(list_own_orders, ListOrders(states=(State.AWAITING_PRESCRIBER,), is_newest_first=False)).orders
    rows = [
        {"id": each.record.id, "number": each.record.rx_number, "patient": each.patient_name, "born_on": each.born_on.isoformat(),
         "question": each.record.enquiries[-1].question, "asked": record_words.local(each.record.enquiries[-1].asked_at, zone)}
        for each in waiting
    ]  # fmt: skip
    return render_template("prescribing/questions.html", rows=rows)


@blueprint.route("/my-orders/<key:order_id>/answer", methods=_WAY)
def answer(order_id: str) -> Response:
    """The question, both formulas side by side where it asks for petrolatum, and the signed answer."""
    seen = _own(order_id)
    question = _open_question(seen.record)
    form: AnswerForm = OtherAnswerForm() if question is not None and not question.asks_for_petrolatum else AnswerForm()
    if request.method == "POST":
        now, asked = seen, question
        done = sign(form, answer_as_prescriber, lambda: _answer(form, now, asked), check=same_version(form.seen.data, now.version, "this order"))
        if done is not None:
            return redirect(url_for("orders.show", order_id=order_id), 303)
        seen = _own(order_id)
        question = _open_question(seen.record)
    form.seen.data = str(seen.version)
    sides = sides_of(seen.record, current_pharmacy()) if question is not None and question.asks_for_petrolatum else ()
    return page("prescribing/answer.html", form, seen=seen, record=seen.record, question=question, sides=sides, rows=record_words.order_rows(seen.record))


@blueprint.route("/my-orders/<key:order_id>/withdraw", methods=_WAY)
def withdraw(order_id: str) -> Response:
    """Withdraw an order, with the reason."""
    seen, form = _own(order_id), WithdrawForm()
    if request.method == "POST":
        now = seen
        done = act(
            form, withdraw_own_order, lambda: OfOrder(order_id=order_id, version=now.version), reason=form.reason.text,
            check=same_version(form.seen.data, now.version, "this order"),
        )  # fmt: skip
        if done is not None:
            return redirect(url_for("orders.show", order_id=order_id), 303)
        seen = _own(order_id)
    form.seen.data = str(seen.version)
    can = Action.CANCEL in can_follow(Subject.ORDER, seen.record.state)
    return page("prescribing/withdraw.html", form, seen=seen, record=seen.record, can=can, state=record_words.state(seen.record.state))


@blueprint.route("/my-orders/favourites", methods=_WAY)
def favourites() -> Response:
    """One's favourites, to be looked at and removed."""
    form = RemoveForm()
    if request.method == "POST":
        seen = form.seen.data or ""
        asked = OfFavourite(favourite_id=form.favourite_id.data or "", version=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0)
        if act(form, remove_favourite, lambda: asked) is not None:
            return redirect(url_for("prescribing.favourites"), 303)
    return page("prescribing/favourites.html", form, mine=own_favourites(), new_key=new_key)


def sides_of(record: OrderRecord, house: Pharmacy) -> tuple[Side, ...]:
    """The formula as ordered and the one in petrolatum, worked out from the order's words alone.

    No allergy of the record comes in: what the rest of a patient's record says is not the prescriber's to read, and the figures do not depend on it.
    """
    sent = replace(record.sent, allergies=(), notes=(), conditions=())
    plain = house.bench(on=None, language=None, allergies=(), contact=None)
    agreed = BaseConsent(base=BaseWish.PETROLATUM, by=record.sent.prescriber_name.strip() or "the prescriber", on=house.today, in_words="as the pharmacy asks")
    return tuple(_side(work_out(examine(sent, bench, house.data), house.data).planned, house) for bench in (plain, replace(plain, consent=agreed)))


def _side(planned: Planned | None, house: Pharmacy) -> Side:
    if planned is None:
        return Side(heading="As it is written", zinc="The words of the order do not say enough to work it out here.", facts=(), weights=(), total={})
    worked = planned_of(planned)
    totals = worked["totals"]
    formulary = house.data.formulary
    is_zinc = formulary.contains_zinc(planned.formula)
    return Side(
        heading=formulary.substances[planned.formula.base].name,
        zinc=f"Contains zinc oxide: {totals['zinc_oxide_percent']} % w/w of the finished ointment" if is_zinc else "Does not contain zinc",
        facts=(
            ("Amount", f"{totals['amount_g']} g"),
            ("Sodium thiosulfate in it", drug_in_it(planned.sheet)),
        ),
        weights=tuple({"component": line["name"], "exact": line["exact"], "to_weigh": line["to_weigh"], "unit": line["unit"]} for line in worked["weighing"]),
        total={"to_weigh": totals["to_weigh_g"], "unit": "g"},
    )  # fmt: skip


def _answer(form: AnswerForm, seen: OrderSeen, question: Enquiry | None) -> AnswerAsPrescriber:
    asks = question is not None and question.asks_for_petrolatum
    agrees, objects = asks and form.conclusion.data == "agree", asks and form.conclusion.data == "object"
    said = (_AGREE if agrees else _OBJECT if objects else "", form.words.text)
    words = " ".join(each for each in said if each)
    return AnswerAsPrescriber(order_id=seen.record.id, version=seen.version, words=words, agrees_to_petrolatum=agrees, objects_to_petrolatum=objects)


def _own(order_id: str) -> OrderSeen:
    return do(read_order_record, Of(id=order_id))


def _open_question(record: OrderRecord) -> Enquiry | None:
    return record.enquiries[-1] if record.is_asking else None
