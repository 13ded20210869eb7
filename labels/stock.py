"""The papers we print on, in millimetres: label stock for the container, on rolls and sheets, and sheets for leaflet and worksheet.

The stocks are data (`stocks.toml`), each with where its measures come from and whether somebody has measured them.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal

from labels.errors import InvalidStock

POINTS_PER_MM = 72 / 25.4
PaperName = Literal["letter", "a4"]
Status = Literal["measured", "unverified"]

_PAPERS: Mapping[str, tuple[float, float]] = {"letter": (215.9, 279.4), "a4": (210.0, 297.0)}
_LONGEST_MM = 1000
MOST_OFFSET_MM = 5.0
"""A printer that is off by more than this does not need an offset, but its stock put in or its driver set right."""
# A hundredth of a millimetre, the rounding of inches.
_ROUNDING_MM = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class StockGrid:
    """Where the labels stand on a sheet: the first one's upper left corner, measured from the sheet's, and from one label's corner to the next."""

    paper: PaperName
    columns: int
    rows: int
    left_mm: float
    top_mm: float
    pitch_x_mm: float
    pitch_y_mm: float

    @property
    def places(self) -> int:
        """How many labels a sheet has."""
        return self.columns * self.rows


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelStock:
    """One size of paper. The margins are what the printer cannot reach or may shift by: nothing is placed there.

    Without a `grid` each label is a page of its own. `source` says where the measures come from. Raises InvalidStock for what no printer could hold.
    """

    name: str
    width_mm: float
    height_mm: float
    side_margin_mm: float
    end_margin_mm: float
    grid: StockGrid | None = None
    source: str = ""
    status: Status = "unverified"

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise InvalidStock("A label stock needs a name.")
        if self.status not in {"measured", "unverified"}:
            raise InvalidStock(f'{self.name}: its status is {self.status!r}; it has to be "measured" or "unverified".')
        for what in ("width_mm", "height_mm", "side_margin_mm", "end_margin_mm"):
            _above_zero(self.name, what, getattr(self, what))
        if self.width_mm > _LONGEST_MM or self.height_mm > _LONGEST_MM:
            raise InvalidStock(f"{self.name}: a side of more than {_LONGEST_MM} mm is no label.")
        if self.side_margin_mm * 2 >= self.width_mm or self.end_margin_mm * 2 >= self.height_mm:
            raise InvalidStock(f"{self.name}: the margins leave nothing to print on.")
        if self.grid is not None:
            _check_grid(self, self.grid)

    @property
    def places(self) -> int:
        """How many labels stand on one page."""
        return self.grid.places if self.grid else 1

    @property
    def page_mm(self) -> tuple[float, float]:
        """Width and height of what goes through the printer: the sheet, or the label itself."""
        return _PAPERS[self.grid.paper] if self.grid else (self.width_mm, self.height_mm)

    def corner_mm(self, place: int) -> tuple[float, float]:
        """The upper left corner of a place (1 = upper left, row by row), measured from the page's upper left corner: to the right and down."""
        if self.grid is None:
            return 0.0, 0.0
        row, column = divmod(place - 1, self.grid.columns)
        return self.grid.left_mm + column * self.grid.pitch_x_mm, self.grid.top_mm + row * self.grid.pitch_y_mm


@dataclass(frozen=True, slots=True)
class Position:
    """Where printing begins (1 = the sheet's first label, row by row), and by how far this printer has to be corrected.

    `right_mm` and `down_mm` move everything; negative ones to the left and up. Raises InvalidStock for an offset of more than 5 mm.
    """

    start: int = 1
    right_mm: float = 0.0
    down_mm: float = 0.0

    def __post_init__(self) -> None:
        if isinstance(self.start, bool) or not isinstance(self.start, int) or self.start < 1:
            raise InvalidStock(f"The first label to print on is {self.start!r}; labels on a sheet are counted from 1.")
        for what, value in (("to the right", self.right_mm), ("down", self.down_mm)):
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > MOST_OFFSET_MM:
                raise InvalidStock(f"The offset {what} is {value!r}; it has to be a number of millimetres between -{MOST_OFFSET_MM:g} and {MOST_OFFSET_MM:g}.")

    def check(self, stock: LabelStock) -> None:
        """Raise InvalidStock if the stock has no such place, or if the offset takes a label's printable part off the page."""
        if self.start > stock.places:
            if stock.grid is None:
                raise InvalidStock(f"{stock.name} is a roll: printing begins at label 1, not at {self.start}.")
            raise InvalidStock(f"A sheet of {stock.name} has labels 1 to {stock.places}; there is no label {self.start} to begin at.")
        (left, top), (right, bottom) = stock.corner_mm(1), stock.corner_mm(stock.places)
        page_width, page_height = stock.page_mm
        free = {
            "left": left + stock.side_margin_mm,
            "right": page_width - (right + stock.width_mm - stock.side_margin_mm),
            "up": top + stock.end_margin_mm,
            "down": page_height - (bottom + stock.height_mm - stock.end_margin_mm),
        }
        moved = {"left": -self.right_mm, "right": self.right_mm, "up": -self.down_mm, "down": self.down_mm}
        for side, free_mm in free.items():
            if moved[side] > free_mm + _ROUNDING_MM:
                raise InvalidStock(f"An offset of {moved[side]:g} mm {side} would print beyond the edge of {stock.name}: at most {free_mm:.1f} mm.")


