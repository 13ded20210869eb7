"""What a recall asks for about a jar follows from the jar's own record: where it stands, before the recall and after it."""

from datetime import timedelta

import pytest

from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.finishing import recall, rework, scrap, take_back
from compounding.domain.recall_tasks import WHAT_TO_DO, RecallTask, task_of
from compounding.domain.stages import State
from tests.domain.records import START, WEIGHER, path

LOT = frozenset({"lot-drug"})
LATER = START + timedelta(days=1)
PATH = path()


@pytest.mark.parametrize(("state", "task"), [
    (State.WEIGHED, RecallTask.AT_BENCH), (State.WITNESSED, RecallTask.AT_BENCH), (State.MADE, RecallTask.ON_SHELF), (State.LABELLED, RecallTask.ON_SHELF),
    (State.RELEASED, RecallTask.ON_SHELF), (State.DISPENSED, RecallTask.WITH_PATIENT),
])  # fmt: skip
def test_a_jar_is_looked_for_where_its_record_says_it_is_and_a_recall_changes_nothing_of_that(state: State, task: RecallTask) -> None:
    record = PATH[state]
    assert task_of(record, LOT, took=True) is task
    assert task_of(recall(record, "supplier's letter", by=WEIGHER, at=LATER), LOT, took=True) is task


def test_what_came_back_is_with_nobody_any_more() -> None:
    back = take_back(PATH[State.DISPENSED], "it stings", by=WEIGHER, at=LATER)
    assert task_of(back, LOT, took=True) is RecallTask.RETURNED
    assert task_of(recall(back, "supplier's letter", by=WEIGHER, at=LATER), LOT, took=True) is RecallTask.RETURNED


def test_what_was_scrapped_is_only_seen_to() -> None:
    assert task_of(scrap(PATH[State.MADE], "fell to the floor", by=WEIGHER, at=LATER), LOT, took=True) is RecallTask.SCRAPPED


def test_a_plan_took_nothing() -> None:
    assert task_of(PATH[State.PLANNED], LOT, took=False) is RecallTask.ONLY_PLANNED


def test_what_was_thrown_away_in_a_rework_is_not_in_the_jar() -> None:
    begun_anew: CompoundingRecord = rework(PATH[State.WEIGHED], "contaminated", by=WEIGHER, at=LATER)
    assert task_of(begun_anew, LOT, took=True) is RecallTask.HOLDS_NOTHING


def test_every_task_says_what_to_do() -> None:
    assert set(WHAT_TO_DO) == set(RecallTask)
    assert all(each.endswith(".") for each in WHAT_TO_DO.values())
