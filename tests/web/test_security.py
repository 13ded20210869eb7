"""What every request must satisfy, and the headers every answer carries."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from compounding.web.security import HEADERS

PAGES = [
    "/healthz",
    "/demo/pieces",
    "/demo/fault",
    "/calculators",
    "/calculators/dosing",
    "/calculators/units?value=x",
    "/nothing-here",
    "/static/levigate.css",
    "/static/nothing.css",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_carries_the_security_headers(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    assert len(response.headers.getlist("Cache-Control")) == 1


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(client: FlaskClient) -> None:
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    sources = {word for directive in policy.split("; ") for word in directive.split()[1:]}
    assert sources == {"'none'", "'self'"}
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize("path", ["/healthz", "/demo/pieces", "/calculators/units?value=1", "/nothing-here", "/static/nothing.css", "/demo/fault"])
def test_no_page_is_kept_in_a_cache(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "LOCALHOST", "127.0.0.1:8000", "[::1]", "[::1]:8000"])
def test_the_loopback_names_are_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).get_json() == {"status": "ok"}


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "localhost.evil.example", "[::2]", "[::1].evil.example", "local host", "a@localhost", "localhost:x", ""]
)
@pytest.mark.parametrize("path", ["/healthz", "/static/levigate.css", "/nothing-here"])
def test_a_foreign_host_is_refused(client: FlaskClient, host: str, path: str) -> None:
    response = client.get(path, environ_overrides={"HTTP_HOST": host})
    assert response.status_code == 400
    assert "HOST_NOT_ALLOWED" in response.text
    assert HEADERS.items() <= dict(response.headers).items()


def test_a_configured_host_is_answered(make_app: Callable[..., Flask]) -> None:
    client = make_app(ALLOWED_HOSTS=["Levigate.Pharmacy.Example"], PLAIN_HTTP_ON_LOOPBACK=False).test_client()
    assert client.get("/healthz", headers={"Host": "levigate.pharmacy.example"}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/nothing-here", "/static/levigate.css"])
@pytest.mark.parametrize("method", ["TRACE", "TRACK"])
def test_a_method_that_echoes_the_request_is_refused(client: FlaskClient, method: str, path: str) -> None:
    response = client.open(path, method=method, headers={"Cookie": "levigate=secret"})
    assert response.status_code == 405
    assert "secret" not in response.text


def test_a_form_without_its_token_is_refused_in_a_clear_sentence(client: FlaskClient) -> None:
    response = client.post("/demo/pieces", data={"patient": "Jane Doe"})
    assert response.status_code == 400
    assert "FORM_NOT_ACCEPTED" in response.text
    assert "reload the page and send it again" in response.text
    assert "Jane Doe" not in response.text


@pytest.mark.parametrize(("site", "status"), [("cross-site", 400), ("same-site", 400), ("same-origin", 422), ("none", 422)])
def test_a_form_that_another_site_sends_is_refused_even_with_its_token(client: FlaskClient, site: str, status: int) -> None:
    token = client.get("/demo/pieces").text.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    response = client.post("/demo/pieces", data={"csrf_token": token}, headers={"Sec-Fetch-Site": site})
    assert response.status_code == status


def test_a_form_with_its_token_is_read_over_https_though_pages_send_no_referrer(make_app: Callable[..., Flask]) -> None:
    client = make_app(PLAIN_HTTP_ON_LOOPBACK=False).test_client()
    page = client.get("/demo/pieces", base_url="https://localhost")
    token = page.text.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    response = client.post("/demo/pieces", base_url="https://localhost", data={"csrf_token": token})
    assert response.status_code == 422


@pytest.mark.parametrize(("plain_http", "secure"), [(True, False), (False, True)])
def test_the_session_cookie_is_secure_except_for_plain_http_on_loopback(make_app: Callable[..., Flask], plain_http: bool, secure: bool) -> None:
    cookie = make_app(PLAIN_HTTP_ON_LOOPBACK=plain_http).test_client().get("/demo/pieces").headers["Set-Cookie"]
    attributes = {part.strip() for part in cookie.split(";")}
    assert {"HttpOnly", "SameSite=Strict"} <= attributes
    assert ("Secure" in attributes) is secure
