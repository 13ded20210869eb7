"""The formulas a pharmacy may use, and whether its designated person has approved them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.ingredient_names import IngredientNames
from compounding.domain.substances import Status, Substance


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A designated person's approval of one version of one text, bound to its fingerprint (clinical rules 19 and 27)."""

    of: str
    version: str
    sha256: str
    by: str
    on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Something published that no formula here makes: information only, with its source and how far that was checked."""

    what: str
    caution: str
    source: str
    status: Status

    @property
    def in_words(self) -> str:
        """The alternative as a person reads it."""
        return f"{self.what} ({self.caution})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Formulary:
    """The formulas by id, the substances they name, and how the names on a lot's ingredient list are read."""

    formulas: Mapping[str, MasterFormulationRecord]
    substances: Mapping[str, Substance]
    brings_water: re.Pattern[str]
    ingredient_names: IngredientNames

    def holds(self, formula: MasterFormulationRecord) -> frozenset[str]:
        """The allergens of the formula's nominal materials (lexicon ids)."""
        parts = (formula.active, formula.levigating_agent, formula.base)
        return frozenset().union(*(self.substances[part].holds for part in parts))

    def contains_zinc(self, formula: MasterFormulationRecord) -> bool:
        """Whether zinc goes into the jar by this formula's nominal materials."""
        return "zinc" in self.holds(formula)
