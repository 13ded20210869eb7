"""What a calculator answers: exact figures, how each came about, and what a pharmacist must look at first."""

from dataclasses import dataclass, field
from fractions import Fraction

from compounding.domain.derivation import Step
from compounding.domain.errors import LevigateError, printable
from compounding.domain.numbers import exact_number

ARITHMETIC = "arithmetic"


class CalculationRefused(LevigateError):
    """The inputs cannot be calculated with: there is no figure at all, only a code and a sentence."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it is exchanged: plain digits and the symbol of its unit."""

    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a right figure must be looked at by a pharmacist before anybody uses it."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The figures by name, their derivation in order, and the holds beside them."""

    result: dict[str, Figure]
    derivation: tuple[Step, ...]
    holds: tuple[Hold, ...]


@dataclass(slots=True)
class Working:
    """A calculation on its way: collects the steps, the figures and the holds."""

    _result: dict[str, Figure] = field(default_factory=dict)
    _steps: list[Step] = field(default_factory=list)
    _holds: list[Hold] = field(default_factory=list)

    def step(self, name: str, value: Fraction, unit: str, *, formula: str, substitution: str, source: str = ARITHMETIC) -> Fraction:
        """Note a figure on the way, and hand it back."""
        self._steps.append(Step(name=name, formula=formula, substitution=substitution, value=exact_number(value), unit=unit, source=source))
        return value

    def give(self, name: str, value: Fraction, unit: str, *, formula: str, substitution: str, source: str = ARITHMETIC) -> Fraction:
        """Note a figure that is part of the answer, and hand it back."""
        self._result[name] = Figure(exact_number(value), unit)
        return self.step(name, value, unit, formula=formula, substitution=substitution, source=source)

    def say(self, name: str, words: str, unit: str, *, formula: str, substitution: str, source: str = ARITHMETIC) -> None:
        """Note an answer that is no number: a date, or yes."""
        self._result[name] = Figure(words, unit)
        self.note(name, words, unit, formula=formula, substitution=substitution, source=source)

    def note(self, name: str, words: str, unit: str, *, formula: str, substitution: str, source: str = ARITHMETIC) -> None:
        """Note a step on the way that is no number."""
        self._steps.append(Step(name=name, formula=formula, substitution=substitution, value=words, unit=unit, source=source))

    def hold(self, code: str, message: str) -> None:
        """Hold the answer for a pharmacist, with the reason beside it."""
        self._holds.append(Hold(code, printable(message)))

    def answer(self) -> Answer:
        """What was found."""
        return Answer(result=dict(self._result), derivation=tuple(self._steps), holds=tuple(self._holds))


def text(value: Fraction) -> str:
    """A figure as it stands in a substitution."""
    return exact_number(value)
