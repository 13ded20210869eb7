"""A button pressed twice, on a slow line or with JavaScript off: one act, and the second answer never says that somebody else did it or that it was not kept."""

import pytest

from compounding.domain.stages import State
from tests.web.sent_forms import hidden
from tests.web.staffed import Staffed
from tests.web.test_bench import _DESKS, at_desk, bench, brought, hidden_of, lot_number, record, scanned, tick_all

_TWICE = "You sent this form before, and it was done then"


@pytest.fixture(autouse=True)
def _empty_desks() -> None:
    _DESKS.clear()


def test_a_weight_sent_twice_is_one_weighing_and_is_not_told_as_lost(staffed: Staffed) -> None:
    at = brought(staffed, State.RECALCULATED)
    tick_all(staffed, at, {"technician": "", "second": "", "pharmacist": ""})
    sent = {**scanned(staffed, at, 0), "mass": "15.01"}
    client = at_desk(staffed, "technician")
    assert client.post(bench(at, "/weigh"), data=sent).status_code == 303
    again = client.post(bench(at, "/weigh"), data=sent)
    assert again.status_code == 409
    assert _TWICE in again.text
    assert "was not kept" not in again.text
    assert "by somebody else" not in again.text
    assert [each.line for each in record(staffed, at).weighings] == [0]


def test_the_page_that_follows_on_a_second_click_goes_on_to_the_next_line(staffed: Staffed) -> None:
    at = brought(staffed, State.RECALCULATED)
    tick_all(staffed, at, {"technician": "", "second": "", "pharmacist": ""})
    sent = {**scanned(staffed, at, 0), "mass": "15.01"}
    client = at_desk(staffed, "technician")
    page = [client.post(bench(at, "/weigh"), data=sent).text for _ in range(2)][1]
    staffed.clock.wait(seconds=5)
    lot = client.post(bench(at, "/weigh"), data={**hidden_of(page, "weigh"), "container_code": lot_number(staffed, at, 1)})
    assert lot.status_code == 200, lot.text
    assert client.post(bench(at, "/weigh"), data={**hidden_of(lot.text, "weigh"), "mass": "3"}).status_code == 303
    assert [each.line for each in record(staffed, at).weighings] == [0, 1]


def test_a_booking_sent_twice_is_one_entry_and_a_second_one_can_follow_on_purpose(staffed: Staffed) -> None:
    client, path = staffed.client("technician"), f"/stock/{staffed.things['lot']}/book"
    told = {"kind": "spilled", "amount": "1", "reason": "fell over"}
    sent = {**hidden(client.get(path).text), **told}
    assert client.post(path, data=sent).status_code == 303
    again = client.post(path, data=sent)
    assert again.status_code == 409
    assert _TWICE in again.text
    assert "968.98 g" in again.text
    assert client.post(path, data={**hidden(again.text), **told}).status_code == 303
    assert "967.98 g" in client.get(path).text


def test_what_somebody_else_changed_is_still_told_as_that(staffed: Staffed) -> None:
    path, told = f"/stock/{staffed.things['lot']}/book", {"kind": "spilled", "amount": "1", "reason": "fell over"}
    first, second = staffed.client("technician"), staffed.client("pharmacist")
    sent = {**hidden(first.get(path).text), **told}
    assert second.post(path, data={**hidden(second.get(path).text), **told}).status_code == 303
    answer = first.post(path, data=sent)
    assert answer.status_code == 409
    assert "by somebody else" in answer.text
