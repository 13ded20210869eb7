"""Whether each allergen a sentence names is affirmed, denied or in doubt for the patient."""

from dataclasses import dataclass
from enum import StrEnum

from compounding.domain.screening.clauses import Clause, Sentence
from compounding.domain.screening.patterns import CLEARED, CLEARED_BY_CONTRAST, CLEARED_BY_OBJECT, LACK, SPOILS_A_DENIAL
from compounding.domain.screening.roles import Role
from compounding.domain.screening.statements import Effect
from compounding.domain.screening.terms import Term

_MOST_JOINED = 10
"""How many clauses one denial may reach over; a longer list is asked about."""
_DOUBTS = frozenset("Dd")
_DENIALS = frozenset("N0TXxg")
_REACTIONS = frozenset("ARp")
_BY_MOUTH = frozenset("vr")
_ZINC = frozenset("Zz")
_LACK = "lack"


class Standing(StrEnum):
    """What a sentence says of an allergen it names."""

    AFFIRMED = "affirmed"
    CLEARED = "cleared"
    DOUBTED = "doubted"
    DENIED_UNCLEARLY = "denied unclearly"
    PAST = "past"
    FAMILY = "family"
    LEVEL = "level"
    LACK = "lack"
    USED = "used"
    BY_MOUTH = "by mouth"


@dataclass(frozen=True, slots=True)
class Mention:
    """An allergen as one clause speaks of it, and the span of the words that decided."""

    term: Term
    standing: Standing
    start: int
    end: int

    @property
    def is_zinc(self) -> bool:
        """Whether zinc, or something that is known to hold it, is named."""
        return self.term.letter in _ZINC


@dataclass(frozen=True, slots=True)
class _Scene:
    """What holds for a whole sentence, worked out once."""

    clauses: tuple[Clause, ...]
    may_clear: bool
    is_past: bool
    aside: frozenset[str]
    has_reaction: bool


def mentions_of(sentence: Sentence) -> list[Mention]:
    """Every allergen of the sentence with its standing."""
    scene = _scene(sentence)
    mentions: list[Mention] = []
    place = 0
    while place < len(scene.clauses):
        reach = _cleared_reach(scene, place=place)
        covered = scene.clauses[place : place + max(reach, 1)]
        span = _span(covered)
        standings: dict[tuple[str, Effect], Standing] = {}
        for term in (term for clause in covered for term in clause.items):
            kind = (term.letter, term.meaning.effect)
            if kind not in standings:
                standings[kind] = Standing.CLEARED if reach else _standing(scene, place=place, term=term)
            standing = standings[kind]
            start, end = (term.start, term.end) if standing is Standing.AFFIRMED else span
            mentions.append(Mention(term, standing, start, end))
        place += max(reach, 1)
    return mentions


def _scene(sentence: Sentence) -> _Scene:
    clauses = sentence.clauses
    about_the_patient = "".join(clause.letters for clause in clauses if not clause.is_family)
    # "Takes zinc, penicillin rash": the rash has an allergen of its own.
    affirmed = {letter for clause in clauses if not _DENIALS & set(clause.letters) and not _names_others_only(clause) for letter in clause.letters}
    return _Scene(
        clauses=clauses,
        may_clear=bool(_DENIALS & set(about_the_patient)) and not SPOILS_A_DENIAL.search(about_the_patient),
        is_past=Role.PAST in sentence.letters,
        aside=frozenset(letter for clause in clauses if not clause.items for letter in clause.letters),
        has_reaction=bool(_REACTIONS & affirmed),
    )


def _names_others_only(clause: Clause) -> bool:
    """Whether a clause names allergens, and all of them harmless."""
    return bool(clause.items) and all(term.letter == Role.SUBSTANCE for term in clause.items)


def _span(clauses: tuple[Clause, ...]) -> tuple[int, int]:
    terms = [term for clause in clauses for term in clause.terms]
    return min((term.start for term in terms), default=0), max((term.end for term in terms), default=0)


