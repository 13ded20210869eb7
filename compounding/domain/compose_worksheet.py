"""The worksheet's content: the compounding record to fill in at the bench (USP <795>, NAPRA), in the staff's language, which is English."""

from decimal import Decimal
from fractions import Fraction

from compounding.domain.derivation import Step
from compounding.domain.label_content import Field, Table, WorksheetContent, WorksheetStep
from compounding.domain.numbers import format_number, rounded
from compounding.domain.paper_facts import PaperFacts
from compounding.domain.screening.statements import ZincReading


def compose_worksheet(facts: PaperFacts) -> WorksheetContent:
    """The worksheet of one preparation: every figure with its derivation, every box that a person fills in."""
    formula, numbers = facts.formula, facts.numbers
    return WorksheetContent(
        language="en",
        title=f"Compounding record, {numbers.lot}",
        draft_marks=facts.staff_draft_marks,
        heading=formula.name,
        identity=_identity(facts),
        alerts=_alerts(facts),
        notes=_notes(facts),
        weighing_heading="Weighing",
        weighing=_weighing(facts),
        # The sum stands in the table's last row already.
        weighing_notes=tuple(f"{total.name}: {_result(total)} = {total.substitution} ({total.source})" for total in facts.sheet.totals[1:]),
        derivation_heading="How each figure was calculated",
        derivation=_derivation(facts),
        equipment_heading="Equipment and protection",
        # One paragraph instead of a list: the signatures then stay together on their page.
        equipment=("; ".join(formula.equipment) + ".",),
        procedure_heading="Procedure",
        procedure=_procedure(facts),
        quality_heading="Quality tests of the finished preparation",
        quality=Table(
            headings=("Test", "Passes when", "Result", "Initials"),
            rows=tuple((test.name, test.accept, "", "") for test in formula.quality_tests),
            widths=(20, 45, 23, 12),
        ),
        finish_heading="Yield and finish",
        finish=(
            Field(name=f"Obtained (g); ÷ total weighed, {facts.site.tolerances.process_yield}", value=""),
            Field(name="Gross weight, tare of container (g)", value=""), Field(name="Net weight (g)", value=""),
            Field(name=f"Net ÷ amount ordered, {facts.site.tolerances.net_weight}", value=""),
            Field(name="Container", value=""), Field(name="Deviations", value=""),
        ),
        signatures_heading="Signatures",
        signatures=Table(
            headings=("Step", "Name and licence", "Signature", "Date and time"),
            rows=(
                ("Clinical assessment by the pharmacist", "", "", ""),
                ("Weights recalculated by a second person, before the first weighing", "", "", ""),
                ("Prepared by", "", "", ""),
                ("Drug weighing witnessed, before mixing", "", "", ""),
                ("Finished preparation and label checked by (not the person who weighed)", "", "", ""),
            ),
            widths=(36, 26, 22, 16),
        ),
        references_heading="References",
        references=tuple(f"{reference.text} ({reference.status.value})" for reference in formula.references),
        footer=("Page {page} of {pages}", f"{numbers.lot}, Rx number {numbers.rx_number}, {formula.id} version {formula.version}"),
        code=numbers.code,
    )  # fmt: skip


def _identity(facts: PaperFacts) -> tuple[Field, ...]:
    order, sheet, formula = facts.order, facts.sheet, facts.formula
    asked = "as pentahydrate" if order.basis_stated else "as pentahydrate (assumed: the order does not say)"
    return (
        Field(name="Patient", value=order.patient.name),
        Field(name="Date of birth", value=order.patient.born_on.isoformat()),
        Field(name="Prescriber", value=order.prescriber_name),
        Field(name="Order", value=f"{order.ordered_on.isoformat()}{', ref. ' + order.order_ref if order.order_ref else ''}"),
        Field(name="Rx number", value=facts.numbers.rx_number),
        Field(name="Lot (internal number)", value=facts.numbers.lot),
        Field(name="Date compounded", value=facts.compounded_on.isoformat()),
        Field(name="Beyond-use date", value=facts.beyond_use.on.isoformat() + (" (proposed)" if facts.beyond_use.proposed else "")),
        Field(name="Strength", value=f"{format_number(sheet.percent)} % w/w, {asked}"),
        Field(name="Same strength as anhydrous", value=f"{_anhydrous_percent(facts)} % w/w"),
        Field(name="Amount ordered", value=f"{format_number(sheet.amount_g)} g"),
        Field(name="Batch to prepare", value=f"{format_number(sheet.batch_g)} g"),
        Field(name="Formula", value=f"{formula.id}, version {formula.version}"),
        Field(name="Repeats", value=str(facts.repeats_left)),
        Field(name="Directions", value=order.directions),
        Field(name="Pharmacy", value=f"{facts.site.name}, {facts.site.address}, {facts.site.telephone}"),
    )


