"""What every test shares: the Hypothesis profiles, with their seed printed, and the reference data."""

import os
from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, settings

from compounding.config.site_file import example_site
from compounding.domain.site import Site
from compounding.pipeline import Bench
from compounding.reference import ReferenceData, load

# CI asks each law a few hundred times; `make thorough` sets LEVIGATE_EXAMPLES higher. A failing example is printed with how to repeat it.
EXAMPLES = int(os.environ.get("LEVIGATE_EXAMPLES", "200"))
# A mutant (make mutants) is killed by the first example that fails; nobody reads the smallest one.
PHASES = [Phase.explicit, Phase.generate] if "MUTANT_UNDER_TEST" in os.environ else list(Phase)
settings.register_profile("ci", max_examples=EXAMPLES, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow], phases=PHASES)
settings.load_profile("ci")

TODAY = date(2026, 11, 22)
"""The day every test lives on, so that none depends on the calendar."""


SEED = "20261122"
"""The seed of `make test`: a change is judged by what it changed, not by chance. `make thorough` takes a fresh seed each time and looks for what this one misses."""


def pytest_configure(config: pytest.Config) -> None:
    """Give every random test one seed, printed below: the one asked for, or with LEVIGATE_SEED=fresh a new one."""
    if config.option.hypothesis_seed is None:
        fresh = os.environ.get("LEVIGATE_SEED") == "fresh"
        config.option.hypothesis_seed = str(int.from_bytes(os.urandom(4), "big")) if fresh else SEED


def pytest_report_header(config: pytest.Config) -> str:
    """Print the seed, so that a failure can be repeated: pytest --hypothesis-seed=..."""
    return f"hypothesis seed: {config.option.hypothesis_seed}, examples: {EXAMPLES}"


@pytest.fixture(scope="session")
def data() -> ReferenceData:
    """All reference data, read once."""
    return load()


@pytest.fixture(scope="session")
def site() -> Site:
    """The example pharmacy."""
    return example_site()


@pytest.fixture
def bench(site: Site, data: ReferenceData) -> Bench:
    """The example pharmacy in British Columbia on the day of the tests, with nominal materials."""
    return Bench(site=site, profile=data.profiles["ca-bc"], lots=(), on=TODAY, today=TODAY, site_was_named=False)
