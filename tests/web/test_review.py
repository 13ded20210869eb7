"""The review of an order: the decision first, with what it rests on; screening and acceptance from the one page, once, and by whoever may."""

from dataclasses import replace
from datetime import date

import pytest

from compounding.demo import walk
from compounding.demo.walk import Wish
from compounding.domain.order_record import OrderRecord
from compounding.domain.stages import State
from compounding.workflow import deciding, reading
from tests.web.sent_forms import hidden, send
from tests.web.staffed import PASSWORD, Staffed
from tests.workflow import counter

IN_ZINC = Wish(patient="Zoe Example", born_on=date(1970, 5, 5), base=counter.ZINC, allergies=("Zinc oxide: rash from a diaper cream",))
ACCEPTED = {"checked": "register"}


def record(staffed: Staffed, order_id: str) -> OrderRecord:
    return reading.read_order_record(staffed.house, staffed.pharmacy.act(staffed.people["auditor"]), reading.Of(id=order_id)).record


def review(order_id: str) -> str:
    return f"/orders/{order_id}/review"


def zinc(staffed: Staffed) -> str:
    return walk.screen(staffed.pharmacy, walk.receive(staffed.pharmacy, IN_ZINC)).id


def test_an_order_that_nothing_stands_against_says_so_first_and_is_accepted(staffed: Staffed) -> None:
    client, order = staffed.client("pharmacist"), staffed.things["order"]
    page = client.get(review(order))
    assert page.status_code == 200
    for words in ("Can be accepted", "Nothing stands against it", "25 % w/w sodium thiosulfate, as pentahydrate", "No known allergies", "White petrolatum",
                  "How the figures came about", "Valid until", "Why"):  # fmt: skip
        assert words in page.text, words
    assert page.text.index("Nothing stands against it") < page.text.index("What was ordered")
    answer = send(client, review(order), **ACCEPTED)
    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"] == f"/orders/{order}"
    now = record(staffed, order)
    assert now.state is State.ACCEPTED
    assert now.acceptance is not None
    assert now.acceptance.prescriber_authenticated.startswith("Licence looked up")


def test_the_title_and_address_name_nobody(staffed: Staffed) -> None:
    page = staffed.client("pharmacist").get(review(staffed.things["order"])).text
    assert "Example" not in page.split("<title>")[1].split("</title>")[0].replace("Example Pharmacy", "")


def test_a_button_pressed_twice_accepts_once(staffed: Staffed) -> None:
    client, order = staffed.client("pharmacist"), staffed.things["order"]
    told = {**hidden(client.get(review(order)).text), **ACCEPTED}
    first, second = client.post(review(order), data=told), client.post(review(order), data=told)
    assert (first.status_code, second.status_code) == (303, 303)
    assert [each.state for each in reading.read_order_record(
        staffed.house, staffed.pharmacy.act(staffed.people["auditor"]), reading.Of(id=order)
    ).history].count(State.ACCEPTED) == 1  # fmt: skip


def test_how_the_prescriber_was_checked_is_asked_and_what_was_typed_comes_back(staffed: Staffed) -> None:
    client, order = staffed.client("pharmacist"), staffed.things["order"]
    answer = send(client, review(order), checked_words="I know the hand")
    assert answer.status_code == 422
    assert "Say how you know that the order is the prescriber&#39;s own." in answer.text
    assert 'value="I know the hand"' in answer.text
    answer = send(client, review(order), checked="other")
    assert "Write in which other way." in answer.text
    assert record(staffed, order).state is State.SCREENED
    # Only a prescriber's own entry was entered here.
    assert 'value="entered"' not in answer.text


def test_an_order_that_changed_meanwhile_is_not_accepted(staffed: Staffed) -> None:
    client, order = staffed.client("pharmacist"), staffed.things["order"]
    told = {**hidden(client.get(review(order)).text), **ACCEPTED}
    asked = deciding.AskPrescriber(order_id=order, version=int(told["seen"]), question="Which hand?")
    waiting = deciding.ask_prescriber(staffed.house, staffed.pharmacy.act(staffed.people["second"]), asked)
    answer = client.post(review(order), data=told)
    assert answer.status_code in {409, 422}
    assert "The prescriber has not answered yet" in answer.text
    assert "Which hand?" in answer.text
    assert record(staffed, order).acceptance is None
    assert waiting.state is State.AWAITING_PRESCRIBER


