"""How long a session lasts: 15 minutes without a sign of life lock it, 12 hours end it, and no clock makes it longer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.assurance import Factor
from compounding.domain.sessions import ENDS_AFTER, IDLE_AFTER, SEEN_EVERY, STEPS_WITHIN, Condition, Session, Stage

BEGAN = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
OPEN = Session(
    id="digest", person_id="pat", browser="browser", stage=Stage.OPEN, factors=frozenset({Factor.PASSWORD, Factor.ONE_TIME_CODE}), started_at=BEGAN,
    seen_at=BEGAN,
)  # fmt: skip
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("after", "condition"),
    [
        (timedelta(), Condition.OPEN), (IDLE_AFTER - SECOND, Condition.OPEN), (IDLE_AFTER, Condition.LOCKED), (ENDS_AFTER - SECOND, Condition.LOCKED),
        (ENDS_AFTER, Condition.ENDED), (-SEEN_EVERY, Condition.OPEN), (-SEEN_EVERY - SECOND, Condition.ENDED),
    ],
)  # fmt: skip
def test_a_session_locks_after_15_minutes_and_ends_after_12_hours(after: timedelta, condition: Condition) -> None:
    assert OPEN.condition(BEGAN + after) is condition


def test_a_sign_of_life_keeps_it_open_but_never_beyond_12_hours() -> None:
    late = replace(OPEN, seen_at=BEGAN + ENDS_AFTER - SECOND)
    assert late.condition(BEGAN + ENDS_AFTER - SECOND) is Condition.OPEN
    assert late.condition(BEGAN + ENDS_AFTER) is Condition.ENDED
    assert late.idle_at() == BEGAN + ENDS_AFTER


@pytest.mark.parametrize(("stage", "condition"), [(Stage.PASSWORD_GIVEN, Condition.WAITS_FOR_SECOND_FACTOR), (Stage.ACTIVATING, Condition.ACTIVATES)])
def test_half_way_in_is_not_in_and_does_not_last(stage: Stage, condition: Condition) -> None:
    half_way = replace(OPEN, stage=stage)
    assert half_way.condition(BEGAN + STEPS_WITHIN[stage] - SECOND) is condition
    assert half_way.condition(BEGAN + STEPS_WITHIN[stage]) is Condition.ENDED


@given(st.sampled_from(Stage), st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
def test_what_has_ended_never_opens_again(stage: Stage, seen: int, asked: int) -> None:
    over = replace(OPEN, stage=stage, seen_at=BEGAN + timedelta(seconds=seen), ended_at=BEGAN)
    assert over.condition(BEGAN + timedelta(seconds=asked)) is Condition.ENDED


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
def test_only_an_open_session_that_was_seen_lately_is_open(seen: int, asked: int) -> None:
    session = replace(OPEN, seen_at=BEGAN + timedelta(seconds=seen))
    at = BEGAN + timedelta(seconds=asked)
    if session.condition(at) is Condition.OPEN:
        assert at < session.seen_at + IDLE_AFTER
        assert at < session.started_at + ENDS_AFTER
    assert replace(session, stage=Stage.LOCKED).condition(at) is not Condition.OPEN
