"""The questions of what is signed about a patient and a preparation: allergy assessment, clinical assessment, final check, correction."""

from decimal import Decimal
from typing import TypeVar

from compounding.domain.clinical_assessment import ClinicalAssessment, LesionState, Pregnancy, Told
from compounding.domain.people import Duty
from compounding.domain.record_parts import FinishReport
from compounding.domain.screening.assessments import OPEN
from compounding.domain.screening.statements import Finding
from compounding.domain.typed_quantities import GRAMS, NUMBER, PERCENT_WW, Asked
from compounding.web import words
from compounding.web.confirming import add_error
from compounding.web.fields import AnswerField, ChoiceField, DayField, HiddenField, LinesField, QuantityField, TextField, offer
from compounding.web.signing_acts import SignedForm
from compounding.workflow.bench_steps import CorrectWords
from compounding.workflow.releasing import Check

V = TypeVar("V")

_ISO = "YYYY-MM-DD, for example 2026-03-31"
_YES_NO = {"yes": "Yes", "no": "No"}


def _need(field: TextField | LinesField | AnswerField | DayField | QuantityField, sentence: str) -> None:
    empty = field.data is None or (isinstance(field.data, str) and not field.data.strip())
    if empty and not field.errors:
        add_error(field, sentence)


class AllergyForm(SignedForm):
    """What a pharmacist concludes of one unclear entry; or that the entry is not true of this patient."""

    duty = Duty.ASSESS_ALLERGIES

    seen = HiddenField()
    conclusion = AnswerField(
        "What do you conclude?",
        choices=offer(
            does_not_stand="It does not stand against the preparation",
            stands="It stands against the preparation",
            refuted="The entry is not true of this patient (refute it)",
        ),
    )
    finding = ChoiceField("Which finding do you assess?", description="For a refutation leave it as it is: that is of the whole entry.", validate_choice=False)
    asked = TextField("Whom did you ask, and when?", description="For example: patient, by telephone, today.")
    reaction = TextField("What was the reaction?", description="In the words you were told.")
    why = LinesField("Why do you conclude this?")
    prescriber_told = AnswerField("Was the prescriber told?", choices=offer(**_YES_NO))

    def offer_findings(self, findings: tuple[Finding, ...]) -> None:
        """Offer the findings that an assessment can settle."""
        self.open_findings = tuple(each for each in findings if each.effect in OPEN)
        self.finding.choices = [
            *offer(**{str(number): f"{words.allergen(each.allergen)}: {each.matched}"[:120] for number, each in enumerate(self.open_findings)})
        ]

    @property
    def is_refutation(self) -> bool:
        """Whether the entry itself is refuted."""
        return bool(self.conclusion.data == "refuted")

    @property
    def chosen(self) -> Finding:
        """The finding that is assessed, once the form is valid."""
        return self.open_findings[int(self.finding.data)]

    def validate(self, extra_validators: object = None) -> bool:
        """Check what each conclusion needs."""
        super().validate(extra_validators)
        _need(self.conclusion, "Choose what you conclude.")
        _need(self.why, "Write why.")
        if self.conclusion.data and not self.is_refutation and not self.open_findings:
            add_error(self.conclusion, "No finding of this entry is open to an assessment; it can only be refuted.")
        elif not self.is_refutation:
            if self.open_findings and self.finding.data not in {choice.value for choice in self.finding.choices}:
                add_error(self.finding, "Choose the finding; only a refutation is of the whole entry.")
            _need(self.asked, "Write whom you asked, and when.")
            _need(self.reaction, "Write what the reaction was.")
            _need(self.prescriber_told, "Answer whether the prescriber was told.")
        return not self.errors


class ClinicalForm(SignedForm):
    """The questions of the clinical assessment (clinical rule 17)."""

    duty = Duty.ASSESS_CLINICALLY

    seen = HiddenField()
    profile_reviewed_on = DayField("When did you review the medication profile?", description=_ISO)
    profile_reviewed_where = TextField("Where did you review it?", description="For example: PharmaNet.")
    age_years = QuantityField("How old is the patient, in years?", asks=Asked(unit=NUMBER, zero=True, whole=True, most=Decimal(130)))
    pregnancy = AnswerField("Pregnant or breast-feeding?", choices=offer(**{each.name: each.value.capitalize() for each in Pregnancy}))
    lesion = AnswerField("How is the skin where the preparation goes?", choices=offer(**{each.name: each.value.capitalize() for each in LesionState}))
    body_site = TextField("Which part of the body?")
    oxygen = AnswerField("Oxygen at home, or smoking?", choices=offer(**_YES_NO))
    oxygen_words = TextField("Oxygen or smoking: what?", description="Petrolatum feeds a fire.")
    products = AnswerField("Other wound products on the same place?", choices=offer(**_YES_NO))
    products_words = TextField("Other wound products: which?")
    earlier = AnswerField("An earlier reaction to this or a similar preparation?", choices=offer(**_YES_NO))
    earlier_words = TextField("Earlier reaction: to what, and what happened?")
    weight = QuantityField("Weight", description="Needed under 2 years of age.", asks=Asked(unit=GRAMS, most=Decimal(700_000)))
    weighed_on = DayField("Weighed on", description=_ISO)
    prescriber_contacted = AnswerField("Did you contact the prescriber?", choices=offer(**_YES_NO))
    concerns = LinesField("Concerns", description="What somebody who reads this later should know. It may stay empty.")
    proceed = AnswerField("Your conclusion", choices=offer(yes="Prepare it", no="Do not prepare it: the preparation is scrapped"))
    why = LinesField(
        "Why",
        description="Needed for not preparing it, and for going ahead in spite of a risk: infected skin, pregnancy, a child, a reaction, fire.",
    )

    def validate(self, extra_validators: object = None) -> bool:
        """Every question is answered, and every yes says what."""
        super().validate(extra_validators)
        for field in (self.profile_reviewed_on, self.profile_reviewed_where, self.age_years, self.pregnancy, self.lesion, self.body_site, self.oxygen,
                      self.products, self.earlier, self.prescriber_contacted, self.proceed):  # fmt: skip
            _need(field, f"{field.label.text.rstrip('?')}: answer it.")
        for answer, said in ((self.oxygen, self.oxygen_words), (self.products, self.products_words), (self.earlier, self.earlier_words)):
            if answer.data == "yes":
                _need(said, f"{answer.label.text.rstrip('?')}: say what.")
            elif said.text:
                add_error(answer, f"{answer.label.text.rstrip('?')}: something is written beside it, so answer yes, or clear it.")
        return not self.errors

    @property
    def assessment(self) -> ClinicalAssessment:
        """The answers. Raises WorkflowRefused where they are no whole assessment."""
        return ClinicalAssessment(
            profile_reviewed_on=_given(self.profile_reviewed_on.data), profile_reviewed_where=self.profile_reviewed_where.text,
            age_years=int(_given(self.age_years.data)),
            pregnancy_or_breast_feeding=Pregnancy[self.pregnancy.data], lesion=LesionState[self.lesion.data], body_site=self.body_site.text,
            oxygen_or_smoking=_told(self.oxygen, self.oxygen_words), other_wound_products=_told(self.products, self.products_words),
            earlier_reaction=_told(self.earlier, self.earlier_words), prescriber_contacted=self.prescriber_contacted.data == "yes",
            proceed=self.proceed.data == "yes", concerns=self.concerns.text, why=self.why.text, weight_g=self.weight.data, weighed_on=self.weighed_on.data,
        )  # fmt: skip


