"""Passkeys let in, unlock and sign: each challenge once, in time, for this host, and never for somebody else."""

import json
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from compounding.domain.assurance import Assurance, Factor, Level
from compounding.storage import accounts, sessions
from compounding.storage.accounts import Passkey
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from compounding.web import passkey_challenges, visitors
from compounding.web.confirming import SigningForm
from compounding.workflow.own_account import octets_of, text_of
from compounding.workflow.signing_in_by_passkey import step_of_challenge
from tests.credentials.authenticator import Authenticator
from tests.web.access.browsing import fields, fill_in
from tests.web.staffed import Staffed

HOST, ORIGIN = "localhost", "http://localhost"


@pytest.fixture
def device(staffed: Staffed) -> Authenticator:
    """The pharmacist's device."""
    return give(staffed, "pharmacist")


def give(staffed: Staffed, who: str) -> Authenticator:
    """A device with a passkey of that person."""
    made = Authenticator(HOST, ORIGIN)
    person_id = staffed.people[who]
    with transaction(staffed.records.database, site_id=staffed.house.site_id, by="test", role="", at=staffed.clock()) as opened:
        accounts.add_passkey(
            opened, Passkey(id=text_of(made.credential_id), person_id=person_id, name="Test", public_key=text_of(made.public_key()), sign_count=0)
        )
        opened.tell(Told(action="add passkey", subject="account", subject_id=person_id))
    return made


def ask(client: FlaskClient, *, path: str = "/sign-in", action: str = "/sign-in", whose: str = "anyone") -> tuple[dict[str, Any], str]:
    """The options a page gets, and the page's token."""
    token = fields(client.get(path).text, action)["csrf_token"][0]
    answer = client.post("/sign-in/passkey/options", data={"csrf_token": token, "whose": whose})
    assert answer.status_code == 200
    return answer.get_json(), token


def show(client: FlaskClient, token: str, answer: object, **more: str) -> TestResponse:
    """Send an answer as the script does."""
    return client.post("/sign-in/passkey", data={"csrf_token": token, "site": "example-pharmacy", "passkey": json.dumps(answer), **more})


def test_a_passkey_lets_its_person_in_with_both_factors(staffed: Staffed, device: Authenticator) -> None:
    client = staffed.client()
    options, token = ask(client)
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"
    answer = show(client, token, device.answer(octets_of(options["challenge"])), next="/calculators")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/calculators")
    with staffed.records.database.reading() as connection:
        held = sessions.open_of(connection, staffed.house.site_id, person_id=staffed.people["pharmacist"])
        kept = accounts.passkey_of(connection, staffed.house.site_id, text_of(device.credential_id))
    assert held[0].factors == {Factor.PASSKEY}
    assert kept.sign_count == 1


def test_an_answer_counts_once_even_with_a_copied_cookie(staffed: Staffed, device: Authenticator) -> None:
    device.counts = False
    client = staffed.client()
    options, token = ask(client)
    cookie = client.get_cookie("levigate", domain="localhost")
    assert cookie is not None
    answer = device.answer(octets_of(options["challenge"]))
    assert show(client, token, answer).status_code == 303
    again = staffed.client()
    again.set_cookie("levigate", cookie.value, domain="localhost")
    assert show(again, token, answer).status_code == 401


def test_a_challenge_is_forgotten_after_five_minutes_and_once_it_was_answered(staffed: Staffed, device: Authenticator) -> None:
    client = staffed.client()
    options, token = ask(client)
    staffed.clock.wait(minutes=5, seconds=1)
    late = show(client, token, device.answer(octets_of(options["challenge"])))
    assert late.status_code == 401
    assert "took too long" in late.text
    assert "took too long" in show(client, token, device.answer(octets_of(options["challenge"]))).text


def test_whatever_is_wrong_with_a_passkey_gets_the_same_answer(staffed: Staffed, device: Authenticator) -> None:
    said = set()
    disabled = give(staffed, "disabled")
    copied = give(staffed, "second")
    copied.sign_count = -1
    for wrong in (Authenticator(HOST, ORIGIN), Authenticator(HOST, "https://evil.example", credential_id=device.credential_id, key=device.key), disabled):
        client = staffed.client()
        options, token = ask(client)
        answer = show(client, token, wrong.answer(octets_of(options["challenge"])))
        assert answer.status_code == 401
        said.add(answer.text.replace(fields(answer.text, "/sign-in")["csrf_token"][0], ""))
    client = staffed.client()
    _, token = ask(client)
    said.add((answer := show(client, token, "nonsense")).text.replace(fields(answer.text, "/sign-in")["csrf_token"][0], ""))
    assert len(said) == 1


def test_a_copied_key_whose_count_did_not_grow_is_refused(staffed: Staffed, device: Authenticator) -> None:
    for expected in (303, 401):
        client = staffed.client()
        options, token = ask(client)
        device.sign_count = 0
        assert show(client, token, device.answer(octets_of(options["challenge"]))).status_code == expected


