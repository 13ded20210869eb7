"""What every request must satisfy, and the headers every answer carries."""

from collections.abc import Callable

import pytest
from flask import Flask, Response, flash, request
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


@pytest.mark.parametrize("path", ["/healthz", "/demo/pieces", "/nothing-here", "/demo/fault", "/static/levigate.css"])
def test_a_browser_that_came_by_https_is_told_to_stay_with_it(make_app: Callable[..., Flask], path: str) -> None:
    client = make_app(ALLOWED_HOSTS=["levigate.example"], PROPAGATE_EXCEPTIONS=False, PLAIN_HTTP_ON_LOOPBACK=False).test_client()
    told = client.get(path, base_url="https://levigate.example").headers["Strict-Transport-Security"]
    assert told == "max-age=31536000; includeSubDomains"
    # On this machine other programs answer under the same name, and without HTTPS.
    assert "Strict-Transport-Security" not in client.get(path, base_url="https://localhost").headers
    assert "Strict-Transport-Security" not in client.get(path, base_url="http://levigate.example").headers


CONDITIONS = {"Range": "bytes=0-10", "If-None-Match": "*", "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT", "If-Range": "x", "If-Match": '"x"'}


@pytest.mark.parametrize("path", ["/", "/calculators", "/conditional", "/healthz"])
def test_a_page_is_never_answered_in_part_or_as_not_modified(make_app: Callable[..., Flask], path: str) -> None:
    app = make_app()

    @app.get("/conditional")
    def conditional() -> Response:
        response = Response("a patient's record", headers={"ETag": '"x"'})
        response.make_conditional(request.environ, accept_ranges=True, complete_length=18)
        return response

    response = app.test_client().get(path, headers=CONDITIONS)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert len(response.data) > 11


def test_a_cookie_that_would_hold_more_than_the_forms_token_is_a_fault(make_app: Callable[..., Flask]) -> None:
    app = make_app(PROPAGATE_EXCEPTIONS=False)

    @app.get("/telling")
    def telling() -> str:
        flash("Saved for Jane Doe")
        return "saved"

    response = app.test_client().get("/telling")
    assert response.status_code == 500
    assert response.headers.get("Set-Cookie", "levigate=;").startswith("levigate=;")


def test_the_cookie_holds_the_forms_token_alone(client: FlaskClient) -> None:
    for path in PAGES:
        client.get(path)
    with client.session_transaction() as kept:
        assert set(kept) == {"csrf_token"}


@pytest.mark.parametrize(("plain_http", "secure"), [(True, False), (False, True)])
def test_the_session_cookie_is_secure_except_for_plain_http_on_loopback(make_app: Callable[..., Flask], plain_http: bool, secure: bool) -> None:
    cookie = make_app(PLAIN_HTTP_ON_LOOPBACK=plain_http).test_client().get("/demo/pieces").headers["Set-Cookie"]
    attributes = {part.strip() for part in cookie.split(";")}
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= attributes
    assert ("Secure" in attributes) is secure
    # With this prefix a browser takes the cookie only when it is Secure, for this host alone and for every path.
    assert cookie.startswith("__Host-levigate=") is secure
    assert "Domain" not in cookie


def test_a_forms_token_lives_as_long_as_its_session(app: Flask) -> None:
    assert app.config["WTF_CSRF_TIME_LIMIT"] is None
