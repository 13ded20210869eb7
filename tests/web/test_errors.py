"""Every failure has one page: a sentence, a stable code, and nothing of the program's inside."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from compounding.web.errors import PROBLEMS


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
