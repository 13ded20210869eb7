"""Weighing sheets: mass is conserved, two calculations agree, a lot's factor is applied once."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.config.site_file import example_site
from compounding.domain.calculation import CannotWeigh, WeighingSheet, calculate, shown
from compounding.domain.errors import LevigateError
from compounding.domain.lots import UnsuitableLot, factor_of
from compounding.domain.substances import AssayAs, AssayBasis, Lot
from compounding.reference import load
from tests.factories import GOLDEN_LOT

DATA = load()
SITE = example_site()
PENTAHYDRATE = "sodium-thiosulfate-pentahydrate"
MW = {"mw_anhydrous": Decimal("158.11"), "mw_pentahydrate": Decimal("248.18")}


def sheet_of(
    *, amount: Decimal, percent: Decimal, formula: str = "sodium-thiosulfate-in-petrolatum", lot: Lot | None = None, overage: str = "0"
) -> WeighingSheet:
    return calculate(
        DATA.formulary.formulas[formula], amount_g=amount, percent=percent, substances=DATA.formulary.substances,
        lots={lot.substance: lot} if lot else {}, balance=SITE.balance, overage_percent=Decimal(overage),
    )  # fmt: skip


LOTS = st.one_of(
    st.none(),
    st.builds(
        lambda assay, water: replace(GOLDEN_LOT, assay_percent=assay, water_percent=water),
        st.decimals("99", "100.5", places=2), st.decimals("33.5", "36.9", places=2),
    ),
    st.builds(lambda assay: Lot(substance=PENTAHYDRATE, number="A", form="anhydrous", assay_percent=assay, assay_basis=AssayBasis.AS_IS), st.decimals("99", "100.5", places=2)),
)  # fmt: skip


@given(
    amount=st.decimals("10", "500", places=2), percent=st.decimals("10", "25", places=2), lot=LOTS, overage=st.sampled_from(["0", "3", "7.5"]),
    formula=st.sampled_from(sorted(DATA.formulary.formulas)),
)  # fmt: skip
def test_property_the_weights_add_up_to_the_batch_exactly(amount: Decimal, percent: Decimal, lot: Lot | None, overage: str, formula: str) -> None:
    sheet = sheet_of(amount=amount, percent=percent, lot=lot, overage=overage, formula=formula)
    assert sum(line.to_weigh_g for line in sheet.lines) == sheet.batch_g
    assert abs(sum(Fraction(line.exact_g) for line in sheet.lines) - Fraction(sheet.batch_g)) < Fraction(1, 10**30)
    assert all(line.to_weigh_g % SITE.balance.readability_g == 0 for line in sheet.lines)
    assert all(abs(line.to_weigh_g - line.exact_g) <= SITE.balance.readability_g for line in sheet.lines)
    assert sheet.batch_g >= amount


@given(st.decimals("10", "200", places=2), st.decimals("10", "25", places=1))
def test_property_twice_the_amount_needs_twice_the_drug(amount: Decimal, percent: Decimal) -> None:
    single, double = sheet_of(amount=amount, percent=percent), sheet_of(amount=2 * amount, percent=percent)
    assert double.line(PENTAHYDRATE).exact_g == 2 * single.line(PENTAHYDRATE).exact_g


def test_every_line_has_a_derivation_that_ends_in_the_weight() -> None:
    sheet = sheet_of(amount=Decimal(60), percent=Decimal(25), lot=GOLDEN_LOT)
    for line in sheet.lines:
        assert Decimal(line.derivation[-1].value) == line.to_weigh_g
        assert all(step.formula and step.substitution and step.source for step in line.derivation)
    lot_step = sheet.line(PENTAHYDRATE).derivation[2]
    assert lot_step.substitution == "15 × (158.11 ÷ 248.18) ÷ ((99.6 ÷ 100) × (1 - 36.1 ÷ 100))"
    assert lot_step.value.startswith("15.0149")


def test_applying_assay_and_water_to_the_pentahydrate_without_the_molar_ratio_would_be_the_57_percent_overdose() -> None:
    wrong = Decimal(15) / (Decimal("0.996") * (1 - Decimal("0.361")))
    assert wrong.quantize(Decimal("0.01")) == Decimal("23.57")
    assert sheet_of(amount=Decimal(60), percent=Decimal(25), lot=GOLDEN_LOT).line(PENTAHYDRATE).to_weigh_g == Decimal("15.01")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"form": ""}, "pentahydrate or anhydrous"),
        ({"form": "hydrate"}, "pentahydrate or anhydrous"),
        ({"assay_basis": None}, "basis"),
        ({"assay_as": None}, "assay_as"),
        ({"assay_as": AssayAs.AS_STOCK}, "dried pentahydrate is anhydrous"),
        ({"water_percent": Decimal(5)}, "32 to 37"),
        ({"water_percent": Decimal(40)}, "32 to 37"),
        ({"form": "anhydrous"}, "cannot hold 36.1"),
        ({"assay_percent": Decimal("98.9")}, "outside the monograph"),
        ({"assay_percent": Decimal(101)}, "outside the monograph"),
        ({"assay_basis": AssayBasis.AS_IS, "assay_as": AssayAs.ANHYDROUS}, "outside the monograph"),
    ],
)
def test_a_certificate_that_contradicts_itself_stops_the_lot(change: dict[str, object], words: str) -> None:
    with pytest.raises(UnsuitableLot, match=words):
        factor_of(replace(GOLDEN_LOT, **change), **MW)


def test_a_lot_without_assay_or_water_is_taken_as_nominal_and_says_so() -> None:
    for change in ({"assay_percent": None}, {"water_percent": None}):
        factor = factor_of(replace(GOLDEN_LOT, **change), **MW)
        assert not factor.corrected
        assert factor.numerator == factor.denominator


@given(st.decimals("99", "100.5", places=3), st.decimals("32", "37", places=3))
def test_property_no_like_for_like_factor_leaves_the_monographs_corners(assay: Decimal, water: Decimal) -> None:
    factor = factor_of(replace(GOLDEN_LOT, assay_percent=assay, water_percent=water), **MW)
    assert Decimal("0.93") <= factor.numerator / factor.denominator <= Decimal("1.03")


def test_less_than_the_balance_can_weigh_is_refused() -> None:
    with pytest.raises(CannotWeigh) as refusal:
        sheet_of(amount=Decimal(3), percent=Decimal(10))
    assert refusal.value.code == "BELOW_MINIMUM_WEIGHABLE"


def test_a_disagreement_of_the_two_calculations_stops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    from compounding.domain import calculation, recalculation

    def slipped(**inputs: object) -> recalculation.SecondCalculation:
        return recalculation.SecondCalculation(active_g=Decimal(150), levigating_g=Decimal(3), base_g=Decimal(42))

    monkeypatch.setattr(calculation, "recalculate", slipped)
    with pytest.raises(LevigateError) as refusal:
        sheet_of(amount=Decimal(60), percent=Decimal(25))
    assert refusal.value.code == "CALCULATIONS_DISAGREE"


def test_an_endless_figure_is_shown_with_twelve_digits() -> None:
    assert shown(Decimal(1) / Decimal(3)) == "0.333333333333"
    assert shown(Decimal("9.55616890966234185")) == "9.55616890966"
    assert shown(Decimal(15)) == "15"
    assert shown(Decimal(1500)) == "1500"
