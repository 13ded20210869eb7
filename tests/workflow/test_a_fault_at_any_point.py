"""Whatever fails in the middle of a step, at whichever statement or at the commit itself: the database is as it was before, and the step can be done again."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import event

from compounding.demo import walk
from compounding.demo.crew import Pharmacy
from compounding.demo.walk import Wish
from compounding.domain.hand_over_parts import CounsellingWay
from compounding.domain.stages import State
from compounding.storage.engine import Database
from compounding.workflow import counselling, lot_flags, procedure
from compounding.workflow.lots import OneLot
from compounding.workflow.receiving import Standing
from tests.workflow.running import rows
from tests.workflow.seeing import entries


class PowerCut(BaseException):
    """Something that no part of the program expects."""


class Failing:
    """Raises at the n-th statement or commit from now on, until it is told that none is left to fail."""

    def __init__(self, database: Database, *, at_commit: bool) -> None:
        self.engine, self.left, self.at = database.engine, 0, "commit" if at_commit else "before_cursor_execute"

    def __enter__(self) -> "Failing":
        event.listen(self.engine, self.at, self._fail)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, self.at, self._fail)

    def _fail(self, *_: object) -> None:
        self.left -= 1
        if self.left == 0:
            raise PowerCut


def _tick(at_work: Pharmacy, at: Standing) -> object:
    procedure_of = at_work.house.data.formulary.formulas[walk.record_of(at_work, at.id).formula_id].procedure
    first = next(number for number, each in enumerate(procedure_of) if each.sign)
    asked = procedure.TickStep(preparation_id=at.id, version=at.version, step=first)
    return procedure.tick_step(at_work.house, at_work.act(at_work.crew.second), asked)


def _counsel(at_work: Pharmacy, at: Standing) -> object:
    asked = counselling.RecordCounselling(
        preparation_id=at.id, version=at.version, is_accepted=True, way=CounsellingWay.IN_PERSON, words="how thin a layer is meant"
    )  # fmt: skip
    return counselling.record_counselling(at_work.house, at_work.act(at_work.crew.pharmacist), asked)


def _recall_its_lot(at_work: Pharmacy, _at: Standing) -> object:
    lot_id = at_work.lots["white-petrolatum"]
    version = next(row[2] for row in rows(at_work.house.database)["ingredient_lot"] if row[1] == lot_id)
    act = at_work.act(at_work.crew.pharmacist, reason="a letter of its supplier")
    return lot_flags.recall_lot(at_work.house, act, OneLot(lot_id=lot_id, version=version))


STEPS: dict[str, tuple[State, Callable[[Pharmacy, Standing], object]]] = {
    "plan": (State.ACCEPTED, walk.plan),
    "tick": (State.RECALCULATED, _tick),
    "weigh": (State.RECALCULATED, lambda at_work, at: walk.weigh(at_work, at, lines=1)),
    "print": (State.MADE, walk.label),
    "check": (State.LABELLED, walk.check),
    "counsel": (State.RELEASED, _counsel),
    "hand out": (State.RELEASED, walk.hand_out),
    "recall of a lot": (State.RELEASED, _recall_its_lot),
}


@pytest.mark.parametrize("at_commit", [False, True], ids=["statement", "commit"])
@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_anywhere_leaves_the_database_as_it_was_and_succeeds_afterwards(at_work: Pharmacy, step: str, *, at_commit: bool) -> None:
    before, doing = STEPS[step]
    # The last fill of its order, so that the hand-out ends the order as well.
    at = walk.accepted(at_work, Wish(patient="Ana Example", born_on=date(1961, 4, 2), repeats=0))
    if before is not State.ACCEPTED:
        at = walk.brought_to(at_work, at, before)
    if step == "weigh":
        # What comes before the weighing is ticked by use cases of its own.
        at = walk.tick(at_work, at)
    # The step reads the record first, as a person does, in a transaction of its own that leaves its trace on the chain of readings.
    known = _kept(at_work)
    failed = 0
    with Failing(at_work.house.database, at_commit=at_commit) as failing:
        while True:
            failing.left = failed + 1
            try:
                doing(at_work, at)
            except PowerCut:
                assert _kept(at_work, failing) == known, f"number {failed + 1}"
                failed += 1
                continue
            break
    assert failed >= (1 if at_commit else 10)
    assert _kept(at_work) != known
    entries(at_work.house)


def _kept(at_work: Pharmacy, failing: Failing | None = None) -> dict[str, list[tuple[object, ...]]]:
    """Everything but the readings, which are transactions of their own before the step."""
    if failing is not None:
        failing.left = 0
    found = rows(at_work.house.database)
    found["audit_entry"] = [row for row in found["audit_entry"] if "reads" not in row]
    found["audit_head"] = [row for row in found["audit_head"] if "reads" not in row]
    return found
