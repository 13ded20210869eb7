"""Which step of a preparation comes next, who may do it, and what it waits for? Worked out from the record and its formula, and from nothing else.

The order is that of the work: assessed, recalculated, the steps before the weighing, each line weighed, witnessed, mixed step by step, recorded; then on to the
label. Whoever opens a preparation on whichever machine is told the same step.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.people import Duty
from compounding.domain.procedure_steps import SECOND_PERSON, WITNESS, duty_of, is_before_weighing
from compounding.domain.record_checks import drug_lines
from compounding.domain.second_person import hands
from compounding.domain.stages import State

_WAIT = re.compile(r"\b(\d{1,3})\s*(seconds?|sec|s|minutes?|min|hours?|h)\b", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "h": 3600}


class Kind(StrEnum):
    """What a step is."""

    ASSESS = "clinical assessment"
    RECALCULATE = "second person's recalculation"
    TICK = "step of the procedure"
    WEIGH = "weighing"
    WITNESS = "witness of the weighing"
    MAKE = "finished preparation"
    DECIDE = "decision on the hold"
    LABEL = "label and leaflet"
    CHECK = "final check"
    HAND_OUT = "hand-out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One step on the way. `number` is the step of the procedure or the line of the sheet, counted from 0; None for the others.

    `only` is the one person (id) who may do it, where there is one; `never` are those who may not, since they did the first part. `by` and `at` say who did
    it and when, empty where it is still to do. `is_passed` is a step that needs nobody's initials and that the work has gone past.
    """

    kind: Kind
    duty: Duty
    number: int | None = None
    only: str = ""
    never: frozenset[str] = frozenset()
    by: str = ""
    at: datetime | None = None
    is_passed: bool = False

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do here."""
        return self.at is not None or self.is_passed


def stations(record: CompoundingRecord, formula: MasterFormulationRecord) -> tuple[Station, ...]:
    """Every step of this preparation in its order, those that are done with who and when. What a rework discarded is to do again."""
    first, mixing = _of_procedure(record, formula)
    return (*_before(record), *first, *_weighings(record), _witness(record), *mixing, *_after(record))


def next_station(record: CompoundingRecord, formula: MasterFormulationRecord) -> Station | None:
    """The one step that comes next; None where the preparation has ended or been handed out."""
    if record.endings or record.state is State.DISPENSED:
        return None
    return next((each for each in stations(record, formula) if not each.is_done), None)


def waiting_time(text: str) -> timedelta | None:
    """How long a step says to wait ("10 minutes"); None where it names no time. Two times in one text are nobody's to choose between."""
    found = _WAIT.findall(text)
    if len(found) != 1:
        return None
    number, unit = found[0]
    return timedelta(seconds=int(number) * _SECONDS[unit[0].lower()])


def began_at(record: CompoundingRecord) -> datetime:
    """When the step that is next began: when the one before it was done, whoever did it."""
    told = [record.planned_at, *(each.at for each in record.steps), *(each.at for each in record.weighings), *(each.at for each in record.discarded)]
    told += [each.signature.at for each in (record.recalculation, record.witness, *record.assessments) if each is not None]
    return max(told)


def _before(record: CompoundingRecord) -> Iterator[Station]:
    assessed = record.assessments[0].signature if record.assessments else None
    yield Station(
        kind=Kind.ASSESS, duty=Duty.ASSESS_CLINICALLY, by=assessed.person_id if assessed else "", at=assessed.at if assessed else None,
    )  # fmt: skip
    agreed = record.recalculation.signature if record.recalculation is not None else None
    yield Station(
        kind=Kind.RECALCULATE, duty=Duty.RECALCULATE, never=record.planners, by=agreed.person_id if agreed else "", at=agreed.at if agreed else None,
    )  # fmt: skip


def _of_procedure(record: CompoundingRecord, formula: MasterFormulationRecord) -> tuple[list[Station], list[Station]]:
    done = {each.step: each for each in record.steps}
    furthest = max(done, default=-1)
    first: list[Station] = []
    mixing: list[Station] = []
    for number, step in enumerate(formula.procedure):
        told = done.get(number)
        station = Station(
            kind=Kind.TICK, duty=duty_of(formula, number), number=number, only=_only(record, step.sign), by=told.by if told else "",
            at=told.at if told else None, is_passed=not step.sign and (number < furthest or record.finish is not None),
        )  # fmt: skip
        (first if is_before_weighing(formula, number) else mixing).append(station)
    return first, mixing


def _only(record: CompoundingRecord, sign: str) -> str:
    if sign == SECOND_PERSON and record.recalculation is not None:
        return record.recalculation.signature.person_id
    if sign == WITNESS and record.witness is not None:
        return record.witness.signature.person_id
    return ""


def _weighings(record: CompoundingRecord) -> Iterator[Station]:
    done = {each.line: each for each in record.weighings}
    for number in range(len(record.sheet.lines)):
        told = done.get(number)
        yield Station(kind=Kind.WEIGH, duty=Duty.WEIGH, number=number, by=told.by if told else "", at=told.at if told else None)


def _witness(record: CompoundingRecord) -> Station:
    drug = [each for each in record.weighings if each.line in drug_lines(record.sheet)]
    seen = record.witness.signature if record.witness is not None else None
    return Station(
        kind=Kind.WITNESS, duty=Duty.WITNESS_WEIGHING, never=frozenset().union(*(hands(each.by, each.supervised_by) for each in drug)),
        by=seen.person_id if seen else "", at=seen.at if seen else None,
    )  # fmt: skip


def _after(record: CompoundingRecord) -> Iterator[Station]:
    made = record.finish.report if record.finish is not None else None
    yield Station(kind=Kind.MAKE, duty=Duty.WEIGH, by=made.by if made else "", at=made.at if made else None)
    for hold in record.holds:
        decided = hold.decision.signature if hold.decision is not None else None
        yield Station(
            kind=Kind.DECIDE, duty=Duty.DECIDE_HOLDS, never=record.weighed_by, by=decided.person_id if decided else "", at=decided.at if decided else None,
        )  # fmt: skip
    printed = record.label
    yield Station(kind=Kind.LABEL, duty=Duty.PRINT_PAPER, by=printed.by if printed else "", at=printed.at if printed else None)
    checked = record.release.signature if record.release is not None else None
    yield Station(
        kind=Kind.CHECK, duty=Duty.FINAL_CHECK, never=record.weighed_by, by=checked.person_id if checked else "", at=checked.at if checked else None,
    )  # fmt: skip
    given = record.dispensing
    yield Station(kind=Kind.HAND_OUT, duty=Duty.HAND_OUT, by=given.hand_out.by if given else "", at=given.hand_out.at if given else None)
