"""Who sent a request and how it came: forwarding headers count from a trusted proxy alone, and plain HTTP stays on this machine."""

from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, TestResponse
from werkzeug.wrappers import Request

from compounding.web.peer import MOST_HOPS, UNKNOWN, client_address

PROXIES = [ip_network(each) for each in ("10.0.0.5", "192.168.7.0/28", "2001:db8:1::/64", "127.0.0.1")]
HTTPS = {"X-Forwarded-Proto": "https"}
FORGED = {
    "X-Forwarded-For": "127.0.0.1",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "localhost",
    "X-Forwarded-Port": "443",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Ssl": "on",
    "X-Real-Ip": "127.0.0.1",
    "Forwarded": "for=127.0.0.1;proto=https;host=localhost",
}


def build(make_app: Callable[..., Flask], **settings: object) -> FlaskClient:
    app = make_app(PROPAGATE_EXCEPTIONS=False, ALLOWED_HOSTS=["levigate.example"], PLAIN_HTTP_ON_LOOPBACK=False, **settings)

    @app.get("/seen")
    def seen() -> dict[str, Any]:
        told = [name for name in request.environ if name.startswith("HTTP_X_") or name == "HTTP_FORWARDED"]
        return {"address": client_address(request), "remote": request.remote_addr, "https": request.is_secure, "host": request.host, "told": told}

    return app.test_client()


@pytest.fixture(scope="module")
def proxied(make_app: Callable[..., Flask]) -> FlaskClient:
    """A client of an application with trusted proxies."""
    return build(make_app, TRUSTED_PROXIES=PROXIES)


@pytest.fixture(scope="module")
def direct(make_app: Callable[..., Flask]) -> FlaskClient:
    """A client of an application that trusts no proxy."""
    return build(make_app)


def ask(client: FlaskClient, peer: str | None, headers: dict[str, str] | None = None, *, scheme: str = "http", host: str = "levigate.example") -> TestResponse:
    return client.get("/seen", headers={"Host": host, **(headers or {})}, environ_overrides={"REMOTE_ADDR": peer, "wsgi.url_scheme": scheme})


def refused(response: TestResponse, status: int, code: str) -> bool:
    return response.status_code == status and code in response.text


@pytest.mark.parametrize("peer", ["203.0.113.9", "10.0.0.6", "2001:db8::9", "::ffff:203.0.113.9", "0.0.0.0", "", None, "garbage", "unix:"])  # noqa: S104
@pytest.mark.parametrize("headers", [{}, HTTPS, FORGED])
def test_plain_http_from_a_network_is_refused_whatever_its_headers_claim(
    direct: FlaskClient, proxied: FlaskClient, peer: str | None, headers: dict[str, str]
) -> None:
    for client in (direct, proxied):
        assert refused(ask(client, peer, headers), 403, "PLAIN_HTTP_REFUSED")


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_plain_http_on_this_machine_is_answered(direct: FlaskClient, peer: str) -> None:
    assert ask(direct, peer).get_json()["https"] is False


def test_https_that_the_server_itself_speaks_is_answered(direct: FlaskClient) -> None:
    seen = ask(direct, "203.0.113.9", scheme="https").get_json()
    assert (seen["address"], seen["https"]) == ("203.0.113.9", True)


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1"])
def test_forwarding_headers_of_whoever_is_no_trusted_proxy_are_ignored_entirely(direct: FlaskClient, peer: str) -> None:
    forged = FORGED | {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "nonsense"}
    assert ask(direct, peer, forged).get_json() == {"address": peer, "remote": peer, "https": False, "host": "levigate.example", "told": []}
    assert ask(direct, "203.0.113.9", forged, scheme="https").get_json()["address"] == "203.0.113.9"


