"""The second calculation: the same weights once more, in rational numbers, written from the formula and not from the first code.

It shares no arithmetic with `calculation`: a slip in one of them shows as a disagreement, and then nothing is weighed.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from compounding.domain.substances import AssayAs, AssayBasis, Lot


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondCalculation:
    """The weights in grams, as the balance shows them."""

    active_g: Decimal
    levigating_g: Decimal
    base_g: Decimal


def recalculate(
    *,
    amount_g: Decimal,
    overage_percent: Decimal,
    percent: Decimal,
    levigating_percent: Decimal,
    lot: Lot | None,
    mw_anhydrous: Decimal,
    mw_pentahydrate: Decimal,
    readability_g: Decimal,
) -> SecondCalculation:
    """Weights from content: how much thiosulfate (counted as anhydrous) the jar needs, and how much of it a gram of the lot holds."""
    readability = Fraction(readability_g)
    total = _whole_steps(Fraction(amount_g) * (100 + Fraction(overage_percent)) / 100, readability)
    moles = total * Fraction(percent) / 100 / Fraction(mw_pentahydrate)
    anhydrous_needed = moles * Fraction(mw_anhydrous)
    active = _whole_steps(anhydrous_needed / _anhydrous_in_a_gram(lot, Fraction(mw_anhydrous) / Fraction(mw_pentahydrate)), readability)
    levigating = _whole_steps(total * Fraction(levigating_percent) / 100, readability)
    return SecondCalculation(active_g=_decimal(active), levigating_g=_decimal(levigating), base_g=_decimal(total - active - levigating))


def _anhydrous_in_a_gram(lot: Lot | None, molar_ratio: Fraction) -> Fraction:
    """Grams of anhydrous sodium thiosulfate in a gram of the lot as it stands on the shelf."""
    if lot is None:
        return molar_ratio
    pure = Fraction(1) if lot.form == "anhydrous" else molar_ratio
    if lot.assay_percent is None:
        return pure
    assay = Fraction(lot.assay_percent) / 100
    if lot.assay_basis is AssayBasis.AS_IS:
        return assay * (pure if lot.assay_as is AssayAs.AS_STOCK and lot.form == "pentahydrate" else Fraction(1))
    if lot.water_percent is None:
        # A dried assay without a water content says nothing of the shelf's gram, so the pure substance is assumed, and said so.
        return pure if lot.form == "pentahydrate" else assay
    return assay * (100 - Fraction(lot.water_percent)) / 100


def _whole_steps(mass: Fraction, readability: Fraction) -> Fraction:
    """The nearest multiple of the readability; a half goes up."""
    return (mass / readability + Fraction(1, 2)).__floor__() * readability


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
