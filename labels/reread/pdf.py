"""Reads the objects of a page with PDFium: every text as it is set, every filled shape, and whatever has no business on our paper."""

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from labels.reread.found import Box

_BLACK = (0, 0, 0, 255)
_FILLED = 0
_HYPHENS = {0x02: "-", 0xFFFE: "-"}
_BLANKS = dict.fromkeys([*range(0x2000, 0x200B), 0x09, 0xA0, 0x202F, 0x205F], " ")
_SEVERAL_BLANKS = re.compile(" {2,}")
_NO_INK_PT = 0.01
_TILT = 1e-4
_MODULE_PT, _MODULE_TOLERANCE_PT = 4 * 72 / 203, 1e-3
_KINDS = {1: "text", 2: "path", 3: "image", 4: "shading", 5: "form"}


@dataclass(slots=True)
class Run:
    """A text object: its text with plain blanks, the very characters it is set with, its size in points, where its baseline begins, the box of its ink."""

    text: str
    glyphs: str
    font: str
    size: float
    x: float
    baseline: float
    box: Box


@dataclass(slots=True)
class Page:
    """One page. `squares` are the parts of filled shapes, `symbols` codes, `drawings` shapes in a measure of their own; `faults` is what
    nothing on our paper is."""

    width: float
    height: float
    runs: list[Run] = field(default_factory=list)
    squares: list[Box] = field(default_factory=list)
    symbols: list[Box] = field(default_factory=list)
    drawings: list[Box] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read_page(raw: Any, page: Any) -> Page:
    """The page's objects. `raw` is pypdfium2.raw."""
    read = Page(width=raw.FPDF_GetPageWidthF(page), height=raw.FPDF_GetPageHeightF(page))
    if raw.FPDFPage_GetRotation(page):
        read.faults.append("the page is turned")
    if raw.FPDFPage_GetAnnotCount(page):
        read.faults.append("there are annotations or form fields")
    _check_boxes(raw, page, read)
    textpage = raw.FPDFText_LoadPage(page)
    try:
        said = _characters(raw, textpage)
        for number in range(raw.FPDFPage_CountObjects(page)):
            _read_object(raw, raw.FPDFPage_GetObject(page, number), said, read)
        if said:
            read.faults.append("there is text that belongs to no object of the page")
    finally:
        raw.FPDFText_ClosePage(textpage)
    return read


def _check_boxes(raw: Any, page: Any, read: Page) -> None:
    edges = [ctypes.c_float() for _ in range(4)]
    for name, get in (("media", raw.FPDFPage_GetMediaBox), ("crop", raw.FPDFPage_GetCropBox)):
        if get(page, *edges) and any(abs(a.value - b) > 0.01 for a, b in zip(edges, (0.0, 0.0, read.width, read.height), strict=True)):
            read.faults.append(f"the {name} box is not the page")


def _characters(raw: Any, textpage: Any) -> dict[int, list[str]]:
    """The characters of each text object, by its address; what PDFium itself adds between words and lines is left out."""
    said: dict[int, list[str]] = {}
    for index in range(raw.FPDFText_CountChars(textpage)):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if raw.FPDFText_IsGenerated(textpage, index) == 1 and code not in _HYPHENS:
            continue
        owner = raw.FPDFText_GetTextObject(textpage, index)
        key = ctypes.cast(owner, ctypes.c_void_p).value or 0
        said.setdefault(key, []).append(_HYPHENS.get(code) or (chr(code) if code and not raw.FPDFText_HasUnicodeMapError(textpage, index) else "\ufffd"))
    return said


