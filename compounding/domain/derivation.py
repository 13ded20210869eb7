"""How a figure came about: every number that is shown carries its name, formula, numbers put in, result and source."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One figure's derivation: its name, the formula in words, the numbers put in, the result, the unit, the source."""

    name: str
    formula: str
    substitution: str
    value: str
    unit: str
    source: str

    @property
    def told(self) -> dict[str, str]:
        """The step as it is exchanged."""
        return asdict(self)
