"""The second calculation: the same weights once more, in rational numbers, written from the formula and not from the first code.

It shares no code with `calculation`: it asks how much thiosulfate the jar needs and how much a gram of each lot holds, and what is still missing after
the lots used up before. A slip in one of the two shows as a disagreement, and then nothing is weighed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from compounding.domain.substances import AssayAs, AssayBasis, Lot


@dataclass(frozen=True, slots=True)
class LotTaken:
    """One lot of the drug (None: nominal material) and what the plan takes of it, in grams."""

    lot: Lot | None
    taken_g: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondCalculation:
    """The weights of the last lot of each component in grams, as the balance shows them."""

    active_g: Decimal
    levigating_g: Decimal
    base_g: Decimal


def recalculate(
    *,
    amount_g: Decimal,
    overage_percent: Decimal,
    percent: Decimal,
    levigating_percent: Decimal,
    drug: Sequence[LotTaken],
    levigating_before_g: Sequence[Decimal],
    base_before_g: Sequence[Decimal],
    correct_above_percent: Decimal,
    mw_anhydrous: Fraction,
    mw_pentahydrate: Fraction,
    readability_g: Decimal,
) -> SecondCalculation:
    """Weights from content. What the plan takes of all lots but the last is given; the weight of each last lot is found anew."""
    readability = Fraction(readability_g)
    total = _whole_steps(Fraction(amount_g) * (100 + Fraction(overage_percent)) / 100, readability)
    missing = total * Fraction(percent) / 100 / mw_pentahydrate * mw_anhydrous
    molar_ratio = mw_anhydrous / mw_pentahydrate
    *used_up, last = drug
    for part in used_up:
        missing -= Fraction(part.taken_g) * _anhydrous_in_a_gram(part.lot, molar_ratio, correct_above_percent)
    active = _whole_steps(missing / _anhydrous_in_a_gram(last.lot, molar_ratio, correct_above_percent), readability)
    levigating_before, base_before, drug_before = (sum(map(Fraction, masses), start=Fraction(0)) for masses in (
        levigating_before_g, base_before_g, [part.taken_g for part in used_up],
    ))  # fmt: skip
    levigating = _whole_steps(total * Fraction(levigating_percent) / 100 - levigating_before, readability)
    base = total - drug_before - active - levigating_before - levigating - base_before
    return SecondCalculation(active_g=_decimal(active), levigating_g=_decimal(levigating), base_g=_decimal(base))


def _anhydrous_in_a_gram(lot: Lot | None, molar_ratio: Fraction, correct_above_percent: Decimal) -> Fraction:
    """Grams of anhydrous sodium thiosulfate in a gram of the lot as it stands on the shelf."""
    if lot is None:
        return molar_ratio
    pure = Fraction(1) if lot.form == "anhydrous" else molar_ratio
    stated = _stated_in_a_gram(lot, pure)
    # The pharmacy's own limit, and never more than 2 %, decides whether a like-for-like difference is left out (clinical rule 13).
    left_out = min(Fraction(correct_above_percent), Fraction(2)) / 100
    if lot.form == "pentahydrate" and 1 - left_out <= pure / stated <= 1 + left_out:
        return pure
    return stated


def _stated_in_a_gram(lot: Lot, pure: Fraction) -> Fraction:
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
