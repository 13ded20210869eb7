"""The table of states: what may follow what, and what no path can leave out."""

from collections.abc import Iterable

import pytest

from compounding.domain.people import Duty
from compounding.domain.stage_diagram import diagram
from compounding.domain.stages import (
    FINAL,
    STATES,
    TRANSITIONS,
    Action,
    IllegalTransition,
    State,
    Subject,
    Transition,
    can_follow,
    check_transition,
    transition,
)

OF_THE_PATIENT = {Action.RECORD_ALLERGIES, Action.ASSESS_ALLERGY}
"""What is recorded of a patient, not of an order: it changes no state, and the table has no row for it."""

ROWS = [pytest.param(row, id=f"{row.subject}: {row.action}") for row in TRANSITIONS]
PAIRS = [(row, state) for row in TRANSITIONS for state in (None, *State)]


def reached(subject: Subject, *, begin: State | None = None, without: Iterable[State] = (), without_actions: Iterable[Action] = ()) -> set[State]:
    """Every state some chain of actions leads to, from nothing or from a state, where some states are never entered and some actions never done."""
    shut, never = set(without), set(without_actions)
    seen: set[State] = set()
    edge: list[State | None] = [begin]
    while edge:
        here = edge.pop()
        for row in TRANSITIONS:
            follows = here in row.before if here is not None else not row.before
            if row.subject is subject and follows and row.action not in never and row.after is not None and row.after not in seen | shut:
                seen.add(row.after)
                edge.append(row.after)
    return seen


def test_every_action_stands_in_the_table_once() -> None:
    keys = [(row.subject, row.action) for row in TRANSITIONS]
    assert len(set(keys)) == len(keys)
    assert {action for _, action in keys} == set(Action) - OF_THE_PATIENT


def test_every_state_belongs_to_an_order_or_to_a_preparation_and_never_to_both() -> None:
    assert set(STATES[Subject.ORDER]) | set(STATES[Subject.PREPARATION]) == set(State)
    assert not set(STATES[Subject.ORDER]) & set(STATES[Subject.PREPARATION])


@pytest.mark.parametrize("subject", Subject)
def test_every_state_can_be_reached_from_nothing(subject: Subject) -> None:
    assert reached(subject) == set(STATES[subject])


@pytest.mark.parametrize("subject", Subject)
def test_from_every_state_an_end_can_be_reached(subject: Subject) -> None:
    for state in STATES[subject]:
        assert state in FINAL or reached(subject, begin=state) & FINAL, state


def test_nothing_follows_on_an_end() -> None:
    assert {State.REFUSED, State.CANCELLED, State.DISCONTINUED, State.TRANSFERRED, State.FILLED, State.SCRAPPED, State.RECALLED} == FINAL
    for state in FINAL:
        for subject in Subject:
            assert can_follow(subject, state) == ()


@pytest.mark.parametrize(("row", "state"), PAIRS, ids=lambda value: getattr(value, "action", value) if value is not None else "nothing")
def test_an_action_is_accepted_where_the_table_has_it_and_refused_everywhere_else(row: Transition, state: State | None) -> None:
    if state in row.before or (state is None and not row.before):
        assert check_transition(row.subject, row.action, state) is row
        assert state is None or row.action in can_follow(row.subject, state)
        return
    with pytest.raises(IllegalTransition) as refusal:
        check_transition(row.subject, row.action, state)
    assert refusal.value.code == "NOT_NOW"
    assert row.action.value in refusal.value.message
    assert (state.value if state is not None else f"there is no {row.subject.value}") in refusal.value.message
    assert all(each.value in refusal.value.message for each in row.before)


def test_an_action_of_an_order_is_no_action_of_a_preparation() -> None:
    with pytest.raises(KeyError):
        check_transition(Subject.PREPARATION, Action.ACCEPT, State.PLANNED)


def test_no_order_is_accepted_or_filled_that_was_not_screened() -> None:
    assert State.ACCEPTED in reached(Subject.ORDER)
    assert not reached(Subject.ORDER, without=[State.SCREENED]) & {State.ACCEPTED, State.FILLED}
    assert not reached(Subject.ORDER, without_actions=[Action.SCREEN]) & {State.SCREENED, State.ACCEPTED, State.FILLED}


@pytest.mark.parametrize(
    "action", [Action.CORRECT_ORDER, Action.SCREEN_AGAIN, Action.ASK_PRESCRIBER, Action.RECORD_ANSWER, Action.ADAPT_BASE], ids=lambda action: action.value
)
def test_an_order_that_was_changed_or_doubted_is_screened_again_before_it_is_accepted(action: Action) -> None:
    after = transition(Subject.ORDER, action).after
    assert after is not None
    assert State.ACCEPTED not in reached(Subject.ORDER, begin=after, without=[State.SCREENED])


@pytest.mark.parametrize(
    "state",
    [State.PLANNED, State.ASSESSED, State.RECALCULATED, State.WEIGHED, State.WITNESSED, State.MADE, State.LABELLED, State.RELEASED],
    ids=lambda state: state.value,
)
def test_no_preparation_is_dispensed_that_left_a_stage_out(state: State) -> None:
    assert State.DISPENSED in reached(Subject.PREPARATION)
    assert State.DISPENSED not in reached(Subject.PREPARATION, without=[state])


@pytest.mark.parametrize(
    "action",
    [Action.ASSESS, Action.RECALCULATE, Action.FINISH_WEIGHING, Action.WITNESS, Action.PRINT_LABEL, Action.RELEASE, Action.HAND_OUT],
    ids=lambda action: action.value,
)
def test_no_preparation_is_dispensed_without_each_of_the_acts_of_clinical_rule_17(action: Action) -> None:
    assert State.DISPENSED not in reached(Subject.PREPARATION, without_actions=[action])


