"""Every legal change of state, in one table: of an order, and of a preparation (one fill of it).

Use cases, audit rows, screens and the diagram in docs/architecture.md hang off these enums; nothing else decides what may follow what.
"""

from dataclasses import dataclass
from enum import StrEnum

from compounding.domain.errors import LevigateError
from compounding.domain.people import Duty


class Subject(StrEnum):
    """What a state belongs to."""

    ORDER = "order"
    PREPARATION = "preparation"


class State(StrEnum):
    """The states of an order, then those of a preparation."""

    RECEIVED = "received"
    SCREENED = "screened"
    AWAITING_PRESCRIBER = "awaiting prescriber"
    ACCEPTED = "accepted"
    FILLED = "filled"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    DISCONTINUED = "discontinued"
    TRANSFERRED = "transferred"

    PLANNED = "planned"
    ASSESSED = "assessed"
    RECALCULATED = "recalculated"
    WEIGHED = "weighed"
    WITNESSED = "witnessed"
    ON_HOLD = "on hold"
    MADE = "made"
    LABELLED = "labelled"
    RELEASED = "released"
    DISPENSED = "dispensed"
    RETURNED = "returned"
    SCRAPPED = "scrapped"
    RECALLED = "recalled"


class Action(StrEnum):
    """What people do that changes a state or adds to a record. The value is what the audit trail says."""

    RECEIVE = "receive order"
    TRANSFER_IN = "transfer in"
    CORRECT_ORDER = "correct order"
    RECORD_ALLERGIES = "record allergies"
    ASSESS_ALLERGY = "assess allergy"
    SCREEN = "screen"
    ASK_PRESCRIBER = "ask prescriber"
    RECORD_ANSWER = "record prescriber's answer"
    ADAPT_BASE = "adapt base"
    ACCEPT = "accept"
    REFUSE = "refuse"
    CANCEL = "cancel"
    DISCONTINUE = "discontinue"
    TRANSFER_OUT = "transfer out"
    SCREEN_AGAIN = "send back to screening"
    COMPLETE_ORDER = "complete order"

    PLAN = "plan"
    ASSESS = "assess clinically"
    REASSESS = "assess clinically again"
    ASSESS_AGAINST = "clinical assessment against it"
    DISAGREE = "recalculation disagrees"
    RECALCULATE = "recalculation agrees"
    WEIGH = "weigh"
    FINISH_WEIGHING = "finish weighing"
    WITNESS = "witness drug weighing"
    TICK_STEP = "tick step"
    MAKE = "record finished preparation"
    HOLD = "hold out of limits"
    DECIDE = "decide on hold"
    REWORK = "rework"
    PRINT_LABEL = "print label"
    REPRINT = "reprint"
    VOID_LABEL = "void label"
    FAIL_CHECK = "final check finds discrepancies"
    RELEASE = "release"
    CORRECT_RECORD = "correct record"
    COUNSEL = "record counselling"
    HAND_OUT = "hand out"
    TAKE_BACK = "take back"
    SCRAP = "scrap"
    RECALL = "recall"


class IllegalTransition(LevigateError):
    """The action does not follow from the state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One row of the table: from any of `before` (empty for what begins a life) to `after` (None: the state stays).

    `stage` is the number of the eight stages it belongs to; `duty` names who may; `needs_reason` asks for a sentence of why; `is_signed` asks for a signature.
    """

    subject: Subject
    action: Action
    before: tuple[State, ...]
    after: State | None
    stage: int
    duty: Duty
    needs_reason: bool = False
    is_signed: bool = False


def _of(subject: Subject, action: Action, before: tuple[State, ...], after: State | None, stage: int, duty: Duty, *also: str) -> Transition:
    return Transition(
        subject=subject, action=action, before=before, after=after, stage=stage, duty=duty, needs_reason="reason" in also, is_signed="signed" in also
    )


_O, _P = Subject.ORDER, Subject.PREPARATION
_OPEN_ORDER = (State.RECEIVED, State.SCREENED, State.AWAITING_PRESCRIBER)
_AT_THE_BENCH = (State.PLANNED, State.ASSESSED, State.RECALCULATED, State.WEIGHED, State.WITNESSED, State.ON_HOLD, State.MADE, State.LABELLED)