@pytest.mark.parametrize(
    ("chain", "sender"),
    [
        ("203.0.113.9", "203.0.113.9"),
        (" 203.0.113.9 ", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 192.168.7.3, 2001:db8:1::7", "203.0.113.9"),
        ("garbage, <script>, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.5, 198.51.100.1, 10.0.0.5", "198.51.100.1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("::ffff:cb00:7109", "203.0.113.9"),
        ("2001:DB8:0:0:0:0:0:9", "2001:db8::9"),
        ("fe80::1%eth0", "fe80::1"),
        ("198.51.100.1, ::ffff:192.168.7.3", "198.51.100.1"),
        ("192.168.7.3", "192.168.7.3"),
        ("", "10.0.0.5"),
    ],
)
@pytest.mark.parametrize("peer", ["10.0.0.5", "::ffff:10.0.0.5"])
def test_the_sender_is_the_last_hop_that_is_no_trusted_proxy(proxied: FlaskClient, chain: str, sender: str, peer: str) -> None:
    seen = ask(proxied, peer, HTTPS | {"X-Forwarded-For": chain}).get_json()
    assert (seen["address"], seen["remote"], seen["https"], seen["told"]) == (sender, sender, True, [])


@pytest.mark.parametrize("chain", ["garbage", "203.0.113.9, ", ",", "203.0.113.9:4711", "[2001:db8::9]", "203.0.113.9 198.51.100.1", "unknown", "010.0.0.1", "1.2.3",
                                   ", ".join(["192.168.7.3"] * (MOST_HOPS + 1))])  # fmt: skip
def test_a_chain_that_no_proxy_writes_is_refused(proxied: FlaskClient, chain: str) -> None:
    assert refused(ask(proxied, "10.0.0.5", HTTPS | {"X-Forwarded-For": chain}), 400, "FORWARDING_REFUSED")


@pytest.mark.parametrize("said", [None, "", "http", "https, http", "http, https", "HTTP"])
@pytest.mark.parametrize("peer", ["10.0.0.5", "127.0.0.1"])
def test_a_proxy_that_took_plain_http_itself_is_refused(proxied: FlaskClient, said: str | None, peer: str) -> None:
    headers = {"X-Forwarded-For": "127.0.0.1"} if said is None else {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": said}
    assert refused(ask(proxied, peer, headers), 403, "PLAIN_HTTP_REFUSED")
    assert refused(ask(proxied, peer, headers, scheme="https"), 403, "PLAIN_HTTP_REFUSED")


@pytest.mark.parametrize("said", ["HTTPS", "https,https", "https"])
def test_a_proxy_that_took_https_is_answered(proxied: FlaskClient, said: str) -> None:
    assert ask(proxied, "10.0.0.5", {"X-Forwarded-Proto": said}).get_json()["https"] is True


@pytest.mark.parametrize(("name", "value"), [("X-Forwarded-Proto", "wss"), ("X-Forwarded-Proto", "on"), ("X-Forwarded-Host", "levigate.example, evil.example")])
def test_a_forwarding_header_without_sense_is_refused(proxied: FlaskClient, name: str, value: str) -> None:
    assert refused(ask(proxied, "10.0.0.5", HTTPS | {name: value}), 400, "FORWARDING_REFUSED")


def test_the_host_that_a_trusted_proxy_names_is_judged_like_any_other(proxied: FlaskClient) -> None:
    assert ask(proxied, "10.0.0.5", HTTPS | {"X-Forwarded-Host": "levigate.example"}, host="inside:8000").get_json()["host"] == "levigate.example"
    assert refused(ask(proxied, "10.0.0.5", HTTPS | {"X-Forwarded-Host": "evil.example"}), 400, "HOST_NOT_ALLOWED")


def test_an_address_is_told_without_the_middleware_too_and_an_unknown_one_is_said_to_be() -> None:
    for peer, address in (("::ffff:203.0.113.9", "203.0.113.9"), ("", UNKNOWN), ("pipe", UNKNOWN)):
        assert client_address(Request(EnvironBuilder(environ_overrides={"REMOTE_ADDR": peer}).get_environ())) == address
