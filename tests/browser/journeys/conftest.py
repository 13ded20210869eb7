"""The example pharmacy behind a real port, with a desk for everyone."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.serving import make_server

from tests.browser.journeys.desks import Desks
from tests.browser.journeys.people import Bench
from tests.browser.test_signing_in import Open, opened, served  # noqa: F401
from tests.web.conftest import staffed, staffed_template  # noqa: F401
from tests.web.staffed import Staffed


@pytest.fixture
def bench(staffed: Staffed, opened: Open) -> Bench:  # noqa: F811
    """The people, none of them signed in yet."""
    return Bench(staffed, opened)


@pytest.fixture
def desks(staffed: Staffed, browser: Any) -> Iterator[Desks]:  # noqa: F811
    """Everybody's browser; a fault of a script, or an answer of 500, fails the test at its end."""
    server = make_server("127.0.0.1", 0, staffed.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    open_desks = Desks(staffed=staffed, browser=browser, address=f"http://localhost:{server.server_port}", faults=[])
    yield open_desks
    for context in open_desks.contexts:
        context.close()
    server.shutdown()
    thread.join()
    assert open_desks.faults == []
