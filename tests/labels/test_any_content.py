"""Whatever the content: either it is set whole, with no overlap, or refused before the page check has to step in."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compounding.domain.label_content import Field, LabelContent, LeafletContent, Section, Table, WorksheetContent, WorksheetStep
from labels import STOCKS, DoesNotFit
from labels.container_label import draw_label
from labels.leaflet import draw_leaflet
from labels.paper import Paper
from labels.stock import A4, LETTER
from labels.worksheet import draw_worksheet
from tests.labels import reading
from tests.labels.factories import a_label, a_leaflet, a_worksheet

WORDS = [
    "a",
    "pommade",
    "à",
    "25 % w/w",
    "60 g",
    "2026-11-22",
    "sodium",
    "thiosulfate",
    "le 1er décembre 2026",
    "+1 604 555 0100",
    "ÂÉŷgjpq",
    "breast-feeding",
    "Ne",
    "<b>",
]
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=25).map(" ".join)
short = st.lists(st.sampled_from(WORDS[:7]), min_size=1, max_size=4).map(" ".join)
several = st.lists(texts, max_size=6).map(tuple)
sections = st.builds(Section, heading=short, paragraphs=several, points=several, emphasis=st.booleans())
fields = st.lists(st.builds(Field, name=short, value=st.one_of(st.just(""), texts)), max_size=8).map(tuple)
steps = st.lists(st.builds(WorksheetStep, text=texts, sign=st.one_of(st.just(""), short)), max_size=8).map(tuple)
cells = st.one_of(st.just(""), short)
tables = st.lists(st.tuples(cells, cells, cells), max_size=12).map(
    lambda rows: Table(headings=("Component", "Weigh", "Found"), rows=tuple(rows), widths=(4, 3, 3), emphasised_columns=(1,))
)
labels_contents = st.builds(
    a_label, draft_marks=several, patient_name=short, drug=short, number_line=short, critical=several, warnings=several, details=several
)
leaflets = st.builds(a_leaflet, draft_marks=several, identity=several, sections=st.lists(sections, max_size=6).map(tuple), footer=several)
worksheets = st.builds(
    a_worksheet, draft_marks=several, identity=fields, alerts=several, notes=several, weighing=tables, procedure=steps, finish=fields, quality=tables
)
thorough = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check(draw: Callable[[], Paper], words: tuple[str, ...]) -> None:
    try:
        paper = draw()
    except DoesNotFit as refusal:
        reason = refusal.message
    else:
        reason = ""
    assert "same spot" not in reason
    assert "printable area" not in reason
    if reason:
        return
    printed = "".join(reading.pages(paper.to_bytes()))
    for text in words:
        assert reading.squeezed(text) in printed


@thorough
@given(labels_contents, st.sampled_from(sorted(STOCKS)))
def test_a_label_is_whole_or_refused(content: LabelContent, stock: str) -> None:
    check(lambda: draw_label(content, STOCKS[stock]), (content.patient_name, content.drug, *content.critical, *content.warnings, *content.details))


@thorough
@given(leaflets)
def test_a_leaflet_is_whole_or_refused(content: LeafletContent) -> None:
    check(lambda: draw_leaflet(content, LETTER), tuple(text for section in content.sections for text in (*section.paragraphs, *section.points)))


@thorough
@given(worksheets, st.sampled_from([LETTER, A4]))
def test_a_worksheet_is_whole_or_refused(content: WorksheetContent, sheet: object) -> None:
    check(lambda: draw_worksheet(content, sheet), (*content.alerts, *content.notes, *(step.text for step in content.procedure)))  # type: ignore[arg-type]


@pytest.mark.parametrize("stock", sorted(STOCKS))
def test_a_vietnamese_name_in_capitals_above_a_drug_fits_its_box(stock: str) -> None:
    content = a_label(patient_name="NGUYỄN THỊ ẨN", drug="Sodium thiosulfate", critical=("Apply.",), warnings=(), details=())
    draw_label(content, STOCKS[stock])
