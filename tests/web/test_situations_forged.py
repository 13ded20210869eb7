"""What a hostile tester sent to the pages from order to hand-out: nothing forged is believed, and nothing forged is a fault of the program."""

import re
from datetime import date

import pytest

from compounding.demo import walk
from compounding.demo.walk import Wish
from tests.web.sent_forms import hidden, send
from tests.web.staffed import Staffed


@pytest.mark.parametrize("by", ["   ", "\t", "lots", "name\x00"])
def test_a_search_by_what_was_never_offered_is_refused_and_no_fault(staffed: Staffed, by: str) -> None:
    answer = send(staffed.client("pharmacist"), "/search", by=by, sought="Ana")
    assert answer.status_code == 422
    assert "choose one of the answers" in answer.text


def test_a_refusal_ends_with_one_full_stop(staffed: Staffed) -> None:
    shop = staffed.pharmacy
    wish = Wish(patient="Zac Example", born_on=date(1961, 4, 2), base="zinc oxide ointment 20 %", allergies=("Zinc oxide: rash",))
    order, client = walk.screen(shop, walk.receive(shop, wish)), staffed.client("pharmacist")
    path = f"/orders/{order.id}/review"
    told = {**hidden(client.get(path).text), "seen": str(order.version), "key": "one-button", "checked": "register"}
    answer = client.post(path, data=told)
    assert answer.status_code == 422
    assert "allergic to zinc" in answer.text
    assert ".." not in re.sub(r"<[^>]+>|\.\./", " ", answer.text)
