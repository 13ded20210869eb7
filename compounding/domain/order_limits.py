"""Whether the numbers of an order can be numbers of an order at all: finite, and of a size that can be reckoned with."""

from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from compounding.domain.errors import WorkflowRefused
from compounding.domain.order_as_sent import OrderAsSent

LONGEST_SUPPLY_DAYS = 731
"""Two years: no order is valid for longer anywhere here."""
_MOST_REPEATS = 1000
_LARGEST_POWER = 9
_MOST_DIGITS = 30


def check_numbers(sent: OrderAsSent) -> None:
    """Raises WorkflowRefused `QUANTITY_NOT_A_NUMBER`, `QUANTITY_OUT_OF_RANGE`, `SUPPLY_DAYS_OUT_OF_RANGE` or `REPEATS_OUT_OF_RANGE`.

    Whether an amount makes sense is for the pipeline to say, in its reasons; here only what nothing can be worked out with is turned away.
    """
    days = sent.supply_days
    if days is not None and not (days.is_finite() and 1 <= days <= LONGEST_SUPPLY_DAYS):
        raise WorkflowRefused("SUPPLY_DAYS_OUT_OF_RANGE", f"an order supplies 1 to {LONGEST_SUPPLY_DAYS} days, or does not say how many")
    if sent.repeats is not None and not 0 <= sent.repeats <= _MOST_REPEATS:
        raise WorkflowRefused("REPEATS_OUT_OF_RANGE", f"an order is repeated 0 to {_MOST_REPEATS:,} times")
    _check(sent)


def _check(value: Any) -> None:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise WorkflowRefused("QUANTITY_NOT_A_NUMBER", "a quantity of the order is not a number")
        if value and (abs(value.adjusted()) > _LARGEST_POWER or len(value.as_tuple().digits) > _MOST_DIGITS):
            raise WorkflowRefused("QUANTITY_OUT_OF_RANGE", "a quantity of the order is larger, smaller or longer than any that is weighed")
    elif is_dataclass(value):
        for each in fields(value):
            _check(getattr(value, each.name))
    elif isinstance(value, tuple):
        for each in value:
            _check(each)
