"""The container label: everything on it, in order, large enough, on as many labels as it takes."""

from itertools import pairwise

import pytest

from compounding.domain.label_content import LabelContent
from labels import STOCKS, DoesNotFit, render_label
from labels.container_label import MOST_LABELS, draw_label
from labels.placing import Placed
from labels.stock import DEFAULT, THERMAL_3_X_2_IN, THERMAL_4_X_3_IN
from tests.labels import reading
from tests.labels.factories import ENGLISH_LABEL, FRENCH_LABEL, a_label

BOTH = pytest.mark.parametrize("content", [ENGLISH_LABEL, FRENCH_LABEL], ids=["english", "french"])
LONG = "Apply a thin layer to the hard lumps on the back of your left hand in the morning and in the evening, and leave it open."


def identity(content: LabelContent) -> str:
    return reading.squeezed(*content.draft_marks, content.patient_name, content.drug, content.number_line)


def continued(content: LabelContent, number: int, count: int) -> str:
    return reading.squeezed(content.continued.replace("{number}", str(number)).replace("{count}", str(count)))


def texts(content: LabelContent, stock: str = DEFAULT.name) -> list[Placed]:
    paper = draw_label(content, STOCKS[stock])
    return [thing for page in paper.pages for thing in page if thing.kind == "text"]


@BOTH
@pytest.mark.parametrize("stock", ["thermal 4 x 2.5 in", "thermal 4 x 3 in"])
def test_the_labels_say_all_of_the_content_in_order_and_nothing_else(content: LabelContent, stock: str) -> None:
    pages = reading.pages(render_label(content, stock=STOCKS[stock]))
    bodies = []
    for number, page in enumerate(pages, start=1):
        opening = identity(content) + continued(content, number, len(pages))
        assert page.startswith(opening)
        bodies.append(page.removeprefix(opening))
    assert "".join(bodies) == reading.squeezed(*content.critical, *content.warnings, *content.details)


def test_a_label_that_stands_alone_is_not_numbered() -> None:
    content = a_label(warnings=(), details=())
    assert reading.pages(render_label(content)) == [identity(content) + reading.squeezed(*content.critical)]


@BOTH
def test_sizes_are_at_least_those_of_usp_17(content: LabelContent) -> None:
    sizes = {placed.what: placed.size_pt for placed in texts(content)}
    assert sizes[content.patient_name] >= 12
    pdf = render_label(content)
    for floor, paragraphs in ((11, (content.drug, *content.critical)), (9, content.warnings), (8, content.details)):
        first_words = [" ".join(paragraph.split()[:2]) for paragraph in paragraphs]
        assert all(min(reading.point_sizes(pdf, words)) >= floor for words in first_words)
    assert min(sizes.values()) >= 8


@BOTH
def test_line_spacing_is_25_to_30_percent_above_the_point_size(content: LabelContent) -> None:
    first = [thing for thing in draw_label(content, DEFAULT).pages[0] if thing.kind == "text" and thing.size_pt == 11 and thing.what[0] != "2"]
    critical = first[-2:]
    distance = critical[0].box.top_pt - critical[1].box.top_pt
    assert distance >= 1.25 * 11
    same_paragraph = min(a.box.top_pt - b.box.top_pt for a, b in pairwise(first))
    assert 1.25 * 11 <= same_paragraph <= 1.30 * 11


def test_long_directions_go_on_to_the_next_label_with_the_identity_repeated() -> None:
    content = a_label(critical=tuple(f"{number}. {LONG}" for number in range(1, 5)))
    pages = reading.pages(render_label(content))
    assert len(pages) > 1
    assert all(page.startswith(identity(content)) for page in pages)
    assert "".join(pages).count("Applyathinlayer") == 4


def test_a_paragraph_is_whole_on_one_label() -> None:
    content = a_label(critical=(LONG, LONG.replace("left", "right")))
    pages = reading.pages(render_label(content))
    assert [any(reading.squeezed(text) in page for page in pages) for text in content.critical] == [True, True]


def test_a_paragraph_that_fits_no_label_is_refused_by_name() -> None:
    with pytest.raises(DoesNotFit, match=r"In the directions, .*Apply a thin layer") as refusal:
        render_label(a_label(critical=(" ".join([LONG] * 6),)))
    assert refusal.value.code == "DOES_NOT_FIT"


def test_more_than_six_labels_are_refused_by_the_first_paragraph_left_over() -> None:
    with pytest.raises(DoesNotFit, match=rf"In the warnings, .* go beyond the limit of {MOST_LABELS}: label"):
        render_label(a_label(warnings=tuple(f"Warning number {number}. {LONG}" for number in range(1, 60))))


def test_a_name_and_drug_that_fill_a_label_are_refused() -> None:
    with pytest.raises(DoesNotFit, match="alone are too long"):
        render_label(a_label(drug=" ".join([ENGLISH_LABEL.drug] * 8)))


def test_a_name_wider_than_the_label_is_refused_and_never_cut() -> None:
    with pytest.raises(DoesNotFit, match=r"the patient's name: .*Wolfeschlegel"):
        render_label(a_label(patient_name="Wolfeschlegelsteinhausenbergerdorffvorn"))


def test_a_label_number_wider_than_the_label_is_refused() -> None:
    with pytest.raises(DoesNotFit, match="The label's number"):
        render_label(a_label(continued="Label {number} of {count} " * 6))


def test_a_small_label_holds_a_short_text() -> None:
    content = a_label(critical=("Apply in the morning.",), warnings=("For the skin only.",), details=("Quantity: 60 g",))
    assert len(reading.pages(render_label(content, stock=THERMAL_3_X_2_IN))) == 1


def test_short_details_share_rows_in_aligned_columns() -> None:
    placed = {thing.what: thing.box for thing in texts(ENGLISH_LABEL)}
    assert placed["Quantity: 60 g"].top_pt == placed["Repeats: 2"].top_pt
    assert placed["Repeats: 2"].left_pt == placed["Dispensed 2026-11-22"].left_pt


def test_the_details_stay_on_one_label_where_that_takes_no_more_labels() -> None:
    pages = reading.pages(render_label(FRENCH_LABEL, stock=THERMAL_4_X_3_IN))
    assert any(reading.squeezed(*FRENCH_LABEL.details) in page for page in pages)


def test_several_draft_marks_all_stand_at_the_top_of_every_label() -> None:
    marks = ("DRAFT: formula and text not approved, not for dispensing", "Copy 2", "Example pharmacy")
    pages = reading.pages(render_label(a_label(draft_marks=marks, warnings=(), details=("x",) * 3)))
    assert all(page.startswith(reading.squeezed(*marks, ENGLISH_LABEL.patient_name)) for page in pages)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "<b>Ana</b> & <i>Co", "{{ patient }} {number} %s", "\"quoted\" \\(x\\) 'y'", "&amp; <img src='x'/>"]
)
def test_markup_in_a_text_is_printed_letter_by_letter(text: str) -> None:
    assert reading.squeezed(text) in reading.pages(render_label(a_label(patient_name=text)))[0]


@BOTH
def test_print_is_black_on_white(content: LabelContent) -> None:
    image = reading.raster(render_label(content), 0, dpi=406)
    histogram = image.histogram()
    assert histogram[0] > 0
    assert sum(histogram[:40]) + sum(histogram[216:]) > 0.93 * image.width * image.height
