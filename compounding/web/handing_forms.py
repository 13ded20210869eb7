"""The questions between the label and the patient: what is printed again, why something is withdrawn or comes back, counselling, and the hand-out itself."""

from decimal import Decimal
from typing import Any

from flask import request
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput
from wtforms import SelectMultipleField, ValidationError  # type: ignore[import-untyped]
from wtforms.fields import SelectChoice  # type: ignore[import-untyped]

from compounding.domain.assurance import Assurance
from compounding.domain.hand_over_parts import CounsellingWay
from compounding.domain.people import Duty
from compounding.domain.scanned_codes import LONGEST_CODE
from compounding.domain.typed_quantities import NUMBER, Asked
from compounding.web import handing_words
from compounding.web.access import has_duty, the_who_may
from compounding.web.acts import ActForm
from compounding.web.confirming import add_error
from compounding.web.fields import AnswerField, ChoiceField, HiddenField, LinesField, QuantityField, TextField, offer
from compounding.web.languages import language_name
from compounding.web.signing_acts import SignedForm
from compounding.web.site_paper_forms import stock_in_words
from compounding.web.visitors import the_visitor
from compounding.workflow.at_hand_out import ContainerSeen, CounsellingSigned
from compounding.workflow.counselling import RecordCounselling
from compounding.workflow.releasing import GiveOut
from compounding.workflow.setting_papers import Place

_WAYS = offer(**{each.name: each.value.capitalize() for each in CounsellingWay})
_ACCEPTED, _DECLINED, _NOT_OFFERED, _SIGNED = "accepted", "declined", "not-offered", "signed-"


class BesideForm(SignedForm):
    """A form whose act is not signed by whoever may do it alone; whoever may only beside somebody else shows who both of them are."""

    seen = HiddenField()

    @property
    def signs(self) -> bool:
        """Whether a password is asked for."""
        return self.is_supervised

    def confirmed(self) -> tuple[Assurance, ...] | None:
        """What was shown; nothing where nothing is needed."""
        return super().confirmed() if self.signs else ()


class StockedForm(BesideForm):
    """On which labels, and from which place of a sheet of them; everything a paper says is on record."""

    duty = Duty.PRINT_PAPER

    stock = ChoiceField("Labels", choices=offer())
    start = QuantityField("First free label of the sheet", asks=Asked(unit=NUMBER, least=Decimal(1), most=Decimal(100), whole=True))

    def offer_stock(self, usual: str) -> None:
        """Offer every stock, the pharmacy's own first chosen."""
        import labels

        self.stock.choices = [SelectChoice(each, stock_in_words(stock)) for each, stock in labels.STOCKS.items()]
        if self.stock.data is None or request.method == "GET":
            self.stock.data = usual
        if request.method == "GET" or not self.start.raw_data:
            self.start.data = Decimal(1)

    @property
    def place(self) -> Place:
        """Where the labels go; the workflow judges whether that sheet has such a place."""
        return Place(stock=self.stock.data, start=int(self.start.data or 1))


class PrintForm(StockedForm):
    """The labels, and whether the patient gets the leaflet in large print as well."""

    large_print = AnswerField("Leaflet in large print as well (18 pt)", choices=offer(no="No", yes="Yes"))


class ReasonForm(BesideForm):
    """An act that needs a reason and nothing else."""

    reason = LinesField("Why?", description="It stays with the record.")

    def validate(self, extra_validators: object = None) -> bool:
        """There is a reason."""
        super().validate(extra_validators)
        need(self.reason, "Write why in a few words; it stays with the record.")
        return not self.errors


class VoidForm(ReasonForm):
    """Why a label is withdrawn."""

    duty = Duty.PRINT_PAPER


class TakeBackForm(ReasonForm):
    """Why a container came back."""

    duty = Duty.HAND_OUT


class RecallForm(ReasonForm):
    """Why a preparation is recalled."""

    duty = Duty.RECALL


class ReprintForm(StockedForm, ReasonForm):
    """Which stored paper, on which labels if it is one, and why again."""

    paper = AnswerField("Which paper?")

    def validate(self, extra_validators: object = None) -> bool:
        """A paper is chosen."""
        super().validate(extra_validators)
        need(self.paper, "Choose the paper to print again.")
        return not self.errors


class CounselForm(SignedForm):
    """Counselling that the person acting offered."""

    duty = Duty.COUNSEL

    seen = HiddenField()
    answer = AnswerField("Counselling was", choices=offer(**{_ACCEPTED: "Accepted", _DECLINED: "Declined"}))
    way = AnswerField("How was it given or offered?", choices=_WAYS)
    words = LinesField("What was said of note?", description="Or why counselling was declined.")

    def validate(self, extra_validators: object = None) -> bool:
        """Every question is answered."""
        super().validate(extra_validators)
        need(self.answer, "Say whether counselling was accepted or declined.")
        need(self.way, "Say how counselling was given or offered.")
        need(self.words, "Write what was said of note, or why counselling was declined.")
        return not self.errors

    def asked(self, preparation_id: str, version: int) -> RecordCounselling:
        """The answers."""
        return RecordCounselling(
            preparation_id=preparation_id, version=version, is_accepted=self.answer.data == _ACCEPTED, way=CounsellingWay[self.way.data], words=self.words.text
        )


