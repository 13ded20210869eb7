"""`levigate labels`, run as at the console: a morning's labels in one PDF that other programs can read back, or nothing at all."""

import stat
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from compounding.demo import walk
from compounding.demo.crew import open_pharmacy
from compounding.domain.site import Site
from compounding.domain.stages import State
from compounding.reference import ReferenceData
from compounding.storage import migrating
from compounding.storage.engine import open_database
from tests.labels.reading import codes, pages
from tests.test_records_commands import Done, levigate
from tests.workflow.conftest import AT
from tests.workflow.counter import IN_ZINC, PLAIN

DAY = AT.astimezone(UTC).date().isoformat()


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory, site: Site, data: ReferenceData) -> tuple[Path, list[str]]:
    """A folder with a pharmacy that labelled two jars, and their numbers."""
    folder = tmp_path_factory.mktemp("morning")
    (folder / "instance").mkdir(mode=0o700)
    database = open_database(str(folder / "instance" / "levigate.db"))
    migrating.upgrade(database)
    shop = open_pharmacy(database, site, data, at=AT)
    made = [walk.brought_to(shop, walk.accepted(shop, wish), State.LABELLED) for wish in (PLAIN, replace(IN_ZINC, patient="Bea Other"))]
    lots = [walk.record_of(shop, each.id).lot_number for each in made]
    database.close()
    return folder, lots


def labels(morning: tuple[Path, list[str]], out: Path, *more: str) -> Done:
    return levigate("labels", "--out", str(out), *more, folder=morning[0])


def test_the_labels_of_a_day_are_one_pdf_that_says_what_each_label_says(morning: tuple[Path, list[str]], tmp_path: Path) -> None:
    out = tmp_path / "morning.pdf"
    done = labels(morning, out, "--on", DAY)
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 preparations" in done.stdout
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    found = pages(out.read_bytes())
    first, second = ([number for number, page in enumerate(found) if lot in page] for lot in morning[1])
    assert (sorted(first + second), first[-1] < second[0]) == (list(range(len(found))), True)
    assert all(codes(out.read_bytes(), number)[0].startswith(morning[1][0]) for number in first)
    assert [each.name for each in tmp_path.iterdir()] == ["morning.pdf"]


def test_a_sheet_is_begun_where_it_is_free(morning: tuple[Path, list[str]], tmp_path: Path) -> None:
    out = tmp_path / "sheet.pdf"
    done = labels(morning, out, "--stock", "Avery 5163", "--start", "9", morning[1][0])
    assert done.returncode == 0, done.stderr
    assert morning[1][0] in pages(out.read_bytes())[0]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--on", "2020-01-01"), "NO_LABELS"), (("no such lot",), "LOT_NOT_HERE"), (("--on", DAY, "--stock", "paper"), "SITE_LABEL_STOCK"),
        (("--on", DAY, "--start", "2"), "INVALID_STOCK"), (("--on", DAY, "lot"), "USAGE"), (("--on", "yesterday"), "USAGE"),
    ],
)  # fmt: skip
def test_what_cannot_be_followed_writes_nothing(morning: tuple[Path, list[str]], tmp_path: Path, arguments: tuple[str, ...], code: str) -> None:
    done = labels(morning, tmp_path / "out.pdf", *arguments)
    assert done.returncode == 4
    assert done.stderr.startswith(f"{code}: ")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_never_overwritten(morning: tuple[Path, list[str]], tmp_path: Path) -> None:
    out = tmp_path / "morning.pdf"
    out.write_bytes(b"kept")
    done = labels(morning, out, "--on", DAY)
    assert (done.returncode, done.stderr.split(":")[0]) == (4, "OUTPUT_EXISTS")
    assert out.read_bytes() == b"kept"


def test_the_stocks_are_listed(morning: tuple[Path, list[str]], tmp_path: Path) -> None:
    done = labels(morning, tmp_path / "out.pdf", "--stock", "list")
    assert "Avery 5163" in done.stdout.splitlines()
