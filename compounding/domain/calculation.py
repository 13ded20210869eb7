"""The weighing sheet: what to weigh of each component, exactly and as the balance can show it, with a derivation for every figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from compounding.domain.derivation import Step
from compounding.domain.errors import LevigateError
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.lots import LotFactor, factor_of
from compounding.domain.numbers import format_number, plain_number, round_to
from compounding.domain.recalculation import recalculate
from compounding.domain.site import Balance
from compounding.domain.substances import Lot, Substance
from compounding.domain.units import Unit

DIGITS = 40
"""Working digits. Every quotient here has a short denominator, so this is far beyond what two methods could disagree on."""

SHOWN_DIGITS = 12
"""Significant digits of an exact figure that does not end."""

MOST_ROUNDING_ERROR_PERCENT = Decimal(1)
"""A weight whose rounding to the balance would change it by more than this is refused (clinical rule 28)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighingLine:
    """One component: the exact mass and the mass to weigh, in grams, and how they came about."""

    component: str
    name: str
    exact_g: Decimal
    to_weigh_g: Decimal
    lot: Lot | None
    derivation: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighingSheet:
    """Everything to weigh for one preparation. Masses in grams, percentages w/w of the finished preparation.

    The lines add up to `batch_g` exactly, both as exact figures and as weighed.
    """

    formula_id: str
    formula_version: str
    amount_g: Decimal
    batch_g: Decimal
    percent: Decimal
    as_pentahydrate_g: Decimal
    as_anhydrous_g: Decimal
    zinc_oxide_percent: Decimal
    lines: tuple[WeighingLine, ...]
    totals: tuple[Step, ...]

    def line(self, component: str) -> WeighingLine:
        """The line of a component (substance id)."""
        return next(line for line in self.lines if line.component == component)


class CannotWeigh(LevigateError):
    """The plan asks for a weight this balance cannot give."""


