"""Weighing: what a balance can weigh and show, aliquots, net weights, yields, sums, stock and solvents."""

from fractions import Fraction

from compounding.domain.aliquots import aliquot_of
from compounding.domain.calculators.answers import Answer, CalculationRefused, Working, text
from compounding.domain.calculators.inputs import Inputs
from compounding.domain.numbers import whole_steps

_MOST_MG = Fraction(1_000_000_000)
_LEAST_USUAL_YIELD, _MOST_USUAL_YIELD = 90, 105


def min_weigh(inputs: Inputs) -> Answer:
    """The least mass a balance weighs within the error that is allowed."""
    working = Working()
    sensitivity, error = inputs.number("sensitivity_mg"), inputs.percent("max_error_percent")
    inputs.done()
    working.give(
        "min_mg", sensitivity * 100 / error, "mg", formula="sensitivity × 100 ÷ allowed error in percent",
        substitution=f"{text(sensitivity)} × 100 ÷ {text(error)}",
    )  # fmt: skip
    return working.answer()


def weigh_error(inputs: Inputs) -> Answer:
    """The error, in percent, that a balance's sensitivity makes in an amount."""
    working = Working()
    sensitivity, amount = inputs.number("sensitivity_mg"), inputs.number("amount_mg", most=_MOST_MG)
    inputs.done()
    found = working.give(
        "percent", sensitivity * 100 / amount, "%", formula="sensitivity ÷ amount × 100", substitution=f"{text(sensitivity)} ÷ {text(amount)} × 100"
    )
    if found > 5:
        working.hold("below_min_weighable", f"an error of {text(found)} % is more than the 5 % commonly allowed; use a finer balance or an aliquot")
    return working.answer()


def aliquot(inputs: Inputs) -> Answer:
    """An amount too small to weigh: weigh a multiple of it, dilute, and take the part that holds the amount."""
    working = Working()
    needed, least = inputs.number("needed_mg", most=_MOST_MG), inputs.number("min_weigh_mg", most=_MOST_MG)
    factor = inputs.number("factor", most=Fraction(1000))
    inputs.done()
    if needed >= least:
        raise CalculationRefused("out_of_range", f"{text(needed)} mg can be weighed directly on a balance that weighs {text(least)} mg")
    if needed * factor < least:
        raise CalculationRefused("below_min_weighable", f"{text(factor)} times {text(needed)} mg is still below the {text(least)} mg this balance can weigh")
    found = aliquot_of(needed, least, factor)
    working.give("weigh_mg", found.weigh, "mg", formula="needed × factor", substitution=f"{text(needed)} × {text(factor)}")
    working.give("total_mg", found.total, "mg", formula="aliquot × factor", substitution=f"{text(least)} × {text(factor)}")
    working.give("diluent_mg", found.diluent, "mg", formula="mixture - drug", substitution=f"{text(found.total)} - {text(found.weigh)}")
    working.give("aliquot_mg", found.take, "mg", formula="the least mass the balance weighs", substitution=text(least))
    if found.diluent < least:
        working.hold("below_min_weighable", f"{text(found.diluent)} mg of diluent is below the {text(least)} mg this balance can weigh; choose a larger factor")
    return working.answer()


def net(inputs: Inputs) -> Answer:
    """The contents of a container: gross weight less its tare."""
    working = Working()
    gross, tare = inputs.number("gross_g"), inputs.number("tare_g", zero=True)
    inputs.done()
    if gross <= tare:
        raise CalculationRefused("not_positive", f"the full container ({text(gross)} g) is not heavier than the empty one ({text(tare)} g)")
    working.give("net_g", gross - tare, "g", formula="gross - tare", substitution=f"{text(gross)} - {text(tare)}")
    return working.answer()


def round_to_readability(inputs: Inputs) -> Answer:
    """A mass as the balance can show it, a half rounded up, with the error that makes."""
    working = Working()
    value, readability = inputs.number("value_g"), inputs.number("readability_g")
    inputs.done()
    rounded = whole_steps(value, readability)
    if rounded == 0:
        raise CalculationRefused("below_min_weighable", f"{text(value)} g is less than half of the {text(readability)} g the balance shows")
    working.give(
        "value", rounded, "g", formula="nearest multiple of the readability, half up", substitution=f"{text(value)} to the nearest {text(readability)}",
        source="clinical rule 28",
    )  # fmt: skip
    error = working.step(
        "rounding error",
        (rounded - value) * 100 / value,
        "%",
        formula="(rounded - exact) ÷ exact × 100",
        substitution=f"({text(rounded)} - {text(value)}) ÷ {text(value)} × 100",
    )
    if abs(error) > 1:
        working.hold("below_min_weighable", f"rounding changes the amount by {text(abs(error))} %, more than 1 %; use a finer balance")
    return working.answer()


def yield_percent(inputs: Inputs) -> Answer:
    """What was obtained, in percent of theory."""
    working = Working()
    obtained, theoretical = inputs.number("obtained_g"), inputs.number("theoretical_g")
    inputs.done()
    found = working.give(
        "percent", obtained * 100 / theoretical, "%", formula="obtained ÷ theoretical × 100", substitution=f"{text(obtained)} ÷ {text(theoretical)} × 100"
    )
    if not _LEAST_USUAL_YIELD <= found <= _MOST_USUAL_YIELD:
        working.hold(
            "outside_usual_range", f"a yield of {text(found)} % is outside {_LEAST_USUAL_YIELD} to {_MOST_USUAL_YIELD} %; find the reason before release"
        )
    return working.answer()


def add_up(inputs: Inputs) -> Answer:
    """The sum of masses."""
    working = Working()
    terms = [inputs.read(raw, f"term {number}", zero=True) for number, raw in enumerate(inputs.several("terms_g"), start=1)]
    inputs.done()
    working.give("sum_g", sum(terms, start=Fraction(0)), "g", formula="sum of all terms", substitution=" + ".join(text(term) for term in terms))
    return working.answer()


def solvent_needed(inputs: Inputs) -> Answer:
    """The least solvent that dissolves a mass, at a solubility given in g per mL."""
    working = Working()
    mass, solubility = inputs.number("mass_g"), inputs.number("solubility_g_per_mL")
    inputs.done()
    working.give(
        "min_mL", mass / solubility, "mL", formula="mass ÷ solubility", substitution=f"{text(mass)} ÷ {text(solubility)}", source="the solubility given"
    )
    return working.answer()


def solution_check(inputs: Inputs) -> Answer:
    """Whether a mass dissolves in a volume. Where it does not, there is an error and no answer, since it would not be a solution."""
    working = Working()
    mass, solvent, solubility = inputs.number("mass_g"), inputs.number("solvent_mL"), inputs.number("solubility_g_per_mL")
    inputs.done()
    most = working.step("most that dissolves", solvent * solubility, "g", formula="solvent × solubility", substitution=f"{text(solvent)} × {text(solubility)}")
    if mass > most:
        raise CalculationRefused("above_solubility", f"{text(mass)} g do not dissolve in {text(solvent)} mL, which take up {text(most)} g at most")
    working.say(
        "dissolves", "true", "", formula="mass is not more than what dissolves", substitution=f"{text(mass)} ≤ {text(most)}", source="the solubility given"
    )
    return working.answer()
