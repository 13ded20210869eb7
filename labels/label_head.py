"""The upper part of every container label: draft marks, patient, drug and numbers, with the code in the right-hand corner (USP <17>)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from compounding.domain.label_content import LabelContent
from labels.codes import DOT_PT, Symbol
from labels.errors import DoesNotFit, quoted
from labels.fitting import wrap
from labels.flow import Block, draw_blocks, lines_block
from labels.fonts import width_pt
from labels.label_sizes import LabelSizes
from labels.marks import marks_block
from labels.paper import Paper

_CODE_GAP_PT = 4.0
_GAP_PT = 10.0
_RULE_PT = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelHead:
    """What every label repeats: marks, name, drug and numbers, with the code in the right-hand corner; `number` is "Label 1 of 2", or nothing."""

    content: LabelContent
    paper: Paper
    symbol: Symbol
    sizes: LabelSizes
    blocks: tuple[Block, ...]
    number_lines: tuple[str, ...]
    number: str = ""

    @classmethod
    def measured(cls, content: LabelContent, paper: Paper, symbol: Symbol, sizes: LabelSizes) -> "LabelHead":
        """Raises DoesNotFit where a word is wider than its line."""
        left_pt = paper.area.left_pt
        rooms = _Rooms(paper, symbol)
        blocks: list[Block] = []
        if content.draft_marks:
            blocks.append(marks_block(content.draft_marks, size_pt=sizes.mark_pt, left_pt=left_pt, room_pt=rooms.beside_pt, ruled=False))
        for text, style, what in ((content.patient_name, sizes.name, "the patient's name"), (content.drug, sizes.drug, "the drug")):
            lines = wrap(text, style, rooms.below(blocks, style.leading_pt), what=what)
            blocks.append(lines_block(lines, style, what=what, left_pt=left_pt))
        number_lines = wrap(content.number_line, sizes.number, rooms.below(blocks, sizes.number.leading_pt), what="the line of numbers")
        return cls(content=content, paper=paper, symbol=symbol, sizes=sizes, blocks=tuple(blocks), number_lines=number_lines)

    def with_number(self, number: str) -> "LabelHead":
        """The same head with "Label 1 of 2" on it. Raises DoesNotFit where that is wider than the line."""
        numbered = replace(self, number=number)
        if numbered.number_is_too_wide:
            raise DoesNotFit(f"The label's number {quoted(number)} is wider than the line.")
        return numbered

    @property
    def number_is_too_wide(self) -> bool:
        """Whether "Label 1 of 2" is wider than the line it has to stand on."""
        line, _ = self._place_of_number()
        return width_pt(self.number, self.sizes.continued) > self._number_rooms()(line)

    def without_marks(self) -> "LabelHead":
        """The head as it will be when the draft is approved."""
        measured = LabelHead.measured(replace(self.content, draft_marks=()), self.paper, self.symbol, self.sizes)
        return measured.with_number(self.number) if self.number else measured

    @property
    def height_pt(self) -> float:
        """From the label's top to where the body begins."""
        line, _ = self._place_of_number()
        texts_pt = sum([block.height_pt for block in self.blocks]) + (line + 1) * self.sizes.number.leading_pt
        return max(texts_pt, self.symbol.side_with_quiet_zone_pt + DOT_PT) + self.sizes.head_rule_room_pt

    def draw(self, paper: Paper) -> float:
        """Draw it at the label's top, and return where the body begins."""
        area, sizes = paper.area, self.sizes
        draw_blocks(paper, self.blocks, top_pt=area.top_pt)
        numbers_top_pt = area.top_pt - sum([block.height_pt for block in self.blocks])
        paper.lines(self.number_lines, sizes.number, left_pt=area.left_pt, top_pt=numbers_top_pt)
        if self.number:
            line, is_own = self._place_of_number()
            shift_pt = 0.0 if is_own else self._number_rooms()(line) - width_pt(self.number, sizes.continued)
            paper.text(self.number, sizes.continued, left_pt=area.left_pt + shift_pt, top_pt=numbers_top_pt - line * sizes.number.leading_pt)
        paper.code(self.symbol, right_pt=area.right_pt, top_pt=area.top_pt)
        bottom_pt = area.top_pt - self.height_pt
        paper.level_rule(bottom_pt + sizes.head_rule_room_pt / 2, left_pt=area.left_pt, right_pt=area.right_pt, thickness_pt=_RULE_PT)
        return bottom_pt

    def _number_rooms(self) -> Callable[[int], float]:
        return _Rooms(self.paper, self.symbol).below(self.blocks, self.sizes.number.leading_pt)

    def _place_of_number(self) -> tuple[int, bool]:
        """The line "Label 1 of 2" stands on: at the end of the last line of numbers, or, where the two do not fit, on one of its own."""
        last = max(len(self.number_lines) - 1, 0)
        if not self.number or not self.number_lines:
            return last, False
        wanted_pt = width_pt(self.number_lines[-1], self.sizes.number) + _GAP_PT + width_pt(self.number, self.sizes.continued)
        return (last, False) if wanted_pt <= self._number_rooms()(last) else (last + 1, True)


class _Rooms:
    """How wide a line may be: lines beside the code are shorter; those below it have the label's whole width."""

    def __init__(self, paper: Paper, symbol: Symbol) -> None:
        self.whole_pt = paper.room_pt
        self.beside_pt = paper.room_pt - symbol.side_with_quiet_zone_pt - _CODE_GAP_PT
        self._code_pt = symbol.side_with_quiet_zone_pt + DOT_PT

    def below(self, blocks: "tuple[Block, ...] | list[Block]", leading_pt: float) -> Callable[[int], float]:
        used_pt = sum([block.height_pt for block in blocks])
        return lambda line: self.beside_pt if used_pt + line * leading_pt < self._code_pt else self.whole_pt
