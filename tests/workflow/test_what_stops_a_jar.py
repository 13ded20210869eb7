"""What becomes known, or is changed, while a jar stands at the bench or on the shelf stops it, at whichever stage it stands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from compounding.demo import walk
from compounding.demo.crew import Pharmacy
from compounding.demo.walk import Wish
from compounding.domain.errors import LevigateError
from compounding.domain.people import Duty
from compounding.domain.stages import State
from compounding.workflow import allergies, bench_steps, lot_flags, receiving
from compounding.workflow.bench_steps import OfPreparation
from compounding.workflow.lots import OneLot
from compounding.workflow.receiving import Standing
from compounding.workflow.use_case import Act, Work
from tests.workflow.running import rows
from tests.workflow.seeing import refused

ZINC = Wish(patient="Ana Example", born_on=date(1961, 4, 2), base="zinc oxide ointment 20 %")
PLAIN = replace(ZINC, base="white petrolatum")


def _patient(pharmacy: Pharmacy) -> str:
    return next(row[1] for row in rows(pharmacy.house.database)["patient"])


def _tell(pharmacy: Pharmacy, text: str) -> int:
    asked = allergies.RecordAllergies(patient_id=_patient(pharmacy), texts=(text,), asked_on=pharmacy.today)
    return allergies.record_allergies(pharmacy.house, pharmacy.act(pharmacy.crew.technician), asked).number


def _refute(pharmacy: Pharmacy, number: int) -> None:
    asked = allergies.RefuteAllergy(patient_id=_patient(pharmacy), entry_number=number, why="tested, and it was not so")
    allergies.refute_allergy(pharmacy.house, pharmacy.act(pharmacy.crew.pharmacist), asked)


def _accepted_again(pharmacy: Pharmacy, order: Standing) -> Standing:
    at = replace(order, version=walk.order_version(pharmacy, order.id))
    return walk.accept(pharmacy, walk.screen(pharmacy, at))


def test_what_was_refuted_and_is_told_again_on_the_same_day_stands_again(pharmacy: Pharmacy) -> None:
    order = walk.accepted(pharmacy, ZINC)
    _refute(pharmacy, _tell(pharmacy, "Allergic to zinc"))
    again = _accepted_again(pharmacy, order)
    assert again.state is State.ACCEPTED
    second = _tell(pharmacy, "Allergic to zinc")
    screened = walk.screen(pharmacy, replace(order, version=walk.order_version(pharmacy, order.id)))
    assert refused(pharmacy.house, lambda: walk.accept(pharmacy, screened)) == "ZINC_ALLERGY_IN_ZINC_BASE"
    _refute(pharmacy, second)
    assert _accepted_again(pharmacy, order).state is State.ACCEPTED


def test_a_corrected_order_takes_no_allergy_off_the_patients_record(pharmacy: Pharmacy) -> None:
    order = walk.receive(pharmacy, replace(ZINC, allergies=("Allergic to zinc",)))
    asked = receiving.CorrectOrder(order_id=order.id, version=order.version, sent=walk.sent(ZINC, today=pharmacy.today))
    order = receiving.correct_order(pharmacy.house, pharmacy.act(pharmacy.crew.technician, reason="read anew from its picture"), asked)
    screened = walk.screen(pharmacy, order)
    assert refused(pharmacy.house, lambda: walk.accept(pharmacy, screened)) == "ZINC_ALLERGY_IN_ZINC_BASE"


@pytest.mark.parametrize("changed", [replace(PLAIN, amount_g="40"), replace(PLAIN, percent="10")], ids=["amount", "strength"])
def test_an_order_is_not_read_anew_while_a_preparation_by_its_old_words_stands_at_the_bench(pharmacy: Pharmacy, changed: Wish) -> None:
    order = walk.accepted(pharmacy, PLAIN)
    walk.brought_to(pharmacy, order, State.RELEASED)
    _tell(pharmacy, "Penicillin: hives")
    version = walk.order_version(pharmacy, order.id)
    asked = receiving.CorrectOrder(order_id=order.id, version=version, sent=walk.sent(changed, today=pharmacy.today))
    act = pharmacy.act(pharmacy.crew.technician, reason="read anew from its picture")
    assert refused(pharmacy.house, lambda: receiving.correct_order(pharmacy.house, act, asked)) == "PREPARATION_OPEN"


STEPS: dict[State, Callable[[Pharmacy, Standing], object]] = {
    State.MADE: walk.label, State.LABELLED: walk.check, State.RELEASED: walk.hand_out,
}  # fmt: skip


@pytest.mark.parametrize("state", STEPS)
@pytest.mark.parametrize(("flag", "code"), [(lot_flags.recall_lot, "LOT_RECALLED"), (lot_flags.quarantine_lot, "LOT_IN_QUARANTINE")])
def test_a_jar_with_an_ingredient_that_is_barred_since_is_not_labelled_released_or_handed_out(
    pharmacy: Pharmacy, state: State, flag: Callable[..., object], code: str
) -> None:
    at = walk.brought_to(pharmacy, walk.accepted(pharmacy, PLAIN), state)
    lot_id = pharmacy.lots["white-petrolatum"]
    version = next(row[2] for row in rows(pharmacy.house.database)["ingredient_lot"] if row[1] == lot_id)
    flag(pharmacy.house, pharmacy.act(pharmacy.crew.pharmacist, reason="a letter of its supplier"), OneLot(lot_id=lot_id, version=version))
    with pytest.raises(LevigateError) as refusal:
        STEPS[state](pharmacy, at)
    assert refusal.value.code == code
    assert walk.record_of(pharmacy, at.id).state is state


def test_more_than_was_ordered_is_never_decided_into_a_jar(pharmacy: Pharmacy) -> None:
    at = walk.brought_to(pharmacy, walk.accepted(pharmacy, PLAIN), State.RECALCULATED)
    record = walk.record_of(pharmacy, at.id)
    for number, line in enumerate(record.sheet.lines):
        asked = bench_steps.Weigh(
            preparation_id=at.id, version=at.version, line=number, mass_g=line.to_weigh_g * 2, lot_id=record.lot_ids[number], is_scanned=True,
            balance_checked=True,
        )  # fmt: skip
        at = bench_steps.weigh_line(pharmacy.house, pharmacy.act(pharmacy.crew.technician), asked)
    at = walk.witness(pharmacy, at)
    formula = pharmacy.house.data.formulary.formulas[record.formula_id]
    made = bench_steps.Make(
        preparation_id=at.id, version=at.version, steps=tuple(number for number, step in enumerate(formula.procedure) if step.sign),
        quality=tuple(bench_steps.QualityResult(name=test.name, result="as described", is_passed=True) for test in formula.quality_tests),
        highest_temperature_celsius=Decimal(23), obtained_g=record.sheet.batch_g * 2, net_g=(Decimal(119),), container="120 g jar", deviations="none",
    )  # fmt: skip
    at = bench_steps.make(pharmacy.house, pharmacy.act(pharmacy.crew.technician), made)
    assert at.state is State.ON_HOLD
    asked_to = OfPreparation(preparation_id=at.id, version=at.version)
    act = pharmacy.act(pharmacy.crew.second, reason="it is good ointment")
    assert refused(pharmacy.house, lambda: bench_steps.decide_on_hold(pharmacy.house, act, asked_to)) == "CANNOT_BE_DECIDED"


def test_a_signature_names_its_supervisor_by_the_key_that_records_name_people_by(pharmacy: Pharmacy, monkeypatch: pytest.MonkeyPatch) -> None:
    signed: list[str] = []
    sign = Work.sign

    def seen(self: Work, duty: Duty, **told: object) -> object:
        signature = sign(self, duty, **told)  # type: ignore[arg-type]
        signed.append(signature.supervised_by)
        return signature

    monkeypatch.setattr(Work, "sign", seen)
    walk.receive(pharmacy, PLAIN)
    intern = next(row[1] for row in rows(pharmacy.house.database)["person"] if "Ira Example" in row)
    number = _tell(pharmacy, "Penicillin: hives")
    act = Act(by=intern, at=pharmacy.clock.now(), supervisor=pharmacy.crew.pharmacist)
    asked = allergies.RefuteAllergy(patient_id=_patient(pharmacy), entry_number=number, why="tested, and it was not so")
    allergies.refute_allergy(pharmacy.house, act, asked)
    assert signed == [pharmacy.crew.pharmacist]
