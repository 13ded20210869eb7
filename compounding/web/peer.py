"""Who really sent a request, and whether it came by HTTPS: what a proxy says about that is believed of a trusted proxy alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.wrappers import Request

from compounding.config.server import Address, Network, plain_form

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_HOPS = 20
"""Proxies between a browser and this program; more of them is nobody's network."""

UNKNOWN = "unknown"
_KEY = "levigate.peer"
_CHAIN, _SCHEME, _HOST = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST"
_SIGNS_OF_PROXIES = ("HTTP_VIA", "HTTP_X_FORWARDED", "HTTP_FORWARDED_FOR", "HTTP_X_CLIENT_IP", "HTTP_TRUE_CLIENT_IP", "HTTP_CF_CONNECTING_IP")
_TOLD_BY_PROXIES = (_CHAIN, _SCHEME, _HOST, "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PREFIX", "HTTP_X_FORWARDED_SSL", "HTTP_X_REAL_IP", "HTTP_FORWARDED")


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Where a request came from. `address` is None where the server does not say; `fault` names a forwarding header of a trusted proxy that makes no sense.

    `is_relayed` says that it came with the headers of a proxy that nobody configured: its address is then that of the proxy, and not of who is behind it.
    """

    address: Address | None
    is_private: bool
    fault: str = ""
    is_relayed: bool = False


class _Malformed(ValueError):
    """A trusted proxy wrote what no proxy writes; the header's name is the message."""


class ForwardedByTrustedProxies:
    """A WSGI middleware: puts the browser's own address, scheme and host in place of the proxy's, and removes every forwarding header.

    After it nothing in the program can believe a header that anybody may send. It never refuses by itself: `security.check_peer` does, with a page.
    """

    def __init__(self, application: "WSGIApplication", trusted: Sequence[Network]) -> None:
        self.application = application
        self.trusted = tuple(trusted)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on, told truly."""
        told = {name: str(environ.pop(name)) for name in _TOLD_BY_PROXIES if name in environ}
        address = read_address(str(environ.get("REMOTE_ADDR") or ""))
        if address is not None and self._trusts(address):
            environ[_KEY] = self._through_proxy(environ, address, told)
        else:
            is_https = environ.get("wsgi.url_scheme") == "https"
            is_relayed = bool(told) or any(name in environ for name in _SIGNS_OF_PROXIES)
            environ[_KEY] = Peer(address=address, is_private=is_https or (address is not None and address.is_loopback), is_relayed=is_relayed)
        return self.application(environ, start_response)

    def _through_proxy(self, environ: "WSGIEnvironment", proxy: Address, told: dict[str, str]) -> Peer:
        try:
            address = self._sender(proxy, told.get(_CHAIN, ""))
            is_https = _says_https(told.get(_SCHEME, ""))
            host = _one_host(told.get(_HOST, ""))
        except _Malformed as fault:
            return Peer(address=proxy, is_private=False, fault=str(fault))
        environ["REMOTE_ADDR"] = str(address)
        # A proxy that does not say HTTPS has taken plain HTTP from somewhere, so its own connection being local proves nothing.
        environ["wsgi.url_scheme"] = "https" if is_https else "http"
        if host:
            environ["HTTP_HOST"] = host
        return Peer(address=address, is_private=is_https)

    def _sender(self, proxy: Address, chain: str) -> Address:
        """The last hop that is no trusted proxy. What stands before it came from there, and may be invented."""
        hops = [hop.strip() for hop in chain.split(",")] if chain.strip() else []
        if len(hops) > MOST_HOPS:
            raise _Malformed("X-Forwarded-For")
        sender = proxy
        for hop in reversed(hops):
            found = read_address(hop)
            if found is None:
                raise _Malformed("X-Forwarded-For")
            sender = found
            if not self._trusts(found):
                break
        return sender

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self.trusted)


def init_app(app: Flask) -> None:
    """Put the middleware around the application."""
    app.wsgi_app = ForwardedByTrustedProxies(app.wsgi_app, app.config["TRUSTED_PROXIES"])  # type: ignore[method-assign]


def read_address(text: str) -> Address | None:
    """The address in its one form, None for what is no address."""
    try:
        return plain_form(ip_address(text))
    except ValueError:
        return None


def peer_of(request: Request) -> Peer:
    """Where the request came from. Raises KeyError for a request that did not come through the middleware."""
    peer: Peer = request.environ[_KEY]
    return peer


def client_address(request: Request) -> str:
    """The browser's address, for throttling and sessions; "unknown" where the server does not say (a Unix socket)."""
    address = peer_of(request).address if _KEY in request.environ else read_address(request.remote_addr or "")
    return UNKNOWN if address is None else str(address)


def is_at_this_machine(request: Request) -> bool:
    """Whether the browser itself runs on this machine: a proxy here that nobody configured brings others in under its own address."""
    peer = peer_of(request) if _KEY in request.environ else None
    address = read_address(client_address(request))
    return address is not None and address.is_loopback and (peer is None or not peer.is_relayed)


def _says_https(text: str) -> bool:
    """Several proxies may each have written; a single "http" among them was a hop without TLS, or an invention in front of the truth."""
    said = [part.strip().lower() for part in text.split(",")] if text.strip() else []
    if not set(said) <= {"http", "https"}:
        raise _Malformed("X-Forwarded-Proto")
    return bool(said) and set(said) == {"https"}


def _one_host(text: str) -> str:
    hosts = {part.strip() for part in text.split(",")} if text.strip() else {""}
    if len(hosts) != 1:
        raise _Malformed("X-Forwarded-Host")
    return hosts.pop()
