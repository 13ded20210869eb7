"""Setting up the first pharmacy: only with the console's code, whole or not at all, and once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounding.reference import ReferenceData
from compounding.storage import accounts
from compounding.storage.engine import open_database
from compounding.storage.errors import StorageError
from compounding.storage.migrating import upgrade
from compounding.web import create_app
from compounding.web.first_run_form import ZONES, suggested_id
from compounding.web.records import Records
from compounding.web.set_up_code import is_set_up_code, set_up_code
from tests.web.access.browsing import fields, fill_in
from tests.web.conftest import CONFIG
from tests.web.staffed import SECRET, Clock

TOLD = {
    "name": "Spruce Lane Pharmacy", "address": "7 Spruce Lane, Surrey BC", "telephone": "+1 604 555 0199", "jurisdiction": "ca-bc", "time_zone": "America/Vancouver",
    "balance_name": "B1", "readability_g": "0.01", "minimum_weighable_g": "0.2", "smallest_amount_g": "5", "largest_amount_g": "500", "person_name": "Dana Example",
    "licence": "EX-1", "licence_expires_on": "2027-12-31", "sign_in_name": "Dana", "set_up_code": set_up_code(SECRET).lower().replace("-", " "),
}  # fmt: skip


@pytest.fixture
def records(tmp_path: Path, data: ReferenceData) -> Iterator[Records]:
    """A database with tables and nothing in them."""
    database = open_database(str(tmp_path / "empty.db"))
    upgrade(database)
    yield Records(database=database, data=data, secret=SECRET, clock=Clock())
    database.close()


@pytest.fixture
def app(records: Records) -> Flask:
    """The application over it."""
    return create_app(CONFIG | {"PROPAGATE_EXCEPTIONS": False}, None, records)


def run(client: FlaskClient, **other: str) -> TestResponse:
    """Fill in the form."""
    return fill_in(client, client.get("/first-run").text, "/first-run", **(TOLD | other))


def test_a_pharmacy_is_founded_and_its_designated_person_comes_in(records: Records, client: FlaskClient) -> None:
    assert client.get("/sign-in").headers["Location"] == "/first-run"
    assert "Set up your pharmacy" in client.get("/").text
    founded = run(client)
    assert founded.status_code == 200
    assert records.sites() == (("spruce-lane-pharmacy", "Spruce Lane Pharmacy"),)
    held = fields(founded.text, "/activate")
    assert held["name"] == ["dana"]
    choosing = fill_in(client, founded.text, "/activate")
    assert (choosing.status_code, choosing.headers["Location"]) == (303, "/activate/choose")
    assert client.get("/activate/choose").status_code == 200
    with records.database.reading() as connection:
        (account,) = accounts.every(connection, "spruce-lane-pharmacy").values()
    assert held["activation_code"][0] not in account.activation
    assert account.password_hash == ""


def test_whoever_comes_to_the_door_of_a_pharmacy_reads_its_name_and_not_the_example_s(app: Flask, client: FlaskClient) -> None:
    assert "Example pharmacy: not for dispensing." in client.get("/").text
    assert "Example" not in client.get("/first-run").text
    run(client)
    for path in ("/sign-in", "/activate", "/calculators", "/nowhere"):
        page = app.test_client().get(path).text
        assert "Spruce Lane Pharmacy" in page, path
        assert "Example" not in page, path


def test_a_stranger_s_page_names_nobody_while_the_database_does_not_answer(
    app: Flask, client: FlaskClient, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(client)

    def silent(_: Records) -> None:
        raise StorageError("DATABASE_UNREACHABLE", "the database does not answer")

    monkeypatch.setattr(Records, "only_site", silent)
    page = app.test_client().get("/help")
    assert page.status_code == 200
    assert "Spruce Lane" not in page.text
    assert records.sites()


def test_without_the_console_s_code_nothing_is_founded(records: Records, client: FlaskClient) -> None:
    for code in ("", "CCCCC-CCCCC-CCCCC-CCCCC-CCCCC", set_up_code(b"another secret, long enough for all" * 2)):
        answer = run(client, set_up_code=code)
        assert answer.status_code == 422
        assert 'href="#set_up_code"' in answer.text
    assert records.sites() == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("address", " "), ("telephone", ""), ("jurisdiction", ""), ("jurisdiction", "atlantis"), ("time_zone", "Vancouver"), ("time_zone", "../../etc/passwd"),
        ("readability_g", "0.03"), ("readability_g", "much"), ("readability_g", ""), ("minimum_weighable_g", "0.001"), ("smallest_amount_g", "900"), ("largest_amount_g", ""),
        ("licence_expires_on", "soon"), ("licence_expires_on", ""), ("licence_expires_on", "2020-01-01"), ("sign_in_name", "x"), ("sign_in_name", "a" * 61),
        ("site_id", "No Spaces"), ("person_name", "Dana\u202eExample"), ("name", "x" * 200),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_leaves_nothing(records: Records, client: FlaskClient, field: str, value: str) -> None:
    answer = run(client, **{field: value})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert records.sites() == ()
    assert TOLD["telephone"] in answer.text or field == "telephone"


def test_the_page_is_gone_once_there_is_a_pharmacy(client: FlaskClient) -> None:
    run(client)
    assert client.get("/first-run").status_code == 404


def test_of_two_first_runs_at_once_the_second_is_told(app: Flask, records: Records) -> None:
    first, second = app.test_client(), app.test_client()
    page = second.get("/first-run").text
    run(first)
    # The other process does not know yet that there is a pharmacy.
    app.extensions["levigate.founded"] = False
    known = Records.sites
    try:
        seen = iter([()])
        Records.sites = lambda self: next(seen, known(self))  # type: ignore[method-assign,assignment]
        answer = fill_in(second, page, "/first-run", **TOLD)
    finally:
        Records.sites = known  # type: ignore[method-assign]
    assert answer.status_code == 409
    assert "A pharmacy has been set up meanwhile" in answer.text
    assert len(records.sites()) == 1


def test_the_code_is_the_same_in_every_process_and_another_for_another_secret() -> None:
    code = set_up_code(SECRET)
    assert code == set_up_code(SECRET)
    assert code != set_up_code(SECRET + b"x")
    assert len(code.replace("-", "")) == 30
    assert is_set_up_code(SECRET, code.lower().replace("-", ""))
    assert not is_set_up_code(SECRET, code[:-1])


@pytest.mark.parametrize(
    ("name", "made"), [("Spruce Lane Pharmacy", "spruce-lane-pharmacy"), ("Apothèque d'été", "apotheque-d-ete"), ("漢方", ""), ("a" * 90, "a" * 60)]
)
def test_a_short_name_is_made_of_the_name(name: str, made: str) -> None:
    assert suggested_id(name) == made


def test_every_zone_that_is_offered_exists_and_every_jurisdiction_offers_some(data: ReferenceData) -> None:
    from zoneinfo import ZoneInfo

    assert set(ZONES) == set(data.profiles)
    for zones in ZONES.values():
        for zone in zones:
            assert ZoneInfo(zone).key == zone
