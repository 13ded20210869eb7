"""The figures other programs and other people can check by hand: each is worked out in the documents this project started from."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from compounding.domain.beyond_use import end_of
from compounding.domain.calculation import calculate
from compounding.domain.site import Limit
from compounding.domain.substances import AssayAs, AssayBasis, Lot
from compounding.pipeline import Bench, Status, prepare_file
from compounding.reference import ReferenceData
from tests.factories import GOLDEN_LOT, with_lots

ORDERS = Path(__file__).parents[2] / "examples" / "orders"


def _weigh(data: ReferenceData, bench: Bench, lot: Lot | None, *, amount: str = "60", percent: str = "25") -> Decimal:
    formula = data.formulary.formulas["sodium-thiosulfate-in-petrolatum"]
    sheet = calculate(
        formula,
        amount_g=Decimal(amount),
        percent=Decimal(percent),
        substances=data.formulary.substances,
        lots={lot.substance: (lot,)} if lot is not None else {},
        balance=bench.site.balance,
        overage_percent=Decimal(0),
    )
    return sheet.line("sodium-thiosulfate-pentahydrate").to_weigh_g


def test_60_g_of_25_percent_from_the_golden_lot_weighs_15_01_g(data: ReferenceData, bench: Bench) -> None:
    assert _weigh(data, bench, GOLDEN_LOT) == Decimal("15.01")


def test_60_g_of_25_percent_from_nominal_material_weighs_15_g(data: ReferenceData, bench: Bench) -> None:
    assert _weigh(data, bench, None) == Decimal(15)


def test_a_lot_assayed_as_pentahydrate_is_divided_by_its_assay_alone(data: ReferenceData, bench: Bench) -> None:
    lot = replace(GOLDEN_LOT, assay_percent=Decimal("99.9"), assay_basis=AssayBasis.AS_IS, assay_as=AssayAs.AS_STOCK, water_percent=None)
    assert _weigh(data, bench, lot) == Decimal("15.02")


def test_an_anhydrous_lot_for_a_strength_as_pentahydrate_weighs_0_637_times_as_much(data: ReferenceData, bench: Bench) -> None:
    lot = Lot(substance="sodium-thiosulfate-pentahydrate", number="A-1", form="anhydrous")
    assert _weigh(data, bench, lot) == Decimal("9.56")


@pytest.mark.parametrize(
    ("jurisdiction", "attested", "expected"),
    [
        ("us", True, date(2027, 5, 20)),
        ("ca-bc", True, date(2027, 5, 21)),
        ("ca-bc", False, date(2026, 12, 21)),
        ("us", False, date(2026, 12, 26)),
    ],
)
def test_the_four_golden_dates_from_2026_11_22(data: ReferenceData, bench: Bench, jurisdiction: str, attested: bool, expected: date) -> None:
    site = bench.site if attested else replace(bench.site, attestations=())
    prepared = prepare_file((ORDERS / "01-petrolatum.json").read_bytes(), replace(bench, site=site, profile=data.profiles[jurisdiction]), data)
    assert prepared.status is Status.READY
    assert prepared.planned is not None
    assert prepared.planned.beyond_use.on == expected
    assert prepared.planned.beyond_use.proposed is not attested


def test_180_days_from_new_year_counting_the_first_day_end_on_29_june() -> None:
    assert end_of(Limit(days=180), compounded_on=date(2026, 1, 1), day_one=True) == date(2026, 6, 29)
    assert end_of(Limit(days=180), compounded_on=date(2026, 1, 1), day_one=False) == date(2026, 6, 30)


def test_25_percent_in_20_percent_zinc_oxide_ointment_with_5_percent_mineral_oil_holds_14_percent_zinc_oxide(data: ReferenceData, bench: Bench) -> None:
    sheet = calculate(
        data.formulary.formulas["sodium-thiosulfate-in-zinc-oxide-ointment"],
        amount_g=Decimal(60),
        percent=Decimal(25),
        substances=data.formulary.substances,
        lots={},
        balance=bench.site.balance,
        overage_percent=Decimal(0),
    )
    assert sheet.zinc_oxide_percent == Decimal(14)


def test_an_ingredient_that_expires_sooner_shortens_the_beyond_use_date(data: ReferenceData, bench: Bench) -> None:
    soon = replace(GOLDEN_LOT, expires_on=date(2027, 1, 31))
    prepared = prepare_file((ORDERS / "01-petrolatum.json").read_bytes(), with_lots(bench, soon), data)
    assert prepared.planned is not None
    assert prepared.planned.beyond_use.on == date(2027, 1, 31)
    assert "expiry of Sodium thiosulfate pentahydrate" in prepared.planned.beyond_use.rule
