"""What a calculator's answer looks like on the page: numbers and units as ISMP asks, every step with its source, what must be looked at first."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from wtforms import Field  # type: ignore[import-untyped]

from compounding.domain.calculators import Answer, Hold
from compounding.domain.derivation import Step
from compounding.domain.numbers import format_number, plain_number
from compounding.domain.units import Unit, name_of
from compounding.web.fields import AnswerField, ChoiceField, LinesField, QuantitiesField, QuantityField

_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
# A number from 1,000 up within a text; what hangs on a hyphen, a letter or a point is a date or a name, and stays.
_LONG_NUMBER = re.compile(r"(?<![\w.,-])[0-9]{4,}(?:\.[0-9]+)?(?![\w-])")
_UNITS = {"d": "days", "date": "", "ppm": Unit.PPM_WW.value, **{name_of(unit): unit.value for unit in Unit}}
"""What is printed for a unit of exchanged data: a person reads "oz apothecaries", not its name in a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStep:
    """One step of the derivation in words."""

    name: str
    formula: str
    substitution: str
    value: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An answer as the template shows it: what was put in, the figures, what to look at first, and how they came about."""

    given: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, str], ...]
    holds: tuple[Hold, ...]
    steps: tuple[ShownStep, ...]


def shown(answer: Answer, *, names: Mapping[str, str], given: Iterable[Field]) -> Shown:
    """The answer in words; `names` are those of its figures, `given` the fields that were filled in."""
    return Shown(
        given=tuple((field.label.text, words) for field in given if (words := put_in(field))),
        figures=tuple((_named(name, names), with_unit(figure.value, figure.unit)) for name, figure in answer.result.items()),
        holds=told_once(answer.holds),
        steps=tuple(shown_step(step, names) for step in answer.derivation),
    )


def told_once(holds: Iterable[Hold]) -> tuple[Hold, ...]:
    """The holds as sentences with their numbers as they are printed, none of them twice."""
    return tuple(dict.fromkeys(Hold(hold.code, _sentence(grouped(hold.message))) for hold in holds))


def shown_step(step: Step, names: Mapping[str, str]) -> ShownStep:
    """One step in words."""
    return ShownStep(
        name=_named(step.name, names),
        formula=step.formula,
        substitution=grouped(step.substitution),
        value=with_unit(step.value, step.unit),
        source=step.source,
    )


def _named(name: str, names: Mapping[str, str]) -> str:
    return _sentence(names.get(name, name))


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def with_unit(value: str, unit: str) -> str:
    """A figure as it is printed: thousands set apart, a no-break space, the unit."""
    number = format_number(Decimal(value)) if _PLAIN.fullmatch(value) else value
    symbol = _UNITS.get(unit, unit)
    return f"{number}\u00a0{symbol}" if symbol else number


def grouped(text: str) -> str:
    """A text with the numbers in it written from 1,000 up as everywhere on the page."""
    return _LONG_NUMBER.sub(lambda found: format_number(Decimal(found[0])), text)


def put_in(field: Field) -> str:
    """What was filled in, as it was understood; nothing for an empty field."""
    if isinstance(field, QuantityField):
        return with_unit(field.written(field.data), field.symbol) if field.data is not None else ""
    if isinstance(field, QuantitiesField):
        return ", ".join(with_unit(plain_number(number), field.symbol) for number in field.numbers)
    if isinstance(field, LinesField):
        return ", ".join(field.lines)
    if isinstance(field, AnswerField | ChoiceField):
        return next((str(label) for value, label, *_ in field.iter_choices() if value and value == field.data), "")
    return str(field.data) if field.data else ""
