"""What the access table promises, worked out from the table and the profile alone, so that the walk through the program has something to be held against."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from flask import Flask

from compounding.domain.people import Role, WhoMay
from compounding.web.access_table import TABLE, Door, Entry

ROLES = tuple(Role)


class Answer(Enum):
    """What somebody may expect of a route."""

    OPEN = "yes"
    OWN = "own only"
    FORBIDDEN = "no"
    SIGN_IN = "sign in"
    ABSENT = "not there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One address of the program with one method."""

    endpoint: str
    rule: str
    method: str
    arguments: frozenset[str]

    @property
    def entry(self) -> Entry:
        """What the table says of it."""
        return TABLE[self.endpoint]


def routes(app: Flask) -> Iterator[Route]:
    """Every route with every method of its own, by address."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: (each.rule, each.endpoint)):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(endpoint=rule.endpoint, rule=rule.rule, method=method, arguments=frozenset(rule.arguments))


def promised(entry: Entry, role: Role | None, who_may: WhoMay, *, half_way: bool = False) -> Answer:
    """The answer for somebody of one role at a pharmacy that is set up; None is nobody signed in."""
    if entry.door is Door.ANYONE:
        return Answer.OPEN
    if entry.door is Door.TRIAL:
        return Answer.ABSENT
    if entry.door is Door.HALF_WAY:
        return Answer.OPEN if half_way else Answer.SIGN_IN
    if role is None or half_way:
        return Answer.SIGN_IN
    if entry.door is Door.SIGNED_IN or any(role in (*who_may.alone[duty], *who_may.supervised[duty]) for duty in entry.duties):
        return Answer.OPEN
    if any(role in (*who_may.alone[duty], *who_may.supervised[duty]) for duty in entry.own):
        return Answer.OWN
    return Answer.FORBIDDEN
