"""Tables to read and to write in: a row is never split, the heading comes again on each page, an empty cell is a box for a pen."""

import re
from collections.abc import Sequence

from compounding.domain.label_content import Table
from labels.errors import quoted
from labels.fitting import wrap
from labels.flow import Block
from labels.fonts import ASCENT, Face, Style, width_pt
from labels.paper import Paper
from labels.placing import Box
from labels.stock import POINTS_PER_MM

# Room for a handwritten figure; NAPRA and USP worksheets are filled in by hand with gloves on.
WRITING_HEIGHT_MM = 8.0

_HEADING = Style(Face.BOLD, 8.5)
_CELL = Style(Face.REGULAR, 9.5)
_EMPHASISED = Style(Face.BOLD, 14.0)
_GUTTER_PT = 8.0
_PADDING_PT = 2.5
_RULE_PT = 0.4
_HEADING_RULE_PT = 1.0
_WHOLE_PART = re.compile(r"[^\d]*\d[\d\u00a0\u202f ]*")


def table_blocks(table: Table, paper: Paper, *, what: str) -> list[Block]:
    """The heading, which stays with the first row, and a block for each row."""
    edges = _edges(table.widths, paper)
    heading = _heading_block(table, edges, what=what)
    shifts = {column: _shifts([row[column] for row in table.rows]) for column in table.emphasised_columns}
    rows = [_row_block(table, number, edges, shifts, heading, what=what) for number in range(len(table.rows))]
    return [heading, *rows]


def _edges(widths: Sequence[int], paper: Paper) -> list[tuple[float, float]]:
    """Left and right of each column in points, the gutters taken off."""
    share_pt = (paper.room_pt + _GUTTER_PT) / sum(widths)
    lefts = [paper.area.left_pt + share_pt * sum(widths[:number]) for number in range(len(widths))]
    return [(left, left + share_pt * width - _GUTTER_PT) for left, width in zip(lefts, widths, strict=True)]


def _heading_block(table: Table, edges: list[tuple[float, float]], *, what: str) -> Block:
    cells = [wrap(text, _HEADING, right - left, what=f"{what}, heading") for text, (left, right) in zip(table.headings, edges, strict=True)]
    text_pt = max(len(lines) for lines in cells) * _HEADING.leading_pt
    height_pt = text_pt + _PADDING_PT

    def draw(paper: Paper, top_pt: float) -> None:
        for lines, (left, _) in zip(cells, edges, strict=True):
            # Headings of one line stand on the rule beside those of two.
            paper.lines(lines, _HEADING, left_pt=left, top_pt=top_pt - text_pt + len(lines) * _HEADING.leading_pt)
        paper.level_rule(top_pt - height_pt + _HEADING_RULE_PT / 2, left_pt=edges[0][0], right_pt=edges[-1][1], thickness_pt=_HEADING_RULE_PT)

    return Block(what=f"{what}, heading", height_pt=height_pt, draw=draw, space_before_pt=2.0, keeps_next=True)


def _shifts(cells: Sequence[str]) -> list[float]:
    """How far right each figure of a column is set, in points, so that units stand under units and tenths under tenths."""
    matches = [_WHOLE_PART.match(cell) for cell in cells]
    widths = [width_pt(match.group().rstrip(), _EMPHASISED) if match else 0.0 for match in matches]
    widest = max(widths, default=0.0)
    return [widest - width if match else 0.0 for match, width in zip(matches, widths, strict=True)]


def _row_block(table: Table, number: int, edges: list[tuple[float, float]], shifts: dict[int, list[float]], heading: Block, *, what: str) -> Block:
    row = table.rows[number]
    name = f"{what}, row {number + 1} ({quoted(row[0])})" if row and row[0] else f"{what}, row {number + 1}"
    cells: list[tuple[tuple[str, ...], Style, float]] = []
    for column, (text, (left, right)) in enumerate(zip(row, edges, strict=True)):
        style = _EMPHASISED if column in table.emphasised_columns else _CELL
        shift_pt = shifts[column][number] if column in shifts and width_pt(text, style) + shifts[column][number] <= right - left else 0.0
        cells.append((wrap(text, style, right - left, what=name), style, shift_pt))
    to_write_in = [not text.strip() for text in row]
    text_pt = max(len(lines) * style.leading_pt for lines, style, _ in cells)
    inner_pt = max(text_pt, WRITING_HEIGHT_MM * POINTS_PER_MM if any(to_write_in) else 0.0)
    height_pt = inner_pt + 2 * _PADDING_PT

    # All first lines of a row stand on one baseline, the largest letter's.
    first_line_pt = max((ASCENT * style.size_pt for lines, style, _ in cells if lines), default=0.0)

    def draw(paper: Paper, top_pt: float) -> None:
        # A row without long text is set in the middle of the space for writing.
        text_top_pt = top_pt - _PADDING_PT - (inner_pt - text_pt) / 2
        for (lines, style, shift_pt), (left, right), empty in zip(cells, edges, to_write_in, strict=True):
            if empty:
                _draw_sides(paper, left, right, top_pt=top_pt, height_pt=height_pt)
            drop_pt = first_line_pt - ASCENT * style.size_pt
            fits_lowered = drop_pt + len(lines) * style.leading_pt <= inner_pt
            paper.lines(lines, style, left_pt=left + shift_pt, top_pt=text_top_pt - (drop_pt if fits_lowered else 0.0))
        paper.level_rule(top_pt - height_pt, left_pt=edges[0][0], right_pt=edges[-1][1], thickness_pt=_RULE_PT)

    return Block(what=name, height_pt=height_pt, draw=draw, opens_page_with=heading)


def _draw_sides(paper: Paper, left_pt: float, right_pt: float, *, top_pt: float, height_pt: float) -> None:
    """The two sides of a box to write in; the rules above and below the row close it, and neighbours share a side."""
    for x_pt in (max(left_pt - _GUTTER_PT / 2, paper.area.left_pt), min(right_pt + _GUTTER_PT / 2, paper.area.right_pt - _RULE_PT)):
        paper.rule(Box(x_pt, top_pt - height_pt, x_pt + _RULE_PT, top_pt), "side of a box")
