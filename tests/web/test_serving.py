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

from compounding.config.server import ServerConfig, read_server_config
from compounding.domain.errors import LevigateError, ReferenceDataError
from compounding.storage.engine import open_database
from compounding.storage.errors import StorageError
from compounding.storage.migrating import upgrade
from compounding.web import serving
from compounding.web.serving import application

ROOT = Path(__file__).resolve().parents[2]
EVERY_CARD = "0.0.0.0"  # noqa: S104 - what is refused without a proxy.
SECRET = "only for tests " * 3
MADE = r"Brought \S+records\.db up to date\.\n"
"""What is said before anything is served: the database was made."""


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Records of a test's own, and never those of whoever runs the tests.
    monkeypatch.setenv("DATABASE_URL", str(tmp_path / "records.db"))
    for name in ("LEVIGATE_SITE", "LEVIGATE_ALLOWED_HOSTS", "LEVIGATE_ADDRESS", "LEVIGATE_TRUSTED_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LEVIGATE_SECRET_KEY", SECRET)


@pytest.fixture
def _with_tables(tmp_path: Path) -> None:
    database = open_database(str(tmp_path / "records.db"))
    upgrade(database)
    database.close()


def test_a_database_without_this_programs_tables_is_refused_before_a_page_is_served() -> None:
    with pytest.raises(StorageError) as refused:
        application()
    assert refused.value.code == "DATABASE_OLDER"


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


