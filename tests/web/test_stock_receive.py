"""A delivery and a correction: every question is answered, what a certificate means is said back, and only what was said back is recorded."""

from decimal import Decimal
from io import BytesIO

import pytest

from compounding.domain.ingredient_lots import IngredientLot
from compounding.domain.substances import AssayAs, AssayBasis
from compounding.workflow.lot_reading import LotSeen, OfLot, read_lot
from compounding.workflow.stock_listing import ListLots, Shown, list_lots
from tests.web.sent_forms import hidden
from tests.web.staffed import PASSWORD, Staffed
from tests.web.stock_forms import DRUG, OF_DRUG, OIL, PLAIN, again, filled_in, received, told

RECEIVE = "/stock/receive"


def seen(staffed: Staffed, lot_id: str) -> LotSeen:
    return read_lot(staffed.house, staffed.pharmacy.act(staffed.people["auditor"]), OfLot(lot_id=lot_id))


def lots_of(staffed: Staffed) -> list[IngredientLot]:
    found = list_lots(staffed.house, staffed.pharmacy.act(staffed.people["auditor"]), ListLots(shown=Shown.ALL))
    return [each.lot for each in found.lots]


# A delivery


def test_the_ingredient_is_chosen_first_from_those_of_the_formulas(staffed: Staffed) -> None:
    client = staffed.client("technician")
    page = client.get(RECEIVE).text
    assert page.count("/stock/receive?ingredient=") == len(staffed.records.data.formulary.substances)
    assert client.get(f"{RECEIVE}?ingredient=chalk").status_code == 422
    assert client.post(RECEIVE, data={**hidden(client.get(f"{RECEIVE}?ingredient={OIL}").text), "ingredient": "chalk"}).status_code == 422


def test_a_delivery_is_said_back_and_recorded_only_when_it_is_confirmed(staffed: Staffed) -> None:
    client = staffed.client("technician")
    before = len(lots_of(staffed))
    page = told(client, OIL, PLAIN)
    assert page.status_code == 200
    assert "Is this what came in?" in page.text
    assert "mineral oil; tocopherol" in page.text
    assert len(lots_of(staffed)) == before
    answer = again(client, RECEIVE, page.text, "confirm")
    assert answer.status_code == 303
    found = seen(staffed, answer.location.rpartition("/")[2])
    lot = found.standing.lot
    assert (lot.number, lot.supplier, lot.ingredients, lot.certificate) == ("MO-77", "Example Supplies", ("mineral oil", "tocopherol"), None)
    assert found.standing.left_g == 500
    assert lot.in_quarantine


def test_a_certificate_of_the_drug_is_said_back_as_the_content_of_a_gram_with_its_derivation(staffed: Staffed) -> None:
    client = staffed.client("technician")
    page = told(client, DRUG, OF_DRUG).text
    assert "1 g of this lot holds 0.63644\u00a0g of sodium thiosulfate counted as anhydrous, which is 0.999\u00a0g counted as pentahydrate." in page
    assert "For every 1 g of pentahydrate ordered, 1.001\u00a0g of this lot is weighed." in page
    assert "(99.6 ÷ 100) × (1 - 36.1 ÷ 100)" in page
    lot = seen(staffed, again(client, RECEIVE, page, "confirm").location.rpartition("/")[2]).standing.lot
    assert lot.certificate is not None
    assert (lot.certificate.form, lot.certificate.assay_percent, lot.certificate.assay_basis, lot.certificate.assay_as, lot.certificate.water_percent) == (
        "pentahydrate", Decimal("99.6"), AssayBasis.DRIED, AssayAs.ANHYDROUS, Decimal("36.1")
    )  # fmt: skip
    assert lot.certificate.reviewed_by == ""


