"""What is signed about a patient and a preparation: confirmed once more, bound to the record that was seen, and refused where that is another one."""

import re

import pytest
from sqlalchemy import select

from compounding.demo import walk
from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.people import Duty
from compounding.domain.stages import State
from compounding.storage import signatures
from compounding.storage.errors import StorageError
from compounding.storage.tables import audit_entry
from compounding.workflow import allergies, reading
from compounding.workflow.receiving import Standing
from tests.web.signed_forms import ASSESSMENT, hidden, post, signed
from tests.web.staffed import PASSWORD, Staffed


def record(staffed: Staffed, which: str) -> tuple[CompoundingRecord, int]:
    seen = reading.read_preparation(staffed.house, staffed.pharmacy.act(staffed.people["auditor"]), reading.Of(id=staffed.things[f"{which} preparation"]))
    return seen.record, seen.version


def path_of(staffed: Staffed, which: str, what: str) -> str:
    return f"/preparations/{staffed.things[f'{which} preparation']}/{what}"


def on_container(staffed: Staffed) -> dict[str, str]:
    told = walk.on_label(staffed.pharmacy, staffed.things["labelled preparation"])
    return {
        "strength": str(told.strength_percent), "amount": str(told.amount_g), "patient_name": told.patient_name, "second_identifier": told.second_identifier,
        "beyond_use_date": told.beyond_use_date.isoformat(), "lot_number": told.lot_number, "base": told.base, "scanned_code": told.code,
    }  # fmt: skip


def entry_path(staffed: Staffed, text: str = "rash from some cream") -> str:
    asked = allergies.RecordAllergies(patient_id=staffed.things["patient"], texts=(text,), asked_on=staffed.pharmacy.today)
    added = allergies.record_allergies(staffed.house, staffed.pharmacy.act(staffed.people["technician"]), asked)
    return f"/patients/{added.patient_id}/allergies/{added.number}/assess"


ALLERGY = {
    "conclusion": "does_not_stand", "finding": "0", "asked": "patient, today", "reaction": "mild redness", "why": "a perfume, years ago", "prescriber_told": "no",
}  # fmt: skip


def test_an_assessment_is_signed_with_the_password_once_more(staffed: Staffed) -> None:
    answer = post(staffed.client("pharmacist"), path_of(staffed, "planned", "assess"), ASSESSMENT)
    assert answer.status_code == 303, answer.text
    now, _ = record(staffed, "planned")
    assert now.state is State.ASSESSED
    signature = now.assessments[-1].signature
    assert (signature.person_id, signature.licence, signature.confirmed_by) == (staffed.people["pharmacist"], "EX-00002", "password")


@pytest.mark.parametrize(("password", "says"), [("", "Enter your password"), ("not the password at all", "not right")])
def test_a_wrong_or_missing_password_signs_nothing_and_keeps_what_was_typed(staffed: Staffed, password: str, says: str) -> None:
    answer = post(staffed.client("pharmacist"), path_of(staffed, "planned", "assess"), ASSESSMENT, password=password)
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="PharmaNet"' in answer.text
    assert "not the password at all" not in answer.text
    assert record(staffed, "planned")[0].state is State.PLANNED


def test_an_unanswered_question_is_named_beside_its_field(staffed: Staffed) -> None:
    answer = post(staffed.client("pharmacist"), path_of(staffed, "planned", "assess"), ASSESSMENT, body_site=" ", earlier="yes")
    assert answer.status_code == 422
    assert "Which part of the body: answer it." in answer.text
    assert "An earlier reaction to this or a similar preparation: say what." in answer.text
    assert PASSWORD not in answer.text


def test_what_the_program_refuses_is_said_at_the_top_of_the_form(staffed: Staffed) -> None:
    answer = post(staffed.client("pharmacist"), path_of(staffed, "planned", "assess"), ASSESSMENT, age_years="12", why="the patient insists")
    assert answer.status_code == 422
    assert "is not that of the patient&#39;s date of birth" in answer.text


def test_a_record_that_changed_meanwhile_is_refused_and_shown_as_it_is_now(staffed: Staffed) -> None:
    client, path = staffed.client("pharmacist"), path_of(staffed, "planned", "assess")
    seen = hidden(client.get(path).text)
    _, version = record(staffed, "planned")
    walk.assess(staffed.pharmacy, Standing(id=staffed.things["planned preparation"], number="", version=version, state=State.PLANNED))
    answer = client.post(path, data={**seen, **ASSESSMENT, "password": PASSWORD})
    assert answer.status_code == 409
    assert "was changed by somebody else" in answer.text
    assert "The assessment that counts now" in answer.text
    assert hidden(answer.text)["seen"] == str(version + 1)
    assert client.post(path, data={**hidden(answer.text), **ASSESSMENT, "password": PASSWORD}).status_code == 303


