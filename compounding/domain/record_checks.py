"""Do the parts of a compounding record fit the plan and one another? Each check raises what is wrong (clinical rules 17 and 20)."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from compounding.domain.errors import WorkflowRefused
from compounding.domain.record_parts import Figures, Finish, Hold, HoldReason, StepDone, Weighing, Witnessing
from compounding.domain.weighing_sheet import WeighingSheet

NET_WEIGHT_TEST = "net weight"
"""The quality test a short container fails. It is a limit of its own that a pharmacist may decide on (clinical rule 20), and no fault of the ointment."""

DECIDABLE = frozenset({"WEIGHT_OUT_OF_LIMIT", "YIELD_OUT_OF_LIMIT", "NET_WEIGHT_OUT_OF_LIMIT", "NET_WEIGHT_TEST_FAILED", "FINAL_CHECK_FAILED"})
"""The holds a pharmacist may decide on. A wrong strength, a failed quality test, too much heat or mass from nowhere stays: scrap or rework.

A failed final check is decidable because what follows is a new label and a new final check, never a release.
"""


def inconsistent(what: str) -> WorkflowRefused:
    """The refusal of a record that contradicts itself."""
    return WorkflowRefused("RECORD_INCONSISTENT", f"this record contradicts itself: {what}")


def drug_lines(sheet: WeighingSheet) -> tuple[int, ...]:
    """The lines of the sheet (counted from 0) that weigh the drug."""
    return tuple(number for number, line in enumerate(sheet.lines) if line.composition is not None)


def differing(sheet: WeighingSheet, figures: Figures) -> tuple[tuple[int, ...], bool]:
    """The lines whose figure is not exactly the sheet's, and whether the batch differs. Raises WorkflowRefused `FIGURES_MISSING` for another count."""
    if len(figures.masses_g) != len(sheet.lines):
        raise WorkflowRefused("FIGURES_MISSING", f"the recalculation needs a figure for each of the {len(sheet.lines)} lines of the sheet")
    if not all(each.is_finite() for each in (*figures.masses_g, figures.batch_g)):
        raise WorkflowRefused("FIGURES_MISSING", "each figure of the recalculation must be a number of grams")
    pairs = zip(sheet.lines, figures.masses_g, strict=True)
    return tuple(number for number, (line, mass) in enumerate(pairs) if mass != line.to_weigh_g), figures.batch_g != sheet.batch_g


def check_weighing(sheet: WeighingSheet, lot_ids: tuple[str, ...], weighing: Weighing) -> None:
    """Raises WorkflowRefused `NO_SUCH_LINE`, `WRONG_LOT`, `NO_WEIGHT`, `RECORD_INCOMPLETE`.

    A weight far from the plan is taken as it is, since it was weighed: refusing it would teach people to write down the plan. It becomes a hold at the end.
    """
    if not 0 <= weighing.line < len(sheet.lines):
        raise WorkflowRefused("NO_SUCH_LINE", f"the sheet has no line {weighing.line + 1}")
    if weighing.lot_id != lot_ids[weighing.line]:
        raise WorkflowRefused("WRONG_LOT", f"this is not the lot planned for line {weighing.line + 1}, {sheet.lines[weighing.line].name}")
    if not weighing.mass_g.is_finite() or weighing.mass_g <= 0:
        raise WorkflowRefused("NO_WEIGHT", f"line {weighing.line + 1} needs a weight of more than zero")
    if not weighing.balance.strip() or not weighing.by.strip():
        raise WorkflowRefused("RECORD_INCOMPLETE", f"line {weighing.line + 1} needs its balance and who weighed")


def check_steps(steps: tuple[StepDone, ...], *, is_witnessed: bool) -> None:
    """Whether each step is ticked once, by somebody, and none after the weighing before that was witnessed. Raises WorkflowRefused `RECORD_INCOMPLETE`."""
    if len({each.step for each in steps}) != len(steps) or not all(each.by.strip() and each.at.tzinfo is not None for each in steps):
        raise WorkflowRefused("RECORD_INCOMPLETE", "each step of the procedure is ticked once, by somebody, at a time in UTC")
    if not is_witnessed and not all(each.is_before_weighing for each in steps):
        raise WorkflowRefused("RECORD_INCOMPLETE", "a step of the mixing is ticked before the weighing of the drug was witnessed")


