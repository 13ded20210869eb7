"""A proposed text that is not whole is refused with everything that is wrong with it, each fault with its line."""

import pytest

from compounding.domain.formulary_versions import Kind
from compounding.reference.site_texts import shipped_texts
from compounding.reference.text_faults import faults

FORMULA = next(each for each in shipped_texts() if each.id == "sodium-thiosulfate-in-petrolatum").text.replace('version = "1"', 'version = "2-here"', 1)
PHRASES = next(each for each in shipped_texts() if each.id == "phrases-fr").text.replace('version = "2"', 'version = "3-here"', 1)


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if words in line)


@pytest.mark.parametrize(("kind", "text"), [(Kind.FORMULA, FORMULA), (Kind.PHRASES, PHRASES)])
def test_a_whole_text_has_no_fault(kind: Kind, text: str) -> None:
    assert faults(kind, text) == ()


def test_every_fault_of_a_formula_is_found_with_its_line() -> None:
    text = FORMULA
    for before, after in (
        ('storage = "Room', 'storag = "Room'), ('highest_temperature_celsius = "40"', 'highest_temperature_celsius = "60"'), ('sign = "witness"', 'sing = "witness"'),
        ('base = "white-petrolatum"', 'base = "lanolin"'),
    ):  # fmt: skip
        assert before in text
        text = text.replace(before, after, 1)
    found = {each.line: each.sentence for each in faults(Kind.FORMULA, text)}
    assert "more than 40 °C" in found[line_of(text, "highest_temperature")]
    assert '"storag", which is not known' in found[line_of(text, "storag ")]
    assert "lanolin" in found[line_of(text, 'base = "lanolin"')]
    steps = [number for number, line in enumerate(text.splitlines(), start=1) if line == "[[procedure]]"]
    assert '"procedure" number 3 holds "sing"' in found[steps[2]]
    assert 'has no "storage"' in found[None]
    assert len(found) == 5


def test_every_fault_of_phrases_is_found_with_its_line() -> None:
    text = PHRASES.replace("{count}", "{number}", 1).replace("[phrase.drug_name]", "[phrase.drug_nam]", 1)
    found = faults(Kind.PHRASES, text)
    said = " ".join(each.sentence for each in found)
    assert "drug_nam" in said
    assert any(each.line is not None and "{number}" in text.splitlines()[each.line] for each in found)


def test_a_text_that_is_no_toml_is_refused_at_its_line() -> None:
    (fault,) = faults(Kind.FORMULA, 'id = "x"\nname = \n')
    assert (fault.code, fault.line) == ("DATA_NOT_TOML", 2)
    assert "(at line" not in fault.sentence


def test_parts_that_do_not_fit_each_other_are_told_once() -> None:
    text = FORMULA.replace('levigating_percent = "5"', 'levigating_percent = "6"', 1)
    (fault,) = faults(Kind.FORMULA, text)
    assert fault.code == "FORMULA_EXAMPLE"
    assert fault.line == line_of(text, "[example]")


def test_a_version_that_is_not_the_pharmacys_own_is_refused_at_its_line() -> None:
    text = FORMULA.replace('version = "2-here"', 'version = "2"', 1)
    (fault,) = faults(Kind.FORMULA, text)
    assert (fault.code, fault.line) == ("VERSION_ORIGIN", line_of(text, "version ="))
