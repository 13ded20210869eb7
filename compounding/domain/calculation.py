"""The plan of a preparation: batch, drug corrected for each lot, levigating agent inside the 100 %, base to make up the rest, in rational numbers.

Nothing is weighed before a second calculation, written from the formula and not from this code, agrees to the last digit.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial

from compounding.domain.aliquots import smallest_aliquot
from compounding.domain.allocation import Supply, Take, allocate, ended, first_expired_first
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.hydrates import Form, MolarMasses, Thiosulfate, molar_masses
from compounding.domain.lots import LotFactor, factor_of, nominal_factor
from compounding.domain.numbers import format_number, whole_steps
from compounding.domain.recalculation import LotTaken, recalculate
from compounding.domain.sheet_derivation import Figures, lines_of, name_of, totals_of
from compounding.domain.site import Balance
from compounding.domain.substances import Lot, Substance
from compounding.domain.weighing_sheet import CannotWeigh, WeighingSheet, shown

MOST_ROUNDING_ERROR_PERCENT = 1
"""A weight whose rounding to the balance would change it by more than this is refused (clinical rule 28)."""
MOST_USEFUL_ALIQUOT = 20
"""An aliquot of more than so many times the least weight would be more work, and more material, than a finer balance or a larger batch."""
Called = Callable[[Lot | None], str]
"""What a component is called where it comes from that lot: a mass of the other form must never go by the name of the ordered one."""


def calculate(
    formula: MasterFormulationRecord,
    *,
    amount_g: Decimal,
    percent: Decimal,
    substances: Mapping[str, Substance],
    lots: Mapping[str, Sequence[Lot]],
    balance: Balance,
    overage_percent: Decimal,
    correct_above_percent: Decimal = Decimal(0),
) -> WeighingSheet:
    """The weighing sheet of one preparation. `percent` is % w/w as pentahydrate; `lots` by substance id, absent for nominal material.

    Several lots of one ingredient are used up in the order of their expiry. Raises UnsuitableLot for a lot that cannot be calculated with, and
    CannotWeigh below the balance's minimum, for a stock that is too small, for a base that does not fit into 100 %, or where the second calculation
    disagrees.
    """
    masses = molar_masses(substances)
    base = substances[formula.base]
    step = Fraction(balance.readability_g)
    batch = whole_steps(Fraction(amount_g) * (1 + Fraction(overage_percent) / 100), step)
    required = Thiosulfate(batch * Fraction(percent) / 100, Form.PENTAHYDRATE)
    anhydrous = required.counted_as(Form.ANHYDROUS, masses)
    agent_g = batch * Fraction(formula.levigating_percent) / 100

    drug_called, agent_called, base_called = (partial(name_of, substances[each], substances=substances) for each in (
        formula.active, formula.levigating_agent, formula.base,
    ))  # fmt: skip
    drug_supplies, factors = _drug_supplies(lots.get(formula.active, ()), masses, correct_above_percent)
    drug = _taken(drug_called, anhydrous.grams, drug_supplies, balance)
    agent = _taken(agent_called, agent_g, _supplies(lots.get(formula.levigating_agent, ())), balance)
    # The base takes up what rounding leaves, so that the weights add up to the batch exactly.
    base_exact = batch - _sum(drug) - _sum(agent)
    base_weight = batch - sum((Fraction(take.to_weigh_g) for take in (*drug, *agent)), start=Fraction(0))
    if base_exact <= 0 or base_weight <= 0:
        raise CannotWeigh("COMPOSITION_OVER_100", "the drug and the levigating agent leave no room for the base")
    base_takes = _exactly(_taken(base_called, base_weight, _supplies(lots.get(formula.base, ())), balance), base_exact)
    figures = Figures(
        formula=formula, substances=substances, masses=masses, amount_g=amount_g, overage_percent=overage_percent, batch_g=ended(batch), percent=percent,
        required_g=required.grams, anhydrous_g=anhydrous.grams, agent_g=agent_g, base_g=base_exact, balance=balance,
        factors=[factors[drug_supplies.index(take.supply)] for take in drug], drug=drug, agent=agent, base=base_takes,
    )  # fmt: skip
    for called, takes in ((drug_called, drug), (agent_called, agent), (base_called, base_takes)):
        _check_weights(called, takes, balance)
    _check_agreement(figures, correct_above_percent)
    lines = lines_of(figures)
    if sum((line.to_weigh_g for line in lines), start=Decimal(0)) != figures.batch_g or sum((line.exact_g for line in lines), start=Fraction(0)) != batch:
        raise CannotWeigh("CALCULATIONS_DISAGREE", "the components do not add up to the batch; nothing may be weighed")
    return WeighingSheet(
        formula_id=formula.id,
        formula_version=formula.version,
        amount_g=amount_g,
        batch_g=figures.batch_g,
        percent=percent,
        as_pentahydrate_g=required.grams,
        as_anhydrous_g=anhydrous.grams,
        zinc_oxide_percent=base_weight * Fraction(base.zinc_oxide_percent) / batch,
        lines=lines,
        totals=totals_of(figures, lines),
    )


def _drug_supplies(lots: Sequence[Lot], masses: MolarMasses, correct_above_percent: Decimal) -> tuple[list[Supply], list[LotFactor]]:
    """The drug's lots in the order of use, each giving anhydrous thiosulfate, with the factor it is calculated by."""
    ordered: Sequence[Lot | None] = first_expired_first(lots) or (None,)
    factors = [nominal_factor(masses) if lot is None else factor_of(lot, masses, only_above_percent=correct_above_percent) for lot in ordered]
    return [Supply(lot, factor.composition.anhydrous_fraction) for lot, factor in zip(ordered, factors, strict=True)], factors


