"""Instances to attack: the example pharmacy's database, made once, and copies of it that are served on free loopback ports."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from compounding.config.server import LOOPBACK, read_server_config
from compounding.credentials.vault import Vault
from compounding.storage import accounts, people
from compounding.storage.engine import open_database
from compounding.workflow.signing_in import about
from tools.security.settings import ROOT

_STARTS_WITHIN_S = 120
_ENDS_WITHIN_S = 10
DATABASE = "records.db"
_ANY_PORT = 8000
_PASSWORD = re.compile(r"^The password of each of them: (\S+)$", re.MULTILINE)
_PERSON = re.compile(r"^  (?P<name>\S+) +.*\((?P<roles>[^()]+)\)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who signs in: the name typed at the door, the roles, and what the telephone computes one-time codes from."""

    name: str
    roles: frozenset[str]
    seed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """The example pharmacy: the folder with its database and secret, its people, and their password."""

    folder: Path
    people: tuple[Person, ...]
    password: str


class NotServed(Exception):
    """The instance did not come up, or the example could not be made."""


def make_example(folder: Path) -> Example:
    """A database with an order at every stage and people who sign in, made by `levigate demo`. Raises NotServed."""
    folder.mkdir(parents=True)
    made = subprocess.run(  # noqa: S603 - this program, with arguments of its own.
        [sys.executable, "-m", "compounding", "demo", "--database", str(folder / DATABASE), "--no-serve"],
        cwd=folder, env=_environment(), capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    if made.returncode != 0:
        raise NotServed(f"levigate demo ended with {made.returncode}: {made.stderr[-400:]}")
    told = _PASSWORD.search(made.stdout)
    if told is None:
        raise NotServed("levigate demo names no password: nobody can sign in to be attacked as")
    crew = tuple(
        Person(name=line["name"], roles=frozenset(role.strip() for role in line["roles"].split(",")), seed=seed)
        for line in _PERSON.finditer(made.stdout)
        if (seed := _seeds(folder).get(line["name"]))
    )
    return Example(folder=folder, people=crew, password=told[1])


def _environment() -> dict[str, str]:
    """Ours, without settings of the program: the example is what it is by itself, wherever this machine's own records are."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LEVIGATE_") and name != "DATABASE_URL"} | {
        "PYTHONPATH": str(ROOT),
        # The scanners open more pages than any person may, and look at the pages and not at the limit.
        "LEVIGATE_PAGES_AN_HOUR": "100000",
    }


def _seeds(folder: Path) -> dict[str, str]:
    """What each person's one-time codes are computed from, by sign-in name, opened with the secret beside the database."""
    address = str(folder / DATABASE)
    config = read_server_config({}, folder=folder, address=LOOPBACK, port=_ANY_PORT, database=address, binds=True)
    database = open_database(address, create=False)
    try:
        with database.reading() as connection:
            (site_id,) = people.site_ids(connection)
            every = accounts.every(connection, site_id)
    finally:
        database.close()
    vault = Vault(config.secret)
    return {each.sign_in_name: vault.open(each.second_factor, about=about(site_id, each.id)) for each in every.values() if each.second_factor}


@contextmanager
def serving(example: Example, copy: Path) -> Iterator[int]:
    """Serve a fresh copy of the example; gives the port. The copy is removed afterwards. Raises NotServed."""
    shutil.copytree(example.folder, copy)
    port = free_port()
    with (copy / "server.log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603 - this program, with arguments of its own.
            [sys.executable, "-m", "compounding", "serve", "--port", str(port), "--database", str(copy / DATABASE)],
            cwd=copy, env=_environment(), stdout=log, stderr=subprocess.STDOUT,
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
