"""The re-read gate passes everything that our own drawing makes, and nothing that is no such paper."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import labels
from compounding.config.lot_file import read_lot_file
from compounding.config.site_file import example_site
from compounding.domain.compose_label import compose_label
from compounding.domain.compose_leaflet import compose_leaflet
from compounding.domain.compose_worksheet import compose_worksheet
from compounding.domain.label_content import CodeKind, PublicPage
from compounding.pipeline import Bench, prepare_file
from compounding.reference import load
from labels import STOCKS, DoesNotFit, Position, reread
from tests.conftest import TODAY
from tests.labels.factories import ENGLISH_LABEL, ENGLISH_LEAFLET, ENGLISH_WORKSHEET, FRENCH_LABEL, FRENCH_LEAFLET, FRENCH_WORKSHEET

ROOT = Path(__file__).parents[3]
BILINGUAL = replace(FRENCH_LABEL, translation=replace(ENGLISH_LABEL, patient_name=FRENCH_LABEL.patient_name, code=FRENCH_LABEL.code))
PUBLIC = replace(ENGLISH_LEAFLET, public_page=PublicPage(address="https://leaflets.example.org/petrolatum/1/en", caption="Scan to read this on a screen"))


@pytest.mark.parametrize("content", [ENGLISH_LABEL, FRENCH_LABEL], ids=["english", "french"])
@pytest.mark.parametrize("stock", sorted(STOCKS))
def test_a_label_on_any_stock_that_holds_it_says_what_its_content_says(content: Any, stock: str) -> None:
    try:
        pdf = labels.render_label(content, stock=STOCKS[stock])
    except DoesNotFit as refusal:
        # The refusal names stocks that are large enough; that they are is shown by this test's other rounds.
        assert any(other in refusal.message for other in STOCKS if other != stock), refusal.message  # noqa: PT017
        return
    assert reread.differences(pdf, content, stock=STOCKS[stock]) == ()


def test_a_sheet_that_was_begun_and_a_printer_that_is_off_are_known() -> None:
    stock, position = STOCKS["Avery 5163"], Position(start=4, right_mm=1.0, down_mm=-0.5)
    pdf = labels.render_label(ENGLISH_LABEL, stock=stock, position=position)
    assert reread.differences(pdf, ENGLISH_LABEL, stock=stock, position=position) == ()
    for other in (Position(start=3, right_mm=1.0, down_mm=-0.5), Position(start=4), Position(start=4, right_mm=-1.0, down_mm=-0.5)):
        assert reread.differences(pdf, ENGLISH_LABEL, stock=stock, position=other)


def test_a_bilingual_label_is_two_labels_in_full() -> None:
    pdf = labels.render_label(BILINGUAL)
    assert reread.differences(pdf, BILINGUAL) == ()
    assert reread.differences(pdf, FRENCH_LABEL)
    assert reread.differences(labels.render_label(FRENCH_LABEL), BILINGUAL)


def test_a_gs1_code_is_read_as_one() -> None:
    gs1 = replace(ENGLISH_LABEL, code="(01)00614141999996(17)270520(10)SP-20261122-01(21)7F3A9C0E", code_kind=CodeKind.GS1_DATA_MATRIX)
    assert reread.differences(labels.render_label(gs1), gs1) == ()
    assert reread.differences(labels.render_label(replace(gs1, code_kind=CodeKind.DATA_MATRIX)), gs1)


@pytest.mark.parametrize("large_print", [False, True])
@pytest.mark.parametrize("content", [ENGLISH_LEAFLET, FRENCH_LEAFLET, PUBLIC], ids=["english", "french", "public page"])
def test_a_leaflet_says_what_its_content_says_and_large_print_is_large(content: Any, large_print: bool) -> None:
    for paper in ("letter", "a4"):
        pdf = labels.render_leaflet(content, paper=paper, large_print=large_print)
        assert reread.differences(pdf, content, large_print=large_print) == ()
    assert bool(reread.differences(pdf, content, large_print=True)) is not large_print


@pytest.mark.parametrize("content", [ENGLISH_WORKSHEET, FRENCH_WORKSHEET], ids=["english", "french"])
def test_a_worksheet_says_what_its_content_says(content: Any) -> None:
    assert reread.differences(labels.render_worksheet(content), content) == ()


@pytest.mark.parametrize("name", sorted(each.stem for each in (ROOT / "examples" / "orders").glob("*.json")))
def test_the_papers_of_the_examples_say_what_was_composed(name: str) -> None:
    data = load()
    bench = Bench(site=example_site(), profile=data.profiles["ca-bc"], lots=read_lot_file(ROOT / "examples" / "lots.json"), on=TODAY, today=TODAY)
    prepared = prepare_file((ROOT / "examples" / "orders" / f"{name}.json").read_bytes(), bench, data)
    if prepared.papers is None or prepared.facts is None:
        assert prepared.reasons
        return
    facts = prepared.facts
    for paper, content in (("label", compose_label(facts)), ("leaflet", compose_leaflet(facts)), ("worksheet", compose_worksheet(facts))):
        assert reread.differences(prepared.papers[f"{paper}.pdf"], content) == (), paper


def test_the_labels_of_a_batch_are_held_each_against_its_own_content(tmp_path: Path) -> None:
    contents = [ENGLISH_LABEL, FRENCH_LABEL, BILINGUAL]
    for stock in ("thermal 4 x 3 in", "Avery 5163"):
        with (tmp_path / "batch.pdf").open("wb") as file:
            labels.write_labels(contents, file, stock=STOCKS[stock])
        pdf = (tmp_path / "batch.pdf").read_bytes()
        assert list(reread.batch_differences(pdf, contents, stock=STOCKS[stock])) == [(0, ()), (1, ()), (2, ())]
        mixed = [found for _, found in reread.batch_differences(pdf, [contents[1], contents[0], contents[2]], stock=STOCKS[stock])]
        assert all(mixed[:2])
        assert any(found for _, found in reread.batch_differences(pdf, contents[:2], stock=STOCKS[stock]))


@given(st.binary(max_size=300))
def test_bytes_that_are_no_paper_differ_and_raise_nothing(data: bytes) -> None:
    assert reread.differences(data, ENGLISH_LABEL)
    assert reread.differences(b"%PDF-1.4\n" + data, ENGLISH_LEAFLET)


@pytest.mark.parametrize(
    "render", [lambda: (labels.render_label(ENGLISH_LABEL), ENGLISH_LABEL), lambda: (labels.render_leaflet(ENGLISH_LEAFLET), ENGLISH_LEAFLET)]
)
def test_a_paper_that_was_cut_off_or_damaged_never_passes_as_another(render: Callable[[], tuple[bytes, Any]]) -> None:
    pdf, content = render()
    chance = random.Random(7)  # noqa: S311 - a seed that can be repeated.
    for _ in range(40):
        cut = pdf[: chance.randrange(len(pdf) - 40)]
        assert reread.differences(cut, content)


def test_a_reader_that_fails_has_proved_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("Ana Example")

    monkeypatch.setattr(reread.checking, "of_labels", fails)
    (found,) = reread.differences(labels.render_label(ENGLISH_LABEL), ENGLISH_LABEL)
    assert (found.field, found.found) == ("file", "the reader failed (RuntimeError)")


def test_a_difference_is_told_without_values_for_logs() -> None:
    changed = replace(ENGLISH_LABEL, patient_name="Bea Example")
    (found,) = reread.differences(labels.render_label(ENGLISH_LABEL), changed)[:1]
    assert (found.expected, found.found[:11]) == ("Bea Example", "Ana Example")
    assert found.told_without_values() == "patient_name (label 1)"
