"""What holds for every use case alike: who may, what it leaves on the audit trail, and that it happens once, or not at all."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest

from compounding.workflow import lots
from compounding.workflow.use_case import UseCase, Work
from tests.workflow.conftest import Staff
from tests.workflow.seeing import counts, entries, refused, told_by
from tests.workflow.steps import STEPS, Pharmacy, Step

EVERYONE = tuple(Staff.__dataclass_fields__)


@pytest.fixture(params=STEPS)
def step(request: pytest.FixtureRequest, pharmacy: Pharmacy) -> Step:
    """Each use case, ready."""
    return STEPS[request.param](pharmacy)


def test_only_who_may_does_it_and_a_refusal_leaves_nothing_behind(step: Step, pharmacy: Pharmacy) -> None:
    for who in EVERYONE:
        if who not in step.may:
            by = getattr(pharmacy.staff, who)
            code = refused(pharmacy.house, lambda by=by: pharmacy.do(step.use_case, by, step.request))
            assert code in {"ROLE_NOT_ALLOWED", "SUPERVISOR_NEEDED"}, who
    assert refused(pharmacy.house, lambda: pharmacy.do(step.use_case, "nobody", step.request)) == "NOT_FOUND"


class Undone(Exception):
    """Takes back what was done, so that the next person finds the same state."""


def test_whoever_may_can(step: Step, pharmacy: Pharmacy) -> None:
    def undone(work: Work, request: Any) -> None:
        step.use_case.work(work, request)
        raise Undone

    for who in step.may:
        with pytest.raises(Undone):
            UseCase(name=step.use_case.name, work=undone, answer=type(None))(pharmacy.house, pharmacy.act(getattr(pharmacy.staff, who)), step.request)


def test_it_tells_who_what_when_and_the_old_and_new_value(step: Step, pharmacy: Pharmacy) -> None:
    act = pharmacy.act(getattr(pharmacy.staff, step.may[0]), reason="because it was asked for")
    told = told_by(pharmacy.house, act, lambda: step.use_case(pharmacy.house, act, step.request))
    assert tuple(each["action"] for each in told) == step.actions
    assert {each["reason"] for each in told} == {"because it was asked for"}
    assert all(each["role"] and each["subject"] and each["subject_id"] for each in told)
    changed = told[0]["changed"]
    assert set(step.sees) <= set(changed)
    assert all(old != new for name, (old, new) in changed.items() if name in step.sees)


def test_the_same_request_twice_is_one_change_with_the_same_answer(step: Step, pharmacy: Pharmacy) -> None:
    act = pharmacy.act(getattr(pharmacy.staff, step.may[0]), key="button-1")
    if step.tells_secret:
        # The answer to a request with a key is kept, and this one is kept nowhere.
        assert refused(pharmacy.house, lambda: step.use_case(pharmacy.house, act, step.request)) == "KEY_NOT_TAKEN"
        return
    first = step.use_case(pharmacy.house, act, step.request)
    before = counts(pharmacy.house.database)
    assert step.use_case(pharmacy.house, act, step.request) == first
    assert counts(pharmacy.house.database) == before
    other = replace(act, reason="something else entirely")
    assert refused(pharmacy.house, lambda: step.use_case(pharmacy.house, other, step.request)) == "IDEMPOTENCY_KEY_REUSED"


def test_the_same_request_eight_times_at_once_is_one_change_with_the_same_answer(pharmacy: Pharmacy) -> None:
    act, request, start = pharmacy.act(pharmacy.staff.technician, key="button-2"), pharmacy.delivery(), Barrier(8)

    def send(_: int) -> Any:
        start.wait()
        return lots.receive_lot(pharmacy.house, act, request)

    before = counts(pharmacy.house.database)
    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(send, range(8)))
    assert len(answers) == 1
    after = counts(pharmacy.house.database)
    added = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert added == {"ingredient_lot": 1, "stock_entry": 1, "audit_entry": 1, "idempotency": 1}


def test_whoever_looked_at_an_older_state_gets_a_conflict(step: Step, pharmacy: Pharmacy) -> None:
    if step.stale is not None:
        assert refused(pharmacy.house, lambda: pharmacy.do(step.use_case, getattr(pharmacy.staff, step.may[0]), step.stale)) == "CONFLICT"
    else:
        assert not hasattr(step.request, "version") or step.use_case.name in {"retire_text", "attest_nonaqueous"}


def test_what_needs_a_reason_is_not_done_without_one(step: Step, pharmacy: Pharmacy) -> None:
    by = getattr(pharmacy.staff, step.may[0])
    if step.needs_reason:
        for reason in ("", "  ", "ok"):
            assert refused(pharmacy.house, lambda reason=reason: pharmacy.do(step.use_case, by, step.request, reason=reason)) == "REASON_NEEDED"
    else:
        before = len(entries(pharmacy.house))
        pharmacy.do(step.use_case, by, step.request, reason="")
        assert len(entries(pharmacy.house)) > before
