"""Batches: a composition in percent as grams, a formula scaled to another total, and a batch with overage."""

from collections.abc import Mapping
from fractions import Fraction

from compounding.domain.calculators.answers import Answer, CalculationRefused, Working, text
from compounding.domain.calculators.constants import Constants, hold_strength_in, hold_unusual_batch, is_thiosulfate
from compounding.domain.calculators.inputs import Inputs
from compounding.domain.calculators.order_line import formula_of_line

LARGEST_USUAL_OVERAGE = 25


def formula_ww(inputs: Inputs, constants: Constants) -> Answer:
    """Each component of a batch in grams, from percent w/w, the rest made up with the `qs` component; or from one line of an order."""
    if inputs.has("order_text"):
        return formula_of_line(inputs, constants)
    working = Working()
    batch = inputs.number("batch_g")
    percents = _percents(inputs)
    _fill(working, batch, percents, _qs(inputs, percents), constants)
    return _checked(working, batch, inputs)


def overage(inputs: Inputs, constants: Constants) -> Answer:
    """The batch with overage, applied to every component alike, so that the strength stays."""
    working = Working()
    target = inputs.number("target_g")
    extra = inputs.percent("overage_percent", zero=True)
    percents = _percents(inputs)
    qs = _qs(inputs, percents)
    if "batch" in {*percents, qs}:
        raise CalculationRefused("not_parsed", 'a component cannot be called "batch", since the whole is called so')
    batch = with_overage(working, "batch", target, extra)
    _fill(working, batch, percents, qs, constants)
    return _checked(working, batch, inputs)


def with_overage(working: Working, name: str, target: Fraction, extra: Fraction) -> Fraction:
    """The batch that leaves the target after losses; an unusual overage is held."""
    if extra > LARGEST_USUAL_OVERAGE:
        working.hold("implausible", f"an overage of {text(extra)} % is more than {LARGEST_USUAL_OVERAGE} %")
    return working.give(
        name, target * (100 + extra) / 100, "g", formula="amount × (1 + overage ÷ 100)", substitution=f"{text(target)} × (1 + {text(extra)} ÷ 100)",
        source="the pharmacy's own overage",
    )  # fmt: skip


def scale(inputs: Inputs, constants: Constants) -> Answer:
    """Each component scaled to another total, in the same proportions."""
    working = Working()
    parts = {name: inputs.read(raw, name) for name, raw in inputs.table("formula").items()}
    goal = inputs.number("to_total")
    total = sum(parts.values(), start=Fraction(0))
    terms = " + ".join(text(grams) for grams in parts.values())
    working.step("scaling factor", goal / total, "", formula="wanted total ÷ sum of the formula", substitution=f"{text(goal)} ÷ ({terms})")
    for name, grams in parts.items():
        working.give(
            name, grams * goal / total, "g", formula="component × wanted total ÷ sum of the formula",
            substitution=f"{text(grams)} × {text(goal)} ÷ {text(total)}",
        )  # fmt: skip
    hold_strength_in(working, {name: grams * 100 / total for name, grams in parts.items()}, constants)
    return _checked(working, goal, inputs)


def _percents(inputs: Inputs) -> dict[str, Fraction]:
    found = {}
    for name, raw in inputs.table("percent_ww").items():
        found[name] = inputs.read(raw, name, most=Fraction(1_000_000))
    total = sum(found.values(), start=Fraction(0))
    if total > 100:
        raise CalculationRefused("composition_over_100", f"the components add up to {text(total)} %, more than the whole")
    return found


def _qs(inputs: Inputs, percents: Mapping[str, Fraction]) -> str | None:
    """The component that makes up the rest; none is needed where the others already make the whole."""
    if not inputs.has("qs") and sum(percents.values()) == 100:
        return None
    qs = inputs.name("qs")
    if qs in percents:
        raise CalculationRefused("basis_conflict", f'"{_shown(qs)}" has a percentage and is to make up the rest as well')
    return qs


def _fill(working: Working, batch: Fraction, percents: Mapping[str, Fraction], qs: str | None, constants: Constants) -> None:
    for name, percent in percents.items():
        working.give(name, batch * percent / 100, "g", formula="batch × % w/w ÷ 100", substitution=f"{text(batch)} × {text(percent)} ÷ 100")
    if qs is not None:
        _make_up(working, batch, percents, qs)
    composition = dict(percents) if qs is None else {**percents, qs: 100 - sum(percents.values(), start=Fraction(0))}
    hold_strength_in(working, composition, constants)


def _make_up(working: Working, batch: Fraction, percents: Mapping[str, Fraction], qs: str) -> None:
    others = [batch * percent / 100 for percent in percents.values()]
    working.give(
        qs, batch - sum(others, start=Fraction(0)), "g", formula="batch - all other components (q.s.)",
        substitution=" - ".join([text(batch), *(text(mass) for mass in others)]), source="conservation of mass",
    )  # fmt: skip
    if sum(percents.values()) == 100:
        working.hold("implausible", f'the components already make 100 %, so nothing is left for "{_shown(qs)}"')


def _shown(name: str) -> str:
    return "sodium thiosulfate" if is_thiosulfate(name) else name


def _checked(working: Working, batch: Fraction, inputs: Inputs) -> Answer:
    inputs.done()
    hold_unusual_batch(working, batch)
    return working.answer()