@pytest.mark.parametrize(("answers", "says"), [
    ({"assay_as": "as_stock"}, "an assay on the dried basis cannot be expressed as the pentahydrate"),
    ({"form": "anhydrous"}, "anhydrous sodium thiosulfate cannot hold 36.1 % water"), ({"form": "not_stated"}, "must say pentahydrate or anhydrous"),
    ({"assay_basis": "not_stated"}, "its assay needs a basis"), ({"assay_as": "not_stated"}, "whether it is expressed as anhydrous or as the pentahydrate"),
    ({"assay_percent": "64.5"}, "lies outside the monograph"), ({"assay_basis": "as_is"}, "lies outside the monograph"),
])  # fmt: skip
def test_a_corner_that_cannot_be_true_is_said_as_a_sentence_and_may_still_be_received_into_quarantine(
    staffed: Staffed, answers: dict[str, str], says: str
) -> None:
    client = staffed.client("technician")
    page = told(client, DRUG, OF_DRUG | answers).text
    assert "A lot with this certificate cannot be used." in page
    assert says in page
    assert "1 g of this lot holds" not in page
    lot = seen(staffed, again(client, RECEIVE, page, "confirm").location.rpartition("/")[2])
    assert lot.standing.lot.in_quarantine
    assert "LOT_UNSUITABLE" in {each.code for each in lot.before_release}


def test_nothing_of_a_certificate_is_answered_beforehand(staffed: Staffed) -> None:
    page = staffed.client("technician").get(f"{RECEIVE}?ingredient={DRUG}").text
    assert 'type="radio"' in page
    assert " checked" not in page


@pytest.mark.parametrize(("missing", "says"), [
    ("form", "Say which form the certificate names."), ("assayed", "Say whether the certificate states an assay."),
    ("assay_basis", "Say of which substance the assay is."), ("assay_as", "Say as what the assay is expressed."),
    ("watered", "Say whether the certificate states water."), ("assay_percent", "Write the assay."), ("water_percent", "Write the water."),
    ("number", "Write the lot number."), ("supplier", "Write who supplied it."), ("received_on", "Write the day it was received."),
    ("dated", "Say which dates there are."), ("expires_on", "Write the expiry date."), ("listed", "Say whether the ingredient list is known."),
    ("has_certificate", "Say whether the certificate is here."), ("amount", "Write how much was received."),
])  # fmt: skip
def test_a_question_left_open_is_named_and_nothing_is_taken_for_it(staffed: Staffed, missing: str, says: str) -> None:
    page = told(staffed.client("technician"), DRUG, {**OF_DRUG, missing: ""})
    assert page.status_code == 422
    assert says in page.text
    kept = {"number": "STP-77", "supplier": "Example Supplies", "assay_percent": "99.6"}
    assert all(f'value="{value}"' in page.text for name, value in kept.items() if name != missing)


@pytest.mark.parametrize(("answers", "says"), [
    ({"dated": "neither"}, "An expiry date is written, and the answer says that there is none."),
    ({"listed": "unknown"}, "Ingredients are written, and the answer says that the list is not known."),
    ({"listed": "known", "ingredients": " "}, "Write the ingredients, one on each line."), ({"has_certificate": "yes"}, "Choose the certificate&#39;s file."),
    ({"received_on": "2026-11-23"}, "is still to come"), ({"amount": "0"}, "it must be more than zero"), ({"amount": "500 mg"}, "mg is not the unit"),
])  # fmt: skip
def test_an_answer_that_contradicts_what_is_written_is_refused(staffed: Staffed, answers: dict[str, str], says: str) -> None:
    page = told(staffed.client("technician"), OIL, PLAIN | answers)
    assert page.status_code == 422
    assert says in page.text
    assert 'value="MO-77"' in page.text


def test_an_unknown_list_and_a_list_are_not_the_same(staffed: Staffed) -> None:
    client = staffed.client("technician")
    unknown = received(client, OIL, PLAIN | {"listed": "unknown", "ingredients": ""})
    known = received(client, OIL, PLAIN | {"number": "MO-78"})
    assert seen(staffed, unknown).standing.lot.ingredients is None
    assert seen(staffed, known).standing.lot.ingredients == ("mineral oil", "tocopherol")


