"""The DataMatrix on label and worksheet: zxing-cpp makes the symbol, and we draw it as rectangles that stay sharp at any resolution."""

from dataclasses import dataclass
from typing import Any, cast

from labels.errors import PaperError
from labels.stock import POINTS_PER_MM

# Four dots of a 203-dpi label printer, 0.5005 mm: modules of whole dots print with clean edges.
_DOTS_PER_MODULE = 4
DOT_PT = 72 / 203
MODULE_PT = _DOTS_PER_MODULE * DOT_PT
MODULE_MM = MODULE_PT / POINTS_PER_MM
# The standard asks for one clear module; a rule or a letter within two made symbols unreadable in our trials.
QUIET_MODULES = 2


@dataclass(frozen=True, slots=True)
class Symbol:
    """A square symbol, counted in modules: `rectangles` are its dark parts as (column, row from the top, columns, rows)."""

    side: int
    rectangles: tuple[tuple[int, int, int, int], ...]

    @property
    def side_with_quiet_zone_pt(self) -> float:
        """The side in points with the clear space on both sides that has to stay free."""
        return (self.side + 2 * QUIET_MODULES) * MODULE_PT


def data_matrix(code: str) -> Symbol:
    """The code as a square DataMatrix."""
    import zxingcpp

    if not code:
        raise PaperError("CODE_MISSING", "The paper needs a code to be found again by, and none was given.")
    try:
        barcode = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    except ValueError as error:
        raise PaperError("DOES_NOT_FIT", f"The code of {len(code)} characters does not fit a DataMatrix.") from error
    image: Any = barcode.to_image(scale=1, add_quiet_zones=False)
    rows = cast("list[list[int]]", memoryview(image).tolist())
    dark = [[value == 0 for value in row] for row in rows]
    return Symbol(side=len(dark), rectangles=tuple(_rectangles(dark)))


def _rectangles(dark: list[list[bool]]) -> list[tuple[int, int, int, int]]:
    """The dark modules as runs along each row, a run joined to an equal one above it: a quarter of the squares to draw."""
    found: list[tuple[int, int, int, int]] = []
    growing: dict[tuple[int, int], tuple[int, int]] = {}
    for row_number, row in enumerate([*dark, []]):
        runs = _runs(row)
        for (column, columns), (first, rows) in list(growing.items()):
            if (column, columns) not in runs:
                found.append((column, first, columns, rows))
                del growing[column, columns]
        for run in runs:
            first, rows = growing.get(run, (row_number, 0))
            growing[run] = (first, rows + 1)
    return found


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    start = 0
    for column, is_dark in enumerate([*row, False]):
        if not is_dark:
            if column > start:
                runs.append((start, column - start))
            start = column + 1
    return runs
