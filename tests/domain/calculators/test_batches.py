"""Batches: each component in grams from percent, a formula scaled, overage on every component alike."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calculators.asking import answer, close, figures, hold_message, holds, refusal, refused, values

GRAMS = st.decimals("1", "9999", places=3)
PERCENT = st.decimals("0.1", "33", places=2)


def composition(*percents: object) -> dict[str, str]:
    return {f"component {number}": str(percent) for number, percent in enumerate(percents, start=1)}


@pytest.mark.parametrize(
    ("batch", "percents", "qs", "expected"),
    [
        ("60", {"STS": "25"}, "petrolatum", {"STS": "15", "petrolatum": "45"}),
        ("30", {"STS": "10"}, "petrolatum", {"STS": "3", "petrolatum": "27"}),
        ("15", {"STS": "12.5"}, "petrolatum", {"STS": "1.875", "petrolatum": "13.125"}),
        ("120", {"sodium_thiosulfate": "20", "mineral_oil": "5"}, "petrolatum", {"sodium_thiosulfate": "24", "mineral_oil": "6", "petrolatum": "90"}),
        ("45", {"STS": "25", "mineral_oil": "5"}, "zinc_oxide_ointment", {"STS": "11.25", "mineral_oil": "2.25", "zinc_oxide_ointment": "31.5"}),
        # A quarter each, no rest: nothing is needed to make up.
        ("100", {"zinc_oxide": "25", "starch": "25", "petrolatum": "50"}, None, {"zinc_oxide": "25", "starch": "25", "petrolatum": "50"}),
        # Textbook ointments: 3 % salicylic acid, 5 % coal tar with 2 % zinc oxide, 0.1 % and 0.05 % actives.
        ("454", {"salicylic acid": "3"}, "white ointment", {"salicylic acid": "13.62", "white ointment": "440.38"}),
        ("120", {"coal tar": "5", "zinc oxide": "2"}, "base", {"coal tar": "6", "zinc oxide": "2.4", "base": "111.6"}),
        ("30", {"triamcinolone": "0.1"}, "cream", {"triamcinolone": "0.03", "cream": "29.97"}),
        ("60", {"fluocinonide": "0.05"}, "gel", {"fluocinonide": "0.03", "gel": "59.97"}),
        ("10000", {"a": "1"}, "b", {"a": "100", "b": "9900"}),
        ("1", {"a": "1"}, "b", {"a": "0.01", "b": "0.99"}),
    ],
)
def test_percent_by_weight_becomes_grams_and_the_rest_is_made_up(batch: str, percents: dict[str, str], qs: str | None, expected: dict[str, str]) -> None:
    inputs = {"batch_g": batch, "percent_ww": percents} | ({"qs": qs} if qs else {})
    assert figures("formula_ww", **inputs) == {name: Fraction(value) for name, value in expected.items()}


@given(GRAMS, st.lists(PERCENT, min_size=1, max_size=3))
def test_property_the_components_add_up_to_the_batch(batch: object, percents: list[object]) -> None:
    found = answer("formula_ww", {"batch_g": str(batch), "percent_ww": composition(*percents), "qs": "base"})
    assert sum(values(found).values()) == Fraction(str(batch))
    assert {figure.unit for figure in found.result.values()} == {"g"}


@given(GRAMS, st.lists(PERCENT, min_size=1, max_size=3), st.integers(2, 9))
def test_property_a_larger_batch_of_the_same_formula_is_larger_in_every_component(batch: object, percents: list[object], times: int) -> None:
    once, more = (
        values(answer("formula_ww", {"batch_g": _decimal_text(mass), "percent_ww": composition(*percents), "qs": "base"}))
        for mass in (Fraction(str(batch)), Fraction(str(batch)) * times)
    )
    assert more == {name: grams * times for name, grams in once.items()}


@pytest.mark.parametrize(("percent", "unusual"), [("9.99", True), ("10", False), ("25", False), ("25.01", True), ("80", True), ("0.25", True)])
@pytest.mark.parametrize("name", ["STS", "sodium_thiosulfate", "Sodium thiosulfate", " sts ", "SODIUM-THIOSULFATE", "sodium__thiosulfate"])
def test_an_unpublished_strength_is_held_under_every_name_of_the_drug(percent: str, unusual: bool, name: str) -> None:
    assert holds("formula_ww", batch_g="60", percent_ww={name: percent}, qs="petrolatum") == (["outside_usual_range"] if unusual else [])


def test_the_hold_names_the_strength_and_the_published_range() -> None:
    message = hold_message("formula_ww", batch_g="60", percent_ww={"STS": "80"}, qs="petrolatum")
    assert message == "80 % w/w sodium thiosulfate is outside the published 10 to 25 %; the prescriber must confirm it"


def test_the_drug_under_two_names_counts_together() -> None:
    assert holds("formula_ww", batch_g="60", percent_ww={"STS": "15", "sodium_thiosulfate": "15"}, qs="petrolatum") == ["outside_usual_range"]


def test_the_drug_as_the_rest_has_a_strength_too() -> None:
    assert holds("formula_ww", batch_g="60", percent_ww={"petrolatum": "75"}, qs="STS") == []
    assert holds("formula_ww", batch_g="60", percent_ww={"petrolatum": "90"}, qs="STS") == []
    assert holds("formula_ww", batch_g="60", percent_ww={"petrolatum": "50"}, qs="STS") == ["outside_usual_range"]


@pytest.mark.parametrize(("batch", "held"), [("10000", []), ("10000.01", ["implausible"]), ("1", []), ("0.99", ["implausible"])])
def test_a_batch_larger_or_smaller_than_a_pharmacy_makes_is_held(batch: str, held: list[str]) -> None:
    assert holds("formula_ww", batch_g=batch, percent_ww={"STS": "25"}, qs="petrolatum") == held
    assert holds("scale", formula={"STS": "25", "petrolatum": "75"}, to_total=batch) == held
    assert holds("overage", target_g=batch, overage_percent="0", percent_ww={"STS": "25"}, qs="petrolatum") == held


def test_an_unusual_batch_is_named_in_kilograms_or_grams() -> None:
    assert hold_message("formula_ww", batch_g="20000", percent_ww={"STS": "25"}, qs="b") == "a batch of 20000 g is more than 10 kg"
    assert hold_message("formula_ww", batch_g="0.5", percent_ww={"STS": "25"}, qs="b") == "a batch of 0.5 g is less than 1 g"


def test_nothing_left_to_make_up_is_held() -> None:
    found = answer("formula_ww", {"batch_g": "60", "percent_ww": {"STS": "25", "petrolatum": "75"}, "qs": "mineral oil"})
    assert values(found) == {"STS": 15, "petrolatum": 45, "mineral oil": 0}
    assert [(hold.code, hold.message) for hold in found.holds] == [("implausible", 'the components already make 100 %, so nothing is left for "mineral oil"')]


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"percent_ww": {"STS": "101"}}, "composition_over_100"),
        ({"percent_ww": {"STS": "250"}}, "composition_over_100"),
        ({"percent_ww": {"a": "60", "b": "40.01"}}, "composition_over_100"),
        ({"percent_ww": {"STS": "0"}}, "not_positive"),
        ({"percent_ww": {"STS": "-5"}}, "not_positive"),
        ({"percent_ww": {"STS": "25 %"}}, "invalid_number"),
        ({"percent_ww": {"STS": "25,0"}}, "ambiguous_number"),
        ({"percent_ww": {"STS": "1e7"}}, "invalid_number"),
        ({"percent_ww": {"STS": "10000000"}}, "out_of_range"),
        ({"percent_ww": {"STS": "1000000"}}, "composition_over_100"),
        ({"percent_ww": {"STS": "1000000.5"}}, "out_of_range"),
        ({"percent_ww": {}}, "not_parsed"),
        ({"percent_ww": []}, "not_parsed"),
        ({"percent_ww": {" ": "5"}}, "not_parsed"),
        ({"percent_ww": {"x" * 121: "5"}}, "not_parsed"),
        ({"percent_ww": {f"c{number}": "0.1" for number in range(201)}}, "out_of_range"),
        ({"qs": "STS"}, "basis_conflict"),
        ({"qs": ""}, "not_parsed"),
        ({"qs": 5}, "not_parsed"),
        ({"qs": None}, "not_parsed"),
        ({"batch_g": "0"}, "not_positive"),
        ({"batch_g": "-60"}, "not_positive"),
        ({"batch_g": "10000001"}, "out_of_range"),
        ({"batch_g": "0.0000001"}, "out_of_range"),
        ({"batch_g": "60 g"}, "invalid_number"),
        ({"colour": "white"}, "not_parsed"),
        ({"order_text": "25 % of 60 g"}, "not_parsed"),
    ],
)
def test_a_composition_that_cannot_be_is_refused_by_name(inputs: dict[str, object], code: str) -> None:
    assert refused("formula_ww", **({"batch_g": "60", "percent_ww": {"STS": "25"}, "qs": "petrolatum"} | inputs)) == code


def test_a_refusal_says_what_is_wrong_with_the_composition() -> None:
    assert refusal("formula_ww", batch_g="60", percent_ww={"a": "60", "b": "41"}, qs="c").message == "the components add up to 101 %, more than the whole"
    assert refusal("formula_ww", batch_g="60", percent_ww={"a": "60"}, qs="a").message == '"a" has a percentage and is to make up the rest as well'
    clash = refusal("formula_ww", batch_g="60", percent_ww={"STS": "60"}, qs="STS")
    assert clash.message == '"sodium thiosulfate" has a percentage and is to make up the rest as well'
    assert refusal("formula_ww", batch_g="60", percent_ww={"a": "6"}).message == "qs: a component needs a name"
    assert refusal("formula_ww", batch_g="60", percent_ww={"a": "x"}, qs="b").message.startswith("a: ")


@pytest.mark.parametrize(
    ("formula", "total", "expected"),
    [
        ({"STS": "10", "water": "10", "base": "80"}, "30", {"STS": "3", "water": "3", "base": "24"}),
        ({"STS": "15", "petrolatum": "45"}, "120", {"STS": "30", "petrolatum": "90"}),
        # Reducing a formula for 1,000 g of ointment to 60 g, and a part formula (3 : 1 : 6) to 90 g.
        ({"sulfur": "100", "mineral oil": "100", "white ointment": "800"}, "60", {"sulfur": "6", "mineral oil": "6", "white ointment": "48"}),
        ({"a": "3", "b": "1", "c": "6"}, "90", {"a": "27", "b": "9", "c": "54"}),
        ({"a": "1", "b": "2"}, "1", {"a": "0.333333333333333", "b": "0.666666666666667"}),
    ],
)
def test_a_formula_is_enlarged_or_reduced_in_proportion(formula: dict[str, str], total: str, expected: dict[str, str]) -> None:
    assert figures("scale", formula=formula, to_total=total) == {name: Fraction(value) for name, value in expected.items()}


@given(st.lists(GRAMS, min_size=1, max_size=4), st.integers(1, 50))
def test_property_scaling_is_linear_and_conserves_mass(parts: list[object], times: int) -> None:
    formula = composition(*parts)
    total = sum(Fraction(str(part)) for part in parts)
    goal = total * times
    found = values(answer("scale", {"formula": formula, "to_total": _decimal_text(goal)}))
    assert found == {name: Fraction(part) * times for name, part in formula.items()}
    assert sum(found.values()) == goal


def _decimal_text(value: Fraction) -> str:
    return f"{value.numerator * 1000 // value.denominator // 1000}.{value.numerator * 1000 // value.denominator % 1000:03}"


def test_a_scaled_formula_shows_its_factor_and_is_held_for_its_strength() -> None:
    found = answer("scale", {"formula": {"STS": "30", "petrolatum": "70"}, "to_total": "50"})
    assert [hold.code for hold in found.holds] == ["outside_usual_range"]
    first = found.derivation[0]
    assert (first.name, first.value, first.formula, first.substitution) == ("scaling factor", "0.5", "wanted total ÷ sum of the formula", "50 ÷ (30 + 70)")
    assert found.derivation[1].substitution == "30 × 50 ÷ 100"


@pytest.mark.parametrize(
    ("inputs", "code"),
    [({"formula": {}}, "not_parsed"), ({"formula": {"a": "0"}}, "not_positive"), ({"formula": {"a": None}}, "invalid_number"), ({"to_total": "0"}, "not_positive"), ({"to_total": ""}, "invalid_number"),
     ({"formula": "a"}, "not_parsed"), ({"by": "2"}, "not_parsed")],
)  # fmt: skip
def test_a_formula_that_cannot_be_scaled_is_refused(inputs: dict[str, object], code: str) -> None:
    assert refused("scale", **({"formula": {"a": "1"}, "to_total": "5"} | inputs)) == code


@pytest.mark.parametrize(
    ("target", "extra", "percent", "batch", "drug", "rest"),
    [("60", "3", "25", "61.8", "15.45", "46.35"), ("30", "0", "20", "30", "6", "24"), ("45", "2.5", "15", "46.125", "6.91875", "39.20625"), ("120", "10", "10", "132", "13.2", "118.8"),
     ("50", "25", "12", "62.5", "7.5", "55")],
)  # fmt: skip
def test_overage_enlarges_every_component_alike(target: str, extra: str, percent: str, batch: str, drug: str, rest: str) -> None:
    found = figures("overage", target_g=target, overage_percent=extra, percent_ww={"STS": percent}, qs="petrolatum")
    assert found == {"batch": Fraction(batch), "STS": Fraction(drug), "petrolatum": Fraction(rest)}


@given(GRAMS, st.decimals("0", "25", places=1), st.decimals("10", "25", places=1))
def test_property_overage_leaves_the_strength_and_conserves_mass(target: object, extra: object, percent: object) -> None:
    found = values(answer("overage", {"target_g": str(target), "overage_percent": str(extra), "percent_ww": {"STS": str(percent)}, "qs": "base"}))
    assert found["STS"] + found["base"] == found["batch"]
    assert found["STS"] * 100 == found["batch"] * Fraction(str(percent))
    assert found["batch"] * 100 == Fraction(str(target)) * (100 + Fraction(str(extra)))


def test_an_overage_that_can_hardly_be_meant_is_held() -> None:
    assert holds("overage", target_g="60", overage_percent="25", percent_ww={"STS": "25"}, qs="base") == []
    assert hold_message("overage", target_g="60", overage_percent="25.1", percent_ww={"STS": "25"}, qs="base") == "an overage of 25.1 % is more than 25 %"


@pytest.mark.parametrize(
    ("inputs", "code"),
    [({"overage_percent": "101"}, "out_of_range"), ({"overage_percent": "-3"}, "not_positive"), ({"overage_percent": ""}, "invalid_number"), ({"target_g": "0"}, "not_positive"),
     ({"percent_ww": {"batch": "5"}}, "not_parsed"), ({"qs": "batch"}, "not_parsed"), ({"percent_ww": {"STS": "120"}}, "composition_over_100"), ({"x": "1"}, "not_parsed")],
)  # fmt: skip
def test_an_overage_that_cannot_be_is_refused(inputs: dict[str, object], code: str) -> None:
    assert refused("overage", **({"target_g": "60", "overage_percent": "3", "percent_ww": {"STS": "25"}, "qs": "base"} | inputs)) == code


def test_a_component_never_hides_the_batch() -> None:
    found = refusal("overage", target_g="60", overage_percent="3", percent_ww={"batch": "5"}, qs="base")
    assert found.message == 'a component cannot be called "batch", since the whole is called so'
    assert figures("formula_ww", batch_g="60", percent_ww={"batch": "5"}, qs="base") == {"batch": 3, "base": 57}


def test_every_step_of_a_batch_names_formula_numbers_and_source() -> None:
    found = answer("overage", {"target_g": "60", "overage_percent": "3", "percent_ww": {"STS": "25"}, "qs": "base"})
    assert [(step.name, step.formula, step.substitution, step.unit, step.source) for step in found.derivation] == [
        ("batch", "amount × (1 + overage ÷ 100)", "60 × (1 + 3 ÷ 100)", "g", "the pharmacy's own overage"),
        ("STS", "batch × % w/w ÷ 100", "61.8 × 25 ÷ 100", "g", "arithmetic"),
        ("base", "batch - all other components (q.s.)", "61.8 - 15.45", "g", "conservation of mass"),
    ]
    scaled = answer("scale", {"formula": {"a": "1"}, "to_total": "3"}).derivation[1]
    assert (scaled.formula, scaled.source, close(Fraction(scaled.value), Fraction(3))) == ("component × wanted total ÷ sum of the formula", "arithmetic", True)


def test_a_refusal_names_the_component_that_cannot_be_read() -> None:
    assert refusal("scale", formula={"a": "1", "starch": "x"}, to_total="5").message.startswith("starch: ")
