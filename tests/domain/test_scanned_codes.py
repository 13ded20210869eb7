"""Codes of containers, read by the published rules of GS1: identifiers, separators, check digits, dates."""

from datetime import date

import pytest

from compounding.domain.scanned_codes import CodeRefused, is_gtin, read_code

TODAY = date(2026, 11, 22)
GTIN = "09501101530003"
"""The example of the GS1 General Specifications."""


def test_the_example_of_the_general_specifications_has_its_check_digit() -> None:
    assert is_gtin(GTIN)
    assert not is_gtin("09501101530004")
    assert not is_gtin(GTIN[1:])


@pytest.mark.parametrize("prefix", ["]C1", "]d2", "]Q3", "]e0", ""])
def test_elements_of_fixed_length_need_no_separator(prefix: str) -> None:
    code = read_code(f"{prefix}01{GTIN}1714070410AB-123", on=date(2014, 1, 1))
    assert (code.gtin, code.expires_on, code.lot_number) == (GTIN, date(2014, 7, 4), "AB-123")
    assert code.is_element_string


@pytest.mark.parametrize("code", [f"]d201{GTIN}10AB123\x1d17271231", f"\x1d01{GTIN}10AB123\x1d17271231", f"]d210AB123\x1d01{GTIN}17271231"])
def test_an_element_of_variable_length_ends_at_its_separator(code: str) -> None:
    found = read_code(code, on=TODAY)
    assert (found.gtin, found.lot_number, found.expires_on) == (GTIN, "AB123", date(2027, 12, 31))
    assert "\x1d" not in found.text


def test_other_elements_are_passed_over() -> None:
    found = read_code(f"]d201{GTIN}112601013103001750" + "21SERIAL\x1d2419X\x1d10L1", on=TODAY)
    assert found.lot_number == "L1"


def test_brackets_are_what_people_read_and_no_scan() -> None:
    found = read_code(f"(01){GTIN}(17)271231(10)AB123", on=TODAY)
    assert (found.lot_number, found.expires_on, found.is_element_string) == ("AB123", date(2027, 12, 31), False)


@pytest.mark.parametrize("code", ["EX-0B3D94", "10AB123", "0195011", "01" + "09501101530004" + "10AB"])
def test_a_code_that_is_none_of_gs1s_is_a_lot_number_of_its_own(code: str) -> None:
    found = read_code(f" {code} ", on=TODAY)
    assert (found.text, found.lot_number, found.is_element_string) == (code, code, False)


@pytest.mark.parametrize(("digits", "day"), [
    ("270200", date(2027, 2, 28)), ("280200", date(2028, 2, 29)), ("271231", date(2027, 12, 31)), ("760101", date(2076, 1, 1)), ("770101", date(1977, 1, 1)),
])  # fmt: skip
def test_day_00_is_the_last_of_the_month_and_the_century_is_the_nearest(digits: str, day: date) -> None:
    assert read_code(f"]d201{GTIN}17{digits}10A", on=TODAY).expires_on == day


def test_late_in_a_century_a_small_year_is_of_the_next_one() -> None:
    assert read_code(f"]d201{GTIN}1700010110A", on=date(2099, 1, 1)).expires_on == date(2100, 1, 1)


@pytest.mark.parametrize("code", [
    "", "   ", "x" * 201, f"]d201{GTIN}17271231", f"]d201{GTIN}17271331" + "10A", f"]d201{GTIN}1727AB31" + "10A", "]d2010950110153000", f"]d201{GTIN}10",
    "]d2" + "01" + "09501101530004" + "10A", f"]d201{GTIN}10" + "A" * 21, f"]d201{GTIN}10A\x1d10B", f"]d201{GTIN}10A B", f"]d201{GTIN}10A\x1dXY1", "(10)", "(17)2712(10)A",
])  # fmt: skip
def test_what_cannot_be_what_it_seems_is_refused(code: str) -> None:
    with pytest.raises(CodeRefused) as refusal:
        read_code(code, on=TODAY)
    assert refusal.value.code == "CODE_NOT_READ"
