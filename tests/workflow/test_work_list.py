"""The work list holds everything that waits exactly once, first what the person who asks can do, and says what is late, past, urgent or stopped."""

from dataclasses import replace

import pytest
from sqlalchemy import event

from compounding.demo import walk
from compounding.demo.crew import Pharmacy, open_pharmacy
from compounding.demo.walk import Wish
from compounding.domain.people import Role
from compounding.domain.site import Site
from compounding.domain.stages import State
from compounding.domain.work_stages import REFILL
from compounding.reference import ReferenceData
from compounding.storage import people
from compounding.workflow import deciding, ending, work_list
from compounding.workflow.receiving import Standing
from compounding.workflow.work_list import EVERY, OPEN, ListWork, WorkListed, WorkRow, is_still, list_work
from tests.workflow import counter
from tests.workflow.conftest import AT
from tests.workflow.counter import PLAIN, typed
from tests.workflow.seeing import refused
from tests.workflow.test_reading import readings


def named(name: str) -> Wish:
    return replace(PLAIN, patient=name)


def received(shop: Pharmacy, name: str, **also: object) -> Standing:
    return counter.on_paper(shop, typed(shop, named(name), identifier=f"REF-{name}", **also))


def made(shop: Pharmacy, name: str, state: State) -> Standing:
    return counter.onwards(shop, walk.plan(shop, counter.accepted(shop, typed(shop, named(name), identifier=f"REF-{name}"))), state)


def listed(shop: Pharmacy, by: str = "", **asked: object) -> WorkListed:
    return list_work(shop.house, shop.act(by or shop.crew.pharmacist), ListWork(**asked))  # type: ignore[arg-type]


def stages(found: WorkListed) -> dict[str, str]:
    return {each.item.patient_name: each.item.key.stage for each in found.rows}


def only(found: WorkListed) -> WorkRow:
    (row,) = found.rows
    return row


def still(shop: Pharmacy, found: WorkListed, by: str = "") -> bool:
    with shop.house.database.reading() as connection:
        person = next(each for each in people.people_of(connection, shop.house.site_id) if each.id == (by or shop.crew.pharmacist))
    return is_still(shop.house, person, ListWork(), at=shop.act(person.id).at, mark=found.mark)


