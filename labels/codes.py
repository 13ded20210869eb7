"""The two-dimensional codes on paper: zxing-cpp makes the symbol, and we draw it as rectangles that stay sharp at any resolution."""

import math
import re
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import compress
from typing import Any

from compounding.domain.label_content import CodeKind
from labels.errors import NotPrintable, PaperError
from labels.stock import POINTS_PER_MM

# Four dots of a 203-dpi label printer, 0.5005 mm: modules of whole dots print with clean edges.
_DOTS_PER_MODULE = 4
DOT_PT = 72 / 203
MODULE_PT = _DOTS_PER_MODULE * DOT_PT
MODULE_MM = MODULE_PT / POINTS_PER_MM
# The standard of the DataMatrix asks for one clear module; a rule or a letter within two made symbols unreadable in our trials.
QUIET_MODULES = 2
# The standard of the QR code asks for four.
QR_QUIET_MODULES = 4

_GS1 = re.compile(r"(?:\(\d{2,4}\)[^()]+)+")
_DARK = re.compile(rb"\x00+")
_DARK_TO_ONE = bytes([1, *[0] * 255])


@dataclass(frozen=True)
class Symbol:
    """A square symbol: `modules` row by row from the top, a zero byte for each dark one."""

    side: int
    modules: bytes
    quiet_modules: int = QUIET_MODULES

    @property
    def side_with_quiet_zone_pt(self) -> float:
        """The side in points with the clear space on both sides that has to stay free."""
        return (self.side + 2 * self.quiet_modules) * MODULE_PT

    @cached_property
    def rectangles(self) -> tuple[tuple[int, int, int, int], ...]:
        """The dark runs of the rows as (column, row from the top, columns, rows), counted in modules."""
        side = self.side
        spans = [(row, match.span()) for row in range(side) for match in _DARK.finditer(self.modules, row * side, row * side + side)]
        return tuple([(start - row * side, row, end - start, 1) for row, (start, end) in spans])

    @cached_property
    def path(self) -> str:
        """The dark modules as one path of PDF operators, a module to the unit, from the symbol's lower left corner."""
        return " ".join(compress(_squares(self.side), self.modules.translate(_DARK_TO_ONE)))


@cache
def _squares(side: int) -> tuple[str, ...]:
    """The operators for every module. Squares that touch leave no seam within one path, and to pick them out is faster than to join them."""
    return tuple([f"{column} {side - 1 - row} 1 1 re" for row in range(side) for column in range(side)])


def data_matrix(code: str, kind: CodeKind = CodeKind.DATA_MATRIX) -> Symbol:
    """The code as a square DataMatrix. GS1 text stands in element-string form with bracketed identifiers.

    Raises PaperError: CODE_MISSING, CODE_NOT_GS1, NOT_PRINTABLE for other characters than ASCII, DOES_NOT_FIT.
    """
    if kind is CodeKind.GS1_DATA_MATRIX and code and not _GS1.fullmatch(code):
        raise PaperError("CODE_NOT_GS1", "A GS1 code is written as identifiers in brackets, each followed by its value.")
    return _symbol(code, "DataMatrix", QUIET_MODULES, force_square=True, gs1=kind is CodeKind.GS1_DATA_MATRIX)


def qr(text: str) -> Symbol:
    """The text, an address for instance, as a QR code that may lose 15 % of its modules (level M). Raises PaperError as `data_matrix` does."""
    return _symbol(text, "QRCode", QR_QUIET_MODULES, ec_level="M")


def _symbol(code: str, form: str, quiet_modules: int, **options: object) -> Symbol:
    import zxingcpp

    if not code:
        raise PaperError("CODE_MISSING", "The paper needs a code to be found again by, and none was given.")
    if strange := dict.fromkeys(character for character in code if not " " <= character <= "~"):
        # Scanners guess what such bytes mean: Ä came back as a Japanese letter.
        raise NotPrintable(f"U+{ord(character):04X} in a code" for character in strange)
    try:
        barcode: Any = zxingcpp.create_barcode(code, getattr(zxingcpp.BarcodeFormat, form), **options)
    except ValueError as error:
        raise PaperError("DOES_NOT_FIT", f"The code of {len(code)} characters does not fit a {form}.") from error
    modules = bytes(memoryview(barcode.to_image(scale=1, add_quiet_zones=False)))
    # One byte for each module, and the symbol is square.
    side = math.isqrt(len(modules))
    return Symbol(side, modules, quiet_modules)
