"""The lexicon as it ships, the register of known substances included, for every test of the allergy reader."""

from collections.abc import Callable

import pytest

from compounding.domain.screening.lexicon import Lexicon
from compounding.domain.screening.reader import read_statement
from compounding.domain.screening.statements import StatementReading
from compounding.reference import load


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    """The shipped lexicon."""
    return load().lexicon


@pytest.fixture(scope="session")
def read(lexicon: Lexicon) -> Callable[[str], StatementReading]:
    """Reads a statement with the shipped lexicon."""
    return lambda text: read_statement(text, lexicon)
