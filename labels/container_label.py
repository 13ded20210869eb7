"""The label on the container: who, what and how much on every label, then what matters most first, on as many labels as that takes (USP <17>).

All labels of the content come first, then all labels of its translation, counted together; each label is wholly in one language.
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache

from compounding.domain.label_content import LabelContent
from labels.codes import Symbol, data_matrix
from labels.errors import DoesNotFit, PaperError, quoted
from labels.fitting import wrap
from labels.flow import Block, draw_blocks, paginate
from labels.fonts import Style, width_pt
from labels.label_head import LabelHead
from labels.label_sizes import LabelSizes, sizes_for
from labels.paper import Paper
from labels.printable import printable
from labels.stock import DEFAULT, STOCKS, LabelStock, Position

MOST_LABELS = 6
"""On the default stock and larger ones. Smaller labels may be more, up to twice as many, for the same paper on the jar."""
MOST_DRAFT_LABELS = 18
"""A draft goes on no container. Its marks stand on every label, and must not be what keeps an order from its paper."""

_GUTTER_PT = 10.0
# Rows that labels have in common: the warnings, the pharmacy, what it was made from. In memory only.
_ROWS_KEPT = 512


def most_labels(stock: LabelStock) -> int:
    """How many labels of this stock one container may carry in one language."""
    share = DEFAULT.width_mm * DEFAULT.height_mm / (stock.width_mm * stock.height_mm)
    return min(2 * MOST_LABELS, max(MOST_LABELS, math.ceil(MOST_LABELS * share)))


def draw_label(content: LabelContent, stock: LabelStock, position: Position = Position()) -> Paper:  # noqa: B008 - frozen.
    """The content on as many labels as it needs: on a roll one page each, on sheets from `position.start` on.

    Raises DoesNotFit, NotPrintable and InvalidStock.
    """
    paper = Paper(stock, title=content.title, language=content.language, position=position)
    draw_label_on(paper, content)
    paper.close_sheet()
    return paper


def draw_label_on(paper: Paper, content: LabelContent) -> None:
    """The labels of this content on the next places of a paper that others may share. Raises DoesNotFit, with the stocks that hold it, and NotPrintable."""
    content = printable(content)
    symbol = data_matrix(content.code, content.code_kind)
    try:
        dealt = _dealt_out(content, paper, symbol)
    except DoesNotFit as refusal:
        raise DoesNotFit(f"{refusal.message} {_where_it_fits(content, symbol, paper.stock)}") from refusal
    for head, page in dealt:
        bottom_pt = head.draw(paper)
        draw_blocks(paper, page, top_pt=bottom_pt)
        paper.close_label()


@dataclass(frozen=True, slots=True)
class _Text:
    """One language's text, wrapped for a stock: measured once, dealt out as often as the head's height changes."""

    content: LabelContent
    head: LabelHead
    urgent: tuple[Block, ...]
    details: tuple[Block, ...]


def _dealt_out(content: LabelContent, paper: Paper, symbol: Symbol) -> list[tuple[LabelHead, tuple[Block, ...]]]:
    """Every label's head and what stands below it."""
    sizes = sizes_for(paper.stock)
    texts = [_text(part, paper, symbol, sizes) for part in _languages(content)]
    labels = [_pages(text, text.head, paper) for text in texts]
    count = sum(map(len, labels))
    if count == 1:
        return [(texts[0].head, labels[0][0])]
    while True:
        # The line "Label 1 of 2" may make the head taller, so the text is dealt out again with room kept for it.
        numbered = [_numbered_head(text, count, count) for text in texts]
        labels = [_pages(text, head, paper) for text, head in zip(texts, numbered, strict=True)]
        total = sum(map(len, labels))
        if len(str(total)) <= len(str(count)):
            break
        count = total
    flat = [(text, page) for text, pages in zip(texts, labels, strict=True) for page in pages]
    return [(_numbered_head(text, number, total), page) for number, (text, page) in enumerate(flat, start=1)]


def _languages(content: LabelContent) -> list[LabelContent]:
    """The content, then its translation, without each other. Raises PaperError for a translation that is of another label."""
    parts = [content]
    while (translation := parts[-1].translation) is not None:
        if (translation.patient_name, translation.code) != (content.patient_name, content.code):
            raise PaperError("TRANSLATION_DIFFERS", "The label and its translation do not have the same patient's name and code.")
        parts.append(translation)
    return parts


