"""The two calculations of a weighing sheet agree, and both say what the formula says, for every kind of certificate the bench accepts.

`make thorough` asks this for 100,000 random batches (LEVIGATE_EXAMPLES).
"""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from compounding.config.site_file import example_site
from compounding.domain.calculation import WeighingSheet, calculate
from compounding.domain.substances import AssayAs, AssayBasis, Lot
from compounding.reference import load
from tests.factories import GOLDEN_LOT

DATA = load()
SITE = example_site()
RATIO = Fraction("158.11") / Fraction("248.18")
HUNDRED = Fraction(100)

ASSAY = st.decimals("99", "100.5", places=2)
ANHYDROUS_LOT = Lot(substance=GOLDEN_LOT.substance, number="A-1", form="anhydrous")
LOTS = st.one_of(
    st.none(),
    st.builds(lambda assay, water: replace(GOLDEN_LOT, assay_percent=assay, water_percent=water), ASSAY, st.decimals("32", "37", places=2)),
    st.builds(lambda assay: replace(GOLDEN_LOT, assay_percent=assay, water_percent=None), ASSAY),
    st.just(replace(GOLDEN_LOT, assay_percent=None)),
    st.builds(lambda assay: replace(GOLDEN_LOT, assay_percent=assay, assay_basis=AssayBasis.AS_IS, assay_as=AssayAs.AS_STOCK), ASSAY),
    st.builds(
        lambda assay: replace(GOLDEN_LOT, assay_percent=assay, assay_basis=AssayBasis.AS_IS, assay_as=AssayAs.ANHYDROUS), st.decimals("62.3", "68.4", places=2)
    ),
    st.just(ANHYDROUS_LOT),
    st.builds(lambda assay: replace(ANHYDROUS_LOT, assay_percent=assay, assay_basis=AssayBasis.AS_IS), ASSAY),
    st.builds(lambda assay: replace(ANHYDROUS_LOT, assay_percent=assay, assay_basis=AssayBasis.DRIED), ASSAY),
    st.builds(
        lambda assay, water: replace(ANHYDROUS_LOT, assay_percent=assay, assay_basis=AssayBasis.DRIED, water_percent=water),
        ASSAY,
        st.decimals("0", "5", places=2),
    ),
)
AMOUNT, PERCENT, OVERAGE = st.decimals("10", "500", places=2), st.decimals("10", "25", places=2), st.decimals("0", "20", places=1)


def sheet_of(amount: Decimal, percent: Decimal, overage: Decimal, lot: Lot | None, formula: str) -> WeighingSheet:
    return calculate(
        DATA.formulary.formulas[formula], amount_g=amount, percent=percent, substances=DATA.formulary.substances, lots={lot.substance: (lot,)} if lot else {}, balance=SITE.balance,
        overage_percent=overage,
    )  # fmt: skip


def anhydrous_in_a_gram(lot: Lot | None) -> Fraction:
    """What the certificate says a gram of the shelf holds, counted as anhydrous: written from clinical rule 13 once more."""
    if lot is None or lot.assay_percent is None:
        return Fraction(1) if lot is not None and lot.form == "anhydrous" else RATIO
    assay = Fraction(lot.assay_percent) / HUNDRED
    if lot.assay_basis is AssayBasis.AS_IS:
        return assay * RATIO if lot.form == "pentahydrate" and lot.assay_as is AssayAs.AS_STOCK else assay
    if lot.form == "pentahydrate" and lot.water_percent is None:
        return RATIO
    return assay * (HUNDRED - Fraction(lot.water_percent or 0)) / HUNDRED


@given(AMOUNT, PERCENT, OVERAGE, LOTS, st.sampled_from(sorted(DATA.formulary.formulas)))
def test_property_both_calculations_weigh_what_the_formula_says(amount: Decimal, percent: Decimal, overage: Decimal, lot: Lot | None, formula: str) -> None:
    # The sheet is only made where the second calculation agrees with the first to the last digit.
    sheet = sheet_of(amount, percent, overage, lot, formula)
    step = Fraction(SITE.balance.readability_g)
    batch = (Fraction(amount) * (1 + Fraction(overage) / HUNDRED) / step + Fraction(1, 2)).__floor__() * step
    assert Fraction(sheet.batch_g) == batch
    exact = batch * Fraction(percent) / HUNDRED * RATIO / anhydrous_in_a_gram(lot)
    drug = sheet.line(GOLDEN_LOT.substance)
    assert drug.exact_g == exact
    assert Fraction(drug.to_weigh_g) == (exact / step + Fraction(1, 2)).__floor__() * step
