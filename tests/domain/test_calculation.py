"""Weighing sheets: mass is conserved, two calculations agree, a lot's factor is applied once."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.config.site_file import example_site
from compounding.domain import calculation, recalculation
from compounding.domain.calculation import calculate
from compounding.domain.errors import LevigateError
from compounding.domain.hydrates import Form, MolarMasses
from compounding.domain.jar import by_substance
from compounding.domain.lots import UnsuitableLot, factor_of
from compounding.domain.substances import AssayAs, AssayBasis, Lot
from compounding.domain.weighing_sheet import CannotWeigh, WeighingSheet, shown
from compounding.reference import load
from tests.factories import GOLDEN_LOT

DATA = load()
SITE = example_site()
PENTAHYDRATE = "sodium-thiosulfate-pentahydrate"
MASSES = MolarMasses(anhydrous=Fraction("158.11"), pentahydrate=Fraction("248.18"))
PURE = MASSES.ratio(Form.PENTAHYDRATE, Form.ANHYDROUS)


def sheet_of(
    *,
    amount: Decimal,
    percent: Decimal,
    formula: str = "sodium-thiosulfate-in-petrolatum",
    lot: Lot | None = None,
    overage: str = "0",
    lots: tuple[Lot, ...] = (),
    correct_above: str = "0",
) -> WeighingSheet:
    return calculate(
        DATA.formulary.formulas[formula], amount_g=amount, percent=percent, substances=DATA.formulary.substances,
        lots=by_substance((lot, *lots) if lot else lots), balance=SITE.balance, overage_percent=Decimal(overage), correct_above_percent=Decimal(correct_above),
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
    assert sum(line.exact_g for line in sheet.lines) == Fraction(sheet.batch_g)
    assert all(line.to_weigh_g % SITE.balance.readability_g == 0 for line in sheet.lines)
    assert all(abs(Fraction(line.to_weigh_g) - line.exact_g) <= Fraction(SITE.balance.readability_g) for line in sheet.lines)
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
        factor_of(replace(GOLDEN_LOT, **change), MASSES)


def test_a_lot_without_assay_or_water_is_taken_as_nominal_and_says_so() -> None:
    for change in ({"assay_percent": None}, {"water_percent": None}):
        factor = factor_of(replace(GOLDEN_LOT, **change), MASSES)
        assert not factor.corrected
        assert factor.composition.anhydrous_fraction == PURE


@given(st.decimals("99", "100.5", places=3), st.decimals("32", "37", places=3))
def test_property_no_like_for_like_factor_leaves_the_monographs_corners(assay: Decimal, water: Decimal) -> None:
    factor = factor_of(replace(GOLDEN_LOT, assay_percent=assay, water_percent=water), MASSES)
    assert Fraction("0.93") <= PURE / factor.composition.anhydrous_fraction <= Fraction("1.03")


def test_less_than_the_balance_can_weigh_is_refused_with_the_aliquot_that_would_hold_it() -> None:
    with pytest.raises(CannotWeigh) as refusal:
        sheet_of(amount=Decimal(3), percent=Decimal(10))
    assert refusal.value.code == "BELOW_MINIMUM_WEIGHABLE"
    least = Fraction(SITE.balance.minimum_weighable_g)
    mixture = re.search(
        r"an aliquot \(([0-9.]+) g with ([0-9.]+) g of a diluent that the formula holds, of which ([0-9.]+) g are taken\)", refusal.value.message
    )
    assert mixture is not None
    drug, diluent, taken = map(Fraction, mixture.groups())
    assert min(drug, diluent, taken) >= least
    assert taken * drug / (drug + diluent) == Fraction(re.match(r"[0-9.]+", refusal.value.message)[0])  # type: ignore[index]


def test_a_disagreement_of_the_two_calculations_stops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    def slipped(**inputs: object) -> recalculation.SecondCalculation:
        return recalculation.SecondCalculation(active_g=Decimal(150), levigating_g=Decimal(3), base_g=Decimal(42))

    monkeypatch.setattr(calculation, "recalculate", slipped)
    with pytest.raises(LevigateError) as refusal:
        sheet_of(amount=Decimal(60), percent=Decimal(25))
    assert refusal.value.code == "CALCULATIONS_DISAGREE"


def lot_of(number: str, on_hand: str | None, *, expires: str = "2028-01-01", **change: object) -> Lot:
    return replace(GOLDEN_LOT, number=number, on_hand_g=Decimal(on_hand) if on_hand else None, expires_on=date.fromisoformat(expires), **change)  # type: ignore[arg-type]


def held_in(sheet: WeighingSheet) -> Fraction:
    """The thiosulfate in what is weighed, counted as pentahydrate."""
    lines = sheet.lines_of(PENTAHYDRATE)
    return sum((Fraction(line.to_weigh_g) * line.composition.anhydrous_fraction / PURE for line in lines if line.composition), start=Fraction(0))


def test_the_lot_that_expires_first_is_used_up_first_and_the_next_gives_the_rest() -> None:
    late, early = lot_of("LATE", None, expires="2029-01-01"), lot_of("EARLY", "4.007", expires="2027-01-01", assay_percent=Decimal("99.0"))
    sheet = sheet_of(amount=Decimal(60), percent=Decimal(25), lots=(late, early))
    first, second = sheet.lines_of(PENTAHYDRATE)
    assert [first.lot.number, second.lot.number] == ["EARLY", "LATE"]  # type: ignore[union-attr]
    assert first.to_weigh_g == Decimal("4.00")
    # 15 g are needed; 4 g of the first lot hold 4 × 0.99 × 0.639 ÷ (158.11 ÷ 248.18) g counted as pentahydrate, the second gives the rest.
    given = Fraction(4) * Fraction("0.99") * Fraction("0.639") / PURE
    assert second.exact_g == (15 - given) * PURE / (Fraction("0.996") * Fraction("0.639"))
    assert abs(held_in(sheet) - 15) <= Fraction(SITE.balance.readability_g) / 2
    assert [step.name for step in first.derivation] == [
        "Batch", "Sodium thiosulfate pentahydrate required", "Anhydrous in a gram of lot EARLY", "Sodium thiosulfate pentahydrate from lot EARLY, as pentahydrate",
        "Sodium thiosulfate pentahydrate from lot EARLY, to weigh",
    ]  # fmt: skip
    assert first.derivation[2].substitution == "(99 ÷ 100) × (1 - 36.1 ÷ 100)"
    assert first.derivation[3].substitution == "4 × 0.63261 ÷ (158.11 ÷ 248.18)"
    assert (first.derivation[4].formula, first.derivation[4].substitution) == ("what is left of this lot, as far as the balance shows it", "4.007 left")
    assert second.derivation[0].name == "Still required from lot LATE"
    assert Fraction(second.derivation[0].value) == Fraction(shown(15 - given))


def test_lots_that_hold_too_little_together_stop_the_plan() -> None:
    with pytest.raises(CannotWeigh) as refusal:
        sheet_of(amount=Decimal(60), percent=Decimal(25), lots=(lot_of("A", "7"), lot_of("B", "7")))
    assert refusal.value.code == "INSUFFICIENT_STOCK"


def test_a_remainder_too_small_to_weigh_is_passed_over() -> None:
    sheet = sheet_of(amount=Decimal(60), percent=Decimal(25), lots=(lot_of("CRUMBS", "0.1", expires="2027-01-01"), lot_of("DRUM", "500")))
    assert [line.lot.number for line in sheet.lines_of(PENTAHYDRATE)] == ["DRUM"]  # type: ignore[union-attr]


def test_the_last_take_is_never_too_small_to_weigh() -> None:
    # 15.01 g are needed and 15.00 g are there: the second lot gives as much as the balance can weigh, the first a little less.
    sheet = sheet_of(amount=Decimal(60), percent=Decimal(25), lots=(lot_of("FIRST", "15", expires="2027-01-01"), lot_of("SECOND", "500")))
    first, second = sheet.lines_of(PENTAHYDRATE)
    assert second.to_weigh_g >= SITE.balance.minimum_weighable_g
    assert first.to_weigh_g + second.to_weigh_g == Decimal("15.01")


@given(
    amount=st.decimals("10", "500", places=2), percent=st.decimals("10", "25", places=2), stock=st.lists(st.decimals("0", "40", places=3), max_size=4),
    assays=st.lists(st.decimals("99", "100.5", places=2), min_size=5, max_size=5), bases=st.lists(st.decimals("0", "300", places=3), max_size=2),
    overage=st.sampled_from(["0", "3"]), correct_above=st.sampled_from(["0", "0.5", "2"]),
)  # fmt: skip
def test_property_several_lots_conserve_mass_and_hold_the_drug_ordered(
    amount: Decimal, percent: Decimal, stock: list[Decimal], assays: list[Decimal], bases: list[Decimal], overage: str, correct_above: str
) -> None:
    drug = [replace(GOLDEN_LOT, number=str(index), on_hand_g=held, assay_percent=assays[index]) for index, held in enumerate(stock)]
    drug.append(replace(GOLDEN_LOT, number="last", assay_percent=assays[-1], expires_on=None))
    base = [Lot(substance="white-petrolatum", number=f"B{index}", on_hand_g=held) for index, held in enumerate(bases)]
    sheet = sheet_of(
        amount=amount, percent=percent, lots=(*drug, *base, Lot(substance="white-petrolatum", number="B")), overage=overage, correct_above=correct_above
    )
    assert sum(line.to_weigh_g for line in sheet.lines) == sheet.batch_g
    assert sum(line.exact_g for line in sheet.lines) == Fraction(sheet.batch_g)
    assert all(line.to_weigh_g >= SITE.balance.minimum_weighable_g and line.to_weigh_g % SITE.balance.readability_g == 0 for line in sheet.lines)
    assert all(line.lot.on_hand_g is None or line.to_weigh_g <= line.lot.on_hand_g for line in sheet.lines if line.lot is not None)
    assert abs(held_in(sheet) - sheet.as_pentahydrate_g) <= Fraction(SITE.balance.readability_g)
    assert sheet.lines_of(PENTAHYDRATE)[0].derivation[0].name == "Batch"


@pytest.mark.parametrize(("above", "weight"), [("0", "15.01"), ("0.09", "15.01"), ("0.1", "15"), ("2", "15")])
def test_a_pharmacy_may_leave_out_a_correction_it_has_set_as_too_small(above: str, weight: str) -> None:
    # The golden lot asks for 1.000996 times the weight.
    line = sheet_of(amount=Decimal(60), percent=Decimal(25), lot=GOLDEN_LOT, correct_above=above).line(PENTAHYDRATE)
    assert line.to_weigh_g == Decimal(weight)
    if weight == "15":
        assert "1.001 is left out" in line.derivation[2].formula


def test_no_pharmacy_leaves_out_a_correction_of_more_than_2_percent() -> None:
    strong = replace(GOLDEN_LOT, water_percent=Decimal(33))
    assert sheet_of(amount=Decimal(60), percent=Decimal(25), lot=strong, correct_above="50").line(PENTAHYDRATE).to_weigh_g < Decimal("14.5")


def test_the_rounding_error_stands_in_the_derivation() -> None:
    steps = sheet_of(amount=Decimal(60), percent=Decimal(25), lot=GOLDEN_LOT).line(PENTAHYDRATE).derivation
    assert steps[-1].formula == "rounded half up to the balance: -0.033 %"


def test_a_rounding_that_changes_a_weight_by_more_than_one_percent_is_refused() -> None:
    coarse = replace(SITE.balance, readability_g=Decimal("0.5"), minimum_weighable_g=Decimal("0.5"))
    with pytest.raises(CannotWeigh, match="more than 1 %"):
        calculate(
            DATA.formulary.formulas["sodium-thiosulfate-in-petrolatum"], amount_g=Decimal(13), percent=Decimal(25), substances=DATA.formulary.substances,
            lots={}, balance=coarse, overage_percent=Decimal(0),
        )  # fmt: skip