TRANSITIONS = (
    _of(_O, Action.RECEIVE, (), State.RECEIVED, 1, Duty.RECEIVE_ORDERS),
    _of(_O, Action.TRANSFER_IN, (), State.RECEIVED, 1, Duty.DECIDE_ORDERS),
    _of(_O, Action.CORRECT_ORDER, _OPEN_ORDER, State.RECEIVED, 1, Duty.RECEIVE_ORDERS, "reason"),
    _of(_O, Action.SCREEN, (State.RECEIVED,), State.SCREENED, 2, Duty.DECIDE_ORDERS),
    _of(_O, Action.SCREEN_AGAIN, (State.SCREENED, State.ACCEPTED), State.RECEIVED, 2, Duty.ASK_ALLERGIES, "reason"),
    _of(_O, Action.ASK_PRESCRIBER, (State.RECEIVED, State.SCREENED), State.AWAITING_PRESCRIBER, 3, Duty.DECIDE_ORDERS),
    _of(_O, Action.RECORD_ANSWER, (State.AWAITING_PRESCRIBER,), State.RECEIVED, 3, Duty.DECIDE_ORDERS),
    _of(_O, Action.ADAPT_BASE, (State.RECEIVED, State.SCREENED), State.RECEIVED, 3, Duty.DECIDE_ORDERS, "reason"),
    _of(_O, Action.ACCEPT, (State.SCREENED,), State.ACCEPTED, 3, Duty.DECIDE_ORDERS),
    _of(_O, Action.REFUSE, _OPEN_ORDER, State.REFUSED, 3, Duty.DECIDE_ORDERS, "reason"),
    _of(_O, Action.CANCEL, (*_OPEN_ORDER, State.ACCEPTED), State.CANCELLED, 1, Duty.DECIDE_ORDERS, "reason"),
    _of(_O, Action.DISCONTINUE, (State.ACCEPTED,), State.DISCONTINUED, 1, Duty.DECIDE_ORDERS, "reason"),
    _of(_O, Action.TRANSFER_OUT, (State.ACCEPTED,), State.TRANSFERRED, 1, Duty.DECIDE_ORDERS, "reason"),
    _of(_O, Action.COMPLETE_ORDER, (State.ACCEPTED,), State.FILLED, 8, Duty.HAND_OUT),
    _of(_P, Action.PLAN, (), State.PLANNED, 4, Duty.DECIDE_ORDERS),
    _of(_P, Action.ASSESS, (State.PLANNED,), State.ASSESSED, 5, Duty.ASSESS_CLINICALLY, "signed"),
    _of(_P, Action.REASSESS, (*_AT_THE_BENCH[1:], State.RELEASED), None, 5, Duty.ASSESS_CLINICALLY, "signed"),
    _of(_P, Action.ASSESS_AGAINST, (*_AT_THE_BENCH, State.RELEASED), State.SCRAPPED, 5, Duty.ASSESS_CLINICALLY, "reason", "signed"),
    _of(_P, Action.DISAGREE, (State.ASSESSED,), None, 5, Duty.RECALCULATE),
    _of(_P, Action.RECALCULATE, (State.ASSESSED,), State.RECALCULATED, 5, Duty.RECALCULATE, "signed"),
    _of(_P, Action.WEIGH, (State.RECALCULATED,), None, 5, Duty.WEIGH),
    _of(_P, Action.FINISH_WEIGHING, (State.RECALCULATED,), State.WEIGHED, 5, Duty.WEIGH),
    _of(_P, Action.WITNESS, (State.WEIGHED,), State.WITNESSED, 5, Duty.WITNESS_WEIGHING, "signed"),
    _of(_P, Action.TICK_STEP, _AT_THE_BENCH[:5], None, 5, Duty.WEIGH),
    _of(_P, Action.MAKE, (State.WITNESSED,), State.MADE, 5, Duty.WEIGH),
    _of(_P, Action.HOLD, (State.WITNESSED,), State.ON_HOLD, 5, Duty.WEIGH),
    _of(_P, Action.DECIDE, (State.ON_HOLD,), State.MADE, 5, Duty.DECIDE_HOLDS, "reason", "signed"),
    _of(_P, Action.REWORK, (State.RECALCULATED, State.WEIGHED, State.WITNESSED, State.ON_HOLD, State.MADE, State.LABELLED), State.ASSESSED, 5, Duty.FINAL_CHECK,
        "reason"),
    _of(_P, Action.PRINT_LABEL, (State.MADE,), State.LABELLED, 6, Duty.PRINT_PAPER),
    _of(_P, Action.REPRINT, (State.LABELLED, State.RELEASED, State.DISPENSED), None, 6, Duty.PRINT_PAPER, "reason"),
    _of(_P, Action.VOID_LABEL, (State.LABELLED, State.RELEASED), State.MADE, 6, Duty.PRINT_PAPER, "reason"),
    _of(_P, Action.FAIL_CHECK, (State.LABELLED,), State.ON_HOLD, 7, Duty.FINAL_CHECK, "reason", "signed"),
    _of(_P, Action.RELEASE, (State.LABELLED,), State.RELEASED, 7, Duty.FINAL_CHECK, "signed"),
    _of(_P, Action.CORRECT_RECORD, (State.MADE, State.LABELLED, State.RELEASED), State.MADE, 5, Duty.FINAL_CHECK, "reason", "signed"),
    _of(_P, Action.COUNSEL, (State.RELEASED,), None, 8, Duty.COUNSEL, "signed"),
    _of(_P, Action.HAND_OUT, (State.RELEASED,), State.DISPENSED, 8, Duty.HAND_OUT),
    _of(_P, Action.TAKE_BACK, (State.DISPENSED,), State.RETURNED, 8, Duty.HAND_OUT, "reason"),
    _of(_P, Action.SCRAP, (*_AT_THE_BENCH, State.RELEASED, State.RETURNED), State.SCRAPPED, 5, Duty.FINAL_CHECK, "reason"),
    _of(_P, Action.RECALL, (State.RECALCULATED, State.WEIGHED, State.WITNESSED, State.ON_HOLD, State.MADE, State.LABELLED, State.RELEASED, State.DISPENSED,
        State.RETURNED), State.RECALLED, 8, Duty.RECALL, "reason"),
)  # fmt: skip
"""The whole workflow."""

