"""A review and a fill before it is planned say exactly what acceptance and planning would do, write nothing but the reading, and are read by whoever decides."""

from dataclasses import replace
from decimal import Decimal

import pytest

from compounding.demo import walk
from compounding.demo.crew import Pharmacy
from compounding.domain.errors import LevigateError
from compounding.domain.people import Role
from compounding.domain.stages import State
from compounding.workflow import fill_preview, planning_fills, reviewing
from compounding.workflow.examining import Held
from tests.workflow import counter
from tests.workflow.counter import ALLERGIC_IN_ZINC, PLAIN, typed
from tests.workflow.seeing import counts
from tests.workflow.test_reading import readings


def review(shop: Pharmacy, order_id: str, *, by: str = "") -> reviewing.ReviewSeen:
    return reviewing.read_review(shop.house, shop.act(by or shop.crew.pharmacist), reviewing.Review(order_id=order_id))


def fill(shop: Pharmacy, order_id: str, **asked: object) -> fill_preview.FillSeen:
    request = replace(planning_fills.PlanFill(order_id=order_id, version=1), **asked)  # type: ignore[arg-type]
    return fill_preview.read_fill(shop.house, shop.act(shop.crew.pharmacist), request)


def test_what_can_be_accepted_is_accepted_with_the_formula_that_was_shown(shop: Pharmacy) -> None:
    at = walk.screen(shop, counter.on_paper(shop, typed(shop)))
    seen = review(shop, at.id)
    assert seen.can_be_accepted
    assert (seen.holds, seen.against, seen.version) == ((), (), at.version)
    counter.accept(shop, at)
    acceptance, choice = counter.order(shop, at.id).acceptance, seen.worked.examined.choice
    assert acceptance is not None
    assert choice is not None
    assert (acceptance.formula_id, acceptance.why) == (choice.formula.id, choice.why)


def test_what_holds_the_review_holds_the_acceptance(shop: Pharmacy) -> None:
    at = walk.screen(shop, counter.on_paper(shop, typed(shop, ALLERGIC_IN_ZINC)))
    seen = review(shop, at.id)
    assert not seen.can_be_accepted
    with pytest.raises(Held) as held:
        counter.accept(shop, at)
    assert held.value.reasons == (*seen.holds, *seen.doubts)


def test_an_order_nobody_screened_is_to_be_screened_and_not_accepted(shop: Pharmacy) -> None:
    seen = review(shop, counter.on_paper(shop, typed(shop)).id)
    assert seen.can_be_screened
    assert not seen.can_be_accepted


def test_an_order_without_a_licence_or_an_address_says_what_is_missing(shop: Pharmacy) -> None:
    nameless = walk.screen(shop, counter.on_paper(shop, typed(shop, prescriber_licence="")))
    assert review(shop, nameless.id).needs_licence
    plain = typed(shop, replace(PLAIN, patient="Una Test"))
    homeless = walk.screen(shop, counter.on_paper(shop, replace(plain, patient=replace(plain.patient, address=""))))
    assert [each.code for each in review(shop, homeless.id).against] == ["PATIENT_ADDRESS_MISSING"]


def test_reading_leaves_one_entry_on_the_chain_of_readings_and_nothing_else(shop: Pharmacy) -> None:
    at = counter.accepted(shop, typed(shop))
    for read in (review, fill):
        before, told = counts(shop.house.database), len(readings(shop.house))
        read(shop, at.id)
        added = readings(shop.house)[told:]
        assert [(each["action"], each["subject"], each["subject_id"], each["by"]) for each in added] == [("read", "order", at.id, shop.crew.pharmacist)]
        after = counts(shop.house.database)
        assert {name for name in after if after[name] != before[name]} <= {"audit_entry", "audit_head"}


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.AUDITOR, Role.PRESCRIBER])
def test_whoever_never_decides_on_orders_reads_neither(shop: Pharmacy, role: Role) -> None:
    at, who = counter.accepted(shop, typed(shop)), counter.hire(shop, "Robin Reader", role)
    for use_case, request in (
        (reviewing.read_review, reviewing.Review(order_id=at.id)),
        (fill_preview.read_fill, planning_fills.PlanFill(order_id=at.id, version=1)),
    ):
        with pytest.raises(LevigateError) as refusal:
            use_case(shop.house, shop.act(who), request)  # type: ignore[operator]
        assert refusal.value.code == "ROLE_NOT_ALLOWED"


def test_an_intern_looks_before_a_pharmacist_stands_beside(shop: Pharmacy) -> None:
    at = counter.accepted(shop, typed(shop))
    assert review(shop, at.id, by=counter.hire(shop, "Ira Intern", Role.INTERN)).record.id == at.id


def test_a_fill_is_planned_as_it_was_shown(shop: Pharmacy) -> None:
    at = counter.accepted(shop, typed(shop))
    seen = fill(shop, at.id, amount_g=Decimal(30))
    assert seen.against == ()
    assert seen.fill == planning_fills.Fill(number=1, amount_g=Decimal(30))
    planned = walk.plan(shop, at, amount_g=Decimal(30))
    made = walk.record_of(shop, planned.id)
    assert seen.worked is not None
    assert seen.worked.planned is not None
    assert [line.to_weigh_g for line in made.sheet.lines] == [line.to_weigh_g for line in seen.worked.planned.sheet.lines]
    assert set(made.lot_ids) == {each.lot.id for each in seen.lots if each.is_taken}
    assert fill(shop, at.id).open_preparations == (planned.id,)


@pytest.mark.parametrize(("asked", "code"), [({"amount_g": Decimal(61)}, "FILL_AMOUNT"), ({"is_balance": True}, "NOTHING_OWING")])
def test_what_refuses_a_fill_is_told_and_refuses_the_planning(shop: Pharmacy, asked: dict[str, object], code: str) -> None:
    at = counter.accepted(shop, typed(shop))
    assert [each.code for each in fill(shop, at.id, **asked).against] == [code]
    with pytest.raises(LevigateError) as refusal:
        walk.plan(shop, at, **asked)
    assert refusal.value.code == code


def test_an_order_that_is_not_accepted_has_no_fill(shop: Pharmacy) -> None:
    seen = fill(shop, counter.on_paper(shop, typed(shop)).id)
    assert (seen.fills, seen.fill, seen.worked, seen.lots) == (None, None, None, ())
    assert seen.record.state is State.RECEIVED
