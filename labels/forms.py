"""The parts of a worksheet that are no tables: named fields, the alerts' frame, steps with tick boxes, plain lists."""

from collections.abc import Sequence

from compounding.domain.label_content import Field, WorksheetStep
from labels.errors import quoted
from labels.fitting import wrap
from labels.flow import Block, draw_blocks, lines_block
from labels.fonts import ASCENT, CAP_HEIGHT, Face, Style, width_pt
from labels.paper import Paper
from labels.placing import Box
from labels.stock import POINTS_PER_MM
from labels.tables import WRITING_HEIGHT_MM

TEXT = Style(Face.REGULAR, 9.5)
_FIELD_NAME = Style(Face.REGULAR, 7.5)
_FIELD_VALUE = Style(Face.BOLD, 10.0)
_ALERT = Style(Face.BOLD, 11.5)
_SIGN = Style(Face.REGULAR, 8.0)
_COLUMNS = 3
_GUTTER_PT = 10.0
_WRITING_PT = WRITING_HEIGHT_MM * POINTS_PER_MM
_TICK_BOX_PT = 4.0 * POINTS_PER_MM
_INITIALS_PT = 22.0 * POINTS_PER_MM
_SIGN_ROOM_PT = 54.0 * POINTS_PER_MM
_ALERT_BAR_PT = 6.0
_ALERT_FRAME_PT = 1.8
_ALERT_PADDING_PT = 6.0
_INDENT_PT = 10.0


def fields_blocks(fields: Sequence[Field], paper: Paper, *, room_pt: float) -> list[Block]:
    """Rows of a grid of three columns. A long value takes two or all three; an empty one is a line to write on."""
    column_pt = (room_pt + _GUTTER_PT) / _COLUMNS
    rows: list[list[tuple[int, int, Field]]] = [[]]
    reached = 0
    for field in fields:
        wanted_pt = max(width_pt(field.value, _FIELD_VALUE), width_pt(field.name, _FIELD_NAME))
        span = next((count for count in range(1, _COLUMNS) if wanted_pt <= count * column_pt - _GUTTER_PT), _COLUMNS)
        if reached + span > _COLUMNS:
            rows.append([])
            reached = 0
        rows[-1].append((reached, span, field))
        reached += span
    return [_fields_row(row, paper, column_pt) for row in rows if row]


def _fields_row(row: list[tuple[int, int, Field]], paper: Paper, column_pt: float) -> Block:
    cells = []
    height_pt = 0.0
    for first, span, field in row:
        room_pt = span * column_pt - _GUTTER_PT
        name = wrap(field.name, _FIELD_NAME, room_pt, what=f"the field {quoted(field.name)}")
        value = wrap(field.value, _FIELD_VALUE, room_pt, what=f"the field {quoted(field.name)}")
        cells.append((paper.area.left_pt + first * column_pt, room_pt, name, value))
        value_pt = len(value) * _FIELD_VALUE.leading_pt if value else _WRITING_PT
        height_pt = max(height_pt, len(name) * _FIELD_NAME.leading_pt + value_pt)

    def draw(on: Paper, top_pt: float) -> None:
        for left_pt, room_pt, name, value in cells:
            on.lines(name, _FIELD_NAME, left_pt=left_pt, top_pt=top_pt)
            on.lines(value, _FIELD_VALUE, left_pt=left_pt, top_pt=top_pt - len(name) * _FIELD_NAME.leading_pt)
            if not value:
                on.level_rule(top_pt - height_pt + 0.5, left_pt=left_pt, right_pt=left_pt + room_pt)

    return Block(what=f"the field {quoted(row[0][2].name)}", height_pt=height_pt, draw=draw, space_before_pt=4.0)


