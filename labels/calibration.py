"""A page of crosses and millimetre strokes: how far off a printer prints on its label stock, and what to enter so that it is no longer."""

import math

from labels.errors import InvalidStock
from labels.fitting import wrap
from labels.flow import Block, draw_blocks, lines_block, paginate
from labels.fonts import Face, Style
from labels.paper import HAIRLINE_PT, Paper
from labels.placing import Box
from labels.stock import POINTS_PER_MM, LabelStock, Position

CENTRE_MM = 6
"""How far every cross of a measured label stands from the two edges beside it."""
_REACH_MM = 10
_CORNER_MM = 2.0
_TICK_MM, _LONG_TICK_MM = 0.8, 1.6
_MOST_PAGES = 12
_WORDS = Style(Face.REGULAR, 8.5)
_NAME = Style(Face.BOLD, 9.0)
# Nearly the whole page: what stands on it are marks for a ruler, and a printer that cuts off the outermost is worth knowing about.
_PAGE_MARGIN_MM = 0.1
_WORDS_MARGIN_MM = 4.0


def draw_calibration(stock: LabelStock, position: Position = Position()) -> Paper:  # noqa: B008 - frozen.
    """The page of marks, moved by the offset as labels are, then what to do with it, in words. Raises InvalidStock."""
    position.check(stock)
    if stock.width_mm < 3 * _REACH_MM or stock.height_mm < 2 * _REACH_MM + 1:
        raise InvalidStock(f"{stock.name}: its labels are too small for the crosses of a calibration page.")
    width_mm, height_mm = stock.page_mm
    page = LabelStock(name=stock.name, width_mm=width_mm, height_mm=height_mm, side_margin_mm=_PAGE_MARGIN_MM, end_margin_mm=_PAGE_MARGIN_MM)
    paper = Paper(page, title=f"Calibration, {stock.name}", language="en")
    measured = dict.fromkeys((1, stock.places))
    for place in range(1, stock.places + 1):
        corner = _Corner(paper, stock, position, place)
        if place in measured:
            corner.draw_crosses()
        if stock.grid:
            corner.draw_outline()
    first = _Corner(paper, stock, position, 1)
    _draw_name(paper, stock, first)
    paper.close_page()
    _draw_words(paper, stock, position)
    return paper


class _Corner:
    """One label's place on the page, in points from the page's lower left corner, moved by the offset."""

    def __init__(self, paper: Paper, stock: LabelStock, position: Position, place: int) -> None:
        left_mm, top_mm = stock.corner_mm(place)
        self._paper, self._stock = paper, stock
        self.left_pt = (left_mm + position.right_mm) * POINTS_PER_MM
        self.top_pt = (stock.page_mm[1] - top_mm - position.down_mm) * POINTS_PER_MM
        self.right_pt = self.left_pt + stock.width_mm * POINTS_PER_MM
        self.bottom_pt = self.top_pt - stock.height_mm * POINTS_PER_MM

    def draw_crosses(self) -> None:
        """In each corner a cross, six millimetres from both edges, with a stroke for each millimetre."""
        for x_pt, inwards_x in ((self.left_pt, 1), (self.right_pt, -1)):
            for y_pt, inwards_y in ((self.top_pt, -1), (self.bottom_pt, 1)):
                self._draw_scale(x_pt, inwards_x, self._stock.side_margin_mm, across_pt=y_pt + inwards_y * CENTRE_MM * POINTS_PER_MM, is_level=True)
                self._draw_scale(y_pt, inwards_y, self._stock.end_margin_mm, across_pt=x_pt + inwards_x * CENTRE_MM * POINTS_PER_MM, is_level=False)

    def _draw_scale(self, edge_pt: float, inwards: int, margin_mm: float, *, across_pt: float, is_level: bool) -> None:
        nearest_mm = math.ceil(margin_mm)
        ends = sorted(edge_pt + inwards * mm * POINTS_PER_MM for mm in (nearest_mm, _REACH_MM))
        self._rule(ends[0], ends[1], across_pt, across_pt, is_level=is_level)
        for mm in range(nearest_mm, _REACH_MM + 1):
            at_pt = edge_pt + inwards * mm * POINTS_PER_MM
            half_pt = (_LONG_TICK_MM if mm % 5 == 0 else _TICK_MM) * POINTS_PER_MM / 2
            self._rule(at_pt, at_pt, across_pt - half_pt, across_pt + half_pt, is_level=is_level)

    def _rule(self, from_pt: float, to_pt: float, low_pt: float, high_pt: float, *, is_level: bool) -> None:
        half_pt = HAIRLINE_PT / 2
        along, across = (from_pt - half_pt, to_pt + half_pt), (low_pt - half_pt, high_pt + half_pt)
        (left, right), (bottom, top) = (along, across) if is_level else (across, along)
        self._paper.rule(Box(left, bottom, right, top), "stroke")

    def draw_outline(self) -> None:
        """A small cross on each of the label's own corners, as far as it is on the page."""
        area = self._paper.area
        arm_pt, half_pt = _CORNER_MM * POINTS_PER_MM, HAIRLINE_PT / 2
        for x_pt in (self.left_pt, self.right_pt):
            for y_pt in (self.top_pt, self.bottom_pt):
                for wide_pt, high_pt in ((arm_pt, half_pt), (half_pt, arm_pt)):
                    left_pt, right_pt = max(x_pt - wide_pt, area.left_pt), min(x_pt + wide_pt, area.right_pt)
                    box = Box(left_pt, max(y_pt - high_pt, area.bottom_pt), right_pt, min(y_pt + high_pt, area.top_pt))
                    if box.left_pt < box.right_pt and box.bottom_pt < box.top_pt:
                        self._paper.rule(box, "corner")


