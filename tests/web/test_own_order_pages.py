"""A prescriber's own orders in the browser: the pharmacy's question answered with both formulas in view, and an order withdrawn."""

import pytest

from compounding.demo import walk
from compounding.domain.order_parts import Source
from compounding.workflow import deciding, receiving
from compounding.workflow.deciding import AskPrescriber
from compounding.workflow.reading import Of, OrderSeen, read_order_record
from tests.web.signed_forms import post
from tests.web.staffed import PASSWORD, Staffed

QUESTION = "The record holds something about zinc. May it be petrolatum instead?"


def seen(staffed: Staffed, order_id: str) -> OrderSeen:
    return read_order_record(staffed.house, staffed.pharmacy.act(staffed.people["pharmacist"]), Of(id=order_id))


@pytest.fixture
def asked(staffed: Staffed) -> str:
    """An own order in zinc, about which the pharmacy asks."""
    return ask(staffed, asks_for_petrolatum=True)


def ask(staffed: Staffed, *, asks_for_petrolatum: bool) -> str:
    shop = staffed.pharmacy
    with shop.house.database.reading() as connection:
        from compounding.storage import people

        who = next(each for each in people.people_of(connection, shop.house.site_id) if each.id == staffed.people["prescriber"])
    wish = walk.Wish(patient="Zoe Zincless", born_on=shop.today.replace(year=1970), base="zinc oxide ointment 20 %", allergies=("Zinc oxide: rash",))
    from dataclasses import replace

    sent = replace(walk.sent(wish, today=shop.today), prescriber_name=who.name, prescriber_licence=who.licence)
    at = receiving.receive_typed(shop.house, shop.act(who.id), receiving.ReceiveTyped(sent=sent, source=Source.ENTERED))
    request = AskPrescriber(order_id=at.id, version=at.version, question=QUESTION, asks_for_petrolatum=asks_for_petrolatum)
    deciding.ask_prescriber(shop.house, shop.act(shop.crew.pharmacist), request)
    return at.id


def test_a_question_waits_on_its_own_page_and_only_there_for_its_prescriber(staffed: Staffed, asked: str) -> None:
    page = staffed.client("prescriber").get("/my-orders/questions").text
    assert QUESTION in page
    assert f"/my-orders/{asked}/answer" in page
    assert "asks nothing" in staffed.client("second prescriber").get("/my-orders/questions").text
    assert staffed.client("pharmacist").get("/my-orders/questions").status_code == 403


def test_both_formulas_stand_side_by_side_and_nothing_of_the_record(staffed: Staffed, asked: str) -> None:
    text = staffed.client("prescriber").get(f"/my-orders/{asked}/answer").text
    for words in (
        QUESTION,
        "As you ordered",
        "As the pharmacy asks",
        "Contains zinc oxide",
        "Does not contain zinc",
        "I agree: prepare it in white petrolatum",
    ):
        assert words in text, words
    assert "Zinc oxide: rash" in text  # It stands in the prescriber's own words of the order.


def test_one_click_and_the_password_answer_it(staffed: Staffed, asked: str) -> None:
    client, path = staffed.client("prescriber"), f"/my-orders/{asked}/answer"
    answer = post(client, path, {"conclusion": "agree", "words": "Same amount, please."})
    assert answer.status_code == 303, answer.text
    record = seen(staffed, asked).record
    told = record.enquiries[-1].answer
    assert told is not None
    assert told.by == "Dr Mona Example, licence EX-10240"
    assert told.words.endswith("Same amount, please.")
    assert record.consent is not None
    assert "asks nothing about this order now" in client.get(path).text
    assert QUESTION in client.get(f"/orders/{asked}").text


def test_a_no_is_a_no(staffed: Staffed, asked: str) -> None:
    assert post(staffed.client("prescriber"), f"/my-orders/{asked}/answer", {"conclusion": "object"}).status_code == 303
    assert seen(staffed, asked).record.enquiries[-1].is_refused


@pytest.mark.parametrize(("told", "status", "sentence"), [
    ({"words": "well"}, 422, "Choose whether you agree"), ({"conclusion": "agree", "password": ""}, 422, "Enter your password to sign"),
    ({"conclusion": "agree", "password": "not it at all"}, 422, "password"), ({"conclusion": "agree", "seen": "1"}, 409, "changed by somebody else"),
])  # fmt: skip
def test_what_is_missing_is_said_and_what_was_typed_comes_back(staffed: Staffed, asked: str, told: dict[str, str], status: int, sentence: str) -> None:
    answer = post(staffed.client("prescriber"), f"/my-orders/{asked}/answer", {"words": "well", **told})
    assert answer.status_code == status
    assert sentence in answer.text
    assert ">well</textarea>" in answer.text.replace("\r\n", "").replace("\n", "")
    assert seen(staffed, asked).record.is_asking


def test_a_double_click_is_one_answer(staffed: Staffed, asked: str) -> None:
    client, path = staffed.client("prescriber"), f"/my-orders/{asked}/answer"
    told = {"conclusion": "agree", "key": "one-button"}
    assert post(client, path, told).status_code == 303
    assert len([each for each in seen(staffed, asked).record.enquiries if each.answer]) == 1


def test_another_question_is_answered_in_words(staffed: Staffed) -> None:
    order_id = ask(staffed, asks_for_petrolatum=False)
    client, path = staffed.client("prescriber"), f"/my-orders/{order_id}/answer"
    assert "As you ordered" not in client.get(path).text
    assert post(client, path, {"words": " "}).status_code == 422
    assert post(client, path, {"words": "The left elbow."}).status_code == 303


def test_an_order_is_withdrawn_with_a_reason(staffed: Staffed) -> None:
    order_id, client = staffed.things["own order"], staffed.client("prescriber")
    path = f"/my-orders/{order_id}/withdraw"
    assert "Write why" in post(client, path, {"reason": " "}).text
    assert post(client, path, {"reason": "no longer wanted", "seen": "9"}).status_code == 409
    refused = post(client, path, {"reason": "no"})
    assert refused.status_code == 422
    assert "Say why in a few words" in refused.text
    assert post(client, path, {"reason": "no longer wanted"}).status_code == 303
    assert "withdrawn by its prescriber: no longer wanted" in client.get(f"/orders/{order_id}").text
    assert "cannot be withdrawn as it stands now" in client.get(path).text


def test_the_password_is_never_written_back(staffed: Staffed, asked: str) -> None:
    assert PASSWORD not in post(staffed.client("prescriber"), f"/my-orders/{asked}/answer", {"words": "x"}).text


def test_what_leads_off_the_way_is_a_link_and_never_the_button_of_a_page(staffed: Staffed) -> None:
    page = staffed.client("prescriber").get(f"/orders/{staffed.things['own order']}").text
    assert "The pharmacy has this order" in page
    assert "Withdraw the order" in page
    assert "lev-next__way" not in page
