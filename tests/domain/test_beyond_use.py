"""Beyond-use dates and expiries."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.beyond_use import beyond_use_date, end_of, read_day, read_expiry
from compounding.domain.errors import LevigateError
from compounding.domain.site import Limit


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 27)),
        (date(2027, 8, 30), 6, date(2028, 2, 28)),
        (date(2026, 1, 1), 6, date(2026, 6, 30)),
        (date(2026, 12, 15), 1, date(2027, 1, 14)),
    ],
)
def test_months_are_calendar_months_and_never_end_later_than_the_rule(start: date, months: int, end: date) -> None:
    assert end_of(Limit(months=months), compounded_on=start, day_one=True) == end


@given(st.dates(date(2000, 1, 1), date(2199, 1, 1)), st.integers(1, 400))
def test_property_counting_the_first_day_ends_one_day_earlier(start: date, days: int) -> None:
    inclusive = end_of(Limit(days=days), compounded_on=start, day_one=True)
    assert inclusive == end_of(Limit(days=days), compounded_on=start, day_one=False) - timedelta(days=1)
    assert (inclusive - start).days + 1 == days


@given(st.dates(date(2000, 1, 1), date(2199, 1, 1)), st.lists(st.dates(date(2000, 1, 1), date(2250, 1, 1)), max_size=3), st.none() | st.integers(1, 200))
def test_property_no_cap_is_ever_passed(start: date, expiries: list[date], house: int | None) -> None:
    found = beyond_use_date(
        compounded_on=start, limit=Limit(days=180), rule="rule", proposed=False, day_one=True, house_limit_days=house,
        expiries=tuple((f"component {number}", day) for number, day in enumerate(expiries)),
    )  # fmt: skip
    assert all(found.on <= day for day in expiries)
    assert found.on <= start + timedelta(days=179)
    assert house is None or found.on <= start + timedelta(days=house - 1)


START = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("day_one", "house", "expiries", "on", "words", "capped_by"),
    [
        (True, None, (), date(2027, 5, 20), "US guidance: 180 days from 2026-11-22, counting the compounding date as day 1", ""),
        (False, None, (), date(2027, 5, 21), "US guidance: 180 days from 2026-11-22, counting from the day after compounding", ""),
        (
            True, 90, (), date(2027, 2, 19),
            "US guidance: 180 days from 2026-11-22, counting the compounding date as day 1; shortened by the pharmacy's own limit of 90 days", "the pharmacy's own limit of 90 days",
        ),
        (
            False, 90, (("Mineral oil", date(2027, 1, 31)), ("White petrolatum", date(2028, 1, 31))), date(2027, 1, 31),
            "US guidance: 180 days from 2026-11-22, counting from the day after compounding; shortened by the expiry of Mineral oil on 2027-01-31", "the expiry of Mineral oil on 2027-01-31",
        ),
        (
            True, 90, (("Mineral oil", date(2027, 2, 19)),), date(2027, 2, 19),
            "US guidance: 180 days from 2026-11-22, counting the compounding date as day 1; shortened by the pharmacy's own limit of 90 days", "the pharmacy's own limit of 90 days",
        ),
        (True, 180, (("Mineral oil", date(2027, 5, 20)),), date(2027, 5, 20), "US guidance: 180 days from 2026-11-22, counting the compounding date as day 1", ""),
        (False, 200, (("Mineral oil", date(2030, 1, 1)),), date(2027, 5, 21), "US guidance: 180 days from 2026-11-22, counting from the day after compounding", ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("proposed", [True, False])
def test_a_beyond_use_date_says_how_it_came_about(
    day_one: bool, house: int | None, expiries: tuple[tuple[str, date], ...], on: date, words: str, capped_by: str, proposed: bool
) -> None:
    found = beyond_use_date(
        compounded_on=START, limit=Limit(days=180), rule="US guidance", proposed=proposed, day_one=day_one, house_limit_days=house, expiries=expiries
    )
    assert (found.on, found.rule, found.capped_by, found.proposed) == (on, words, capped_by, proposed)


def test_a_limit_of_months_is_counted_in_months() -> None:
    found = beyond_use_date(compounded_on=START, limit=Limit(months=6), rule="NAPRA", proposed=False, day_one=False, house_limit_days=None, expiries=())
    assert (found.on, found.rule) == (date(2027, 5, 22), "NAPRA: 6 calendar months from 2026-11-22, counting from the day after compounding")


def test_the_refusal_of_a_date_repeats_it_shortly() -> None:
    with pytest.raises(LevigateError) as refusal:
        read_day(" " + "2" * 90)
    assert (refusal.value.code, refusal.value.message) == ("invalid_date", f'"{"2" * 40}" is not a date written as YYYY-MM-DD')


@pytest.mark.parametrize(("text", "day"), [(" 2026-11-22 ", START), ("9999-12-31", date(9999, 12, 31))])
def test_a_day_is_read_without_its_outer_spaces(text: str, day: date) -> None:
    assert read_day(text) == day
    assert read_expiry(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-02", date(2027, 2, 28)),
        ("02/2028", date(2028, 2, 29)),
        ("2027-05-09", date(2027, 5, 9)),
        ("12/2027", date(2027, 12, 31)),
        ("0001-01", date(1, 1, 31)),
    ],
)
def test_a_month_on_a_label_means_its_last_day(text: str, day: date) -> None:
    assert read_expiry(text) == day


@pytest.mark.parametrize(
    "text", ["", "2027", "2027-13", "13/2027", "05/27", "09/05/2027", "2027-02-29", "retest 2027-05", "2027-5", "0000-01", "２０２７-05", "tomorrow"]
)
def test_any_other_expiry_is_refused(text: str) -> None:
    with pytest.raises(LevigateError) as refusal:
        read_expiry(text)
    assert refusal.value.code == "invalid_date"


def test_a_day_is_written_in_one_way_only() -> None:
    assert read_day("2026-11-22") == date(2026, 11, 22)
    for text in ("20261122", "2026-W47-7", "22.11.2026", "2026-11-22T10:00"):
        with pytest.raises(LevigateError):
            read_day(text)


def test_a_limit_is_days_or_months_and_never_both_or_neither() -> None:
    for wrong in ({}, {"days": 1, "months": 1}, {"days": 0}, {"months": -1}):
        with pytest.raises(ValueError, match="days or of months"):
            Limit(**wrong)
