"""Draft and copy marks: bold lines at the top of every page, beside each other where they fit and never across other text."""

from labels.fitting import wrap
from labels.flow import Block
from labels.fonts import Face, Style, width_pt
from labels.paper import Paper

_GAP_PT = 24.0
_RULE_PT = 1.2
_RULE_ROOM_PT = 4.0


def marks_block(marks: tuple[str, ...], *, size_pt: float, left_pt: float, room_pt: float, ruled: bool) -> Block:
    """The marks, over a strong rule if `ruled`; a block of no height where there are none."""
    style = Style(Face.BOLD, size_pt)
    rows: list[list[tuple[float, str]]] = []
    reached_pt = room_pt
    for mark in marks:
        lines = wrap(mark, style, room_pt, what="a draft mark")
        if len(lines) == 1 and reached_pt + _GAP_PT + width_pt(mark, style) <= room_pt:
            rows[-1].append((reached_pt + _GAP_PT, lines[0]))
            reached_pt += _GAP_PT + width_pt(mark, style)
        else:
            rows.extend([(0.0, line)] for line in lines)
            # Nothing is set beside the last line of a mark that takes several: the two would read as one.
            reached_pt = width_pt(mark, style) if len(lines) == 1 else room_pt

    def draw(paper: Paper, top_pt: float) -> None:
        for number, row in enumerate(rows):
            for offset_pt, line in row:
                paper.text(line, style, left_pt=left_pt + offset_pt, top_pt=top_pt - number * style.leading_pt)
        if rows and ruled:
            paper.level_rule(top_pt - height_pt + _RULE_PT / 2, left_pt=left_pt, right_pt=left_pt + room_pt, thickness_pt=_RULE_PT)

    height_pt = len(rows) * style.leading_pt + (_RULE_ROOM_PT if rows and ruled else 0.0)
    return Block(what="the draft marks", height_pt=height_pt, draw=draw)
