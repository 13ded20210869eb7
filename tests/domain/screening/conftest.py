"""The lexicon as it ships, for every test of the allergy reader."""

import tomllib
from collections.abc import Callable
from importlib.resources import files

import pytest

from compounding.domain.screening.lexicon import Lexicon
from compounding.domain.screening.reader import read_statement
from compounding.domain.screening.statements import StatementReading
from compounding.reference.allergens import load_lexicon


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    """The shipped lexicon."""
    return load_lexicon(tomllib.loads((files("compounding.reference") / "allergens.toml").read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def read(lexicon: Lexicon) -> Callable[[str], StatementReading]:
    """Reads a statement with the shipped lexicon."""
    return lambda text: read_statement(text, lexicon)
