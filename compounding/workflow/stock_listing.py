"""The shelf: every ingredient lot with how it stands today, by ingredient, the first to use up first, a page at a time.

A lot is no patient's record, so that looking at the shelf leaves no entry on the chain of readings.
"""

from dataclasses import dataclass
from enum import Enum

from compounding.domain.lot_states import LotStanding, LotState, standing, turn
from compounding.domain.people import Duty
from compounding.domain.substances import Substance
from compounding.storage import lots
from compounding.workflow.use_case import Work, use_case

PAGE = 50
"""Lots of a page."""


class Shown(Enum):
    """Which lots a list holds. The value is what an address says."""

    IN_STOCK = "in-stock"
    RELEASED = "released"
    QUARANTINE = "quarantine"
    STOPPED = "stopped"
    ENDING = "ending"
    USED_UP = "used-up"
    ALL = "all"


_STATES = {
    Shown.RELEASED: (LotState.RELEASED,), Shown.QUARANTINE: (LotState.QUARANTINE,), Shown.STOPPED: (LotState.STOPPED, LotState.RECALLED),
    Shown.USED_UP: (LotState.USED_UP,),
}  # fmt: skip
_IN_STOCK = {Shown.IN_STOCK: True, Shown.RELEASED: True, Shown.QUARANTINE: True, Shown.ENDING: True, Shown.USED_UP: False}
"""What the database is asked for, so that a list of what is on the shelf does not read ten years of empty jars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLots:
    """A page of lots: which ones, of one ingredient (empty: all), with this lot number or key (empty: any), and after which lot the page begins."""

    shown: Shown = Shown.IN_STOCK
    substance: str = ""
    number: str = ""
    after_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotsListed:
    """A page of lots, the lot after which the next page begins (empty: there is none), and on the first page those to look at first.

    `ending` are lots that end soon, or ended with something left, the first to end first. `is_empty` says that no lot was ever received here.
    """

    lots: tuple[LotStanding, ...]
    next_id: str
    ending: tuple[LotStanding, ...]
    substances: tuple[Substance, ...]
    is_empty: bool


@use_case
def list_lots(work: Work, request: ListLots) -> LotsListed:
    """The lots of the pharmacy. Raises NotAllowed; NotFound where the page would begin after a lot that is not here."""
    work.may_one_of(Duty.KEEP_STOCK, Duty.WEIGH, Duty.READ_RECORDS)
    substances = work.house.data.formulary.substances
    asked = (request.substance,) if request.substance else ()
    sought = lots.plain(request.number)
    found = [
        each for each in _standings(work, *asked, is_in_stock=_IN_STOCK.get(request.shown))
        if _is_shown(each, request.shown) and sought in {"", lots.plain(each.lot.number), each.lot.id}
    ]  # fmt: skip
    found.sort(key=lambda each: turn(each, substances))
    ending = () if request.after_id or request.number else _ending(work, *asked)
    if request.after_id:
        # The page begins after the place that lot has today, whether or not the list still holds it.
        place = turn(_standing_of(work, request.after_id), substances)
        found = [each for each in found if turn(each, substances) > place]
    return LotsListed(
        lots=tuple(found[:PAGE]), next_id=found[PAGE - 1].lot.id if len(found) > PAGE else "", ending=ending,
        substances=tuple(sorted(substances.values(), key=lambda each: each.name)), is_empty=not found and not lots.ids(work.opened),
    )  # fmt: skip


def _is_shown(each: LotStanding, shown: Shown) -> bool:
    if shown is Shown.ENDING:
        return each.is_ending
    return each.state in _STATES.get(shown, tuple(LotState))


def _ending(work: Work, *substances: str) -> tuple[LotStanding, ...]:
    found = [each for each in _standings(work, *substances, is_in_stock=True) if each.is_ending]
    return tuple(sorted(found, key=lambda each: (each.usable_until, each.lot.substance, each.lot.number, each.lot.id)))


def _standings(work: Work, *substances: str, is_in_stock: bool | None) -> tuple[LotStanding, ...]:
    return tuple(
        standing(lot, version=version, left_g=left_g, on=work.today, undated_lot_days=work.site.undated_lot_days)
        for lot, version, left_g in lots.shelf(work.opened, *substances, is_in_stock=is_in_stock)
    )


def _standing_of(work: Work, lot_id: str) -> LotStanding:
    lot, version = lots.of(work.opened, lot_id, lock=False)
    return next(each for each in _standings(work, lot.substance, is_in_stock=None) if each.lot.id == lot.id and each.version == version)
