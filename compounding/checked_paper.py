"""Sets finished content as a PDF and reads it back with tools that had no part in making it: no bytes leave here that say anything else than the content."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, BinaryIO

from compounding.domain.errors import ReferenceDataError
from compounding.domain.label_content import FormulaContent, LabelContent, LeafletContent, WorksheetContent
from compounding.domain.paper_differences import PaperDifference, PaperDiffers, StoppedPaper
from compounding.domain.paper_kinds import FORMULA, LABEL, LARGE_PRINT, LEAFLET, WORKSHEET
from compounding.domain.site import Site

if TYPE_CHECKING:
    from labels.reread import Difference
    from labels.stock import LabelStock, Position


def label_pdf(content: LabelContent, site: Site, *, stock: str = "", start: int = 1) -> bytes:
    """The label on the site's stock or a named one, from that place of a sheet on. Raises PaperError, PaperDiffers, ReferenceDataError `SITE_LABEL_STOCK`."""
    import labels

    chosen = stock_named(stock or site.label_stock)
    position = position_of(site, start=start)
    pdf = labels.render_label(content, stock=chosen, position=position)
    return _read_back(LABEL, pdf, content, stock=chosen, position=position)


def labels_pdf(
    contents: Sequence[LabelContent], site: Site, into: BinaryIO, *, stock: str = "", start: int = 1, on_step: Callable[[], None] = lambda: None
) -> int:
    """The labels of several preparations as one PDF, read back label by label; its number of pages. `on_step` is called twice for each content.

    What is in `into` counts only after this returned. Raises PaperError, PaperDiffers (naming the first label that differs), ReferenceDataError.
    """
    import labels
    from labels import reread

    chosen, position = stock_named(stock or site.label_stock), position_of(site, start=start)
    pages = labels.write_labels(contents, into, stock=chosen, position=position, on_label=on_step)
    into.seek(0)
    pdf = into.read()
    for number, found in reread.batch_differences(pdf, contents, stock=chosen, position=position):
        if found:
            raise PaperDiffers(_stopped(f"label of {contents[number].title}", found), pdf)
        on_step()
    return pages


def leaflet_pdf(content: LeafletContent, site: Site, *, large_print: bool = False) -> bytes:
    """The leaflet on the site's paper. Raises PaperError, PaperDiffers."""
    import labels

    kind = LARGE_PRINT if large_print else LEAFLET
    return _read_back(kind, labels.render_leaflet(content, paper=site.sheet_paper, large_print=large_print), content)


def worksheet_pdf(content: WorksheetContent, site: Site) -> bytes:
    """The worksheet on the site's paper. Raises PaperError, PaperDiffers."""
    import labels

    return _read_back(WORKSHEET, labels.render_worksheet(content, paper=site.sheet_paper), content)


def formula_pdf(content: FormulaContent, site: Site) -> bytes:
    """A Master Formulation Record on the site's paper. Raises PaperError, PaperDiffers."""
    import labels

    return _read_back(FORMULA, labels.render_formula(content, paper=site.sheet_paper), content)


def stock_named(name: str) -> "LabelStock":
    """The label stock of that name. Raises ReferenceDataError `SITE_LABEL_STOCK`."""
    import labels

    try:
        return labels.STOCKS[name]
    except KeyError:
        raise ReferenceDataError("SITE_LABEL_STOCK", f'"{name}" is no label stock; known are {", ".join(sorted(labels.STOCKS))}') from None


def position_of(site: Site, *, start: int = 1) -> "Position":
    """Where printing begins: that place of a sheet, moved by what the calibration page of this site's printer asked for."""
    from labels.stock import Position

    return Position(start=start, right_mm=float(site.label_right_mm), down_mm=float(site.label_down_mm))


def check_paper(site: Site) -> None:
    """Raises ReferenceDataError `SITE_LABEL_STOCK` for a stock that is not known, or an offset that would print beyond its labels."""
    from labels.errors import InvalidStock

    try:
        position_of(site).check(stock_named(site.label_stock))
    except InvalidStock as fault:
        raise ReferenceDataError("SITE_LABEL_STOCK", fault.message) from fault


def _read_back(
    kind: str, pdf: bytes, content: LabelContent | LeafletContent | WorksheetContent | FormulaContent, *,
    stock: "LabelStock | None" = None, position: "Position | None" = None,
) -> bytes:  # fmt: skip
    from labels import reread

    if stock is not None and position is not None:
        found = reread.differences(pdf, content, stock=stock, position=position)
    else:
        found = reread.differences(pdf, content, large_print=kind == LARGE_PRINT)
    if found:
        raise PaperDiffers(_stopped(kind, found), pdf)
    return pdf


def _stopped(kind: str, found: "Sequence[Difference]") -> StoppedPaper:
    told = tuple(PaperDifference(field=each.field, where=each.where, expected=each.expected, found=each.found) for each in found)
    return StoppedPaper(kind=kind, differences=told)
