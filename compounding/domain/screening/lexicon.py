"""What the words of an allergy text mean: allergens and their names, and the words that affirm, deny or doubt them.

Pure data with look-ups. Names are kept as folded word sequences, so a lexicon of many thousand names is read as fast as a small one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from rapidfuzz.distance import OSA

from compounding.domain.screening.normalise import words_of
from compounding.domain.screening.roles import ALLERGEN_ROLES, KNOWN_OTHER, Role
from compounding.domain.screening.statements import Effect

SHORTEST_MISSPELT = 6
SHORTEST_PLURAL = 4
LONGEST_MISSPELT = 24
LONGEST_NEAR_ZINC = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a name or word stands for: its role, and for an allergen which one, to what effect and as what kind of substance."""

    role: Role
    allergen: str = ""
    effect: Effect = Effect.INFORMATION
    label: str = ""
    scope: str = ""


EXACT = "exact"
"""The scope of a name that counts only as it is written, as that of a trade name: one slip away stands another product."""


Branch = Mapping[str, "Meaning | Branch"]
"""The phrases word by word, so that the longest is found in one walk: a word leads to its meaning, or to the words that may follow it."""
_ENDS_HERE = ""


class Register(Protocol):
    """A large list of exact names and codes of substances, kept outside the core."""

    def longest_name(self, words: Sequence[str]) -> tuple[int, str] | None:
        """The longest name these folded words begin with: how many words it takes, and the id of its allergen."""

    def by_code(self, code: str) -> str | None:
        """The allergen's id for a code in small letters."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lexicon:
    """Every name and word the reader knows. Build it with `lexicon_of`."""

    phrases: Mapping[tuple[str, ...], Meaning]
    tree: Branch
    neighbours: Mapping[str, tuple[str, ...]]
    look_alikes: frozenset[str]
    zinc_stems: tuple[str, ...]
    compound_ends: Mapping[str, Meaning]
    codes: Mapping[str, Meaning]
    words_like: Mapping[str, tuple[str, ...]]
    beside_zinc: Mapping[str, tuple[Meaning, ...]] = field(default_factory=dict)
    register: Register | None = None
    registered: Mapping[str, Meaning] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Its size only: thousands of names in a failure's report help nobody."""
        return f"<Lexicon of {len(self.phrases)} names>"

    def phrase_at(self, words: Sequence[str], *, place: int) -> tuple[int, Meaning | None]:
        """The longest name or phrase that stands at a place: how many words it takes, and its meaning. A plain plural of a name counts as the name."""
        found: tuple[int, Meaning | None] = (1, None)
        branch, last = self.tree, len(words) - 1
        for at in range(place, last + 1):
            node = branch.get(words[at])
            meaning = node if node is None or isinstance(node, Meaning) else node.get(_ENDS_HERE)
            if meaning is None and words[at][-1] == "s":
                meaning = _of_plural(words[at], branch=branch)
            if isinstance(meaning, Meaning):
                found = (at - place + 1, meaning)
            if node is None or isinstance(node, Meaning):
                break
            branch = node
        return found

    def compound(self, word: str) -> tuple[Meaning, ...]:
        """The parts of a word that holds zinc inside: "Zinkoxidsalbe" is zinc, "Zinkallergie" is zinc and allergy, "zinkfrei" free of zinc.

        A name that often goes with zinc and is an allergen by itself is both: "eugenol" is a fragrance, and half of zinc oxide-eugenol cement.
        """
        if word in self.beside_zinc:
            return self.beside_zinc[word]
        if not self.holds_zinc_stem(word):
            return ()
        for stem in self.zinc_stems:
            if word.startswith(stem) and len(word) > len(stem):
                ending = self.compound_ends.get(word[len(stem) :])
                if ending is not None:
                    zinc = self.phrases[(stem,)]
                    return (zinc,) if ending.role is Role.FILLER else (zinc, ending)
            if stem + "oxid" in word or stem + "pyrithion" in word:
                return (self.phrases[(stem,)],)
        return ()

    def misspelling(self, word: str) -> Meaning | None:
        """The name one slip of the finger away (a letter missing, added, wrong or swapped), unless a look-alike word or two answers are meant."""
        if word in self.look_alikes or not 3 <= len(word) <= LONGEST_MISSPELT:
            return None
        near = {name for key in _one_letter_less(word) for name in self.neighbours.get(key, ()) if OSA.distance(word, name, score_cutoff=1) <= 1}
        for name in sorted(near):
            if self.phrases[(name,)].role is Role.ZINC:
                return self.phrases[(name,)]
        if not near or not self._may_be_misspelt(word):
            return None
        meanings = {self.phrases[(name,)] for name in near if name[0] == word[0]}
        return meanings.pop() if len(meanings) == 1 else None

    def registered_name(self, words: Sequence[str]) -> tuple[int, Meaning] | None:
        """The longest name of the register these words begin with, unless a curated name or word of this lexicon says something else.

        The register is matched exactly and comes last: it may tell what a stranger is, but never overrule zinc, a denial, a doubt or a product.
        """
        found = self.register.longest_name(words) if self.register is not None else None
        if found is None or words[0] in self.beside_zinc:
            return None
        length, allergen = found
        meaning = self.registered[allergen]
        if length == 1:
            is_doubtful = meaning.role is Role.SUBSTANCE and (self._is_near_zinc(words[0]) or self.is_like_a_word(words[0]))
            return None if is_doubtful else (1, meaning)
        name = words[:length]
        return (length, meaning) if all(self._may_stand_in(meaning, name=name, place=place) for place in range(length)) else None

    def _may_stand_in(self, registered: Meaning, *, name: Sequence[str], place: int) -> bool:
        """Whether what the lexicon itself reads at a place inside a name of the register agrees with it."""
        length, curated = self.phrase_at(name, place=place)
        if curated is None or (length == 1 and len(name[place]) == 1):
            return True
        if curated.role in ALLERGEN_ROLES:
            return curated.allergen in {KNOWN_OTHER, registered.allergen}
        return curated.role in _ROLES_WITHIN_NAMES

    def of_code(self, code: str) -> Meaning | None:
        """What a UNII or CAS code stands for."""
        key = code.strip().casefold()
        if key in self.codes or self.register is None:
            return self.codes.get(key)
        allergen = self.register.by_code(key)
        return None if allergen is None else self.registered[allergen]

    def is_like_a_word(self, word: str) -> bool:
        """Whether a word is one slip away from a name of zinc, or from a word that affirms, denies or doubts."""
        return bool(self._words_one_slip_away(word))

    def is_like_a_name_of_zinc(self, word: str) -> bool:
        """Whether a word is one slip away from a name of zinc, a short brand name included."""
        return any(self.phrases[(name,)].role is Role.ZINC for name in self._words_one_slip_away(word))

    def _words_one_slip_away(self, word: str) -> list[str]:
        return [name for key in _one_letter_less(word) for name in self.words_like.get(key, ()) if OSA.distance(word, name, score_cutoff=1) <= 1]

    def is_slip_of_zinc(self, word: str) -> bool:
        """Whether a word is one slip away from the word zinc in one of its short spellings."""
        return word[:4] not in self.zinc_stems and any(OSA.distance(word, stem, score_cutoff=1) <= 1 for stem in self.zinc_stems)

    def holds_zinc_stem(self, word: str) -> bool:
        """Whether an unknown word has zinc in it, so that nobody takes it for a stranger."""
        for stem in self.zinc_stems:  # noqa: SIM110 - met for every unknown word, and three times as fast as any()
            if stem in word:
                return True
        return False

    def _may_be_misspelt(self, word: str) -> bool:
        """A harmless name is only accepted when long and nowhere near zinc: a wrong clearance costs more than a question."""
        return len(word) >= SHORTEST_MISSPELT and not (self.holds_zinc_stem(word) or self._is_near_zinc(word) or self.is_like_a_name_of_zinc(word))

    def _is_near_zinc(self, word: str) -> bool:
        """Whether two slips would make the word zinc."""
        return len(word) <= LONGEST_NEAR_ZINC and any(OSA.distance(word, stem, score_cutoff=2) <= 2 for stem in self.zinc_stems)


