"""What is asked of and about a patient: allergies today, the contact question, why something signed counts no more, and the details as they are now."""

from compounding.domain.people import Duty
from compounding.web.acts import ActForm
from compounding.web.confirming import add_error
from compounding.web.fields import AnswerField, ChoiceField, DayField, HiddenField, LinesField, TextField, offer
from compounding.web.languages import LANGUAGE_NAMES
from compounding.web.signing_acts import SignedForm

CONTACT_QUESTION = "Have you ever had a rash from a cream, sunscreen, diaper cream, plaster or tape?"
NONE_KNOWN = "No known allergies"
_ISO = "YYYY-MM-DD"


class AllergiesForm(ActForm):
    """What the patient answered."""

    answer = AnswerField(
        "What did the patient say?",
        choices=offer(nothing_new="Nothing new beside what is on record", none="No known allergies at all", listed="These allergies"),
    )
    allergies_list = LinesField("Which allergies", description="One on each line, in the patient's own words, with what happened.")
    asked_on = DayField("Asked on", description=_ISO, is_past=True)
    way = HiddenField(default="typed")

    def validate(self, extra_validators: object = None) -> bool:
        """An answer, its day, and its words where there are some."""
        super().validate(extra_validators)
        if not self.answer.data and not self.answer.errors:
            add_error(self.answer, "Choose what the patient said.")
        if self.answer.data == "listed" and not self.allergies_list.lines:
            add_error(self.allergies_list, "Write the allergies, one on each line, or choose another answer.")
        elif self.answer.data in {"nothing_new", "none"} and self.allergies_list.lines:
            add_error(self.answer, 'Allergies are written down, so choose "These allergies", or clear the list.')
        if self.asked_on.data is None and not self.asked_on.errors:
            add_error(self.asked_on, "Write on which day you asked.")
        return not self.errors

    @property
    def texts(self) -> tuple[str, ...]:
        """The answer as entries of the record; none where there is nothing new."""
        return self.allergies_list.lines if self.answer.data == "listed" else (NONE_KNOWN,) if self.answer.data == "none" else ()


class ContactForm(ActForm):
    """The contact question."""

    had_a_rash = AnswerField(CONTACT_QUESTION, choices=offer(yes="Yes", no="No"))
    contact_details = TextField("If yes: from what, and what happened")
    asked_on = DayField("Asked on", description=_ISO, is_past=True)
    way = HiddenField(default="typed")

    def validate(self, extra_validators: object = None) -> bool:
        """An answer, its day, and what it was where there was a rash."""
        super().validate(extra_validators)
        if not self.had_a_rash.data and not self.had_a_rash.errors:
            add_error(self.had_a_rash, "Answer yes or no.")
        if self.had_a_rash.data == "yes" and not self.contact_details.text:
            add_error(self.contact_details, "Write from what, and what happened.")
        elif self.had_a_rash.data == "no" and self.contact_details.text:
            add_error(self.had_a_rash, "A rash is written down, so answer yes, or clear it.")
        if self.asked_on.data is None and not self.asked_on.errors:
            add_error(self.asked_on, "Write on which day you asked.")
        return not self.errors


class WithdrawForm(SignedForm):
    """Why something that was signed counts no more."""

    duty = Duty.ASSESS_ALLERGIES

    seen = HiddenField()
    reason = LinesField("Why does it count no more?", description="It stays in the record, beside what was signed.")

    def validate(self, extra_validators: object = None) -> bool:
        """There is a reason."""
        super().validate(extra_validators)
        if not self.reason.text and not self.reason.errors:
            add_error(self.reason, "Say why.")
        return not self.errors


class DetailsForm(SignedForm):
    """A patient's details as they are from now on."""

    seen = HiddenField()
    name = TextField("Name")
    born_on = DayField("Date of birth", description=_ISO, is_past=True)
    identifier = TextField("Identifier", description="Such as the personal health number.")
    address = TextField("Address")
    telephone = TextField("Telephone")
    language = ChoiceField("Language the patient reads", choices=(), validate_choice=False)
    reason = LinesField("Why?", description="Needed where the name, the date of birth or the identifier on record is changed.")

    def offer_languages(self, on_record: str) -> None:
        """Offer the languages of our papers, and the one on record whatever it is."""
        told = dict(LANGUAGE_NAMES) if not on_record or on_record in LANGUAGE_NAMES else {**LANGUAGE_NAMES, on_record: on_record}
        self.language.choices = [*offer(**{"": "Not on record"}), *offer(**told)]

    def validate(self, extra_validators: object = None) -> bool:
        """There is a name and a date of birth."""
        super().validate(extra_validators)
        if not self.name.text and not self.name.errors:
            add_error(self.name, "Write the name.")
        if self.born_on.data is None and not self.born_on.errors:
            add_error(self.born_on, "Write the date of birth.")
        return not self.errors