def _supplies(lots: Sequence[Lot]) -> list[Supply]:
    """The lots of an ingredient that is its own whole content."""
    return [Supply(lot, Fraction(1)) for lot in first_expired_first(lots)] or [Supply(None, Fraction(1))]


def _taken(called: Called, needed: Fraction, supplies: Sequence[Supply], balance: Balance) -> tuple[Take, ...]:
    """The takes of one component. An amount below what the balance can weigh is refused with the aliquot that would hold it."""
    mass = needed / supplies[0].gives
    if whole_steps(mass, Fraction(balance.readability_g)) < Fraction(balance.minimum_weighable_g):
        raise CannotWeigh("BELOW_MINIMUM_WEIGHABLE", _below(called(supplies[0].lot), mass, balance))
    return allocate(called(None), needed, supplies, balance)


def _below(name: str, mass_g: Fraction, balance: Balance) -> str:
    least = Fraction(balance.minimum_weighable_g)
    words = f"{shown(mass_g)} g of {name} is below the {format_number(balance.minimum_weighable_g)} g this balance can weigh"
    found = smallest_aliquot(mass_g, least)
    if found is None or found.total > MOST_USEFUL_ALIQUOT * least:
        return f"{words}; use a finer balance or make a larger batch"
    mixed = f"{shown(found.weigh)} g with {shown(found.diluent)} g of a diluent that the formula holds"
    return f"{words}; a pharmacist may decide on an aliquot ({mixed}, of which {shown(found.take)} g are taken), a finer balance or a larger batch"


def _exactly(takes: Sequence[Take], exact_g: Fraction) -> tuple[Take, ...]:
    """The base's takes with the exact mass they stand for: the last one makes up the rest."""
    before = sum((take.exact_g for take in takes[:-1]), start=Fraction(0))
    return (*takes[:-1], Take(takes[-1].supply, exact_g - before, takes[-1].to_weigh_g))


def _sum(takes: Sequence[Take]) -> Fraction:
    return sum((take.exact_g for take in takes), start=Fraction(0))


def _check_weights(called: Called, takes: Sequence[Take], balance: Balance) -> None:
    """Every take can be weighed, and rounding to the balance hardly changes the component as a whole."""
    for take in takes:
        if take.to_weigh_g < balance.minimum_weighable_g:
            raise CannotWeigh("BELOW_MINIMUM_WEIGHABLE", _below(called(take.supply.lot), take.exact_g, balance))
    exact, weighed = _sum(takes), sum((Fraction(take.to_weigh_g) for take in takes), start=Fraction(0))
    if abs(weighed - exact) * 100 > exact * MOST_ROUNDING_ERROR_PERCENT:
        raise CannotWeigh("BELOW_MINIMUM_WEIGHABLE", f"rounding {called(None)} to the balance would change it by more than {MOST_ROUNDING_ERROR_PERCENT} %")


def _check_agreement(figures: Figures, correct_above_percent: Decimal) -> None:
    """Raises CannotWeigh where the second calculation finds another weight for the last lot of any component."""
    second = recalculate(
        amount_g=figures.amount_g, overage_percent=figures.overage_percent, percent=figures.percent, levigating_percent=figures.formula.levigating_percent,
        drug=[LotTaken(take.supply.lot, take.to_weigh_g) for take in figures.drug], levigating_before_g=[take.to_weigh_g for take in figures.agent[:-1]],
        base_before_g=[take.to_weigh_g for take in figures.base[:-1]], correct_above_percent=correct_above_percent,
        mw_anhydrous=figures.masses.anhydrous, mw_pentahydrate=figures.masses.pentahydrate, readability_g=figures.balance.readability_g,
    )  # fmt: skip
    if (second.active_g, second.levigating_g, second.base_g) != tuple(takes[-1].to_weigh_g for takes in (figures.drug, figures.agent, figures.base)):
        raise CannotWeigh("CALCULATIONS_DISAGREE", "the two independent calculations of this sheet disagree; nothing may be weighed")
