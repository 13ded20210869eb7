"""Numbers: read in one way or refused by name, and written in one way."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.errors import QuantityError
from compounding.domain.numbers import (
    LONGEST_NUMBER,
    MOST_CALCULATED_DIGITS,
    check_digits,
    decimal_of,
    exact_number,
    format_number,
    plain_number,
    read_number,
    whole_steps,
    writes_decimal_comma,
)  # fmt: skip


def refusal_of(text: str, *, decimal_comma: bool = False) -> str:
    with pytest.raises(QuantityError) as refusal:
        read_number(text, decimal_comma=decimal_comma)
    return refusal.value.code


@pytest.mark.parametrize(("text", "value"), [("60", "60"), ("0.5", "0.5"), ("12.50", "12.5"), (" 5 ", "5"), ("\u00a05", "5"), ("0", "0"), ("1.125", "1.125")])
def test_a_plain_number_is_read(text: str, value: str) -> None:
    assert read_number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["", "+5", "1e2", "0x1F", "05", "00", ".5", "5.", "1 000", "1_000", "２５", "٢٥", "½", "10²", "1/2", "nan", "NaN", "sNaN", "inf", "--5", "2+2", "5;", "[]", "true", "9**9**9",
     "5\u200b", "5\n5", "5 g", "g", "9" * 16, "0." + "1" * 16, "9" * 400, "9" * 10_000, "1e", "e5", "1e5.5"],
)  # fmt: skip
def test_anything_else_is_refused_as_a_number(text: str) -> None:
    assert refusal_of(text) == "invalid_number"


@pytest.mark.parametrize("text", ["-5", "-0", "\u22125", "-0.5", "- 5", "\u20135"])
def test_a_negative_number_is_refused_as_not_positive(text: str) -> None:
    assert refusal_of(text) == "not_positive"


@pytest.mark.parametrize("text", ["1e12", "1e-12", "1E309", "1e9", "9.9e+20", "1e99999999999"])
def test_an_exponent_beyond_all_pharmacy_is_out_of_range(text: str) -> None:
    assert refusal_of(text) == "out_of_range"


@pytest.mark.parametrize("text", ["1,5", "1,000", "1.000,5", "25,0", "1,000.5", "1.000.000", "1,2,3", ",5"])
def test_a_comma_is_ambiguous_and_never_a_guess_where_the_language_does_not_write_it(text: str) -> None:
    assert refusal_of(text) == ("invalid_number" if "," not in text else "ambiguous_number")


@pytest.mark.parametrize(
    ("text", "value"), [("1,5", "1.5"), ("0,125", "0.125"), ("1,125", "1.125"), ("1234,5", "1234.5"), ("1.5", "1.5"), ("0.125", "0.125"), ("1000", "1000")]
)
def test_a_decimal_comma_is_read_where_the_language_writes_it(text: str, value: str) -> None:
    assert read_number(text, decimal_comma=True) == Decimal(value)


@pytest.mark.parametrize("text", ["1,000", "1.000", "1.125", "1,120", "12,340", "1.000,50", "1,000.50", "1,2,3", "1.2.3"])
def test_what_looks_like_thousands_is_ambiguous_in_a_comma_language_too(text: str) -> None:
    assert refusal_of(text, decimal_comma=True) == "ambiguous_number"


@pytest.mark.parametrize("text", [",5", "5,", "05,5", "-5,5", "1e2"])
def test_a_comma_language_loosens_nothing_else(text: str) -> None:
    assert refusal_of(text, decimal_comma=True) in {"invalid_number", "not_positive"}


@pytest.mark.parametrize(
    ("text", "named"),
    [("", "no number"), ("1e3", "exponent"), ("½", "0 to 9"), ("２", "0 to 9"), ("05", "lost decimal point"), (".5", "both sides"), ("5.", "both sides"), ("nan", "plain number"),
     ("1" * 401, "longer"), ("1" * 16, "more digits"), ("-1", "less than zero"), ("1e12", "beyond"), ("1,5", "decimals or thousands")],
)  # fmt: skip
def test_a_refusal_says_what_is_wrong(text: str, named: str) -> None:
    with pytest.raises(QuantityError) as refusal:
        read_number(text)
    assert named in refusal.value.message
    assert len(refusal.value.message) < 160


def test_the_length_at_which_a_text_is_no_number_is_exact() -> None:
    with pytest.raises(QuantityError, match="more digits"):
        read_number("1" * LONGEST_NUMBER)
    with pytest.raises(QuantityError, match="longer"):
        read_number("1" * (LONGEST_NUMBER + 1))


@pytest.mark.parametrize(
    ("language", "writes"), [("fr", True), ("fr-CA", True), ("ES", True), ("de-CH", True), ("en", False), ("en-CA", False), ("", False), ("nl", False)]
)
def test_french_spanish_and_german_write_the_comma(language: str, writes: bool) -> None:
    assert writes_decimal_comma(language) is writes


@pytest.mark.parametrize("number", ["123456789012345", "0.00000000000001", "1E-15", "1E+15"])
def test_fifteen_digits_are_enough(number: str) -> None:
    check_digits(Decimal(number))


@pytest.mark.parametrize("number", ["1234567890123456", "1E+16", "1E-16", "NaN", "Infinity"])
def test_more_digits_are_a_slip_of_a_machine(number: str) -> None:
    with pytest.raises(QuantityError) as refusal:
        check_digits(Decimal(number))
    assert refusal.value.code == "invalid_number"
    assert refusal.value.message == "the number has more digits than a pharmacy figure can have"


def test_a_calculation_may_read_back_what_another_wrote() -> None:
    shown = exact_number(Fraction(200, 3))
    assert read_number(shown, most_digits=MOST_CALCULATED_DIGITS) == Decimal(shown)
    with pytest.raises(QuantityError):
        read_number("1" * 41, most_digits=MOST_CALCULATED_DIGITS)


@given(st.text(max_size=10_000), st.booleans())
def test_property_no_text_becomes_a_wrong_number(text: str, decimal_comma: bool) -> None:
    try:
        number = read_number(text, decimal_comma=decimal_comma)
    except QuantityError:
        return
    typed = text.strip(" \u00a0").replace(",", ".")
    assert plain_number(number) == (typed.rstrip("0").rstrip(".") if "." in typed else typed)


@given(st.text(alphabet="0123456789.,-+eE _\u00a0\u202f", max_size=12), st.booleans())
def test_property_digits_and_signs_are_read_as_written_or_refused(text: str, decimal_comma: bool) -> None:
    try:
        number = read_number(text, decimal_comma=decimal_comma)
    except QuantityError:
        return
    typed = text.strip(" \u00a0")
    assert set(typed) <= set("0123456789.,")
    assert Fraction(number) == Fraction(typed.replace(",", "."))
    assert "," not in typed or decimal_comma


@given(st.decimals(min_value=0, max_value=Decimal("1e7"), places=3))
def test_property_a_formatted_number_says_the_same_value(value: Decimal) -> None:
    shown = format_number(value)
    assert Decimal(shown.replace(",", "")) == value
    assert "e" not in shown.lower()
    assert not (("." in shown) and shown.endswith("0"))


@given(st.decimals(min_value=0, max_value=Decimal("999.999"), places=3), st.booleans())
def test_property_what_is_printed_below_1_000_reads_as_the_same_number(value: Decimal, decimal_comma: bool) -> None:
    assert read_number(format_number(value, decimal_comma=decimal_comma), decimal_comma=decimal_comma) == value


@given(st.decimals(min_value=1000, max_value=Decimal("999999.999"), places=3), st.booleans())
def test_property_the_machine_form_reads_as_the_same_number_from_1_000_up(value: Decimal, decimal_comma: bool) -> None:
    assert read_number(plain_number(value), decimal_comma=decimal_comma) == value


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [("1234.50", "1,234.5", "1\u202f234,5"), ("0.50", "0.5", "0,5"), ("60", "60", "60"), ("1000000", "1,000,000", "1\u202f000\u202f000"), ("999", "999", "999"),
     ("1000", "1,000", "1\u202f000"), ("-1234.5", "-1,234.5", "-1\u202f234,5"), ("1E+3", "1,000", "1\u202f000"), ("100.00", "100", "100"), ("0", "0", "0"), ("-100", "-100", "-100"), ("123456", "123,456", "123\u202f456"), ("-123456", "-123,456", "-123\u202f456")],
)  # fmt: skip
def test_a_printed_number_has_no_trailing_zero_and_is_grouped_from_1_000(value: str, english: str, french: str) -> None:
    assert format_number(Decimal(value)) == english
    assert format_number(Decimal(value), decimal_comma=True) == french


@pytest.mark.parametrize(("value", "machine"), [("1234.50", "1234.5"), ("100", "100"), ("1E+3", "1000"), ("0.10", "0.1"), ("5.0", "5")])
def test_the_machine_form_has_neither_grouping_nor_exponent(value: str, machine: str) -> None:
    assert plain_number(Decimal(value)) == machine


@pytest.mark.parametrize(
    ("value", "readability", "rounded"),
    [("15.005", "0.01", "15.01"), ("15.0049", "0.01", "15.00"), ("7.3", "0.5", "7.5"), ("7.25", "0.5", "7.5"), ("7.24", "0.5", "7.0"), ("0.004", "0.01", "0")],
)
def test_a_half_is_rounded_up(value: str, readability: str, rounded: str) -> None:
    assert whole_steps(Fraction(value), Fraction(readability)) == Fraction(rounded)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(Fraction(200, 3), "66.6666666666667"), (Fraction(2, 3), "0.666666666666667"), (Fraction(1, 3), "0.333333333333333"), (Fraction(-2, 3), "-0.666666666666667"),
     (Fraction(1, 8), "0.125"), (Fraction(45, 1), "45"), (Fraction(0), "0"), (Fraction(1, 3 * 10**9), "0.000000000333333333333333"), (Fraction(10**20, 3), "33333333333333300000"),
     (Fraction(9_999_999_999_999_998, 3 * 10**15), "3.33333333333333"), (Fraction(1, 2**40), "0.0000000000009094947017729282379150390625"), (Fraction(20000, 3), "6666.66666666667")],
)  # fmt: skip
def test_an_exact_figure_is_written_in_full_or_to_fifteen_digits(value: Fraction, shown: str) -> None:
    assert exact_number(value) == shown


@given(st.fractions(min_value=Fraction(1, 10**6), max_value=Fraction(10**6)))
def test_property_a_shown_figure_is_within_half_of_its_last_digit(value: Fraction) -> None:
    shown = Fraction(exact_number(value))
    assert abs(shown - value) * 2 * 10**14 <= value


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=9))
def test_property_a_decimal_survives_being_a_fraction(value: Decimal) -> None:
    assert decimal_of(Fraction(value)) == value


@pytest.mark.parametrize("value", [Fraction(1, 3), Fraction(1, 7), Fraction(1, 2**41), Fraction(10**41, 1)])
def test_a_figure_that_does_not_end_in_time_is_no_decimal(value: Fraction) -> None:
    assert decimal_of(value) is None


def test_the_refusal_of_a_comma_says_what_to_write() -> None:
    for text, decimal_comma, remedy in (("1,5", False, "write a point for decimals"), ("1,000", True, "write the number plainly, such as 1000 or 0,5")):
        with pytest.raises(QuantityError) as refusal:
            read_number(text, decimal_comma=decimal_comma)
        assert refusal.value.message == f'in "{text}" a comma or point may separate decimals or thousands; {remedy}'


def test_a_long_text_is_repeated_in_part() -> None:
    with pytest.raises(QuantityError) as refusal:
        read_number("x" * 90)
    assert refusal.value.message == f'"{"x" * 40}" is not a plain number such as 60 or 0.5'


def test_forty_digits_are_written_in_full() -> None:
    assert decimal_of(Fraction(10**40 - 1)) == Decimal("9" * 40)
    assert decimal_of(Fraction(10**40)) is None


def test_an_empty_text_is_no_number() -> None:
    for text in ("", "  "):
        with pytest.raises(QuantityError) as refusal:
            read_number(text)
        assert refusal.value.message == "no number is given"


@pytest.mark.parametrize("text", ["\t5", "5\n", "\u202f5", "X5", "5X", "\u20035"])
def test_only_plain_spaces_around_a_number_are_passed_over(text: str) -> None:
    assert refusal_of(text) == "invalid_number"


def test_a_decimal_of_40_places_is_written_in_full() -> None:
    for base in (2, 5, 10):
        exact = decimal_of(Fraction(1, base**40))
        assert exact is not None
        assert Fraction(exact) == Fraction(1, base**40)
        assert decimal_of(Fraction(1, base**41)) is None
