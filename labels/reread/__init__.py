"""Reads a finished PDF back, with tools that had no part in making it, and holds it against its content, field by field (clinical rule 29).

PDFium says what the file holds: every text with its place and size, every shape. The texts have to be the content's, whole, in order and nothing more. The
typefaces themselves, drawn again by PDFium at those places, have to make the picture of the page at 203 dpi, so that nothing is white, clipped, covered or
another letter than it says; zxing-cpp reads the code from that picture. Nothing of the drawing code is used here.
"""

import threading
from collections.abc import Iterator, Sequence
from typing import Any

from compounding.domain.label_content import FormulaContent, LabelContent, LeafletContent, WorksheetContent
from labels.reread import checking
from labels.reread.found import Difference
from labels.reread.ink import Redrawing, pdfium_lock
from labels.reread.opened import Unreadable, opened
from labels.stock import DEFAULT, LabelStock, Position

__all__ = ["Difference", "batch_differences", "differences", "words_of"]

Content = LabelContent | LeafletContent | WorksheetContent | FormulaContent
_USUAL = Position()
_kept = threading.local()


def differences(pdf: bytes, content: Content, *, stock: LabelStock = DEFAULT, position: Position = _USUAL, large_print: bool = False) -> tuple[Difference, ...]:
    """In what the paper says anything else than the content; empty where it agrees. It never raises: what cannot be read differs."""
    if isinstance(content, LabelContent):
        return tuple(found for _, each in batch_differences(pdf, (content,), stock=stock, position=position) for found in each)
    try:
        with pdfium_lock, opened(pdf) as pages:
            return tuple(checking.of_sheets(pages, content, large_print=large_print, redrawing=_redrawing()))
    except Exception as fault:  # noqa: BLE001 - a reader that fails has proved nothing, whatever the reason.
        return (_unreadable(fault),)


def batch_differences(
    pdf: bytes, contents: Sequence[LabelContent], *, stock: LabelStock = DEFAULT, position: Position = _USUAL
) -> Iterator[tuple[int, tuple[Difference, ...]]]:
    """For each content its number and in what its labels differ; they stand one after the other, on sheets from the first free place on."""
    told = 0
    try:
        with pdfium_lock, opened(pdf) as pages:
            for number, found in checking.of_labels(pages, contents, stock=stock, position=position, redrawing=_redrawing()):
                yield number, tuple(found)
                told = number + 1
    except Exception as fault:  # noqa: BLE001 - as above; what was not reached differs too.
        yield min(told, max(len(contents) - 1, 0)), (_unreadable(fault),)


def words_of(pdf: bytes) -> str | None:
    """All letters of a paper in its order without any blank, or None for what is no plain paper of ours."""
    try:
        with pdfium_lock, opened(pdf) as pages:
            found = [pages.read(number)[0] for number in range(pages.count)]
    except Unreadable:
        return None
    return None if any(page.faults for page in found) else "".join("".join(run.text.split()) for page in found for run in page.runs)


def _redrawing() -> Redrawing:
    if not hasattr(_kept, "redrawing"):
        import pypdfium2.raw  # type: ignore[import-untyped]

        raw: Any = pypdfium2.raw
        _kept.redrawing = Redrawing(raw)
    redrawing: Redrawing = _kept.redrawing
    return redrawing


def _unreadable(fault: Exception) -> Difference:
    # The fault's own words may quote the paper; its kind says enough.
    why = str(fault) if isinstance(fault, Unreadable) else f"the reader failed ({type(fault).__name__})"
    return Difference(field="file", where="the whole file", expected="a PDF that can be read", found=why)