def _serve(*arguments: str, **extra: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LEVIGATE_")} | {"PYTHONUNBUFFERED": "1"} | extra
    command = [sys.executable, "-m", "compounding", "serve", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _told(port: int = 8000, *, address: str | None = None, site_path: Path | None = None) -> ServerConfig:
    return read_server_config(os.environ, folder=ROOT, address=address, port=port, site_path=site_path, binds=True)


def _lines(process: subprocess.Popen[str], count: int) -> list[str]:
    assert process.stdout
    return [process.stdout.readline().rstrip("\n") for _ in range(count)]


@pytest.mark.usefixtures("_with_tables")
def test_without_an_address_cookies_are_for_https_only() -> None:
    assert application().config["SESSION_COOKIE_SECURE"] is True


@pytest.mark.usefixtures("_with_tables")
@pytest.mark.parametrize(
    ("address", "plain"),
    [("127.0.0.1", True), ("::1", True), ("127.8.8.8", True), ("10.0.0.8", False), ("192.168.1.5", False), ("localhost", True)],
)
def test_plain_http_is_for_a_loopback_address_alone(monkeypatch: pytest.MonkeyPatch, address: str, plain: bool) -> None:
    monkeypatch.setenv("LEVIGATE_ADDRESS", address)
    assert application().config["SESSION_COOKIE_SECURE"] is not plain


@pytest.mark.usefixtures("_with_tables")
def test_the_environment_names_hosts_and_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEVIGATE_ALLOWED_HOSTS", "levigate.example, pharmacy.example,")
    monkeypatch.setenv("LEVIGATE_SITE", str(ROOT / "examples" / "site.toml"))
    app = application()
    assert {"levigate.example", "pharmacy.example"} <= app.config["ALLOWED_HOSTS"]
    assert app.config["SITE_NAME"] == "Example Pharmacy"
    assert app.config["NOTICES"] == ("Example pharmacy: not for dispensing.",)


def test_a_host_beside_a_loopback_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEVIGATE_ALLOWED_HOSTS", "levigate.example")
    monkeypatch.setenv("LEVIGATE_ADDRESS", "127.0.0.1")
    with pytest.raises(LevigateError, match="PLAIN_HTTP_REFUSED"):
        application()


@pytest.mark.usefixtures("_with_tables")
def test_behind_a_proxy_on_this_machine_cookies_are_for_https_and_its_host_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEVIGATE_ALLOWED_HOSTS", "levigate.example")
    monkeypatch.setenv("LEVIGATE_TRUSTED_PROXY", "127.0.0.1, 10.0.0.0/28")
    monkeypatch.setenv("LEVIGATE_ADDRESS", "127.0.0.1")
    config = application().config
    assert config["SESSION_COOKIE_SECURE"] is True
    assert config["SESSION_COOKIE_NAME"] == "__Host-levigate"
    assert [str(network) for network in config["TRUSTED_PROXIES"]] == ["127.0.0.1/32", "10.0.0.0/28"]


@pytest.mark.usefixtures("_with_tables")
def test_without_a_secret_given_the_file_beside_the_database_holds_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("LEVIGATE_SECRET_KEY")
    first, second = application(), application()
    assert first.secret_key == second.secret_key == bytes.fromhex((tmp_path / "secret.key").read_text(encoding="ascii"))


def test_a_site_that_cannot_be_read_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LEVIGATE_SITE", str(tmp_path / "none.toml"))
    with pytest.raises(ReferenceDataError, match="SITE_UNREADABLE"):
        application()


def test_a_site_of_an_unknown_jurisdiction_stops_the_start(tmp_path: Path) -> None:
    text = (ROOT / "examples" / "site.toml").read_text(encoding="utf-8").replace('"ca-bc"', '"ca-xx"')
    (tmp_path / "site.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ReferenceDataError, match="JURISDICTION_UNKNOWN"):
        serving.run(_told(site_path=tmp_path / "site.toml"))


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
            serving.run(_told(port))


def test_an_address_that_this_machine_does_not_have_is_refused(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    monkeypatch.setenv("LEVIGATE_ALLOWED_HOSTS", "levigate.example")
    monkeypatch.setenv("LEVIGATE_TRUSTED_PROXY", "10.0.0.5")
    with pytest.raises(LevigateError, match="ADDRESS_NOT_HERE"):
        serving.run(_told(port, address="192.0.2.1"))


@pytest.mark.parametrize(
    ("arguments", "extra", "code"),
    [
        (("--address", EVERY_CARD), {}, "PLAIN_HTTP_REFUSED"),
        (("--address", EVERY_CARD), {"LEVIGATE_TRUSTED_PROXY": "10.0.0.5"}, "PLAIN_HTTP_REFUSED"),
        (("--address", EVERY_CARD), {"LEVIGATE_ALLOWED_HOSTS": "levigate.example"}, "PLAIN_HTTP_REFUSED"),
        (("--address", "pharmacy.example"), {}, "ADDRESS_NOT_VALID"),
        ((), {"LEVIGATE_SECRET_KEY": "short"}, "SECRET_TOO_SHORT"),
        ((), {"LEVIGATE_ALLOWED_HOST": "levigate.example"}, "SETTING_UNKNOWN"),
    ],
)
def test_the_command_refuses_before_anything_is_made(tmp_path: Path, arguments: tuple[str, ...], extra: dict[str, str], code: str) -> None:
    with _serve(*arguments, **extra) as process:
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (1, "")
    assert re.fullmatch(rf"{code}: [^\n]+\n", err)
    assert list(tmp_path.iterdir()) == []


def test_behind_a_proxy_the_command_answers_what_the_proxy_passes_on_and_nothing_else(port: int) -> None:
    told = {"LEVIGATE_ALLOWED_HOSTS": "levigate.example", "LEVIGATE_TRUSTED_PROXY": "127.0.0.1"}
    with _serve("--port", str(port), "--address", EVERY_CARD, **told) as process:
        assert _lines(process, 2)[1] == f"Waiting at 0.0.0.0, port {port}, for the proxy of levigate.example; press Ctrl+C to stop."
        forwarded = {"Host": "levigate.example", "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
        for headers, status in ((forwarded, 200), (forwarded | {"X-Forwarded-Proto": "http"}, 403), ({"Host": "levigate.example"}, 403)):
            connection = HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/", headers=headers)
            answer = connection.getresponse()
            assert answer.status == status
            assert (b"PLAIN_HTTP_REFUSED" in answer.read()) is (status == 403)
            connection.close()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def test_the_command_says_where_it_serves_localhost_and_ends_cleanly(server: subprocess.Popen[str], port: int) -> None:
    # The third line is the set-up code; read here as well, or it would sometimes come after the signal below.
    assert _lines(server, 3)[:2] == [
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
    said = _lines(server, 3)
    assert re.fullmatch(r"No pharmacy is set up yet, .* with this code: ([A-Z0-9]{5}-){5}[A-Z0-9]{5}", said[2])
    time.sleep(0.3)
    server.send_signal(signal.SIGINT)
    out, err = server.communicate(timeout=20)
    assert (server.returncode, out) == (0, "")
    assert re.fullmatch(MADE, err)