class FinalCheckForm(SignedForm):
    """What the checker reads from container and label, without seeing the record."""

    duty = Duty.FINAL_CHECK

    seen = HiddenField()
    strength = QuantityField("Strength on the label", description="As pentahydrate.", asks=Asked(unit=PERCENT_WW, most=Decimal(100)))
    amount = QuantityField("Amount on the label", asks=Asked(unit=GRAMS))
    patient_name = TextField("Patient's name on the label")
    second_identifier = TextField("Second identifier on the label", description="The prescription number, as the label prints it.")
    beyond_use_date = DayField("Beyond-use date on the label", description=_ISO)
    lot_number = TextField("Lot number on the label")
    base = TextField("Base on the label")
    scanned_code = TextField("Code of the label", description="Scan it on the container.")
    reason = LinesField("What is wrong", description="If you see that something is wrong; it stays with the record.")

    def validate(self, extra_validators: object = None) -> bool:
        """Everything on the label is entered."""
        super().validate(extra_validators)
        for field in self.figures:
            _need(field, f"{field.label.text}: enter what you read.")
        return not self.errors

    @property
    def figures(self) -> tuple[TextField | DayField | QuantityField, ...]:
        """The figures in the order of the page."""
        return (self.strength, self.amount, self.patient_name, self.second_identifier, self.beyond_use_date, self.lot_number, self.base, self.scanned_code)

    def check(self, preparation_id: str, version: int) -> Check:
        """The figures as they were read."""
        return Check(
            preparation_id=preparation_id, version=version, strength_percent=_given(self.strength.data), amount_g=_given(self.amount.data),
            patient_name=self.patient_name.text, second_identifier=self.second_identifier.text, beyond_use_date=_given(self.beyond_use_date.data),
            lot_number=self.lot_number.text, base=self.base.text, scanned_code=self.scanned_code.text,
        )  # fmt: skip


class CorrectionForm(SignedForm):
    """Words of a finished record; `for_report` adds a field for the result of each quality test."""

    duty = Duty.FINAL_CHECK

    seen = HiddenField()
    container = TextField("Container")
    deviations = LinesField("Deviations")
    reason = LinesField("Why do you correct it?", description="The old words stay in view, with your reason.")

    @classmethod
    def for_report(cls, report: FinishReport) -> "CorrectionForm":
        """The form with the words as they stand."""
        tests = {f"test_{number}": TextField(f"Result: {each.name}") for number, each in enumerate(report.quality)}
        results = {f"test_{number}": each.result for number, each in enumerate(report.quality)}
        made: CorrectionForm = type("CorrectionOfReport", (cls,), tests)(data={"container": report.container, "deviations": report.deviations, **results})
        made.tests = tuple(made[name] for name in tests)
        return made

    tests: tuple[TextField, ...] = ()

    def validate(self, extra_validators: object = None) -> bool:
        """A correction has a reason."""
        super().validate(extra_validators)
        _need(self.reason, "Write why you correct it.")
        return not self.errors

    def new_words(self, preparation_id: str, version: int, report: FinishReport) -> CorrectWords:
        """Only the words that differ from those on record."""
        results = ((each.name, field.text) for each, field in zip(report.quality, self.tests, strict=True) if field.text != each.result)
        return CorrectWords(
            preparation_id=preparation_id, version=version, container=_new(self.container.text, report.container),
            deviations=_new(self.deviations.text, report.deviations), quality=tuple(results),
        )  # fmt: skip


def _given(value: V | None) -> V:
    """A value that `validate` found to be there."""
    if value is None:
        raise LookupError("this is asked for only after the form was found to be whole")
    return value


def _new(typed: str, known: str) -> str | None:
    return typed if typed != known else None


def _told(answer: AnswerField, said: TextField) -> Told:
    return Told(yes=answer.data == "yes", words=said.text)
