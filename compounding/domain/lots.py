"""How much of a lot holds the amount of drug that was ordered: hydrate, assay and water, each applied exactly once.

The formulas are clinical rule 13. Dividing the pentahydrate by its anhydrous assay and its water as well, without the molar ratio, would overdose by 57 %;
so the lot's form, the assay's basis and what it is expressed as are all required, and a like-for-like factor outside the monograph's corners stops the lot.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from compounding.domain.errors import LevigateError
from compounding.domain.hydrates import Form, LotComposition, MolarMasses
from compounding.domain.numbers import exact_number, format_number
from compounding.domain.substances import AssayAs, AssayBasis, Lot

# USP: water 32.0 to 37.0 %, assay 99.0 to 100.5 % on the anhydrous basis; JP and Ph.Eur. allow 101.0 % (clinical rule 13).
PENTAHYDRATE_WATER = (Decimal(32), Decimal(37))
ANHYDROUS_MOST_WATER = Decimal(5)
ASSAY = (Decimal(99), Decimal("100.5"))
FACTOR = (Decimal("0.93"), Decimal("1.03"))
MOST_LEFT_OUT_PERCENT = Decimal(2)
"""The largest correction a pharmacy may leave out (clinical rule 13)."""
_MONOGRAPH = "USP monograph, sodium thiosulfate (clinical rule 13)"


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFactor:
    """How the mass of a lot follows from the thiosulfate that is needed: what a gram of the lot holds, the formula in words, and its source.

    `corrected` says whether assay and water were used; `formula` and `substitution` go on from the required mass as pentahydrate; `content` and
    `content_numbers` are the words and numbers of the composition itself.
    """

    composition: LotComposition
    content: str
    content_numbers: str
    formula: str
    substitution: str
    source: str
    corrected: bool


class UnsuitableLot(LevigateError):
    """A lot whose certificate is incomplete, contradicts itself, or lies outside the monograph."""

    def __init__(self, lot: Lot, problem: str) -> None:
        super().__init__("LOT_UNSUITABLE", f"lot {lot.number} of {lot.substance}: {problem}")


def nominal_factor(masses: MolarMasses) -> LotFactor:
    """The factor of material without a certificate: the pure pentahydrate."""
    return LotFactor(
        composition=LotComposition(anhydrous_fraction=masses.ratio(Form.PENTAHYDRATE, Form.ANHYDROUS)), corrected=False, source="nominal content",
        formula="required", substitution="", content="molar ratio of the pure pentahydrate", content_numbers=_ratio(masses),
    )  # fmt: skip


def factor_of(lot: Lot, masses: MolarMasses, *, only_above_percent: Decimal = Decimal(0)) -> LotFactor:
    """What a gram of this lot holds, after its certificate. Raises UnsuitableLot.

    A pharmacy may leave the correction out for a like-for-like lot while it would change the weight by no more than `only_above_percent`
    (clinical rule 13 allows 2 % at most); zero means that every lot is corrected.
    """
    form = _form(lot)
    _check_water(lot)
    if lot.assay_percent is None:
        return _nominal(form, masses)
    _check_assay(lot)
    if lot.assay_basis is AssayBasis.DRIED and form is Form.PENTAHYDRATE:
        if lot.assay_as is AssayAs.AS_STOCK:
            raise UnsuitableLot(lot, "a dried pentahydrate is anhydrous, so an assay on the dried basis cannot be expressed as the pentahydrate")
        if lot.water_percent is None:
            return _nominal(form, masses)
    found = _corrected(lot, form, masses)
    if form is Form.PENTAHYDRATE:
        pure = masses.ratio(Form.PENTAHYDRATE, Form.ANHYDROUS)
        factor = pure / found.composition.anhydrous_fraction
        if not FACTOR[0] <= factor <= FACTOR[1]:
            raise UnsuitableLot(lot, "the correction it asks for lies outside what the monograph allows (0.93 to 1.03); check the basis of the assay")
        if abs(factor - 1) * 100 <= min(only_above_percent, MOST_LEFT_OUT_PERCENT):
            nominal = _nominal(form, masses)
            words = f"required (the correction by {exact_number(factor, digits=6)} is left out: corrected here above {format_number(only_above_percent)} %)"
            stated = f"{nominal.content} (the certificate's {exact_number(found.composition.anhydrous_fraction, digits=6)} is left out, see the correction)"
            return replace(nominal, formula=words, source="clinical rule 13", content=stated)
    return found


def _corrected(lot: Lot, form: Form, masses: MolarMasses) -> LotFactor:
    """The factor from the certificate's assay and, where it is on the dried basis, its water: each applied exactly once."""
    assay = Fraction(lot.assay_percent or 0) / 100
    words, numbers = "assay as it is", f"({format_number(lot.assay_percent or Decimal(0))} ÷ 100)"
    if lot.assay_basis is AssayBasis.DRIED:
        words = "assay on the dried basis"
        if lot.water_percent is not None:
            words = "(assay × (1 - water))"
            assay *= 1 - Fraction(lot.water_percent) / 100
            numbers = f"({numbers} × (1 - {format_number(lot.water_percent)} ÷ 100))"
    counted_as = form if lot.assay_as is AssayAs.AS_STOCK or form is Form.ANHYDROUS else Form.ANHYDROUS
    composition = LotComposition(anhydrous_fraction=assay * masses.ratio(counted_as, Form.ANHYDROUS))
    if counted_as is Form.PENTAHYDRATE:
        return LotFactor(
            composition=composition, corrected=True, source=_MONOGRAPH, formula="required ÷ assay as pentahydrate", substitution=f"÷ {numbers}",
            content="assay as pentahydrate × molar ratio", content_numbers=f"{numbers} × ({_ratio(masses)})",
        )  # fmt: skip
    return LotFactor(
        composition=composition,
        corrected=True,
        source=_MONOGRAPH,
        formula=f"required × molar ratio ÷ {words}",
        substitution=f"× ({_ratio(masses)}) ÷ {numbers}",
        content=words.removeprefix("(").removesuffix(")"),
        content_numbers=numbers.removeprefix("(").removesuffix(")"),
    )


