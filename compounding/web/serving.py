"""Serving the application: from the environment for any WSGI server, and with granian for `levigate serve` on this machine."""

import errno
import multiprocessing
import os
import socket
import sys
import threading
import time
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import click
from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from compounding import logs
from compounding.config.server import ADDRESS_VARIABLE, DATABASE_VARIABLE, SITE_VARIABLE, Address, ServerConfig, read_server_config
from compounding.domain.errors import LevigateError
from compounding.storage import migrating
from compounding.storage.engine import open_database
from compounding.web import create_app, settings
from compounding.web.pharmacy import Pharmacy, open_pharmacy
from compounding.web.records import Records
from compounding.web.set_up_code import set_up_code
from compounding.workflow.founding import open_house

_LOOPBACKS = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
_BUFFER = 128 * 1024
"""Bytes that granian keeps of a request's head; what is larger it refuses by itself (431, or 414 for an address over 64 KB)."""


def application() -> Flask:
    """The application as the environment describes it. Without LEVIGATE_ADDRESS, cookies are for HTTPS only. Raises LevigateError."""
    return _application(read_server_config(os.environ, folder=Path.cwd()))


def _application(config: ServerConfig) -> Flask:
    logs.configure(level=config.log_level)
    house = open_pharmacy(config.site_path)
    return create_app(settings.of_server(config), house, _records(config, house))


def _records(config: ServerConfig, house: Pharmacy) -> Records:
    """The records of this installation, each pharmacy in them looked through as it is opened. Raises StorageError, ReferenceDataError."""
    database = open_database(config.database)
    records = Records(database=database, data=house.data, secret=config.secret, pages_an_hour=config.pages_an_hour)
    migrating.check_schema(database)
    for site_id, _ in records.sites():
        open_house(database, site_id, house.data, at=records.clock())
    return records


def run(config: ServerConfig) -> None:
    """Serve until it is stopped. Raises ReferenceDataError, or LevigateError `PORT_IN_USE`, `PORT_NOT_ALLOWED`, `ADDRESS_NOT_HERE` or `SERVER_STOPPED`."""
    if config.address is None or config.port is None:
        raise ValueError("a server binds an address and a port")
    # Everything that can be wrong with data, site or settings is found here, before a server exists.
    house = open_pharmacy(config.site_path)
    _check_port_is_free(config.address, config.port)
    _hand_on(config)
    told = _told(_application(read_server_config(os.environ, folder=Path.cwd())), house)
    server = Granian(
        "compounding.web.serving:application",
        factory=True,
        address=str(config.address),
        port=config.port,
        interface=Interfaces.WSGI,
        workers=1,
        # ReportLab's fonts are not safe in several threads: they would give labels with missing letters.
        blocking_threads=1,
        # Nothing here needs HTTP/2, and a proxy speaks HTTP/1 to what stands behind it.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=_BUFFER),
        websockets=False,
        # granian's own log would write addresses as they were typed.
        log_enabled=False,
        log_access=False,
        workers_kill_timeout=5,
    )
    # A fresh process everywhere: a copy of this one would come with the thread below, and newer Pythons no longer make one.
    multiprocessing.set_start_method("spawn", force=True)
    threading.Thread(target=_announce, args=(told, config), daemon=True).start()
    try:
        server.serve()
    except SystemExit as leave:
        if leave.code:
            raise LevigateError("SERVER_STOPPED", "the server's process ended by itself; start it again") from leave


def _hand_on(config: ServerConfig) -> None:
    """Tell the process that serves what the command was told. The secret is not among it: that process finds the same variable or the same file."""
    os.environ[ADDRESS_VARIABLE] = str(config.address)
    os.environ[DATABASE_VARIABLE] = config.database
    os.environ.pop(SITE_VARIABLE, None)
    if config.site_path is not None:
        os.environ[SITE_VARIABLE] = str(config.site_path)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What is said once: whose pages these are, and the set-up code while there is no pharmacy yet."""

    whose: str
    set_up_code: str


def _told(app: Flask, house: Pharmacy) -> _Told:
    records: Records = app.extensions["levigate.records"]
    names = [name for _, name in records.sites()]
    records.database.close()
    example = " (example: not for dispensing)" if house.notices and not names else ""
    return _Told(whose=(", ".join(names) or house.site.name) + example, set_up_code="" if names else set_up_code(records.secret))


def _announce(told: _Told, config: ServerConfig) -> None:
    """Say where to look once somebody answers there, so that a browser opened at once finds the page."""
    if config.address is None or config.port is None:
        return
    while not _answers(_reached_at(config.address), config.port):
        time.sleep(0.02)
    click.echo(f"Serving Levigate for {told.whose}.")
    if config.is_plain_http:
        click.echo(f"Open http://localhost:{config.port} in your browser; press Ctrl+C to stop.")
    else:
        hosts = ", ".join(sorted(config.allowed_hosts)) or "this machine"
        click.echo(f"Waiting at {config.address}, port {config.port}, for the proxy of {hosts}; press Ctrl+C to stop.")
    if told.set_up_code:
        where = f"http://localhost:{config.port}/first-run" if config.is_plain_http else "/first-run there"
        click.echo(f"No pharmacy is set up yet, so nothing is kept. To set one up, open {where} with this code: {told.set_up_code}")
    sys.stdout.flush()


def _reached_at(address: Address) -> str:
    """Where this machine itself reaches what is bound: an address that means every card is nobody's own."""
    if not address.is_unspecified:
        return str(address)
    return "127.0.0.1" if isinstance(address, IPv4Address) else "::1"


def _check_port_is_free(address: Address, port: int) -> None:
    """Refuse a port that another program answers on; on this machine on either meaning of "localhost": the browser might reach that program instead."""
    family = socket.AF_INET6 if isinstance(address, IPv6Address) else socket.AF_INET
    bound = [(family, str(address))]
    for family, each in bound + [other for other in _LOOPBACKS if address.is_loopback and other not in bound]:
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                # Without this a port that was used a moment ago counts as taken.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((each, port))
        except PermissionError as fault:
            raise LevigateError("PORT_NOT_ALLOWED", f"port {port} is reserved for the system; choose one from 1024 up, such as --port 8000") from fault
        except OSError as fault:
            if not _answers(each, port):
                # A machine without IPv6 has nobody there either.
                if each != str(address):
                    continue
                if fault.errno != errno.EADDRINUSE:
                    raise LevigateError("ADDRESS_NOT_HERE", f"this machine has no address {each}; choose one that it has, such as 127.0.0.1") from fault
            raise LevigateError("PORT_IN_USE", f"another program uses port {port}; stop it or choose another one, such as --port {port % 65535 + 1}") from fault


def _answers(address: str, port: int) -> bool:
    try:
        with socket.create_connection((address, port), timeout=1):
            return True
    except OSError:
        return False