def test_a_file_that_was_chosen_stays_kept_when_something_else_is_wrong(staffed: Staffed) -> None:
    client = staffed.client("technician")
    refused = told(client, DRUG, OF_DRUG | {"number": ""})
    kept = hidden(refused.text)["certificate_sha256"]
    assert kept == staffed.pharmacy.picture
    page = client.post(RECEIVE, data={**hidden(refused.text), **OF_DRUG, "step": "read-back"})
    assert page.status_code == 200, page.text
    assert "1 g of this lot holds" in page.text


def test_a_file_that_is_no_picture_is_refused_beside_its_field(staffed: Staffed) -> None:
    page = told(staffed.client("technician"), DRUG, OF_DRUG, file=b"<html>no</html>")
    assert page.status_code == 422
    assert "The certificate is neither PDF, PNG nor JPEG" in page.text


def test_a_pdf_is_kept_and_opened_as_one(staffed: Staffed) -> None:
    client = staffed.client("technician")
    page = told(client, DRUG, OF_DRUG, file=b"%PDF-1.7 certificate").text
    lot = again(client, RECEIVE, page, "confirm").location
    answer = client.get(f"{lot}/certificate")
    assert (answer.content_type, answer.data) == ("application/pdf", b"%PDF-1.7 certificate")


def test_what_was_said_back_can_be_changed_with_nothing_lost(staffed: Staffed) -> None:
    client = staffed.client("technician")
    page = again(client, RECEIVE, told(client, DRUG, OF_DRUG).text, "change")
    assert page.status_code == 200
    assert "There is a problem" not in page.text
    assert 'value="STP-77"' in page.text
    assert page.text.count(" checked") == 8
    assert hidden(page.text)["certificate_sha256"] == staffed.pharmacy.picture


def test_what_differs_from_what_was_said_back_is_said_back_again(staffed: Staffed) -> None:
    client = staffed.client("technician")
    before = len(lots_of(staffed))
    page = again(client, RECEIVE, told(client, DRUG, OF_DRUG).text, "confirm", form="anhydrous", water_percent="0.5")
    assert page.status_code == 200
    assert "Is this what came in?" in page.text
    assert len(lots_of(staffed)) == before


def test_the_same_delivery_confirmed_twice_is_one_lot(staffed: Staffed) -> None:
    client = staffed.client("technician")
    page = told(client, OIL, PLAIN).text
    first, second = (again(client, RECEIVE, page, "confirm") for _ in range(2))
    assert first.location == second.location
    assert [each.number for each in lots_of(staffed)].count("MO-77") == 1


def test_a_delivery_that_is_recorded_already_is_refused_with_what_was_typed(staffed: Staffed) -> None:
    client = staffed.client("technician")
    received(client)
    page = again(client, RECEIVE, told(client, OIL, PLAIN).text, "confirm")
    assert page.status_code == 422
    assert "is recorded already; correct its stock by a count" in page.text
    assert 'value="MO-77"' in page.text


def test_a_lot_that_expired_before_it_came_is_refused(staffed: Staffed) -> None:
    page = told(staffed.client("technician"), OIL, PLAIN | {"expires_on": "2026-11-01"})
    assert page.status_code == 422
    assert "before it was received on 2026-11-20: send it back, or correct the date" in page.text


@pytest.mark.parametrize("who", ["assistant", "intern", "auditor", "prescriber", "only designated"])
def test_only_who_keeps_stock_receives(staffed: Staffed, who: str) -> None:
    assert staffed.client(who).get(RECEIVE).status_code == 403


# A correction


def path_of(lot_id: str) -> str:
    return f"/stock/{lot_id}/correct"


def test_a_correction_comes_filled_in_says_what_changes_and_is_confirmed_with_the_password(staffed: Staffed) -> None:
    client, lot_id = staffed.client("technician"), staffed.things["lot"]
    answers = filled_in(client.get(path_of(lot_id)).text)
    assert (answers["form"], answers["assay_basis"], answers["assay_as"], answers["water_percent"]) == ("pentahydrate", "dried", "anhydrous", "36.1")
    page = client.post(path_of(lot_id), data={**answers, "water_percent": "36.4", "reason": "misread", "step": "read-back"})
    assert page.status_code == 200, page.text
    assert "36.1 %" in page.text
    assert "36.4 %" in page.text
    assert "goes back into quarantine" in page.text
    answer = again(client, path_of(lot_id), page.text, "confirm", password=PASSWORD)
    assert answer.status_code == 303, answer.text
    lot = seen(staffed, lot_id).standing.lot
    assert lot.certificate is not None
    assert (lot.certificate.water_percent, lot.certificate.reviewed_by, lot.in_quarantine) == (Decimal("36.4"), "", True)


