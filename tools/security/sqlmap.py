"""Runs sqlmap against one form, query or id, and counts how many of its requests the page itself answered."""

import contextlib
import os
import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from tools.security.findings import Finding, Outcome, Severity
from tools.security.pages import TOKEN, Form, pattern
from tools.security.settings import Settings
from tools.security.surface import IN_PATH

_INJECTABLE = "sqlmap identified the following injection point"
_CLEAN = "all tested parameters do not appear to be injectable"
_REQUEST = re.compile(r"^HTTP request \[#(\d+)\]:$")
_RESPONSE = re.compile(r"^HTTP response \[#(\d+)\] \((\d+)")
_LOCATION = re.compile(r"^location: *(\S+)", re.IGNORECASE)
_REFUSED = frozenset({400, 401, 403, 405, 413, 415, 429})
AT_THE_DOOR = re.compile(r"^/(sign-in|unlock|activate)(/|$)")
"""Pages that themselves answer 401 to a wrong proof and 429 to too many; anywhere else these come from before the page."""
_SIGN_IN = re.compile(r"sign-?in|login", re.IGNORECASE)
FEWEST_ANSWERS = 10
HEADERS = ("user-agent", "referer", "host")
_LONGEST_S = 1800


def attack(
    settings: Settings, base: str, folder: Path, target: Form, *, role: str, cookies: str, headers: bool = False, scope: str = "",
    known: frozenset[str] = frozenset(),
) -> Outcome:  # fmt: skip
    """Attack one target, with the token its page gave; where most requests are refused, once more with a fresh token for each of them.

    `headers` also puts payloads into the browser's name, the referring page and the cookies.
    Fields in `known` are sent, and not attacked: another form of the same route had them attacked before.
    """
    passed_by = known if headers else known | {*HEADERS, *_cookie_names(cookies)}
    for fresh_tokens in (False, True):
        command = _command(settings, base, folder, target, cookies, passed_by=passed_by, fresh_tokens=fresh_tokens)
        tried = _attack(command, folder, target, role=role, scope=scope)
        if not tried.untested or not any(name == TOKEN for name, _ in target.fields):
            break
    return tried


def _cookie_names(cookies: str) -> list[str]:
    return [part.partition("=")[0].strip() for part in cookies.split(";") if part.strip()]


def _attack(command: list[str], folder: Path, target: Form, *, role: str, scope: str) -> Outcome:
    """Attack one target.

    Untested unless sqlmap says what it found and the page itself, not a refusal at the door, answered at least half of the requests.
    """
    began = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    traffic, log = folder / "traffic.txt", folder / "sqlmap.log"
    with log.open("wb") as out, contextlib.suppress(subprocess.TimeoutExpired):
        # One that is cut off has come to no verdict, and counts as untested.
        subprocess.run(  # noqa: S603 - a scanner of the locked list.
            [*command, "-t", str(traffic)], stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=_LONGEST_S,
            env={**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder)}, check=False,
        )  # fmt: skip
    said = log.read_text(encoding="utf-8", errors="replace")
    answers = Counter(_answers(traffic, target)) if traffic.exists() else Counter[str]()
    traffic.unlink(missing_ok=True)
    where = f"{target.method} {target.path}"
    findings = []
    if _INJECTABLE in said:
        what = " ".join(said[said.index(_INJECTABLE) :].split())[:300]
        findings.append(Finding(tool="sqlmap", role=role, severity=Severity.HIGH, where=where, what=what, reproduce=" ".join(command[1:])))
    if answers["broken"]:
        what = f"{SERVER_FAULT}: {answers['broken']} of {answers.total()} answers"
        findings.append(Finding(tool="sqlmap", role=role, severity=Severity.HIGH, where=where, what=what, reproduce=f"fields: {urlencode(target.fields)}"))
    return Outcome(
        tool="sqlmap", role=role, scope=scope or f"{target.method} {pattern(target.path)}", requests=answers.total(), findings=tuple(findings),
        untested=tuple(_doubts(said, answers)),
        notes=(f"{answers['page']} answered by the page, {answers['throttled']} throttled by it",), seconds=round(time.monotonic() - began),
    )  # fmt: skip


