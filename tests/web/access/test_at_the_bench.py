"""A shared bench: locking, unlocking, the quick change from one person to another, and saying that one is still there."""

import pytest
from flask.testing import FlaskClient

from compounding.domain.sessions import Stage
from compounding.storage import sessions
from tests.web.access.browsing import Fields, come_in, fields, fill_in
from tests.web.staffed import PASSWORD, Staffed

JSON = {"Accept": "application/json", "Sec-Fetch-Site": "same-origin"}


def _cookie(client: FlaskClient) -> str:
    cookie = client.get_cookie("levigate-session", domain="localhost")
    return cookie.value if cookie is not None else ""


def _stages(staffed: Staffed, who: str) -> list[Stage]:
    with staffed.records.database.reading() as connection:
        return [each.stage for each in sessions.open_of(connection, staffed.house.site_id, person_id=staffed.people[who])]


def _still(client: FlaskClient, page: str, **more: str) -> dict[str, int]:
    token = fields(page, "/sign-out")["csrf_token"][0]
    answer = client.post("/still-there", data={"csrf_token": token, **more}, headers=JSON)
    return answer.get_json() if answer.status_code == 200 else {"status": answer.status_code}


def test_after_fifteen_minutes_every_page_asks_for_the_password_and_leads_back(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    staffed.clock.wait(minutes=15)
    locked = client.get("/calculators/units")
    assert locked.status_code == 200
    asked = client.get(f"/records/preparations/{staffed.things['planned preparation']}")
    assert asked.status_code in {303, 404}
    page = client.get("/unlock?next=/calculators").text
    assert fill_in(client, page, "/unlock", password=PASSWORD).headers["Location"] == "/calculators"


def test_locking_by_hand_locks_at_once(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    assert fill_in(client, client.get("/").text, "/lock").headers["Location"] == "/unlock"
    assert client.get("/").headers["Location"] == "/unlock"
    assert _stages(staffed, "pharmacist") == [Stage.LOCKED]


def test_a_session_begins_anew_when_it_is_unlocked_and_the_forms_stay_good(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    page = client.get("/").text
    before = _cookie(client)
    fill_in(client, page, "/lock")
    fill_in(client, client.get("/unlock").text, "/unlock", password=PASSWORD)
    assert _cookie(client) not in {"", before}
    # The token of the page that was open all the time still fits.
    assert fill_in(client, page, "/lock").status_code == 303
    client.set_cookie("levigate-session", before, domain="localhost")
    assert client.get("/").headers["Location"] == "/sign-in"


def test_unlocking_does_not_make_the_day_longer(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    staffed.clock.wait(hours=11, minutes=50)
    assert fill_in(client, client.get("/unlock").text, "/unlock", password=PASSWORD).status_code == 303
    staffed.clock.wait(minutes=10)
    assert client.get("/").headers["Location"] == "/sign-in"


def test_wrong_passwords_at_a_locked_session_are_counted(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    fill_in(client, client.get("/").text, "/lock")
    page = client.get("/unlock").text
    statuses = [fill_in(client, page, "/unlock", password=f"{PASSWORD} {number}").status_code for number in range(7)]
    assert statuses == [401] * 5 + [429] * 2


def test_unlocking_without_leaving_the_page_is_answered_with_seconds(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    token = fields(client.get("/").text, "/sign-out")["csrf_token"][0]
    staffed.clock.wait(minutes=15)
    wrong = client.post("/unlock", data={"csrf_token": token, "password": PASSWORD.upper()}, headers=JSON)
    assert (wrong.status_code, set(wrong.get_json())) == (401, {"message"})
    assert client.post("/unlock", data={"csrf_token": token, "password": ""}, headers=JSON).status_code == 422
    right = client.post("/unlock", data={"csrf_token": token, "password": PASSWORD}, headers=JSON)
    assert right.get_json() == {"seconds": 900}
    staffed.clock.wait(hours=12)
    over = client.post("/unlock", data={"csrf_token": token, "password": PASSWORD}, headers=JSON)
    assert over.status_code == 401
    assert "sign in again" in over.get_json()["message"]


def test_who_is_open_already_is_led_on(staffed: Staffed) -> None:
    assert staffed.client("pharmacist").get("/unlock?next=/calculators").headers["Location"] == "/calculators"
    assert staffed.client().get("/unlock").headers["Location"] == "/sign-in"
    assert staffed.client().get("/switch").headers["Location"] == "/sign-in"


def test_a_sign_of_life_keeps_the_session_open_and_a_silent_question_does_not(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    page = client.get("/").text
    staffed.clock.wait(minutes=10)
    assert _still(client, page, silent="1") == {"seconds": 300}
    assert _still(client, page) == {"seconds": 900}
    staffed.clock.wait(minutes=14)
    assert client.get("/").status_code == 200
    staffed.clock.wait(minutes=14)
    assert _still(client, page, silent="1") == {"seconds": 60}
    staffed.clock.wait(minutes=1)
    assert _still(client, page, silent="1") == {"status": 401}


def test_the_page_says_how_long_it_still_is_and_never_more(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    assert 'data-seconds="900"' in client.get("/").text
    staffed.clock.wait(seconds=30)
    assert 'data-seconds="870"' in client.get("/").text
    staffed.clock.wait(seconds=40)
    assert 'data-seconds="900"' in client.get("/").text


def test_the_end_of_the_day_is_told_in_time(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    for _ in range(71):
        staffed.clock.wait(minutes=10)
        client.get("/")
    staffed.clock.wait(minutes=5)
    assert 'data-seconds="300"' in client.get("/").text


def _two_at_one_bench(staffed: Staffed) -> FlaskClient:
    client = staffed.client()
    come_in(staffed, client)
    come_in(staffed, client, name="toni example", path="/sign-in?other=yes")
    return client


def _chosen(page: str, name: str) -> dict[str, str]:
    """The form beside a name on the page of the change."""
    place = page.index(f'aria-label="{name}"')
    form = Fields(page[page.rindex("<form", 0, place) : page.index("</form>", place)]).forms[0][1]
    return {key: value for key, value in form if key != "password"}


def test_people_of_this_browser_change_places_by_their_password_alone(staffed: Staffed) -> None:
    client = _two_at_one_bench(staffed)
    left = fill_in(client, client.get("/calculators").text, "/switch")
    assert (left.status_code, left.headers["Location"]) == (303, "/switch?next=/calculators")
    assert (_stages(staffed, "technician"), _stages(staffed, "pharmacist")) == ([Stage.LOCKED], [Stage.LOCKED])
    page = client.get(left.headers["Location"]).text
    answer = client.post("/switch", data={**_chosen(page, "Pat Example"), "password": PASSWORD})
    assert answer.headers["Location"] == "/calculators"
    assert "Pat Example" in client.get("/").text
    assert (_stages(staffed, "technician"), _stages(staffed, "pharmacist")) == ([Stage.LOCKED], [Stage.OPEN])


def test_the_tokens_of_forms_change_with_the_person(staffed: Staffed) -> None:
    client = _two_at_one_bench(staffed)
    old = fields(client.get("/").text, "/sign-out")["csrf_token"][0]
    page = client.get("/switch").text
    client.post("/switch", data={**_chosen(page, "Pat Example"), "password": PASSWORD})
    assert client.post("/lock", data={"csrf_token": old}).status_code == 400


def test_one_persons_password_does_not_bring_another_forward(staffed: Staffed, monkeypatch: pytest.MonkeyPatch) -> None:
    client = _two_at_one_bench(staffed)
    page = client.get("/switch").text
    wrong = client.post("/switch", data={**_chosen(page, "Pat Example"), "password": PASSWORD.upper()})
    assert wrong.status_code == 401
    assert client.post("/switch", data={**_chosen(page, "Pat Example"), "password": ""}).status_code == 422
    foreign = {**_chosen(page, "Pat Example"), "session": "0" * 64, "password": PASSWORD}
    assert client.post("/switch", data=foreign).status_code == 401
    # Whoever was there is locked meanwhile, and nobody else is in.
    assert client.get("/").headers["Location"] == "/unlock"


def test_a_session_of_another_browser_is_not_offered(staffed: Staffed) -> None:
    mine, other = staffed.client(), staffed.client()
    come_in(staffed, other)
    come_in(staffed, mine, name="toni example")
    page = mine.get("/switch").text
    assert "Pat Example" not in page
    stolen = _chosen(other.get("/switch").text, "Pat Example")["session"]
    assert mine.post("/switch", data={**_chosen(page, "Toni Example"), "session": stolen, "password": PASSWORD}).status_code == 401


def test_after_twelve_hours_nobody_is_offered(staffed: Staffed) -> None:
    client = _two_at_one_bench(staffed)
    staffed.clock.wait(hours=12)
    assert client.get("/switch").headers["Location"] == "/sign-in"


def test_somebody_who_was_disabled_is_not_offered(staffed: Staffed) -> None:
    client = staffed.client()
    come_in(staffed, client)
    staffed.sign_in(client, staffed.people["disabled"], site_id=staffed.house.site_id)
    assert client.get("/switch").headers["Location"] == "/sign-in"


def test_the_next_person_is_not_led_to_a_page_that_is_not_theirs(staffed: Staffed) -> None:
    client = staffed.client()
    come_in(staffed, client, name="noa example")
    come_in(staffed, client, path="/sign-in?other=yes")
    page = client.get("/switch?next=/").text
    answer = client.post("/switch", data={**_chosen(page, "Noa Example"), "next": "/prepare/reading", "password": PASSWORD})
    assert answer.headers["Location"] == "/home"
