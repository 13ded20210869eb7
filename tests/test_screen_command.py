"""`levigate screen`, tried as other programs use it: one answer a line, in order, at once, and no line stops another."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding import reference
from compounding.commands import screen
from compounding.commands.json_lines import LONGEST_LINE
from compounding.commands.screen import answer
from compounding.domain.screening import entries
from compounding.domain.screening.lexicon import Lexicon
from compounding.reference import ReferenceData, load

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "compounding", "screen"]
ENVIRONMENT = {"PYTHONPATH": str(ROOT), "PATH": ""}
REFUTED = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification", "code": "refuted"}]}


def told(*lines: object) -> tuple[list[Any], int]:
    """The answers to lines that are JSON values or raw bytes, and the exit status."""
    out = io.BytesIO()
    raw = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines) + b"\n"
    status = answer(io.BytesIO(raw), out, load().lexicon)
    return [json.loads(line) for line in out.getvalue().splitlines()], status


def entry(**more: object) -> dict[str, object]:
    return {"resourceType": "AllergyIntolerance", "id": "a1", "patient": {"reference": "Patient/p1"}, "code": {"text": "Zinkoxid"}, **more}


def test_each_statement_gets_its_reading_in_order() -> None:
    lines, status = told({"id": "1", "text": "Desitin, rash"}, {"id": 2, "text": "penicillin"}, {"id": "3", "text": "xyzzy", "language": "fr"})
    assert [(line["id"], line["zinc"]) for line in lines] == [("1", "zinc"), (2, "not_zinc"), ("3", "unclear")]
    assert status == 0
    (finding,) = lines[0]["findings"]
    assert set(finding) == {"allergen", "effect", "text", "matched", "why", "source"}
    assert (finding["matched"], finding["text"]) == ("Desitin", "Desitin, rash")


def test_a_fhir_entry_is_read_with_its_status() -> None:
    lines, status = told(entry(), entry(verificationStatus=REFUTED))
    assert [line["zinc"] for line in lines] == ["zinc", "not_zinc"]
    assert lines[0]["id"] == "a1"
    assert status == 0


@pytest.mark.parametrize(
    ("line", "code", "known_as"),
    [
        (b"", "LINE_EMPTY", None),
        (b" \t", "LINE_EMPTY", None),
        (b"{", "NOT_JSON", None),
        (b'{"id": "1", "id": "2", "text": "x"}', "NOT_JSON", None),
        (b'{"id": "1", "text": NaN}', "NOT_JSON", None),
        (b'{"id": "1", "text": "\xff"}', "NOT_JSON", None),
        (b'{"id": "\\ud800", "text": "x"}', "ID_MISSING", None),
        (entry(code={"text": "Zinc \0"}), "NOT_FHIR_R4", "a1"),
        (b"[" * 100_000, "NOT_JSON", None),
        (["zinc"], "NOT_AN_OBJECT", None),
        ({"text": "zinc"}, "ID_MISSING", None),
        ({"id": True, "text": "zinc"}, "ID_MISSING", None),
        ({"id": "x" * 201, "text": "zinc"}, "ID_MISSING", None),
        ({"id": "1"}, "TEXT_MISSING", "1"),
        ({"id": "1", "text": 5}, "TEXT_MISSING", "1"),
        ({"id": "1", "text": "zinc", "language": 5}, "LANGUAGE_NOT_TEXT", "1"),
        ({"id": "1", "text": "zinc", "verification": "refuted"}, "MEMBER_UNKNOWN", "1"),
        ({"resourceType": "Patient", "id": "p"}, "WRONG_RESOURCE", "p"),
        ({"resourceType": 5, "id": "p"}, "WRONG_RESOURCE", "p"),
        ({"resourceType": "AllergyIntolerance", "id": "a"}, "NOT_FHIR_R4", "a"),
        (entry(modifierExtension=[{"url": "http://example.org/not", "valueBoolean": True}]), "UNKNOWN_MODIFIER", "a1"),
        (b'{"id": "1", "text": "' + b"x" * LONGEST_LINE + b'"}', "LINE_TOO_LONG", None),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_stops_no_other(line: object, code: str, known_as: object) -> None:
    lines, status = told({"id": "before", "text": "zinc"}, line, {"id": "after", "text": "zinc"})
    assert [each["id"] for each in lines] == ["before", known_as, "after"]
    assert lines[1]["error"]["code"] == code
    assert lines[1]["error"]["message"]
    assert [lines[0]["zinc"], lines[2]["zinc"]] == ["zinc", "zinc"]
    assert status == 4


@pytest.mark.parametrize("text", ["penicillin \\u0000", "\\ud800 NKDA", "zinc \\udfff"])
def test_a_text_with_half_a_character_keeps_its_id_and_is_unclear(text: str) -> None:
    lines, status = told(f'{{"id": "1", "text": "{text}"}}'.encode(), {"id": "2", "text": "zinc"})
    assert [(line["id"], line["zinc"]) for line in lines] == [("1", "unclear"), ("2", "zinc")]
    assert "character" in lines[0]["findings"][0]["why"]
    assert status == 0


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e"])
def test_no_sign_of_a_text_ends_a_line_of_the_output(sign: str) -> None:
    out = io.BytesIO()
    assert answer(io.BytesIO(json.dumps({"id": sign, "text": f"zinc{sign}rash"}).encode()), out, load().lexicon) == 0
    (line,) = out.getvalue().decode().splitlines()
    assert (json.loads(line)["id"], json.loads(line)["findings"][0]["text"]) == (sign, f"zinc{sign}rash")


def test_a_fault_of_the_program_at_one_line_is_said_there_and_never_reads_as_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    read = entries.read_entry

    def faulty(each: Any, lexicon: Lexicon) -> Any:
        if each.what.text == "fault":
            raise RuntimeError(each.what.text)
        return read(each, lexicon)

    monkeypatch.setattr(entries, "read_entry", faulty)
    lines, status = told({"id": "1", "text": "fault"}, {"id": "2", "text": "zinc"})
    assert lines[0]["error"]["code"] == "INTERNAL_FAULT"
    assert "zinc" not in lines[0]
    assert lines[1]["zinc"] == "zinc"
    assert status == 1


@given(st.lists(st.binary(max_size=60).filter(lambda line: b"\n" not in line and b"\r" not in line), max_size=5))
def test_any_bytes_get_one_answer_a_line(lines: list[bytes]) -> None:
    answers, status = told(*lines, {"id": "last", "text": "zinc"})
    assert len(answers) == len(lines) + 1
    assert all(("error" in each) is ("zinc" not in each) for each in answers)
    assert answers[-1]["zinc"] == "zinc"
    assert status == (4 if lines else 0)


def test_the_command_answers_each_line_before_the_next_one_is_sent() -> None:
    with subprocess.Popen(COMMAND, cwd=ROOT, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as run:
        assert run.stdin is not None
        assert run.stdout is not None
        for number in range(3):
            run.stdin.write(json.dumps({"id": number, "text": "Zinkoxid"}).encode() + b"\n")
            run.stdin.flush()
            assert json.loads(run.stdout.readline())["id"] == number
        run.stdin.close()
        assert run.wait(timeout=30) == 0


def test_nothing_in_is_nothing_out_and_letters_stay_as_they_are() -> None:
    nothing = subprocess.run(COMMAND, cwd=ROOT, env=ENVIRONMENT, input=b"", capture_output=True, timeout=60)
    assert (nothing.returncode, nothing.stdout) == (0, b"")
    russian = subprocess.run(
        COMMAND, cwd=ROOT, env=ENVIRONMENT | {"LC_ALL": "C"}, input='{"id": "é", "text": "цинк"}'.encode(), capture_output=True, timeout=60
    )
    assert json.loads(russian.stdout)["findings"][0]["matched"] == "цинк"
    assert "цинк" in russian.stdout.decode()


def test_a_lexicon_that_cannot_be_read_ends_the_command(data: ReferenceData, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> Lexicon:
        raise ValueError("allergens.toml: section 1 is not a table.")

    monkeypatch.setattr(reference, "load_allergy_lexicon", broken)
    with pytest.raises(SystemExit) as leave:
        screen.callback()  # type: ignore[misc]
    assert leave.value.code == 1
    assert capsys.readouterr().err.startswith("DATA_UNREADABLE: ")
