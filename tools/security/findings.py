"""What a tool found, how its part of the run ended, and the findings that were looked at and accepted."""

import enum
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ACCEPTED = Path(__file__).with_name("accepted.toml")


class Severity(enum.IntEnum):
    """How bad a finding is; from MEDIUM up it fails the run."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a tool reports. `reproduce` is a line that shows it again."""

    tool: str
    role: str
    severity: Severity
    where: str
    what: str
    reproduce: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one part ended: what was asked, how much was answered, what was found. `untested` says why it proves nothing, where it does not."""

    tool: str
    role: str
    scope: str
    requests: int = 0
    findings: tuple[Finding, ...] = ()
    untested: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A finding that a person judged: it stands only for this tool, place and text, and says why it is none."""

    tool: str
    where: str
    what: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Whether this is the finding that was judged."""
        return self.tool == finding.tool and finding.where.startswith(self.where) and self.what in finding.what


@dataclass(slots=True)
class Judgement:
    """The findings that fail the run, those that were accepted, and accepted entries nothing was found for."""

    failing: list[Finding] = field(default_factory=list)
    accepted: list[Finding] = field(default_factory=list)
    outdated: list[Accepted] = field(default_factory=list)


def accepted_findings(path: Path = ACCEPTED) -> tuple[Accepted, ...]:
    """The entries of accepted.toml. Raises TypeError where one lacks a part, and ValueError where one has no reason."""
    entries = tuple(Accepted(**entry) for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("accepted", []))
    for entry in entries:
        if not all((entry.tool, entry.where, entry.what, entry.reason.strip())):
            raise ValueError(f"{path.name}: the entry about {entry.where!r} must say tool, where, what and reason.")
    return entries


def judge(outcomes: Iterable[Outcome], accepted: Sequence[Accepted]) -> Judgement:
    """Sort the findings of medium and high severity. An accepted entry that matches nothing is outdated, where its tool ran at all."""
    outcomes = tuple(outcomes)
    judged, used = Judgement(), set()
    for finding in (finding for outcome in outcomes for finding in outcome.findings if finding.severity >= Severity.MEDIUM):
        entry = next((entry for entry in accepted if entry.covers(finding)), None)
        if entry is None:
            judged.failing.append(finding)
        else:
            used.add(entry)
            judged.accepted.append(finding)
    ran = {outcome.tool for outcome in outcomes if outcome.scope != "control"}
    judged.outdated = [entry for entry in accepted if entry.tool in ran and entry not in used]
    return judged
