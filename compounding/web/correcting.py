"""Correcting how an order was read: the typed form filled in again from its words, so that nobody types what was right; what it cannot show stays as it was."""

from dataclasses import replace
from datetime import date

from flask import render_template
from wtforms import HiddenField  # type: ignore[import-untyped]
from wtforms.validators import Regexp  # type: ignore[import-untyped]

from compounding.domain.beyond_use import read_day
from compounding.domain.errors import LevigateError
from compounding.domain.order_as_sent import OrderAsSent
from compounding.domain.order_parts import Source
from compounding.domain.order_record import OrderRecord
from compounding.domain.stages import Action, Subject, can_follow
from compounding.web import record_words, typed_order
from compounding.web.confirming import SigningForm
from compounding.web.fields import TextField
from compounding.web.prepare_form import OrderForm
from compounding.web.typed_order import BASE_WORDS, DRUG_WORDS
from compounding.workflow.reading import OrderSeen
from compounding.workflow.receiving import CorrectOrder, correct_order

__all__ = ["CorrectForm", "asked", "correct_order", "filled_in", "is_correctable", "page"]


class CorrectForm(SigningForm):
    """Why it is corrected, and by whose signature."""

    reason = TextField("Why is it corrected?", description="The earlier words stay in the order's history, and the reason beside them.")
    version = HiddenField(validators=[Regexp(r"\A[1-9][0-9]{0,8}\Z", message="Open the page again: it does not say which wording it corrects.")])
    key = HiddenField()


def is_correctable(record: OrderRecord) -> bool:
    """Whether a person typed it, and it may still be corrected as it stands. A file is corrected by whoever sent it."""
    return record.source is not Source.FILE and Action.CORRECT_ORDER in can_follow(Subject.ORDER, record.state)


def filled_in(record: OrderRecord) -> OrderForm:
    """The form with the words of the order. What the form has no answer for stays open, so that a person answers it."""
    sent = record.sent
    words = [each for name in sent.medication.names for each in name.words]
    strength = next((each.strength.numerator.value for each in sent.medication.ingredients if each.strength is not None), None)
    listed = [each.in_words for each in sent.allergies]
    asked_by = next((each.asked_by for each in sent.allergies if each.asked_by), "")
    asked_on = next((each.asked_on for each in sent.allergies if each.asked_on is not None), None)
    return OrderForm(formdata=None, data={
        "patient_name": sent.patient.name, "born_on": _day(sent.patient.birth_date), "patient_address": sent.patient.address,
        "prescriber_name": sent.prescriber_name, "prescriber_licence": sent.prescriber_licence, "ordered_on": _day(sent.authored_on),
        "order_ref": sent.identifier, "percent": strength, "basis": _named(DRUG_WORDS, words, "not_stated"),
        "base": _named(BASE_WORDS, words, "not_stated" if len(words) == 1 else None), "amount": sent.quantity.value if sent.quantity is not None else None,
        "directions": "\n".join(text for each in sent.directions for text in each.texts), "repeats": sent.repeats, "supply_days": sent.supply_days,
        "notes": "\n".join(sent.notes), "allergies": "none" if listed == ["No known allergies"] else "listed" if listed else "not_asked",
        "allergies_list": "" if listed == ["No known allergies"] else "\n".join(listed), "contact": "not_asked", "asked_by": asked_by, "asked_on": asked_on,
    })  # fmt: skip


def asked(record: OrderRecord, form: OrderForm, *, version: int) -> CorrectOrder:
    """The correction: what was typed, beside whatever the order says that the form does not show."""
    before, now = record.sent, typed_order.order_of(form)
    patient = replace(before.patient, name=now.patient.name, birth_date=now.patient.birth_date, address=now.patient.address)
    is_same_allergies = [each.in_words for each in before.allergies] == [each.in_words for each in now.allergies]
    sent: OrderAsSent = replace(
        before, identifier=now.identifier, medication=now.medication, patient=patient, prescriber_name=now.prescriber_name,
        prescriber_licence=now.prescriber_licence, authored_on=now.authored_on, quantity=now.quantity, repeats=now.repeats, supply_days=now.supply_days,
        directions=now.directions, notes=now.notes, allergies=before.allergies if is_same_allergies else now.allergies,
    )  # fmt: skip
    return CorrectOrder(order_id=record.id, version=version, sent=sent)


def page(seen: OrderSeen, typed: OrderForm, sign: CorrectForm, refusal: str) -> str:
    """The page."""
    return render_template("orders/correct.html", seen=seen, record=seen.record, typed=typed, sign=sign, refusal=refusal, words=record_words)


def _named(known: dict[str, str], words: list[str], otherwise: str | None) -> str | None:
    return next((name for name, text in known.items() if text in words), otherwise)


def _day(text: str) -> date | None:
    try:
        return read_day(text)
    except LevigateError:
        return None
