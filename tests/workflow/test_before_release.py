"""What is told before a final check and at the counter: each rule that would refuse it stands open, nothing is written, and no figure is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from compounding.demo import walk
from compounding.demo.crew import Pharmacy
from compounding.demo.walk import Wish
from compounding.domain.errors import LevigateError
from compounding.domain.hand_over_parts import CounsellingWay
from compounding.domain.order_parts import Evidence, Source
from compounding.domain.stages import State
from compounding.storage import contents, documents, lots
from compounding.storage.errors import NotFound, StorageError
from compounding.storage.transaction import transaction
from compounding.workflow import at_hand_out, ending, failed_check, lot_flags, open_checks, receiving, releasing
from compounding.workflow.at_hand_out import Answer, ContainerSeen, GivenSeen, ScannedContainer
from compounding.workflow.bench_steps import OfPreparation, rework_preparation
from compounding.workflow.counselling import RecordCounselling, record_counselling
from compounding.workflow.lots import OneLot
from compounding.workflow.open_checks import Check, OpenChecks
from compounding.workflow.papers import void_printed_label
from compounding.workflow.reading import Of
from compounding.workflow.receiving import Standing
from tests.workflow.counter import preparation_at, told_allergy, told_nothing_new
from tests.workflow.seeing import counts, entries

DAY = 24 * 60
ADULT = Wish(patient="Ann Example", born_on=date(1961, 4, 2))


@pytest.fixture
def labelled(shop: Pharmacy) -> Standing:
    """A preparation that waits for its final check."""
    return walk.brought_to(shop, walk.accepted(shop, ADULT), State.LABELLED)


@pytest.fixture
def released(shop: Pharmacy) -> Standing:
    """A preparation that can be handed out."""
    return walk.brought_to(shop, walk.accepted(shop, ADULT), State.RELEASED)


def asked(shop: Pharmacy, at: Standing, *, who: str = "") -> OpenChecks:
    return open_checks.read_open_checks(shop.house, shop.act(who or shop.crew.second), Of(id=at.id))


def open_ones(shop: Pharmacy, at: Standing, *, who: str = "") -> dict[Check, str]:
    return {each.check: each.code for each in asked(shop, at, who=who).asked if each.code}


def looked(shop: Pharmacy, at: Standing, code: str) -> ContainerSeen:
    return at_hand_out.look_at_container(shop.house, shop.act(shop.crew.technician), ScannedContainer(preparation_id=at.id, scanned_code=code))


def code_on(shop: Pharmacy, at: Standing) -> str:
    return walk.on_label(shop, at.id).code


def with_reason(shop: Pharmacy, use_case: Any, at: Standing, *, by: str = "") -> Any:
    asked_for = OfPreparation(preparation_id=at.id, version=preparation_at(shop, at.id).version)
    return use_case(shop.house, shop.act(by or shop.crew.pharmacist, reason="a good reason"), asked_for)


def quarantined(shop: Pharmacy, substance: str) -> None:
    with transaction(shop.house.database, site_id=shop.house.site_id, by="reader", role="", at=shop.clock.now()) as opened:
        _, version = lots.of(opened, shop.lots[substance], lock=False)
    lot_flags.quarantine_lot(shop.house, shop.act(shop.crew.pharmacist, reason="a complaint"), OneLot(lot_id=shop.lots[substance], version=version))


# ---- before the final check ----


def test_of_a_preparation_that_nothing_stands_against_every_check_is_in_order(shop: Pharmacy, labelled: Standing) -> None:
    seen = asked(shop, labelled)
    assert tuple(each.check for each in seen.asked) == tuple(Check)
    assert [each for each in seen.asked if each.code] == []


def test_asking_writes_nothing_but_that_it_was_read(shop: Pharmacy, labelled: Standing) -> None:
    before, told = counts(shop.house.database), entries(shop.house)
    asked(shop, labelled)
    after = counts(shop.house.database)
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {"audit_entry": 1}
    assert entries(shop.house) == told


def test_no_figure_of_the_label_is_told_whatever_stands_open(shop: Pharmacy, labelled: Standing) -> None:
    facts = walk.on_label(shop, labelled.id)
    told_allergy(shop, walk.record_of(shop, labelled.id).order_id, "petrolatum: hives")
    quarantined(shop, "white-petrolatum")
    shop.clock.wait(DAY * 400)
    seen = asked(shop, labelled, who=shop.crew.auditor)
    text = documents.write(OpenChecks, seen)
    assert all(each.message == "" for each in seen.asked)
    for words in (facts.patient_name, facts.second_identifier, facts.lot_number, facts.beyond_use_date.isoformat(), "petrolatum", str(facts.amount_g)):
        assert words.casefold() not in text.casefold()


@pytest.mark.parametrize(("check", "code", "doing"), [
    (Check.ORDER, "ORDER_NOT_ACCEPTED", lambda shop, at: told_allergy(shop, walk.record_of(shop, at.id).order_id, "petrolatum: hives")),
    (Check.LOTS, "LOT_IN_QUARANTINE", lambda shop, _: quarantined(shop, "white-petrolatum")),
    (Check.ASSESSMENT, "ASSESSMENT_OUT_OF_DATE", lambda shop, _: shop.clock.wait(DAY * 31)),
    (Check.BEYOND_USE, "PAST_BEYOND_USE_DATE", lambda shop, _: shop.clock.wait(DAY * 200)),
    (Check.ALLERGIES_ASKED, "ALLERGY_NOT_ASKED", lambda shop, _: shop.clock.wait(DAY * 400)),
    (Check.ORDER_LASTS, "ORDER_EXPIRED", lambda shop, _: shop.clock.wait(DAY * 800)),
    (Check.LABEL, "LABEL_NOT_VALID", lambda shop, at: with_reason(shop, void_printed_label, at)),
    (Check.STATE, "NOT_NOW", lambda shop, at: with_reason(shop, void_printed_label, at)),
])  # fmt: skip
def test_what_the_workflow_would_refuse_stands_open(
    shop: Pharmacy, labelled: Standing, check: Check, code: str, doing: Callable[[Pharmacy, Standing], object]
) -> None:
    doing(shop, labelled)
    # Somebody whose licence does not end meanwhile.
    assert open_ones(shop, labelled, who=shop.crew.auditor)[check] == code


def test_the_gate_that_refuses_the_jar_names_no_base(shop: Pharmacy, labelled: Standing) -> None:
    told_allergy(shop, walk.record_of(shop, labelled.id).order_id, "petrolatum: hives")
    assert open_ones(shop, labelled)[Check.GATE] == "GATE_REFUSED"


def test_whoever_weighed_some_of_it_is_told_to_leave_the_check_to_others(shop: Pharmacy, labelled: Standing) -> None:
    assert open_ones(shop, labelled, who=shop.crew.technician) == {Check.OTHER_HANDS: "SECOND_PERSON_NEEDED"}
    assert open_ones(shop, labelled) == {}


def test_steps_without_initials_and_an_undecided_hold_stand_open(shop: Pharmacy) -> None:
    held = walk.make(shop, walk.brought_to(shop, walk.accepted(shop, ADULT), State.WITNESSED), net_g=Decimal(40))
    assert held.state is State.ON_HOLD
    assert open_ones(shop, held)[Check.HOLDS] == "NOT_NOW"
    planned = walk.plan(shop, walk.accepted(shop, replace(ADULT, patient="Ben Example")))
    assert open_ones(shop, planned)[Check.STEPS] == "STEPS_MISSING"


# ---- after a check that found something ----


def failed(shop: Pharmacy, at: Standing) -> None:
    facts = walk.on_label(shop, at.id)
    check = releasing.Check(
        preparation_id=at.id, version=at.version, strength_percent=facts.strength_percent, amount_g=Decimal(61), patient_name=facts.patient_name,
        second_identifier=facts.second_identifier, beyond_use_date=facts.beyond_use_date, lot_number=facts.lot_number, base=facts.base,
        scanned_code=facts.code,
    )  # fmt: skip
    assert releasing.check_finally(shop.house, shop.act(shop.crew.second), check).discrepancies


def test_after_a_failed_check_label_and_record_are_told_and_before_it_they_are_not(shop: Pharmacy, labelled: Standing) -> None:
    facts = walk.on_label(shop, labelled.id)

    def read() -> failed_check.HeldAgainst:
        return failed_check.read_failed_check(shop.house, shop.act(shop.crew.second), Of(id=labelled.id))

    with pytest.raises(NotFound):
        read()
    failed(shop, labelled)
    held = read()
    assert (held.printed, held.amount_g, held.strength_percent) == (facts, Decimal(60), Decimal(25))


# ---- at the counter ----


def test_a_valid_code_lets_the_hand_out_go_on(shop: Pharmacy, released: Standing) -> None:
    seen = looked(shop, released, f"  {code_on(shop, released)} ")
    assert (seen.answer, seen.against, seen.languages, seen.is_short) == (Answer.VALID, (), ("en",), False)


def test_the_answer_of_a_code_names_no_patient(shop: Pharmacy, released: Standing) -> None:
    facts = walk.on_label(shop, released.id)
    text = documents.write(ContainerSeen, looked(shop, released, facts.code))
    assert facts.patient_name not in text
    assert facts.second_identifier not in text


def test_each_way_in_which_a_label_ends_has_its_own_answer(shop: Pharmacy, released: Standing) -> None:
    code = code_on(shop, released)
    with_reason(shop, void_printed_label, released)
    seen = looked(shop, released, code)
    assert (seen.answer, seen.because) == (Answer.VOID, "a good reason")
    walk.label(shop, preparation_at(shop, released.id))
    assert looked(shop, released, code_on(shop, released)).answer is Answer.AWAITING_CHECK
    with_reason(shop, ending.recall_preparation, released)
    assert looked(shop, released, code).answer is Answer.RECALLED


def test_a_code_past_the_beyond_use_date_says_so(shop: Pharmacy, released: Standing) -> None:
    code, last = code_on(shop, released), walk.record_of(shop, released.id).beyond_use.on
    shop.clock.wait(DAY * ((last - shop.today).days))
    assert looked(shop, released, code).answer is Answer.VALID
    shop.clock.wait(DAY)
    assert looked(shop, released, code).answer is Answer.PAST_DATE


def test_a_label_of_another_preparation_is_another_container(shop: Pharmacy, released: Standing) -> None:
    other = walk.brought_to(shop, walk.accepted(shop, replace(ADULT, patient="Ben Example")), State.LABELLED)
    assert looked(shop, released, code_on(shop, other)).answer is Answer.ANOTHER
    assert looked(shop, released, code_on(shop, released).rpartition(" ")[2]).answer is Answer.UNKNOWN
    assert looked(shop, released, "nothing").answer is Answer.UNKNOWN


def test_what_was_handed_out_already_is_not_handed_out_again(shop: Pharmacy, released: Standing) -> None:
    code = code_on(shop, released)
    walk.hand_out(shop, released)
    seen = looked(shop, released, code)
    assert (seen.answer, seen.against[0].code) == (Answer.VALID, "NOT_NOW")


def test_what_the_hand_out_would_be_refused_for_is_told_with_its_sentence(shop: Pharmacy, released: Standing) -> None:
    shop.clock.wait(DAY * 31)
    (against,) = looked(shop, released, code_on(shop, released)).against
    assert (against.check, against.code) == (Check.ASSESSMENT, "ASSESSMENT_OUT_OF_DATE")
    assert "a pharmacist must assess the patient again" in against.message


def test_only_counselling_of_today_and_the_last_of_each_pharmacist_is_offered(shop: Pharmacy, released: Standing) -> None:
    for words, accepted in (("first", True), ("second", False)):
        asked_for = RecordCounselling(
            preparation_id=released.id, version=preparation_at(shop, released.id).version, is_accepted=accepted, way=CounsellingWay.PHONE, words=words
        )
        record_counselling(shop.house, shop.act(shop.crew.pharmacist), asked_for)
    (signed,) = looked(shop, released, code_on(shop, released)).counsellings
    assert (signed.by, signed.words, signed.is_accepted) == (shop.crew.pharmacist, "second", False)
    shop.clock.wait(DAY)
    assert looked(shop, released, code_on(shop, released)).counsellings == ()


def test_a_supply_beyond_the_beyond_use_date_is_said_before_the_hand_out(shop: Pharmacy) -> None:
    sent = replace(walk.sent(ADULT, today=shop.today), supply_days=Decimal(300))
    kept = receiving.ReceiveTyped(sent=sent, source=Source.PAPER, evidence=Evidence(images=(shop.picture,)))
    order = receiving.receive_typed(shop.house, shop.act(shop.crew.technician), kept)
    at = walk.brought_to(shop, walk.accept(shop, walk.screen(shop, order)), State.RELEASED)
    assert looked(shop, at, code_on(shop, at)).is_short
    with pytest.raises(LevigateError, match="less than the supply ordered"):
        walk.hand_out(shop, at)


def given(shop: Pharmacy, at: Standing) -> GivenSeen:
    return at_hand_out.read_given_out(shop.house, shop.act(shop.crew.technician), Of(id=at.id))


def test_after_the_hand_out_the_fills_left_and_the_next_day_are_told(shop: Pharmacy, released: Standing) -> None:
    with pytest.raises(LevigateError, match="was not handed out"):
        given(shop, released)
    walk.hand_out(shop, released)
    seen = given(shop, released)
    assert (seen.amount_g, seen.fills_left, seen.balance_owing_g) == (Decimal(60), 1, Decimal(0))
    assert seen.next_fill_on == shop.today + timedelta(days=30)
    assert (seen.by, seen.counselled_by, seen.order_state) == ("Pat Example", "Pat Example", State.ACCEPTED)


def test_a_part_fill_tells_the_balance_that_is_owing(shop: Pharmacy) -> None:
    at = walk.plan(shop, walk.accepted(shop, ADULT), amount_g=Decimal(20))
    for step in (walk.assess, walk.recalculate, walk.weigh, walk.witness, walk.make, walk.label):
        at = step(shop, at)
    done = walk.hand_out(shop, walk.check(shop, at))  # type: ignore[arg-type]
    seen = given(shop, Standing(id=done.id, number=done.number, version=done.version, state=done.state))
    assert (seen.balance_owing_g, seen.fills_left) == (Decimal(40), 1)


def test_the_last_fill_leaves_nothing_and_fills_the_order(shop: Pharmacy) -> None:
    at = walk.brought_to(shop, walk.accepted(shop, replace(ADULT, repeats=0)), State.DISPENSED)
    seen = given(shop, at)
    assert (seen.fills_left, seen.balance_owing_g, seen.order_state) == (0, Decimal(0), State.FILLED)


def test_what_was_handed_out_stays_told_where_the_order_went_back_to_screening(shop: Pharmacy, released: Standing) -> None:
    walk.hand_out(shop, released)
    told_nothing_new(shop, walk.record_of(shop, released.id).order_id)
    told_allergy(shop, walk.record_of(shop, released.id).order_id, "petrolatum: hives")
    seen = given(shop, released)
    assert (seen.amount_g, seen.receiver) == (Decimal(60), "the patient")


def test_a_superseded_label_says_so(shop: Pharmacy, labelled: Standing) -> None:
    code = code_on(shop, labelled)
    with_reason(shop, rework_preparation, labelled, by=shop.crew.second)
    assert looked(shop, labelled, code).answer is Answer.SUPERSEDED


def test_a_damaged_label_stands_open(shop: Pharmacy, labelled: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object) -> bytes:
        raise StorageError("CONTENT_DAMAGED", "a stored file is not what was kept; restore it from a backup")

    monkeypatch.setattr(contents, "of", damaged)
    assert open_ones(shop, labelled) == {Check.LABEL: "CONTENT_DAMAGED"}
