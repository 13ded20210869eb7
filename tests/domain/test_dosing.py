"""Fingertip units, the amount for a course, the container, and what fits before the beyond-use date."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.calculators import Answer, CalculationRefused
from compounding.domain.dosing import Course, amount_that_fits, fitting_grams, plan_course
from compounding.domain.fingertip_units import Area, TreatedSkin
from compounding.reference import ReferenceData, load

FIRST = date(2026, 11, 22)
HUNDREDTH = Fraction(1, 100)
TABLES = load().fingertips
ARMS = TreatedSkin(age=TABLES.ages["adult"], finger=TABLES.fingers["woman"], areas={Area.ARM: 2}, from_tube=True)
WEEK = Course(skin=ARMS, stated_grams=None, applications_per_day=Fraction(1), days=7, sizes_g=(), readability_g=HUNDREDTH)
SPOTS = replace(WEEK, skin=None, stated_grams=Fraction("0.5"), applications_per_day=Fraction(2), days=90)


def _figures(answer: Answer) -> dict[str, str]:
    return {name: f"{figure.value} {figure.unit}".strip() for name, figure in answer.result.items()}


def _codes(answer: Answer) -> list[str]:
    return [hold.code for hold in answer.holds]


def test_the_example_of_dermnet_both_arms_of_an_adult_for_a_week() -> None:
    answer = plan_course(WEEK)
    assert _figures(answer) == {"grams_each_application": "2.4 g", "amount": "16.8 g"}
    assert [(step.substitution, step.value) for step in answer.derivation] == [("2 × 3", "6"), ("6 × 0.4", "2.4"), ("2.4 × 1", "2.4"), ("2.4 × 7", "16.8")]
    assert answer.holds == ()


@pytest.mark.parametrize(
    ("age", "areas", "units"),
    [
        ("adult", {Area.ARM_HAND: 1}, "4"),
        ("adult", {Area.ARM: 1, Area.HAND: 1}, "4"),
        ("adult", {Area.LEG: 2, Area.FOOT: 2}, "16"),
        ("adult", {Area.FACE_NECK: 1, Area.TRUNK_FRONT: 1, Area.BACK_BUTTOCKS: 1}, "16.5"),
        ("3-6-months", {Area.ARM_HAND: 2, Area.LEG_FOOT: 2}, "5"),
        ("1-2-years", {Area.BACK_BUTTOCKS: 1}, "3"),
        ("3-5-years", {Area.ARM_HAND: 1, Area.TRUNK_FRONT: 1}, "5"),
        ("6-10-years", {Area.LEG_FOOT: 2}, "9"),
    ],
)
def test_each_area_takes_its_fingertip_units_at_each_age(age: str, areas: dict[Area, int], units: str) -> None:
    answer = plan_course(replace(WEEK, skin=replace(ARMS, age=TABLES.ages[age], areas=areas)))
    assert answer.derivation[0].value == units
    assert "an estimate" in answer.derivation[0].source


def test_every_table_says_where_it_comes_from_and_how_far_it_was_checked(data: ReferenceData) -> None:
    for each in (*data.fingertips.ages.values(), *data.fingertips.fingers.values()):
        assert each.source
        assert each.status in {"verified", "verified in a secondary source", "computed", "unverified"}
        assert "scleroderma" not in each.source.lower()
    assert data.fingertips.nozzle_mm == 5


def test_the_whole_arm_is_the_arm_and_the_hand_in_the_adults_table() -> None:
    units = TABLES.ages["adult"].units
    assert units[Area.ARM_HAND] == units[Area.ARM] + units[Area.HAND]
    assert units[Area.LEG_FOOT] == units[Area.LEG] + units[Area.FOOT]


@pytest.mark.parametrize(
    ("skin", "code", "words"),
    [
        (replace(ARMS, from_tube=False), "not_parsed", "nozzle: a fingertip unit is measured from a tube"),
        (replace(ARMS, areas={}), "not_parsed", "no area is named"),
        (replace(ARMS, areas={Area.ARM: 0}), "not_parsed", "no area is named"),
        (replace(ARMS, areas={Area.ARM: 3}), "out_of_range", "arm: together that makes 3 of a part a person has 2 of"),
        (replace(ARMS, areas={Area.ARM: 1, Area.ARM_HAND: 2}), "out_of_range", "arm_hand: together that makes 3"),
        (replace(ARMS, areas={Area.FACE_NECK: 2}), "out_of_range", "face_neck: together that makes 2 of a part a person has 1 of"),
        (replace(ARMS, age=TABLES.ages["6-10-years"]), "out_of_range", "arm: the table for 6 to 10 years counts this only together"),
    ],
)
def test_what_the_tables_do_not_say_is_refused(skin: TreatedSkin, code: str, words: str) -> None:
    with pytest.raises(CalculationRefused) as refusal:
        plan_course(replace(WEEK, skin=skin))
    assert refusal.value.code == code
    assert refusal.value.message.startswith(words)


def test_areas_and_stated_grams_are_never_mixed_and_one_of_them_is_needed() -> None:
    for course in (replace(WEEK, stated_grams=Fraction(1)), replace(WEEK, skin=None)):
        with pytest.raises(CalculationRefused) as refusal:
            plan_course(course)
        assert refusal.value.code == "not_parsed"


def test_a_child_is_held_for_clinical_review() -> None:
    child = replace(ARMS, age=TABLES.ages["6-10-years"], areas={Area.ARM_HAND: 2})
    assert _codes(plan_course(replace(WEEK, skin=child))) == ["clinical_review"]


def test_the_container_is_the_smallest_that_holds_it_and_its_days_are_rounded_down() -> None:
    answer = plan_course(replace(WEEK, sizes_g=(Fraction(60), Fraction(15), Fraction(30))))
    assert _figures(answer)["container"] == "30 g"
    # 30 / 2.4 = 12.5
    assert _figures(answer)["full_container_days"] == "12 d"


def test_where_no_container_holds_it_the_amount_stands_and_says_so() -> None:
    answer = plan_course(replace(WEEK, sizes_g=(Fraction(15),)))
    assert "container" not in answer.result
    assert _codes(answer) == ["no_container"]
    assert _figures(answer)["amount"] == "16.8 g"


def test_a_beyond_use_date_before_the_end_is_flagged_with_what_fits() -> None:
    answer = plan_course(replace(SPOTS, first_day=FIRST, last_day=date(2026, 12, 21), sizes_g=(Fraction(30), Fraction(100))))
    figures = _figures(answer)
    assert (figures["amount"], figures["fits"], figures["rest"], figures["fills"], figures["container"]) == ("90 g", "30 g", "60 g", "3", "30 g")
    assert _codes(answer) == ["beyond_use_before_course_end"]
    assert "30 g of the 90 g can be used up to it; the course needs 3 fills" in answer.holds[0].message


def test_a_beyond_use_date_on_the_last_day_of_the_course_is_not_flagged() -> None:
    last = FIRST + timedelta(days=SPOTS.days - 1)
    assert plan_course(replace(SPOTS, first_day=FIRST, last_day=last)).holds == ()
    assert _codes(plan_course(replace(SPOTS, first_day=FIRST, last_day=last - timedelta(days=1)))) == ["beyond_use_before_course_end"]


def test_a_container_that_would_outlast_its_beyond_use_date_is_not_to_be_filled_up() -> None:
    answer = plan_course(replace(SPOTS, days=20, first_day=FIRST, last_day=date(2026, 12, 21), sizes_g=(Fraction(50),)))
    assert _codes(answer) == ["beyond_use_before_course_end"]
    assert "do not fill it up" in answer.holds[0].message


def test_a_beyond_use_date_before_the_compounding_date_is_refused() -> None:
    with pytest.raises(CalculationRefused) as refusal:
        plan_course(replace(SPOTS, first_day=FIRST, last_day=FIRST - timedelta(days=1)))
    assert refusal.value.code == "invalid_date"
    assert refusal.value.message.startswith("last_day: ")


GRAMS = st.fractions(min_value=Fraction(1, 100), max_value=500, max_denominator=1000)


@given(GRAMS, st.integers(1, 400), st.integers(0, 400), st.sampled_from([Fraction(1, 1000), HUNDREDTH, Fraction(1, 20), Fraction(1, 2)]))
def test_property_what_fits_is_never_more_than_can_be_used_and_less_than_one_step_is_lost(amount: Fraction, days: int, usable: int, step: Fraction) -> None:
    fits = amount_that_fits(amount, course_days=Fraction(days), usable_days=usable, readability=step)
    usable_part = min(amount, amount * usable / days)
    assert 0 <= fits <= usable_part
    assert usable_part - fits < step
    assert fits == amount or (fits / step).denominator == 1


@given(GRAMS, st.integers(1, 6), st.integers(1, 400), st.integers(0, 400), st.lists(GRAMS, max_size=4))
def test_property_fits_and_rest_are_the_amount_and_the_container_holds_what_is_made(
    each: Fraction, times: int, days: int, ahead: int, sizes: list[Fraction]
) -> None:
    course = Course(
        skin=None, stated_grams=each, applications_per_day=Fraction(times), days=days, sizes_g=tuple(sizes), readability_g=HUNDREDTH, first_day=FIRST,
        last_day=FIRST + timedelta(days=ahead),
    )  # fmt: skip
    answer = plan_course(course)
    amount = each * times * days
    usable = ahead + 1
    made = amount
    assert ("fits" in answer.result) is (usable < days)
    if usable < days:
        made = amount_that_fits(amount, course_days=Fraction(days), usable_days=usable, readability=HUNDREDTH)
        assert Fraction(answer.result["fits"].value) == made
        fills = int(answer.result["fills"].value)
        assert fills * usable >= days > (fills - 1) * usable
        assert "beyond_use_before_course_end" in _codes(answer)
    holding = [size for size in sizes if size >= made]
    assert ("container" in answer.result) is bool(holding)
    if holding:
        whole = int(answer.result["full_container_days"].value)
        assert whole * each * times <= min(holding) < (whole + 1) * each * times
    else:
        assert ("no_container" in _codes(answer)) is bool(sizes)


@given(st.integers(1, 50_000), st.integers(1, 400), st.integers(1, 400))
def test_property_an_orders_part_that_fits_is_weighable_and_never_more_than_ordered(hundredths: int, days: int, usable: int) -> None:
    amount = Decimal(hundredths) / 100
    fits = fitting_grams(amount, supply_days=Decimal(days), usable_days=usable, readability_g=Decimal("0.01"))
    assert fits <= amount
    assert fits % Decimal("0.01") == 0
    assert (fits == amount) is (usable >= days)
