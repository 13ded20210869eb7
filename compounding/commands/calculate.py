"""`levigate calculate`: one calculation a line in, its exact figures with their derivation a line out (JSON Lines)."""

import sys
from typing import IO, TYPE_CHECKING

import click

from compounding.commands.json_lines import BadLine, Id, Json, answer_lines, refuse_broken
from compounding.commands.refusals import FAULT, refuse
from compounding.domain.errors import ReferenceDataError

if TYPE_CHECKING:
    from compounding.domain.calculators import Answer, Constants

_NOT_PARSED = "not_parsed"


@click.command()
@click.option("--language", default="en", show_default=True, help="The language in force: French, Spanish and German write 1,5 for one and a half.")
def calculate(language: str) -> None:
    """Calculate: JSON Lines from standard input to standard output.

    A line is {"id", "op", "inputs"}; the answer is {"id", "result", "derivation"}, with "hold" where a pharmacist must look first, or {"id", "error"}.
    Exit status: 0 all calculated, 4 a line could not be, 1 a fault of the program.
    """
    from compounding.domain.numbers import writes_decimal_comma
    from compounding.reference import load
    from compounding.reference.constants import constants_of

    try:
        data = load()
        constants = constants_of(data.formulary, data.vocabulary)
    except (ReferenceDataError, ValueError) as fault:
        refuse("DATA_UNREADABLE", f"the reference data cannot be read: {fault}", status=FAULT)
    try:
        sys.exit(answer(sys.stdin.buffer, sys.stdout.buffer, constants, decimal_comma=writes_decimal_comma(language)))
    except BrokenPipeError:
        refuse("OUTPUT_CLOSED", "whoever read the answers has stopped reading", status=FAULT)


def answer(lines: IO[bytes], out: IO[bytes], constants: "Constants", *, decimal_comma: bool = False) -> int:
    """Answer every line as it arrives; the worst exit status of them all."""
    from compounding.domain.calculators import CalculationRefused
    from compounding.domain.calculators import calculate as calculated

    def one(value: Json, known_as: Id, number: int) -> Json:  # noqa: ARG001 - the id is written by the line's reader.
        refuse_broken(value, code=_NOT_PARSED, number=number)
        # What stands beside them (a title, a source) cannot change the calculation, which is all in its operation and inputs.
        operation, inputs = value.get("op"), value.get("inputs")
        if not isinstance(operation, str) or not isinstance(inputs, dict):
            raise BadLine(_NOT_PARSED, f'line {number} needs "op", a text, and "inputs", an object')
        try:
            return _told(calculated(operation, inputs, constants, decimal_comma=decimal_comma))
        except CalculationRefused as refusal:
            raise BadLine(refusal.code, refusal.message) from refusal

    return answer_lines(lines, out, one, unreadable=_NOT_PARSED)


def _told(found: "Answer") -> Json:
    told: Json = {
        "result": {name: {"value": figure.value, "unit": figure.unit} for name, figure in found.result.items()},
        "derivation": [step.told for step in found.derivation],
    }
    if found.holds:
        told["hold"] = [{"code": hold.code, "message": hold.message} for hold in found.holds]
    return told
