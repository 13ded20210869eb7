"""Writes docs/clinical/calculations.md from the worked examples that the tests run, so that the manual cannot say what the program does not."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from compounding.config.site_file import example_site
from compounding.domain.calculators import Answer, CalculationRefused, calculate
from compounding.domain.derivation import Step
from compounding.domain.numbers import exact_number, format_number, whole_steps
from compounding.domain.substances import AssayAs
from compounding.pipeline import Bench, Prepared, prepare_file
from compounding.reference import load
from tests.conftest import TODAY
from tests.domain.calculators.asking import CONSTANTS
from tests.factories import GOLDEN_LOT, with_lots
from tests.worked_examples.examples import EXAMPLES, TITLES, Example
from tests.worked_examples.orders import ORDERS

_SUFFIXES = {"_g": "g", "_mg": "mg", "_mL": "mL", "_percent": "%", "_days": "days", "_g_per_mL": "g/mL"}
_NAMES = {
    "g_per_day": "amount a day (g)", "g_per_ftu": "amount in a fingertip unit (g)", "ftu_per_application": "fingertip units each time",
    "solubility_g_per_mL": "solubility (g/mL)", "density_g_per_mL": "density (g/mL)", "percent_ww": "percent w/w", "lod_percent": "loss on drying (%)",
    "lot_lod_percent": "loss on drying of the lot (%)", "lot_assay_dried_as_anhydrous_percent": "assay of the lot, dried, as anhydrous (%)", "qs": "to make up the rest (q.s.)",
    "base_zinc_percent": "zinc oxide in the base (%)", "order_text": "line of the order", "to_total": "wanted total (g)", "formula": "formula (g)",
}  # fmt: skip

_FIGURES = {
    "weigh_sts_g": "sodium thiosulfate to weigh", "weigh": "to weigh", "weigh_mg": "drug to weigh", "total_mg": "mixture", "aliquot_mg": "aliquot to weigh", "min_mg": "least to weigh",
    "min_mL": "least solvent", "add_g": "to add", "high_g": "of the stronger", "low_g": "of the weaker", "total_g": "in all", "net_g": "net weight", "sum_g": "sum", "left_g": "left over",
    "grams": "for the course", "size": "container", "days_exact": "exactly", "days_whole": "whole days", "value": "result", "bud": "beyond-use date", "amount_g": "drug",
    "zinc_oxide_percent": "zinc oxide in the finished ointment",
}  # fmt: skip
_UNITS = {"": "", "date": "", "d": " days"}


def manual() -> str:
    """The whole page."""
    return "\n".join([*_introduction(), *_golden_lot(), *_every_operation()]).rstrip("\n") + "\n"


def _introduction() -> list[str]:
    return [
        "# Calculations",
        "",
        "Every calculation of `levigate calculate` and of the calculators page, with worked examples. This page is made from the examples that the tests run (`make readme`): each figure",
        "below was calculated by the program, and compared with an answer worked out from the formula by itself.",
        "",
        "- Figures are exact: rational numbers inside, never rounded unless the calculation is about rounding. A decimal that does not end is shown with 15 digits.",
        "- A number is digits with one decimal point. `1,000` may be one or a thousand, so it is refused; a decimal comma is read only where the language writes it.",
        "- A **refusal** gives no figure at all. A **hold** stands beside a right figure that a pharmacist must look at first.",
        "- Sodium thiosulfate is counted as the pentahydrate unless a form is named (clinical rule 4).",
        "",
    ]


def golden_order(assay_as: AssayAs | None = None) -> Prepared:
    """60 g of 25 % in white petrolatum from the golden lot, at the example pharmacy on the day of the tests."""
    data = load()
    bench = Bench(site=example_site(), profile=data.profiles["ca-bc"], lots=(), on=TODAY, today=TODAY, site_was_named=False)
    lot = GOLDEN_LOT if assay_as is None else replace(GOLDEN_LOT, assay_as=assay_as)
    return prepare_file((ORDERS / "01-petrolatum.json").read_bytes(), with_lots(bench, lot), data)


def _golden_lot() -> list[str]:
    """The case every reader can check by hand: the right weight, and the wrong reading that is refused."""
    right, wrong = golden_order(), golden_order(AssayAs.AS_STOCK)
    assert right.planned is not None
    assert wrong.planned is None
    sheet = right.planned.sheet
    line = sheet.line(GOLDEN_LOT.substance)
    wrong_g = Fraction(15) / (Fraction("0.996") * (1 - Fraction("0.361")))
    refusal = next(reason for reason in wrong.reasons if reason.code == "LOT_UNSUITABLE")
    return [
        "## One lot, twice read",
        "",
        f"{format_number(sheet.amount_g)} g of {format_number(sheet.percent)} % in white petrolatum, from a lot of the pentahydrate whose certificate states an assay of 99.6 % (dried, as anhydrous) and",
        f"36.1 % water. The sheet weighs **{format_number(line.to_weigh_g)} g**:",
        "",
        *_table(line.derivation),
        "",
        f"Dividing the pentahydrate by its assay and by its dry part, without the molar ratio, gives **{exact_number(whole_steps(wrong_g, Fraction(1, 100)))} g**, 57 % too much. A dried pentahydrate is anhydrous, so a certificate entered as",
        f'"dried, as the pentahydrate" is refused (`{refusal.code}`): "{refusal.message}"',
        "",
    ]


def _every_operation() -> list[str]:
    lines: list[str] = []
    for operation, title in TITLES.items():
        lines += [f"## {title}", "", f"`{operation}`", ""]
        for example in (each for each in EXAMPLES if each.operation == operation):
            lines += [*_example(example), ""]
    return lines


def _example(example: Example) -> list[str]:
    given = "; ".join(f"{_name(key)}: {_value(value)}" for key, value in example.inputs.items())
    lines = [example.question, "", f"Given: {given}.", ""]
    try:
        answer = calculate(example.operation, example.inputs, CONSTANTS)
    except CalculationRefused as refusal:
        return [*lines, f"**Refused** (`{refusal.code}`): {refusal.message}."]
    lines += [f"Answer: {_figures(answer)}.", "", *_table(answer.derivation)]
    lines += [line for hold in answer.holds for line in ("", f"**Held** (`{hold.code}`): {hold.message}.")]
    return lines


def _figures(answer: Answer) -> str:
    return ", ".join(f"{_figure_name(name)} **{figure.value}**{_unit(figure.unit)}" for name, figure in answer.result.items())


def _table(steps: Iterable[Step]) -> list[str]:
    return [
        "| step | formula | numbers put in | result | source |",
        "|---|---|---|---|---|",
        *(f"| {_figure_name(step.name)} | {step.formula} | {step.substitution} | {step.value}{_unit(step.unit)} | {step.source} |" for step in steps),
    ]


def _unit(symbol: str) -> str:
    return _UNITS.get(symbol, f" {symbol}")


def _figure_name(name: str) -> str:
    """A figure's name without the unit that stands beside it."""
    suffix = next((each for each in _SUFFIXES if name.endswith(each)), "")
    return _FIGURES.get(name) or name.removesuffix(suffix).replace("_", " ")


def _name(key: str) -> str:
    """An input's name, its unit in brackets."""
    if key in _NAMES:
        return _NAMES[key]
    suffix = next((each for each in _SUFFIXES if key.endswith(each)), "")
    return key.removesuffix(suffix).replace("_", " ") + (f" ({_SUFFIXES[suffix]})" if suffix else "")


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{str(name).replace('_', ' ')} {each}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(f"{each[0]} g of {each[1]} %" if isinstance(each, list) else str(each) for each in value) or "none"
    return str(value).replace("_", " ")
