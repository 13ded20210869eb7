"""Proves that each tool can find something here: planted mistakes it has to report, or the run fails because the tool is blind."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tools.security import sqlmap, static_check, wapiti
from tools.security.findings import Outcome, Severity
from tools.security.instance import free_port, stop, wait_until_it_answers
from tools.security.pages import Form
from tools.security.settings import ROOT, Settings

APPLICATION = ROOT / "tests" / "security" / "vulnerable_app.py"
CONTROL = "control"
_PLANTED = "import subprocess\n\n\ndef run(command: str) -> None:\n    subprocess.call(command, shell=True)\n"
_INJECTIONS = ("SQL Injection", "Reflected Cross Site Scripting")


def of_bandit(settings: Settings, folder: Path) -> Outcome:
    """bandit has to see a shell that is handed a text."""
    folder.mkdir(parents=True)
    (folder / "planted.py").write_text(_PLANTED, encoding="utf-8")
    return _blind_unless(static_check.check(settings, (str(folder),), scope=CONTROL), "B602")


def of_wapiti(settings: Settings, folder: Path) -> Outcome:
    """wapiti has to see the injected SQL, the reflected script and the missing headers."""
    with _vulnerable(folder) as base:
        found = wapiti.attack(settings, base, folder / "wapiti", role="", modules=("sql", "xss", "csp", "cookieflags"), scope=CONTROL)
    return _blind_unless(found, *_INJECTIONS)


def of_sqlmap(settings: Settings, folder: Path) -> Outcome:
    """sqlmap has to see the injection in the form."""
    form = Form(page="/", method="POST", path="/find", fields=(("word", "one"),))
    with _vulnerable(folder) as base:
        found = sqlmap.attack(settings, base, folder / "sqlmap", form, role="", cookies="", scope=CONTROL)
    # Its own server errors are part of the mistakes, and requests it breaks on are not answered by a page.
    return _blind_unless(replace(found, untested=()), "injection point")


def _blind_unless(outcome: Outcome, *wanted: str) -> Outcome:
    """The control's outcome: what was planted counts as no finding; what was not seen makes the tool blind."""
    told = [finding.what for finding in outcome.findings if finding.severity >= Severity.MEDIUM]
    missed = [what for what in wanted if not any(what.lower() in each.lower() for each in told)]
    doubts = (*outcome.untested, *(f"blind: it does not report {what}" for what in missed))
    return replace(outcome, findings=(), untested=doubts, notes=(f"{len(told)} planted findings reported",))


@contextmanager
def _vulnerable(folder: Path) -> Iterator[str]:
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    log = folder / "vulnerable.log"
    with log.open("wb") as out:
        server = subprocess.Popen([sys.executable, str(APPLICATION), str(port)], stdout=out, stderr=subprocess.STDOUT)  # noqa: S603 - our own file.
        try:
            wait_until_it_answers(server, port, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            stop(server)
