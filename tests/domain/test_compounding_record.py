"""The compounding record: it grows step by step, each state has exactly its parts, and what was written down stays."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from pydantic import TypeAdapter

from compounding.domain.clinical_assessment import LesionState, Pregnancy, Told, age_on, check_known
from compounding.domain.compounding_record import CompoundingRecord, record_sha256
from compounding.domain.errors import LevigateError
from compounding.domain.finishing import decide, finish, recall, rework, scrap, take_back
from compounding.domain.people import Duty
from compounding.domain.preparing import assess, weigh
from compounding.domain.procedure_steps import tick
from compounding.domain.record_changes import NewWords, correct, labelled, void_label
from compounding.domain.record_parts import Ending, Figures
from compounding.domain.site import Tolerances
from compounding.domain.stages import State
from compounding.domain.substances import Lot
from compounding.domain.verification import released
from tests.domain import records as made
from tests.domain.records import CHECKER, PLANNER, SECOND, WEIGHER

PATH = made.path()
STORED = TypeAdapter(CompoundingRecord)
LATE = made.minute(200)
AGAINST = replace(made.FINE, proceed=False, why="infected ulcer")
BORN_ON = date(1970, 2, 3)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(LevigateError) as refusal:
        act()
    return refusal.value.code


def decided(record: CompoundingRecord, reason: str = "transfer loss of a stiff ointment", *, by: str = CHECKER) -> CompoundingRecord:
    return decide(record, reason, made.sign(record, adding=reason, duty=Duty.DECIDE_HOLDS, by=by, at=made.minute(57)))


def corrected(record: CompoundingRecord, words: NewWords, reason: str = "slip of the pen") -> CompoundingRecord:
    return correct(record, words, reason, made.sign(record, adding=(words.told, reason), duty=Duty.FINAL_CHECK, by=CHECKER, at=made.minute(80)))


ENDED = {
    State.SCRAPPED: scrap(PATH[State.MADE], "dropped", by=CHECKER, at=LATE),
    State.RECALLED: recall(PATH[State.DISPENSED], "recall of lot MO-1", by=CHECKER, at=LATE),
    State.RETURNED: take_back(PATH[State.DISPENSED], "left over", by=CHECKER, at=LATE),
}


# ---- what a record must hold ----


@pytest.mark.parametrize("state", [*PATH, *ENDED])
def test_a_record_read_back_from_json_is_the_same_record_at_every_state(state: State) -> None:
    record = {**PATH, **ENDED}[state]
    assert record.state is state
    again = STORED.validate_json(STORED.dump_json(record))
    assert again == record
    assert record_sha256(again) == record_sha256(record)


@pytest.mark.parametrize("state", list(PATH))
def test_dropping_any_part_of_any_state_makes_the_record_impossible(state: State) -> None:
    record = PATH[state]
    parts = {
        part: getattr(record, part) for part in ("assessment", "recalculation", "weighings", "witness", "finish", "holds", "label", "release", "dispensing")
    }
    present = [part for part, value in parts.items() if value]
    assert len(present) >= {State.PLANNED: 0, State.ASSESSED: 1, State.RECALCULATED: 2, State.WEIGHED: 3}.get(state, 4)
    for part in present:
        without: dict[str, object] = {part: () if part in {"weighings", "holds"} else None}
        assert refused(lambda without=without: replace(record, **without)) == "RECORD_INCOMPLETE", part  # type: ignore[misc]


@pytest.mark.parametrize("state", list(PATH))
def test_a_record_cannot_claim_a_state_its_parts_do_not_reach_or_have_passed(state: State) -> None:
    for other, parts in PATH.items():
        if other is not state:
            assert refused(lambda parts=parts: replace(parts, state=state)) == "RECORD_INCOMPLETE", other  # type: ignore[misc]


def test_a_record_cannot_hold_a_weighing_or_a_hold_before_its_time() -> None:
    assert refused(lambda: replace(PATH[State.ASSESSED], weighings=(made.weighing(0),))) == "RECORD_INCOMPLETE"
    assert refused(lambda: replace(PATH[State.WITNESSED], holds=PATH[State.ON_HOLD].holds)) == "RECORD_INCOMPLETE"


def test_stored_json_with_a_part_struck_out_cannot_be_read() -> None:
    text = STORED.dump_json(PATH[State.DISPENSED]).decode()
    tampered = text.replace('"release":{', '"release":null,"struck_out":{', 1)
    assert tampered != text
    assert refused(lambda: STORED.validate_json(tampered)) == "RECORD_INCOMPLETE"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"rx_number": " "}, "RECORD_INCOMPLETE"), ({"planned_by": ""}, "RECORD_INCOMPLETE"), ({"fill": 0}, "RECORD_INCOMPLETE"),
        ({"lexicon_sha256": "abc"}, "RECORD_INCOMPLETE"), ({"lot_ids": ("lot-drug", "lot-oil")}, "LOT_NOT_NAMED"),
        ({"lot_ids": ("lot-drug", " ", "lot-base")}, "LOT_NOT_NAMED"), ({"formula_version": "2"}, "RECORD_INCONSISTENT"),
        ({"beyond_use": replace(made.BEYOND_USE, on=made.DAY - timedelta(days=1))}, "RECORD_INCONSISTENT"),
        ({"planned_at": made.START.replace(tzinfo=None)}, "RECORD_OUT_OF_ORDER"),
        ({"sheet": replace(made.SHEET, lines=(replace(made.SHEET.lines[0], lot=None), *made.SHEET.lines[1:]))}, "LOT_NOT_NAMED"),
    ],
)  # fmt: skip
def test_a_plan_names_its_order_numbers_texts_and_every_lot(change: dict[str, object], code: str) -> None:
    assert refused(lambda: replace(PATH[State.PLANNED], **change)) == code  # type: ignore[arg-type]


# ---- clinical assessment ----


@pytest.mark.parametrize(
    "risk",
    [
        {"lesion": LesionState.INFECTED}, {"pregnancy_or_breast_feeding": Pregnancy.PREGNANT}, {"pregnancy_or_breast_feeding": Pregnancy.BREAST_FEEDING},
        {"pregnancy_or_breast_feeding": Pregnancy.NOT_KNOWN}, {"age_years": 17}, {"earlier_reaction": Told(yes=True, words="blisters in 2024")},
        {"oxygen_or_smoking": Told(yes=True, words="home oxygen at night")},
    ],
)  # fmt: skip
def test_infection_pregnancy_youth_an_earlier_reaction_oxygen_and_smoking_need_a_reason_to_proceed(risk: dict[str, object]) -> None:
    assert refused(lambda: replace(made.FINE, **risk)) == "CLINICAL_ASSESSMENT_INCOMPLETE"  # type: ignore[arg-type]
    assert made.assessed(PATH[State.PLANNED], replace(made.FINE, **risk, why="prescriber agrees")).state is State.ASSESSED  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "fine",
    [
        {"lesion": LesionState.OPEN},
        {"age_years": 18},
        {"pregnancy_or_breast_feeding": Pregnancy.NO},
        {"other_wound_products": Told(yes=True, words="silver cream")},
    ],
)
def test_what_is_no_risk_needs_no_reason(fine: dict[str, object]) -> None:
    assert replace(made.FINE, **fine).risks == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "gap",
    [
        {"body_site": " "}, {"profile_reviewed_where": ""}, {"age_years": -1}, {"age_years": 131}, {"proceed": False}, {"proceed": False, "why": " - "},
        {"age_years": 1, "why": "burn"}, {"weight_g": Decimal(9000)}, {"weighed_on": made.DAY}, {"weight_g": Decimal(0), "weighed_on": made.DAY},
        {"weight_g": Decimal("NaN"), "weighed_on": made.DAY}, {"weight_g": Decimal(800_000), "weighed_on": made.DAY},
    ],
)  # fmt: skip
def test_an_assessment_with_a_gap_cannot_exist(gap: dict[str, object]) -> None:
    assert refused(lambda: replace(made.FINE, **gap)) == "CLINICAL_ASSESSMENT_INCOMPLETE"  # type: ignore[arg-type]


def test_a_yes_says_what() -> None:
    assert refused(lambda: Told(yes=True)) == "CLINICAL_ASSESSMENT_INCOMPLETE"


def against_it(state: State) -> CompoundingRecord:
    """The record of that state after an assessment that stands against it."""
    record = PATH[state]
    signature = made.sign(record, adding=AGAINST, duty=Duty.ASSESS_CLINICALLY, by=CHECKER, at=LATE)
    return assess(record, AGAINST, signature)


@pytest.mark.parametrize("state", [state for state in PATH if state is not State.DISPENSED])
def test_a_conclusion_against_it_is_kept_signed_and_scraps_the_preparation(state: State) -> None:
    record = against_it(state)
    assert record.state is State.SCRAPPED
    assert record.assessments[-1].assessment == AGAINST
    assert record.assessments[-1].signature.person_id == CHECKER
    assert [(each.before, each.after, each.reason, each.by) for each in record.endings] == [(state, State.SCRAPPED, "infected ulcer", CHECKER)]
    assert STORED.validate_json(STORED.dump_json(record)) == record


def test_nothing_goes_on_under_an_assessment_that_stands_against_it() -> None:
    signed = PATH[State.ASSESSED].assessment
    assert signed is not None
    against = replace(signed, assessment=AGAINST)
    assert refused(lambda: replace(PATH[State.ASSESSED], reassessments=(against,))) == "CLINICAL_ASSESSMENT_AGAINST"
    assert refused(lambda: replace(PATH[State.PLANNED], assessment=against)) == "CLINICAL_ASSESSMENT_AGAINST"
    ended = against_it(State.ASSESSED)
    assert refused(lambda: replace(ended, endings=(replace(ended.endings[0], reason="another"),))) == "CLINICAL_ASSESSMENT_AGAINST"
    assert refused(lambda: replace(ended, reassessments=(*ended.reassessments, replace(signed, signature=ended.assessments[-1].signature)))) == (
        "CLINICAL_ASSESSMENT_AGAINST"
    )
    assert refused(lambda: replace(PATH[State.PLANNED], reassessments=(signed,))) == "RECORD_INCOMPLETE"


@pytest.mark.parametrize("state", [state for state in PATH if state not in {State.PLANNED, State.DISPENSED}])
def test_a_later_assessment_is_added_and_the_earlier_one_stays(state: State) -> None:
    record = PATH[state]
    later = replace(made.FINE, concerns="asked again", body_site="left elbow")
    again = assess(record, later, made.sign(record, adding=later, duty=Duty.ASSESS_CLINICALLY, by=CHECKER, at=LATE))
    assert again.state is state
    assert again.assessment == record.assessment
    assert again.assessments[-1].assessment == later
    early = made.sign(record, adding=later, duty=Duty.ASSESS_CLINICALLY, by=CHECKER, at=made.START)
    assert refused(lambda: assess(record, later, early)) == "RECORD_OUT_OF_ORDER"


def test_nothing_is_assessed_once_it_is_handed_out() -> None:
    record = PATH[State.DISPENSED]
    for each in (made.FINE, AGAINST):
        signature = made.sign(record, adding=each, duty=Duty.ASSESS_CLINICALLY, by=CHECKER, at=LATE)
        assert refused(lambda each=each, signature=signature: assess(record, each, signature)) == "NOT_NOW"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"age_years": 55}, "AGE_DIFFERS"), ({"profile_reviewed_on": made.DAY + timedelta(days=1)}, "PROFILE_NOT_REVIEWED"),
        ({"profile_reviewed_on": made.DAY - timedelta(days=31)}, "PROFILE_NOT_REVIEWED"),
        ({"weight_g": Decimal(60_000), "weighed_on": made.DAY + timedelta(days=1)}, "WEIGHT_NOT_RECENT"),
        ({"weight_g": Decimal(60_000), "weighed_on": made.DAY - timedelta(days=31)}, "WEIGHT_NOT_RECENT"),
    ],
)  # fmt: skip
def test_an_assessment_is_of_this_patient_and_of_these_days(change: dict[str, object], code: str) -> None:
    check_known(replace(made.FINE, profile_reviewed_on=made.DAY - timedelta(days=30)), born_on=BORN_ON, on=made.DAY)
    assert refused(lambda: check_known(replace(made.FINE, **change), born_on=BORN_ON, on=made.DAY)) == code  # type: ignore[arg-type]


def test_an_infant_is_weighed() -> None:
    infant = replace(made.FINE, age_years=1, why="prescriber agrees", weight_g=Decimal(9_400), weighed_on=made.DAY)
    check_known(infant, born_on=date(2024, 11, 23), on=made.DAY)
    assert age_on(date(2024, 11, 22), made.DAY) == 2


@given(st.dates(date(1900, 1, 1), date(2026, 11, 22)), st.dates(date(2026, 11, 22), date(2100, 1, 1)))
def test_property_a_birthday_is_never_missed(born_on: date, on: date) -> None:
    age = age_on(born_on, on)
    assert (born_on.year + age, born_on.month, born_on.day) <= (on.year, on.month, on.day) < (born_on.year + age + 1, born_on.month, born_on.day)


def test_a_profile_cannot_have_been_reviewed_on_a_day_to_come() -> None:
    tomorrow, later = (replace(made.FINE, profile_reviewed_on=made.DAY + timedelta(days=days)) for days in (1, 2))
    assert made.assessed(PATH[State.PLANNED], tomorrow).state is State.ASSESSED
    assert refused(lambda: made.assessed(PATH[State.PLANNED], later)) == "CLINICAL_ASSESSMENT_INCOMPLETE"


# ---- recalculation ----


def test_figures_that_agree_to_the_last_digit_let_the_weighing_begin() -> None:
    padded = Figures(masses_g=tuple(mass + Decimal("0.000") for mass in made.AGREEING.masses_g), batch_g=Decimal("60.0"))
    assert made.recalculated(PATH[State.ASSESSED], padded).state is State.RECALCULATED


def test_a_disagreement_is_kept_and_names_the_lines_but_nothing_may_be_weighed() -> None:
    off = Figures(masses_g=(Decimal(15), *made.AGREEING.masses_g[1:]), batch_g=Decimal(61))
    record = made.recalculated(PATH[State.ASSESSED], off)
    assert (record.state, record.recalculation) == (State.ASSESSED, None)
    (found,) = record.disagreements
    assert (found.lines, found.batch, found.by, found.figures) == ((0,), True, SECOND, off)
    assert refused(lambda: weigh(record, made.weighing(0))) == "NOT_NOW"
    again = made.recalculated(record)
    assert (again.state, again.disagreements) == (State.RECALCULATED, record.disagreements)


def test_a_refusal_of_a_recalculation_tells_no_figure_of_the_sheet() -> None:
    with pytest.raises(LevigateError) as refusal:
        made.recalculated(PATH[State.ASSESSED], Figures(masses_g=(Decimal(1),), batch_g=Decimal(60)))
    assert refusal.value.code == "FIGURES_MISSING"
    assert not any(str(line.to_weigh_g) in refusal.value.message for line in made.SHEET.lines if line.to_weigh_g != 3)


@pytest.mark.parametrize("figure", ["NaN", "sNaN", "Infinity"])
def test_what_is_no_number_is_no_figure_of_a_recalculation(figure: str) -> None:
    assert refused(lambda: made.recalculated(PATH[State.ASSESSED], replace(made.AGREEING, batch_g=Decimal(figure)))) == "FIGURES_MISSING"


def test_a_record_cannot_hold_a_recalculation_that_disagrees() -> None:
    agreed = PATH[State.RECALCULATED].recalculation
    assert agreed is not None
    off = replace(agreed, figures=replace(agreed.figures, batch_g=Decimal(61)))
    assert refused(lambda: replace(PATH[State.RECALCULATED], recalculation=off)) == "RECORD_INCONSISTENT"


# ---- weighing ----


def test_each_line_is_weighed_once_from_the_planned_lot_and_the_last_one_ends_it() -> None:
    record = PATH[State.RECALCULATED]
    for line in (2, 0, 1):
        assert record.state is State.RECALCULATED
        record = weigh(record, made.weighing(line))
        if line != 1:
            assert refused(lambda record=record, line=line: weigh(record, made.weighing(line))) == "ALREADY_WEIGHED"  # type: ignore[misc]
    assert record.state is State.WEIGHED
    assert refused(lambda: replace(record, weighings=(*record.weighings[:2], record.weighings[0]))) in {"ALREADY_WEIGHED", "RECORD_INCOMPLETE"}
    assert refused(lambda: replace(PATH[State.RECALCULATED], weighings=(made.weighing(0), made.weighing(0)))) == "ALREADY_WEIGHED"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"lot_id": "lot-oil"}, "WRONG_LOT"), ({"line": 3}, "NO_SUCH_LINE"), ({"line": -1}, "NO_SUCH_LINE"), ({"mass_g": Decimal(0)}, "NO_WEIGHT"),
        ({"mass_g": Decimal("NaN")}, "NO_WEIGHT"), ({"balance": " "}, "RECORD_INCOMPLETE"), ({"by": ""}, "RECORD_INCOMPLETE"),
        ({"balance_checked_on": made.DAY - timedelta(days=1)}, "BALANCE_NOT_CHECKED"), ({"at": made.minute(19)}, "RECORD_OUT_OF_ORDER"),
    ],
)  # fmt: skip
def test_a_weighing_of_the_wrong_lot_or_without_its_facts_is_refused(change: dict[str, object], code: str) -> None:
    assert refused(lambda: weigh(PATH[State.RECALCULATED], replace(made.weighing(0), **change))) == code  # type: ignore[arg-type]


def test_a_weight_outside_the_tolerance_is_taken_and_holds_the_preparation() -> None:
    record = made.finished(made.witnessed(made.weighed(PATH[State.RECALCULATED], "15.17", "3", "41.99")))
    assert record.state is State.ON_HOLD
    assert [each.code for each in record.holds[0].reasons] == ["WEIGHT_OUT_OF_LIMIT"]
    assert decided(record).state is State.MADE


# ---- finish, hold, decision ----


def test_a_preparation_within_every_limit_is_made_and_labelled_as_ordered() -> None:
    record = PATH[State.MADE]
    assert record.holds == ()
    assert record.amount_to_label_g == 60


def test_a_short_jar_is_a_part_fill_that_says_its_own_weight() -> None:
    record = PATH[State.ON_HOLD]
    assert [each.code for each in record.holds[0].reasons] == ["NET_WEIGHT_OUT_OF_LIMIT"]
    done = decided(record)
    assert (done.state, done.amount_to_label_g) == (State.MADE, Decimal(50))
    assert done.holds[0].decision is not None
    assert done.holds[0].decision.reason == "transfer loss of a stiff ointment"


def test_a_failed_net_weight_test_may_be_decided_like_the_limit_it_repeats() -> None:
    record = made.finished(PATH[State.WITNESSED], made.failing("Net weight"))
    assert [each.code for each in record.holds[0].reasons] == ["NET_WEIGHT_TEST_FAILED"]
    assert decided(record).amount_to_label_g == Decimal("59.5")


@pytest.mark.parametrize(
    ("report", "masses_g", "code"),
    [
        (made.failing("Grit"), (), "QUALITY_TEST_FAILED"),
        (replace(made.REPORT, highest_temperature_celsius=Decimal("40.1")), (), "TEMPERATURE_OUT_OF_LIMIT"),
        (replace(made.REPORT, obtained_g=Decimal("60.5")), (), "MASS_NOT_CONSERVED"),
        (made.REPORT, ("17", "3", "40"), "STRENGTH_OUT_OF_LIMIT"),
    ],
)
def test_what_makes_another_ointment_is_scrapped_or_reworked_and_never_decided_away(report: object, masses_g: tuple[str, ...], code: str) -> None:
    record = made.finished(made.witnessed(made.weighed(PATH[State.RECALCULATED], *masses_g)), report)  # type: ignore[arg-type]
    assert record.state is State.ON_HOLD
    assert code in {each.code for each in record.holds[0].reasons}
    assert refused(lambda: decided(record)) == "CANNOT_BE_DECIDED"
    assert scrap(record, "out of limit", by=CHECKER, at=LATE).state is State.SCRAPPED
    assert rework(record, "out of limit", by=CHECKER, at=LATE).state is State.ASSESSED
    decision = decided(PATH[State.ON_HOLD]).holds[0].decision
    assert refused(lambda: replace(record, state=State.MADE, holds=(replace(record.holds[0], decision=decision),))) == "CANNOT_BE_DECIDED"


def test_exactly_the_highest_temperature_is_allowed() -> None:
    assert made.finished(PATH[State.WITNESSED], replace(made.REPORT, highest_temperature_celsius=Decimal(40))).state is State.MADE


def test_a_finish_out_of_limit_cannot_be_recorded_without_its_hold() -> None:
    held = PATH[State.ON_HOLD]
    assert refused(lambda: replace(held, state=State.MADE, holds=())) == "RECORD_INCOMPLETE"
    softened = replace(held.holds[0], reasons=(replace(held.holds[0].reasons[0], code="YIELD_OUT_OF_LIMIT"),))
    assert refused(lambda: replace(held, holds=(softened,))) == "RECORD_INCOMPLETE"


def test_a_finish_belongs_to_its_weighings() -> None:
    record = PATH[State.MADE]
    assert record.finish is not None
    for change in (
        {"reconciliation": replace(record.finish.reconciliation, strength_percent=25)}, {"reconciliation": replace(record.finish.reconciliation, total_g=Decimal(61))},
        {"report": replace(record.finish.report, net_g=(Decimal(58),))}, {"report": replace(record.finish.report, obtained_g=Decimal(59))},
    ):  # fmt: skip
        assert refused(lambda change=change: replace(record, finish=replace(record.finish, **change))) == "RECORD_INCONSISTENT"  # type: ignore[misc, arg-type, type-var]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"quality": made.REPORT.quality[1:]}, "QUALITY_TESTS_MISSING"),
        ({"quality": (made.REPORT.quality[0], *made.REPORT.quality)}, "QUALITY_TESTS_MISSING"),
        ({"quality": (replace(made.REPORT.quality[0], result=" "), *made.REPORT.quality[1:])}, "QUALITY_TESTS_MISSING"),
        ({"container": ""}, "FINISH_INCOMPLETE"), ({"by": " "}, "FINISH_INCOMPLETE"), ({"highest_temperature_celsius": Decimal("NaN")}, "FINISH_INCOMPLETE"),
        ({"highest_temperature_celsius": Decimal(-300)}, "FINISH_INCOMPLETE"), ({"highest_temperature_celsius": Decimal("100.1")}, "FINISH_INCOMPLETE"),
        ({"net_g": (Decimal("sNaN"),)}, "FINISH_INCOMPLETE"), ({"net_g": (Decimal(-1),)}, "FINISH_INCOMPLETE"),
        ({"net_g": ()}, "not_parsed"), ({"obtained_g": Decimal(0)}, "FINISH_INCOMPLETE"), ({"at": made.minute(44)}, "RECORD_OUT_OF_ORDER"),
    ],
)  # fmt: skip
def test_a_finish_answers_every_quality_test(change: dict[str, object], code: str) -> None:
    assert refused(lambda: made.finished(PATH[State.WITNESSED], replace(made.REPORT, **change))) == code  # type: ignore[arg-type]


def test_a_record_is_finished_by_the_formula_it_was_planned_by() -> None:
    other = replace(made.FORMULA, sha256="d" * 64)
    step = made.SITE.balance.readability_g
    assert (
        refused(lambda: finish(made.ticked(PATH[State.WITNESSED]), made.REPORT, formula=other, masses=made.MASSES, tolerances=Tolerances(), readability_g=step))
        == "WRONG_FORMULA"
    )


def test_a_decision_cannot_precede_its_hold() -> None:
    record = PATH[State.ON_HOLD]
    signature = made.sign(record, adding="why", duty=Duty.DECIDE_HOLDS, by=CHECKER, at=made.minute(54))
    assert refused(lambda: decide(record, "why", signature)) == "RECORD_OUT_OF_ORDER"


# ---- rework, scrap, recall, return ----


@pytest.mark.parametrize("state", [State.RECALCULATED, State.WEIGHED, State.WITNESSED, State.ON_HOLD, State.MADE, State.LABELLED])
def test_a_rework_keeps_everything_and_asks_for_everything_again(state: State) -> None:
    before = PATH[state]
    record = rework(before, "lumps", by=CHECKER, at=LATE)
    assert record.state is State.ASSESSED
    (kept,) = record.discarded
    assert (kept.recalculation, kept.weighings, kept.witness, kept.finish, kept.holds) == (
        before.recalculation, before.weighings, before.witness, before.finish, before.holds,
    )  # fmt: skip
    assert [each.label for each in record.withdrawn_labels] == ([before.label] if before.label else [])
    assert record.amount_to_label_g == 60
    assert refused(lambda: weigh(record, made.weighing(0))) == "NOT_NOW"
    assert made.weighed(made.recalculated(record)).state is State.WEIGHED


@pytest.mark.parametrize("act", [rework, scrap])
def test_leaving_the_path_needs_a_reason(act: Callable[..., CompoundingRecord]) -> None:
    assert refused(lambda: act(PATH[State.MADE], " ", by=CHECKER, at=LATE)) == "REASON_MISSING"


def test_a_returned_preparation_is_scrapped_and_nothing_else() -> None:
    record = scrap(ENDED[State.RETURNED], "returned goods are destroyed", by=CHECKER, at=LATE)
    assert [(each.before, each.after) for each in record.endings] == [(State.DISPENSED, State.RETURNED), (State.RETURNED, State.SCRAPPED)]
    assert record.dispensing == PATH[State.DISPENSED].dispensing
    assert refused(lambda: made.given_out(ENDED[State.RETURNED])) == "NOT_NOW"


def test_an_end_says_how_it_came_about_and_only_by_legal_steps() -> None:
    made_record = PATH[State.MADE]
    assert refused(lambda: replace(made_record, state=State.SCRAPPED)) == "RECORD_INCOMPLETE"
    ending = Ending(before=State.MADE, after=State.SCRAPPED, reason="dropped", by=CHECKER, at=LATE)
    assert refused(lambda: replace(made_record, endings=(ending,))) == "RECORD_INCOMPLETE"
    assert refused(lambda: replace(made_record, state=State.SCRAPPED, endings=(replace(ending, reason=""),))) == "RECORD_INCOMPLETE"
    returned = replace(ending, after=State.RETURNED)
    assert refused(lambda: replace(made_record, state=State.RETURNED, endings=(returned,))) == "NOT_NOW"


# ---- label and corrections ----


def test_a_label_revision_is_never_used_twice() -> None:
    record = void_label(PATH[State.RELEASED], "smudged", by=CHECKER, at=LATE)
    assert (record.state, record.label, record.release) == (State.MADE, None, None)
    assert [each.label.revision for each in record.withdrawn_labels] == [1]
    assert record.withdrawn_releases == (PATH[State.RELEASED].release,)
    assert refused(lambda: made.with_label(record, revision=1)) == "LABEL_NOT_NEW"
    again = made.with_label(record, revision=2)
    assert again.state is State.LABELLED
    assert refused(lambda: replace(again, label=record.withdrawn_labels[0].label)) == "RECORD_INCONSISTENT"


@pytest.mark.parametrize(("sha256", "revision"), [("abc", 1), ("a" * 64, 0)])
def test_a_label_needs_its_fingerprint_and_a_revision(sha256: str, revision: int) -> None:
    assert refused(lambda: labelled(PATH[State.MADE], sha256=sha256, revision=revision, by=CHECKER, at=LATE)) == "LABEL_NOT_NEW"


@pytest.mark.parametrize("state", [State.MADE, State.LABELLED, State.RELEASED])
def test_a_correction_keeps_the_old_words_and_withdraws_label_and_release(state: State) -> None:
    record = corrected(PATH[state], NewWords(container="60 g jar", quality={"Grit": "none on the slide"}))
    assert (record.state, record.label, record.release) == (State.MADE, None, None)
    assert [(each.field, each.before, each.after) for each in record.corrections[0].changes] == [
        ("container", "60 g tube", "60 g jar"), ("quality test: Grit", "as described", "none on the slide"),
    ]  # fmt: skip
    assert record.finish is not None
    assert (record.finish.report.container, record.finish.report.deviations) == ("60 g jar", "none")
    assert len(record.withdrawn_labels) == (state is not State.MADE)
    assert len(record.withdrawn_releases) == (state is State.RELEASED)


@pytest.mark.parametrize(
    "words", [NewWords(), NewWords(container="60 g tube"), NewWords(container=" "), NewWords(quality={"Grit": ""}), NewWords(quality={"Taste": "no"})]
)
def test_a_correction_that_changes_nothing_or_says_nothing_is_refused(words: NewWords) -> None:
    assert refused(lambda: corrected(PATH[State.MADE], words)) == "NOTHING_TO_CORRECT"


# ---- whatever anybody does ----

PEOPLE = st.sampled_from([PLANNER, SECOND, WEIGHER, CHECKER])


class AnyDay(RuleBasedStateMachine):
    """Steps in any sequence, by anybody: most are refused, and a refused step leaves the record as it was."""

    def __init__(self) -> None:
        super().__init__()
        self.record = made.planned()
        self.clock = 10
        self.revision = 0
        self.refusals: list[str] = []

    def attempt(self, step: Callable[[], CompoundingRecord]) -> None:
        try:
            self.record = step()
        except LevigateError as refusal:
            self.refusals.append(refusal.code)

    def later(self) -> int:
        self.clock += 1
        return self.clock

    @rule(who=st.tuples(PEOPLE, PEOPLE, PEOPLE))
    def do_what_comes_next(self, who: tuple[str, str, str]) -> None:
        """A day on which people mostly do what follows, though not always the right ones: without it few days would reach the patient."""
        by, other, third = who
        match self.record.state:
            case State.PLANNED:
                self.assess(by)
            case State.ASSESSED:
                self.recalculate(by, 0)
            case State.RECALCULATED:
                for line, person in enumerate((by, other, other)):
                    self.weigh(person, line, 0)
            case State.WEIGHED:
                self.witness(third)
            case State.WITNESSED:
                self.finish(made.REPORT)
            case State.ON_HOLD:
                self.decide(by)
            case State.MADE:
                self.print_label()
            case State.LABELLED:
                self.check(by)
            case State.RELEASED:
                self.hand_out()

    @rule(by=PEOPLE)
    def assess(self, by: str) -> None:
        self.attempt(lambda: made.assessed(self.record, by=by))

    @rule(by=PEOPLE, slip=st.sampled_from([0, 0, 0, 1]))
    def recalculate(self, by: str, slip: int) -> None:
        figures = replace(made.AGREEING, batch_g=made.AGREEING.batch_g + slip)
        self.attempt(lambda: made.recalculated(self.record, figures, by=by, at=self.later()))

    @rule(by=PEOPLE, line=st.integers(0, 2), steps=st.sampled_from([0, 0, 0, 1, 40]))
    def weigh(self, by: str, line: int, steps: int) -> None:
        mass = made.SHEET.lines[line].to_weigh_g + steps * Decimal("0.01")
        self.attempt(lambda: weigh(self.record, made.weighing(line, mass_g=mass, by=by, at=self.later())))

    @precondition(lambda self: self.record.weighings)
    @rule(by=PEOPLE)
    def witness(self, by: str) -> None:
        if any(each.line == 0 for each in self.record.weighings):
            self.attempt(lambda: made.witnessed(self.record, by=by, at=self.later()))

    @rule(report=st.sampled_from([made.REPORT, made.REPORT, made.SHORT, made.failing("Grit")]))
    def finish(self, report: object) -> None:
        self.attempt(lambda: made.finished(self.record, replace(report, at=made.minute(self.later()))))  # type: ignore[type-var]

    @rule(by=PEOPLE)
    def decide(self, by: str) -> None:
        signature = made.sign(self.record, adding="fine", duty=Duty.DECIDE_HOLDS, by=by, at=made.minute(self.later()))
        self.attempt(lambda: decide(self.record, "fine", signature))

    @rule(chance=st.integers(0, 5))
    def rework(self, chance: int) -> None:
        if not chance:
            self.attempt(lambda: rework(self.record, "again", by=CHECKER, at=made.minute(self.later())))

    @rule()
    def print_label(self) -> None:
        self.revision += 1
        self.attempt(lambda: made.with_label(self.record, revision=self.revision, at=self.later()))

    @rule(chance=st.integers(0, 5))
    def void_label(self, chance: int) -> None:
        if not chance:
            self.attempt(lambda: void_label(self.record, "smudged", by=CHECKER, at=made.minute(self.later())))

    @precondition(lambda self: self.record.label)
    @rule(by=PEOPLE)
    def check(self, by: str) -> None:
        self.attempt(lambda: released(self.record, made.release_of(self.record, by=by, at=self.later())))

    @precondition(lambda self: self.record.release)
    @rule()
    def hand_out(self) -> None:
        self.clock = max(self.clock, 90)
        self.attempt(lambda: made.given_out(self.record))

    @rule(end=st.sampled_from([scrap, recall, take_back]), chance=st.integers(0, 9))
    def end(self, end: Callable[..., CompoundingRecord], chance: int) -> None:
        if not chance:
            self.attempt(lambda: end(self.record, "why", by=CHECKER, at=made.minute(self.later())))

    @invariant()
    def nothing_reaches_a_patient_without_every_signature(self) -> None:
        record = self.record
        if record.reached is not State.DISPENSED:
            return
        assert record.assessment is not None
        assert record.assessment.assessment.proceed
        assert record.recalculation is not None
        assert record.recalculation.signature.person_id != record.planned_by
        assert record.recalculation.figures == made.AGREEING
        assert {each.line for each in record.weighings} == {0, 1, 2}
        assert record.witness is not None
        assert record.witness.signature.person_id not in {each.by for each in record.weighings if each.line == 0}
        assert record.finish is not None
        assert all(each.is_passed for each in record.finish.report.quality)
        assert all(hold.decision is not None for hold in record.holds)
        assert record.label is not None
        assert record.release is not None
        assert record.release.signature.person_id not in {each.by for each in record.weighings}
        assert record.release.label_revision == record.label.revision

    @invariant()
    def nothing_written_down_is_lost(self) -> None:
        assert STORED.validate_json(STORED.dump_json(self.record)) == self.record


TestAnyDay = AnyDay.TestCase


def test_some_of_those_days_do_reach_the_patient() -> None:
    """Otherwise the machine's law would be empty."""
    day = AnyDay()
    for _ in range(len(PATH)):
        day.do_what_comes_next((SECOND, WEIGHER, CHECKER))
        day.do_what_comes_next((CHECKER, WEIGHER, PLANNER))
    assert day.record.state is State.DISPENSED
    day.nothing_reaches_a_patient_without_every_signature()


