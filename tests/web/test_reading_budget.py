"""A person's budget of pages: counted for each on the chain of readings, refused with the time to wait, told, and free again after an hour."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from compounding.storage.tables import audit_entry
from compounding.web import create_app
from tests.web.sent_forms import hidden, send
from tests.web.staffed import PASSWORD, ReadingClient, Staffed

PAGES = 5


@pytest.fixture
def strict(staffed: Staffed) -> Staffed:
    """The same pharmacy, whose people open five pages within an hour."""
    records = replace(staffed.records, pages_an_hour=PAGES)
    app: Flask = create_app(
        {"TESTING": True, "SECRET_KEY": "only-for-tests-" * 3, "PLAIN_HTTP_ON_LOOPBACK": True, "PROPAGATE_EXCEPTIONS": False}, None, records
    )
    app.test_client_class = ReadingClient
    return replace(staffed, app=app, records=records)


def _told(staffed: Staffed, action: str) -> list[tuple[str, str, str]]:
    t = audit_entry.c
    with staffed.records.database.reading() as connection:
        query = select(t.by, t.subject, t.body).where(t.site_id == staffed.house.site_id, t.chain == "reads", t.action == action).order_by(t.seq)
        return [(row.by, row.subject, row.body) for row in connection.execute(query)]


def _order(staffed: Staffed) -> str:
    return f"/orders/{staffed.things['order']}"


def _use_up(staffed: Staffed, client: FlaskClient) -> None:
    assert [client.get(_order(staffed)).status_code for _ in range(PAGES)] == [200] * PAGES


def test_one_page_more_than_the_budget_waits_and_the_wait_is_told(strict: Staffed) -> None:
    client = strict.client("pharmacist")
    _use_up(strict, client)
    before = _told(strict, "read")
    answer = client.get(_order(strict))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    assert "READING_LIMIT" in answer.text
    assert "opens in 60 minutes" in answer.text
    assert "Ana Example" not in answer.text
    assert _told(strict, "read") == before
    by, subject, body = _told(strict, "denied")[-1]
    assert (by, subject) == (strict.people["pharmacist"], "orders.show")
    assert "READING_LIMIT" in body


def test_every_way_of_reading_counts_and_waits(strict: Staffed) -> None:
    client, preparation = strict.client("pharmacist"), strict.things["labelled preparation"]
    token = hidden(client.get("/search").text)["csrf_token"]
    _use_up(strict, client)
    paths = ("/work", _order(strict), f"/patients/{strict.things['patient']}", f"/preparations/{preparation}", f"/preparations/{preparation}/record.json",
             f"/preparations/{preparation}/papers/label/1.pdf")  # fmt: skip
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 429)
    assert client.post("/search", data={"csrf_token": token, "by": "name", "sought": "Ana"}).status_code == 429
    auditor = strict.client("auditor")
    assert [auditor.get("/audit").status_code for _ in range(PAGES + 1)] == [200] * PAGES + [429]
    prescriber = strict.client("prescriber")
    assert [prescriber.get("/my-orders").status_code for _ in range(PAGES + 1)] == [200] * PAGES + [429]


def test_searches_count_like_pages(strict: Staffed) -> None:
    client = strict.client("pharmacist")
    assert [send(client, "/search", by="name", sought="Ana").status_code for _ in range(PAGES + 1)] == [200] * PAGES + [429]


def test_each_person_has_a_budget_of_their_own_wherever_they_are_signed_in(strict: Staffed) -> None:
    client = strict.client("pharmacist")
    _use_up(strict, client)
    assert strict.client("pharmacist").get(_order(strict)).status_code == 429
    assert strict.client("second").get(_order(strict)).status_code == 200


def test_signing_and_ones_own_account_go_on(strict: Staffed) -> None:
    client = strict.client("pharmacist")
    _use_up(strict, client)
    assert client.get("/account").status_code == 200
    assert send(client, "/account/sessions/end", password=PASSWORD).status_code == 303


def test_the_budget_slides_and_refusals_make_no_wait_longer(strict: Staffed) -> None:
    client = strict.client("pharmacist")
    for _ in range(PAGES):
        assert client.get(_order(strict)).status_code == 200
        strict.clock.wait(minutes=10)
    answers = [client.get(_order(strict)) for _ in range(3)]
    assert [(each.status_code, each.headers["Retry-After"]) for each in answers] == [(429, "600")] * 3
    strict.clock.wait(minutes=10)
    assert [client.get(_order(strict)).status_code for _ in range(2)] == [200, 429]


def test_a_script_is_told_the_code_too(strict: Staffed) -> None:
    client = strict.client("pharmacist")
    _use_up(strict, client)
    answer = client.get(_order(strict), headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["code"]) == (429, "READING_LIMIT")
