"""What is asked when an order is decided on: acceptance with its answers, the prescriber's question and answer, a changed base, an end, a transfer."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

from govuk_frontend_wtf.wtforms_widgets import GovFileInput

from compounding.domain.order_parts import Spoken
from compounding.domain.reasons import Reason
from compounding.domain.typed_quantities import DAYS, Asked
from compounding.web.confirming import add_error
from compounding.web.fields import AnswerField, DayField, FileField, HiddenField, LinesField, QuantityField, TextField, offer
from compounding.web.pharmacy import current_pharmacy
from compounding.web.records import the_records
from compounding.web.review_acts import DecisionForm
from compounding.web.visitors import the_visitor

_ISO = "YYYY-MM-DD"
_READ_BY_PRESCRIBER = "It stays with the order, and the prescriber can read it."
_CHECKED = {
    "register": "Licence looked up in the register; it came by a number or address known as the prescriber's",
    "called": "Called back at a known number, and the prescriber confirmed it",
    "entered": "Entered here by the prescriber's own account",
}
_ANSWERED = {"CLINICAL_REVIEW_NEEDED": "clinical", "STATUS_REASON_GIVEN": "status"}


def need(field: TextField | LinesField | AnswerField | DayField, sentence: str) -> None:
    """Say what is missing, unless the field says something already."""
    empty = field.data is None or (isinstance(field.data, str) and not field.data.strip())
    if empty and not field.errors:
        add_error(field, sentence)


def the_day(field: DayField) -> date:
    """The day in a field of a valid form. Raises ValueError for an empty one: a fault of the program."""
    if field.data is None:
        raise ValueError("a day was asked for before the form was found whole")
    return field.data


class AcceptForm(DecisionForm):
    """What an acceptance says beside the order: how the prescriber was checked, and the pharmacist's answer to each doubt."""

    clinical = LinesField("Your answer")
    status = LinesField("Your answer")
    prescriber_licence = TextField("Prescriber's licence number", description="The order does not name it. Look it up in the register.")
    interval_days = QuantityField(
        "How many days does one fill last?",
        description="The order does not say. Left empty, every refill needs a pharmacist's reason.",
        asks=Asked(unit=DAYS, whole=True, most=Decimal(366)),
    )
    checked = AnswerField("How do you know that the order is the prescriber's own?", choices=offer(**_CHECKED, other="In another way"))
    checked_words = TextField("If in another way: how?")

    def expect(self, doubts: tuple[Reason, ...], *, needs_licence: bool, is_entered: bool) -> None:
        """What this order asks for."""
        self.doubts, self.needs_licence = doubts, needs_licence
        if not is_entered:
            self.checked.choices = [each for each in self.checked.choices if each.value != "entered"]

    @property
    def doubts_to_answer(self) -> list[tuple[LinesField, list[str]]]:
        """Each field with the doubts that it answers; one code is answered once."""
        told: dict[str, list[str]] = {}
        for each in self.doubts:
            told.setdefault(_ANSWERED[each.code], []).append(each.message)
        return [(self[name], messages) for name, messages in told.items()]

    @property
    def settled(self) -> tuple[tuple[str, str], ...]:
        """The code of each doubt with its answer."""
        return tuple(dict.fromkeys((each.code, self[_ANSWERED[each.code]].text) for each in self.doubts))

    @property
    def authenticated(self) -> str:
        """How the prescriber was checked, in words."""
        return _CHECKED.get(self.checked.data or "", self.checked_words.text)

    def validate(self, extra_validators: object = None) -> bool:
        """Every doubt is answered, and the prescriber was checked in a way that is named."""
        super().validate(extra_validators)
        for field, _ in self.doubts_to_answer:
            need(field, "Write your answer to the doubt.")
        if self.needs_licence:
            need(self.prescriber_licence, "Write the prescriber's licence number.")
        need(self.checked, "Say how you know that the order is the prescriber's own.")
        if self.checked.data == "other":
            need(self.checked_words, "Write in which other way.")
        return not self.errors


class ReasonForm(DecisionForm):
    """Why."""

    reason = LinesField("Why?", description=_READ_BY_PRESCRIBER)

    def validate(self, extra_validators: object = None) -> bool:
        """There is a reason."""
        super().validate(extra_validators)
        need(self.reason, "Say why.")
        return not self.errors


class AskForm(DecisionForm):
    """A question to the prescriber."""

    question = LinesField("Your question", description="The prescriber reads these words. Write nothing that the patient told the pharmacy in confidence.")
    petrolatum = AnswerField(
        "Does it ask for white petrolatum instead of the base in the order?",
        choices=offer(yes="Yes: a yes from the prescriber changes the base", no="No"),
    )

    def validate(self, extra_validators: object = None) -> bool:
        """There is a question, and it is known what a yes to it means."""
        super().validate(extra_validators)
        need(self.question, "Write the question.")
        need(self.petrolatum, "Say whether the question asks for white petrolatum.")
        return not self.errors


