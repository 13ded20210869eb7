"""The form of a new order: the patient, the answers about allergies, what is asked for, and directions that are built from their parts.

Nothing clinical is filled in for anybody: a strength, an amount or a frequency stands here only because a person entered it, or chose a favourite of their own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import request
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput
from werkzeug.datastructures import MultiDict
from wtforms import SelectMultipleField, ValidationError  # type: ignore[import-untyped]

from compounding.domain.built_directions import BuiltDirections, Moment
from compounding.domain.errors import LevigateError
from compounding.domain.order_as_sent import DirectionsAsSent, OrderAsSent
from compounding.domain.order_words import Vocabulary
from compounding.domain.typed_quantities import DAYS, GRAMS, Asked
from compounding.web import typed_order
from compounding.web.amount_helper import HelperFields
from compounding.web.confirming import add_error
from compounding.web.fields import AnswerField, QuantityField, TextField, offer
from compounding.web.languages import LANGUAGE_NAMES
from compounding.web.pharmacy import current_pharmacy
from compounding.web.prepare_form import OrderForm
from compounding.web.problems_beside import sentence

_PAGE_ORDER = (
    "patient_name", "born_on", "patient_address", "patient_identifier", "patient_telephone", "patient_language", "prescriber_name", "prescriber_licence",
    "ordered_on", "order_ref", "allergies", "allergies_list", "contact", "contact_details", "asked_by", "asked_on", "percent", "basis", "base", "place",
    "how_much", "each_g", "moments", "course_days", "directions", "supply_days", "amount", "repeats", "why_compounded", "notes",
)  # fmt: skip
CLINICAL = (
    "percent", "basis", "base", "place", "how_much", "each_g", "moments", "course_days", "directions", "supply_days", "amount", "repeats", "why_compounded",
)  # fmt: skip
"""What a favourite fills in."""
MOMENTS = {"morning": "in the morning", "noon": "at noon", "evening": "in the evening", "bedtime": "at bedtime"}
_WHY = "Reason for compounding"
_COURSE = Asked(unit=DAYS, whole=True, least=Decimal(1), most=Decimal(3660))


class SeveralField(SelectMultipleField):  # type: ignore[misc]
    """Any number of the answers, each once."""

    widget = GovCheckboxesInput()

    def pre_validate(self, form: object) -> None:  # noqa: ARG002 - WTForms passes the form by position.
        """Refuse what was never offered."""
        if not set(self.data or ()) <= {choice.value for choice in self.choices} or len(set(self.data or ())) != len(self.data or ()):
            raise ValidationError(f"{self.label.text} Choose among the answers.")


class NewOrderForm(HelperFields, OrderForm):
    """A new order. `is_own` where its prescriber enters it: then what an order needs is asked for at once, and for a transcription only what a record needs."""

    patient_identifier = TextField("Patient's identifier", description="Personal health number, if it is known.")
    patient_telephone = TextField("Patient's telephone")
    patient_language = AnswerField("Which language does the patient read?", choices=offer(**LANGUAGE_NAMES))
    place = TextField("Where does it go?", description="For example: the hard spots on both elbows")
    how_much = AnswerField("How much each time?", choices=offer(thin_layer="A thin layer", grams="By weight"))
    each_g = QuantityField("Weight of one application", asks=Asked(unit=GRAMS))
    moments = SeveralField("At which times of the day?", choices=offer(**{name: text.capitalize() for name, text in MOMENTS.items()}))
    course_days = QuantityField("For how many days?", description="Leave it empty if no end is stated.", asks=_COURSE)
    why_compounded = TextField(_WHY, description="For example: there is no such product on the market.")

    _fields: dict[str, Any]

    def __init__(self, *args: Any, is_own: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_own = is_own
        self.offer_tables(current_pharmacy().data.fingertips)
        # Errors are listed in the order of the page, and not in that of the classes.
        made: dict[str, Any] = dict(self._fields)
        self._fields = {name: made[name] for name in (*_PAGE_ORDER, *(each for each in made if each not in _PAGE_ORDER))}
        if is_own:
            self.basis.choices = self.basis.choices[:2]
            self.base.choices = [each for each in self.base.choices if each.value in {"petrolatum", "zinc_ointment", "choice"}]
            self.directions.label.text = "Directions in your own words"
        self.directions.description = "Only where the parts above cannot say it; then leave them empty." if is_own else "As the prescriber wrote them."
        self.supply_days.label.text = "How long is one fill to last?"
        self.supply_days.description = ""
        self.notes.label.text = "Diagnosis and notes"

    @property
    def is_built(self) -> bool:
        """Whether anything of the parts of the directions was filled in."""
        return bool(self.place.text or self.how_much.data or self.each_g.data is not None or self.moments.data or self.course_days.data is not None)

    @property
    def built(self) -> BuiltDirections:
        """The directions from their parts. Raises LevigateError."""
        days = self.course_days.data
        return BuiltDirections(
            place=self.place.text, grams=self.each_g.data if self.how_much.data == "grams" else None,
            moments=frozenset(Moment(each) for each in self.moments.data or ()), days=int(days) if days is not None else None,
        )  # fmt: skip

    def validate(self, extra_validators: object = None, *, words: Vocabulary | None = None) -> bool:
        """Check every field, then what belongs together."""
        super().validate(extra_validators)
        self._need(self.patient_name, "Write the patient's name.")
        self._need(self.born_on, "Write the patient's date of birth: with the name it says whom the order is for.")
        self._need(self.allergies, "Answer what is known of the patient's allergies, also if nobody asked.")
        self._need(self.contact, "Answer whether the patient ever had a rash from what touches the skin, also if nobody asked.")
        if self.is_own:
            self._check_whole()
        if self.is_built:
            self._check_built(words)
        return not self.errors

    def _check_whole(self) -> None:
        self._need(self.percent, "Write the strength.")
        self._need(self.basis, "Choose what the strength is counted as: the two differ more than one and a half times.")
        self._need(self.base, "Choose the base, or leave it to the pharmacist.")
        self._need(self.amount, "Write the amount.")
        self._need(self.repeats, "Write how often it may be repeated; 0 for never.")
        if not self.is_built and not self.directions.text:
            add_error(self.place, "Write where it goes, then choose how much and when.")

    def _check_built(self, words: Vocabulary | None) -> None:
        if self.directions.text:
            add_error(self.directions, "Directions are given twice: clear these words, or everything above that says where, how much and when.")
        self._need(self.place, "Write where it goes.")
        self._need(self.how_much, "Choose how much each time.")
        if self.how_much.data == "grams":
            self._need(self.each_g, "Write the weight of one application.")
        elif self.each_g.data is not None:
            add_error(self.how_much, 'A weight is written, so choose "By weight", or clear it.')
        if not self.moments.data and not self.moments.errors:
            add_error(self.moments, "Choose the times of the day.")
        if not self.place.errors and self.moments.data and not self.moments.errors:
            try:
                built = self.built
                if words is not None:
                    built.check_place(words.directions)
            except LevigateError as refusal:
                add_error(self.place, sentence(refusal))

    def _need(self, field: Any, asks: str) -> None:
        if (field.data is None or not str(field.data).strip()) and not field.errors:
            add_error(field, asks)

    def order(self) -> OrderAsSent:
        """The order as it was entered, once the form is valid."""
        plain = typed_order.order_of(self)
        patient = replace(
            plain.patient, identifier=self.patient_identifier.text, telephone=self.patient_telephone.text, language=self.patient_language.data or "",
        )  # fmt: skip
        directions: tuple[DirectionsAsSent, ...] = (self.built.as_sent(f"{typed_order.WHERE}.directions"),) if self.is_built else plain.directions
        why = (f"{_WHY}: {self.why_compounded.text}",) if self.why_compounded.text else ()
        return replace(plain, patient=patient, directions=directions, notes=(*why, *plain.notes))

    def carried(self) -> list[tuple[str, str]]:
        """Everything that was typed, for hidden fields."""
        return [(field.name, str(value)) for field in self if field.name not in {"csrf_token", *request.files} for value in field.raw_data or ()]


def filled(told: Mapping[str, Any], *, is_own: bool) -> NewOrderForm:
    """A form with these values in its fields, as if they had been typed."""
    return NewOrderForm(MultiDict(_pairs(told)), is_own=is_own)


def _pairs(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in told.items():
        for each in value if isinstance(value, list | tuple) else (value,):
            yield name, str(each)
