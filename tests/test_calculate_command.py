"""`levigate calculate`: one line in, one line out; a bad line has an error and no number, and stops nothing."""

import io
import json
import subprocess
import sys
from typing import Any

import pytest

from compounding.commands.calculate import answer
from compounding.domain import calculators
from compounding.reference import load
from compounding.reference.constants import constants_of

DATA = load()
CONSTANTS = constants_of(DATA.formulary, DATA.vocabulary)
SIXTY = {"batch_g": "60", "percent_ww": {"STS": "25"}, "qs": "petrolatum"}


def answered(*lines: object, decimal_comma: bool = False) -> tuple[int, list[dict[str, Any]]]:
    """The exit status and the answers to lines: objects, or bytes as they are."""
    sent = b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)
    out = io.BytesIO()
    status = answer(io.BytesIO(sent), out, CONSTANTS, decimal_comma=decimal_comma)
    return status, [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_has_its_result_and_the_derivation_of_every_figure() -> None:
    status, (found,) = answered({"id": "C1", "op": "formula_ww", "inputs": SIXTY})
    assert status == 0
    assert found["id"] == "C1"
    assert found["result"] == {"STS": {"value": "15", "unit": "g"}, "petrolatum": {"value": "45", "unit": "g"}}
    assert [set(step) for step in found["derivation"]] == [{"name", "formula", "substitution", "value", "unit", "source"}] * 2
    assert "hold" not in found


def test_a_hold_stands_beside_the_result_and_is_no_failure() -> None:
    status, (found,) = answered({"id": "C1", "op": "formula_ww", "inputs": {**SIXTY, "percent_ww": {"STS": "80"}}})
    assert status == 0
    assert found["result"]["STS"]["value"] == "48"
    assert [hold["code"] for hold in found["hold"]] == ["outside_usual_range"]
    assert found["hold"][0]["message"].endswith("the prescriber must confirm it")


@pytest.mark.parametrize(
    ("line", "known_as", "code"),
    [
        ({"id": "1", "op": "formula_ww", "inputs": {**SIXTY, "batch_g": "nan"}}, "1", "invalid_number"),
        ({"id": "2", "op": "nothing", "inputs": {}}, "2", "not_parsed"),
        ({"id": "3", "op": "sum"}, "3", "not_parsed"),
        ({"id": "4", "op": ["sum"], "inputs": {}}, "4", "not_parsed"),
        ({"id": "5", "op": "sum", "inputs": [], "more": 1}, "5", "not_parsed"),
        ({"op": "sum", "inputs": {"terms_g": []}}, None, "invalid_number"),
        (b"", None, "not_parsed"),
        (b"nonsense", None, "not_parsed"),
        (b"[1, 2]", None, "not_parsed"),
        (b'{"id": "6", "op": "sum", "inputs": {"terms_g": [NaN]}}', None, "not_parsed"),
        (b'{"id": "7", "id": "8", "op": "sum", "inputs": {"terms_g": ["1"]}}', None, "not_parsed"),
        (b"\xff\xfe", None, "not_parsed"),
        (b"[" * 100_000, None, "not_parsed"),
        (b"x" * 300_000, None, "not_parsed"),
        (b'{"id": "9", "op": "sum", "inputs": {"terms_g": [' + b"9" * 5000 + b"]}}", None, "not_parsed"),
    ],
)
def test_a_bad_line_has_an_error_and_no_number_and_the_next_line_is_answered(line: object, known_as: str | None, code: str) -> None:
    status, (bad, good) = answered(line, {"id": "good", "op": "sum", "inputs": {"terms_g": ["1", "2.5"]}})
    assert status == 4
    assert bad["id"] == known_as
    assert bad["error"]["code"] == code
    assert set(bad) == {"id", "error"}
    assert good["result"] == {"sum_g": {"value": "3.5", "unit": "g"}}


def test_numbers_of_json_are_exact_too() -> None:
    _, (found,) = answered(b'{"id": 1, "op": "sum", "inputs": {"terms_g": [0.1, 0.2, 3]}}')
    assert found == {**found, "id": 1, "result": {"sum_g": {"value": "3.3", "unit": "g"}}}


def test_a_decimal_comma_is_read_where_the_language_in_force_writes_it() -> None:
    line = {"id": "1", "op": "sum", "inputs": {"terms_g": ["1,5"]}}
    assert answered(line)[1][0]["error"]["code"] == "ambiguous_number"
    assert answered(line, decimal_comma=True)[1][0]["result"]["sum_g"]["value"] == "1.5"


def test_a_fault_of_the_program_at_one_line_is_said_and_the_others_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    real = calculators.calculate

    def failing(operation: str, given: Any, constants: Any, *, decimal_comma: bool) -> Any:
        if operation == "scale":
            raise RuntimeError("secret")
        return real(operation, given, constants, decimal_comma=decimal_comma)

    monkeypatch.setattr(calculators, "calculate", failing)
    status, (bad, good) = answered(
        {"id": "1", "op": "scale", "inputs": {"formula": {"boom": "1"}, "to_total": "2"}}, {"id": "2", "op": "formula_ww", "inputs": SIXTY}
    )
    assert status == 1
    assert bad["error"]["code"] == "INTERNAL_FAULT"
    assert "secret" not in bad["error"]["message"]
    assert good["id"] == "2"
    assert "result" in good


def test_the_command_reads_standard_input_and_ends_with_the_status_of_its_lines() -> None:
    lines = '{"id": "a", "op": "sum", "inputs": {"terms_g": ["1,5"]}}\n{"id": "b", "op": "sum", "inputs": {"terms_g": ["x"]}}\n'
    done = subprocess.run([sys.executable, "-m", "compounding", "calculate", "--language", "fr"], input=lines, capture_output=True, text=True, check=False)
    first, second = map(json.loads, done.stdout.splitlines())
    assert first["result"]["sum_g"]["value"] == "1.5"
    assert second["error"]["code"] == "invalid_number"
    assert done.returncode == 4
    assert done.stderr == ""
