"""What is done with a lot in the browser: each act beside the lot as it was seen, done once, refused with its sentence, and released only by signature."""

from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounding.domain.people import Duty
from compounding.domain.stock_ledger import EntryKind
from compounding.workflow.lot_reading import LotSeen, OfLot, read_lot
from compounding.workflow.stock import StockChange, book_stock
from tests.web.sent_forms import hidden
from tests.web.staffed import PASSWORD, Staffed
from tests.web.stock_forms import DRUG, OF_DRUG, OIL, PLAIN, received


def seen(staffed: Staffed, lot_id: str) -> LotSeen:
    return read_lot(staffed.house, staffed.pharmacy.act(staffed.people["auditor"]), OfLot(lot_id=lot_id))


def sent(client: FlaskClient, lot_id: str, what: str, **answers: str) -> TestResponse:
    """Open the page of an act, fill it in and send it."""
    opened = client.get(f"/stock/{lot_id}/{what}")
    assert opened.status_code == 200, opened.text
    return client.post(f"/stock/{lot_id}/{what}", data={**hidden(opened.text), **answers})


def fresh(staffed: Staffed) -> str:
    """A lot of the drug with a certificate that nobody has reviewed."""
    return received(staffed.client("technician"), DRUG, OF_DRUG)


def test_a_lot_goes_from_its_delivery_to_its_release(staffed: Staffed) -> None:
    lot_id, client = fresh(staffed), staffed.client("pharmacist")
    assert "Review the certificate" in client.get(f"/stock/{lot_id}").text
    assert sent(client, lot_id, "review-certificate", says="yes").status_code == 303
    assert sent(client, lot_id, "identity-test", method="infrared", passed="yes").status_code == 303
    assert sent(client, lot_id, "release", password=PASSWORD).status_code == 303
    found = seen(staffed, lot_id)
    assert found.against == ()
    assert (found.signatures[-1].duty, found.signatures[-1].licence) == (Duty.RELEASE_LOTS, "EX-00002")
    assert found.standing.lot.identity_test is not None
    assert found.standing.lot.identity_test.by == "Pat Example"


# The certificate


def test_whoever_cannot_do_what_comes_next_reads_whose_it_is(staffed: Staffed) -> None:
    lot_id, technician = fresh(staffed), staffed.client("technician")
    assert sent(technician, lot_id, "identity-test", method="infrared", passed="yes").status_code == 303
    page = technician.get(f"/stock/{lot_id}").text
    assert "Somebody else&#39;s to do before it is released" in page or "Somebody else's to do before it is released" in page
    assert "Review the certificate: pharmacist" in page
    assert "lev-next__way" not in page, "nothing that brings the lot nearer to its release is the technician's now"
    assert "Somebody else" not in staffed.client("pharmacist").get(f"/stock/{lot_id}").text


def test_of_a_released_lot_nothing_is_a_way_on(staffed: Staffed) -> None:
    assert "lev-next__way" not in staffed.client("pharmacist").get(f"/stock/{staffed.things['lot']}").text


def test_a_review_shows_the_content_of_a_gram_and_needs_an_answer(staffed: Staffed) -> None:
    lot_id, client = fresh(staffed), staffed.client("pharmacist")
    page = client.get(f"/stock/{lot_id}/review-certificate").text
    assert "1 g of this lot holds 0.63644" in page
    assert "99.6 %, of the dried substance, as anhydrous sodium thiosulfate" in page
    for answers, says in (({}, "Open the file, read it, and answer."), ({"says": "no"}, "Then correct what is on record first")):
        refused = sent(client, lot_id, "review-certificate", **answers)
        assert refused.status_code == 422
        assert says in refused.text
    paper = seen(staffed, lot_id).standing.lot.certificate
    assert paper is not None
    assert paper.reviewed_by == ""


def test_a_certificate_that_was_corrected_meanwhile_is_read_again(staffed: Staffed) -> None:
    lot_id, client = fresh(staffed), staffed.client("pharmacist")
    opened = hidden(client.get(f"/stock/{lot_id}/review-certificate").text)
    assert sent(staffed.client("technician"), lot_id, "identity-test", method="infrared", passed="yes").status_code == 303
    stale = client.post(f"/stock/{lot_id}/review-certificate", data={**opened, "says": "yes"})
    assert stale.status_code == 409
    assert "was changed by somebody else" in stale.text
    assert client.post(f"/stock/{lot_id}/review-certificate", data={**hidden(stale.text), "says": "yes"}).status_code == 303


