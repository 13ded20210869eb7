"""200 patients with unmistakable names, birth dates and prescription numbers go through the running program, and stand nowhere but on the pages about them."""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from compounding.credentials import one_time_codes
from compounding.domain.site import Site
from compounding.reference import ReferenceData
from compounding.storage.engine import open_database
from tests.browser.conftest import ARGUMENTS, browser  # noqa: F401
from tests.journeys.canaries import COUNT, Canary, decoded_cookie, files_in, patterns, plant
from tests.journeys.talking import Said, Talker
from tests.web.staffed import PASSWORD, SECRET, TOTP, template

ROOT = Path(__file__).resolve().parents[2]
TYPED = {401, 409, 422}
"""Answers that give a person's own typed work back in the form it was typed into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A pharmacy with canaries behind a real server. `log` is what it wrote, `folder` where it may put temporary files."""

    port: int
    log: Path
    folder: Path
    database: Path
    planted: tuple[Canary, ...]
    pattern: re.Pattern[bytes]
    seen: dict[str, bytes]


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory, site: Site, data: ReferenceData) -> Iterator[Journey]:
    """Plant the canaries as of three hours ago, then serve."""
    root = tmp_path_factory.mktemp("journey")
    made = template(root, site, data, at=datetime.now(UTC) - timedelta(hours=3))
    opened = made.open(root)
    planted = plant(opened.pharmacy)
    address = Path(str(opened.records.database.engine.url.database))
    opened.records.database.close()
    folder = root / "temporary"
    folder.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LEVIGATE_") and name != "DATABASE_URL"}
    environment |= {
        "LEVIGATE_SECRET_KEY": SECRET.decode(),
        "LEVIGATE_LOG_LEVEL": "debug",
        "TMPDIR": str(folder),
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "compounding", "serve", "--port", str(port), "--database", str(address)]
    log = root / "server.log"
    with log.open("wb") as out, subprocess.Popen(command, cwd=root, env=environment, stdout=out, stderr=subprocess.STDOUT) as server:
        until = time.monotonic() + 60
        while b"Open http" not in log.read_bytes():
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        seen: dict[str, bytes] = {}
        stop = threading.Event()
        looking = threading.Thread(target=_look, args=(folder, seen, stop))
        looking.start()
        yield Journey(port=port, log=log, folder=folder, database=address, planted=planted, pattern=patterns(planted), seen=seen)
        stop.set()
        looking.join()
        server.terminate()


def _look(folder: Path, seen: dict[str, bytes], stop: threading.Event) -> None:
    """Keep whatever lies in the folder of temporary files, also for a moment only."""
    while not stop.wait(0.02):
        for path, content in files_in(folder):
            seen[str(path)] = seen.get(str(path), b"") + content


def come_in(journey: Journey, name: str, *, used: set[str]) -> Talker:
    """Sign in as people do. A code counts once, so whoever comes next may have to wait for the next one."""
    talker = Talker(port=journey.port)
    page = talker.get("/sign-in")
    half_way = talker.post("/sign-in", {"site": "example-pharmacy", "name": name, "password": PASSWORD}, page=page)
    assert half_way.status == 200, half_way.text
    done = talker.post("/sign-in/code", {"code": one_time_codes.code_at(TOTP, datetime.now(UTC))}, page=half_way)
    assert done.status == 303, done.text
    assert name not in used
    used.add(name)
    return talker


def _all_said(journey: Journey) -> tuple[list[Talker], int]:
    """The whole journey; gives who talked, and how many canaries were read on pages about them."""
    used: set[str] = set()
    pharmacist = come_in(journey, "pat example", used=used)
    read = 0
    page = pharmacist.get("/work")
    while following := re.search(r'href="(/work\?[^"]*after=[^"]*)"', page.text):
        page = pharmacist.get(following[1].replace("&amp;", "&"))
    for number, each in enumerate(journey.planted):
        order = pharmacist.get(f"/orders/{each.order_id}")
        assert order.status == 200
        read += bool(journey.pattern.search(order.body))
        if number % 4 == 0:
            sought = (
                {"by": "name", "sought": each.name.split()[0], "born_on": each.born_on.isoformat()}
                if number % 8
                else {"by": "prescription", "sought": each.rx_number}
            )
            found = pharmacist.post("/search", sought, page=pharmacist.get("/search"))
            assert found.status == 200
            assert journey.pattern.search(found.body)
            patient = re.search(r'href="(/patients/[^"]+)"', order.text)
            assert patient is not None
            assert pharmacist.get(patient[1]).status == 200
        if each.preparation_id:
            _papers(pharmacist, each)
    _wrong_ways(journey, pharmacist)
    auditor = come_in(journey, "noa example", used=used)
    assert auditor.get("/audit").status == 200
    assert auditor.get("/").status == 403
    for talker in (pharmacist, auditor):
        talker.post("/sign-out", {}, page=talker.get("/help"))
        assert talker.get("/work").status == 303
    return [pharmacist, auditor], read


