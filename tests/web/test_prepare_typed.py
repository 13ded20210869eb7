"""A typed order in the browser: the same path as for a file, with its papers, and never a paper for an order that is not ready."""

import html
import io
import re
from collections.abc import Callable

import pypdfium2
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Send = Callable[..., TestResponse]
Typed = dict[str, str]

PAPERS = ["label", "leaflet", "worksheet"]
ZINC_ALLERGIES = ["Zinc", "zinc oxide - contact dermatitis", "Desitin", "allergie au zinc", "ZnO tape rash"]


def _codes(page: str) -> list[str]:
    return re.findall(r'lev-code">([A-Z_]+)<', page)


def _status(page: str) -> str:
    found = re.search(r"lev-panel--(\w+)", page)
    assert found
    return found[1]


def _text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_an_order_in_petrolatum_is_ready_and_its_three_papers_can_be_opened(send: Send, typed: Typed) -> None:
    page = send("/prepare", typed)
    assert page.status_code == 200
    assert _status(page.text) == "ready"
    assert "Weighing sheet" in page.text
    for paper in PAPERS:
        assert f'formaction="/prepare/{paper}.pdf"' in page.text
        answer = send(f"/prepare/{paper}.pdf", typed)
        assert answer.status_code == 200
        assert answer.mimetype == "application/pdf"
        assert "Mara Model" in _text_of(answer.data) or paper == "leaflet"


def test_a_paper_is_shown_in_place_under_a_safe_name_and_kept_nowhere(send: Send, typed: Typed) -> None:
    answer = send("/prepare/label.pdf", typed)
    assert re.fullmatch(r'inline; filename="label-20261122-[2-9A-Z]{5}\.pdf"', answer.headers["Content-Disposition"])
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; object-src 'self'")
    assert "script-src" not in policy


def test_the_papers_of_one_order_carry_the_same_numbers(send: Send, typed: Typed) -> None:
    lots = {send(f"/prepare/{paper}.pdf", typed).headers["Content-Disposition"].split("-", 1)[1] for paper in PAPERS}
    assert len(lots) == 1
    without_a_day = send("/prepare/label.pdf", typed | {"compounded_on": ""})
    assert without_a_day.headers["Content-Disposition"].split("-", 1)[1] in lots


def test_the_page_offers_exactly_what_the_papers_are_made_from(send: Send, typed: Typed) -> None:
    page = send("/prepare", typed | {"directions": "Line one,\r\nline two."}).text
    form = page.split('id="again"')[1].split("</form>")[0]
    carried = {name: html.unescape(value) for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form, re.DOTALL)}
    assert carried.pop("csrf_token")
    assert {name: value for name, value in carried.items() if value} == {
        name: value for name, value in (typed | {"directions": "Line one,\r\nline two."}).items() if value
    }
    assert send("/prepare/label.pdf", carried).status_code == 200


def test_changing_the_order_brings_everything_back(send: Send, typed: Typed) -> None:
    page = send("/", typed | {"allergies": "listed", "allergies_list": "Zinc\r\nLatex", "notes": "Calcinosis <left>"})
    assert page.status_code == 200
    for value in ("Mara Model", "1965-06-30", "RX-4711", "Zinc\r\nLatex", "Calcinosis &lt;left&gt;", "Pat Pharmacist"):
        assert value in page.text
    for name, value in (("base", "petrolatum"), ("basis", "pentahydrate"), ("allergies", "listed"), ("contact", "no")):
        assert re.search(rf'name="{name}" type="radio" value="{value}" checked', page.text), name
    assert "govuk-error-summary" not in page.text


@pytest.mark.parametrize("base", ["zinc_ointment", "zinc"])
@pytest.mark.parametrize("allergy", ZINC_ALLERGIES)
def test_a_patient_allergic_to_zinc_gets_no_paper_for_a_zinc_base_at_any_door(send: Send, typed: Typed, allergy: str, base: str) -> None:
    order = typed | {"base": base, "allergies": "listed", "allergies_list": allergy}
    page = send("/prepare", order)
    assert _status(page.text) == "held"
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in _codes(page.text)
    assert 'formaction="/prepare/label.pdf' not in page.text
    for paper in PAPERS:
        answer = send(f"/prepare/{paper}.pdf", order)
        assert answer.status_code == 409
        assert answer.mimetype == "text/html"
        assert not answer.data.startswith(b"%PDF")