def test_the_same_form_sent_twice_signs_once(staffed: Staffed) -> None:
    client, path = staffed.client("pharmacist"), path_of(staffed, "planned", "assess")
    told = {**hidden(client.get(path).text), **ASSESSMENT, "password": PASSWORD}
    assert client.post(path, data=told).status_code == 303
    assert client.post(path, data=told).status_code == 409
    assert len(record(staffed, "planned")[0].assessments) == 1


def test_an_intern_signs_only_with_the_supervising_pharmacists_own_password(staffed: Staffed) -> None:
    client, path = staffed.client("intern"), path_of(staffed, "planned", "assess")
    page = client.get(path).text
    assert "Who supervises you" in page
    assert "Pat Example, licence EX-00002" in page
    assert "Dee Example" not in page, "who left supervises nobody"
    assert post(client, path, ASSESSMENT).status_code == 422
    beside = {"supervisor": staffed.people["pharmacist"], "supervisor_password": "somebody else's words"}
    refused = post(client, path, {**ASSESSMENT, **beside})
    assert refused.status_code == 422
    assert beside["supervisor_password"] not in refused.text
    assert record(staffed, "planned")[0].state is State.PLANNED
    assert post(client, path, {**ASSESSMENT, **beside, "supervisor_password": PASSWORD}).status_code == 303
    signature = record(staffed, "planned")[0].assessments[-1].signature
    assert (signature.supervised_by, signature.supervisor_name, signature.supervisor_confirmed_by) == (beside["supervisor"], "Pat Example", "password")


@pytest.mark.parametrize("who", ["intern", "technician", "disabled", "other"])
def test_nobody_who_may_not_supervise_is_taken_for_a_supervisor(staffed: Staffed, who: str) -> None:
    beside = {"supervisor": staffed.people.get(who, "designated-person"), "supervisor_password": PASSWORD}
    if who == "other":
        beside["supervisor"] = staffed.other.crew.pharmacist
    answer = post(staffed.client("intern"), path_of(staffed, "planned", "assess"), {**ASSESSMENT, **beside})
    assert answer.status_code == 422
    assert "Who supervises you: choose one of the answers." in answer.text
    assert record(staffed, "planned")[0].state is State.PLANNED


def test_a_final_check_needs_both_factors_and_releases_what_was_read_rightly(staffed: Staffed) -> None:
    client, path = staffed.client("second"), path_of(staffed, "labelled", "final-check")
    assert post(client, path, on_container(staffed)).status_code == 422, "no code"
    answer = signed(staffed, client, path, on_container(staffed))
    assert answer.status_code == 303, answer.text
    now, _ = record(staffed, "labelled")
    assert now.release is not None
    assert (now.release.signature.duty, now.release.signature.confirmed_by) == (Duty.FINAL_CHECK, "password and one-time code")


def test_the_final_checks_page_shows_nothing_that_is_to_be_read_from_the_container(staffed: Staffed) -> None:
    page = staffed.client("second").get(path_of(staffed, "labelled", "final-check")).text
    told = walk.on_label(staffed.pharmacy, staffed.things["labelled preparation"])
    for words in (told.patient_name, told.second_identifier, told.lot_number, told.code, told.beyond_use_date.isoformat(), told.base):
        assert words not in page
    assert "sole practitioner" in page


def test_a_discrepancy_holds_the_preparation_and_is_listed_beside_what_was_read(staffed: Staffed) -> None:
    answer = signed(staffed, staffed.client("second"), path_of(staffed, "labelled", "final-check"), on_container(staffed), amount="61")
    assert answer.status_code == 200
    assert "AMOUNT_DIFFERS" in answer.text
    assert ">61<" in answer.text
    assert "Sam Example" in answer.text
    assert record(staffed, "labelled")[0].state is State.ON_HOLD
    page = staffed.client("second").get(path_of(staffed, "labelled", "final-check")).text
    assert "cannot be signed now" in page


def test_each_discrepancy_stands_beside_what_label_and_record_say_with_what_to_do(staffed: Staffed) -> None:
    told = walk.on_label(staffed.pharmacy, staffed.things["labelled preparation"])
    wrong = {"amount": "61", "patient_name": "Somebody Else", "scanned_code": "another code"}
    page = signed(staffed, staffed.client("second"), path_of(staffed, "labelled", "final-check"), on_container(staffed), **wrong).text
    assert "found 3 things that must be settled" in page
    for words in ("61 g", "60 g", "Somebody Else", told.patient_name, "another code", told.code, "The record says", "What to do:", "Everything you entered"):
        assert words in page
    # What agrees stands nowhere but among what was entered.
    assert page.count(told.beyond_use_date.isoformat()) == 1


