"""Lists and searches: which orders there are, what a number or a name finds, and what the audit trail says; a page at a time, and each told as a reading.

A list shows names and dates of birth, so its entry on the chain of readings names every patient on the page by key: who has seen a patient's name must be
answerable later. What somebody typed to search is not written there, since it may be a name.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from compounding.domain.audit import Chain
from compounding.domain.errors import LevigateError
from compounding.domain.hand_over_parts import LabelStatus
from compounding.domain.patients import folded
from compounding.domain.people import Duty
from compounding.domain.stages import STATES, State, Subject
from compounding.storage import lists, lots, papers, people
from compounding.storage.lists import After, LotBrief, OrderBrief, PatientBrief, Written
from compounding.workflow.reading import as_sender_sees
from compounding.workflow.reading_budget import tell_reading
from compounding.workflow.use_case import Work, use_case

PAGE = 50
"""Rows of a page, and the most that a search shows."""
LETTERS = 3
"""Letters a name needs to be searched for by itself."""
ORDER_STATES = STATES[Subject.ORDER]
OPEN_STATES = (State.RECEIVED, State.SCREENED, State.AWAITING_PRESCRIBER, State.ACCEPTED)
"""The states in which somebody has something to do."""


class ListRefused(LevigateError):
    """What a list or a search cannot do."""


class Search(StrEnum):
    """What is searched by; every one is taken literally. Anything is a number, a scanned code or an identifier exactly, or how a name begins."""

    ANYTHING = "anything"
    PRESCRIPTION = "prescription number"
    LOT = "lot number"
    NAME = "patient's name"
    IDENTIFIER = "patient's identifier"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOrders:
    """A page of orders in these states (all, where none is named), from where the page before ended."""

    states: tuple[State, ...] = OPEN_STATES
    is_newest_first: bool = True
    after: After | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersListed:
    """A page of orders, and where the next one begins, if there is more."""

    orders: tuple[OrderBrief, ...]
    next: After | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """What to look for. A date of birth goes with a patient's name only."""

    by: Search
    sought: str
    born_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found, at most a page of it; `has_more` says that there is more.

    `exact` are the keys of what carries exactly this number, code or identifier, each with what it is. `label` says how a scanned label stands, where it may
    no longer be used. `lots` are ingredient lots of this number; the orders whose preparations took from them are then among `orders`.
    """

    orders: tuple[OrderBrief, ...] = ()
    patients: tuple[PatientBrief, ...] = ()
    lots: tuple[LotBrief, ...] = ()
    exact: tuple[tuple[str, str], ...] = ()
    label: str = ""
    has_more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTrail:
    """A page of a chain: entries before a number, about one subject or by one person where these are named by their keys."""

    chain: Chain = Chain.CHANGES
    before: int | None = None
    subject_id: str = ""
    person_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailRead:
    """Entries of a chain, the newest first; `next` is the number to go on before, None at the beginning of the chain. `people` are keys and names."""

    entries: tuple[Written, ...]
    next: int | None
    people: tuple[tuple[str, str], ...]


@use_case
def list_orders(work: Work, request: ListOrders) -> OrdersListed:
    """The orders of the pharmacy."""
    work.may(Duty.READ_RECORDS)
    return _listed(work, request, person_id="")


@use_case
def list_own_orders(work: Work, request: ListOrders) -> OrdersListed:
    """The orders that this person entered by their own account."""
    work.may(Duty.ENTER_ORDERS)
    return _listed(work, request, person_id=work.person.id)


@use_case
def find(work: Work, request: Find) -> Found:
    """Find orders or patients. Raises ListRefused `SEARCH_EMPTY`, `SEARCH_TOO_SHORT` or `SEARCH_DAY`."""
    work.may(Duty.READ_RECORDS)
    sought = request.sought.strip()
    if not sought:
        raise ListRefused("SEARCH_EMPTY", "write what to search for")
    if request.born_on is not None and request.by is not Search.NAME:
        raise ListRefused("SEARCH_DAY", "a date of birth goes with a patient's name; clear it, or search by name")
    orders: tuple[OrderBrief, ...] = ()
    patients: tuple[PatientBrief, ...] = ()
    if request.by is Search.ANYTHING:
        return _find_anything(work, sought)
    if request.by is Search.PRESCRIPTION:
        orders = lists.order_with_number(work.opened, sought)
    elif request.by is Search.LOT:
        orders = lists.order_of_lot(work.opened, sought)
    elif request.by is Search.IDENTIFIER:
        patients = lists.patients_identified(work.opened, sought, most=PAGE + 1)
    else:
        _check_name(sought, request.born_on)
        patients = lists.patients_named(work.opened, sought, born_on=request.born_on, most=PAGE + 1)
    _note(work, "search", request.by.value, [each.record.patient_id for each in orders] + [each.id for each in patients[:PAGE]])
    return Found(orders=orders, patients=patients[:PAGE], has_more=len(patients) > PAGE)


@use_case
def read_trail(work: Work, request: ReadTrail) -> TrailRead:
    """Read the audit trail. Raises ListRefused `PAGE_UNKNOWN` for a number that no page ends at."""
    work.may(Duty.READ_AUDIT)
    if request.before is not None and not 1 <= request.before < 1 << 62:
        raise ListRefused("PAGE_UNKNOWN", "there is no such page of the audit trail; begin at its end again")
    found = lists.trail_page(
        work.opened, request.chain, before=request.before, subject_id=request.subject_id.strip(), person_id=request.person_id.strip(), size=PAGE + 1
    )
    entries = found[:PAGE]
    # The trail tells of patients too, so who read it is told; which entries these were says their number.
    seen = f"{entries[-1].seq} to {entries[0].seq}" if entries else None
    tell_reading(work, "audit trail", request.chain.value, {"entries": (None, seen)})
    everyone = tuple((each.id, each.name) for each in people.people_of(work.opened.connection, work.opened.site_id))
    return TrailRead(entries=entries, next=entries[-1].seq if len(found) > PAGE else None, people=everyone)


def _listed(work: Work, request: ListOrders, *, person_id: str) -> OrdersListed:
    states = request.states or ORDER_STATES
    found = lists.orders_page(
        work.opened, states=states, is_newest_first=request.is_newest_first, after=request.after, size=PAGE + 1, person_id=person_id
    )  # fmt: skip
    shown = found[:PAGE]
    if person_id:
        shown = tuple(OrderBrief(record=as_sender_sees(each.record), patient_name=each.patient_name, born_on=each.born_on) for each in shown)
    _note(work, "order list", "own orders" if person_id else "work list", [each.record.patient_id for each in shown])
    last = shown[-1].record if len(found) > PAGE else None
    return OrdersListed(orders=shown, next=After(received_at=last.received_at, id=last.id) if last is not None else None)


def _find_anything(work: Work, sought: str) -> Found:
    opened = work.opened
    label = lists.label_with_code(opened, sought)
    orders = {each.record.id: each for each in (*lists.order_with_number(opened, sought), *lists.order_of_lot(opened, sought))}
    exact = [("order", each.record.id) for each in orders.values() if each.record.rx_number == sought]
    exact += [("preparation", fill.id) for each in orders.values() for fill in each.fills if fill.lot_number == sought]
    says = ""
    if label is not None:
        exact.append(("preparation", label.preparation_id))
        orders |= {each.record.id: each for each in lists.orders_of_preparations(opened, (label.preparation_id,), most=1)}
        stands = papers.status(opened, label.paper_id) if label.paper_id else LabelStatus.VALID
        says = "" if stands in {LabelStatus.VALID, LabelStatus.AWAITING_CHECK} else stands.value
    identified = lists.patients_identified(opened, sought, most=PAGE + 1)
    exact += [("patient", each.id) for each in identified]
    found_lots = lists.ingredient_lots_numbered(opened, sought)
    took = lots.preparations_with(opened, *(each.id for each in found_lots)) if found_lots else ()
    of_lots = lists.orders_of_preparations(opened, took, most=PAGE + 1) if took else ()
    orders |= {each.record.id: each for each in of_lots[:PAGE]}
    is_name = sum(each.isalpha() for each in folded(sought)) >= LETTERS
    named = lists.patients_named(opened, sought, born_on=None, most=PAGE + 1) if is_name else ()
    patients = {each.id: each for each in (*identified, *named)}
    shown = tuple(patients.values())[:PAGE]
    _note(work, "search", Search.ANYTHING.value, [each.record.patient_id for each in orders.values()] + [each.id for each in shown])
    return Found(
        orders=tuple(orders.values()), patients=shown, lots=found_lots, exact=tuple(exact), label=says,
        has_more=len(patients) > PAGE or len(of_lots) > PAGE,
    )  # fmt: skip


def _check_name(sought: str, born_on: date | None) -> None:
    letters = sum(each.isalpha() for each in folded(sought))
    if letters < (LETTERS if born_on is None else 1):
        raise ListRefused("SEARCH_TOO_SHORT", f"write at least {LETTERS} letters of the name as it begins, or its beginning with the date of birth")


def _note(work: Work, subject: str, subject_id: str, patient_ids: list[str]) -> None:
    seen = " ".join(dict.fromkeys(patient_ids)) or None
    tell_reading(work, subject, subject_id, {"patients": (None, seen)})
