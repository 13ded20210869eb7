"""Paper: sets finished content as PDF labels, leaflets and worksheets, and refuses what it cannot set whole, legible and unambiguous.

Every word comes from the content (`compounding.domain.label_content`); nothing is invented, shrunk or cut here. `PaperError.code` says why something is
refused: NOT_PRINTABLE, DOES_NOT_FIT, CODE_MISSING, CODE_NOT_GS1, TRANSLATION_DIFFERS or INVALID_STOCK. ReportLab and zxing-cpp load when the first page is set.
"""

from compounding.domain.label_content import FormulaContent, LabelContent, LeafletContent, WorksheetContent
from labels.batch import write_labels
from labels.calibration import draw_calibration
from labels.container_label import draw_label
from labels.errors import DoesNotFit, InvalidStock, NotPrintable, PaperError
from labels.formula import draw_formula
from labels.leaflet import draw_leaflet
from labels.printable import unprintable_characters
from labels.stock import DEFAULT, STOCKS, LabelStock, PaperName, Position, StockGrid, sheet
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
    "Position",
    "StockGrid",
    "render_calibration",
    "render_formula",
    "render_label",
    "render_leaflet",
    "render_worksheet",
    "unprintable_characters",
    "write_labels",
]


def render_label(content: LabelContent, *, stock: LabelStock = DEFAULT, position: Position = Position()) -> bytes:  # noqa: B008 - frozen.
    """The container label as a PDF: on a roll one page for each label, on sheets from `position.start` on. Raises DoesNotFit, NotPrintable, InvalidStock."""
    return draw_label(content, stock, position).to_bytes()


def render_calibration(stock: LabelStock, position: Position = Position()) -> bytes:  # noqa: B008 - frozen.
    """Crosses and strokes to measure how far off a printer prints on this stock, with what to enter, in English. Raises InvalidStock."""
    return draw_calibration(stock, position).to_bytes()


def render_leaflet(content: LeafletContent, *, paper: PaperName = "letter", large_print: bool = False) -> bytes:
    """The patient's leaflet as a PDF of one to four pages at 12 points, or in large print at 18. Raises DoesNotFit, NotPrintable."""
    return draw_leaflet(content, sheet(paper), large_print=large_print).to_bytes()


def render_formula(content: FormulaContent, *, paper: PaperName = "letter") -> bytes:
    """A Master Formulation Record as a PDF. Raises DoesNotFit, NotPrintable."""
    return draw_formula(content, sheet(paper)).to_bytes()


def render_worksheet(content: WorksheetContent, *, paper: PaperName = "letter") -> bytes:
    """The compounding worksheet as a PDF. Raises DoesNotFit, NotPrintable."""
    return draw_worksheet(content, sheet(paper)).to_bytes()
