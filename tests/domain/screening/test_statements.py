"""More than fifteen hundred statements written for these tests, each judged by hand: never unsafe, and seldom a needless question."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from compounding.domain.screening.statements import StatementReading

Reader = Callable[[str], StatementReading]
FOLDER = Path(__file__).parent / "statements"


def answers(read: Reader, expected: str) -> dict[str, str]:
    lines = (FOLDER / f"{expected}.txt").read_text(encoding="utf-8").splitlines()
    return {line: read(line).zinc.value for line in lines}


@pytest.mark.parametrize("expected", ["zinc", "unclear"])
def test_nothing_is_cleared_that_names_zinc_or_leaves_it_open(read: Reader, expected: str) -> None:
    assert [line for line, answer in answers(read, expected).items() if answer == "not_zinc"] == []


@pytest.mark.parametrize(("expected", "share"), [("zinc", 0.97), ("not_zinc", 0.95), ("unclear", 0.9)])
def test_most_statements_are_read_as_they_are_meant(read: Reader, expected: str, share: float) -> None:
    found = answers(read, expected)
    assert len(found) > 300
    assert Counter(found.values())[expected] >= share * len(found)


def test_a_statement_that_clears_zinc_is_not_read_as_zinc(read: Reader) -> None:
    assert [line for line, answer in answers(read, "not_zinc").items() if answer == "zinc"] == []


@pytest.mark.parametrize("expected", ["zinc", "not_zinc", "unclear"])
def test_every_answer_has_a_reason(read: Reader, expected: str) -> None:
    for line in (FOLDER / f"{expected}.txt").read_text(encoding="utf-8").splitlines():
        assert all(finding.why and finding.matched in line for finding in read(line).findings), line
