"""Whoever has read more than the hour's budget waits until the first of these pages is an hour old, and not longer."""

from datetime import UTC, datetime, timedelta

import pytest

from compounding.domain.reading_budget import COUNTED_FOR, FEWEST_PAGES, MOST_PAGES, PAGES_AN_HOUR, TooManyPages, check_budget

AT = datetime(2026, 11, 22, 20, tzinfo=UTC)


@pytest.mark.parametrize("earliest", [None, AT - COUNTED_FOR, AT - 2 * COUNTED_FOR])
def test_where_there_is_room_nobody_waits(earliest: datetime | None) -> None:
    check_budget(earliest, at=AT)


@pytest.mark.parametrize(
    ("left", "seconds", "words"),
    [
        (timedelta(microseconds=1), 1, "in 1 minute,"),
        (timedelta(seconds=1), 1, "in 1 minute,"),
        (timedelta(seconds=60), 60, "in 1 minute,"),
        (timedelta(seconds=60, milliseconds=1), 61, "in 2 minutes,"),
        (COUNTED_FOR, 3600, "in 60 minutes,"),
    ],
)
def test_the_wait_is_told_in_whole_seconds_and_is_never_too_short(left: timedelta, seconds: int, words: str) -> None:
    with pytest.raises(TooManyPages) as refused:
        check_budget(AT - COUNTED_FOR + left, at=AT)
    assert (refused.value.code, refused.value.seconds) == ("READING_LIMIT", seconds)
    assert words in refused.value.message


def test_the_usual_budget_is_more_than_a_day_of_forty_orders_in_three_hours_needs() -> None:
    orders, pages_of_each, hours = 40, 40, 3
    assert FEWEST_PAGES < orders * pages_of_each // hours < PAGES_AN_HOUR < MOST_PAGES
