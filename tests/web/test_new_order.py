"""A new order in the browser: entered by its prescriber or typed by the pharmacy with its evidence, read back, then sent once; nothing typed is lost."""

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from compounding.demo.crew import PICTURE, PRESCRIBER
from compounding.workflow.reading import Of, OrderSeen, PatientSeen, read_order_record, read_patient
from tests.web.staffed import Staffed

ORDER = {
    "way": "typed", "patient_name": "Nora New", "born_on": "1965-06-30", "patient_address": "7 Spruce Lane, Surrey BC", "ordered_on": "2026-11-22",
    "allergies": "none", "contact": "no", "asked_by": PRESCRIBER, "asked_on": "2026-11-22", "percent": "12.5", "basis": "pentahydrate", "base": "petrolatum",
    "place": "the hard spots on both elbows", "how_much": "thin_layer", "moments": ["morning", "evening"], "amount": "60", "repeats": "2",
    "supply_days": "30", "why_compounded": "there is no such product on the market", "key": "one-button",
}  # fmt: skip
TRANSCRIBED = {
    **{name: value for name, value in ORDER.items() if name not in {"place", "how_much", "moments"}}, "prescriber_name": "Dr Laura Chen",
    "prescriber_licence": "EX-10234", "directions": "Apply a thin layer to the left elbow 2 times a day.", "source": "paper",
}  # fmt: skip
CALL = {
    "source": "phone", "spoken_by": "Dr Laura Chen", "callback_number": "604 555 0111", "spoken_on": "2026-11-22", "spoken_at": "11:30", "read_back": "y",
}  # fmt: skip


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/orders/new").text)
    assert found
    return found[1]


def hidden(text: str) -> MultiDict[str, str]:
    """The hidden fields of the page's own form."""
    return MultiDict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text.partition("<main")[2]))


def changed(fields: MultiDict[str, str], **also: str) -> MultiDict[str, str]:
    """The same fields with other answers in these."""
    told = MultiDict(fields)
    for name, value in also.items():
        told[name] = value
    return told


def errors(text: str) -> str:
    return " ".join(re.findall(r"<p[^>]*govuk-error-message[^>]*>(.*?)</p>|govuk-error-summary__list.*?</ul>", text, re.DOTALL))


@pytest.fixture
def press(staffed: Staffed) -> Callable[..., TestResponse]:
    """Press a button of the form."""

    def send(client: FlaskClient, path: str = "/orders/new", **told: object) -> TestResponse:
        return client.post(path, data={"csrf_token": token(client), **told}, content_type="multipart/form-data")

    return send


def kept(staffed: Staffed, answer: TestResponse) -> tuple[OrderSeen, PatientSeen]:
    """The order on record, and its patient."""
    assert answer.status_code == 303, answer.text
    act = staffed.pharmacy.act(staffed.people["pharmacist"])
    order = read_order_record(staffed.house, act, Of(id=answer.headers["Location"].rpartition("/")[2]))
    return order, read_patient(staffed.house, act, Of(id=order.record.patient_id))


def test_an_empty_form_fills_in_nothing_clinical(staffed: Staffed) -> None:
    text = staffed.client("prescriber").get("/orders/new").text
    for name in ("percent", "amount", "repeats", "supply_days", "each_g", "course_days", "place", "patient_name"):
        field = re.search(rf'<input[^>]* name="{name}"[^>]*>', text)
        assert field, name
        assert not re.search('value="[^"]', field[0]), name
    assert " checked" not in text
    assert "EX-10240" in text


