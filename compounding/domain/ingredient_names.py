"""Whether a name in an allergy record and a name on a lot's ingredient list may speak of the same thing (clinical rule 31).

For the allergens known by an id the lexicon answers; this is for all others, such as cetostearyl alcohol or cod liver oil.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from compounding.domain.screening.normalise import words_of


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    return tuple(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words_of(name))


@dataclass(frozen=True, slots=True, kw_only=True)
class IngredientNames:
    """General words, lists of names that are alike, and what a lot may list besides its own substance. Build it with `ingredient_names`."""

    general: frozenset[str]
    groups: tuple[tuple[tuple[str, ...], ...], ...]
    stabilisers: frozenset[tuple[str, ...]]
    excipients: frozenset[tuple[str, ...]]

    def may_be_listed(self, name: str, *, in_a_product: bool) -> bool:
        """Whether a lot may list this besides: a stabiliser beside a single substance, the usual excipients too in a product of several."""
        words = _words(name)
        return words in self.stabilisers or (in_a_product and words in self.excipients)

    def alike(self, told: str, listed: str) -> bool:
        """Whether the patient's word may mean the listed ingredient: better one question too many than one too few."""
        one, other = _words(told), _words(listed)
        if not one or not other:
            return True
        telling = set(one) - self.general
        # An allergy told in general words only ("alcohol") may mean every ingredient that has them.
        if telling & set(other) if telling else set(one) <= set(other):
            return True
        return any(_names_any(one, group) and _names_any(other, group) for group in self.groups)


def _names_any(words: tuple[str, ...], group: tuple[tuple[str, ...], ...]) -> bool:
    return any(words[start : start + len(name)] == name for name in group for start in range(len(words) - len(name) + 1))


def ingredient_names(*, general: Iterable[str], groups: Iterable[Iterable[str]], stabilisers: Iterable[str], excipients: Iterable[str]) -> IngredientNames:
    """The comparison from plain lists."""
    words = frozenset(word for name in general for word in _words(name))
    return IngredientNames(
        general=words,
        groups=tuple(tuple(_words(name) for name in group) for group in groups),
        stabilisers=frozenset(map(_words, stabilisers)),
        excipients=frozenset(map(_words, excipients)),
    )
