"""Sheets of labels: from any place on, on to the next sheet, every label within its own, all moved by the printer's offset."""

from dataclasses import replace

import pytest

from labels import STOCKS, DoesNotFit, InvalidStock, Position, render_label
from labels.container_label import MOST_LABELS, draw_label, most_labels
from labels.label_sizes import sizes_for
from labels.paper import Paper
from labels.placing import Box, Placed
from labels.stock import DEFAULT, POINTS_PER_MM, LabelStock
from tests.labels import reading
from tests.labels.factories import ENGLISH_LABEL, FRENCH_LABEL, a_label

SHEET = STOCKS["Avery 5163"]
SHEETS = pytest.mark.parametrize("stock", [stock for stock in STOCKS.values() if stock.grid], ids=str)
SHORT = a_label(drug="Zinc oxide", critical=("Apply.",), warnings=(), details=())


def area_of(stock: LabelStock, place: int, position: Position = Position()) -> Box:  # noqa: B008
    """The printable part of a place, in points from the sheet's lower left corner."""
    left, top = stock.corner_mm(place)
    left, top, height = left + position.right_mm, top + position.down_mm, stock.page_mm[1]
    edges = left + stock.side_margin_mm, height - top - stock.height_mm + stock.end_margin_mm
    opposite = left + stock.width_mm - stock.side_margin_mm, height - top - stock.end_margin_mm
    return Box(*(edge * POINTS_PER_MM for edge in (*edges, *opposite)))


def places_of(page: tuple[Placed, ...], stock: LabelStock, position: Position = Position()) -> list[int]:  # noqa: B008
    """The place of each code on the sheet, and the proof that every thing stands in exactly one place."""
    areas = {place: area_of(stock, place, position) for place in range(1, stock.places + 1)}
    for thing in page:
        assert sum(thing.box.is_inside(area) for area in areas.values()) == 1
    return [place for thing in page if thing.kind == "code" for place, area in areas.items() if thing.box.is_inside(area)]


@pytest.mark.parametrize(("start", "pages"), [(1, [[1, 2, 3]]), (5, [[5, 6, 7]]), (8, [[8, 9, 10]]), (9, [[9, 10], [1]]), (10, [[10], [1, 2]])])
def test_printing_begins_at_the_place_that_is_given_and_goes_on_on_the_next_sheet(start: int, pages: list[list[int]]) -> None:
    paper = draw_label(ENGLISH_LABEL, SHEET, Position(start))
    assert [places_of(page, SHEET) for page in paper.pages] == pages


@SHEETS
def test_every_place_of_every_sheet_holds_a_label_of_its_own(stock: LabelStock) -> None:
    for start in range(1, stock.places + 1):
        paper = draw_label(SHORT, stock, Position(start))
        assert [places_of(page, stock) for page in paper.pages] == [[start]]


def test_a_sheet_has_the_papers_size_and_says_all_of_the_content() -> None:
    pdf = render_label(ENGLISH_LABEL, stock=SHEET, position=Position(9))
    assert [reading.raster(pdf, page, dpi=72).size for page in (0, 1)] == [(612, 792), (612, 792)]
    printed = "".join(reading.pages(pdf))
    for text in (*ENGLISH_LABEL.critical, *ENGLISH_LABEL.warnings, *ENGLISH_LABEL.details):
        assert reading.squeezed(text) in printed
    assert printed.count(reading.squeezed(ENGLISH_LABEL.drug)) == 3


@pytest.mark.parametrize("dpi", [203, 300])
def test_every_label_on_a_sheet_carries_its_code_readable(dpi: int) -> None:
    pdf = render_label(FRENCH_LABEL, stock=SHEET, position=Position(3, 1.2, -0.7))
    assert reading.codes(pdf, 0, dpi=dpi) == [FRENCH_LABEL.code] * 5


def test_the_offset_moves_everything_by_what_it_says() -> None:
    moved = Position(2, 1.5, -1.0)
    before, after = (draw_label(ENGLISH_LABEL, SHEET, position).pages[0] for position in (Position(2), moved))
    for one, other in zip(before, after, strict=True):
        # A code stands on whole printer dots.
        tolerance = 0.36 if one.kind == "code" else 0.001
        assert other.box.left_pt - one.box.left_pt == pytest.approx(1.5 * POINTS_PER_MM, abs=tolerance)
        assert other.box.bottom_pt - one.box.bottom_pt == pytest.approx(1.0 * POINTS_PER_MM, abs=tolerance)
    places_of(after, SHEET, moved)


