"""The page check is real: it fails for everything it is there to find."""

import pytest

from labels.codes import MODULE_PT, data_matrix
from labels.errors import DoesNotFit
from labels.fonts import Face, Style
from labels.paper import Paper
from labels.placing import Box
from labels.stock import THERMAL_4_X_3_IN
from tests.labels import reading

STYLE = Style(Face.REGULAR, 11.0)


@pytest.fixture
def paper() -> Paper:
    return Paper(THERMAL_4_X_3_IN, title="Test", language="en")


def test_two_lines_on_the_same_spot_are_refused_by_name(paper: Paper) -> None:
    paper.text("Ana Example", STYLE, left_pt=20, top_pt=200)
    paper.text("Sodium thiosulfate", STYLE, left_pt=60, top_pt=195)
    with pytest.raises(DoesNotFit, match=r'"Ana Example" and "Sodium thiosulfate"'):
        paper.close_page()


def test_lines_at_the_line_spacing_are_no_overlap(paper: Paper) -> None:
    paper.lines(("Ânÿ Ǻgj", "Édouard", "ÇÅ"), STYLE, left_pt=20, top_pt=200)
    paper.close_page()
    assert len(paper.pages[0]) == 3


def test_text_beyond_the_margin_is_refused(paper: Paper) -> None:
    paper.text("Directions " * 8, STYLE, left_pt=20, top_pt=200)
    with pytest.raises(DoesNotFit, match="outside the printable area"):
        paper.close_page()


def test_text_below_the_bottom_margin_is_refused(paper: Paper) -> None:
    paper.text("Ana", STYLE, left_pt=20, top_pt=paper.area.bottom_pt + 10)
    with pytest.raises(DoesNotFit, match="outside the printable area"):
        paper.close_page()


def test_a_rule_through_text_is_refused(paper: Paper) -> None:
    paper.text("Ana", STYLE, left_pt=20, top_pt=200)
    paper.level_rule(193, left_pt=10, right_pt=200)
    with pytest.raises(DoesNotFit, match='"Ana"'):
        paper.close_page()


def test_rules_may_cross_each_other(paper: Paper) -> None:
    paper.frame(Box(20, 20, 60, 60))
    paper.level_rule(40, left_pt=10, right_pt=100)
    paper.close_page()


@pytest.mark.parametrize("modules", [0.5, 1.5])
def test_a_rule_in_a_codes_quiet_zone_is_refused(paper: Paper, modules: float) -> None:
    symbol = data_matrix("LVG1:1")
    paper.code(symbol, right_pt=150, top_pt=150)
    left_pt = 150 - symbol.side_with_quiet_zone_pt
    paper.rule(Box(left_pt - 20, 140, left_pt + modules * MODULE_PT, 141))
    with pytest.raises(DoesNotFit, match="the code"):
        paper.close_page()


def test_a_drawing_fills_its_box_and_shares_it_with_nothing(paper: Paper) -> None:
    paper.drawing("0 0 24 24 re f", Box(20, 20, 44, 44), side=24, what="pictogram")
    paper.text("Beside", STYLE, left_pt=50, top_pt=40)
    paper.close_page()
    image = reading.raster(paper.to_bytes(), 0, dpi=72)
    assert [image.getpixel((x, image.height - y)) for x, y in ((21, 22), (43, 43), (18, 22), (46, 43))] == [0, 0, 255, 255]
    paper = Paper(THERMAL_4_X_3_IN, title="Test", language="en")
    paper.drawing("0 0 24 24 re f", Box(20, 20, 44, 44), side=24, what="pictogram")
    paper.level_rule(30, left_pt=10, right_pt=60)
    with pytest.raises(DoesNotFit, match="the pictogram"):
        paper.close_page()


def test_each_of_many_things_is_checked_against_each_other(paper: Paper) -> None:
    for row in range(10):
        paper.text(f"Line {row}", STYLE, left_pt=20 + 6 * (row % 2), top_pt=190 - row * STYLE.leading_pt)
    paper.text("Between", STYLE, left_pt=40, top_pt=183)
    with pytest.raises(DoesNotFit, match='"Line 0" and "Between"'):
        paper.close_page()
