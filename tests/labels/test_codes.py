"""Every code is read back by a scanner at a label printer's resolution."""

from collections.abc import Callable
from typing import Any

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from compounding.domain.label_content import CodeKind
from labels import STOCKS, PaperError, render_label, render_worksheet
from labels.codes import MODULE_MM, MODULE_PT, QUIET_MODULES, Symbol, data_matrix, qr
from labels.paper import Paper
from labels.stock import LETTER
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


def read_again(symbol: Symbol) -> Any:
    """The symbol as a scanner finds it, with its quiet zone around, four dots to the module."""
    around = symbol.quiet_modules
    image = Image.new("L", (symbol.side + 2 * around,) * 2, 255)
    for column, row, columns, rows in symbol.rectangles:
        image.paste(0, (around + column, around + row, around + column + columns, around + row + rows))
    found = zxingcpp.read_barcodes(image.resize((image.width * 4,) * 2, Image.Resampling.NEAREST))
    assert len(found) == 1
    return found[0]


GS1 = "(01)09506000134352(17)270520(10)SP-20261122-01(21)7F3A9C0E"


def test_a_gs1_code_is_one_for_a_scanner() -> None:
    found = read_again(data_matrix(GS1, CodeKind.GS1_DATA_MATRIX))
    assert (found.symbology_identifier, found.content_type, found.text) == ("]d2", zxingcpp.ContentType.GS1, GS1)
    plain = read_again(data_matrix("SP-20261122-01"))
    assert (plain.symbology_identifier, plain.text) == ("]d1", "SP-20261122-01")


def test_a_label_carries_its_gs1_code() -> None:
    pdf = render_label(a_label(code=GS1, code_kind=CodeKind.GS1_DATA_MATRIX))
    found = zxingcpp.read_barcodes(reading.raster(pdf, 0))
    assert [(each.symbology_identifier, each.text) for each in found] == [("]d2", GS1)]


@pytest.mark.parametrize("code", ["SP-1", "(01)", "01)0950", "(1)12", "(10)A(B", "x(10)A", "[10]A", "(10)A\x1d"])
def test_text_that_is_no_element_string_is_no_gs1_code(code: str) -> None:
    with pytest.raises(PaperError) as refusal:
        data_matrix(code, CodeKind.GS1_DATA_MATRIX)
    assert refusal.value.code in {"CODE_NOT_GS1", "NOT_PRINTABLE"}


@pytest.mark.parametrize("make", [data_matrix, qr])
@pytest.mark.parametrize("code", ["LVG1:\u00c4", "a\tb", "\x1d01", "王"])
def test_what_scanners_would_read_as_something_else_is_refused(make: Callable[[str], Symbol], code: str) -> None:
    with pytest.raises(PaperError) as refusal:
        make(code)
    assert refusal.value.code == "NOT_PRINTABLE"


@pytest.mark.parametrize("text", ["https://example.org/leaflet/zinc-free/3/en", "https://example.org/" + "a" * 150])
def test_a_qr_code_is_read_and_forgives_15_percent(text: str) -> None:
    symbol = qr(text)
    found = read_again(symbol)
    assert (found.text, found.ec_level, found.format) == (text, "M", zxingcpp.BarcodeFormat.QRCode)
    assert symbol.quiet_modules == 4


def test_a_qr_code_on_paper_is_read_and_keeps_its_quiet_zone() -> None:
    paper = Paper(LETTER, title="Test", language="en")
    symbol = qr("https://example.org/leaflet/3/en")
    paper.code(symbol, right_pt=400, top_pt=400)
    paper.close_page()
    (placed,) = paper.pages[0]
    assert placed.box.right_pt - placed.box.left_pt == pytest.approx((symbol.side + 8) * MODULE_PT)
    found = zxingcpp.read_barcodes(reading.raster(paper.to_bytes(), 0))
    assert [each.text for each in found] == ["https://example.org/leaflet/3/en"]


@pytest.mark.parametrize(("make", "code"), [(data_matrix, "LVG1:SP-20261122-01:7f3a9c0e"), (qr, "https://example.org")])
def test_the_path_that_is_drawn_and_the_rectangles_are_the_same_modules(make: Callable[[str], Symbol], code: str) -> None:
    symbol = make(code)
    squares = [tuple(map(int, square.split())) for square in symbol.path.split(" re") if square]
    drawn = {(x, symbol.side - 1 - y) for x, y, width, height in squares}
    assert drawn == {(x + i, y) for x, y, width, _ in symbol.rectangles for i in range(width)}
    assert {(width, height) for _, _, width, height in squares} == {(1, 1)}
