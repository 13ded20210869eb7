"""Mixing: alligation, strengthening with a concentrate, mixtures, and ratio strengths."""

from fractions import Fraction

from compounding.domain.calculators.answers import Answer, CalculationRefused, Working, text
from compounding.domain.calculators.inputs import Inputs

_ZERO = Fraction(0)
_LARGEST_RATIO = Fraction(1_000_000_000)


def alligation(inputs: Inputs) -> Answer:
    """How much of a stronger and a weaker preparation make a strength between them, from the total or from one of the two masses."""
    working = Working()
    high, low, target = inputs.percent("high"), inputs.percent("low", zero=True), inputs.percent("target", zero=True)
    given = [key for key in ("total_g", "low_mass_g", "high_mass_g") if inputs.has(key)]
    if len(given) != 1:
        raise CalculationRefused("not_parsed" if given else "invalid_number", "give exactly one of total_g, low_mass_g and high_mass_g")
    mass = inputs.number(given[0])
    inputs.done()
    if high <= low:
        raise CalculationRefused("alligation_range", f"the stronger preparation ({text(high)} %) must be stronger than the weaker one ({text(low)} %)")
    if not low <= target <= high:
        raise CalculationRefused("alligation_range", f"{text(target)} % does not lie between {text(low)} % and {text(high)} %")
    high_parts = working.step("parts of the stronger", target - low, "", formula="wanted - weaker", substitution=f"{text(target)} - {text(low)}")
    low_parts = working.step("parts of the weaker", high - target, "", formula="stronger - wanted", substitution=f"{text(high)} - {text(target)}")
    known = {"total_g": high_parts + low_parts, "low_mass_g": low_parts, "high_mass_g": high_parts}[given[0]]
    if known == 0:
        raise CalculationRefused("alligation_range", f"{text(target)} % holds nothing of that preparation, so its mass decides nothing")
    for name, parts in (("high_g", high_parts), ("low_g", low_parts), ("total_g", high_parts + low_parts)):
        words = {"high_g": "parts of the stronger", "low_g": "parts of the weaker", "total_g": "all parts"}
        base = {"total_g": "all parts", "low_mass_g": "parts of the weaker", "high_mass_g": "parts of the stronger"}[given[0]]
        working.give(
            name, mass * parts / known, "g", formula=f"given mass × {words[name]} ÷ {base}", substitution=f"{text(mass)} × {text(parts)} ÷ {text(known)}"
        )
    return working.answer()


def fortify(inputs: Inputs) -> Answer:
    """How much of a concentrate (or the pure drug) brings a preparation up to a strength, or how much of a weaker one (or plain base) down to it."""
    working = Working()
    mass, percent = inputs.number("mass_g"), inputs.percent("percent", zero=True)
    target, additive = inputs.percent("target"), inputs.percent("additive_percent", zero=True)
    inputs.done()
    if not (percent <= target < additive or additive < target <= percent):
        raise CalculationRefused("alligation_range", f"{text(target)} % cannot be reached from {text(percent)} % by adding {text(additive)} %")
    working.give(
        "add_g", mass * (target - percent) / (additive - target), "g", formula="mass × (wanted - present) ÷ (added - wanted)",
        substitution=f"{text(mass)} × ({text(target)} - {text(percent)}) ÷ ({text(additive)} - {text(target)})",
    )  # fmt: skip
    return working.answer()


def mix(inputs: Inputs) -> Answer:
    """The strength of a mixture of preparations."""
    working = Working()
    parts = []
    for number, pair in enumerate(inputs.several("parts"), start=1):
        if not isinstance(pair, list) or len(pair) != 2:
            raise CalculationRefused("not_parsed", f"parts: part {number} is not a pair of grams and percent")
        parts.append((inputs.read(pair[0], f"grams of part {number}"), inputs.read(pair[1], f"percent of part {number}", zero=True, most=Fraction(100))))
    inputs.done()
    total = working.give(
        "total_g", sum((mass for mass, _ in parts), start=_ZERO), "g", formula="sum of all parts",
        substitution=" + ".join(text(mass) for mass, _ in parts), source="conservation of mass",
    )  # fmt: skip
    drug = working.step(
        "drug in all parts", sum((mass * percent for mass, percent in parts), start=_ZERO) / 100, "g", formula="sum of mass × percent ÷ 100",
        substitution=" + ".join(f"{text(mass)} × {text(percent)} ÷ 100" for mass, percent in parts),
    )  # fmt: skip
    working.give("percent", drug * 100 / total, "%", formula="drug ÷ total × 100", substitution=f"{text(drug)} ÷ {text(total)} × 100")
    return working.answer()


def ratio(inputs: Inputs) -> Answer:
    """A strength of 1 in n, as percent, and the drug in a mass of it."""
    working = Working()
    one_in, mass = inputs.number("one_in", most=_LARGEST_RATIO), inputs.number("mass_g")
    inputs.done()
    if one_in < 1:
        raise CalculationRefused("out_of_range", f"1 in {text(one_in)} would be more than the whole")
    working.give("percent", 100 / one_in, "%", formula="100 ÷ n", substitution=f"100 ÷ {text(one_in)}")
    working.give("amount_g", mass / one_in, "g", formula="mass ÷ n", substitution=f"{text(mass)} ÷ {text(one_in)}")
    return working.answer()


def percent_to_ratio(inputs: Inputs) -> Answer:
    """A percentage as 1 in n."""
    working = Working()
    percent = inputs.number("percent", least=100 / _LARGEST_RATIO, most=Fraction(100))
    inputs.done()
    working.give("one_in", 100 / percent, "", formula="100 ÷ percent", substitution=f"100 ÷ {text(percent)}")
    return working.answer()
