"""The upper part of every container label: draft marks, patient, drug and numbers, with the code in the right-hand corner (USP <17>)."""

from collections.abc import Callable
from dataclasses import dataclass

from compounding.domain.label_content import LabelContent
from labels.codes import DOT_PT, Symbol
from labels.errors import DoesNotFit, quoted
from labels.fitting import wrap
from labels.flow import Block, draw_blocks, lines_block
from labels.fonts import Face, Style, width_pt
from labels.marks import marks_block
from labels.paper import Paper

_MARK_PT = 8.5
_NAME = Style(Face.BOLD, 13.0)
_DRUG = Style(Face.BOLD, 11.0)
_NUMBER = Style(Face.REGULAR, 9.0)
_CONTINUED = Style(Face.BOLD, 9.0)
_CODE_GAP_PT = 4.0
_GAP_PT = 10.0
_RULE_PT = 1.0
_RULE_ROOM_PT = 5.0


@dataclass(frozen=True, slots=True)
class LabelHead:
    """What every label repeats: marks, name, drug and numbers, with the code in the right-hand corner."""

    blocks: tuple[Block, ...]
    symbol: Symbol
    height_pt: float

    @classmethod
    def measured(cls, content: LabelContent, paper: Paper, symbol: Symbol, *, continued: str) -> "LabelHead":
        left_pt = paper.area.left_pt
        beside_code_pt = paper.room_pt - symbol.side_with_quiet_zone_pt - _CODE_GAP_PT
        blocks = [marks_block(content.draft_marks, size_pt=_MARK_PT, left_pt=left_pt, room_pt=beside_code_pt, ruled=False)] if content.draft_marks else []

        def rooms(style: Style) -> Callable[[int], float]:
            """Lines beside the code are shorter; those below it have the label's whole width."""
            used_pt = sum(block.height_pt for block in blocks)
            code_pt = symbol.side_with_quiet_zone_pt + DOT_PT
            return lambda line: beside_code_pt if used_pt + line * style.leading_pt < code_pt else paper.room_pt

        for text, style, what in ((content.patient_name, _NAME, "the patient's name"), (content.drug, _DRUG, "the drug")):
            blocks.append(lines_block(wrap(text, style, rooms(style), what=what), style, what=what, left_pt=left_pt))
        blocks.append(_number_block(content.number_line, continued, left_pt=left_pt, rooms=rooms(_NUMBER)))
        texts_pt = sum(block.height_pt for block in blocks)
        height_pt = max(texts_pt, symbol.side_with_quiet_zone_pt + DOT_PT) + _RULE_ROOM_PT
        return cls(tuple(blocks), symbol, height_pt)

    def draw(self, paper: Paper) -> float:
        """Draw it at the page's top, and return where the body begins."""
        area = paper.area
        draw_blocks(paper, self.blocks, top_pt=area.top_pt)
        paper.code(self.symbol, right_pt=area.right_pt, top_pt=area.top_pt)
        bottom_pt = area.top_pt - self.height_pt
        paper.level_rule(bottom_pt + _RULE_ROOM_PT / 2, left_pt=area.left_pt, right_pt=area.right_pt, thickness_pt=_RULE_PT)
        return bottom_pt


def _number_block(number_line: str, continued: str, *, left_pt: float, rooms: Callable[[int], float]) -> Block:
    """The numbers, with "Label 1 of 2" at the end of their last line, or on a line of its own where the two do not fit."""
    lines = wrap(number_line, _NUMBER, rooms, what="the line of numbers")
    last_pt = width_pt(lines[-1], _NUMBER) if lines else 0.0
    continued_pt = width_pt(continued, _CONTINUED)
    own_line = 0 if last_pt + _GAP_PT + continued_pt <= rooms(max(len(lines) - 1, 0)) or not continued else 1
    line = len(lines) - 1 + own_line if lines else 0
    if continued_pt > rooms(line):
        raise DoesNotFit(f"The label's number {quoted(continued)} is wider than the line.")

    def draw(paper: Paper, top_pt: float) -> None:
        paper.lines(lines, _NUMBER, left_pt=left_pt, top_pt=top_pt)
        if continued:
            at_pt = left_pt if own_line else left_pt + rooms(line) - continued_pt
            paper.text(continued, _CONTINUED, left_pt=at_pt, top_pt=top_pt - line * _NUMBER.leading_pt)

    return Block(what="the line of numbers", height_pt=(line + 1) * _NUMBER.leading_pt, draw=draw)
