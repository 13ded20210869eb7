"""The cases of abuse: the copied corpus and our own, and which reaction a class of the corpus allows."""

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parents[2] / "cases" / "abuse.json"
ORIGINAL = Path(__file__).parents[4] / "shared" / "cases" / "abuse.json"
OWN = Path(__file__).parent / "more_cases.json"
ON_THE_WIRE = frozenset({"fault", "raw_request"})
"""Kinds that only a real server can be asked."""


class Reaction(StrEnum):
    """What the program did with a value, as somebody sees it who sends it."""

    STORED = "stored as typed and shown escaped"
    FIELD_ERROR = "refused beside its field"
    REFUSED = "refused"
    READ = "read as a number"
    LITERAL = "searched literally"
    DEFAULT = "default order"
    ABSENT = "not found"
    DENIED = "denied and told on the trail"
    LOCAL = "stayed on this site"
    IGNORED = "ignored"
    UNIFORM = "sign-in failed like any other"
    THROTTLED = "throttled"
    ACCEPTED = "accepted unmodified"
    SAFE_NAME = "served under a safe name"
    SAFE_IMPORT = "taken safely"
    ONE_ORDER = "kept once"
    RECOVERED = "503, then recovered alone"
    WHOLE = "kept whole or not at all"
    WRONG = "wrong"


_ALLOWED: dict[str, frozenset[Reaction]] = {
    name: frozenset(reactions)
    for name, reactions in {
        "store_verbatim_render_escaped": [Reaction.STORED],
        "reject_or_store_safely": [Reaction.STORED, Reaction.FIELD_ERROR, Reaction.REFUSED],
        "refuse_or_fit_completely": [Reaction.STORED, Reaction.FIELD_ERROR, Reaction.REFUSED],
        "reject_413_or_field_error": [Reaction.FIELD_ERROR],
        "reject_field_error": [Reaction.FIELD_ERROR],
        "literal_search": [Reaction.LITERAL],
        "reject_or_default_order": [Reaction.DEFAULT, Reaction.REFUSED],
        "not_found_404": [Reaction.ABSENT],
        "deny_403_or_404_and_audit": [Reaction.DENIED],
        "stay_local": [Reaction.LOCAL],
        "ignored": [Reaction.IGNORED],
        "ignored_or_rejected": [Reaction.IGNORED, Reaction.REFUSED],
        "ignored_unless_trusted_proxy": [Reaction.IGNORED],
        "reject_400_or_ignore": [Reaction.IGNORED],
        "login_fails_uniform": [Reaction.UNIFORM],
        "throttled_429_or_delay_after_limit": [Reaction.THROTTLED],
        "accept": [Reaction.ACCEPTED],
        "accept_unmodified": [Reaction.ACCEPTED],
        "safe_name_or_404": [Reaction.SAFE_NAME, Reaction.ABSENT],
        "reject_4xx_or_safe_import": [Reaction.SAFE_IMPORT],
        "reject_or_documented": [Reaction.REFUSED],
        "one_order": [Reaction.ONE_ORDER],
        "one_order_same_answer": [Reaction.ONE_ORDER],
        "503_and_recovers_alone_within_30_s": [Reaction.RECOVERED],
        "acknowledged_kept_unacknowledged_absent_or_complete": [Reaction.WHOLE],
    }.items()
}
_REFUSALS = frozenset({Reaction.REFUSED, Reaction.FIELD_ERROR, Reaction.ABSENT, Reaction.DENIED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One hostile value of a kind of field; `value` is expanded as the corpus describes."""

    id: str
    kind: str
    value: Any
    expected: str
    title: str = ""

    @property
    def text(self) -> str:
        """The value of a case that is typed."""
        assert isinstance(self.value, str), self.id
        return self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one place of the program did with it."""

    place: str
    reaction: Reaction
    status: int = 0
    value: Decimal | None = None
    note: str = ""


def fits(expected: str, outcome: Outcome) -> bool:
    """Whether this reaction is of the expected class."""
    number = re.fullmatch(r"(?:accept(?:_as)?_|reject_or_explicit_)([0-9.]+)(?:_or_reject)?", expected)
    if number is not None:
        return outcome.reaction is Reaction.FIELD_ERROR or (outcome.reaction is Reaction.READ and outcome.value == Decimal(number[1]))
    if outcome.reaction in _ALLOWED.get(expected, frozenset()):
        return True
    asked = expected.startswith(("reject_", "deny_", "safe_name_or_404")) and outcome.reaction in _REFUSALS
    return asked and (str(outcome.status) in re.findall(r"\d{3}", expected) or ("4xx" in expected and 400 <= outcome.status < 500))


def known(expected: str) -> bool:
    """Whether the runner knows what this class means."""
    return expected in _ALLOWED or re.match(r"(accept_(as_)?|reject_or_explicit_|reject_)[0-9]", expected) is not None


def read(path: Path) -> tuple[Case, ...]:
    """The cases of a file."""
    told = json.loads(path.read_text(encoding="utf-8"))["cases"]
    return tuple(
        Case(id=each["id"], kind=each["field_kind"], value=_expanded(each["value"]), expected=each["expected"], title=each.get("title", "")) for each in told
    )


def _expanded(value: Any) -> Any:
    if isinstance(value, dict) and "repeat" in value:
        return str(value["repeat"]) * int(value["times"])
    if isinstance(value, dict) and "json_escape" in value:
        return json.loads(f'"{value["json_escape"]}"')
    return value
