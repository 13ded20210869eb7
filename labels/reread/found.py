"""What the reader answers: one difference between a paper and what it should say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The field it is about, where on the paper ("label 2", "page 1"), and both sides. The sides may hold patient data; `told_without_values` does not."""

    field: str
    where: str
    expected: str
    found: str

    def told_without_values(self) -> str:
        """Field and place alone, for logs."""
        return f"{self.field} ({self.where})"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points from the page's lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: "Box", room: float = 0.0) -> bool:
        """Whether the two share more than an edge; with `room` also whether they are nearer than that."""
        return self.left < other.right + room and other.left < self.right + room and self.bottom < other.top + room and other.bottom < self.top + room

    def lies_in(self, other: "Box", tolerance: float) -> bool:
        """Whether it lies wholly within the other."""
        return (
            self.left >= other.left - tolerance and self.right <= other.right + tolerance and self.bottom >= other.bottom - tolerance
            and self.top <= other.top + tolerance
        )  # fmt: skip

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    def __str__(self) -> str:
        return f"{self.left:.1f} to {self.right:.1f} pt from the left, {self.bottom:.1f} to {self.top:.1f} pt from the bottom"
