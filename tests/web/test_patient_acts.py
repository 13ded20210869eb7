"""What is told of a patient: asked about allergies, the contact question, what was signed withdrawn, details changed; each once, by whoever may."""

import pytest

from compounding.domain.stages import State
from compounding.workflow import allergies, reading
from compounding.workflow.reading import PatientSeen
from tests.web.sent_forms import hidden, send
from tests.web.staffed import PASSWORD, Staffed
from tests.web.test_review import record


def patient(staffed: Staffed) -> PatientSeen:
    asked = reading.Of(id=staffed.things["patient"])
    return reading.read_patient(staffed.house, staffed.pharmacy.act(staffed.people["auditor"]), asked)


def path(staffed: Staffed, what: str) -> str:
    return f"/patients/{staffed.things['patient']}/{what}"


def signed_entry(staffed: Staffed) -> int:
    """The number under which an assessment stands that counts."""
    asked = allergies.RecordAllergies(patient_id=staffed.things["patient"], texts=("rash from some cream",), asked_on=staffed.pharmacy.today)
    added = allergies.record_allergies(staffed.house, staffed.pharmacy.act(staffed.people["technician"]), asked)
    refuted = allergies.RefuteAllergy(patient_id=added.patient_id, entry_number=added.number, why="it was her sister")
    return allergies.refute_allergy(staffed.house, staffed.pharmacy.act(staffed.people["pharmacist"]), refuted).number


