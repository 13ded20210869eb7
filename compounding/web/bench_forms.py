"""The questions of the bench. What somebody does under supervision asks for the supervisor's password beside it; all else is one field and Enter."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovFileInput
from wtforms import BooleanField  # type: ignore[import-untyped]

from compounding.domain.assurance import Level
from compounding.domain.formulation import QualityTest
from compounding.domain.people import Duty
from compounding.domain.record_parts import QualityResult
from compounding.domain.typed_quantities import GRAMS, Asked, FieldUnit
from compounding.web.access import the_who_may
from compounding.web.acts import ActForm, act
from compounding.web.confirming import add_error
from compounding.web.fields import AnswerField, FileField, HiddenField, LinesField, QuantitiesField, QuantityField, TextField, offer
from compounding.web.signing_acts import SignedForm, sign
from compounding.web.visitors import the_visitor
from compounding.workflow.signed import needs_supervisor
from compounding.workflow.use_case import UseCase

Q = TypeVar("Q")
A = TypeVar("A")

CELSIUS = FieldUnit("°C", None, frozenset({"°c", "c", "degrees"}))
_HOTTEST = Decimal(100)


class BenchFields:
    """What every form of the bench carries: the version that was seen, and how many steps were done then, so that a page can say what came since."""

    seen = HiddenField()
    done = HiddenField()


class TickFields(BenchFields):
    """A step of the procedure that was just done."""

    step = HiddenField()


class WeighFields(BenchFields):
    """One line: the balance, then the code of the lot, then the weight; `part` says which of the three was asked, `asked_about` a weight outside its limit."""

    part = HiddenField()
    line = HiddenField()
    balance = HiddenField()
    is_burst = HiddenField()
    asked_about = HiddenField()
    # Named apart from the one-time code, which is never carried through signing in again.
    container_code = TextField("Code of the lot", description="Scan the container, or type its lot number.")
    mass = QuantityField("What the balance shows", asks=Asked(unit=GRAMS))


class MakeFields(BenchFields):
    """The finished preparation; `tests` are the formula's quality tests, a result and a verdict for each."""

    part = HiddenField()
    temperature = QuantityField("Highest temperature of the mixture", asks=Asked(unit=CELSIUS, zero=True, most=_HOTTEST))
    obtained = QuantityField("Mass obtained, before filling", asks=Asked(unit=GRAMS))
    net = QuantitiesField("Net weight of each container", description="One on each line.", asks=Asked(unit=GRAMS))
    container = TextField("Container", description="For example: 60 g jar with spatula.")
    deviations = LinesField("Deviations from the procedure", description='Write "none" where there were none.')
    tests: tuple[tuple[QualityTest, TextField, AnswerField], ...] = ()

    def quality(self) -> tuple[QualityResult, ...]:
        """The answers in the formula's order."""
        return tuple(QualityResult(name=test.name, result=result.text, is_passed=passed.data == "yes") for test, result, passed in self.tests)

    def need_everything(self) -> bool:
        """Put a sentence beside whatever is missing."""
        for _, result, passed in self.tests:
            need(result, f"{result.label.text}: write what you found.")
            need(passed, f"{passed.label.text} Answer it.")
        for field in (self.temperature, self.obtained, self.net, self.container, self.deviations):
            need(field, f"{field.label.text}: enter it.")
        return not self.errors  # type: ignore[attr-defined]


def supervised(duty: Duty) -> bool:
    """Whether whoever is signed in has this duty only beside a supervisor."""
    who = the_visitor()
    return needs_supervisor(the_who_may(who.site_id), who.person, duty)


def form_for(questions: type[BenchFields], duty: Duty, **also: Any) -> Any:
    """A form of these questions; with the supervisor's part where the person needs one."""
    base: type[ActForm] | type[SignedForm] = SignedForm if supervised(duty) else ActForm
    about: dict[str, Any] = {"duty": duty} if base is SignedForm else {}
    return type(questions.__name__, (questions, base), about)(**also)


def make_form(tests: Sequence[QualityTest]) -> Any:
    """The form of the finished preparation by its formula."""
    asked: dict[str, Any] = {}
    for number, test in enumerate(tests):
        asked[f"result_{number}"] = TextField(f"{test.name}: result")
        asked[f"passed_{number}"] = AnswerField(f"{test.name}: passed?", choices=offer(yes="Passed", no="Not passed"))
    form = form_for(type("MakeForm", (MakeFields,), asked), Duty.WEIGH)
    form.tests = tuple((test, form[f"result_{number}"], form[f"passed_{number}"]) for number, test in enumerate(tests))
    return form


def done(form: Any, use_case: UseCase[Q, A], ask: Callable[[], Q], *, reason: str = "", check: Callable[[], None] | None = None) -> A | None:
    """Do what the form asks, confirmed by the supervisor where one is needed; None where something stands against it."""
    if isinstance(form, SignedForm):
        return sign(form, use_case, ask, reason=reason, check=check)
    return act(form, use_case, ask, reason=reason, check=check)


