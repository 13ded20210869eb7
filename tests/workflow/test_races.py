"""Many people at the same moment: one of them wins, the others are told so, and whatever was known first counts."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from compounding.demo import walk
from compounding.demo.crew import Pharmacy
from compounding.demo.walk import Wish
from compounding.domain.errors import LevigateError
from compounding.domain.hand_over_parts import CounsellingWay
from compounding.domain.people import Role
from compounding.domain.stages import State
from compounding.storage.errors import Conflict
from compounding.workflow import allergies, lot_flags, people, planning_fills, releasing
from compounding.workflow.bench_steps import OfPreparation
from compounding.workflow.lots import OneLot
from compounding.workflow.papers import void_printed_label
from compounding.workflow.people import NewPerson
from compounding.workflow.receiving import Standing
from compounding.workflow.releasing import Checked, GivenOut, GiveOut
from compounding.workflow.use_case import Act
from tests.conftest import EXAMPLES
from tests.workflow.running import at_once, by, rows
from tests.workflow.seeing import entries

CHECKERS = 64
CHECKS = 200 if EXAMPLES >= 1000 else 15
"""Rounds of 64 people: all 200 where there is time."""
ROUNDS = max(6, EXAMPLES // 20)
ZINC = Wish(patient="Ana Example", born_on=date(1961, 4, 2), base="zinc oxide ointment 20 %", repeats=0)


def _pharmacists(at_work: Pharmacy) -> list[str]:
    until = at_work.today + timedelta(days=300)
    return [
        people.add_person(
            at_work.house, at_work.act(at_work.crew.designated),
            NewPerson(name=f"Checker {number}", roles=(Role.PHARMACIST,), licence=f"EX-1{number:04d}", licence_expires_on=until),
        ).person_id
        for number in range(CHECKERS)
    ]  # fmt: skip


@pytest.mark.hypothesis
def test_of_64_people_who_check_one_preparation_at_the_same_moment_one_releases_it(at_work: Pharmacy) -> None:
    crowd = _pharmacists(at_work)
    for number in range(CHECKS):
        if number % 10 == 0:
            order = walk.accepted(at_work, replace(ZINC, patient=f"Ana{number} Example"))
            at = walk.brought_to(at_work, order, State.LABELLED)
        else:
            # The label is voided and set anew, which is a new final check of the same preparation: quicker than making another one.
            act = at_work.act(at_work.crew.technician, reason="another round")
            at = walk.label(at_work, void_printed_label(at_work.house, act, OfPreparation(preparation_id=at.id, version=at.version)))
        told = walk.on_label(at_work, at.id)
        asked = releasing.Check(
            preparation_id=at.id, version=at.version, strength_percent=told.strength_percent, amount_g=told.amount_g, patient_name=told.patient_name,
            second_identifier=told.second_identifier, beyond_use_date=told.beyond_use_date, lot_number=told.lot_number, base=told.base, scanned_code=told.code,
        )  # fmt: skip
        before = len(_of(at_work, "release", at.id))

        def check(act: Act, asked: releasing.Check = asked) -> Checked:
            return releasing.check_finally(at_work.house, act, asked)

        acts = [by(at_work, who) for who in crowd]
        answers = at_once([lambda act=act: check(act) for act in acts])  # type: ignore[misc]
        won = [each for each in answers if isinstance(each, Checked)]
        assert len(won) == 1
        assert sum(1 for each in answers if isinstance(each, Conflict) and each.code == "CONFLICT") == CHECKERS - 1
        released = _of(at_work, "release", at.id)
        assert len(released) == before + 1
        winner = acts[next(number for number, each in enumerate(answers) if isinstance(each, Checked))].by
        record = walk.record_of(at_work, at.id)
        assert record.state is State.RELEASED
        assert record.release is not None
        assert released[-1]["by"] == record.release.signature.person_id == winner
        at = Standing(id=at.id, number=at.number, version=won[0].version, state=State.RELEASED)


def _of(at_work: Pharmacy, action: str, subject_id: str) -> list[dict[str, object]]:
    """The entries of that action under that subject; the whole chain is verified on the way."""
    return [each for each in entries(at_work.house) if (each["action"], each["subject_id"]) == (action, subject_id)]


@pytest.mark.hypothesis
def test_two_people_who_plan_the_same_fill_at_the_same_moment_make_one_preparation(at_work: Pharmacy) -> None:
    for number in range(ROUNDS):
        order = walk.accepted(at_work, replace(ZINC, patient=f"Ana{number} Example"))
        asked = planning_fills.PlanFill(order_id=order.id, version=order.version)

        def plan(act: Act, asked: planning_fills.PlanFill = asked) -> Standing:
            return planning_fills.plan_fill(at_work.house, act, asked)

        first, second = by(at_work, at_work.crew.pharmacist), by(at_work, at_work.crew.second)
        answers = at_once([lambda act=first: plan(act), lambda act=second: plan(act)])  # type: ignore[misc]
        assert sum(1 for each in answers if isinstance(each, Standing)) == 1
        assert {each.code for each in answers if isinstance(each, LevigateError)} <= {"CONFLICT", "PREPARATION_OPEN"}
        assert sum(1 for row in rows(at_work.house.database)["preparation"] if order.id in row) == 1


def _hand_out(at_work: Pharmacy, at: Standing, act: Act) -> Callable[[], GivenOut]:
    record = walk.record_of(at_work, at.id)
    told = walk.on_label(at_work, at.id)
    assert record.label is not None
    asked = GiveOut(
        preparation_id=at.id, version=at.version, scanned_code=told.code, patient_name=told.patient_name, second_identifier=told.second_identifier,
        receiver="the patient", document_languages=("en",), counselling_offered=True, counselling_accepted=True, counselling_by=at_work.crew.pharmacist,
        counselling_way=CounsellingWay.IN_PERSON,
    )  # fmt: skip
    return lambda: releasing.hand_out(at_work.house, act, asked)


def _later(seconds: float, doing: Callable[[], object]) -> Callable[[], object]:
    def run() -> object:
        time.sleep(seconds)
        return doing()

    return run


def _raced(number: int, hand_out: Callable[[], object], other: Callable[[], object]) -> list[object]:
    """Both at the same moment, one of them a few thousandths of a second later, so that either may come first or fall into the middle of the other."""
    step = (number % 8 - 3) * 0.004
    return at_once([_later(max(step, 0), hand_out), _later(max(-step, 0), other)])


@pytest.mark.hypothesis
def test_no_zinc_jar_is_handed_out_after_the_patients_zinc_allergy_was_recorded(at_work: Pharmacy) -> None:
    outcomes: Counter[str] = Counter()
    for number in range(ROUNDS):
        name = f"Ana{number} Example"
        at = walk.brought_to(at_work, walk.accepted(at_work, replace(ZINC, patient=name, amount_g="20")), State.RELEASED)
        patient = next(row[1] for row in rows(at_work.house.database)["patient"] if name in row)
        asked = allergies.RecordAllergies(patient_id=patient, texts=("Zinc oxide: rash",), asked_on=at_work.today)
        act = by(at_work, at_work.crew.technician)

        def tell(act: Act = act, asked: allergies.RecordAllergies = asked) -> object:
            return allergies.record_allergies(at_work.house, act, asked)

        given, told = _raced(number, _hand_out(at_work, at, by(at_work, at_work.crew.pharmacist)), tell)
        assert isinstance(told, allergies.AllergiesOnRecord), "an allergy is always recorded"
        order = [each["action"] for each in entries(at_work.house) if each["subject_id"] in {at.id, patient} and each["action"] != "new patient"]
        since = [each for each in order if each in {"record allergies", "hand out"}]
        # The first entry of the record came with the order.
        assert since in (["record allergies", "record allergies"], ["record allergies", "hand out", "record allergies"])
        assert isinstance(given, GivenOut) == ("hand out" in since)
        if isinstance(given, LevigateError):
            assert given.code == "ORDER_NOT_ACCEPTED"
        outcomes["handed out" if isinstance(given, GivenOut) else "refused"] += 1
    assert len(outcomes) == 2, f"only one of the two ever came first: {outcomes}"


@pytest.mark.hypothesis
def test_no_jar_is_handed_out_after_one_of_its_lots_was_put_into_quarantine(at_work: Pharmacy) -> None:
    lot_id = at_work.lots["mineral-oil"]
    for number in range(ROUNDS):
        at = walk.brought_to(at_work, walk.accepted(at_work, replace(ZINC, patient=f"Ana{number} Example", amount_g="20")), State.RELEASED)
        version = next(row[2] for row in rows(at_work.house.database)["ingredient_lot"] if row[1] == lot_id)
        act = by(at_work, at_work.crew.technician, reason="a letter of its supplier")

        def bar(act: Act = act, version: int = version) -> object:
            return lot_flags.quarantine_lot(at_work.house, act, OneLot(lot_id=lot_id, version=version))

        given, barred = _raced(number, _hand_out(at_work, at, by(at_work, at_work.crew.pharmacist)), bar)
        assert isinstance(barred, lot_flags.LotKept)
        order = [each["action"] for each in entries(at_work.house) if each["action"] in {"quarantine lot", "hand out"}]
        if isinstance(given, GivenOut):
            assert order[-2:] == ["hand out", "quarantine lot"]
        else:
            assert isinstance(given, LevigateError)
            assert given.code == "LOT_IN_QUARANTINE"
        back = OneLot(lot_id=lot_id, version=barred.version)
        lot_flags.release_lot(at_work.house, at_work.act(at_work.crew.second), back)