def _above_zero(name: str, what: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
        raise InvalidStock(f"{name}: {what} is {value!r}; it has to be a number of millimetres above 0.")


def _check_grid(stock: LabelStock, grid: StockGrid) -> None:
    """Raise InvalidStock for a grid that leaves its sheet, or whose labels overlap each other."""
    if grid.paper not in _PAPERS:
        raise InvalidStock(f'{stock.name}: there is no paper called "{grid.paper}": use "letter" or "a4".')
    for what in ("columns", "rows"):
        count = getattr(grid, what)
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise InvalidStock(f"{stock.name}: {what} is {count!r}; a sheet has at least 1.")
    for what in ("left_mm", "top_mm", "pitch_x_mm", "pitch_y_mm"):
        value = getattr(grid, what)
        # A label may begin at the very edge of its sheet.
        _above_zero(stock.name, what, value if value != 0 or what.startswith("pitch") else 1)
    if (grid.columns > 1 and grid.pitch_x_mm < stock.width_mm - _ROUNDING_MM) or (grid.rows > 1 and grid.pitch_y_mm < stock.height_mm - _ROUNDING_MM):
        raise InvalidStock(f"{stock.name}: the labels overlap each other, since the pitch is smaller than a label.")
    right_mm, bottom_mm = stock.corner_mm(grid.places)
    page_width_mm, page_height_mm = stock.page_mm
    if right_mm + stock.width_mm > page_width_mm + _ROUNDING_MM or bottom_mm + stock.height_mm > page_height_mm + _ROUNDING_MM:
        raise InvalidStock(f"{stock.name}: {grid.columns} columns and {grid.rows} rows of labels do not stand on {grid.paper} paper.")


def read_stocks(text: str) -> Mapping[str, LabelStock]:
    """The stocks of a table in TOML, by name and in order. Raises InvalidStock for a table that is no table of stocks, or two of one name."""
    try:
        rows: list[dict[str, Any]] = tomllib.loads(text)["stock"]
        stocks = [LabelStock(**{**row, "grid": StockGrid(**row["grid"]) if "grid" in row else None}) for row in rows]
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise InvalidStock(f"The table of label stocks cannot be read: {error}.") from error
    found = {stock.name: stock for stock in stocks}
    if len(found) < len(stocks):
        raise InvalidStock("Two label stocks have the same name.")
    return MappingProxyType(found)


STOCKS: Mapping[str, LabelStock] = read_stocks((resources.files("labels") / "stocks.toml").read_text(encoding="utf-8"))
THERMAL_4_X_3_IN = STOCKS["thermal 4 x 3 in"]
THERMAL_4_X_2_5_IN = STOCKS["thermal 4 x 2.5 in"]
THERMAL_3_X_2_IN = STOCKS["thermal 3 x 2 in"]
DEFAULT = THERMAL_4_X_3_IN

LETTER = LabelStock(name="letter", width_mm=_PAPERS["letter"][0], height_mm=_PAPERS["letter"][1], side_margin_mm=17.0, end_margin_mm=14.0)
A4 = LabelStock(name="a4", width_mm=_PAPERS["a4"][0], height_mm=_PAPERS["a4"][1], side_margin_mm=17.0, end_margin_mm=14.0)


def sheet(paper: str) -> LabelStock:
    """The sheet of that name; an unknown name is refused, never replaced by a default that the tray does not hold."""
    if paper == LETTER.name:
        return LETTER
    if paper == A4.name:
        return A4
    raise InvalidStock(f'There is no paper called "{paper}": use "letter" or "a4".')
