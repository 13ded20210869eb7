"""The patient's leaflet: large type, one column, the sections that must not be missed in a frame, on four pages (two sheets) at most."""

from collections.abc import Sequence

from compounding.domain.label_content import LeafletContent, Section
from labels.errors import quoted
from labels.fitting import wrap
from labels.flow import Block, draw_blocks, lines_block
from labels.fonts import Face, Style
from labels.pages import heading_block, set_pages
from labels.paper import Paper
from labels.placing import Box
from labels.printable import printable
from labels.stock import LabelStock

MOST_PAGES = 4

_BODY = Style(Face.REGULAR, 12.0)
_FOOTER = Style(Face.REGULAR, 9.0)
_TITLE_PT = 16.0
_HEADING_PT = 14.0
_BEFORE_SECTION_PT = 8.0
_BEFORE_PARAGRAPH_PT = 2.5
_INDENT_PT = 13.0
_MARK_RADIUS_PT = 2.0
_FRAME_PT = 1.2
_PADDING_PT = 7.0


def draw_leaflet(content: LeafletContent, sheet: LabelStock) -> Paper:
    """The leaflet on the sheet. Raises DoesNotFit beyond two pages, and NotPrintable."""
    content = printable(content)
    paper = Paper(sheet, title=content.title, language=content.language)
    blocks = [heading_block(content.heading, size_pt=_TITLE_PT, paper=paper, space_before_pt=0.0)]
    blocks += [_paragraph(text, paper, inset_pt=0.0, space_before_pt=0.0) for text in content.identity]
    for section in content.sections:
        blocks += _framed(section, paper) if section.emphasis else _plain(section, paper)
    set_pages(
        paper,
        blocks,
        draft_marks=content.draft_marks,
        footer=content.footer,
        footer_style=_FOOTER,
        most_pages=MOST_PAGES,
        paper_name=f"page ({sheet.name})",
    )
    return paper


def _paragraph(text: str, paper: Paper, *, inset_pt: float, space_before_pt: float) -> Block:
    lines = wrap(text, _BODY, paper.room_pt - 2 * inset_pt, what="a paragraph")
    return lines_block(lines, _BODY, what=f"The paragraph {quoted(text)}", left_pt=paper.area.left_pt + inset_pt, space_before_pt=space_before_pt)


def _point(text: str, paper: Paper, *, inset_pt: float) -> Block:
    """A point of a list: a round mark, and lines that hang beside it."""
    left_pt = paper.area.left_pt + inset_pt + _INDENT_PT
    lines = wrap(text, _BODY, paper.room_pt - 2 * inset_pt - _INDENT_PT, what="a point")

    def draw(on: Paper, top_pt: float) -> None:
        # The middle of a small letter of the first line.
        on.dot(centre_x_pt=left_pt - _INDENT_PT + 5.0, centre_y_pt=top_pt - 0.78 * _BODY.size_pt, radius_pt=_MARK_RADIUS_PT)
        on.lines(lines, _BODY, left_pt=left_pt, top_pt=top_pt)

    return Block(what=f"The point {quoted(text)}", height_pt=len(lines) * _BODY.leading_pt, draw=draw, space_before_pt=_BEFORE_PARAGRAPH_PT)


def _contents(section: Section, paper: Paper, *, inset_pt: float) -> list[Block]:
    return [
        *(
            _paragraph(text, paper, inset_pt=inset_pt, space_before_pt=_BEFORE_PARAGRAPH_PT if number else 0.0)
            for number, text in enumerate(section.paragraphs)
        ),
        *(_point(text, paper, inset_pt=inset_pt) for text in section.points),
    ]


def _plain(section: Section, paper: Paper) -> list[Block]:
    return [heading_block(section.heading, size_pt=_HEADING_PT, paper=paper, space_before_pt=_BEFORE_SECTION_PT), *_contents(section, paper, inset_pt=0.0)]


def _framed(section: Section, paper: Paper) -> list[Block]:
    """The whole section in one frame, and so on one page."""
    style = Style(Face.BOLD, _HEADING_PT)
    lines = wrap(section.heading, style, paper.room_pt - 2 * _PADDING_PT, what="a heading")
    inside: Sequence[Block] = [
        lines_block(lines, style, what="a heading", left_pt=paper.area.left_pt + _PADDING_PT),
        *_contents(section, paper, inset_pt=_PADDING_PT),
    ]
    # The type's own space above its capitals is part of the padding at the top.
    above_pt, below_pt = _PADDING_PT - 3.0, _PADDING_PT - 1.0
    height_pt = above_pt + below_pt + sum(block.height_pt for block in inside) + sum(block.space_before_pt for block in inside[1:])

    def draw(on: Paper, top_pt: float) -> None:
        on.frame(Box(on.area.left_pt, top_pt - height_pt, on.area.right_pt, top_pt), thickness_pt=_FRAME_PT)
        draw_blocks(on, inside, top_pt=top_pt - above_pt)

    return [Block(what=f"The section {quoted(section.heading)}", height_pt=height_pt, draw=draw, space_before_pt=_BEFORE_SECTION_PT + 2.0)]
