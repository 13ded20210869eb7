"""The pages of the records: everything on record is shown and escaped, nothing of a patient stands in an address or a title, and what is sought is literal."""

import json
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounding.storage.transaction import transaction
from tests.labels.reading import pages
from tests.web.staffed import Staffed

SEARCHES = ("' OR '1'='1", "_", "%", "Robert'); DROP TABLE patient;--", "{{config}}", "\u2066Ana\u2069", "a" * 5000, "Ana\x00", "*", "\\", "A%", "An_")
SORTS = ("", "__class__", "received_at; DROP TABLE", "newest'--", "../../etc", "-1", "{{7*7}}")
PATHS = ("../1", "1", "..%2f..%2fetc%2fpasswd", "00000000-0000-7000-8000-00000000000", "00000000-0000-7000-8000-00000000000G", "%00", "null", "-1", "1e9")


def token(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def searched(client: FlaskClient, by: str, sought: str, born_on: str = "") -> TestResponse:
    return client.post("/search", data={"csrf_token": token(client, "/search"), "by": by, "sought": sought, "born_on": born_on})


def addresses(staffed: Staffed) -> dict[str, str]:
    things = staffed.things
    return {
        "work": "/work", "all": "/work?state=all&sort=newest", "order": f"/orders/{things['dispensed order']}", "waiting": f"/orders/{things['order']}",
        "patient": f"/patients/{things['patient']}", "planned": f"/preparations/{things['planned preparation']}",
        "dispensed": f"/preparations/{things['dispensed preparation']}", "search": "/search",
    }  # fmt: skip


def test_every_page_opens_and_names_no_patient_in_title_or_address(staffed: Staffed) -> None:
    client = staffed.client("pharmacist")
    for name, path in addresses(staffed).items():
        answer = client.get(path)
        assert answer.status_code == 200, (name, answer.text[:300])
        title = re.search(r"<title>(.*?)</title>", answer.text)
        assert title
        assert "Example" not in title[1]
        assert answer.headers["Cache-Control"] == "no-store"
        for link in re.findall(r'(?:href|action)="([^"]*)"', answer.text):
            assert "Ana" not in link
            assert "1961-04-02" not in link


def test_the_work_list_shows_patient_state_age_and_what_comes_next(staffed: Staffed) -> None:
    text = staffed.client("pharmacist").get("/work").text
    for words in ("Ana Example", "born 1961-04-02", "A pharmacist accepts it", "For 3 hours", "white petrolatum"):
        assert words in text


def test_an_order_shows_its_words_and_decisions_with_licence_and_the_time_in_the_zone(staffed: Staffed) -> None:
    text = staffed.client("pharmacist").get(f"/orders/{staffed.things['dispensed order']}").text
    for words in ("Dr Laura Chen", "EX-10234", "acceptance of the order", "Timeline", "PST", "sha256"):
        assert words in text


def test_a_preparation_shows_every_signature_with_name_licence_meaning_time_and_proof(staffed: Staffed) -> None:
    text = staffed.client("auditor").get(f"/preparations/{staffed.things['dispensed preparation']}").text
    assert "data-stays-in-view" in text
    for words in ("Clinical assessment", "Final check", "Counselling", "Licence", "Confirmed by", "is kept, and has exactly this hash", "PST", "valid until"):
        assert words in text
    assert "NOT AS IT WAS SIGNED" not in text


def test_the_export_holds_every_signature_with_what_it_is_bound_to(staffed: Staffed) -> None:
    answer = staffed.client("pharmacist").get(f"/preparations/{staffed.things['dispensed preparation']}/record.json")
    told = json.loads(answer.data)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="record-{told["lot_number"]}.json"'
    assert {"clinical assessment", "final check", "counselling"} <= {each["meaning"] for each in told["signatures"]}
    for each in told["signatures"]:
        assert each["kept_text_has_that_hash"] is True
        assert re.fullmatch(r"[0-9a-f]{64}", each["of_sha256"])
        assert each["name"]
        assert each["licence"] or each["role"] in {"technician", "assistant"}
        assert each["confirmed_by"]
        assert each["signed_at"].endswith("Z")
    assert told["record"]["lot_number"] == told["lot_number"]


def test_a_signature_whose_text_is_damaged_is_shown_as_such(staffed: Staffed) -> None:
    path = f"/preparations/{staffed.things['dispensed preparation']}"
    client = staffed.client("pharmacist")
    digest = json.loads(client.get(f"{path}/record.json").data)["signatures"][0]["of_sha256"]
    with staffed.records.database.writing() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'content'").scalars().all()
        for name in names:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql("UPDATE content SET bytes = x'00' WHERE sha256 = ?", (digest,))
    assert "NOT AS IT WAS SIGNED" in client.get(path).text
    told = json.loads(client.get(f"{path}/record.json").data)["signatures"]
    assert [each["kept_text_has_that_hash"] for each in told if each["of_sha256"] == digest] == [False]


def test_a_stored_paper_is_given_byte_for_byte_under_our_own_number(staffed: Staffed) -> None:
    client, preparation = staffed.client("pharmacist"), staffed.things["labelled preparation"]
    answer = client.get(f"/preparations/{preparation}/papers/label/1.pdf")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
    assert re.fullmatch(r'inline; filename="label-[0-9]{8}-[0-9]{3}-1\.pdf"', answer.headers["Content-Disposition"])
    assert (answer.headers["Cache-Control"], answer.mimetype) == ("no-store", "application/pdf")
    assert "object-src 'self'" in answer.headers["Content-Security-Policy"]
    assert pages(answer.data)


@pytest.mark.parametrize("told", PATHS)
def test_an_address_that_is_no_key_is_the_plain_404(staffed: Staffed, told: str) -> None:
    client = staffed.client("pharmacist")
    for where in ("/orders/{}", "/patients/{}", "/preparations/{}", "/preparations/{}/record.json"):
        assert client.get(where.format(told)).status_code == 404


def test_a_key_in_capitals_and_a_paper_that_was_never_printed_are_404(staffed: Staffed) -> None:
    client, preparation = staffed.client("pharmacist"), staffed.things["labelled preparation"]
    assert client.get(f"/preparations/{preparation.upper()}").status_code == 404
    for paper in ("label/0", "label/-1", "label/99999999999999999999999999", "passport/1", "label/1%00"):
        assert client.get(f"/preparations/{preparation}/papers/{paper}.pdf").status_code == 404


@pytest.mark.parametrize("sought", SEARCHES)
@pytest.mark.parametrize("by", ["prescription", "lot", "name", "identifier"])
def test_what_is_sought_is_taken_literally_and_finds_nobody(staffed: Staffed, by: str, sought: str) -> None:
    answer = searched(staffed.client("pharmacist"), by, sought)
    if (by, sought) == ("name", "\u2066Ana\u2069"):
        # Names are compared without what cannot be seen, so this is the plain name.
        assert "Ana Example" in answer.text
        return
    assert answer.status_code in {200, 422}
    assert "Example</bdi></a>" not in answer.text
    assert "49" not in re.findall(r"<bdi>(.*?)</bdi>", answer.text)


def test_a_search_finds_by_number_lot_and_name(staffed: Staffed) -> None:
    client = staffed.client("technician")
    assert "Ana Example" in searched(client, "name", "ANA").text
    assert "Ana Example" in searched(client, "name", "A", "1961-04-02").text
    assert searched(client, "name", "An").status_code == 422
    assert searched(client, "lot", "x", "1961-04-02").status_code == 422
    number = re.search(r">(1000\d\d)</a>", client.get("/work").text)
    assert number
    assert "/orders/" in searched(client, "prescription", number[1]).text
    assert "Nothing on record" in searched(client, "prescription", number[1][:-1]).text
    lot = json.loads(client.get(f"/preparations/{staffed.things['planned preparation']}/record.json").data)["lot_number"]
    assert f">{lot}</a>" in searched(client, "lot", lot).text


@pytest.mark.parametrize("sort", SORTS)
def test_an_odd_sort_or_filter_is_the_pages_own_order(staffed: Staffed, sort: str) -> None:
    client = staffed.client("pharmacist")
    answer = client.get("/work", query_string={"sort": sort, "state": sort})
    assert answer.status_code == 200
    assert "All open, waiting longest first, as at" in answer.text
    assert client.get("/work", query_string={"after": sort or "x"}).status_code == 422


def test_the_audit_trail_shows_both_chains_and_is_for_those_who_read_it(staffed: Staffed) -> None:
    auditor = staffed.client("auditor")
    changes, reads = auditor.get("/audit").text, auditor.get("/audit?chain=reads").text
    assert "Older entries" in changes
    assert "hand out" in changes
    assert "Readings of records" in reads
    older = re.search(r'rel="next" href="([^"]+)"', changes)
    assert older
    assert auditor.get(older[1].replace("&amp;", "&")).status_code == 200
    for odd in ("before=0", "before=x", "before=1e9", "before=99999999999999999999", "subject=%00", "person=" + "a" * 200):
        assert auditor.get(f"/audit?{odd}").status_code in {200, 422}
    only = auditor.get(f"/audit?person={staffed.people['technician']}&subject={staffed.things['order']}").text
    assert "receive order" in only
    assert "screen</h2>" not in only


NAMES = (
    '"><img src=x onerror=alert(1)>',
    "{{config}}",
    "\u2066gnp.exe\u2069",
    "\U0001f469\u200d\u2695\ufe0f Zoë",
    "<script>alert(1)</script>",
    "O'Brien; DROP",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_shown_as_it_is_and_does_nothing(staffed: Staffed, name: str) -> None:
    from markupsafe import escape

    with transaction(staffed.house.database, site_id=staffed.house.site_id, by="test", role="", at=staffed.clock()) as opened:
        opened.connection.exec_driver_sql("UPDATE patient SET name = ?, version = version + 1 WHERE id = ?", (name, staffed.things["patient"]))
    client = staffed.client("pharmacist")
    for path in ("/work", f"/patients/{staffed.things['patient']}"):
        text = client.get(path).text
        assert f"<bdi>{escape(name)}</bdi>" in text
        assert "<img src=x" not in text
        assert "<script>alert" not in text
