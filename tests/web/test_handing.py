"""From the label to the patient in the browser: what is printed, what a code answers first, who gets it, and what comes back."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounding.demo import walk
from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.hand_over_parts import CounsellingWay
from compounding.domain.stages import State
from compounding.workflow import allergies, counselling, ending, papers, reading
from compounding.workflow.bench_steps import OfPreparation
from compounding.workflow.receiving import Standing
from tests.web.signed_forms import hidden, post
from tests.web.staffed import PASSWORD, Staffed

WHY = {"reason": "the printer smeared it"}
SAID = {
    "receiver": "the patient", "languages": "en", "counselling": "accepted", "way": "IN_PERSON", "words": "showed how thin a layer is", "password": PASSWORD,
}  # fmt: skip


def now(staffed: Staffed, preparation_id: str) -> Standing:
    """How a preparation stands."""
    seen = reading.read_preparation(staffed.house, staffed.pharmacy.act(staffed.people["auditor"]), reading.Of(id=preparation_id))
    return Standing(id=preparation_id, number=seen.record.lot_number, version=seen.version, state=seen.record.state)


def record(staffed: Staffed, preparation_id: str) -> CompoundingRecord:
    return walk.record_of(staffed.pharmacy, preparation_id)


def at(staffed: Staffed, what: str) -> str:
    """The key of one of the preparations that are there."""
    return staffed.things[f"{what} preparation"]


def address(key: str, what: str) -> str:
    return f"/preparations/{key}/{what}"


@pytest.fixture
def made(staffed: Staffed) -> str:
    """A preparation that waits for its label."""
    key = at(staffed, "labelled")
    voided(staffed, key)
    return key


@pytest.fixture
def released(staffed: Staffed) -> str:
    """A preparation that may be handed out."""
    key = at(staffed, "labelled")
    walk.check(staffed.pharmacy, now(staffed, key))
    return key


def voided(staffed: Staffed, key: str) -> None:
    asked = OfPreparation(preparation_id=key, version=now(staffed, key).version)
    papers.void_printed_label(staffed.house, staffed.pharmacy.act(staffed.people["technician"], reason="torn"), asked)


def code_on(staffed: Staffed, key: str) -> str:
    return walk.on_label(staffed.pharmacy, key).code


def scanned(client: FlaskClient, key: str, code: str) -> TestResponse:
    path = address(key, "hand-out")
    return client.post(path, data={**hidden(client.get(path).text), "scanned_code": code})


def told(staffed: Staffed, key: str) -> dict[str, str]:
    """What a receiver says."""
    facts = walk.on_label(staffed.pharmacy, key)
    return {**SAID, "patient_name": facts.patient_name, "second_identifier": facts.second_identifier}


def handed(staffed: Staffed, key: str, *, who: str = "pharmacist", **also: str) -> TestResponse:
    """The container is scanned, and the form that follows is filled in and sent."""
    client = staffed.client(who)
    opened = scanned(client, key, code_on(staffed, key))
    assert opened.status_code == 200, opened.text
    return client.post(address(key, "hand-out"), data={**hidden(opened.text), **told(staffed, key), **also})


def counselled(staffed: Staffed, key: str) -> None:
    asked = counselling.RecordCounselling(
        preparation_id=key, version=now(staffed, key).version, is_accepted=True, way=CounsellingWay.PHONE, words="how often to apply it"
    )
    counselling.record_counselling(staffed.house, staffed.pharmacy.act(staffed.people["pharmacist"]), asked)


# ---- papers ----


def test_what_is_printed_is_said_first_and_the_files_stand_there_afterwards(staffed: Staffed, made: str) -> None:
    client, path = staffed.client("technician"), address(made, "label")
    assert "Beyond-use date" in client.get(path).text
    answer = post(client, path, {})
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    page = client.get(path).text
    for kind in ("label", "leaflet", "worksheet"):
        link = re.search(rf'href="([^"]*/papers/{kind}/2\.pdf)"', page)
        assert link is not None, kind
        assert client.get(link[1]).data.startswith(b"%PDF")


def test_two_clicks_print_one_label(staffed: Staffed, made: str) -> None:
    client, path = staffed.client("technician"), address(made, "label")
    sent = hidden(client.get(path).text)
    assert [client.post(path, data=sent).status_code for _ in range(2)] == [303, 409]
    assert record(staffed, made).label is not None
    assert now(staffed, made).state is State.LABELLED


def test_a_label_is_not_printed_for_a_jar_that_the_gate_refuses_and_the_sentence_says_so(staffed: Staffed, made: str) -> None:
    client, path = staffed.client("technician"), address(made, "label")
    sent = hidden(client.get(path).text)
    order = reading.read_order_record(staffed.house, staffed.pharmacy.act(staffed.people["pharmacist"]), reading.Of(id=record(staffed, made).order_id))
    asked = allergies.RecordAllergies(patient_id=order.record.patient_id, texts=("petrolatum: hives",), asked_on=staffed.pharmacy.today)
    allergies.record_allergies(staffed.house, staffed.pharmacy.act(staffed.people["technician"]), asked)
    answer = client.post(path, data=sent)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert record(staffed, made).label is None


def test_a_paper_is_printed_again_with_a_reason_and_its_number_is_told(staffed: Staffed) -> None:
    client, path = staffed.client("technician"), address(at(staffed, "labelled"), "reprint")
    refused = post(client, path, {"paper": "leaflet-1"})
    assert refused.status_code == 422
    assert "Write why" in refused.text
    assert 'value="leaflet-1" checked' in refused.text
    assert post(client, path, WHY).status_code == 422
    for number in (1, 2):
        answer = post(client, path, {**WHY, "paper": "leaflet-1"})
        assert answer.status_code == 200
        assert f"Reprint {number} of the leaflet" in answer.text
        assert f"/papers/leaflet/1/copies/{number}.pdf" in answer.text


def test_a_label_that_no_longer_counts_is_not_printed_again(staffed: Staffed) -> None:
    key = at(staffed, "dispensed")
    asked = OfPreparation(preparation_id=key, version=now(staffed, key).version)
    assert post(staffed.client("technician"), address(key, "reprint"), {**WHY, "paper": "label-1"}).status_code == 200
    ending.take_back_preparation(staffed.house, staffed.pharmacy.act(staffed.people["technician"], reason="came back"), asked)
    page = staffed.client("technician").get(address(key, "reprint")).text
    assert "Nothing can be printed again now: this preparation is returned" in page
    voided(staffed, at(staffed, "labelled"))
    walk.label(staffed.pharmacy, now(staffed, at(staffed, "labelled")))
    answer = post(staffed.client("technician"), address(at(staffed, "labelled"), "reprint"), {**WHY, "paper": "label-1"})
    assert answer.status_code == 422
    assert "This label no longer counts; print a new one" in answer.text
    assert WHY["reason"] in answer.text


def test_a_label_is_withdrawn_with_a_reason_and_the_page_says_what_follows(staffed: Staffed, released: str) -> None:
    client, path = staffed.client("technician"), address(released, "label/void")
    assert "Its release is withdrawn too" in client.get(path).text
    assert post(client, path, {"reason": " "}).status_code == 422
    assert post(client, path, WHY).status_code == 303
    assert (record(staffed, released).label, record(staffed, released).release) == (None, None)
    assert "No label can be withdrawn now" in client.get(path).text


# ---- counselling ----


def test_counselling_is_signed_in_words(staffed: Staffed, released: str) -> None:
    client, path = staffed.client("pharmacist"), address(released, "counsel")
    sent = {"answer": "declined", "way": "PHONE", "words": "has used it before"}
    refused = post(client, path, {**sent, "words": ""})
    assert refused.status_code == 422
    assert 'value="PHONE" checked' in refused.text
    assert post(client, path, sent, password="somebody else's").status_code == 422  # noqa: S106 - nobody's password.
    assert post(client, path, sent).status_code == 303
    signed = record(staffed, released).counsellings[-1]
    assert (signed.counselling.is_accepted, signed.counselling.way, signed.words) == (False, CounsellingWay.PHONE, "has used it before")
    assert "has used it before" in client.get(path).text


# ---- the code answers first ----


def test_nothing_is_asked_or_told_before_the_code_was_scanned(staffed: Staffed, released: str) -> None:
    page = staffed.client("pharmacist").get(address(released, "hand-out")).text
    assert 'name="scanned_code"' in page
    assert 'name="patient_name"' not in page


def test_the_patient_is_not_named_to_whoever_hands_out_before_it_was_said(staffed: Staffed, released: str) -> None:
    page = scanned(staffed.client("pharmacist"), released, code_on(staffed, released)).text
    assert 'name="patient_name"' in page
    facts = walk.on_label(staffed.pharmacy, released)
    assert facts.patient_name not in page
    # The code itself goes on in the form; beside it the number is nowhere.
    assert facts.second_identifier not in page.replace(facts.code, "")
    assert "1961-04-02" not in page


def test_an_empty_scan_is_asked_again(staffed: Staffed, released: str) -> None:
    answer = scanned(staffed.client("pharmacist"), released, "  ")
    assert answer.status_code == 422
    assert "Scan the code on the container." in answer.text


def test_two_scans_in_one_are_asked_again_on_the_page(staffed: Staffed, released: str) -> None:
    answer = scanned(staffed.client("pharmacist"), released, "20261122-001 " * 20)
    assert answer.status_code == 422
    assert "That is longer than any code on a container. Scan it again, alone." in answer.text


def test_a_label_that_awaits_its_check_goes_nowhere(staffed: Staffed) -> None:
    key = at(staffed, "labelled")
    answer = scanned(staffed.client("pharmacist"), key, code_on(staffed, key))
    assert "The label awaits its final check" in answer.text
    assert 'name="patient_name"' not in answer.text


def test_a_void_label_goes_nowhere_and_says_why(staffed: Staffed, released: str) -> None:
    code = code_on(staffed, released)
    voided(staffed, released)
    answer = scanned(staffed.client("pharmacist"), released, code)
    assert "The label is void" in answer.text
    assert "torn" in answer.text
    assert 'name="patient_name"' not in answer.text


def test_a_recalled_preparation_goes_nowhere(staffed: Staffed, released: str) -> None:
    code, asked = code_on(staffed, released), OfPreparation(preparation_id=released, version=now(staffed, released).version)
    ending.recall_preparation(staffed.house, staffed.pharmacy.act(staffed.people["pharmacist"], reason="a lot is doubtful"), asked)
    answer = scanned(staffed.client("pharmacist"), released, code)
    assert "This preparation is recalled" in answer.text
    assert 'name="patient_name"' not in answer.text


def test_what_is_past_its_date_goes_nowhere(staffed: Staffed, released: str) -> None:
    staffed.clock.wait(days=(record(staffed, released).beyond_use.on - staffed.pharmacy.today).days + 1)
    answer = scanned(staffed.client("pharmacist"), released, code_on(staffed, released))
    assert "This preparation is past its beyond-use date" in answer.text
    assert 'name="patient_name"' not in answer.text


def test_another_container_and_an_unknown_code_are_told_apart_and_name_nobody(staffed: Staffed, released: str) -> None:
    client, other = staffed.client("pharmacist"), at(staffed, "dispensed")
    answer = scanned(client, released, code_on(staffed, other))
    assert "This is another container" in answer.text
    assert walk.on_label(staffed.pharmacy, other).patient_name not in answer.text
    assert "No label here carries this code" in scanned(client, released, "20261122-001").text


def test_a_code_of_another_pharmacy_is_not_known_here(staffed: Staffed, released: str) -> None:
    code = code_on(staffed, released)
    client = staffed.app.test_client()
    staffed.sign_in(client, staffed.other.crew.pharmacist, site_id=staffed.other.house.site_id)
    assert "No label here carries this code" in scanned(client, staffed.things["other labelled preparation"], code).text


def test_what_else_stands_against_it_is_told_before_anything_is_asked(staffed: Staffed, released: str) -> None:
    staffed.clock.wait(days=31)
    answer = scanned(staffed.client("pharmacist"), released, code_on(staffed, released))
    assert "ASSESSMENT_OUT_OF_DATE" in answer.text
    assert 'name="patient_name"' not in answer.text


# ---- the hand-out ----


def test_a_pharmacist_hands_out_and_is_told_what_is_left(staffed: Staffed, released: str) -> None:
    answer = handed(staffed, released)
    assert (answer.status_code, answer.headers["Location"]) == (303, address(released, "hand-out"))
    done = record(staffed, released).dispensing
    assert done is not None
    assert done.counselling.words == "showed how thin a layer is"
    page = staffed.client("pharmacist").get(address(released, "hand-out")).text
    for words in ("60 g of preparation", "Fills left", "Balance owing", "Next fill is due on", "2026-12-22", "Pat Example", "English"):
        assert words in page
    assert re.search(r"<title>\s*Handed out - Levigate", page)


def test_two_clicks_hand_out_once(staffed: Staffed, released: str) -> None:
    client = staffed.client("pharmacist")
    sent = {**hidden(scanned(client, released, code_on(staffed, released)).text), **told(staffed, released)}
    answers = [client.post(address(released, "hand-out"), data=sent) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert record(staffed, released).state is State.DISPENSED


def test_an_identifier_that_is_not_the_patients_is_refused_without_a_hint(staffed: Staffed, released: str) -> None:
    answer = handed(staffed, released, second_identifier="1961-04-03")
    assert answer.status_code == 422
    assert "Name and second identifier must be those of the patient" in answer.text
    assert 'value="1961-04-03"' in answer.text
    assert "1961-04-02" not in answer.text
    assert PASSWORD not in answer.text
    assert record(staffed, released).state is State.RELEASED


@pytest.mark.parametrize(("field", "says"), [
    ("patient_name", "Type the patient"), ("second_identifier", "Type the second identifier"), ("receiver", "Say who takes it."),
    ("languages", "Tick the leaflet"), ("counselling", "Say how counselling was offered."), ("way", "Say how counselling was given"),
    ("password", "Enter your password"),
])  # fmt: skip
def test_what_is_missing_is_named_and_the_rest_comes_back(staffed: Staffed, released: str, field: str, says: str) -> None:
    answer = handed(staffed, released, **{field: ""})
    assert answer.status_code == 422
    assert says in answer.text
    assert record(staffed, released).state is State.RELEASED
    kept = "the patient" if field != "receiver" else told(staffed, released)["patient_name"]
    assert f'value="{kept}"' in answer.text


def test_a_technician_hands_out_on_counselling_that_a_pharmacist_signed_today(staffed: Staffed, released: str) -> None:
    assert "No pharmacist has signed for counselling today" in scanned(staffed.client("technician"), released, code_on(staffed, released)).text
    nobody = handed(staffed, released, who="technician", counselling="not-offered", password="")
    assert nobody.status_code == 422
    assert "A pharmacist must offer counselling before the hand-out" in nobody.text
    counselled(staffed, released)
    answer = handed(staffed, released, who="technician", counselling=f"signed-{staffed.people['pharmacist']}", password="")
    assert answer.status_code == 303, answer.text
    done = record(staffed, released).dispensing
    assert done is not None
    assert (done.hand_out.by, done.counselling.signature.person_id) == (staffed.people["technician"], staffed.people["pharmacist"])


def test_a_technician_cannot_claim_to_have_offered_counselling(staffed: Staffed, released: str) -> None:
    assert handed(staffed, released, who="technician").status_code == 422
    assert record(staffed, released).state is State.RELEASED


def test_an_intern_hands_out_only_with_the_supervising_pharmacists_own_password(staffed: Staffed, released: str) -> None:
    beside = {"supervisor": staffed.people["pharmacist"], "supervisor_password": PASSWORD}
    assert handed(staffed, released, who="intern").status_code == 422
    answer = handed(staffed, released, who="intern", **beside)
    assert answer.status_code == 303, answer.text
    done = record(staffed, released).dispensing
    assert done is not None
    assert done.hand_out.supervised_by == staffed.people["pharmacist"]


def test_what_changed_between_scan_and_button_is_said_and_nothing_is_lost(staffed: Staffed, released: str) -> None:
    client = staffed.client("pharmacist")
    sent = {**hidden(scanned(client, released, code_on(staffed, released)).text), **told(staffed, released)}
    counselled(staffed, released)
    answer = client.post(address(released, "hand-out"), data=sent)
    assert answer.status_code == 409
    assert "was changed by somebody else" in answer.text
    assert "how often to apply it" not in answer.text
    assert "offered it, signed today: accepted, phone" in answer.text
    assert 'value="the patient"' in answer.text


def test_a_label_that_was_withdrawn_between_scan_and_button_stops_it(staffed: Staffed, released: str) -> None:
    client = staffed.client("pharmacist")
    sent = {**hidden(scanned(client, released, code_on(staffed, released)).text), **told(staffed, released)}
    voided(staffed, released)
    answer = client.post(address(released, "hand-out"), data=sent)
    assert answer.status_code == 409
    assert "The label is void" in answer.text


# ---- what comes back ----


def test_what_comes_back_is_never_handed_out_again(staffed: Staffed) -> None:
    key = at(staffed, "dispensed")
    client, path = staffed.client("technician"), address(key, "take-back")
    assert "never handed out again" in client.get(path).text
    assert post(client, path, {"reason": ""}).status_code == 422
    assert post(client, path, {"reason": "allergic to the smell"}).status_code == 303
    assert record(staffed, key).state is State.RETURNED
    assert "came back" in client.get(address(key, "hand-out")).text
    assert "Nothing can be taken back now" in client.get(path).text


def test_an_intern_takes_back_beside_a_pharmacist(staffed: Staffed) -> None:
    path = address(at(staffed, "dispensed"), "take-back")
    beside = {"supervisor": staffed.people["pharmacist"], "supervisor_password": PASSWORD}
    assert post(staffed.client("intern"), path, WHY).status_code == 422
    assert post(staffed.client("intern"), path, {**WHY, **beside}).status_code == 303


@pytest.mark.parametrize(("which", "says"), [("dispensed", "Tell the patient"), ("labelled", "It has not been handed out")])
def test_a_recall_says_what_follows_and_afterwards_what_has_to_be_done(staffed: Staffed, which: str, says: str) -> None:
    key = at(staffed, which)
    client, path = staffed.client("pharmacist"), address(key, "recall")
    assert says in client.get(path).text
    assert post(client, path, {"reason": ""}).status_code == 422
    assert post(client, path, {"reason": "a lot is doubtful"}).headers["Location"] == path
    assert record(staffed, key).state is State.RECALLED
    page = client.get(path).text
    assert "What has to be done now" in page
    assert says in page
    assert "a lot is doubtful" in page


@pytest.mark.parametrize("what", ["label", "label/void", "reprint", "take-back", "recall"])
def test_a_form_beside_an_older_version_is_refused_and_keeps_what_was_typed(staffed: Staffed, what: str, made: str) -> None:
    key = {"label": made, "take-back": at(staffed, "dispensed")}.get(what, made)
    if what in {"label/void", "reprint"}:
        walk.label(staffed.pharmacy, now(staffed, key))
    client, path = staffed.client("pharmacist"), address(key, what)
    sent = {**hidden(client.get(path).text), **WHY, "seen": "1", "paper": "leaflet-1"}
    answer = client.post(path, data=sent)
    assert answer.status_code == 409
    assert "was changed by somebody else" in answer.text
    assert what == "label" or WHY["reason"] in answer.text


@pytest.mark.parametrize(("what", "who"), [("counsel", "technician"), ("hand-out", "assistant"), ("recall", "technician"), ("label", "auditor")])
def test_whoever_has_not_the_duty_does_not_get_the_page(staffed: Staffed, what: str, who: str) -> None:
    assert staffed.client(who).get(address(at(staffed, "labelled"), what)).status_code == 403


def test_what_was_handed_out_is_not_called_ready(staffed: Staffed, released: str) -> None:
    assert handed(staffed, released).status_code == 303
    page = staffed.client("pharmacist").get(address(released, "hand-out")).text
    assert "<span>Handed out</span>" in page
    assert "<span>Ready</span>" not in page
