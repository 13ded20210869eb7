"""How an ingredient lot stands on a day, in one word, and which lots to look at first (clinical rules 16 and 22)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from compounding.domain.ingredient_lots import IngredientLot, usable_until
from compounding.domain.substances import Substance

EXPIRES_SOON_DAYS = 90
"""How many days before its last day a lot counts as expiring soon. Unverified: a house rule of this program, since no pharmacy has set its own yet."""


class LotState(StrEnum):
    """How a lot stands. The value is the word a page shows; of several that are true the first of these counts."""

    RECALLED = "recalled"
    USED_UP = "used up"
    PAST_DATE = "past its date"
    STOPPED = "stopped"
    QUARANTINE = "in quarantine"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class LotStanding:
    """A lot with what is left of it in grams, the last day it may be used, how it stands, and whether that day is near or past with something left."""

    lot: IngredientLot
    version: int
    left_g: Decimal
    usable_until: date
    state: LotState
    is_ending: bool


def standing(lot: IngredientLot, *, version: int, left_g: Decimal, on: date, undated_lot_days: int) -> LotStanding:
    """How the lot stands on that day. Stopped is what somebody or a correction put into quarantine; in quarantine is what nobody has released yet."""
    until = usable_until(lot, undated_lot_days)
    last_of_soon = on + timedelta(days=min(EXPIRES_SOON_DAYS, (date.max - on).days))
    return LotStanding(
        lot=lot, version=version, left_g=left_g, usable_until=until, state=_state(lot, left_g, until, on),
        is_ending=left_g > 0 and not lot.recalled and until <= last_of_soon,
    )  # fmt: skip


def turn(each: LotStanding, substances: Mapping[str, Substance]) -> tuple[str, str, date, bool, date, str, str]:
    """The place of a lot in a list: by the ingredient's name, then the first to use up first, as `lot_choice.suggest` has them."""
    lot = each.lot
    name = substances[lot.substance].name if lot.substance in substances else lot.substance
    return name, lot.substance, each.usable_until, lot.opened_on is None, lot.received_on, lot.number, lot.id


def _state(lot: IngredientLot, left_g: Decimal, until: date, on: date) -> LotState:
    if lot.recalled:
        return LotState.RECALLED
    if left_g <= 0:
        return LotState.USED_UP
    if until < on:
        return LotState.PAST_DATE
    if lot.in_quarantine:
        return LotState.STOPPED if lot.quarantine_reason else LotState.QUARANTINE
    return LotState.RELEASED
