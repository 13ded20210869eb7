"""Supply: fingertip units, containers, days of supply, batches of a stock, beyond-use dates."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.domain.calculators.asking import answer, close, figures, hold_message, holds, refusal, refused, values

F = Fraction

GRAMS = st.decimals("0.1", "9999", places=2)


def beyond_use(compounded: object, limit: object, *expiries: object, **more: object) -> str:
    found = answer("bud", {"compounded": compounded, "limit_days": limit, "ingredient_expiries": list(expiries), **more})
    assert list(found.result) == ["bud"]
    assert found.result["bud"].unit == "date"
    assert not found.holds
    return found.result["bud"].value


@pytest.mark.parametrize(
    ("units", "each", "times", "days", "grams"),
    [("6", "0.5", "1", "7", F(21)), ("6", "0.4", "2", "7", F("33.6")), ("1", "0.5", "1", "28", F(14)), ("40", "0.5", "1", "1", F(20)), ("0.5", "0.25", "2", "30", F("7.5")), ("2.5", "0.5", "3", "14", F("52.5"))],
)  # fmt: skip
def test_fingertip_units_become_grams(units: str, each: str, times: str, days: str, grams: Fraction) -> None:
    assert figures("ftu", ftu_per_application=units, g_per_ftu=each, applications_per_day=times, days=days) == {"grams": grams}


def test_fingertip_units_say_that_they_are_an_estimate() -> None:
    (step,) = answer("ftu", {"ftu_per_application": "6", "g_per_ftu": "0.5", "applications_per_day": "1", "days": "7"}).derivation
    assert (step.formula, step.substitution, step.unit) == ("fingertip units × grams in each × applications a day × days", "6 × 0.5 × 1 × 7", "g")
    assert step.source == "fingertip unit: a strip from a 5 mm nozzle on an adult's index finger (DermNet); an estimate"


@pytest.mark.parametrize(
    ("change", "code"),
    [({"ftu_per_application": "200.1"}, "out_of_range"), ({"g_per_ftu": "5.1"}, "out_of_range"), ({"applications_per_day": "24.1"}, "out_of_range"), ({"days": "3661"}, "out_of_range"),
     ({"days": "0"}, "not_positive"), ({"g_per_ftu": "0,5"}, "ambiguous_number"), ({"age": "5"}, "not_parsed"), ({"applications_per_day": "twice"}, "invalid_number")],
)  # fmt: skip
def test_fingertip_units_beyond_any_use_are_refused(change: dict[str, object], code: str) -> None:
    assert refused("ftu", **({"ftu_per_application": "6", "g_per_ftu": "0.5", "applications_per_day": "1", "days": "7"} | change)) == code


@pytest.mark.parametrize(
    ("needed", "sizes", "size"),
    [("52.5", ["30", "60", "120"], 60), ("60", ["30", "60", "120"], 60), ("60.01", ["30", "60", "120"], 120), ("1", ["120", "15", "30"], 15), ("5", ["5"], 5)],
)
def test_the_smallest_container_that_holds_the_amount(needed: str, sizes: list[str], size: int) -> None:
    assert figures("container", needed_g=needed, sizes_g=sizes) == {"size": size}


@given(GRAMS, st.lists(GRAMS, min_size=1, max_size=8))
def test_property_the_container_holds_the_amount_and_no_smaller_one_does(needed: object, sizes: list[object]) -> None:
    fits = [F(str(size)) for size in sizes if F(str(size)) >= F(str(needed))]
    if not fits:
        assert refused("container", needed_g=str(needed), sizes_g=[str(size) for size in sizes]) == "no_container"
        return
    assert figures("container", needed_g=str(needed), sizes_g=[str(size) for size in sizes])["size"] == min(fits)


@pytest.mark.parametrize(
    ("needed", "sizes", "code"),
    [("121", ["30", "60", "120"], "no_container"), ("5", [], "no_container"), ("5", ["0"], "not_positive"), ("5", "30", "not_parsed"), ("5", None, "not_parsed"), ("0", ["30"], "not_positive"),
     ("5", ["thirty"], "invalid_number"), ("5", ["30"] * 201, "out_of_range")],
)  # fmt: skip
def test_a_container_that_is_not_there_is_refused(needed: str, sizes: object, code: str) -> None:
    assert refused("container", needed_g=needed, sizes_g=sizes) == code


def test_the_refusal_and_the_step_of_a_container() -> None:
    assert refusal("container", needed_g="500", sizes_g=["30", "60"]).message == "none of the containers holds 500 g"
    assert refusal("container", needed_g="5", sizes_g=["30", "x"]).message.startswith("size 2: ")
    assert refused("container", needed_g="5", sizes_g=["30"], x="") == "not_parsed"
    (step,) = answer("container", {"needed_g": "45", "sizes_g": ["30", "60", "120"]}).derivation
    assert (step.name, step.formula, step.substitution, step.unit) == (
        "size",
        "the smallest size that is not smaller than the amount",
        "45 in 30, 60, 120",
        "g",
    )


@pytest.mark.parametrize(
    ("dispensed", "each_day", "exact", "whole"),
    [("60", "3", F(20), 20), ("60", "7", F(60, 7), 8), ("30", "0.9", F(100, 3), 33), ("15", "15", F(1), 1), ("454", "4.8", F(454) / F("4.8"), 94), ("60", "2.0001", F(60) / F("2.0001"), 29)],
)  # fmt: skip
def test_days_of_supply_are_rounded_down(dispensed: str, each_day: str, exact: Fraction, whole: int) -> None:
    found = figures("days_supply", dispensed_g=dispensed, g_per_day=each_day)
    assert close(found["days_exact"], exact)
    assert found["days_whole"] == whole


@given(GRAMS, GRAMS)
def test_property_the_whole_days_are_covered_and_one_more_is_not(dispensed: object, each_day: object) -> None:
    found = values(answer("days_supply", {"dispensed_g": str(dispensed), "g_per_day": str(each_day)}))
    assert found["days_whole"] * F(str(each_day)) <= F(str(dispensed)) < (found["days_whole"] + 1) * F(str(each_day))


def test_an_amount_for_less_than_a_day_is_held() -> None:
    assert hold_message("days_supply", dispensed_g="1", g_per_day="2") == "the amount does not last a day"
    steps = answer("days_supply", {"dispensed_g": "60", "g_per_day": "7"}).derivation
    assert [(step.name, step.formula, step.substitution, step.unit) for step in steps] == [
        ("days_exact", "dispensed ÷ grams a day", "60 ÷ 7", "d"),
        ("days_whole", "whole days", "8.57142857142857, rounded down", "d"),
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [({"g_per_day": "0"}, "not_positive"), ({"dispensed_g": "0"}, "not_positive"), ({"g_per_day": "nan"}, "invalid_number"), ({"x": "1"}, "not_parsed")],
)
def test_days_of_supply_of_nothing_are_refused(change: dict[str, object], code: str) -> None:
    assert refused("days_supply", **({"dispensed_g": "60", "g_per_day": "3"} | change)) == code


@pytest.mark.parametrize(
    ("on_hand", "each", "withdraw", "count", "left"),
    [("500", "25.75", None, 19, "10.75"), ("75", "15", None, 5, "0"), ("500", "25.75", "3", 3, "422.75"), ("500", "25.75", 19, 19, "10.75"), ("75", "15", "5", 5, "0"), ("74.99", "15", None, 4, "14.99")],
)  # fmt: skip
def test_a_stock_makes_whole_batches(on_hand: str, each: str, withdraw: object, count: int, left: str) -> None:
    inputs = {"on_hand_g": on_hand, "per_batch_g": each} | ({} if withdraw is None else {"withdraw": withdraw})
    assert figures("batches", **inputs) == {"batches": F(count), "left_g": F(left)}


@given(GRAMS, st.decimals("1", "500", places=2))
def test_property_batches_and_rest_are_the_stock(on_hand: object, each: object) -> None:
    found = values(answer("batches", {"on_hand_g": str(on_hand), "per_batch_g": str(each)}))
    assert found["batches"] * F(str(each)) + found["left_g"] == F(str(on_hand))
    assert 0 <= found["left_g"] < F(str(each))


@pytest.mark.parametrize("on_hand", ["10", "0"])
def test_a_stock_too_small_for_a_batch_is_held_or_refused_and_never_negative(on_hand: str) -> None:
    found = answer("batches", {"on_hand_g": on_hand, "per_batch_g": "25.75"})
    assert values(found) == {"batches": 0, "left_g": F(on_hand)}
    assert [(hold.code, hold.message) for hold in found.holds] == [("insufficient_stock", f"{on_hand} g are not enough for one batch of 25.75 g")]
    refusal_found = refusal("batches", on_hand_g=on_hand, per_batch_g="25.75", withdraw=1)
    assert (refusal_found.code, refusal_found.message) == ("insufficient_stock", f"{on_hand} g make 0 batches of 25.75 g, not 1")


@pytest.mark.parametrize(
    ("change", "code"),
    [({"withdraw": "20"}, "insufficient_stock"), ({"withdraw": "0"}, "not_positive"), ({"withdraw": "1.5"}, "invalid_number"), ({"withdraw": "1000001"}, "out_of_range"), ({"withdraw": None}, "invalid_number"),
     ({"withdraw": True}, "invalid_number"), ({"per_batch_g": "0"}, "not_positive"), ({"on_hand_g": "-5"}, "not_positive"), ({"x": "1"}, "not_parsed")],
)  # fmt: skip
def test_a_withdrawal_that_cannot_be_is_refused(change: dict[str, object], code: str) -> None:
    assert refused("batches", **({"on_hand_g": "500", "per_batch_g": "25.75"} | change)) == code


def test_the_steps_of_batches() -> None:
    def steps(**inputs: object) -> list[tuple[str, str, str, str]]:
        return [
            (step.name, step.formula, step.substitution, step.unit) for step in answer("batches", {"on_hand_g": "75", "per_batch_g": "15", **inputs}).derivation
        ]

    assert steps() == [
        ("batches", "whole batches in the stock", "75 ÷ 15, rounded down", ""),
        ("left_g", "stock - batches × grams in each", "75 - 5 × 15", "g"),
    ]
    assert steps(withdraw="2") == [("batches", "batches withdrawn", "2", ""), ("left_g", "stock - batches × grams in each", "75 - 2 × 15", "g")]
    assert refusal("batches", on_hand_g="75", per_batch_g="15", withdraw="1.5").message == "withdraw: it must be a whole number"


@pytest.mark.parametrize(
    ("compounded", "limit", "expiries", "more", "last"),
    [
        ("2027-10-15", "180", [], {}, "2028-04-12"),
        ("2027-01-30", "30", [], {}, "2027-03-01"),
        ("2026-11-22", "180", [], {"day_count": "inclusive"}, "2027-05-20"),
        ("2026-11-22", "180", [], {"day_count": "elapsed"}, "2027-05-21"),
        ("2026-11-22", 180, [], {}, "2027-05-21"),
        ("2026-11-22", "1", [], {"day_count": "inclusive"}, "2026-11-22"),
        ("2028-02-28", "1", [], {}, "2028-02-29"),
        ("2026-11-22", "180", ["2027-03-31"], {}, "2027-03-31"),
        ("2026-11-22", "180", ["2027-03"], {}, "2027-03-31"),
        ("2026-11-22", "180", ["02/2027", "2027-12-31"], {}, "2027-02-28"),
        ("2026-11-22", "180", ["2030-01-01"], {}, "2027-05-21"),
        ("2026-11-22", "30", ["2026-11-22"], {}, "2026-11-22"),
        ("2026-11-22", "30", ["11/2026"], {}, "2026-11-30"),
        ("2199-12-31", "1", [], {}, "2200-01-01"),
        ("2026-11-22", "3660", [], {}, "2036-11-29"),
    ],
)
def test_the_earliest_of_limit_and_expiries_is_the_beyond_use_date(
    compounded: str, limit: object, expiries: list[str], more: dict[str, str], last: str
) -> None:
    assert beyond_use(compounded, limit, *expiries, **more) == last


def test_expiries_may_be_left_out() -> None:
    assert answer("bud", {"compounded": "2026-11-22", "limit_days": "30"}).result["bud"].value == "2026-12-22"


@given(
    st.dates(date(2000, 1, 1), date(2199, 12, 31)),
    st.integers(1, 3660),
    st.lists(st.dates(date(2000, 1, 1), date(2220, 1, 1)), max_size=4),
    st.sampled_from(["elapsed", "inclusive"]),
)
def test_property_no_beyond_use_date_passes_the_limit_or_an_expiry(compounded: date, limit: int, expiries: list[date], counting: str) -> None:
    assume(all(expiry >= compounded for expiry in expiries))
    found = date.fromisoformat(beyond_use(compounded.isoformat(), str(limit), *(expiry.isoformat() for expiry in expiries), day_count=counting))
    assert all(found <= expiry for expiry in expiries)
    last = compounded + timedelta(days=limit - (counting == "inclusive"))
    assert found == min([last, *expiries])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ingredient_expiries": ["2026-11-21"]}, "expired_ingredient"),
        ({"ingredient_expiries": ["2030-01-01", "10/2026"]}, "expired_ingredient"),
        ({"ingredient_expiries": ["soon"]}, "invalid_date"),
        ({"ingredient_expiries": [20270331]}, "invalid_date"),
        ({"ingredient_expiries": [None]}, "invalid_date"),
        ({"ingredient_expiries": ["2027-02-29"]}, "invalid_date"),
        ({"ingredient_expiries": "2027-02-28"}, "not_parsed"),
        ({"compounded": "2027-02-29"}, "invalid_date"),
        ({"compounded": "2100-02-29"}, "invalid_date"),
        ({"compounded": "2027-13-01"}, "invalid_date"),
        ({"compounded": "22/11/2026"}, "invalid_date"),
        ({"compounded": "2026-11"}, "invalid_date"),
        ({"compounded": "2026-11-22T10:00"}, "invalid_date"),
        ({"compounded": "0000-01-01"}, "invalid_date"),
        ({"compounded": "2200-01-01"}, "invalid_date"),
        ({"compounded": ""}, "invalid_date"),
        ({"compounded": None}, "invalid_date"),
        ({"compounded": 20261122}, "invalid_date"),
        ({"limit_days": "0"}, "not_positive"),
        ({"limit_days": "-30"}, "not_positive"),
        ({"limit_days": "30.5"}, "invalid_number"),
        ({"limit_days": "3661"}, "out_of_range"),
        ({"limit_days": "six months"}, "invalid_number"),
        ({"day_count": "both"}, "not_parsed"),
        ({"day_count": ""}, "missing_basis"),
        ({"zone": "PST"}, "not_parsed"),
    ],
)
def test_a_date_that_cannot_be_is_refused(change: dict[str, object], code: str) -> None:
    assert refused("bud", **({"compounded": "2026-11-22", "limit_days": "30", "ingredient_expiries": []} | change)) == code


def test_the_refusals_of_a_date_name_it() -> None:
    ask = {"compounded": "2026-11-22", "limit_days": "30"}
    assert refusal("bud", **(ask | {"ingredient_expiries": ["2026-11-20", "2026-10-01"]})).message == "an ingredient expired on 2026-10-01, before 2026-11-22"
    assert refusal("bud", **(ask | {"compounded": "2200-01-01"})).message == "2200-01-01 is too far ahead for calendar arithmetic"
    assert refusal("bud", **(ask | {"ingredient_expiries": ["2030-01", 5]})).message == "ingredient_expiries: a date is text such as 2027-05-31"
    assert refusal("bud", **(ask | {"compounded": 5})).message == "compounded: a date is text such as 2027-05-31"
    assert refusal("bud", **(ask | {"compounded": "5"})).message.startswith('compounded: "5" is not a date')


def test_the_steps_of_a_beyond_use_date() -> None:
    steps = answer("bud", {"compounded": "2026-11-22", "limit_days": "30", "ingredient_expiries": ["2027-01"], "day_count": "inclusive"}).derivation
    assert [(step.name, step.formula, step.substitution, step.value, step.unit, step.source) for step in steps] == [
        ("last day of the limit", "compounding date + limit - 1, since the compounding date is day 1", "2026-11-22 + 30 days - 1, since the compounding date is day 1", "2026-12-21", "date",
         "arithmetic"),
        ("bud", "the earliest of the limit and all expiries", "2026-12-21, 2027-01-31", "2026-12-21", "date", "clinical rule 16"),
    ]  # fmt: skip
    elapsed = answer("bud", {"compounded": "2026-11-22", "limit_days": "30"}).derivation[0]
    assert (elapsed.formula, elapsed.substitution) == ("compounding date + limit", "2026-11-22 + 30 days")
    assert holds("bud", compounded="2026-11-22", limit_days="30") == []
