"""What the calculators take from the reference data: molar masses, published strengths, the words of orders."""

from fractions import Fraction

from compounding.domain.calculators import Constants
from compounding.domain.formulary import Formulary
from compounding.domain.hydrates import molar_masses
from compounding.domain.order_words import Vocabulary


def constants_of(formulary: Formulary, vocabulary: Vocabulary) -> Constants:
    """The calculators' constants. Raises ReferenceDataError where a molar mass is missing."""
    sources = {
        fact.source for substance in formulary.substances.values() if substance.drug_form for fact in substance.facts if fact.name == "molecular weight"
    }  # fmt: skip
    return Constants(
        masses=molar_masses(formulary.substances),
        masses_source="molar masses: " + "; ".join(sorted(sources)),
        lowest_percent=Fraction(min(formula.strength_from_percent for formula in formulary.formulas.values())),
        highest_percent=Fraction(max(formula.strength_to_percent for formula in formulary.formulas.values())),
        vocabulary=vocabulary,
    )