def calculate(
    formula: MasterFormulationRecord,
    *,
    amount_g: Decimal,
    percent: Decimal,
    substances: Mapping[str, Substance],
    lots: Mapping[str, Lot],
    balance: Balance,
    overage_percent: Decimal,
) -> WeighingSheet:
    """The weighing sheet of one preparation. `percent` is % w/w as pentahydrate; `lots` by substance id, absent for nominal material.

    Raises UnsuitableLot for a lot that cannot be calculated with, and CannotWeigh below the balance's minimum, for a base that does not fit into
    100 %, or where the second calculation disagrees.
    """
    active, agent, base = (substances[identifier] for identifier in (formula.active, formula.levigating_agent, formula.base))
    mw_anhydrous, mw_pentahydrate = _molecular_weights(substances)
    lot = lots.get(active.id)
    factor = (
        factor_of(lot, mw_anhydrous=mw_anhydrous, mw_pentahydrate=mw_pentahydrate)
        if lot is not None
        else LotFactor(numerator=Decimal(1), denominator=Decimal(1), corrected=False, source="nominal content", formula="required", substitution="")
    )
    with localcontext() as context:
        context.prec = DIGITS
        batch_g = round_to(amount_g * (1 + overage_percent / 100), balance.readability_g)
        required_g = batch_g * percent / 100
        active_g = required_g * factor.numerator / factor.denominator
        agent_g = batch_g * formula.levigating_percent / 100
        base_g = batch_g - active_g - agent_g
        if base_g <= 0:
            raise CannotWeigh("COMPOSITION_OVER_100", "the drug and the levigating agent leave no room for the base")
        anhydrous_g = required_g * mw_anhydrous / mw_pentahydrate
        weighed = {identifier: round_to(exact, balance.readability_g) for identifier, exact in ((active.id, active_g), (agent.id, agent_g))}
        # The base takes up what rounding leaves, so that the weights add up to the batch exactly.
        weighed[base.id] = batch_g - sum(weighed.values())
        zinc_percent = weighed[base.id] * base.zinc_oxide_percent / batch_g
    exact = {active.id: active_g, agent.id: agent_g, base.id: base_g}
    for identifier, mass_g in exact.items():
        _check_weight(substances[identifier].name, mass_g, weighed[identifier], balance)
    second = recalculate(
        amount_g=amount_g, overage_percent=overage_percent, percent=percent, levigating_percent=formula.levigating_percent, lot=lot,
        mw_anhydrous=mw_anhydrous, mw_pentahydrate=mw_pentahydrate, readability_g=balance.readability_g,
    )  # fmt: skip
    if (second.active_g, second.levigating_g, second.base_g) != (weighed[active.id], weighed[agent.id], weighed[base.id]):
        raise CannotWeigh("CALCULATIONS_DISAGREE", "the two independent calculations of this sheet disagree; nothing may be weighed")
    derivations = _derivations(
        formula, active, agent, base, amount_g=amount_g, batch_g=batch_g, overage_percent=overage_percent, percent=percent, required_g=required_g,
        factor=factor, lot=lot, exact=exact, weighed=weighed, balance=balance, weighed_name=_name_of(active, lot, substances),
    )  # fmt: skip
    totals = [
        Step(name="Total to weigh", formula="sum of all components", substitution=" + ".join(format_number(mass) for mass in weighed.values()),
             value=plain_number(sum(weighed.values(), start=Decimal(0))), unit=Unit.GRAM.value, source="conservation of mass"),
        Step(name="Sodium thiosulfate as anhydrous", formula="required as pentahydrate × molar ratio",
             substitution=f"{format_number(required_g)} × {mw_anhydrous} ÷ {mw_pentahydrate}", value=shown(anhydrous_g), unit=Unit.GRAM.value,
             source="molecular weights in the reference data"),
    ]  # fmt: skip
    if base.zinc_oxide_percent:
        totals.append(
            Step(name="Zinc oxide in the finished ointment", formula="base × zinc oxide in the base ÷ batch",
                 substitution=f"{format_number(weighed[base.id])} × {format_number(base.zinc_oxide_percent)} % ÷ {format_number(batch_g)}",
                 value=shown(zinc_percent), unit="% w/w", source="clinical rule 5")
        )  # fmt: skip
    return WeighingSheet(
        formula_id=formula.id,
        formula_version=formula.version,
        amount_g=amount_g,
        batch_g=batch_g,
        percent=percent,
        as_pentahydrate_g=required_g,
        as_anhydrous_g=anhydrous_g,
        zinc_oxide_percent=zinc_percent,
        lines=tuple(
            WeighingLine(
                component=identifier, name=_name_of(substances[identifier], lots.get(identifier), substances), exact_g=mass_g,
                to_weigh_g=weighed[identifier], lot=lots.get(identifier), derivation=derivations[identifier],
            )
            for identifier, mass_g in exact.items()
        ),
        totals=tuple(totals),
    )  # fmt: skip


def _name_of(substance: Substance, lot: Lot | None, substances: Mapping[str, Substance]) -> str:
    """What stands on the drum: a lot of the drug in its other form goes by that form's name, since its weight is not the pentahydrate's."""
    if lot is None or not substance.drug_form or lot.form == substance.drug_form:
        return substance.name
    return next((other.name for other in substances.values() if other.drug_form == lot.form), substance.name)


def shown(value: Decimal) -> str:
    """An exact figure for machines and derivations: at least 12 significant digits where it does not end."""
    with localcontext() as context:
        context.prec = DIGITS
        places = max(SHOWN_DIGITS - value.adjusted() - 1, 0)
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > places:
            value = value.quantize(Decimal(1).scaleb(-places))
    return plain_number(value)


def _molecular_weights(substances: Mapping[str, Substance]) -> tuple[Decimal, Decimal]:
    weights = {substance.drug_form: substance.molecular_weight for substance in substances.values() if substance.drug_form}
    anhydrous, pentahydrate = weights.get("anhydrous"), weights.get("pentahydrate")
    if anhydrous is None or pentahydrate is None:
        raise CannotWeigh("MOLECULAR_WEIGHT_MISSING", "the reference data lacks a molecular weight of sodium thiosulfate")
    return anhydrous, pentahydrate


