"""What an examiner found at the bench, each fault with the rule that now holds there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from compounding.demo import walk
from compounding.demo.crew import Pharmacy
from compounding.demo.walk import Wish
from compounding.domain.clinical_assessment import Pregnancy
from compounding.domain.compounding_record import CompoundingRecord
from compounding.domain.errors import LevigateError
from compounding.domain.hand_over_parts import LabelStatus
from compounding.domain.order_parts import Evidence, Source
from compounding.domain.paper_kinds import LABEL
from compounding.domain.people import Duty, Role
from compounding.domain.stages import State
from compounding.storage import papers, people, signatures
from compounding.storage.transaction import transaction
from compounding.workflow import bench_steps, ending, procedure, reading, receiving
from compounding.workflow import people as workflow_people
from compounding.workflow.receiving import Standing
from tests.workflow import counter
from tests.workflow.seeing import counts, entries, refused

ADULT = Wish(patient="Ann Example", born_on=date(1961, 4, 2))


def code_of(doing: Callable[[], object]) -> str:
    """The code of a refusal."""
    with pytest.raises(LevigateError) as refusal:
        doing()
    return refusal.value.code


def at(shop: Pharmacy, state: State, wish: Wish = ADULT) -> Standing:
    """A preparation of an accepted order, brought to a state."""
    return walk.brought_to(shop, walk.accepted(shop, wish), state)


def weighed_by_assistant(shop: Pharmacy, supervisor: str) -> Standing:
    """Every line weighed by the assistant beside that supervisor."""
    here = at(shop, State.RECALCULATED)
    record = walk.record_of(shop, here.id)
    for number, line in enumerate(record.sheet.lines):
        asked = bench_steps.Weigh(
            preparation_id=here.id, version=here.version, line=number, mass_g=line.to_weigh_g, lot_id=record.lot_ids[number], is_scanned=True,
            balance_checked=True,
        )  # fmt: skip
        here = bench_steps.weigh_line(shop.house, counter.beside(shop.act(shop.crew.assistant), supervisor), asked)
    return here


# ---- who supervised ----


def test_who_supervised_a_weighing_may_not_witness_it(shop: Pharmacy) -> None:
    here = weighed_by_assistant(shop, shop.crew.second)
    assert code_of(lambda: walk.witness(shop, here)) == "SECOND_PERSON_NEEDED"


def test_who_supervised_a_weighing_may_not_check_it_finally(shop: Pharmacy) -> None:
    here = weighed_by_assistant(shop, shop.crew.second)
    other = replace(shop, crew=replace(shop.crew, second=shop.crew.pharmacist))
    here = walk.label(shop, walk.make(shop, walk.witness(other, here)))
    assert code_of(lambda: walk.check(shop, here)) == "SECOND_PERSON_NEEDED"
    assert walk.check(other, here).state is State.RELEASED


def test_the_supervisor_of_a_weighing_stands_in_the_record_and_on_the_audit_trail(shop: Pharmacy) -> None:
    here = weighed_by_assistant(shop, shop.crew.second)
    record: CompoundingRecord = walk.record_of(shop, here.id)
    assert {each.supervised_by for each in record.weighings} == {shop.crew.second}
    told = [each for each in entries(shop.house) if each["by"] == shop.crew.assistant and each["action"] in {"weigh", "finish weighing"}]
    assert len(told) == len(record.weighings)
    assert {(each["supervisor"], each["name"]) for each in told} == {(shop.crew.second, "Alex Example")}


def test_who_needs_no_supervisor_has_none_on_record(shop: Pharmacy) -> None:
    here = at(shop, State.RECALCULATED)
    record = walk.record_of(shop, here.id)
    asked = bench_steps.Weigh(
        preparation_id=here.id, version=here.version, line=0, mass_g=record.sheet.lines[0].to_weigh_g, lot_id=record.lot_ids[0], is_scanned=True,
        balance_checked=True,
    )  # fmt: skip
    bench_steps.weigh_line(shop.house, counter.beside(shop.act(shop.crew.technician), shop.crew.second), asked)
    assert walk.record_of(shop, here.id).weighings[0].supervised_by == ""
    assert entries(shop.house)[-1]["supervisor"] == ""


def test_a_signature_keeps_until_when_the_licence_stood(shop: Pharmacy) -> None:
    record = walk.record_of(shop, at(shop, State.ASSESSED).id)
    assert record.assessment is not None
    with shop.house.database.reading() as connection:
        known = {each.id: each for each in people.people_of(connection, shop.house.site_id)}
    signer = known[shop.crew.pharmacist]
    assert record.assessment.signature.duty is Duty.ASSESS_CLINICALLY
    assert (record.assessment.signature.licence, record.assessment.signature.licence_expires_on) == (signer.licence, signer.licence_expires_on)


# ---- the clinical assessment ----


def test_an_assessment_against_it_is_kept_and_scraps_the_preparation(shop: Pharmacy) -> None:
    here = at(shop, State.PLANNED)
    done = walk.assess(shop, here, pregnancy_or_breast_feeding=Pregnancy.PREGNANT, proceed=False, why="pregnant; the prescriber will decide")
    assert done.state is State.SCRAPPED
    record = walk.record_of(shop, here.id)
    assert record.assessments[-1].assessment.pregnancy_or_breast_feeding is Pregnancy.PREGNANT
    told = entries(shop.house)[-1]
    assert (told["action"], told["reason"]) == ("clinical assessment against it", "pregnant; the prescriber will decide")
    assert "pregnant" in told["changed"]["clinical assessment"][1]
    with transaction(shop.house.database, site_id=shop.house.site_id, by="reader", role="", at=shop.clock.now()) as opened:
        assert [each.duty for each in signatures.of(opened, "preparation", here.id)] == [Duty.ASSESS_CLINICALLY]


def test_a_released_label_is_void_once_the_assessment_stands_against_it(shop: Pharmacy) -> None:
    here = at(shop, State.RELEASED)
    assert walk.assess(shop, here, proceed=False, why="home oxygen").state is State.SCRAPPED
    with transaction(shop.house.database, site_id=shop.house.site_id, by="reader", role="", at=shop.clock.now()) as opened:
        (label,) = (each for each in papers.of_preparation(opened, here.id) if each.kind == LABEL)
        assert papers.status(opened, label.id) is LabelStatus.VOID


def test_a_later_assessment_leaves_the_state_and_the_earlier_one(shop: Pharmacy) -> None:
    here = at(shop, State.RECALCULATED)
    again = walk.assess(shop, here, concerns="asked again by telephone")
    assert again.state is State.RECALCULATED
    record = walk.record_of(shop, here.id)
    assert [each.assessment.concerns for each in record.assessments] == ["", "asked again by telephone"]
    before, after = entries(shop.house)[-1]["changed"]["clinical assessment"]
    assert "asked again" in after
    assert "asked again" not in before
    assert walk.weigh(shop, again).state is State.WEIGHED


def test_the_age_is_the_patients_own(shop: Pharmacy) -> None:
    here = at(shop, State.PLANNED)
    assert code_of(lambda: walk.assess(shop, here, age_years=130)) == "AGE_DIFFERS"
    assert code_of(lambda: walk.assess(shop, here, profile_reviewed_on=date(1, 1, 1))) == "PROFILE_NOT_REVIEWED"
    assert code_of(lambda: walk.assess(shop, here, profile_reviewed_on=shop.today + timedelta(days=1))) == "PROFILE_NOT_REVIEWED"


# ---- what no request may carry ----


def recalculation(shop: Pharmacy, here: Standing, figure: str) -> bench_steps.Recalculate:
    sheet = walk.record_of(shop, here.id).sheet
    return bench_steps.Recalculate(
        preparation_id=here.id, version=here.version, masses_g=(Decimal(figure), *(line.to_weigh_g for line in sheet.lines[1:])), batch_g=sheet.batch_g
    )


@pytest.mark.parametrize("figure", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+400"])
def test_what_is_no_number_is_refused_before_anything_is_read(shop: Pharmacy, figure: str) -> None:
    here = at(shop, State.ASSESSED)
    asked = recalculation(shop, here, figure)
    assert refused(shop.house, lambda: bench_steps.recalculate_figures(shop.house, shop.act(shop.crew.second), asked)) == "NUMBER_NOT_ALLOWED"


def test_a_negative_figure_disagrees(shop: Pharmacy) -> None:
    here = at(shop, State.ASSESSED)
    done = bench_steps.recalculate_figures(shop.house, shop.act(shop.crew.second), recalculation(shop, here, "-15"))
    assert done.state is State.ASSESSED


@pytest.mark.parametrize("reason", ["...", " - - ", "\u200b\u200b\u200b", "!?!"])
def test_a_reason_says_something(shop: Pharmacy, reason: str) -> None:
    here = at(shop, State.WITNESSED)
    asked = bench_steps.OfPreparation(preparation_id=here.id, version=here.version)
    assert refused(shop.house, lambda: ending.scrap_preparation(shop.house, shop.act(shop.crew.pharmacist, reason=reason), asked)) == "REASON_NEEDED"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": "half a \ud800"}, "TEXT_NOT_ALLOWED"), ({"reason": "x" * 2001}, "TEXT_NOT_ALLOWED"), ({"reason": "nul \x00"}, "TEXT_NOT_ALLOWED"),
        ({"key": "é"}, "IDEMPOTENCY_KEY"), ({"key": "k" * 201}, "IDEMPOTENCY_KEY"), ({"at": datetime(1, 1, 1, tzinfo=UTC)}, "ACT_TIME"),
        ({"at": datetime(9999, 12, 31, 23, tzinfo=UTC)}, "ACT_TIME"), ({"supervisor": "\x00"}, "TEXT_NOT_ALLOWED"),
    ],
)  # fmt: skip
def test_an_act_that_cannot_be_recorded_is_refused(shop: Pharmacy, change: dict[str, Any], code: str) -> None:
    act = replace(shop.act(shop.crew.designated, reason="left us"), **change)
    asked = workflow_people.PersonAsNow(person_id=shop.crew.assistant, version=1, name="Alex Example", roles=(Role.ASSISTANT,), is_active=False)
    assert refused(shop.house, lambda: workflow_people.change_person(shop.house, act, asked)) == code


# ---- the same request again, and reading ----


def test_who_is_no_longer_active_gets_no_answer_again(shop: Pharmacy) -> None:
    asked = walk.sent(ADULT, today=shop.today)
    request = receiving.ReceiveTyped(sent=asked, source=Source.PAPER, evidence=Evidence(images=(shop.picture,)))
    act = replace(shop.act(shop.crew.technician), key="button-1")
    first = receiving.receive_typed(shop.house, act, request)
    assert receiving.receive_typed(shop.house, act, request) == first
    gone = workflow_people.PersonAsNow(person_id=shop.crew.technician, version=1, name="Toni Example", roles=(Role.TECHNICIAN,), is_active=False)
    workflow_people.change_person(shop.house, shop.act(shop.crew.designated, reason="left us"), gone)
    assert refused(shop.house, lambda: receiving.receive_typed(shop.house, act, request)) == "PERSON_INACTIVE"


def test_a_reading_with_a_key_is_read_each_time(shop: Pharmacy) -> None:
    here = at(shop, State.PLANNED)
    act = replace(shop.act(shop.crew.technician), key="look-1")
    before = counts(shop.house.database)["audit_entry"]
    first = reading.read_preparation(shop.house, act, reading.Of(id=here.id))
    assert reading.read_preparation(shop.house, act, reading.Of(id=here.id)) == first
    assert counts(shop.house.database)["audit_entry"] == before + 2


# ---- what the audit trail tells ----


def test_a_weighing_a_decision_and_a_rework_are_told_in_full(shop: Pharmacy) -> None:
    here = walk.make(shop, at(shop, State.WITNESSED), net_g=Decimal(50))
    record = walk.record_of(shop, here.id)
    weighed = next(each for each in entries(shop.house) if each["action"] == "weigh")["changed"]
    name = f"line 1, {record.sheet.lines[0].name}"
    first = record.weighings[0]
    lot = record.sheet.lines[0].lot
    assert lot is not None
    assert weighed[name] == [None, f"{first.mass_g} g of lot {lot.number}, to weigh {record.sheet.lines[0].to_weigh_g} g, code scanned, {first.balance}"]
    asked = bench_steps.OfPreparation(preparation_id=here.id, version=here.version)
    here = bench_steps.decide_on_hold(shop.house, shop.act(shop.crew.pharmacist, reason="part fill of 50 g"), asked)
    assert entries(shop.house)[-1]["changed"]["hold"] == ["NET_WEIGHT_OUT_OF_LIMIT", "decided by Pat Example"]
    asked = bench_steps.OfPreparation(preparation_id=here.id, version=here.version)
    bench_steps.rework_preparation(shop.house, shop.act(shop.crew.pharmacist, reason="made anew after all"), asked)
    discarded, nothing = entries(shop.house)[-1]["changed"]["discarded"]
    assert nothing is None
    assert f"{first.mass_g} g of lot {first.lot_id}" in discarded
    assert "held: NET_WEIGHT_OUT_OF_LIMIT" in discarded
    assert "50 g filled" in discarded


# ---- the steps of the procedure ----


def tick(shop: Pharmacy, here: Standing, step: int, by: str) -> Standing:
    return procedure.tick_step(shop.house, shop.act(by), procedure.TickStep(preparation_id=here.id, version=here.version, step=step))


def test_steps_are_ticked_by_who_does_them_when_they_do(shop: Pharmacy) -> None:
    here = at(shop, State.RECALCULATED)
    assert code_of(lambda: tick(shop, here, 0, shop.crew.technician)) == "STEP_OF_ANOTHER"
    assert code_of(lambda: tick(shop, here, 0, shop.crew.designated)) == "STEP_OF_ANOTHER"
    assert code_of(lambda: tick(shop, here, 99, shop.crew.technician)) == "NO_SUCH_STEP"
    assert code_of(lambda: tick(shop, here, 0, shop.crew.assistant)) == "SUPERVISOR_NEEDED"
    here = tick(shop, here, 0, shop.crew.second)
    assert here.state is State.RECALCULATED
    told = entries(shop.house)[-1]
    assert (told["action"], told["by"]) == ("tick step", shop.crew.second)
    assert told["changed"]["step 1"][1].startswith("Check the order")


def test_a_preparation_is_not_made_before_its_steps_are_ticked(shop: Pharmacy) -> None:
    here = at(shop, State.WITNESSED)
    asked = bench_steps.Make(
        preparation_id=here.id, version=here.version, quality=(), highest_temperature_celsius=Decimal(23), obtained_g=Decimal(60), net_g=(Decimal(60),),
        container="jar", deviations="none",
    )  # fmt: skip
    assert code_of(lambda: bench_steps.make(shop.house, shop.act(shop.crew.technician), asked)) == "STEPS_MISSING"
    assert walk.make(shop, here).state is State.MADE