def need(field: Any, sentence: str) -> None:
    """Put a sentence beside a field that was left empty."""
    empty = field.data is None or (isinstance(field.data, str) and not field.data.strip())
    if empty and not field.errors:
        add_error(field, sentence)


class SoleFields(BenchFields):
    """What stands in where nobody else is there; offered only where the record allows it."""

    as_sole = BooleanField("Nobody else is here: I sign as sole practitioner", widget=GovCheckboxInput())


class RecalculationForm(SoleFields, SignedForm):
    """A second person's own figures; `figures` are the lines in the sheet's order."""

    duty = Duty.RECALCULATE

    batch = QuantityField("The whole batch", asks=Asked(unit=GRAMS))
    photo = FileField("Photo or printout of your calculation", description="PDF, PNG or JPEG, up to 8 MB.", widget=GovFileInput())
    photo_sha256 = HiddenField()
    figures: tuple[QuantityField, ...] = ()

    def validate(self, extra_validators: object = None) -> bool:
        """Every figure is entered."""
        super().validate(extra_validators)
        for field in (*self.figures, self.batch):
            need(field, f"{field.label.text}: enter your figure.")
        return not self.errors


def recalculation_form(names: Sequence[str]) -> RecalculationForm:
    """The form with a field for each line of the sheet."""
    asked: dict[str, Any] = {f"mass_{number}": QuantityField(name, asks=Asked(unit=GRAMS)) for number, name in enumerate(names)}
    form: RecalculationForm = type("RecalculationOfSheet", (RecalculationForm,), asked)()
    form.figures = tuple(form[name] for name in asked)
    return form


class WitnessForm(SoleFields, SignedForm):
    """What the witness reads of each weighing of the drug; `readings` are container, code, reading, photo and the photo that was kept, by line."""

    duty = Duty.WITNESS_WEIGHING

    readings: tuple[tuple[int, TextField, TextField, QuantityField, FileField, HiddenField], ...] = ()

    def validate(self, extra_validators: object = None) -> bool:
        """Everything that is to be seen was seen."""
        super().validate(extra_validators)
        for _, container, code, mass, _, _ in self.readings:
            need(container, f"{container.label.text}: write which one you see.")
            need(code, f"{code.label.text}: scan it, or type what you read.")
            need(mass, f"{mass.label.text}: enter what you read.")
        return not self.errors


def witness_form(lines: Sequence[tuple[int, str]]) -> WitnessForm:
    """The form with the fields of each line that weighs the drug, by its number and its name."""
    asked: dict[str, Any] = {}
    for number, name in lines:
        also = f" ({name})" if len(lines) > 1 else ""
        asked[f"container_{number}"] = TextField(
            f"Container{also}", description="What it is and what its label says it holds. For example: 500 g jar, sodium thiosulfate."
        )
        asked[f"code_{number}"] = TextField(f"Code or number of the lot{also}", description="Scan the container, or type its lot number.")
        asked[f"mass_{number}"] = QuantityField(f"What the balance shows{also}", asks=Asked(unit=GRAMS))
        asked[f"photo_{number}"] = FileField(f"Photo of container, lot and reading{also}", description="PDF, PNG or JPEG, up to 8 MB.", widget=GovFileInput())
        asked[f"kept_{number}"] = HiddenField()
    form: WitnessForm = type("WitnessOfWeighing", (WitnessForm,), asked)()
    form.readings = tuple(
        (number, form[f"container_{number}"], form[f"code_{number}"], form[f"mass_{number}"], form[f"photo_{number}"], form[f"kept_{number}"])
        for number, _ in lines
    )  # fmt: skip
    return form


class HoldForm(SoleFields, SignedForm):
    """A pharmacist's decision to go on in spite of a hold."""

    duty = Duty.DECIDE_HOLDS

    reason = LinesField("Why may it go on?", description="The reason stays with the record, and your signature stands under it.")
    photo = FileField("Photo or printout", description="PDF, PNG or JPEG, up to 8 MB.", widget=GovFileInput())
    photo_sha256 = HiddenField()

    def validate(self, extra_validators: object = None) -> bool:
        """A decision has a reason."""
        super().validate(extra_validators)
        need(self.reason, "Write why it may go on.")
        return not self.errors


class ReworkForm(BenchFields, SignedForm):
    """Beginning again: what was made is thrown away, so the password is shown once more."""

    level = Level.AGAIN

    reason = LinesField("Why do you begin again?", description="The reason stays with the record.")

    def validate(self, extra_validators: object = None) -> bool:
        """A rework has a reason."""
        super().validate(extra_validators)
        need(self.reason, "Write why you begin again.")
        return not self.errors


class ScrapForm(BenchFields, ActForm):
    """Throwing a preparation away."""

    reason = LinesField("Why is it thrown away?", description="The reason stays with the record.")

    def validate(self, extra_validators: object = None) -> bool:
        """It has a reason."""
        super().validate(extra_validators)
        need(self.reason, "Write why it is thrown away.")
        return not self.errors
