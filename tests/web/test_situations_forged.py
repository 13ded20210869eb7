"""What a hostile tester sent to the pages from order to hand-out: nothing forged is believed, and nothing forged is a fault of the program."""

import pytest

from tests.web.sent_forms import send
from tests.web.staffed import Staffed


@pytest.mark.parametrize("by", ["   ", "\t", "lots", "name\x00"])
def test_a_search_by_what_was_never_offered_is_refused_and_no_fault(staffed: Staffed, by: str) -> None:
    answer = send(staffed.client("pharmacist"), "/search", by=by, sought="Ana")
    assert answer.status_code == 422
    assert "choose one of the answers" in answer.text