def alerts_blocks(alerts: Sequence[str], paper: Paper) -> list[Block]:
    """All alerts in one heavy frame with a bar along its left side."""
    if not alerts:
        return []
    inset_pt = _ALERT_BAR_PT + _ALERT_PADDING_PT
    left_pt = paper.area.left_pt + inset_pt
    inside = []
    for text in alerts:
        lines = wrap(text, _ALERT, paper.room_pt - inset_pt - _ALERT_PADDING_PT - _ALERT_FRAME_PT, what="an alert")
        inside.append(lines_block(lines, _ALERT, what="an alert", left_pt=left_pt, space_before_pt=3.0))
    # The type's own space above its capitals is part of the padding at the top.
    above_pt, below_pt = _ALERT_PADDING_PT - 2.0, _ALERT_PADDING_PT
    height_pt = above_pt + below_pt + sum(block.height_pt for block in inside) + sum(block.space_before_pt for block in inside[1:])

    def draw(on: Paper, top_pt: float) -> None:
        box = Box(on.area.left_pt, top_pt - height_pt, on.area.right_pt, top_pt)
        on.frame(box, thickness_pt=_ALERT_FRAME_PT)
        on.rule(Box(box.left_pt, box.bottom_pt, box.left_pt + _ALERT_BAR_PT, box.top_pt), "bar")
        draw_blocks(on, inside, top_pt=top_pt - above_pt)

    return [Block(what="The block of alerts", height_pt=height_pt, draw=draw, space_before_pt=8.0)]


def step_block(step: WorksheetStep, paper: Paper, *, number: int) -> Block:
    """A tick box, the step (counted from 0), and where somebody has to sign, who does and a line for the initials."""
    left_pt = paper.area.left_pt + _TICK_BOX_PT + 6.0
    room_pt = paper.area.right_pt - left_pt - (_SIGN_ROOM_PT + _GUTTER_PT if step.sign else 0.0)
    lines = wrap(step.text, TEXT, room_pt, what=f"the step {quoted(step.text)}")
    sign = wrap(step.sign, _SIGN, _SIGN_ROOM_PT - _INITIALS_PT - 4.0, what=f"who signs the step {quoted(step.text)}")
    height_pt = max(len(lines) * TEXT.leading_pt, len(sign) * _SIGN.leading_pt, _WRITING_PT if sign else 0.0)

    def draw(on: Paper, top_pt: float) -> None:
        area = on.area
        # The space for the initials is above the line, so a short step stands low, beside who signs.
        text_top_pt = top_pt - (height_pt - len(lines) * TEXT.leading_pt)
        # The tick box is centred on the first line's capitals.
        middle_pt = text_top_pt - (ASCENT - CAP_HEIGHT / 2) * TEXT.size_pt
        box_top_pt = middle_pt + _TICK_BOX_PT / 2
        on.frame(Box(area.left_pt, box_top_pt - _TICK_BOX_PT, area.left_pt + _TICK_BOX_PT, box_top_pt), thickness_pt=0.8)
        on.lines(lines, TEXT, left_pt=left_pt, top_pt=text_top_pt)
        if sign:
            bottom_pt = top_pt - height_pt
            on.level_rule(bottom_pt + 1.0, left_pt=area.right_pt - _INITIALS_PT, right_pt=area.right_pt)
            if step.done:
                on.text(step.done, _SIGN, left_pt=area.right_pt - _INITIALS_PT + 2.0, top_pt=bottom_pt + 2.0 + _SIGN.leading_pt)
            for row, line in enumerate(sign):
                at_pt = area.right_pt - _INITIALS_PT - 4.0 - width_pt(line, _SIGN)
                on.text(line, _SIGN, left_pt=at_pt, top_pt=bottom_pt + (len(sign) - row) * _SIGN.leading_pt)

    return Block(what=f"The step {quoted(step.text)}", height_pt=height_pt, draw=draw, space_before_pt=5.0 if number else 1.0, keeps_next=number == 0)


def list_blocks(texts: Sequence[str], paper: Paper, *, style: Style = TEXT) -> list[Block]:
    """Points with a round mark each."""
    return [_point(text, paper, style) for text in texts]


def _point(text: str, paper: Paper, style: Style) -> Block:
    left_pt = paper.area.left_pt + _INDENT_PT
    lines = wrap(text, style, paper.room_pt - _INDENT_PT, what="a point")

    def draw(on: Paper, top_pt: float) -> None:
        on.dot(centre_x_pt=left_pt - _INDENT_PT + 3.0, centre_y_pt=top_pt - 0.78 * style.size_pt, radius_pt=0.14 * style.size_pt)
        on.lines(lines, style, left_pt=left_pt, top_pt=top_pt)

    return Block(what=f"The point {quoted(text)}", height_pt=len(lines) * style.leading_pt, draw=draw, space_before_pt=1.0)
