"""What is asked of a delivery in words, with no answer chosen beforehand: the container, its papers, and of the drug what its certificate says (rule 13).

"The certificate does not say" is an answer of its own: what nobody answered is never read as it.
"""

import hashlib
from decimal import Decimal
from typing import TypeVar

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovFileInput

from compounding.domain.errors import LevigateError
from compounding.domain.hydrates import Form
from compounding.domain.ingredient_lots import Certificate, IngredientLot
from compounding.domain.substances import AssayAs, AssayBasis
from compounding.domain.typed_quantities import PERCENT, Asked
from compounding.web.confirming import add_error
from compounding.web.fields import AnswerField, DayField, FileField, HiddenField, LinesField, QuantityField, TextField, offer
from compounding.web.kept_files import kept
from compounding.web.problems_beside import sentence
from compounding.workflow.lots import CertificateTold, LotTold

V = TypeVar("V")
_ISO = "YYYY-MM-DD"
UNSAID = "not_stated"
_STATED = {"yes": "Yes", "no": "No, the certificate states none"}


class LotFields(FlaskForm):  # type: ignore[misc]
    """What container and papers of any ingredient say."""

    number = TextField("Lot number", description="As the container prints it. A scanner may type it.")
    supplier = TextField("Supplier")
    supplier_licence = TextField("Supplier's licence", description="Their establishment or drug licence number. It may stay empty.")
    received_on = DayField("Received on", description=_ISO, is_past=True)
    dated = AnswerField(
        "Which dates do the container and its papers give?",
        choices=offer(expiry="An expiry date", retest="A retest date", both="Both", neither="Neither"),
    )
    expires_on = DayField("Expiry date", description=f"{_ISO}. Where only a month is printed, its last day.")
    retest_on = DayField("Retest date", description=f"{_ISO}. It is no expiry and never makes the lot last longer.")
    listed = AnswerField(
        "Is the ingredient list on the container known?",
        choices=offer(known="Yes, I write it down", unknown="No, there is no list or it cannot be read"),
    )
    ingredients = LinesField("Ingredients", description="One on each line, as the container prints them. Allergies are read against this list.")
    has_certificate = AnswerField(
        "Is the certificate of analysis here?", choices=offer(yes="Yes, I choose its file", no="No, it has not come yet")
    )  # fmt: skip
    certificate = FileField("The certificate's file", description="PDF, PNG or JPEG, up to 8 MB.", widget=GovFileInput())
    certificate_sha256 = HiddenField()

    def validate(self, extra_validators: object = None) -> bool:
        """Every question is answered, and no answer contradicts what is written beside it. A file that was chosen is kept, whatever else is wrong."""
        super().validate(extra_validators)
        self._keep_file()
        need(self.number, "Write the lot number.")
        need(self.supplier, "Write who supplied it.")
        need(self.received_on, "Write the day it was received.")
        need(self.dated, "Say which dates there are.")
        goes_with(
            self.dated, self.expires_on, {"expiry", "both"}, "Write the expiry date.", "An expiry date is written, and the answer says that there is none."
        )
        goes_with(self.dated, self.retest_on, {"retest", "both"}, "Write the retest date.", "A retest date is written, and the answer says that there is none.")
        need(self.listed, "Say whether the ingredient list is known.")
        goes_with(
            self.listed, self.ingredients, {"known"}, "Write the ingredients, one on each line.",
            "Ingredients are written, and the answer says that the list is not known.",
        )  # fmt: skip
        need(self.has_certificate, "Say whether the certificate is here.")
        if self.has_certificate.data == "yes" and not self.certificate_sha256.data and not self.certificate.errors:
            add_error(self.certificate, "Choose the certificate's file.")
        return not self.errors

    @property
    def told(self) -> LotTold:
        """What was told of the lot, once the form is valid."""
        return LotTold(
            number=self.number.text, supplier=self.supplier.text, received_on=given(self.received_on.data), supplier_licence=self.supplier_licence.text,
            expires_on=self.expires_on.data, retest_on=self.retest_on.data, certificate=self.certificate_told if self.has_certificate.data == "yes" else None,
            ingredients=self.ingredients.lines if self.listed.data == "known" else None,
        )  # fmt: skip

    @property
    def certificate_told(self) -> CertificateTold:
        """What the certificate says; of an ingredient that is not the drug its file alone is kept."""
        return CertificateTold(file_sha256=self.certificate_sha256.data or "")

    def _keep_file(self) -> None:
        try:
            # What came with this request stands for what came with the one before.
            self.certificate_sha256.data = kept(self.certificate.data, what="the certificate") or self.certificate_sha256.data or ""
        except LevigateError as refusal:
            add_error(self.certificate, sentence(refusal))