def test_what_stands_open_is_listed_before_the_check_without_a_figure(staffed: Staffed) -> None:
    path = path_of(staffed, "labelled", "final-check")
    page = staffed.client("second").get(path).text
    assert "Nothing stands open" in page
    assert "found in order (12)" in page
    staffed.clock.wait(days=31)
    page = staffed.client("second").get(path).text
    assert "One thing stands open" in page
    assert "Stops the hand-out:" in page
    assert "The clinical assessment is too old." in page


def test_who_has_not_the_duty_cannot_open_the_final_check(staffed: Staffed) -> None:
    assert staffed.client("technician").get(path_of(staffed, "labelled", "final-check")).status_code == 403


def test_a_correction_is_signed_with_its_reason_and_withdraws_the_label(staffed: Staffed) -> None:
    client, path = staffed.client("second"), path_of(staffed, "labelled", "correct")
    before, _ = record(staffed, "labelled")
    assert before.finish is not None
    words = {"container": "60 g amber jar", "deviations": before.finish.report.deviations, "reason": "misspelt"}
    words |= {f"test_{number}": each.result for number, each in enumerate(before.finish.report.quality)}
    assert signed(staffed, client, path, {**words, "reason": ""}).status_code == 422
    answer = signed(staffed, client, path, words)
    assert answer.status_code == 303, answer.text
    now, _ = record(staffed, "labelled")
    assert (now.state, now.label, now.corrections[-1].reason) == (State.MADE, None, "misspelt")
    assert [(each.before, each.after) for each in now.corrections[-1].changes] == [("60 g jar with spatula", "60 g amber jar")]


def test_an_unclear_entry_is_assessed_beside_its_untouched_words(staffed: Staffed) -> None:
    path, client = entry_path(staffed), staffed.client("pharmacist")
    assert "rash from some cream" in re.sub("</?mark>", "", client.get(path).text)
    answer = post(client, path, ALLERGY)
    assert answer.status_code == 303, answer.text
    assert "does not stand against this preparation: a perfume, years ago" in client.get(path).text


def test_an_entry_can_be_refuted(staffed: Staffed) -> None:
    path, client = entry_path(staffed, "zinc oxide: hives"), staffed.client("pharmacist")
    page = client.get(path).text
    assert "No finding of this entry is a doubt" in page
    assert post(client, path, {"conclusion": "does_not_stand", "why": "no"}).status_code == 422
    answer = post(client, path, {"conclusion": "refuted", "why": "it was another patient"})
    assert answer.status_code == 303, answer.text
    assert "refuted: it was another patient" in client.get(path).text


def test_an_allergy_record_that_grew_meanwhile_is_refused(staffed: Staffed) -> None:
    path, client = entry_path(staffed), staffed.client("pharmacist")
    seen = hidden(client.get(path).text)
    entry_path(staffed, "zinc")
    answer = client.post(path, data={**seen, **ALLERGY, "password": PASSWORD})
    assert answer.status_code == 409
    assert hidden(answer.text)["seen"] != seen["seen"]


def test_a_part_of_the_record_that_is_no_entry_does_not_exist(staffed: Staffed) -> None:
    assert staffed.client("pharmacist").get(f"/patients/{staffed.things['patient']}/allergies/99/assess").status_code == 404


def test_a_proof_that_does_not_reach_is_told_on_the_chain_of_readings(staffed: Staffed) -> None:
    post(staffed.client("pharmacist"), path_of(staffed, "planned", "assess"), {**ASSESSMENT, "password": "a guess at it"})
    with staffed.records.database.reading() as connection:
        query = select(audit_entry.c.action).where(audit_entry.c.site_id == staffed.house.site_id, audit_entry.c.chain == "reads")
        assert "sign-in failed" in connection.execute(query).scalars().all()


def test_a_database_that_is_busy_is_no_fault_of_what_was_signed(staffed: Staffed, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise StorageError("DATABASE_BUSY", "the database is busy; nothing was written, try again in a moment")

    client, path = staffed.client("pharmacist"), path_of(staffed, "planned", "assess")
    monkeypatch.setattr(signatures, "add", busy)
    answer = signed(staffed, client, path, ASSESSMENT)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert record(staffed, "planned")[0].assessments == ()
