"""The questions of what is done with a lot: received, corrected, tested, stopped, booked, recalled, released."""

from compounding.domain.people import Duty
from compounding.domain.stock_ledger import EntryKind
from compounding.domain.typed_quantities import GRAMS, Asked
from compounding.web.acts import ActForm
from compounding.web.fields import AnswerField, DayField, HiddenField, LinesField, QuantityField, TextField, offer
from compounding.web.lot_fields import DrugFields, LotFields, need
from compounding.web.signing_acts import SignedForm


class ReceiveForm(LotFields, ActForm):
    """A delivery. `ingredient` says which form it is, and `read_back` what of its certificate was said back."""

    ingredient = HiddenField()
    amount = QuantityField("Amount received", description="What is in the containers, in grams.", asks=Asked(unit=GRAMS))
    read_back = HiddenField()

    def validate(self, extra_validators: object = None) -> bool:
        """A delivery has an amount."""
        super().validate(extra_validators)
        need(self.amount, "Write how much was received.")
        return not self.errors


class ReceiveDrugForm(DrugFields, ReceiveForm):
    """A delivery of the drug, with what its certificate says."""


class CorrectForm(LotFields, SignedForm):
    """A lot as it should read."""

    duty = Duty.KEEP_STOCK

    seen = HiddenField()
    opened_on = DayField("Container opened on", description="YYYY-MM-DD. Empty where it is not opened.", is_past=True)
    reason = LinesField("Why do you correct it?", description="The earlier words stay in the audit trail, with your reason.")
    read_back = HiddenField()

    def validate(self, extra_validators: object = None) -> bool:
        """A correction has a reason."""
        super().validate(extra_validators)
        need(self.reason, "Write why you correct it.")
        return not self.errors


class CorrectDrugForm(DrugFields, CorrectForm):
    """A lot of the drug as it should read."""


class ReviewForm(ActForm):
    """That the certificate was read."""

    says = AnswerField(
        "Does the file say exactly what stands above?",
        choices=offer(yes="Yes, I read it and it says exactly this", no="No, it says something else"),
    )

    def validate(self, extra_validators: object = None) -> bool:
        """Only what was read as it stands is reviewed."""
        super().validate(extra_validators)
        need(self.says, "Open the file, read it, and answer.")
        if self.says.data == "no":
            self.says.errors = ["Then correct what is on record first, and review it afterwards."]
        return not self.errors


class IdentityForm(ActForm):
    """A test of what is in the container."""

    method = TextField("How was it tested?", description="For example: infrared spectrum, or appearance and reaction with iodine.")
    passed = AnswerField("Is it what the label says?", choices=offer(yes="Yes, it passed", no="No, it failed: the lot is stopped"))
    reason = LinesField("Why is it tested again?", description="Needed only after a test that failed.")

    def validate(self, extra_validators: object = None) -> bool:
        """A test has a method and a result."""
        super().validate(extra_validators)
        need(self.method, "Write how it was tested.")
        need(self.passed, "Say whether it passed.")
        return not self.errors


class ReasonForm(ActForm):
    """An act that needs nothing but its reason."""

    reason = LinesField("Why?", description="The reason stays with the lot, and whoever meets it reads it.")

    def validate(self, extra_validators: object = None) -> bool:
        """It has a reason."""
        super().validate(extra_validators)
        need(self.reason, "Write why.")
        return not self.errors


class BookForm(ActForm):
    """What happened to the stock of a lot; `seen` is the number of the ledger's last entry that was looked at."""

    kind = AnswerField("What happened?")
    amount = QuantityField("Amount", description="For a count: how much there is now. Otherwise: how much is gone.", asks=Asked(unit=GRAMS, zero=True))
    reason = LinesField("Why, or how?", description="It stays in the ledger, line by line.")

    def offer_kinds(self, *, only_spilled: bool) -> None:
        """Offer what this person may book."""
        kinds = {EntryKind.SPILLED: "Spilled or lost", EntryKind.COUNTED: "Counted", EntryKind.DESTROYED: "Destroyed"}
        self.kind.choices = offer(**{each.value: text for each, text in kinds.items() if each is EntryKind.SPILLED or not only_spilled})

    def validate(self, extra_validators: object = None) -> bool:
        """An entry says what, how much and why."""
        super().validate(extra_validators)
        need(self.kind, "Say what happened.")
        need(self.amount, "Write the amount.")
        need(self.reason, "Write why.")
        return not self.errors


class ReleaseForm(SignedForm):
    """The signature by which a lot may be used."""

    duty = Duty.RELEASE_LOTS

    seen = HiddenField()
