"""Speed and memory of label printing, printed beside their floors (`python -m benchmarks.labels`).

Never a timed test: a figure of one machine on one day. From finished `LabelContent` to bytes, every label with other directions and names; each figure is given
against a bare ReportLab canvas of the same run, which wraps the same strings and draws the code without any check, so that two runs can be compared.
"""

import gc
import io
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module, metadata
from pathlib import Path

from benchmarks.label_makers import PEERS, bare, installed
from benchmarks.label_texts import labels as label_texts
from benchmarks.label_texts import labels_of_new_texts
from compounding.domain.label_content import LabelContent
from labels import render_label, render_leaflet, write_labels

SINGLES, ROUNDS, BATCH, BATCHES, MANY = 40, 7, 500, 5, 10_000
PEER_SINGLES, PEER_BATCH = 3, 60
FLOOR_SINGLE, FLOOR_BATCH, FLOOR_LABEL_MS, FLOOR_PAGE_MS, FLOOR_MEMORY_MB = 0.7, 0.6, 30, 60, 40

# Run in processes of their own. Linux counts what the parent held when it started the child into `ru_maxrss`: the child's own high-water mark is better.
_MEMORY = """
import pathlib, re, resource, sys, tempfile
from benchmarks.label_texts import labels
from labels import write_labels
with tempfile.TemporaryFile() as into:
    write_labels(labels({count}), into)
status = pathlib.Path("/proc/self/status")
found = re.findall(r"VmHWM:\\s+(\\d+) kB", status.read_text()) if status.exists() else [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]
sys.stdout.write(str(found[0]))
"""


def ours(contents: Iterable[LabelContent]) -> bytes:
    """The batch, every page checked."""
    into = io.BytesIO()
    write_labels(contents, into)
    return into.getvalue()


def seconds(work: Callable[[], object]) -> float:
    """Processor time of the work, once."""
    gc.collect()
    started = time.process_time()
    work()
    return time.process_time() - started


def singles(make: Callable[[LabelContent], object], *, count: int, rounds: int, first_seed: int) -> list[float]:
    """Seconds for one label on its own, round by round, no label twice."""
    found = []
    for number in range(rounds):
        contents = list(label_texts(count, seed=first_seed + number))
        found.append(seconds(lambda contents=contents: [make(content) for content in contents]) / count)  # type: ignore[misc]
    return found


def batches(make: Callable[[Iterable[LabelContent]], object], *, count: int, rounds: int, first_seed: int) -> list[float]:
    """Seconds for one label within a batch, round by round, no label twice."""
    found = []
    for number in range(rounds):
        contents = list(label_texts(count, seed=first_seed + number))
        found.append(seconds(lambda contents=contents: make(contents)) / count)  # type: ignore[misc]
    return found


def batches_of_new_texts(make: Callable[[Iterable[LabelContent]], object], *, count: int, rounds: int, first_seed: int) -> list[float]:
    """The same for labels that share no warning and no detail."""
    found = []
    for number in range(rounds):
        contents = list(labels_of_new_texts(count, seed=first_seed + number))
        found.append(seconds(lambda contents=contents: make(contents)) / count)  # type: ignore[misc]
    return found


def say(what: str, *, figure: str, floor: str = "", is_kept: bool | None = None, against: str = "") -> None:
    """One line: the figure, its floor, and whether it is kept."""
    kept = "" if is_kept is None else "kept" if is_kept else "MISSED"
    floor = f"floor {floor}" if floor else ""
    sys.stdout.write(f"{what:<44} {figure:>14}   {floor:<18} {kept:<7}{against}\n")


