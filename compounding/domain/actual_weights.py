"""What was really weighed, held against the plan: mass conserved, strength recalculated, process yield and net weight each within its own limit.

A preparation outside a limit is held with the reason; on a small batch a transfer loss is real, so the two limits are separate (clinical rule 20).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import count

from compounding.domain.derivation import Step
from compounding.domain.errors import LevigateError
from compounding.domain.hydrates import Form, MolarMasses, Thiosulfate
from compounding.domain.numbers import format_number, rounded
from compounding.domain.reasons import Reason, reason
from compounding.domain.site import Band, Tolerances
from compounding.domain.weighing_sheet import WeighingSheet, shown

_CONSERVED = "conservation of mass"
_RULE = "clinical rule 20"


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchReport:
    """What the bench reports, in grams: the weight of each line of the sheet in its order, the finished mass before it is packed, each jar's net weight."""

    weighed_g: Sequence[Decimal]
    obtained_g: Decimal
    net_g: Sequence[Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The preparation as it really is. Percentages: the strength w/w as pentahydrate, the yield of what was weighed, the net weight of what was ordered."""

    total_g: Decimal
    strength_percent: Fraction
    yield_percent: Fraction
    net_percent: Fraction
    derivation: tuple[Step, ...]
    reasons: tuple[Reason, ...]


def reconcile(sheet: WeighingSheet, bench: BenchReport, *, masses: MolarMasses, tolerances: Tolerances, readability_g: Decimal) -> Reconciliation:
    """Hold the actual weights against the plan. Reasons name whatever lies outside the site's tolerances; none is passed over.

    Raises LevigateError `not_positive` for a weight that is none, and `not_parsed` where a line of the sheet has no weight.
    """
    if len(bench.weighed_g) != len(sheet.lines) or not bench.net_g:
        raise LevigateError("not_parsed", "every line of the sheet needs its weight, and every jar its net weight")
    if any(not mass.is_finite() or mass <= 0 for mass in (*bench.weighed_g, *bench.net_g, bench.obtained_g)):
        raise LevigateError("not_positive", "a weight must be more than zero")
    total, net = sum(bench.weighed_g, start=Decimal(0)), sum(bench.net_g, start=Decimal(0))
    drug = Thiosulfate(Fraction(0), Form.ANHYDROUS)
    found = []
    one_weighing = Band(lowest=-tolerances.weighing_percent, highest=tolerances.weighing_percent)
    for line, mass in zip(sheet.lines, bench.weighed_g, strict=True):
        if line.composition is not None:
            drug += line.composition.held_in(Fraction(mass))
        off = (Fraction(mass) - Fraction(line.to_weigh_g)) * 100 / Fraction(line.to_weigh_g)
        if not one_weighing.holds(off):
            detail = f"{format_number(mass)} g of {line.name} instead of {format_number(line.to_weigh_g)} g, {_percent(off, one_weighing)} % off"
            found.append(reason("WEIGHT_OUT_OF_LIMIT", detail=f"{detail}; at most {format_number(tolerances.weighing_percent)} %"))
    as_pentahydrate = drug.counted_as(Form.PENTAHYDRATE, masses).grams
    strength, obtained = as_pentahydrate * 100 / Fraction(total), Fraction(bench.obtained_g) * 100 / Fraction(total)
    packed = Fraction(net) * 100 / Fraction(sheet.amount_g)
    # Each weighing may be half a step off, and so may the sum.
    slack = readability_g * (len(bench.weighed_g) + 1) / 2
    if bench.obtained_g > total + slack or net > bench.obtained_g + readability_g * (len(bench.net_g) + 1) / 2:
        found.append(
            reason(
                "MASS_NOT_CONSERVED", detail=f"{format_number(total)} g weighed, {format_number(bench.obtained_g)} g obtained, {format_number(net)} g packed"
            )
        )
    share = strength * 100 / Fraction(sheet.percent)
    limits = (
        ("STRENGTH_OUT_OF_LIMIT", share, tolerances.strength), ("YIELD_OUT_OF_LIMIT", obtained, tolerances.process_yield),
        ("NET_WEIGHT_OUT_OF_LIMIT", packed, tolerances.net_weight),
    )  # fmt: skip
    for code, value, band in limits:
        if not band.holds(value):
            found.append(reason(code, detail=f"{_percent(value, band)} %, limits {band}"))
    weights = " + ".join(format_number(mass) for mass in bench.weighed_g)
    steps = (
        _step("Total weighed", "sum of all weights", weights, Fraction(total), "g", _CONSERVED),
        _step("Sodium thiosulfate weighed, as pentahydrate", "sum over the lots: weight × anhydrous in a gram ÷ molar ratio",
              f"{shown(drug.grams)} ÷ {shown(masses.ratio(Form.PENTAHYDRATE, Form.ANHYDROUS))}", as_pentahydrate, "g", "clinical rule 13"),
        _step("Strength from the actual weights", "drug ÷ total × 100", f"{shown(as_pentahydrate)} ÷ {format_number(total)} × 100", strength, "% w/w", _RULE),
        _step("Process yield", "obtained ÷ total weighed × 100", f"{format_number(bench.obtained_g)} ÷ {format_number(total)} × 100", obtained, "%", _RULE),
        _step("Net weight", "packed ÷ ordered × 100", f"{format_number(net)} ÷ {format_number(sheet.amount_g)} × 100", packed, "%", _RULE),
    )  # fmt: skip
    return Reconciliation(
        total_g=total, strength_percent=strength, yield_percent=obtained, net_percent=packed, derivation=steps, reasons=tuple(found)
    )  # fmt: skip


def _step(name: str, formula: str, substitution: str, value: Fraction, unit: str, source: str) -> Step:
    return Step(name=name, formula=formula, substitution=substitution, value=shown(value), unit=unit, source=source)


def _percent(value: Fraction, band: Band) -> str:
    """A value outside the band, rounded to as many decimal places (two or more) as it takes to lie outside it still."""
    return format_number(next(found for places in count(2) if not band.holds(Fraction(found := rounded(value, places)))))
