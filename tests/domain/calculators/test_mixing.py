"""Mixing: alligation, strengthening and diluting, the strength of a mixture, ratio strengths."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.domain.calculators.asking import answer, close, figures, refusal, refused, values

F = Fraction

PERCENT = st.decimals("0", "100", places=2)
GRAMS = st.decimals("0.1", "9999", places=2)


@pytest.mark.parametrize(
    ("high", "low", "target", "given", "mass", "high_g", "low_g"),
    [
        ("25", "0", "10", "total_g", "100", F(40), F(60)),
        ("25", "10", "15", "total_g", "120", F(40), F(80)),
        ("25", "0", "25", "total_g", "30", F(30), F(0)),
        ("25", "0", "0", "total_g", "30", F(0), F(30)),
        ("20", "5", "12", "total_g", "480", F(224), F(256)),
        ("25", "10", "20", "low_mass_g", "30", F(60), F(30)),
        ("25", "10", "20", "high_mass_g", "30", F(30), F(15)),
        ("25", "10", "10", "low_mass_g", "30", F(0), F(30)),
        ("25", "10", "25", "high_mass_g", "30", F(30), F(0)),
        # Textbook items: alcohol 95 % and 50 % to 70 %; ichthammol 50 % and 5 % to 10 %; hydrocortisone 2.5 % and 1 % to 1.5 %; drug powder and 10 % ointment to 12.5 %.
        ("95", "50", "70", "total_g", "1000", F(4000, 9), F(5000, 9)),
        ("50", "5", "10", "low_mass_g", "4536", F(567), F(4536)),
        ("2.5", "1", "1.5", "total_g", "60", F(20), F(40)),
        ("100", "10", "12.5", "low_mass_g", "90", F(18, 7), F(90)),
        ("0.1", "0.025", "0.05", "total_g", "45", F(15), F(30)),
    ],
)
def test_alligation_from_the_total_or_from_either_mass(high: str, low: str, target: str, given: str, mass: str, high_g: Fraction, low_g: Fraction) -> None:
    found = figures("alligation", high=high, low=low, target=target, **{given: mass})
    assert close(found["high_g"], high_g)
    assert close(found["low_g"], low_g)
    assert close(found["total_g"], high_g + low_g)


@given(PERCENT, PERCENT, PERCENT, GRAMS)
def test_property_what_alligation_gives_mixes_to_the_target(first: object, second: object, third: object, total: object) -> None:
    low, target, high = sorted(F(str(each)) for each in (first, second, third))
    assume(high > low)
    found = figures("alligation", high=_text(high), low=_text(low), target=_text(target), total_g=str(total))
    assert close(found["high_g"] + found["low_g"], F(str(total)))
    drug = (found["high_g"] * high + found["low_g"] * low) / F(str(total))
    assert abs(drug - target) <= F(1, 10**10)
    parts = [[_plain(found[mass]), _text(percent)] for mass, percent in (("high_g", high), ("low_g", low)) if found[mass] > F(1, 10**5)]
    mixed = values(answer("mix", {"parts": parts}))
    assert abs(mixed["percent"] - target) <= F(1, 100)


def _text(value: Fraction) -> str:
    return f"{value.numerator * 100 // value.denominator // 100}.{value.numerator * 100 // value.denominator % 100:02}"


def _plain(value: Fraction) -> str:
    digits = str(value.numerator * 10**12 // value.denominator).rjust(13, "0")
    return f"{digits[:-12]}.{digits[-12:]}"


@pytest.mark.parametrize(
    ("change", "code"),
    [({"target": "30"}, "alligation_range"), ({"target": "5"}, "alligation_range"), ({"high": "10"}, "alligation_range"), ({"high": "5"}, "alligation_range"),
     ({"high": "101"}, "out_of_range"), ({"high": "0"}, "not_positive"), ({"total_g": "0"}, "not_positive"), ({"total_g": "9", "low_mass_g": "9"}, "not_parsed"), ({"low": "-1"}, "not_positive"),
     ({"target": ""}, "invalid_number"), ({"middle": "5"}, "not_parsed")],
)  # fmt: skip
def test_a_target_outside_both_strengths_is_refused(change: dict[str, object], code: str) -> None:
    assert refused("alligation", **({"high": "25", "low": "10", "target": "15", "total_g": "60"} | change)) == code


def test_alligation_needs_exactly_one_mass_that_decides() -> None:
    none = refusal("alligation", high="25", low="10", target="15")
    assert (none.code, none.message) == ("invalid_number", "give exactly one of total_g, low_mass_g and high_mass_g")
    assert (
        refusal("alligation", high="25", low="10", target="10", high_mass_g="5").message
        == "10 % holds nothing of that preparation, so its mass decides nothing"
    )
    assert refused("alligation", high="25", low="10", target="25", low_mass_g="5") == "alligation_range"
    assert refusal("alligation", high="25", low="10", target="30", total_g="5").message == "30 % does not lie between 10 % and 25 %"
    assert (
        refusal("alligation", high="10", low="10", target="10", total_g="5").message
        == "the stronger preparation (10 %) must be stronger than the weaker one (10 %)"
    )


@pytest.mark.parametrize(
    ("given", "base", "divisor"), [("total_g", "all parts", "15"), ("low_mass_g", "parts of the weaker", "10"), ("high_mass_g", "parts of the stronger", "5")]
)
def test_the_steps_of_alligation_show_the_parts(given: str, base: str, divisor: str) -> None:
    steps = answer("alligation", {"high": "25", "low": "10", "target": "15", given: "60"}).derivation
    assert [(step.name, step.formula, step.substitution, step.value, step.unit) for step in steps[:2]] == [
        ("parts of the stronger", "wanted - weaker", "15 - 10", "5", ""),
        ("parts of the weaker", "stronger - wanted", "25 - 15", "10", ""),
    ]
    assert [(step.name, step.formula, step.substitution, step.unit) for step in steps[2:]] == [
        ("high_g", f"given mass × parts of the stronger ÷ {base}", f"60 × 5 ÷ {divisor}", "g"),
        ("low_g", f"given mass × parts of the weaker ÷ {base}", f"60 × 10 ÷ {divisor}", "g"),
        ("total_g", f"given mass × all parts ÷ {base}", f"60 × 15 ÷ {divisor}", "g"),
    ]


@pytest.mark.parametrize(
    ("mass", "percent", "target", "additive", "add"),
    [("500", "1", "4", "100", F(125, 8)), ("60", "10", "25", "100", F(12)), ("100", "0", "20", "25", F(400)), ("90", "5", "5", "100", F(0)), ("45", "1", "2.5", "10", F(9)),
     # Diluting: 100 g of 25 % down to 10 % with plain base, 60 g of 10 % down to 5 % with a 1 % ointment.
     ("100", "25", "10", "0", F(150)), ("60", "10", "5", "1", F(75)), ("30", "5", "5", "0", F(0))],
)  # fmt: skip
def test_what_to_add_to_reach_a_strength(mass: str, percent: str, target: str, additive: str, add: Fraction) -> None:
    assert close(figures("fortify", mass_g=mass, percent=percent, target=target, additive_percent=additive)["add_g"], add)


@given(GRAMS, PERCENT, PERCENT, PERCENT)
def test_property_what_was_added_mixes_to_the_target(mass: object, first: object, second: object, third: object) -> None:
    percent, target, additive = sorted(F(str(each)) for each in (first, second, third))
    assume(target > 0)
    assume(additive > target)
    weight = F(str(mass))
    for present, added in ((percent, additive), (additive, percent)):
        if added == target:
            continue
        found = values(answer("fortify", {"mass_g": str(mass), "percent": _text(present), "target": _text(target), "additive_percent": _text(added)}))["add_g"]
        assert found >= 0
        assert abs((weight * present + found * added) / (weight + found) - target) <= F(1, 10**10)


@pytest.mark.parametrize(
    ("percent", "target", "additive"), [("10", "20", "15"), ("10", "20", "20"), ("10", "5", "100"), ("10", "5", "5"), ("10", "5", "7"), ("10", "20", "0")]
)
def test_a_strength_that_adding_cannot_reach_is_refused(percent: str, target: str, additive: str) -> None:
    found = refusal("fortify", mass_g="60", percent=percent, target=target, additive_percent=additive)
    assert (found.code, found.message) == ("alligation_range", f"{target} % cannot be reached from {percent} % by adding {additive} %")


@pytest.mark.parametrize(
    ("change", "code"),
    [({"mass_g": "0"}, "not_positive"), ({"percent": "101"}, "out_of_range"), ({"target": "0"}, "not_positive"), ({"additive_percent": "-1"}, "not_positive"), ({"additive_percent": "100.1"}, "out_of_range"),
     ({"note": "x"}, "not_parsed")],
)  # fmt: skip
def test_strengthening_with_impossible_figures_is_refused(change: dict[str, object], code: str) -> None:
    assert refused("fortify", **({"mass_g": "60", "percent": "10", "target": "20", "additive_percent": "100"} | change)) == code


def test_the_step_of_strengthening_shows_its_differences() -> None:
    (step,) = answer("fortify", {"mass_g": "500", "percent": "1", "target": "4", "additive_percent": "100"}).derivation
    assert (step.name, step.formula, step.substitution, step.unit) == (
        "add_g",
        "mass × (wanted - present) ÷ (added - wanted)",
        "500 × (4 - 1) ÷ (100 - 4)",
        "g",
    )


@pytest.mark.parametrize(
    ("parts", "total", "percent"),
    [
        ([["200", "10"], ["300", "20"]], F(500), F(16)),
        ([["50", "5"], ["100", "10"], ["25", "25"]], F(175), F(75, 7)),
        ([["45", "25"], ["15", "0"]], F(60), F("18.75")),
        ([["3000", "40"], ["1000", "60"], ["1000", "70"]], F(5000), F(50)),
        ([["250", "2.5"]], F(250), F("2.5")),
        ([["1", "100"], ["1", "0"], ["1", "0"]], F(3), F(100, 3)),
        ([[str(number), "12.5"] for number in range(1, 201)], F(20100), F("12.5")),
    ],
)
def test_the_strength_of_a_mixture(parts: list[list[str]], total: Fraction, percent: Fraction) -> None:
    found = figures("mix", parts=parts)
    assert found["total_g"] == total
    assert close(found["percent"], percent)


@given(st.lists(st.tuples(GRAMS, PERCENT), min_size=1, max_size=5))
def test_property_a_mixture_holds_the_drug_of_its_parts(parts: list[tuple[object, object]]) -> None:
    found = values(answer("mix", {"parts": [[str(mass), str(percent)] for mass, percent in parts]}))
    assert found["total_g"] == sum(F(str(mass)) for mass, _ in parts)
    drug = sum(F(str(mass)) * F(str(percent)) for mass, percent in parts)
    assert abs(found["total_g"] * found["percent"] - drug) <= drug / 10**13


@pytest.mark.parametrize(
    ("parts", "code"),
    [([], "invalid_number"), ("60", "not_parsed"), (None, "not_parsed"), ([["60"]], "not_parsed"), ([["60", "5", "1"]], "not_parsed"), (["60", "5"], "not_parsed"), ([["0", "5"]], "not_positive"),
     ([["60", "101"]], "out_of_range"), ([["60", "-5"]], "not_positive"), ([["6,0", "5"]], "ambiguous_number"), ([["60", True]], "invalid_number"), ([["60", []]], "invalid_number"),
     ([["1", "1"]] * 201, "out_of_range"), ([{"g": "60"}], "not_parsed")],
)  # fmt: skip
def test_a_mixture_that_cannot_be_is_refused(parts: object, code: str) -> None:
    assert refused("mix", parts=parts) == code


def test_a_refusal_names_the_part() -> None:
    assert refusal("mix", parts=[["1", "5"], ["0", "5"]]).message == "grams of part 2: it must be more than zero"
    assert refusal("mix", parts=[["1", "5"], ["1", "x"]]).message.startswith("percent of part 2: ")
    assert refusal("mix", parts=[["1", "5"], 7]).message == "parts: part 2 is not a pair of grams and percent"
    assert refusal("mix", parts=[]).message == "parts: the list is empty"
    assert refused("mix", parts=[["1", "5"]], x="1") == "not_parsed"


def test_the_steps_of_a_mixture_show_every_part() -> None:
    steps = answer("mix", {"parts": [["200", "10"], ["300", "20"]]}).derivation
    assert [(step.name, step.formula, step.substitution, step.value, step.unit, step.source) for step in steps] == [
        ("total_g", "sum of all parts", "200 + 300", "500", "g", "conservation of mass"),
        ("drug in all parts", "sum of mass × percent ÷ 100", "200 × 10 ÷ 100 + 300 × 20 ÷ 100", "80", "g", "arithmetic"),
        ("percent", "drug ÷ total × 100", "80 ÷ 500 × 100", "16", "%", "arithmetic"),
    ]


@pytest.mark.parametrize(
    ("one_in", "mass", "percent", "amount"),
    [("4", "60", F(25), F(15)), ("10", "45", F(10), F("4.5")), ("1000", "30", F("0.1"), F("0.03")), ("3", "60", F(100, 3), F(20)), ("1", "60", F(100), F(60)), ("2500", "500", F("0.04"), F("0.2")),
     ("1000000000", "10", F(1, 10**7), F(1, 10**8)), ("2.5", "50", F(40), F(20))],
)  # fmt: skip
def test_one_in_n_as_percent_and_as_an_amount(one_in: str, mass: str, percent: Fraction, amount: Fraction) -> None:
    found = figures("ratio", one_in=one_in, mass_g=mass)
    assert close(found["percent"], percent)
    assert close(found["amount_g"], amount)


@given(st.decimals("1", "1000000", places=2), GRAMS)
def test_property_a_ratio_and_its_percent_say_the_same(one_in: object, mass: object) -> None:
    found = figures("ratio", one_in=str(one_in), mass_g=str(mass))
    assert abs(found["amount_g"] * 100 - F(str(mass)) * found["percent"]) <= F(str(mass)) / 10**10
    back = figures("percent_to_ratio", percent=_at_most_40_digits(found["percent"]))["one_in"]
    assert abs(back - F(str(one_in))) <= F(str(one_in)) / 10**10


def _at_most_40_digits(value: Fraction) -> str:
    digits = str(value.numerator * 10**25 // value.denominator).rjust(26, "0")
    return f"{digits[:-25]}.{digits[-25:]}"


@pytest.mark.parametrize(
    ("one_in", "code"),
    [
        ("0.99", "out_of_range"),
        ("0", "not_positive"),
        ("1000000001", "out_of_range"),
        ("1:4", "invalid_number"),
        ("", "invalid_number"),
        (True, "invalid_number"),
    ],
)
def test_a_ratio_of_more_than_the_whole_is_refused(one_in: object, code: str) -> None:
    assert refused("ratio", one_in=one_in, mass_g="60") == code


def test_the_refusal_of_a_ratio_says_why() -> None:
    assert refusal("ratio", one_in="0.5", mass_g="60").message == "1 in 0.5 would be more than the whole"
    assert refused("ratio", one_in="4", mass_g="0") == "not_positive"
    assert refused("ratio", one_in="4", mass_g="60", x="") == "not_parsed"


def test_the_steps_of_a_ratio() -> None:
    steps = answer("ratio", {"one_in": "4", "mass_g": "60"}).derivation
    assert [(step.name, step.formula, step.substitution, step.unit) for step in steps] == [
        ("percent", "100 ÷ n", "100 ÷ 4", "%"),
        ("amount_g", "mass ÷ n", "60 ÷ 4", "g"),
    ]
    (step,) = answer("percent_to_ratio", {"percent": "0.25"}).derivation
    assert (step.name, step.formula, step.substitution, step.value, step.unit) == ("one_in", "100 ÷ percent", "100 ÷ 0.25", "400", "")


@pytest.mark.parametrize(
    ("percent", "one_in"), [("0.25", F(400)), ("25", F(4)), ("0.02", F(5000)), ("0.9", F(1000, 9)), ("100", F(1)), ("0.0000001", F(10**9)), ("33", F(100, 33))]
)
def test_a_percentage_as_one_in_n(percent: str, one_in: Fraction) -> None:
    assert close(figures("percent_to_ratio", percent=percent)["one_in"], one_in)


@pytest.mark.parametrize(
    ("percent", "code"), [("0", "not_positive"), ("100.1", "out_of_range"), ("0.00000009", "out_of_range"), ("25%", "invalid_number"), ("-1", "not_positive")]
)
def test_a_percentage_that_is_no_share_is_refused(percent: str, code: str) -> None:
    assert refused("percent_to_ratio", percent=percent) == code
    assert refused("percent_to_ratio", percent="25", of="60") == "not_parsed"
