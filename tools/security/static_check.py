"""Runs bandit over the sources."""

import json
import subprocess
import time

from tools.security.findings import Finding, Outcome, Severity
from tools.security.settings import ROOT, Settings

SOURCES = ("compounding", "labels", "tools", "wsgi.py")
_SEVERITIES = {"LOW": Severity.LOW, "MEDIUM": Severity.MEDIUM, "HIGH": Severity.HIGH}


def check(settings: Settings, sources: tuple[str, ...] = SOURCES, *, scope: str = "sources") -> Outcome:
    """What bandit reports. A file it cannot read, or none read at all, is untested."""
    began = time.monotonic()
    run = subprocess.run(  # noqa: S603 - a scanner of the locked list.
        [str(settings.scanners / "bandit"), "--recursive", "--format", "json", "--quiet", *sources],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    report = json.loads(run.stdout)
    lines = int(report["metrics"]["_totals"]["loc"])
    findings = tuple(
        Finding(
            tool="bandit", role="", severity=_SEVERITIES.get(result["issue_severity"], Severity.HIGH), where=f"{result['filename']}:{result['line_number']}",
            what=f"{result['test_id']} {result['issue_text']}", reproduce=f"bandit {result['filename']}",
        )
        for result in report["results"]
    )  # fmt: skip
    untested = tuple(f"{error['filename']}: {error['reason']}" for error in report["errors"]) + (() if lines else ("no line was read",))
    return Outcome(
        tool="bandit", role="", scope=scope, requests=0, findings=findings, untested=untested, notes=(f"{lines} lines",),
        seconds=round(time.monotonic() - began),
    )  # fmt: skip
