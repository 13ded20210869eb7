"""The weighing sheet: what to weigh of each component and from which lot, exactly and as the balance can show it."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from compounding.domain.derivation import Step
from compounding.domain.errors import LevigateError
from compounding.domain.hydrates import LotComposition
from compounding.domain.numbers import exact_number
from compounding.domain.substances import Lot

SHOWN_DIGITS = 12
"""Significant digits of an exact figure on screen and paper; a balance shows five."""


def shown(value: Fraction) -> str:
    """An exact figure of a sheet as screen and paper show it."""
    return exact_number(value, digits=SHOWN_DIGITS)


class CannotWeigh(LevigateError):
    """The plan asks for a weight this balance or this stock cannot give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighingLine:
    """One component from one lot: the exact mass and the mass to weigh, in grams, and how they came about.

    `composition` says what a gram of the drug's lot holds; it is None for every other component, as is
    `corrected`: whether the certificate's assay and water were used.
    """

    component: str
    name: str
    exact_g: Fraction
    to_weigh_g: Decimal
    lot: Lot | None
    composition: LotComposition | None
    corrected: bool | None
    derivation: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighingSheet:
    """Everything to weigh for one preparation. Masses in grams, percentages w/w of the finished preparation.

    The lines add up to `batch_g` exactly, both as exact figures and as weighed. A component that comes from several lots has a line for each.
    """

    formula_id: str
    formula_version: str
    amount_g: Decimal
    batch_g: Decimal
    percent: Decimal
    as_pentahydrate_g: Fraction
    as_anhydrous_g: Fraction
    zinc_oxide_percent: Fraction
    lines: tuple[WeighingLine, ...]
    totals: tuple[Step, ...]

    def lines_of(self, component: str) -> tuple[WeighingLine, ...]:
        """The lines of a component (substance id), one for each lot."""
        return tuple(line for line in self.lines if line.component == component)

    def line(self, component: str) -> WeighingLine:
        """The only line of a component that comes from one lot."""
        (line,) = self.lines_of(component)
        return line
