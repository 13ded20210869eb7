"""The beyond-use date: the last day a preparation may be used, and the rule behind it (clinical rule 16)."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from compounding.domain.errors import LevigateError
from compounding.domain.site import Limit

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class BeyondUse:
    """The date, and in words how it came about. `proposed` where no attestation supports a longer limit."""

    on: date
    rule: str
    proposed: bool
    capped_by: str = ""


def end_of(limit: Limit, *, compounded_on: date, day_one: bool) -> date:
    """The last day of the limit. With `day_one` the compounding date itself is day 1, the earlier of two customs.

    Months are calendar months; where the month is shorter, its last day counts, so that the date is never later than the rule allows.
    """
    if limit.days is not None:
        end = compounded_on + timedelta(days=limit.days)
    else:
        months = compounded_on.month - 1 + (limit.months or 0)
        year, month = compounded_on.year + months // 12, months % 12 + 1
        end = date(year, month, min(compounded_on.day, calendar.monthrange(year, month)[1]))
    return end - timedelta(days=1) if day_one else end


def read_expiry(text: str) -> date:
    """An expiry as a label states it: YYYY-MM-DD, or YYYY-MM or MM/YYYY for the last day of that month.

    Raises LevigateError `invalid_date` for anything else, a retest date included: a retest date is not an expiry.
    """
    for separator, year_first in (("-", True), ("/", False)):
        parts = text.strip().split(separator)
        if len(parts) == 2 and all(part.isascii() and part.isdigit() for part in parts):
            year_text, month_text = parts if year_first else parts[::-1]
            if len(year_text) == 4 and len(month_text) == 2 and 1 <= int(month_text) <= 12 and int(year_text) >= 1:
                year, month = int(year_text), int(month_text)
                return date(year, month, calendar.monthrange(year, month)[1])
    return read_day(text)


def read_day(text: str) -> date:
    """A calendar day written YYYY-MM-DD. Raises LevigateError `invalid_date` for anything else."""
    trimmed = text.strip()
    try:
        # The library also reads 20261122 and week dates, which nobody here writes.
        if not _DAY.fullmatch(trimmed):
            raise ValueError
        return date.fromisoformat(trimmed)
    except ValueError as refusal:
        raise LevigateError("invalid_date", f'"{trimmed[:40]}" is not a date written as YYYY-MM-DD') from refusal


def beyond_use_date(
    *,
    compounded_on: date,
    limit: Limit,
    rule: str,
    proposed: bool,
    day_one: bool,
    house_limit_days: int | None,
    expiries: tuple[tuple[str, date], ...],
) -> BeyondUse:
    """The earliest of the profile's limit, the pharmacy's own shorter limit, and every ingredient's expiry.

    `expiries` pairs an ingredient's name with its last day. An ingredient that has already expired is refused elsewhere, before this.
    """
    counting = "counting the compounding date as day 1" if day_one else "counting from the day after compounding"
    candidates = [(end_of(limit, compounded_on=compounded_on, day_one=day_one), "")]
    if house_limit_days is not None:
        house = Limit(days=house_limit_days)
        candidates.append((end_of(house, compounded_on=compounded_on, day_one=day_one), f"the pharmacy's own limit of {house_limit_days} days"))
    candidates.extend((expires_on, f"the expiry of {name} on {expires_on.isoformat()}") for name, expires_on in expiries)
    on, capped_by = min(candidates, key=lambda candidate: candidate[0])
    words = f"{rule}: {limit} from {compounded_on.isoformat()}, {counting}"
    if capped_by:
        words += f"; shortened by {capped_by}"
    return BeyondUse(on=on, rule=words, proposed=proposed, capped_by=capped_by)
