"""What a paper has to say, in reading order: the words of every field of its content, each with the size it needs at least."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from compounding.domain.label_content import Field, FormulaContent, LabelContent, LeafletContent, Table, WorksheetContent

CRITICAL_PT, SMALLEST_PT = 11.0, 8.0
_SMALL_PRINT_PT = 7.5
_LEAFLET_PT, _LARGE_PT = 12.0, 18.0
_TITLE_PT, _FIGURE_PT = 16.0, 14.0


@dataclass(frozen=True, slots=True)
class Said:
    """One paragraph. `least` is its smallest size in points; `repeats` are the words that come again where it opens a page (a table's headings)."""

    field: str
    text: str
    least: float
    repeats: tuple["Said", ...] = ()
    is_aside: bool = False


def plain(text: str) -> str:
    """The text as paper sets it: composed, every blank a space, no two of them together."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def said(field: str, text: str, least: float) -> list[Said]:
    """The paragraph, or nothing for an empty one."""
    words = plain(text)
    return [Said(field, words, least)] if words else []


def _all(field: str, texts: Sequence[str], least: float) -> list[Said]:
    return [each for number, text in enumerate(texts, 1) for each in said(f"{field} {number}", text, least)]


def label_head(content: LabelContent, number: int, count: int) -> list[Said]:
    """What every label of a content repeats."""
    continued = content.continued.replace("{number}", str(number)).replace("{count}", str(count)) if count > 1 else ""
    return [
        *_all("draft_marks", content.draft_marks, SMALLEST_PT), *said("patient_name", content.patient_name, CRITICAL_PT),
        *said("drug", content.drug, CRITICAL_PT), *said("number_line", content.number_line, SMALLEST_PT), *said("continued", continued, SMALLEST_PT),
    ]  # fmt: skip


def label_body(content: LabelContent) -> list[Said]:
    """What is dealt out to the labels of a content."""
    return [
        *_all("critical", content.critical, CRITICAL_PT), *_all("warnings", content.warnings, SMALLEST_PT), *_all("details", content.details, SMALLEST_PT),
    ]  # fmt: skip


def footer(texts: Sequence[str], page: int, pages: int) -> list[Said]:
    """The footer of a page; only its first line holds places for numbers."""
    filled = [text.replace("{page}", str(page)).replace("{pages}", str(pages)) if not number else text for number, text in enumerate(texts)]
    return _all("footer", filled, SMALLEST_PT)


def body(content: LeafletContent | WorksheetContent | FormulaContent, *, large_print: bool) -> list[Said]:
    """What is dealt out to the pages."""
    if isinstance(content, LeafletContent):
        return list(_leaflet(content, _LARGE_PT if large_print else _LEAFLET_PT))
    return list(_worksheet(content) if isinstance(content, WorksheetContent) else _formula(content))


def _leaflet(content: LeafletContent, least: float) -> Iterator[Said]:
    yield from said("heading", content.heading, least)
    yield from _all("identity", content.identity, least)
    for number, section in enumerate(content.sections, 1):
        yield from said(f"section {number} heading", section.heading, least)
        yield from _all(f"section {number} paragraph", section.paragraphs, least)
        yield from _all(f"section {number} point", section.points, least)
    if content.public_page is not None:
        yield from said("public_page caption", content.public_page.caption, SMALLEST_PT)


def _worksheet(content: WorksheetContent) -> Iterator[Said]:
    yield from said("heading", content.heading, _TITLE_PT)
    yield from _fields("identity", content.identity)
    yield from _all("alerts", content.alerts, SMALLEST_PT)
    yield from _all("notes", content.notes, SMALLEST_PT)
    yield from said("weighing_heading", content.weighing_heading, SMALLEST_PT)
    yield from _table("weighing", content.weighing)
    yield from _all("weighing_notes", content.weighing_notes, SMALLEST_PT)
    yield from said("derivation_heading", content.derivation_heading, SMALLEST_PT)
    yield from _table("derivation", content.derivation)
    yield from said("equipment_heading", content.equipment_heading, SMALLEST_PT)
    yield from _all("equipment", content.equipment, SMALLEST_PT)
    yield from said("procedure_heading", content.procedure_heading, SMALLEST_PT)
    for number, step in enumerate(content.procedure, 1):
        yield from said(f"procedure {number}", step.text, SMALLEST_PT)
        for name, text in (("done", step.done if step.sign else ""), ("sign", step.sign)):
            yield from (Said(each.field, each.text, each.least, is_aside=True) for each in said(f"procedure {number} {name}", text, SMALLEST_PT))
    yield from said("quality_heading", content.quality_heading, SMALLEST_PT)
    yield from _table("quality", content.quality)
    yield from said("finish_heading", content.finish_heading, SMALLEST_PT)
    yield from _fields("finish", content.finish)
    yield from said("signatures_heading", content.signatures_heading, SMALLEST_PT)
    yield from _table("signatures", content.signatures)
    yield from said("references_heading", content.references_heading, SMALLEST_PT)
    yield from _all("references", content.references, SMALLEST_PT)


def _formula(content: FormulaContent) -> Iterator[Said]:
    yield from said("heading", content.heading, _TITLE_PT)
    yield from _fields("identity", content.identity)
    for number, part in enumerate(content.parts, 1):
        name = f"part {number}"
        yield from said(f"{name} heading", part.heading, SMALLEST_PT)
        yield from _fields(f"{name} field", part.fields)
        yield from _all(f"{name} paragraph", part.paragraphs, SMALLEST_PT)
        if part.table is not None:
            yield from _table(f"{name} table", part.table)
        yield from _all(f"{name} step", part.steps, SMALLEST_PT)
    yield from said("signatures_heading", content.signatures_heading, SMALLEST_PT)
    yield from _table("signatures", content.signatures)


def _fields(name: str, fields: Sequence[Field]) -> Iterator[Said]:
    for number, field in enumerate(fields, 1):
        yield from said(f"{name} {number} name", field.name, _SMALL_PRINT_PT)
        yield from said(f"{name} {number} value", field.value, SMALLEST_PT)


def _table(name: str, table: Table) -> Iterator[Said]:
    heading = tuple(_all(f"{name} heading", table.headings, SMALLEST_PT))
    yield from heading
    for row, cells in enumerate(table.rows, 1):
        first = True
        for column, cell in enumerate(cells):
            for each in said(f"{name} row {row} cell {column + 1}", cell, _FIGURE_PT if column in table.emphasised_columns else SMALLEST_PT):
                yield Said(each.field, each.text, each.least, repeats=heading if first else ())
                first = False


def is_element_string(text: str) -> bool:
    """Whether a code's text is written as a GS1 element string with bracketed identifiers."""
    return re.fullmatch(r"(?:\(\d{2,4}\)[^()]+)+", text) is not None
