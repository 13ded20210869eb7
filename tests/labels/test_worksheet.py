"""The worksheet: large figures, boxes that a pen fits into, rows that stay whole."""

from typing import Literal

import pytest

from compounding.domain.label_content import Field, Table, WorksheetContent, WorksheetStep
from labels import DoesNotFit, render_worksheet
from labels.stock import LETTER, POINTS_PER_MM
from labels.worksheet import draw_worksheet
from tests.labels import reading
from tests.labels.factories import ENGLISH_WORKSHEET, FRENCH_WORKSHEET, a_worksheet

BOTH = pytest.mark.parametrize("content", [ENGLISH_WORKSHEET, FRENCH_WORKSHEET], ids=["english", "french"])


def of_fields(fields: tuple[Field, ...]) -> list[str]:
    return [text for field in fields for text in (field.name, field.value)]


def of_table(table: Table) -> list[str]:
    return [*table.headings, *(cell for row in table.rows for cell in row)]


def words(content: WorksheetContent) -> str:
    return reading.squeezed(
        *(content.heading, *of_fields(content.identity), *content.alerts, *content.notes),
        *(content.weighing_heading, *of_table(content.weighing), *content.weighing_notes),
        *(content.derivation_heading, *of_table(content.derivation)),
        *(content.equipment_heading, *content.equipment),
        *(content.procedure_heading, *(text for step in content.procedure for text in (step.text, step.sign))),
        *(content.quality_heading, *of_table(content.quality)),
        *(content.finish_heading, *of_fields(content.finish)),
        *(content.signatures_heading, *of_table(content.signatures)),
        *(content.references_heading, *content.references),
    )


@BOTH
@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_the_pages_say_all_of_the_content_in_order_and_nothing_else(content: WorksheetContent, paper: Literal["letter", "a4"]) -> None:
    pages = reading.pages(render_worksheet(content, paper=paper))
    bodies = []
    for number, page in enumerate(pages, start=1):
        marks = reading.squeezed(*content.draft_marks)
        footer = reading.squeezed(*content.footer).replace("{page}", str(number)).replace("{pages}", str(len(pages)))
        assert page.startswith(marks)
        assert page.endswith(footer)
        bodies.append(page.removeprefix(marks).removesuffix(footer))
    assert "".join(bodies) == words(content)


@BOTH
def test_target_weights_are_14_points_or_more(content: WorksheetContent) -> None:
    paper = draw_worksheet(content, LETTER)
    sizes = {thing.what: thing.size_pt for page in paper.pages for thing in page if thing.size_pt >= 14}
    for row in content.weighing.rows:
        assert sizes[row[1]] >= 14


def test_units_stand_below_units_in_the_target_weights() -> None:
    boxes = {thing.what: thing.box for page in draw_worksheet(ENGLISH_WORKSHEET, LETTER).pages for thing in page if thing.size_pt == 14}
    assert boxes["15.76 g"].right_pt == pytest.approx(boxes["3.15 g"].right_pt)


def test_an_empty_cell_is_a_box_of_at_least_9_millimetres() -> None:
    sides = [thing.box for page in draw_worksheet(ENGLISH_WORKSHEET, LETTER).pages for thing in page if thing.what == "side of a box"]
    empty = sum(
        cell == "" for table in (ENGLISH_WORKSHEET.weighing, ENGLISH_WORKSHEET.quality, ENGLISH_WORKSHEET.signatures) for row in table.rows for cell in row
    )
    assert len(sides) == 2 * empty
    assert all((box.top_pt - box.bottom_pt) / POINTS_PER_MM >= 8 for box in sides)


def test_a_table_over_two_pages_repeats_its_heading_and_splits_no_row() -> None:
    rows = tuple((f"Component {n} of a long list of components that takes two lines", "1.00 g", "", "", "", "", "") for n in range(40))
    table = Table(headings=ENGLISH_WORKSHEET.weighing.headings, rows=rows, widths=ENGLISH_WORKSHEET.weighing.widths, emphasised_columns=(1,))
    pages = reading.pages(render_worksheet(a_worksheet(weighing=table)))
    with_rows = [page for page in pages if "ofalonglist" in page]
    assert len(with_rows) > 1
    heading = reading.squeezed(*table.headings)
    for page in with_rows:
        assert page.count(heading) == 1
    whole = [reading.squeezed(row[0], row[1]) for row in rows]
    assert all(sum(row in page for page in pages) == 1 for row in whole)


def test_alerts_stand_in_a_heavy_frame_above_the_weighing() -> None:
    page = draw_worksheet(ENGLISH_WORKSHEET, LETTER).pages[0]
    frame = [thing.box for thing in page if thing.what == "frame"][:4]
    alert = next(thing.box for thing in page if thing.what.startswith("Allergies"))
    assert max(box.top_pt for box in frame) > alert.top_pt
    assert min(box.bottom_pt for box in frame) < alert.bottom_pt
    assert alert.bottom_pt > next(thing.box for thing in page if thing.what == "Weighing").top_pt


def test_each_step_has_a_tick_box_and_who_signs_has_a_line() -> None:
    steps = (WorksheetStep(text="Clean the bench."), WorksheetStep(text="Weigh the drug.", sign="Witness of the second weighing"))
    paper = draw_worksheet(a_worksheet(procedure=steps, alerts=()), LETTER)
    frames = [thing for page in paper.pages for thing in page if thing.what == "frame"]
    assert len(frames) == 4 * len(steps)
    assert "Weighthedrug.Witnessofthesecondweighing" in "".join(reading.pages(paper.to_bytes()))


def test_a_row_taller_than_a_page_is_refused_by_name() -> None:
    table = Table(headings=("Look", "Found"), rows=(("White " * 2000, ""),), widths=(1, 1))
    with pytest.raises(DoesNotFit, match=r"Quality, row 1 .* is too long"):
        render_worksheet(a_worksheet(quality=table))


def test_a_worksheet_without_alerts_notes_or_rows_is_still_set() -> None:
    empty = Table(headings=("Test", "Found"), rows=(), widths=(1, 1))
    content = a_worksheet(alerts=(), notes=(), quality=empty, equipment=(), references=(), finish=())
    assert reading.squeezed("Quality", "Test", "Found") in "".join(reading.pages(render_worksheet(content)))


def test_markup_in_a_text_is_printed_letter_by_letter() -> None:
    text = "<script>alert(1)</script> & <b>bold"
    content = a_worksheet(alerts=(text,), identity=(Field(name="Patient", value=text),))
    assert "".join(reading.pages(render_worksheet(content))).count(reading.squeezed(text)) == 2
