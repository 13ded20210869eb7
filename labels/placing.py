"""Where everything stands on a page, and the proof that nothing is overprinted, cut off or too near a code."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from labels.errors import DoesNotFit, quoted

# Boxes that touch are no overlap; a twentieth of a point is a sixtieth of a millimetre and below one printer dot.
_TOLERANCE_PT = 0.05


# Named tuples, for they are made by the hundred for every page.
class Box(NamedTuple):
    """A rectangle in points, measured from the page's lower left corner."""

    left_pt: float
    bottom_pt: float
    right_pt: float
    top_pt: float

    def overlaps(self, other: "Box") -> bool:
        """Whether the two share more than an edge."""
        return (
            self.left_pt < other.right_pt - _TOLERANCE_PT
            and other.left_pt < self.right_pt - _TOLERANCE_PT
            and self.bottom_pt < other.top_pt - _TOLERANCE_PT
            and other.bottom_pt < self.top_pt - _TOLERANCE_PT
        )

    def is_inside(self, other: "Box") -> bool:
        """Whether it stands wholly within the other."""
        return (
            self.left_pt >= other.left_pt - _TOLERANCE_PT
            and self.right_pt <= other.right_pt + _TOLERANCE_PT
            and self.bottom_pt >= other.bottom_pt - _TOLERANCE_PT
            and self.top_pt <= other.top_pt + _TOLERANCE_PT
        )


class Placed(NamedTuple):
    """One thing on a page. A code's box includes its quiet zone; a rule's is the ink itself; `size_pt` is a text's point size."""

    kind: Literal["text", "code", "rule", "drawing"]
    what: str
    box: Box
    size_pt: float = 0.0

    def __str__(self) -> str:
        return quoted(self.what) if self.kind == "text" else f"the {self.what}"


def check_page(placed: Sequence[Placed], printable_area: Box) -> None:
    """Raise DoesNotFit if anything leaves the printable area, or if two things share a spot; only rules may cross each other."""
    for thing in placed:
        if not thing.box.is_inside(printable_area):
            raise DoesNotFit(f"{thing} would stand outside the printable area.")
    check_overlaps(placed)


def check_overlaps(placed: Sequence[Placed]) -> None:
    """Raise DoesNotFit if two things share a spot; only rules may cross each other."""
    # Sorted from the top down, a thing can only meet those that begin before it ends. Lines of text are long and low: that leaves few.
    ordered = sorted(placed, key=_height, reverse=True)
    for number, thing in enumerate(ordered):
        kind, _, (left_pt, bottom_pt, right_pt, _), _ = thing
        for other in ordered[number + 1 :]:
            box = other.box
            if box.top_pt <= bottom_pt:
                break
            if box.left_pt < right_pt and box.right_pt > left_pt and thing.box.overlaps(box) and not kind == other.kind == "rule":
                raise DoesNotFit(f"{_first(thing, other)} would stand on the same spot.")


def _height(thing: Placed) -> float:
    return thing.box.top_pt


def _first(one: Placed, other: Placed) -> str:
    """Both by name, the one further to the left first."""
    first, second = sorted((one, other), key=lambda thing: thing.box.left_pt)
    return f"{first} and {second}"
