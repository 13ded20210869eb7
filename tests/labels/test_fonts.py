"""The faces are ours, whole and in every file; loading `labels` alone loads no heavy library."""

import hashlib
import subprocess
import sys
from importlib import resources

from labels import render_label, render_leaflet, render_worksheet
from tests.labels import reading
from tests.labels.factories import ENGLISH_LEAFLET, ENGLISH_WORKSHEET, FRENCH_LABEL

FILES = resources.files("labels") / "font_files"


def test_the_font_files_are_the_ones_whose_sums_are_written_down() -> None:
    sums = [line.split() for line in (FILES / "SHA256SUMS.txt").read_text().splitlines()]
    assert {name for _, name in sums} == {"NotoSans-Regular.ttf", "NotoSans-Bold.ttf"}
    for digest, name in sums:
        assert hashlib.sha256((FILES / name).read_bytes()).hexdigest() == digest


def test_the_fonts_licence_stands_beside_them() -> None:
    licence = (FILES / "OFL.txt").read_text()
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Copyright" in licence


def test_both_faces_are_embedded_in_every_kind_of_paper() -> None:
    for pdf in (render_label(FRENCH_LABEL), render_leaflet(ENGLISH_LEAFLET), render_worksheet(ENGLISH_WORKSHEET)):
        assert reading.fonts_embedded(pdf) == {"NotoSans-Regular": True, "NotoSans-Bold": True}


def test_importing_labels_loads_neither_reportlab_nor_zxing() -> None:
    program = "import labels, sys; print(sorted({'reportlab', 'zxingcpp', 'PIL'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
