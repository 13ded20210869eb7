"""How every figure of a weighing sheet came about, in words and numbers, for screen and paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from compounding.domain.allocation import Take
from compounding.domain.derivation import Step
from compounding.domain.formulation import MasterFormulationRecord
from compounding.domain.hydrates import Form, MolarMasses
from compounding.domain.lots import LotFactor
from compounding.domain.numbers import format_number, plain_number
from compounding.domain.site import Balance
from compounding.domain.substances import Lot, Substance
from compounding.domain.units import Unit
from compounding.domain.weighing_sheet import WeighingLine, shown

_GRAM = Unit.GRAM.value
_CONSERVED = "conservation of mass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of one plan, as the derivation needs them. Masses in grams; the takes are those of drug, levigating agent and base."""

    formula: MasterFormulationRecord
    substances: Mapping[str, Substance]
    masses: MolarMasses
    amount_g: Decimal
    overage_percent: Decimal
    batch_g: Decimal
    percent: Decimal
    required_g: Fraction
    anhydrous_g: Fraction
    agent_g: Fraction
    base_g: Fraction
    balance: Balance
    factors: Sequence[LotFactor]
    drug: Sequence[Take]
    agent: Sequence[Take]
    base: Sequence[Take]

    @property
    def source(self) -> str:
        """The formula the figures come from."""
        return f"formula, version {self.formula.version}"

    @property
    def weights_before_the_base(self) -> list[Decimal]:
        """What is weighed of everything that is not the base."""
        return [take.to_weigh_g for take in (*self.drug, *self.agent)]


def lines_of(figures: Figures) -> tuple[WeighingLine, ...]:
    """The lines of drug, levigating agent and base, each with its derivation."""
    return (*_drug_lines(figures), *_agent_lines(figures), *_base_lines(figures))


def totals_of(figures: Figures, lines: Sequence[WeighingLine]) -> tuple[Step, ...]:
    """The sum of all weights, both readings of the drug's form, and for a zinc base the zinc oxide in the finished ointment."""
    masses = figures.masses
    weights = [line.to_weigh_g for line in lines]
    totals = [
        Step(name="Total to weigh", formula="sum of all components", substitution=" + ".join(format_number(mass) for mass in weights),
             value=plain_number(sum(weights, start=Decimal(0))), unit=_GRAM, source=_CONSERVED),
        Step(name="Sodium thiosulfate as anhydrous", formula="required as pentahydrate × molar ratio",
             substitution=f"{shown(figures.required_g)} × {shown(masses.anhydrous)} ÷ {shown(masses.pentahydrate)}",
             value=shown(figures.anhydrous_g), unit=_GRAM, source="molecular weights in the reference data"),
    ]  # fmt: skip
    held = sum((Fraction(line.to_weigh_g) * line.composition.anhydrous_fraction for line in lines if line.composition is not None), start=Fraction(0))
    strength = held * masses.ratio(Form.ANHYDROUS, Form.PENTAHYDRATE) * 100 / Fraction(figures.batch_g)
    totals.append(
        Step(name="Strength as it will be weighed, as pentahydrate", formula="anhydrous in the weights ÷ molar ratio ÷ batch × 100",
             substitution=f"{shown(held)} ÷ ({shown(masses.anhydrous)} ÷ {shown(masses.pentahydrate)}) ÷ {format_number(figures.batch_g)} × 100",
             value=shown(strength), unit="% w/w", source=_CONSERVED)
    )  # fmt: skip
    zinc = figures.substances[figures.formula.base].zinc_oxide_percent
    if zinc:
        base_g = sum((take.to_weigh_g for take in figures.base), start=Decimal(0))
        totals.append(
            Step(name="Zinc oxide in the finished ointment", formula="base × zinc oxide in the base ÷ batch",
                 substitution=f"{format_number(base_g)} × {format_number(zinc)} % ÷ {format_number(figures.batch_g)}",
                 value=shown(Fraction(base_g) * Fraction(zinc) / Fraction(figures.batch_g)), unit="% w/w", source="clinical rule 5")
        )  # fmt: skip
    return tuple(totals)


