"""A stock that no printer could hold cannot exist; neither can a place that its sheet does not have."""

import math
from dataclasses import replace

import pytest

from labels import InvalidStock, render_leaflet
from labels.stock import DEFAULT, STOCKS, LabelStock, Position, StockGrid, read_stocks
from tests.labels.factories import a_leaflet

EVERY = pytest.mark.parametrize("stock", STOCKS.values(), ids=list(STOCKS))
SHEET = STOCKS["Avery 5160"]


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
        {"status": "probably"},
    ],
)
def test_nonsense_dimensions_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidStock) as refusal:
        replace(DEFAULT, **changes)  # type: ignore[arg-type]
    assert refusal.value.code == "INVALID_STOCK"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"paper": "legal"}, "no paper called"),
        ({"columns": 0}, "columns is 0"),
        ({"rows": 2.5}, "rows is 2.5"),
        ({"columns": True}, "columns is True"),
        ({"columns": 4}, "do not stand on letter paper"),
        ({"rows": 11}, "do not stand on letter paper"),
        ({"left_mm": 20.0}, "do not stand on letter paper"),
        ({"top_mm": -1.0}, "top_mm is -1.0"),
        ({"top_mm": math.nan}, "top_mm is nan"),
        ({"pitch_x_mm": 60.0}, "overlap each other"),
        ({"pitch_y_mm": 25.0}, "overlap each other"),
        ({"pitch_y_mm": 0}, "pitch_y_mm is 0"),
    ],
)
def test_a_grid_that_leaves_its_paper_or_whose_labels_overlap_is_refused(changes: dict[str, object], sentence: str) -> None:
    assert SHEET.grid is not None
    with pytest.raises(InvalidStock, match=sentence):
        replace(SHEET, grid=replace(SHEET.grid, **changes))  # type: ignore[arg-type]


def test_a_label_may_begin_at_the_edge_of_its_sheet() -> None:
    grid = StockGrid(paper="a4", columns=2, rows=4, left_mm=0, top_mm=0, pitch_x_mm=105.0, pitch_y_mm=74.25)
    assert LabelStock(name="quarters", width_mm=105.0, height_mm=74.25, side_margin_mm=5, end_margin_mm=5, grid=grid).places == 8


def test_the_default_is_the_four_by_three_inch_label() -> None:
    assert (DEFAULT.width_mm, DEFAULT.height_mm) == (101.6, 76.2)


def test_every_stock_that_is_asked_for_is_there() -> None:
    assert {(name, stock.width_mm, stock.height_mm, stock.places) for name, stock in STOCKS.items()} == {
        ("thermal 4 x 3 in", 101.6, 76.2, 1),
        ("thermal 4 x 2.5 in", 101.6, 63.5, 1),
        ("thermal 3 x 2 in", 76.2, 50.8, 1),
        ("Dymo 99014", 101.0, 54.0, 1),
        ("Dymo 99012", 89.0, 36.0, 1),
        ("Brother 62 mm", 100.0, 62.0, 1),
        ("Avery 5160", 66.675, 25.4, 30),
        ("Avery 5163", 101.6, 50.8, 10),
        ("Avery L7160", 63.5, 38.1, 21),
        ("Avery L7163", 99.1, 38.1, 14),
    }


@EVERY
def test_every_stock_lies_and_says_where_its_measures_come_from(stock: LabelStock) -> None:
    assert stock.width_mm > stock.height_mm
    assert stock.source.endswith(".")
    assert stock.status == "unverified"


def test_labels_are_counted_row_by_row() -> None:
    assert SHEET.corner_mm(1) == (4.7625, 12.7)
    assert SHEET.corner_mm(3) == pytest.approx((4.7625 + 2 * 69.85, 12.7))
    assert SHEET.corner_mm(4) == pytest.approx((4.7625, 12.7 + 25.4))
    assert SHEET.corner_mm(30) == pytest.approx((4.7625 + 2 * 69.85, 12.7 + 9 * 25.4))
    assert DEFAULT.corner_mm(1) == (0, 0)


@pytest.mark.parametrize("start", [0, -3, 1.5, True, "2"])
def test_a_place_that_is_no_number_from_1_is_refused(start: object) -> None:
    with pytest.raises(InvalidStock, match="counted from 1"):
        Position(start=start)  # type: ignore[arg-type]


def test_a_place_beyond_the_sheet_is_refused_with_the_places_there_are() -> None:
    Position(start=30).check(SHEET)
    with pytest.raises(InvalidStock, match="has labels 1 to 30; there is no label 31"):
        Position(start=31).check(SHEET)
    with pytest.raises(InvalidStock, match="is a roll"):
        Position(start=2).check(DEFAULT)


@pytest.mark.parametrize("offset", [5.01, -6, math.nan, math.inf, "1", True])
def test_an_offset_of_more_than_5_mm_or_no_number_is_refused(offset: object) -> None:
    with pytest.raises(InvalidStock, match="between -5 and 5"):
        Position(right_mm=offset)  # type: ignore[arg-type]
    with pytest.raises(InvalidStock, match="between -5 and 5"):
        Position(down_mm=offset)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("position", "side"), [(Position(1, 3.2), "right"), (Position(1, -3.2), "left"), (Position(1, 0, 2.2), "down"), (Position(1, 0, -2.2), "up")]
)
def test_an_offset_that_prints_beyond_the_edge_is_refused_with_how_much_there_is_room_for(position: Position, side: str) -> None:
    Position(1, 3.0, -2.0).check(DEFAULT)
    with pytest.raises(InvalidStock, match=rf"mm {side} would print beyond the edge of .*: at most [23]\.0 mm"):
        position.check(DEFAULT)


@EVERY
def test_every_stock_takes_an_offset_of_one_millimetre(stock: LabelStock) -> None:
    for right in (-1, 1):
        for down in (-1, 1):
            Position(stock.places, right, down).check(stock)


@pytest.mark.parametrize("text", ["", "stock = 3", "[[stock]]\nname = 'x'", "[[stock]", "[[stock]]\nwidth = 3"])
def test_a_table_that_is_no_table_of_stocks_is_refused(text: str) -> None:
    with pytest.raises(InvalidStock, match="cannot be read"):
        read_stocks(text)


def test_two_stocks_of_one_name_are_refused() -> None:
    row = '[[stock]]\nname = "x"\nwidth_mm = 50\nheight_mm = 20\nside_margin_mm = 2\nend_margin_mm = 2\n'
    assert list(read_stocks(row)) == ["x"]
    with pytest.raises(InvalidStock, match="same name"):
        read_stocks(row + row)


def test_an_unknown_paper_is_refused() -> None:
    with pytest.raises(InvalidStock, match="legal"):
        render_leaflet(a_leaflet(), paper="legal")  # type: ignore[arg-type]
