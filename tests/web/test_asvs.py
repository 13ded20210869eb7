"""Rules of the OWASP ASVS that no other test holds the program to (docs/security.md names them all)."""

import html
import json
import math
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer
from werkzeug.test import TestResponse

from compounding import logs
from compounding.credentials.readable_codes import ALPHABET
from compounding.credentials.recovery_codes import new_codes
from compounding.credentials.tokens import new_activation_code
from compounding.domain import label_elements
from compounding.domain.people import Role
from compounding.storage.lists import After
from compounding.web import create_app, keys_in_addresses
from compounding.web.set_up_code import set_up_code
from tests.web.access.browsing import come_in
from tests.web.conftest import CONFIG
from tests.web.matrix import Answer, Route, promised, routes
from tests.web.sent_forms import send as send_form
from tests.web.staffed import PASSWORD, ReadingClient, Staffed
from tests.workflow.seeing import counts, entries

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("words", ["a.c", "(x", "[a-z]+", "30 g (1", "a|b", "\\d"])
def test_words_that_look_like_a_pattern_are_sought_as_they_are(words: str) -> None:
    assert label_elements._carries(f"there is {words} here", words)
    assert not label_elements._carries("there is abc here, and 7", words)


@pytest.mark.parametrize("words", ["{0.__class__}", "{allergen}", "%s %(name)s", "$name ${name}"])
def test_nothing_is_formatted_that_was_typed(send: Callable[..., TestResponse], typed: dict[str, str], words: str) -> None:
    page = send("/prepare", typed | {"allergies": "listed", **dict.fromkeys(("patient_name", "directions", "allergies_list", "order_ref"), words)})
    assert page.status_code in {200, 422}
    assert html.escape(words) in page.text


