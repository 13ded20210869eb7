"""What the server is told by its environment and its command, read once and checked: nonsense stops it with a code before a page is served."""

import difflib
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import Path

from compounding.config import secret_key
from compounding.config.database_address import database_address, database_file
from compounding.domain.errors import LevigateError
from compounding.domain.reading_budget import FEWEST_PAGES, MOST_PAGES, PAGES_AN_HOUR

SECRET_VARIABLE = "LEVIGATE_SECRET_KEY"  # noqa: S105 - the name of the variable, not its value.
SITE_VARIABLE = "LEVIGATE_SITE"
HOSTS_VARIABLE = "LEVIGATE_ALLOWED_HOSTS"
PROXY_VARIABLE = "LEVIGATE_TRUSTED_PROXY"
LEVEL_VARIABLE = "LEVIGATE_LOG_LEVEL"
ADDRESS_VARIABLE = "LEVIGATE_ADDRESS"
PAGES_VARIABLE = "LEVIGATE_PAGES_AN_HOUR"
DATABASE_VARIABLE = "DATABASE_URL"

KNOWN = (SECRET_VARIABLE, SITE_VARIABLE, HOSTS_VARIABLE, PROXY_VARIABLE, LEVEL_VARIABLE, ADDRESS_VARIABLE, PAGES_VARIABLE)
FOR_TESTS = ("LEVIGATE_SEED", "LEVIGATE_EXAMPLES")
"""Read by the tests and by `make thorough` alone; the server lets them stand."""

LEVELS = ("debug", "info", "warning", "error")
LOOPBACK = "127.0.0.1"
LOOPBACK_HOSTS = frozenset({"localhost", LOOPBACK, "[::1]"})

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

_WIDEST = {4: 8, 6: 32}
"""The shortest prefix that can still be the proxies of one house. Whoever trusts the whole internet trusts every forged header."""
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_LONGEST_HOST = 253


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerConfig:
    """How the application is served.

    `address` is what the server binds, None where a server of one's own does not say; `port` is None there too. `allowed_hosts` are the names it answers to
    besides this machine's own. Secret and database address are left out of the text of this object, since both can open the records.
    """

    address: Address | None
    port: int | None
    allowed_hosts: frozenset[str]
    trusted_proxies: tuple[Network, ...]
    database: str = field(repr=False)
    site_path: Path | None
    secret: bytes = field(repr=False)
    log_level: str | None
    pages_an_hour: int = PAGES_AN_HOUR

    @property
    def is_plain_http(self) -> bool:
        """Whether browsers reach it without TLS: only where it binds this machine alone and no proxy stands before it."""
        return self.address is not None and self.address.is_loopback and not self.trusted_proxies


def read_server_config(
    environment: Mapping[str, str],
    *,
    folder: Path,
    address: str | None = None,
    port: int | None = None,
    site_path: Path | None = None,
    database: str | None = None,
    binds: bool = False,
) -> ServerConfig:
    """The configuration in the environment; what the command itself was told (`address`, `port`, `site_path`, `database`) comes first.

    Paths are taken from `folder`. `binds` says that this program binds the address itself, as `levigate serve` does: it is 127.0.0.1 where none is told, and
    an address that a network can reach is refused unless a proxy stands before it. The secret's file is made where there is none.

    Raises LevigateError `SETTING_UNKNOWN`, `SETTING_EMPTY`, `SETTING_UNREADABLE`, `ADDRESS_NOT_VALID`, `PORT_NOT_VALID`, `HOST_NOT_VALID`, `PROXY_NOT_VALID`,
    `PLAIN_HTTP_REFUSED`, `LOG_LEVEL_UNKNOWN`, `PAGES_NOT_VALID`, `DATABASE_ADDRESS`, and what `secret_key` raises.
    """
    told = _settings(environment)
    bound = _address(address or told.get(ADDRESS_VARIABLE) or (LOOPBACK if binds else ""))
    if port is not None and not 1 <= port <= 65535:
        raise LevigateError("PORT_NOT_VALID", "a port is a whole number from 1 to 65535")
    hosts = frozenset(_host(name) for name in _listed(HOSTS_VARIABLE, told))
    proxies = tuple(_network(text) for text in _listed(PROXY_VARIABLE, told))
    _check_reach(bound, hosts, proxies, binds=binds)
    level = told.get(LEVEL_VARIABLE, "").strip().lower() or None
    if level is not None and level not in LEVELS:
        raise LevigateError("LOG_LEVEL_UNKNOWN", f"{LEVEL_VARIABLE} must be one of {', '.join(LEVELS)}")
    where = database_address(database, environment=told, folder=folder)
    site = site_path or (Path(told[SITE_VARIABLE]) if SITE_VARIABLE in told else None)
    return ServerConfig(
        address=bound,
        port=port,
        allowed_hosts=hosts,
        trusted_proxies=proxies,
        database=where,
        site_path=folder / site if site is not None else None,
        secret=_secret(told.get(SECRET_VARIABLE), database_file(where), folder),
        log_level=level,
        pages_an_hour=_pages(told.get(PAGES_VARIABLE, str(PAGES_AN_HOUR))),
    )