@pytest.mark.parametrize(("password", "says"), [("", "Enter your password"), ("not the password at all", "not right")])
def test_a_correction_without_the_right_password_changes_nothing_and_keeps_what_was_typed(staffed: Staffed, password: str, says: str) -> None:
    client, lot_id = staffed.client("technician"), staffed.things["lot"]
    before = seen(staffed, lot_id).standing
    answers = filled_in(client.get(path_of(lot_id)).text)
    page = client.post(path_of(lot_id), data={**answers, "number": "EX-2", "reason": "misread", "step": "read-back"}).text
    answer = again(client, path_of(lot_id), page, "confirm", password=password)
    assert answer.status_code == 422
    assert says in answer.text
    assert 'name="number" value="EX-2"' in answer.text
    assert "not the password at all" not in answer.text
    assert seen(staffed, lot_id).standing == before


def test_a_correction_needs_a_reason(staffed: Staffed) -> None:
    client, lot_id = staffed.client("technician"), staffed.things["lot"]
    answers = filled_in(client.get(path_of(lot_id)).text)
    page = client.post(path_of(lot_id), data={**answers, "number": "EX-2", "reason": "", "step": "read-back"})
    assert page.status_code == 422
    assert "Write why you correct it." in page.text


def test_a_correction_of_an_older_state_is_refused_and_what_is_on_record_now_is_shown(staffed: Staffed) -> None:
    client, lot_id = staffed.client("technician"), staffed.things["lot"]
    answers = filled_in(client.get(path_of(lot_id)).text) | {"reason": "misread", "step": "read-back"}
    page = client.post(path_of(lot_id), data={**answers, "number": "EX-2"}).text
    assert again(client, path_of(lot_id), page, "confirm", password=PASSWORD).status_code == 303
    stale = client.post(path_of(lot_id), data={**answers, "number": "EX-3"})
    assert stale.status_code == 409
    assert "What is on record now" in stale.text
    assert "EX-2" in stale.text
    assert 'value="EX-3"' in stale.text
    later = client.post(path_of(lot_id), data={**answers, **hidden(stale.text), "number": "EX-3", "step": "read-back"})
    assert later.status_code == 200


def test_a_correction_that_changes_nothing_is_refused(staffed: Staffed) -> None:
    client, lot_id = staffed.client("technician"), staffed.things["lot"]
    answers = filled_in(client.get(path_of(lot_id)).text) | {"reason": "misread", "step": "read-back"}
    page = client.post(path_of(lot_id), data=answers).text
    assert "Nothing changes." in page
    answer = again(client, path_of(lot_id), page, "confirm", password=PASSWORD)
    assert answer.status_code == 422
    assert "reads like this already" in answer.text


def test_a_certificate_that_came_later_is_added_by_a_correction(staffed: Staffed) -> None:
    client = staffed.client("technician")
    lot_id = received(client, DRUG, PLAIN | {"number": "STP-99"})
    answers = filled_in(client.get(path_of(lot_id)).text) | {"reason": "it came by mail", "step": "read-back"}
    wanted = {key: OF_DRUG[key] for key in ("has_certificate", "form", "assayed", "assay_percent", "assay_basis", "assay_as", "watered", "water_percent")}
    page = client.post(path_of(lot_id), data={**answers, **wanted, "certificate": (BytesIO(b"%PDF-1.7 later"), "c.pdf")})
    assert page.status_code == 200, page.text
    assert again(client, path_of(lot_id), page.text, "confirm", password=PASSWORD).status_code == 303
    assert seen(staffed, lot_id).read_back.content is not None
