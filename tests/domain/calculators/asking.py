"""Asks the calculators as other programs do; every answer is checked for a whole derivation before a test sees it."""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest

from compounding.domain.calculators import Answer, CalculationRefused, calculate
from compounding.domain.numbers import MOST_CALCULATED_DIGITS, read_number
from compounding.reference import load
from compounding.reference.constants import constants_of

DATA = load()
CONSTANTS = constants_of(DATA.formulary, DATA.vocabulary)
ANHYDROUS, PENTAHYDRATE = Fraction("158.11"), Fraction("248.18")
"""Molar masses, g/mol: the figures that the reference data must hold."""

CODES = frozenset(
    [
        "invalid_number",
        "ambiguous_number",
        "not_positive",
        "out_of_range",
        "unit_missing",
        "unit_unknown",
        "unit_ambiguous",
        "unit_dimension",
        "missing_density",
        "missing_basis",
        "composition_over_100",
        "alligation_range",
        "below_min_weighable",
        "no_container",
        "insufficient_stock",
        "above_solubility",
        "expired_ingredient",
        "invalid_date",
        "implausible",
        "basis_conflict",
        "outside_usual_range",
        "not_parsed",
    ]
)
"""The codes other programs know; there is no other."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"\d[\d.,]*")


def answer(operation: str, inputs: Mapping[str, object], *, decimal_comma: bool = False) -> Answer:
    """The answer, its derivation checked."""
    found = calculate(operation, inputs, CONSTANTS, decimal_comma=decimal_comma)
    check_derivation(found)
    return found


def figures(operation: str, **inputs: object) -> dict[str, Fraction]:
    """The figures of an answer that nobody needs to look at first."""
    found = answer(operation, inputs)
    assert not found.holds, found.holds
    return values(found)


def values(found: Answer) -> dict[str, Fraction]:
    """The figures as numbers."""
    return {name: Fraction(figure.value) for name, figure in found.result.items()}


def holds(operation: str, **inputs: object) -> list[str]:
    """The codes of the holds beside an answer."""
    return [hold.code for hold in answer(operation, inputs).holds]


def hold_message(operation: str, **inputs: object) -> str:
    """The sentence of the only hold."""
    (hold,) = answer(operation, inputs).holds
    return hold.message


def refused(operation: str, **inputs: object) -> str:
    """The code of a refusal."""
    return refusal(operation, **inputs).code


def refusal(operation: str, **inputs: object) -> CalculationRefused:
    """The refusal, its sentence checked."""
    with pytest.raises(CalculationRefused) as found:
        calculate(operation, inputs, CONSTANTS)
    check_refusal(found.value)
    return found.value


def check_refusal(found: CalculationRefused) -> None:
    """A refusal has a known code and one short sentence of printable characters."""
    assert found.code in CODES
    assert 10 < len(found.message) < 400
    assert found.message.replace("\u00a0", "").isprintable()


def check_derivation(found: Answer) -> None:
    """Every figure has its step with the same value and unit; no part of a step is empty; every number that is shown reads back."""
    assert found.result
    for name, figure in found.result.items():
        assert [(step.value, step.unit) for step in found.derivation if step.name == name] == [(figure.value, figure.unit)]
    for step in found.derivation:
        assert step.name
        assert step.formula
        assert step.substitution
        assert step.source
        if not _DATE.fullmatch(step.value) and step.value != "true":
            reads_back(step.value.removeprefix("-"))
        for number in _NUMBER.findall(_DATE.sub("", step.substitution)):
            reads_back(number.rstrip(".,"))
    for hold in found.holds:
        assert hold.code in CODES
        assert 10 < len(hold.message) < 400
        assert hold.message.isprintable()


def reads_back(text: str) -> Decimal:
    """A number as this program reads it."""
    return read_number(text, most_digits=MOST_CALCULATED_DIGITS)


def close(found: Fraction, exact: Fraction) -> bool:
    """Whether a figure is the exact value, or its first 15 digits where that does not end."""
    return abs(found - exact) <= abs(exact) / 10**14