def _check_weight(name: str, exact_g: Decimal, to_weigh_g: Decimal, balance: Balance) -> None:
    if to_weigh_g < balance.minimum_weighable_g:
        least = format_number(balance.minimum_weighable_g)
        raise CannotWeigh("BELOW_MINIMUM_WEIGHABLE", f"{format_number(to_weigh_g)} g of {name} is below the {least} g this balance can weigh")
    if abs(to_weigh_g - exact_g) * 100 > exact_g * MOST_ROUNDING_ERROR_PERCENT:
        raise CannotWeigh("BELOW_MINIMUM_WEIGHABLE", f"rounding {name} to the balance would change it by more than {MOST_ROUNDING_ERROR_PERCENT} %")


def _derivations(
    formula: MasterFormulationRecord,
    active: Substance,
    agent: Substance,
    base: Substance,
    *,
    amount_g: Decimal,
    batch_g: Decimal,
    overage_percent: Decimal,
    percent: Decimal,
    required_g: Decimal,
    factor: LotFactor,
    lot: Lot | None,
    exact: Mapping[str, Decimal],
    weighed: Mapping[str, Decimal],
    balance: Balance,
    weighed_name: str,
) -> dict[str, tuple[Step, ...]]:
    gram = Unit.GRAM.value
    source = f"formula, version {formula.version}"

    def rounding(name: str, identifier: str) -> Step:
        return Step(
            name=f"{name}, to weigh", formula="rounded half up to the balance's readability",
            substitution=f"{shown(exact[identifier])} to steps of {format_number(balance.readability_g)}", value=plain_number(weighed[identifier]),
            unit=gram, source=f"balance {balance.name}",
        )  # fmt: skip

    batch = Step(
        name="Batch", formula="amount ordered × (1 + overage)", substitution=f"{format_number(amount_g)} × (1 + {format_number(overage_percent)} ÷ 100)",
        value=plain_number(batch_g), unit=gram, source="the site's overage",
    )  # fmt: skip
    required = Step(
        name=f"{active.name} required", formula="batch × strength ÷ 100", substitution=f"{format_number(batch_g)} × {format_number(percent)} ÷ 100",
        value=shown(required_g), unit=gram, source="w/w of the finished preparation, clinical rule 28",
    )  # fmt: skip
    steps = [batch, required]
    if lot is not None:
        steps.append(
            Step(
                name=f"{weighed_name} of lot {lot.number}", formula=factor.formula, substitution=f"{shown(required_g)} {factor.substitution}".strip(),
                value=shown(exact[active.id]), unit=gram, source=factor.source,
            )
        )  # fmt: skip
    steps.append(rounding(weighed_name, active.id))
    others = f"{shown(exact[active.id])} - {shown(exact[agent.id])}"
    return {
        active.id: tuple(steps),
        agent.id: (
            Step(
                name=agent.name, formula="batch × levigating agent ÷ 100", unit=gram, source=source,
                substitution=f"{format_number(batch_g)} × {format_number(formula.levigating_percent)} ÷ 100", value=shown(exact[agent.id]),
            ),
            rounding(agent.name, agent.id),
        ),
        base.id: (
            Step(
                name=base.name, formula="batch - all other components (q.s.)", substitution=f"{format_number(batch_g)} - {others}",
                value=shown(exact[base.id]), unit=gram, source=source,
            ),
            Step(
                name=f"{base.name}, to weigh", formula="batch - weights of all other components, so that the weights add up",
                substitution=f"{format_number(batch_g)} - {format_number(weighed[active.id])} - {format_number(weighed[agent.id])}",
                value=plain_number(weighed[base.id]), unit=gram, source="conservation of mass",
            ),
        ),
    }  # fmt: skip
