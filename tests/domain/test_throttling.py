"""How long a wrong password makes the next attempt wait, and that it never keeps the owner out for longer than 15 minutes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.throttling import COUNTED_FOR, MOST_FOR_ACCOUNT, MOST_FOR_ADDRESS, MOST_FROM_ADDRESS_FOR_ACCOUNT, Failures, wait_until

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
NEVER: tuple[datetime, ...] = ()


def _failures(**told: object) -> Failures:
    plain: dict[str, object] = {"account": NEVER, "account_here": NEVER, "browser": NEVER, "address": NEVER, "is_known_browser": False}
    return Failures(**plain | told)  # type: ignore[arg-type]


def _ago(count: int, *, seconds: int = 60) -> tuple[datetime, ...]:
    return tuple(NOW - timedelta(seconds=seconds * (count - each)) for each in range(count))


@pytest.mark.parametrize(("counted", "most"), [("account_here", MOST_FROM_ADDRESS_FOR_ACCOUNT), ("account", MOST_FOR_ACCOUNT), ("address", MOST_FOR_ADDRESS)])
def test_each_count_makes_the_next_attempt_wait_and_one_failure_less_does_not(counted: str, most: int) -> None:
    assert wait_until(_failures(**{counted: _ago(most, seconds=1)}), at=NOW) is not None
    assert wait_until(_failures(**{counted: _ago(most - 1, seconds=1)}), at=NOW) is None


def test_the_wait_ends_15_minutes_after_the_failure_that_filled_the_count() -> None:
    failed = _ago(5)
    until = wait_until(_failures(account_here=failed), at=NOW)
    assert until == failed[0] + COUNTED_FOR
    assert until is not None
    assert wait_until(_failures(account_here=failed), at=until) is None


def test_failures_from_elsewhere_never_keep_the_owner_out_of_a_browser_of_their_own() -> None:
    attacked = _failures(account=_ago(500, seconds=1), account_here=_ago(500, seconds=1), address=_ago(500, seconds=1), is_known_browser=True)
    assert wait_until(attacked, at=NOW) is None


def test_in_a_known_browser_its_own_failures_count() -> None:
    assert wait_until(_failures(browser=_ago(5, seconds=1), is_known_browser=True), at=NOW) is not None


@given(st.lists(st.integers(-100_000, 100_000), max_size=150), st.booleans(), st.sampled_from(["account", "account_here", "browser", "address"]))
def test_nobody_waits_longer_than_15_minutes_whatever_the_clock_did(seconds: list[int], is_known: bool, counted: str) -> None:
    failed = tuple(sorted(NOW + timedelta(seconds=each) for each in seconds))
    until = wait_until(_failures(**{counted: failed}, is_known_browser=is_known), at=NOW)
    assert until is None or NOW < until <= NOW + COUNTED_FOR
