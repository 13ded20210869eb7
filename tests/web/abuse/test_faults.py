"""A database that stops and a process that is killed: what was acknowledged stays, nothing half-written is left, and the program recovers by itself."""

import os
import re
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode

import pytest

from compounding.credentials import tokens
from compounding.demo.crew import Pharmacy, open_pharmacy
from compounding.domain.assurance import Factor
from compounding.domain.sessions import Stage
from compounding.domain.site import Site
from compounding.reference import ReferenceData
from compounding.storage import accounts
from compounding.storage.accounts import Account
from compounding.storage.engine import open_database
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from compounding.web.records import Records
from compounding.workflow.signing_in import Door, new_session
from tests.databases import Databases
from tests.web.abuse.test_real_server import Server, children
from tests.web.abuse.watching import faults_of

SECRET = ("only for tests " * 3).encode()
_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


class Bench:
    """A server on PostgreSQL with a technician's browser, and the orders that were acknowledged to it."""

    def __init__(self, databases: Databases, site: Site, data: ReferenceData) -> None:
        self.databases = databases
        self.address = databases.fresh("postgresql")
        self.cookies = self._found(site, data)
        self.server = Server(self.address, secret=SECRET.decode())
        self.acknowledged: list[str] = []
        self.sent = 0

    def _found(self, site: Site, data: ReferenceData) -> dict[str, str]:
        database, now = open_database(self.address), datetime.now(UTC)
        pharmacy = open_pharmacy(database, site, data, at=now)
        self.picture = pharmacy.picture
        records = Records(database=database, data=data, secret=SECRET)
        cookies = _session(records, pharmacy)
        database.close()
        return cookies

    def ask(self, path: str, body: str = "") -> tuple[int, dict[str, str], str]:
        """Ask as a browser; an answer that gives anything away fails the test."""
        connection, began = HTTPConnection("127.0.0.1", self.server.port, timeout=20), time.monotonic()
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("POST" if body else "GET", path, body=body or None, headers=headers)
        answer = connection.getresponse()
        content, told = answer.read(), {name.lower(): value for name, value in answer.getheaders()}
        for each in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        assert faults_of(answer.status, told, content, time.monotonic() - began, "") == []
        return answer.status, told, content.decode("utf-8", "replace")

    def order(self) -> str:
        """The form of the next order, of a patient whom nobody else has."""
        found = _TOKEN.search(self.ask("/")[2])
        assert found is not None
        self.sent += 1
        today = datetime.now(UTC).date().isoformat()
        return urlencode({
            "csrf_token": found[1], "way": "typed", "patient_name": f"Fay Fault{chr(96 + self.sent)}", "born_on": "1965-06-30", "prescriber_name": "Dr Laura Chen",
            "prescriber_licence": "EX-10234", "ordered_on": today, "order_ref": f"FAULT-{self.sent}", "percent": "25", "basis": "pentahydrate", "base": "petrolatum",
            "amount": "60", "directions": "Apply a thin layer.", "repeats": "0", "allergies": "not_asked", "contact": "not_asked", "language": "patients",
            "source": "paper", "picture_sha256": self.picture, "key": f"fault-{self.sent}",
        })  # fmt: skip

    def keep(self, form: str) -> int:
        """Send it, and note what was acknowledged."""
        status, headers, _ = self.ask("/orders", form)
        if status == 303:
            self.acknowledged.append(headers["location"])
        return status

    def check(self) -> None:
        """Every acknowledged order is there; every order on the list opens."""
        status, _, page = self.ask("/work?sort=newest")
        assert status == 200
        listed = set(re.findall(r'href="(/orders/[0-9a-f-]{36})"', page))
        assert set(self.acknowledged) <= listed
        for path in listed:
            status, _, shown = self.ask(path)
            assert status == 200
            assert "Fay Fault" in shown


def _session(records: Records, pharmacy: Pharmacy) -> dict[str, str]:
    """The cookies of a technician who signed in a moment ago."""
    house, person, now = records.house(pharmacy.house.site_id), pharmacy.crew.technician, datetime.now(UTC)
    browser = tokens.new_token()
    door = Door(house=house, vault=records.vault(), address="127.0.0.1", browser=tokens.digest(browser), is_loopback=True, at=now)
    with transaction(house.database, site_id=house.site_id, by="test", role="", at=now) as opened:
        account = Account(id=person, sign_in_name="toni example", password_hash="", second_factor="", password_set_at=now)
        accounts.add(opened, account)
        opened.tell(Told(action="open account", subject="account", subject_id=person))
    with transaction(house.database, site_id=house.site_id, by=person, role="", at=now) as opened:
        begun = new_session(opened, door, account, Stage.OPEN, {Factor.PASSWORD, Factor.ONE_TIME_CODE}, because="signed in")
    return {"levigate-browser": browser, "levigate-session": f"{house.site_id}:{begun.token}"}


@pytest.fixture(scope="module")
def bench(site: Site, data: ReferenceData) -> Iterator[Bench]:
    """A bench with a database server of its own, which the tests may stop."""
    folder = Path(tempfile.mkdtemp(prefix="lev"))
    with pytest.MonkeyPatch.context() as environment:
        if "XDG_RUNTIME_DIR" not in os.environ:
            environment.setenv("XDG_RUNTIME_DIR", str(folder))
        databases = Databases(folder)
        made = Bench(databases, site, data)
        yield made
        made.server.process.send_signal(signal.SIGTERM)
        made.server.process.communicate(timeout=20)
        databases.close()
    shutil.rmtree(folder, ignore_errors=True)


def test_while_the_database_is_stopped_every_page_says_so_and_all_is_well_within_30_seconds_after(bench: Bench) -> None:
    assert bench.keep(bench.order()) == 303
    lost = bench.order()
    bench.databases.server._stop()
    try:
        assert bench.keep(lost) == 503
        status, headers, page = bench.ask("/work")
        assert status == 503
        assert headers["retry-after"].isdigit()
        assert "Wait a moment" in page or "cannot be reached" in page
        # The supervisor has no session; its question touches no storage.
        assert bench.server.get("/healthz")[0] == 200
    finally:
        bench.databases.server.ensure_postgres_running()
    began = time.monotonic()
    while bench.ask("/work")[0] != 200:
        assert time.monotonic() - began < 30
        time.sleep(0.2)
    bench.check()
    assert "Fay Faultb" not in bench.ask("/work?sort=newest")[2]
    assert bench.keep(lost) == 303


@pytest.mark.parametrize("after_s", [0.0, 0.03])
def test_a_process_killed_in_the_middle_of_an_order_leaves_it_whole_or_absent(bench: Bench, after_s: float) -> None:
    assert bench.keep(bench.order()) == 303
    form = bench.order()

    def send() -> None:
        # Where the answer never came, nothing was acknowledged.
        with suppress(OSError, HTTPException):
            bench.keep(form)

    sending = Thread(target=send)
    sending.start()
    time.sleep(after_s)
    for each in children(bench.server.process.pid):
        if b"resource_tracker" not in Path(f"/proc/{each}/cmdline").read_bytes():
            os.kill(each, signal.SIGKILL)
    sending.join(20)
    if bench.server.process.poll() is None:
        bench.server.process.send_signal(signal.SIGTERM)
    bench.server.process.communicate(timeout=20)
    bench.server = Server(bench.address, secret=SECRET.decode())
    bench.check()
    # The same button again: it is kept once, whether it was kept before or not.
    assert bench.keep(form) == 303
    bench.check()
    assert bench.ask("/work?sort=newest")[2].count(f"Fay Fault{chr(96 + bench.sent)}<") <= 1
