"""How many failed attempts to sign in are answered before the next one has to wait, and for whom.

Failures count for the account at the address they come from, for the address, for the account from everywhere, and for a browser in which that person has
signed in before. The last one has a count of its own: whoever guesses uses up other counts, and never keeps the owner out of the browser at the bench; from
one address they do not even keep the owner out at another one. What is refused while it waits is not counted, so a wait ends by itself after 15 minutes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

COUNTED_FOR = timedelta(minutes=15)
MOST_FROM_ADDRESS_FOR_ACCOUNT = 5
MOST_FOR_ACCOUNT = 100
"""From everywhere: what many machines together may guess of one account."""
MOST_FOR_KNOWN_BROWSER = 5
MOST_FOR_ADDRESS = 30
"""More than for an account: all people of a pharmacy may come from one address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """When attempts failed lately, the oldest first: of the account from browsers that are not its own (from everywhere, and from this address), of the account
    from this browser, and from this address.
    """

    account: tuple[datetime, ...]
    account_here: tuple[datetime, ...]
    browser: tuple[datetime, ...]
    address: tuple[datetime, ...]
    is_known_browser: bool


def wait_until(failures: Failures, *, at: datetime) -> datetime | None:
    """When the next attempt is answered, or None where it is at once."""
    if failures.is_known_browser:
        return _free(failures.browser, MOST_FOR_KNOWN_BROWSER, at)
    waits = [
        _free(failures.account_here, MOST_FROM_ADDRESS_FOR_ACCOUNT, at), _free(failures.account, MOST_FOR_ACCOUNT, at),
        _free(failures.address, MOST_FOR_ADDRESS, at),
    ]  # fmt: skip
    return max((each for each in waits if each is not None), default=None)


def _free(failed: tuple[datetime, ...], most: int, at: datetime) -> datetime | None:
    # A failure dated ahead comes from a clock that was set back since; it would make somebody wait longer than we promise.
    lately = sorted(each for each in failed if at - COUNTED_FOR < each <= at)
    return lately[-most] + COUNTED_FOR if len(lately) >= most else None