def check_witness(sheet: WeighingSheet, weighings: tuple[Weighing, ...], witness: Witnessing) -> None:
    """Raises WorkflowRefused `WITNESS_INCOMPLETE` where a weighing of the drug was not seen, `WITNESS_DIFFERS` where something else was seen."""
    if tuple(sorted(each.line for each in witness.readings)) != drug_lines(sheet):
        raise WorkflowRefused("WITNESS_INCOMPLETE", "the witness needs container, lot and balance reading of every weighing of the drug, each once")
    weighed = {each.line: each for each in weighings}
    for reading in witness.readings:
        if not reading.container.strip():
            raise WorkflowRefused("WITNESS_INCOMPLETE", f"the witness must say which container was seen at line {reading.line + 1}")
        if reading.from_evidence and reading.from_evidence not in witness.signature.evidence:
            raise WorkflowRefused("WITNESS_INCOMPLETE", f"the photo or printout of line {reading.line + 1} is not kept with the signature")
        if (reading.lot_id, reading.mass_g) != (weighed[reading.line].lot_id, weighed[reading.line].mass_g):
            raise WorkflowRefused("WITNESS_DIFFERS", f"lot or balance reading of line {reading.line + 1} is not what was written down; rework or scrap")


def finish_problems(finish: Finish) -> tuple[HoldReason, ...]:
    """Everything in a finished preparation that stops it, in the order of report: limits, temperature, quality tests."""
    report = finish.report
    found = [HoldReason(code=each.code, message=each.message) for each in finish.reconciliation.reasons]
    if report.highest_temperature_celsius > finish.limit_celsius:
        found.append(HoldReason(code="TEMPERATURE_OUT_OF_LIMIT", message="The mixture became warmer than the formula allows."))
    for test in report.quality:
        if not test.is_passed:
            code = "NET_WEIGHT_TEST_FAILED" if test.name.strip().casefold() == NET_WEIGHT_TEST else "QUALITY_TEST_FAILED"
            found.append(HoldReason(code=code, message=f'The quality test "{test.name}" was not passed.'))
    return tuple(found)


def check_finish(sheet: WeighingSheet, weighings: tuple[Weighing, ...], finish: Finish) -> None:
    """Whether the reconciliation is of these weights. Raises WorkflowRefused `RECORD_INCONSISTENT`."""
    found, report = finish.reconciliation, finish.report
    total = sum((each.mass_g for each in weighings), start=Decimal(0))
    anhydrous = Fraction(0)
    for each in weighings:
        composition = sheet.lines[each.line].composition
        anhydrous += Fraction(0) if composition is None else composition.held_in(Fraction(each.mass_g)).grams
    strength = anhydrous * sheet.as_pentahydrate_g / sheet.as_anhydrous_g * 100 / Fraction(total)
    net_g = sum(report.net_g, start=Decimal(0))
    if (found.total_g, found.strength_percent) != (total, strength):
        raise inconsistent("its strength is not that of its weighings")
    if found.yield_percent != Fraction(report.obtained_g) * 100 / Fraction(total) or found.net_percent != Fraction(net_g) * 100 / Fraction(sheet.amount_g):
        raise inconsistent("its yield or net weight is not that of its finish")


def check_holds(finish: Finish, holds: tuple[Hold, ...], *, is_on_hold: bool) -> None:
    """Whether every problem of the finish was held, every hold but the last decided, and nothing decided that may not be.

    Raises WorkflowRefused `RECORD_INCOMPLETE` or `CANNOT_BE_DECIDED`.
    """
    problems = finish_problems(finish)
    if problems and (not holds or holds[0].reasons != problems):
        raise WorkflowRefused("RECORD_INCOMPLETE", "what was out of limit at the finish is not held")
    open_holds = [number for number, hold in enumerate(holds) if hold.decision is None]
    if open_holds != ([len(holds) - 1] if is_on_hold and holds else []) or (is_on_hold and not holds):
        raise WorkflowRefused("RECORD_INCOMPLETE", "a hold without a decision, or a decision without a hold")
    for hold in holds:
        if hold.decision is not None:
            check_decidable(hold)
            check_in_order((("the hold", hold.since), ("the decision", hold.decision.signature.at)))


def check_decidable(hold: Hold) -> None:
    """Raises WorkflowRefused `CANNOT_BE_DECIDED` for a hold that only scrapping or reworking ends."""
    fixed = [each for each in hold.reasons if each.code not in DECIDABLE]
    if fixed:
        raise WorkflowRefused("CANNOT_BE_DECIDED", f"this can only be scrapped or reworked: {fixed[0].message}")


def check_in_order(instants: Iterable[tuple[str, datetime]]) -> None:
    """Raises WorkflowRefused `RECORD_OUT_OF_ORDER` where something was done before what must precede it."""
    before: tuple[str, datetime] | None = None
    for name, at in instants:
        if at.tzinfo is None:
            raise WorkflowRefused("RECORD_OUT_OF_ORDER", f"the time of {name} must be given in UTC")
        if before is not None and at < before[1]:
            raise WorkflowRefused("RECORD_OUT_OF_ORDER", f"{name} cannot have been done before {before[0]}")
        before = (name, at)
