"""The patient's leaflet: large type, one column, the sections that must not be missed in a frame; at 12 points on four pages at most, in large print at 18."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from compounding.domain.label_content import LeafletContent, PublicPage, Section
from labels.codes import DOT_PT, qr
from labels.errors import quoted
from labels.fitting import wrap
from labels.flow import Block, draw_blocks, lines_block
from labels.fonts import Face, Style
from labels.pages import heading_block, set_pages
from labels.paper import Paper
from labels.pictograms import DRAWINGS, SIDE
from labels.placing import Box
from labels.printable import printable
from labels.stock import LabelStock

MOST_PAGES = 4
MOST_LARGE_PAGES = 12
_BEFORE_SECTION_PT = 8.0
_BEFORE_PARAGRAPH_PT = 2.5
_FRAME_PT = 1.2
_PADDING_PT = 7.0
_QR_GAP_PT = 10.0
_DRAWING_GAP_PT = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sizes:
    """The type of a leaflet, in points."""

    body: Style
    footer: Style
    title_pt: float
    heading_pt: float
    most_pages: int

    @property
    def indent_pt(self) -> float:
        """How far the lines of a list hang in."""
        return self.body.size_pt + 1.0


_USUAL = _Sizes(body=Style(Face.REGULAR, 12.0), footer=Style(Face.REGULAR, 9.0), title_pt=16.0, heading_pt=14.0, most_pages=MOST_PAGES)
_LARGE = _Sizes(body=Style(Face.REGULAR, 18.0), footer=Style(Face.REGULAR, 14.0), title_pt=24.0, heading_pt=21.0, most_pages=MOST_LARGE_PAGES)


def draw_leaflet(content: LeafletContent, sheet: LabelStock, *, large_print: bool = False) -> Paper:
    """The leaflet on the sheet. Raises DoesNotFit beyond four pages (twelve in large print), and NotPrintable."""
    content = printable(content)
    sizes = _LARGE if large_print else _USUAL
    paper = Paper(sheet, title=content.title, language=content.language)
    blocks = [heading_block(content.heading, size_pt=sizes.title_pt, paper=paper, space_before_pt=0.0)]
    blocks += [_paragraph(text, paper, sizes, inset_pt=0.0, space_before_pt=0.0) for text in content.identity]
    for section in content.sections:
        blocks += _framed(section, paper, sizes) if section.emphasis else _plain(section, paper, sizes)
    if content.public_page is not None:
        blocks.append(_public_page(content.public_page, paper, sizes))
    set_pages(
        paper,
        blocks,
        draft_marks=content.draft_marks,
        footer=content.footer,
        footer_style=sizes.footer,
        most_pages=sizes.most_pages,
        paper_name=f"page ({sheet.name})",
    )
    return paper


def _paragraph(text: str, paper: Paper, sizes: _Sizes, *, inset_pt: float, space_before_pt: float) -> Block:
    lines = wrap(text, sizes.body, paper.room_pt - 2 * inset_pt, what="a paragraph")
    return lines_block(lines, sizes.body, what=f"The paragraph {quoted(text)}", left_pt=paper.area.left_pt + inset_pt, space_before_pt=space_before_pt)


def _point(text: str, paper: Paper, sizes: _Sizes, *, inset_pt: float) -> Block:
    """A point of a list: a round mark, and lines that hang beside it."""
    body, indent_pt = sizes.body, sizes.indent_pt
    left_pt = paper.area.left_pt + inset_pt + indent_pt
    lines = wrap(text, body, paper.room_pt - 2 * inset_pt - indent_pt, what="a point")

    def draw(on: Paper, top_pt: float) -> None:
        # The middle of a small letter of the first line.
        middle_pt = top_pt - 0.78 * body.size_pt
        on.dot(centre_x_pt=left_pt - 0.65 * indent_pt, centre_y_pt=middle_pt, radius_pt=body.size_pt / 6)
        on.lines(lines, body, left_pt=left_pt, top_pt=top_pt)

    return Block(what=f"The point {quoted(text)}", height_pt=len(lines) * body.leading_pt, draw=draw, space_before_pt=_BEFORE_PARAGRAPH_PT)


def _contents(section: Section, paper: Paper, sizes: _Sizes, *, inset_pt: float) -> list[Block]:
    return [
        *(
            _paragraph(text, paper, sizes, inset_pt=inset_pt, space_before_pt=_BEFORE_PARAGRAPH_PT if number else 0.0)
            for number, text in enumerate(section.paragraphs)
        ),
        *(_point(text, paper, sizes, inset_pt=inset_pt) for text in section.points),
    ]


def _plain(section: Section, paper: Paper, sizes: _Sizes) -> list[Block]:
    heading = _heading(section, paper, sizes, inset_pt=0.0)
    return [replace(heading, space_before_pt=_BEFORE_SECTION_PT, keeps_next=True), *_contents(section, paper, sizes, inset_pt=0.0)]


def _framed(section: Section, paper: Paper, sizes: _Sizes) -> list[Block]:
    """The whole section in one frame, and so on one page."""
    inside: Sequence[Block] = [
        _heading(section, paper, sizes, inset_pt=_PADDING_PT),
        *_contents(section, paper, sizes, inset_pt=_PADDING_PT),
    ]
    # The type's own space above its capitals is part of the padding at the top.
    above_pt, below_pt = _PADDING_PT - 3.0, _PADDING_PT - 1.0
    height_pt = above_pt + below_pt + sum(block.height_pt for block in inside) + sum(block.space_before_pt for block in inside[1:])

    def draw(on: Paper, top_pt: float) -> None:
        on.frame(Box(on.area.left_pt, top_pt - height_pt, on.area.right_pt, top_pt), thickness_pt=_FRAME_PT)
        draw_blocks(on, inside, top_pt=top_pt - above_pt)

    return [Block(what=f"The section {quoted(section.heading)}", height_pt=height_pt, draw=draw, space_before_pt=_BEFORE_SECTION_PT + 2.0)]


def _heading(section: Section, paper: Paper, sizes: _Sizes, *, inset_pt: float) -> Block:
    """The heading, beside its drawing where there is one."""
    style = Style(Face.BOLD, sizes.heading_pt)
    drawing = DRAWINGS.get(section.pictogram) if section.pictogram is not None else None
    side_pt = 2 * sizes.heading_pt if drawing is not None else 0.0
    beside_pt = side_pt + _DRAWING_GAP_PT if drawing is not None else 0.0
    left_pt = paper.area.left_pt + inset_pt
    lines = wrap(section.heading, style, paper.room_pt - 2 * inset_pt - beside_pt, what="a heading")
    height_pt = max(len(lines) * style.leading_pt, side_pt + _DRAWING_GAP_PT if drawing is not None else 0.0)

    def draw(on: Paper, top_pt: float) -> None:
        if drawing is not None:
            # The middle of the drawing is that of the heading.
            box_top_pt = top_pt - (height_pt - side_pt) / 2
            on.drawing(drawing, Box(left_pt, box_top_pt - side_pt, left_pt + side_pt, box_top_pt), side=SIDE, what="pictogram")
        on.lines(lines, style, left_pt=left_pt + beside_pt, top_pt=top_pt - (height_pt - len(lines) * style.leading_pt) / 2)

    return Block(what=f"the heading {section.heading!r}", height_pt=height_pt, draw=draw)


def _public_page(page: PublicPage, paper: Paper, sizes: _Sizes) -> Block:
    """The code of the public page at the left, and beside it what it is."""
    symbol = qr(page.address)
    side_pt = symbol.side_with_quiet_zone_pt + DOT_PT
    beside_pt = side_pt + _QR_GAP_PT
    lines = wrap(page.caption, sizes.body, paper.room_pt - beside_pt, what="the words beside the public page's code")
    height_pt = max(side_pt + DOT_PT, len(lines) * sizes.body.leading_pt)

    def draw(on: Paper, top_pt: float) -> None:
        on.code(symbol, right_pt=on.area.left_pt + side_pt, top_pt=top_pt)
        on.lines(lines, sizes.body, left_pt=on.area.left_pt + beside_pt, top_pt=top_pt - (height_pt - len(lines) * sizes.body.leading_pt) / 2)

    return Block(what="The code of the public page", height_pt=height_pt, draw=draw, space_before_pt=_BEFORE_SECTION_PT)
