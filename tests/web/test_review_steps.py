"""What follows on a review: a question and its answer, a changed base, an end, a transfer, and the plan of a fill; each once, with its reason."""

import io
from dataclasses import replace

import pytest

from compounding.demo import walk
from compounding.demo.crew import PICTURE
from compounding.domain.stages import State
from compounding.storage import preparations
from compounding.storage.transaction import transaction
from compounding.workflow import deciding
from compounding.workflow.receiving import Standing
from tests.web.sent_forms import hidden, send
from tests.web.staffed import OPENS, PASSWORD, Staffed
from tests.web.test_review import IN_ZINC, record, zinc

CALL = {"callback_number": "604 555 0142", "spoken_at": "11:30", "read_back": "yes"}
ANSWER = {"by": "Dr Laura Chen", "on": "2026-11-22", "words": "Yes, petrolatum is fine.", "petrolatum": "agrees", "rests_on": "call", **CALL}


def asked(staffed: Staffed, *, petrolatum: bool = True) -> str:
    order = walk.screen(staffed.pharmacy, walk.receive(staffed.pharmacy, IN_ZINC))
    told = deciding.AskPrescriber(order_id=order.id, version=order.version, question="May we use petrolatum?", asks_for_petrolatum=petrolatum)
    return deciding.ask_prescriber(staffed.house, staffed.pharmacy.act(staffed.people["pharmacist"]), told).id


def accepted(staffed: Staffed, **wish: object) -> Standing:
    plain = replace(IN_ZINC, allergies=("No known allergies",), base="white petrolatum")
    return walk.accepted(staffed.pharmacy, replace(plain, **wish))  # type: ignore[arg-type]


def planned_of(staffed: Staffed, order_id: str) -> tuple[str, ...]:
    with transaction(staffed.records.database, site_id=staffed.house.site_id, by="test", role="", at=OPENS) as opened:
        return preparations.of_order(opened, order_id)


def test_the_question_for_petrolatum_stands_ready_and_quotes_nothing_of_the_record(staffed: Staffed) -> None:
    client, order = staffed.client("pharmacist"), zinc(staffed)
    page = client.get(f"/orders/{order}/ask").text
    assert "in white petrolatum instead?" in page
    assert "diaper cream" not in page
    question = "May we prepare it in white petrolatum?"
    answer = send(client, f"/orders/{order}/ask", question=question, petrolatum="yes")
    assert answer.status_code == 303
    now = record(staffed, order)
    assert now.state is State.AWAITING_PRESCRIBER
    assert (now.enquiries[-1].question, now.enquiries[-1].asks_for_petrolatum) == (question, True)


def test_a_question_without_words_or_meaning_is_asked_back(staffed: Staffed) -> None:
    answer = send(staffed.client("pharmacist"), f"/orders/{zinc(staffed)}/ask", question=" ")
    assert answer.status_code == 422
    assert "Write the question." in answer.text
    assert "Say whether the question asks for white petrolatum." in answer.text


def test_an_answer_by_telephone_changes_the_base_and_leads_back_to_screening(staffed: Staffed) -> None:
    client, order = staffed.client("pharmacist"), asked(staffed)
    told = {**hidden(client.get(f"/orders/{order}/answer").text), **ANSWER}
    assert [client.post(f"/orders/{order}/answer", data=told).status_code for _ in range(2)] == [303, 303]
    now = record(staffed, order)
    assert now.state is State.RECEIVED
    answer = now.enquiries[-1].answer
    assert answer is not None
    assert answer.spoken is not None
    assert (answer.spoken.received_by, answer.agrees_to_petrolatum) == (answer.recorded_by, True)
    assert answer.spoken.at.isoformat() == "2026-11-22T19:30:00+00:00"
    send(client, f"/orders/{order}/screen", page=f"/orders/{order}/review")
    page = client.get(f"/orders/{order}/review").text
    assert "BASE_CHANGED_WITH_CONSENT" in page
    assert "Can be accepted" in page


@pytest.mark.parametrize(("change", "sentence"), [
    ({"words": ""}, "Write what was answered."), ({"rests_on": ""}, "Say what it rests on."), ({"read_back": "no"}, "must be read back"),
    ({"spoken_at": "noon"}, "Write the time of the call"), ({"spoken_at": "23:59"}, "still to come"), ({"on": "2026-11-23"}, "still to come"),
    ({"petrolatum": ""}, "Say what the answer says of white petrolatum."), ({"rests_on": "letter"}, "Choose the letter"),
])  # fmt: skip
def test_an_answer_that_rests_on_nothing_is_refused_and_comes_back_filled_in(staffed: Staffed, change: dict[str, str], sentence: str) -> None:
    order = asked(staffed)
    answer = send(staffed.client("pharmacist"), f"/orders/{order}/answer", **{**ANSWER, **change})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="604 555 0142"' in answer.text
    assert record(staffed, order).state is State.AWAITING_PRESCRIBER


