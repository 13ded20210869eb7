"""An order handed over as a file: the same outcome as `levigate prepare`, and the file goes from page to page untouched."""

import base64
import io
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from compounding.pipeline import prepare_file
from compounding.web.pharmacy import Pharmacy
from compounding.web.prepare_form import LARGEST_UPLOAD

Send = Callable[..., TestResponse]

ORDERS = sorted((Path(__file__).resolve().parents[2] / "examples" / "orders").glob("*.json"))
ANSWERS = {"file-asked_by": "Pat Pharmacist", "file-asked_on": "2026-11-22"}


def _upload(content: bytes, name: str = "order.json", **more: str) -> dict[str, object]:
    return {"way": "file", "file-order": (io.BytesIO(content), name), "file-compounded_on": "2026-11-22", **more}


def _status(page: str) -> str:
    found = re.search(r"lev-panel--(\w+)", page)
    assert found
    return found[1]


def _carried(page: str) -> dict[str, str]:
    form = page.split('id="again"')[1].split("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))


def test_there_are_example_orders() -> None:
    assert len(ORDERS) >= 5


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.stem)
def test_an_example_comes_out_as_from_the_command_line(send: Send, house: Pharmacy, order: Path) -> None:
    content = order.read_bytes()
    expected = prepare_file(content, house.bench(on=date(2026, 11, 22), language=None, allergies=(), contact=None), house.data)
    page = send("/prepare", _upload(content))
    assert page.status_code == 200
    assert _status(page.text) == expected.status.value
    for each in expected.reasons:
        assert each.code in page.text
    carried = _carried(page.text)
    assert base64.b64decode(carried["file-kept"]) == content
    answer = send("/prepare/label.pdf", carried)
    if expected.papers is None or expected.facts is None:
        assert answer.status_code == 409
    else:
        assert answer.headers["Content-Disposition"] == f'inline; filename="label-{expected.facts.numbers.lot}.pdf"'
        assert answer.data == expected.papers["label.pdf"]


def test_answers_given_beside_a_file_fill_its_gaps(send: Send) -> None:
    bundle = json.loads(ORDERS[0].read_bytes())
    bundle["entry"] = [entry for entry in bundle["entry"] if entry["resource"]["resourceType"] != "AllergyIntolerance"]
    content = json.dumps(bundle).encode()
    assert "ALLERGY_NOT_ASKED" in send("/prepare", _upload(content)).text
    answered = send("/prepare", _upload(content, **ANSWERS, **{"file-allergies": "none", "file-contact": "no"}))
    assert "ALLERGY_NOT_ASKED" not in answered.text
    assert _status(answered.text) == "ready"


def test_answers_that_disagree_with_a_file_hold_it(send: Send) -> None:
    content = next(order for order in ORDERS if order.stem.startswith("02")).read_bytes()
    page = send("/prepare", _upload(content, **ANSWERS, **{"file-allergies": "none"})).text
    assert _status(page) == "held"
    assert "ALLERGY_CONFLICT" in page


def test_no_answer_makes_a_zinc_base_ready_for_a_patient_allergic_to_zinc(send: Send, house: Pharmacy) -> None:
    content = next(order for order in ORDERS if order.stem.startswith("04")).read_bytes()
    for more in ({}, {"file-allergies": "none", "file-contact": "no"}, {"file-allergies": "listed", "file-allergies_list": "No zinc allergy"}):
        for paper in ("label", "leaflet", "worksheet"):
            answer = send(f"/prepare/{paper}.pdf", _upload(content, **ANSWERS, **more))
            assert answer.status_code == 409
            assert not answer.data.startswith(b"%PDF")


def test_a_file_stays_when_an_answer_beside_it_is_refused(send: Send) -> None:
    content = ORDERS[0].read_bytes()
    page = send("/prepare", _upload(content, "jane's order.json", **{"file-allergies": "none"}))
    assert page.status_code == 422
    assert "jane&#39;s order.json is still here" in page.text
    kept = re.search(r'name="file-kept" value="([^"]+)"', page.text)
    assert kept
    assert base64.b64decode(kept[1]) == content
    again = send("/prepare", {"way": "file", "file-kept": kept[1], "file-compounded_on": "2026-11-22"})
    assert _status(again.text) == "ready"


def test_changing_the_order_keeps_the_file_and_the_answers(send: Send) -> None:
    carried = _carried(send("/prepare", _upload(ORDERS[0].read_bytes(), **ANSWERS, **{"file-allergies": "none"})).text)
    page = send("/", carried)
    assert page.status_code == 200
    assert "order.json is still here" in page.text
    assert 'value="Pat Pharmacist"' in page.text
    assert '<details class="govuk-details" open>' in page.text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Choose the order&#39;s file. If you did, the file is empty."),
        (b" " * (LARGEST_UPLOAD + 1), "The file is larger than 256 KB"),
    ],
    ids=["empty", "too large"],
)
def test_a_file_that_cannot_be_taken_is_refused_at_its_field(send: Send, content: bytes, sentence: str) -> None:
    page = send("/prepare", _upload(content))
    assert page.status_code == 422
    assert sentence in page.text
    assert 'href="#file-order"' in page.text
    assert 'id="file-order"' in page.text


def test_without_a_file_the_page_asks_for_one(send: Send) -> None:
    page = send("/prepare", {"way": "file"})
    assert page.status_code == 422
    assert "Choose the order&#39;s file." in page.text


@pytest.mark.parametrize("kept", ["not base64!", "QQ", "\u00e9"])
def test_a_damaged_file_is_asked_for_again(send: Send, kept: str) -> None:
    page = send("/prepare", {"way": "file", "file-kept": kept})
    assert page.status_code == 422
    assert "The file was damaged on its way" in page.text


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[]", b'{"resourceType": "Patient"}', b"%PDF-1.4", b"{" * 60000, b"<Bundle/>"])
def test_a_file_that_is_no_order_gets_an_outcome_and_not_a_fault(send: Send, content: bytes) -> None:
    page = send("/prepare", _upload(content))
    assert page.status_code == 200
    assert _status(page.text) in {"invalid", "refused"}


def test_the_largest_file_is_taken_through_every_page(send: Send) -> None:
    content = ORDERS[0].read_bytes()
    content += b" " * (LARGEST_UPLOAD - len(content))
    page = send("/prepare", _upload(content))
    assert _status(page.text) == "ready"
    assert send("/prepare/label.pdf", _carried(page.text)).mimetype == "application/pdf"