def test_the_steer_shows_both_formulas_and_the_request_for_consent(send: Send, typed: Typed) -> None:
    order = typed | {"base": "zinc_ointment", "allergies": "listed", "allergies_list": "Desitin"}
    page = send("/prepare", order).text
    ordered, offered = page.split('class="lev-compare__side', 2)[1:]
    assert "CONTAINS ZINC OXIDE: 14 % w/w" in ordered
    assert "Zinc oxide ointment 20 %" in ordered
    assert "Does not contain zinc" in offered
    assert ">42 <" in ordered
    assert ">42 <" in offered
    assert "<mark>Desitin</mark>" in page
    text = re.search(r"<textarea[^>]*readonly[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert text
    assert "May we prepare the same strength and amount in white petrolatum instead" in text[1]
    download = send("/prepare/request-for-consent.txt", order)
    assert download.mimetype == "text/plain"
    assert download.headers["Content-Disposition"] == 'attachment; filename="request-for-consent.txt"'
    assert download.text == html.unescape(text[1])


def test_without_a_steer_there_is_no_request_to_download(send: Send, typed: Typed) -> None:
    assert send("/prepare/request-for-consent.txt", typed).status_code == 409


def test_a_zinc_hold_without_a_steer_points_to_no_request(send: Send, typed: Typed) -> None:
    page = send("/prepare", typed | {"base": "zinc_ointment", "allergies": "listed", "allergies_list": "Zinc\nVaseline"}).text
    assert "ZINC_ALLERGY_IN_ZINC_BASE" in _codes(page)
    assert "Send the request below" not in page
    assert "Never prepare it in a zinc base." in page


def test_a_zinc_allergy_with_petrolatum_is_ready_with_the_allergy_in_view(send: Send, typed: Typed) -> None:
    order = typed | {"allergies": "listed", "allergies_list": "Zinc"}
    page = send("/prepare", order).text
    assert _status(page) == "ready"
    assert "ALLERGY_IN_VIEW" in _codes(page)
    assert "Does not contain zinc" in _text_of(send("/prepare/label.pdf", order).data)


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("percent", "STRENGTH_MISSING"),
        ("base", "BASE_NOT_STATED"),
        ("amount", "QUANTITY_MISSING"),
        ("directions", "DIRECTIONS_MISSING"),
        ("patient_name", "PATIENT_NOT_GIVEN"),
        ("born_on", "PATIENT_NOT_GIVEN"),
        ("prescriber_name", "PRESCRIBER_NOT_GIVEN"),
        ("ordered_on", "ORDER_DATE_MISSING"),
    ],
)
def test_what_the_order_does_not_say_is_a_reason_to_hold_as_for_a_file(send: Send, typed: Typed, field: str, code: str) -> None:
    page = send("/prepare", typed | {field: ""})
    assert page.status_code == 200
    assert _status(page.text) == "held"
    assert code in _codes(page.text)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"basis": "anhydrous"}, "STRENGTH_BASIS"),
        ({"basis": "not_stated"}, "STRENGTH_BASIS_ASSUMED"),
        ({"allergies": "not_asked", "contact": "not_asked"}, "ALLERGY_NOT_ASKED"),
        ({"amount": "5000"}, "QUANTITY_OUT_OF_RANGE"),
        ({"percent": "50"}, "STRENGTH_OUTSIDE_PUBLISHED_RANGE"),
        ({"born_on": "2015-01-01"}, "CLINICAL_REVIEW_NEEDED"),
        ({"notes": "pregnant, second trimester"}, "CLINICAL_REVIEW_NEEDED"),
        ({"base": "zinc_ointment", "contact": "not_asked", "allergies": "listed", "allergies_list": "Penicillin"}, "ALLERGY_NOT_ASKED"),
        ({"repeats": ""}, "REPEATS_NOT_STATED"),
        ({"compounded_on": "2026-11-23"}, "DATE_NOT_TODAY"),
    ],
)
def test_the_pipeline_judges_what_was_typed(send: Send, typed: Typed, change: Typed, code: str) -> None:
    assert code in _codes(send("/prepare", typed | change).text)


@pytest.mark.parametrize("base", ["choice", "zinc_ointment", "zinc"])
def test_each_base_that_can_be_typed_can_be_prepared(send: Send, typed: Typed, base: str) -> None:
    assert _status(send("/prepare", typed | {"base": base}).text) == "ready"


def test_every_figure_has_its_derivation_and_the_date_its_rule(send: Send, typed: Typed) -> None:
    page = send("/prepare", typed).text
    for words in ("batch × strength ÷ 100", "60 × 25 ÷ 100", "9.55616890966 g", "2027-05-21", "counting the compounding date as day 1"):
        assert words in page


@pytest.mark.parametrize("attack", ["{{ 7*7 }}", "{% raw %}", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "${7*7}", "</textarea><b>"])
def test_what_was_typed_is_shown_and_never_obeyed(send: Send, typed: Typed, attack: str) -> None:
    order = typed | dict.fromkeys(("patient_name", "prescriber_name", "directions", "notes", "order_ref", "allergies_list", "patient_address"), attack)
    for path, change in (("/prepare", {"allergies": "listed"}), ("/", {}), ("/prepare", {"percent": attack})):
        page = send(path, order | change).text
        assert attack not in page or "<" not in attack
        assert html.escape(attack, quote=False).replace('"', "&#34;") in page


@pytest.mark.parametrize("path", ["/prepare/label.pdf", "/prepare/leaflet.pdf", "/prepare/worksheet.pdf", "/prepare/request-for-consent.txt"])
def test_an_order_never_stands_in_an_address(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 405


def test_there_is_no_fourth_paper(send: Send, typed: Typed) -> None:
    assert send("/prepare/record.pdf", typed).status_code == 404


@pytest.mark.parametrize("path", ["/", "/prepare", "/prepare/label.pdf"])
def test_an_order_without_the_forms_token_is_refused(client: FlaskClient, typed: Typed, path: str) -> None:
    answer = client.post(path, data=typed)
    assert answer.status_code == 400
    assert "FORM_NOT_ACCEPTED" in answer.text
    assert "Mara Model" not in answer.text


def test_the_pages_name_in_the_browsers_history_holds_no_patient(send: Send, typed: Typed) -> None:
    title = re.search(r"<title>(.*?)</title>", send("/prepare", typed).text)
    assert title
    assert title[1] == "Ready - Levigate"


def test_the_drug_is_never_abbreviated(send: Send, typed: Typed) -> None:
    for change in ({}, {"base": "zinc_ointment", "allergies": "listed", "allergies_list": "Zinc"}):
        assert not re.search(r"\bSTS\b", send("/prepare", typed | change).text)
