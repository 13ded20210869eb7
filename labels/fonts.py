"""The two typefaces, their measures and which characters they can set: Noto Sans Regular and Bold, shipped with the package.

ReportLab is loaded when a face is first used, so that importing `labels` costs nothing.
"""

import io
import threading
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from importlib import resources
from typing import Any


class Face(Enum):
    """A typeface; the value is its file's stem."""

    REGULAR = "NotoSans-Regular"
    BOLD = "NotoSans-Bold"

    # One object for each member: the identity is as good as the hash of the name, and much faster in the memos below.
    __hash__ = object.__hash__

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

_UNITS_PER_POINT_SIZE = 1000
# Words, not whole texts: a few thousand of them make up most of what is ever printed. Kept in memory only.
_WORDS_KEPT = 8192

loading = threading.Lock()
"""Held while ReportLab reads a font file: its reader has one position for everybody."""
_typefaces: dict[Face, Any] = {}


@dataclass(frozen=True, slots=True)
class Style:
    """A face at a size in points."""

    face: Face
    size_pt: float

    @property
    def leading_pt(self) -> float:
        """From one baseline to the next."""
        return self.size_pt * LINE_SPACING


def typeface(face: Face) -> Any:
    """ReportLab's font of this face, registered once for the whole process."""
    return _typefaces.get(face) or _load(face)


def _load(face: Face) -> Any:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    with loading:
        # Another thread may have been first.
        if face not in _typefaces:
            data = resources.files("labels").joinpath("font_files", f"{face.value}.ttf").read_bytes()
            font = TTFont(face.registered_name, io.BytesIO(data))
            pdfmetrics.registerFont(font)
            _typefaces[face] = font
        return _typefaces[face]


@cache
def glyphs() -> frozenset[int]:
    """The code points that both faces have: text may be set in either, so a character in only one of them does not count."""
    return frozenset(typeface(Face.REGULAR).face.charToGlyph) & frozenset(typeface(Face.BOLD).face.charToGlyph)


@lru_cache(maxsize=_WORDS_KEPT)
def units(text: str, face: Face) -> int:
    """The advance width of one line of text in thousandths of the point size. The faces have no kerning here: widths add up exactly."""
    width: float = typeface(face).stringWidth(text, _UNITS_PER_POINT_SIZE)
    return round(width)


def width_of_units_pt(count: int, style: Style) -> float:
    """So many of the face's units in points."""
    return count * style.size_pt / _UNITS_PER_POINT_SIZE


def width_pt(text: str, style: Style) -> float:
    """The advance width of one line of text, in points."""
    return units(text, style.face) * style.size_pt / _UNITS_PER_POINT_SIZE
