"""The real server under abuse: bytes no client sends, ten megabytes, a database that stops, and a process that is killed in the middle of an order."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.web.abuse.cases import CORPUS, OWN, read
from tests.web.abuse.watching import faults_of

ROOT = Path(__file__).resolve().parents[3]
MOST_MEMORY_KB = 300 * 1024
RAW = tuple(case for case in read(OWN) if case.kind == "raw_request")


class Server:
    """`levigate serve` on a port of its own."""

    def __init__(self, database: str, *, secret: str = "only for tests " * 3) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LEVIGATE_")}
        environment = kept | {"PYTHONUNBUFFERED": "1", "DATABASE_URL": database, "LEVIGATE_SECRET_KEY": secret}
        command = [sys.executable, "-m", "compounding", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert self.process.stdout is not None
        assert "Serving Levigate" in self.process.stdout.readline()

    def raw(self, sent: bytes) -> bytes:
        """Send bytes, and read what comes back until the server ends or waits."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=3) as wire:
            wire.sendall(sent)
            wire.shutdown(socket.SHUT_WR)
            found = b""
            try:
                while more := wire.recv(65536):
                    found += more
            except TimeoutError:
                pass
        return found

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Ask for a page; whatever is wrong with the answer fails the test."""
        connection, began = HTTPConnection("127.0.0.1", self.port, timeout=10), time.monotonic()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        told = (answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        connection.close()
        assert faults_of(*told, time.monotonic() - began, "") == []
        return told


def children(of: int) -> list[int]:
    """The processes that one started, and theirs."""
    told = Path(f"/proc/{of}/task/{of}/children")
    direct = [int(number) for number in told.read_text().split()] if told.exists() else []
    return direct + [number for each in direct for number in children(each)]


def _peak_kb(process: int) -> int:
    found = re.search(r"VmHWM:\s+([0-9]+) kB", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) if found else 0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with an empty database."""
    started = Server(str(tmp_path_factory.mktemp("served") / "records.db"))
    yield started
    started.process.send_signal(signal.SIGTERM)
    started.process.communicate(timeout=20)


@pytest.mark.parametrize("case", RAW, ids=lambda case: case.id)
def test_bytes_that_no_browser_sends_are_refused_or_answered_as_one_request(server: Server, case: object) -> None:
    assert isinstance(case, type(RAW[0]))
    told = server.raw(case.text.encode("latin-1"))
    statuses = [int(each) for each in re.findall(rb"HTTP/1\.[01] ([0-9]{3})", told)]
    assert 500 not in statuses, told[:300]
    assert len(statuses) <= 1, statuses
    for words in (b"echo of mine", b"Traceback", b"evil.example", b"smuggled", b"root:x:"):
        assert words not in told
    assert server.get("/healthz")[0] == 200


@pytest.mark.parametrize("host", [case.text for case in read(CORPUS) if case.kind == "host_header"])
def test_a_foreign_host_is_refused_and_named_nowhere(server: Server, host: str) -> None:
    status, headers, body = server.get("/", Host=host)
    assert status == 400
    assert host not in str(headers)
    assert host.encode() not in body


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="how much memory a process held is told by Linux only")
def test_ten_megabytes_are_refused_at_once_and_held_nowhere(server: Server) -> None:
    (case,) = (case for case in read(CORPUS) if case.expected == "reject_413_or_field_error")
    began = time.monotonic()
    for path in ("/prepare", "/orders", "/sign-in"):
        head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(case.text) + 5}\r\n\r\nnote="
        )
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        # The server may answer, and stop reading, before all of it was sent.
        with suppress(OSError):
            connection.sendall(head.encode() + case.text.encode())
        told = connection.recv(200)
        connection.close()
        assert re.match(rb"HTTP/1\.1 413 ", told), told
    assert time.monotonic() - began < 15
    assert max(_peak_kb(each) for each in (server.process.pid, *children(server.process.pid))) < MOST_MEMORY_KB
