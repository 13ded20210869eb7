"""A real server and a real Chromium; where there is no Chromium the tests are skipped with the reason, and fail under CI=true."""

import functools
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@functools.cache
def the_playwright() -> Any:
    """The one playwright of this process: a second one beside it refuses to start."""
    from playwright.sync_api import sync_playwright

    return sync_playwright().start()


def _missing(what: str) -> None:
    reason = f"browser tests need {what}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start `levigate serve` on a free port and return its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LEVIGATE_")}
    environment["DATABASE_URL"] = str(tmp_path_factory.mktemp("records") / "levigate.db")
    command = [sys.executable, "-m", "compounding", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE) as server:
        assert server.stdout
        said = [server.stdout.readline(), server.stdout.readline()]
        assert re.search(r"Open (http://localhost:\d+)", said[1]), said
        yield f"http://localhost:{port}"
        server.terminate()


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Start the system's Chromium."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        _missing("the package playwright")
    program = next((found for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable") if (found := shutil.which(name))), None)
    if program is None:
        _missing("Chromium on the path")
    started = the_playwright().chromium.launch(executable_path=program, args=ARGUMENTS)
    yield started
    started.close()


@pytest.fixture
def open_page(browser: object, address: str) -> Iterator[Callable[..., object]]:
    """Return a function that opens a page of the application; whatever the browser complains of fails the test at its end."""
    complaints: list[str] = []
    contexts = []

    def note(message: object) -> None:
        # Chromium also reports an answer of 422, which is the form's own and wanted.
        if message.type in {"error", "warning"} and "status of 422" not in message.text:  # type: ignore[attr-defined]
            complaints.append(message.text)  # type: ignore[attr-defined]

    def opened(path: str = "/", **options: object) -> object:
        context = browser.new_context(base_url=address, **options)  # type: ignore[attr-defined]
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        # A download ends its navigation, which the browser calls an abort.
        page.on("requestfailed", lambda request: complaints.append(f"{request.url} failed") if request.failure != "net::ERR_ABORTED" else None)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
