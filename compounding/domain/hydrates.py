"""The chemical form is part of what a mass of sodium thiosulfate is: a mass counted as one form becomes the other exactly once, or is a type error.

Taking the anhydrous salt for the pentahydrate, or the other way round, is a 1.57-fold error (clinical rules 4 and 13).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from compounding.domain.errors import LevigateError, ReferenceDataError
from compounding.domain.substances import Substance


class Form(StrEnum):
    """The two forms of sodium thiosulfate a pharmacy meets; the value is the word on certificates and in data."""

    PENTAHYDRATE = "pentahydrate"
    ANHYDROUS = "anhydrous"


@dataclass(frozen=True, slots=True, kw_only=True)
class MolarMasses:
    """The molar masses of both forms, g/mol. Raises ReferenceDataError where the hydrate would not be the heavier one."""

    anhydrous: Fraction
    pentahydrate: Fraction

    def __post_init__(self) -> None:
        if not 0 < self.anhydrous < self.pentahydrate:
            raise ReferenceDataError("MOLECULAR_WEIGHT_MISSING", "the molar masses of sodium thiosulfate are missing or in the wrong order")

    def of(self, form: Form) -> Fraction:
        """The molar mass of a form, g/mol."""
        return self.pentahydrate if form is Form.PENTAHYDRATE else self.anhydrous

    def ratio(self, form: Form, other: Form) -> Fraction:
        """Grams of the other form that hold as much thiosulfate as one gram of this form."""
        return self.of(other) / self.of(form)


@dataclass(frozen=True, slots=True)
class Thiosulfate:
    """A mass of sodium thiosulfate in grams, counted as one form. It cannot be added to, or compared with, a mass counted as the other."""

    grams: Fraction
    form: Form

    def counted_as(self, form: Form, masses: MolarMasses) -> "Thiosulfate":
        """The same thiosulfate counted as that form. Asking again changes nothing, so no factor is applied twice."""
        return Thiosulfate(self.grams * masses.ratio(self.form, form), form)

    def __add__(self, other: "Thiosulfate") -> "Thiosulfate":
        self._check_form(other)
        return Thiosulfate(self.grams + other.grams, self.form)

    def __sub__(self, other: "Thiosulfate") -> "Thiosulfate":
        self._check_form(other)
        return Thiosulfate(self.grams - other.grams, self.form)

    def _check_form(self, other: "Thiosulfate") -> None:
        if self.form is not other.form:
            raise LevigateError("basis_conflict", f"a mass as {self.form} and a mass as {other.form} do not add up")


@dataclass(frozen=True, slots=True, kw_only=True)
class LotComposition:
    """What a gram of a lot holds: `anhydrous_fraction` grams of Na2S2O3 (anhydrous) in each gram as it stands on the shelf."""

    anhydrous_fraction: Fraction

    def mass_holding(self, needed: Thiosulfate, masses: MolarMasses) -> Fraction:
        """Grams of the lot that hold the thiosulfate needed."""
        return needed.counted_as(Form.ANHYDROUS, masses).grams / self.anhydrous_fraction

    def held_in(self, lot_g: Fraction) -> Thiosulfate:
        """The thiosulfate in a mass of the lot (grams), counted as anhydrous."""
        return Thiosulfate(lot_g * self.anhydrous_fraction, Form.ANHYDROUS)


def molar_masses(substances: Mapping[str, Substance]) -> MolarMasses:
    """Both molar masses from the reference data. Raises ReferenceDataError where one is missing."""
    known = {substance.drug_form: substance.molecular_weight for substance in substances.values() if substance.drug_form}
    anhydrous, pentahydrate = known.get("anhydrous"), known.get("pentahydrate")
    if anhydrous is None or pentahydrate is None:
        raise ReferenceDataError("MOLECULAR_WEIGHT_MISSING", "the reference data lacks a molecular weight of sodium thiosulfate")
    return MolarMasses(anhydrous=Fraction(anhydrous), pentahydrate=Fraction(pentahydrate))
