"""`levigate reread`, run as anybody outside would: a printed paper against the record's export, or against the result of a prepared order."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compounding.demo import walk
from compounding.demo.crew import open_pharmacy
from compounding.domain.site import Site
from compounding.domain.stages import State
from compounding.reference import ReferenceData
from compounding.storage import migrating
from compounding.storage.engine import open_database
from compounding.web.export import exported
from compounding.workflow import papers, reading
from compounding.workflow.whole_record import read_whole_record
from tests.test_records_commands import Done, levigate
from tests.workflow.conftest import AT
from tests.workflow.counter import PLAIN

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory, site: Site, data: ReferenceData) -> Path:
    """A folder with a record's export, its papers, a copy of the label, and the label of another patient."""
    folder = tmp_path_factory.mktemp("printed")
    database = open_database(str(folder / "levigate.db"))
    migrating.upgrade(database)
    shop = open_pharmacy(database, site, data, at=AT)
    at, other = (
        walk.brought_to(shop, walk.accepted(shop, wish), State.LABELLED) for wish in (PLAIN, replace(PLAIN, patient="Bea Test"))
    )  # fmt: skip
    again = papers.Reprint(preparation_id=at.id, version=at.version, kind="label", revision=1)
    papers.reprint(shop.house, shop.act(shop.crew.technician, reason="the printer jammed"), again)
    for name, asked in (
        ("label.pdf", reading.OfPaper(preparation_id=at.id, kind="label", revision=1)),
        ("leaflet.pdf", reading.OfPaper(preparation_id=at.id, kind="leaflet", revision=1)),
        ("worksheet.pdf", reading.OfPaper(preparation_id=at.id, kind="worksheet", revision=1)),
        ("label-copy.pdf", reading.OfPaper(preparation_id=at.id, kind="label", revision=1, copy=1)),
        ("label-other.pdf", reading.OfPaper(preparation_id=other.id, kind="label", revision=1)),
    ):
        (folder / name).write_bytes(reading.read_paper(shop.house, shop.act(shop.crew.pharmacist), asked).data)
    whole = read_whole_record(shop.house, shop.act(shop.crew.pharmacist), reading.Of(id=at.id))
    (folder / "record.json").write_text(json.dumps(exported(whole, site="example", at=AT)), encoding="utf-8")
    database.close()
    return folder


def reread(folder: Path, *arguments: str) -> Done:
    return levigate("reread", *arguments, folder=folder)


@pytest.mark.parametrize("paper", ["label.pdf", "leaflet.pdf", "worksheet.pdf", "label-copy.pdf"])
def test_a_paper_of_the_record_agrees(printed: Path, paper: str) -> None:
    done = reread(printed, paper, "record.json")
    assert (done.returncode, done.stdout) == (0, f"{paper}: says what the record says\n"), done.stderr


def test_another_patients_label_differs_and_both_sides_are_told(printed: Path) -> None:
    done = reread(printed, "label-other.pdf", "record.json", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["agrees"]) == (1, False)
    assert any(each["field"] == "patient_name" and "Ada Test" in each["expected"] and "Bea Test" in each["found"] for each in told["differences"])


def test_a_paper_of_another_record_never_agrees_by_its_kind_alone(printed: Path) -> None:
    done = reread(printed, "leaflet.pdf", "record.json", "--kind", "worksheet")
    assert done.returncode == 1
    assert "DIFFERS" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("missing.pdf", "record.json", "--kind", "label"), "FILE_UNREADABLE"), (("label.pdf", "label.pdf"), "RECORD_UNREADABLE"),
        (("record.json", "record.json"), "USAGE"), (("label.pdf", "record.json", "--kind", "large-print"), "RECORD_UNREADABLE"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused(printed: Path, arguments: tuple[str, ...], code: str) -> None:
    done = reread(printed, *arguments)
    assert (done.returncode, done.stderr.split(":")[0]) == (4, code)


def test_the_papers_of_a_prepared_order_agree_with_its_result_and_those_of_another_do_not(tmp_path: Path) -> None:
    orders = [str(ROOT / "examples" / "orders" / f"{name}.json") for name in ("01-petrolatum", "02-zinc-allergy-in-petrolatum")]
    assert levigate("prepare", *orders, "--out", str(tmp_path / "out"), "--lots", str(ROOT / "examples" / "lots.json"), folder=tmp_path).returncode == 0
    first, second = (tmp_path / "out" / name for name in ("01-petrolatum", "02-zinc-allergy-in-petrolatum"))
    for paper in ("label", "leaflet", "worksheet"):
        assert reread(first, f"{paper}.pdf", "result.json").returncode == 0, paper
        done = reread(first, str(second / f"{paper}.pdf"), "result.json")
        assert done.returncode == 1, paper
        fields: list[Any] = [line for line in done.stdout.splitlines() if line.startswith("patient_name")]
        assert fields, paper
