"""The two typefaces, their measures and which characters they can set: Noto Sans Regular and Bold, shipped with the package.

ReportLab is loaded when a face is first used, so that importing `labels` costs nothing.
"""

import io
import threading
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import resources


class Face(Enum):
    """A typeface; the value is its file's stem."""

    REGULAR = "NotoSans-Regular"
    BOLD = "NotoSans-Bold"

    @property
    def registered_name(self) -> str:
        """The name ReportLab knows it by, with our prefix, so that another program's font of the same name is left alone."""
        return f"Levigate-{self.value}"


# Shares of the point size, measured from the baseline: every letter with one accent stays within them. Together they make the line
# spacing, so that lines set at that spacing touch at most. USP <17> asks for a spacing 25 to 30 % above the point size.
ASCENT = 1.02
DESCENT = 0.25
LINE_SPACING = ASCENT + DESCENT
CAP_HEIGHT = 0.714

_loading = threading.Lock()


@dataclass(frozen=True, slots=True)
class Style:
    """A face at a size in points."""

    face: Face
    size_pt: float

    @property
    def leading_pt(self) -> float:
        """From one baseline to the next."""
        return self.size_pt * LINE_SPACING


@cache
def _load(face: Face) -> frozenset[int]:
    """Register the face once for the whole process, and say which code points it has a glyph for."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    with _loading:
        data = resources.files("labels").joinpath("font_files", f"{face.value}.ttf").read_bytes()
        font = TTFont(face.registered_name, io.BytesIO(data))
        pdfmetrics.registerFont(font)
        return frozenset(font.face.charToGlyph)


@cache
def glyphs() -> frozenset[int]:
    """The code points that both faces have: text may be set in either, so a character in only one of them does not count."""
    return _load(Face.REGULAR) & _load(Face.BOLD)


def width_pt(text: str, style: Style) -> float:
    """The advance width of one line of text, in points."""
    from reportlab.pdfbase import pdfmetrics

    _load(style.face)
    return float(pdfmetrics.stringWidth(text, style.face.registered_name, style.size_pt))