def plain_form(address: Address) -> Address:
    """The address in its one form: IPv4 that travels as IPv6 is the IPv4 address it is. A zone (%eth0) says which card it came by, and is left out."""
    if isinstance(address, IPv4Address):
        return address
    return address.ipv4_mapped or IPv6Address(int(address))


def _settings(environment: Mapping[str, str]) -> dict[str, str]:
    """What is told to this program. A slip in a name would leave the setting at its default without a word, so it is refused; so is an empty value."""
    told = {}
    for name, value in environment.items():
        if name in FOR_TESTS:
            continue
        if name.upper().startswith("LEVIGATE_") and name not in KNOWN:
            nearest = difflib.get_close_matches(name.upper(), KNOWN, n=1, cutoff=0)[0]
            raise LevigateError("SETTING_UNKNOWN", f"there is no setting {name[:60]}; did you mean {nearest}?")
        if name not in KNOWN and name != DATABASE_VARIABLE:
            continue
        if not value.strip():
            raise LevigateError("SETTING_EMPTY", f"{name} is set and empty; give it a value, or remove it")
        if not value.isprintable():
            raise LevigateError("SETTING_UNREADABLE", f"{name} holds a line break or another character that cannot be printed; set it anew")
        told[name] = value
    return told


def _address(text: str) -> Address | None:
    if not text:
        return None
    try:
        return plain_form(ipaddress.ip_address(LOOPBACK if text == "localhost" else text))
    except ValueError as fault:
        raise LevigateError("ADDRESS_NOT_VALID", f'"{text[:60]}" is not an IP address such as {LOOPBACK}') from fault


def _pages(text: str) -> int:
    told = text.strip()
    if told.isascii() and told.isdigit() and len(told) <= len(str(MOST_PAGES)) and FEWEST_PAGES <= int(told) <= MOST_PAGES:
        return int(told)
    raise LevigateError("PAGES_NOT_VALID", f"{PAGES_VARIABLE} is a whole number of pages from {FEWEST_PAGES} to {MOST_PAGES}, such as {PAGES_AN_HOUR}")


def _listed(name: str, told: Mapping[str, str]) -> list[str]:
    if name not in told:
        return []
    found = [part.strip() for part in told[name].split(",") if part.strip()]
    if not found:
        raise LevigateError("SETTING_EMPTY", f"{name} names nothing between its commas; give it a value, or remove it")
    return found


def _host(text: str) -> str:
    """A name as a browser sends it in Host, without a port."""
    name = text.lower()
    try:
        if name.startswith("[") and name.endswith("]"):
            return f"[{ipaddress.IPv6Address(name[1:-1])}]"
        if name.replace(".", "").isdigit():
            return str(ipaddress.IPv4Address(name))
    except ValueError:
        name = ""
    if len(name) <= _LONGEST_HOST and all(_LABEL.fullmatch(label) for label in name.split(".")):
        return name
    raise LevigateError("HOST_NOT_VALID", f'{HOSTS_VARIABLE}: "{text[:60]}" is not a name such as levigate.pharmacy.example, without https://, port, path or *')


def _network(text: str) -> Network:
    try:
        network = ipaddress.ip_network(text)
    except ValueError as fault:
        raise LevigateError("PROXY_NOT_VALID", f'{PROXY_VARIABLE}: "{text[:60]}" is not an address such as 10.0.0.5, or a network: 10.0.0.0/28') from fault
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if mapped is not None and network.prefixlen == 128:
        return IPv4Network(mapped)
    if network.prefixlen < _WIDEST[network.version]:
        raise LevigateError("PROXY_NOT_VALID", f'{PROXY_VARIABLE}: "{text[:60]}" is far more than one house\'s proxies; name their own addresses')
    return network


def _check_reach(bound: Address | None, hosts: frozenset[str], proxies: tuple[Network, ...], *, binds: bool) -> None:
    """Patients' records never travel over a network without TLS."""
    if bound is not None and bound.is_loopback:
        if not proxies and not hosts <= LOOPBACK_HOSTS:
            raise LevigateError(
                "PLAIN_HTTP_REFUSED",
                f"{HOSTS_VARIABLE} names more than this machine, and nothing speaks HTTPS; name the proxy that does in {PROXY_VARIABLE}, or remove the names",
            )
    elif binds and not (proxies and hosts):
        raise LevigateError(
            "PLAIN_HTTP_REFUSED",
            f"a network can reach {bound}, where plain HTTP is refused; serve {LOOPBACK}, or put a proxy with HTTPS before it and name its address in "
            f"{PROXY_VARIABLE} and its host in {HOSTS_VARIABLE}",
        )


def _secret(given: str | None, database: Path | None, folder: Path) -> bytes:
    if given is not None:
        return secret_key.checked(given, SECRET_VARIABLE)
    return secret_key.kept_in((folder / database).parent if database is not None else folder / "instance")
