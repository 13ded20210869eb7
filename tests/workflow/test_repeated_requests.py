"""The same request twice makes one change with one answer: one after the other, at the same moment, after a refusal, and after a crash before the answer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from compounding.demo import walk
from compounding.demo.crew import PICTURE, Pharmacy
from compounding.demo.walk import Wish
from compounding.domain.errors import LevigateError
from compounding.domain.hand_over_parts import CounsellingWay
from compounding.domain.order_parts import Evidence, Source
from compounding.domain.stages import State
from compounding.domain.stock_ledger import EntryKind
from compounding.storage.tables import person
from compounding.workflow import counselling, planning_fills, receiving, releasing, stock
from compounding.workflow.files import keep_file
from compounding.workflow.papers import PrintLabel, print_label
from compounding.workflow.receiving import Standing
from compounding.workflow.use_case import UseCase
from tests.conftest import EXAMPLES
from tests.workflow.running import at_once, by, rows
from tests.workflow.seeing import entries

ROUNDS = max(4, EXAMPLES // 40)
KEY = "asked-once"


@dataclass(frozen=True, slots=True)
class Asking:
    """A request that may arrive twice: the use case, who asks, what, and what else would be another request under the same key."""

    use_case: UseCase[Any, Any]
    who: str
    request: Any
    other: Any
    action: str


def _wish(name: str) -> Wish:
    return Wish(patient=f"{name} Example", born_on=date(1961, 4, 2))


def _order(at_work: Pharmacy, name: str) -> Asking:
    asked = receiving.ReceiveTyped(sent=walk.sent(_wish(name), today=at_work.today), source=Source.PAPER, evidence=Evidence(images=(at_work.picture,)))
    other = replace(asked, sent=walk.sent(replace(_wish(name), amount_g="30"), today=at_work.today))
    return Asking(receiving.receive_typed, at_work.crew.technician, asked, other, "receive order")


def _at(at_work: Pharmacy, name: str, state: State) -> Standing:
    return walk.brought_to(at_work, walk.accepted(at_work, _wish(name)), state)


def _plan(at_work: Pharmacy, name: str) -> Asking:
    order = walk.accepted(at_work, _wish(name))
    asked = planning_fills.PlanFill(order_id=order.id, version=order.version)
    return Asking(planning_fills.plan_fill, at_work.crew.pharmacist, asked, replace(asked, amount_g=Decimal(30)), "plan")


def _print(at_work: Pharmacy, name: str) -> Asking:
    at = _at(at_work, name, State.MADE)
    asked = PrintLabel(preparation_id=at.id, version=at.version)
    return Asking(print_label, at_work.crew.technician, asked, replace(asked, version=99), "print label")


def _release(at_work: Pharmacy, name: str) -> Asking:
    at = _at(at_work, name, State.LABELLED)
    told = walk.on_label(at_work, at.id)
    asked = releasing.Check(
        preparation_id=at.id, version=at.version, strength_percent=told.strength_percent, amount_g=told.amount_g, patient_name=told.patient_name,
        second_identifier=told.second_identifier, beyond_use_date=told.beyond_use_date, lot_number=told.lot_number, base=told.base, scanned_code=told.code,
    )  # fmt: skip
    return Asking(releasing.check_finally, at_work.crew.second, asked, replace(asked, amount_g=Decimal(59)), "release")


def _hand_out(at_work: Pharmacy, name: str) -> Asking:
    at = _at(at_work, name, State.RELEASED)
    # Signed for beforehand, so that a colleague may hand it out as well.
    offered = counselling.RecordCounselling(
        preparation_id=at.id, version=at.version, is_accepted=True, way=CounsellingWay.IN_PERSON, words="how thin a layer is meant"
    )  # fmt: skip
    at = counselling.record_counselling(at_work.house, by(at_work, at_work.crew.pharmacist), offered)
    told = walk.on_label(at_work, at.id)
    asked = releasing.GiveOut(
        preparation_id=at.id, version=at.version, scanned_code=told.code, patient_name=told.patient_name, second_identifier=told.second_identifier,
        receiver="the patient", document_languages=("en",), counselling_offered=True, counselling_accepted=True, counselling_by=at_work.crew.pharmacist,
        counselling_way=CounsellingWay.IN_PERSON,
    )  # fmt: skip
    return Asking(releasing.hand_out, at_work.crew.pharmacist, asked, replace(asked, receiver="a neighbour"), "hand out")


def _book(at_work: Pharmacy, _name: str) -> Asking:
    lot_id = at_work.lots["mineral-oil"]
    number = sum(1 for row in rows(at_work.house.database)["stock_entry"] if lot_id in row)
    asked = stock.StockChange(lot_id=lot_id, after_entry=number, kind=EntryKind.SPILLED, amount_g=Decimal("0.5"))
    return Asking(stock.book_stock, at_work.crew.technician, asked, replace(asked, amount_g=Decimal("0.6")), "book stock")


ASKINGS: dict[str, Callable[[Pharmacy, str], Asking]] = {
    "order": _order, "plan": _plan, "print": _print, "release": _release, "hand-out": _hand_out, "stock": _book,
}  # fmt: skip


@pytest.fixture(params=sorted(ASKINGS))
def make(request: pytest.FixtureRequest) -> Callable[[Pharmacy, str], Asking]:
    """How to get ready for each kind of request that may arrive twice."""
    return ASKINGS[request.param]


def _ask(at_work: Pharmacy, asking: Asking, request: Any = None, *, who: str = "", key: str = KEY) -> Any:
    act = by(at_work, who or asking.who, reason="one drop beside the jar", key=key)
    return asking.use_case(at_work.house, act, asking.request if request is None else request)


def _code(doing: Callable[[], object]) -> str:
    with pytest.raises(LevigateError) as refusal:
        doing()
    return refusal.value.code


def _told(at_work: Pharmacy, asking: Asking) -> int:
    return sum(1 for each in entries(at_work.house) if each["action"] == asking.action)


def test_the_same_request_again_changes_nothing_and_gets_the_same_answer(at_work: Pharmacy, make: Callable[[Pharmacy, str], Asking]) -> None:
    asking = make(at_work, "Ana")
    first = _ask(at_work, asking)
    before = rows(at_work.house.database)
    assert _ask(at_work, asking) == first
    assert _ask(at_work, asking) == first
    assert rows(at_work.house.database) == before


def test_another_request_under_a_used_key_is_refused(at_work: Pharmacy, make: Callable[[Pharmacy, str], Asking]) -> None:
    asking = make(at_work, "Ana")
    _ask(at_work, asking)
    before = rows(at_work.house.database)
    assert _code(lambda: _ask(at_work, asking, asking.other)) == "IDEMPOTENCY_KEY_REUSED"
    assert rows(at_work.house.database) == before


def test_a_refused_request_uses_up_no_key(at_work: Pharmacy, make: Callable[[Pharmacy, str], Asking]) -> None:
    asking = make(at_work, "Ana")
    before = rows(at_work.house.database)
    _code(lambda: asking.use_case(at_work.house, by(at_work, "nobody", reason="one drop beside the jar", key=KEY), asking.request))
    auditor = next(row.id for row in _people(at_work) if row.roles == "auditor")
    _code(lambda: _ask(at_work, asking, who=auditor))
    assert rows(at_work.house.database) == before
    first = _ask(at_work, asking)
    assert _ask(at_work, asking) == first
    assert _code(lambda: _ask(at_work, asking, who=auditor)) == "ROLE_NOT_ALLOWED"


def _people(at_work: Pharmacy) -> list[Any]:
    with at_work.house.database.reading() as connection:
        return list(connection.execute(select(person)))


def test_another_persons_request_under_the_same_key_is_another_request(at_work: Pharmacy, make: Callable[[Pharmacy, str], Asking]) -> None:
    asking = make(at_work, "Ana")
    _ask(at_work, asking)
    again = make(at_work, "Ben")
    colleague = next(row.id for row in _people(at_work) if row.name.startswith("Rory"))
    if asking.action == "plan":
        colleague = at_work.crew.second
    keep_file(at_work.house, by(at_work, colleague), PICTURE, "image/png")
    told = _told(at_work, asking)
    answer = again.use_case(at_work.house, by(at_work, colleague, reason="one drop beside the jar", key=KEY), again.request)
    assert answer != _ask(at_work, asking)
    assert _told(at_work, asking) == told + 1


def test_a_retry_after_a_crash_between_commit_and_answer_gets_the_answer(
    at_work: Pharmacy, make: Callable[[Pharmacy, str], Asking], monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = make(at_work, "Ana")

    class Crashed(BaseException):
        """The process is gone after the commit, before anybody was told."""

    once = UseCase._once

    def crash(self: Any, *told: Any) -> Any:
        once(self, *told)
        raise Crashed

    told = _told(at_work, asking)
    monkeypatch.setattr(UseCase, "_once", crash)
    with pytest.raises(Crashed):
        _ask(at_work, asking)
    monkeypatch.setattr(UseCase, "_once", once)
    before = rows(at_work.house.database)
    answer = _ask(at_work, asking)
    assert rows(at_work.house.database) == before
    assert _told(at_work, asking) == told + 1
    assert answer == _ask(at_work, asking)


@pytest.mark.hypothesis
def test_the_same_request_twice_at_the_same_moment_makes_one_change_and_both_get_its_answer(at_work: Pharmacy, make: Callable[[Pharmacy, str], Asking]) -> None:
    for number in range(ROUNDS):
        asking = make(at_work, f"Ana{number}")
        told = _told(at_work, asking)

        def ask(asking: Asking = asking, key: str = f"round {number}") -> Any:
            return _ask(at_work, asking, key=key)

        answers = at_once([ask, ask, ask])
        assert [each for each in answers if isinstance(each, LevigateError)] == []
        assert answers[0] == answers[1] == answers[2]
        assert _told(at_work, asking) == told + 1
