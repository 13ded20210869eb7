"""A new account: the code from the designated person, a password and an app of one's own, and the recovery codes once."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounding.credentials import one_time_codes
from compounding.web.qr_picture import set_up
from compounding.workflow.accounts import Activation, OfPerson, renew_activation
from tests.web.access.browsing import fields, fill_in, give_password
from tests.web.staffed import TOTP, Staffed

NEW = "four words that nobody says"


def renewed(staffed: Staffed, who: str = "pharmacist") -> Activation:
    """A new activation code for that person."""
    act = staffed.pharmacy.act(staffed.people["designated"], reason="lost the telephone")
    return renew_activation(staffed.house, act, OfPerson(person_id=staffed.people[who]))


def begin(staffed: Staffed, client: FlaskClient, code: str, name: str = "pat example") -> TestResponse:
    """Give the activation code."""
    return fill_in(client, client.get("/activate").text, "/activate", site="example-pharmacy", name=name, activation_code=code)


def app_code(staffed: Staffed, page: str) -> str:
    """What an app shows that was set up by typing the key."""
    found = re.search(r'lev-code--key">([A-Z2-7 ]+)<', page)
    assert found
    return one_time_codes.code_at(found[1].replace(" ", ""), staffed.clock())


def choose(staffed: Staffed, client: FlaskClient, *, new_password: str = NEW, again: str = NEW, code: str = "") -> TestResponse:
    """Choose a password and set up the app."""
    page = client.get("/activate/choose").text
    return fill_in(client, page, "/activate/choose", new_password=new_password, again=again, code=code or app_code(staffed, page))


def test_a_code_leads_to_a_password_an_app_and_recovery_codes(staffed: Staffed) -> None:
    client = staffed.client()
    assert begin(staffed, client, renewed(staffed).code).headers["Location"] == "/activate/choose"
    done = choose(staffed, client)
    assert done.status_code == 200
    codes = re.findall(r'<li class="lev-code">([A-Z0-9-]+)</li>', done.text)
    assert len(codes) == 10
    assert re.search(r'type="checkbox" required', done.text)
    assert client.get("/home").status_code == 303
    # Shown once: the page is not there again, and the old password is gone.
    assert codes[0] not in client.get("/activate/choose", follow_redirects=True).text
    other = staffed.client()
    assert give_password(other).status_code == 401
    second = give_password(other, password=NEW)
    assert fill_in(other, second.text, "/sign-in/code", code=codes[0]).status_code == 303


def test_a_code_counts_once_and_not_after_three_days(staffed: Staffed) -> None:
    first, code = staffed.client(), renewed(staffed).code
    begin(staffed, first, code)
    choose(staffed, first)
    assert begin(staffed, staffed.client(), code).status_code == 401
    late = renewed(staffed).code
    staffed.clock.wait(days=4)
    assert begin(staffed, staffed.client(), late).status_code == 401


def test_a_wrong_code_and_an_unknown_name_get_one_answer(staffed: Staffed) -> None:
    renewed(staffed)
    wrong, nobody = begin(staffed, staffed.client(), "CCCCC-CCCCC-CCCCC-CCCCC-CCCCC"), begin(staffed, staffed.client(), "CCCCC", name="nobody")
    assert (wrong.status_code, nobody.status_code) == (401, 401)
    strip = lambda page: re.sub(r'value="[^"]*"', "", page)  # noqa: E731
    assert strip(wrong.text) == strip(nobody.text)


def test_a_refused_password_says_why_beside_the_field(staffed: Staffed) -> None:
    client = staffed.client()
    begin(staffed, client, renewed(staffed).code)
    for password, reason in (("short", "at least 8 characters"), ("password123", "many people use it"), ("Pat Example", "a name that others know")):
        answer = choose(staffed, client, new_password=password, again=password)
        assert answer.status_code == 422
        assert reason in answer.text
        assert 'href="#new_password"' in answer.text
    assert "differ" in choose(staffed, client, again="other words").text


def test_an_app_that_was_not_set_up_is_not_taken(staffed: Staffed) -> None:
    client = staffed.client()
    begin(staffed, client, renewed(staffed).code)
    answer = choose(staffed, client, code=staffed.code())
    assert answer.status_code == 422
    assert 'href="#code"' in answer.text


def test_the_app_that_is_shown_stays_the_same_until_it_is_taken(staffed: Staffed) -> None:
    client = staffed.client()
    begin(staffed, client, renewed(staffed).code)
    keys = {re.findall(r'lev-code--key">([A-Z2-7 ]+)<', client.get("/activate/choose").text)[0] for _ in range(2)}
    assert len(keys) == 1


def test_an_activation_opens_nothing_else(staffed: Staffed) -> None:
    client = staffed.client()
    begin(staffed, client, renewed(staffed).code)
    for path in ("/", "/home", "/sign-in/code"):
        assert client.get(path).headers["Location"] == "/activate/choose"
    staffed.clock.wait(minutes=30)
    assert client.get("/activate/choose").headers["Location"].startswith("/sign-in")


def test_no_code_stands_in_an_address(staffed: Staffed) -> None:
    client, code = staffed.client(), renewed(staffed).code
    answer = begin(staffed, client, code)
    assert code not in answer.headers["Location"]
    assert fields(client.get("/activate").text, "/activate")["activation_code"] == [""]


def test_the_picture_is_the_one_the_library_draws() -> None:
    drawn = one_time_codes.qr_svg(one_time_codes.setup_uri(TOTP, name="pat", pharmacy="Example"))
    found = set_up(TOTP, name="pat", pharmacy="Example")
    assert f'viewBox="0 0 {found.side} {found.side}"' in drawn
    assert f'd="{found.dark}"' in drawn
    assert "".join(found.groups) == TOTP
