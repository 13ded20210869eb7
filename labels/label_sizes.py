"""The sizes of letters and gaps on a container label: for labels of the usual size, and as small as USP <17> allows for small ones."""

from dataclasses import dataclass

from labels.fonts import Face, Style
from labels.stock import LabelStock

_SMALL_MM2 = 4000
"""Half of the default label: on less than this, every point counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSizes:
    """USP <17> wants critical text at 11 pt or more in a sans-serif face; nothing is below 8 pt."""

    mark_pt: float
    name: Style
    drug: Style
    number: Style
    continued: Style
    critical: Style
    warning: Style
    detail: Style
    between_groups_pt: float
    between_paragraphs_pt: float
    head_rule_room_pt: float


USUAL = LabelSizes(
    mark_pt=8.5,
    name=Style(Face.BOLD, 13.0),
    drug=Style(Face.BOLD, 11.0),
    number=Style(Face.REGULAR, 9.0),
    continued=Style(Face.BOLD, 9.0),
    critical=Style(Face.REGULAR, 11.0),
    warning=Style(Face.REGULAR, 9.0),
    detail=Style(Face.REGULAR, 8.0),
    between_groups_pt=5.0,
    between_paragraphs_pt=2.0,
    head_rule_room_pt=5.0,
)
SMALL = LabelSizes(
    mark_pt=8.0,
    name=Style(Face.BOLD, 11.0),
    drug=Style(Face.BOLD, 11.0),
    number=Style(Face.REGULAR, 8.0),
    continued=Style(Face.BOLD, 8.0),
    critical=Style(Face.REGULAR, 11.0),
    warning=Style(Face.REGULAR, 8.0),
    detail=Style(Face.REGULAR, 8.0),
    between_groups_pt=3.0,
    between_paragraphs_pt=1.0,
    head_rule_room_pt=3.0,
)


def sizes_for(stock: LabelStock) -> LabelSizes:
    """The sizes for labels of this stock."""
    return SMALL if stock.width_mm * stock.height_mm < _SMALL_MM2 else USUAL
