"""Holds the picture of a page against its objects: every letter is drawn again by PDFium from the typefaces themselves, and no other ink is allowed."""

import ctypes
import threading
from collections.abc import Sequence
from importlib import resources
from typing import Any

from labels.reread.found import Box
from labels.reread.pdf import Page, Run

DPI = 203
_SCALE = DPI / 72
_FACES = ("NotoSans-Regular", "NotoSans-Bold")
# Grey at the edges of letters differs by a shade: what is dark in one picture is at least grey in the other.
_DARK, _GREY = 96, 200
_IS_DARK = bytes(1 if value < _DARK else 0 for value in range(256))
_IS_GREY = bytes(1 if value < _GREY else 0 for value in range(256))
_FEW_PIXELS = 3

pdfium_lock = threading.RLock()
"""PDFium keeps state for the whole process; one reads at a time."""


class Picture:
    """A page in grey at the resolution of a label printer, from the top row down."""

    def __init__(self, raw: Any, page: Any, width: float, height: float, dpi: float = DPI) -> None:
        self.scale = dpi / 72
        self.columns, self.rows = round(width * self.scale), round(height * self.scale)
        self.height = height
        bitmap = raw.FPDFBitmap_CreateEx(self.columns, self.rows, raw.FPDFBitmap_Gray, None, 0)
        try:
            raw.FPDFBitmap_FillRect(bitmap, 0, 0, self.columns, self.rows, 0xFFFFFFFF)
            raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, self.columns, self.rows, 0, 0)
            stride = raw.FPDFBitmap_GetStride(bitmap)
            data = ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), stride * self.rows)
        finally:
            raw.FPDFBitmap_Destroy(bitmap)
        self.grey = data if stride == self.columns else b"".join(data[row * stride : row * stride + self.columns] for row in range(self.rows))

    def mask(self, table: bytes) -> bytearray:
        """A byte for each pixel, 1 where the table says so."""
        return bytearray(self.grey.translate(table))

    def cut(self, box: Box, *, room: float = 0.0) -> tuple[memoryview, int, int]:
        """The pixels of a box, as rows and columns, for a reader of codes."""
        left, right, top, bottom = self.pixels(box, room)
        rows = b"".join(self.grey[row * self.columns + left : row * self.columns + right] for row in range(top, bottom))
        return memoryview(rows).cast("B", (bottom - top, right - left)), left, top

    def pixels(self, box: Box, room: float = 0.0) -> tuple[int, int, int, int]:
        """Left, right, top and bottom of a box in pixels, within the page; the ends are not included."""
        left, right = int((box.left - room) * self.scale), int((box.right + room) * self.scale) + 1
        top, bottom = int((self.height - box.top - room) * self.scale), int((self.height - box.bottom + room) * self.scale) + 1
        return max(0, left), min(self.columns, right), max(0, top), min(self.rows, bottom)

    def is_dark(self, x: float, y: float) -> bool:
        """Whether the pixel at this point of the page is black."""
        column, row = int(x * self.scale), int((self.height - y) * self.scale)
        return 0 <= column < self.columns and 0 <= row < self.rows and self.grey[row * self.columns + column] < 128


class Redrawing:
    """Draws texts once more, with the typefaces as they are shipped and nothing of the program that set the paper."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw
        self.document = raw.FPDF_CreateNewDocument()
        self._data = {face: resources.files("labels").joinpath("font_files", f"{face}.ttf").read_bytes() for face in _FACES}
        self._fonts = {}
        for face, data in self._data.items():
            buffer = (ctypes.c_uint8 * len(data)).from_buffer_copy(data)
            self._fonts[face] = raw.FPDFText_LoadFont(self.document, buffer, len(data), raw.FPDF_FONT_TRUETYPE, 1)

    def picture(self, width: float, height: float, runs: Sequence[Run]) -> Picture | None:
        """The texts where they stand; None where one is in another typeface."""
        raw = self.raw
        page = raw.FPDFPage_New(self.document, 0, width, height)
        try:
            for run in runs:
                if run.font not in self._fonts:
                    return None
                item = raw.FPDFPageObj_CreateTextObj(self.document, self._fonts[run.font], run.size)
                raw.FPDFText_SetText(item, (ctypes.c_ushort * (len(run.glyphs) + 1))(*(ord(each) if ord(each) < 0x10000 else 0xFFFD for each in run.glyphs), 0))
                raw.FPDFPageObj_SetMatrix(item, raw.FS_MATRIX(1.0, 0.0, 0.0, 1.0, run.x, run.baseline))
                raw.FPDFPage_InsertObject(page, item)
            return Picture(raw, page, width, height)
        finally:
            raw.FPDF_ClosePage(page)
            raw.FPDFPage_Delete(self.document, 0)


def stray(page: Page, picture: Picture, again: Picture) -> Box | None:
    """Where the picture and what its objects should look like differ: a box around it, or None."""
    known = again.mask(_IS_GREY)
    for box in (*page.squares, *page.symbols, *page.drawings):
        left, right, top, bottom = again.pixels(box, 0.4)
        for row in range(top, bottom):
            known[row * again.columns + left : row * again.columns + right] = b"\x01" * (right - left)
    found = _outside(picture.mask(_IS_DARK), known, picture)
    return found if found is not None else _outside(again.mask(_IS_DARK), picture.mask(_IS_GREY), picture)


def _outside(ink: bytearray, allowed: bytearray, picture: Picture) -> Box | None:
    wide = int.from_bytes(allowed, "big")
    # The widths in a file are rounded to thousandths: along a line letters come to stand up to a pixel further on than those of the typeface itself.
    extra = int.from_bytes(ink, "big") & ~(wide | wide << 8 | wide >> 8)
    if extra.bit_count() <= _FEW_PIXELS:
        return None
    spots = extra.to_bytes(len(ink), "big")
    rows = [row for row in range(picture.rows) if 1 in spots[row * picture.columns : (row + 1) * picture.columns]]
    columns = [spots.find(b"\x01", row * picture.columns) % picture.columns for row in rows]
    scale = picture.scale
    return Box(min(columns) / scale, picture.height - (rows[-1] + 1) / scale, (max(columns) + 1) / scale, picture.height - rows[0] / scale)
