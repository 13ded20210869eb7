"""A walk through the terms of a text, word by word, with what has come of them so far."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from compounding.domain.screening.lexicon import Meaning
from compounding.domain.screening.roles import Role
from compounding.domain.screening.terms import HARD_BREAK, SLASH, SOFT_BREAK, Term

BREAKS = frozenset({HARD_BREAK, SOFT_BREAK, SLASH, Role.CONTRAST.value, Role.EXCEPTION.value})
ENDS = BREAKS | {""}
_DENIES = frozenset({Role.NEGATION.value, Role.NONE.value, Role.TOLERANCE.value, Role.NONE_KNOWN.value})
Step: TypeAlias = "Callable[[TermWalk, int], int]"


class TermWalk:
    """One walk through the terms of a text; `kept` is what has come of them so far."""

    def __init__(self, text: str, *, terms: tuple[Term, ...], letters: str) -> None:
        self.text, self.terms, self.letters = text, terms, letters
        self.kept: list[Term] = []
        self.denies = False
        """Whether the clause under way holds a denial."""
        self.clause = (0, 0, frozenset[str]())
        """Where the clause last asked for begins and ends in the terms, and its letters."""

    def done(self, steps: Mapping[str, Step]) -> tuple[Term, ...]:
        """The terms that are left. A step says how many terms it took up, or none to keep the word as it is."""
        goes_on_at = 0
        for place, term in enumerate(self.terms):
            if place < goes_on_at:
                continue
            step = steps.get(term.letter)
            if step is not None and (consumed := step(self, place)):
                goes_on_at = place + consumed
            else:
                self.keep(term)
        return tuple(self.kept)

    def keep(self, term: Term) -> None:
        self.kept.append(term)
        if term.letter in _DENIES:
            self.denies = True
        elif self.denies and (term.letter in BREAKS or term.letter == Role.REPORT):
            self.denies = False

    def replace_last(self, letter: Role | str, *, meaning: Meaning, end: int | None = None) -> None:
        last = self.kept.pop()
        self.keep(last._replace(letter=letter, meaning=meaning, end=last.end if end is None else end))

    @property
    def before(self) -> str:
        return self.kept[-1].letter if self.kept else HARD_BREAK

    def after(self, place: int) -> str:
        return self.letters[place + 1 : place + 2] or HARD_BREAK

    def ends(self, place: int) -> bool:
        return self.letters[place : place + 1] in ENDS

    def clause_at(self, place: int) -> frozenset[str]:
        """The letters of the clause around a place."""
        start, end, letters = self.clause
        if not start <= place < end:
            start = end = place
            while start and self.letters[start - 1] not in BREAKS:
                start -= 1
            while not self.ends(end):
                end += 1
            letters = frozenset(self.letters[start:end])
            self.clause = start, end, letters
        return letters
