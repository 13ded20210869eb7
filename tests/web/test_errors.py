"""Every failure has one page: a sentence, a stable code, and nothing of the program's inside."""

import json
import logging
import re
from collections.abc import Callable, Iterator

import pytest
import structlog
from flask import Blueprint, Flask, current_app
from flask.testing import FlaskClient

from compounding import logs
from compounding.domain.errors import LevigateError, ReferenceDataError, WorkflowRefused
from compounding.domain.people import NotAllowed
from compounding.domain.stock_ledger import LedgerBroken
from compounding.storage.documents import UnreadableDocument
from compounding.storage.errors import Conflict, NotFound, StorageError
from compounding.storage.repeats import KeyReused
from compounding.web.errors import PROBLEMS
from compounding.web.request_limits import for_scripts

INCIDENT = re.compile(r"[0-9a-f]{4}-[0-9a-f]{4}")
REFUSALS: dict[str, tuple[LevigateError, int, str, str | None]] = {
    "role": (NotAllowed("ROLE_NOT_ALLOWED", "this is for pharmacists; Ida Intern is intern"), 403, "This is for pharmacists; Ida Intern is intern.", None),
    "conflict": (Conflict("the order of Jane Doe"), 409, "look at it again before you go on", None),
    "key": (KeyReused(), 409, "nothing was changed", None),
    "stage": (WorkflowRefused("STAGE_WRONG", "the jar of Jane Doe is not weighed yet"), 422, "The jar of Jane Doe is not weighed yet.", None),
    "other": (LevigateError("OTHER", "what was typed does not fit."), 422, "What was typed does not fit.", None),
    "character": (StorageError("VALUE_UNWRITABLE", "it holds a character that cannot be kept; nothing was written"), 422, "nothing was written", None),
    "busy": (StorageError("DATABASE_BUSY", "the database is busy; nothing was written, try again in a moment"), 503, "nothing was written", "2"),
    "deadlock": (StorageError("DATABASE_DEADLOCK", "two steps waited for each other; nothing was written"), 503, "nothing was written", "2"),
    "gone": (StorageError("DATABASE_UNREACHABLE", "the database cannot be reached; nothing was written"), 503, "nothing was written", "10"),
    "full": (StorageError("DISK_FULL", "the disk is full; nothing was written, make room and try again"), 503, "nothing was written", "30"),
    "rights": (StorageError("DATABASE_READ_ONLY", "the database cannot be written to; nothing was written"), 503, "nothing was written", "30"),
    "row": (StorageError("RECORD_DAMAGED", "a stored patient Jane Doe says one thing and another"), 500, PROBLEMS[500].sentence, None),
    "document": (UnreadableDocument("order"), 500, PROBLEMS[500].sentence, None),
    "ledger": (LedgerBroken("LEDGER_BROKEN", "the sums of lot Jane Doe differ"), 500, PROBLEMS[500].sentence, None),
    "data": (ReferenceDataError("TEXT_MISSING", "the text Jane Doe is missing"), 500, PROBLEMS[500].sentence, None),
}
NAMES_OF_PEOPLE = ("Jane Doe", "Ida Intern")


@pytest.fixture(scope="module")
def refusing(make_app: Callable[..., Flask]) -> Flask:
    """An application with a page for each refusal, and with pages for scripts."""
    app = make_app(PROPAGATE_EXCEPTIONS=False)
    pages = Blueprint("refusing", __name__)

    @pages.get("/patients/<name>")
    def of_a_patient(name: str) -> str:
        raise NotFound(f"patient {name}")

    @pages.get("/refusals/<name>")
    def refusal(name: str) -> str:
        raise REFUSALS[name][0]

    @pages.get("/script/<name>")
    @for_scripts
    def for_a_script(name: str) -> str:
        raise REFUSALS[name][0]

    @pages.get("/faults/<name>")
    def fault(name: str) -> str:
        raise RuntimeError(f"Jane Doe {name}")

    app.register_blueprint(pages)
    return app


@pytest.fixture
def asking(refusing: Flask) -> FlaskClient:
    return refusing.test_client()


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Callable[[], list[dict[str, object]]]:
    """The log as it is written, one object a line."""
    logs.configure(level="debug")

    def read() -> list[dict[str, object]]:
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    return read