def test_what_was_reviewed_or_never_came_offers_no_review(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    assert "It was reviewed already" in client.get(f"/stock/{staffed.things['lot']}/review-certificate").text
    bare = received(staffed.client("technician"), OIL, PLAIN)
    assert "No certificate is on record" in client.get(f"/stock/{bare}/review-certificate").text
    assert client.get(f"/stock/{bare}/certificate").status_code == 404


# The identity test


def test_a_test_that_failed_stops_the_lot_and_another_needs_a_reason(staffed: Staffed) -> None:
    lot_id, client = staffed.things["lot"], staffed.client("technician")
    assert sent(client, lot_id, "identity-test", method="infrared", passed="no").status_code == 303
    lot = seen(staffed, lot_id).standing.lot
    assert (lot.in_quarantine, lot.quarantine_reason) == (True, "failed infrared")
    refused = sent(client, lot_id, "identity-test", method="infrared", passed="yes", reason="")
    assert refused.status_code == 422
    assert "Say why in a few words" in refused.text
    assert 'value="infrared"' in refused.text
    assert sent(client, lot_id, "identity-test", method="infrared", passed="yes", reason="wrong sample taken").status_code == 303


def test_a_test_says_how_and_whether_it_passed(staffed: Staffed) -> None:
    refused = sent(staffed.client("technician"), staffed.things["lot"], "identity-test")
    assert refused.status_code == 422
    assert "Write how it was tested." in refused.text
    assert "Say whether it passed." in refused.text


# The release


def test_a_release_says_what_stands_against_it_and_offers_no_signature_meanwhile(staffed: Staffed) -> None:
    lot_id = fresh(staffed)
    page = staffed.client("pharmacist").get(f"/stock/{lot_id}/release").text
    assert "It cannot be released yet:" in page
    assert "nobody had reviewed the one of" in page
    assert "has not been tested" in page
    assert "Sign the release" not in page


@pytest.mark.parametrize(("password", "says"), [("", "Enter your password"), ("not the password at all", "not right")])
def test_a_release_without_the_right_password_releases_nothing(staffed: Staffed, password: str, says: str) -> None:
    lot_id, client = staffed.things["lot"], staffed.client("pharmacist")
    assert sent(client, lot_id, "quarantine", reason="seal broken").status_code == 303
    refused = sent(client, lot_id, "release", password=password)
    assert refused.status_code == 422
    assert says in refused.text
    assert seen(staffed, lot_id).standing.lot.in_quarantine


def test_the_fingerprint_on_the_page_is_the_one_that_was_signed(staffed: Staffed) -> None:
    lot_id, client = staffed.things["lot"], staffed.client("pharmacist")
    sent(client, lot_id, "quarantine", reason="seal broken")
    page = client.get(f"/stock/{lot_id}/release").text
    assert client.post(f"/stock/{lot_id}/release", data={**hidden(page), "password": PASSWORD}).status_code == 303
    assert seen(staffed, lot_id).signatures[-1].of_sha256[:12] in page


def test_a_lot_that_changed_meanwhile_is_not_released_unseen(staffed: Staffed) -> None:
    lot_id, client = staffed.things["lot"], staffed.client("pharmacist")
    sent(client, lot_id, "quarantine", reason="seal broken")
    opened = hidden(client.get(f"/stock/{lot_id}/release").text)
    sent(staffed.client("technician"), lot_id, "open")
    assert client.post(f"/stock/{lot_id}/release", data={**opened, "password": PASSWORD}).status_code == 409
    assert seen(staffed, lot_id).standing.lot.in_quarantine


def test_a_technician_releases_nothing(staffed: Staffed) -> None:
    assert staffed.client("technician").get(f"/stock/{staffed.things['lot']}/release").status_code == 403


# Stopped, opened


def test_a_lot_is_stopped_with_a_reason_and_the_page_says_what_that_touches(staffed: Staffed) -> None:
    lot_id, client = staffed.things["lot"], staffed.client("intern")
    page = client.get(f"/stock/{lot_id}/quarantine").text
    assert f"/preparations/{staffed.things['labelled preparation']}" in page
    assert sent(client, lot_id, "quarantine", reason=" ").status_code == 422
    assert sent(client, lot_id, "quarantine", reason="seal broken").status_code == 303
    assert "Stopped</strong>: <bdi>seal broken" in staffed.client("auditor").get(f"/stock/{lot_id}").text


def test_the_same_stop_sent_twice_is_one_act(staffed: Staffed) -> None:
    lot_id, client = staffed.things["lot"], staffed.client("technician")
    told = {**hidden(client.get(f"/stock/{lot_id}/quarantine").text), "reason": "seal broken"}
    assert client.post(f"/stock/{lot_id}/quarantine", data=told).status_code == 303
    before = seen(staffed, lot_id).standing.version
    assert client.post(f"/stock/{lot_id}/quarantine", data=told).status_code == 409
    assert seen(staffed, lot_id).standing.version == before


def test_an_assistant_who_weighs_only_beside_somebody_stops_nothing_alone(staffed: Staffed) -> None:
    answer = sent(staffed.client("assistant"), staffed.things["lot"], "quarantine", reason="seal broken")
    assert answer.status_code == 403
    assert "seal broken" in answer.text
    assert not seen(staffed, staffed.things["lot"]).standing.lot.in_quarantine


def test_a_container_is_opened_once(staffed: Staffed) -> None:
    lot_id, client = staffed.things["lot"], staffed.client("technician")
    assert sent(client, lot_id, "open").status_code == 303
    assert seen(staffed, lot_id).standing.lot.opened_on == staffed.pharmacy.today
    assert "It is open since 2026-11-22." in client.get(f"/stock/{lot_id}/open").text


# The stock


@pytest.mark.parametrize(
    ("kind", "amount", "left"), [("spilled", "0.5", "969.48"), ("counted", "960", "960"), ("destroyed", "969.98", "0"), ("counted", "0", "0")]
)
def test_what_is_booked_changes_the_ledger_with_its_reason(staffed: Staffed, kind: str, amount: str, left: str) -> None:
    lot_id = staffed.things["lot"]
    answer = sent(staffed.client("technician"), lot_id, "book", kind=kind, amount=amount, reason="as it happened")
    assert answer.status_code == 303, answer.text
    found = seen(staffed, lot_id)
    assert found.standing.left_g == Decimal(left)
    assert (found.ledger[-1].kind, found.ledger[-1].reason) == (EntryKind(kind), "as it happened")


def test_more_than_is_left_is_refused_with_what_is_left(staffed: Staffed) -> None:
    refused = sent(staffed.client("technician"), staffed.things["lot"], "book", kind="spilled", amount="5000", reason="all over the floor")
    assert refused.status_code == 422
    assert "has 969.98 g left, so 5,000 g cannot be taken from it; count the stock" in refused.text
    assert 'value="5000"' in refused.text
    assert "all over the floor" in refused.text


def test_whoever_counted_before_somebody_else_took_counts_again(staffed: Staffed) -> None:
    lot_id, client = staffed.things["lot"], staffed.client("technician")
    opened = hidden(client.get(f"/stock/{lot_id}/book").text)
    spilled = StockChange(lot_id=lot_id, after_entry=int(opened["seen"]), kind=EntryKind.SPILLED, amount_g=Decimal(1))
    book_stock(staffed.house, staffed.pharmacy.act(staffed.people["pharmacist"], reason="fell over"), spilled)
    stale = client.post(f"/stock/{lot_id}/book", data={**opened, "kind": "counted", "amount": "969.98", "reason": "month's count"})
    assert stale.status_code == 409
    assert "968.98 g" in stale.text
    assert hidden(stale.text)["seen"] == str(int(opened["seen"]) + 1)


def test_the_same_booking_sent_twice_is_one_entry(staffed: Staffed) -> None:
    lot_id, client = staffed.things["lot"], staffed.client("technician")
    told = {**hidden(client.get(f"/stock/{lot_id}/book").text), "kind": "spilled", "amount": "1", "reason": "fell over"}
    assert client.post(f"/stock/{lot_id}/book", data=told).status_code == 303
    assert client.post(f"/stock/{lot_id}/book", data=told).status_code == 409
    assert seen(staffed, lot_id).standing.left_g == Decimal("968.98")


@pytest.mark.parametrize(("missing", "says"), [("kind", "Say what happened."), ("amount", "Write the amount."), ("reason", "Write why.")])
def test_a_booking_says_what_how_much_and_why(staffed: Staffed, missing: str, says: str) -> None:
    told = {"kind": "spilled", "amount": "1", "reason": "fell over", missing: ""}
    refused = sent(staffed.client("technician"), staffed.things["lot"], "book", **told)
    assert refused.status_code == 422
    assert says in refused.text


def test_an_intern_books_only_what_was_spilled(staffed: Staffed) -> None:
    client, lot_id = staffed.client("intern"), staffed.things["lot"]
    page = client.get(f"/stock/{lot_id}/book").text
    assert 'value="spilled"' in page
    assert 'value="counted"' not in page
    assert sent(client, lot_id, "book", kind="counted", amount="1", reason="counted").status_code == 422
    assert sent(client, lot_id, "book", kind="spilled", amount="1", reason="fell over").status_code == 303