@pytest.mark.parametrize("path", ["/", "/help", "/healthz", "/nothing-here", "/static/levigate.js", "/sign-in", "/demo/fault"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
def test_no_answer_lets_another_origin_read_it(client: FlaskClient, path: str, method: str) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    answer = client.open(path, method=method, headers=asked)
    assert not [name for name, _ in answer.headers if name.lower().startswith("access-control-")]


def test_every_answer_says_its_kind_and_its_encoding(staffed: Staffed) -> None:
    client, thing = staffed.client("pharmacist"), staffed.things["labelled preparation"]
    expected = {
        "/help": "text/html; charset=utf-8", "/account": "text/html; charset=utf-8", "/nothing-here": "text/html; charset=utf-8", "/healthz": "application/json",
        "/static/levigate.css": "text/css; charset=utf-8", "/static/levigate.js": "text/javascript; charset=utf-8",
        "/static/logo.svg": "image/svg+xml; charset=utf-8", "/static/GOVUK-FRONTEND-LICENSE.txt": "text/plain; charset=utf-8",
        f"/preparations/{thing}/record.json": "application/json; charset=utf-8", f"/preparations/{thing}/papers/label/1.pdf": "application/pdf",
    }  # fmt: skip
    assert {path: client.get(path).headers["Content-Type"] for path in expected} == expected


def test_the_export_is_a_file_under_a_name_of_our_own_and_no_page(staffed: Staffed) -> None:
    thing = staffed.things["labelled preparation"]
    answer = staffed.client("pharmacist").get(f"/preparations/{thing}/record.json?filename=evil.html")
    assert re.fullmatch(r'attachment; filename="record-[A-Za-z0-9-]+\.json"', answer.headers["Content-Disposition"])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def _over_https(staffed: Staffed) -> FlaskClient:
    app = create_app({**CONFIG, "PLAIN_HTTP_ON_LOOPBACK": False}, None, staffed.records)
    app.test_client_class = ReadingClient
    return app.test_client()


def test_every_cookie_is_secure_strict_hidden_and_for_this_host_alone(staffed: Staffed) -> None:
    client = _over_https(staffed)
    page = client.get("/sign-in", base_url="https://localhost")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token
    options = client.post("/sign-in/passkey/options", base_url="https://localhost", data={"csrf_token": token[1]})
    told = {"csrf_token": token[1], "site": "example-pharmacy", "name": "pat example", "password": PASSWORD}
    second = client.post("/sign-in", base_url="https://localhost", data=told)
    assert (options.status_code, second.status_code) == (200, 200)
    cookies = SimpleCookie()
    for answer in (page, options, second):
        for line in answer.headers.getlist("Set-Cookie"):
            cookies.load(line)
    assert set(cookies) == {"__Host-levigate", "__Host-levigate-session", "__Host-levigate-browser", "__Host-levigate-challenge"}
    for name, cookie in cookies.items():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, True, "Strict", "/", ""), name


def _addresses(staffed: Staffed, who: str, role: Role) -> list[str]:
    """Every page that this role opens, as its address."""
    who_may, things = staffed.records.data.profiles["ca-bc"].who_may, staffed.things
    keys = {
        "order_id": things["order"], "patient_id": things["patient"], "preparation_id": things["labelled preparation"], "person_id": things["person"],
        "passkey_id": things[f"passkey {who}"], "kind": "label", "revision": "1", "number": "1", "name": "units", "filename": "levigate.css",
    }  # fmt: skip

    def address(route: Route) -> str:
        return re.sub(r"<(?:[^:>]+:)?(\w+)>", lambda found: keys.get(found[1], "none"), route.rule)

    return [address(each) for each in routes(staffed.app) if each.method == "GET" and promised(each.entry, role, who_may) is Answer.OPEN]


def test_opening_a_page_changes_nothing(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    told, before, opened = entries(staffed.house), counts(staffed.records.database), 0
    for address in _addresses(staffed, "pharmacist", Role.PHARMACIST):
        opened += client.get(address).status_code == 200
    after = counts(staffed.records.database)
    assert opened > 25
    assert entries(staffed.house) == told
    # That it was read is told.
    assert {name for name in after if after[name] != before[name]} <= {"audit_entry"}


def test_no_page_of_somebody_signed_in_is_kept_by_a_browser_or_a_cache(staffed: Staffed) -> None:
    for who, role in (("pharmacist", Role.PHARMACIST), ("only designated", Role.DESIGNATED_PERSON), ("auditor", Role.AUDITOR)):
        client = staffed.client(who)
        for address in _addresses(staffed, who, role):
            if not address.startswith("/static/"):
                assert client.get(address).headers.getlist("Cache-Control") == ["no-store"], address


def test_every_page_of_somebody_signed_in_offers_to_sign_out(staffed: Staffed) -> None:
    for who, role in (("pharmacist", Role.PHARMACIST), ("only designated", Role.DESIGNATED_PERSON), ("auditor", Role.AUDITOR)):
        client, pages = staffed.client(who), 0
        for address in _addresses(staffed, who, role):
            answer = client.get(address)
            # A part of a page, which a script puts into one, has no head of its own.
            if answer.mimetype == "text/html" and answer.status_code == 200 and "<html" in answer.text:
                pages += 1
                assert re.search(r'<form[^>]*method="post" action="/sign-out">.*?<button[^>]*>Sign out</button>', answer.text, re.DOTALL), address
        assert pages > 8


def _password_fields(page: str) -> list[str]:
    return [field for field in re.findall(r"<input[^>]*>", page) if re.search(r'name="[^"]*(?:password|again)[^"]*"', field)]


def test_every_password_field_is_masked_and_takes_what_a_password_manager_fills_in(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    preparation = staffed.things["labelled preparation"]
    pages = [staffed.client().get("/sign-in").text, *(client.get(path).text for path in ("/account/password", "/account/recovery", "/account/sessions/end"))]
    pages.append(client.get(f"/preparations/{preparation}/final-check").text)
    for page in pages:
        fields = _password_fields(page)
        assert fields
        for field in fields:
            assert 'type="password"' in field
            assert re.search(r'autocomplete="(?:current|new)-password"', field) or 'name="supervisor_password"' in field
            assert not re.search(r"\son\w+=|readonly|maxlength", field)


def test_no_password_grows_too_old(staffed: Staffed) -> None:
    years = timedelta(days=4000)
    staffed.clock.wait(days=years.days)
    assert come_in(staffed, staffed.app.test_client()).status_code == 303


def _list_end(app: Flask, of: str) -> str:
    with app.app_context():
        return keys_in_addresses.written(After(received_at=datetime.fromisoformat("2026-11-22T10:00:00+00:00"), id="x"), of=of)


def test_what_was_signed_for_one_purpose_serves_no_other(staffed: Staffed) -> None:
    app = staffed.app
    end = _list_end(app, "one list")
    with app.app_context():
        assert keys_in_addresses.read(end, of="one list").id == "x"
        with pytest.raises(ValueError, match="no page of this list"):
            keys_in_addresses.read(end, of="another list")
    secret = str(app.config["SECRET_KEY"])
    purposes = ("levigate.kept-work", "levigate passkey challenge", "cookie-session", "wtf-csrf-token")
    texts = [str(URLSafeSerializer(secret, salt=salt).dumps(["x", "/help", False])) for salt in purposes]
    for text in texts:
        with app.app_context(), pytest.raises(ValueError, match="no page of this list"):
            keys_in_addresses.read(text, of="one list")
    client = staffed.client("pharmacist")
    for text in (end, *texts[1:]):
        answer = client.post("/account/sessions/end", data={"csrf_token": text, "kept_for": text})
        assert answer.status_code == 400


def test_one_changed_sign_in_what_was_signed_is_refused(staffed: Staffed) -> None:
    app = staffed.app
    end = _list_end(app, "list")
    with app.app_context():
        for place in range(0, len(end), 3):
            changed = end[:place] + ("A" if end[place] != "A" else "B") + end[place + 1 :]
            # The last sign of base64 may carry bits that say nothing.
            if changed[:-1] != end[:-1]:
                with pytest.raises(ValueError, match="no page of this list"):
                    keys_in_addresses.read(changed, of="list")
        foreign = str(URLSafeSerializer("another installation's secret, as long", salt="levigate list list").dumps(["2026-11-22T10:00:00+00:00", "x"]))
        with pytest.raises(ValueError, match="no page of this list"):
            keys_in_addresses.read(foreign, of="list")


def test_fields_that_a_form_does_not_have_change_nothing(staffed: Staffed) -> None:
    client, everything = (
        staffed.client("pharmacist"),
        {"roles": "designated person", "site": "other-pharmacy", "is_active": "0", "person_id": staffed.people["designated"]},
    )
    with staffed.records.database.reading() as connection:
        from compounding.storage import people

        before = people.people_of(connection, staffed.house.site_id)
        answer = send_form(client, "/account/sessions/end", password=PASSWORD, licence="EX-99999", version="99", **everything)
        assert answer.status_code == 303
    with staffed.records.database.reading() as connection:
        assert people.people_of(connection, staffed.house.site_id) == before
    assert {each["by"] for each in entries(staffed.house)[-1:]} == {staffed.people["pharmacist"]}


@pytest.mark.parametrize("path", ["/static/", "/static", "/static/.", "/.git/", "/.git/config", "/static/../.git/config", "/templates/", "/instance/"])
def test_a_folder_is_not_listed_and_nothing_of_version_control_is_there(client: FlaskClient, path: str) -> None:
    assert client.get(path, follow_redirects=True).status_code == 404


def test_a_log_line_is_one_object_with_its_time_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    structlog.get_logger().error("fault", error='first\n{"event": "forged"}\r\n\x1b[31m\u2028')
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    told = json.loads(lines[0])
    assert told["event"] == "fault"
    assert datetime.fromisoformat(told["timestamp"]).utcoffset() == timedelta()


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """The real server at a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LEVIGATE_")}
    environment |= {"DATABASE_URL": str(tmp_path / "records.db"), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "compounding", "serve", "--port", str(free)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout
        process.stdout.readline()
        yield free
        process.kill()


def _raw(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=8) as connection:
        connection.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer and (part := connection.recv(65536)):
            answer += part
        return answer


def test_a_request_with_two_lengths_has_one_end_or_is_refused(port: int) -> None:
    head = b"POST /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    # The chunks say where it ends: nobody waits for the 500 bytes.
    assert _raw(port, head + b"Content-Length: 500\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").startswith(b"HTTP/1.1 4")
    assert _raw(port, head + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello").startswith(b"HTTP/1.1 400")
    assert _raw(port, head + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n").startswith(b"HTTP/1.1 400")
    assert _raw(port, head + b"Content-Length: +5\r\n\r\nhello").startswith(b"HTTP/1.1 400")


def test_every_code_that_opens_something_has_128_random_bits() -> None:
    for code in (*new_codes(), new_activation_code(), set_up_code(b"x" * 32)):
        assert len(code.replace("-", "")) * math.log2(len(ALPHABET)) >= 128


def test_no_variable_of_the_environment_switches_debugging_on(monkeypatch: pytest.MonkeyPatch, make_app: Callable[..., Flask]) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = make_app(TESTING=False)
    answer = app.test_client().get("/demo/fault")
    assert not app.debug
    assert answer.status_code == 500
    assert "INTERNAL_FAULT" in answer.text
    assert "Jane" not in answer.text


def test_signing_out_clears_what_the_browser_keeps(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
    assert token
    answer = client.post("/sign-out", data={"csrf_token": token[1]})
    assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (303, '"cache", "storage"')
    assert "Clear-Site-Data" not in client.get("/sign-in").headers