def _one_letter_less(word: str) -> Iterable[str]:
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


_ROLES_WITHIN_NAMES = frozenset({Role.SALT, Role.FILLER, Role.QUALIFIER, Role.SYMPTOM, Role.PREPARATION})
"""What else the words of a substance's name may do in this lexicon: "oil", "red", "extract"."""
_ROLES_WITHOUT_WEIGHT = frozenset(
    {
        Role.SUBSTANCE, Role.SALT, Role.FILLER, Role.QUALIFIER, Role.SYMPTOM, Role.TOWARDS, Role.PATIENT, Role.AND, Role.OR,
        Role.REPORT, Role.HAVE, Role.VERIFIED, Role.BY, Role.FIELD, Role.AT_PRESENT,
    }
)  # fmt: skip
SHORTEST_LIKE_A_WORD = 4
_ROLES_READ_MISSPELT = frozenset({Role.ALLERGY, Role.PREDICATE, Role.REACTION, Role.OTHER_REACTION, Role.SUBSTANCE, Role.FAMILY})


def _is_read_misspelt(name: str, meaning: Meaning) -> bool:
    """Zinc in every spelling; other names from six letters. Words that clear (no, tolerates) never: a slip in them must not clear; nor do trade names."""
    if meaning.role is Role.ZINC:
        return name.isalpha() and (len(name) >= SHORTEST_MISSPELT or name in {"zinc", "zink", "cinc"})
    return meaning.role in _ROLES_READ_MISSPELT and meaning.scope != EXACT and len(name) >= SHORTEST_MISSPELT


