"""The cases other programs are tried on, each with its own expectation: a value, a refusal, or a hold beside the figures."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from compounding.domain.calculators import CalculationRefused, calculate
from tests.domain.calculators.asking import CODES, CONSTANTS, check_derivation

HERE = Path(__file__).parents[2] / "cases" / "calculations.json"
SHARED = Path(__file__).parents[4] / "shared" / "cases" / "calculations.json"
CASES: list[dict[str, Any]] = json.loads(HERE.read_text(encoding="utf-8"))["cases"]


def outcome(case: dict[str, Any]) -> tuple[dict[str, tuple[str, str]], set[str], str]:
    """The figures with their units, the codes of the holds, the code of a refusal."""
    try:
        found = calculate(case["op"], case["inputs"], CONSTANTS)
    except CalculationRefused as refusal:
        return {}, set(), refusal.code
    check_derivation(found)
    return {name: (figure.value, figure.unit) for name, figure in found.result.items()}, {hold.code for hold in found.holds}, ""


def is_expected(figure: tuple[str, str], expected: dict[str, str]) -> bool:
    value, unit = figure
    if unit != expected["unit"]:
        return False
    if "exact" not in expected:
        return value == expected["value"]
    exact = Fraction(expected["exact"])
    return abs(Fraction(value) - exact) <= abs(exact) * Fraction(expected["tol_rel"])


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_every_shared_case_is_answered_as_expected(case: dict[str, Any]) -> None:
    figures, holds, code = outcome(case)
    expected = case["expected"]
    if case["expect"] == "value":
        assert not code, code
        assert all(is_expected(figures[name], value) for name, value in expected.items()), figures
        assert not holds
    elif case["expect"] == "error":
        assert code in expected["error_any_of"]
        assert not figures
    elif case["expect"] == "hold":
        assert figures
        assert holds & set(expected["flag_any_of"])
    else:
        assert case["expect"] == "error_or_value"
        assert code in expected["error_any_of"] or {name: value for name, (value, _) in figures.items()} == expected["or_value"]
    assert holds <= CODES


def test_the_copy_of_the_cases_is_the_shared_one() -> None:
    if not SHARED.exists():
        pytest.skip("the shared cases are not beside this checkout")
    assert HERE.read_bytes() == SHARED.read_bytes()
