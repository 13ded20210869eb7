"""The PDF file itself: the same bytes for the same content, a title, a language, and no mixing when printed side by side."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pypdfium2
import pytest

from labels import render_label, render_leaflet, render_worksheet
from tests.labels.factories import ENGLISH_LABEL, ENGLISH_LEAFLET, ENGLISH_WORKSHEET, FRENCH_LABEL, FRENCH_LEAFLET, FRENCH_WORKSHEET

EVERY: list[tuple[Callable[..., bytes], object]] = [
    (render_label, ENGLISH_LABEL),
    (render_label, FRENCH_LABEL),
    (render_leaflet, ENGLISH_LEAFLET),
    (render_leaflet, FRENCH_LEAFLET),
    (render_worksheet, ENGLISH_WORKSHEET),
    (render_worksheet, FRENCH_WORKSHEET),
]


@pytest.mark.parametrize(("render", "content"), EVERY)
def test_the_same_content_gives_the_same_bytes(render: Callable[..., bytes], content: object) -> None:
    assert render(content) == render(content)


def test_another_process_gives_the_same_bytes() -> None:
    program = "import hashlib, labels; from tests.labels.factories import FRENCH_WORKSHEET as c; print(hashlib.sha256(labels.render_worksheet(c)).hexdigest())"
    runs = {subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout for _ in range(2)}
    assert len(runs) == 1


@pytest.mark.parametrize(("render", "content"), EVERY)
def test_the_file_has_its_title_and_language(render: Callable[..., bytes], content: object) -> None:
    pdf = render(content)
    assert pypdfium2.PdfDocument(pdf).get_metadata_value("Title") == content.title  # type: ignore[attr-defined]
    assert f"/Lang ({content.language})".encode() in pdf  # type: ignore[attr-defined]


def test_papers_made_at_the_same_time_do_not_mix() -> None:
    expected = [render(content) for render, content in EVERY]
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda job: job[0](job[1]), EVERY * 4))
    assert made == expected * 4