def test_an_older_version_of_the_same_state_is_a_conflict(staffed: Staffed) -> None:
    client, order = staffed.client("pharmacist"), staffed.things["order"]
    answer = send(client, review(order), **ACCEPTED, seen="1")
    assert answer.status_code == 409
    assert "Can be accepted" in answer.text
    assert record(staffed, order).state is State.SCREENED


@pytest.mark.parametrize("seen", ["", "x", "99999999999", "-1"])
def test_a_version_that_is_none_is_an_older_one(staffed: Staffed, seen: str) -> None:
    answer = send(staffed.client("pharmacist"), review(staffed.things["order"]), **ACCEPTED, seen=seen)
    assert answer.status_code == 409


def test_zinc_in_the_record_holds_the_zinc_base_with_the_words_that_decided_and_the_offer_beside_it(staffed: Staffed) -> None:
    client, order = staffed.client("pharmacist"), zinc(staffed)
    page = client.get(review(order)).text
    assert "stand against accepting it" in page or "stands against accepting it" in page
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in page
    assert f'href="/orders/{order}/ask"' in page
    assert "<mark>Zinc oxide</mark>" in page
    assert "Instead, if the prescriber agrees" in page
    assert "Accept the order" not in page
    # A form sent all the same is refused by the core, with its own sentence.
    answer = send(client, review(order), **ACCEPTED)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert record(staffed, order).state is State.SCREENED


