"""The reader against a corpus of statements in the style of real records: safety without exception, and few needless questions."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from compounding.domain.screening.lexicon import Lexicon
from compounding.domain.screening.reader import read_statement

ROOT = Path(__file__).parents[3]
PLACES = (ROOT.parent / "shared" / "cases" / "allergies.csv", ROOT / "tests" / "cases" / "allergies.csv")
Row = dict[str, str]


@pytest.fixture(scope="module")
def answers(lexicon: Lexicon) -> list[tuple[Row, str]]:
    corpus = next(place for place in PLACES if place.exists())
    with corpus.open(encoding="utf-8", newline="") as lines:
        return [(row, read_statement(row["text"], lexicon, language=row["language"]).zinc.value) for row in csv.DictReader(lines)]


def chosen(answers: list[tuple[Row, str]], wanted: Callable[[Row], bool]) -> Iterator[tuple[Row, str]]:
    return ((row, answer) for row, answer in answers if wanted(row))


def test_no_forbidden_answer_outside_the_hard_tier(answers: list[tuple[Row, str]]) -> None:
    assert [row["id"] for row, answer in chosen(answers, lambda row: row["tier"] != "hard") if answer in row["forbidden"].split("|")] == []


def test_at_most_one_in_twenty_forbidden_in_the_hard_tier(answers: list[tuple[Row, str]]) -> None:
    hard = list(chosen(answers, lambda row: row["tier"] == "hard"))
    assert sum(answer in row["forbidden"].split("|") for row, answer in hard) <= 0.05 * len(hard)


@pytest.mark.parametrize("expected", ["zinc", "not_zinc"])
def test_core_statements_are_read_as_they_are_meant(answers: list[tuple[Row, str]], expected: str) -> None:
    core = list(chosen(answers, lambda row: row["tier"] == "core" and row["expected"] == expected))
    assert sum(answer == expected for _, answer in core) >= 0.95 * len(core)
