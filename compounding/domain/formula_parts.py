"""The parts of a Master Formulation Record that say how it is made: ingredients, the worked batch, equipment, procedure, tests (USP <795>, NAPRA)."""

from decimal import Decimal

from compounding.domain.derivation import Step
from compounding.domain.formula_facts import NOT_STATED, FormulaFacts, field
from compounding.domain.label_content import FormulaPart, Table
from compounding.domain.numbers import format_number
from compounding.domain.substances import Substance
from compounding.domain.weighing_sheet import shown

_NONE = "–"
_OWN = "this formula"


def making_parts(facts: FormulaFacts) -> tuple[FormulaPart, ...]:
    """What goes in, how much of it, with what, and in which steps; and what the finished preparation is like."""
    return (_ingredients(facts), *_worked_batch(facts), _equipment(facts), _procedure(facts), _finished(facts), _quality(facts))


def strengths(facts: FormulaFacts) -> str:
    """The strengths that may be ordered."""
    formula = facts.formula
    lowest, highest = format_number(formula.strength_from_percent), format_number(formula.strength_to_percent)
    span = f"{lowest} % w/w" if lowest == highest else f"{lowest} to {highest} % w/w, as ordered"
    return f"{span}; counted as {formula.strength_basis}"


def _roles(facts: FormulaFacts) -> tuple[tuple[str, str, str], ...]:
    """Each ingredient's id, its role in this formula, and its share of the finished preparation."""
    formula = facts.formula
    lowest, highest = format_number(formula.strength_from_percent), format_number(formula.strength_to_percent)
    return (
        (formula.active, "active ingredient", f"{lowest} % w/w" if lowest == highest else f"{lowest} to {highest} % w/w"),
        (formula.levigating_agent, "levigating agent", f"{format_number(formula.levigating_percent)} % w/w"),
        (formula.base, "base", "to 100 % (q.s.)"),
    )


def _ingredients(facts: FormulaFacts) -> FormulaPart:
    rows = []
    for identifier, role, share in _roles(facts):
        substance = facts.formulary.substances[identifier]
        rows.append((substance.name, role, substance.drug_form or "none", _identity(substance), share, ""))
    table = Table(
        headings=("Ingredient", "Role", "Hydrate form", "Identity", "Amount", f"Grade. {NOT_STATED}:"), rows=tuple(rows), widths=(20, 12, 14, 26, 13, 15)
    )
    return FormulaPart(
        heading="Ingredients", table=table, paragraphs=("Lot, supplier, expiry and certificate of what is used are recorded with each preparation.",)
    )


def _identity(substance: Substance) -> str:
    known = (
        ("CAS ", substance.cas), ("UNII ", substance.unii),
        ("", f"{format_number(substance.molecular_weight)} g/mol" if substance.molecular_weight is not None else ""),
        ("zinc oxide ", f"{format_number(substance.zinc_oxide_percent)} % w/w" if substance.zinc_oxide_percent else ""),
        # A product of several ingredients is identified by them.
        ("made of ", ", ".join(substance.ingredients) if len(substance.ingredients) > 1 else ""),
    )  # fmt: skip
    return "; ".join(f"{name}{value}" for name, value in known if value) or NOT_STATED


def known_of_the_ingredients(facts: FormulaFacts) -> FormulaPart:
    """Every property on record, with its source."""
    rows = tuple(
        (facts.called(identifier), known.name, known.value, f"{known.source} ({known.status.value})")
        for identifier, _, _ in _roles(facts) for known in facts.formulary.substances[identifier].facts
    )  # fmt: skip
    return FormulaPart(
        heading="What is known of the ingredients",
        table=Table(headings=("Ingredient", "Property", "Value", "Source and how far it was checked"), rows=rows, widths=(22, 16, 36, 26)),
    )


