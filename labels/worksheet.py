"""The compounding record for the bench: what to weigh in large figures, boxes to write in, steps to tick, names to sign."""

from collections.abc import Sequence

from compounding.domain.label_content import WorksheetContent
from labels.codes import data_matrix
from labels.errors import quoted
from labels.fitting import wrap
from labels.flow import Block, lines_block
from labels.fonts import Face, Style
from labels.forms import TEXT, alerts_blocks, fields_blocks, list_blocks, step_block
from labels.pages import heading_block, set_pages, title_block
from labels.paper import Paper
from labels.printable import printable
from labels.stock import LabelStock
from labels.tables import table_blocks

# A worksheet of more pages than this is no worksheet but a mistake in the content.
MOST_PAGES = 12

_REFERENCE = Style(Face.REGULAR, 8.5)
_FOOTER = Style(Face.REGULAR, 8.5)
_HEADING_PT = 12.0
_BEFORE_SECTION_PT = 12.0


def draw_worksheet(content: WorksheetContent, sheet: LabelStock) -> Paper:
    """The worksheet on as many pages as it needs. Raises DoesNotFit and NotPrintable."""
    content = printable(content)
    paper = Paper(sheet, title=content.title, language=content.language)
    symbol = data_matrix(content.code)
    set_pages(
        paper,
        [*_identity(content, paper, code_pt=symbol.side_with_quiet_zone_pt), *_sections(content, paper)],
        draft_marks=content.draft_marks,
        footer=content.footer,
        footer_style=_FOOTER,
        most_pages=MOST_PAGES,
        paper_name=f"page ({sheet.name})",
        first_page=lambda on, top_pt: on.code(symbol, right_pt=on.area.right_pt, top_pt=top_pt),
    )
    return paper


def _identity(content: WorksheetContent, paper: Paper, *, code_pt: float) -> list[Block]:
    """The heading beside the code, then the grid of who and what."""
    title = title_block(content.heading, paper, code_pt=code_pt)
    return [title, *fields_blocks(content.identity, paper, room_pt=paper.room_pt), *alerts_blocks(content.alerts, paper), *_paragraphs(content.notes, paper)]


def _sections(content: WorksheetContent, paper: Paper) -> list[Block]:
    steps = [step_block(step, paper, number=number) for number, step in enumerate(content.procedure)]
    return [
        *_section(content.weighing_heading, table_blocks(content.weighing, paper, what=content.weighing_heading), paper),
        *_paragraphs(content.weighing_notes, paper),
        *_section(content.derivation_heading, table_blocks(content.derivation, paper, what=content.derivation_heading), paper),
        *_section(content.equipment_heading, list_blocks(content.equipment, paper), paper),
        *_section(content.procedure_heading, steps, paper),
        *_section(content.quality_heading, table_blocks(content.quality, paper, what=content.quality_heading), paper),
        *_section(content.finish_heading, fields_blocks(content.finish, paper, room_pt=paper.room_pt), paper),
        *_section(content.signatures_heading, table_blocks(content.signatures, paper, what=content.signatures_heading), paper),
        *_section(content.references_heading, list_blocks(content.references, paper, style=_REFERENCE), paper),
    ]


def _section(heading: str, blocks: Sequence[Block], paper: Paper) -> list[Block]:
    """The heading and its blocks; a heading that has nothing below it is still printed, for it is part of the content."""
    return [heading_block(heading, size_pt=_HEADING_PT, paper=paper, space_before_pt=_BEFORE_SECTION_PT), *blocks] if heading or blocks else []


def _paragraphs(texts: Sequence[str], paper: Paper) -> list[Block]:
    return [
        lines_block(wrap(text, TEXT, paper.room_pt, what="a note"), TEXT, what=f"The note {quoted(text)}", left_pt=paper.area.left_pt, space_before_pt=4.0)
        for text in texts
    ]
