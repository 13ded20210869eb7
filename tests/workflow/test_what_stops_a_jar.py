"""What becomes known, or is changed, while a jar stands at the bench or on the shelf stops it, at whichever stage it stands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compounding.demo import walk
from compounding.demo.crew import Pharmacy, example_act
from compounding.demo.walk import Wish
from compounding.domain.errors import LevigateError
from compounding.domain.hand_over_parts import LabelStatus
from compounding.domain.paper_kinds import LABEL
from compounding.domain.people import Duty
from compounding.domain.record_parts import QualityResult
from compounding.domain.stages import State
from compounding.storage import papers
from compounding.storage.transaction import transaction
from compounding.workflow import allergies, bench_steps, lot_flags, receiving
from compounding.workflow.bench_steps import OfPreparation
from compounding.workflow.lots import OneLot
from compounding.workflow.receiving import Standing
from compounding.workflow.use_case import UseCase, Work
from tests.workflow.running import rows
from tests.workflow.seeing import refused

ZINC = Wish(patient="Ana Example", born_on=date(1961, 4, 2), base="zinc oxide ointment 20 %")
PLAIN = replace(ZINC, base="white petrolatum")


def _patient(at_work: Pharmacy) -> str:
    return str(next(row[1] for row in rows(at_work.house.database)["patient"]))


def _tell(at_work: Pharmacy, text: str) -> int:
    asked = allergies.RecordAllergies(patient_id=_patient(at_work), texts=(text,), asked_on=at_work.today)
    return allergies.record_allergies(at_work.house, at_work.act(at_work.crew.technician), asked).number


def _refute(at_work: Pharmacy, number: int) -> None:
    asked = allergies.RefuteAllergy(patient_id=_patient(at_work), entry_number=number, why="tested, and it was not so")
    allergies.refute_allergy(at_work.house, at_work.act(at_work.crew.pharmacist), asked)


def _accepted_again(at_work: Pharmacy, order: Standing) -> Standing:
    at = replace(order, version=walk.order_version(at_work, order.id))
    return walk.accept(at_work, walk.screen(at_work, at))


def test_what_was_refuted_and_is_told_again_on_the_same_day_stands_again(at_work: Pharmacy) -> None:
    order = walk.accepted(at_work, ZINC)
    _refute(at_work, _tell(at_work, "Allergic to zinc"))
    again = _accepted_again(at_work, order)
    assert again.state is State.ACCEPTED
    second = _tell(at_work, "Allergic to zinc")
    screened = walk.screen(at_work, replace(order, version=walk.order_version(at_work, order.id)))
    assert refused(at_work.house, lambda: walk.accept(at_work, screened)) == "ZINC_ALLERGY_IN_ZINC_BASE"
    _refute(at_work, second)
    assert _accepted_again(at_work, order).state is State.ACCEPTED


def test_a_corrected_order_takes_no_allergy_off_the_patients_record(at_work: Pharmacy) -> None:
    order = walk.receive(at_work, replace(ZINC, allergies=("Allergic to zinc",)))
    asked = receiving.CorrectOrder(order_id=order.id, version=order.version, sent=walk.sent(ZINC, today=at_work.today))
    order = receiving.correct_order(at_work.house, at_work.act(at_work.crew.technician, reason="read anew from its picture"), asked)
    screened = walk.screen(at_work, order)
    assert refused(at_work.house, lambda: walk.accept(at_work, screened)) == "ZINC_ALLERGY_IN_ZINC_BASE"


@pytest.mark.parametrize("changed", [replace(PLAIN, amount_g="40"), replace(PLAIN, percent="10")], ids=["amount", "strength"])
def test_an_order_is_not_read_anew_while_a_preparation_by_its_old_words_stands_at_the_bench(at_work: Pharmacy, changed: Wish) -> None:
    order = walk.accepted(at_work, PLAIN)
    walk.brought_to(at_work, order, State.RELEASED)
    _tell(at_work, "Penicillin: hives")
    version = walk.order_version(at_work, order.id)
    asked = receiving.CorrectOrder(order_id=order.id, version=version, sent=walk.sent(changed, today=at_work.today))
    act = at_work.act(at_work.crew.technician, reason="read anew from its picture")
    assert refused(at_work.house, lambda: receiving.correct_order(at_work.house, act, asked)) == "PREPARATION_OPEN"


STEPS: dict[State, Callable[[Pharmacy, Standing], object]] = {
    State.MADE: walk.label, State.LABELLED: walk.check, State.RELEASED: walk.hand_out,
}  # fmt: skip


def _flag(at_work: Pharmacy, flag: UseCase[OneLot, Any]) -> Any:
    lot_id = at_work.lots["white-petrolatum"]
    version = next(row[2] for row in rows(at_work.house.database)["ingredient_lot"] if row[1] == lot_id)
    return flag(at_work.house, at_work.act(at_work.crew.pharmacist, reason="a letter of its supplier"), OneLot(lot_id=lot_id, version=version))


@pytest.mark.parametrize("state", STEPS)
def test_a_jar_with_an_ingredient_in_quarantine_since_is_not_labelled_released_or_handed_out(at_work: Pharmacy, state: State) -> None:
    at = walk.brought_to(at_work, walk.accepted(at_work, PLAIN), state)
    _flag(at_work, lot_flags.quarantine_lot)
    with pytest.raises(LevigateError) as refusal:
        STEPS[state](at_work, at)
    assert refusal.value.code == "LOT_IN_QUARANTINE"
    assert walk.record_of(at_work, at.id).state is state


@pytest.mark.parametrize("state", STEPS)
def test_a_jar_with_an_ingredient_that_is_recalled_since_is_recalled_with_its_label_and_goes_no_further(at_work: Pharmacy, state: State) -> None:
    at = walk.brought_to(at_work, walk.accepted(at_work, PLAIN), state)
    assert _flag(at_work, lot_flags.recall_lot).recalled == (at.id,)
    assert walk.record_of(at_work, at.id).state is State.RECALLED
    with transaction(at_work.house.database, site_id=at_work.house.site_id, by="reader", role="", at=at_work.clock.now()) as opened:
        labels = [papers.status(opened, each.id) for each in papers.of_preparation(opened, at.id) if each.kind == LABEL]
    assert labels == ([] if state is State.MADE else [LabelStatus.RECALLED])
    # Not from an old screen, and not from one that shows the recall.
    for version, code in ((at.version, "CONFLICT"), (at.version + 1, "LOT_RECALLED")):
        with pytest.raises(LevigateError) as refusal:
            STEPS[state](at_work, replace(at, version=version))
        assert refusal.value.code == code
    assert walk.record_of(at_work, at.id).state is State.RECALLED


def test_more_than_was_ordered_is_never_decided_into_a_jar(at_work: Pharmacy) -> None:
    at = walk.tick(at_work, walk.brought_to(at_work, walk.accepted(at_work, PLAIN), State.RECALCULATED))
    record = walk.record_of(at_work, at.id)
    for number, line in enumerate(record.sheet.lines):
        asked = bench_steps.Weigh(
            preparation_id=at.id, version=at.version, line=number, mass_g=line.to_weigh_g * 2, lot_id=record.lot_ids[number], is_scanned=True,
            balance_checked=True,
        )  # fmt: skip
        at = bench_steps.weigh_line(at_work.house, at_work.act(at_work.crew.technician), asked)
    at = walk.tick(at_work, walk.witness(at_work, at))
    formula = at_work.house.data.formulary.formulas[record.formula_id]
    made = bench_steps.Make(
        preparation_id=at.id, version=at.version,
        quality=tuple(QualityResult(name=test.name, result="as described", is_passed=True) for test in formula.quality_tests),
        highest_temperature_celsius=Decimal(23), obtained_g=record.sheet.batch_g * 2, net_g=(Decimal(119),), container="120 g jar", deviations="none",
    )  # fmt: skip
    at = bench_steps.make(at_work.house, at_work.act(at_work.crew.technician), made)
    assert at.state is State.ON_HOLD
    asked_to = OfPreparation(preparation_id=at.id, version=at.version)
    act = at_work.act(at_work.crew.second, reason="it is good ointment")
    assert refused(at_work.house, lambda: bench_steps.decide_on_hold(at_work.house, act, asked_to)) == "CANNOT_BE_DECIDED"


def test_a_signature_names_its_supervisor_by_the_key_that_records_name_people_by(at_work: Pharmacy, monkeypatch: pytest.MonkeyPatch) -> None:
    signed: list[str] = []
    sign = Work.sign

    def seen(self: Work, duty: Duty, **told: object) -> object:
        signature = sign(self, duty, **told)  # type: ignore[arg-type]
        signed.append(signature.supervised_by)
        return signature

    monkeypatch.setattr(Work, "sign", seen)
    walk.receive(at_work, PLAIN)
    intern = next(row[1] for row in rows(at_work.house.database)["person"] if "Ira Example" in row)
    number = _tell(at_work, "Penicillin: hives")
    act = example_act(intern, at_work.clock.now(), supervisor=at_work.crew.pharmacist)
    asked = allergies.RefuteAllergy(patient_id=_patient(at_work), entry_number=number, why="tested, and it was not so")
    allergies.refute_allergy(at_work.house, act, asked)
    assert signed == [at_work.crew.pharmacist]
