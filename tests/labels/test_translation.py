"""A label in two languages: each label wholly in one, all counted together, the same name and code on each."""

from dataclasses import replace

import pytest

from labels import STOCKS, PaperError, render_label
from tests.labels import reading
from tests.labels.factories import ENGLISH_LABEL, FRENCH_LABEL

FRENCH = replace(FRENCH_LABEL, draft_marks=(), patient_name=ENGLISH_LABEL.patient_name, code=ENGLISH_LABEL.code)
BOTH = replace(ENGLISH_LABEL, translation=FRENCH)


def test_all_labels_of_one_language_come_before_those_of_the_other_and_one_count_runs_over_both() -> None:
    pages = reading.pages(render_label(BOTH))
    first, second = (len(reading.pages(render_label(content))) for content in (ENGLISH_LABEL, FRENCH))
    assert len(pages) == first + second
    for number, page in enumerate(pages, start=1):
        content = ENGLISH_LABEL if number <= first else FRENCH
        told = content.continued.replace("{number}", str(number)).replace("{count}", str(len(pages)))
        assert page.startswith(reading.squeezed(content.patient_name, content.drug, content.number_line, told))


def test_each_language_says_all_of_its_own_and_nothing_of_the_other() -> None:
    pages = reading.pages(render_label(BOTH))
    half = len(reading.pages(render_label(ENGLISH_LABEL)))
    for content, other, printed in ((ENGLISH_LABEL, FRENCH, "".join(pages[:half])), (FRENCH, ENGLISH_LABEL, "".join(pages[half:]))):
        for text in (*content.critical, *content.warnings, *content.details):
            assert reading.squeezed(text) in printed
        for text in (*other.critical, *other.warnings):
            assert reading.squeezed(text) not in printed


def test_two_languages_of_one_label_each_are_counted_too() -> None:
    english, french = (replace(content, critical=content.critical[:1], warnings=(), details=()) for content in (ENGLISH_LABEL, FRENCH))
    pages = reading.pages(render_label(replace(english, translation=french)))
    assert ["Label1of2" in pages[0], "Étiquette2de2" in pages[1], len(pages)] == [True, True, 2]


def test_every_label_carries_the_same_code() -> None:
    pdf = render_label(BOTH, stock=STOCKS["Avery 5163"])
    found = reading.codes(pdf, 0)
    assert set(found) == {ENGLISH_LABEL.code}
    assert len(found) == reading.pages(pdf)[0].count(reading.squeezed(ENGLISH_LABEL.patient_name)) > 2


@pytest.mark.parametrize("changes", [{"patient_name": "Ana Exampel"}, {"code": "LVG1:other"}])
def test_a_translation_of_another_label_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(PaperError) as refusal:
        render_label(replace(BOTH, translation=replace(FRENCH, **changes)))  # type: ignore[arg-type]
    assert refusal.value.code == "TRANSLATION_DIFFERS"


def test_a_letter_of_the_translation_that_cannot_be_printed_is_refused() -> None:
    with pytest.raises(PaperError) as refusal:
        render_label(replace(BOTH, translation=replace(FRENCH, details=("王",))))
    assert refusal.value.code == "NOT_PRINTABLE"


def test_the_sixteenth_label_still_tells_how_many_there_are() -> None:
    long = tuple(f"{number}. Apply a thin layer to the hard lumps in the morning and in the evening and leave it open for some hours." for number in range(14))
    pages = reading.pages(render_label(replace(BOTH, critical=long, translation=replace(FRENCH, critical=long, drug="Zinc"))))
    assert len(pages) >= 10
    assert [f"of{len(pages)}" in page or f"de{len(pages)}" in page for page in pages] == [True] * len(pages)
