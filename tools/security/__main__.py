"""`python -m tools.security`: attack the example pharmacy with bandit, wapiti and sqlmap, print one table, and fail on what is medium or high."""

import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.security import controls, report, static_check
from tools.security.attacks import with_sqlmap, with_wapiti
from tools.security.findings import Outcome, Severity, accepted_findings, judge
from tools.security.instance import make_example
from tools.security.roles import attackers
from tools.security.settings import Settings, from_environment


def main() -> int:
    """Run what was asked for. Exit status 1 where something is open, untested or outdated."""
    settings = from_environment()
    accepted = accepted_findings()
    with tempfile.TemporaryDirectory(prefix="levigate-security-") as name:
        outcomes = [_told(outcome) for outcome in _run(settings, Path(name))]
    judged = judge(outcomes, accepted)
    sys.stdout.write(report.table(outcomes, judged) + "\n")
    report.write(settings.build / "report.json", outcomes, judged, accepted)
    return 0 if report.passes(outcomes, judged) else 1


def _run(settings: Settings, folder: Path) -> Iterator[Outcome]:
    """The controls first: what a blind tool does not find proves nothing."""
    for tool, control in (("bandit", controls.of_bandit), ("wapiti", controls.of_wapiti), ("sqlmap", controls.of_sqlmap)):
        if tool in settings.tools:
            yield control(settings, folder / f"control-{tool}")
    if "bandit" in settings.tools:
        yield static_check.check(settings)
    if not {"wapiti", "sqlmap"} & set(settings.tools):
        return
    example = make_example(folder / "example")
    people = attackers(settings.roles, example)
    with ThreadPoolExecutor(settings.lanes) as lanes:
        if "wapiti" in settings.tools:
            yield from with_wapiti(settings, example, folder, people, lanes)
        if "sqlmap" in settings.tools:
            yield from with_sqlmap(settings, example, folder, people, lanes)


def _told(outcome: Outcome) -> Outcome:
    """Say that a part is done; a whole run takes a while."""
    sys.stderr.write(f"{outcome.tool} {outcome.role} {outcome.scope}: {report.verdict(outcome)} ({outcome.seconds} s)\n")
    for line in (
        *outcome.untested,
        *(f"{each.severity.name.lower()}: {each.where}: {each.what[:200]}" for each in outcome.findings if each.severity >= Severity.MEDIUM),
    ):
        sys.stderr.write(f"    {line}\n")
    return outcome


if __name__ == "__main__":
    sys.exit(main())