class ScanForm(ActForm):
    """The code on the container, asked before anything else."""

    scanned_code = TextField("The code on the container", description="Scan it. The program answers before anything else is asked.")

    def validate(self, extra_validators: object = None) -> bool:
        """There is a code."""
        super().validate(extra_validators)
        need(self.scanned_code, "Scan the code on the container.")
        if len(self.scanned_code.text) > LONGEST_CODE:
            add_error(self.scanned_code, "That is longer than any code on a container. Scan it again, alone.")
        return not self.errors


class LeafletsField(SelectMultipleField):  # type: ignore[misc]
    """The languages of the leaflets that go along, of those that were printed."""

    widget = GovCheckboxesInput()

    def pre_validate(self, form: object) -> None:  # noqa: ARG002 - WTForms passes the form by position.
        """Refuse a language that was not offered."""
        if set(self.data or ()) - {choice.value for choice in self.choices}:
            raise ValidationError("Tick the leaflet that goes along.")


class HandOutForm(BesideForm):
    """What the receiver tells and takes. The password is asked of whoever signs for counselling by it, or acts beside a supervisor."""

    scanned_code = HiddenField()
    patient_name = TextField("Patient's name, as the receiver says it", description="Ask; do not read it out. Type what you are told.")
    second_identifier = TextField("Second identifier, as the receiver says it", description="Date of birth (YYYY-MM-DD), prescription number or health number.")
    receiver = TextField("Who takes it?", description="For example: the patient, or the daughter in the patient's name.")
    languages = LeafletsField("The leaflet that goes along")
    counselling = AnswerField("Counselling by a pharmacist")
    way = AnswerField("How was it given or offered?", choices=_WAYS)
    words = LinesField("What was said of note?", description="Or why counselling was declined.")
    reason = LinesField("Why hand out less than the supply lasts?", description="A pharmacist's reason.")

    def __init__(self, *args: Any, **options: Any) -> None:
        person, who_may = the_visitor().person, the_who_may(the_visitor().site_id)
        self.may_counsel = has_duty(person, Duty.COUNSEL, who_may)
        self.duty = Duty.COUNSEL if self.may_counsel else Duty.HAND_OUT
        super().__init__(*args, **options)
        self._signed: dict[str, CounsellingSigned] = {}
        self.is_short = False

    def offer(self, container: ContainerSeen) -> None:
        """Offer what this container can be handed out with."""
        self.languages.choices = [SelectChoice(each, language_name(each)) for each in container.languages]
        self._signed = {_SIGNED + each.by: each for each in container.counsellings}
        self.is_short = container.is_short
        told = {key: handing_words.counselling(each) for key, each in self._signed.items()}
        mine = {_ACCEPTED: "I offered it now: accepted", _DECLINED: "I offered it now: declined"} if self.may_counsel else {}
        self.counselling.choices = [SelectChoice(key, text) for key, text in {**told, **mine, _NOT_OFFERED: "Nobody offered it"}.items()]

    @property
    def signs(self) -> bool:
        """Whether a password is asked for: for counselling that is signed by this very form, or beside a supervisor."""
        signed = self._signed.get(self.counselling.data or "")
        return self.is_supervised or self._is_now or (signed is not None and signed.by == the_visitor().person.id)

    @property
    def _is_now(self) -> bool:
        return self.counselling.data in {_ACCEPTED, _DECLINED}

    def validate(self, extra_validators: object = None) -> bool:
        """Everything is answered; whether it is right, the workflow judges."""
        super().validate(extra_validators)
        need(self.patient_name, "Type the patient's name as the receiver says it.")
        need(self.second_identifier, "Type the second identifier as the receiver says it.")
        need(self.receiver, "Say who takes it.")
        need(self.counselling, "Say how counselling was offered.")
        if not self.languages.data and not self.languages.errors:
            add_error(self.languages, "Tick the leaflet that goes along.")
        if self._is_now:
            need(self.way, "Say how counselling was given or offered.")
        if self.is_short:
            need(self.reason, "A pharmacist must write why it is handed out although the supply lasts beyond the beyond-use date.")
        return not self.errors

    def asked(self, preparation_id: str, version: int) -> GiveOut:
        """The hand-out as it was told."""
        signed = self._signed.get(self.counselling.data or "")
        way = signed.way if signed is not None else CounsellingWay[self.way.data] if self._is_now else CounsellingWay.IN_PERSON
        return GiveOut(
            preparation_id=preparation_id, version=version, scanned_code=self.scanned_code.data or "", patient_name=self.patient_name.text,
            second_identifier=self.second_identifier.text, receiver=self.receiver.text, document_languages=tuple(self.languages.data or ()),
            counselling_offered=self.counselling.data != _NOT_OFFERED,
            counselling_accepted=signed.is_accepted if signed is not None else self.counselling.data == _ACCEPTED,
            counselling_by=signed.by if signed is not None else the_visitor().person.id if self._is_now else "", counselling_way=way,
            counselling_words=self.words.text or (signed.words if signed is not None else ""),
        )  # fmt: skip


def need(field: Any, sentence: str) -> None:
    """Put the sentence beside a field that says nothing."""
    empty = field.data is None or not str(field.data).strip()
    if empty and not field.errors:
        add_error(field, sentence)
