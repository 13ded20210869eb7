"""Keeping an order from the browser: once for one button, with what it rests on, as the person's own where a prescriber enters it; and correcting one."""

import base64
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounding.demo.crew import PICTURE, PRESCRIBER, PRESCRIBER_LICENCE
from compounding.web import kept_files
from compounding.workflow.reading import Of, read_order_record, read_patient
from tests.web.abuse.world import with_file
from tests.web.staffed import PASSWORD, Staffed

FILE = Path("examples/orders/02-zinc-allergy-in-petrolatum.json")


def token(client: FlaskClient, path: str = "/") -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def hidden(text: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text))


@pytest.fixture
def keep(staffed: Staffed, typed: dict[str, str]) -> Callable[..., TestResponse]:
    """Send an order to be kept, with what differs from the plain one."""

    def send(client: FlaskClient, picture: bytes | None = PICTURE, **also: str) -> TestResponse:
        data: dict[str, object] = {"csrf_token": token(client), **typed, "source": "paper", "key": "one-button", **also}
        if picture is not None:
            data["picture"] = (io.BytesIO(picture), "scan of Mara Model.png")
        return client.post("/orders", data=data, content_type="multipart/form-data")

    return send


def test_a_typed_order_is_kept_with_its_picture_and_shown(staffed: Staffed, keep: Callable[..., TestResponse]) -> None:
    client = staffed.client("technician")
    answer = keep(client)
    assert answer.status_code == 303, answer.text
    assert re.fullmatch(r"/orders/[0-9a-f-]{36}", answer.headers["Location"])
    text = client.get(answer.headers["Location"]).text
    for words in ("Mara Model", "1965-06-30", "Dr Laura Chen", "image ", "paper", "No known allergies"):
        assert words in text


def test_a_double_click_keeps_one_order(staffed: Staffed, keep: Callable[..., TestResponse]) -> None:
    client = staffed.client("technician")
    assert keep(client).headers["Location"] == keep(client).headers["Location"]
    assert client.get("/work").text.count("Mara Model") == 1


def test_the_outcome_page_offers_the_keeping_and_no_paper(staffed: Staffed, typed: dict[str, str]) -> None:
    client = staffed.client("technician")
    answer = client.post("/prepare", data={"csrf_token": token(client), **typed})
    assert answer.status_code == 200
    assert 'action="/orders"' in answer.text
    assert "Picture of the original" in answer.text
    assert "Open the label" not in answer.text
    told = hidden(answer.text)
    sent = {**told, "source": "fax", "picture": (io.BytesIO(PICTURE), "a.png")}
    assert client.post("/orders", data=sent, content_type="multipart/form-data").status_code == 303


@pytest.mark.parametrize(("picture", "sentence"), [
    (None, "Choose the picture"), (b"MZ not a picture", "neither PDF, PNG nor JPEG"), (b"", "neither PDF"), (PICTURE + b"x" * 20_000, "larger than 8 MB"),
])  # fmt: skip
def test_a_typed_order_without_a_fitting_picture_is_not_kept(
    staffed: Staffed, keep: Callable[..., TestResponse], monkeypatch: pytest.MonkeyPatch, picture: bytes | None, sentence: str
) -> None:
    monkeypatch.setattr(kept_files, "LARGEST", 10_000)
    client = staffed.client("technician")
    answer = keep(client, picture)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Mara Model" not in client.get("/work").text


@pytest.mark.parametrize(("path", "size"), [("/orders", 10 * 1024 * 1024), ("/prepare", 2 * 1024 * 1024), ("/search", 2 * 1024 * 1024)])
def test_what_is_far_too_large_is_refused_before_it_is_read(staffed: Staffed, path: str, size: int) -> None:
    told = {"CONTENT_LENGTH": str(size)}
    answer = staffed.client("technician").post(path, data=b"", content_type="multipart/form-data; boundary=x", environ_overrides=told)
    assert answer.status_code == 413


def test_an_order_without_its_way_is_asked_back_and_its_picture_kept(staffed: Staffed, keep: Callable[..., TestResponse]) -> None:
    client = staffed.client("technician")
    answer = keep(client, source="telepathy")
    assert answer.status_code == 422
    assert "on paper or by fax" in answer.text
    assert keep(client, source="fax").status_code == 303


