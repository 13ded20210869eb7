"""Instances to attack: the example pharmacy's database, made once, and copies of it that are served on free loopback ports."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.security.settings import ROOT

_STARTS_WITHIN_S = 40
_ENDS_WITHIN_S = 10
DATABASE = "records.db"


class NotServed(Exception):
    """The instance did not come up, or the example could not be made."""


def make_example(folder: Path) -> Path:
    """A database with an order at every stage, made by `levigate demo`; gives the folder that holds it. Raises NotServed."""
    folder.mkdir(parents=True)
    made = subprocess.run(  # noqa: S603 - this program, with arguments of its own.
        [sys.executable, "-m", "compounding", "demo", "--database", str(folder / DATABASE), "--no-serve"],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    if made.returncode != 0:
        raise NotServed(f"levigate demo ended with {made.returncode}: {made.stderr[-400:]}")
    return folder


@contextmanager
def serving(example: Path, copy: Path) -> Iterator[int]:
    """Serve a fresh copy of the example; gives the port. The copy is removed afterwards. Raises NotServed."""
    shutil.copytree(example, copy)
    port = free_port()
    with (copy / "server.log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603 - this program, with arguments of its own.
            [sys.executable, "-m", "compounding", "serve", "--port", str(port), "--database", str(copy / DATABASE)],
            cwd=copy, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            wait_until_it_answers(server, port, copy / "server.log")
            yield port
        finally:
            stop(server)
            shutil.rmtree(copy, ignore_errors=True)


def wait_until_it_answers(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    """Wait for the first connection that is taken. Raises NotServed with the end of the log."""
    until = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < until and server.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise NotServed(f"no answer on port {port}: {log.read_text(encoding='utf-8', errors='replace')[-400:]}")


def stop(server: "subprocess.Popen[bytes]") -> None:
    """End the server and what it started."""
    server.terminate()
    try:
        server.wait(_ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def free_port() -> int:
    """A port nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
