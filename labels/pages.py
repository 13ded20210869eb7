"""What every sheet of leaflet and worksheet has in common: marks at the top, a footer with the page's number, blocks in between."""

from collections.abc import Callable, Sequence

from labels.fitting import wrap
from labels.flow import Block, draw_blocks, lines_block, paginate
from labels.fonts import Face, Style
from labels.marks import marks_block
from labels.paper import Paper

_FOOTER_RULE_ROOM_PT = 6.0
_MARK_PT = 12.0
_BELOW_MARKS_PT = 6.0
TITLE = Style(Face.BOLD, 16.0)
_CODE_GAP_PT = 10.0
_TITLE_RULE_ROOM_PT = 4.0


def set_pages(
    paper: Paper,
    blocks: Sequence[Block],
    *,
    draft_marks: tuple[str, ...],
    footer: tuple[str, ...],
    footer_style: Style,
    most_pages: int,
    paper_name: str,
    first_page: Callable[[Paper, float], None] | None = None,
) -> None:
    """Deal the blocks out and draw every page. `first_page` gets the paper and the top of the first page's text."""
    area = paper.area
    marks = marks_block(draft_marks, size_pt=_MARK_PT, left_pt=area.left_pt, room_pt=paper.room_pt, ruled=True)
    marks_pt = marks.height_pt + _BELOW_MARKS_PT if draft_marks else 0.0
    # The widest number a footer could hold decides its height on every page, so all pages have the same room.
    tallest = _footer(paper, footer, footer_style, page=most_pages, pages=most_pages)
    room_pt = area.top_pt - area.bottom_pt - marks_pt - tallest.height_pt
    pages = paginate(blocks, room_pt=room_pt, most_pages=most_pages, paper_name=paper_name)
    for number, page in enumerate(pages, start=1):
        if draft_marks:
            marks.draw(paper, area.top_pt)
        if number == 1 and first_page:
            first_page(paper, area.top_pt - marks_pt)
        draw_blocks(paper, page, top_pt=area.top_pt - marks_pt)
        foot = _footer(paper, footer, footer_style, page=number, pages=len(pages))
        foot.draw(paper, area.bottom_pt + foot.height_pt)
        paper.close_page()


def _footer(paper: Paper, footer: tuple[str, ...], style: Style, *, page: int, pages: int) -> Block:
    """The footer's lines under a thin rule. Only the first line may hold places for the numbers: the others may hold anybody's text."""
    texts = [text.replace("{page}", str(page)).replace("{pages}", str(pages)) if not number else text for number, text in enumerate(footer)]
    lines = tuple(line for text in texts for line in wrap(text, style, paper.room_pt, what="the footer"))

    def draw(on: Paper, top_pt: float) -> None:
        on.level_rule(top_pt - _FOOTER_RULE_ROOM_PT / 2, left_pt=on.area.left_pt, right_pt=on.area.right_pt)
        on.lines(lines, style, left_pt=on.area.left_pt, top_pt=top_pt - _FOOTER_RULE_ROOM_PT)

    return Block(what="the footer", height_pt=_FOOTER_RULE_ROOM_PT + len(lines) * style.leading_pt, draw=draw)


def heading_block(text: str, *, size_pt: float, paper: Paper, space_before_pt: float) -> Block:
    """A heading that stays with what follows it."""
    style = Style(Face.BOLD, size_pt)
    lines = wrap(text, style, paper.room_pt, what="a heading")
    return lines_block(lines, style, what=f"the heading {text!r}", left_pt=paper.area.left_pt, space_before_pt=space_before_pt, keeps_next=True)


def title_block(text: str, paper: Paper, *, code_pt: float) -> Block:
    """What a sheet is of, beside the code in its upper right corner, over a rule; it stays with what follows it."""
    lines = wrap(text, TITLE, paper.room_pt - code_pt - _CODE_GAP_PT, what="the heading")
    height_pt = max(len(lines) * TITLE.leading_pt, code_pt) + _TITLE_RULE_ROOM_PT

    def draw(on: Paper, top_pt: float) -> None:
        on.lines(lines, TITLE, left_pt=on.area.left_pt, top_pt=top_pt)
        on.level_rule(top_pt - height_pt + 1.0, left_pt=on.area.left_pt, right_pt=on.area.right_pt, thickness_pt=1.0)

    return Block(what="the heading", height_pt=height_pt, draw=draw, keeps_next=True)
