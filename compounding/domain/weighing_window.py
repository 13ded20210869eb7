"""Between which readings of the balance may one weighing lie, and does this one? By the pharmacy's own tolerance, exactly (clinical rule 20)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from compounding.domain.errors import LevigateError


class Verdict(StrEnum):
    """How a reading lies to its window."""

    TOO_LITTLE = "too little"
    WITHIN = "within the limit"
    TOO_MUCH = "too much"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The lowest and the highest reading that the balance can show within the limit; grams. `percent` is the limit of one weighing."""

    target_g: Decimal
    percent: Decimal
    lowest_g: Decimal
    highest_g: Decimal

    def verdict(self, mass_g: Decimal) -> Verdict:
        """How this reading lies, by the limit itself and not by its rounded ends."""
        off = (Fraction(mass_g) - Fraction(self.target_g)) * 100 / Fraction(self.target_g)
        if off < -Fraction(self.percent):
            return Verdict.TOO_LITTLE
        return Verdict.TOO_MUCH if off > Fraction(self.percent) else Verdict.WITHIN

    def off_g(self, mass_g: Decimal) -> Decimal:
        """How far the reading is from the target, in grams: below it negative."""
        return mass_g - self.target_g


def window(target_g: Decimal, *, weighing_percent: Decimal, readability_g: Decimal) -> Window:
    """The window around a target; its ends are rounded inward to steps of the balance.

    Raises LevigateError `not_positive` for a target or a readability of zero or less, or a limit below zero.
    """
    if not all(each.is_finite() for each in (target_g, weighing_percent, readability_g)) or target_g <= 0 or readability_g <= 0 or weighing_percent < 0:
        raise LevigateError("not_positive", "a weighing needs a target and a balance")
    target, share, step = Fraction(target_g), Fraction(weighing_percent) / 100, Fraction(readability_g)
    fewest = -((-(target - target * share) / step).__floor__())
    most = ((target + target * share) / step).__floor__()
    return Window(target_g=target_g, percent=weighing_percent, lowest_g=fewest * readability_g, highest_g=most * readability_g)