SERVER_FAULT = "the server failed"


def _doubts(said: str, answers: Counter[str]) -> Iterator[str]:
    if _INJECTABLE not in said and _CLEAN not in said:
        told = [line for line in said.splitlines() if "[CRITICAL]" in line or "[ERROR]" in line]
        yield "sqlmap came to no verdict: " + (told[-1][:200] if told else "it said nothing")
    reached = answers["page"] + answers["throttled"]
    if reached < FEWEST_ANSWERS or reached * 2 < answers.total():
        yield f"only {reached} of {answers.total()} requests were answered by the page itself"


def _command(settings: Settings, base: str, folder: Path, target: Form, cookies: str, *, passed_by: frozenset[str], fresh_tokens: bool) -> list[str]:
    command = [
        str(settings.scanners / "sqlmap"), "--batch", "--level", str(settings.level), "--risk", str(settings.risk), "--dbms", "SQLite",
        "--flush-session", "--skip-waf", "--disable-coloring", "--ignore-redirects", "--ignore-code", "*", "--timeout", "20", "--retries", "1",
        "--output-dir", str(folder / "out"), "--skip", ",".join((TOKEN, *sorted(passed_by))), "--url", _address(base, target),
    ]  # fmt: skip
    if cookies:
        command += ["--cookie", cookies, "--drop-set-cookie"]
    if target.method == "POST":
        command += ["--data", urlencode(target.fields)]
        if fresh_tokens:
            command += ["--csrf-token", TOKEN, "--csrf-url", base + target.page]
    return command


def _address(base: str, target: Form) -> str:
    if target.method == IN_PATH:
        # sqlmap takes the star for the place to put its payload; the last id is the one the page is about.
        parts = target.path.split("/")
        place = max(index for index, part in enumerate(parts) if pattern(part) == "<id>")
        parts[place] += "*"
        return base + "/".join(parts)
    if target.method == "GET" and target.fields:
        return f"{base}{urlsplit(target.path).path}?{urlencode(target.fields)}"
    return base + target.path


def _answers(traffic: Path, target: Form) -> Iterator[str]:
    """How each request at the target was answered: by the `page`, `throttled` by it, `refused` before it, or `broken`. Token pages do not count."""
    method = "GET" if target.method == IN_PATH else target.method
    path = urlsplit(target.path).path
    prefix = path.rpartition("/")[0] + "/" if target.method == IN_PATH else path
    asked, number, status = "", "", 0
    expects_request = False
    with traffic.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if match := _REQUEST.match(line):
                yield from _judged(asked, method, prefix, status, "", whole=target.method != IN_PATH)
                number, status, expects_request = match[1], 0, True
            elif expects_request:
                asked, expects_request = line, False
            elif (match := _RESPONSE.match(line)) and match[1] == number:
                status = int(match[2])
            elif status in (301, 302, 303, 307, 308) and (match := _LOCATION.match(line)):
                yield from _judged(asked, method, prefix, status, match[1], whole=target.method != IN_PATH)
                asked, status = "", 0
    yield from _judged(asked, method, prefix, status, "", whole=target.method != IN_PATH)


def _judged(asked: str, method: str, prefix: str, status: int, location: str, *, whole: bool) -> Iterator[str]:
    verb, _, rest = asked.partition(" ")
    at = rest.partition(" ")[0].partition("?")[0]
    if not status or verb != method or not (at in (prefix, quote(prefix)) if whole else at.startswith(prefix)):
        return
    if status >= 500:
        yield "broken"
    elif status in (401, 429) and AT_THE_DOOR.match(prefix):
        yield "page" if status == 401 else "throttled"
    elif status in _REFUSED or (location and _SIGN_IN.search(location)) or (status == 404 and whole):
        yield "refused"
    else:
        yield "page"
