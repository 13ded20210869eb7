"""The one allergy gate of every door: this patient's record and what was signed beside it, against the jar that a formula and its lots really make.

The pipeline builds it once for an order and hands it to every stage; no stage has another way to ask. Whatever goes wrong inside it is a fault, never a pass.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from compounding.domain import jar
from compounding.domain.formulary import Formulary
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.reasons import Reason, Severity, reason
from compounding.domain.screening import gate
from compounding.domain.screening.assessments import Assessment, assessment_of
from compounding.domain.screening.lexicon import Lexicon
from compounding.domain.screening.roles import KNOWN_OTHER
from compounding.domain.screening.screen import Screening
from compounding.domain.screening.statements import Effect
from compounding.domain.substances import Lot

_COUNTS = frozenset({Effect.ALLERGY, Effect.UNCLEAR, Effect.REVIEW})


@dataclass(frozen=True, slots=True, kw_only=True)
class AllergyGate:
    """Everything the gate depends on. Calling it with a formula gives every reason for and against."""

    screening: Screening
    formulary: Formulary
    lots: Mapping[str, Sequence[Lot]]
    lexicon: Lexicon
    on: date
    assessments: tuple[Assessment, ...] = ()

    def holds(self, formula: MasterFormulationRecord) -> frozenset[str]:
        """The allergens of the jar this formula makes with these lots."""
        return self._jar(formula).holds

    def __call__(self, formula: MasterFormulationRecord) -> tuple[Reason, ...]:
        filled = self._jar(formula)
        base = self.formulary.substances[formula.base].name.lower()
        verdict = gate.check(self.screening, holds=filled.holds, base=base, assessments=self.assessments)
        return tuple(dict.fromkeys((*filled.reasons, *verdict, *self._of_the_lists(filled, base))))

    def _of_the_lists(self, filled: jar.Jar, base: str) -> Iterator[Reason]:
        """What the record says of the ingredients that the lots' own lists name, or may name where no list was given (clinical rule 31)."""
        alike = self.formulary.ingredient_names.alike
        for read in self.screening.entries:
            for finding in read.reading.findings:
                told = finding.matched or finding.text
                if finding.effect is Effect.CLEARED or assessment_of(finding, read.entry, self.assessments, on=self.on) is not None:
                    continue
                if finding.allergen == KNOWN_OTHER:
                    for name in (name for name in filled.lists if alike(told, name)):
                        yield reason("BASE_INGREDIENT_ALLERGY", detail=f'"{told[:80]}", and a lot lists {name[:60]}', where=finding.source)
                    may = next((name for name in filled.may_list if alike(told, name)), None)
                else:
                    may = finding.allergen.replace("_", " ") if finding.allergen in filled.may_hold and finding.effect in _COUNTS else None
                if may is not None:
                    yield reason("BASE_INGREDIENTS_NOT_KNOWN", detail=f'"{told[:80]}", and some products called {base} hold {may}', where=finding.source)

    def _jar(self, formula: MasterFormulationRecord) -> jar.Jar:
        return jar.fill(formula, self.formulary, self.lots, self.lexicon, on=self.on)


def refusals(verdict: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """What in a verdict stops the jar."""
    return tuple(each for each in verdict if each.severity is not Severity.WARNING)