class DrugFields(LotFields):
    """Of a lot of the drug: what its certificate says of the chemical form, the assay and the water. Nothing is taken for granted."""

    form = AnswerField(
        "Which form does the certificate name?",
        choices=offer(pentahydrate="Pentahydrate, Na2S2O3·5H2O", anhydrous="Anhydrous, Na2S2O3", not_stated="The certificate does not say"),
    )
    assayed = AnswerField("Does the certificate state an assay?", choices=offer(**_STATED))
    assay_percent = QuantityField("Assay", asks=Asked(unit=PERCENT, most=Decimal(200)))
    assay_basis = AnswerField(
        "Of which substance is the assay?",
        choices=offer(
            dried="Of the dried substance (on the dried or anhydrous basis)", as_is="Of the substance as it is in the container",
            not_stated="The certificate does not say",
        ),
    )  # fmt: skip
    assay_as = AnswerField(
        "As what is the assay expressed?",
        choices=offer(
            anhydrous="As anhydrous sodium thiosulfate, Na2S2O3", as_stock="As the form that the certificate names", not_stated="The certificate does not say"
        ),
    )
    watered = AnswerField("Does the certificate state water, or loss on drying?", choices=offer(**_STATED))
    water_percent = QuantityField("Water", asks=Asked(unit=PERCENT, zero=True, most=Decimal(100)))

    def validate(self, extra_validators: object = None) -> bool:
        """Where there is a certificate, every question about it is answered."""
        super().validate(extra_validators)
        if self.has_certificate.data == "yes":
            need(self.form, "Say which form the certificate names.")
            need(self.assayed, "Say whether the certificate states an assay.")
            need(self.watered, "Say whether the certificate states water.")
            if self.assayed.data == "yes":
                need(self.assay_basis, "Say of which substance the assay is.")
                need(self.assay_as, "Say as what the assay is expressed.")
        goes_with(self.assayed, self.assay_percent, {"yes"}, "Write the assay.", "An assay is written, and the answer says that there is none.")
        goes_with(self.watered, self.water_percent, {"yes"}, "Write the water.", "Water is written, and the answer says that there is none.")
        return not self.errors

    @property
    def certificate_told(self) -> CertificateTold:
        is_assayed = self.assayed.data == "yes"
        return CertificateTold(
            file_sha256=self.certificate_sha256.data or "", form=said(self.form), assay_percent=self.assay_percent.data,
            assay_basis=AssayBasis(self.assay_basis.data) if is_assayed and said(self.assay_basis) else None,
            assay_as=AssayAs(self.assay_as.data) if is_assayed and said(self.assay_as) else None, water_percent=self.water_percent.data,
        )  # fmt: skip


def answers_of(lot: IngredientLot) -> dict[str, object]:
    """The answers that say what is on record of a lot, for a form that corrects it."""
    dated = {(True, True): "both", (True, False): "expiry", (False, True): "retest", (False, False): "neither"}
    listed = lot.ingredients is not None
    told: dict[str, object] = {
        "number": lot.number, "supplier": lot.supplier, "supplier_licence": lot.supplier_licence, "received_on": lot.received_on,
        "dated": dated[lot.expires_on is not None, lot.retest_on is not None], "expires_on": lot.expires_on, "retest_on": lot.retest_on,
        "listed": "known" if listed else "unknown", "ingredients": "\n".join(lot.ingredients or ()), "opened_on": lot.opened_on,
        "has_certificate": "yes" if lot.certificate is not None else "no",
    }  # fmt: skip
    return told if lot.certificate is None else told | _answers_of_certificate(lot.certificate)


def _answers_of_certificate(paper: Certificate) -> dict[str, object]:
    return {
        "certificate_sha256": paper.file_sha256, "form": Form(paper.form).value if paper.form else UNSAID,
        "assayed": "yes" if paper.assay_percent is not None else "no", "assay_percent": paper.assay_percent,
        "assay_basis": paper.assay_basis.value if paper.assay_basis else UNSAID, "assay_as": paper.assay_as.value if paper.assay_as else UNSAID,
        "watered": "yes" if paper.water_percent is not None else "no", "water_percent": paper.water_percent,
    }  # fmt: skip


def typed_again(form: FlaskForm) -> list[tuple[str, str]]:
    """What was typed, for the hidden fields of the page that says it back; files, tokens and secrets are left out, and a kept file goes by its name."""
    kept_as = {form.certificate_sha256.name: form.certificate_sha256.data or ""}
    left_out = {"csrf_token", "key", "seen", "certificate", "password", "code", "passkey", "supervisor", "supervisor_password", "supervisor_code"}
    told = {field.name: str(value) for field in form if field.name not in left_out for value in (field.raw_data or ())[:1]}
    return list((told | kept_as).items())


def mark_of(told: CertificateTold | None) -> str:
    """What was read back of a certificate, as one word: that, and nothing else, is then recorded."""
    return hashlib.sha256(repr(told).encode()).hexdigest()


def said(field: AnswerField) -> str:
    """An answer, empty where it is that nothing is said."""
    return "" if field.data in {None, UNSAID} else str(field.data)


def need(field: TextField | LinesField | AnswerField | DayField | QuantityField, sentence: str) -> None:
    """Ask for what was left empty."""
    if _is_empty(field) and not field.errors:
        add_error(field, sentence)


def goes_with(answer: AnswerField, field: DayField | QuantityField | LinesField, asking: set[str], missing: str, contradicts: str) -> None:
    """What is written beside an answer: needed where the answer asks for it, and a contradiction where another answer was given."""
    if answer.data in asking:
        need(field, missing)
    elif not _is_empty(field):
        add_error(answer, contradicts)


def given(value: V | None) -> V:
    """A value that `validate` found to be there."""
    if value is None:
        raise LookupError("this is asked for only after the form was found to be whole")
    return value


def _is_empty(field: TextField | LinesField | AnswerField | DayField | QuantityField) -> bool:
    return not field.errors and (field.data is None or (isinstance(field.data, str) and not field.data.strip()))
