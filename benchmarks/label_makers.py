"""Other ways to make the same label: a bare ReportLab canvas, which everything is measured against, and typst, WeasyPrint and fpdf2 where they are installed.

All wrap the same strings at the same sizes in the same two faces and draw the same code. None of them checks anything: not whether a text fits, not whether the
face has a letter, not whether two things stand on one spot.
"""

import html
import io
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from typing import Any

from benchmarks.label_texts import styled
from compounding.domain.label_content import LabelContent
from labels.codes import MODULE_PT, data_matrix
from labels.stock import DEFAULT, POINTS_PER_MM

WIDTH_PT, HEIGHT_PT = DEFAULT.width_mm * POINTS_PER_MM, DEFAULT.height_mm * POINTS_PER_MM
SIDE_PT, END_PT = DEFAULT.side_margin_mm * POINTS_PER_MM, DEFAULT.end_margin_mm * POINTS_PER_MM
LEADING = 1.27
FONTS = resources.files("labels") / "font_files"
FILES = {False: "NotoSans-Regular.ttf", True: "NotoSans-Bold.ttf"}
Maker = Callable[[Iterable[LabelContent]], bytes]


@cache
def _reportlab_fonts() -> dict[bool, str]:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for is_bold, file in FILES.items():
        pdfmetrics.registerFont(TTFont(f"bare-{is_bold}", io.BytesIO((FONTS / file).read_bytes())))
    return {is_bold: f"bare-{is_bold}" for is_bold in FILES}


def bare(contents: Iterable[LabelContent]) -> bytes:
    """ReportLab's canvas as its manual shows it."""
    from reportlab.lib.utils import simpleSplit
    from reportlab.pdfgen.canvas import Canvas

    fonts = _reportlab_fonts()
    buffer = io.BytesIO()
    canvas: Any = Canvas(buffer, pagesize=(WIDTH_PT, HEIGHT_PT), invariant=1, pageCompression=1)
    for content in contents:
        symbol = data_matrix(content.code)
        code_pt = symbol.side_with_quiet_zone_pt
        top = HEIGHT_PT - END_PT
        for text, is_bold, size in styled(content):
            room = WIDTH_PT - 2 * SIDE_PT - (code_pt if top > HEIGHT_PT - END_PT - code_pt else 0)
            canvas.setFont(fonts[is_bold], size)
            for line in simpleSplit(text, fonts[is_bold], size, room):
                canvas.drawString(SIDE_PT, top - 1.02 * size, line)
                top -= LEADING * size
        path = canvas.beginPath()
        for column, row, columns, rows in symbol.rectangles:
            x = WIDTH_PT - SIDE_PT - code_pt + (2 + column) * MODULE_PT
            path.rect(x, HEIGHT_PT - END_PT - (2 + row + rows) * MODULE_PT, columns * MODULE_PT, rows * MODULE_PT)
        canvas.drawPath(path, stroke=0, fill=1)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _svg(content: LabelContent) -> str:
    symbol = data_matrix(content.code)
    rectangles = "".join(f'<rect x="{x}" y="{y}" width="{w}" height="{h}"/>' for x, y, w, h in symbol.rectangles)
    side = symbol.side * MODULE_PT
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {symbol.side} {symbol.side}" width="{side}pt" height="{side}pt">{rectangles}</svg>'


def with_typst(contents: Iterable[LabelContent]) -> bytes:
    """One document; the code as a picture beside the head."""
    typst = import_module("typst")
    parts = [
        f'#set page(width: {WIDTH_PT}pt, height: {HEIGHT_PT}pt, margin: (x: {SIDE_PT}pt, y: {END_PT}pt))\n#set text(font: "Noto Sans")\n#set par(leading: 0.5em, spacing: 0.5em)'
    ]
    for number, content in enumerate(contents):
        quoted = _svg(content).replace("\\", "\\\\").replace('"', '\\"')
        parts.append("#pagebreak()" if number else "")
        parts.append(f'#place(top + right, image(bytes("{quoted}"), format: "svg"))')
        for text, is_bold, size in styled(content):
            escaped = text.replace("\\", "\\\\").replace('"', '\\"')
            parts.append(f'#par(text(size: {size}pt, weight: "{"bold" if is_bold else "regular"}", "{escaped}"))')
    return bytes(typst.compile("\n".join(parts).encode(), font_paths=[str(FONTS)], ignore_system_fonts=True))


def with_weasyprint(contents: Iterable[LabelContent]) -> bytes:
    """One HTML page for each label."""
    weasyprint = import_module("weasyprint")
    style = f"@page {{size: {WIDTH_PT}pt {HEIGHT_PT}pt; margin: {END_PT}pt {SIDE_PT}pt}} body, p {{margin: 0; line-height: {LEADING}}} section {{break-after: page}} svg {{float: right}}"
    faces = "".join(
        f"@font-face {{font-family: Label; font-weight: {'bold' if is_bold else 'normal'}; src: url({Path(str(FONTS / file)).as_uri()})}}"
        for is_bold, file in FILES.items()
    )
    pages = []
    for content in contents:
        paragraphs = "".join(
            f'<p style="font: {"bold" if is_bold else "normal"} {size}pt/{LEADING} Label">{html.escape(text)}</p>' for text, is_bold, size in styled(content)
        )
        pages.append(f"<section>{_svg(content)}{paragraphs}</section>")
    return bytes(weasyprint.HTML(string=f"<style>{faces}{style}</style>{''.join(pages)}").write_pdf())


def with_fpdf2(contents: Iterable[LabelContent]) -> bytes:
    """Cells that wrap by themselves, the code as filled rectangles."""
    fpdf = import_module("fpdf")
    pdf = fpdf.FPDF(unit="pt", format=(WIDTH_PT, HEIGHT_PT))
    pdf.set_auto_page_break(auto=False)
    pdf.set_margins(SIDE_PT, END_PT, SIDE_PT)
    for is_bold, file in FILES.items():
        pdf.add_font("label", "B" if is_bold else "", str(FONTS / file))
    for content in contents:
        pdf.add_page(orientation="L", format=(HEIGHT_PT, WIDTH_PT))
        symbol = data_matrix(content.code)
        code_pt = symbol.side_with_quiet_zone_pt
        for text, is_bold, size in styled(content):
            pdf.set_font("label", "B" if is_bold else "", size)
            room = WIDTH_PT - 2 * SIDE_PT - (code_pt if pdf.get_y() < END_PT + code_pt else 0)
            pdf.multi_cell(room, LEADING * size, text, align="L", new_x="LMARGIN", new_y="NEXT")
        for column, row, columns, rows in symbol.rectangles:
            x, y = WIDTH_PT - SIDE_PT - code_pt + (2 + column) * MODULE_PT, END_PT + (2 + row) * MODULE_PT
            pdf.rect(x, y, columns * MODULE_PT, rows * MODULE_PT, style="F")
    return bytes(pdf.output())


PEERS: dict[str, Maker] = {"typst": with_typst, "weasyprint": with_weasyprint, "fpdf": with_fpdf2}


def installed() -> dict[str, str]:
    """Which of the others are here, with their releases."""
    found = {}
    for name in PEERS:
        with suppress(ImportError, OSError), tempfile.TemporaryDirectory():
            found[name] = str(getattr(import_module(name), "__version__", "release unknown"))
    return found
