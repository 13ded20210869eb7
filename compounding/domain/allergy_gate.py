"""The one allergy gate of every door: this patient's record and what was signed beside it, against the jar that a formula and its lots really make.

The pipeline builds it once for an order and hands it to every stage; no stage has another way to ask. Whatever goes wrong inside it is a fault, never a pass.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from compounding.domain import jar
from compounding.domain.formulary import Formulary
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.reasons import Reason, Severity
from compounding.domain.screening import gate
from compounding.domain.screening.assessments import Assessment
from compounding.domain.screening.lexicon import Lexicon
from compounding.domain.screening.screen import Screening
from compounding.domain.substances import Lot


@dataclass(frozen=True, slots=True, kw_only=True)
class AllergyGate:
    """Everything the gate depends on. Calling it with a formula gives every reason for and against."""

    screening: Screening
    formulary: Formulary
    lots: Mapping[str, Lot]
    lexicon: Lexicon
    on: date
    assessments: tuple[Assessment, ...] = ()

    def holds(self, formula: MasterFormulationRecord) -> frozenset[str]:
        """The allergens of the jar this formula makes with these lots."""
        return self._jar(formula).holds

    def __call__(self, formula: MasterFormulationRecord) -> tuple[Reason, ...]:
        filled = self._jar(formula)
        base = self.formulary.substances[formula.base].name.lower()
        return (*filled.reasons, *gate.check(self.screening, holds=filled.holds, base=base, assessments=self.assessments))

    def _jar(self, formula: MasterFormulationRecord) -> jar.Jar:
        return jar.fill(formula, self.formulary, self.lots, self.lexicon, on=self.on)


def refusals(verdict: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """What in a verdict stops the jar."""
    return tuple(each for each in verdict if each.severity is not Severity.WARNING)
