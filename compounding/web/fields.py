"""Form fields that read text in one way only, and keep what was typed when they refuse it."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask_wtf.file import FileField
from govuk_frontend_wtf.wtforms_widgets import GovFileInput, GovRadioInput, GovSelect, GovTextArea, GovTextInput
from wtforms import Field, HiddenField, RadioField, SelectField, StringField, TextAreaField, ValidationError  # type: ignore[import-untyped]
from wtforms.fields import SelectChoice  # type: ignore[import-untyped]

from compounding.domain.beyond_use import read_day
from compounding.domain.errors import LevigateError
from compounding.domain.numbers import plain_number, writes_decimal_comma
from compounding.domain.typed_quantities import Asked
from compounding.web.pharmacy import current_pharmacy

__all__ = [
    "AnswerField",
    "ChoiceField",
    "DayField",
    "FileField",
    "GovFileInput",
    "HiddenField",
    "LinesField",
    "QuantitiesField",
    "QuantityField",
    "TextField",
    "offer",
]

PAGE_LANGUAGE = "en"
"""The language the pages are written in; it decides whether a comma can stand for the decimal point."""

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
"""Outside these years a date is a slip of the finger: nobody alive was born earlier, and calendar arithmetic would leave the calendar."""


def offer(**answers: str) -> list[SelectChoice]:
    """The answers of a question: what is sent, and the words beside it."""
    return [SelectChoice(value, label) for value, label in answers.items()]


def _number_in(asks: Asked, text: str) -> Decimal:
    return asks.read(text, decimal_comma=writes_decimal_comma(PAGE_LANGUAGE))


class _Once:
    """A field that is answered once: of two answers neither is taken, rather than one of them in silence."""

    def pre_validate(self, form: object) -> None:  # noqa: ARG002 - WTForms passes the form by position.
        """Refuse a second answer."""
        if len(getattr(self, "raw_data", None) or ()) > 1:
            raise ValidationError(f"{self.label.text}: it is given more than once. Write it once.")  # type: ignore[attr-defined]


class TextField(_Once, StringField):  # type: ignore[misc]
    """One line of text, as it was typed; empty text stays empty."""

    widget = GovTextInput()

    @property
    def text(self) -> str:
        """The text without blanks around it."""
        return (self.data or "").strip()


class LinesField(_Once, TextAreaField):  # type: ignore[misc]
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
        """Read the value; a blank one leaves the field empty, which the form's own checks judge. Of two values neither is taken."""
        self.data = None
        if len(valuelist) > 1:
            raise ValueError(f"{self.label.text}: it is given more than once. Write it once.")
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


class QuantityField(_ReadField):
    """An amount, a strength or a count in the one unit the field stands for; `data` is the number in that unit, exactly as typed.

    WTForms' own DecimalField takes 1e2 and digits of other scripts, and one with a locale reads 1,5 as 15.
    """

    data: Decimal | None

    def __init__(self, label: str, *, asks: Asked, **options: Any) -> None:
        super().__init__(label, **options)
        self.asks = asks

    @property
    def symbol(self) -> str:
        """The unit as it is printed beside the field; empty for a number alone."""
        return self.asks.unit.symbol

    def read(self, text: str) -> object:
        return _number_in(self.asks, text)

    def written(self, value: object) -> str:
        return plain_number(value) if isinstance(value, Decimal) else str(value)


class QuantitiesField(LinesField):
    """Several numbers in one unit, one on each line; `numbers` holds them, and nothing where a line was refused."""

    def __init__(self, label: str, *, asks: Asked, most: int = 20, **options: Any) -> None:
        super().__init__(label, **options)
        self.asks = asks
        self.most = most
        self.numbers: tuple[Decimal, ...] = ()

    @property
    def symbol(self) -> str:
        """The unit the numbers are in."""
        return self.asks.unit.symbol

    def pre_validate(self, form: object) -> None:
        """Read every line; one that is refused refuses them all."""
        super().pre_validate(form)
        if len(self.lines) > self.most:
            raise ValidationError(f"{self.label.text}: more than {self.most} lines. Write those that matter.")
        try:
            self.numbers = tuple(_number_in(self.asks, line) for line in self.lines)
        except LevigateError as refusal:
            raise ValidationError(f"{self.label.text}: {refusal.message}.") from refusal


class DayField(_ReadField):
    """A calendar day written YYYY-MM-DD: the one order of the parts that nobody reads in two ways. `is_past` refuses a day still to come."""

    data: date | None

    def __init__(self, label: str, *, is_past: bool = False, **options: Any) -> None:
        super().__init__(label, **options)
        self.is_past = is_past

    def read(self, text: str) -> object:
        day = read_day(text)
        if not EARLIEST <= day <= LATEST:
            raise LevigateError("invalid_date", f"{day.isoformat()} is not a possible day here; check the year")
        if self.is_past and day > current_pharmacy().today:
            raise LevigateError("invalid_date", f"{day.isoformat()} is still to come; check the year")
        return day


class _OfferedOnce(_Once):
    """A field with a list of answers: one that was never offered is refused."""

    def pre_validate(self, form: object) -> None:
        """Refuse a second answer, and one from outside the list."""
        super().pre_validate(form)
        data, choices = self.data, self.choices  # type: ignore[attr-defined]
        if data and data not in {choice.value for choice in choices}:
            raise ValidationError(f"{self.label.text}: choose one of the answers.")  # type: ignore[attr-defined]


class AnswerField(_OfferedOnce, RadioField):  # type: ignore[misc]
    """One answer of several. None chosen is no answer, and left to the form's own checks."""

    widget = GovRadioInput()


class ChoiceField(_OfferedOnce, SelectField):  # type: ignore[misc]
    """One answer of a long list, in a drop-down."""

    widget = GovSelect()