def test_the_straight_path_reaches_the_patient() -> None:
    assert [record.state for record in PATH.values()] == list(PATH)


def test_a_second_lot_of_the_oil_would_be_another_sheet() -> None:
    """A lot is bound by the sheet: the id planned for a line cannot be swapped after the weighing."""
    assert refused(lambda: replace(PATH[State.WEIGHED], lot_ids=("lot-drug", "lot-other", "lot-base"))) == "WRONG_LOT"
    assert isinstance(made.SHEET.lines[1].lot, Lot)


# ---- the steps of the procedure ----


def ticking(record: CompoundingRecord, step: int, by: str) -> CompoundingRecord:
    return tick(record, step, formula=made.FORMULA, by=by, at=made.minute(46))


def test_a_finish_needs_every_signed_step_and_names_those_that_are_missing() -> None:
    record = ticking(PATH[State.WITNESSED], 0, SECOND)
    with pytest.raises(LevigateError, match=r"STEPS_MISSING: .* 2, 3, 4, 6, 8, 9, 10$"):
        finish(record, made.REPORT, formula=made.FORMULA, masses=made.MASSES, tolerances=Tolerances(), readability_g=made.SITE.balance.readability_g)


@pytest.mark.parametrize(
    ("state", "step", "by", "code"),
    [
        (State.ASSESSED, 0, SECOND, "STEP_TOO_SOON"), (State.RECALCULATED, 0, WEIGHER, "STEP_OF_ANOTHER"), (State.RECALCULATED, 1, WEIGHER, "STEP_OUT_OF_ORDER"),
        (State.RECALCULATED, 10, WEIGHER, "NO_SUCH_STEP"), (State.RECALCULATED, -1, WEIGHER, "NO_SUCH_STEP"), (State.MADE, 4, WEIGHER, "NOT_NOW"),
    ],
)  # fmt: skip
def test_a_step_is_ticked_in_its_turn_by_whom_it_names(state: State, step: int, by: str, code: str) -> None:
    assert refused(lambda: ticking(PATH[state], step, by)) == code