@pytest.fixture(autouse=True)
def _log_as_it_was() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@pytest.mark.parametrize("status", sorted(PROBLEMS))
def test_each_known_error_has_its_page_and_code(client: FlaskClient, status: int) -> None:
    response = client.get(f"/demo/status/{status}")
    assert response.status_code == status
    assert response.mimetype == "text/html"
    assert PROBLEMS[status].code in response.text
    assert "A licensed pharmacist decides." in response.text


@pytest.mark.parametrize(("status", "code"), [(410, "REQUEST_NOT_UNDERSTOOD"), (502, "INTERNAL_FAULT")])
def test_an_error_without_words_of_its_own_gets_those_of_its_class(client: FlaskClient, status: int, code: str) -> None:
    response = client.get(f"/demo/status/{status}")
    assert response.status_code == status
    assert code in response.text


def test_an_unknown_page_says_so_with_its_code(client: FlaskClient) -> None:
    response = client.get("/nothing-here")
    assert response.status_code == 404
    assert "PAGE_NOT_FOUND" in response.text


def test_a_fault_shows_no_trace_and_no_data(client: FlaskClient) -> None:
    response = client.get("/demo/fault")
    assert response.status_code == 500
    assert "INTERNAL_FAULT" in response.text
    assert not any(word in response.text for word in ("Traceback", "RuntimeError", "Jane Doe"))


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    response = client.post("/demo/fault")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_a_redirect_stays_a_redirect(client: FlaskClient) -> None:
    assert client.get("/demo//pieces").status_code == 308


def _multipart(disposition: str, size: int) -> bytes:
    """Write the body by hand: the test client would keep a large one in a temporary file that it never closes."""
    return f"--limit\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{'x' * size}\r\n--limit--\r\n".encode()


@pytest.mark.parametrize(
    ("disposition", "size"),
    [('name="order"; filename="order.json"', 1024 * 1024), ('name="directions"', 512 * 1024 + 1)],
    ids=["file", "typed text"],
)
def test_an_oversized_upload_is_refused(client: FlaskClient, disposition: str, size: int) -> None:
    response = client.post("/demo/pieces", data=_multipart(disposition, size), content_type="multipart/form-data; boundary=limit")
    assert response.status_code == 413
    assert "TOO_LARGE" in response.text


def test_a_name_that_a_template_was_not_given_is_a_fault(make_app: Callable[..., Flask]) -> None:
    assert make_app(PROPAGATE_EXCEPTIONS=False).test_client().get("/demo/unknown-name").status_code == 500


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_of_the_program_has_its_status_code_and_sentence(asking: FlaskClient, name: str) -> None:
    refusal, status, sentence, wait = REFUSALS[name]
    response = asking.get(f"/refusals/{name}")
    assert response.status_code == status
    assert refusal.code in response.text
    assert sentence in response.text
    assert response.headers.get("Retry-After") == wait
    assert response.headers["Cache-Control"] == "no-store"
    if status == 500:
        assert not any(each in response.text for each in NAMES_OF_PEOPLE)


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_logged_by_its_code_and_never_by_its_words(asking: FlaskClient, lines: Callable[[], list[dict[str, object]]], name: str) -> None:
    response = asking.get(f"/refusals/{name}", query_string={"patient": "Jane Doe"})
    incident = INCIDENT.search(response.text)
    assert incident
    written = lines()
    refused = [line for line in written if line["event"] == "refused"]
    assert [(line["codes"], line["http_status"], line["incident"], line["route"], line["method"]) for line in refused] == [
        ([REFUSALS[name][0].code], REFUSALS[name][1], incident[0], "/refusals/<name>", "GET")
    ]
    assert refused[0]["level"] == {403: "warning", 409: "info", 422: "info", 500: "error", 503: "error"}[REFUSALS[name][1]]
    assert not any(each in str(written) for each in NAMES_OF_PEOPLE)


