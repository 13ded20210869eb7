"""An amount too small to weigh: a multiple of it is weighed, diluted, and the part that holds the amount is taken."""

from dataclasses import dataclass
from fractions import Fraction

LARGEST_FACTOR = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Aliquot:
    """The four masses, in one unit: weigh the drug, add the diluent, take the aliquot of the mixture, which holds the amount needed."""

    weigh: Fraction
    diluent: Fraction
    total: Fraction
    take: Fraction


def aliquot_of(needed: Fraction, least: Fraction, factor: Fraction) -> Aliquot:
    """The aliquot of a mass for a balance that weighs no less than `least`, the drug taken `factor` times."""
    weigh, total = needed * factor, least * factor
    return Aliquot(weigh=weigh, diluent=total - weigh, total=total, take=least)


def smallest_aliquot(needed: Fraction, least: Fraction) -> Aliquot | None:
    """The aliquot with the smallest whole factor whose drug and diluent can both be weighed; None where there is none up to LARGEST_FACTOR."""
    for factor in range(2, LARGEST_FACTOR + 1):
        found = aliquot_of(needed, least, Fraction(factor))
        if min(found.weigh, found.diluent) >= least:
            return found
    return None