def _anhydrous_percent(facts: PaperFacts) -> str:
    return format_number(rounded(facts.sheet.as_anhydrous_g * 100 / Fraction(facts.sheet.batch_g), 2))


# The allergy record itself, and what was signed beside it, stands in the frame above.
_IN_THE_FRAME = frozenset({"ALLERGY_IN_VIEW", "ALLERGY_ASSESSED", "ALLERGY_REFUTED"})


def _alerts(facts: PaperFacts) -> tuple[str, ...]:
    zinc = {
        ZincReading.ZINC: "ZINC ALLERGY RECORDED. This preparation must not touch zinc.",
        ZincReading.UNCLEAR: "A zinc allergy cannot be ruled out. This preparation must not touch zinc.",
    }.get(facts.zinc)
    contents = "This jar CONTAINS ZINC OXIDE." if facts.contains_zinc else "This jar contains no zinc."
    entries = facts.screening.in_words
    record = f"Allergies on record: {entries}" if entries else ""
    signed = tuple(each.message for each in facts.warnings if each.code == "ALLERGY_ASSESSED")
    return tuple(text for text in (zinc, record, *signed, *facts.screening.asked_in_words, contents) if text)


def _notes(facts: PaperFacts) -> tuple[str, ...]:
    return (
        f"Why this formula: {facts.choice.why}",
        f"Beyond-use date: {facts.beyond_use.rule}.{_open_expiries(facts)}",
        f"Storage: {facts.formula.storage}",
        f"Packaging: {facts.formula.packaging} NAPRA level: {facts.formula.napra_level}.",
        *(each.message for each in facts.warnings if each.code not in _IN_THE_FRAME),
    )


def _open_expiries(facts: PaperFacts) -> str:
    """A date that was worked out before every expiry was known holds only if none of them is earlier (clinical rule 16)."""
    if all(line.lot is not None and line.lot.expires_on is not None for line in facts.sheet.lines):
        return ""
    return f" A component that expires before {facts.beyond_use.on.isoformat()} shortens it: then prepare this order again with its lot."


def _weighing(facts: PaperFacts) -> Table:
    rows = []
    for line in facts.sheet.lines:
        lot = line.lot
        rows.append((
            line.name,
            f"{lot.number} {lot.supplier}".strip() if lot is not None else "",
            lot.expires_on.isoformat() if lot is not None and lot.expires_on is not None else "",
            f"{format_number(line.to_weigh_g)} g",
            "",
            "",
        ))  # fmt: skip
    rows.append(("Total", "–", "–", f"{format_number(facts.sheet.batch_g)} g", "", ""))
    # The supplier is part of the record (USP <795>, NAPRA); the lot number stands first, so that it is found again.
    headings = ("Component", "Lot, supplier", "Expiry", "To weigh", "Weighed (g)", "Initials")
    return Table(headings=headings, rows=tuple(rows), widths=(27, 20, 13, 16, 14, 10), emphasised_columns=(3,))


def _derivation(facts: PaperFacts) -> Table:
    steps: list[Step] = []
    for line in facts.sheet.lines:
        steps.extend(step for step in line.derivation if step not in steps)
    # A pharmacy's own version has a long name, which stands in the footer; in the narrow column it is "formula", as the whole sheet is by one.
    own = f"formula, version {facts.formula.version}"
    rows = tuple((step.name, step.formula, step.substitution, _result(step), "this formula" if step.source == own else step.source) for step in steps)
    return Table(headings=("Figure", "Formula", "Numbers", "Result", "Source"), rows=rows, widths=(18, 22, 22, 19, 19))


def _result(step: Step) -> str:
    return f"{format_number(Decimal(step.value))} {step.unit}"


CLINICAL_ASSESSMENT = WorksheetStep(
    text="Clinical assessment: medication profile reviewed on (date); age, pregnancy, breast-feeding; skin intact, open or infected; site; home oxygen or "
    "smoking; other wound products; earlier reaction.",
    sign="pharmacist",
)
"""The first step of every sheet; it is signed, and not ticked like those of the formula."""


def _procedure(facts: PaperFacts) -> tuple[WorksheetStep, ...]:
    steps = (CLINICAL_ASSESSMENT, *(WorksheetStep(text=step.text, sign=step.sign) for step in facts.formula.procedure))
    if facts.screening.zinc is ZincReading.NOT_ZINC or facts.contains_zinc:
        return steps
    # A porous Wedgwood mortar keeps zinc oxide from earlier work (clinical rule 12).
    separate = WorksheetStep(
        text="Zinc allergy: clean down before starting. Use glass or disposable tools, a new spatula and a new pad; no porous (Wedgwood) mortar.",
        sign="preparer",
    )
    return (*steps[:2], separate, *steps[2:])
