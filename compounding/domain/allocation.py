"""From which lots a component is taken: the earliest expiry first, each as far as it goes, every take one the balance can weigh."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from compounding.domain.numbers import decimal_of, whole_steps
from compounding.domain.site import Balance
from compounding.domain.substances import Lot
from compounding.domain.weighing_sheet import CannotWeigh


@dataclass(frozen=True, slots=True)
class Supply:
    """One lot and what each of its grams gives of what is needed; None is nominal material without a lot."""

    lot: Lot | None
    gives: Fraction


@dataclass(frozen=True, slots=True)
class Take:
    """What is taken from one lot: exactly, and as the balance shows it (grams)."""

    supply: Supply
    exact_g: Fraction
    to_weigh_g: Decimal


def first_expired_first(lots: Sequence[Lot]) -> tuple[Lot, ...]:
    """The lots in the order they are used up: the earliest expiry first, undated ones last."""
    return tuple(sorted(lots, key=lambda lot: lot.expires_on or date.max))


def allocate(name: str, needed: Fraction, supplies: Sequence[Supply], balance: Balance) -> tuple[Take, ...]:
    """The takes that together give what is needed (in the unit of `gives`, for each gram).

    A lot of which too little is left to weigh is passed over, and the last take is never smaller than the balance can weigh.
    Raises CannotWeigh `INSUFFICIENT_STOCK` where the lots do not hold enough.
    """
    step = Fraction(balance.readability_g)
    least = -(-Fraction(balance.minimum_weighable_g) // step) * step
    usable = [supply for supply in supplies if _goes_as_far_as(supply, least, step)]
    takes: list[Take] = []
    left = needed
    for index, supply in enumerate(usable):
        mass, on_hand = left / supply.gives, _on_hand(supply, step)
        if on_hand is None or whole_steps(mass, step) <= on_hand:
            takes.append(Take(supply, mass, ended(whole_steps(mass, step))))
            return tuple(takes)
        if index + 1 < len(usable):
            # Enough is left over for the next lot that its take can be weighed.
            most = min(on_hand, _down((left - least * usable[index + 1].gives) / supply.gives, step))
            if most >= least:
                takes.append(Take(supply, most, ended(most)))
                left -= most * supply.gives
    raise CannotWeigh("INSUFFICIENT_STOCK", f"the lots of {name} hold too little for this batch")


def _goes_as_far_as(supply: Supply, least: Fraction, step: Fraction) -> bool:
    on_hand = _on_hand(supply, step)
    return on_hand is None or on_hand >= least


def _on_hand(supply: Supply, step: Fraction) -> Fraction | None:
    """What is left of the lot, in steps of the balance; None where nobody counts."""
    if supply.lot is None or supply.lot.on_hand_g is None:
        return None
    return _down(Fraction(supply.lot.on_hand_g), step)


def _down(mass: Fraction, step: Fraction) -> Fraction:
    return (mass / step).__floor__() * step


def ended(mass: Fraction) -> Decimal:
    """A multiple of the balance's readability as a decimal; it ends, since every readability does."""
    exact = decimal_of(mass)
    if exact is None:
        raise CannotWeigh("CANNOT_WEIGH", "the balance's readability has no finite decimal")
    return exact