def _cleared_reach(scene: _Scene, *, place: int) -> int:
    """How many clauses from here one denial covers; none when the sentence holds anything that leaves it in doubt."""
    clauses = scene.clauses
    clause = clauses[place]
    if not scene.may_clear or clause.is_family or clause.opener == Role.EXCEPTION:
        return 0
    letters, reach = "", 0
    for joined, following in enumerate(clauses[place : place + _MOST_JOINED]):
        if joined and (following.opener in {Role.CONTRAST, Role.EXCEPTION} or following.is_family):
            break
        letters += ("," if joined else "") + following.letters
        if CLEARED.fullmatch(letters) and not _is_taken_back(clauses[place + joined + 1 : place + joined + 2]):
            reach = joined + 1
    if reach == 0 and place and _clears_by_contrast(clause, before=clauses[place - 1]) and not _is_taken_back(clauses[place + 1 : place + 2]):
        return 1
    return reach


def _is_taken_back(following: tuple[Clause, ...]) -> bool:
    """ "Tolerates zinc, but rash": a reaction without a new allergen after a denial takes the denial back."""
    return bool(following) and not following[0].items and bool(_REACTIONS & set(following[0].letters)) and not _DENIALS & set(following[0].letters)


def _clears_by_contrast(clause: Clause, *, before: Clause) -> bool:
    """ "Allergic to latex but not zinc", "allergic to latex, not to zinc": denied beside another allergen that is affirmed."""
    if not before.items or _DENIALS & set(before.letters):
        return False
    shape = CLEARED_BY_CONTRAST if clause.opener == Role.CONTRAST else CLEARED_BY_OBJECT
    return shape.fullmatch(clause.letters) is not None


def _standing(scene: _Scene, *, place: int, term: Term) -> Standing:
    """The standing of an allergen that no denial clears. The order matters: whose it is, when, how sure, and only then what."""
    clause = scene.clauses[place]
    here = frozenset(clause.letters)
    if clause.is_family:
        return Standing.FAMILY
    if scene.is_past:
        return Standing.PAST
    awaits_a_test = {Role.TEST.value, Role.NO_INFORMATION.value} <= here
    if awaits_a_test or _DOUBTS & (here | scene.aside):
        return Standing.DOUBTED
    if clause.opener == Role.EXCEPTION or Role.FREE_OF in here:
        return Standing.AFFIRMED
    if _DENIALS & here or (_DENIALS & _after(scene, place=place) and not scene.has_reaction):
        return Standing.DENIED_UNCLEARLY
    if Role.LEVEL in here:
        return Standing.LACK if _is_lack(clause, scene=scene) else Standing.LEVEL
    if term.letter in _ZINC and not scene.has_reaction and _BY_MOUTH & (here | scene.aside):
        return Standing.BY_MOUTH
    if term.letter in _ZINC and not scene.has_reaction and Role.USE in here and Role.YES not in here:
        return Standing.USED
    if term.meaning.effect is Effect.UNCLEAR and term.letter == Role.PERHAPS_ZINC:
        return Standing.DOUBTED
    return Standing.AFFIRMED


def _is_lack(clause: Clause, *, scene: _Scene) -> bool:
    """Whether a clause says no more than that the patient lacks zinc, and no clause without an allergen of its own adds a reaction."""
    scopes = {term.meaning.scope for term in clause.terms if term.letter == Role.LEVEL}
    return scopes == {_LACK} and LACK.fullmatch(clause.letters) is not None and not scene.has_reaction


def _after(scene: _Scene, *, place: int) -> frozenset[str]:
    """The letters of the clause after this one when it names nothing and so speaks of this one: "zinc oxide, tolerated"."""
    for following in scene.clauses[place + 1 : place + 2]:
        if not following.items and following.opener not in {Role.EXCEPTION, Role.CONTRAST}:
            return frozenset(following.letters)
    return frozenset()