def _nominal(form: Form, masses: MolarMasses) -> LotFactor:
    if form is Form.PENTAHYDRATE:
        return nominal_factor(masses)
    return LotFactor(
        composition=LotComposition(anhydrous_fraction=Fraction(1)), corrected=False, source="clinical rule 13", formula="required × molar ratio",
        content="the pure anhydrous salt", content_numbers="1",
        substitution=f"× ({_ratio(masses)})",
    )  # fmt: skip


def _ratio(masses: MolarMasses) -> str:
    return f"{exact_number(masses.anhydrous)} ÷ {exact_number(masses.pentahydrate)}"


def _form(lot: Lot) -> Form:
    try:
        return Form(lot.form)
    except ValueError:
        raise UnsuitableLot(lot, "its certificate must say pentahydrate or anhydrous") from None


def _check_water(lot: Lot) -> None:
    water = lot.water_percent
    if water is None:
        return
    if lot.form == Form.PENTAHYDRATE and not PENTAHYDRATE_WATER[0] <= water <= PENTAHYDRATE_WATER[1]:
        raise UnsuitableLot(lot, f"a pentahydrate holds 32 to 37 % water, and its certificate says {format_number(water)} %")
    if lot.form == Form.ANHYDROUS and not 0 <= water <= ANHYDROUS_MOST_WATER:
        raise UnsuitableLot(lot, f"anhydrous sodium thiosulfate cannot hold {format_number(water)} % water")


def _check_assay(lot: Lot) -> None:
    if lot.assay_basis is None or lot.assay_percent is None:
        raise UnsuitableLot(lot, "its assay needs a basis: dried, or as it is")
    if lot.form == Form.PENTAHYDRATE and lot.assay_as is None:
        raise UnsuitableLot(lot, "its assay must say whether it is expressed as anhydrous or as the pentahydrate (assay_as)")
    # An as-is assay expressed as anhydrous is about 64 % for the hydrate; every other assay lies in the monograph's range.
    hydrate_as_anhydrous = lot.form == Form.PENTAHYDRATE and lot.assay_basis is AssayBasis.AS_IS and lot.assay_as is AssayAs.ANHYDROUS
    low, high = (Decimal("62.3"), Decimal("68.4")) if hydrate_as_anhydrous else ASSAY
    if not low <= lot.assay_percent <= high:
        raise UnsuitableLot(lot, f"its assay of {format_number(lot.assay_percent)} % lies outside the monograph ({low} to {high} %)")