def _drug_lines(figures: Figures) -> list[WeighingLine]:
    substance = figures.substances[figures.formula.active]
    exact = Fraction(figures.amount_g) * (100 + Fraction(figures.overage_percent)) / 100
    rounding = "" if Fraction(figures.batch_g) == exact else ", rounded half up to the balance"
    batch = Step(
        name="Batch", formula=f"amount ordered × (1 + overage){rounding}",
        substitution=f"{format_number(figures.amount_g)} × (1 + {format_number(figures.overage_percent)} ÷ 100)",
        value=plain_number(figures.batch_g), unit=_GRAM, source="the site's overage",
    )  # fmt: skip
    required = Step(
        name=f"{substance.name} required", formula="batch × strength ÷ 100",
        substitution=f"{format_number(figures.batch_g)} × {format_number(figures.percent)} ÷ 100", value=shown(figures.required_g), unit=_GRAM,
        source="w/w of the finished preparation, clinical rule 28",
    )  # fmt: skip
    lines: list[WeighingLine] = []
    left = figures.required_g
    given: list[Fraction] = []
    for take, factor in zip(figures.drug, figures.factors, strict=True):
        lot, name = take.supply.lot, name_of(substance, take.supply.lot, figures.substances)
        steps = [batch, required] if not lines else []
        if len(lines) < len(figures.drug) - 1:
            held_g = take.exact_g * factor.composition.anhydrous_fraction * figures.masses.ratio(Form.ANHYDROUS, Form.PENTAHYDRATE)
            given.append(held_g)
            left -= held_g
            steps.extend(_used_up(figures, name, take, factor, held_g))
        else:
            if given:
                steps.append(_still_required(lot, figures.required_g, given, left))
            if lot is not None:
                steps.append(
                    Step(name=f"{name} of lot {lot.number}", formula=factor.formula, substitution=f"{shown(left)} {factor.substitution}".strip(),
                         value=shown(take.exact_g), unit=_GRAM, source=factor.source)
                )  # fmt: skip
            steps.append(_rounding(figures, _of_lot(name, lot, figures.drug), take))
        lines.append(_line(figures.formula.active, name, take, steps, factor))
    return lines


def _used_up(figures: Figures, name: str, take: Take, factor: LotFactor, held_g: Fraction) -> list[Step]:
    """A lot that gives only a part: what is taken of it, and how much of the drug that is."""
    lot, words = take.supply.lot, f"{name}{_from(take.supply.lot)}"
    ratio = f"{shown(figures.masses.anhydrous)} ÷ {shown(figures.masses.pentahydrate)}"
    held = shown(factor.composition.anhydrous_fraction)
    of_lot = f" of lot {lot.number}" if lot is not None else ""
    return [
        Step(name=f"Anhydrous in a gram{of_lot}", formula=factor.content, substitution=factor.content_numbers, value=held, unit="g/g", source=factor.source),
        Step(name=f"{words}, as pentahydrate", formula="weight × anhydrous in each gram ÷ molar ratio", value=shown(held_g), unit=_GRAM, source=_CONSERVED,
             substitution=f"{shown(take.exact_g)} × {held} ÷ ({ratio})"),
        _stock(figures, name, take),
    ]  # fmt: skip


def _stock(figures: Figures, name: str, take: Take) -> Step:
    """What is weighed of a lot that gives only a part: all that is left of it, or less where the next lot's part would be too small to weigh."""
    lot, weight, step = take.supply.lot, Fraction(take.to_weigh_g), Fraction(figures.balance.readability_g)
    on_hand = lot.on_hand_g if lot is not None and lot.on_hand_g is not None else take.to_weigh_g
    kept = (Fraction(on_hand) / step).__floor__() * step - weight
    formula, kept_words = "what is left of this lot, as far as the balance shows it", ""
    if kept:
        formula, kept_words = f"{formula}, less what lets the next lot's part be weighed", f" - {shown(kept)}"
    return Step(name=f"{name}{_from(lot)}, to weigh", formula=formula, substitution=f"{format_number(on_hand)} left{kept_words}",
                value=plain_number(take.to_weigh_g), unit=_GRAM, source="the lot's stock")  # fmt: skip


def _from(lot: Lot | None) -> str:
    return f" from lot {lot.number}" if lot is not None else ""


