"""The parts of the typefaces that go into a file: one fixed part for the common letters, made once for the process, and one more for rare ones.

ReportLab makes the font programs (`TTFontFace.makeSubset`); what it would make anew for every file is kept here. The fixed part is Windows-1252: English,
French, Spanish, German and the like, a face of some 18 kB in the file. A letter outside it goes into a further part with the other rare ones of that file, in
the order in which they come up, so that the same content gives the same bytes whatever was printed before.
"""

import codecs
import zlib
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from labels import fonts
from labels.errors import NotPrintable
from labels.fonts import Face

_FIRST_CODE, _CODES = 32, 256
_NO_CHARACTER = "\ufffe"
# The five places that Windows-1252 leaves free, and the sign for "delete": thin spaces and signs that French and figures use.
_FREE_PLACES = {0x81: "\u202f", 0x8D: "\u2212", 0x8F: "\u03bc", 0x90: "\u2010", 0x9D: "\u2009"}
_NO_BREAK_SPACE, _SOFT_HYPHEN, _DELETE = 0xA0, 0xAD, 0x7F
_PROGRAMS_KEPT = 64
# Lines that most labels share. In memory only.
_LINES_KEPT = 1024
_NAMES = {Face.REGULAR: "r", Face.BOLD: "b"}
_COMMON_NAMES = {face: f"{name}0" for face, name in _NAMES.items()}


@cache
def _common() -> tuple[str, dict[int, int]]:
    """The fixed part: the character of each code, and the code of each character as the codec machinery wants it."""
    known = fonts.glyphs()
    table = [_FREE_PLACES.get(code) or bytes([code]).decode("cp1252", "replace") for code in range(_CODES)]
    for code, character in enumerate(table):
        # Both spaces look alike; as ReportLab does, the plain one is set for both.
        if code < _FIRST_CODE or code in {_DELETE, _NO_BREAK_SPACE, _SOFT_HYPHEN} or ord(character) not in known:
            table[code] = _NO_CHARACTER
    codes = {ord(character): code for code, character in enumerate(table) if character != _NO_CHARACTER}
    codes[_NO_BREAK_SPACE] = _FIRST_CODE
    return "".join(table), codes


@dataclass(frozen=True, slots=True)
class FontProgram:
    """One part of a face, ready for a file: the compressed program, its length before, and widths and meaning of its codes."""

    program: bytes
    length: int
    widths: str
    meaning: bytes


@lru_cache(maxsize=_PROGRAMS_KEPT)
def font_program(face: Face, characters: str) -> FontProgram:
    """The part of the face with these characters at the codes of their positions."""
    from reportlab.pdfbase.ttfonts import makeToUnicodeCMap

    code_points = [0 if character == _NO_CHARACTER else ord(character) for character in characters]
    typeface = fonts.typeface(face).face
    with fonts.loading:
        program = typeface.makeSubset(code_points)
    meaning = makeToUnicodeCMap(face.value, code_points).encode("ascii")
    widths = " ".join(str(typeface.getCharWidth(code_point)) for code_point in code_points)
    return FontProgram(zlib.compress(program, 9), len(program), f"[ {widths} ]", zlib.compress(meaning, 9))


@lru_cache(maxsize=_LINES_KEPT)
def _common_text(text: str) -> str | None:
    """The line as PDF's own text in the fixed part's codes; None where it needs another part."""
    try:
        return _pdf_text(codecs.charmap_encode(text, "strict", _common()[1])[0])
    except UnicodeEncodeError:
        return None


def _pdf_text(run: bytes) -> str:
    from reportlab.lib.rl_accel import escapePDF

    return f"({escapePDF(run)})"


class FixedSubsets:
    """The faces of one file, its letters at fixed codes."""

    def __init__(self) -> None:
        self._codes = _common()[1]
        self._rare: dict[Face, dict[str, int]] = {}
        self._used: dict[Face, None] = {}

    def runs(self, text: str, face: Face) -> list[tuple[str, str]]:
        """The text in runs of one font each: the font's name in the file, and the codes as PDF's own text. Raises NotPrintable for what has no glyph."""
        common = _common_text(text)
        if common is None:
            return [(name, _pdf_text(run)) for name, run in self._mixed_runs(text, face)]
        self._used[face] = None
        return [(_COMMON_NAMES[face], common)]

    def _mixed_runs(self, text: str, face: Face) -> list[tuple[str, bytes]]:
        runs: list[tuple[str, bytes]] = []
        for character in text:
            part, code = 0, self._codes.get(ord(character))
            if code is None:
                part, code = self._rare_place(character, face)
            else:
                self._used[face] = None
            name = f"{_NAMES[face]}{part}"
            if runs and runs[-1][0] == name:
                runs[-1] = (name, runs[-1][1] + bytes([code]))
            else:
                runs.append((name, bytes([code])))
        return runs

    def _rare_place(self, character: str, face: Face) -> tuple[int, int]:
        if ord(character) not in fonts.glyphs():
            raise NotPrintable([f"U+{ord(character):04X}"])
        places = self._rare.setdefault(face, {})
        part, code = divmod(places.setdefault(character, len(places)), _CODES - _FIRST_CODE)
        return part + 1, code + _FIRST_CODE

    def add_to(self, document: Any) -> dict[str, Any]:
        """Put every part that was used into ReportLab's document; returns the references by the fonts' names."""
        found = {}
        for face in Face:
            rare = "".join(self._rare.get(face, ()))
            size = _CODES - _FIRST_CODE
            parts = [_common()[0], *(_NO_CHARACTER * _FIRST_CODE + rare[at : at + size] for at in range(0, len(rare), size))]
            for number, characters in enumerate(parts):
                if number or face in self._used:
                    name = f"{_NAMES[face]}{number}"
                    found[name] = _add_font(document, face, number, font_program(face, characters))
        return found


def _add_font(document: Any, face: Face, number: int, made: FontProgram) -> Any:
    from reportlab.pdfbase import pdfdoc
    from reportlab.pdfbase.ttfonts import FF_NONSYMBOLIC, FF_SYMBOLIC, SUBSETN

    typeface = fonts.typeface(face).face
    base_font = f"{SUBSETN(number).decode('ascii')}+{face.value}"

    def stream(content: bytes, **entries: object) -> Any:
        return document.Reference(pdfdoc.PDFStream(pdfdoc.PDFDictionary({"Filter": "/FlateDecode", **entries}), content))

    descriptor = pdfdoc.PDFDictionary(
        {
            "Type": "/FontDescriptor",
            "Ascent": typeface.ascent,
            "CapHeight": typeface.capHeight,
            "Descent": typeface.descent,
            "Flags": (typeface.flags & ~FF_NONSYMBOLIC) | FF_SYMBOLIC,
            "FontBBox": pdfdoc.PDFArray(typeface.bbox),
            "FontName": f"/{base_font}",
            "ItalicAngle": typeface.italicAngle,
            "StemV": typeface.stemV,
            "FontFile2": stream(made.program, Length1=made.length),
            "MissingWidth": typeface.defaultWidth,
        }
    )
    font = pdfdoc.PDFTrueTypeFont()
    font.BaseFont = base_font
    font.FirstChar, font.LastChar, font.Widths = 0, made.widths.count(" ") - 2, made.widths
    font.ToUnicode = stream(made.meaning)
    font.FontDescriptor = document.Reference(descriptor)
    return document.Reference(font)