def compare(what: str, mine: Sequence[float], plain: Sequence[float], floor: float | None) -> None:
    """The best round of both, and the middle of the ratios round by round: both were measured in turns, under the same load."""
    ratio = min(mine) / min(plain)
    middle = sorted(one / other for one, other in zip(mine, plain, strict=True))[len(mine) // 2]
    say(
        what, figure=f"{ratio:.2f}x", floor="" if floor is None else f"{floor}x", is_kept=None if floor is None else ratio <= floor,
        against=f"({min(mine) * 1000:.2f} ms against {min(plain) * 1000:.2f} ms; middle of {len(mine)} rounds {middle:.2f}x)",
    )  # fmt: skip


def in_turns(
    measure: Callable[..., list[float]], one: Callable[..., object], other: Callable[..., object], *, count: int, rounds: int
) -> tuple[list[float], list[float]]:
    """Both measured alternately on labels of their own."""
    mine, plain = [], []
    for number in range(rounds):
        mine += measure(one, count=count, rounds=1, first_seed=100 + 2 * number)
        plain += measure(other, count=count, rounds=1, first_seed=101 + 2 * number)
    return mine, plain


def memory_mb(count: int) -> float:
    """The most memory that a process held while writing so many labels to a file."""
    done = subprocess.run([sys.executable, "-c", _MEMORY.format(count=count)], capture_output=True, text=True, check=True)  # noqa: S603 - ours.
    return int(done.stdout) / (1024 * 1024 if sys.platform == "darwin" else 1024)


def say_peers(plain_single: float, plain_batch: float) -> None:
    """The others beside it, for orientation."""
    found = installed()
    for name, maker in PEERS.items():
        if name not in found:
            say(f"{name}", figure="not installed")
            continue
        maker(label_texts(2, seed=1))
        alone = min(singles(lambda content, maker=maker: maker([content]), count=PEER_SINGLES, rounds=2, first_seed=1))  # type: ignore[misc]
        together = min(batches(maker, count=PEER_BATCH, rounds=1, first_seed=3))
        say(
            f"{name} {found[name]}",
            figure=f"{alone / plain_single:.1f}x / {together / plain_batch:.1f}x",
            against="(single / in a batch, against the bare canvas)",
        )


def say_rereading() -> None:
    """What reading a finished label and a leaflet back takes, where the reader is here."""
    try:
        differences = import_module("labels.reread").differences
    except ImportError:
        say("reading back", figure="not installed")
        return
    from tests.labels.factories import ENGLISH_LEAFLET

    contents = list(label_texts(20, seed=9))
    made = [(render_label(content), content) for content in contents]
    differences(*made[0])
    found = min(seconds(lambda: [differences(pdf, content) for pdf, content in made]) / len(made) for _ in range(3)) * 1000
    say("reading a label back", figure=f"{found:.1f} ms", floor=f"under {FLOOR_LABEL_MS} ms", is_kept=found < FLOOR_LABEL_MS)
    leaflet = render_leaflet(ENGLISH_LEAFLET, paper="a4")
    pages = leaflet.count(b"/Type /Page\n")
    found = min(seconds(lambda: differences(leaflet, ENGLISH_LEAFLET)) for _ in range(3)) * 1000 / pages
    say("reading an A4 page of a leaflet back", figure=f"{found:.1f} ms", floor=f"under {FLOOR_PAGE_MS} ms", is_kept=found < FLOOR_PAGE_MS)


def main() -> None:
    """Measure and print. Always ends well: a figure is read by a person."""
    sys.stdout.write(
        f"Python {platform.python_version()}, ReportLab {metadata.version('reportlab')}, zxing-cpp {metadata.version('zxing-cpp')}, {platform.machine()}, "
        f"load {Path('/proc/loadavg').read_text(encoding='ascii').split()[0] if Path('/proc/loadavg').exists() else 'unknown'}; processor time, best round\n"
    )
    # Both once, so that fonts are read before anything is measured.
    ours(label_texts(2, seed=1))
    bare(label_texts(2, seed=1))
    mine, plain = in_turns(singles, render_label, lambda content: bare([content]), count=SINGLES, rounds=ROUNDS)
    compare("a label on its own", mine, plain, FLOOR_SINGLE)
    mine_batch, plain_batch = in_turns(batches, ours, bare, count=BATCH, rounds=BATCHES)
    compare(f"a label in a batch of {BATCH}", mine_batch, plain_batch, FLOOR_BATCH)
    compare("the same, no two texts alike", *in_turns(batches_of_new_texts, ours, bare, count=BATCH, rounds=BATCHES), floor=None)
    say(
        "size of a label on its own",
        figure=f"{len(render_label(next(label_texts(1)))) / 1024:.0f} kB",
        against=f"(bare {len(bare(label_texts(1))) / 1024:.0f} kB)",
    )
    added = memory_mb(MANY) - memory_mb(1)
    say(f"memory added by a batch of {MANY:,}", figure=f"{added:.0f} MB", floor=f"under {FLOOR_MEMORY_MB} MB", is_kept=added < FLOOR_MEMORY_MB)
    say_rereading()
    say_peers(min(plain), min(plain_batch))


if __name__ == "__main__":
    main()
