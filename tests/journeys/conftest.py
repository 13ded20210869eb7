"""The planted pharmacy, made once; a journey copies it."""

import pytest

from compounding.reference import ReferenceData
from tests.journeys.canaries import Planted, plant
from tests.journeys.searching import Searcher


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory, data: ReferenceData) -> Planted:
    """A pharmacy with two hundred canaries."""
    return plant(tmp_path_factory.mktemp("planted"), data)


@pytest.fixture(scope="session")
def searcher(planted: Planted) -> Searcher:
    """What finds them."""
    return Searcher(planted.canaries)
