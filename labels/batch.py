"""Many containers' labels in one file, in bounded memory: a morning's work, or ten thousand."""

import shutil
import tempfile
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO, cast

from compounding.domain.label_content import LabelContent
from labels.container_label import draw_label_on
from labels.errors import PaperError, quoted
from labels.paper import Paper
from labels.stock import DEFAULT, LabelStock, Position

# A usual morning stays in memory; more goes into a file without a name, which is gone when it is closed.
_IN_MEMORY_BYTES = 4 * 1024 * 1024
_TITLE = "Levigate"


def write_labels(
    contents: Iterable[LabelContent],
    into: BinaryIO,
    *,
    stock: LabelStock = DEFAULT,
    position: Position = Position(),  # noqa: B008 - frozen.
    on_label: Callable[[], None] | None = None,
) -> int:
    """Write the labels of all contents as one PDF, and return its pages; no content writes nothing. `on_label` is called after each content.

    On sheets the next content begins at the next free place. Raises what `render_label` raises, with the number line of the content that was refused;
    `into` gets nothing then, for the file is made beside it and handed over whole.

    Memory: a finished page goes into the file at once, and under 2 kB of it stay in memory until the end, for the file's table. Ten thousand labels
    on pages of their own needed 17 MB more than one when this was written (`benchmarks/labels.py` measures it; its bound is 40 MB).
    """
    position.check(stock)
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as spooled:
        paper: Paper | None = None
        for content in contents:
            if paper is None:
                paper = Paper(stock, title=_TITLE, language=content.language, position=position, into=cast("BinaryIO", spooled))
            try:
                draw_label_on(paper, content)
            except PaperError as refusal:
                raise _of_the_batch(refusal, content) from refusal
            if on_label is not None:
                on_label()
        if paper is None:
            return 0
        paper.finish()
        spooled.seek(0)
        shutil.copyfileobj(cast("Any", spooled), into)
        return paper.page_count


def _of_the_batch(refusal: PaperError, content: LabelContent) -> PaperError:
    """The same refusal, saying whose label it is."""
    return PaperError(refusal.code, f"The label {quoted(content.number_line)} is refused, and with it the batch: {refusal.message}")
