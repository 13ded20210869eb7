"""How long somebody may still wait before the session locks: told to the page, whose script warns in time."""

from dataclasses import replace

from compounding.domain.sessions import WARN_BEFORE_IDLE, Condition
from compounding.web.records import current_records, the_records
from compounding.web.visitors import Visitor, visitor

WARN_BEFORE = int(WARN_BEFORE_IDLE.total_seconds())


def seconds_left(who: Visitor, *, is_seen: bool) -> int:
    """Whole seconds until it locks, never more than there are. `is_seen` says whether this very request was written down as a sign of life."""
    at = the_records().clock()
    if not who.is_in:
        return 0
    # What is written down is at most a minute old; where it was older, this request has just renewed it.
    renewed = replace(who.session, seen_at=at) if is_seen and who.session.is_due(at) else who.session
    return max(0, int((renewed.idle_at() - at).total_seconds()))


def for_page() -> dict[str, object]:
    """What every page knows: seconds until the session locks (None where nobody has one), and whether it is locked now."""
    who = visitor() if current_records() is not None else None
    has_full_session = who is not None and (who.is_in or is_locked(who))
    return {
        "session_seconds": seconds_left(who, is_seen=True) if who is not None and has_full_session else None,
        "session_warns_before": WARN_BEFORE,
        "session_is_locked": who is not None and is_locked(who),
    }


def is_locked(who: Visitor) -> bool:
    """Whether only the page in view stays."""
    return who.condition is Condition.LOCKED
