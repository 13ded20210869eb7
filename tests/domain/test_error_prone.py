"""What label rules forbid in our own words is said aloud where a prescriber wrote it: the table is that of the label rules, whole."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from compounding.domain.directions import read_directions
from compounding.domain.error_prone import _RULES, error_prone
from compounding.domain.order_as_sent import DirectionsAsSent
from compounding.domain.reasons import Severity
from compounding.reference import ReferenceData

ROOT = Path(__file__).resolve().parents[2]
RULES_FILE = next(path for path in (ROOT.parent / "shared/cases/label_rules.json", ROOT / "tests/cases/label_rules.json") if path.exists())
RULES: list[dict[str, Any]] = [
    rule for rule in json.loads(RULES_FILE.read_text("utf-8"))["rules"]
    if rule["kind"] == "regex_forbidden" and rule["severity"] == "must" and {"container_label", "patient_leaflet"} & set(rule["scope"])
]  # fmt: skip
WORDS = [pytest.param(rule, words, id=f"{rule['id']}-{number}") for rule in RULES for number, words in enumerate(rule["must_match"])]


def test_the_table_is_that_of_the_label_rules() -> None:
    # Written with escapes here and as letters there: compared by what each pattern finds.
    assert [name for name, _, _ in _RULES] == [rule["id"] for rule in RULES]
    for (name, pattern, _), rule in zip(_RULES, RULES, strict=True):
        compiled = re.compile(pattern)
        assert all(compiled.search(words) for words in rule["must_match"]), name
        assert not any(compiled.search(words) for words in rule["must_not_match"]), name
        assert len(pattern) == len(rule["pattern"]) or not rule["pattern"].isascii(), name


@pytest.mark.parametrize(("rule", "words"), WORDS)
def test_no_forbidden_words_of_a_prescriber_reach_paper_unsaid(rule: dict[str, Any], words: str, data: ReferenceData) -> None:
    read = read_directions((DirectionsAsSent(texts=(f"Apply to the hand {words} at night.",)),), data.vocabulary, latest_where="order")
    held = any(each.severity is not Severity.WARNING for each in read.reasons)
    said = [each.message for each in read.reasons if each.code == "DIRECTIONS_ERROR_PRONE"]
    assert held or not re.search(rule["pattern"], read.text) or any(rule["id"] in each for each in said)


@pytest.mark.parametrize("text", [
    "Apply a thin layer to the calcium lumps on your fingers in the morning and in the evening.", "Apply 0.5 g to both knees at bedtime, for 14 days.",
    "Appliquer une mince couche sur les bosses dures des doigts le matin et le soir.", "RUB IN AT NIGHT AND COVER.", "",
])  # fmt: skip
def test_plain_directions_are_not_error_prone(text: str) -> None:
    assert error_prone(text) == ()
