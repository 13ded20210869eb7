"""The second calculation on its own: for every kind of lot the weights worked out by hand, to a thousandth of a gram."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from compounding.domain.recalculation import LotTaken, SecondCalculation, recalculate
from compounding.domain.substances import AssayAs, AssayBasis, Lot
from tests.factories import GOLDEN_LOT

D = Decimal
ANHYDROUS_LOT = Lot(substance=GOLDEN_LOT.substance, number="A-1", form="anhydrous")


def second(
    *lots: Lot | tuple[Lot | None, str] | None,
    amount: str = "1000",
    overage: str = "0",
    above: str = "0",
    anhydrous: str = "158.11",
    pentahydrate: str = "248.18",
    oil: tuple[str, ...] = (),
    base: tuple[str, ...] = (),
    step: str = "0.001",
) -> SecondCalculation:
    taken = [LotTaken(each[0], D(each[1])) if isinstance(each, tuple) else LotTaken(each, D(0)) for each in lots]
    return recalculate(
        amount_g=D(amount), overage_percent=D(overage), percent=D(20), levigating_percent=D(5), drug=taken, levigating_before_g=[D(mass) for mass in oil],
        base_before_g=[D(mass) for mass in base], correct_above_percent=D(above), mw_anhydrous=Fraction(anhydrous), mw_pentahydrate=Fraction(pentahydrate),
        readability_g=D(step),
    )  # fmt: skip


def hydrate(assay: str, basis: AssayBasis, expressed: AssayAs, water: str | None = None) -> Lot:
    return replace(GOLDEN_LOT, assay_percent=D(assay), assay_basis=basis, assay_as=expressed, water_percent=D(water) if water else None)


def anhydrous(assay: str, basis: AssayBasis, water: str | None = None) -> Lot:
    return replace(ANHYDROUS_LOT, assay_percent=D(assay), assay_basis=basis, water_percent=D(water) if water else None)


@pytest.mark.parametrize(
    ("lot", "active"),
    [
        # 200 g as pentahydrate, which is 127.4156 g anhydrous.
        (None, "200"),
        (replace(GOLDEN_LOT, assay_percent=None), "200"),
        (hydrate("99", AssayBasis.DRIED, AssayAs.ANHYDROUS), "200"),
        (GOLDEN_LOT, "200.199"),
        (hydrate("99.9", AssayBasis.AS_IS, AssayAs.AS_STOCK, "36.1"), "200.2"),
        (hydrate("64.5", AssayBasis.AS_IS, AssayAs.ANHYDROUS, "36.1"), "197.544"),
        (ANHYDROUS_LOT, "127.416"),
        (replace(ANHYDROUS_LOT, water_percent=D(2)), "127.416"),
        (anhydrous("99.5", AssayBasis.AS_IS, "1.2"), "128.056"),
        (replace(anhydrous("99.5", AssayBasis.AS_IS), assay_as=AssayAs.AS_STOCK), "128.056"),
        (anhydrous("99.5", AssayBasis.DRIED), "128.056"),
        (anhydrous("99.5", AssayBasis.DRIED, "1.2"), "129.611"),
    ],
)
def test_each_kind_of_lot_holds_what_its_certificate_says(lot: Lot | None, active: str) -> None:
    assert second(lot) == SecondCalculation(active_g=D(active), levigating_g=D(50), base_g=950 - D(active))


@pytest.mark.parametrize(
    ("lot", "above", "masses", "active"),
    [
        (GOLDEN_LOT, "0.1", ("158.11", "248.18"), "200"),
        (GOLDEN_LOT, "0.09", ("158.11", "248.18"), "200.199"),
        # A gram that holds 0.65 g asks for 2 % more, or less, of a hydrate that would hold 0.663 or 0.637 g: the most that may be left out.
        (hydrate("65", AssayBasis.AS_IS, AssayAs.ANHYDROUS), "2", ("6630", "10000"), "200"),
        (hydrate("65", AssayBasis.AS_IS, AssayAs.ANHYDROUS), "50", ("6630", "10000"), "200"),
        (hydrate("65", AssayBasis.AS_IS, AssayAs.ANHYDROUS), "1.99", ("6630", "10000"), "204"),
        (hydrate("65", AssayBasis.AS_IS, AssayAs.ANHYDROUS), "50", ("6630.1", "10000"), "204.003"),
        (hydrate("65", AssayBasis.AS_IS, AssayAs.ANHYDROUS), "2", ("6370", "10000"), "200"),
        (hydrate("65", AssayBasis.AS_IS, AssayAs.ANHYDROUS), "3", ("6369.9", "10000"), "195.997"),
        # The other form is always corrected.
        (anhydrous("99.5", AssayBasis.AS_IS), "2", ("158.11", "248.18"), "128.056"),
    ],
)
def test_only_a_like_for_like_difference_within_the_limit_is_left_out(lot: Lot, above: str, masses: tuple[str, str], active: str) -> None:
    assert second(lot, above=above, anhydrous=masses[0], pentahydrate=masses[1]).active_g == D(active)


def test_what_the_lots_before_it_gave_is_not_asked_of_the_last() -> None:
    # 12.36 g of pentahydrate: 4 g of the golden lot hold 2.545776 g and 2 g of anhydrous salt 2 g of the 7.87428... g anhydrous;
    # the nominal rest is 3.3285... ÷ 0.637078... = 5.224... g.
    found = second((GOLDEN_LOT, "4"), (ANHYDROUS_LOT, "2"), None, amount="60", overage="3", oil=("1", "0.5"), base=("20", "5.5"))
    total, before = D("61.8"), D("6")
    assert found == SecondCalculation(active_g=D("5.225"), levigating_g=D("1.59"), base_g=total - before - D("5.225") - D("3.09") - D("25.5"))


@pytest.mark.parametrize(
    ("amount", "step", "expected"),
    [
        ("10.005", "0.01", ("2", "0.5", "7.51")),
        ("10.0049", "0.01", ("2", "0.5", "7.5")),
        ("10.3", "0.01", ("2.06", "0.52", "7.72")),
        ("10.1", "0.01", ("2.02", "0.51", "7.57")),
        ("62", "0.5", ("12.5", "3", "46.5")),
        ("61.24", "0.5", ("12", "3", "46")),
        ("61.25", "0.5", ("12.5", "3", "46")),
    ],
)
def test_a_half_step_of_the_balance_goes_up_and_the_base_takes_the_rest(amount: str, step: str, expected: tuple[str, str, str]) -> None:
    found = second(None, amount=amount, step=step)
    assert (found.active_g, found.levigating_g, found.base_g) == tuple(map(D, expected))