def test_an_order_stands_in_it_until_its_preparation_does(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    order = counter.accepted(shop, typed(shop, named("Ada Test")))
    assert only(listed(shop)).item.key.stage == State.ACCEPTED.value
    planned = walk.plan(shop, order)
    row = only(listed(shop))
    assert (row.item.key.stage, row.item.made is not None and row.item.made.id) == (State.PLANNED.value, planned.id)
    assert row.item.last_by == shop.crew.pharmacist
    counter.onwards(shop, planned, State.DISPENSED)
    assert listed(shop).rows == ()
    assert only(listed(shop, stages=(REFILL,))).item.key.stage == REFILL


def test_a_scrapped_jar_puts_its_order_back_to_be_planned(shop_on_each: Pharmacy) -> None:
    at = made(shop_on_each, "Ada Test", State.MADE)
    ending.scrap_preparation(shop_on_each.house, shop_on_each.act(shop_on_each.crew.pharmacist, reason="fell on the floor"), counter.of_preparation(at))
    assert stages(listed(shop_on_each)) == {"Ada Test": State.ACCEPTED.value}


def test_counts_are_those_of_the_rows_and_need_one_query(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    received(shop, "Ada Test")
    received(shop, "Bea Test")
    made(shop, "Cy Test", State.LABELLED)
    counts = {each.stage: (each.items, each.stopped) for each in listed(shop).counts}
    assert counts == {State.RECEIVED.value: (2, 0), State.LABELLED.value: (1, 0)}
    for name, (number, _) in counts.items():
        assert len(listed(shop, stages=(name,)).rows) == number


def test_a_list_of_many_asks_the_database_no_more_often_than_one_of_few(shop: Pharmacy) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(shop.house.database.engine, "before_cursor_execute", note)
    received(shop, "Ada Test")
    asked.clear()
    listed(shop)
    few = len(asked)
    for name in ("Bea Test", "Cy Test", "Dee Test"):
        received(shop, name)
    made(shop, "Eve Test", State.RELEASED)
    asked.clear()
    assert len(listed(shop).rows) == 5
    assert len(asked) == few
    assert sum("UNION ALL" in each for each in asked) == 2


def test_what_a_person_can_do_comes_first_and_alone_where_it_is_asked_for(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    received(shop, "Ada Test")
    made(shop, "Bea Test", State.RECALCULATED)
    mine = [(each.item.patient_name, each.is_mine) for each in listed(shop, shop.crew.technician).rows]
    assert mine == [("Bea Test", True), ("Ada Test", False)]
    assert stages(listed(shop, shop.crew.technician, is_mine=True)) == {"Bea Test": State.RECALCULATED.value}
    assert listed(shop, shop.crew.auditor).mine == ()
    assert listed(shop, shop.crew.auditor, is_mine=True).rows == ()
    assert len(listed(shop, shop.crew.auditor).rows) == 2


def test_an_urgent_order_stands_before_an_older_one_and_its_words_cannot_feign_it(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    received(shop, "Ada Test", notes=('"priority":"stat"',))
    received(shop, "Bea Test", priority="urgent")
    assert [(each.item.patient_name, each.is_urgent) for each in listed(shop).rows] == [("Bea Test", True), ("Ada Test", False)]


def test_a_jar_whose_order_no_longer_stands_is_stopped_and_nobodys(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    at = made(shop, "Ada Test", State.LABELLED)
    row = only(listed(shop))
    assert (row.is_mine, row.item.key.is_stopped) == (True, False)
    counter.told_allergy(shop, row.item.record.id, "Penicillin")
    rows = {each.item.key.stage: each for each in listed(shop).rows}
    assert rows[State.LABELLED.value].item.key.is_stopped
    assert not rows[State.LABELLED.value].is_mine
    assert State.RECEIVED.value in rows
    assert at.id not in {each.item.key.place.id for each in listed(shop, is_mine=True).rows}


@pytest.mark.parametrize("is_newest_first", [False, True])
def test_pages_hold_every_item_once_and_in_order(shop_on_each: Pharmacy, monkeypatch: pytest.MonkeyPatch, is_newest_first: bool) -> None:
    shop = shop_on_each
    monkeypatch.setattr(work_list, "PAGE", 2)
    for name in ("Ada Test", "Bea Test", "Cy Test", "Dee Test"):
        received(shop, name, priority="stat" if name.startswith("C") else "")
    made(shop, "Eve Test", State.MADE)
    seen, after = [], None
    for _ in range(3):
        page = listed(shop, shop.crew.technician, stages=EVERY, is_newest_first=is_newest_first, after=after)
        seen += [each.item.key.place for each in page.rows]
        after = page.next
    assert after is None
    assert len({each.id for each in seen}) == len(seen) == 5
    assert [each.rank for each in seen] == [1, 2, 3, 3, 3]
    calm = [each.since for each in seen[2:]]
    assert calm == sorted(calm, reverse=is_newest_first)


def test_what_waits_too_long_and_what_has_passed_is_said(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    received(shop, "Ada Test")
    made(shop, "Bea Test", State.ASSESSED)
    made(shop, "Cy Test", State.RELEASED)
    assert not any(each.waits_too_long or each.passed for each in listed(shop).rows)
    later = {each.item.patient_name: each for each in listed(counter.days_later(shop, 2)).rows}
    assert [later[name].waits_too_long for name in ("Ada Test", "Bea Test", "Cy Test")] == [True, True, False]
    assert "compounding date" in later["Bea Test"].passed[0]
    assert later["Cy Test"].passed == ()
    old = {each.item.patient_name: " ".join(each.passed) for each in listed(counter.days_later(shop, 900), shop.crew.technician).rows}
    assert "The order was valid until" in old["Ada Test"]
    assert "beyond-use date" in old["Cy Test"]


def test_an_order_that_is_over_is_listed_only_where_it_is_asked_for(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    at = received(shop, "Ada Test")
    deciding.cancel(shop.house, shop.act(shop.crew.pharmacist, reason="withdrawn by the prescriber"), counter.of_order(at))
    assert listed(shop).rows == ()
    assert stages(listed(shop, stages=(State.CANCELLED.value,))) == {"Ada Test": State.CANCELLED.value}
    assert stages(listed(shop, stages=EVERY)) == {"Ada Test": State.CANCELLED.value}
    assert listed(shop, stages=("no such stage",)).rows == ()


def test_a_list_is_still_the_same_until_something_happens_and_to_ask_reads_nobody(shop_on_each: Pharmacy) -> None:
    shop = shop_on_each
    at = received(shop, "Ada Test")
    found = listed(shop)
    before = len(readings(shop.house))
    assert still(shop, found)
    assert not still(shop, found, shop.crew.technician)
    assert not still(counter.days_later(shop, 1), found)
    assert len(readings(shop.house)) == before
    walk.screen(shop, at)
    assert not still(shop, found)


def test_a_list_is_told_with_every_patient_on_it_and_no_name(shop_on_each: Pharmacy) -> None:
    received(shop_on_each, "Ada Test")
    before = len(readings(shop_on_each.house))
    found = listed(shop_on_each)
    (told,) = readings(shop_on_each.house)[before:]
    assert told["changed"]["patients"] == [None, only(found).item.record.patient_id]
    assert "Ada" not in str(told)


def test_a_new_pharmacy_has_no_orders_and_another_ones_are_in_no_list(shop_on_each: Pharmacy, site: Site, data: ReferenceData) -> None:
    assert not listed(shop_on_each).has_orders
    received(shop_on_each, "Ada Test")
    other = open_pharmacy(shop_on_each.house.database, replace(site, id="other-pharmacy"), data, at=AT)
    assert listed(other, stages=EVERY) == replace(listed(other, stages=EVERY), rows=(), counts=(), has_orders=False)
    assert listed(shop_on_each).has_orders


@pytest.mark.parametrize("role", Role)
def test_who_may_see_it_is_the_profiles_table(shop: Pharmacy, role: Role) -> None:
    who = counter.hire(shop, "Some One", role)
    if role is Role.PRESCRIBER:
        assert refused(shop.house, lambda: listed(shop, who)) == "ROLE_NOT_ALLOWED"
    else:
        assert set(listed(shop, who).mine) <= set(OPEN)


def test_an_order_without_a_readable_date_is_listed_all_the_same(shop: Pharmacy) -> None:
    received(shop, "Ada Test", authored_on="last week")
    assert only(listed(shop)).valid_until is None