def test_passkeys_that_are_not_accepted_are_counted_by_their_address(staffed: Staffed) -> None:
    statuses = []
    for _ in range(32):
        client = staffed.client()
        options, token = ask(client)
        statuses.append(show(client, token, Authenticator(HOST, ORIGIN).answer(octets_of(options["challenge"]))).status_code)
    assert statuses == [401] * 30 + [429] * 2


def test_a_locked_session_is_unlocked_by_its_own_persons_passkey_only(staffed: Staffed, device: Authenticator) -> None:
    client, other = staffed.client("pharmacist"), give(staffed, "second")
    staffed.clock.wait(minutes=15)
    options, _ = ask(client, path="/unlock", action="/unlock", whose="mine")
    assert [each["id"] for each in options["allowCredentials"]] == [text_of(device.credential_id)]
    page = client.get("/unlock").text
    foreign = fill_in(client, page, "/unlock", passkey=json.dumps(other.answer(octets_of(options["challenge"]))))
    assert foreign.status_code == 401
    options, _ = ask(client, path="/unlock", action="/unlock", whose="mine")
    mine = fill_in(client, page, "/unlock", passkey=json.dumps(device.answer(octets_of(options["challenge"]))))
    assert mine.status_code == 303
    assert client.get("/").status_code == 200
    staffed.clock.wait(minutes=15)
    assert fill_in(client, page, "/unlock", passkey="{}").status_code == 401


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "[::1]:8000"])
def test_an_address_in_figures_is_told_where_passkeys_work(staffed: Staffed, host: str) -> None:
    client = staffed.client()
    page = client.get("/sign-in", base_url=f"http://{host}")
    token = fields(page.text, "/sign-in")["csrf_token"][0]
    answer = client.post("/sign-in/passkey/options", data={"csrf_token": token}, base_url=f"http://{host}")
    assert answer.status_code == 409
    assert "http://localhost" in answer.get_json()["message"]


def test_no_challenge_meets_the_time_step_of_a_code() -> None:
    steps = {step_of_challenge(bytes([number]) * 32) for number in range(200)}
    assert len(steps) == 200
    assert all(-(2**63) <= step < 0 for step in steps)


@pytest.mark.parametrize("told", [None, [], ["x"], ["!!", "now"], ["YQ==", "yesterday"], {"a": 1}, 7, "text"])
def test_a_challenge_that_reads_as_none_is_none(staffed: Staffed, told: object) -> None:
    signed = URLSafeSerializer(staffed.app.config["SECRET_KEY"], salt=passkey_challenges.SALT).dumps(told)
    for cookie in (signed, "not signed at all", ""):
        with staffed.app.test_request_context("/sign-in", headers={"Cookie": f"levigate-challenge={cookie}"}):
            visitors.load()
            assert passkey_challenges.take() is None


def _confirmed(staffed: Staffed, device: Authenticator, *, waits: int = 0, answer: str = "") -> tuple[SigningForm, tuple[Assurance, ...] | None]:
    app: Flask = staffed.app
    browser, token = "b" * 43, ""
    client = staffed.client("pharmacist")
    for name in ("levigate-session", "levigate-browser"):
        cookie = client.get_cookie(name, domain="localhost")
        assert cookie is not None
        token, browser = (cookie.value, browser) if name.endswith("session") else (token, cookie.value)
    headers = {"Cookie": f"levigate-session={token}; levigate-browser={browser}"}
    with app.test_request_context("/", method="POST", headers=headers):
        visitors.load()
        challenge = passkey_challenges.ask()
        asked = g.cookies["levigate-challenge"][0]
    staffed.clock.wait(minutes=waits)
    headers["Cookie"] += f"; levigate-challenge={asked}"
    with app.test_request_context("/", method="POST", headers=headers):
        visitors.load()
        form = SigningForm(formdata=MultiDict({"passkey": answer or json.dumps(device.answer(challenge))}), meta={"csrf": False})
        form.level = Level.FULL
        form.validate()
        assert g.visitor is not None
        return form, form.confirmed()


def test_a_passkey_stands_for_the_fullest_signature(staffed: Staffed, device: Authenticator) -> None:
    form, shown = _confirmed(staffed, device)
    assert not form.errors
    assert shown is not None
    assert (shown[0].person_id, shown[0].reaches(is_example=False)) == (staffed.people["pharmacist"], Level.FULL)
    assert form.passkey.data == ""


def test_another_persons_passkey_or_a_late_one_signs_nothing(staffed: Staffed, device: Authenticator) -> None:
    for form, shown in (_confirmed(staffed, give(staffed, "second")), _confirmed(staffed, device, waits=6), _confirmed(staffed, device, answer="{}")):
        assert shown is None
        assert len(form.password.errors) == 1
