"""The main job without a server: order files in, one folder each out, written as a whole or not at all (contract of `prepare`)."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import structlog

from compounding.domain.errors import LevigateError
from compounding.domain.reasons import reason
from compounding.fhir.strict_json import LARGEST_FILE
from compounding.pipeline import Bench, Prepared, Status, prepare_file
from compounding.reference import ReferenceData
from compounding.result import result_of

EXIT_CODES = {Status.READY: 0, Status.HELD: 2, Status.REFUSED: 3, Status.INVALID: 4}
"""The exit status of one order; of several orders the highest counts. 1 is a fault of the program."""


_log = structlog.get_logger()


class OutputRefused(LevigateError):
    """The output folder would lose something that is not ours, or two orders would share one folder: nothing was written."""


def plan_folders(orders: Iterable[Path], out: Path) -> list[tuple[Path, Path]]:
    """Each order with its own folder. Raises OutputRefused before anything is written."""
    planned: list[tuple[Path, Path]] = []
    taken: dict[str, Path] = {}
    for order in orders:
        stem = order.stem
        if stem in {"", ".", ".."} or stem.strip(". ") == "":
            raise OutputRefused("OUTPUT_NAME", f'the file name "{order.name}" gives no name for a folder')
        # Compared without case, since some file systems would make one folder of the two.
        if stem.casefold() in taken:
            raise OutputRefused("DUPLICATE_STEM", f'"{taken[stem.casefold()].name}" and "{order.name}" would share the folder "{stem}"')
        taken[stem.casefold()] = order
        folder = out / stem
        if folder.is_symlink() or (folder.exists() and not _is_ours(folder)):
            raise OutputRefused("OUTPUT_NOT_OURS", f'"{folder}" exists and holds no result.json of an earlier run; it is left as it is')
        planned.append((order, folder))
    return planned


def _is_ours(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    names = {each.name for each in folder.iterdir()}
    return not names or ("result.json" in names and names <= {"result.json", "worksheet.pdf", "label.pdf", "leaflet.pdf"})


def prepare_files(
    orders: Iterable[Path], out: Path, bench: Bench, data: ReferenceData, *, progress: Callable[[list[tuple[Path, Path]]], Iterable[tuple[Path, Path]]]
) -> list[tuple[Path, Prepared | None]]:
    """Prepare each order into its folder. `progress` wraps the work list, to show how far it is.

    An order at which this program itself fails is None in the answer; the others go on. Raises OutputRefused before, and OSError while anything is written.
    """
    planned = plan_folders(orders, out)
    out.mkdir(parents=True, exist_ok=True)
    done: list[tuple[Path, Prepared | None]] = []
    for order, folder in progress(planned):
        try:
            prepared = _prepare_one(order, bench, data)
        except Exception as fault:  # noqa: BLE001 - one order's fault must not take the other orders' papers with it.
            _log.error("fault", error=type(fault).__name__)
            # What an earlier run made of this file may no longer be true, and nobody can say: it does not stay.
            shutil.rmtree(folder, ignore_errors=True)
            done.append((order, None))
            continue
        write_folder(folder, prepared, data)
        done.append((order, prepared))
    return done


def _prepare_one(order: Path, bench: Bench, data: ReferenceData) -> Prepared:
    try:
        if order.exists() and not order.is_file():
            raise OSError(0, "it is no ordinary file")
        with order.open("rb") as file:
            # One byte more than is ever read, so that a file too large is refused without taking all of it into memory.
            content = file.read(LARGEST_FILE + 1)
    except OSError as fault:
        problem = reason("NOT_FHIR_R4", detail=f"the file cannot be read ({fault.strerror})")
        return Prepared(status=Status.INVALID, reasons=(problem,))
    return prepare_file(content, bench, data)


def write_folder(folder: Path, prepared: Prepared, data: ReferenceData) -> None:
    """Replace the folder as a whole: everything is written beside it first, then moved into its place, so that no old PDF lies beside a new result."""
    result = json.dumps(result_of(prepared, data.formulary), ensure_ascii=False, indent=2) + "\n"
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name[:40]}-", dir=folder.parent))
    try:
        (made / "result.json").write_text(result, encoding="utf-8", newline="\n")
        for name, content in (prepared.papers or {}).items():
            (made / name).write_bytes(content)
        made.chmod(0o755)
        old = made.with_name(made.name + "-old")
        if folder.exists():
            folder.rename(old)
        try:
            made.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
        shutil.rmtree(old, ignore_errors=True)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
