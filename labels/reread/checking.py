"""Walks through the pages of a paper and holds each against what it has to say and how."""

from collections.abc import Iterator, Sequence

from compounding.domain.label_content import CodeKind, FormulaContent, LabelContent, LeafletContent, WorksheetContent
from labels.reread import saying
from labels.reread.codes import MODULE_PT, QUIET, check_code
from labels.reread.found import Box, Difference
from labels.reread.ink import Picture, Redrawing, stray
from labels.reread.matching import Matcher, out_of_order
from labels.reread.opened import Pages
from labels.reread.pdf import Page, Run
from labels.reread.saying import Said
from labels.stock import POINTS_PER_MM, LabelStock, Position, sheet

_EDGE_PT = 0.3
# A "J" reaches to the left of where it is set, two accents above each other beyond the line; the margins are far wider than that.
_OVERHANG = 0.12
_LEANS = 0.35
_TOUCH_PT = 0.05
_THICKEST_RULE_PT = 8.0
_LARGEST_DRAWING_PT = 60.0
_PAGE_PT = 0.6
_MOST_LABELS = 40


def of_labels(
    pages: Pages, contents: Sequence[LabelContent], *, stock: LabelStock, position: Position, redrawing: Redrawing
) -> Iterator[tuple[int, list[Difference]]]:
    """Each content's number, and in what its labels differ."""
    cells = _cells(pages, stock, position, redrawing)
    for number, content in enumerate(contents):
        yield number, _content(cells, content)
    if (left := next(cells, None)) is not None:
        rest = " ".join(run.text for run in left[1])
        yield max(len(contents) - 1, 0), [Difference(field="labels", where=left[0], expected="no further label", found=rest[:200] or "a label without text")]


Cell = tuple[str, list[Run], list[Difference], Picture, list[Box], Box]
"""A label: where it is, its texts, what is wrong with it already, the page's picture, its codes, and what may be printed on."""


def _cells(pages: Pages, stock: LabelStock, position: Position, redrawing: Redrawing) -> Iterator[Cell]:
    """The labels of the file one after the other. On a sheet the places that stay empty at its end are none."""
    label = 0
    for number in range(pages.count):
        page, picture = pages.read(number)
        faults = _of_page(page, picture, stock.page_mm, redrawing, f"page {number + 1}", may_draw=False)
        first = position.start if number == 0 else 1
        areas = [_area(stock, position, place, page.height) for place in range(1, stock.places + 1)]
        runs = [_within(areas, run.box) for run in page.runs]
        symbols = [_within(areas, box) for box in page.symbols]
        last = max([place for place in (*runs, *symbols) if place is not None], default=first - 1)
        for place in range(1, max(last, first) + 1):
            mine = [run for run, at in zip(page.runs, runs, strict=True) if at == place]
            codes = [box for box, at in zip(page.symbols, symbols, strict=True) if at == place]
            if place < first:
                if mine or codes:
                    faults.append(Difference(field="place", where=f"place {place}", expected=f"nothing before place {first}", found="a label"))
                continue
            label += 1
            yield f"label {label}", mine, faults, picture, codes, areas[place - 1]
            faults = []


def _area(stock: LabelStock, position: Position, place: int, height: float) -> Box:
    right, down = stock.corner_mm(place)
    left = (right + position.right_mm + stock.side_margin_mm) * POINTS_PER_MM
    top = height - (down + position.down_mm + stock.end_margin_mm) * POINTS_PER_MM
    return Box(left, top - (stock.height_mm - 2 * stock.end_margin_mm) * POINTS_PER_MM, left + (stock.width_mm - 2 * stock.side_margin_mm) * POINTS_PER_MM, top)


def _within(areas: Sequence[Box], box: Box) -> int | None:
    """The place whose area is nearest to the box's middle, counted from 1."""
    x, y = box.middle
    away = [max(area.left - x, x - area.right, area.bottom - y, y - area.top) for area in areas]
    return min(range(len(areas)), key=away.__getitem__) + 1


def _content(cells: Iterator[Cell], content: LabelContent) -> list[Difference]:
    """All labels of a content: its own, then those of its translation, counted together. How many there are is tried, since only the labels know."""
    parts = [content] if content.translation is None else [content, content.translation]
    bodies = [saying.label_body(part) for part in parts]
    taken: list[Cell] = []
    first = next(cells, None)
    if first is None:
        return [Difference(field="labels", where="the file", expected="a label", found="none")]
    taken.append(first)
    count = _count_on(first, content)
    taken += [cell for cell in (next(cells, None) for _ in range(count - 1)) if cell is not None]
    told = [fault for cell in taken for fault in cell[2]]
    if len(taken) < count:
        return [*told, Difference(field="continued", where=taken[-1][0], expected=f"{count} labels", found=f"{len(taken)} labels")]
    part = 0
    for number, cell in enumerate(taken, 1):
        if not bodies[part] and part + 1 < len(parts):
            part += 1
        matcher = Matcher(cell[1], cell[0])
        told += _of_label(cell, parts[part], bodies[part], matcher, number, count)
    for body in bodies:
        told += [Difference(field=each.field, where=taken[-1][0], expected=each.text, found="is not there") for each in body]
    return told


