"""Every setting, and every code that the web door answers with, stands in docs/configuration.md."""

import re
from pathlib import Path

import pytest

from compounding.config import secret_key, server
from compounding.web import problems

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
SOURCES = [Path(module.__file__ or "") for module in (server, secret_key)]


@pytest.mark.parametrize("name", [*server.KNOWN, *server.FOR_TESTS, server.DATABASE_VARIABLE])
def test_every_variable_is_documented(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_code_of_a_refused_setting_is_documented(source: Path) -> None:
    codes = set(re.findall(r'LevigateError\(\s*"([A-Z_]+)"', source.read_text(encoding="utf-8")))
    assert len(codes) >= 6
    assert [code for code in sorted(codes) if f"`{code}`" not in PAGE] == []


def test_every_code_of_an_error_page_is_documented() -> None:
    shown = [*problems.PROBLEMS.values(), *(each for each in vars(problems).values() if isinstance(each, problems.Problem))]
    assert [each.code for each in shown if f"`{each.code}`" not in PAGE] == []
    assert len({each.code for each in shown}) == len(shown)
    assert all(each.sentence.endswith(".") for each in shown)
