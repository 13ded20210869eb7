"""Deals blocks out to pages: a block is never split, a heading never stands alone at a page's foot, and too much is refused by name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from labels.errors import DoesNotFit
from labels.fonts import Style
from labels.paper import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Something of known height that stays whole. `draw` gets the paper and the block's top.

    The space before it is left out at a page's top; a block that is `ruled_off` has a thin rule in the middle of that space.
    `opens_page_with` is set again above it where it begins a page: a table's heading.
    """

    what: str
    height_pt: float
    draw: Callable[[Paper, float], None]
    space_before_pt: float = 0.0
    ruled_off: bool = False
    keeps_next: bool = False
    opens_page_with: "Block | None" = None


def paginate(blocks: Sequence[Block], *, room_pt: float, most_pages: int, paper_name: str) -> tuple[tuple[Block, ...], ...]:
    """The blocks page by page, in order. `room_pt` is a page's height for them."""
    pages: list[list[Block]] = [[]]
    used_pt = 0.0
    for group in _kept_together(blocks):
        height_pt = _height_pt(group)
        if not pages[-1] or used_pt + group[0].space_before_pt + height_pt > room_pt:
            repeated = group[0].opens_page_with
            opening = [repeated, *group] if repeated else group
            if pages[-1]:
                pages.append([])
            if _height_pt(opening) > room_pt:
                raise DoesNotFit(f"{group[-1].what} is too long for one {paper_name}.")
            if len(pages) > most_pages:
                raise DoesNotFit(f"{group[0].what} and what follows it go beyond the limit of {most_pages}: {paper_name}.")
            pages[-1].extend(opening)
            used_pt = _height_pt(opening)
        else:
            pages[-1].extend(group)
            used_pt += group[0].space_before_pt + height_pt
    return tuple(tuple(page) for page in pages)


def _kept_together(blocks: Sequence[Block]) -> list[list[Block]]:
    groups: list[list[Block]] = []
    joins = False
    for block in blocks:
        if joins:
            groups[-1].append(block)
        else:
            groups.append([block])
        joins = block.keeps_next
    return groups


def _height_pt(blocks: Sequence[Block]) -> float:
    """The height of blocks that open a page."""
    return sum(block.height_pt for block in blocks) + sum(block.space_before_pt for block in blocks[1:])


def draw_blocks(paper: Paper, blocks: Sequence[Block], *, top_pt: float) -> None:
    """Set the blocks below each other."""
    for number, block in enumerate(blocks):
        if number:
            if block.ruled_off:
                paper.level_rule(top_pt - block.space_before_pt / 2, left_pt=paper.area.left_pt, right_pt=paper.area.right_pt)
            top_pt -= block.space_before_pt
        block.draw(paper, top_pt)
        top_pt -= block.height_pt


def lines_block(
    lines: tuple[str, ...], style: Style, *, what: str, left_pt: float, space_before_pt: float = 0.0, ruled_off: bool = False, keeps_next: bool = False
) -> Block:
    """Wrapped lines as one block."""
    return Block(
        what=what,
        height_pt=len(lines) * style.leading_pt,
        draw=lambda paper, top_pt: paper.lines(lines, style, left_pt=left_pt, top_pt=top_pt),
        space_before_pt=space_before_pt,
        ruled_off=ruled_off,
        keeps_next=keeps_next,
    )
