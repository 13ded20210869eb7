"""The papers we print on, in millimetres: label stock for the container, sheets for leaflet and worksheet."""

import math
from dataclasses import dataclass
from typing import Literal

from labels.errors import InvalidStock

POINTS_PER_MM = 72 / 25.4
PaperName = Literal["letter", "a4"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelStock:
    """One size of paper. The margins are what the printer cannot reach or may shift by: nothing is placed there."""

    name: str
    width_mm: float
    height_mm: float
    side_margin_mm: float
    end_margin_mm: float

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise InvalidStock("A label stock needs a name.")
        for what in ("width_mm", "height_mm", "side_margin_mm", "end_margin_mm"):
            value = getattr(self, what)
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
                raise InvalidStock(f"{self.name}: {what} is {value!r}; it has to be a number of millimetres above 0.")
        if self.width_mm > 1000 or self.height_mm > 1000:
            raise InvalidStock(f"{self.name}: a side of more than 1000 mm is no label.")
        if self.side_margin_mm * 2 >= self.width_mm or self.end_margin_mm * 2 >= self.height_mm:
            raise InvalidStock(f"{self.name}: the margins leave nothing to print on.")


THERMAL_4_X_2_5_IN = LabelStock(name="thermal 4 x 2.5 in", width_mm=101.6, height_mm=63.5, side_margin_mm=3.0, end_margin_mm=2.0)
THERMAL_4_X_3_IN = LabelStock(name="thermal 4 x 3 in", width_mm=101.6, height_mm=76.2, side_margin_mm=3.0, end_margin_mm=2.0)
THERMAL_3_X_2_IN = LabelStock(name="thermal 3 x 2 in", width_mm=76.2, height_mm=50.8, side_margin_mm=2.5, end_margin_mm=2.0)
DEFAULT = THERMAL_4_X_3_IN
STOCKS = {stock.name: stock for stock in (THERMAL_4_X_2_5_IN, THERMAL_4_X_3_IN, THERMAL_3_X_2_IN)}

LETTER = LabelStock(name="letter", width_mm=215.9, height_mm=279.4, side_margin_mm=17.0, end_margin_mm=14.0)
A4 = LabelStock(name="a4", width_mm=210.0, height_mm=297.0, side_margin_mm=17.0, end_margin_mm=14.0)


def sheet(paper: str) -> LabelStock:
    """The sheet of that name; an unknown name is refused, never replaced by a default that the tray does not hold."""
    if paper == LETTER.name:
        return LETTER
    if paper == A4.name:
        return A4
    raise InvalidStock(f'There is no paper called "{paper}": use "letter" or "a4".')
