"""What stays open on another screen while the world goes on: an old tab never weighs, hands out or decides by what was true before."""

from collections.abc import Callable

import pytest

from compounding.demo import walk
from compounding.domain.stages import State
from compounding.storage import lots
from compounding.storage.transaction import transaction
from compounding.workflow import allergies, lot_flags, reading
from compounding.workflow.lots import OneLot
from tests.web import test_handing as handing
from tests.web.sent_forms import hidden
from tests.web.staffed import Staffed
from tests.web.test_bench import _DESKS, at_desk, bench, brought, hidden_of, lot_number, record, scanned, tick_all
from tests.web.test_handing import released

__all__ = ["released"]


@pytest.fixture(autouse=True)
def _empty_desks() -> None:
    _DESKS.clear()


def stopped(staffed: Staffed, lot_id: str) -> None:
    with transaction(staffed.house.database, site_id=staffed.house.site_id, by="test", role="", at=staffed.clock()) as opened:
        version = lots.of(opened, lot_id, lock=False)[1]
    lot_flags.quarantine_lot(staffed.house, staffed.pharmacy.act(staffed.people["technician"], reason="smells"), OneLot(lot_id=lot_id, version=version))


def recalled(staffed: Staffed, lot_id: str) -> None:
    with transaction(staffed.house.database, site_id=staffed.house.site_id, by="test", role="", at=staffed.clock()) as opened:
        version = lots.of(opened, lot_id, lock=False)[1]
    lot_flags.recall_lot(staffed.house, staffed.pharmacy.act(staffed.people["pharmacist"], reason="by its maker"), OneLot(lot_id=lot_id, version=version))


def told_of_petrolatum(staffed: Staffed, order_id: str) -> None:
    shop = staffed.pharmacy
    order = reading.read_order_record(staffed.house, shop.act(staffed.people["pharmacist"]), reading.Of(id=order_id))
    asked = allergies.RecordAllergies(patient_id=order.record.patient_id, texts=("petrolatum: hives",), asked_on=shop.today)
    allergies.record_allergies(staffed.house, shop.act(staffed.people["technician"]), asked)


def test_a_lot_stopped_between_its_scan_and_its_weight_is_not_weighed_and_the_weight_comes_back(staffed: Staffed) -> None:
    at = brought(staffed, State.RECALCULATED)
    tick_all(staffed, at, {"technician": "", "second": "", "pharmacist": ""})
    sent = {**scanned(staffed, at, 0), "mass": "15.01"}
    stopped(staffed, record(staffed, at).lot_ids[0])
    answer = at_desk(staffed, "technician").post(bench(at, "/weigh"), data=sent)
    assert answer.status_code == 422
    assert "in quarantine" in answer.text
    assert "15.01" in answer.text
    assert not record(staffed, at).weighings


@pytest.mark.parametrize(("forged", "says"), [
    ({"line": "2"}, "another ingredient"), ({"line": "999"}, "no line"), ({"line": "-1"}, "no line"), ({"balance": ""}, "Check the balance"),
    ({"container_code": ""}, "has not been scanned"),
])  # fmt: skip
def test_a_forged_weighing_weighs_nothing(staffed: Staffed, forged: dict[str, str], says: str) -> None:
    at = brought(staffed, State.RECALCULATED)
    tick_all(staffed, at, {"technician": "", "second": "", "pharmacist": ""})
    answer = at_desk(staffed, "technician").post(bench(at, "/weigh"), data={**scanned(staffed, at, 0), "mass": "15.01", **forged})
    assert answer.status_code == 422
    assert says in answer.text
    assert not record(staffed, at).weighings


def test_a_line_whose_turn_has_not_come_is_not_weighed_by_its_own_lot(staffed: Staffed) -> None:
    at = brought(staffed, State.RECALCULATED)
    tick_all(staffed, at, {"technician": "", "second": "", "pharmacist": ""})
    forged = {**scanned(staffed, at, 0), "line": "2", "container_code": lot_number(staffed, at, 2), "mass": "41.99"}
    assert at_desk(staffed, "technician").post(bench(at, "/weigh"), data=forged).status_code == 422
    assert not record(staffed, at).weighings


@pytest.mark.parametrize(("happens", "says"), [
    (lambda staffed, record: stopped(staffed, record.lot_ids[0]), "in quarantine"), (lambda staffed, record: recalled(staffed, record.lot_ids[2]), "recalled"),
    (lambda staffed, record: told_of_petrolatum(staffed, record.order_id), "The order of this preparation is"),
])  # fmt: skip
def test_what_happens_behind_an_open_hand_out_stops_it(staffed: Staffed, released: str, happens: Callable[..., None], says: str) -> None:
    client, key = staffed.client("pharmacist"), released
    opened = handing.scanned(client, key, handing.code_on(staffed, key))
    told = handing.told(staffed, key)
    assert opened.status_code == 200
    happens(staffed, handing.record(staffed, key))
    answer = client.post(handing.address(key, "hand-out"), data={**hidden(opened.text), **told})
    assert answer.status_code == 409
    assert says in answer.text
    assert handing.record(staffed, key).state is not State.DISPENSED


def test_a_prescriber_sees_nothing_of_the_pharmacys_work_on_an_order_at_any_stage(staffed: Staffed) -> None:
    shop, client = staffed.pharmacy, staffed.client("prescriber")
    order = walk.enter(shop, walk.Wish(patient="Lia Example", born_on=shop.today.replace(year=1961)))
    order = walk.screen(shop, order)
    order = walk.accept(shop, order)
    made = walk.brought_to(shop, order, State.LABELLED)
    kept = walk.record_of(shop, made.id)
    lots_of_it = [each.lot.number for each in kept.sheet.lines if each.lot is not None]
    assert len(lots_of_it) == len(kept.sheet.lines)
    staff = ("Pat Example", "Sam Example", "Toni Example", "Dana Example")
    for path in (f"/orders/{order.id}", "/my-orders", "/my-orders/questions", f"/my-orders/{order.id}/withdraw"):
        text = client.get(path).text.partition("<main")[2]
        assert not [each for each in (*staff, *lots_of_it, kept.lot_number, made.id) if each in text], path
    assert staffed.client("second prescriber").get(f"/orders/{order.id}").status_code == 404


def test_a_weight_kept_outside_its_limit_is_seen_by_everybody_before_mixing_and_its_figure_by_no_witness(staffed: Staffed) -> None:
    at = brought(staffed, State.RECALCULATED)
    tick_all(staffed, at, {"technician": "", "second": "", "pharmacist": ""})
    client, told = at_desk(staffed, "technician"), {**scanned(staffed, at, 0), "mass": "15.77"}
    asked = client.post(bench(at, "/weigh"), data=told)
    assert asked.status_code == 422
    assert client.post(bench(at, "/weigh"), data={**hidden_of(asked.text, "weigh"), "mass": "15.77"}).status_code == 303
    for who in ("technician", "second", "auditor"):
        page = at_desk(staffed, who).get(bench(at)).text
        assert "Weigh Sodium thiosulfate pentahydrate, outside its limit" in page
        assert "15.77" not in page
