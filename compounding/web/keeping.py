"""Keeping an order from the browser: the typed words or the file, how it came, the picture of its original, and what a person says of doubles and namesakes."""

from dataclasses import dataclass, replace

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovFileInput
from wtforms import BooleanField, HiddenField  # type: ignore[import-untyped]

from compounding.domain.errors import WorkflowRefused
from compounding.domain.order_parts import Evidence, Source
from compounding.domain.patients import folded, folded_identifier
from compounding.domain.people import Duty, Person
from compounding.web import kept_files, typed_order
from compounding.web.access import has_duty, the_who_may
from compounding.web.acting import do
from compounding.web.fields import AnswerField, FileField, TextField, offer
from compounding.web.prepare_form import AskedForm, FileForm, OrderForm
from compounding.web.visitors import the_visitor
from compounding.workflow.listing import Find, Search, find
from compounding.workflow.own_orders import FindOwnPatients, find_own_patients
from compounding.workflow.receiving import ReceiveFile, ReceiveTyped, Standing, receive_file, receive_typed

_NAMESAKE, _DOUBLE = "PATIENT_AMBIGUOUS", "DUPLICATE_ORDER"
BESIDE_THE_FORM = frozenset({409, 422})
"""A refusal of these is about what was sent; every other one has a page of its own."""
ASKED_BACK = frozenset({_NAMESAKE, _DOUBLE, "OTHER_PATIENT", "NO_SUCH_NAMESAKE", "REASON_NEEDED"})
"""What a person can answer on the page; then the order is kept."""


class KeepForm(FlaskForm):  # type: ignore[misc]
    """What is asked beside an order that is kept. `picture_sha256` carries a picture that was kept already to the next page."""

    source = AnswerField("How did the order come?", choices=offer(paper="On paper", fax="By fax"))
    picture = FileField("Picture of the original", description="PDF, PNG or JPEG, up to 8 MB.", widget=GovFileInput())
    picture_sha256 = HiddenField()
    patient_id = HiddenField()
    is_another_person = BooleanField("This is another person of the same name and date of birth", widget=GovCheckboxInput())
    is_a_second_order = BooleanField("This really is a second order beside the one on record", widget=GovCheckboxInput())
    reason = TextField("Why", description="The reason stays with the record.")
    key = HiddenField()


@dataclass(frozen=True, slots=True, kw_only=True)
class Namesake:
    """A patient on record whom the order may be for."""

    id: str
    name: str
    born_on: str
    beside: str


def is_pharmacy(person: Person) -> bool:
    """Whether this person receives orders for the pharmacy; else they enter their own."""
    return has_duty(person, Duty.RECEIVE_ORDERS, the_who_may(the_visitor().site_id))


def refusal_of(form: AskedForm) -> str:
    """Why this order cannot be kept by this person as it stands, or nothing."""
    return _would_be_lost(form) or _not_theirs(form)


def _not_theirs(form: AskedForm) -> str:
    who = the_visitor().person
    if is_pharmacy(who):
        return ""
    if not isinstance(form, OrderForm):
        return "An order by file is received by the pharmacy. Type the order to enter it as your own."
    is_theirs = folded(form.prescriber_name.text) == folded(who.name)
    is_licence = folded_identifier(form.prescriber_licence.text) == folded_identifier(who.licence)
    if not is_theirs or not is_licence:
        licence = who.licence or "not on record"
        return f"You enter your own orders only: the prescriber is {who.name} with licence {licence}. Change the order, or ask the pharmacy."
    return ""


def _would_be_lost(form: AskedForm) -> str:
    """What was told of the patient's skin beside a file, and would not come on record with it; an answer that tells of nothing is asked again anyway."""
    if not isinstance(form, FileForm):
        return ""
    if form.contact.data == "yes":
        return (
            "A rash was told of beside the file, and only the file is kept. Have the sender put it among the file's allergies, or type the order instead: "
            "then the answer is kept with it."
        )
    if form.allergies.data == "listed":
        return "Allergies were told beside the file, and only the file is kept. Have the sender put them into it, or type the order instead."
    return ""


def keep(form: AskedForm, asked: KeepForm) -> Standing:
    """Keep a valid order. Raises LevigateError for what refuses it, with an error beside the field where there is one."""
    for code, refused in (("ANSWERS_NOT_KEPT", _would_be_lost(form)), ("NOT_YOUR_ORDER", _not_theirs(form))):
        if refused:
            raise WorkflowRefused(code, refused)
    reason, key, chosen = asked.reason.text, asked.key.data or "", asked.patient_id.data or ""
    is_another, is_second = bool(asked.is_another_person.data), bool(asked.is_a_second_order.data)
    if isinstance(form, FileForm):
        file = ReceiveFile(content=form.content, patient_id=chosen, is_another_person=is_another, is_a_second_order=is_second)
        return do(receive_file, file, reason=reason, key=key)
    if not isinstance(form, OrderForm):
        raise TypeError("an order is typed or a file")
    who, sent = the_visitor().person, typed_order.order_of(form)
    if is_pharmacy(who):
        source, evidence = source_of(asked), Evidence(images=(picture_of(asked),))
    else:
        # A prescriber chooses among the patients of their own orders only, and signs with the name and licence on record.
        chosen = chosen if chosen in {each.id for each in namesakes(form)} else ""
        source, evidence = Source.ENTERED, Evidence()
        sent = replace(sent, prescriber_name=who.name, prescriber_licence=who.licence)
    request = ReceiveTyped(
        sent=sent, source=source, evidence=evidence, contact=typed_order.contact_of(form), patient_id=chosen, is_another_person=is_another,
        is_a_second_order=is_second,
    )  # fmt: skip
    return do(receive_typed, request, reason=reason, key=key)


def source_of(asked: KeepForm) -> Source:
    """On paper or by fax. Raises WorkflowRefused with the error beside the field."""
    source = {"paper": Source.PAPER, "fax": Source.FAX}.get(asked.source.data or "")
    if source is None:
        asked.source.errors = [*asked.source.errors, "Say how the order came: on paper or by fax."]
        raise WorkflowRefused("SOURCE_NOT_GIVEN", "say whether the order came on paper or by fax")
    return source


def namesakes(form: AskedForm) -> tuple[Namesake, ...]:
    """Who on record may be this patient: for the pharmacy everyone of that name and day, for a prescriber the patients of their own orders."""
    if not isinstance(form, OrderForm) or form.born_on.data is None or not form.patient_name.text:
        return ()
    name, born_on = form.patient_name.text, form.born_on.data
    if is_pharmacy(the_visitor().person):
        if not any(each.isalpha() for each in name):
            return ()
        found = do(find, Find(by=Search.NAME, sought=name, born_on=born_on)).patients
        return tuple(
            Namesake(id=each.id, name=each.name, born_on=each.born_on.isoformat(), beside=each.identifier or each.address)
            for each in found if folded(each.name) == folded(name)
        )  # fmt: skip
    if not any(each.isalpha() for each in name):
        return ()
    own = do(find_own_patients, FindOwnPatients(sought=name)).patients
    return tuple(
        Namesake(id=each.patient_id, name=each.name, born_on=each.born_on.isoformat(), beside="of your own orders")
        for each in own if folded(each.name) == folded(name) and each.born_on == born_on
    )  # fmt: skip


def picture_of(asked: KeepForm) -> str:
    """The sha256 of the picture, kept now or on the page before. Raises LevigateError with the error beside the field."""
    missing = "choose the picture of the original: a typed order is kept with what it was typed from"
    return kept_files.kept_of(asked.picture, asked.picture_sha256, what="the picture", missing=missing)