def test_mixing_is_ticked_only_once_the_weighing_is_witnessed_and_by_its_witness() -> None:
    before = ticking(ticking(PATH[State.WEIGHED], 0, SECOND), 1, WEIGHER)
    assert refused(lambda: ticking(before, 1, WEIGHER)) == "STEP_TICKED"
    assert refused(lambda: ticking(before, 2, SECOND)) == "STEP_TOO_SOON"
    witnessed = made.witnessed(before)
    assert refused(lambda: ticking(witnessed, 2, WEIGHER)) == "STEP_OF_ANOTHER"
    assert ticking(witnessed, 2, SECOND).steps[-1].text == made.FORMULA.procedure[2].text
    other = replace(made.FORMULA, sha256="d" * 64)
    assert refused(lambda: tick(witnessed, 2, formula=other, by=SECOND, at=LATE)) == "WRONG_FORMULA"


def test_a_rework_discards_every_tick_from_the_weighing_on_and_the_recalculations() -> None:
    record = rework(PATH[State.MADE], "lumps", by=CHECKER, at=LATE)
    assert [each.step for each in record.steps] == [1]
    assert record.discarded[0].steps == PATH[State.MADE].steps


def test_a_record_holds_no_tick_twice_or_before_its_time() -> None:
    steps = PATH[State.MADE].steps
    assert refused(lambda: replace(PATH[State.MADE], steps=(*steps, steps[0]))) == "RECORD_INCOMPLETE"
    assert refused(lambda: replace(PATH[State.MADE], steps=(replace(steps[0], by=" "),))) == "RECORD_INCOMPLETE"
    assert refused(lambda: replace(PATH[State.WEIGHED], steps=steps)) == "RECORD_INCOMPLETE"
