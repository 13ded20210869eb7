"""Holds the texts of a page against what it has to say, letter by letter, in reading order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labels.reread.found import Difference
from labels.reread.pdf import Run
from labels.reread.saying import Said

_SAME_LINE_PT = 0.1
_SIZE_PT = 0.05
_NEAR = 0.6
"""A share of the size: two pieces of one word stand no further apart."""
_SHOWN = 200


@dataclass(slots=True)
class Matcher:
    """Walks through the runs of one label or page."""

    runs: Sequence[Run]
    where: str
    at: int = 0

    @property
    def is_done(self) -> bool:
        return self.at == len(self.runs)

    def rest(self) -> str:
        """What has not been accounted for, shortened for telling."""
        return " ".join(run.text for run in self.runs[self.at :])[:_SHOWN]

    def takes(self, wanted: Said) -> Difference | None:
        """Take the paragraph off the runs; what differs, or None."""
        begun, place = self.at, 0
        while place < len(wanted.text):
            if self.is_done:
                return self._differs(wanted, begun)
            run = self.runs[self.at]
            if self.at > begun:
                place = self._after_break(wanted.text, place, self.runs[self.at - 1], run)
            text = run.text if place or not run.text.startswith(" ") else run.text.lstrip()
            if not wanted.text.startswith(text.rstrip() if place + len(text.rstrip()) == len(wanted.text) else text, place):
                return self._differs(wanted, begun)
            place += len(text)
            self.at += 1
        too_small = [run.size for run in self.runs[begun : self.at] if run.size < wanted.least - _SIZE_PT]
        if too_small:
            return Difference(field=wanted.field, where=self.where, expected=f"{wanted.least:g} pt or more", found=f"{min(too_small):.2f} pt")
        return None

    def would_take(self, wanted: Said) -> bool:
        """Whether the paragraph stands next; nothing is taken."""
        begun = self.at
        found = self.takes(wanted)
        self.at = begun
        return found is None

    def _after_break(self, text: str, place: int, before: Run, run: Run) -> int:
        """Where the paragraph goes on behind a run: at once within a line, behind a space or a hyphen on the next line."""
        gap = run.box.left - before.box.right
        if abs(run.baseline - before.baseline) <= _SAME_LINE_PT and -_NEAR * run.size < gap < _NEAR * run.size:
            return place + 1 if text[place] == " " and not run.text.startswith(" ") else place
        if text[place] == " ":
            return place + 1
        return place if text[place - 1] == "-" else len(text) + 1

    def _differs(self, wanted: Said, begun: int) -> Difference:
        found = ""
        for run in self.runs[begun:]:
            if len(found) > len(wanted.text):
                break
            found += ("" if not found else " ") + run.text
        return Difference(field=wanted.field, where=self.where, expected=wanted.text, found=found[:_SHOWN])


def out_of_order(runs: Sequence[Run], asides: frozenset[int], where: str) -> Iterator[Difference]:
    """What stands above, or to the left on one line, of something that is read before it."""
    for number, run in enumerate(runs):
        if number in asides:
            continue
        for earlier, before in enumerate(runs[:number]):
            if earlier in asides or before.baseline > run.baseline + _SAME_LINE_PT:
                continue
            is_beside = before.box.right <= run.box.left + _NEAR * run.size
            if not is_beside and (before.box.left < run.box.right or abs(before.baseline - run.baseline) <= _SAME_LINE_PT):
                yield Difference(field="reading order", where=where, expected=before.text[:_SHOWN], found=run.text[:_SHOWN])
                return