def test_a_double_is_asked_back_and_kept_when_somebody_says_so_with_a_reason(staffed: Staffed, keep: Callable[..., TestResponse]) -> None:
    client = staffed.client("technician")
    assert keep(client).status_code == 303
    again = keep(client, key="another")
    assert again.status_code == 422
    found = re.search(r'name="patient_id" id="patient-1" value="([^"]+)"', again.text)
    assert found
    same = keep(client, key="another", patient_id=found[1])
    assert same.status_code == 422
    assert "is on record as" in same.text
    assert hidden(same.text)["picture_sha256"]
    assert keep(client, key="another", patient_id=found[1], is_a_second_order="y").status_code == 422
    told = keep(client, None, key="another", patient_id=found[1], is_a_second_order="y", reason="a second jar for the holiday",
                picture_sha256=hidden(same.text)["picture_sha256"])  # fmt: skip
    assert told.status_code == 303


def test_a_file_is_kept_as_it_came(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    data = {
        "csrf_token": token(client), "way": "file", "key": "k", "file-order": (io.BytesIO(FILE.read_bytes()), "order.json"), "file-allergies": "not_asked",
        "file-contact": "not_asked", "file-compounded_on": "2026-11-22", "file-language": "patients",
    }  # fmt: skip
    outcome = client.post("/prepare", data=data, content_type="multipart/form-data")
    sent = hidden(outcome.text)
    assert base64.b64decode(sent["file-kept"]) == FILE.read_bytes()
    answer = client.post("/orders", data=sent)
    assert answer.status_code == 303, answer.text
    assert "Rosa Sample" in client.get(answer.headers["Location"]).text


def test_a_prescriber_enters_an_order_that_only_they_and_the_pharmacy_see(staffed: Staffed, keep: Callable[..., TestResponse]) -> None:
    chen, reyes = staffed.client("prescriber"), staffed.client("second prescriber")
    answer = keep(chen, None, prescriber_name=PRESCRIBER, prescriber_licence=PRESCRIBER_LICENCE)
    assert answer.status_code == 303, answer.text
    path = answer.headers["Location"]
    text = chen.get(path).text
    assert "Mara Model" in text
    for hidden_part in ("Screening", "Preparations", "/patients/", "Decisions"):
        assert hidden_part not in text
    assert "Mara Model" in chen.get("/my-orders").text
    assert "Mara Model" not in reyes.get("/my-orders").text
    assert staffed.client("pharmacist").get(path).status_code == 200
    foreign, absent = reyes.get(path), reyes.get("/orders/00000000-0000-7000-8000-000000000000")
    assert foreign.status_code == absent.status_code
    assert foreign.status_code != 200
    assert "Mara Model" not in foreign.text


@pytest.mark.parametrize("other", [{"prescriber_name": "Dr Omar Reyes"}, {"prescriber_licence": "BC-10234"}])
def test_a_prescriber_enters_no_order_of_another(staffed: Staffed, keep: Callable[..., TestResponse], other: dict[str, str]) -> None:
    answer = keep(staffed.client("prescriber"), None, **{"prescriber_name": PRESCRIBER, "prescriber_licence": PRESCRIBER_LICENCE, **other})
    assert answer.status_code == 422
    assert "You enter your own orders only: the prescriber is Dr Mona Example with licence EX-10240" in answer.text


def test_an_order_is_corrected_with_a_reason_and_the_password(staffed: Staffed) -> None:
    client, path = staffed.client("technician"), f"/orders/{staffed.things['order']}"
    text = client.get(f"{path}/correct").text
    fields = hidden(text) | {
        "patient_name": "Ana Example", "born_on": "1961-04-02", "patient_address": "12 Cedar Street, Vancouver BC", "prescriber_name": "Dr Laura Chen",
        "prescriber_licence": "EX-10234", "ordered_on": "2026-11-21", "order_ref": "EX-ANA", "percent": "25", "basis": "pentahydrate", "base": "petrolatum",
        "amount": "30", "directions": "Apply a thin layer in the morning.", "repeats": "1", "supply_days": "30", "allergies": "none", "asked_by": "Dr Laura Chen",
        "asked_on": "2026-11-21",
    }  # fmt: skip
    for value in ("Ana Example", "EX-ANA", 'value="60"'):
        assert value in text
    assert client.post(f"{path}/correct", data=fields).status_code == 422
    assert client.post(f"{path}/correct", data={**fields, "reason": "the fax says 30 g", "password": "wrong"}).status_code == 422
    assert client.post(f"{path}/correct", data={**fields, "password": PASSWORD}).status_code == 422
    done = client.post(f"{path}/correct", data={**fields, "reason": "the fax says 30 g", "password": PASSWORD})
    assert done.status_code == 303, re.findall(r"error[^<]*<", done.text)
    shown = client.get(path).text
    assert "30 g" in shown
    assert "the fax says 30 g" in shown
    late = client.post(f"{path}/correct", data={**fields, "key": "later", "amount": "45", "reason": "another look at it", "password": PASSWORD})
    assert late.status_code == 409
    assert "changed by somebody else" in late.text


def test_what_came_as_a_file_or_is_over_is_not_corrected_here(staffed: Staffed) -> None:
    client = staffed.client("technician")
    assert client.get(f"/orders/{staffed.things['dispensed order']}/correct").status_code == 404


def test_the_pages_calculate_by_the_settings_on_record(staffed: Staffed) -> None:
    from compounding.web.pharmacy import current_pharmacy

    client = staffed.client("pharmacist")
    with client:
        client.get("/work")
        assert current_pharmacy().site.id == staffed.house.site_id
        assert current_pharmacy().was_named
        assert current_pharmacy().today.isoformat() == "2026-11-22"


@pytest.mark.parametrize("path", ["/orders", "/prepare", "/search", "/sign-in"])
@pytest.mark.parametrize("who", ["technician", ""])
def test_a_form_that_is_too_large_is_refused_as_that_whoever_sends_it(staffed: Staffed, path: str, who: str) -> None:
    answer = staffed.client(who).post(path, data=b"note=" + b"A" * 10_000_000, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "TOO_LARGE" in answer.text


def test_a_picture_of_several_megabytes_is_kept_and_no_other_page_takes_as_much(staffed: Staffed, typed: dict[str, str]) -> None:
    client, picture = staffed.client("technician"), PICTURE + bytes(3_000_000)
    fields = {"csrf_token": token(client), **typed, "source": "paper", "key": "one-button"}
    assert client.post("/orders", **with_file(fields, "picture", "a.png", picture)).status_code == 303
    assert client.post("/prepare", **with_file(fields, "picture", "a.png", picture)).status_code == 413


def test_a_rash_that_was_told_of_comes_on_record_with_the_typed_order(staffed: Staffed, keep: Callable[..., TestResponse]) -> None:
    answer = keep(staffed.client("technician"), contact="yes", contact_details="red and itchy under a zinc plaster")
    assert answer.status_code == 303, answer.text
    act = staffed.pharmacy.act(staffed.people["pharmacist"])
    order = read_order_record(staffed.house, act, Of(id=answer.headers["Location"].rpartition("/")[2])).record
    assert "red and itchy under a zinc plaster" in repr(read_patient(staffed.house, act, Of(id=order.patient_id)).allergies)


def test_a_rash_told_of_beside_a_file_stops_its_keeping(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    data = {
        "csrf_token": token(client), "way": "file", "key": "k", "file-order": (io.BytesIO(FILE.read_bytes()), "order.json"), "file-allergies": "not_asked",
        "file-contact": "yes", "file-contact_details": "red and itchy", "file-asked_by": "Pat Example", "file-asked_on": "2026-11-22",
        "file-compounded_on": "2026-11-22", "file-language": "patients",
    }  # fmt: skip
    before = client.get("/work").text.count("/orders/")
    answer = client.post("/orders", data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "A rash was told of beside the file" in answer.text
    assert client.get("/work").text.count("/orders/") == before


def test_loading_the_outcome_again_asks_for_the_empty_form(staffed: Staffed) -> None:
    answer = staffed.client("pharmacist").get("/prepare")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
