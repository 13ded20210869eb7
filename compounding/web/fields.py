"""Form fields that read text in one way only, and keep what was typed when they refuse it."""

from datetime import date
from decimal import Decimal

from flask_wtf.file import FileField
from govuk_frontend_wtf.wtforms_widgets import GovFileInput, GovRadioInput, GovTextArea, GovTextInput
from wtforms import Field, HiddenField, RadioField, StringField, TextAreaField, ValidationError  # type: ignore[import-untyped]
from wtforms.fields import SelectChoice  # type: ignore[import-untyped]

from compounding.domain.beyond_use import read_day
from compounding.domain.errors import LevigateError
from compounding.domain.numbers import plain_number, read_number

__all__ = ["AnswerField", "DayField", "FileField", "GovFileInput", "HiddenField", "LinesField", "StrictDecimalField", "StrictWholeField", "TextField", "offer"]

EARLIEST, LATEST = date(1880, 1, 1), date(2199, 12, 31)
"""Outside these years a date is a slip of the finger, and calendar arithmetic would leave the calendar."""


def offer(**answers: str) -> list[SelectChoice]:
    """The answers of a question: what is sent, and the words beside it."""
    return [SelectChoice(value, label) for value, label in answers.items()]


class TextField(StringField):  # type: ignore[misc]
    """One line of text, as it was typed; empty text stays empty."""

    widget = GovTextInput()

    @property
    def text(self) -> str:
        """The text without blanks around it."""
        return (self.data or "").strip()


class LinesField(TextAreaField):  # type: ignore[misc]
    """Several lines of text."""

    widget = GovTextArea()

    @property
    def text(self) -> str:
        """The whole text with plain line ends: a browser sends other ones than it was given."""
        return "\n".join(line.rstrip() for line in (self.data or "").strip().splitlines())

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines that say something."""
        return tuple(line.strip() for line in (self.data or "").splitlines() if line.strip())


class _ReadField(Field):  # type: ignore[misc]
    """A text that is read into a value. Refused text stays in the field, so that the typist sees and mends it."""

    widget = GovTextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.written(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the first value; a blank one leaves the field empty, which the order's own checks judge."""
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = self.read(valuelist[0])
            except LevigateError as refusal:
                raise ValueError(f"{self.label.text}: {refusal.message}.") from refusal

    def read(self, text: str) -> object:
        """The value of a text that is not blank. Raises LevigateError."""
        raise NotImplementedError

    def written(self, value: object) -> str:
        """The value as a person would type it."""
        return str(value)


class StrictDecimalField(_ReadField):
    """A plain number, exactly as typed. WTForms' own DecimalField takes 1e2 and digits of other scripts, and one with a locale reads 1,5 as 15."""

    data: Decimal | None

    def read(self, text: str) -> object:
        return read_number(text)

    def written(self, value: object) -> str:
        return plain_number(value) if isinstance(value, Decimal) else str(value)


class StrictWholeField(StrictDecimalField):
    """A plain number without decimals."""

    def read(self, text: str) -> object:
        number = read_number(text)
        if number != number.to_integral_value():
            raise LevigateError("invalid_number", f'"{text.strip()[:40]}" is not a whole number such as 2')
        return number


class DayField(_ReadField):
    """A calendar day written YYYY-MM-DD: the one order of the parts that nobody reads in two ways."""

    data: date | None

    def read(self, text: str) -> object:
        day = read_day(text)
        if not EARLIEST <= day <= LATEST:
            raise LevigateError("invalid_date", f"{day.isoformat()} is not a possible day here; check the year")
        return day


class AnswerField(RadioField):  # type: ignore[misc]
    """One answer of several. None chosen is no answer, and left to the order's own checks."""

    widget = GovRadioInput()

    def pre_validate(self, form: object) -> None:  # noqa: ARG002 - WTForms passes the form by position.
        """Refuse an answer that was never offered."""
        if self.data and self.data not in {choice.value for choice in self.choices}:
            raise ValidationError(f"{self.label.text}: choose one of the answers.")
