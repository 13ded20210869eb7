"""How much of a lot holds the drug: for every kind of certificate the figure, its formula and its source; every refusal in its words; corners taken exactly."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from compounding.domain.hydrates import MolarMasses
from compounding.domain.lots import LotFactor, UnsuitableLot, factor_of, nominal_factor
from compounding.domain.substances import AssayAs, AssayBasis, Lot
from tests.factories import GOLDEN_LOT

MASSES = MolarMasses(anhydrous=Fraction("158.11"), pentahydrate=Fraction("248.18"))
PURE = Fraction("158.11") / Fraction("248.18")
USP, RULE = "USP monograph, sodium thiosulfate (clinical rule 13)", "clinical rule 13"
ANHYDROUS_LOT = Lot(substance=GOLDEN_LOT.substance, number="A-1", form="anhydrous")


def certified(stock: Lot, assay: str | None, basis: str | None, expressed: str | None, water: str | None) -> Lot:
    return replace(
        stock, assay_percent=Decimal(assay) if assay else None, assay_basis=AssayBasis(basis) if basis else None,
        assay_as=AssayAs(expressed) if expressed else None, water_percent=Decimal(water) if water else None,
    )  # fmt: skip


def hydrate(assay: str | None, basis: str | None, expressed: str | None, water: str | None = None) -> Lot:
    return certified(GOLDEN_LOT, assay, basis, expressed, water)


def anhydrous(assay: str | None, basis: str | None, expressed: str | None, water: str | None = None) -> Lot:
    return certified(ANHYDROUS_LOT, assay, basis, expressed, water)


TIMES = "× (158.11 ÷ 248.18)"
NOMINAL = (PURE, "required", "", "nominal content", False)


@pytest.mark.parametrize(
    ("lot", "expected"),
    [
        (hydrate(None, None, None), NOMINAL),
        (hydrate(None, None, None, "36.1"), NOMINAL),
        (hydrate("99.6", "dried", "anhydrous"), NOMINAL),
        (
            hydrate("99.6", "dried", "anhydrous", "36.1"),
            (Fraction("0.996") * Fraction("0.639"), "required × molar ratio ÷ (assay × (1 - water))", f"{TIMES} ÷ ((99.6 ÷ 100) × (1 - 36.1 ÷ 100))", USP, True),
        ),
        (hydrate("99.9", "as_is", "as_stock"), (Fraction("0.999") * PURE, "required ÷ assay as pentahydrate", "÷ (99.9 ÷ 100)", USP, True)),
        # The water of an assay as it is has been counted already.
        (hydrate("99.9", "as_is", "as_stock", "36.1"), (Fraction("0.999") * PURE, "required ÷ assay as pentahydrate", "÷ (99.9 ÷ 100)", USP, True)),
        (hydrate("64.5", "as_is", "anhydrous"), (Fraction("0.645"), "required × molar ratio ÷ assay as it is", f"{TIMES} ÷ (64.5 ÷ 100)", USP, True)),
        (hydrate("64.5", "as_is", "anhydrous", "36.1"), (Fraction("0.645"), "required × molar ratio ÷ assay as it is", f"{TIMES} ÷ (64.5 ÷ 100)", USP, True)),
        (anhydrous(None, None, None), (Fraction(1), "required × molar ratio", TIMES, RULE, False)),
        (anhydrous(None, None, None, "2"), (Fraction(1), "required × molar ratio", TIMES, RULE, False)),
        (anhydrous("99.5", "as_is", None), (Fraction("0.995"), "required × molar ratio ÷ assay as it is", f"{TIMES} ÷ (99.5 ÷ 100)", USP, True)),
        (anhydrous("99.5", "as_is", "as_stock", "2"), (Fraction("0.995"), "required × molar ratio ÷ assay as it is", f"{TIMES} ÷ (99.5 ÷ 100)", USP, True)),
        (anhydrous("99.5", "dried", "anhydrous"), (Fraction("0.995"), "required × molar ratio ÷ assay on the dried basis", f"{TIMES} ÷ (99.5 ÷ 100)", USP, True)),
        (
            anhydrous("99.5", "dried", "as_stock", "1.2"),
            (Fraction("0.995") * Fraction("0.988"), "required × molar ratio ÷ (assay × (1 - water))", f"{TIMES} ÷ ((99.5 ÷ 100) × (1 - 1.2 ÷ 100))", USP, True),
        ),
    ],
)  # fmt: skip
def test_each_kind_of_certificate_has_its_factor_formula_and_source(lot: Lot, expected: tuple[Fraction, str, str, str, bool]) -> None:
    assert told(factor_of(lot, MASSES)) == expected


def told(factor: LotFactor) -> tuple[Fraction, str, str, str, bool]:
    return factor.composition.anhydrous_fraction, factor.formula, factor.substitution, factor.source, factor.corrected


def test_material_without_a_certificate_is_the_pure_pentahydrate() -> None:
    assert told(nominal_factor(MASSES)) == NOMINAL


OUTSIDE = "lies outside the monograph"


@pytest.mark.parametrize(
    ("lot", "problem"),
    [
        (replace(GOLDEN_LOT, form=""), "its certificate must say pentahydrate or anhydrous"),
        (replace(GOLDEN_LOT, form="Pentahydrate"), "its certificate must say pentahydrate or anhydrous"),
        (hydrate("99.6", None, "anhydrous", "36.1"), "its assay needs a basis: dried, or as it is"),
        (anhydrous("99.6", None, None), "its assay needs a basis: dried, or as it is"),
        (hydrate("99.6", "dried", None, "36.1"), "its assay must say whether it is expressed as anhydrous or as the pentahydrate (assay_as)"),
        (
            hydrate("99.6", "dried", "as_stock", "36.1"),
            "a dried pentahydrate is anhydrous, so an assay on the dried basis cannot be expressed as the pentahydrate",
        ),
        (hydrate("99.6", "dried", "as_stock"), "a dried pentahydrate is anhydrous, so an assay on the dried basis cannot be expressed as the pentahydrate"),
        (hydrate("99.6", "dried", "anhydrous", "31.99"), "a pentahydrate holds 32 to 37 % water, and its certificate says 31.99 %"),
        (hydrate(None, None, None, "37.01"), "a pentahydrate holds 32 to 37 % water, and its certificate says 37.01 %"),
        (anhydrous("99.6", "dried", None, "5.01"), "anhydrous sodium thiosulfate cannot hold 5.01 % water"),
        (anhydrous(None, None, None, "-0.01"), "anhydrous sodium thiosulfate cannot hold -0.01 % water"),
        (hydrate("98.99", "dried", "anhydrous", "36.1"), f"its assay of 98.99 % {OUTSIDE} (99 to 100.5 %)"),
        (hydrate("100.51", "dried", "anhydrous", "36.1"), f"its assay of 100.51 % {OUTSIDE} (99 to 100.5 %)"),
        (hydrate("98.99", "as_is", "as_stock"), f"its assay of 98.99 % {OUTSIDE} (99 to 100.5 %)"),
        (anhydrous("98.99", "as_is", "anhydrous"), f"its assay of 98.99 % {OUTSIDE} (99 to 100.5 %)"),
        (hydrate("62.29", "as_is", "anhydrous"), f"its assay of 62.29 % {OUTSIDE} (62.3 to 68.4 %)"),
        (hydrate("68.41", "as_is", "anhydrous"), f"its assay of 68.41 % {OUTSIDE} (62.3 to 68.4 %)"),
        (hydrate("64.5", "dried", "anhydrous", "36.1"), f"its assay of 64.5 % {OUTSIDE} (99 to 100.5 %)"),
    ],
)
def test_every_refusal_says_what_the_certificate_lacks(lot: Lot, problem: str) -> None:
    with pytest.raises(UnsuitableLot) as refusal:
        factor_of(lot, MASSES)
    assert refusal.value.code == "LOT_UNSUITABLE"
    assert refusal.value.message == f"lot {lot.number} of sodium-thiosulfate-pentahydrate: {problem}"


@pytest.mark.parametrize(
    ("lot", "held"),
    [
        (hydrate("99", "dried", "anhydrous", "32"), Fraction("0.99") * Fraction("0.68")),
        (hydrate("100.5", "dried", "anhydrous", "37"), Fraction("1.005") * Fraction("0.63")),
        (hydrate("62.3", "as_is", "anhydrous"), Fraction("0.623")),
        (hydrate("68.4", "as_is", "anhydrous"), Fraction("0.684")),
        (anhydrous("99", "dried", None, "5"), Fraction("0.99") * Fraction("0.95")),
        (replace(anhydrous("100.5", "dried", None), water_percent=Decimal(0)), Fraction("1.005")),
    ],
)
def test_the_corners_of_the_monograph_themselves_are_allowed(lot: Lot, held: Fraction) -> None:
    assert factor_of(lot, MASSES).composition.anhydrous_fraction == held


@pytest.mark.parametrize(("anhydrous_mass", "allowed"), [("6045", True), ("6044.9", False), ("6695", True), ("6695.1", False)])
def test_a_factor_of_exactly_0_93_or_1_03_is_allowed_and_the_next_is_not(anhydrous_mass: str, allowed: bool) -> None:
    # A gram that holds 0.65 g is 0.6045 ÷ 0.65 = 0.93, or 0.6695 ÷ 0.65 = 1.03, of what the pure hydrate would be.
    masses, lot = MolarMasses(anhydrous=Fraction(anhydrous_mass), pentahydrate=Fraction(10000)), hydrate("65", "as_is", "anhydrous")
    if allowed:
        assert factor_of(lot, masses).corrected
        return
    with pytest.raises(UnsuitableLot) as refusal:
        factor_of(lot, masses)
    assert refusal.value.message.endswith(
        ": the correction it asks for lies outside what the monograph allows (0.93 to 1.03); check the basis of the assay"
    )  # fmt: skip


# 100 ÷ 100.5 and 100 ÷ 99: corrections by -0.4975 % and by 1.0101 %.
@pytest.mark.parametrize(
    ("assay", "limit", "left_out"),
    [
        ("100", "0", "1"),
        ("100.5", "0.5", "0.995025"),
        ("100.5", "0.497", None),
        ("99", "1.0102", "1.0101"),
        ("99", "1.01", None),
        ("99.9", "0", None),
    ],
)  # fmt: skip
def test_a_correction_within_the_pharmacys_limit_is_left_out_and_said_so(assay: str, limit: str, left_out: str | None) -> None:
    factor = factor_of(hydrate(assay, "as_is", "as_stock"), MASSES, only_above_percent=Decimal(limit))
    assert factor.corrected is (left_out is None)
    if left_out is not None:
        assert told(factor) == (PURE, f"required (the correction by {left_out} is left out: corrected here above {limit} %)", "", RULE, False)


@pytest.mark.parametrize(
    ("anhydrous_mass", "limit", "corrected"),
    [("6630", "2", False), ("6630", "1.99", True), ("6630", "50", False), ("6630.1", "2", True), ("6630.1", "50", True), ("6370", "2", False), ("6369.9", "3", True)],
)  # fmt: skip
def test_2_percent_exactly_is_the_largest_correction_that_may_be_left_out(anhydrous_mass: str, limit: str, corrected: bool) -> None:
    masses = MolarMasses(anhydrous=Fraction(anhydrous_mass), pentahydrate=Fraction(10000))
    assert factor_of(hydrate("65", "as_is", "anhydrous"), masses, only_above_percent=Decimal(limit)).corrected is corrected


def test_the_correction_for_the_other_form_is_never_left_out() -> None:
    assert factor_of(anhydrous("100", "as_is", None), MASSES, only_above_percent=Decimal(2)).corrected
    assert factor_of(anhydrous("100", "dried", None), MASSES, only_above_percent=Decimal(50)).composition.anhydrous_fraction == 1


def test_an_assay_is_printed_without_trailing_zeros() -> None:
    factor = factor_of(hydrate("99.60", "dried", "anhydrous", "36.10"), MASSES)
    assert factor.substitution == f"{TIMES} ÷ ((99.6 ÷ 100) × (1 - 36.1 ÷ 100))"


@pytest.mark.parametrize(
    ("lot", "content", "numbers"),
    [
        (hydrate(None, None, None), "molar ratio of the pure pentahydrate", "158.11 ÷ 248.18"),
        (hydrate("99.6", "dried", "anhydrous", "36.1"), "assay × (1 - water)", "(99.6 ÷ 100) × (1 - 36.1 ÷ 100)"),
        (hydrate("99.9", "as_is", "as_stock"), "assay as pentahydrate × molar ratio", "(99.9 ÷ 100) × (158.11 ÷ 248.18)"),
        (hydrate("64.5", "as_is", "anhydrous"), "assay as it is", "64.5 ÷ 100"),
        (anhydrous(None, None, None), "the pure anhydrous salt", "1"),
        (anhydrous("99.5", "dried", "anhydrous"), "assay on the dried basis", "99.5 ÷ 100"),
    ],
)
def test_what_a_gram_holds_is_told_in_words_and_numbers(lot: Lot, content: str, numbers: str) -> None:
    factor = factor_of(lot, MASSES)
    assert (factor.content, factor.content_numbers) == (content, numbers)


def test_a_correction_left_out_says_what_the_certificate_would_have_given() -> None:
    factor = factor_of(hydrate("99.6", "dried", "anhydrous", "36.1"), MASSES, only_above_percent=Decimal(2))
    assert not factor.corrected
    assert factor.content == "molar ratio of the pure pentahydrate (the certificate's 0.636444 is left out, see the correction)"
    assert factor.content_numbers == "158.11 ÷ 248.18"
