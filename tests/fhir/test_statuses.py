"""Orders of every kind a pharmacy meets, each with the status and the codes a careful pharmacist would give it."""

import pytest

from compounding import pipeline
from tests.fhir.doors import NOT_TOLD, Case, fake_print, ids, run, stopping
from tests.fhir.good_orders import GOOD
from tests.fhir.held_orders import HELD
from tests.fhir.refused_orders import INVALID, REFUSED

CASES = (*GOOD, *HELD, *REFUSED, *INVALID)


@pytest.fixture(autouse=True)
def _paper_only_where_it_decides(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = request.node.callspec.params.get("tried") if hasattr(request.node, "callspec") else None
    if not (isinstance(tried, Case) and tried.real_paper):
        monkeypatch.setattr(pipeline, "set_papers", fake_print)


@pytest.mark.parametrize("tried", CASES, ids=ids(CASES))
def test_every_order_gets_its_status_and_its_codes(tried: Case) -> None:
    prepared = run(tried.content, **dict(tried.flags))
    found = stopping(prepared)
    status = prepared.status.value
    shown = [each.message for each in prepared.reasons]
    if tried.status == "ready":
        assert status == "ready" or (status == "held" and found <= NOT_TOLD), shown
    else:
        assert status == tried.status, shown
        if tried.codes:
            assert tried.codes <= found, shown
            assert found <= tried.codes | tried.also | NOT_TOLD, shown
        else:
            assert found, shown
            assert found <= NOT_TOLD, shown
    assert (prepared.papers is not None) is (status == "ready")
    if tried.zinc:
        assert prepared.screening is not None
        assert prepared.screening.zinc.value == tried.zinc


@pytest.mark.parametrize("tried", CASES, ids=ids(CASES))
def test_every_reason_is_one_clear_sentence(tried: Case) -> None:
    for each in run(tried.content, **dict(tried.flags)).reasons:
        assert each.message.endswith("."), each.message
        assert not each.message.endswith(".."), each.message
        assert "Traceback" not in each.message
        assert len(each.message) < 600, each.message


def test_no_two_cases_share_a_name() -> None:
    assert len({each.name + each.status for each in CASES}) == len(CASES)


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 300
