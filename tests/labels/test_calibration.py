"""The calibration page: crosses where a ruler finds them, moved by the offset, and words that say what to enter."""

import pytest

from labels import STOCKS, InvalidStock, Position, render_calibration
from labels.calibration import CENTRE_MM, draw_calibration
from labels.placing import Box, Placed
from labels.stock import POINTS_PER_MM, LabelStock
from tests.labels import reading

EVERY = pytest.mark.parametrize("stock", STOCKS.values(), ids=list(STOCKS))


def centres_mm(page: tuple[Placed, ...], stock: LabelStock) -> set[tuple[float, float]]:
    """Where the long level and upright strokes cross, in millimetres from the page's upper left corner."""
    boxes = [thing.box for thing in page if thing.what == "stroke"]
    level = [box for box in boxes if box.right_pt - box.left_pt > 4 * POINTS_PER_MM]
    upright = [box for box in boxes if box.top_pt - box.bottom_pt > 4 * POINTS_PER_MM]

    def middle(low: float, high: float) -> float:
        return (low + high) / 2 / POINTS_PER_MM

    return {
        (round(middle(up.left_pt, up.right_pt), 2), round(stock.page_mm[1] - middle(flat.bottom_pt, flat.top_pt), 2))
        for flat in level
        for up in upright
        if flat.overlaps(up)
    }


@EVERY
@pytest.mark.parametrize("offset", [(0.0, 0.0), (1.0, -0.5)])
def test_a_cross_stands_in_every_corner_of_the_first_and_the_last_label_moved_by_the_offset(stock: LabelStock, offset: tuple[float, float]) -> None:
    page = draw_calibration(stock, Position(1, *offset)).pages[0]
    expected = []
    for left, top in {stock.corner_mm(place) for place in (1, stock.places)}:
        for x in (left + CENTRE_MM, left + stock.width_mm - CENTRE_MM):
            expected += [(x + offset[0], y + offset[1]) for y in (top + CENTRE_MM, top + stock.height_mm - CENTRE_MM)]
    found = sorted(centres_mm(page, stock))
    assert len(found) == len(expected)
    for one, other in zip(found, sorted(expected), strict=True):
        assert one == pytest.approx(other, abs=0.02)


@EVERY
def test_every_corner_of_every_label_on_a_sheet_is_marked(stock: LabelStock) -> None:
    marks = [thing.box for thing in draw_calibration(stock).pages[0] if thing.what == "corner"]
    assert bool(marks) == (stock.grid is not None)
    for place in range(1, stock.places + 1) if stock.grid else ():
        left, top = (mm * POINTS_PER_MM for mm in stock.corner_mm(place))
        corner = Box(left - 0.3, stock.page_mm[1] * POINTS_PER_MM - top - 0.3, left + 0.3, stock.page_mm[1] * POINTS_PER_MM - top + 0.3)
        assert sum(mark.overlaps(corner) for mark in marks) >= 2


@EVERY
def test_the_words_say_the_stock_the_offset_and_what_to_do(stock: LabelStock) -> None:
    printed = "".join(reading.pages(render_calibration(stock, Position(1, 0.5, -1.0))))
    assert printed.startswith(reading.squeezed(stock.name, f"Calibration of {stock.name}, printed with an offset of 0.5 mm to the right and -1.0 mm down."))
    assert reading.squeezed("6 mm less what you measured, and add 0.5 mm: the new offset to the right.") in printed
    assert reading.squeezed("6 mm less what you measured, and add -1.0 mm: the new offset down.") in printed


def test_what_the_example_says_to_enter_moves_the_cross_to_where_it_should_be() -> None:
    stock = STOCKS["Avery 5163"]
    measured_mm = 7.5
    new = 0.0 + (CENTRE_MM - measured_mm)
    assert new == -1.5
    assert reading.squeezed("With an offset of 0.0 mm enter -1.5.") in "".join(reading.pages(render_calibration(stock)))
    error_mm = measured_mm - CENTRE_MM
    leftmost = min(x for x, _ in centres_mm(draw_calibration(stock, Position(1, new)).pages[0], stock))
    assert leftmost + error_mm == pytest.approx(stock.corner_mm(1)[0] + CENTRE_MM, abs=0.02)


def test_the_place_to_begin_at_does_not_matter_but_has_to_be_there() -> None:
    stock = STOCKS["Avery 5163"]
    assert render_calibration(stock, Position(7)) == render_calibration(stock)
    with pytest.raises(InvalidStock):
        render_calibration(stock, Position(11))


def test_labels_too_small_for_crosses_are_refused() -> None:
    with pytest.raises(InvalidStock, match="too small for the crosses"):
        render_calibration(LabelStock(name="stamp", width_mm=25, height_mm=15, side_margin_mm=1, end_margin_mm=1))
