"""Every state in which something is still to be done is a stage with somebody for it; nothing that only waits its turn is late."""

from datetime import UTC, datetime, timedelta

from compounding.domain.people import Duty
from compounding.domain.stages import FINAL, STATES, TRANSITIONS, State, Subject
from compounding.domain.work_stages import BY_NAME, OPEN_STAGES, REFILL, URGENT_PATIENCE, stage_of, stages_for, waits_too_long

SINCE = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)


def test_every_state_is_a_stage_unless_nothing_is_left_to_do() -> None:
    assert len(BY_NAME) == len(OPEN_STAGES)
    for subject in Subject:
        staged = {each.state for each in OPEN_STAGES if each.subject is subject}
        assert set(STATES[subject]) - staged == (FINAL & set(STATES[subject])) | ({State.DISPENSED} if subject is Subject.PREPARATION else set())


def test_the_duty_of_a_stage_is_one_that_the_table_of_states_lets_act_there() -> None:
    for each in OPEN_STAGES:
        begins = Subject.PREPARATION if each.state is State.ACCEPTED else each.subject
        may = {row.duty for row in TRANSITIONS if row.subject is begins and (each.state in row.before or (each.state is State.ACCEPTED and not row.before))}
        assert each.duty in may, each.name


def test_it_waits_too_long_only_after_its_patience() -> None:
    for each in OPEN_STAGES:
        if each.patience is None:
            assert not waits_too_long(each, since=SINCE, now=SINCE + timedelta(days=3000), is_urgent=True)
            continue
        assert not waits_too_long(each, since=SINCE, now=SINCE + each.patience, is_urgent=False)
        assert waits_too_long(each, since=SINCE, now=SINCE + each.patience + timedelta(seconds=1), is_urgent=False)


def test_an_urgent_order_waits_less_and_an_urgent_jar_no_less() -> None:
    late = SINCE + URGENT_PATIENCE + timedelta(seconds=1)
    assert waits_too_long(BY_NAME[State.RECEIVED.value], since=SINCE, now=late, is_urgent=True)
    assert not waits_too_long(BY_NAME[State.RECEIVED.value], since=SINCE, now=late, is_urgent=False)
    assert not waits_too_long(BY_NAME[State.LABELLED.value], since=SINCE, now=late, is_urgent=True)


def test_a_refill_waits_for_its_patient_and_is_nobodys() -> None:
    assert REFILL not in {each.name for each in stages_for(Duty)}
    assert {each.name for each in stages_for([Duty.WEIGH])} == {State.RECALCULATED.value, State.WITNESSED.value}
    assert stages_for(()) == ()
    assert stage_of(State.CANCELLED.value) is None
