"""Small builders of the values tests start from."""

from dataclasses import replace
from decimal import Decimal

from compounding.domain.substances import AssayAs, AssayBasis, Lot
from compounding.pipeline import Bench

GOLDEN_LOT = Lot(
    substance="sodium-thiosulfate-pentahydrate",
    number="SP-2026-07",
    form="pentahydrate",
    assay_percent=Decimal("99.6"),
    assay_basis=AssayBasis.DRIED,
    assay_as=AssayAs.ANHYDROUS,
    water_percent=Decimal("36.1"),
)
"""The lot of the golden case: assay 99.6 % (dried, as anhydrous), water 36.1 %."""


def with_lots(bench: Bench, *lots: Lot) -> Bench:
    """The same bench with these lots."""
    return replace(bench, lots=lots)
