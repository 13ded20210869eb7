"""What one gram of a lot holds is said back with the figures of the weighing, in both forms, and a certificate that cannot be true says nothing."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from compounding.domain.drug_content import content_of_a_gram
from compounding.domain.hydrates import MolarMasses
from compounding.domain.lots import UnsuitableLot, factor_of
from compounding.domain.substances import AssayAs, AssayBasis, Lot
from tests.factories import GOLDEN_LOT

MASSES = MolarMasses(anhydrous=Fraction("158.11"), pentahydrate=Fraction("248.18"))
ANHYDROUS = Lot(substance=GOLDEN_LOT.substance, number="A-1", form="anhydrous")


def test_the_golden_lot_is_said_back_in_a_sentence() -> None:
    told = content_of_a_gram(GOLDEN_LOT, MASSES)
    assert told.sentence.replace("\u00a0", " ") == (
        "1 g of this lot holds 0.63644 g of sodium thiosulfate counted as anhydrous, which is 0.999 g counted as pentahydrate. "
        "For every 1 g of pentahydrate ordered, 1.001 g of this lot is weighed."
    )
    assert told.as_anhydrous_g == Fraction("0.996") * Fraction("0.639")
    assert told.is_corrected


def test_the_anhydrous_salt_holds_more_than_its_weight_of_pentahydrate() -> None:
    told = content_of_a_gram(ANHYDROUS, MASSES)
    assert "counts as the pure anhydrous salt" in told.sentence
    assert "0.63708\u00a0g of this lot is weighed" in told.sentence
    assert told.as_pentahydrate_g == Fraction("248.18") / Fraction("158.11")


def test_an_assay_that_was_not_used_is_not_passed_over_in_silence() -> None:
    # Dried, and no water: nothing says how much of a gram is water.
    told = content_of_a_gram(replace(GOLDEN_LOT, water_percent=None), MASSES)
    assert not told.is_corrected
    assert told.sentence.startswith("The certificate does not give what is needed to work with its assay, so the lot counts as the pure pentahydrate.")


@pytest.mark.parametrize("lot", [GOLDEN_LOT, ANHYDROUS, replace(GOLDEN_LOT, assay_percent=Decimal("64.5"), assay_basis=AssayBasis.AS_IS)])
def test_its_figures_are_those_of_the_weighing(lot: Lot) -> None:
    told, factor = content_of_a_gram(lot, MASSES), factor_of(lot, MASSES)
    assert told.as_anhydrous_g == factor.composition.anhydrous_fraction
    assert told.for_one_gram_g * told.as_pentahydrate_g == 1
    assert [each.unit for each in told.steps] == ["g", "g", "g"]
    assert [each.formula for each in told.steps] == [factor.content, "anhydrous ÷ molar ratio", factor.formula]


def test_a_correction_that_the_site_leaves_out_changes_the_weight_and_not_the_content() -> None:
    told = content_of_a_gram(GOLDEN_LOT, MASSES, only_above_percent=Decimal(2))
    assert told.for_one_gram_g == 1
    assert told.as_anhydrous_g == Fraction("0.996") * Fraction("0.639")
    assert "is left out" in told.steps[-1].formula


def test_a_dried_assay_as_the_hydrate_itself_is_refused() -> None:
    with pytest.raises(UnsuitableLot, match="cannot be expressed as the pentahydrate"):
        content_of_a_gram(replace(GOLDEN_LOT, assay_as=AssayAs.AS_STOCK), MASSES)