def _papers(talker: Talker, each: Canary) -> None:
    page = talker.get(f"/preparations/{each.preparation_id}")
    assert page.status == 200
    papers = re.findall(r'href="(/preparations/[^"]+\.pdf)"', page.text)
    assert papers
    for path in dict.fromkeys(papers):
        assert talker.get(path).status == 200
    assert talker.get(f"/preparations/{each.preparation_id}/record.json").status == 200


def _wrong_ways(journey: Journey, talker: Talker) -> None:
    """Everything that is refused, with a canary in every place where one can be typed."""
    one = journey.planted[7]
    typed = {"patient_name": one.name, "born_on": one.born_on.isoformat(), "order_ref": one.rx_number, "amount": "nothing", "notes": one.name, "way": "typed"}
    assert talker.post("/prepare", typed, page=talker.get("/")).status == 422
    assert talker.get("/orders/01a203fd-0000-7000-8000-000000000000").status == 404
    assert talker.post("/search", {"by": "name", "sought": one.name}).status in {400, 409}
    assert talker.post("/search", {"by": "name", "sought": one.name * 20_000}, page=talker.get("/search")).status == 413
    assert talker.get("/healthz", headers={"Host": "other.example"}).status == 400
    path = f"/orders/{one.order_id}/correct"
    assert talker.post(path, {**typed, "reason": one.name}, page=talker.get(path)).status == 422
    stranger = Talker(port=journey.port)
    assert stranger.post("/sign-in", {"site": "example-pharmacy", "name": one.name, "password": one.name}, page=stranger.get("/sign-in")).status == 401
    _fault(journey, talker, journey.planted[11])
    form = talker.get("/")
    talker.post("/lock", {}, page=talker.get("/help"))
    locked = talker.post("/prepare", typed, page=form)
    assert locked.status == 401
    back = talker.post("/unlock", {"password": PASSWORD}, page=locked)
    assert back.status in {200, 303}


def _fault(journey: Journey, talker: Talker, one: Canary) -> None:
    """A record that somebody damaged, with the patient's name in the damage: the page fails, and says nothing of it."""
    database = open_database(str(journey.database), create=False)
    try:
        with database.engine.connect().execution_options(levigate_writes=True) as connection, connection.begin():
            damage = "UPDATE medication_order SET document = ?, version = version + 1 WHERE id = ?"
            connection.exec_driver_sql(damage, ('{"damaged by": "' + one.name + '"', one.order_id))
    finally:
        database.close()
    assert talker.get(f"/orders/{one.order_id}").status == 500


@pytest.fixture(scope="module")
def told(journey: Journey) -> tuple[list[Talker], int]:
    """The journey, made once for all that is asked of it."""
    return _all_said(journey)


def test_the_canaries_were_read_on_the_pages_about_them(told: tuple[list[Talker], int]) -> None:
    talkers, read = told
    assert read == COUNT
    assert sum(len(each.said) for each in talkers) > COUNT + 80


def test_no_address_and_no_header_holds_anything_of_a_patient(journey: Journey, told: tuple[list[Talker], int]) -> None:
    for said in _said(told):
        assert not journey.pattern.search(said.path.encode()), said.path
        for name, value in (*said.headers, *((key, text) for key, text in said.sent.items() if key != "Cookie")):
            assert not journey.pattern.search(value.encode()), f"{name} of {said.path}"
        assert re.search(rb"<title>[^<]*</title>", said.body) is None or not journey.pattern.search(re.search(rb"<title>([^<]*)", said.body)[1])  # type: ignore[index]


def test_no_cookie_holds_anything_of_a_patient(journey: Journey, told: tuple[list[Talker], int]) -> None:
    cookies = {value for each in told[0] for value in each.every_cookie}
    assert len(cookies) > 6
    for value in cookies:
        assert not journey.pattern.search(decoded_cookie(value))


def test_no_error_page_tells_of_a_patient_but_what_its_own_person_typed(journey: Journey, told: tuple[list[Talker], int]) -> None:
    met = set()
    for said in _said(told):
        if said.status >= 400:
            met.add(said.status)
            if said.status not in TYPED:
                assert not journey.pattern.search(said.body), f"{said.status} of {said.path}"
            assert b"Traceback" not in said.body
    assert met >= {400, 401, 403, 404, 413, 422, 500}


