"""The pharmacy behind a real port, and the people at it."""

import pytest

from tests.browser.journeys.people import Bench
from tests.browser.test_signing_in import Open, opened, served  # noqa: F401
from tests.web.conftest import staffed, staffed_template  # noqa: F401
from tests.web.staffed import Staffed


@pytest.fixture
def bench(staffed: Staffed, opened: Open) -> Bench:  # noqa: F811
    """The people, none of them signed in yet."""
    return Bench(staffed, opened)
