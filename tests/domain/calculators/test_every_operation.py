"""What holds for every operation: strict inputs, known codes, a whole derivation, and no figure from a question that is not understood."""

import copy
import inspect
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.calculators import OPERATIONS, Answer, CalculationRefused, calculate
from compounding.domain.calculators.inputs import Inputs
from tests.domain.calculators.asking import CODES, CONSTANTS, answer, check_derivation, check_refusal, refusal, refused
from tests.domain.calculators.questions import QUESTIONS


def places(question: dict[str, object]) -> Iterator[tuple[object, ...]]:
    """The path of every value in a question, those in tables and lists included."""
    for key, value in question.items():
        yield (key,)
        if isinstance(value, dict):
            yield from ((key, name) for name in value)
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield (key, index)
                if isinstance(item, list):
                    yield from ((key, index, inner) for inner in range(len(item)))


PLACES = [(operation, place) for operation, question in QUESTIONS.items() for place in places(question)]


def spoilt(operation: str, place: tuple[object, ...], value: object) -> dict[str, object]:
    """The good question with another value at one place."""
    question = copy.deepcopy(QUESTIONS[operation])
    target: object = question
    for step in place[:-1]:
        target = target[step]  # type: ignore[index]
    target[place[-1]] = value  # type: ignore[index]
    return question


def ask(operation: str, question: dict[str, object], *, decimal_comma: bool = False) -> Answer | None:
    """The checked answer, or None for a checked refusal; anything else is a fault."""
    try:
        found = calculate(operation, question, CONSTANTS, decimal_comma=decimal_comma)
    except CalculationRefused as refused_because:
        check_refusal(refused_because)
        return None
    check_derivation(found)
    return found


def test_there_is_a_question_for_every_operation() -> None:
    assert set(QUESTIONS) == OPERATIONS
    assert len(OPERATIONS) == 28


@pytest.mark.parametrize("operation", sorted(QUESTIONS))
def test_a_good_question_is_answered_without_a_hold(operation: str) -> None:
    assert not answer(operation, QUESTIONS[operation]).holds


@pytest.mark.parametrize("operation", sorted(QUESTIONS))
def test_the_same_question_has_the_same_answer_and_is_left_as_it_was(operation: str) -> None:
    question = copy.deepcopy(QUESTIONS[operation])
    assert answer(operation, question) == answer(operation, question)
    assert question == QUESTIONS[operation]


@pytest.mark.parametrize("operation", sorted(QUESTIONS))
def test_an_unknown_input_is_refused_by_its_name(operation: str) -> None:
    found = refusal(operation, **QUESTIONS[operation], colour="white", shape="round")
    assert (found.code, found.message) == ("not_parsed", 'this calculation does not know the input "colour", "shape"')


@pytest.mark.parametrize(("operation", "key"), [(operation, key) for operation, question in QUESTIONS.items() for key in question])
def test_no_input_is_ever_guessed_when_it_is_missing(operation: str, key: str) -> None:
    question = {name: value for name, value in QUESTIONS[operation].items() if name != key}
    optional = {("bud", "ingredient_expiries"), ("bud", "day_count")}
    if (operation, key) in optional:
        assert ask(operation, question) is not None
        return
    assert refused(operation, **question) in {"invalid_number", "missing_basis", "not_parsed", "unit_missing", "missing_density", "invalid_date"}


@pytest.mark.parametrize("name", ["", "hydrates", "HYDRATE", "__init__", "x" * 10_000, "formula_ww "])
def test_an_unknown_operation_is_refused(name: str) -> None:
    found = refusal(name)
    assert found.code == "not_parsed"
    assert found.message == f'there is no calculation "{name[:40]}"'


@pytest.mark.parametrize("given", [None, [], "gross_g", 5, True, [["gross_g", "5"]]])
def test_inputs_that_are_no_table_are_refused(given: object) -> None:
    with pytest.raises(CalculationRefused) as found:
        calculate("net", given, CONSTANTS)
    assert (found.value.code, found.value.message) == ("not_parsed", "the inputs must be a table of names and values")


@pytest.mark.parametrize("operation", [None, 5, [], {}, True])
def test_an_operation_is_named_in_text(operation: object) -> None:
    with pytest.raises(CalculationRefused) as found:
        calculate(operation, {}, CONSTANTS)
    assert (found.value.code, found.value.message) == ("not_parsed", "the calculation must be named in text")


NOT_NUMBERS: list[object] = [
    "", " ", "abc", "nan", "NaN", "-inf", "Infinity", "1e2", "1E+3", "0x1F", "05", ".5", "5.", "1_000", "1 000", "1/2", "½", "10²", "٢٥", "２５", "9**9**9", "--5", "+5", "5;", "5 g", "25 %", "true", "[]",
    "1\u200b5", "5\n6", "9" * 400, "9" * 10_000, "0." + "3" * 41, None, True, False, [], {}, [[5]], {"value": [5]}, 0.5, float("nan"), float("inf"), b"5", (5,), 10**5000, -(10**5000), object(),
    Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1E+999999"), Decimal("1E-999999"), Decimal("1." + "3" * 100), "5\ud800",
]  # fmt: skip


