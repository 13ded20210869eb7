"""The facts calculators rest on, handed in from the reference data: molar masses, the published range of strengths, the words of orders."""

from dataclasses import dataclass
from fractions import Fraction

from compounding.domain.calculators.answers import CalculationRefused, Working
from compounding.domain.calculators.inputs import Inputs
from compounding.domain.hydrates import Form, MolarMasses
from compounding.domain.numbers import exact_number
from compounding.domain.order_words import Vocabulary

THIOSULFATE_KEYS = frozenset({"STS", "sodium_thiosulfate"})
"""The component names that mean sodium thiosulfate in exchanged data. Nobody reads or prints them."""

_LIGHTEST, _HEAVIEST = Fraction(100), Fraction(400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Constants:
    """Molar masses with their source, and the strengths (% w/w as pentahydrate) that have been published."""

    masses: MolarMasses
    masses_source: str
    lowest_percent: Fraction
    highest_percent: Fraction
    vocabulary: Vocabulary


def masses_of(inputs: Inputs, constants: Constants) -> tuple[MolarMasses, str]:
    """The molar masses to use and their source: the reference data's, unless the input `mw` gives both."""
    if not inputs.has("mw"):
        return constants.masses, constants.masses_source
    given = Inputs(inputs.table("mw"))
    anhydrous, pentahydrate = (given.number(form, least=_LIGHTEST, most=_HEAVIEST) for form in (Form.ANHYDROUS, Form.PENTAHYDRATE))
    given.done()
    if pentahydrate <= anhydrous:
        raise CalculationRefused("implausible", "mw: the pentahydrate must be heavier than the anhydrous form")
    return MolarMasses(anhydrous=anhydrous, pentahydrate=pentahydrate), "molar masses given with the question"


def hold_unusual_strength(working: Working, percent: Fraction, constants: Constants) -> None:
    """Hold a strength of sodium thiosulfate (% w/w as pentahydrate) outside what has been published (clinical rule 32)."""
    if not constants.lowest_percent <= percent <= constants.highest_percent:
        working.hold(
            "outside_usual_range",
            f"{exact_number(percent)} % w/w sodium thiosulfate is outside the published {exact_number(constants.lowest_percent)} to "
            f"{exact_number(constants.highest_percent)} %; the prescriber must confirm it",
        )