def _draw_name(paper: Paper, stock: LabelStock, first: _Corner) -> None:
    """The stock's name in the middle of the first label, clear of the crosses."""
    left_pt, right_pt = (edge + way * (_REACH_MM + 1) * POINTS_PER_MM for edge, way in ((first.left_pt, 1), (first.right_pt, -1)))
    lines = wrap(stock.name, _NAME, right_pt - left_pt, what="the stock's name")
    height_pt = len(lines) * _NAME.leading_pt
    paper.lines(lines, _NAME, left_pt=left_pt, top_pt=(first.top_pt + first.bottom_pt + height_pt) / 2)


def _draw_words(paper: Paper, stock: LabelStock, position: Position) -> None:
    """How to measure and what to enter, on as many pages as it takes."""
    margin_pt = _WORDS_MARGIN_MM * POINTS_PER_MM if stock.grid is None else 6 * _WORDS_MARGIN_MM * POINTS_PER_MM
    left_pt, room_pt = margin_pt, paper.width_pt - 2 * margin_pt
    top_pt, bottom_pt = paper.height_pt - margin_pt, margin_pt
    blocks: list[Block] = [
        lines_block(wrap(text, _WORDS, room_pt, what="the words"), _WORDS, what="The words", left_pt=left_pt, space_before_pt=4.0)
        for text in _words(stock, position)
    ]
    for page in paginate(blocks, room_pt=top_pt - bottom_pt, most_pages=_MOST_PAGES, paper_name="calibration page"):
        draw_blocks(paper, page, top_pt=top_pt)
        paper.close_page()


def _words(stock: LabelStock, position: Position) -> tuple[str, ...]:
    right, down = f"{position.right_mm:.1f} mm", f"{position.down_mm:.1f} mm"
    which = "On the first and on the last label" if stock.grid else "On the label"
    return (
        f"Calibration of {stock.name}, printed with an offset of {right} to the right and {down} down.",
        "1. Print at 100 %, never fitted to the page. For sheets use plain paper and hold it against a sheet of labels in front of a lamp."
        if stock.grid
        else "1. Print at 100 %, never fitted to the page, on the label itself.",
        f"2. {which} there is a cross in each corner. Its middle stands {CENTRE_MM} mm from both edges of the label. Each stroke is 1 mm, a long one 5 mm.",
        (
            f"3. Upper left cross: measure from the label's left edge to its middle. Work out {CENTRE_MM} mm less what you measured, and add {right}: "
            "the new offset to the right. It may be below zero."
        ),
        (
            f"4. The same cross: measure from the label's upper edge to its middle. Work out {CENTRE_MM} mm less what you measured, and add {down}: "
            "the new offset down."
        ),
        "Example: 7.5 mm from the left edge is 1.5 mm too far to the right. With an offset of 0.0 mm enter -1.5.",
        "5. Choose both on the settings page (below zero is to the left, or up), and print this page again: every cross has to stand where it should.",
        "6. If the first label is right and the last is not, or the left crosses are right and the right ones are not, the printer changes the size "
        "or the stock has other measures: an offset does not mend that. Use another stock, or have its measures corrected."
        if stock.grid
        else "6. If the left cross is right and the right one is not, the printer changes the size: an offset does not mend that.",
    )
