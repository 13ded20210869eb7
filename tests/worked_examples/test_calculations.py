"""The examples of the manual are right, there is one for every calculation, and the manual is made from them."""

from fractions import Fraction
from pathlib import Path

import pytest

from compounding.domain.calculators import OPERATIONS
from compounding.domain.substances import AssayAs
from compounding.pipeline import Status
from tests.domain.calculators.asking import answer, close, refused
from tests.worked_examples.examples import EXAMPLES, TITLES, Example
from tests.worked_examples.manual import golden_order, manual

MANUAL = Path(__file__).parents[2] / "docs" / "clinical" / "calculations.md"


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{example.operation}: {example.question[:40]}" for example in EXAMPLES])
def test_every_worked_example_is_right(example: Example) -> None:
    if example.answer is None:
        assert refused(example.operation, **example.inputs) == example.refused
        return
    found = answer(example.operation, example.inputs)
    assert found.result.keys() == example.answer.keys()
    for name, (exact, unit) in example.answer.items():
        figure = found.result[name]
        assert figure.unit == unit
        assert figure.value == exact if isinstance(exact, str) else close(Fraction(figure.value), exact)
    assert tuple(hold.code for hold in found.holds) == example.holds
    assert not example.refused


def test_every_calculation_has_its_title_and_an_example() -> None:
    assert set(TITLES) == OPERATIONS
    assert {example.operation for example in EXAMPLES if example.answer} == OPERATIONS


def test_the_manual_is_made_from_the_examples() -> None:
    assert MANUAL.read_text(encoding="utf-8") == manual()


def test_the_manual_shows_the_golden_figures_and_the_refused_reading() -> None:
    text = manual()
    for words in ("**15.01 g**", "**23.57 g**", "`LOT_UNSUITABLE`", "18.75", "clinical rule 5", "57 % high"):
        assert words in text
    wrong = golden_order(AssayAs.AS_STOCK)
    assert wrong.status is Status.HELD
    assert wrong.planned is None
