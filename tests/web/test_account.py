"""The pages of one's own account: what is seen, and that each change is signed, shown once, and one's own."""

import html
import json
import re
from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounding.credentials import one_time_codes
from compounding.domain.people import Person, Role
from compounding.storage import accounts, sessions
from compounding.storage.accounts import Account
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from compounding.web.licences import licence_shown
from compounding.workflow.people import PersonAsNow, change_person
from tests.credentials.authenticator import Authenticator
from tests.web.sent_forms import hidden, send
from tests.web.staffed import PASSWORD, TOTP, Staffed

NEW_PASSWORD = "six quiet herons by the river"  # noqa: S105 - the password of people who do not exist.
OTHER_PASSWORD = "another one altogether"  # noqa: S105 - the password of people who do not exist.
WRONG = "not the password"
CODE = re.compile(r"\b(?:[CDFGHJKMNPQRTVWXY34679]{5}-){3}[CDFGHJKMNPQRTVWXY34679]{5}\b")


def account_of(staffed: Staffed, who: str) -> Account:
    with staffed.records.database.reading() as connection:
        found = accounts.of(connection, staffed.house.site_id, staffed.people[who])
    assert found is not None
    return found


def text_of(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def add_passkey(staffed: Staffed, client: FlaskClient, key: Authenticator, **fields: str) -> TestResponse:
    token = hidden(text_of(client.get("/account")))["csrf_token"]
    options = client.post("/account/passkeys/options", data={"csrf_token": token})
    assert options.status_code == 200
    challenge = json.loads(options.data)["challenge"]
    answer = key.create(urlsafe_b64decode(challenge + "=" * (-len(challenge) % 4)))
    told = {"csrf_token": token, "new_passkey": json.dumps(answer), "name": "work telephone", "password": PASSWORD, "code": staffed.code(), **fields}
    return client.post("/account/passkeys", data=told)


def key_here() -> Authenticator:
    return Authenticator("localhost", "http://localhost")


@pytest.mark.parametrize("who", ["prescriber", "assistant", "technician", "regulated", "intern", "pharmacist", "designated", "auditor"])
def test_everybody_sees_their_own_account(staffed: Staffed, who: str) -> None:
    page = text_of(staffed.client(who).get("/account"))
    for told in ("Your account", account_of(staffed, who).sign_in_name, "2026-11-22 08:00", "This one", "0 left"):
        assert told in page
    assert account_of(staffed, who).password_hash not in page


def test_the_page_is_kept_by_no_browser(staffed: Staffed) -> None:
    assert staffed.client("pharmacist").get("/account").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("days", "words"), [(61, ""), (60, "60 days left"), (1, "1 day left"), (0, "today is its last day"), (-1, "nothing can be signed")])
def test_a_licence_that_ends_within_sixty_days_is_warned_of(staffed: Staffed, days: int, words: str) -> None:
    person = PersonAsNow(
        person_id=staffed.people["second"], version=1, name="Sam Example", roles=(Role.PHARMACIST,), licence="EX-3",
        licence_expires_on=staffed.pharmacy.today + timedelta(days=days),
    )  # fmt: skip
    change_person(staffed.house, staffed.pharmacy.act(staffed.people["designated"], reason="renewed"), person)
    page = text_of(staffed.client("second").get("/account"))
    assert "EX-3" in page
    assert ('govuk-tag--yellow">expires soon' in page) == (0 <= days <= 60)
    assert words in page


def test_who_needs_a_licence_and_has_none_is_told() -> None:
    nobody = Person(id="x", name="X", roles=frozenset({Role.PHARMACIST}))
    assert licence_shown(nobody, date(2026, 11, 22)).state == "missing"


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(staffed: Staffed) -> None:
    client, other = staffed.client("pharmacist"), staffed.client("pharmacist")
    answer = send(client, "/account/password", new_password=NEW_PASSWORD, again=NEW_PASSWORD, password=PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account?done=password")
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    staffed.clock.wait(seconds=1)
    assert send(client, "/account/password", new_password=OTHER_PASSWORD, again=OTHER_PASSWORD, password=PASSWORD).status_code == 422


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"new_password": NEW_PASSWORD, "again": "something else", "password": PASSWORD}, "not the same"),
        ({"new_password": "short", "again": "short", "password": PASSWORD}, "at least 8 characters"),
        ({"new_password": "password1234", "again": "password1234", "password": PASSWORD}, "tried first"),
        ({"new_password": "pat example", "again": "pat example", "password": PASSWORD}, "a name that others know"),
        ({"new_password": NEW_PASSWORD, "again": NEW_PASSWORD, "password": "not the password"}, "nothing was signed"),
        ({"new_password": NEW_PASSWORD, "again": NEW_PASSWORD, "password": ""}, "Enter your password to sign."),
        ({"new_password": "", "again": "", "password": PASSWORD}, "Choose a new password."),
    ],
)
def test_a_password_that_cannot_be_is_refused_beside_its_field_and_never_shown_again(staffed: Staffed, told: dict[str, str], words: str) -> None:
    before = account_of(staffed, "pharmacist")
    answer = send(staffed.client("pharmacist"), "/account/password", **told)
    page = text_of(answer)
    assert answer.status_code == 422
    assert words in page
    assert "There is a problem" in page
    assert not any(f'value="{each}"' in page for each in told.values() if each)
    assert account_of(staffed, "pharmacist") == before