def _count_on(cell: Cell, content: LabelContent) -> int:
    """How many labels the first one says there are; 1 where it says nothing."""
    texts = {run.text.strip() for run in cell[1]}
    return next((count for count in range(2, _MOST_LABELS) if saying.label_head(content, 1, count)[-1].text in texts), 1)


def _of_label(cell: Cell, content: LabelContent, body: list[Said], matcher: Matcher, number: int, count: int) -> list[Difference]:
    where, runs, _, picture, codes, area = cell
    told: list[Difference] = []
    for wanted in saying.label_head(content, number, count):
        if (found := matcher.takes(wanted)) is not None:
            # Behind the first difference nothing on this label can be told apart any more.
            return [*told, found]
    while not matcher.is_done:
        if not body:
            return [*told, Difference(field="text", where=where, expected="nothing more", found=matcher.rest())]
        found = matcher.takes(body[0])
        if found is not None and found.field.startswith(body[0].field) and "pt or more" not in found.expected:
            body.clear()
            return [*told, found]
        if found is not None:
            told.append(found)
        body.pop(0)
    told += _layout(runs, area, codes, where)
    told += out_of_order(runs, frozenset(), where)
    told += check_code(picture, codes, content.code, form="DataMatrix", kind=content.code_kind, corner=(area.right, area.top), where=where)
    return told


def of_sheets(pages: Pages, content: LeafletContent | WorksheetContent | FormulaContent, *, large_print: bool, redrawing: Redrawing) -> Iterator[Difference]:
    """In what a leaflet, worksheet or formula record differs."""
    body = saying.body(content, large_print=large_print)
    lost = False
    for number in range(pages.count):
        where = f"page {number + 1}"
        page, picture = pages.read(number)
        paper = next((each for each in (sheet("letter"), sheet("a4")) if abs(each.height_mm * POINTS_PER_MM - page.height) < _PAGE_PT), sheet("letter"))
        yield from _of_page(page, picture, paper.page_mm, redrawing, where, may_draw=isinstance(content, LeafletContent))
        matcher = Matcher(page.runs, where)
        found = None if lost else _of_sheet(matcher, content, body, number, pages.count)
        if found is not None:
            yield found
            lost = True
        area = _area(paper, Position(), 1, page.height)
        yield from _layout(page.runs, area, page.symbols, where)
        yield from out_of_order(page.runs, _asides(page.runs, content), where)
        yield from _of_codes(page, picture, content, number, pages.count, area, where)
    if not lost:
        for each in body:
            yield Difference(field=each.field, where="the last page", expected=each.text, found="is not there")


def _of_sheet(matcher: Matcher, content: LeafletContent | WorksheetContent | FormulaContent, body: list[Said], page: int, pages: int) -> Difference | None:
    """Take one page's texts off the body; the first difference, after which nothing more can be told apart."""
    for number, mark in enumerate(content.draft_marks, 1):
        for wanted in saying.said(f"draft_marks {number}", mark, saying.SMALLEST_PT):
            if (found := matcher.takes(wanted)) is not None:
                return found
    foot = saying.footer(content.footer, page + 1, pages)
    is_first = True
    while body and not matcher.is_done:
        if foot and matcher.would_take(foot[0]) and not matcher.would_take(body[0]):
            break
        if is_first:
            for repeated in body[0].repeats if not matcher.would_take(body[0]) else ():
                if (found := matcher.takes(repeated)) is not None:
                    return found
        is_first = False
        if (found := matcher.takes(body[0])) is not None:
            return found
        body.pop(0)
    for wanted in foot:
        if (found := matcher.takes(wanted)) is not None:
            return found
    return None if matcher.is_done else Difference(field="text", where=matcher.where, expected="nothing more", found=matcher.rest())


def _asides(runs: Sequence[Run], content: LeafletContent | WorksheetContent | FormulaContent) -> frozenset[int]:
    """Who signs a step stands beside it, and initials stand above the line between them: neither belongs to the order of reading."""
    if not isinstance(content, WorksheetContent):
        return frozenset()
    texts = {saying.plain(text) for step in content.procedure for text in (step.sign, step.done) if text}
    return frozenset(number for number, run in enumerate(runs) if any(run.text.strip() in text for text in texts))


