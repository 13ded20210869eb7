"""May an order be filled again, how much is owing, and from which day? Repeats, part fills and their balances (clinical rule 3)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil

from compounding.domain.errors import WorkflowRefused
from compounding.domain.screening.assessments import ANSWER_HOLDS


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOut:
    """One hand-out of an order: which fill it belongs to (from 1), grams, and the day. A balance belongs to the fill it completes."""

    fill: int
    amount_g: Decimal
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FillPlan:
    """What an order allows and what of it was handed out: `repeats` after the first fill, the grams ordered for each, how long one lasts where known.

    `interval_days` is the least time between fills the prescriber set. Hand-outs stand in the order of their days. Raises ValueError for a plan that is none.
    """

    repeats: int
    ordered_g: Decimal
    supply_days: Decimal | None
    interval_days: int | None
    expires_on: date
    earlier: tuple[HandedOut, ...] = ()

    def __post_init__(self) -> None:
        times = [self.repeats + 1, self.ordered_g, *(each for each in (self.supply_days, self.interval_days) if each is not None)]
        if any(each <= 0 for each in times) or any(each.fill < 1 or each.amount_g <= 0 for each in self.earlier):
            raise ValueError("repeats, amounts and times of a fill plan are positive")
        if [each.on for each in self.earlier] != sorted(each.on for each in self.earlier):
            raise ValueError("hand-outs stand in the order of their days")

    @property
    def fills_left(self) -> int:
        """How many fills may still be begun; a fill that is short by a balance has been begun."""
        return max(0, 1 + self.repeats - len({each.fill for each in self.earlier}))

    @property
    def next_fill(self) -> int:
        """The number of the next fill to begin."""
        return max((each.fill for each in self.earlier), default=0) + 1

    @property
    def balances_g(self) -> dict[int, Decimal]:
        """Grams owing by the number of the fill that was short."""
        given: dict[int, Decimal] = {}
        for each in self.earlier:
            given[each.fill] = given.get(each.fill, Decimal(0)) + each.amount_g
        return {fill: self.ordered_g - amount for fill, amount in given.items() if amount < self.ordered_g}

    @property
    def balance_owing_g(self) -> Decimal:
        """Grams owing from all part fills."""
        return sum(self.balances_g.values(), start=Decimal(0))

    def due_on(self) -> date | None:
        """The day the next fill is due: when what was handed out is used up, and not before the interval; None where neither is known.

        A supply not used up when the next came is used first, and a part fill lasts as long as its share of the amount.
        """
        if not self.earlier:
            return None
        due: list[date] = []
        if self.supply_days is not None:
            first = self.earlier[0].on
            used_up = Fraction(0)
            for each in self.earlier:
                used_up = max(used_up, Fraction((each.on - first).days)) + Fraction(self.supply_days) * Fraction(each.amount_g) / Fraction(self.ordered_g)
            due.append(first + timedelta(days=int(used_up)))
        if self.interval_days is not None:
            last = self.earlier[-1].fill
            due.append(next(each.on for each in self.earlier if each.fill == last) + timedelta(days=self.interval_days))
        return max(due, default=None)


def check_next_fill(plan: FillPlan, *, on: date, allergies_asked_on: date | None, early_days: int = 0, early_reason: str = "", is_balance: bool = False) -> int:
    """The number of the fill that may be made for the day `on`: the next one, or with `is_balance` the earliest that is short.

    `early_days` is how long before the due day a refill is not yet too early; `early_reason` is a pharmacist's reason for one that is, or whose time nobody
    knows. Raises WorkflowRefused `ORDER_EXPIRED`, `NOTHING_OWING`, `NO_FILLS_LEFT`, `ALLERGY_NOT_ASKED`, `ALLERGIES_NOT_ASKED_AGAIN`, `INTERVAL_NOT_KNOWN`,
    `TOO_EARLY`.
    """
    if on > plan.expires_on:
        raise WorkflowRefused("ORDER_EXPIRED", f"the order was valid until {plan.expires_on.isoformat()}; ask the prescriber for a new one")
    if is_balance and not plan.balances_g:
        raise WorkflowRefused("NOTHING_OWING", "nothing is owing from earlier fills of this order")
    if not is_balance and not plan.fills_left:
        raise WorkflowRefused("NO_FILLS_LEFT", "every fill of this order has been made; ask the prescriber for a new one")
    check_asked(plan, on=on, asked_on=allergies_asked_on)
    if is_balance:
        return min(plan.balances_g)
    if plan.earlier and not early_reason.strip():
        due = plan.due_on()
        if due is None:
            raise WorkflowRefused("INTERVAL_NOT_KNOWN", "the order does not say how long a fill lasts; a pharmacist must give the reason for this refill")
        if on < due - timedelta(days=early_days):
            raise WorkflowRefused("TOO_EARLY", f"the next fill is due on {due.isoformat()}; a pharmacist must give the reason for an earlier one")
    return plan.next_fill


def supply_ends_on(plan: FillPlan, *, amount_g: Decimal, on: date) -> date | None:
    """The last day a hand-out of so many grams on that day is used, a part of a day counted whole; None where nobody knows how long it lasts."""
    if plan.supply_days is None:
        return None
    days = ceil(Fraction(plan.supply_days) * Fraction(amount_g) / Fraction(plan.ordered_g))
    return on + timedelta(days=days - 1)


def check_asked(plan: FillPlan, *, on: date, asked_on: date | None) -> None:
    """Allergies are asked again for whatever follows a hand-out, and never later than after a year (clinical rules 3 and 10).

    Raises WorkflowRefused `ALLERGY_NOT_ASKED` or `ALLERGIES_NOT_ASKED_AGAIN`.
    """
    if asked_on is None or asked_on > on or on - asked_on > ANSWER_HOLDS:
        raise WorkflowRefused("ALLERGY_NOT_ASKED", "ask the patient about allergies first: there is no answer that counts on this day")
    if plan.earlier and asked_on < plan.earlier[-1].on:
        raise WorkflowRefused("ALLERGIES_NOT_ASKED_AGAIN", f"ask about allergies again: the last answer is from before the hand-out on {plan.earlier[-1].on}")
