"""Whatever was refused leaves a line with its code, also where the refusal stands beside a form; no name and no word of it does."""

import json
from collections.abc import Callable, Iterator

import pytest
import structlog
from flask.testing import FlaskClient

from compounding import logs
from compounding.domain.throttling import MOST_FROM_ADDRESS_FOR_ACCOUNT
from tests.web.access.browsing import fields, fill_in, give_password
from tests.web.sent_forms import send
from tests.web.staffed import PASSWORD, Staffed

WRONG = "wrong words of Pat Example"
COMMON = "password" + "1234"
SECRETS = (WRONG, PASSWORD, "Pat Example", "pat example", "Toni")
Lines = Callable[[], list[tuple[object, ...]]]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    """What the refusals since the last question left: level, codes, status and route."""
    logs.configure()

    def read() -> list[tuple[object, ...]]:
        written = capsys.readouterr().err
        assert not [each for each in SECRETS if each in written]
        told = [json.loads(line) for line in written.splitlines()]
        return [(each["level"], *each["codes"], each["http_status"], each["route"]) for each in told if each["event"] == "refused"]

    yield read
    structlog.reset_defaults()


def test_wrong_passwords_and_the_wait_after_them_leave_a_line_each(staffed: Staffed, lines: Lines) -> None:
    client = staffed.client()
    client.get("/sign-in")
    lines()
    for _ in range(MOST_FROM_ADDRESS_FOR_ACCOUNT):
        assert give_password(client, password=WRONG).status_code == 401
    assert give_password(client, password=WRONG).status_code == 429
    assert lines() == [("info", "SIGN_IN_FAILED", 401, "/sign-in")] * MOST_FROM_ADDRESS_FOR_ACCOUNT + [("warning", "SIGN_IN_WAIT", 429, "/sign-in")]


def test_a_wait_at_a_locked_session_leaves_a_line_for_a_page_and_for_a_script(staffed: Staffed, lines: Lines) -> None:
    client = staffed.client("pharmacist")
    client.get("/account")
    staffed.clock.wait(minutes=15)
    page = client.get("/unlock").text
    for _ in range(MOST_FROM_ADDRESS_FOR_ACCOUNT):
        fill_in(client, page, "/unlock", password=WRONG)
    lines()
    assert fill_in(client, page, "/unlock", password=WRONG).status_code == 429
    told = {**fields(page, "/unlock"), "password": WRONG}
    assert client.post("/unlock", data=told, headers={"Accept": "application/json"}).status_code == 429
    assert lines() == [("warning", "SIGN_IN_WAIT", 429, "/unlock")] * 2


def test_a_wrong_password_under_a_signature_leaves_a_line_and_so_does_the_wait(staffed: Staffed, lines: Lines) -> None:
    client, path = staffed.client("pharmacist"), "/account/sessions/end"
    for _ in range(MOST_FROM_ADDRESS_FOR_ACCOUNT):
        assert send(client, path, password=WRONG).status_code == 422
    waits = send(client, path, password=WRONG)
    assert waits.status_code == 429
    assert 0 < int(waits.headers["Retry-After"]) <= 15 * 60
    assert lines() == [("info", "CONFIRMATION_FAILED", 422, path)] * MOST_FROM_ADDRESS_FOR_ACCOUNT + [("warning", "SIGN_IN_WAIT", 429, path)]


def _people(client: FlaskClient, staffed: Staffed) -> int:
    path = f"/people/{staffed.people['designated']}"
    other = f"/people/{staffed.people['only designated']}"
    assert send(client, f"{other}?deed=inactive", deed="inactive", reason="left us", password=PASSWORD).status_code == 303
    return send(client, f"{path}?deed=inactive", deed="inactive", reason="left us", password=PASSWORD).status_code


def _own_account(client: FlaskClient, _: Staffed) -> int:
    return send(client, "/account/password", new_password=COMMON, again=COMMON, password=PASSWORD).status_code


def _search(client: FlaskClient, _: Staffed) -> int:
    return send(client, "/search", by="name", sought="To").status_code


def _signature(client: FlaskClient, staffed: Staffed) -> int:
    path = f"/preparations/{staffed.things['planned preparation']}/final-check"
    return send(client, path, seen="999").status_code


def _empty(client: FlaskClient, _: Staffed) -> int:
    return send(client, "/account/password").status_code


@pytest.mark.parametrize(
    ("who", "doing", "line"),
    [
        ("designated", _people, ("info", "LAST_DESIGNATED_PERSON", 422, "/people/<person_id>")),
        ("pharmacist", _own_account, ("info", "PASSWORD_COMMON", 422, "/account/password")),
        ("pharmacist", _search, ("info", "SEARCH_TOO_SHORT", 422, "/search")),
        ("pharmacist", _signature, ("info", "CONFLICT", 409, "/preparations/<preparation_id>/final-check")),
        ("pharmacist", _empty, ("info", "FIELDS_REFUSED", 422, "/account/password")),
    ],
)
def test_what_a_form_shows_beside_its_fields_leaves_one_line_with_its_code(
    staffed: Staffed, lines: Lines, who: str, doing: Callable[[FlaskClient, Staffed], int], line: tuple[object, ...]
) -> None:
    client = staffed.client(who)
    lines()
    assert doing(client, staffed) == line[2]
    assert lines() == [line]


def test_what_has_a_page_of_its_own_leaves_one_line_too(staffed: Staffed, lines: Lines) -> None:
    client = staffed.client("pharmacist")
    assert client.get(f"/orders/{staffed.things['other order']}").status_code == 404
    assert client.get("/people").status_code == 403
    assert lines() == [("info", "PAGE_NOT_FOUND", 404, "/orders/<key:order_id>"), ("warning", "ROLE_NOT_ALLOWED", 403, "/people")]


def test_what_was_done_leaves_no_line_of_a_refusal(staffed: Staffed, lines: Lines) -> None:
    client = staffed.client("pharmacist")
    assert send(client, "/account/sessions/end", password=PASSWORD).status_code == 303
    assert send(client, "/search", by="prescription", sought="no such number").status_code == 200
    assert lines() == []
