"""The one next step follows from record and formula alone, in every state, and says whose it is."""

from datetime import timedelta

import pytest

from compounding.domain.bench_guide import Kind, began_at, next_station, stations, waiting_time
from compounding.domain.stages import State
from tests.domain import records

NEXT = {
    State.PLANNED: Kind.ASSESS, State.ASSESSED: Kind.RECALCULATE, State.RECALCULATED: Kind.TICK, State.WITNESSED: Kind.TICK, State.MADE: Kind.LABEL,
    State.LABELLED: Kind.CHECK, State.RELEASED: Kind.HAND_OUT,
}  # fmt: skip


@pytest.mark.parametrize("state", NEXT)
def test_each_state_has_its_next_step(state: State) -> None:
    record = records.path()[state]
    following = next_station(record, records.FORMULA)
    assert following is not None
    assert following.kind is NEXT[state]
    assert not following.is_done


def test_nothing_is_next_once_it_is_handed_out() -> None:
    assert next_station(records.path()[State.DISPENSED], records.FORMULA) is None


def test_who_planned_does_not_recalculate_and_only_who_recalculated_ticks_the_first_step() -> None:
    first = next_station(records.path()[State.ASSESSED], records.FORMULA)
    assert first is not None
    assert records.PLANNER in first.never
    second = next_station(records.path()[State.RECALCULATED], records.FORMULA)
    assert second is not None
    assert (second.number, second.only) == (0, records.SECOND)


def test_every_step_of_the_formula_and_every_line_is_on_the_way_once() -> None:
    found = stations(records.path()[State.WITNESSED], records.FORMULA)
    ticks = [each.number for each in found if each.kind is Kind.TICK]
    assert ticks == list(range(len(records.FORMULA.procedure)))
    assert [each.number for each in found if each.kind is Kind.WEIGH] == list(range(len(records.SHEET.lines)))


def test_whoever_weighed_the_drug_does_not_witness_it() -> None:
    witness = next(each for each in stations(records.path()[State.WEIGHED], records.FORMULA) if each.kind is Kind.WITNESS)
    assert witness.never == frozenset({records.WEIGHER})


def test_a_step_begins_when_the_one_before_it_was_done() -> None:
    record = records.path()[State.RECALCULATED]
    assert record.recalculation is not None
    assert began_at(record) == record.recalculation.signature.at


@pytest.mark.parametrize(("text", "wait"), [
    ("Let it stand for 10 minutes.", timedelta(minutes=10)), ("Rub for 90 s", timedelta(seconds=90)), ("Wait 2 hours", timedelta(hours=2)),
    ("Keep at or below 40 °C", None), ("Rub 5 min, then wait 10 min", None), ("Weigh 5 g", None),
])  # fmt: skip
def test_a_waiting_time_is_read_from_the_step(text: str, wait: timedelta | None) -> None:
    assert waiting_time(text) == wait