def lexicon_of(
    *,
    names: Mapping[str, Meaning],
    look_alikes: Iterable[str],
    zinc_stems: Iterable[str],
    compound_ends: Mapping[str, Meaning],
    codes: Mapping[str, Meaning],
    beside_zinc: Mapping[str, tuple[Meaning, ...]] | None = None,
    register: Register | None = None,
) -> Lexicon:
    """A lexicon from plain names and codes, folded and indexed.

    A harmless name that is one slip away from a name of zinc is kept as a look-alike only, so that the slip is asked about and not cleared.
    """
    phrases = {words_of(name): meaning for name, meaning in names.items()}
    near_zinc = {key for words, meaning in phrases.items() if meaning.role is Role.ZINC for key in _keys(words, meaning)}
    slips = {words[0] for words, meaning in phrases.items() if meaning.role is Role.SUBSTANCE and _is_slip_of_zinc(words, phrases=phrases, near_zinc=near_zinc)}
    phrases = {words: meaning for words, meaning in phrases.items() if len(words) > 1 or words[0] not in slips}
    neighbours: dict[str, set[str]] = {}
    words_like: dict[str, set[str]] = {}
    for words, meaning in phrases.items():
        for key in _keys(words, meaning):
            neighbours.setdefault(key, set()).add(words[0])
        if len(words) == 1 and len(words[0]) >= SHORTEST_LIKE_A_WORD and words[0].isascii() and meaning.role not in _ROLES_WITHOUT_WEIGHT:
            for key in _one_letter_less(words[0]):
                words_like.setdefault(key, set()).add(words[0])
    return Lexicon(
        phrases=phrases,
        tree=_tree_of(phrases),
        neighbours={key: tuple(sorted(near)) for key, near in neighbours.items()},
        look_alikes=frozenset("".join(words_of(word)) for word in look_alikes) | slips,
        zinc_stems=tuple(zinc_stems),
        compound_ends=dict(compound_ends),
        codes={code.casefold(): meaning for code, meaning in codes.items()},
        words_like={key: tuple(sorted(near)) for key, near in words_like.items()},
        beside_zinc=dict(beside_zinc or {}),
        register=register,
        registered=_registered(names.values()),
    )


def _tree_of(phrases: Mapping[tuple[str, ...], Meaning]) -> Branch:
    tree: dict[str, Any] = {}
    for words, meaning in phrases.items():
        branch = tree
        for word in words[:-1]:
            node = branch.get(word)
            if not isinstance(node, dict):
                node = branch[word] = {} if node is None else {_ENDS_HERE: node}
            branch = node
        node = branch.get(words[-1])
        if isinstance(node, dict):
            node[_ENDS_HERE] = meaning
        else:
            branch[words[-1]] = meaning
    return tree


def _of_plural(word: str, *, branch: Branch) -> Meaning | None:
    for ending in ("s", "es"):
        singular = word[: -len(ending)]
        if len(word) > 3 and word.endswith(ending):
            node = branch.get(singular)
            meaning = node if node is None or isinstance(node, Meaning) else node.get(_ENDS_HERE)
            # Only names have plurals that short: "ives" is a slip of "hives", and no plural of the route "IV".
            if isinstance(meaning, Meaning) and (meaning.role in ALLERGEN_ROLES or len(singular) >= SHORTEST_PLURAL):
                return meaning
    return None


def _registered(meanings: Iterable[Meaning]) -> dict[str, Meaning]:
    """What a name of the register means, by the id of its allergen: as the first curated entry of that id has it."""
    registered = {KNOWN_OTHER: Meaning(role=Role.SUBSTANCE, allergen=KNOWN_OTHER, effect=Effect.INFORMATION, label="a substance on FDA's list of names")}
    for meaning in meanings:
        if meaning.role in ALLERGEN_ROLES:
            registered.setdefault(meaning.allergen, meaning)
    return registered


def _keys(words: tuple[str, ...], meaning: Meaning) -> Iterable[str]:
    return _one_letter_less(words[0]) if len(words) == 1 and _is_read_misspelt(words[0], meaning) else ()


def _is_slip_of_zinc(words: tuple[str, ...], *, phrases: Mapping[tuple[str, ...], Meaning], near_zinc: set[str]) -> bool:
    if len(words) > 1 or len(words[0]) > LONGEST_MISSPELT or near_zinc.isdisjoint(_one_letter_less(words[0])):
        return False
    zinc = (name[0] for name, meaning in phrases.items() if meaning.role is Role.ZINC and len(name) == 1 and _is_read_misspelt(name[0], meaning))
    return any(OSA.distance(words[0], name, score_cutoff=1) <= 1 for name in zinc)
