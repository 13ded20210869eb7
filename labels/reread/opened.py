"""Opens a PDF with PDFium and reads its pages, one after the other; what is no plain paper of ours is refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from labels.reread.ink import Picture
from labels.reread.pdf import Page, read_page

MOST_PAGES = 40_000


class Unreadable(Exception):
    """The file cannot be read, or holds what no paper of ours does."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of an open file."""

    raw: Any
    document: Any
    count: int

    def read(self, number: int) -> tuple[Page, Picture]:
        """A page's objects and its picture, counted from 0."""
        page = self.raw.FPDF_LoadPage(self.document, number)
        if not page:
            raise Unreadable(f"page {number + 1} cannot be read")
        try:
            found = read_page(self.raw, page)
            if not (1 <= found.width <= 3000 and 1 <= found.height <= 3000):
                raise Unreadable(f"page {number + 1} has no size that paper has")
            return found, Picture(self.raw, page, found.width, found.height)
        finally:
            self.raw.FPDF_ClosePage(page)


@contextmanager
def opened(pdf: bytes) -> Iterator[Pages]:
    """The file. Raises Unreadable."""
    import pypdfium2  # type: ignore[import-untyped]
    import pypdfium2.raw  # type: ignore[import-untyped]

    raw: Any = pypdfium2.raw
    try:
        document = pypdfium2.PdfDocument(pdf)
    except Exception as fault:
        raise Unreadable("the file is no PDF, or a broken one") from fault
    try:
        handle = document.raw
        if raw.FPDF_GetSecurityHandlerRevision(handle) != -1:
            raise Unreadable("the file is encrypted")
        if raw.FPDFDoc_GetAttachmentCount(handle) > 0 or raw.FPDFDoc_GetJavaScriptActionCount(handle) > 0 or document.get_formtype():
            raise Unreadable("the file holds attachments, scripts or form fields")
        count = len(document)
        if not 1 <= count <= MOST_PAGES:
            raise Unreadable(f"the file has {count} pages")
        yield Pages(raw, handle, count)
    finally:
        document.close()