def _text(content: LabelContent, paper: Paper, symbol: Symbol, sizes: LabelSizes) -> _Text:
    urgent = [*_group("directions", content.critical, sizes.critical, paper, sizes), *_group("warnings", content.warnings, sizes.warning, paper, sizes)]
    details = _group("details", content.details, sizes.detail, paper, sizes)
    return _Text(content, LabelHead.measured(content, paper, symbol, sizes), tuple(urgent), tuple(details))


def _numbered_head(text: _Text, number: int, count: int) -> LabelHead:
    return text.head.with_number(text.content.continued.replace("{number}", str(number)).replace("{count}", str(count)))


def _pages(text: _Text, head: LabelHead, paper: Paper) -> tuple[tuple[Block, ...], ...]:
    """What stands below the head on each label. A draft's marks do not count towards the number of labels that a container may carry."""
    most = most_labels(paper.stock)
    if text.content.draft_marks:
        _deal_out(text, head.without_marks(), paper, most=most)
        most = max(most, MOST_DRAFT_LABELS)
    return _deal_out(text, head, paper, most=most)


def _deal_out(text: _Text, head: LabelHead, paper: Paper, *, most: int) -> tuple[tuple[Block, ...], ...]:
    room_pt = paper.area.top_pt - paper.area.bottom_pt - head.height_pt
    name = f"label ({paper.stock.name})"
    if room_pt < 0:
        raise DoesNotFit(f"The name, the drug and the numbers alone are too long for one {name}.")
    pages = paginate([*text.urgent, *text.details], room_pt=room_pt, most_pages=most, paper_name=name)
    if len(pages[-1]) >= len(text.details):
        return pages
    # Where it takes no more labels, the details stay together: a last label with nothing but half an address on it looks like a misprint.
    together = [*(replace(block, keeps_next=True) for block in text.details[:-1]), *text.details[-1:]]
    try:
        return paginate([*text.urgent, *together], room_pt=room_pt, most_pages=len(pages), paper_name=name)
    except DoesNotFit:
        return pages


def _where_it_fits(content: LabelContent, symbol: Symbol, refused: LabelStock) -> str:
    """A sentence with the stocks that this very content was tried on and fits."""
    fitting = []
    for stock in STOCKS.values():
        if stock == refused:
            continue
        try:
            _dealt_out(content, Paper(stock, title="", language=content.language), symbol)
        except DoesNotFit:
            continue
        fitting.append(stock.name)
    return f"It fits on: {', '.join(fitting)}." if fitting else "It fits on no label stock that is set up here."


def _group(what: str, paragraphs: tuple[str, ...], style: Style, paper: Paper, sizes: LabelSizes) -> list[Block]:
    """The paragraphs in order, the first ruled off from the group before it."""
    room_pt = paper.room_pt
    # Critical paragraphs never share a row.
    half_pt = 0.0 if style is sizes.critical else (room_pt - _GUTTER_PT) / 2
    return [
        _row_block(what, row, style, room_pt, sizes.between_paragraphs_pt if number else sizes.between_groups_pt, not number)
        for number, row in enumerate(_rows(paragraphs, style, half_pt))
    ]


def _rows(paragraphs: tuple[str, ...], style: Style, half_pt: float) -> list[tuple[str, ...]]:
    """The paragraphs row by row: two short ones that follow each other share a row in two aligned columns."""
    rows: list[tuple[str, ...]] = []
    for text in paragraphs:
        if rows and len(rows[-1]) == 1 and half_pt and max(width_pt(text, style), width_pt(rows[-1][0], style)) <= half_pt:
            rows[-1] = (rows[-1][0], text)
        else:
            rows.append((text,))
    return rows


@lru_cache(maxsize=_ROWS_KEPT)
def _row_block(what: str, row: tuple[str, ...], style: Style, room_pt: float, space_before_pt: float, opens_group: bool) -> Block:
    column_pt = (room_pt + _GUTTER_PT) / 2
    name = f"In the {what}, {quoted(row[0])}"
    columns = [wrap(text, style, room_pt, what=name) for text in row]

    def draw(on: Paper, top_pt: float) -> None:
        for number, lines in enumerate(columns):
            on.lines(lines, style, left_pt=on.area.left_pt + number * column_pt, top_pt=top_pt)

    return Block(what=name, height_pt=max(map(len, columns)) * style.leading_pt, draw=draw, space_before_pt=space_before_pt, ruled_off=opens_group)