def test_an_order_is_read_back_then_sent_and_is_the_prescribers_own(staffed: Staffed, press: Callable[..., TestResponse]) -> None:
    client = staffed.client("prescriber")
    review = press(client, **ORDER)
    assert review.status_code == 200, errors(review.text)
    for words in (
        "12.5 % w/w of the pentahydrate, which is 7.963 % w/w of the anhydrous salt (rounded)", "white petrolatum", "60 g",
        "Apply a thin layer to the hard spots on both elbows twice a day, in the morning and in the evening.", "2: 3 fills in all", "to last 30 days",
        "Reason for compounding: there is no such product on the market", "none known, asked by", "Send the order",
    ):  # fmt: skip
        assert words in review.text, words
    answer = client.post("/orders/new/send", data=hidden(review.text))
    order, patient = kept(staffed, answer)
    sent = order.record.sent
    assert (sent.prescriber_name, sent.prescriber_licence) == (PRESCRIBER, "EX-10240")
    assert [(each.texts, str(each.times_per_day)) for each in sent.directions] == [
        (("Apply a thin layer to the hard spots on both elbows twice a day, in the morning and in the evening.",), "2")
    ]
    assert patient.profile.name == "Nora New"
    assert "Nora New" in client.get("/my-orders").text
    assert client.get(answer.headers["Location"]).status_code == 200


