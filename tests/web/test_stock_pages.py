"""The shelf and one lot in the browser: what stands there, what is found, what is offered, and that an empty shelf says how to begin."""

from datetime import timedelta

import pytest

from compounding.demo import crew
from compounding.web import stock_words
from compounding.workflow import stock_listing
from compounding.workflow.lot_flags import recall_lot
from compounding.workflow.lots import OneLot
from compounding.workflow.stock_listing import Shown
from tests.web.staffed import Staffed
from tests.web.stock_forms import OIL


def another(staffed: Staffed, number: str, *, days: int = 500) -> str:
    shop = staffed.pharmacy
    return crew.stock(shop.house, shop.crew, shop.clock, shop.picture, OIL, today=shop.today, number=number, days=days)


def test_the_shelf_shows_every_lot_by_ingredient_with_what_is_left_and_until_when(staffed: Staffed) -> None:
    page = staffed.client("technician").get("/stock").text
    places = [page.index(f">{name}</h2>") for name in ("Mineral oil", "Sodium thiosulfate pentahydrate", "White petrolatum", "Zinc oxide ointment 20 %")]
    assert places == sorted(places)
    assert "969.98 g" in page
    assert (staffed.pharmacy.today + timedelta(days=500)).isoformat() in page
    assert "Look at these first" not in page


def test_what_ends_soon_stands_at_the_top(staffed: Staffed) -> None:
    lot = another(staffed, "SOON-1", days=30)
    page = staffed.client("technician").get("/stock").text
    assert page.index("Look at these first") < page.index(lot) < page.index(">Mineral oil</h2>")
    assert "Released, ends soon" in page


def test_a_lot_number_opens_the_lot_and_an_unknown_one_says_so(staffed: Staffed) -> None:
    lot, client = another(staffed, "MO 2-b"), staffed.client("assistant")
    for number in ("mo2-B", lot):
        answer = client.get("/stock", query_string={"lot": number})
        assert (answer.status_code, answer.location) == (303, f"/stock/{lot}")
    assert "No lot has this number" in client.get("/stock?lot=NOT-THERE").text


def test_a_lot_number_beyond_all_lengths_is_refused(staffed: Staffed) -> None:
    assert staffed.client("technician").get("/stock", query_string={"lot": "x" * 500}).status_code == 422


def test_a_filter_or_an_ingredient_that_is_none_of_ours_is_not_looked_for(staffed: Staffed) -> None:
    page = staffed.client("technician").get("/stock?show=1;drop&ingredient=chalk").text
    assert "Everything in stock, by ingredient" in page
    assert ">Mineral oil</h2>" in page


def test_every_filter_has_words() -> None:
    assert set(stock_words.SHOWN) == set(Shown)


def test_the_list_is_paged_by_the_key_of_its_last_lot(staffed: Staffed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock_listing, "PAGE", 3)
    client = staffed.client("technician")
    page = client.get("/stock").text
    assert "Zinc oxide ointment 20 %</h2>" not in page
    address = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(address).text
    assert "Zinc oxide ointment 20 %</h2>" in second
    assert "First page" in second
    assert 'rel="next"' not in second


@pytest.mark.parametrize(("after", "status"), [("x", 422), ("' OR 1=1", 422), ("01a203fd-0000-7000-8000-000000000000", 404)])
def test_a_page_that_begins_nowhere_is_none(staffed: Staffed, after: str, status: int) -> None:
    assert staffed.client("technician").get("/stock", query_string={"after": after}).status_code == status


def test_a_page_after_another_pharmacys_lot_is_none(staffed: Staffed) -> None:
    assert staffed.client("technician").get("/stock", query_string={"after": staffed.things["other lot"]}).status_code == 404


def test_an_empty_shelf_says_how_to_receive_the_first_lot(staffed: Staffed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compounding.storage.lots.shelf", lambda *_, **__: iter(()))
    monkeypatch.setattr("compounding.storage.lots.ids", lambda _: ())
    page = staffed.client("technician").get("/stock").text
    assert "Receive the first delivery" in page
    assert "Somebody who keeps the stock receives" in staffed.client("auditor").get("/stock").text


def test_one_lot_shows_its_ledger_its_preparations_its_content_and_its_signature(staffed: Staffed) -> None:
    page = staffed.client("auditor").get(f"/stock/{staffed.things['lot']}").text
    assert "1 g of this lot holds 0.63644\u00a0g of sodium thiosulfate counted as anhydrous" in page
    assert "assay × (1 - water)" in page
    assert "-15.01 g" in page
    assert "Toni Example" in page
    assert f"/preparations/{staffed.things['dispensed preparation']}" in page
    assert "took from it: dispensed" in page
    assert "is planned with it: planned" in page
    assert "release an ingredient lot" in page
    assert "Nothing stands against its use today." in page


def test_a_lots_page_names_no_patient(staffed: Staffed) -> None:
    page = staffed.client("technician").get(f"/stock/{staffed.things['lot']}").text
    assert not any(name in page for name in ("Ana Example", "Ben Example", "Cleo Example", "Dora Example"))


def test_only_what_a_person_may_do_alone_is_offered(staffed: Staffed) -> None:
    offered = {
        "auditor": (), "assistant": (), "intern": ("book", "open", "quarantine"), "technician": ("book", "open", "quarantine", "identity-test", "correct"),
        "pharmacist": ("book", "open", "quarantine", "identity-test", "correct", "recall"), "only designated": ("quarantine", "recall"),
    }  # fmt: skip
    for who, expected in offered.items():
        page = staffed.client(who).get(f"/stock/{staffed.things['lot']}").text
        found = {each.split('"')[0] for each in page.split(f"/stock/{staffed.things['lot']}/")[1:]} - {"certificate"}
        assert found == set(expected), who


def test_what_is_recalled_offers_its_work_list_and_no_second_recall(staffed: Staffed) -> None:
    lot = another(staffed, "GONE-1")
    recall_lot(staffed.house, staffed.pharmacy.act(staffed.people["pharmacist"], reason="supplier's letter"), OneLot(lot_id=lot, version=4))
    page = staffed.client("pharmacist").get(f"/stock/{lot}").text
    assert "What the recall leaves to do" in page
    assert f"/stock/{lot}/recall-list" in page
    assert f'/stock/{lot}/recall"' not in page


def test_the_certificate_opens_as_it_came_under_a_name_of_our_own(staffed: Staffed) -> None:
    answer = staffed.client("technician").get(f"/stock/{staffed.things['lot']}/certificate")
    assert (answer.status_code, answer.content_type, answer.data) == (200, "image/png", crew.PICTURE)
    assert answer.headers["Content-Disposition"].startswith('inline; filename="certificate-')
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
