"""The file's making: the fast way and the plain way say the same, and what was printed before leaves no trace."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor

import pypdfium2
import pytest
import reportlab

from compounding.domain.label_content import LabelContent
from labels import document as making
from labels import render_label, render_leaflet
from labels.errors import NotPrintable
from labels.fonts import Face, Style, glyphs, typeface
from labels.paper import Paper
from labels.stock import LETTER
from labels.subsets import FixedSubsets, font_program
from tests.labels import reading
from tests.labels.factories import ENGLISH_LABEL, ENGLISH_LEAFLET, FRENCH_LABEL, a_label

RARE = a_label(patient_name="Łukasz Żółć Ελένη Дмитрий NGUYỄN", details=("Ťhîş (is) \\ rąrĕ", "Quantité : 60\u202fg"))


def test_the_release_of_reportlab_is_one_whose_insides_were_tried() -> None:
    assert reportlab.__version__.startswith(making.TRIED)


@pytest.mark.parametrize("content", [ENGLISH_LABEL, FRENCH_LABEL, RARE], ids=["english", "french", "rare"])
def test_with_another_release_the_plain_way_says_and_shows_the_same(content: LabelContent, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = render_label(content)
    monkeypatch.setattr(reportlab, "__version__", "9.9.9")
    plain = render_label(content)
    assert plain != fast
    assert reading.pages(plain) == reading.pages(fast)
    for page in range(len(reading.pages(fast))):
        assert reading.codes(plain, page) == reading.codes(fast, page) != []
        # A line with rare letters is set in more runs than ReportLab's, and PDFium puts each run on a dot of its own.
        assert reading.raster(plain, page).tobytes() == reading.raster(fast, page).tobytes() or content is RARE


def test_what_was_printed_before_leaves_no_trace_in_the_bytes() -> None:
    contents = [ENGLISH_LABEL, FRENCH_LABEL, RARE, a_label(patient_name="Šárka Ťuhýk"), a_label(patient_name="Жанна")]
    before = [render_label(content) for content in contents]
    for order in ((4, 2, 0, 3, 1), (2, 4, 1, 0, 3), (3, 0, 4, 1, 2)):
        after = {number: render_label(contents[number]) for number in order}
        assert [after[number] for number in range(len(contents))] == before


def test_labels_with_rare_letters_made_at_the_same_time_do_not_mix() -> None:
    contents = [a_label(patient_name=f"Ana {chr(0x400 + number)}{chr(0x100 + number)}", number_line=f"Rx {number}") for number in range(24)]
    font_program.cache_clear()
    barrier = threading.Barrier(6)

    def at_once(content: object) -> bytes:
        barrier.wait()
        return render_label(content)  # type: ignore[arg-type]

    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(at_once, contents))
    font_program.cache_clear()
    assert made == [render_label(content) for content in contents]


def test_every_printable_character_is_found_again_in_both_faces() -> None:
    characters = [chr(code) for code in sorted(glyphs()) if chr(code).isprintable() and chr(code).isalnum() and code < 0x1EFA]
    paper = Paper(LETTER, title="Test", language="en")
    top_pt = paper.area.top_pt
    lines = ["".join(characters[at : at + 40]) for at in range(0, len(characters), 40)]
    for number, line in enumerate(lines):
        paper.text(line, Style(list(Face)[number % 2], 8.0), left_pt=paper.area.left_pt, top_pt=top_pt)
        top_pt -= 10.2
        if top_pt < paper.area.bottom_pt + 12:
            paper.close_page()
            top_pt = paper.area.top_pt
    paper.close_page()
    printed = "".join(reading.pages(paper.to_bytes()))
    missing = [character for character in characters if character not in printed]
    # PDFium splits a few ligatures and composes some letters on the way out: everything else comes back as it went in.
    assert len(missing) < 20, missing


def test_a_letter_without_a_glyph_is_refused_even_where_nobody_looked_before() -> None:
    with pytest.raises(NotPrintable, match=r"U\+738B"):
        FixedSubsets().runs("王", Face.REGULAR)


def test_a_parts_widths_are_the_faces_own() -> None:
    made = font_program(Face.BOLD, "\ufffeA\u1ea8")
    widths = made.widths.strip("[] ").split()
    assert widths == [str(typeface(Face.BOLD).face.getCharWidth(code)) for code in (0, ord("A"), 0x1EA8)]


def test_the_common_letters_need_one_part_of_a_face_and_rare_ones_one_more() -> None:
    def parts(pdf: bytes) -> int:
        return pdf.count(b"/FontFile2")

    assert parts(render_label(ENGLISH_LABEL)) == parts(render_label(FRENCH_LABEL)) == 2
    assert parts(render_label(RARE)) == 4


def test_no_font_is_named_that_is_not_in_the_file() -> None:
    assert b"Helvetica" not in render_label(ENGLISH_LABEL)
    assert b"Helvetica" not in render_leaflet(ENGLISH_LEAFLET)


def test_pages_are_written_when_they_are_finished() -> None:
    into = io.BytesIO()
    paper = Paper(LETTER, title="Test", language="en", into=into)
    sizes = [into.tell()]
    for number in range(3):
        paper.text(f"Page {number}", Style(Face.REGULAR, 12.0), left_pt=100, top_pt=700)
        paper.close_page()
        sizes.append(into.tell())
    assert sizes == sorted(set(sizes))
    assert paper.pages == []
    paper.finish()
    document = pypdfium2.PdfDocument(into.getvalue())
    assert [page.get_textpage().get_text_bounded() for page in document] == ["Page 0", "Page 1", "Page 2"]


def test_the_identifier_in_the_file_differs_where_the_content_does() -> None:
    def identifier(pdf: bytes) -> bytes:
        return pdf.rpartition(b"/ID")[2]

    assert identifier(render_label(ENGLISH_LABEL)) != identifier(render_label(a_label(number_line="Rx 2")))
