"""Showing again who one is gives the session a new token: the old one opens nothing, and no tab of the browser loses its work or its place."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounding.credentials import tokens
from compounding.domain.sessions import RENEWED_LATELY, Condition
from compounding.storage import sessions
from compounding.storage.errors import StorageError
from compounding.web import renewing, visitors
from compounding.workflow import own_account
from compounding.workflow.signing_in import lock, renew, session_of, sign_out
from tests.web.access.browsing import fields, fill_in
from tests.web.access.test_passkeys import ask, give
from tests.web.sent_forms import hidden, send
from tests.web.staffed import PASSWORD, Staffed
from tests.workflow.running import at_once

END = "/account/sessions/end"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
WORK = {"patient_name": "Mara <Model>", "directions": "Apply a thin layer.", "way": "typed"}


def _cookie(client: FlaskClient, name: str = "session") -> str:
    found = client.get_cookie(f"levigate-{name}", domain="localhost")
    return found.value if found is not None else ""


def _open(staffed: Staffed) -> list[sessions.Session]:
    with staffed.records.database.reading() as connection:
        return list(sessions.open_of(connection, staffed.house.site_id, person_id=staffed.people["pharmacist"]))


def _second_tab(staffed: Staffed, client: FlaskClient) -> FlaskClient:
    """Another tab of the same browser, as its requests leave before the first tab's answer has come."""
    tab = staffed.app.test_client()
    for name in ("levigate", "levigate-session", "levigate-browser"):
        cookie = client.get_cookie(name, domain="localhost")
        if cookie is not None:
            tab.set_cookie(name, cookie.value, domain="localhost")
    return tab


def _by_password(staffed: Staffed, client: FlaskClient) -> TestResponse:
    return send(client, END, password=PASSWORD)


def _with_both_factors(staffed: Staffed, client: FlaskClient) -> TestResponse:
    return send(client, "/account/recovery", password=PASSWORD, code=staffed.code())


def _by_passkey(staffed: Staffed, client: FlaskClient) -> TestResponse:
    device = give(staffed, "pharmacist")
    options, _ = ask(client, path=END, action=END, whose="mine")
    answer = device.answer(visitors_challenge(options))
    return send(client, END, passkey=json.dumps(answer))


def visitors_challenge(options: dict[str, object]) -> bytes:
    from compounding.workflow.own_account import octets_of

    return octets_of(str(options["challenge"]))


@pytest.mark.parametrize("shows", [_by_password, _with_both_factors, _by_passkey])
def test_whoever_shows_again_who_they_are_has_a_new_token_and_the_old_one_opens_nothing(
    staffed: Staffed, shows: Callable[[Staffed, FlaskClient], TestResponse]
) -> None:
    client = staffed.client("pharmacist")
    client.get("/account")
    before, begun = _cookie(client), _open(staffed)
    assert shows(staffed, client).status_code in {200, 303}
    assert _cookie(client) not in {"", before}
    assert client.get("/account").status_code == 200
    now = _open(staffed)
    assert [(each.started_at, each.browser, each.factors) for each in now] == [(each.started_at, each.browser, each.factors) for each in begun]
    thief = _second_tab(staffed, client)
    thief.set_cookie("levigate-session", before, domain="localhost")
    answers = [thief.get("/account") for _ in range(3)]
    assert [each.status_code for each in answers] == [307, 303, 303]
    assert answers[1].headers["Location"].startswith("/sign-in")
    assert _cookie(thief) == before
    staffed.clock.wait(seconds=RENEWED_LATELY.total_seconds())
    thief.delete_cookie("levigate-again", domain="localhost")
    assert thief.get("/account").status_code == 303


@pytest.mark.parametrize("password", ["", "not the password"])
def test_who_shows_nothing_keeps_the_token(staffed: Staffed, password: str) -> None:
    client = staffed.client("pharmacist")
    before = _cookie(client)
    assert send(client, END, password=password).status_code == 422
    assert _cookie(client) == before


def test_a_signature_that_is_refused_after_the_proof_renews_the_token_too(staffed: Staffed) -> None:
    client, path = staffed.client("designated"), f"/people/{staffed.people['technician']}/account"
    before = _cookie(client)
    assert send(client, path, sign_in_name="Toni", password=PASSWORD, code=staffed.code()).status_code == 422
    assert _cookie(client) != before


