"""What fails a run: an open finding, a part that proves nothing, and an accepted finding that nobody reports any more."""

from pathlib import Path

import pytest

from tools.security import report, wapiti
from tools.security.findings import Accepted, Finding, Outcome, Severity, accepted_findings, judge

MEDIUM = Finding(tool="bandit", role="", severity=Severity.MEDIUM, where="a.py:3", what="B608 SQL")
JUDGED = Accepted(tool="bandit", where="a.py", what="B608", reason="our own table names")


def outcome(*findings: Finding, untested: tuple[str, ...] = ()) -> Outcome:
    return Outcome(tool="bandit", role="", scope="sources", findings=findings, untested=untested)


@pytest.mark.parametrize("severity", [Severity.MEDIUM, Severity.HIGH])
def test_a_finding_of_medium_severity_or_more_fails_the_run(severity: Severity) -> None:
    found = [outcome(Finding(tool="bandit", role="", severity=severity, where="b.py:1", what="B602"))]
    assert not report.passes(found, judge(found, ()))


def test_a_low_finding_does_not_fail_the_run() -> None:
    found = [outcome(Finding(tool="bandit", role="", severity=Severity.LOW, where="b.py:1", what="B404"))]
    assert report.passes(found, judge(found, ()))


def test_an_accepted_finding_passes_and_is_still_told() -> None:
    found = [outcome(MEDIUM)]
    judged = judge(found, [JUDGED])
    assert report.passes(found, judged)
    assert "accepted: bandit, medium: a.py:3" in report.table(found, judged)


@pytest.mark.parametrize("other", [{"tool": "wapiti"}, {"where": "b.py:3"}, {"what": "B602 shell"}])
def test_an_accepted_finding_covers_no_other_tool_place_or_text(other: dict[str, str]) -> None:
    told = {"tool": "bandit", "where": "a.py:3", "what": "B608 SQL"} | other
    assert not JUDGED.covers(Finding(role="", severity=Severity.MEDIUM, **told))


def test_an_accepted_finding_that_is_no_longer_reported_fails_the_run() -> None:
    found = [outcome()]
    judged = judge(found, [JUDGED])
    assert judged.outdated == [JUDGED]
    assert not report.passes(found, judged)


def test_an_accepted_finding_of_a_tool_that_did_not_run_is_not_outdated() -> None:
    assert judge([Outcome(tool="wapiti", role="", scope="site")], [JUDGED]).outdated == []


def test_what_was_not_tested_fails_the_run() -> None:
    found = [outcome(untested=("blind",))]
    assert not report.passes(found, judge(found, ()))
    assert "NOT TESTED" in report.table(found, judge(found, ()))


def test_every_accepted_finding_says_why() -> None:
    assert all(len(entry.reason) > 20 for entry in accepted_findings())


def test_an_accepted_finding_without_a_reason_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "accepted.toml"
    file.write_text('[[accepted]]\ntool = "bandit"\nwhere = "a.py"\nwhat = "B608"\nreason = " "\n', encoding="utf-8")
    with pytest.raises(ValueError, match="reason"):
        accepted_findings(file)


@pytest.mark.parametrize(("level", "severity"), [(0, Severity.LOW), (1, Severity.LOW), (2, Severity.MEDIUM), (3, Severity.HIGH), (4, Severity.HIGH)])
def test_a_vulnerability_counts_by_its_level(level: int, severity: Severity) -> None:
    entry = {"method": "GET", "path": "/", "info": "told", "level": level}
    (found,) = wapiti.findings_of({"vulnerabilities": {"Some Kind": [entry]}, "anomalies": {}}, "auditor")
    assert (found.severity, found.role, found.where) == (severity, "auditor", "GET /")


def test_a_server_error_counts_as_high_and_another_anomaly_as_low() -> None:
    entry = {"method": "GET", "path": "/", "info": "told", "level": 2}
    found = wapiti.findings_of({"vulnerabilities": {}, "anomalies": {"Internal Server Error": [entry], "Resource consumption": [entry]}}, "")
    assert [each.severity for each in found] == [Severity.HIGH, Severity.LOW]


def test_a_module_of_wapiti_is_used_or_left_out_with_a_reason_and_never_both() -> None:
    assert not {*wapiti.WATCHING, *wapiti.INJECTING} & set(wapiti.LEFT_OUT)
    assert all(wapiti.LEFT_OUT.values())