def test_a_roll_is_moved_by_the_offset_too() -> None:
    before, after = (draw_label(SHORT, DEFAULT, position).pages[0][0].box for position in (Position(), Position(1, -1.0, 2.0)))
    assert (after.left_pt - before.left_pt, after.top_pt - before.top_pt) == pytest.approx((-POINTS_PER_MM, -2 * POINTS_PER_MM))


def test_an_offset_off_the_sheet_and_a_place_that_is_not_there_are_refused_before_anything_is_set() -> None:
    for position in (Position(1, 5.0), Position(2)):
        with pytest.raises(InvalidStock):
            render_label(ENGLISH_LABEL, position=position)
    with pytest.raises(InvalidStock, match="labels 1 to 10"):
        render_label(ENGLISH_LABEL, stock=SHEET, position=Position(11))


def test_a_thing_that_reaches_into_the_neighbours_label_is_refused() -> None:
    paper = Paper(SHEET, title="Test", language="en", position=Position(1))
    paper.rule(Box(paper.area.right_pt - 5, 20, paper.width_pt + 40, 21))
    with pytest.raises(DoesNotFit, match="outside the printable area"):
        paper.close_label()


def test_a_label_that_was_begun_and_not_checked_is_never_written() -> None:
    paper = Paper(SHEET, title="Test", language="en")
    paper.rule(Box(20, 20, 40, 21))
    with pytest.raises(DoesNotFit, match="not closed"):
        paper.to_bytes()


@pytest.mark.parametrize("stock", ["Avery 5160", "Avery L7160", "Dymo 99012"])
def test_a_stock_that_is_too_small_names_those_that_are_large_enough(stock: str) -> None:
    with pytest.raises(DoesNotFit) as refusal:
        render_label(ENGLISH_LABEL, stock=STOCKS[stock])
    named = refusal.value.message.rpartition("It fits on: ")[2].removesuffix(".").split(", ")
    assert named == [name for name in STOCKS if name not in {"Avery 5160", "Avery L7160", "Dymo 99012"}]
    for name in named:
        render_label(ENGLISH_LABEL, stock=STOCKS[name])


def test_what_fits_no_stock_is_told_so() -> None:
    with pytest.raises(DoesNotFit, match="fits on no label stock"):
        render_label(a_label(critical=("Apply a thin layer. " * 60,)))


def test_small_labels_may_be_more_and_are_set_as_small_as_the_rule_allows() -> None:
    assert most_labels(DEFAULT) == MOST_LABELS
    for stock in STOCKS.values():
        sizes = sizes_for(stock)
        assert MOST_LABELS <= most_labels(stock) <= 2 * MOST_LABELS
        assert min(sizes.name.size_pt, sizes.drug.size_pt, sizes.critical.size_pt) >= 11
        assert min(sizes.mark_pt, sizes.number.size_pt, sizes.continued.size_pt, sizes.warning.size_pt, sizes.detail.size_pt) >= 8


@pytest.mark.parametrize("stock", [name for name in STOCKS if name not in {"Avery 5160", "Avery L7160", "Dymo 99012"}])
@pytest.mark.parametrize("content", [ENGLISH_LABEL, FRENCH_LABEL], ids=["english", "french"])
def test_both_examples_are_whole_on_every_stock_that_is_large_enough(stock: str, content: object) -> None:
    paper = draw_label(content, STOCKS[stock])  # type: ignore[arg-type]
    for page in paper.pages:
        places_of(page, STOCKS[stock])
    assert min(thing.size_pt for page in paper.pages for thing in page if thing.kind == "text") >= 8


@pytest.mark.parametrize("stock", ["Dymo 99012", "Avery L7160"])
def test_the_smaller_stocks_hold_short_texts(stock: str) -> None:
    content = replace(
        ENGLISH_LABEL, drug="Sodium thiosulfate 25 % w/w ointment", critical=("Apply twice a day.", "For the skin only."), warnings=("It may sting.",)
    )
    labels = [thing for page in draw_label(content, STOCKS[stock]).pages for thing in page if thing.kind == "code"]
    assert 1 < len(labels) <= most_labels(STOCKS[stock])
