"""The table of a run, for people, and the same as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tools.security.findings import Accepted, Finding, Judgement, Outcome, Severity

_WIDEST = 60


def verdict(outcome: Outcome) -> str:
    """One word or two: how this part ended."""
    if outcome.untested:
        return "NOT TESTED"
    worst = max((finding.severity for finding in outcome.findings), default=None)
    return f"{worst.name.lower()} findings" if worst is not None and worst >= Severity.MEDIUM else "nothing"


def table(outcomes: Sequence[Outcome], judged: Judgement) -> str:
    """One line for each part, then what fails the run and what was accepted."""
    rows = [("tool", "role", "scope", "asked", "verdict", "s", "notes")]
    rows += [(each.tool, each.role, each.scope, str(each.requests), verdict(each), str(each.seconds), "; ".join(each.notes)) for each in outcomes]
    widths = [min(_WIDEST, max(len(row[column]) for row in rows)) for column in range(len(rows[0]))]
    lines = ["  ".join(cell[:_WIDEST].ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines += [f"FAILS: {_line(finding)}" for finding in _once(judged.failing)]
    lines += [f"NOT TESTED: {each.tool} {each.role} {each.scope}: {why}" for each in outcomes for why in each.untested]
    lines += [f"OUTDATED: accepted.toml still has {entry.tool} {entry.where} {entry.what}, and it is no longer reported" for entry in judged.outdated]
    lines += [f"accepted: {_line(finding)}" for finding in _once(judged.accepted)]
    return "\n".join(lines)


def passes(outcomes: Sequence[Outcome], judged: Judgement) -> bool:
    """Whether nothing of medium or high severity is open, every part was tested, and no accepted entry is outdated."""
    return not judged.failing and not judged.outdated and not any(each.untested for each in outcomes)


def write(path: Path, outcomes: Sequence[Outcome], judged: Judgement, accepted: Sequence[Accepted]) -> None:
    """Everything, as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "passes": passes(outcomes, judged), "outcomes": [asdict(each) | {"verdict": verdict(each)} for each in outcomes],
        "failing": [asdict(each) for each in judged.failing], "accepted": [asdict(each) for each in accepted],
        "outdated": [asdict(each) for each in judged.outdated],
    }  # fmt: skip
    path.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _line(finding: Finding) -> str:
    role = f" as {finding.role}" if finding.role else ""
    return f"{finding.tool}{role}, {finding.severity.name.lower()}: {finding.where}: {' '.join(finding.what.split())[:300]}"


def _once(findings: Sequence[Finding]) -> list[Finding]:
    return list({(each.tool, each.where, each.what): each for each in findings}.values())