def test_every_answer_about_patients_is_kept_out_of_caches(told: tuple[list[Talker], int]) -> None:
    for said in _said(told):
        if not said.path.startswith("/static"):
            assert dict(said.headers).get("cache-control") == "no-store", said.path


def test_no_log_line_holds_anything_of_a_patient(journey: Journey, told: tuple[list[Talker], int]) -> None:
    lines = journey.log.read_bytes().splitlines()
    assert len(lines) > sum(len(each.said) for each in told[0]) - 50, "the log is not that of this journey"
    for line in lines:
        assert not journey.pattern.search(line), line.decode("utf-8", "replace")
    assert any(b'"fault"' in line or b"fault" in line for line in lines)


def test_no_temporary_file_holds_anything_of_a_patient(journey: Journey, told: tuple[list[Talker], int]) -> None:
    assert told
    for path, content in (*journey.seen.items(), *((str(each), content) for each, content in files_in(journey.folder))):
        assert not journey.pattern.search(content), path


def test_a_leak_would_be_found(journey: Journey) -> None:
    one = journey.planted[3]
    for leak in (one.name.encode(), one.name.encode("utf-16-le"), f"x={one.rx_number};".encode(), one.born_on.strftime("%m/%d/%Y").encode()):
        assert journey.pattern.search(b"before " + leak + b" after")
    import base64

    for before in ("", "a", "ab"):
        assert journey.pattern.search(base64.urlsafe_b64encode(f'{before}{{"name":"{one.name}"}}'.encode()))
    assert not journey.pattern.search(b'{"seconds": 0.100012, "http_status": 200}')


@pytest.mark.browser
def test_a_real_browser_keeps_nothing_of_a_patient(journey: Journey, told: tuple[list[Talker], int], browser: Any, tmp_path: Path) -> None:  # noqa: F811
    assert told
    profile = tmp_path / "profile"
    addresses: list[str] = []
    headers: list[str] = []
    context = browser.browser_type.launch_persistent_context(
        str(profile), executable_path=shutil.which("chromium") or shutil.which("chromium-browser"), args=ARGUMENTS
    )
    try:
        page = context.pages[0]
        page.on(
            "request", lambda request: (addresses.append(request.url), headers.append(str({k: v for k, v in request.all_headers().items() if k != "cookie"})))
        )
        _walk_in_browser(journey, page)
        cookies = [each["value"] for each in context.cookies()]
        stored = page.evaluate("async () => JSON.stringify([{...localStorage}, {...sessionStorage}, await caches.keys(), await indexedDB.databases()])")
        assert "secure context" not in stored
    finally:
        context.close()
    assert len(addresses) > 20
    assert cookies
    for text in (*addresses, *headers, stored):
        assert not journey.pattern.search(text.encode()), text
    for value in cookies:
        assert not journey.pattern.search(decoded_cookie(value))
    kept = dict(files_in(profile))
    assert any("History" in path.name for path in kept), "the profile is not where it is looked for"
    for path, content in kept.items():
        assert not journey.pattern.search(content), path.relative_to(profile)


def _walk_in_browser(journey: Journey, page: Any) -> None:
    home, one, jar = f"http://localhost:{journey.port}", journey.planted[5], journey.planted[-1]
    page.goto(f"{home}/sign-in")
    page.get_by_label("Pharmacy").select_option("example-pharmacy")
    page.get_by_label("Sign-in name").fill("sam example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.locator("input[name=code]").fill(one_time_codes.code_at(TOTP, datetime.now(UTC)))
    page.locator("main form button").first.click()
    page.wait_for_url(re.compile("/(work|home)"))
    for path in (f"/orders/{one.order_id}", f"/orders/{jar.order_id}", f"/preparations/{jar.preparation_id}", "/search", "/account"):
        page.goto(home + path)
    page.goto(f"{home}/search")
    page.locator("input[name=by][value=name]").check()
    page.locator("input[name=sought]").fill(one.name.split()[0])
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    assert one.name.split()[0] in page.content()
    page.goto(home)
    page.locator("input[name=patient_name]").fill(one.name)
    page.locator("input[name=born_on]").fill(one.born_on.isoformat())
    page.goto(f"{home}/help")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile("/sign-in"))


def _said(told: tuple[list[Talker], int]) -> Iterator[Said]:
    for each in told[0]:
        yield from each.said