def test_the_stages_stand_in_the_order_of_clinical_rule_17() -> None:
    """Recalculation before the first weighing, the witness before mixing, the final check last; the clinical assessment before any of them."""
    line = [State.PLANNED, State.ASSESSED, State.RECALCULATED, State.WEIGHED, State.WITNESSED, State.MADE, State.LABELLED, State.RELEASED, State.DISPENSED]
    for number, state in enumerate(line):
        assert not reached(Subject.PREPARATION, without=[state]) & set(line[number:]), state
    assert transition(Subject.PREPARATION, Action.WEIGH).before == (State.RECALCULATED,)
    assert transition(Subject.PREPARATION, Action.MAKE).before == transition(Subject.PREPARATION, Action.HOLD).before == (State.WITNESSED,)


def test_what_is_weighed_again_is_recalculated_and_witnessed_again() -> None:
    after = transition(Subject.PREPARATION, Action.REWORK).after
    assert after is not None
    for action in (Action.RECALCULATE, Action.WITNESS, Action.PRINT_LABEL, Action.RELEASE):
        assert State.DISPENSED not in reached(Subject.PREPARATION, begin=after, without_actions=[action])


@pytest.mark.parametrize("action", [Action.CORRECT_RECORD, Action.VOID_LABEL, Action.FAIL_CHECK, Action.DECIDE], ids=lambda action: action.value)
def test_a_corrected_a_voided_and_a_failed_preparation_get_a_new_label_and_a_new_final_check(action: Action) -> None:
    after = transition(Subject.PREPARATION, action).after
    assert after is not None
    for needed in (Action.PRINT_LABEL, Action.RELEASE):
        assert State.DISPENSED not in reached(Subject.PREPARATION, begin=after, without_actions=[needed])


@pytest.mark.parametrize("state", [State.RETURNED, State.RECALLED, State.SCRAPPED], ids=lambda state: state.value)
def test_what_came_back_was_recalled_or_scrapped_is_never_dispensed_again(state: State) -> None:
    assert not reached(Subject.PREPARATION, begin=state) & {State.MADE, State.LABELLED, State.RELEASED, State.DISPENSED}


def test_a_preparation_can_be_recalled_from_its_first_weighing_until_it_is_gone() -> None:
    """A lot is in it as soon as something was weighed, and still concerns the patient when the jar came back."""
    recalled_from = set(transition(Subject.PREPARATION, Action.RECALL).before)
    assert recalled_from == set(STATES[Subject.PREPARATION]) - {State.PLANNED, State.ASSESSED, State.SCRAPPED, State.RECALLED}


def test_the_four_signatures_and_every_judgement_about_a_fault_are_signed() -> None:
    signed = {row.action: row.duty for row in TRANSITIONS if row.is_signed}
    assert signed == {
        Action.ASSESS: Duty.ASSESS_CLINICALLY, Action.REASSESS: Duty.ASSESS_CLINICALLY, Action.ASSESS_AGAINST: Duty.ASSESS_CLINICALLY,
        Action.RECALCULATE: Duty.RECALCULATE, Action.WITNESS: Duty.WITNESS_WEIGHING, Action.RELEASE: Duty.FINAL_CHECK,
        Action.DECIDE: Duty.DECIDE_HOLDS, Action.FAIL_CHECK: Duty.FINAL_CHECK, Action.CORRECT_RECORD: Duty.FINAL_CHECK, Action.COUNSEL: Duty.COUNSEL,
    }  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_what_goes_back_or_ends_badly_has_a_reason(row: Transition) -> None:
    ends_badly = {State.REFUSED, State.CANCELLED, State.DISCONTINUED, State.TRANSFERRED, State.RETURNED, State.SCRAPPED, State.RECALLED}
    order = [*STATES[Subject.ORDER], *STATES[Subject.PREPARATION]]
    goes_back = row.after in {State.RECEIVED, State.ASSESSED, State.MADE} and any(order.index(state) > order.index(row.after) for state in row.before)
    if row.action is not Action.RECORD_ANSWER and (row.after in ends_badly or goes_back):
        assert row.needs_reason


@pytest.mark.parametrize("row", ROWS)
def test_every_row_belongs_to_one_of_the_eight_stages(row: Transition) -> None:
    assert row.stage in range(1, 9)


@pytest.mark.parametrize("subject", Subject)
def test_the_diagram_has_an_arrow_for_every_step_and_a_name_in_words_for_every_state(subject: Subject) -> None:
    lines = diagram(subject).splitlines()
    assert lines[0] == "stateDiagram-v2"
    assert len(set(lines)) == len(lines)
    for state in STATES[subject]:
        assert f'    state "{state.value}" as {state.name}' in lines
        assert (f"    {state.name} --> [*]" in lines) is (state in FINAL)
    arrows = [line for line in lines if " --> " in line and not line.endswith("[*]")]
    assert len(arrows) == sum(max(1, len(row.before)) for row in TRANSITIONS if row.subject is subject)


def test_the_diagram_marks_what_needs_a_reason_and_what_is_signed() -> None:
    lines = [*diagram(Subject.ORDER).splitlines(), *diagram(Subject.PREPARATION).splitlines()]
    assert {
        "    [*] --> RECEIVED: receive order",
        "    ACCEPTED --> CANCELLED: cancel (reason)",
        "    PLANNED --> ASSESSED: assess clinically (signed)",
        "    ON_HOLD --> MADE: decide on hold (reason) (signed)",
        "    RECALCULATED --> RECALCULATED: weigh",
        "    DISPENSED --> DISPENSED: reprint (reason)",
    } <= set(lines)
