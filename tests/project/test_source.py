"""Rules about the source itself that no linter knows."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*(ROOT / "compounding").rglob("*.py"), *(ROOT / "labels").rglob("*.py")])
CORE = sorted((ROOT / "compounding" / "domain").rglob("*.py"))


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_file_is_longer_than_300_lines_and_each_says_what_it_answers(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("file", CORE, ids=lambda file: str(file.relative_to(ROOT)))
def test_the_core_has_no_float_and_no_clock(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant):
            assert not isinstance(node.value, float), f"{file}:{node.lineno}"
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in {"float", "open", "print"}, f"{file}:{node.lineno}"
            assert not called.endswith((".now", ".today", ".utcnow")), f"{file}:{node.lineno}"


def test_the_abbreviation_that_also_means_another_drug_stands_nowhere_a_person_reads() -> None:
    for folder, pattern in (("templates", "*.html"), ("labels", "*.py"), ("compounding/reference", "*.toml"), ("docs", "*.md"), ("examples", "*")):
        for file in (ROOT / folder).rglob(pattern):
            if file.is_file():
                assert not re.search(r"\bSTS\b", file.read_text(encoding="utf-8")), file


def test_the_allergy_gate_has_one_home_and_one_pipeline() -> None:
    """Every door goes through the pipeline, and nothing asks the gate's parts or plans a jar beside it."""
    homes = {r"\bgate\.check\(": {"domain/allergy_gate.py"}, r"\bjar\.fill\(": {"domain/allergy_gate.py"}, r"\bAllergyGate\(": {"pipeline.py"}, r"from compounding\.planning import [^\n]*\bplan\b": {"pipeline.py"}, r"\bPaperFacts\(": {"paper.py"}}  # fmt: skip
    package = ROOT / "compounding"
    for pattern, allowed in homes.items():
        found = {str(file.relative_to(package)) for file in package.rglob("*.py") if re.search(pattern, file.read_text(encoding="utf-8"))}
        assert found == allowed, pattern
