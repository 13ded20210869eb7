"""The facts calculators rest on, handed in from the reference data: molar masses, the published range of strengths, the words of orders."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from compounding.domain.calculators.answers import CalculationRefused, Working
from compounding.domain.calculators.inputs import Inputs
from compounding.domain.hydrates import Form, MolarMasses
from compounding.domain.numbers import exact_number, rounded
from compounding.domain.order_words import Vocabulary

THIOSULFATE_KEYS = frozenset({"STS", "sodium_thiosulfate"})
"""The component names that mean sodium thiosulfate in exchanged data. Nobody reads or prints them."""
_FOLDED_KEYS = frozenset(key.casefold() for key in THIOSULFATE_KEYS)

LARGEST_USUAL_BATCH_G, SMALLEST_USUAL_BATCH_G = 10_000, 1
_LIGHTEST, _HEAVIEST = Fraction(10), Fraction(2000)
_LARGEST_DIFFERENCE = Fraction(1, 200)
"""Published molar masses of one salt differ in their last digits only; further away, another salt or a slip is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Constants:
    """Molar masses with their source, and the strengths (% w/w as pentahydrate) that have been published."""

    masses: MolarMasses
    masses_source: str
    lowest_percent: Fraction
    highest_percent: Fraction
    vocabulary: Vocabulary


def masses_of(inputs: Inputs, constants: Constants, working: Working) -> tuple[MolarMasses, str]:
    """The molar masses to use and their source: the reference data's, unless the input `mw` gives both. Masses of no sodium thiosulfate are held."""
    if not inputs.has("mw"):
        return constants.masses, constants.masses_source
    given = Inputs(inputs.table("mw"), decimal_comma=inputs.decimal_comma)
    anhydrous, pentahydrate = (given.number(form, least=_LIGHTEST, most=_HEAVIEST) for form in (Form.ANHYDROUS, Form.PENTAHYDRATE))
    given.done()
    if pentahydrate <= anhydrous:
        raise CalculationRefused("implausible", "mw: the pentahydrate must be heavier than the anhydrous form")
    masses = MolarMasses(anhydrous=anhydrous, pentahydrate=pentahydrate)
    if any(abs(masses.of(form) / constants.masses.of(form) - 1) > _LARGEST_DIFFERENCE for form in Form):
        known = " and ".join(exact_number(constants.masses.of(form)) for form in (Form.ANHYDROUS, Form.PENTAHYDRATE))
        working.hold("implausible", f"the molar masses given are not those of sodium thiosulfate ({known} g/mol)")
    return masses, "molar masses given with the question"


def is_thiosulfate(name: str) -> bool:
    """Whether a component's name means sodium thiosulfate, also with other capitals or with spaces."""
    return "_".join(name.replace("_", " ").replace("-", " ").casefold().split()) in _FOLDED_KEYS


def hold_strength_in(working: Working, percents: Mapping[str, Fraction], constants: Constants) -> None:
    """Hold a composition (% w/w by component) whose sodium thiosulfate, under all its names together, has an unpublished strength."""
    found = [percent for name, percent in percents.items() if is_thiosulfate(name)]
    if found:
        hold_unusual_strength(working, sum(found, start=Fraction(0)), constants)


def hold_unusual_strength(working: Working, percent: Fraction, constants: Constants) -> None:
    """Hold a strength of sodium thiosulfate (% w/w as pentahydrate) outside what has been published (clinical rule 32)."""
    # A strength that was converted carries the rounding of the figure it came from: 15.93 % anhydrous is 25.005 %, and means 25 %.
    if not constants.lowest_percent <= Fraction(rounded(percent, 2)) <= constants.highest_percent:
        working.hold(
            "outside_usual_range",
            f"{exact_number(percent)} % w/w sodium thiosulfate is outside the published {exact_number(constants.lowest_percent)} to "
            f"{exact_number(constants.highest_percent)} %; the prescriber must confirm it",
        )


def hold_unusual_batch(working: Working, batch: Fraction) -> None:
    """Hold a batch (g) that is larger or smaller than a pharmacy makes: milligrams or kilograms may have been meant."""
    if batch > LARGEST_USUAL_BATCH_G:
        working.hold("implausible", f"a batch of {exact_number(batch)} g is more than {LARGEST_USUAL_BATCH_G // 1000} kg")
    if batch < SMALLEST_USUAL_BATCH_G:
        working.hold("implausible", f"a batch of {exact_number(batch)} g is less than {SMALLEST_USUAL_BATCH_G} g")