def test_an_unscreened_order_has_one_way_on_and_then_shows_the_outcome(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    order = walk.receive(staffed.pharmacy, replace(IN_ZINC, patient="Yara Example", allergies=("No known allergies",), base="white petrolatum")).id
    page = client.get(review(order)).text
    assert "Nobody has screened this order yet" in page
    assert "What would be weighed" not in page
    answer = send(client, f"/orders/{order}/screen", page=review(order))
    assert answer.status_code == 303
    assert answer.headers["Location"] == review(order)
    assert "Can be accepted" in client.get(review(order)).text


def test_screening_twice_by_one_button_is_one_screening(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    order = walk.receive(staffed.pharmacy, replace(IN_ZINC, patient="Yara Example")).id
    told = hidden(client.get(review(order)).text)
    answers = [client.post(f"/orders/{order}/screen", data=told) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]


def test_an_order_screened_by_an_earlier_lexicon_is_screened_again_from_its_page(staffed: Staffed) -> None:
    order = staffed.things["order"]
    data = replace(staffed.records.data, lexicon_sha256="0" * 64)
    object.__setattr__(staffed.records, "data", data)
    client = staffed.client("pharmacist")
    page = client.get(review(order)).text
    assert "What is known has changed since it was screened" in page
    answer = send(client, f"/orders/{order}/screen", page=review(order))
    assert answer.status_code == 303, answer.text
    now = record(staffed, order)
    assert now.state is State.SCREENED
    assert now.screening is not None
    assert now.screening.lexicon_sha256 == "0" * 64


def test_a_doubt_is_answered_beside_it_and_kept_with_the_acceptance(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    words = counter.typed(staffed.pharmacy, Wish(patient="Tim Example", born_on=date(2012, 5, 5)))
    order = walk.screen(staffed.pharmacy, counter.on_paper(staffed.pharmacy, words)).id
    page = client.get(review(order)).text
    assert "It can be accepted once you have answered" in page
    assert "CLINICAL_REVIEW_NEEDED" in page
    answer = send(client, review(order), **ACCEPTED)
    assert answer.status_code == 422
    assert "Write your answer to the doubt." in answer.text
    answer = send(client, review(order), **ACCEPTED, clinical="Discussed with Dr Chen today; dose fits.")
    assert answer.status_code == 303, answer.text
    acceptance = record(staffed, order).acceptance
    assert acceptance is not None
    assert {(each.code, each.answer) for each in acceptance.settled} == {("CLINICAL_REVIEW_NEEDED", "Discussed with Dr Chen today; dose fits.")}


def test_a_licence_the_order_does_not_name_is_asked_for(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    words = counter.typed(staffed.pharmacy, Wish(patient="Lea Example", born_on=date(1962, 5, 5)), prescriber_licence="")
    order = walk.screen(staffed.pharmacy, counter.on_paper(staffed.pharmacy, words)).id
    answer = send(client, review(order), **ACCEPTED)
    assert "Write the prescriber&#39;s licence number." in answer.text
    assert send(client, review(order), **ACCEPTED, prescriber_licence="EX-10234").status_code == 303


def test_an_unclear_entry_leads_to_its_assessment_and_the_page_says_what_was_signed(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    order = walk.screen(staffed.pharmacy, walk.receive(staffed.pharmacy, replace(IN_ZINC, allergies=("rash from some cream",), base="white petrolatum"))).id
    page = client.get(review(order)).text
    patient = record(staffed, order).patient_id
    assert f'href="/patients/{patient}/allergies/1/assess"' in page
    told = {"conclusion": "does_not_stand", "finding": "0", "asked": "patient", "reaction": "redness", "why": "a perfume", "prescriber_told": "no"}
    assert send(client, f"/patients/{patient}/allergies/1/assess", **told, password=PASSWORD).status_code == 303
    page = client.get(review(order)).text
    assert "Nobody has screened this order yet" in page
    send(client, f"/orders/{order}/screen", page=review(order))
    page = client.get(review(order)).text
    assert "a perfume" in page
    assert f'href="/patients/{patient}/allergies/1/assess"' not in page


def test_an_intern_decides_with_the_pharmacist_beside_them(staffed: Staffed) -> None:
    client, order = staffed.client("intern"), staffed.things["order"]
    assert "Who supervises you" in client.get(review(order)).text
    alone = send(client, review(order), **ACCEPTED)
    assert alone.status_code == 422
    assert "Choose who supervises you" in alone.text
    answer = send(
        client, review(order), **ACCEPTED, password=PASSWORD, supervisor=staffed.people["pharmacist"], supervisor_password=PASSWORD,
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    assert record(staffed, order).state is State.ACCEPTED


@pytest.mark.parametrize("who", ["technician", "assistant", "prescriber", "auditor", "only designated"])
def test_whoever_never_decides_on_orders_does_not_see_the_review(staffed: Staffed, who: str) -> None:
    assert staffed.client(who).get(review(staffed.things["order"])).status_code == 403


def test_opening_the_review_writes_nothing_but_a_reading(staffed: Staffed) -> None:
    order = staffed.things["order"]
    before = record(staffed, order)
    staffed.client("pharmacist").get(review(order))
    assert record(staffed, order) == before


def test_a_lot_of_the_base_can_be_named_whose_own_list_counts(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    order = walk.screen(staffed.pharmacy, walk.receive(staffed.pharmacy, replace(IN_ZINC, allergies=("Lanolin: eczema",)))).id
    page = client.get(review(order)).text
    assert "Whose own ingredient list counts?" in page
    lot = page.split('name="lot" value="')[1].split('"')[0]
    looked = client.get(f"{review(order)}?lot={lot}").text
    assert f'value="{lot}" checked' in looked
    assert client.get(f"{review(order)}?lot=01a203fd-0000-7000-8000-000000000000").status_code == 404


def test_an_order_that_has_ended_shows_no_formula_and_no_weight(staffed: Staffed) -> None:
    shop = staffed.pharmacy
    allergic = replace(IN_ZINC, base="white petrolatum", allergies=("Sodium thiosulfate: hives",))
    order = walk.screen(shop, walk.receive(shop, allergic))
    deciding.refuse(shop.house, shop.act(shop.crew.pharmacist, reason="allergic to it"), deciding.OfOrder(order_id=order.id, version=order.version))
    page = staffed.client("pharmacist").get(review(order.id)).text
    assert "This order has ended" in page
    for words in ("The formula", "What would be weighed", "lev-weights"):
        assert words not in page, words
