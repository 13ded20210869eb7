"""What may not go on paper is refused by name, before anything is drawn."""

import pytest

from labels import NotPrintable, render_label, unprintable_characters
from tests.labels.factories import a_label


@pytest.mark.parametrize(
    "text",
    [
        "Zoé Lœuillet",
        "Nguyễn Thị Ánh NGUYỄN",
        "Łukasz Żółć",
        "Дмитрий Щукин",
        "Ελένη Παπαδοπούλου",
        "O’Brien & Söhne « 25 % » 60 g ± 0,5 × 2 ÷ 3, 150 µm, 25 °C",
        "25\u00a0%\u202fw/w",
        "cafe\u0301",
        "<b>{{ x }}</b>",
    ],
)
def test_names_in_latin_greek_and_cyrillic_and_the_signs_of_the_trade_are_printable(text: str) -> None:
    assert unprintable_characters(text) == ()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("王芳", ("U+738B CJK UNIFIED IDEOGRAPH-738B", "U+82B3 CJK UNIFIED IDEOGRAPH-82B3")),
        ("Ana 😀", ("U+1F600 GRINNING FACE",)),
        ("سمير", ("U+0633 ARABIC LETTER SEEN", "U+0645 ARABIC LETTER MEEM", "U+064A ARABIC LETTER YEH", "U+0631 ARABIC LETTER REH")),
        ("דנה", ("U+05D3 HEBREW LETTER DALET", "U+05E0 HEBREW LETTER NUN", "U+05D4 HEBREW LETTER HE")),
        ("अ", ("U+0905 DEVANAGARI LETTER A",)),
        ("A\u202eB", ("U+202E RIGHT-TO-LEFT OVERRIDE",)),
        ("A\u200bB\u00adC", ("U+200B ZERO WIDTH SPACE", "U+00AD SOFT HYPHEN")),
        ("\u0301A", ("U+0301 COMBINING ACUTE ACCENT",)),
        ("x\u030c", ("U+030C COMBINING CARON",)),
        ("A\nB\tC", ("U+000A <unnamed>", "U+0009 <unnamed>")),
        ("\ufffd", ("U+FFFD REPLACEMENT CHARACTER",)),
        ("5 ≤ 6", ("U+2264 LESS-THAN OR EQUAL TO",)),
        ("٣", ("U+0663 ARABIC-INDIC DIGIT THREE",)),
    ],
)
def test_what_our_faces_cannot_set_is_named(text: str, named: tuple[str, ...]) -> None:
    assert unprintable_characters(text) == named


def test_each_character_is_named_once() -> None:
    assert unprintable_characters("王王王") == ("U+738B CJK UNIFIED IDEOGRAPH-738B",)


def test_a_label_names_every_unprintable_character_in_any_of_its_texts() -> None:
    with pytest.raises(NotPrintable) as refusal:
        render_label(a_label(patient_name="王 Ana", details=("Prescriber: Dr \u202eTheo",)))
    assert refusal.value.code == "NOT_PRINTABLE"
    assert "U+738B" in refusal.value.message
    assert "U+202E RIGHT-TO-LEFT OVERRIDE" in refusal.value.message


def test_a_decomposed_name_prints_as_its_composed_form() -> None:
    assert render_label(a_label(patient_name="Zoe\u0301 E\u0301clair")) == render_label(a_label(patient_name="Zoé Éclair"))
