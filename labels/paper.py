"""Draws on pages and keeps a record of it: every text, rule and code goes through here, and a page is checked before it is closed."""

import io
from typing import Any

from labels.codes import DOT_PT, MODULE_PT, QUIET_MODULES, Symbol
from labels.fonts import ASCENT, DESCENT, Style, width_pt
from labels.placing import Box, Placed, check_page
from labels.stock import POINTS_PER_MM, LabelStock

HAIRLINE_PT = 0.5


class Paper:
    """A PDF in the making. All positions are points from the lower left corner; `area` is what may be printed on."""

    def __init__(self, stock: LabelStock, *, title: str, language: str) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self.width_pt = stock.width_mm * POINTS_PER_MM
        self.height_pt = stock.height_mm * POINTS_PER_MM
        side_pt, end_pt = stock.side_margin_mm * POINTS_PER_MM, stock.end_margin_mm * POINTS_PER_MM
        self.area = Box(side_pt, end_pt, self.width_pt - side_pt, self.height_pt - end_pt)
        self.pages: list[tuple[Placed, ...]] = []
        self._placed: list[Placed] = []
        self._buffer = io.BytesIO()
        # `invariant` leaves out times and random identifiers: the same content gives the same bytes.
        self._canvas: Any = Canvas(self._buffer, pagesize=(self.width_pt, self.height_pt), invariant=1, pageCompression=1, lang=language)
        self._canvas.setTitle(title)
        self._canvas.setAuthor("")
        self._canvas.setSubject("")
        self._canvas.setCreator("Levigate")
        self._canvas.setViewerPreference("DisplayDocTitle", "true")

    @property
    def room_pt(self) -> float:
        """The printable width."""
        return self.area.right_pt - self.area.left_pt

    def text(self, text: str, style: Style, *, left_pt: float, top_pt: float) -> None:
        """One line, its box hanging from `top_pt`."""
        baseline_pt = top_pt - ASCENT * style.size_pt
        box = Box(left_pt, baseline_pt - DESCENT * style.size_pt, left_pt + width_pt(text, style), top_pt)
        self._placed.append(Placed("text", text, box, style.size_pt))
        self._canvas.setFont(style.face.registered_name, style.size_pt)
        self._canvas.drawString(left_pt, baseline_pt, text)

    def lines(self, lines: tuple[str, ...], style: Style, *, left_pt: float, top_pt: float) -> None:
        """Lines below each other at the style's spacing."""
        for number, line in enumerate(lines):
            self.text(line, style, left_pt=left_pt, top_pt=top_pt - number * style.leading_pt)

    def rule(self, box: Box, what: str = "rule") -> None:
        """A filled black rectangle: a rule, a frame's side or a bar."""
        self._placed.append(Placed("rule", what, box))
        self._canvas.rect(box.left_pt, box.bottom_pt, box.right_pt - box.left_pt, box.top_pt - box.bottom_pt, stroke=0, fill=1)

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
        self._placed.append(Placed("rule", "mark", Box(centre_x_pt - radius_pt, centre_y_pt - radius_pt, centre_x_pt + radius_pt, centre_y_pt + radius_pt)))
        self._canvas.circle(centre_x_pt, centre_y_pt, radius_pt, stroke=0, fill=1)

    def code(self, symbol: Symbol, *, right_pt: float, top_pt: float) -> None:
        """The symbol in a corner: its quiet zone reaches to `right_pt` and `top_pt` at the furthest, rounded inwards to whole printer dots."""
        side_pt = symbol.side_with_quiet_zone_pt
        left_pt = (right_pt - side_pt) // DOT_PT * DOT_PT
        # Thermal printers count their dots from the top.
        down_pt = -(-(self.height_pt - top_pt) // DOT_PT) * DOT_PT
        box = Box(left_pt, self.height_pt - down_pt - side_pt, left_pt + side_pt, self.height_pt - down_pt)
        self._placed.append(Placed("code", "code", box))
        # One path for all rectangles: filled one by one, viewers leave white seams between them.
        path = self._canvas.beginPath()
        for column, row, columns, rows in symbol.rectangles:
            x_pt = box.left_pt + (QUIET_MODULES + column) * MODULE_PT
            y_pt = box.top_pt - (QUIET_MODULES + row + rows) * MODULE_PT
            path.rect(x_pt, y_pt, columns * MODULE_PT, rows * MODULE_PT)
        self._canvas.drawPath(path, stroke=0, fill=1)

    def close_page(self) -> None:
        """Check what stands on the page, and begin the next. Raises DoesNotFit."""
        check_page(self._placed, self.area)
        self.pages.append(tuple(self._placed))
        self._placed = []
        self._canvas.showPage()

    def to_bytes(self) -> bytes:
        """The finished PDF; every page has been closed, and so checked."""
        self._canvas.save()
        return self._buffer.getvalue()