def test_a_double_click_sends_one_order(staffed: Staffed, press: Callable[..., TestResponse]) -> None:
    client = staffed.client("prescriber")
    fields = hidden(press(client, **ORDER).text)
    first, second = (client.post("/orders/new/send", data=fields) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert client.get("/my-orders").text.count("Nora New") == 1


def test_the_answer_about_rashes_comes_on_record_with_the_order(staffed: Staffed, press: Callable[..., TestResponse]) -> None:
    client = staffed.client("prescriber")
    review = press(client, **{**ORDER, "contact": "yes", "contact_details": "red and itchy under a zinc plaster", "base": "zinc_ointment"})
    assert review.status_code == 200, errors(review.text)
    assert "A zinc allergy stands in this order." in review.text
    _, patient = kept(staffed, client.post("/orders/new/send", data=hidden(review.text)))
    assert "red and itchy under a zinc plaster" in repr(patient.allergies)


def test_change_goes_back_with_everything_still_typed(staffed: Staffed, press: Callable[..., TestResponse]) -> None:
    client = staffed.client("prescriber")
    fields = hidden(press(client, **ORDER).text)
    fields["do"] = "change"
    text = client.post("/orders/new", data=fields).text
    for value in (
        "Nora New",
        "1965-06-30",
        "7 Spruce Lane, Surrey BC",
        "12.5",
        "the hard spots on both elbows",
        "60",
        "30",
        "there is no such product on the market",
    ):
        assert f'value="{value}"' in text, value
    assert set(re.findall(r'value="([a-z_]+)"[^>]* checked', text)) == {"none", "no", "pentahydrate", "petrolatum", "thin_layer", "morning", "evening"}
    assert hidden(text)["key"] == "one-button"


@pytest.mark.parametrize(("field", "sentence"), [
    ("patient_name", "Write the patient&#39;s name"), ("born_on", "date of birth"), ("allergies", "Answer what is known"), ("contact", "ever had a rash"),
    ("percent", "Write the strength"), ("basis", "counted as"), ("base", "Choose the base"), ("amount", "Write the amount"), ("repeats", "0 for never"),
    ("place", "Write where it goes"), ("how_much", "how much each time"), ("moments", "times of the day"), ("asked_by", "Write who asked"),
])  # fmt: skip
def test_what_a_prescribers_order_needs_is_asked_for_and_the_rest_comes_back(
    staffed: Staffed, press: Callable[..., TestResponse], field: str, sentence: str
) -> None:
    answer = press(staffed.client("prescriber"), **{name: value for name, value in ORDER.items() if name != field})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="2"' in answer.text or field == "repeats"


@pytest.mark.parametrize(("also", "sentence"), [
    ({"directions": "Apply at night."}, "Directions are given twice"), ({"each_g": "0.5"}, "choose &#34;By weight&#34;"),
    ({"how_much": "grams"}, "weight of one application"), ({"place": "the elbow once a week"}, "name only the place"), ({"place": "..."}, "must be stated"),
    ({"basis": "not_stated"}, "choose one of the answers"), ({"moments": ["midnight"]}, "Choose among the answers"), ({"percent": "12,5"}, "Strength"),
])  # fmt: skip
def test_what_contradicts_itself_is_refused_beside_its_field(
    staffed: Staffed, press: Callable[..., TestResponse], also: dict[str, object], sentence: str
) -> None:
    answer = press(staffed.client("prescriber"), **{**ORDER, **also})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Nora New" in answer.text


def test_a_prescriber_signs_with_the_name_on_record_whatever_was_sent(staffed: Staffed, press: Callable[..., TestResponse]) -> None:
    client = staffed.client("prescriber")
    fields = hidden(press(client, **ORDER, prescriber_name="Dr Omar Reyes", prescriber_licence="EX-10235", source="paper").text)
    order, _ = kept(staffed, client.post("/orders/new/send", data=changed(fields, prescriber_name="Dr Omar Reyes")))
    assert order.record.sent.prescriber_name == PRESCRIBER
    assert order.record.source.value == "entered by the prescriber"


def test_a_prescriber_finds_only_patients_of_their_own_orders(staffed: Staffed, press: Callable[..., TestResponse]) -> None:
    client = staffed.client("prescriber")
    found = press(client, do="find", patient_name="erna", amount="45")
    choice = re.search(r'name="use" value="([^"]+)"', found.text)
    assert choice
    assert 'value="45"' in found.text
    filled = press(client, use=choice[1], patient_name="erna", amount="45")
    for value in ("Erna Example", "1961-04-02", "12 Cedar Street, Vancouver BC", "45"):
        assert f'value="{value}"' in filled.text
    assert "patient on record" in filled.text
    for name in ("ana", "ben"):
        assert "Nobody of that name has an order of yours" in press(client, do="find", patient_name=name).text
    assert press(staffed.client("second prescriber"), use=choice[1]).status_code == 404
    assert press(client, use=staffed.things["order"]).status_code == 404


def test_a_chosen_patient_is_the_one_on_record_and_can_be_left_again(staffed: Staffed, press: Callable[..., TestResponse]) -> None:
    client = staffed.client("prescriber")
    chosen = hidden(press(client, use=staffed.things["own order"]).text)["patient_id"]
    fields = {**ORDER, "patient_name": "Erna Example", "born_on": "1961-04-02", "patient_id": chosen}
    order, _ = kept(staffed, client.post("/orders/new/send", data={**hidden(press(client, **fields).text)}))
    assert order.record.patient_id == chosen
    left = press(client, do="forget", **fields)
    assert not hidden(left.text)["patient_id"]
    assert "Erna Example" not in left.text
    assert 'value="12.5"' in left.text


def test_a_search_for_nothing_is_refused_beside_the_name(staffed: Staffed, press: Callable[..., TestResponse]) -> None:
    for who in ("prescriber", "technician"):
        assert press(staffed.client(who), do="find", patient_name=" ").status_code == 422


def test_the_pharmacy_finds_every_patient_and_fills_in_the_record(staffed: Staffed, press: Callable[..., TestResponse]) -> None:
    client = staffed.client("technician")
    choice = re.search(r'name="use" value="([^"]+)"', press(client, do="find", patient_name="ana ex").text)
    assert choice
    assert 'value="1961-04-02"' in press(client, use=choice[1]).text


def test_a_patient_of_that_name_on_record_is_asked_about_and_then_taken(staffed: Staffed, press: Callable[..., TestResponse]) -> None:
    client = staffed.client("technician")
    told = {**TRANSCRIBED, "patient_name": "Ana Example", "born_on": "1961-04-02", "picture": (io.BytesIO(PICTURE), "scan.png")}
    fields = hidden(press(client, **told).text)
    again = client.post("/orders/new/send", data=fields)
    assert again.status_code == 422
    assert "Whom is it for?" in again.text
    assert "Dr Laura Chen" in again.text
    found = re.search(r'name="patient_id" id="patient-1" value="([^"]+)"', again.text)
    assert found
    fields = hidden(again.text)
    fields["patient_id"] = found[1]
    order, _ = kept(staffed, client.post("/orders/new/send", data=fields))
    assert order.record.patient_id == staffed.things["patient"]


def test_the_pharmacy_types_an_order_with_the_picture_it_stands_on(staffed: Staffed, press: Callable[..., TestResponse]) -> None:
    client = staffed.client("technician")
    review = press(client, **TRANSCRIBED, picture=(io.BytesIO(PICTURE), "scan of Nora New.png"))
    assert review.status_code == 200, errors(review.text)
    fields = hidden(review.text)
    assert fields["picture_sha256"]
    order, _ = kept(staffed, client.post("/orders/new/send", data=fields))
    assert order.record.evidence.images == (fields["picture_sha256"],)
    assert order.record.sent.directions[0].texts == ("Apply a thin layer to the left elbow 2 times a day.",)


def test_a_picture_is_not_lost_where_something_else_is_missing(staffed: Staffed, press: Callable[..., TestResponse]) -> None:
    client = staffed.client("technician")
    refused = press(client, **{**TRANSCRIBED, "patient_name": ""}, picture=(io.BytesIO(PICTURE), "scan.png"))
    assert refused.status_code == 422
    assert hidden(refused.text)["picture_sha256"]
    assert press(client, **TRANSCRIBED, picture_sha256=hidden(refused.text)["picture_sha256"]).status_code == 200


@pytest.mark.parametrize(("also", "sentence"), [
    ({"source": ""}, "on paper or by fax"), ({}, "Choose the picture of the original"), ({"picture": (io.BytesIO(b"MZ"), "a.png")}, "neither PDF, PNG nor JPEG"),
])  # fmt: skip
def test_without_its_evidence_a_transcribed_order_goes_no_further(
    staffed: Staffed, press: Callable[..., TestResponse], also: dict[str, object], sentence: str
) -> None:
    answer = press(staffed.client("technician"), **{**TRANSCRIBED, **also})
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_call_is_taken_down_by_a_pharmacist_who_read_it_back(staffed: Staffed, press: Callable[..., TestResponse]) -> None:
    client = staffed.client("pharmacist")
    told = {**TRANSCRIBED, **CALL}
    assert "Read the order back" in press(client, **{**told, "read_back": ""}).text
    for missing in ("spoken_by", "callback_number", "spoken_on", "spoken_at"):
        assert press(client, **{**told, missing: ""}).status_code == 422, missing
    order, _ = kept(staffed, client.post("/orders/new/send", data=hidden(press(client, **told).text)))
    spoken = order.record.evidence.spoken
    assert spoken is not None
    assert (spoken.by, spoken.callback_number, spoken.at.isoformat()) == ("Dr Laura Chen", "604 555 0111", "2026-11-22T19:30:00+00:00")
    assert "By telephone" not in staffed.client("technician").get("/orders/new").text
    assert press(staffed.client("technician"), **told).status_code == 422


def test_a_call_still_to_come_is_refused_with_everything_still_there(staffed: Staffed, press: Callable[..., TestResponse]) -> None:
    client = staffed.client("pharmacist")
    review = press(client, **{**TRANSCRIBED, **CALL, "spoken_at": "23:59"})
    answer = client.post("/orders/new/send", data=hidden(review.text))
    assert answer.status_code == 422
    assert "still to come" in answer.text
    assert "Nora New" in answer.text


def test_an_order_that_is_on_record_already_is_asked_about(staffed: Staffed, press: Callable[..., TestResponse]) -> None:
    client = staffed.client("prescriber")
    fields = hidden(press(client, **ORDER).text)
    kept(staffed, client.post("/orders/new/send", data=fields))
    fields["key"] = "another"
    again = client.post("/orders/new/send", data=fields)
    assert again.status_code == 422
    found = re.search(r'name="patient_id" id="patient-1" value="([^"]+)"', again.text)
    told = hidden(again.text)
    if found:
        told["patient_id"] = found[1]
    told["is_a_second_order"], told["reason"] = "y", "a second jar for the holiday"
    done = client.post("/orders/new/send", data=told)
    assert done.status_code == 303, errors(done.text)


def test_what_is_worked_out_stands_beside_the_fields(staffed: Staffed, press: Callable[..., TestResponse]) -> None:
    client = staffed.client("prescriber")
    told = {**ORDER, "how_much": "grams", "each_g": "0.5"}
    part = press(client, "/orders/new/worked-out", **told).text
    assert "Apply 0.5 g to the hard spots on both elbows twice a day" in part
    assert "7.963 %" in part
    assert "0.5 g each time, twice a day, for 30 days: 30 g" in part
    taken = press(client, do="take", **{**told, "amount": ""})
    assert re.search(r'name="amount"[^>]*value="30"', taken.text)
    assert "To work out the amount, fill in" in press(client, do="work-out", **{**told, "supply_days": ""}).text


def test_fingertip_units_are_worked_out_by_the_rules_of_the_calculator(staffed: Staffed, press: Callable[..., TestResponse]) -> None:
    client = staffed.client("prescriber")
    told = {**ORDER, "age": "adult", "finger": "woman", "nozzle": "tube", "arm": "2", "moments": ["morning"], "supply_days": "7"}
    part = press(client, "/orders/new/worked-out", **told).text
    answer = client.get("/calculators/dosing?age=adult&finger=woman&nozzle=tube&arm=2&applications_per_day=1&days=7").text
    amount = re.search(r"for 7 days: ([0-9.]+) g", part)
    assert amount
    assert f"{amount[1]}" in answer
    assert "state the grams" in press(client, "/orders/new/worked-out", **{**told, "nozzle": "other"}).text


def test_the_allergies_are_read_on_the_page_without_a_script(staffed: Staffed, press: Callable[..., TestResponse]) -> None:
    text = press(staffed.client("prescriber"), do="read", **{**ORDER, "allergies": "listed", "allergies_list": "zinc oxide: rash"}).text
    assert "Zinc: no zinc base for this patient" in text
    assert 'value="Nora New"' in text


def test_a_favourite_keeps_the_clinical_part_and_nothing_of_the_patient(staffed: Staffed, press: Callable[..., TestResponse]) -> None:
    client = staffed.client("prescriber")
    fields = hidden(press(client, **ORDER, notes="Nora asked for a jar").text)
    kept_page = client.post("/orders/new/send", data=changed(fields, do="favourite", favourite_name="Elbows"))
    assert kept_page.status_code == 200
    assert "The favourite is kept. The order is not sent yet." in kept_page.text
    assert "Nora New" not in client.get("/my-orders").text
    form = client.get("/orders/new").text
    choice = re.search(r'<option value="([^"]+)">Elbows', form)
    assert choice
    started = press(client, do="start", favourite=choice[1], patient_name="Otto Other").text
    for value in ("12.5", "the hard spots on both elbows", "60", "30", "Otto Other"):
        assert f'value="{value}"' in started, value
    assert "Nora" not in started
    assert "Elbows" not in staffed.client("second prescriber").get("/orders/new").text
    foreign = press(staffed.client("second prescriber"), do="start", favourite=choice[1])
    assert foreign.status_code == 422
    assert "12.5" not in foreign.text


def test_a_favourite_is_replaced_under_its_name_and_removed(staffed: Staffed, press: Callable[..., TestResponse]) -> None:
    client = staffed.client("prescriber")
    for amount, said in (("60", "kept"), ("45", "replaced")):
        fields = hidden(press(client, **{**ORDER, "amount": amount, "key": amount}).text)
        assert f"The favourite is {said}" in client.post("/orders/new/send", data=changed(fields, do="favourite", favourite_name="elbows ")).text
    assert client.post("/orders/new/send", data=changed(fields, do="favourite", favourite_name=" - ", favourite_key="other")).status_code == 422
    page = client.get("/my-orders/favourites").text
    assert "45 g" in page
    told = hidden(page)
    assert client.post("/my-orders/favourites", data=changed(told, seen="1", key="older")).status_code == 409
    assert client.post("/my-orders/favourites", data=changed(told, favourite_id="")).status_code == 422
    assert client.post("/my-orders/favourites", data=told).status_code == 303
    assert "You keep no favourite yet" in client.get("/my-orders/favourites").text
    assert client.post("/my-orders/favourites", data=changed(told, key="again")).status_code == 404
