"""The label on the container: who, what and how much on every label, then what matters most first, on up to six labels (USP <17>), or more for a draft."""

from dataclasses import replace

from compounding.domain.label_content import LabelContent
from labels.codes import data_matrix
from labels.errors import DoesNotFit, quoted
from labels.fitting import wrap
from labels.flow import Block, draw_blocks, paginate
from labels.fonts import Face, Style, width_pt
from labels.label_head import LabelHead
from labels.paper import Paper
from labels.printable import printable
from labels.stock import LabelStock

MOST_LABELS = 6
MOST_DRAFT_LABELS = 18
"""A draft goes on no container. Its marks stand on every label, and must not be what keeps an order from its paper."""

# USP <17> wants critical text at 11 pt or more in a sans-serif face.
_CRITICAL = Style(Face.REGULAR, 11.0)
_WARNING = Style(Face.REGULAR, 9.0)
_DETAIL = Style(Face.REGULAR, 8.0)

_BETWEEN_GROUPS_PT = 5.0
_BETWEEN_PARAGRAPHS_PT = 2.0
_GUTTER_PT = 10.0


def draw_label(content: LabelContent, stock: LabelStock) -> Paper:
    """The content on as many labels as it needs, one page each. Raises DoesNotFit and NotPrintable."""
    content = printable(content)
    paper = Paper(stock, title=content.title, language=content.language)
    symbol = data_matrix(content.code)
    head = LabelHead.measured(content, paper, symbol, continued="")
    most = MOST_LABELS
    if content.draft_marks:
        unmarked = LabelHead.measured(replace(content, draft_marks=()), paper, symbol, continued=_numbered(content.continued, most, most))
        _deal_out(content, unmarked, paper, stock, most=most)
        most = MOST_DRAFT_LABELS
    pages = _deal_out(content, head, paper, stock, most=most)
    if len(pages) > 1:
        # The line "Label 1 of 2" may make the head taller, so the text is dealt out again with room kept for it.
        head = LabelHead.measured(content, paper, symbol, continued=_numbered(content.continued, most, most))
        pages = _deal_out(content, head, paper, stock, most=most)
    for number, page in enumerate(pages, start=1):
        continued = _numbered(content.continued, number, len(pages)) if len(pages) > 1 else ""
        bottom_pt = LabelHead.measured(content, paper, symbol, continued=continued).draw(paper)
        draw_blocks(paper, page, top_pt=bottom_pt)
        paper.close_page()
    return paper


def _numbered(text: str, number: int, count: int) -> str:
    return text.replace("{number}", str(number)).replace("{count}", str(count))


def _deal_out(content: LabelContent, head: LabelHead, paper: Paper, stock: LabelStock, *, most: int) -> tuple[tuple[Block, ...], ...]:
    room_pt = paper.area.top_pt - paper.area.bottom_pt - head.height_pt
    name = f"label ({stock.name})"
    if room_pt < 0:
        raise DoesNotFit(f"The name, the drug and the numbers alone are too long for one {name}.")
    critical_and_warnings = [*_group("directions", content.critical, _CRITICAL, paper), *_group("warnings", content.warnings, _WARNING, paper)]
    details = _group("details", content.details, _DETAIL, paper)
    pages = paginate([*critical_and_warnings, *details], room_pt=room_pt, most_pages=most, paper_name=name)
    # Where it takes no more labels, the details stay together: a last label with nothing but half an address on it looks like a misprint.
    together = [*(replace(block, keeps_next=True) for block in details[:-1]), *details[-1:]]
    try:
        return paginate([*critical_and_warnings, *together], room_pt=room_pt, most_pages=len(pages), paper_name=name)
    except DoesNotFit:
        return pages


def _group(what: str, paragraphs: tuple[str, ...], style: Style, paper: Paper) -> list[Block]:
    """The paragraphs in order, the first ruled off from the group before it."""
    return [
        _row_block(row, style, paper, what=f"In the {what}, {quoted(row[0])}", opens_group=not number)
        for number, row in enumerate(_rows(paragraphs, style, paper))
    ]


def _rows(paragraphs: tuple[str, ...], style: Style, paper: Paper) -> list[tuple[str, ...]]:
    """The paragraphs row by row: two short ones that follow each other share a row in two aligned columns, critical ones never do."""
    rows: list[tuple[str, ...]] = []
    half_pt = 0.0 if style is _CRITICAL else (paper.room_pt - _GUTTER_PT) / 2
    for text in paragraphs:
        if rows and len(rows[-1]) == 1 and max(width_pt(text, style), width_pt(rows[-1][0], style)) <= half_pt:
            rows[-1] = (rows[-1][0], text)
        else:
            rows.append((text,))
    return rows


def _row_block(row: tuple[str, ...], style: Style, paper: Paper, *, what: str, opens_group: bool) -> Block:
    column_pt = (paper.room_pt + _GUTTER_PT) / 2
    columns = [wrap(text, style, paper.room_pt, what=what) for text in row]

    def draw(on: Paper, top_pt: float) -> None:
        for number, lines in enumerate(columns):
            on.lines(lines, style, left_pt=on.area.left_pt + number * column_pt, top_pt=top_pt)

    return Block(
        what=what,
        height_pt=max(len(lines) for lines in columns) * style.leading_pt,
        draw=draw,
        space_before_pt=_BETWEEN_GROUPS_PT if opens_group else _BETWEEN_PARAGRAPHS_PT,
        ruled_off=opens_group,
    )
