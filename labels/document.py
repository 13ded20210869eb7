"""The PDF file: ReportLab makes its structure, page by page, so that a finished page need not stay in memory.

`document` hands out the way that suits the ReportLab at hand. `StreamedDocument` formats each page at once, shares fonts and resources between all pages, and
leans on the insides of the releases named in `TRIED`; with any other `PlainDocument` does the same through ReportLab's canvas, slower and all in memory.
"""

import zlib
from typing import Any, BinaryIO, Protocol

from labels import fonts
from labels.fonts import Face
from labels.subsets import FixedSubsets

TRIED = ("5.1.",)
"""The releases of ReportLab whose insides were read and tried for `StreamedDocument`."""

# Pages are some 2 kB of operators: the lowest level is three times as fast as the usual one, for a tenth more bytes.
_PAGE_COMPRESSION = 1
# Stands in the page that is formatted once, until the reference to its contents does.
_HERE = b"@"


class Document(Protocol):
    """A file in the making. Operators are PDF's own for one page, in ASCII."""

    def runs(self, text: str, face: Face) -> list[tuple[str, str]]:
        """The text in runs of one font each: the font's name in the file, and the codes as PDF's own text."""

    def add_page(self, operators: str) -> None:
        """A finished page."""

    def finish(self) -> None:
        """Write what is left; nothing may be added afterwards."""


def document(into: BinaryIO, *, size_pt: tuple[float, float], title: str, language: str) -> Document:
    """A new file, written to `into`, which has to be empty."""
    import reportlab

    kind = StreamedDocument if reportlab.__version__.startswith(TRIED) else PlainDocument
    return kind(into, size_pt=size_pt, title=title, language=language)


class StreamedDocument:
    """Writes each page when it is finished: what stays in memory is under 2 kB a page, for the table of where everything is."""

    def __init__(self, into: BinaryIO, *, size_pt: tuple[float, float], title: str, language: str) -> None:
        from reportlab.pdfbase import pdfdoc

        self._pdfdoc: Any = pdfdoc
        # `invariant` leaves out times and random identifiers: the same content gives the same bytes.
        self._document: Any = pdfdoc.PDFDocument(compression=1, invariant=1, lang=language)
        self._document.setTitle(title)
        for blank in (self._document.setAuthor, self._document.setSubject):
            blank("")
        self._document.setCreator("Levigate")
        self._document.Catalog.ViewerPreferences = pdfdoc.ViewerPreferencesPDFDictionary({"DisplayDocTitle": "true"})
        self._document.Catalog.Outlines = None
        self._fonts = FixedSubsets()
        self.runs = self._fonts.runs
        self._resources: Any = pdfdoc.PDFDictionary({"ProcSet": "[ /PDF /Text ]"})
        # Every page is the same but for its contents: ReportLab formats it once.
        page = {
            "Type": "/Page",
            "MediaBox": f"[ 0 0 {size_pt[0]:.4f} {size_pt[1]:.4f} ]",
            "Parent": self._document.Reference(self._document.Pages),
            "Resources": self._document.Reference(self._resources),
            "Contents": _HERE,
        }
        self._page: bytes = pdfdoc.PDFDictionary(page).format(self._document)
        self._file: Any = pdfdoc.PDFFile()
        into.writelines(self._file.strings)
        self._file.write = into.write

    def add_page(self, operators: str) -> None:
        """Written at once; only where its parts are is remembered."""
        content = zlib.compress(operators.encode("ascii"), _PAGE_COMPRESSION)
        self._document.signature.update(content)
        number = len(self._document.Pages.pages)
        stream = self._pdfdoc.PDFStream(self._pdfdoc.PDFDictionary({"Filter": "/FlateDecode"}), content)
        contents = self._written(stream, f"contents {number}")
        page = self._page.replace(_HERE, contents.format(self._document))
        self._document.Pages.addPage(self._written(page, f"page {number}"))

    def _written(self, thing: Any, name: str) -> Any:
        reference = self._document.Reference(thing, name)
        self._write(name)
        # ReportLab would keep the whole page until the end.
        self._document.idToObject[name] = None
        return reference

    def _write(self, name: str) -> None:
        thing = self._document.idToObject[name]
        self._document.idToOffset[name] = self._file.add(self._pdfdoc.PDFIndirectObject(name, thing).format(self._document))

    def finish(self) -> None:
        """Fonts, catalogue, and the table of where everything is: the end of ReportLab's own `PDFDocument.format`."""
        made, pdfdoc = self._document, self._pdfdoc
        self._resources["Font"] = pdfdoc.PDFDictionary(self._fonts.add_to(made))
        made.info.digest(made.signature)
        root, info = made.Reference(made.Catalog), made.Reference(made.info)
        number = 1
        # Writing one thing may bring up others that it refers to.
        while (name := made.numberToId.get(number)) is not None:
            if name not in made.idToOffset:
                self._write(name)
            number += 1
        table = pdfdoc.PDFCrossReferenceTable()
        table.addsection(0, [made.numberToId[each] for each in range(1, number)])
        start = self._file.add(table.format(made))
        self._file.add(pdfdoc.PDFTrailer(startxref=start, Size=number, Root=root, Info=info, ID=made.ID()).format(made))


class PlainDocument:
    """The same through ReportLab's canvas and its own font subsets, for releases that nobody has tried."""

    def __init__(self, into: BinaryIO, *, size_pt: tuple[float, float], title: str, language: str) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self._canvas: Any = Canvas(into, pagesize=size_pt, invariant=1, pageCompression=1, lang=language)
        self._canvas.setTitle(title)
        self._canvas.setAuthor("")
        self._canvas.setSubject("")
        self._canvas.setCreator("Levigate")
        self._canvas.setViewerPreference("DisplayDocTitle", "true")

    def runs(self, text: str, face: Face) -> list[tuple[str, str]]:
        """ReportLab deals the letters out to subsets of its own."""
        from reportlab.lib.rl_accel import escapePDF

        font, within = fonts.typeface(face), self._canvas._doc  # noqa: SLF001 - the method asks for the document, which the canvas does not hand out.
        return [(font.getSubsetInternalName(subset, within)[1:], f"({escapePDF(codes)})") for subset, codes in font.splitString(text, within)]

    def add_page(self, operators: str) -> None:
        """Kept by the canvas until the end."""
        self._canvas.addLiteral(operators)
        self._canvas.showPage()

    def finish(self) -> None:
        """ReportLab writes the file."""
        with fonts.loading:
            self._canvas.save()