def _agent_lines(figures: Figures) -> list[WeighingLine]:
    substance = figures.substances[figures.formula.levigating_agent]
    first = Step(
        name=substance.name, formula="batch × levigating agent ÷ 100", unit=_GRAM, source=figures.source, value=shown(figures.agent_g),
        substitution=f"{format_number(figures.batch_g)} × {format_number(figures.formula.levigating_percent)} ÷ 100",
    )  # fmt: skip
    *used_up, last = figures.agent
    steps = [[_stock(figures, substance.name, take)] for take in used_up]
    steps.append([_rounding(figures, _of_lot(substance.name, last.supply.lot, figures.agent), last)])
    if used_up:
        given = [take.exact_g for take in used_up]
        steps[-1].insert(0, _still_required(last.supply.lot, figures.agent_g, given, figures.agent_g - sum(given)))
    steps[0].insert(0, first)
    return [_line(substance.id, substance.name, take, told) for take, told in zip(figures.agent, steps, strict=True)]


def _still_required(lot: Lot | None, required_g: Fraction, given_g: Sequence[Fraction], left_g: Fraction) -> Step:
    return Step(name=f"Still required{_from(lot)}", formula="required - what the lots before it give",
                substitution=" - ".join(map(shown, (required_g, *given_g))), value=shown(left_g), unit=_GRAM, source=_CONSERVED)  # fmt: skip


def _base_lines(figures: Figures) -> list[WeighingLine]:
    substance = figures.substances[figures.formula.base]
    exact = " - ".join([format_number(figures.batch_g), *(shown(take.exact_g) for take in (*figures.drug, *figures.agent))])
    weights = " - ".join([format_number(figures.batch_g), *map(format_number, figures.weights_before_the_base)])
    base_g = figures.batch_g - sum(figures.weights_before_the_base)
    steps = [
        Step(name=substance.name, formula="batch - all other components (q.s.)", substitution=exact, value=shown(figures.base_g), unit=_GRAM,
             source=figures.source),
        Step(name=f"{substance.name}, to weigh", formula="batch - weights of all other components, so that the weights add up", substitution=weights,
             value=plain_number(base_g), unit=_GRAM, source=_CONSERVED),
    ]  # fmt: skip
    *used_up, last = figures.base
    told = [[_stock(figures, substance.name, take)] for take in used_up]
    rest = Step(
        name=_of_lot(substance.name, last.supply.lot, figures.base), formula="to weigh - weights of the lots before it", value=plain_number(last.to_weigh_g),
        substitution=" - ".join(map(format_number, (base_g, *(take.to_weigh_g for take in used_up)))), unit=_GRAM, source=_CONSERVED,
    )  # fmt: skip
    told.append([rest] if used_up else [])
    return [
        _line(substance.id, substance.name, take, (*steps, *each) if take is figures.base[0] else each) for take, each in zip(figures.base, told, strict=True)
    ]


def _line(component: str, name: str, take: Take, steps: Sequence[Step], factor: LotFactor | None = None) -> WeighingLine:
    return WeighingLine(
        component=component, name=name, exact_g=take.exact_g, to_weigh_g=take.to_weigh_g, lot=take.supply.lot,
        composition=factor.composition if factor is not None else None,
        corrected=factor.corrected if factor is not None else None, derivation=tuple(steps),
    )  # fmt: skip


def _rounding(figures: Figures, name: str, take: Take) -> Step:
    error = (Fraction(take.to_weigh_g) - take.exact_g) * 100 / take.exact_g
    changes = f": {shown(Fraction(round(error * 1000), 1000))} %" if error else ""
    return Step(
        name=f"{name}, to weigh", formula=f"rounded half up to the balance{changes}",
        substitution=f"{shown(take.exact_g)} to steps of {format_number(figures.balance.readability_g)}",
        value=plain_number(take.to_weigh_g), unit=_GRAM, source=f"balance {figures.balance.name}",
    )  # fmt: skip


def _of_lot(name: str, lot: Lot | None, takes: Sequence[Take]) -> str:
    return f"{name} of lot {lot.number}" if lot is not None and len(takes) > 1 else name


def name_of(substance: Substance, lot: Lot | None, substances: Mapping[str, Substance]) -> str:
    """What stands on the drum: a lot of the drug in its other form goes by that form's name, since its weight is not the pentahydrate's."""
    if lot is None or not substance.drug_form or lot.form == substance.drug_form:
        return substance.name
    return next((other.name for other in substances.values() if other.drug_form == lot.form), substance.name)
