"""A calculated mass as one balance can weigh it: rounded to its readability, the rounding error shown, what is too little for it said (clinical rule 28)."""

from dataclasses import replace
from fractions import Fraction

from compounding.domain.calculators.answers import Answer, CalculationRefused, Figure, Hold
from compounding.domain.calculators.inputs import Inputs
from compounding.domain.calculators.weighing import round_to_readability
from compounding.domain.numbers import format_number, plain_number
from compounding.domain.site import Balance


def on_balance(mass_g: Figure, balance: Balance) -> Answer:
    """The mass (grams) to weigh on the balance under the name "value", with its derivation; without a figure where the balance cannot show it.

    Nothing is weighed of a mass of zero.
    """
    if Fraction(mass_g.value) == 0:
        return Answer(result={}, derivation=(), holds=())
    try:
        answer = round_to_readability(Inputs({"value_g": mass_g.value, "readability_g": plain_number(balance.readability_g)}))
    except CalculationRefused as refusal:
        return Answer(result={}, derivation=(), holds=(Hold(refusal.code, refusal.message.removeprefix("value_g: ")),))
    if Fraction(answer.result["value"].value) >= balance.minimum_weighable_g:
        return answer
    least = f"{balance.name}: the least it weighs is {format_number(balance.minimum_weighable_g)} g; use a finer balance or an aliquot"
    return replace(answer, holds=(*answer.holds, Hold("below_min_weighable", least)))
