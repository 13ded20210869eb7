"""Repeats: so many fills, not too early, allergies asked each time, part fills owed and no more."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.errors import LevigateError
from compounding.domain.fills import FillPlan, HandedOut, check_next_fill

FIRST = date(2026, 11, 22)
LATER = FIRST + timedelta(days=30)
NEW = FillPlan(repeats=2, ordered_g=Decimal(60), supply_days=Decimal(30), interval_days=None, expires_on=date(2028, 11, 1))
ONCE = replace(NEW, earlier=(HandedOut(fill=1, amount_g=Decimal(60), on=FIRST),))
SHORT = replace(NEW, earlier=(HandedOut(fill=1, amount_g=Decimal(50), on=FIRST),))


def code_of(plan: FillPlan, *, on: date = LATER, asked: date | None = LATER, **how: object) -> str:
    with pytest.raises(LevigateError) as refusal:
        check_next_fill(plan, on=on, allergies_asked_on=asked, **how)  # type: ignore[arg-type]
    return refusal.value.code


def test_the_first_fill_needs_any_answer_that_counts() -> None:
    assert check_next_fill(NEW, on=FIRST, allergies_asked_on=FIRST - timedelta(days=366)) == 1
    for asked in (None, FIRST - timedelta(days=367), FIRST + timedelta(days=1)):
        assert code_of(NEW, on=FIRST, asked=asked) == "ALLERGY_NOT_ASKED"


def test_each_refill_asks_about_allergies_again() -> None:
    assert check_next_fill(ONCE, on=LATER, allergies_asked_on=FIRST) == 2
    assert code_of(ONCE, asked=FIRST - timedelta(days=1)) == "ALLERGIES_NOT_ASKED_AGAIN"
    assert code_of(SHORT, asked=FIRST - timedelta(days=1), is_balance=True) == "ALLERGIES_NOT_ASKED_AGAIN"


def test_an_order_is_filled_once_and_its_repeats_and_no_more() -> None:
    days = [FIRST + timedelta(days=30 * number) for number in range(4)]
    plan = NEW
    for number, on in enumerate(days[:3], start=1):
        assert check_next_fill(plan, on=on, allergies_asked_on=on) == number
        plan = replace(plan, earlier=(*plan.earlier, HandedOut(fill=number, amount_g=Decimal(60), on=on)))
    assert plan.fills_left == 0
    assert code_of(plan, on=days[3], asked=days[3], early_reason="travels") == "NO_FILLS_LEFT"


def test_too_early_is_held_unless_a_pharmacist_says_why() -> None:
    day_before = LATER - timedelta(days=1)
    assert check_next_fill(ONCE, on=LATER, allergies_asked_on=LATER) == 2
    assert code_of(ONCE, on=day_before, asked=day_before) == "TOO_EARLY"
    assert code_of(ONCE, on=day_before, asked=day_before, early_reason=" ") == "TOO_EARLY"
    assert check_next_fill(ONCE, on=day_before, allergies_asked_on=day_before, early_reason="travels") == 2
    assert check_next_fill(ONCE, on=LATER - timedelta(days=5), allergies_asked_on=FIRST, early_days=5) == 2
    assert code_of(ONCE, on=LATER - timedelta(days=6), asked=FIRST, early_days=5) == "TOO_EARLY"


def test_the_later_of_interval_and_supply_counts() -> None:
    assert replace(ONCE, interval_days=20).due_on() == LATER
    assert replace(ONCE, interval_days=45).due_on() == FIRST + timedelta(days=45)
    assert replace(ONCE, supply_days=None, interval_days=45).due_on() == FIRST + timedelta(days=45)


def test_a_refill_whose_time_nobody_knows_needs_a_reason() -> None:
    plan = replace(ONCE, supply_days=None)
    assert code_of(plan) == "INTERVAL_NOT_KNOWN"
    assert check_next_fill(plan, on=LATER, allergies_asked_on=LATER, early_reason="used up, seen") == 2
    assert check_next_fill(replace(plan, earlier=()), on=LATER, allergies_asked_on=LATER) == 1


def test_a_supply_not_used_up_is_used_first() -> None:
    early = replace(ONCE, earlier=(*ONCE.earlier, HandedOut(fill=2, amount_g=Decimal(60), on=FIRST + timedelta(days=20))))
    assert early.due_on() == FIRST + timedelta(days=60)
    late = replace(ONCE, earlier=(*ONCE.earlier, HandedOut(fill=2, amount_g=Decimal(60), on=FIRST + timedelta(days=50))))
    assert late.due_on() == FIRST + timedelta(days=80)


def test_days_of_supply_are_rounded_down() -> None:
    assert replace(ONCE, supply_days=Decimal("30.9")).due_on() == LATER


def test_a_part_fill_owes_its_balance_once_and_takes_no_repeat() -> None:
    assert (SHORT.balance_owing_g, SHORT.fills_left, SHORT.due_on()) == (10, 2, FIRST + timedelta(days=25))
    soon = FIRST + timedelta(days=3)
    assert check_next_fill(SHORT, on=soon, allergies_asked_on=soon, is_balance=True) == 1
    paid = replace(SHORT, earlier=(*SHORT.earlier, HandedOut(fill=1, amount_g=Decimal(10), on=soon)))
    assert (paid.balance_owing_g, paid.fills_left, paid.due_on()) == (0, 2, LATER)
    assert code_of(paid, is_balance=True) == "NOTHING_OWING"
    assert code_of(NEW, is_balance=True) == "NOTHING_OWING"


def test_a_full_container_of_one_fill_does_not_pay_the_balance_of_another() -> None:
    plan = replace(SHORT, earlier=(*SHORT.earlier, HandedOut(fill=2, amount_g=Decimal(70), on=LATER)))
    assert plan.balances_g == {1: Decimal(10)}


def test_an_expired_order_is_not_filled_nor_its_balance() -> None:
    plan = replace(SHORT, expires_on=LATER)
    assert check_next_fill(plan, on=LATER, allergies_asked_on=LATER) == 2
    after = LATER + timedelta(days=1)
    assert code_of(plan, on=after, asked=after) == "ORDER_EXPIRED"
    assert code_of(plan, on=after, asked=after, is_balance=True) == "ORDER_EXPIRED"


@pytest.mark.parametrize(
    "change",
    [
        {"repeats": -1}, {"ordered_g": Decimal(0)}, {"supply_days": Decimal(0)}, {"interval_days": 0},
        {"earlier": (HandedOut(fill=0, amount_g=Decimal(1), on=FIRST),)}, {"earlier": (HandedOut(fill=1, amount_g=Decimal(0), on=FIRST),)},
        {"earlier": (HandedOut(fill=1, amount_g=Decimal(1), on=LATER), HandedOut(fill=2, amount_g=Decimal(1), on=FIRST))},
    ],
)  # fmt: skip
def test_a_plan_that_is_none_cannot_exist(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"fill plan|hand-outs"):
        replace(NEW, **change)  # type: ignore[arg-type]


AMOUNTS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 60)), max_size=12)


@given(AMOUNTS, st.integers(0, 4))
def test_property_whatever_is_handed_out_by_the_rules_never_exceeds_the_order(visits: list[tuple[int, int]], repeats: int) -> None:
    plan, on = replace(NEW, repeats=repeats), FIRST
    for gap, grams in visits:
        on += timedelta(days=gap)
        for is_balance in (True, False):
            try:
                fill = check_next_fill(plan, on=on, allergies_asked_on=on, is_balance=is_balance)
            except LevigateError:
                continue
            amount = min(Decimal(grams), plan.balances_g.get(fill, plan.ordered_g))
            plan = replace(plan, earlier=(*plan.earlier, HandedOut(fill=fill, amount_g=amount, on=on)))
    total = sum(each.amount_g for each in plan.earlier)
    assert total <= plan.ordered_g * (1 + repeats)
    assert total + plan.balance_owing_g == plan.ordered_g * (1 + repeats - plan.fills_left)
