"""Many labels in one file: all of them or nothing, in bounded memory, on sheets one after the other."""

import hashlib
import io
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator

import pytest

from compounding.domain.label_content import LabelContent
from labels import STOCKS, InvalidStock, PaperError, Position, render_label, write_labels
from tests.labels import reading
from tests.labels.factories import FRENCH_LABEL, a_label


def several(count: int) -> list[LabelContent]:
    return [a_label(number_line=f"Rx {700000 + number}", code=f"LVG1:{number}", patient_name=f"Ana Exámple {chr(0x141 + number)}") for number in range(count)]


def written(contents: list[LabelContent], **options: object) -> tuple[bytes, int]:
    into = io.BytesIO()
    pages = write_labels(contents, into, **options)  # type: ignore[arg-type]
    return into.getvalue(), pages


def test_a_batch_says_what_the_labels_say_one_by_one() -> None:
    contents = [*several(5), FRENCH_LABEL]
    pdf, pages = written(contents)
    alone = [page for content in contents for page in reading.pages(render_label(content))]
    assert reading.pages(pdf) == alone
    assert pages == len(alone)
    assert [reading.codes(pdf, page) for page in range(pages)][-1] == [FRENCH_LABEL.code]


def test_on_sheets_the_next_content_begins_at_the_next_free_place() -> None:
    pdf, pages = written(several(4), stock=STOCKS["Avery 5163"], position=Position(9))
    assert pages == 2
    codes = [sorted(reading.codes(pdf, page)) for page in range(2)]
    assert codes == [["LVG1:0", "LVG1:0"], ["LVG1:0", *["LVG1:1"] * 3, *["LVG1:2"] * 3, *["LVG1:3"] * 3]]


def test_a_refused_label_stops_the_batch_before_anything_is_written_and_is_named() -> None:
    contents = several(4)
    contents[2] = a_label(number_line="Rx 999", patient_name="王")
    into = io.BytesIO(b"")
    with pytest.raises(PaperError, match="Rx 999") as refusal:
        write_labels(contents, into)
    assert refusal.value.code == "NOT_PRINTABLE"
    assert into.getvalue() == b""


def test_every_label_is_told_when_it_is_done() -> None:
    told: list[int] = []
    written(several(3), on_label=lambda: told.append(len(told)))
    assert told == [0, 1, 2]


def test_an_empty_batch_writes_nothing() -> None:
    assert written([]) == (b"", 0)


def test_a_place_that_is_not_there_is_refused_before_a_content_is_asked_for() -> None:
    def contents() -> Iterator[LabelContent]:
        pytest.fail("no content is needed to know that")
        yield

    with pytest.raises(InvalidStock, match="is a roll"):
        write_labels(contents(), io.BytesIO(), position=Position(2))


def test_the_contents_are_taken_one_after_the_other() -> None:
    done: list[str] = []

    def contents() -> Iterator[LabelContent]:
        for number, content in enumerate(several(3)):
            assert len(done) == number
            yield content

    write_labels(contents(), io.BytesIO(), on_label=lambda: done.append("label"))


def test_the_same_batch_gives_the_same_bytes_in_another_process() -> None:
    program = (
        "import hashlib, io, labels; from tests.labels.test_batch import several, written; "
        "labels.render_label(several(9)[8]); print(hashlib.sha256(written(several(6))[0]).hexdigest())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == hashlib.sha256(written(several(6))[0]).hexdigest()


def test_five_hundred_labels_more_take_little_more_memory_than_their_table() -> None:
    """Everything that a label leaves behind in this process, counted by the interpreter itself: pages that stayed would be five times as much."""

    def grown_bytes(count: int) -> int:
        with open("/dev/null", "wb") as into:  # noqa: PTH123
            tracemalloc.start()
            write_labels((content for content in several(1) * count), into)
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return peak

    # The first four megabytes of the file itself stay in memory: far more than these labels need is taken off by comparing.
    few, many = grown_bytes(100), grown_bytes(600)
    in_the_file = len(written(several(1) * 600)[0]) - len(written(several(1) * 100)[0])
    assert (many - few - 2 * in_the_file) / (500 * 2) < 2000
