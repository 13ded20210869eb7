"""The worksheet with the record in its boxes: what was recorded stands there, and what was not stays a box to write in."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from compounding.domain.compose_worksheet import compose_worksheet
from compounding.domain.compounding_record import CompoundingRecord, record_sha256
from compounding.domain.filled_worksheet import filled, initials, signature_cells
from compounding.domain.finishing import decide, rework, scrap
from compounding.domain.label_content import WorksheetContent
from compounding.domain.people import Duty, Role, Signature
from compounding.domain.preparing import assess
from compounding.pipeline import Bench, prepare_file
from compounding.reference import ReferenceData
from tests.domain import records as made

ORDERS = Path(__file__).parents[2] / "examples" / "orders"
NAMES = {made.PLANNER: "Pat Pharmacist", made.SECOND: "Sam Second", made.WEIGHER: "Toni Technician", made.CHECKER: "Chris Checker"}


@pytest.fixture
def blank(bench: Bench, data: ReferenceData) -> WorksheetContent:
    """The worksheet of the example order, before anything is recorded."""
    facts = prepare_file((ORDERS / "01-petrolatum.json").read_bytes(), bench, data).facts
    assert facts is not None
    return compose_worksheet(replace(facts, sheet=made.SHEET))


def local(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def sheet_of(blank: WorksheetContent, record: CompoundingRecord) -> WorksheetContent:
    return filled(blank, record, names=NAMES, local=local)


def test_a_planned_record_leaves_every_box_to_write_in(blank: WorksheetContent) -> None:
    sheet = sheet_of(blank, made.planned())
    assert (sheet.weighing, sheet.quality, sheet.finish, sheet.signatures) == (blank.weighing, blank.quality, blank.finish, blank.signatures)


def test_each_weight_stands_in_its_own_box_with_the_initials_of_who_weighed_it(blank: WorksheetContent) -> None:
    record = made.weighed(made.recalculated(made.assessed(made.planned())), "15.02", "3", "41.98")
    rows = sheet_of(blank, record).weighing.rows
    assert [row[4:] for row in rows] == [("15.02", "TT"), ("3", "TT"), ("41.98", "TT"), ("60", "")]
    # What was to be weighed stands untouched beside it.
    assert [row[:4] for row in rows] == [row[:4] for row in blank.weighing.rows]


def test_a_sheet_half_weighed_has_no_total(blank: WorksheetContent) -> None:
    from compounding.domain.preparing import weigh

    record = weigh(made.recalculated(made.assessed(made.planned())), made.weighing(1))
    rows = sheet_of(blank, record).weighing.rows
    assert [row[4] for row in rows] == ["", "3", "", ""]


def test_results_yields_and_signatures_of_a_finished_record_are_on_paper(blank: WorksheetContent) -> None:
    sheet = sheet_of(blank, made.path()[made.State.RELEASED])
    assert all(row[2] == "as described" and row[3] == "TT" for row in sheet.quality.rows)
    assert [each.value for each in sheet.finish][0::2] == ["59.6 g; 99.3 %", "59.5 g", "60 g tube"]
    names = [row[1].split(",")[0] for row in sheet.signatures.rows]
    assert names[2] == "Toni Technician"
    assert all(row[1] and row[2] and row[3].startswith("2026-11-22") for row in sheet.signatures.rows)


def test_a_failed_test_a_hold_its_decision_and_a_rework_are_said_aloud(blank: WorksheetContent) -> None:
    witnessed = made.witnessed(made.weighed(made.recalculated(made.assessed(made.planned()))))
    failed = made.finished(witnessed, made.failing("Grit"))
    assert "NOT PASSED: as described" in [row[2] for row in sheet_of(blank, failed).quality.rows]
    short = made.finished(witnessed, made.SHORT)
    reason = "transfer loss"
    decided = decide(short, reason, made.sign(short, adding=reason, duty=Duty.DECIDE_HOLDS, by=made.CHECKER, at=made.minute(57)))
    assert any("83.33 %" in note and "Decided: transfer loss" in note for note in sheet_of(blank, decided).notes)
    again = rework(failed, "grit", by=made.CHECKER, at=made.minute(60))
    sheet = sheet_of(blank, again)
    assert any(note.startswith("Rework: grit (Chris Checker, 2026-11-22 17:00)") for note in sheet.notes)
    assert [row[4] for row in sheet.weighing.rows] == ["", "", "", ""]


def test_how_a_preparation_ended_is_on_its_sheet(blank: WorksheetContent) -> None:
    ended = scrap(made.planned(), "the jar fell", by=made.CHECKER, at=made.minute(90))
    assert any(note.startswith("Scrapped: the jar fell") for note in sheet_of(blank, ended).notes)


@pytest.mark.parametrize(("name", "short"), [("Toni Example", "TE"), ("Dana Example, designated person", "DEDP"), ("", ""), ("Åsa Öberg", "ÅÖ")])
def test_initials(name: str, short: str) -> None:
    assert initials(name) == short


def test_a_weight_of_nobody_on_record_has_no_initials(blank: WorksheetContent) -> None:
    record = made.weighed(made.recalculated(made.assessed(made.planned())))
    rows = filled(blank, record, names={}, local=local).weighing.rows
    assert rows[0][4:] == (f"{Decimal('15.01')}", "")


def test_each_step_done_has_the_initials_and_the_time_of_who_did_it(blank: WorksheetContent) -> None:
    record = made.path()[made.State.MADE]
    steps = {each.text: each for each in sheet_of(blank, record).procedure}
    for number, step in enumerate(made.FORMULA.procedure):
        expected = {"second person": "SS 16:50", "witness": "SS 16:50", "preparer": "TT 16:50", "": ""}[step.sign]
        assert steps[step.text].done == expected, number
    assert not any(each.done for each in sheet_of(blank, made.planned()).procedure)


def test_the_clinical_assessment_has_its_pharmacists_initials_on_the_sheet(blank: WorksheetContent) -> None:
    assert sheet_of(blank, made.planned()).procedure[0].done == ""
    signed = made.assessed(made.planned())
    assert signed.assessment is not None
    assert sheet_of(blank, signed).procedure[0].done == f"{initials(signed.assessment.signature.name)} 16:01"


def test_a_signature_says_who_as_what_with_which_licence_meaning_what_confirmed_how_and_bound_to_what() -> None:
    signed = Signature(
        duty=Duty.ASSESS_CLINICALLY, person_id="i", name="Ira Intern", role=Role.INTERN, licence="EX-5", licence_expires_on=made.DAY, at=made.minute(0),
        of_sha256="ab12" * 16, supervised_by="p", supervisor_name="Pat Pharmacist", confirmed_by="password", supervisor_confirmed_by="passkey",
    )  # fmt: skip
    assert signature_cells(signed, local) == (
        "Ira Intern, intern, licence EX-5 until 2026-11-22; supervised by Pat Pharmacist",
        "signed electronically: clinical assessment, confirmed with password, supervisor with passkey; bound to ab12ab12ab12",
        "2026-11-22 16:00",
    )


def test_no_signature_of_a_record_is_missing_on_its_sheet(blank: WorksheetContent) -> None:
    record = made.assessed(made.planned())
    again = made.FINE
    record = assess(record, again, made.sign(record, adding=again, duty=Duty.ASSESS_CLINICALLY, by=made.CHECKER, at=made.minute(5)))
    rows = sheet_of(blank, record).signatures.rows
    assert len(rows) == len(blank.signatures.rows) + 1
    assert (rows[-1][0], rows[-1][1].split(",")[0], rows[-1][3]) == ("Clinical assessment, again", made.CHECKER.title(), "2026-11-22 16:05")
    handed_out = made.path()[made.State.DISPENSED]
    assert handed_out.dispensing is not None
    cells = [row[2] for row in sheet_of(blank, handed_out).signatures.rows]
    assert any(cell.endswith(handed_out.dispensing.counselling.signature.of_sha256[:12]) for cell in cells)


def test_the_sheet_names_the_fingerprint_of_the_record_it_was_made_of(blank: WorksheetContent) -> None:
    record = made.path()[made.State.RELEASED]
    assert sheet_of(blank, record).notes[-1].endswith(record_sha256(record))
