"""Every code is read back by a scanner at a label printer's resolution."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import STOCKS, PaperError, render_label, render_worksheet
from labels.codes import MODULE_MM, QUIET_MODULES, data_matrix
from tests.labels import reading
from tests.labels.factories import ENGLISH_LABEL, ENGLISH_WORKSHEET, FRENCH_LABEL, FRENCH_WORKSHEET, a_label


@pytest.mark.parametrize("content", [ENGLISH_LABEL, FRENCH_LABEL])
@pytest.mark.parametrize("stock", ["thermal 4 x 2.5 in", "thermal 4 x 3 in"])
@pytest.mark.parametrize("dpi", [203, 300])
def test_every_label_carries_its_code_readable_at_203_and_300_dpi(content: object, stock: str, dpi: int) -> None:
    pdf = render_label(content, stock=STOCKS[stock])  # type: ignore[arg-type]
    for page in range(len(reading.pages(pdf))):
        assert reading.codes(pdf, page, dpi=dpi) == [content.code]  # type: ignore[attr-defined]


@pytest.mark.parametrize("content", [ENGLISH_WORKSHEET, FRENCH_WORKSHEET])
def test_the_first_page_of_a_worksheet_carries_its_code(content: object) -> None:
    pdf = render_worksheet(content)  # type: ignore[arg-type]
    assert reading.codes(pdf, 0) == [content.code]  # type: ignore[attr-defined]


@pytest.mark.parametrize("length", [1, 12, 40, 80])
def test_codes_of_any_usual_length_are_readable(length: int) -> None:
    code = ("LVG1:7f3A-" * 10)[:length]
    assert reading.codes(render_label(a_label(code=code)), 0) == [code]


def test_modules_are_half_a_millimetre_or_more_with_two_clear_ones_around() -> None:
    assert MODULE_MM >= 0.5
    assert QUIET_MODULES >= 2


@given(st.text(alphabet="ABCdef0123456789:-", min_size=1, max_size=60))
def test_the_rectangles_cover_each_dark_module_once(code: str) -> None:
    symbol = data_matrix(code)
    covered = [(x + i, y + j) for x, y, width, height in symbol.rectangles for i in range(width) for j in range(height)]
    assert len(covered) == len(set(covered))
    # The left and the lower edge of a DataMatrix are dark throughout.
    assert {(0, row) for row in range(symbol.side)} <= set(covered)
    assert {(column, symbol.side - 1) for column in range(symbol.side)} <= set(covered)


def test_paper_without_a_code_is_refused() -> None:
    with pytest.raises(PaperError) as refusal:
        render_label(a_label(code=""))
    assert refusal.value.code == "CODE_MISSING"


def test_a_code_too_long_for_any_symbol_is_refused() -> None:
    with pytest.raises(PaperError) as refusal:
        render_label(a_label(code="x" * 5000))
    assert refusal.value.code == "DOES_NOT_FIT"
