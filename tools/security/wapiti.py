"""Runs wapiti against one instance as one role, without the network beyond it."""

import json
import os
import re
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tools.security.findings import Finding, Outcome, Severity
from tools.security.settings import Settings

WATCHING = ("cookieflags", "csp", "http_headers", "methods", "csrf", "htaccess")
INJECTING = ("backup", "brute_login_form", "crlf", "exec", "file", "permanentxss", "redirect", "shellshock", "spring4shell", "sql", "timesql", "upload", "xss")
LEFT_OUT = {
    "wapp": "downloads a database", "htp": "downloads a database", "nikto": "downloads a database", "cms": "needs htp's and wapp's data",
    "wp_enum": "WordPress only", "network_device": "appliances only", "takeover": "asks public name servers", "log4shell": "needs a public name server",
    "ssrf": "needs a public address that the server would call", "xxe": "needs a public address that the server would call; nothing here reads XML",
    "ssl": "the instance is served on loopback without TLS", "https_redirect": "the instance is served on loopback without TLS",
    "buster": "guesses addresses from a list; every route is known here and stands in the table of who may do what",
    "ldap": "the program speaks no LDAP, and the module takes any two different answers for a hit",
}  # fmt: skip
"""Modules that are not used, and why."""
_SEVERITIES = {0: Severity.LOW, 1: Severity.LOW, 2: Severity.MEDIUM, 3: Severity.HIGH, 4: Severity.HIGH}
"""wapiti counts information 0, low 1, medium 2, high 3, critical 4."""
_TOTAL = re.compile(r"Wapiti found (\d+) URLs and forms")
_CUT_SHORT = re.compile(r"Max attack time was reached for module (\w+)")
SERVER_ERROR = "Internal Server Error"


def attack(
    settings: Settings, base: str, folder: Path, *, role: str, cookies: str = "", start: Iterable[str] = ("/",), leave_out: Iterable[str] = (),
    must_reach: Iterable[str] = (), modules: tuple[str, ...] = WATCHING + INJECTING, scope: str = "site",
) -> Outcome:  # fmt: skip
    """Attack. Vulnerabilities carry their level; a server error is always high. No report, or next to nothing found to attack, is untested."""
    began = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    report, log = folder / "report.json", folder / "wapiti.log"
    start_file = folder / "start.txt"
    start_file.write_text("".join(f"{base}{path}\n" for path in start), encoding="utf-8")
    command = [
        str(settings.scanners / "wapiti"), "--url", f"{base}/", "--start", str(start_file), "--scope", "folder", "--module", ",".join(modules),
        "--flush-session", "--store-session", str(folder / "session"), "--store-config", str(folder / "config"), "--no-bugreport",
        "--format", "json", "--output", str(report), "--verbose", "1", "--depth", "1", "--max-attack-time", str(60 * settings.minutes),
        "--timeout", "15", "--skip", "csrf_token",
    ]  # fmt: skip
    for path in leave_out:
        command += ["--exclude", f"{base}{path}"]
    if cookies:
        # As a jar: given as a header, or with --drop-set-cookie, wapiti sends no cookie at all and attacks the sign-in page.
        jar = folder / "cookies.json"
        jar.write_text(_jar(base, cookies), encoding="utf-8")
        command += ["--cookie", str(jar)]
    with log.open("wb") as out:
        subprocess.run(  # noqa: S603 - a scanner of the locked list.
            command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env={**os.environ, "HOME": str(folder)},
            timeout=3600, check=False,
        )  # fmt: skip
    told = log.read_text(encoding="utf-8", errors="replace")
    found = int(match[1]) if (match := _TOTAL.search(told)) else 0
    untested = [] if report.exists() else [f"no report; the log ends: {told[-200:]}"]
    if not found:
        untested.append("nothing was found to attack")
    must_reach = tuple(must_reach)
    if must_reach and not any(f"POST {base}{path}" in told for path in must_reach):
        untested.append(f"none of this role's forms was attacked ({must_reach[0]} and others): it was not signed in")
    findings = findings_of(json.loads(report.read_text(encoding="utf-8")), role) if report.exists() else ()
    return Outcome(
        tool="wapiti", role=role, scope=scope, requests=found, findings=findings, untested=tuple(untested),
        notes=tuple(f"{name} was cut short" for name in _CUT_SHORT.findall(told)), seconds=round(time.monotonic() - began),
    )  # fmt: skip


def _jar(base: str, cookies: str) -> str:
    """The cookies in the form of wapiti's own cookie file."""
    named = dict(part.strip().split("=", 1) for part in cookies.split(";"))
    kept = {name: {"value": value, "version": 0, "expires": None, "secure": False, "port": None} for name, value in named.items()}
    return json.dumps({urlsplit(base).hostname: {"/": kept}})


def findings_of(report: dict[str, Any], role: str) -> tuple[Finding, ...]:
    """The findings of a report: vulnerabilities by their level, anomalies as low except a server error."""
    found = []
    for kind, entries in report["vulnerabilities"].items():
        found += [_finding(kind, entry, role, _SEVERITIES.get(entry["level"], Severity.HIGH)) for entry in entries]
    for kind, entries in report["anomalies"].items():
        severity = Severity.HIGH if kind.lower() == SERVER_ERROR.lower() else Severity.LOW
        found += [_finding(kind, entry, role, severity) for entry in entries]
    return tuple(found)


def _finding(kind: str, entry: dict[str, Any], role: str, severity: Severity) -> Finding:
    return Finding(
        tool="wapiti", role=role, severity=severity, where=f"{entry['method']} {entry['path']}", what=f"{kind}: {entry['info']}",
        reproduce=entry.get("curl_command", ""),
    )  # fmt: skip
