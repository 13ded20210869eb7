"""What a request may hold: the rest is refused at once, before a page reads it."""

import time
from collections.abc import Callable
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounding.web.request_limits import LARGEST_HEADERS, LONGEST_TARGET, BoundedRequest, for_scripts

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=limit"


@pytest.fixture(scope="module")
def reading(make_app: Callable[..., Flask]) -> FlaskClient:
    """A client of pages that say what they read; no form token is asked for, so that only the limits are seen."""
    app = make_app(PROPAGATE_EXCEPTIONS=False, WTF_CSRF_CHECK_DEFAULT=False)

    @app.post("/form")
    def form() -> dict[str, str]:
        return dict(request.form.items())

    @app.post("/json")
    @for_scripts
    def body() -> dict[str, str]:
        return {"read": repr(request.get_json())}

    @app.post("/file")
    def file() -> dict[str, str]:
        stream = request.files["order"].stream
        return {"kept": type(getattr(stream, "_file", stream)).__name__}

    return app.test_client()


def part(name: str, value: bytes) -> bytes:
    return b'--limit\r\nContent-Disposition: form-data; name="' + name.encode() + b'"\r\n\r\n' + value + b"\r\n"


def send(client: FlaskClient, body: bytes, kind: str | None = FORM, path: str = "/form", **headers: str) -> TestResponse:
    return client.post(path, data=body, headers={name.replace("_", "-"): value for name, value in headers.items()}, content_type=kind)


def chunked(client: FlaskClient, body: bytes, *, kind: str = FORM) -> TestResponse:
    environ = {"wsgi.input": BytesIO(body), "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_TYPE": kind, "CONTENT_LENGTH": None}
    return client.post("/form", environ_overrides=environ)


@pytest.mark.parametrize("kind", [FORM, MULTIPART, "application/json", "text/plain", None])
@pytest.mark.parametrize("path", ["/form", "/json", "/nothing-here", "/prepare"])
def test_ten_megabytes_are_refused_at_once_by_their_length_alone(reading: FlaskClient, path: str, kind: str | None) -> None:
    began = time.monotonic()
    response = send(reading, b"A" * 10_000_000, kind, path)
    assert response.status_code == 413
    assert "TOO_LARGE" in response.text
    assert time.monotonic() - began < 2


def test_a_body_that_does_not_say_its_length_is_read_to_the_limit_and_no_further(reading: FlaskClient) -> None:
    assert chunked(reading, b"name=Mara&note=x").get_json() == {"name": "Mara", "note": "x"}
    for kind in (FORM, MULTIPART):
        endless = BytesIO(b"A" * 3_000_000)
        environ = {"wsgi.input": endless, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_TYPE": kind, "CONTENT_LENGTH": None}
        assert reading.post("/form", environ_overrides=environ).status_code == 413
        assert endless.tell() < 1_200_000


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"a&" * 200, FORM),
        (b"a=1&" * 100_000, FORM),
        (b"".join(part(f"a{number}", b"1") for number in range(201)) + b"--limit--\r\n", MULTIPART),
        (b"note=" + b"A" * 600_000, FORM),
        (part("note", b"A" * 600_000) + b"--limit--\r\n", MULTIPART),
    ],
    ids=["fields", "many fields", "parts", "long text", "long part"],
)
def test_a_form_of_too_many_fields_or_too_long_a_text_is_refused(reading: FlaskClient, body: bytes, kind: str) -> None:
    began = time.monotonic()
    response = send(reading, body, kind)
    assert response.status_code == 413
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "kind", ["text/plain", "text/xml", "application/octet-stream", "application/fhir+json", "nonsense", "multipart/mixed; boundary=x", None]
)
def test_a_body_that_is_neither_a_form_nor_json_is_refused(reading: FlaskClient, kind: str | None) -> None:
    response = send(reading, b"a=1", kind)
    assert response.status_code == 415
    assert "ENCODING_NOT_READABLE" in response.text


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1", "latin1", "utf-7", "x"])
@pytest.mark.parametrize("kind", [FORM, MULTIPART])
def test_another_encoding_than_utf_8_is_refused(reading: FlaskClient, kind: str, charset: str) -> None:
    assert send(reading, b"a=1", f"{kind}; charset={charset}").status_code == 415
    assert send(reading, b"5", f"application/json; charset={charset}", "/json").status_code == 415
    assert send(reading, b"a=1", f"{FORM}; charset=UTF-8").status_code == 200