def _read_object(raw: Any, item: Any, said: dict[int, list[str]], read: Page) -> None:
    kind = _KINDS.get(raw.FPDFPageObj_GetType(item), "something unknown")
    if kind not in {"text", "path"}:
        read.faults.append(f"there is an object of another kind: {kind}")
        return
    clip = raw.FPDFPageObj_GetClipPath(item)
    if clip and raw.FPDFClipPath_CountPaths(clip) > 0:
        read.faults.append(f"a {kind} is clipped")
    colour = [ctypes.c_uint() for _ in range(4)]
    if not raw.FPDFPageObj_GetFillColor(item, *colour) or tuple(each.value for each in colour) != _BLACK:
        read.faults.append(f"a {kind} is not black")
    if raw.FPDFPageObj_HasTransparency(item):
        read.faults.append(f"a {kind} is transparent")
    if kind == "text":
        _read_text(raw, item, said.pop(ctypes.cast(item, ctypes.c_void_p).value or 0, []), read)
    else:
        _read_path(raw, item, read)


def _read_text(raw: Any, item: Any, letters: list[str], read: Page) -> None:
    matrix, size = raw.FS_MATRIX(), ctypes.c_float()
    raw.FPDFPageObj_GetMatrix(item, matrix)
    raw.FPDFTextObj_GetFontSize(item, size)
    if abs(matrix.b) > _TILT or abs(matrix.c) > _TILT or abs(matrix.a - matrix.d) > _TILT or matrix.a <= 0:
        read.faults.append("a text is turned, tilted or squeezed")
    if raw.FPDFTextObj_GetTextRenderMode(item) != _FILLED:
        read.faults.append("a text is not set as ink")
    font = raw.FPDFTextObj_GetFont(item)
    if raw.FPDFFont_GetIsEmbedded(font) != 1:
        read.faults.append("a typeface is not in the file")
    name = ctypes.create_string_buffer(128)
    raw.FPDFFont_GetBaseFontName(font, name, 128)
    box = _bounds(raw, item)
    glyphs = "".join(letters)
    if not glyphs and (box.right - box.left < _NO_INK_PT or box.top - box.bottom < _NO_INK_PT):
        # A blank between two letters of another font stands alone, and PDFium does not count it as text.
        glyphs = " "
    if not glyphs:
        read.faults.append("a text cannot be read")
        return
    family = name.value.decode("ascii", "replace").rpartition("+")[2]
    box = box if glyphs.strip() else Box(matrix.e, matrix.f, matrix.e, matrix.f)
    read.runs.append(Run(_SEVERAL_BLANKS.sub(" ", glyphs.translate(_BLANKS)), glyphs, family, size.value * matrix.a, matrix.e, matrix.f, box))


def _bounds(raw: Any, item: Any) -> Box:
    edges = [ctypes.c_float() for _ in range(4)]
    raw.FPDFPageObj_GetBounds(item, *edges)
    return Box(*(each.value for each in edges))


def _read_path(raw: Any, item: Any, read: Page) -> None:
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(item, mode, stroke) or not mode.value or stroke.value:
        read.faults.append("a shape is not filled, or has an outline")
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, matrix)
    if abs(matrix.b) > _TILT or abs(matrix.c) > _TILT:
        read.faults.append("a shape is turned")
    if abs(matrix.a - 1) > _TILT:
        # A code is drawn in its own measure, a module to the unit; what it holds is held against the picture of the page. A drawing has a measure of its own.
        (read.symbols if abs(matrix.a - _MODULE_PT) < _MODULE_TOLERANCE_PT else read.drawings).append(_bounds(raw, item))
        return
    read.squares.extend(_parts(raw, item))


def _parts(raw: Any, item: Any) -> Iterator[Box]:
    """The box of every closed part of a path."""
    x, y = ctypes.c_float(), ctypes.c_float()
    xs: list[float] = []
    ys: list[float] = []
    for number in range(raw.FPDFPath_CountSegments(item)):
        segment = raw.FPDFPath_GetPathSegment(item, number)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO and xs:
            yield Box(min(xs), min(ys), max(xs), max(ys))
            xs, ys = [], []
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        xs.append(x.value)
        ys.append(y.value)
    if xs:
        yield Box(min(xs), min(ys), max(xs), max(ys))
