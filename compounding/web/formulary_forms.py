"""The questions of the designated person's decisions about a text: a reason always, and of a formula's approval its risk assessment."""

from datetime import date

from compounding.domain.formulary_versions import Kind
from compounding.domain.people import Duty
from compounding.domain.risk_assessment import LEVELS, LONGEST_PART, RiskAssessment
from compounding.web.acts import ActForm
from compounding.web.confirming import add_error
from compounding.web.fields import AnswerField, DayField, FileField, GovFileInput, HiddenField, LinesField, TextField, offer
from compounding.web.signing_acts import SignedForm

LARGEST_TEXT = 256 * 1024
"""Bytes of an uploaded text; the longest that ships has a tenth of it."""
_ISO = "YYYY-MM-DD, for example 2026-03-31"


class DecisionForm(SignedForm):
    """A decision about exactly one text, named by its fingerprint, with a reason."""

    duty = Duty.KEEP_FORMULARY

    sha256 = HiddenField()
    reason = LinesField("Why do you decide this?", description="It stays with the decision.")

    def validate(self, extra_validators: object = None) -> bool:
        """A decision has a reason."""
        super().validate(extra_validators)
        if not self.reason.text:
            add_error(self.reason, "Write why.")
        return not self.errors


class ApproveForm(DecisionForm):
    """The approval of a text for patients, which has no risk assessment."""

    @property
    def risk(self) -> RiskAssessment | None:
        """The risk assessment. Raises LevigateError where it is not whole."""
        return None


class ApproveFormulaForm(ApproveForm):
    """The approval of a formula, with its risk assessment (clinical rule 19)."""

    napra_level = AnswerField("NAPRA level", description="How much the preparation asks of room and people; A asks least. The standards say which it is.",
                              choices=offer(**{each: f"Level {each}" for each in LEVELS}))  # fmt: skip
    level_reasons = LinesField(
        "Why this level?", description="How complex it is, amounts and how often it is made, what is hazardous in it, and whether it needs a room or a hood.",
    )  # fmt: skip
    hazards = LinesField("Hazards", description="Of each ingredient, for the people who handle it: dust, skin, eyes, airways, pregnancy, fire.")
    safety_data_link = TextField("Safety data", description='A web address beginning with https://, or where it is on paper: "paper: binder 3, sheet 12".')
    safety_data_on = DayField("Date of the safety data", description=_ISO)
    protective_equipment = LinesField("Protective equipment", description="What people wear while they make it.")
    ventilation = LinesField("Ventilation", description="The room's own, a powder hood, or another one.")
    cross_contact = LinesField("Cross-contact", description="How traces, of zinc above all, are kept out of other jars.")
    reviewed_by = TextField("Reviewed by")
    reviewed_on = DayField("Reviewed on", description=_ISO)
    next_review_on = DayField("Next review on", description=f"Within 12 months of the review. {_ISO}")

    def begin(self, reviewer: str, today: date) -> None:
        """Who opens the form is most often who reviews, today; both can be changed, and nothing else is filled in for anybody."""
        self.reviewed_by.data, self.reviewed_on.data = reviewer, today

    def validate(self, extra_validators: object = None) -> bool:
        """Every part of the risk assessment is answered."""
        super().validate(extra_validators)
        for field in self.parts:
            if field.data is None or (isinstance(field.data, str) and not field.data.strip()):
                if not field.errors:
                    add_error(field, f"{field.label.text.rstrip('?')}: enter it.")
            elif isinstance(field.data, str) and len(field.data) > LONGEST_PART:
                add_error(field, f"{field.label.text.rstrip('?')}: write it in {LONGEST_PART:,} characters at most.")
        return not self.errors

    @property
    def parts(self) -> tuple[TextField | LinesField | DayField | AnswerField, ...]:
        """The parts of the risk assessment in the order of the page."""
        return (
            self.napra_level, self.level_reasons, self.hazards, self.safety_data_link, self.safety_data_on, self.protective_equipment, self.ventilation,
            self.cross_contact, self.reviewed_by, self.reviewed_on, self.next_review_on,
        )  # fmt: skip

    @property
    def risk(self) -> RiskAssessment | None:
        days = self.safety_data_on.data, self.reviewed_on.data, self.next_review_on.data
        if days[0] is None or days[1] is None or days[2] is None:
            raise LookupError("this is asked for only after the form was found to be whole")
        return RiskAssessment(
            napra_level=self.napra_level.data, level_reasons=self.level_reasons.text, hazards=self.hazards.text, safety_data_link=self.safety_data_link.text,
            safety_data_on=days[0], protective_equipment=self.protective_equipment.text, ventilation=self.ventilation.text,
            cross_contact=self.cross_contact.text, reviewed_by=self.reviewed_by.text, reviewed_on=days[1], next_review_on=days[2],
        )  # fmt: skip


class ProposeForm(ActForm):
    """A new version of a formula or of patients' texts, typed or uploaded. `faults` are what the core found against the text."""

    kind = AnswerField("What is it?", choices=offer(**{Kind.FORMULA.value: "A formula", Kind.PHRASES.value: "Texts for patients"}))
    file = FileField("File", description="TOML, up to 256 KB. Its text takes the place of what stands below.", widget=GovFileInput())
    text = LinesField("Text", description="It names its own id and version; a version of this pharmacy ends in its short name.")
    faults: tuple[str, ...] = ()
    problem_of_file = ""

    def take_file(self) -> None:
        """Put the uploaded text into the field, where it comes back if it is refused; a browser does not send a file twice."""
        upload = self.file.data
        if not upload or not upload.filename:
            return
        content = upload.read()
        try:
            if len(content) > LARGEST_TEXT:
                raise ValueError("it is larger than 256 KB")
            self.text.data = content.decode("utf-8")
        except UnicodeDecodeError:
            self.problem_of_file = "File: it is not text in UTF-8. Save it as plain text, and choose it again."
        except ValueError as fault:
            self.problem_of_file = f"File: {fault}. Choose the text of one version."

    def validate(self, extra_validators: object = None) -> bool:
        """Whether there is a text, and the core finds it whole."""
        super().validate(extra_validators)
        if not self.kind.data and not self.kind.errors:
            add_error(self.kind, "Choose what it is.")
        if self.problem_of_file:
            add_error(self.file, self.problem_of_file)
        elif not self.text.text:
            add_error(self.text, "Paste the text, or choose a file.")
        elif self.faults:
            count = len(self.faults)
            add_error(self.text, f"The text has {count} fault{'' if count == 1 else 's'}; each is listed with its line.")
        return not self.errors