def test_forms_of_other_tabs_stay_good_and_lose_nothing(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    other_tab = client.get("/").text
    ends = client.get(END).text
    assert fill_in(client, ends, END, password=PASSWORD).status_code == 303
    assert fill_in(client, ends, END, password=PASSWORD).status_code == 303
    told = {"csrf_token": fields(other_tab, "/sign-out")["csrf_token"][0], **WORK}
    sent = client.post("/prepare", data=told, headers=SAME_ORIGIN)
    assert sent.status_code in {200, 422}
    assert "Mara &lt;Model&gt;" in sent.text


def test_a_form_that_left_before_the_other_tabs_answer_came_is_sent_again_with_the_new_token(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    page = client.get(END).text
    tab = _second_tab(staffed, client)
    assert fill_in(client, page, END, password=PASSWORD).status_code == 303
    asked = fill_in(tab, page, END, password=PASSWORD)
    assert (asked.status_code, asked.headers["Location"]) == (307, END)
    # The browser has the other tab's answer by now, and sends the very same form again.
    tab.set_cookie("levigate-session", _cookie(client), domain="localhost")
    assert fill_in(tab, page, END, password=PASSWORD).status_code == 303
    assert len(_open(staffed)) == 1


def test_typed_work_is_kept_where_the_new_token_never_came(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    page = client.get("/").text
    tab = _second_tab(staffed, client)
    assert _by_password(staffed, client).status_code == 303
    told = {"csrf_token": fields(page, "/sign-out")["csrf_token"][0], **WORK}
    assert tab.post("/prepare", data=told, headers=SAME_ORIGIN).status_code == 307
    answer = tab.post("/prepare", data=told, headers=SAME_ORIGIN)
    assert answer.status_code == 401
    assert "Mara &lt;Model&gt;" in answer.text


def test_an_address_keeps_its_question_when_it_is_asked_again(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    tab = _second_tab(staffed, client)
    _by_password(staffed, client)
    assert tab.get("/account?done=sessions").headers["Location"] == "/account?done=sessions"
    tab.delete_cookie("levigate-again", domain="localhost")
    assert tab.get("/%5Cevil.example").status_code == 404


def test_another_browser_with_a_renewed_token_is_nobody(staffed: Staffed) -> None:
    client, thief = staffed.client("pharmacist"), staffed.app.test_client()
    thief.set_cookie("levigate-session", _cookie(client), domain="localhost")
    _by_password(staffed, client)
    assert thief.get("/account").status_code == 303


def test_of_two_tabs_that_confirm_at_the_same_moment_neither_is_thrown_out(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    page = client.get(END).text
    tabs = [_second_tab(staffed, client) for _ in range(2)]
    answers = at_once([lambda t=tab: fill_in(t, page, END, password=PASSWORD) for tab in tabs])  # type: ignore[misc]
    assert {each.status_code for each in answers if isinstance(each, TestResponse)} <= {303, 307}
    assert len(_open(staffed)) == 1
    known = {_cookie(tab) for tab in tabs} - {_cookie(client)}
    assert len(known) == 1
    client.set_cookie("levigate-session", known.pop(), domain="localhost")
    assert client.get("/account").status_code == 200


def _door(staffed: Staffed, client: FlaskClient) -> tuple[visitors.Door, str]:
    headers = {"Cookie": f"levigate-session={_cookie(client)}; levigate-browser={_cookie(client, 'browser')}"}
    with staffed.app.test_request_context("/", headers=headers):
        visitors.load()
        return visitors.door(staffed.house.site_id), visitors.the_visitor().token


def test_of_two_requests_that_were_both_let_in_one_renews_and_the_other_goes_on(staffed: Staffed) -> None:
    at_door, token = _door(staffed, staffed.client("pharmacist"))
    old = tokens.digest(token)
    first = renew(at_door, old)
    assert first is not None
    assert renew(at_door, old) is None
    held = session_of(at_door, token)
    assert held is not None
    assert (held.id, held.condition(at_door.at)) == (first.session.id, Condition.OPEN)


@pytest.mark.parametrize(("leaves", "left"), [(sign_out, Condition.ENDED), (lock, Condition.LOCKED)])
def test_whoever_leaves_while_another_tab_confirms_has_left(staffed: Staffed, leaves: Callable[[visitors.Door, str], None], left: Condition) -> None:
    at_door, token = _door(staffed, staffed.client("pharmacist"))
    begun = renew(at_door, tokens.digest(token))
    assert begun is not None
    leaves(at_door, token)
    now = session_of(at_door, begun.token)
    assert now is not None
    assert now.condition(at_door.at + timedelta(seconds=1)) is left
    assert renew(at_door, tokens.digest(token)) is None


def test_an_app_that_is_being_set_up_stays_with_the_session(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    first = client.get("/account/second-factor").text
    began = client.post("/account/second-factor", data={**hidden(first), "begin": "1"})
    assert began.status_code == 200
    pending = _open(staffed)[0].pending
    _by_password(staffed, client)
    assert pending
    assert [each.pending for each in _open(staffed)] == [pending]


def test_where_the_token_cannot_be_renewed_what_was_done_is_told_all_the_same(staffed: Staffed, monkeypatch: pytest.MonkeyPatch) -> None:
    client = staffed.client("pharmacist")
    before = _cookie(client)

    def busy(*_: object) -> None:
        raise StorageError("DATABASE_BUSY", "the database is busy")

    monkeypatch.setattr(renewing, "renew", busy)
    assert _by_password(staffed, client).headers["Location"] == "/account?done=sessions"
    assert _cookie(client) == before
    assert client.get("/account").status_code == 200


def test_a_tab_that_ends_the_other_sessions_leaves_the_one_that_another_tab_has_just_renewed(staffed: Staffed, monkeypatch: pytest.MonkeyPatch) -> None:
    client = staffed.client("pharmacist")
    page, confirmed, met = client.get(END).text, own_account._confirmed, []

    def overtaken(*asked: Any) -> Any:
        found = confirmed(*asked)
        met.append(renew(asked[0], found[0].id))
        return found

    monkeypatch.setattr(own_account, "_confirmed", overtaken)
    assert fill_in(client, page, END, password=PASSWORD).status_code in {303, 307}
    assert met
    assert len(_open(staffed)) == 1