def test_a_compressed_body_is_refused(reading: FlaskClient) -> None:
    assert send(reading, b"a=1", Content_Encoding="gzip").status_code == 415
    assert send(reading, b"a=1", Content_Encoding="identity").status_code == 200


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"name=M%FCller", FORM),
        (b"name=M\xfcller", FORM),
        (b"n%FC=x", FORM),
        (b"name=%ED%A0%80", FORM),
        (part("name", b"M\xfcller") + b"--limit--\r\n", MULTIPART),
    ],
)
def test_a_name_in_another_encoding_is_refused_and_not_kept_as_another_name(reading: FlaskClient, body: bytes, kind: str) -> None:
    response = send(reading, body, kind)
    assert response.status_code == 400
    assert "TEXT_NOT_READABLE" in response.text


@pytest.mark.parametrize("name", ["Müller-Łukasz", "D\u2019Angelo", "👩\u200d⚕️", "100 % & more = +", "�"])
def test_a_name_in_utf_8_comes_through_as_it_was_typed(reading: FlaskClient, name: str) -> None:
    assert reading.post("/form", data={"name": name}).get_json() == {"name": name}
    assert reading.post("/form", data={"name": name}, content_type="multipart/form-data").get_json() == {"name": name}


def test_what_stands_twice_counts_as_it_stands_first(reading: FlaskClient) -> None:
    assert send(reading, b"a=1&a=2").get_json() == {"a": "1"}
    assert send(reading, part("a", b"1") + part("a", b"2") + b"--limit--\r\n", MULTIPART).get_json() == {"a": "1"}


@pytest.mark.parametrize(
    "body",
    [
        b'{"quantity":NaN}',
        b'{"a":1,"a":2}',
        b"[" * 200_000,
        b'{"a":' * 60 + b"1" + b"}" * 60,
        b"",
        b"{",
        b'"\\ud800"',
        b"\xff\xfe",
        b"1e999999",
        b"Infinity",
        b"9" * 5000,
    ],
)
def test_json_that_can_mean_more_than_one_thing_is_refused(reading: FlaskClient, body: bytes) -> None:
    response = send(reading, body, "application/json", "/json")
    assert response.status_code == 400
    assert response.get_json()["code"] == "REQUEST_NOT_UNDERSTOOD"


def test_json_is_read(reading: FlaskClient) -> None:
    assert send(reading, b'{"id": "a", "alg": -7}', "application/json", "/json").get_json() == {"read": "{'id': 'a', 'alg': -7}"}


@pytest.mark.parametrize("body", [b'{"patient_name": "Jane Doe"}', b"true", b"5", b'"x"', b"[]", b"null", b"{"])
@pytest.mark.parametrize("path", ["/", "/prepare", "/prepare/reading", "/prepare/label.pdf", "/form"])
def test_json_where_a_form_is_asked_for_is_refused(reading: FlaskClient, path: str, body: bytes) -> None:
    response = send(reading, body, "application/json", path)
    assert response.status_code == 415
    assert response.get_json()["code"] == "ENCODING_NOT_READABLE"


def test_an_address_or_headers_beyond_any_page_are_refused(client: FlaskClient) -> None:
    assert client.get("/?a=" + "x" * LONGEST_TARGET).status_code == 414
    assert client.get("/" + "x" * LONGEST_TARGET).status_code == 414
    assert client.get("/healthz", headers={"A": "x" * LARGEST_HEADERS}).status_code == 431
    assert client.get("/healthz", headers={f"A{number}": "x" * 1000 for number in range(40)}).status_code == 431


@pytest.mark.parametrize("path", ["/%00", "/%ff%fe", "/static/%00", "/static/%ff", "/..%2f..%2fetc/passwd", "/%252e%252e", "/calculators/%00", "/a;b?%ff"])
def test_an_address_of_odd_bytes_is_not_found_and(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["//evil.example/", "/calculators//evil.example", "//evil.example//demo/pieces", "/\\evil.example"])
def test_no_address_leads_to_another_host(client: FlaskClient, path: str) -> None:
    response = client.get("/", environ_overrides={"PATH_INFO": path})
    assert response.status_code in {308, 404}
    assert urlsplit(response.headers.get("Location", "/")).hostname in {None, "localhost"}


def test_an_upload_stays_in_memory(reading: FlaskClient) -> None:
    body = b'--limit\r\nContent-Disposition: form-data; name="order"; filename="order.json"\r\n\r\n' + b"x" * 900_000 + b"\r\n--limit--\r\n"
    assert send(reading, body, MULTIPART, "/file").get_json() == {"kept": "BytesIO"}
    assert reading.application.request_class is BoundedRequest
