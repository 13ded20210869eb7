"""Signatures: by a second person, or by one alone under stated conditions; of exactly what was read, and for its own duty."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.canonical_text import canonical_text
from compounding.domain.compounding_record import CompoundingRecord, record_sha256
from compounding.domain.errors import LevigateError
from compounding.domain.finishing import decide
from compounding.domain.people import Duty
from compounding.domain.preparing import assess
from compounding.domain.record_parts import Figures
from compounding.domain.stages import State
from compounding.domain.verification import released
from tests.domain import records as made
from tests.domain.records import CHECKER, EVIDENCE, PLANNER, SECOND, WEIGHER

PATH = made.path()


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(LevigateError) as refusal:
        act()
    return refusal.value.code


# ---- a second person ----


def test_who_planned_a_record_cannot_recalculate_it() -> None:
    assert refused(lambda: made.recalculated(PATH[State.ASSESSED], by=PLANNER)) == "SECOND_PERSON_NEEDED"


def test_who_planned_a_record_is_refused_before_a_wrong_figure_is_told() -> None:
    wrong = Figures(masses_g=(Decimal(1), Decimal(1), Decimal(1)), batch_g=Decimal(3))
    assert refused(lambda: made.recalculated(PATH[State.ASSESSED], wrong, by=PLANNER)) == "SECOND_PERSON_NEEDED"


def test_who_weighed_the_drug_cannot_witness_it_but_who_weighed_only_the_base_can() -> None:
    assert refused(lambda: made.witnessed(PATH[State.WEIGHED], by=WEIGHER)) == "SECOND_PERSON_NEEDED"
    base_by_second = replace(PATH[State.WEIGHED], weighings=(*PATH[State.WEIGHED].weighings[:2], made.weighing(2, by=SECOND)))
    assert made.witnessed(base_by_second, by=SECOND).state is State.WITNESSED


def test_who_weighed_anything_cannot_do_the_final_check() -> None:
    labelled = PATH[State.LABELLED]
    assert refused(lambda: made.release_of(labelled, by=WEIGHER)) == "SECOND_PERSON_NEEDED"
    base_by_checker = replace(labelled, weighings=(*labelled.weighings[:2], made.weighing(2, by=CHECKER)))
    assert refused(lambda: made.release_of(base_by_checker, by=CHECKER)) == "SECOND_PERSON_NEEDED"


def test_who_weighed_cannot_answer_for_the_final_check_as_supervisor() -> None:
    assert refused(lambda: made.release_of(PATH[State.LABELLED], supervised_by=WEIGHER)) == "SECOND_PERSON_NEEDED"
    assert made.release_of(PATH[State.LABELLED], supervised_by=PLANNER).signature.supervised_by == PLANNER


def supervised(record: CompoundingRecord, by: str) -> CompoundingRecord:
    """The record with every weighing supervised."""
    return replace(record, weighings=tuple(replace(each, supervised_by=by) for each in record.weighings))


def test_who_supervised_a_weighing_of_the_drug_cannot_witness_it_nor_supervise_the_witness() -> None:
    record = supervised(PATH[State.WEIGHED], SECOND)
    assert refused(lambda: made.witnessed(record)) == "SECOND_PERSON_NEEDED"
    assert refused(lambda: made.witnessed(record, by=CHECKER, supervised_by=SECOND)) == "SECOND_PERSON_NEEDED"
    assert made.witnessed(record, by=CHECKER).state is State.WITNESSED


def test_who_supervised_any_weighing_cannot_check_finally_nor_decide_on_a_hold() -> None:
    labelled = PATH[State.LABELLED]
    base_supervised = replace(labelled, weighings=(*labelled.weighings[:2], replace(labelled.weighings[2], supervised_by=CHECKER)))
    assert refused(lambda: made.release_of(base_supervised)) == "SECOND_PERSON_NEEDED"
    held = supervised(PATH[State.ON_HOLD], CHECKER)
    signature = made.sign(held, adding="why", duty=Duty.DECIDE_HOLDS, by=CHECKER, at=made.minute(70))
    assert refused(lambda: decide(held, "why", signature)) == "SECOND_PERSON_NEEDED"


def test_who_supervised_the_planner_cannot_recalculate() -> None:
    record = replace(PATH[State.ASSESSED], planned_supervised_by=SECOND)
    assert refused(lambda: made.recalculated(record)) == "SECOND_PERSON_NEEDED"
    assert refused(lambda: made.recalculated(record, by=CHECKER, supervised_by=PLANNER)) == "SECOND_PERSON_NEEDED"
    assert made.recalculated(record, by=CHECKER).state is State.RECALCULATED


def test_nobody_works_alone_beside_a_supervisor() -> None:
    assert refused(lambda: made.recalculated(ALONE, by=PLANNER, at=10, evidence=(EVIDENCE,), sole=True, supervised_by=CHECKER)) == "SECOND_PERSON_NEEDED"


def test_who_weighed_cannot_decide_that_it_is_good_enough() -> None:
    record = PATH[State.ON_HOLD]
    signature = made.sign(record, adding="why", duty=Duty.DECIDE_HOLDS, by=WEIGHER, at=made.minute(70))
    assert refused(lambda: decide(record, "why", signature)) == "SECOND_PERSON_NEEDED"


@pytest.mark.parametrize("part", ["recalculation", "witness", "release"])
def test_a_record_with_the_wrong_persons_signature_cannot_be_built_by_hand(part: str) -> None:
    record = PATH[State.RELEASED]
    signed = getattr(record, part)
    culprit = PLANNER if part == "recalculation" else WEIGHER
    assert refused(lambda: replace(record, **{part: replace(signed, signature=replace(signed.signature, person_id=culprit))})) == "SECOND_PERSON_NEEDED"


# ---- one person alone ----

ALONE = made.assessed(made.planned(sole_practitioner_allowed=True))


def alone(record: CompoundingRecord = ALONE, *, at: int = 10, evidence: tuple[str, ...] = (EVIDENCE,)) -> CompoundingRecord:
    return made.recalculated(record, by=PLANNER, at=at, evidence=evidence, sole=True)


def test_one_person_alone_may_do_everything_ten_minutes_later_with_evidence() -> None:
    record = made.weighed(alone(), by=PLANNER)
    record = made.witnessed(record, by=PLANNER, at=40, seen=made.readings(record, from_evidence=EVIDENCE), evidence=(EVIDENCE,), sole=True)
    record = made.with_label(made.finished(record))
    record = released(record, made.release_of(record, by=PLANNER, at=65, evidence=(EVIDENCE,), sole=True))
    assert record.state is State.RELEASED
    assert record.release is not None
    assert record.release.signature.as_sole_practitioner


def test_the_blind_re_entry_waits_ten_minutes_to_the_second() -> None:
    assert alone(at=10).state is State.RECALCULATED
    assert refused(lambda: alone(at=9)) == "SOLE_PRACTITIONER_TOO_SOON"
    weighed = made.weighed(alone(), by=PLANNER)
    assert refused(lambda: made.witnessed(weighed, by=PLANNER, at=39, evidence=(EVIDENCE,), sole=True)) == "SOLE_PRACTITIONER_TOO_SOON"
    labelled = made.with_label(made.finished(made.witnessed(weighed)))
    assert refused(lambda: made.release_of(labelled, by=PLANNER, at=64, evidence=(EVIDENCE,), sole=True)) == "SOLE_PRACTITIONER_TOO_SOON"


@pytest.mark.parametrize("evidence", [(), ("a photo",), (EVIDENCE, "")])
def test_one_person_alone_keeps_a_photo_or_printout(evidence: tuple[str, ...]) -> None:
    assert refused(lambda: alone(evidence=evidence)) == "SOLE_PRACTITIONER_EVIDENCE"


def test_working_alone_is_allowed_by_the_record_or_not_at_all() -> None:
    assert refused(lambda: alone(PATH[State.ASSESSED])) == "SECOND_PERSON_NEEDED"
    assert refused(lambda: replace(alone(), sole_practitioner_allowed=False)) == "SECOND_PERSON_NEEDED"


def test_who_works_alone_says_so() -> None:
    assert refused(lambda: made.recalculated(ALONE, by=PLANNER, evidence=(EVIDENCE,))) == "SECOND_PERSON_NEEDED"


# ---- witnessing ----


def test_a_witness_sees_every_weighing_of_the_drug_and_the_same_as_was_written_down() -> None:
    weighed = PATH[State.WEIGHED]
    (seen,) = made.readings(weighed)
    for readings, code in (
        ((), "WITNESS_INCOMPLETE"), ((seen, seen), "WITNESS_INCOMPLETE"), ((replace(seen, line=1),), "WITNESS_INCOMPLETE"),
        ((replace(seen, container=" "),), "WITNESS_INCOMPLETE"), ((replace(seen, from_evidence=EVIDENCE),), "WITNESS_INCOMPLETE"),
        ((replace(seen, mass_g=Decimal("15.02")),), "WITNESS_DIFFERS"), ((replace(seen, lot_id="lot-oil"),), "WITNESS_DIFFERS"),
    ):  # fmt: skip
        assert refused(lambda readings=readings: made.witnessed(weighed, seen=readings)) == code  # type: ignore[misc]
    assert made.witnessed(weighed, seen=(replace(seen, from_evidence=EVIDENCE),), evidence=(EVIDENCE,)).state is State.WITNESSED


# ---- what was signed ----


def test_a_signature_of_another_record_another_text_or_another_duty_is_refused() -> None:
    record = PATH[State.PLANNED]
    signature = made.sign(record, adding=made.FINE, duty=Duty.ASSESS_CLINICALLY, by=PLANNER, at=made.minute(1))
    assert assess(record, made.FINE, signature).state is State.ASSESSED
    assert refused(lambda: assess(replace(record, rx_number="RX-1002"), made.FINE, signature)) == "SIGNED_SOMETHING_ELSE"
    assert refused(lambda: assess(record, replace(made.FINE, concerns="none"), signature)) == "SIGNED_SOMETHING_ELSE"
    assert refused(lambda: assess(record, made.FINE, replace(signature, duty=Duty.FINAL_CHECK))) == "SIGNED_SOMETHING_ELSE"
    assert (
        refused(lambda: replace(PATH[State.ASSESSED], assessment=replace(PATH[State.ASSESSED].assessment, signature=replace(signature, duty=Duty.WEIGH))))
        == "RECORD_INCOMPLETE"
    )  # type: ignore[type-var]


def test_a_release_signed_before_the_record_changed_is_refused() -> None:
    release = made.release_of(PATH[State.LABELLED])
    assert released(PATH[State.LABELLED], release).state is State.RELEASED
    assert refused(lambda: released(replace(PATH[State.LABELLED], site_revision=4), release)) == "SIGNED_SOMETHING_ELSE"


def test_acts_stand_in_the_order_of_the_path() -> None:
    assert refused(lambda: made.witnessed(PATH[State.WEIGHED], at=29)) == "RECORD_OUT_OF_ORDER"
    assert refused(lambda: made.recalculated(PATH[State.ASSESSED], at=0)) == "RECORD_OUT_OF_ORDER"
    assert refused(lambda: made.with_label(PATH[State.MADE], at=54)) == "RECORD_OUT_OF_ORDER"
    assert refused(lambda: released(PATH[State.LABELLED], made.release_of(PATH[State.LABELLED], at=59))) == "RECORD_OUT_OF_ORDER"


@given(st.sampled_from(list(PATH)), st.sampled_from(["id", "order_id", "rx_number", "lot_number", "phrases_language"]), st.text(min_size=1))
def test_property_another_word_anywhere_is_another_fingerprint(state: State, field: str, words: str) -> None:
    record = PATH[state]
    if words.strip() and words != getattr(record, field) and field != "lot_number":
        assert record_sha256(replace(record, **{field: words})) != record_sha256(record)  # type: ignore[arg-type]
    assert record_sha256(record) != record_sha256(record, words)


# ---- canonical text ----


@dataclass(frozen=True)
class Pair:
    left: object
    right: object


def test_equal_values_have_one_text_and_different_ones_two() -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert canonical_text(Decimal("60.00")) == canonical_text(Decimal("6E+1")) == "d60"
    assert canonical_text(noon) == canonical_text(noon.astimezone(timezone(timedelta(hours=-8))))
    assert canonical_text(frozenset({"b", "a"})) == canonical_text(frozenset({"a", "b"}))
    values: list[object] = [
        None,
        True,
        1,
        Decimal(1),
        Fraction(1),
        "1",
        "None",
        ("1",),
        (),
        frozenset({"1"}),
        date(2026, 11, 22),
        noon,
        Pair("a", "b"),
        Pair("b", "a"),
    ]
    assert len({canonical_text(each) for each in values}) == len(values)


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_property_no_words_imitate_other_words(one: list[str], other: list[str]) -> None:
    assert (canonical_text(tuple(one)) == canonical_text(tuple(other))) == (one == other)


def test_what_has_no_canonical_text_is_a_fault() -> None:
    for value in ({"a": 1}, Pair, object()):
        with pytest.raises(TypeError):
            canonical_text(value)
