"""Paper: sets finished content as PDF labels, leaflets and worksheets, and refuses what it cannot set whole, legible and unambiguous.

Every word comes from the content (`compounding.domain.label_content`); nothing is invented, shrunk or cut here. `PaperError.code` says why
something is refused: NOT_PRINTABLE, DOES_NOT_FIT, CODE_MISSING or INVALID_STOCK. ReportLab and zxing-cpp load when the first page is set.
"""

import threading

from compounding.domain.label_content import LabelContent, LeafletContent, WorksheetContent
from labels.container_label import draw_label
from labels.errors import DoesNotFit, InvalidStock, NotPrintable, PaperError
from labels.leaflet import draw_leaflet
from labels.printable import unprintable_characters
from labels.stock import DEFAULT, STOCKS, LabelStock, PaperName, sheet
from labels.worksheet import draw_worksheet

__all__ = [
    "DEFAULT",
    "STOCKS",
    "DoesNotFit",
    "InvalidStock",
    "LabelStock",
    "NotPrintable",
    "PaperError",
    "PaperName",
    "render_label",
    "render_leaflet",
    "render_worksheet",
    "unprintable_characters",
]

# ReportLab keeps the subsets of a typeface in the typeface: two documents made at the same time would mix their glyphs.
_one_at_a_time = threading.Lock()


def render_label(content: LabelContent, *, stock: LabelStock = DEFAULT) -> bytes:
    """The container label as a PDF, one page for each label. Raises DoesNotFit, NotPrintable."""
    with _one_at_a_time:
        return draw_label(content, stock).to_bytes()


def render_leaflet(content: LeafletContent, *, paper: PaperName = "letter") -> bytes:
    """The patient's leaflet as a PDF of one to four pages. Raises DoesNotFit, NotPrintable."""
    with _one_at_a_time:
        return draw_leaflet(content, sheet(paper)).to_bytes()


def render_worksheet(content: WorksheetContent, *, paper: PaperName = "letter") -> bytes:
    """The compounding worksheet as a PDF. Raises DoesNotFit, NotPrintable."""
    with _one_at_a_time:
        return draw_worksheet(content, sheet(paper)).to_bytes()
