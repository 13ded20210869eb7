"""One entry of the audit trail as it is read on a page: what its text says, and the text itself where it cannot be read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from compounding.storage.lists import Written
from compounding.web.record_words import local


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry: `changed` are names with old and new value."""

    seq: int
    at: str
    by: str
    action: str
    subject: str
    subject_id: str
    reason: str
    changed: tuple[tuple[str, str, str], ...]
    raw: str = ""


def line_of(entry: Written, zone: tzinfo, names: Mapping[str, str]) -> Line:
    """An entry in words."""
    try:
        said = json.loads(entry.body)
        beside = f", supervised by {names.get(said['supervisor'], said['supervisor'])}" if said["supervisor"] else ""
        return Line(
            seq=entry.seq, at=local(datetime.fromisoformat(said["at"]), zone),
            by=_who(said, names) + beside, action=str(said["action"]),
            subject=str(said["subject"]), subject_id=str(said["subject_id"]), reason=str(said["reason"]),
            changed=tuple((str(name), _text(old), _text(new)) for name, (old, new) in said["changed"].items()),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError):
        return Line(seq=entry.seq, at="", by="", action="not readable", subject="", subject_id="", reason="", changed=(), raw=entry.body)


def _text(value: object) -> str:
    return "nothing" if value is None or value == "" else str(value)


def _who(said: Mapping[str, str], names: Mapping[str, str]) -> str:
    role = f", {said['role']}" if said["role"] else ""
    return f"{said['name'] or names.get(said['by'], said['by'])}{role}"
