"""Reads a PDF back with pypdfium2, a program that had no part in making it."""

import ctypes
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import zxingcpp

LABEL_PRINTER_DPI = 203


def pages(pdf: bytes) -> list[str]:
    """The text of each page without any white space; a hyphen at a line's end, which PDFium marks as a break, is a hyphen."""
    document = pypdfium2.PdfDocument(pdf)
    return [squeezed(page.get_textpage().get_text_bounded()) for page in document]


def squeezed(*texts: str) -> str:
    """The texts one after the other without white space."""
    return "".join("".join(texts).replace("\ufffe", "-").replace("\x02", "-").split())


def point_sizes(pdf: bytes, text: str) -> set[float]:
    """The sizes in points in which this text stands in the file, wherever it is found on one line."""
    sizes: set[float] = set()
    for page in pypdfium2.PdfDocument(pdf):
        textpage = page.get_textpage()
        searcher = textpage.search(text, match_case=True)
        while found := searcher.get_next():
            start, count = found
            sizes |= {round(pdfium.FPDFText_GetFontSize(textpage, index), 2) for index in range(start, start + count)}
    return sizes


def fonts_embedded(pdf: bytes) -> dict[str, bool]:
    """Each font's name and whether its program is in the file."""
    fonts: dict[str, bool] = {}
    for page in pypdfium2.PdfDocument(pdf):
        for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            font = pdfium.FPDFTextObj_GetFont(item)
            buffer = ctypes.create_string_buffer(200)
            pdfium.FPDFFont_GetBaseFontName(font, buffer, 200)
            fonts[buffer.value.decode()] = bool(pdfium.FPDFFont_GetIsEmbedded(font))
    return fonts


def raster(pdf: bytes, page: int, *, dpi: float = LABEL_PRINTER_DPI) -> Any:
    """The page as a printer of that resolution would see it, in grey."""
    return pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72, grayscale=True).to_pil()


def codes(pdf: bytes, page: int, *, dpi: float = LABEL_PRINTER_DPI) -> list[str]:
    """What a scanner reads from the page."""
    found = zxingcpp.read_barcodes(raster(pdf, page, dpi=dpi), formats=zxingcpp.BarcodeFormat.DataMatrix)
    return [barcode.text for barcode in found]
