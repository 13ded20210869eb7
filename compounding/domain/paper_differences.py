"""A paper that was set does not say what its content says: what is kept of it, and the refusal that stops it (clinical rule 29)."""

from dataclasses import dataclass

from compounding.domain.errors import LevigateError


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDifference:
    """One field in which what was read back is not what the record says. `where` names the page or label; both sides may hold patient data."""

    field: str
    where: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedPaper:
    """What is on record of a paper that was stopped: its kind and every difference."""

    kind: str
    differences: tuple[PaperDifference, ...]


class PaperDiffers(LevigateError):
    """`PAPER_DIFFERS`: the paper was read back and says something else than the record. The sentence names fields, never what stands in them."""

    def __init__(self, stopped: StoppedPaper, pdf: bytes) -> None:
        fields = ", ".join(dict.fromkeys(each.field for each in stopped.differences))
        super().__init__("PAPER_DIFFERS", f"the {stopped.kind} was read back and does not say what the record says ({fields}); it was not printed")
        self.stopped = stopped
        self.pdf = pdf
