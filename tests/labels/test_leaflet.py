"""The leaflet: large type, whole sections, four pages at most."""

from typing import Literal

import pytest

from compounding.domain.label_content import LeafletContent, Section
from labels import DoesNotFit, render_leaflet
from labels.leaflet import draw_leaflet
from labels.stock import LETTER
from tests.labels import reading
from tests.labels.factories import ENGLISH_LEAFLET, FRENCH_LEAFLET, a_leaflet

BOTH = pytest.mark.parametrize("content", [ENGLISH_LEAFLET, FRENCH_LEAFLET], ids=["english", "french"])
PARAGRAPH = "Wash your hands and put a thin layer on the hard lumps only. " * 5


def words(content: LeafletContent) -> str:
    sections = [text for section in content.sections for text in (section.heading, *section.paragraphs, *section.points)]
    return reading.squeezed(content.heading, *content.identity, *sections)


@BOTH
@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_the_pages_say_all_of_the_content_in_order_and_nothing_else(content: LeafletContent, paper: Literal["letter", "a4"]) -> None:
    pages = reading.pages(render_leaflet(content, paper=paper))
    bodies = []
    for number, page in enumerate(pages, start=1):
        marks = reading.squeezed(*content.draft_marks)
        footer = reading.squeezed(*content.footer).replace("{page}", str(number)).replace("{pages}", str(len(pages)))
        assert page.startswith(marks)
        assert page.endswith(footer)
        bodies.append(page.removeprefix(marks).removesuffix(footer))
    assert "".join(bodies) == words(content)


@BOTH
def test_body_is_12_points_and_headings_14_to_16_bold(content: LeafletContent) -> None:
    pdf = render_leaflet(content)
    assert reading.point_sizes(pdf, content.heading) == {16.0}
    for section in content.sections:
        assert 14.0 in reading.point_sizes(pdf, section.heading)
        for text in (*section.paragraphs, *section.points):
            assert reading.point_sizes(pdf, " ".join(text.split()[:4])) == {12.0}


def test_a_heading_is_never_alone_at_the_foot_of_a_page() -> None:
    for count in range(1, 12):
        content = a_leaflet(sections=tuple(Section(heading=f"Heading {n}", paragraphs=(PARAGRAPH,)) for n in range(count)))
        for page in draw_leaflet(content, LETTER).pages:
            last = [thing for thing in page if thing.kind == "text" and thing.size_pt >= 12][-1]
            assert last.size_pt == 12


def test_a_section_with_emphasis_is_whole_in_its_frame() -> None:
    section = Section(heading="Fire", paragraphs=(PARAGRAPH,), points=("one", "two"), emphasis=True)
    for count in range(10):
        filler = tuple(Section(heading=f"Heading {n}", paragraphs=("Text.",)) for n in range(count))
        pages = reading.pages(render_leaflet(a_leaflet(sections=(*filler, section, *filler))))
        assert sum(reading.squeezed("Fire", PARAGRAPH, "one", "two") in page for page in pages) == 1
    framed = [thing for page in draw_leaflet(a_leaflet(sections=(section,)), LETTER).pages for thing in page if thing.what == "frame"]
    assert len(framed) == 4


def test_a_leaflet_of_five_pages_is_refused_by_the_first_thing_left_over() -> None:
    with pytest.raises(DoesNotFit, match=r"heading 'Part .* beyond the limit of 4: page"):
        render_leaflet(a_leaflet(sections=tuple(Section(heading=f"Part {n}", paragraphs=(PARAGRAPH,)) for n in range(30))))


def test_a_place_for_the_page_number_in_another_line_of_the_footer_is_left_as_it_is() -> None:
    pages = reading.pages(render_leaflet(a_leaflet(footer=("{page}/{pages}", "Pharmacy {page}"))))
    assert pages[0].endswith("1/2Pharmacy{page}")


def test_markup_in_a_text_is_printed_letter_by_letter() -> None:
    text = "<script>alert(1)</script> & <b>bold"
    assert reading.squeezed(text) in "".join(reading.pages(render_leaflet(a_leaflet(identity=(text,)))))
