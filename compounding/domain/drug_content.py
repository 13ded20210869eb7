"""What one gram of a lot of the drug holds, said back in a sentence with its derivation, so that whoever typed a certificate sees what it means.

The figures are those of `lots.py` (clinical rule 13); nothing is worked out here in another way.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from compounding.domain.derivation import Step
from compounding.domain.hydrates import Form, MolarMasses
from compounding.domain.lots import factor_of
from compounding.domain.numbers import exact_number
from compounding.domain.substances import Lot
from compounding.domain.units import Unit

_DIGITS = 5
"""Significant digits of the sentence; the derivation has the figures as a weighing sheet shows them."""


_PURE = {Form.PENTAHYDRATE.value: "the pure pentahydrate", Form.ANHYDROUS.value: "the pure anhydrous salt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugContent:
    """What a gram of a lot holds, in grams, counted as each form, and the grams of the lot that are weighed for one gram of pentahydrate ordered.

    `is_corrected` says whether the certificate's assay was used; where it is false the content is that of the pure form.
    """

    as_anhydrous_g: Fraction
    as_pentahydrate_g: Fraction
    for_one_gram_g: Fraction
    is_corrected: bool
    sentence: str
    steps: tuple[Step, ...]


def content_of_a_gram(lot: Lot, masses: MolarMasses, *, only_above_percent: Decimal = Decimal(0)) -> DrugContent:
    """What a gram of this lot holds after its certificate, and what is weighed of it. Raises UnsuitableLot.

    `only_above_percent` is the site's limit below which a correction is left out of the weight (clinical rule 13); the content itself is the certificate's.
    """
    held, weighed = factor_of(lot, masses), factor_of(lot, masses, only_above_percent=only_above_percent)
    anhydrous = held.composition.anhydrous_fraction
    pentahydrate = anhydrous * masses.ratio(Form.ANHYDROUS, Form.PENTAHYDRATE)
    needed = masses.ratio(Form.PENTAHYDRATE, Form.ANHYDROUS) / weighed.composition.anhydrous_fraction
    ratio = f"({exact_number(masses.anhydrous)} ÷ {exact_number(masses.pentahydrate)})"
    steps = (
        Step(
            name="Anhydrous sodium thiosulfate in 1 g of the lot", formula=held.content, substitution=held.content_numbers, value=exact_number(anhydrous),
            unit=Unit.GRAM.value, source=held.source,
        ),
        Step(
            name="The same, counted as pentahydrate", formula="anhydrous ÷ molar ratio", substitution=f"{exact_number(anhydrous)} ÷ {ratio}",
            value=exact_number(pentahydrate), unit=Unit.GRAM.value, source="molecular weights in the reference data",
        ),
        Step(
            name="Weighed of the lot for 1 g of pentahydrate ordered", formula=weighed.formula, substitution=f"1 {weighed.substitution}".strip(),
            value=exact_number(needed), unit=Unit.GRAM.value, source=weighed.source,
        ),
    )  # fmt: skip
    return DrugContent(
        as_anhydrous_g=anhydrous, as_pentahydrate_g=pentahydrate, for_one_gram_g=needed, is_corrected=held.corrected, steps=steps,
        sentence=_sentence(lot.form, anhydrous, pentahydrate, needed, is_corrected=held.corrected),
    )  # fmt: skip


def _sentence(form: str, anhydrous: Fraction, pentahydrate: Fraction, needed: Fraction, *, is_corrected: bool) -> str:
    # Without an assay, or with a dried one and no water, the certificate says nothing of how much is in a gram.
    nominal = "" if is_corrected else f"The certificate does not give what is needed to work with its assay, so the lot counts as {_PURE[form]}. "
    return (
        f"{nominal}1 g of this lot holds {_g(anhydrous)} of sodium thiosulfate counted as anhydrous, which is {_g(pentahydrate)} counted as pentahydrate. "
        f"For every 1 g of pentahydrate ordered, {_g(needed)} of this lot is weighed."
    )


def _g(value: Fraction) -> str:
    return f"{exact_number(value, digits=_DIGITS)}\u00a0g"
