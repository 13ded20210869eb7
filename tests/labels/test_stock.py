"""A stock that no printer could hold cannot exist."""

import math
from dataclasses import replace

import pytest

from labels import InvalidStock, render_leaflet
from labels.stock import DEFAULT, STOCKS
from tests.labels.factories import a_leaflet


@pytest.mark.parametrize(
    "changes",
    [
        {"name": " "},
        {"width_mm": 0},
        {"height_mm": -50.0},
        {"width_mm": math.nan},
        {"height_mm": math.inf},
        {"width_mm": "101.6"},
        {"width_mm": True},
        {"width_mm": 4000.0},
        {"side_margin_mm": 51.0},
        {"end_margin_mm": 0.0},
    ],
)
def test_nonsense_dimensions_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidStock) as refusal:
        replace(DEFAULT, **changes)  # type: ignore[arg-type]
    assert refusal.value.code == "INVALID_STOCK"


def test_the_default_is_the_four_by_three_inch_label() -> None:
    assert (DEFAULT.width_mm, DEFAULT.height_mm) == (101.6, 76.2)
    assert {(stock.width_mm, stock.height_mm) for stock in STOCKS.values()} == {(101.6, 63.5), (101.6, 76.2), (76.2, 50.8)}


def test_an_unknown_paper_is_refused() -> None:
    with pytest.raises(InvalidStock, match="legal"):
        render_leaflet(a_leaflet(), paper="legal")  # type: ignore[arg-type]