_TABLE = {(each.subject, each.action): each for each in TRANSITIONS}


def _states_of(subject: Subject) -> tuple[State, ...]:
    rows = [each for each in TRANSITIONS if each.subject is subject]
    return tuple(dict.fromkeys(state for each in rows for state in (*each.before, each.after) if state is not None))


STATES = {subject: _states_of(subject) for subject in Subject}
FINAL = frozenset(state for states in STATES.values() for state in states if not any(state in each.before and each.after for each in TRANSITIONS))
"""The states that nothing leaves."""
OVER = frozenset({State.DISPENSED, State.RETURNED, State.SCRAPPED, State.RECALLED})
"""The states in which a preparation is no longer on its way to the patient."""


def transition(subject: Subject, action: Action) -> Transition:
    """The row of the table. Raises KeyError for an action the subject does not know: a fault of the program."""
    return _TABLE[subject, action]


def check_transition(subject: Subject, action: Action, state: State | None) -> Transition:
    """The row, where the action may follow on this state (None: nothing exists yet). Raises IllegalTransition `NOT_NOW`."""
    row = transition(subject, action)
    if (state is None) == (not row.before) and (state is None or state in row.before):
        return row
    stands = f"this {subject.value} is {state.value}" if state is not None else f"there is no {subject.value}"
    needs = " or ".join(each.value for each in row.before) or f"a new {subject.value}"
    raise IllegalTransition("NOT_NOW", f'"{action.value}" cannot be done now: {stands}; it needs {needs}')


def can_follow(subject: Subject, state: State) -> tuple[Action, ...]:
    """What may be done next, for a screen."""
    return tuple(each.action for each in TRANSITIONS if each.subject is subject and state in each.before)