@pytest.mark.parametrize("who", ["assistant", "technician", "regulated", "intern", "pharmacist"])
def test_whoever_asks_records_the_answer_with_their_name_and_the_orders_are_screened_again(staffed: Staffed, who: str) -> None:
    client, before = staffed.client(who), len(patient(staffed).allergies)
    told = {
        **hidden(client.get(path(staffed, "allergies/ask")).text),
        "answer": "listed",
        "allergies_list": "Nickel: eczema\r\nLatex",
        "asked_on": "2026-11-22",
    }
    answers = [client.post(path(staffed, "allergies/ask"), data=told) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    parts = patient(staffed).allergies
    assert len(parts) == before + 2
    assert [each.entry.in_words for each in parts[-2:] if each.entry is not None] == ["Nickel: eczema", "Latex"]
    assert {each.entry.asked_by for each in parts[-2:] if each.entry is not None} == {dict(patient(staffed).names)[staffed.people[who]]}
    assert record(staffed, staffed.things["order"]).state is State.RECEIVED


@pytest.mark.parametrize(("answer", "kind"), [("nothing_new", "AskedAgain"), ("none", "AllergyEntry")])
def test_nothing_new_and_none_known_are_two_answers(staffed: Staffed, answer: str, kind: str) -> None:
    assert send(staffed.client("technician"), path(staffed, "allergies/ask"), answer=answer, asked_on="2026-11-22").status_code == 303
    assert type(patient(staffed).allergies[-1].told).__name__ == kind


@pytest.mark.parametrize(("told", "sentence"), [
    ({"answer": ""}, "Choose what the patient said."), ({"answer": "listed"}, "Write the allergies, one on each line"),
    ({"answer": "nothing_new", "allergies_list": "Latex"}, "or clear the list"), ({"answer": "none", "asked_on": ""}, "Write on which day you asked."),
    ({"answer": "none", "asked_on": "2026-11-23"}, "still to come"), ({"answer": "listed", "allergies_list": "-"}, "a dash or a dot is no answer"),
])  # fmt: skip
def test_half_an_answer_is_asked_back_with_what_was_typed(staffed: Staffed, told: dict[str, str], sentence: str) -> None:
    before = patient(staffed).allergies
    answer = send(staffed.client("technician"), path(staffed, "allergies/ask"), **{"asked_on": "2026-11-22", **told})
    assert answer.status_code == 422
    assert sentence in answer.text
    if told.get("allergies_list"):
        assert f">{told['allergies_list']}</textarea>" in answer.text.replace("\n", "")
    assert patient(staffed).allergies == before


def test_without_a_script_a_button_reads_what_is_typed_and_records_nothing(staffed: Staffed) -> None:
    before = patient(staffed).allergies
    answer = send(staffed.client("technician"), path(staffed, "allergies/ask"), look="1", answer="listed", allergies_list="zinc cream gave me blisters")
    assert answer.status_code == 200
    assert "<mark>zinc" in answer.text
    assert "Zinc: no zinc base for this patient" in answer.text
    assert "zinc cream gave me blisters</textarea>" in answer.text
    assert patient(staffed).allergies == before


def test_the_contact_question_is_recorded_once_with_its_details(staffed: Staffed) -> None:
    client = staffed.client("assistant")
    assert "It was never asked." in client.get(path(staffed, "contact")).text
    assert "Write from what, and what happened." in send(client, path(staffed, "contact"), had_a_rash="yes").text
    assert "Answer yes or no." in send(client, path(staffed, "contact")).text
    assert send(client, path(staffed, "contact"), had_a_rash="yes", contact_details="diaper cream, blisters", asked_on="2026-11-22").status_code == 303
    assert "Last answer: <strong>yes</strong>" in client.get(path(staffed, "contact")).text


def test_what_was_signed_is_withdrawn_with_reason_and_password_and_stays_in_view(staffed: Staffed) -> None:
    number, client = signed_entry(staffed), staffed.client("pharmacist")
    withdraw = path(staffed, f"signed/{number}/withdraw")
    assert withdraw in client.get(path(staffed, "").rstrip("/")).text
    assert "Enter your password" in send(client, withdraw, reason="signed for the wrong person").text
    assert "Say why." in send(client, withdraw, password=PASSWORD).text
    told = {**hidden(client.get(withdraw).text), "reason": "signed for the wrong person", "password": PASSWORD}
    assert [client.post(withdraw, data=told).status_code for _ in range(2)] == [303, 303]
    assert "Withdrawn: signed for the wrong person" in client.get(path(staffed, "").rstrip("/")).text
    assert "It is withdrawn already" in client.get(withdraw).text


def test_what_was_never_signed_cannot_be_withdrawn(staffed: Staffed) -> None:
    client, withdraw = staffed.client("pharmacist"), path(staffed, "signed/77/withdraw")
    page = client.get(withdraw).text
    assert "Under that number of the record nothing was signed." in page
    assert "Withdraw it" not in page
    number = signed_entry(staffed)
    told = {**hidden(client.get(path(staffed, f"signed/{number}/withdraw")).text), "reason": "a slip", "password": PASSWORD}
    assert client.post(withdraw, data=told).status_code == 422


def details(staffed: Staffed, **also: str) -> dict[str, str]:
    now = patient(staffed).profile
    return {"name": now.name, "born_on": now.born_on.isoformat(), "identifier": now.identifier, "address": now.address, "telephone": now.telephone,
            "language": now.language or "", **also}  # fmt: skip


def test_contact_details_are_changed_without_a_password(staffed: Staffed) -> None:
    client = staffed.client("assistant")
    assert 'value="Ana Example"' in client.get(path(staffed, "change")).text
    assert send(client, path(staffed, "change"), **details(staffed, address="9 New Road", language="fr")).status_code == 303
    assert (patient(staffed).profile.address, patient(staffed).profile.language) == ("9 New Road", "fr")


def test_a_name_is_a_pharmacists_to_change_with_password_and_reason(staffed: Staffed) -> None:
    send(staffed.client("assistant"), path(staffed, "change"), **details(staffed, identifier="9876 543 210"))
    change = details(staffed, name="Ana Sample", reason="married in May")
    assert send(staffed.client("technician"), path(staffed, "change"), **change, password=PASSWORD).status_code == 403
    client = staffed.client("pharmacist")
    refused = send(client, path(staffed, "change"), **change)
    assert refused.status_code in {403, 422}
    assert "Enter your password: the name, the date of birth or the identifier" in refused.text
    assert 'value="Ana Sample"' in refused.text
    assert "say why" in send(client, path(staffed, "change"), **{**change, "reason": ""}, password=PASSWORD).text.lower()
    assert send(client, path(staffed, "change"), **change, password=PASSWORD).status_code == 303
    assert patient(staffed).profile.name == "Ana Sample"


@pytest.mark.parametrize(("also", "status", "sentence"), [
    ({}, 422, "reads like this already"), ({"name": " "}, 422, "Write the name."), ({"born_on": "1961-13-02"}, 422, "Date of birth"),
    ({"address": "9 New Road", "seen": "0"}, 409, "9 New Road"), ({"address": "9 New Road", "seen": "x"}, 409, "9 New Road"),
])  # fmt: skip
def test_what_cannot_be_changed_comes_back_filled_in(staffed: Staffed, also: dict[str, str], status: int, sentence: str) -> None:
    answer = send(staffed.client("pharmacist"), path(staffed, "change"), **details(staffed, **also))
    assert answer.status_code == status
    assert sentence in answer.text


def test_the_patients_page_links_only_to_what_one_may_do(staffed: Staffed) -> None:
    page = f"/patients/{staffed.things['patient']}"
    assert f"{page}/allergies/ask" in staffed.client("assistant").get(page).text
    for who in ("auditor", "only designated"):
        text = staffed.client(who).get(page).text
        assert f"{page}/allergies/ask" not in text
        assert f"{page}/change" not in text
    assert staffed.client("auditor").get(f"{page}/contact").status_code == 403
    assert staffed.client("prescriber").get(f"{page}/change").status_code == 403
