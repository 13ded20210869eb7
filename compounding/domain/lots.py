"""How much of a lot holds the amount of drug that was ordered: hydrate, assay and water, each applied exactly once.

The formulas are clinical rule 13. Dividing the pentahydrate by its anhydrous assay and its water as well, without the molar ratio, would overdose by 57 %;
so the lot's form, the assay's basis and what it is expressed as are all required, and a like-for-like factor outside the monograph's corners stops the lot.
"""

from dataclasses import dataclass
from decimal import Decimal

from compounding.domain.errors import LevigateError
from compounding.domain.numbers import format_number
from compounding.domain.substances import AssayAs, AssayBasis, Lot

PENTAHYDRATE, ANHYDROUS = "pentahydrate", "anhydrous"

# USP: water 32.0 to 37.0 %, assay 99.0 to 100.5 % on the anhydrous basis; JP and Ph.Eur. allow 101.0 % (clinical rule 13).
PENTAHYDRATE_WATER = (Decimal(32), Decimal(37))
ANHYDROUS_MOST_WATER = Decimal(5)
ASSAY = (Decimal(99), Decimal("100.5"))
FACTOR = (Decimal("0.93"), Decimal("1.03"))
_MONOGRAPH = "USP monograph, sodium thiosulfate (clinical rule 13)"


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFactor:
    """What the required mass of pentahydrate is multiplied by, how, and after which source.

    `numerator` and `denominator` are exact; `formula` and `substitution` are for people.
    """

    numerator: Decimal
    denominator: Decimal
    formula: str
    substitution: str
    source: str
    corrected: bool


class UnsuitableLot(LevigateError):
    """A lot whose certificate is incomplete, contradicts itself, or lies outside the monograph."""

    def __init__(self, lot: Lot, problem: str) -> None:
        super().__init__("LOT_UNSUITABLE", f"lot {lot.number} of {lot.substance}: {problem}")


def factor_of(lot: Lot, *, mw_anhydrous: Decimal, mw_pentahydrate: Decimal) -> LotFactor:
    """The factor from required pentahydrate to the mass of this lot. Molecular weights in g/mol. Raises UnsuitableLot."""
    if lot.form not in {PENTAHYDRATE, ANHYDROUS}:
        raise UnsuitableLot(lot, "its certificate must say pentahydrate or anhydrous")
    _check_water(lot)
    ratio = f"{mw_anhydrous} ÷ {mw_pentahydrate}"
    if lot.assay_percent is None:
        return _nominal(lot, ratio, mw_anhydrous, mw_pentahydrate)
    _check_assay(lot)
    assay, water = lot.assay_percent / 100, (lot.water_percent or Decimal(0)) / 100
    dry = 1 - water
    words = f"({format_number(lot.assay_percent)} ÷ 100)"
    wet = f" × (1 - {format_number(lot.water_percent)} ÷ 100)" if lot.water_percent is not None else ""
    if lot.form == ANHYDROUS:
        # An anhydrous stock is its own form, so "as stock" and "as anhydrous" are the same statement.
        if lot.assay_basis is AssayBasis.DRIED:
            factor = LotFactor(
                numerator=mw_anhydrous, denominator=mw_pentahydrate * assay * dry, corrected=True, source=_MONOGRAPH,
                formula="required × molar ratio ÷ (assay × (1 - water))", substitution=f"× ({ratio}) ÷ ({words}{wet})",
            )  # fmt: skip
        else:
            factor = LotFactor(
                numerator=mw_anhydrous, denominator=mw_pentahydrate * assay, corrected=True, source=_MONOGRAPH,
                formula="required × molar ratio ÷ assay as it is", substitution=f"× ({ratio}) ÷ {words}",
            )  # fmt: skip
        return factor
    if lot.assay_basis is AssayBasis.DRIED:
        if lot.assay_as is AssayAs.AS_STOCK:
            raise UnsuitableLot(lot, "a dried pentahydrate is anhydrous, so an assay on the dried basis cannot be expressed as the pentahydrate")
        if lot.water_percent is None:
            return _nominal(lot, ratio, mw_anhydrous, mw_pentahydrate)
        factor = LotFactor(
            numerator=mw_anhydrous, denominator=mw_pentahydrate * assay * dry, corrected=True, source=_MONOGRAPH,
            formula="required × molar ratio ÷ (assay × (1 - water))", substitution=f"× ({ratio}) ÷ ({words}{wet})",
        )  # fmt: skip
    elif lot.assay_as is AssayAs.AS_STOCK:
        factor = LotFactor(
            numerator=Decimal(1), denominator=assay, corrected=True, source=_MONOGRAPH,
            formula="required ÷ assay as pentahydrate", substitution=f"÷ {words}",
        )  # fmt: skip
    else:
        factor = LotFactor(
            numerator=mw_anhydrous, denominator=mw_pentahydrate * assay, corrected=True, source=_MONOGRAPH,
            formula="required × molar ratio ÷ assay as it is, as anhydrous", substitution=f"× ({ratio}) ÷ {words}",
        )  # fmt: skip
    if not FACTOR[0] <= factor.numerator / factor.denominator <= FACTOR[1]:
        raise UnsuitableLot(lot, "the correction it asks for lies outside what the monograph allows (0.93 to 1.03); check the basis of the assay")
    return factor


def _nominal(lot: Lot, ratio: str, mw_anhydrous: Decimal, mw_pentahydrate: Decimal) -> LotFactor:
    if lot.form == ANHYDROUS:
        return LotFactor(
            numerator=mw_anhydrous, denominator=mw_pentahydrate, corrected=False, source="clinical rule 13",
            formula="required × molar ratio", substitution=f"× ({ratio})",
        )  # fmt: skip
    return LotFactor(numerator=Decimal(1), denominator=Decimal(1), corrected=False, source="nominal content", formula="required", substitution="")


def _check_water(lot: Lot) -> None:
    water = lot.water_percent
    if water is None:
        return
    if lot.form == PENTAHYDRATE and not PENTAHYDRATE_WATER[0] <= water <= PENTAHYDRATE_WATER[1]:
        raise UnsuitableLot(lot, f"a pentahydrate holds 32 to 37 % water, and its certificate says {format_number(water)} %")
    if lot.form == ANHYDROUS and not 0 <= water <= ANHYDROUS_MOST_WATER:
        raise UnsuitableLot(lot, f"anhydrous sodium thiosulfate cannot hold {format_number(water)} % water")


def _check_assay(lot: Lot) -> None:
    if lot.assay_basis is None or lot.assay_percent is None:
        raise UnsuitableLot(lot, "its assay needs a basis: dried, or as it is")
    if lot.form == PENTAHYDRATE and lot.assay_as is None:
        raise UnsuitableLot(lot, "its assay must say whether it is expressed as anhydrous or as the pentahydrate (assay_as)")
    # An as-is assay expressed as anhydrous is about 64 % for the hydrate; every other assay lies in the monograph's range.
    hydrate_as_anhydrous = lot.form == PENTAHYDRATE and lot.assay_basis is AssayBasis.AS_IS and lot.assay_as is AssayAs.ANHYDROUS
    low, high = (Decimal("62.3"), Decimal("68.4")) if hydrate_as_anhydrous else ASSAY
    if not low <= lot.assay_percent <= high:
        raise UnsuitableLot(lot, f"its assay of {format_number(lot.assay_percent)} % lies outside the monograph ({low} to {high} %)")
