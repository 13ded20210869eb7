"""How sure the program is that it is really this person who acts: what was shown, when, and what each kind of signature needs.

A session says who sits there; it does not say that nobody else has sat down meanwhile. So a signature, a release, an approval or a correction is given with
the password (or a passkey) once more, and what reaches a patient or every later jar with a second factor as well (clinical rules 18 and 21).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from compounding.domain.people import Duty, NotAllowed

FRESH_FOR = timedelta(minutes=5)
"""How long after it was shown a proof still counts for an act."""


class Factor(StrEnum):
    """Something only this person knows or has."""

    PASSWORD = "password"  # noqa: S105 - the name of a factor, not a password.
    ONE_TIME_CODE = "one-time code"
    RECOVERY_CODE = "recovery code"
    PASSKEY = "passkey"
    EXAMPLE = "example data, nobody signed in"


class Level(IntEnum):
    """How much has to be shown."""

    SESSION = 0
    """Nothing beyond being signed in."""
    AGAIN = 1
    """The password or a passkey, once more."""
    FULL = 2
    """Both factors, once more; a passkey that checked its owner is both."""


_SECOND = frozenset({Factor.ONE_TIME_CODE, Factor.RECOVERY_CODE})

SIGNING = {Duty.FINAL_CHECK: Level.FULL, Duty.KEEP_FORMULARY: Level.FULL}
"""What a signature of that meaning needs; every other one needs the password or a passkey again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assurance:
    """What one person showed at one moment (UTC)."""

    person_id: str
    factors: frozenset[Factor]
    at: datetime

    def __post_init__(self) -> None:
        if self.at.tzinfo is None or not self.factors:
            raise ValueError("an assurance is dated in UTC and names what was shown")

    @property
    def in_words(self) -> str:
        """As it stands beside a signature: "password and one-time code"."""
        return " and ".join(each.value for each in Factor if each in self.factors)

    def reaches(self, *, is_example: bool) -> Level:
        """The level it is worth; example data counts in an example pharmacy only."""
        if Factor.EXAMPLE in self.factors:
            return Level.FULL if is_example else Level.SESSION
        if Factor.PASSKEY in self.factors or (Factor.PASSWORD in self.factors and self.factors & _SECOND):
            return Level.FULL
        return Level.AGAIN if Factor.PASSWORD in self.factors else Level.SESSION


def level_of_signing(duty: Duty) -> Level:
    """What a signature of this meaning needs."""
    return SIGNING.get(duty, Level.AGAIN)


def check_assured(shown: Iterable[Assurance], person_id: str, needed: Level, *, at: datetime, is_example: bool) -> Assurance:
    """The proof that stands for this person at this moment.

    Raises NotAllowed `CONFIRM_WITH_PASSWORD` where the person has not shown it afresh, `CONFIRM_WITH_SECOND_FACTOR` where the password alone is too little.
    """
    fresh = [each for each in shown if each.person_id == person_id and timedelta() <= at - each.at <= FRESH_FOR]
    best = max(fresh, key=lambda each: each.reaches(is_example=is_example), default=None)
    level = best.reaches(is_example=is_example) if best is not None else Level.SESSION
    if best is None or level < Level.AGAIN:
        raise NotAllowed(
            "CONFIRM_WITH_PASSWORD", "this is signed with the password or a passkey once more, by the very person who signs; enter it and try again"
        )
    if level < needed:
        raise NotAllowed("CONFIRM_WITH_SECOND_FACTOR", "this is signed with the password and a one-time code, or with a passkey; enter both and try again")
    return best