def _worked_batch(facts: FormulaFacts) -> tuple[FormulaPart, ...]:
    """The batch that the formula's text carries, as the calculation core works it out; no figure is made here."""
    example, sheet = facts.formula.example, facts.sheet
    heading = f"Exact amounts for one batch of {format_number(example.batch_g)} g at {format_number(example.percent)} % w/w"
    every = "For each order the amounts are worked out anew, from the lots in hand with their assay and water; the worksheet shows every figure."
    if sheet is None:
        rows = tuple((facts.called(part), f"{format_number(grams)} g", "") for part, grams in example.parts_g.items())
        why = f"The program did not work out this batch for this pharmacy: {facts.not_worked_out}. The amounts are those of the formula's own text."
        table = Table(headings=("Ingredient", "By the formula's text", f"To weigh. {NOT_STATED}:"), rows=rows, widths=(50, 25, 25))
        return (FormulaPart(heading=heading, paragraphs=(why, every), table=table),)
    roles = {identifier: role for identifier, role, _ in _roles(facts)}
    text, weigh = (
        {part: f"{format_number(grams)} g" for part, grams in example.parts_g.items()},
        [f"{format_number(line.to_weigh_g)} g" for line in sheet.lines],
    )
    lines = [
        (line.name, roles[line.component], f"{shown(line.exact_g)} g", text[line.component], to_weigh)
        for line, to_weigh in zip(sheet.lines, weigh, strict=True)
    ]  # fmt: skip
    batch = f"{format_number(sheet.batch_g)} g"
    table = Table(
        headings=("Ingredient", "Role", "Exact", "Formula's text", "To weigh"), widths=(34, 20, 15, 16, 15),
        rows=(*lines, ("Total", _NONE, _NONE, f"{format_number(example.batch_g)} g", batch)),
    )  # fmt: skip
    how = (
        f"Worked out by two independent calculations that agree, for nominal material, without overage, on the balance {facts.site.balance.name} (reads "
        f"{format_number(facts.site.balance.readability_g)} g, weighs {format_number(facts.site.balance.minimum_weighable_g)} g at the least)."
    )
    return (
        FormulaPart(heading=heading, paragraphs=(how, every), table=table),
        FormulaPart(
            heading="How each figure was calculated", table=_derivation(facts, [step for line in sheet.lines for step in line.derivation], sheet.totals)
        ),
    )


def _derivation(facts: FormulaFacts, steps: list[Step], totals: tuple[Step, ...]) -> Table:
    # The record is of this very version: its name, which may be long, stands on every page and need not stand in every row.
    own = f"formula, version {facts.formula.version}"
    every = dict.fromkeys((*steps, *totals))
    rows = tuple((each.name, each.formula, each.substitution, f"{format_number(Decimal(each.value))} {each.unit}", _OWN if each.source == own else each.source)
                 for each in every)  # fmt: skip
    return Table(headings=("Figure", "Formula", "Numbers", "Result", "Source"), rows=rows, widths=(18, 22, 22, 19, 19))


def _equipment(facts: FormulaFacts) -> FormulaPart:
    risk = facts.risk
    return FormulaPart(
        heading="Equipment, protection and room",
        fields=(
            field("Protective equipment (risk assessment)", risk.protective_equipment if risk is not None else ""),
            field("Ventilation (risk assessment)", risk.ventilation if risk is not None else ""),
            field("Room or area", ""),
        ),
        paragraphs=("Equipment and supplies:",),
        steps=tuple(f"{number}. {each}" for number, each in enumerate(facts.formula.equipment, 1)),
    )


def _procedure(facts: FormulaFacts) -> FormulaPart:
    formula = facts.formula
    rows = tuple((f"{number}.", step.text, step.sign or _NONE, "", "") for number, step in enumerate(formula.procedure, 1))
    told = f"Duration and end point: {NOT_STATED} beyond the words of the instruction; each has a box to write in."
    return FormulaPart(
        heading="Procedure, step by step in the order of mixing",
        paragraphs=(f"Highest temperature at any step: {format_number(formula.highest_temperature_celsius)} °C. {told}",),
        table=Table(headings=("Step", "Instruction", "Initials of", "Duration", "End point"), rows=rows, widths=(7, 54, 13, 12, 14)),
    )


def _finished(facts: FormulaFacts) -> FormulaPart:
    formula, tolerances = facts.formula, facts.site.tolerances
    return FormulaPart(
        heading="The finished preparation",
        fields=(
            field("Physical description", formula.description),
            field("Container and closure", formula.packaging),
            field("Expected yield, of what was weighed", str(tolerances.process_yield)),
            field("Net weight, of the amount ordered", str(tolerances.net_weight)),
            field("Amounts made here", f"{format_number(facts.site.smallest_amount_g)} to {format_number(facts.site.largest_amount_g)} g"),
        ),
    )  # fmt: skip


def _quality(facts: FormulaFacts) -> FormulaPart:
    rows = tuple((test.name, test.accept) for test in facts.formula.quality_tests)
    return FormulaPart(
        heading="Quality tests of the finished preparation", table=Table(headings=("Test", "Passes when"), rows=rows, widths=(25, 75)),
        fields=(field("Strength, of the labelled one", str(facts.site.tolerances.strength)), field("Assay of the finished preparation", "")),
    )  # fmt: skip
