"""Whether the counts of an order can be those of an order at all; that its numbers are numbers is asked of every request (`request_checks.py`)."""

from compounding.domain.errors import WorkflowRefused
from compounding.domain.order_as_sent import OrderAsSent

LONGEST_SUPPLY_DAYS = 731
"""Two years: no order is valid for longer anywhere here."""
_MOST_REPEATS = 1000


def check_numbers(sent: OrderAsSent) -> None:
    """Raises WorkflowRefused `SUPPLY_DAYS_OUT_OF_RANGE` or `REPEATS_OUT_OF_RANGE`.

    Whether an amount makes sense is for the pipeline to say, in its reasons; here only what nothing can be worked out with is turned away.
    """
    days = sent.supply_days
    if days is not None and not 1 <= days <= LONGEST_SUPPLY_DAYS:
        raise WorkflowRefused("SUPPLY_DAYS_OUT_OF_RANGE", f"an order supplies 1 to {LONGEST_SUPPLY_DAYS} days, or does not say how many")
    if sent.repeats is not None and not 0 <= sent.repeats <= _MOST_REPEATS:
        raise WorkflowRefused("REPEATS_OUT_OF_RANGE", f"an order is repeated 0 to {_MOST_REPEATS:,} times")