class SpokenForm(DecisionForm):
    """Words that the person at the screen heard. `who` and `day` name the fields that say who spoke, and on which day."""

    who, day = "spoken_by", "spoken_on"

    callback_number = TextField("Number to call back")
    spoken_at = TextField("At what time?", description="In the pharmacy's time, such as 14:05.")
    read_back = AnswerField("Did you read it back?", choices=offer(yes="Yes", no="No"))

    def open_now(self) -> None:
        """Fill in this moment: a call is written down while it is fresh, and the person corrects it where it is not."""
        here = the_records().clock().astimezone(current_pharmacy().site.time_zone)
        self[self.day].data, self.spoken_at.data = here.date(), f"{here:%H:%M}"

    @property
    def spoken(self) -> Spoken:
        """What was heard, by the person who is signed in. Raises WorkflowRefused as `Spoken`."""
        at = datetime.combine(self[self.day].data, self._time() or time(), tzinfo=current_pharmacy().site.time_zone)
        return Spoken(
            by=self[self.who].text, callback_number=self.callback_number.text, read_back=self.read_back.data == "yes", at=at.astimezone(UTC),
            received_by=the_visitor().person.name,
        )  # fmt: skip

    def check_spoken(self) -> None:
        """The call is told whole."""
        need(self.callback_number, "Write the number to call back.")
        if self._time() is None and not self.spoken_at.errors:
            add_error(self.spoken_at, "Write the time of the call, such as 14:05.")
        need(self.read_back, "Say whether you read it back.")

    def _time(self) -> time | None:
        try:
            return datetime.strptime(self.spoken_at.text, "%H:%M").time()  # noqa: DTZ007 - a time of day; its day and zone are put beside it.
        except ValueError:
            return None


class AnswerForm(SpokenForm):
    """What the prescriber answered, and the letter or the call it rests on."""

    who, day = "by", "on"
    page_order = ("by", "on", "words", "petrolatum", "rests_on", "letter", "callback_number", "spoken_at", "read_back")

    by = TextField("Who answered?")
    on = DayField("On which day?", description=_ISO, is_past=True)
    words = LinesField("What was answered?", description="In the prescriber's words.")
    petrolatum = AnswerField("What does the answer say of white petrolatum?", choices=())
    rests_on = AnswerField("What does it rest on?", choices=offer(letter="A letter, fax or message", call="A call that you took yourself"))
    letter = FileField("The letter", description="PDF, PNG or JPEG, up to 8 MB.", widget=GovFileInput())
    letter_sha256 = HiddenField()

    def expect(self, *, asks_for_petrolatum: bool) -> None:
        """What the open question asked decides what an answer can say."""
        refused = "The prescriber does not agree to white petrolatum"
        if asks_for_petrolatum:
            self.petrolatum.choices = offer(agrees="The prescriber agrees: use white petrolatum", objects=refused)
        else:
            self.petrolatum.choices = offer(nothing="Nothing: that was not the question", objects=refused)

    def validate(self, extra_validators: object = None) -> bool:
        """The answer is whole, and so is what it rests on."""
        super().validate(extra_validators)
        need(self.by, "Write who answered.")
        need(self.on, "Write on which day.")
        need(self.words, "Write what was answered.")
        need(self.petrolatum, "Say what the answer says of white petrolatum.")
        need(self.rests_on, "Say what it rests on.")
        if self.rests_on.data == "call":
            self.check_spoken()
        return not self.errors


class AdaptForm(DecisionForm):
    """A pharmacist's own change of the base to petrolatum."""

    patient_consented_on = DayField("When did the patient agree?", description=_ISO, is_past=True)
    prescriber_notified_on = DayField("When was the prescriber told?", description=_ISO, is_past=True)
    reason = LinesField("Your rationale", description="Why this patient needs white petrolatum.")

    def validate(self, extra_validators: object = None) -> bool:
        """Consent, notice and rationale are all there."""
        super().validate(extra_validators)
        need(self.patient_consented_on, "Write when the patient agreed.")
        need(self.prescriber_notified_on, "Write when the prescriber was told.")
        need(self.reason, "Write your rationale.")
        return not self.errors


class TransferForm(SpokenForm):
    """Where an order goes, and with whom over there it was spoken."""

    page_order = ("pharmacy", "spoken_by", "callback_number", "spoken_on", "spoken_at", "read_back", "reason")

    pharmacy = TextField("To which pharmacy?")
    spoken_by = TextField("Whom did you speak with there?")
    spoken_on = DayField("On which day?", description=_ISO, is_past=True)
    reason = LinesField("Why?", description=_READ_BY_PRESCRIBER)

    def validate(self, extra_validators: object = None) -> bool:
        """The pharmacy, the call and the reason are there."""
        super().validate(extra_validators)
        need(self.pharmacy, "Write to which pharmacy.")
        need(self.spoken_by, "Write whom you spoke with.")
        need(self.spoken_on, "Write on which day.")
        self.check_spoken()
        need(self.reason, "Say why.")
        return not self.errors
