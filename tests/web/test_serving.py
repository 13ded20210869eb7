"""`levigate serve` and the environment it hands on: what it says, what it refuses, and how it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from compounding.domain.errors import LevigateError, ReferenceDataError
from compounding.web import serving
from compounding.web.serving import application

ROOT = Path(__file__).resolve().parents[2]
SECRET = "only for tests " * 3
MADE = r"Brought \S+records\.db up to date\.\n"
"""What is said before anything is served: the database was made."""


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Records of a test's own, and never those of whoever runs the tests.
    monkeypatch.setenv("DATABASE_URL", str(tmp_path / "records.db"))
    for name in ("LEVIGATE_SITE", "LEVIGATE_ALLOWED_HOSTS", "LEVIGATE_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LEVIGATE_SECRET_KEY", SECRET)


@pytest.fixture
def port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(port: int) -> Iterator[subprocess.Popen[str]]:
    """Start the real server and wait until it says that it serves."""
    with _serve("--port", str(port)) as process:
        yield process
        process.kill()


def _serve(*arguments: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LEVIGATE_")} | {"PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "compounding", "serve", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _lines(process: subprocess.Popen[str], count: int) -> list[str]:
    assert process.stdout
    return [process.stdout.readline().rstrip("\n") for _ in range(count)]


def test_without_an_address_cookies_are_for_https_only() -> None:
    assert application().config["SESSION_COOKIE_SECURE"] is True


@pytest.mark.parametrize(
    ("address", "plain"),
    [("127.0.0.1", True), ("::1", True), ("127.8.8.8", True), ("10.0.0.8", False), ("192.168.1.5", False), ("", False), ("localhost", False)],
)
def test_plain_http_is_for_a_loopback_address_alone(monkeypatch: pytest.MonkeyPatch, address: str, plain: bool) -> None:
    monkeypatch.setenv("LEVIGATE_ADDRESS", address)
    assert application().config["SESSION_COOKIE_SECURE"] is not plain


def test_the_environment_names_hosts_and_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEVIGATE_ALLOWED_HOSTS", "levigate.example, pharmacy.example,")
    monkeypatch.setenv("LEVIGATE_SITE", str(ROOT / "examples" / "site.toml"))
    app = application()
    assert {"levigate.example", "pharmacy.example"} <= app.config["ALLOWED_HOSTS"]
    assert app.config["SITE_NAME"] == "Example Pharmacy"
    assert app.config["NOTICES"] == ("Example pharmacy: not for dispensing.",)


def test_a_host_beside_a_loopback_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEVIGATE_ALLOWED_HOSTS", "levigate.example")
    with pytest.raises(ValueError, match="without TLS"):
        application(address="127.0.0.1")


def test_a_site_that_cannot_be_read_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LEVIGATE_SITE", str(tmp_path / "none.toml"))
    with pytest.raises(ReferenceDataError, match="SITE_UNREADABLE"):
        application()


def test_a_site_of_an_unknown_jurisdiction_stops_the_start(tmp_path: Path) -> None:
    text = (ROOT / "examples" / "site.toml").read_text(encoding="utf-8").replace('"ca-bc"', '"ca-xx"')
    (tmp_path / "site.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ReferenceDataError, match="JURISDICTION_UNKNOWN"):
        serving.run(port=8000, site_path=tmp_path / "site.toml")


def test_a_secret_too_short_stops_the_start_in_one_sentence(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    monkeypatch.setenv("LEVIGATE_SECRET_KEY", "short")
    with pytest.raises(ReferenceDataError, match="SETTINGS_REFUSED"):
        serving.run(port=port, site_path=None)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_port_in_use_is_refused_under_either_meaning_of_localhost(port: int, address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as other:
        try:
            other.bind((address, port))
        except OSError:
            pytest.skip("this machine has no IPv6")
        other.listen()
        with pytest.raises(LevigateError, match="PORT_IN_USE"):
            serving.run(port=port, site_path=None)


def test_the_command_says_two_lines_serves_localhost_and_ends_cleanly(server: subprocess.Popen[str], port: int) -> None:
    assert _lines(server, 2) == [
        "Serving Levigate for Example Pharmacy (example: not for dispensing).",
        f"Open http://localhost:{port} in your browser; press Ctrl+C to stop.",
    ]
    for host in ("127.0.0.1", "localhost"):
        # No waiting: what the second line says is true once it is said.
        connection = HTTPConnection(host, port, timeout=10)
        connection.request("GET", "/")
        page = connection.getresponse()
        assert page.status == 200
        assert b"Prepare an order" in page.read()
        assert "Secure" not in (page.headers["Set-Cookie"] or "Secure")
        connection.close()
    second = _serve("--port", str(port))
    out, err = second.communicate(timeout=20)
    assert (second.returncode, out) == (1, "")
    assert re.fullmatch(rf"PORT_IN_USE: another program uses port {port}; [^\n]*\n", err)
    server.send_signal(signal.SIGTERM)
    out, err = server.communicate(timeout=20)
    assert (server.returncode, out) == (0, "")
    assert re.fullmatch(MADE, err)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_the_command_ends_cleanly_by_hand(server: subprocess.Popen[str]) -> None:
    _lines(server, 2)
    time.sleep(0.3)
    server.send_signal(signal.SIGINT)
    out, err = server.communicate(timeout=20)
    assert (server.returncode, out) == (0, "")
    assert re.fullmatch(MADE, err)
