"""Serving the application: from the environment for any WSGI server, and with granian for `levigate serve` on this machine."""

import multiprocessing
import os
import secrets
import socket
import sys
import threading
import time
from ipaddress import ip_address
from pathlib import Path

import click
from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from compounding import logs
from compounding.domain.errors import LevigateError, ReferenceDataError
from compounding.web import create_app
from compounding.web.pharmacy import Pharmacy, open_pharmacy
from compounding.web.settings import SECRET_VARIABLE, SHORTEST_SECRET

SITE_VARIABLE = "LEVIGATE_SITE"
HOSTS_VARIABLE = "LEVIGATE_ALLOWED_HOSTS"
ADDRESS_VARIABLE = "LEVIGATE_ADDRESS"
"""The address a server binds, told by `serve` to the process it starts: only there is it known that no network is reached."""

ADDRESS = "127.0.0.1"
_SHARED_ADDRESSES = ((socket.AF_INET, ADDRESS), (socket.AF_INET6, "::1"))


def application(*, address: str | None = None) -> Flask:
    """The application as the environment describes it. `address` is what the server binds; without one, cookies are for HTTPS only."""
    logs.configure()
    site = os.environ.get(SITE_VARIABLE, "")
    hosts = [name.strip() for name in os.environ.get(HOSTS_VARIABLE, "").split(",") if name.strip()]
    bound = address or os.environ.get(ADDRESS_VARIABLE, "")
    return create_app({"ALLOWED_HOSTS": hosts, "PLAIN_HTTP_ON_LOOPBACK": _is_loopback(bound)}, open_pharmacy(Path(site) if site else None))


def _is_loopback(address: str) -> bool:
    try:
        return bool(address) and ip_address(address).is_loopback
    except ValueError:
        return False


def run(*, port: int, site_path: Path | None) -> None:
    """Serve to this machine's browser until it is stopped. Raises ReferenceDataError, or LevigateError `PORT_IN_USE` or `SERVER_STOPPED`."""
    # Everything that can be wrong with data, site or settings is found here, before a server exists.
    house = open_pharmacy(site_path)
    _check_port_is_free(port)
    os.environ[ADDRESS_VARIABLE] = ADDRESS
    os.environ.pop(HOSTS_VARIABLE, None)
    os.environ.pop(SITE_VARIABLE, None)
    if site_path is not None:
        os.environ[SITE_VARIABLE] = str(site_path.resolve())
    # Every process has to sign with the same secret, so it is made here and handed on.
    os.environ.setdefault(SECRET_VARIABLE, secrets.token_hex(SHORTEST_SECRET))
    _check_settings()
    server = Granian(
        "compounding.web.serving:application",
        factory=True,
        address=ADDRESS,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        # ReportLab's fonts are not safe in several threads: they would give labels with missing letters.
        blocking_threads=1,
        websockets=False,
        log_enabled=False,
        workers_kill_timeout=5,
    )
    # A fresh process everywhere: a copy of this one would come with the thread below, and newer Pythons no longer make one.
    multiprocessing.set_start_method("spawn", force=True)
    threading.Thread(target=_announce, args=(house, port), daemon=True).start()
    try:
        server.serve()
    except SystemExit as leave:
        if leave.code:
            raise LevigateError("SERVER_STOPPED", "the server's process ended by itself; start it again") from leave


def _check_settings() -> None:
    try:
        application(address=ADDRESS)
    except (TypeError, ValueError) as fault:
        raise ReferenceDataError("SETTINGS_REFUSED", str(fault)) from fault


def _announce(house: Pharmacy, port: int) -> None:
    """Say where to look once somebody answers there, so that a browser opened at once finds the page."""
    while not _answers(ADDRESS, port):
        time.sleep(0.02)
    notice = " (example: not for dispensing)" if house.notices else ""
    click.echo(f"Serving Levigate for {house.site.name}{notice}.")
    click.echo(f"Open http://localhost:{port} in your browser; press Ctrl+C to stop.")
    sys.stdout.flush()


def _check_port_is_free(port: int) -> None:
    """Refuse a port that another program answers on, on either meaning of "localhost": the browser might reach that program instead."""
    for family, address in _SHARED_ADDRESSES:
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                # Without this a port that was used a moment ago counts as taken.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
        except PermissionError as fault:
            raise LevigateError("PORT_NOT_ALLOWED", f"port {port} is reserved for the system; choose one from 1024 up, such as --port 8000") from fault
        except OSError as fault:
            # A machine without IPv6 has nobody there either.
            if family == socket.AF_INET6 and not _answers(address, port):
                continue
            raise LevigateError("PORT_IN_USE", f"another program uses port {port}; stop it or choose another one, such as --port {port % 65535 + 1}") from fault


def _answers(address: str, port: int) -> bool:
    try:
        with socket.create_connection((address, port), timeout=1):
            return True
    except OSError:
        return False
