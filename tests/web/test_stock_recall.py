"""A recall says beforehand what it touches, needs a reason, and leaves a list of every jar with its patient and what to do."""

from compounding.demo import walk
from compounding.domain.stages import State
from compounding.workflow import reading
from tests.web.sent_forms import hidden
from tests.web.staffed import Staffed


def recall_path(staffed: Staffed) -> str:
    return f"/stock/{staffed.things['lot']}/recall"


def test_what_a_recall_touches_is_said_before_it_is_made(staffed: Staffed) -> None:
    page = staffed.client("pharmacist").get(recall_path(staffed)).text
    assert "<strong>3 preparations</strong>" in page
    assert "<strong>1 patient has</strong> a jar of it at home" in page
    for state in ("planned", "labelled", "dispensed"):
        assert f"/preparations/{staffed.things[f'{state} preparation']}" in page
    assert "Cleo Example" in page, "the patient of the jar that was handed out"
    assert "Call the patient" in page
    assert walk.record_of(staffed.pharmacy, staffed.things["dispensed preparation"]).state is State.DISPENSED


def test_a_recall_without_a_reason_recalls_nothing(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    answer = client.post(recall_path(staffed), data={**hidden(client.get(recall_path(staffed)).text), "reason": " "})
    assert answer.status_code == 422
    assert "Write why." in answer.text
    assert walk.record_of(staffed.pharmacy, staffed.things["dispensed preparation"]).state is State.DISPENSED


def test_a_recall_leaves_a_work_list_of_every_jar_linked_to_its_record_and_its_patient(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    answer = client.post(recall_path(staffed), data={**hidden(client.get(recall_path(staffed)).text), "reason": "the supplier's letter"})
    assert (answer.status_code, answer.location) == (303, f"/stock/{staffed.things['lot']}/recall-list")
    page = client.get(answer.location).text
    assert "Recalled: <bdi>the supplier&#39;s letter" in page
    places = [page.index(f"/preparations/{staffed.things[f'{state} preparation']}") for state in ("dispensed", "labelled", "planned")]
    assert places == sorted(places), "patients first"
    patient = reading.read_order_record(
        staffed.house, staffed.pharmacy.act(staffed.people["auditor"]), reading.Of(id=staffed.things["dispensed order"])
    ).record.patient_id  # fmt: skip
    assert f"/patients/{patient}" in page
    assert "+1 604 555 0199" in page
    assert "Done by, when" in page
    assert walk.record_of(staffed.pharmacy, staffed.things["dispensed preparation"]).state is State.RECALLED


def test_a_recall_sent_twice_is_one_and_the_second_page_leads_to_the_list(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    told = {**hidden(client.get(recall_path(staffed)).text), "reason": "the supplier's letter"}
    assert client.post(recall_path(staffed), data=told).status_code == 303
    second = client.post(recall_path(staffed), data=told)
    assert second.status_code == 409
    assert f"/stock/{staffed.things['lot']}/recall-list" in second.text
    assert "Recall this lot for good" not in second.text


def test_a_lot_that_changed_meanwhile_is_looked_at_again(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    told = {**hidden(client.get(recall_path(staffed)).text), "reason": "the supplier's letter"}
    opened = hidden(client.get(f"/stock/{staffed.things['lot']}/open").text)
    assert client.post(f"/stock/{staffed.things['lot']}/open", data=opened).status_code == 303
    stale = client.post(recall_path(staffed), data=told)
    assert stale.status_code == 409
    assert "the supplier&#39;s letter" in stale.text
    assert walk.record_of(staffed.pharmacy, staffed.things["dispensed preparation"]).state is State.DISPENSED


def test_a_technician_works_through_the_list_and_recalls_nothing(staffed: Staffed) -> None:
    client = staffed.client("technician")
    assert client.get(recall_path(staffed)).status_code == 403
    assert "This lot is not recalled." in client.get(f"/stock/{staffed.things['lot']}/recall-list").text


def test_no_patient_stands_in_the_title_or_the_address(staffed: Staffed) -> None:
    page = staffed.client("pharmacist").get(recall_path(staffed)).text
    assert page.split("<title>")[1].split("</title>")[0] == "Recall a lot - Levigate"