@pytest.mark.parametrize("operation", sorted(QUESTIONS))
def test_what_is_no_number_never_becomes_one(operation: str) -> None:
    for where in (place for name, place in PLACES if name == operation):
        for value in NOT_NUMBERS:
            question = spoilt(operation, where, value)
            found = ask(operation, question)
            # A text may be a component's name; an empty list of expiries means that there are none.
            named = where == ("qs",) and isinstance(value, str) and value.strip()
            assert found is None or named or (where == ("ingredient_expiries",) and value == []), (where, value)


@pytest.mark.parametrize("text", ["1,5", "1,000", "1.000,50", "25,0", "1,000.5"])
@pytest.mark.parametrize("operation", ["net", "hydrate", "days_supply", "sum"])
def test_a_comma_is_never_guessed(operation: str, text: str) -> None:
    where = next(place for name, place in PLACES if name == operation)
    question = spoilt(operation, where, text) if operation != "sum" else {"terms_g": [text]}
    found = refusal(operation, **question)
    assert found.code == "ambiguous_number"
    assert "decimals or thousands" in found.message


def test_a_comma_is_read_where_the_language_writes_it_and_changes_nothing_else() -> None:
    found = answer("net", {"gross_g": "152,347", "tare_g": "87,912"}, decimal_comma=True)
    assert found == answer("net", {"gross_g": "152.347", "tare_g": "87.912"})
    with pytest.raises(CalculationRefused) as refused_because:
        calculate("net", {"gross_g": "1.000", "tare_g": "5"}, CONSTANTS, decimal_comma=True)
    assert refused_because.value.code == "ambiguous_number"


@pytest.mark.parametrize("value", ["60", "60.0", " 60 ", "\u00a060", 60, Decimal(60), Decimal("60.000"), Decimal("6E+1")])
def test_a_number_is_read_from_text_and_from_exact_json_numbers(value: object) -> None:
    assert answer("net", {"gross_g": value, "tare_g": "0"}).result["net_g"].value == "60"


def test_zero_and_less_have_a_code_of_their_own() -> None:
    for value in ("0", "-0", "-5", "\u22125", 0, -5, Decimal("-0.5")):
        assert refused("net", gross_g=value, tare_g="0") == "not_positive"
    assert refusal("net", gross_g="0", tare_g="0").message == "gross_g: it must be more than zero"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("10000000", None),
        ("10000000.1", "out_of_range"),
        ("0.000001", None),
        ("0.0000009", "out_of_range"),
        ("1e12", "out_of_range"),
        ("1e-12", "out_of_range"),
        ("1e8", "invalid_number"),
    ],
)
def test_an_amount_beyond_what_a_pharmacy_measures_is_out_of_range(value: str, code: str | None) -> None:
    if code is None:
        assert answer("net", {"gross_g": value, "tare_g": "0"}).result["net_g"].value == value
        return
    assert refused("net", gross_g=value, tare_g="0") == code


def test_exact_numbers_of_any_size_are_refused_like_text() -> None:
    assert refused("net", gross_g=Decimal("1E+50"), tare_g="0") == "out_of_range"
    assert refused("net", gross_g=Decimal("1E-50"), tare_g="0") == "out_of_range"
    assert refused("net", gross_g=Decimal("1E+40"), tare_g="0") == "invalid_number"
    for huge in (10**5000, 10**400):
        message = refusal("net", gross_g=huge, tare_g="0").message
        assert message.endswith("is longer than any number here")
        assert message.startswith(('gross_g: "1000', 'gross_g: "9999'))
    assert answer("net", {"gross_g": 5_000_000, "tare_g": 0}).result["net_g"].value == "5000000"
    assert refused("net", gross_g=-(10**5000), tare_g="0") in CODES


def test_a_refusal_names_its_input_and_never_repeats_a_long_one() -> None:
    assert refusal("net", gross_g="x", tare_g="0").message == 'gross_g: "x" is not a plain number such as 60 or 0.5'
    assert refusal("net", gross_g="99999999", tare_g="0").message == "gross_g: 99999999 is beyond what can be meant here"
    assert refusal("net", gross_g="99999999." + "1" * 32, tare_g="0").message == f"gross_g: 99999999.{'1' * 31} is beyond what can be meant here"
    assert refusal("net", tare_g="0").message == "gross_g: no number is given"
    assert refusal("net", gross_g=[], tare_g="0").message == "gross_g: a list is not a number"
    assert refusal("net", gross_g={}, tare_g="0").message == "gross_g: a table is not a number"
    assert refusal("net", gross_g=True, tare_g="0").message == "gross_g: true or false is not a number"
    assert refusal("net", gross_g=None, tare_g="0").message == "gross_g: an empty value is not a number"
    assert refusal("net", gross_g=0.5, tare_g="0").message == "gross_g: a value of this kind is not a number"
    assert len(refusal("net", gross_g="5" * 10_000, tare_g="0").message) < 120
    assert len(refusal("net", gross_g="1" * 39 + "5", tare_g="0").message) < 120
    assert refusal("net", gross_g="5", tare_g="1", **{"k" * 10_000: "1"}).message == f'this calculation does not know the input "{"k" * 40}"'
    assert refusal("net", gross_g="5", tare_g="1", **{f"k{number}": "1" for number in range(1000)}).message.count('"k') == 5


