"""The stages at which work waits for somebody: which duty takes it further, and how long it may wait before a list warns.

Orders and preparations stand in one row of stages, since what a person looks for is the next thing to do, not the kind of record it belongs to.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from compounding.domain.people import Duty
from compounding.domain.stages import State, Subject

REFILL = "refill"
"""The name of the one stage that is no state of its own: an accepted order whose last preparation is with the patient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkStage:
    """One stage. `duty` is what takes it further; `patience` how long it may wait, None where nothing is late."""

    name: str
    subject: Subject
    state: State
    duty: Duty
    patience: timedelta | None


_DAY, _BENCH = timedelta(hours=24), timedelta(hours=4)


def _order(state: State, duty: Duty, patience: timedelta | None, name: str = "") -> WorkStage:
    return WorkStage(name=name or state.value, subject=Subject.ORDER, state=state, duty=duty, patience=patience)


def _made(state: State, duty: Duty, patience: timedelta) -> WorkStage:
    return WorkStage(name=state.value, subject=Subject.PREPARATION, state=state, duty=duty, patience=patience)


# The one place of the limits. They are ours, from no guideline: chosen so that what nobody touched since yesterday is seen this morning, that a preparation
# left open at the bench or unlabelled in its jar is seen the same day, and that nothing is warned of while it only waits its turn. They count hours of the
# clock, closing time and weekends included, and only draw the eye; nothing is done or refused because of them.
OPEN_STAGES = (
    _order(State.RECEIVED, Duty.DECIDE_ORDERS, _DAY),
    _order(State.SCREENED, Duty.DECIDE_ORDERS, _DAY),
    _order(State.AWAITING_PRESCRIBER, Duty.DECIDE_ORDERS, _DAY),
    _order(State.ACCEPTED, Duty.DECIDE_ORDERS, _DAY),
    _made(State.PLANNED, Duty.ASSESS_CLINICALLY, _DAY),
    _made(State.ASSESSED, Duty.RECALCULATE, _DAY),
    _made(State.RECALCULATED, Duty.WEIGH, _BENCH),
    _made(State.WEIGHED, Duty.WITNESS_WEIGHING, _BENCH),
    _made(State.WITNESSED, Duty.WEIGH, _BENCH),
    _made(State.ON_HOLD, Duty.DECIDE_HOLDS, _DAY),
    _made(State.MADE, Duty.PRINT_PAPER, _BENCH),
    _made(State.LABELLED, Duty.FINAL_CHECK, _DAY),
    _made(State.RELEASED, Duty.HAND_OUT, timedelta(days=7)),
    _made(State.RETURNED, Duty.FINAL_CHECK, _DAY),
    _order(State.ACCEPTED, Duty.DECIDE_ORDERS, None, REFILL),
)
"""Every stage at which something is still to be done, in the order of the way."""

URGENT_PATIENCE = timedelta(hours=2)
"""How long an order may wait whose priority is not routine, ours as well."""
URGENT = frozenset({"urgent", "asap", "stat"})
"""The priorities of FHIR R4 that are not routine."""

STANDING = frozenset({State.ACCEPTED, State.FILLED})
"""The states of an order in which something may be done with a preparation of it: in any other one the jar on its way waits until that is settled."""

BY_NAME = {each.name: each for each in OPEN_STAGES}


def stage_of(name: str) -> WorkStage | None:
    """The stage of that name; None for an order that is over."""
    return BY_NAME.get(name)


def stages_for(duties: Iterable[Duty]) -> tuple[WorkStage, ...]:
    """The stages that these duties take further. A refill waits for its patient, so it is nobody's."""
    theirs = frozenset(duties)
    return tuple(each for each in OPEN_STAGES if each.duty in theirs and each.name != REFILL)


def waits_too_long(stage: WorkStage, *, since: datetime, now: datetime, is_urgent: bool) -> bool:
    """Whether it has waited at this stage longer than it may."""
    if stage.patience is None:
        return False
    hurries = is_urgent and stage.subject is Subject.ORDER
    return now - since > (min(stage.patience, URGENT_PATIENCE) if hurries else stage.patience)
