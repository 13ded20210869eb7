"""Draws on pages and keeps a record of it: every text, rule and code goes through here, and a label and a page are checked before they are closed."""

import io
from typing import BinaryIO

from labels.codes import DOT_PT, MODULE_PT, Symbol
from labels.document import document
from labels.errors import DoesNotFit
from labels.fonts import ASCENT, DESCENT, Style, width_pt
from labels.placing import Box, Placed, check_page
from labels.stock import POINTS_PER_MM, LabelStock, Position

HAIRLINE_PT = 0.5


class Paper:
    """A PDF in the making, one label or page after the other. `area` is what may be printed on.

    All positions are points from the lower left corner of the label, wherever on its sheet that is, and `width_pt` and `height_pt` are the label's. A roll's
    label and a leaflet's page are sheets of one.
    With `into` the pages are written there as they are finished, and no record of them is kept in `pages`. Raises InvalidStock for an unsuitable position.
    """

    def __init__(self, stock: LabelStock, *, title: str, language: str, position: Position = Position(), into: BinaryIO | None = None) -> None:  # noqa: B008 - frozen.
        position.check(stock)
        self.stock = stock
        self.width_pt, self.height_pt = stock.width_mm * POINTS_PER_MM, stock.height_mm * POINTS_PER_MM
        side_pt, end_pt = stock.side_margin_mm * POINTS_PER_MM, stock.end_margin_mm * POINTS_PER_MM
        self.area = Box(side_pt, end_pt, self.width_pt - side_pt, self.height_pt - end_pt)
        self.pages: list[tuple[Placed, ...]] = []
        self.page_count = 0
        self._size_pt = stock.page_mm[0] * POINTS_PER_MM, stock.page_mm[1] * POINTS_PER_MM
        self._position = position
        self._place = position.start
        self._buffer = io.BytesIO()
        self._keeps_record = into is None
        self._document = document(into or self._buffer, size_pt=self._size_pt, title=title, language=language)
        self._runs = self._document.runs
        self._on_page: list[Placed] = []
        self._begin_page()

    @property
    def room_pt(self) -> float:
        """The printable width."""
        return self.area.right_pt - self.area.left_pt

    def _begin_page(self) -> None:
        self._on_page = []
        self._texts: list[str] = []
        self._shapes: list[str] = []
        self._drawings: list[str] = []
        self._font: tuple[str, float] | None = None
        self._begin_label()

    def _begin_label(self) -> None:
        """Go to the lower left corner of the place that is next."""
        right_mm, down_mm = self.stock.corner_mm(self._place)
        self._x_pt = (right_mm + self._position.right_mm) * POINTS_PER_MM
        self._y_pt = self._size_pt[1] - (down_mm + self.stock.height_mm + self._position.down_mm) * POINTS_PER_MM
        self._placed: list[Placed] = []

    def text(self, text: str, style: Style, *, left_pt: float, top_pt: float) -> None:
        """One line, its box hanging from `top_pt`."""
        size_pt = style.size_pt
        x_pt, hanging_pt = left_pt + self._x_pt, top_pt + self._y_pt
        baseline_pt = hanging_pt - ASCENT * size_pt
        self._placed.append(Placed("text", text, Box(x_pt, baseline_pt - DESCENT * size_pt, x_pt + width_pt(text, style), hanging_pt), size_pt))
        moved = f"1 0 0 1 {x_pt:.2f} {baseline_pt:.2f} Tm"
        for font, codes in self._runs(text, style.face):
            if (font, size_pt) != self._font:
                self._font = font, size_pt
                self._texts.append(f"/{font} {size_pt:g} Tf")
            self._texts.append(f"{moved} {codes} Tj")
            # Within a line each run begins where the one before has ended.
            moved = ""

    def lines(self, lines: tuple[str, ...], style: Style, *, left_pt: float, top_pt: float) -> None:
        """Lines below each other at the style's spacing."""
        for number, line in enumerate(lines):
            self.text(line, style, left_pt=left_pt, top_pt=top_pt - number * style.leading_pt)

    def rule(self, box: Box, what: str = "rule") -> None:
        """A filled black rectangle: a rule, a frame's side or a bar."""
        box = self._on_sheet(box)
        self._placed.append(Placed("rule", what, box))
        self._shapes.append(f"{box.left_pt:.3f} {box.bottom_pt:.3f} {box.right_pt - box.left_pt:.3f} {box.top_pt - box.bottom_pt:.3f} re")

    def _on_sheet(self, box: Box) -> Box:
        return Box(box.left_pt + self._x_pt, box.bottom_pt + self._y_pt, box.right_pt + self._x_pt, box.top_pt + self._y_pt)

    def level_rule(self, y_pt: float, *, left_pt: float, right_pt: float, thickness_pt: float = HAIRLINE_PT) -> None:
        """A horizontal rule whose middle is at `y_pt`."""
        self.rule(Box(left_pt, y_pt - thickness_pt / 2, right_pt, y_pt + thickness_pt / 2))

    def frame(self, box: Box, *, thickness_pt: float = HAIRLINE_PT) -> None:
        """Four rules along the inner side of the box, so that what is inside is checked against each of them."""
        left, bottom, right, top, t = box.left_pt, box.bottom_pt, box.right_pt, box.top_pt, thickness_pt
        for side in (
            Box(left, top - t, right, top),
            Box(left, bottom, right, bottom + t),
            Box(left, bottom, left + t, top),
            Box(right - t, bottom, right, top),
        ):
            self.rule(side, "frame")

    def dot(self, *, centre_x_pt: float, centre_y_pt: float, radius_pt: float) -> None:
        """A list's round mark. It is drawn, not set as text, so the text read back from the file is the content and nothing else."""
        from reportlab.pdfgen.pathobject import PDFPathObject

        box = self._on_sheet(Box(centre_x_pt - radius_pt, centre_y_pt - radius_pt, centre_x_pt + radius_pt, centre_y_pt + radius_pt))
        self._placed.append(Placed("rule", "mark", box))
        path = PDFPathObject()
        path.circle(centre_x_pt + self._x_pt, centre_y_pt + self._y_pt, radius_pt)
        # Its "n" begins a path anew, and would take away every shape of the page that came before.
        self._shapes.append(path.getCode().removeprefix("n "))

    def code(self, symbol: Symbol, *, right_pt: float, top_pt: float) -> None:
        """The symbol in a corner: its quiet zone reaches to `right_pt` and `top_pt` at the furthest, rounded inwards to whole printer dots."""
        side_pt = symbol.side_with_quiet_zone_pt
        left_pt = (right_pt + self._x_pt - side_pt) // DOT_PT * DOT_PT
        # Thermal printers count their dots from the top.
        page_pt = self._size_pt[1]
        down_pt = -(-(page_pt - top_pt - self._y_pt) // DOT_PT) * DOT_PT
        box = Box(left_pt, page_pt - down_pt - side_pt, left_pt + side_pt, page_pt - down_pt)
        self._placed.append(Placed("code", "code", box))
        # In the symbol's own measure, a module, and as one path: filled one by one, viewers leave white seams between the rectangles.
        quiet_pt = symbol.quiet_modules * MODULE_PT
        matrix = f"{MODULE_PT:.6f} 0 0 {MODULE_PT:.6f} {box.left_pt + quiet_pt:.4f} {box.bottom_pt + quiet_pt:.4f} cm"
        self._drawings.append(f"q {matrix} {symbol.path} f Q")

    def drawing(self, operators: str, box: Box, *, side: float, what: str) -> None:
        """A drawing of our own in a square box, such as a pictogram: PDF operators in ASCII within a square of `side` units, from its lower left corner.

        It is filled and stroked as the operators say, in black where they say nothing, and leaves no setting behind.
        """
        placed = self._on_sheet(box)
        self._placed.append(Placed("drawing", what, placed))
        scale = min(placed.right_pt - placed.left_pt, placed.top_pt - placed.bottom_pt) / side
        self._drawings.append(f"q {scale:.6f} 0 0 {scale:.6f} {placed.left_pt:.4f} {placed.bottom_pt:.4f} cm {operators} Q")

    def close_label(self) -> None:
        """Check what stands on the label and go to the next place, on a new page where the sheet is full. Raises DoesNotFit."""
        check_page(self._placed, self._on_sheet(self.area))
        self._on_page += self._placed
        if self._place == self.stock.places:
            self._close_sheet()
        else:
            self._place += 1
            self._begin_label()

    def close_page(self) -> None:
        """Check what stands on the page, and begin the next. Raises DoesNotFit."""
        self.close_label()
        self.close_sheet()

    def close_sheet(self) -> None:
        """Go on with a new sheet; the places left on this one stay empty."""
        if self._placed:
            raise DoesNotFit("A label was begun and not closed.")
        if self._on_page:
            self._close_sheet()

    def _close_sheet(self) -> None:
        if self.stock.places > 1:
            # Each label was checked in its own area; this is the proof for the sheet as a whole, whatever the stock's measures say.
            check_page(self._on_page, Box(0.0, 0.0, *self._size_pt))
        texts = ["BT", *self._texts, "ET"] if self._texts else []
        shapes = [*self._shapes, "f"] if self._shapes else []
        self._document.add_page("\n".join([*shapes, *self._drawings, *texts]))
        if self._keeps_record:
            self.pages.append(tuple(self._on_page))
        self.page_count += 1
        self._place = 1
        self._begin_page()

    def finish(self) -> None:
        """Close a sheet that is not full, and write what is left. Every label has been closed, and so checked."""
        self.close_sheet()
        self._document.finish()

    def to_bytes(self) -> bytes:
        """The finished PDF; nothing where it was written elsewhere."""
        self.finish()
        return self._buffer.getvalue()
