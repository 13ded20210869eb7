"""How many pages of records one person opens within an hour: far more than the work of a pharmacy needs, and too few to carry its records away."""

from datetime import datetime, timedelta

from compounding.domain.errors import LevigateError

COUNTED_FOR = timedelta(hours=1)
PAGES_AN_HOUR = 2000
"""Where nothing else is configured. A jar made one step to a screen is some ninety pages: nobody at a bench ever waits for this, and a copier does."""
FEWEST_PAGES, MOST_PAGES = 200, 100_000
"""What can be configured: less would stop somebody at work, more would be no limit."""


class TooManyPages(LevigateError):
    """Somebody has read more than their work needs. `seconds` is how long until the next page is shown."""

    def __init__(self, *, seconds: int) -> None:
        minutes = -(-seconds // 60)
        plural = "" if minutes == 1 else "s"
        super().__init__(
            "READING_LIMIT",
            f"you have opened more pages of records within an hour than this pharmacy allows; the next one opens in {minutes} minute{plural}, and if your work "
            "needs more, ask whoever runs the program to raise the limit",
        )
        self.seconds = seconds


def check_budget(earliest: datetime | None, *, at: datetime) -> None:
    """Raise TooManyPages while the budget is used up: `earliest` is when the page was read whose hour has to end first, None where there is room."""
    if earliest is not None and earliest + COUNTED_FOR > at:
        raise TooManyPages(seconds=-((at - earliest - COUNTED_FOR) // timedelta(seconds=1)))
