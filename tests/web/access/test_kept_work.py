"""Typed work is never lost: what was sent into a locked or ended session comes back to the same person, and to nobody else."""

from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from tests.web.access.browsing import come_in, fields, fill_in
from tests.web.staffed import PASSWORD, Staffed

WORK = {"patient_name": "Mara <Model>", "directions": "Apply a thin layer.\r\nTwice a day.", "base": ["petrolatum", "zinc-oxide"], "way": "typed"}
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


def _send(client: object, page: str, **more: object) -> TestResponse:
    token = fields(page, "/sign-out")["csrf_token"][0]
    data = {"csrf_token": token, **WORK, **more}
    return client.post("/prepare", data=data, content_type="multipart/form-data", headers=SAME_ORIGIN)  # type: ignore[attr-defined,no-any-return]


def _kept(page: str, action: str = "/prepare") -> dict[str, list[str]]:
    found = fields(page, action)
    found.pop("csrf_token")
    return found


def _as_typed() -> dict[str, list[str]]:
    # A browser reads line ends in a page as \n and sends them as \r\n; the parser of the test only reads.
    return {name: value if isinstance(value, list) else [value] for name, value in WORK.items()}


def test_what_was_sent_to_a_locked_session_comes_back_after_the_password(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    page = client.get("/").text
    staffed.clock.wait(minutes=15)
    locked = _send(client, page)
    assert locked.status_code == 401
    again = fill_in(client, locked.text, "/unlock", password=PASSWORD)
    assert again.status_code == 200
    assert "You are signed in again. Nothing was sent yet" in again.text
    assert _kept(again.text) == _as_typed()
    sent = fill_in(client, again.text, "/prepare")
    assert sent.status_code in {200, 422}
    assert "Mara &lt;Model&gt;" in sent.text


def test_a_wrong_password_loses_nothing(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    page = client.get("/").text
    staffed.clock.wait(minutes=15)
    wrong = fill_in(client, _send(client, page).text, "/unlock", password=PASSWORD.upper())
    assert wrong.status_code == 401
    empty = fill_in(client, wrong.text, "/unlock", password="")
    assert empty.status_code == 422
    assert _kept(fill_in(client, empty.text, "/unlock", password=PASSWORD).text) == _as_typed()


def test_what_was_sent_to_a_session_that_is_over_comes_back_after_both_steps(staffed: Staffed) -> None:
    client = staffed.client()
    come_in(staffed, client)
    page = client.get("/").text
    staffed.clock.wait(hours=12)
    over = _send(client, page)
    assert over.status_code == 401
    assert "Nothing was sent." in over.text
    second = fill_in(client, over.text, "/sign-in", site="example-pharmacy", name="pat example", password=PASSWORD)
    again = fill_in(client, second.text, "/sign-in/code", code=staffed.code())
    assert _kept(again.text) == _as_typed()
    assert fill_in(client, again.text, "/prepare").status_code in {200, 422}


def test_another_person_does_not_get_it(staffed: Staffed) -> None:
    client = staffed.client()
    come_in(staffed, client)
    page = client.get("/").text
    staffed.clock.wait(hours=12)
    second = fill_in(client, _send(client, page).text, "/sign-in", site="example-pharmacy", name="sam example", password=PASSWORD)
    other = fill_in(client, second.text, "/sign-in/code", code=staffed.code())
    assert "belonged to another person" in other.text
    assert "Mara" not in other.text


def test_secrets_tokens_and_files_are_not_carried(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    page = client.get("/").text
    staffed.clock.wait(minutes=15)
    secrets = {name: f"secret {name}" for name in ("password", "code", "supervisor_password", "supervisor_code", "passkey")}
    locked = _send(client, page, order=(BytesIO(b"{}"), "order.json"), **secrets)
    assert "secret " not in locked.text
    assert "order.json" not in locked.text
    assert "Files must be chosen again." in locked.text
    assert "Files must be chosen again" in fill_in(client, locked.text, "/unlock", password=PASSWORD).text


@pytest.mark.parametrize("mark", ["", "nonsense", "WyJhIiwiL3ByZXBhcmUiLGZhbHNlXQ.forged"])
def test_what_nobody_signed_is_not_given_to_anybody(staffed: Staffed, mark: str) -> None:
    client = staffed.client("pharmacist")
    page = client.get("/").text
    staffed.clock.wait(minutes=15)
    answer = fill_in(client, client.get("/unlock").text, "/unlock", password=PASSWORD, kept_for=mark, **{"kept:patient_name": "Mallory"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/home")
    assert page


def test_a_form_with_the_token_of_an_earlier_sign_in_can_be_sent_now(staffed: Staffed) -> None:
    client = staffed.client()
    come_in(staffed, client)
    page = client.get("/").text
    fill_in(client, page, "/sign-out")
    staffed.clock.wait(seconds=60)
    come_in(staffed, client)
    with staffed.app.test_request_context(
        "/prepare", method="POST", data={"csrf_token": fields(page, "/sign-out")["csrf_token"][0], **WORK}, headers=SAME_ORIGIN
    ):
        from compounding.web import form_tokens

        assert form_tokens.owner() == staffed.people["pharmacist"]


def _answered(staffed: Staffed, client: object, token: str, *, path: str = "/prepare", origin: str = "same-origin") -> TestResponse | None:
    """What `answer_to_old_token` makes of a form whose token no longer fits; errors.py asks it."""
    from flask_wtf.csrf import CSRFError

    from compounding.web import visitors
    from compounding.web.unlocking import answer_to_old_token

    cookies = "; ".join(f"{name}={client.get_cookie(name, domain='localhost').value}" for name in ("levigate-session", "levigate-browser"))  # type: ignore[attr-defined]
    headers = {"Sec-Fetch-Site": origin, "Cookie": cookies}
    with staffed.app.test_request_context(path, method="POST", data={"csrf_token": token, **WORK}, headers=headers):
        visitors.load()
        return answer_to_old_token(CSRFError("old"))  # type: ignore[return-value]


def test_an_old_token_of_the_same_person_is_no_error_and_of_another_asks_for_that_person(staffed: Staffed) -> None:
    client = staffed.client()
    come_in(staffed, client)
    token = fields(client.get("/").text, "/sign-out")["csrf_token"][0]
    fill_in(client, client.get("/").text, "/sign-out")
    staffed.clock.wait(seconds=60)
    come_in(staffed, client)
    mine = _answered(staffed, client, token)
    assert mine is not None
    assert mine.status_code == 409
    assert "Send it now" in mine.get_data(as_text=True)
    come_in(staffed, client, name="sam example", path="/sign-in?other=yes")
    other = _answered(staffed, client, token)
    assert other is not None
    assert other.status_code == 401
    assert "Send it now" not in other.get_data(as_text=True)


@pytest.mark.parametrize("origin", ["cross-site", "same-site", "none", ""])
def test_what_did_not_come_from_our_own_page_is_not_given_back(staffed: Staffed, origin: str) -> None:
    client = staffed.client()
    come_in(staffed, client)
    token = fields(client.get("/").text, "/sign-out")["csrf_token"][0]
    assert _answered(staffed, client, token, origin=origin) is None
    assert _answered(staffed, client, "forged") is None


def test_a_page_that_asks_whether_somebody_is_there_gets_the_token_that_fits_now(staffed: Staffed) -> None:
    client = staffed.client()
    come_in(staffed, client)
    token = fields(client.get("/").text, "/sign-out")["csrf_token"][0]
    renewed = _answered(staffed, client, token, path="/still-there")
    assert renewed is not None
    assert set(renewed.get_json()) == {"seconds", "token"}
    come_in_again = staffed.clock.wait(seconds=60)
    assert come_in_again is None
    come_in(staffed, client, name="sam example", path="/sign-in?other=yes")
    assert _answered(staffed, client, token, path="/still-there") is None


def test_work_typed_by_one_person_does_not_become_that_of_whoever_is_locked_now(staffed: Staffed) -> None:
    client = staffed.client()
    come_in(staffed, client)
    page = client.get("/").text
    come_in(staffed, client, name="sam example", path="/sign-in?other=yes")
    staffed.clock.wait(minutes=15)
    locked = _send(client, page)
    answer = fill_in(client, locked.text, "/unlock", password=PASSWORD)
    assert "belonged to another person" in answer.text
    assert "Mara" not in answer.text


def test_nothing_is_carried_for_somebody_who_was_never_here(staffed: Staffed) -> None:
    client = staffed.client()
    page = client.get("/sign-in").text
    token = fields(page, "/sign-in")["csrf_token"][0]
    answer = client.post("/prepare", data={"csrf_token": token, **WORK}, headers=SAME_ORIGIN)
    assert answer.status_code == 401
    assert "Mara" not in answer.text