def test_what_is_not_there_is_told_byte_for_byte_as_an_address_that_never_was(asking: FlaskClient) -> None:
    answers = [asking.get(path) for path in ("/patients/018f", "/patients/Jane%20Doe", "/nothing-here", "/nothing/at/all")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({INCIDENT.sub("", answer.text) for answer in answers}) == 1
    assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1
    as_json = [asking.get(path, headers={"Accept": "application/json"}).get_json() for path in ("/patients/018f", "/nothing-here")]
    assert as_json[0] | {"incident": ""} == as_json[1] | {"incident": ""} == {"code": "PAGE_NOT_FOUND", "message": PROBLEMS[404].sentence, "incident": ""}


def test_every_failure_has_a_number_of_its_own_that_tells_nothing(client: FlaskClient) -> None:
    found = [INCIDENT.findall(client.get("/demo/fault").text) for _ in range(20)]
    assert all(len(each) == 1 for each in found)
    assert len({each[0] for each in found}) == 20


def test_a_fault_is_logged_with_the_number_on_its_page_and_without_its_address(asking: FlaskClient, lines: Callable[[], list[dict[str, object]]]) -> None:
    incident = INCIDENT.search(asking.get("/faults/Jane%20Doe?name=Jane+Doe").text)
    assert incident
    written = lines()
    assert [(line["event"], line["incident"], line["route"]) for line in written if line["level"] == "error"] == [("fault", incident[0], "/faults/<name>")]
    assert "RuntimeError at " in str(written)
    assert "Jane" not in str(written)


@pytest.mark.parametrize(
    ("headers", "is_json"),
    [
        ({}, False),
        ({"Accept": "*/*"}, False),
        ({"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, False),
        ({"Accept": "application/json"}, True),
        ({"Accept": "application/json, text/html;q=0.5"}, True),
        ({"Accept": "text/html, application/json;q=0.5"}, False),
        ({"Accept": "\x00;;q=nan"}, False),
        ({"Content-Type": "application/json"}, True),
    ],
)
@pytest.mark.parametrize("path", ["/refusals/role", "/nothing-here", "/demo/fault"])
def test_a_client_that_asks_for_json_gets_code_message_and_incident(asking: FlaskClient, path: str, headers: dict[str, str], is_json: bool) -> None:
    response = asking.get(path, headers=headers)
    assert (response.mimetype == "application/json") is is_json
    assert "Accept" in response.headers["Vary"]
    if is_json:
        body = response.get_json()
        assert set(body) == {"code", "message", "incident"}
        assert INCIDENT.fullmatch(body["incident"])


def test_a_page_for_scripts_refuses_in_json_whatever_was_asked_for(asking: FlaskClient) -> None:
    response = asking.get("/script/role", headers={"Accept": "text/html"})
    assert response.status_code == 403
    assert response.get_json()["code"] == "ROLE_NOT_ALLOWED"


def test_a_refusals_words_are_escaped(asking: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(REFUSALS, "role", (NotAllowed("ROLE_NOT_ALLOWED", "<script>alert(1)</script>{{7*7}}"), 403, "", None))
    page = asking.get("/refusals/role").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page


def test_a_page_is_answered_even_when_what_frames_it_fails_too(make_app: Callable[..., Flask], lines: Callable[[], list[dict[str, object]]]) -> None:
    app = make_app(PROPAGATE_EXCEPTIONS=False)

    @app.context_processor
    def who_is_signed_in() -> dict[str, object]:
        raise StorageError("DATABASE_UNREACHABLE", "Jane Doe")

    response = app.test_client().get("/nothing-here")
    assert response.status_code == 404
    assert "PAGE_NOT_FOUND" in response.text
    assert INCIDENT.search(response.text)
    assert "Jane Doe" not in response.text + str(lines())


def test_flasks_own_log_writes_no_trace(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="levigate"), app.app_context():
        try:
            raise RuntimeError("Jane Doe")
        except RuntimeError:
            current_app.logger.exception("Request finalizing failed")
    assert "Request finalizing failed" in caplog.text
    assert "Jane Doe" not in caplog.text


def test_head_and_options_are_answered_without_a_body_and_with_what_is_allowed(client: FlaskClient) -> None:
    for path, status in (("/", 200), ("/nothing-here", 404), ("/demo/fault", 500)):
        response = client.head(path)
        assert (response.status_code, response.data) == (status, b"")
    assert {method.strip() for method in client.options("/").headers["Allow"].split(",")} == {"GET", "HEAD", "OPTIONS", "POST"}
    assert client.options("/nothing-here").status_code == 404
