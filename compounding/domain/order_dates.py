"""The dates of an order: whether it is still valid, or not yet."""

from datetime import date

from compounding.domain.beyond_use import end_of, read_day
from compounding.domain.errors import LevigateError
from compounding.domain.order_as_sent import OrderAsSent
from compounding.domain.reasons import Reason, reason
from compounding.domain.site import JurisdictionProfile, Limit


def order_date(sent: OrderAsSent, profile: JurisdictionProfile, on: date, reasons: list[Reason]) -> date | None:
    where = f"{sent.where}.authoredOn"
    try:
        ordered_on = read_day(sent.authored_on)
    except LevigateError:
        detail = f'"{sent.authored_on[:40]}" is not a full date' if sent.authored_on else "no date is given"
        reasons.append(reason("ORDER_DATE_MISSING", detail=detail, where=where))
        return None
    if ordered_on > on:
        reasons.append(reason("ORDER_DATED_AHEAD", detail=f"it is dated {ordered_on.isoformat()}", where=where))
    else:
        last_day = _last_day(ordered_on, profile)
        if last_day < on:
            reasons.append(reason("ORDER_EXPIRED", detail=f"it was valid until {last_day.isoformat()}", where=where, source=profile.order_validity_rule))
    for text, name in ((sent.valid_from, "start"), (sent.valid_until, "end")):
        limit = _limit_day(text)
        period = f"{sent.where}.dispenseRequest.validityPeriod.{name}"
        if text and limit is None:
            reasons.append(reason("ORDER_DATE_MISSING", detail=f'the validity period says "{text[:40]}"', where=period))
        elif limit is not None and name == "end" and limit < on:
            reasons.append(reason("ORDER_EXPIRED", detail=f"the prescriber set its end at {limit.isoformat()}", where=period))
        elif limit is not None and name == "start" and limit > on:
            reasons.append(reason("ORDER_DATED_AHEAD", detail=f"the prescriber set its start at {limit.isoformat()}", where=period))
    return ordered_on


def valid_until(ordered_on: date, sent: OrderAsSent, profile: JurisdictionProfile) -> date:
    """The last day on which anything may be dispensed from the order: the place's limit, or an earlier end that the prescriber set."""
    end = _limit_day(sent.valid_until)
    return min(_last_day(ordered_on, profile), end) if end is not None else _last_day(ordered_on, profile)


def _last_day(ordered_on: date, profile: JurisdictionProfile) -> date:
    # The last day of validity is the day before the same date falls again (the earlier of two customs).
    return end_of(Limit(months=profile.order_valid_months), compounded_on=ordered_on, day_one=True)


def _limit_day(text: str) -> date | None:
    try:
        return read_day(text) if text else None
    except LevigateError:
        return None