def test_tables_lists_and_names_are_asked_for_in_words() -> None:
    assert refusal("scale", formula=[], to_total="5").message == "formula: it must be a table of names and values"
    assert refusal("scale", formula={"": "5"}, to_total="5").message == "formula: a component needs a name"
    assert refusal("sum", terms_g="5").message == "terms_g: it must be a list"
    assert refusal("sum", terms_g=["1"] * 201).message == "terms_g: more than 200 entries"
    assert refusal("scale", formula={f"c{number}": "1" for number in range(201)}, to_total="5").message == "formula: more than 200 entries"
    assert answer("scale", {"formula": {f"c{number}": "1" for number in range(200)}, "to_total": "5"}).result["c7"].value == "0.025"
    assert answer("formula_ww", {"batch_g": "60", "percent_ww": {"x" * 120: "5"}, "qs": "y"}).result["x" * 120].value == "3"


def test_deep_or_endless_values_are_refused_and_not_followed() -> None:
    endless: list[object] = []
    endless.append(endless)
    deep: object = "5"
    for _ in range(100_000):
        deep = [deep]
    for value in (endless, deep):
        assert refused("net", gross_g=value, tare_g="0") == "invalid_number"
        assert refused("sum", terms_g=[value]) == "invalid_number"
        assert refused("potency", **(QUESTIONS["potency"] | {"assay_basis": value})) == "not_parsed"
        assert refused("bud", **(QUESTIONS["bud"] | {"compounded": value})) == "invalid_date"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=True, allow_infinity=True) | st.text(max_size=30) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(PLACES), VALUES, st.booleans())
def test_property_any_value_anywhere_gives_an_answer_or_a_known_code(where: tuple[str, tuple[object, ...]], value: object, decimal_comma: bool) -> None:
    operation, place = where
    ask(operation, spoilt(operation, place, value), decimal_comma=decimal_comma)


@given(st.sampled_from(PLACES), st.text(max_size=10_000), st.booleans())
def test_property_any_text_of_10_000_characters_anywhere_gives_an_answer_or_a_known_code(
    where: tuple[str, tuple[object, ...]], text: str, decimal_comma: bool
) -> None:
    operation, place = where
    ask(operation, spoilt(operation, place, text), decimal_comma=decimal_comma)


@given(st.sampled_from(sorted(OPERATIONS)), st.dictionaries(st.text(max_size=10), VALUES, max_size=5))
def test_property_any_table_of_inputs_gives_a_known_code(operation: str, inputs: dict[str, object]) -> None:
    ask(operation, inputs)


@given(st.sampled_from(["net", "sum", "container", "yield"]), st.text(alphabet="0123456789.,-+eE \u00a0", max_size=12))
def test_property_digits_are_taken_as_they_stand_or_refused(operation: str, text: str) -> None:
    question = {
        "net": {"gross_g": text, "tare_g": "0"}, "sum": {"terms_g": [text]}, "container": {"needed_g": text, "sizes_g": [text]}, "yield": {"obtained_g": text, "theoretical_g": "100"},
    }[operation]  # fmt: skip
    found = ask(operation, question)
    if found is not None:
        (figure,) = found.result.values()
        assert Fraction(figure.value) == Fraction(text.strip(" \u00a0"))


def test_the_codes_are_the_closed_list_of_the_exchange_format() -> None:
    assert len(CODES) == 22


def test_a_percentage_has_its_limit() -> None:
    assert Inputs({"p": "100"}).percent("p") == 100
    assert Inputs({"p": "0"}).percent("p", zero=True) == 0
    assert Inputs({"p": "7"}).percent("p", most=7) == 7
    with pytest.raises(CalculationRefused, match="p: 8 is beyond"):
        Inputs({"p": "8"}).percent("p", most=7)


def test_inputs_remember_the_language_and_what_is_there() -> None:
    inputs = Inputs({"a": "1,5"}, decimal_comma=True)
    assert inputs.decimal_comma
    assert not Inputs({}).decimal_comma
    assert inputs.has("a")
    assert not inputs.has("b")
    assert inputs.number("a") == Fraction("1.5")
    inputs.done()
    assert "decimal_comma" in inspect.signature(calculate).parameters