def _of_codes(
    page: Page, picture: Picture, content: LeafletContent | WorksheetContent | FormulaContent, number: int, pages: int, area: Box, where: str
) -> list[Difference]:
    if isinstance(content, LeafletContent):
        if content.public_page is None or (not page.symbols and number + 1 < pages):
            return _none_of(page.symbols, where)
        return check_code(picture, page.symbols, content.public_page.address, form="QRCode", kind=CodeKind.DATA_MATRIX, corner=None, where=where)
    if number:
        return _none_of(page.symbols, where)
    # Draft marks stand above the code of a sheet.
    top = area.top if not content.draft_marks else page.symbols[0].top + QUIET["DataMatrix"] * MODULE_PT if page.symbols else area.top
    corner = (area.right, top)
    return check_code(picture, page.symbols, content.code, form="DataMatrix", kind=CodeKind.DATA_MATRIX, corner=corner, where=where)


def _none_of(symbols: Sequence[Box], where: str) -> list[Difference]:
    return [Difference(field="code", where=where, expected="no code", found=str(each)) for each in symbols]


def _of_page(page: Page, picture: Picture, page_mm: tuple[float, float], redrawing: Redrawing, where: str, *, may_draw: bool) -> list[Difference]:
    """What is wrong with a page whatever it says."""
    told = [Difference(field="page", where=where, expected="text and black shapes, upright and visible", found=fault) for fault in dict.fromkeys(page.faults)]
    wide, high = (each * POINTS_PER_MM for each in page_mm)
    if abs(page.width - wide) > _PAGE_PT or abs(page.height - high) > _PAGE_PT:
        told.append(Difference(field="page size", where=where, expected=f"{wide:.1f} x {high:.1f} pt", found=f"{page.width:.1f} x {page.height:.1f} pt"))
    for square in page.squares:
        wide, high = square.right - square.left, square.top - square.bottom
        if min(wide, high) > _THICKEST_RULE_PT and max(wide, high) > _LARGEST_DRAWING_PT:
            told.append(Difference(field="shape", where=where, expected="rules, boxes and small drawings", found=str(square)))
    for drawing in page.drawings:
        if not may_draw or max(drawing.right - drawing.left, drawing.top - drawing.bottom) > _LARGEST_DRAWING_PT:
            told.append(Difference(field="shape", where=where, expected="drawings on leaflets alone, and small ones", found=str(drawing)))
    if told:
        return told
    again = redrawing.picture(page.width, page.height, page.runs)
    if again is None:
        return [Difference(field="typeface", where=where, expected="Noto Sans", found=", ".join(sorted({run.font for run in page.runs})))]
    if (spot := stray(page, picture, again)) is not None:
        return [Difference(field="ink", where=where, expected="the letters of its text and nothing else", found=f"something else at {spot}")]
    over = next(((run, square) for square in (*page.squares, *page.drawings) for run in page.runs if run.box.meets(square, -_TOUCH_PT)), None)
    if over is not None:
        told.append(Difference(field="shape", where=where, expected="no shape on a text", found=f"{over[0].text[:80]}: {over[1]}"))
    return told


def _layout(runs: Sequence[Run], area: Box, symbols: Sequence[Box], where: str) -> Iterator[Difference]:
    """What leaves the area, meets another text, or stands in the quiet zone of a code."""
    for run in runs:
        if not run.box.lies_in(area, _EDGE_PT + _OVERHANG * run.size):
            yield Difference(field="place", where=where, expected=f"within {area}", found=f"{run.text[:80]}: {run.box}")
    ordered = sorted(runs, key=lambda run: run.box.left)
    for number, run in enumerate(ordered):
        for other in ordered[number + 1 :]:
            if other.box.left >= run.box.right:
                break
            if run.box.meets(other.box, -_TOUCH_PT) and not _are_neighbours(run, other):
                yield Difference(field="overlap", where=where, expected=run.text[:80], found=other.text[:80])
    for box in symbols:
        room = QUIET["DataMatrix"] * MODULE_PT - _TOUCH_PT
        for run in runs:
            if run.box.meets(box, room):
                yield Difference(field="quiet zone", where=where, expected="two clear modules around the code", found=run.text[:80])


def _are_neighbours(run: Run, other: Run) -> bool:
    """Two pieces of one line: a letter may lean into the next one."""
    return run.baseline == other.baseline and min(run.box.right, other.box.right) - max(run.box.left, other.box.left) < _LEANS * run.size
