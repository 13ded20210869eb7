"""Coming in by password and code, and going out: what a person sees, and what nobody learns."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounding.credentials import hashing
from compounding.domain.people import Role
from compounding.domain.sessions import Stage
from compounding.storage import accounts
from compounding.workflow.people import PersonAsNow, change_person
from tests.web.access.browsing import come_in, fields, fill_in, give_password
from tests.web.staffed import OTHER, PASSWORD, Staffed


def _token(client: FlaskClient) -> str:
    cookie = client.get_cookie("levigate-session", domain="localhost")
    return cookie.value if cookie is not None else ""


def _without_tokens(answer: TestResponse) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text)


def test_password_and_code_let_a_person_in(staffed: Staffed) -> None:
    client = staffed.client()
    answer = come_in(staffed, client)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/home")
    assert client.get("/").status_code == 200


def test_after_signing_in_a_person_goes_where_they_were_going(staffed: Staffed) -> None:
    client = staffed.client()
    assert come_in(staffed, client, path="/sign-in?next=/calculators").headers["Location"] == "/calculators"


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/%0d%0aSet-Cookie:x", "\t//evil.example"]
)
def test_nobody_is_sent_to_another_host(staffed: Staffed, place: str) -> None:
    client = staffed.client()
    second = give_password(client, next=place)
    answer = fill_in(client, second.text, "/sign-in/code", code=staffed.code(), next=place)
    assert answer.status_code == 303
    assert re.fullmatch(r"/[a-z%0-9A-Z:-]*", answer.headers["Location"])
    assert "evil" not in answer.headers["Location"]


def test_the_password_alone_opens_nothing(staffed: Staffed) -> None:
    client = staffed.client()
    assert give_password(client).status_code == 200
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in/code")


def test_every_step_has_a_session_of_its_own_and_the_earlier_one_is_dead(staffed: Staffed) -> None:
    client = staffed.client()
    second = give_password(client)
    half_way = _token(client)
    fill_in(client, second.text, "/sign-in/code", code=staffed.code())
    assert _token(client) not in {"", half_way}
    client.set_cookie("levigate-session", half_way, domain="localhost")
    assert client.get("/").headers["Location"] == "/sign-in"


def test_a_session_that_somebody_planted_before_is_not_the_one_that_opens(staffed: Staffed) -> None:
    client = staffed.client()
    client.set_cookie("levigate-session", "example-pharmacy:planted", domain="localhost")
    come_in(staffed, client)
    assert "planted" not in _token(client)


def test_cookies_are_strict_and_hidden_from_scripts(staffed: Staffed) -> None:
    client = staffed.client()
    for cookie in give_password(client).headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert "Path=/" in cookie


def test_the_tokens_of_forms_change_at_signing_in_and_out(staffed: Staffed) -> None:
    client = staffed.client()
    page = client.get("/sign-in").text
    come_in(staffed, client)
    old = fields(page, "/sign-in")["csrf_token"][0]
    assert client.post("/sign-out", data={"csrf_token": old}).status_code == 400
    inside = client.get("/").text
    token = fields(inside, "/sign-out")["csrf_token"][0]
    fill_in(client, inside, "/sign-out")
    assert client.post("/sign-in", data={"csrf_token": token}).status_code == 400


@pytest.mark.parametrize(
    ("name", "password"), [("nobody example", PASSWORD), ("pat example", "wrong horse"), ("dee example", PASSWORD), ("pat example", "x" * 600)]
)
def test_one_answer_for_everything_that_may_have_been_wrong(staffed: Staffed, name: str, password: str) -> None:
    known, other = give_password(staffed.client(), password=PASSWORD.upper()), give_password(staffed.client(), name=name, password=password)
    assert (known.status_code, other.status_code) == (401, 401)
    assert _without_tokens(known).replace("pat example", "") == _without_tokens(other).replace(name, "")
    assert {key: value for key, value in known.headers if key not in {"Set-Cookie", "Content-Length"}} == {
        key: value for key, value in other.headers if key not in {"Set-Cookie", "Content-Length"}
    }
    assert [each.split("=")[0] for each in known.headers.getlist("Set-Cookie")] == [each.split("=")[0] for each in other.headers.getlist("Set-Cookie")]


def test_a_name_that_nobody_has_takes_the_work_of_a_real_check(staffed: Staffed, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(hashing, "verify_nobody", asked.append)
    give_password(staffed.client(), name="nobody example")
    give_password(staffed.client(), name="dee example")
    assert len(asked) == 2


def test_a_password_is_never_shown_again(staffed: Staffed) -> None:
    mistyped = PASSWORD.replace("horse", "house")
    assert mistyped not in give_password(staffed.client(), password=mistyped).text


def test_a_code_opens_once(staffed: Staffed) -> None:
    come_in(staffed, staffed.client())
    client = staffed.client()
    again = fill_in(client, give_password(client).text, "/sign-in/code", code=staffed.code())
    assert again.status_code == 401
    assert "The name, the password or the code is not right" in again.text
    staffed.clock.wait(seconds=60)
    assert fill_in(client, again.text, "/sign-in/code", code=staffed.code()).status_code == 303


def test_the_second_step_waits_ten_minutes_and_then_begins_again(staffed: Staffed) -> None:
    client = staffed.client()
    second = give_password(client)
    staffed.clock.wait(minutes=10)
    assert fill_in(client, second.text, "/sign-in/code", code=staffed.code()).headers.get("Location") != "/home"
    assert client.get("/").headers["Location"] == "/sign-in"


def test_fifty_wrong_passwords_are_answered_no_more_than_five_times(staffed: Staffed) -> None:
    client = staffed.client()
    statuses = [give_password(client, password=f"wrong horse {number}").status_code for number in range(50)]
    assert statuses == [401] * 5 + [429] * 45
    waits = give_password(client)
    assert waits.status_code == 429
    assert 0 < int(waits.headers["Retry-After"]) <= 15 * 60
    staffed.clock.wait(minutes=15)
    assert come_in(staffed, client).status_code == 303


def test_many_names_from_one_address_have_to_wait_too(staffed: Staffed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "verify_nobody", lambda password: None)
    statuses = [give_password(staffed.client(), name=f"name {number}").status_code for number in range(200)]
    assert statuses == [401] * 30 + [429] * 170


def test_a_forged_address_does_not_help(staffed: Staffed) -> None:
    client = staffed.client()
    for number in range(5):
        give_password(client, password=f"wrong horse {number}")
    page = client.get("/sign-in").text
    for header in ("X-Forwarded-For", "X-Real-IP", "Forwarded"):
        data = {**fields(page, "/sign-in"), "site": "example-pharmacy", "name": "pat example", "password": PASSWORD}
        assert client.post("/sign-in", data=data, headers={header: "203.0.113.9"}).status_code == 429


def test_whoever_guesses_elsewhere_does_not_keep_the_owner_out_of_their_own_browser(staffed: Staffed) -> None:
    mine = staffed.client()
    come_in(staffed, mine)
    fill_in(mine, mine.get("/").text, "/sign-out")
    for number in range(6):
        give_password(staffed.client(), password=f"wrong horse {number}")
    staffed.clock.wait(seconds=60)
    assert come_in(staffed, mine).status_code == 303


def test_a_recovery_code_stands_for_the_telephone_once(staffed: Staffed) -> None:
    from dataclasses import replace

    from compounding.credentials import recovery_codes
    from compounding.storage.trail import Told
    from compounding.storage.transaction import transaction

    code, who = recovery_codes.new_codes(1)[0], staffed.people["pharmacist"]
    with transaction(staffed.records.database, site_id=staffed.house.site_id, by="test", role="", at=staffed.clock()) as opened:
        account = accounts.of(opened.connection, staffed.house.site_id, who)
        assert account is not None
        accounts.change(opened, replace(account, recovery=(recovery_codes.digest(code),)))
        opened.tell(Told(action="renew recovery codes", subject="account", subject_id=who))
    client, other = staffed.client(), staffed.client()
    assert fill_in(client, give_password(client).text, "/sign-in/code", code=code.lower().replace("-", " ")).status_code == 303
    assert fill_in(other, give_password(other).text, "/sign-in/code", code=code).status_code == 401


def test_signing_out_kills_a_copied_cookie(staffed: Staffed) -> None:
    mine, thief = staffed.client(), staffed.client()
    come_in(staffed, mine)
    for name in ("levigate-session", "levigate-browser"):
        cookie = mine.get_cookie(name, domain="localhost")
        assert cookie is not None
        thief.set_cookie(name, cookie.value, domain="localhost")
    assert thief.get("/").status_code == 200
    assert fill_in(mine, mine.get("/").text, "/sign-out").headers["Location"] == "/sign-in"
    assert _token(mine) == ""
    assert thief.get("/").headers["Location"] == "/sign-in"


def test_one_person_may_work_in_two_browsers_and_each_is_left_by_itself(staffed: Staffed) -> None:
    first, second = staffed.client("pharmacist"), staffed.client("pharmacist")
    fill_in(first, first.get("/").text, "/sign-out")
    assert first.get("/").status_code == 303
    assert second.get("/").status_code == 200


def test_a_disabled_person_is_out_at_the_next_click(staffed: Staffed) -> None:
    client = staffed.client("second")
    assert client.get("/").status_code == 200
    with staffed.records.database.reading() as connection:
        from compounding.storage import people

        version = next(version for each, version in people.people_with_versions(connection, staffed.house.site_id) if each.id == staffed.people["second"])
        person = next(each for each in people.people_of(connection, staffed.house.site_id) if each.id == staffed.people["second"])
    leaving = PersonAsNow(
        person_id=person.id, version=version, name=person.name, roles=(Role.PHARMACIST,), licence=person.licence, licence_expires_on=person.licence_expires_on,
        is_active=False,
    )  # fmt: skip
    change_person(staffed.house, staffed.pharmacy.act(staffed.people["designated"], reason="left the pharmacy"), leaving)
    assert client.get("/").headers["Location"] == "/sign-in"


def test_a_changed_password_ends_every_other_session(staffed: Staffed) -> None:
    from compounding.domain.assurance import Assurance, Factor
    from compounding.web.visitors import door
    from compounding.workflow import own_account

    here, there = staffed.client("pharmacist"), staffed.client("pharmacist")
    site_id, _, token = _token(here).partition(":")
    with staffed.app.test_request_context():
        from flask import g

        g.browser, g.cookies = "x" * 43, {}
        shown = Assurance(person_id=staffed.people["pharmacist"], factors=frozenset({Factor.PASSWORD}), at=staffed.clock())
        own_account.change_password(door(site_id), token, "another battery staple of mine", shown=(shown,))
    assert there.get("/").headers["Location"] == "/sign-in"


def test_after_twelve_hours_everybody_signs_in_anew(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    for _ in range(12 * 6 - 1):
        staffed.clock.wait(minutes=10)
        assert client.get("/").status_code == 200
    staffed.clock.wait(minutes=10)
    assert client.get("/").headers["Location"] == "/sign-in"


def test_whoever_is_signed_in_is_told_so_and_may_go_on_or_out(staffed: Staffed) -> None:
    page = staffed.client("pharmacist").get("/sign-in?next=/calculators").text
    assert "You are signed in" in page
    assert 'href="/calculators"' in page
    assert fields(page, "/sign-out")["csrf_token"]


def test_somebody_else_signs_in_and_whoever_was_there_is_locked(staffed: Staffed) -> None:
    client = staffed.client("technician")
    page = client.get("/sign-in?other=yes").text
    second = fill_in(client, page, "/sign-in", site="example-pharmacy", name="pat example", password=PASSWORD)
    assert fill_in(client, second.text, "/sign-in/code", code=staffed.code()).status_code == 303
    with staffed.records.database.reading() as connection:
        from compounding.storage import sessions

        held = sessions.open_of(connection, staffed.house.site_id, person_id=staffed.people["technician"])
    assert [each.stage for each in held] == [Stage.LOCKED]


def test_a_pharmacy_that_does_not_exist_is_refused(staffed: Staffed) -> None:
    for site in ("nowhere", ""):
        answer = give_password(staffed.client(), site=site)
        assert answer.status_code == 422
        assert 'href="#site"' in answer.text


def test_an_account_opens_its_own_pharmacy_only(staffed: Staffed) -> None:
    assert give_password(staffed.client(), name="rory example", site=OTHER).status_code == 401


def test_home_leads_where_ones_work_is(staffed: Staffed) -> None:
    for who in ("pharmacist", "auditor", "prescriber", "designated"):
        client = staffed.client(who)
        answer = client.get("/home", follow_redirects=True)
        assert answer.status_code == 200, who


def test_where_no_records_are_kept_there_is_nothing_to_sign_in_to(client: FlaskClient) -> None:
    assert client.get("/sign-in").status_code == 404
    assert "Sign in" not in client.get("/calculators").text


def test_the_header_says_who_is_signed_in(staffed: Staffed) -> None:
    page = staffed.client("pharmacist").get("/").text
    assert "Pat Example" in page
    assert "(pharmacist)" in page
