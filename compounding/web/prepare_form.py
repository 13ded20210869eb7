"""The two ways to hand over an order in the browser: typed, or as a FHIR file; and the answers that go with either.

Only the format is checked here. What an order lacks, and what stands against it, the pipeline says, as it does for a file.
"""

import base64
import binascii
from contextlib import closing
from decimal import Decimal

from flask_wtf import FlaskForm

from compounding.domain.phrases import LANGUAGES
from compounding.domain.typed_quantities import DAYS, GRAMS, NUMBER, PERCENT_WW, Asked
from compounding.web.fields import (
    AnswerField,
    DayField,
    FileField,
    GovFileInput,
    HiddenField,
    LinesField,
    QuantityField,
    TextField,
    offer,
)
from compounding.web.languages import LANGUAGE_NAMES

LARGEST_UPLOAD = 256 * 1024
CONTACT_QUESTION = "Have you ever had a rash from a cream, sunscreen, diaper cream, plaster or tape?"
_ISO = "YYYY-MM-DD, for example 2026-03-31"
# Wide limits: what is merely unusual, the pipeline judges, as it does for a file.
_STRENGTH = Asked(unit=PERCENT_WW, most=Decimal(100))
_REPEATS = Asked(unit=NUMBER, zero=True, whole=True, most=Decimal(999))
_SUPPLY = Asked(unit=DAYS, whole=True, most=Decimal(3660))


# WTForms lists fields, and so their errors, in the order they are made: what stands first on the page is made first.


class TypedFields(FlaskForm):  # type: ignore[misc]
    """What an order says, typed in."""

    patient_name = TextField("Patient's name")
    born_on = DayField("Date of birth", description=_ISO, is_past=True)
    patient_address = TextField("Patient's address")
    prescriber_name = TextField("Prescriber's name")
    prescriber_licence = TextField("Prescriber's licence")
    ordered_on = DayField("Order date", description=_ISO)
    order_ref = TextField("Order reference", description="The sender's own number, if there is one.")
    percent = QuantityField("Strength of sodium thiosulfate", asks=_STRENGTH)
    basis = AnswerField(
        "The strength is stated",
        choices=offer(pentahydrate="as pentahydrate", anhydrous="as anhydrous", not_stated="the order does not say"),
    )
    base = AnswerField(
        "Base",
        choices=offer(
            petrolatum="White petrolatum",
            zinc_ointment="Zinc oxide ointment 20 %",
            zinc="Zinc oxide, product not stated",
            choice="Pharmacist's choice",
            not_stated="Not stated",
        ),
    )
    amount = QuantityField("Amount", asks=Asked(unit=GRAMS))
    directions = LinesField("Directions", description="As the prescriber wrote them: where, how much, how many times a day.")
    repeats = QuantityField("Repeats", description="0 for none.", asks=_REPEATS)
    supply_days = QuantityField("Days' supply", description="If the order says.", asks=_SUPPLY)
    notes = LinesField("Diagnosis and notes", description="Whatever else the order says, one remark on each line.")


class FileFields(FlaskForm):  # type: ignore[misc]
    """What an order says, as a file. `kept` carries the file between pages, since a browser never fills in a file field again."""

    order = FileField("Order file", description="FHIR R4 in JSON, up to 256 KB.", widget=GovFileInput())
    kept = HiddenField()
    kept_name = HiddenField()


class AskedForm(FlaskForm):  # type: ignore[misc]
    """What the patient was asked about allergies, and how the paper is made: the same beside a typed order and a file."""

    allergies = AnswerField("Allergies", choices=offer(none="None known, asked", listed="These allergies", not_asked="Not asked"))
    allergies_list = LinesField("Which allergies", description="One on each line, in the patient's or the record's own words.")
    contact = AnswerField(CONTACT_QUESTION, choices=offer(yes="Yes", no="No", not_asked="Not asked"))
    contact_details = TextField("From what, and what happened")
    asked_by = TextField("Asked by", description="Name of the person who asked.")
    asked_on = DayField("Asked on", description=_ISO)
    compounded_on = DayField("Compounding date", description="Today, unless you choose another day.")
    language = AnswerField(
        "Language of label and leaflet",
        choices=offer(patients="As the order says, else English", **{code: LANGUAGE_NAMES[code] for code in LANGUAGES}),
        default="patients",
    )

    def validate(self, extra_validators: object = None) -> bool:
        """Check every field, then the answers that only make sense together. Nothing that was typed may fall away unread."""
        is_valid = bool(super().validate(extra_validators))
        if self.allergies.data == "listed" and not self.allergies_list.lines:
            _refuse(self.allergies_list, "Write the allergies, one on each line, or choose another answer.")
        elif self.allergies.data != "listed" and self.allergies_list.lines:
            _refuse(self.allergies, 'Allergies are written down, so choose "These allergies", or clear the list.')
        if self.contact.data != "yes" and self.contact_details.text:
            _refuse(self.contact, 'A reaction is written down, so answer "Yes", or clear it.')
        if self.allergies.data == "none" or self.contact.data in {"yes", "no"}:
            # An answer without its asker and its day is no answer (clinical rule 10).
            if not self.asked_by.text:
                _refuse(self.asked_by, "Write who asked: an answer about allergies has an asker and a day.")
            if self.asked_on.data is None and not self.asked_on.errors:
                _refuse(self.asked_on, "Write the day on which it was asked: an answer about allergies has an asker and a day.")
        return is_valid and not self.errors


class OrderForm(AskedForm, TypedFields):
    """An order that is typed in."""

    way = "typed"


class FileForm(AskedForm, FileFields):
    """An order that is handed over as a file."""

    way = "file"

    content = b""

    def validate(self, extra_validators: object = None) -> bool:
        """Take the new file, or else the one kept from the page before."""
        is_valid = super().validate(extra_validators)
        self.take()
        if self.order.errors:
            return False
        if not self.content:
            _refuse(self.order, "Choose the order's file. If you did, the file is empty.")
        elif len(self.content) > LARGEST_UPLOAD:
            _refuse(self.order, "The file is larger than 256 KB; an order with its allergies is smaller. Check that it is the right file.")
            self.content = b""
        return is_valid and not self.errors

    def take(self) -> None:
        """Read the file into `content`; what was chosen now goes before what was kept."""
        if self.order.data:
            with closing(self.order.data) as chosen:
                # One byte more than is ever taken, so that a file too large is noticed.
                self.content = chosen.stream.read(LARGEST_UPLOAD + 1)
                self.kept_name.data = chosen.filename or ""
        elif self.kept.data:
            try:
                self.content = base64.b64decode(self.kept.data, validate=True)
            except (binascii.Error, ValueError):
                _refuse(self.order, "The file was damaged on its way through this page. Choose it again.")

    @property
    def content_as_text(self) -> str:
        """The file's bytes, exactly, as a text that a page can carry."""
        return base64.b64encode(self.content).decode("ascii")


def _refuse(field: AnswerField | DayField | FileField | LinesField | TextField, sentence: str) -> None:
    field.errors = [*field.errors, sentence]
