"""The Master Formulation Record on paper: named values, tables and numbered steps in the order of the content, and who approved it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from compounding.domain.label_content import FormulaContent, FormulaPart
from labels.codes import data_matrix
from labels.errors import quoted
from labels.fitting import wrap
from labels.flow import Block, lines_block
from labels.fonts import Face, Style, width_pt
from labels.forms import TEXT, fields_blocks
from labels.pages import heading_block, set_pages, title_block
from labels.paper import Paper
from labels.printable import printable
from labels.stock import LabelStock
from labels.tables import table_blocks

MOST_PAGES = 20

_FOOTER = Style(Face.REGULAR, 8.5)
_HEADING_PT = 12.0
_BEFORE_SECTION_PT = 12.0
_BEFORE_TEXT_PT = 4.0
_BEFORE_TABLE_PT = 8.0
_NUMBERED = re.compile(r"(\d+\.) (.+)", re.DOTALL)
_NUMBER_ROOM_PT = 18.0


def draw_formula(content: FormulaContent, sheet: LabelStock) -> Paper:
    """The record on as many pages as it needs. Raises DoesNotFit and NotPrintable."""
    content = printable(content)
    paper = Paper(sheet, title=content.title, language=content.language)
    symbol = data_matrix(content.code)
    blocks = [*_identity(content, paper, code_pt=symbol.side_with_quiet_zone_pt)]
    for part in content.parts:
        blocks += _part(part, paper)
    blocks.append(heading_block(content.signatures_heading, size_pt=_HEADING_PT, paper=paper, space_before_pt=_BEFORE_SECTION_PT))
    blocks += table_blocks(content.signatures, paper, what=content.signatures_heading)
    set_pages(
        paper,
        blocks,
        draft_marks=content.draft_marks,
        footer=content.footer,
        footer_style=_FOOTER,
        most_pages=MOST_PAGES,
        paper_name=f"page ({sheet.name})",
        first_page=lambda on, top_pt: on.code(symbol, right_pt=on.area.right_pt, top_pt=top_pt),
    )
    return paper


def _identity(content: FormulaContent, paper: Paper, *, code_pt: float) -> list[Block]:
    """The heading beside the code, then what the record is of."""
    title = title_block(content.heading, paper, code_pt=code_pt)
    return [title, *fields_blocks(content.identity, paper, room_pt=paper.room_pt)]


def _part(part: FormulaPart, paper: Paper) -> list[Block]:
    blocks = [heading_block(part.heading, size_pt=_HEADING_PT, paper=paper, space_before_pt=_BEFORE_SECTION_PT)]
    blocks += fields_blocks(part.fields, paper, room_pt=paper.room_pt)
    blocks += _paragraphs(part.paragraphs, paper, introduces=bool(part.steps) or part.table is not None)
    if part.table is not None:
        table = table_blocks(part.table, paper, what=part.heading)
        # Below a line to write on or a paragraph, the table's heading needs air to be read as a heading.
        blocks += [replace(table[0], space_before_pt=_BEFORE_TABLE_PT), *table[1:]] if len(blocks) > 1 else table
    return blocks + [_step(text, paper) for text in part.steps]


def _paragraphs(texts: Sequence[str], paper: Paper, *, introduces: bool) -> list[Block]:
    """The paragraphs; the last one stays with the table or list that it introduces."""
    left_pt = paper.area.left_pt
    return [
        lines_block(
            wrap(text, TEXT, paper.room_pt, what="a paragraph"), TEXT, what=f"The paragraph {quoted(text)}", left_pt=left_pt, space_before_pt=_BEFORE_TEXT_PT,
            keeps_next=introduces and number == len(texts),
        )
        for number, text in enumerate(texts, 1)
    ]  # fmt: skip


def _step(text: str, paper: Paper) -> Block:
    """A numbered step: where the text begins with its number, the lines below the first one stand under its words."""
    numbered = _NUMBERED.fullmatch(text)
    number, words = (numbered[1], numbered[2]) if numbered else ("", text)
    indent_pt = max(_NUMBER_ROOM_PT, width_pt(f"{number} ", TEXT)) if number else 0.0
    lines = wrap(words, TEXT, paper.room_pt - indent_pt, what=f"the step {quoted(text)}")

    def draw(on: Paper, top_pt: float) -> None:
        if number:
            on.text(number, TEXT, left_pt=on.area.left_pt, top_pt=top_pt)
        on.lines(lines, TEXT, left_pt=on.area.left_pt + indent_pt, top_pt=top_pt)

    return Block(what=f"The step {quoted(text)}", height_pt=len(lines) * TEXT.leading_pt, draw=draw, space_before_pt=2.0)
