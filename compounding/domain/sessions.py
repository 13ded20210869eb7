"""How long somebody stays signed in, and what a session that waited too long still allows (clinical rule 21: idling locks signing, never the step in view)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from compounding.domain.assurance import Factor

IDLE_AFTER = timedelta(minutes=15)
WARN_BEFORE_IDLE = timedelta(minutes=2)
ENDS_AFTER = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
"""How often it is written down that somebody is still there."""
RENEWED = "renewed"
"""Why a session ended that goes on under another token."""
RENEWED_LATELY = timedelta(seconds=10)
"""How long a request may be on its way that began before the token was renewed."""


class Stage(StrEnum):
    """How far somebody has come in signing in."""

    ACTIVATING = "activating"
    """An activation code was given; a password and a second factor are being chosen."""
    PASSWORD_GIVEN = "password given"  # noqa: S105 - a stage, not a password.
    OPEN = "open"
    LOCKED = "locked"


class Condition(StrEnum):
    """What a session is worth at a moment."""

    OPEN = "open"
    LOCKED = "locked"
    """Waited too long, or was locked by hand: the page in view stays, everything else needs the password."""
    ACTIVATES = "activates the account"
    WAITS_FOR_SECOND_FACTOR = "waits for the second factor"
    ENDED = "ended"


_HALF_WAY = {Stage.PASSWORD_GIVEN: Condition.WAITS_FOR_SECOND_FACTOR, Stage.ACTIVATING: Condition.ACTIVATES}
STEPS_WITHIN = {Stage.PASSWORD_GIVEN: timedelta(minutes=10), Stage.ACTIVATING: timedelta(minutes=30)}
"""How long somebody may take who is half-way in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser in which one person signed in. `id` is the digest of the token, never the token; instants are in UTC.

    `pending` is a second factor that is being set up, sealed.
    """

    id: str
    person_id: str
    browser: str
    stage: Stage
    factors: frozenset[Factor]
    started_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None
    pending: str = ""
    ended_because: str = ""

    def condition(self, at: datetime) -> Condition:
        """What it is worth at that moment. A clock that went back makes nobody's session longer."""
        if self.ended_at is not None or not self.started_at - SEEN_EVERY <= at < self.started_at + ENDS_AFTER:
            return Condition.ENDED
        if self.stage in _HALF_WAY:
            return _HALF_WAY[self.stage] if at < self.started_at + STEPS_WITHIN[self.stage] else Condition.ENDED
        return Condition.LOCKED if self.stage is Stage.LOCKED or at >= self.seen_at + IDLE_AFTER else Condition.OPEN

    def was_renewed(self, at: datetime) -> bool:
        """Whether it has just ended and goes on under another token."""
        return self.ended_at is not None and self.ended_because == RENEWED and at - self.ended_at < RENEWED_LATELY

    def is_due(self, at: datetime) -> bool:
        """Whether it is time to write down again that somebody is there."""
        return at >= self.seen_at + SEEN_EVERY

    def idle_at(self) -> datetime:
        """When it locks if nothing happens."""
        return min(self.seen_at + IDLE_AFTER, self.started_at + ENDS_AFTER)