def test_a_letter_is_kept_with_the_answer_and_not_asked_for_twice(staffed: Staffed) -> None:
    client, order = staffed.client("pharmacist"), asked(staffed)
    path = f"/orders/{order}/answer"
    told: dict[str, object] = {**hidden(client.get(path).text), **ANSWER, "rests_on": "letter", "words": "x" * 1001}
    refused = client.post(path, data={**told, "letter": (io.BytesIO(PICTURE), "letter.png")}, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert "The letter is kept." in refused.text
    answer = client.post(path, data={**hidden(refused.text), **ANSWER, "rests_on": "letter"}, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    given = record(staffed, order).enquiries[-1].answer
    assert given is not None
    assert len(given.document_sha256) == 64


def test_what_is_no_letter_is_refused_beside_its_field(staffed: Staffed) -> None:
    client, order = staffed.client("pharmacist"), asked(staffed)
    path = f"/orders/{order}/answer"
    told = {**hidden(client.get(path).text), **ANSWER, "rests_on": "letter", "letter": (io.BytesIO(b"MZ"), "letter.exe")}
    answer = client.post(path, data=told, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "neither PDF, PNG nor JPEG" in answer.text


def test_a_no_to_petrolatum_is_recorded_as_one(staffed: Staffed) -> None:
    order = asked(staffed, petrolatum=False)
    client = staffed.client("pharmacist")
    assert "use white petrolatum" not in client.get(f"/orders/{order}/answer").text
    assert send(client, f"/orders/{order}/answer", **{**ANSWER, "petrolatum": "objects", "words": "No petrolatum."}).status_code == 303
    assert record(staffed, order).enquiries[-1].is_refused


def test_the_pharmacist_changes_the_base_where_the_place_allows_it(staffed: Staffed) -> None:
    client, order = staffed.client("pharmacist"), zinc(staffed)
    assert "PPP-58" in client.get(f"/orders/{order}/adapt").text
    assert "Write when the patient agreed." in send(client, f"/orders/{order}/adapt", reason="zinc allergy").text
    told = {"patient_consented_on": "2026-11-22", "prescriber_notified_on": "2026-11-22", "reason": "The patient is allergic to zinc."}
    assert send(client, f"/orders/{order}/adapt", **told).status_code == 303
    assert record(staffed, order).adaptation is not None


@pytest.mark.parametrize(("step", "before", "after"), [("refuse", "screened", State.REFUSED), ("cancel", "screened", State.CANCELLED),
                                                       ("discontinue", "accepted", State.DISCONTINUED)])  # fmt: skip
def test_an_order_ends_with_a_reason_and_the_page_says_before_what_will_happen(staffed: Staffed, step: str, before: str, after: State) -> None:
    client = staffed.client("pharmacist")
    order = zinc(staffed) if before == "screened" else accepted(staffed).id
    path = f"/orders/{order}/{step}"
    page = client.get(path).text
    assert "What will happen:" in page
    assert f'href="/orders/{order}">Cancel</a>' in page
    assert "Say why." in send(client, path, reason=" ").text
    answer = send(client, path, reason="The patient moved away.")
    assert answer.status_code == 303
    now = record(staffed, order)
    assert (now.state, now.ended_because) == (after, "The patient moved away.")
    assert "This cannot be done now." in client.get(path).text


def test_an_order_at_the_bench_does_not_end(staffed: Staffed) -> None:
    client, order = staffed.client("pharmacist"), staffed.things["planned order"]
    assert "stands at the bench" in client.get(f"/orders/{order}/discontinue").text
    told = {**hidden(client.get(f"/orders/{zinc(staffed)}/refuse").text), "reason": "moved away", "seen": str(4)}
    answer = client.post(f"/orders/{order}/discontinue", data=told)
    assert answer.status_code == 422
    assert "stands at the bench" in answer.text


def test_a_transfer_names_the_pharmacy_and_the_call(staffed: Staffed) -> None:
    client, order = staffed.client("pharmacist"), accepted(staffed).id
    told = {"pharmacy": "Harbour Pharmacy", "spoken_by": "Hana Example", "spoken_on": "2026-11-22", "reason": "The patient asked.", **CALL}
    assert "Write whom you spoke with." in send(client, f"/orders/{order}/transfer", **{**told, "spoken_by": ""}).text
    assert send(client, f"/orders/{order}/transfer", **told).status_code == 303
    now = record(staffed, order)
    assert now.state is State.TRANSFERRED
    assert "Harbour Pharmacy" in now.ended_because


def test_a_fill_is_planned_from_the_lots_that_expire_first_and_once_for_one_button(staffed: Staffed) -> None:
    client, order = staffed.client("pharmacist"), accepted(staffed).id
    page = client.get(f"/orders/{order}/plan")
    assert page.status_code == 200
    for words in ("Can be planned", "Fill 1: 60 g", "(suggested)", "Beyond-use date", "Ordered for each fill", "nothing yet", "Balance owing"):
        assert words in page.text, words
    told = hidden(page.text)
    answers = [client.post(f"/orders/{order}/plan", data=told) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    (made,) = planned_of(staffed, order)
    assert answers[0].headers["Location"] == f"/preparations/{made}"
    assert "stands at the bench already" in client.get(f"/orders/{order}/plan").text


def test_working_it_out_again_plans_nothing_and_keeps_what_was_chosen(staffed: Staffed) -> None:
    client, order = staffed.client("pharmacist"), accepted(staffed).id
    path = f"/orders/{order}/plan"
    lot = client.get(path).text.split('name="lot" value="')[1].split('"')[0]
    looked = send(client, path, look="1", amount="30", lot=lot)
    assert looked.status_code == 200
    assert "Fill 1: 30 g" in looked.text
    assert 'value="30"' in looked.text
    assert f'value="{lot}" checked' in looked.text
    assert planned_of(staffed, order) == ()
    assert send(client, path, amount="30", lot=lot).status_code == 303
    assert len(planned_of(staffed, order)) == 1


@pytest.mark.parametrize(("amount", "sentence"), [("61", "at most 60 g"), ("much", "Only a part of it"), ("30 mL", "Only a part of it")])
def test_an_amount_that_cannot_be_is_refused_and_comes_back(staffed: Staffed, amount: str, sentence: str) -> None:
    order = accepted(staffed).id
    answer = send(staffed.client("pharmacist"), f"/orders/{order}/plan", amount=amount)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{amount}"' in answer.text
    assert planned_of(staffed, order) == ()


def test_a_refill_asks_about_allergies_first_and_before_its_day_for_a_reason(staffed: Staffed) -> None:
    client, order = staffed.client("pharmacist"), staffed.things["dispensed order"]
    patient = record(staffed, order).patient_id
    page = client.get(f"/orders/{order}/plan").text
    assert "60 g in 1 hand-out" in page
    assert "ALLERGIES_NOT_ASKED_AGAIN" in page
    assert f'href="/patients/{patient}/allergies/ask"' in page
    assert send(client, f"/patients/{patient}/allergies/ask", answer="nothing_new", asked_on="2026-11-22").status_code == 303
    assert send(client, f"/orders/{order}/screen", page=f"/orders/{order}/review").status_code == 303
    assert send(client, f"/orders/{order}/review", checked="register").status_code == 303
    page = client.get(f"/orders/{order}/plan").text
    assert "TOO_EARLY" in page
    assert "Why earlier than it is due?" in page
    assert send(client, f"/orders/{order}/plan").status_code == 422
    assert send(client, f"/orders/{order}/plan", early_reason="The jar was lost in a fire at home.").status_code == 303
    assert len(planned_of(staffed, order)) == 2


def test_a_fill_of_an_order_that_is_not_accepted_is_not_offered(staffed: Staffed) -> None:
    client, order = staffed.client("pharmacist"), staffed.things["order"]
    page = client.get(f"/orders/{order}/plan").text
    assert "A fill needs an accepted order." in page
    assert "Plan this fill" not in page


def test_an_intern_plans_with_the_pharmacist_beside_them(staffed: Staffed) -> None:
    client, order = staffed.client("intern"), accepted(staffed).id
    both = {"password": PASSWORD, "supervisor": staffed.people["pharmacist"], "supervisor_password": PASSWORD}
    assert send(client, f"/orders/{order}/plan").status_code == 422
    assert send(client, f"/orders/{order}/plan", **both).status_code == 303


@pytest.mark.parametrize("step", ["ask", "answer", "adapt", "refuse", "cancel", "discontinue", "transfer", "plan"])
def test_only_who_decides_on_orders_takes_these_steps(staffed: Staffed, step: str) -> None:
    for who, status in (("technician", 403), ("auditor", 403), ("prescriber", 403), ("pharmacist", 200)):
        assert staffed.client(who).get(f"/orders/{staffed.things['order']}/{step}").status_code == status, who
