"""The work list: everything that waits for somebody, first what the person who asks can do, each with how long it waits and what has passed.

A list shows names and dates of birth, so it is told as a reading, with every patient on it by key. A list that is still the same shows nothing new: whether
it is can be asked without reading anything of a patient, and is not told.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from compounding.domain.beyond_use import read_day
from compounding.domain.errors import LevigateError
from compounding.domain.order_dates import valid_until
from compounding.domain.order_record import OrderRecord
from compounding.domain.people import Duty, NotAllowed, Person, WhoMay
from compounding.domain.stages import STATES, State, Subject
from compounding.domain.work_stages import OPEN_STAGES, REFILL, URGENT, WorkStage, stage_of, stages_for, waits_too_long
from compounding.storage import people, work_items
from compounding.storage.work_items import Count, Place, Wanted, WorkItem, WorkKey
from compounding.workflow.listing import PAGE
from compounding.workflow.reading_budget import tell_reading
from compounding.workflow.use_case import House, Work, use_case

OPEN = tuple(each.name for each in OPEN_STAGES if each.name != REFILL)
"""The stages at which somebody has something to do now."""
OVER = tuple(each.value for each in STATES[Subject.ORDER] if stage_of(each.value) is None)
"""What an order is called that is over."""
EVERY = (*OPEN, REFILL, *OVER)
_ALIKE = timedelta(minutes=10)
"""A list is shown anew after this time even where nothing happened, since its ages grow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListWork:
    """A page of the items at these stages, or with `is_mine` at those of them that this person takes further; from where the page before ended."""

    stages: tuple[str, ...] = OPEN
    is_mine: bool = False
    is_newest_first: bool = False
    after: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRow:
    """One item as the list shows it. `passed` says which of its dates have passed: an order's last day, the compounding date, the beyond-use date."""

    item: WorkItem
    is_mine: bool
    is_urgent: bool
    waits_too_long: bool
    valid_until: date | None
    passed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkListed:
    """A page, where the next one begins, how many items stand at each stage, and which stages are this person's.

    `mark` is the same for as long as the list is; `has_orders` says whether the pharmacy has ever received one.
    """

    rows: tuple[WorkRow, ...]
    next: Place | None
    counts: tuple[Count, ...]
    mine: tuple[str, ...]
    mark: str
    has_orders: bool


@use_case
def list_work(work: Work, request: ListWork) -> WorkListed:
    """The work list of the pharmacy."""
    work.may(Duty.READ_RECORDS)
    connection, site_id = work.opened.connection, work.opened.site_id
    mine = _stages_of(work.person, work.profile.who_may, on=work.today)
    counts = work_items.counted(connection, site_id)
    found = work_items.page(connection, site_id, _wanted(request, mine))
    shown = found[:PAGE]
    seen = " ".join(dict.fromkeys(each.record.patient_id for each in shown)) or None
    tell_reading(work, "order list", "work list", {"patients": (None, seen)})
    return WorkListed(
        rows=tuple(_row(work, each, mine) for each in shown), next=shown[-1].key.place if len(found) > PAGE else None, counts=counts, mine=mine,
        mark=_mark(counts, [each.key for each in found], work.act.at), has_orders=bool(counts) or work_items.has_orders(connection, site_id),
    )  # fmt: skip


def is_still(house: House, person: Person, request: ListWork, *, at: datetime, mark: str) -> bool:
    """Whether the list is the one that this mark was given for. Nothing of a patient is read."""
    with house.database.reading() as connection:
        settings, _ = people.current_settings(connection, house.site_id)
        who_may, today = house.data.profiles[settings.jurisdiction].who_may, at.astimezone(settings.time_zone).date()
        counts = work_items.counted(connection, house.site_id)
        found = work_items.keys(connection, house.site_id, _wanted(request, _stages_of(person, who_may, on=today)))
    return _mark(counts, found, at) == mark


def _wanted(request: ListWork, mine: tuple[str, ...]) -> Wanted:
    asked = tuple(each for each in request.stages if each in EVERY and (not request.is_mine or each in mine))
    return Wanted(
        stages=asked, mine=mine, is_moving=request.is_mine, is_newest_first=request.is_newest_first, after=request.after, size=PAGE + 1
    )  # fmt: skip


def _stages_of(person: Person, who_may: WhoMay, *, on: date) -> tuple[str, ...]:
    return tuple(each.name for each in stages_for(duty for duty in Duty if _has(person, duty, who_may, on)))


def _has(person: Person, duty: Duty, who_may: WhoMay, on: date) -> bool:
    try:
        who_may.role_for(person, duty, on=on)
    except NotAllowed as refusal:
        # With somebody beside them they can: who that is comes with the act.
        return refusal.code == "SUPERVISOR_NEEDED"
    return True


def _row(work: Work, item: WorkItem, mine: tuple[str, ...]) -> WorkRow:
    stage, is_urgent = stage_of(item.key.stage), item.record.sent.priority in URGENT
    until = _valid_until(work, item.record)
    is_late = stage is not None and waits_too_long(stage, since=item.key.place.since, now=work.act.at, is_urgent=is_urgent)
    return WorkRow(
        item=item, is_mine=item.key.stage in mine and not item.key.is_stopped, is_urgent=is_urgent, waits_too_long=is_late, valid_until=until,
        passed=_passed(item, stage, until, work.today) if stage is not None else (),
    )  # fmt: skip


def _passed(item: WorkItem, stage: WorkStage, until: date | None, today: date) -> tuple[str, ...]:
    found = []
    if until is not None and until < today and stage.state is not State.RETURNED:
        found.append(f"The order was valid until {until.isoformat()}")
    if item.made is not None and item.made.compounded_on < today and stage.state in _NOT_YET_MADE:
        found.append(f"The compounding date {item.made.compounded_on.isoformat()} has passed")
    if item.made is not None and item.made.beyond_use_on < today and stage.state is not State.RETURNED:
        found.append(f"The beyond-use date {item.made.beyond_use_on.isoformat()} has passed")
    return tuple(found)


_NOT_YET_MADE = frozenset({State.PLANNED, State.ASSESSED, State.RECALCULATED, State.WEIGHED, State.WITNESSED})


def _valid_until(work: Work, record: OrderRecord) -> date | None:
    try:
        return valid_until(read_day(record.sent.authored_on), record.sent, work.profile)
    except LevigateError:
        # An order without a readable date is held for that by its screening.
        return None


def _mark(counts: Sequence[Count], keys: Sequence[WorkKey], at: datetime) -> str:
    told = (int(at.timestamp() // _ALIKE.total_seconds()), tuple(counts), tuple(keys))
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]