def test_new_recovery_codes_are_shown_once_and_need_both_factors(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    assert send(client, "/account/recovery", password=PASSWORD, code="").status_code == 422
    page = text_of(send(client, "/account/recovery", password=PASSWORD, code=staffed.code()))
    assert len(set(CODE.findall(page))) == 10
    assert len(account_of(staffed, "pharmacist").recovery) == 10
    assert not CODE.findall(text_of(client.get("/account/recovery")))


def test_a_code_confirms_once(staffed: Staffed) -> None:
    client, code = staffed.client("pharmacist"), staffed.code()
    assert send(client, "/account/recovery", password=PASSWORD, code=code).status_code == 200
    again = send(client, "/account/recovery", password=PASSWORD, code=code)
    assert again.status_code == 422
    assert not CODE.findall(text_of(again))


def _key_of(page: str) -> str:
    found = re.search(r'lev-code--key">([A-Z2-7 ]+)<', page)
    assert found
    return found[1].replace(" ", "")


def test_another_app_is_set_up_with_its_code_and_the_old_factor(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    first = client.get("/account/second-factor")
    assert "<svg" not in text_of(first).split("<main")[1]
    began = client.post("/account/second-factor", data={**hidden(text_of(first)), "begin": "1"})
    page, secret = text_of(began), _key_of(text_of(began))
    assert page.count("QR code") == 1
    old = account_of(staffed, "pharmacist").second_factor
    told = {"csrf_token": hidden(page)["csrf_token"], "password": PASSWORD, "code": staffed.code()}
    wrong = client.post("/account/second-factor", data={**told, "new_code": "000000"})
    assert wrong.status_code == 422
    assert _key_of(text_of(wrong)) == secret
    assert account_of(staffed, "pharmacist").second_factor == old
    # The old app's code was not used up by that slip.
    done = client.post("/account/second-factor", data={**told, "new_code": one_time_codes.code_at(secret, staffed.clock())})
    assert (done.status_code, done.headers["Location"]) == (303, "/account?done=second-factor")
    assert account_of(staffed, "pharmacist").second_factor != old
    staffed.clock.wait(minutes=1)
    assert send(client, "/account/recovery", password=PASSWORD, code=one_time_codes.code_at(TOTP, staffed.clock())).status_code == 422
    assert send(client, "/account/recovery", password=PASSWORD, code=one_time_codes.code_at(secret, staffed.clock())).status_code == 200


def test_opening_a_page_begins_nothing(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    for path in ("/account", "/account/password", "/account/recovery", "/account/second-factor", "/account/sessions/end"):
        assert client.get(path).status_code == 200
    with staffed.records.database.reading() as connection:
        held = sessions.open_of(connection, staffed.house.site_id, person_id=staffed.people["pharmacist"])
    assert [each.pending for each in held] == [""]


def test_a_passkey_is_added_named_and_removed(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    answer = add_passkey(staffed, client, key_here())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account?done=passkey")
    page = text_of(client.get("/account"))
    assert "work telephone" in page
    found = re.search(r"/account/passkeys/[^/\"]+/remove", page)
    assert found
    assert "work telephone" in text_of(client.get(found[0]))
    staffed.clock.wait(minutes=1)
    assert send(client, found[0], password=WRONG, code=staffed.code()).status_code == 422
    assert send(client, found[0], password=PASSWORD, code="").status_code == 422
    removed = send(client, found[0], password=PASSWORD, code=staffed.code())
    assert (removed.status_code, removed.headers["Location"]) == (303, "/account?done=removed")
    assert client.get(found[0]).status_code == 404


def test_somebody_elses_passkey_is_not_there(staffed: Staffed) -> None:
    owner, other = staffed.client("pharmacist"), staffed.client("technician")
    add_passkey(staffed, owner, key_here())
    path = re.findall(r"/account/passkeys/[^/\"]+/remove", text_of(owner.get("/account")))[0]
    absent = other.get("/account/passkeys/none/remove")
    for answer in (
        other.get(path),
        other.post(path, data={"csrf_token": hidden(text_of(other.get("/account")))["csrf_token"], "password": PASSWORD, "code": staffed.code()}),
    ):
        assert answer.status_code == absent.status_code == 404
    assert owner.get(path).status_code == 200


@pytest.mark.parametrize(
    "told",
    [
        {"new_passkey": ""},
        {"new_passkey": "{}"},
        {"new_passkey": "no json"},
        {"password": "not the password"},
        {"code": "000000"},
        {"name": "x" * 61},
        {"code": ""},
    ],
)
def test_a_passkey_that_proves_nothing_or_is_not_signed_for_is_not_kept(staffed: Staffed, told: dict[str, str]) -> None:
    client = staffed.client("pharmacist")
    assert add_passkey(staffed, client, key_here(), **told).status_code == 422
    assert "You have none." in text_of(client.get("/account"))


def test_a_challenge_makes_one_passkey(staffed: Staffed) -> None:
    client, key = staffed.client("pharmacist"), key_here()
    assert add_passkey(staffed, client, key).status_code == 303
    token = hidden(text_of(client.get("/account")))["csrf_token"]
    staffed.clock.wait(minutes=1)
    told = {"csrf_token": token, "new_passkey": json.dumps(key.create(b"x" * 32)), "password": PASSWORD, "code": staffed.code()}
    assert client.post("/account/passkeys", data=told).status_code == 422


def test_a_passkey_made_for_another_site_is_refused(staffed: Staffed) -> None:
    answer = add_passkey(staffed, staffed.client("pharmacist"), Authenticator("localhost", "http://evil.example"))
    assert answer.status_code == 422


def test_the_options_name_nobody_and_exclude_what_is_known(staffed: Staffed) -> None:
    client, key = staffed.client("pharmacist"), key_here()
    add_passkey(staffed, client, key)
    token = hidden(text_of(client.get("/account")))["csrf_token"]
    told = json.loads(client.post("/account/passkeys/options", data={"csrf_token": token}).data)
    assert [each["id"] for each in told["excludeCredentials"]] == [key.create(b"x" * 32)["id"]]
    assert staffed.people["pharmacist"] not in str(urlsafe_b64decode(told["user"]["id"] + "=="))
    assert told["authenticatorSelection"]["userVerification"] == "required"


def test_all_other_sessions_end_and_this_one_stays(staffed: Staffed) -> None:
    client, other = staffed.client("pharmacist"), staffed.client("pharmacist")
    assert text_of(client.get("/account")).count("Another browser") == 1
    assert send(client, "/account/sessions/end", password=PASSWORD).status_code == 303
    assert (client.get("/account").status_code, other.get("/account").status_code) == (200, 303)


def test_the_page_says_what_was_done_and_nothing_an_address_invents(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    assert "The passkey was added." in text_of(client.get("/account?done=passkey"))
    assert "invented" not in text_of(client.get("/account?done=invented"))


def test_a_session_that_waited_too_long_shows_no_account(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    staffed.clock.wait(minutes=16)
    assert client.get("/account").status_code == 303


def _as_example(staffed: Staffed, who: str) -> None:
    with transaction(staffed.records.database, site_id=staffed.house.site_id, by="test", role="", at=staffed.clock()) as opened:
        found = accounts.of(opened.connection, staffed.house.site_id, staffed.people[who])
        assert found is not None
        accounts.change(opened, replace(found, is_example=True))
        opened.tell(Told(action="mark as example", subject="account", subject_id=found.id))


def test_an_example_person_finds_the_code_beside_its_field_and_nobody_else_does(staffed: Staffed) -> None:
    _as_example(staffed, "technician")
    assert staffed.code() in text_of(staffed.client("technician").get("/account/recovery"))
    assert staffed.code() not in text_of(staffed.client("pharmacist").get("/account/recovery"))


def test_an_example_persons_code_is_shown_to_no_other_machine(staffed: Staffed) -> None:
    _as_example(staffed, "technician")
    answer = staffed.client("technician").get("/account/recovery", environ_base={"REMOTE_ADDR": "192.0.2.9"})
    assert staffed.code() not in text_of(answer)
