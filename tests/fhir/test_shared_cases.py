"""The shared corpus: every order in its index gets a status that the index lists, and the zinc reading that it names."""

import csv
from pathlib import Path

import pytest

from compounding import pipeline
from tests.fhir.doors import NOT_TOLD, fake_print, run, stopping

_CHECKOUT = Path(__file__).parents[2]
_SHARED = _CHECKOUT.parent / "shared" / "cases" / "fhir"
FOLDER = _SHARED if (_SHARED / "index.csv").is_file() else _CHECKOUT / "tests" / "cases" / "fhir"
ROWS = list(csv.DictReader((FOLDER / "index.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("row", ROWS, ids=[row["file"] for row in ROWS])
def test_every_shared_order_gets_a_listed_status(row: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "set_papers", fake_print)
    prepared = run((FOLDER / row["file"]).read_bytes())
    found, statuses = stopping(prepared), set(row["statuses"].split("|"))
    shown = [each.message for each in prepared.reasons]
    if "ready" in statuses and prepared.status.value == "held":
        assert "held" in statuses or found <= NOT_TOLD, shown
    else:
        assert prepared.status.value in statuses, shown
    if row["zinc"]:
        reading = prepared.screening.zinc.value if prepared.screening is not None else "not_asked"
        assert reading in set(row["zinc"].split("_or_"))


def test_the_copy_is_the_shared_corpus() -> None:
    copy = _CHECKOUT / "tests" / "cases" / "fhir"
    if copy == FOLDER:
        pytest.skip("the shared corpus is not beside this checkout")
    names = {path.relative_to(FOLDER) for path in FOLDER.rglob("*") if path.is_file()}
    assert names == {path.relative_to(copy) for path in copy.rglob("*") if path.is_file()}
    assert all((FOLDER / name).read_bytes() == (copy / name).read_bytes() for name in names)
