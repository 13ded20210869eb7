"""The log says which page was asked for and how it ended, and never what stood in the address."""

import json
from collections.abc import Iterator

import pytest
import structlog
from flask.testing import FlaskClient

from compounding import logs


@pytest.fixture(autouse=True)
def _log() -> Iterator[None]:
    logs.configure(level="debug")
    yield
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("path", "route", "status"),
    [
        ("/", "/", 200),
        ("/calculators/units?value=Jane+Doe", "/calculators/<name>", 422),
        ("/Jane%20Doe/1965-06-30", "none", 404),
        ("/static/Jane-Doe.css", "/static/<path:filename>", 404),
    ],
)
def test_a_line_holds_the_routes_pattern_and_never_an_address(
    client: FlaskClient, capsys: pytest.CaptureFixture[str], path: str, route: str, status: int
) -> None:
    assert client.get(path, headers={"Referer": "http://localhost/Jane", "User-Agent": "Jane"}).status_code == status
    written = capsys.readouterr().err
    (line,) = [json.loads(each) for each in written.splitlines() if '"event": "request"' in each]
    assert (line["method"], line["route"], line["http_status"]) == ("GET", route, status)
    assert line["seconds"] >= 0
    assert set(line) == {"event", "level", "timestamp", "method", "route", "http_status", "seconds"}
    assert "Jane" not in written
    assert "1965-06" not in written


def test_a_method_that_is_none_is_not_repeated(client: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    assert client.open("/", method="JANE-DOE").status_code == 405
    written = capsys.readouterr().err
    assert '"method": "other"' in written
    assert "JANE" not in written


def test_a_request_that_is_refused_at_the_door_has_its_line_too(client: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    written = capsys.readouterr().err
    assert '"http_status": 400' in written
    assert "evil" not in written


def test_at_the_usual_level_a_page_that_was_answered_leaves_no_line(client: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    client.get("/")
    assert capsys.readouterr().err == ""
