"""Whether each allergen a sentence names is affirmed, denied or in doubt for the patient."""

import re
from enum import StrEnum
from typing import NamedTuple

from compounding.domain.screening.clauses import Clause, Sentence
from compounding.domain.screening.patterns import CLEARED, CLEARED_BY_CONTRAST, CLEARED_BY_OBJECT, LACK, SPOILS_A_DENIAL
from compounding.domain.screening.roles import Role
from compounding.domain.screening.statements import Effect
from compounding.domain.screening.terms import Term

_MOST_JOINED = 10
"""How many clauses one denial may reach over; a longer list is asked about."""
_MOST_TRIES = 150
"""How often one sentence is compared with the shapes that clear. More denials than that are no statement; what is left of them clears nothing."""
_TURNS = frozenset({Role.CONTRAST.value, Role.EXCEPTION.value, Role.REPORT.value})
_DOUBTS = frozenset("Dd")
_DENIALS = frozenset("N0TXxg")
_REACTIONS = frozenset("AaRp")
_COMPLAINTS = _REACTIONS | {"c"}
_BY_MOUTH = frozenset("vr")
_ZINC = frozenset("Zz")
_OTHERS_THAN_SUBSTANCES = frozenset("ZzG")
_LACK, _SINCE, _GRAVE, _TAKEN, _TREATMENT = "lack", "since", "grave", "by mouth", "treatment"
_ONLY_NEGATED = re.compile("Nt*[ZzSG](?:[LO]t*[ZzSG])*")
_TOLERATES_ANOTHER = re.compile("P?T+t*[SG](?:[LO]t*[SG])*")


class Standing(StrEnum):
    """What a sentence says of an allergen it names."""

    AFFIRMED = "affirmed"
    CLEARED = "cleared"
    DOUBTED = "doubted"
    DENIED_UNCLEARLY = "denied unclearly"
    PAST = "past"
    FAMILY = "family"
    FAMILY_HISTORY = "family history"
    TOLD = "told"
    LEVEL = "level"
    LACK = "lack"
    USED = "used"
    BY_MOUTH = "by mouth"


class Mention(NamedTuple):
    """An allergen as one clause speaks of it, and the span of the words that decided."""

    term: Term
    standing: Standing
    start: int
    end: int

    @property
    def is_zinc(self) -> bool:
        """Whether zinc, or something that is known to hold it, is named."""
        return self.term.letter in _ZINC


class _Scene(NamedTuple):
    """What holds for a whole sentence, worked out once."""

    clauses: tuple[Clause, ...]
    may_clear: bool
    is_past: bool
    aside: str
    has_reaction: bool
    tries: list[int]


def mentions_of(sentence: Sentence) -> list[Mention]:
    """Every allergen of the sentence with its standing."""
    scene = _scene(sentence)
    mentions: list[Mention] = []
    place = 0
    while place < len(scene.clauses):
        reach = _cleared_reach(scene, place=place)
        covered = scene.clauses[place : place + max(reach, 1)]
        place += max(reach, 1)
        if reach or covered[0].items:
            mentions += _mentions_in(scene, place=place - len(covered), covered=covered, is_cleared=bool(reach))
    return mentions


def _mentions_in(scene: _Scene, *, place: int, covered: tuple[Clause, ...], is_cleared: bool) -> list[Mention]:
    span = _span(covered)
    standings: dict[tuple[str, Effect], Standing] = {}
    mentions: list[Mention] = []
    for clause in covered:
        for term in clause.items:
            kind = (term.letter, term.meaning.effect)
            standing = standings.get(kind)
            if standing is None:
                standing = standings[kind] = Standing.CLEARED if is_cleared else _standing(scene, place=place, term=term)
            start, end = (term.start, term.end) if standing is Standing.AFFIRMED else span
            mentions.append(Mention(term, standing, start, end))
    return mentions


def _scene(sentence: Sentence) -> _Scene:
    clauses = sentence.clauses
    letters = sentence.letters
    # "Takes zinc, penicillin rash": the rash has an allergen of its own.
    has_reaction = not _REACTIONS.isdisjoint(letters) and any(
        not _REACTIONS.isdisjoint(clause.letters) and _DENIALS.isdisjoint(clause.letters) and not _names_others_only(clause) for clause in clauses
    )
    return _Scene(
        clauses=clauses,
        may_clear=not _DENIALS.isdisjoint(sentence.of_the_patient)
        and not SPOILS_A_DENIAL.search(sentence.of_the_patient)
        and not (Role.YES in letters and _is_answered_yes(sentence)),
        is_past=Role.PAST in letters,
        aside="" if len(clauses) == 1 else "".join([clause.letters for clause in clauses if not clause.items]),
        has_reaction=has_reaction,
        tries=[_MOST_TRIES],
    )


def _is_answered_yes(sentence: Sentence) -> bool:
    """Whether a "yes" or a positive test stands anywhere but beside another allergen: "zinc negative, nickel positive"."""
    if Role.YES not in sentence.of_the_patient:
        return False
    return any(Role.YES in clause.letters and not _names_others_only(clause) for clause in sentence.clauses)


def _names_others_only(clause: Clause) -> bool:
    """Whether a clause names allergens, and all of them harmless."""
    return bool(clause.items) and _OTHERS_THAN_SUBSTANCES.isdisjoint(clause.letters)


def _span(clauses: tuple[Clause, ...]) -> tuple[int, int]:
    spans = [(clause.terms[0].start, clause.terms[-1].end) for clause in clauses if clause.terms]
    return (spans[0][0], spans[-1][1]) if spans else (0, 0)


def _cleared_reach(scene: _Scene, *, place: int) -> int:
    """How many clauses from here one denial covers; none when the sentence holds anything that leaves it in doubt."""
    clauses = scene.clauses
    clause = clauses[place]
    if not scene.may_clear or clause.is_family or clause.opener == Role.EXCEPTION or any(term.meaning.scope == _TAKEN for term in clause.terms):
        return 0
    letters, reach, is_denial = "", 0, False
    for joined, following in enumerate(clauses[place : place + _MOST_JOINED]):
        denies = not _DENIALS.isdisjoint(following.letters)
        if joined and (following.opener in _TURNS or following.is_family or (reach and denies and following.items)):
            break
        letters += ("," if joined else "") + following.letters
        is_denial |= denies
        if not is_denial:
            continue
        if not scene.tries[0]:
            return 0
        scene.tries[0] -= 1
        if CLEARED.fullmatch(letters) and not _is_taken_back(clauses[place + joined + 1 : place + joined + 2]):
            reach = joined + 1
    if reach == 0 and place and _clears_by_contrast(clause, before=clauses[place - 1]) and not _is_taken_back(clauses[place + 1 : place + 2]):
        return 1
    return reach


def _is_taken_back(following: tuple[Clause, ...]) -> bool:
    """ "Tolerates zinc, but rash": a reaction without a new allergen after a denial takes the denial back."""
    return bool(following) and not following[0].items and bool(_COMPLAINTS & set(following[0].letters)) and not _DENIALS & set(following[0].letters)


def _clears_by_contrast(clause: Clause, *, before: Clause) -> bool:
    """ "Allergic to latex but not zinc", "allergic to latex, not to zinc": denied beside another allergen that is affirmed."""
    if not before.items or _DENIALS & set(before.letters):
        return False
    shape = CLEARED_BY_CONTRAST if clause.opener == Role.CONTRAST else CLEARED_BY_OBJECT
    return shape.fullmatch(clause.letters) is not None


def _standing(scene: _Scene, *, place: int, term: Term) -> Standing:
    """The standing of an allergen that no denial clears. The order matters: whose it is, when, how sure, and only then what."""
    clause = scene.clauses[place]
    here = clause.letters
    if clause.is_family:
        if clause.is_own and clause.is_history:
            return Standing.FAMILY_HISTORY
        return Standing.FAMILY if clause.is_own else Standing.TOLD
    if scene.is_past and not _begins_anew(clause):
        is_denied = term.meaning.effect is Effect.INFORMATION and not _DENIALS.isdisjoint(here)
        if is_denied or (term.meaning.effect is Effect.INFORMATION and _is_given(clause, term=term)):
            return Standing.DENIED_UNCLEARLY
        return Standing.PAST
    awaits_a_test = Role.TEST in here and Role.NO_INFORMATION in here
    if awaits_a_test or not (_DOUBTS.isdisjoint(here) and _DOUBTS.isdisjoint(scene.aside)):
        return Standing.DOUBTED
    if clause.opener == Role.EXCEPTION or Role.FREE_OF in here:
        return Standing.AFFIRMED
    if not _DENIALS.isdisjoint(here):
        is_unwanted = term.meaning.effect is not Effect.INFORMATION and _is_unwanted(scene, place=place)
        return Standing.AFFIRMED if is_unwanted else Standing.DENIED_UNCLEARLY
    if Role.LEVEL in here and _is_lack(clause, scene=scene):
        return Standing.LACK
    if place + 1 < len(scene.clauses) and not (scene.has_reaction or _DENIALS.isdisjoint(_after(scene, place=place))):
        return Standing.DENIED_UNCLEARLY
    if Role.LEVEL in here:
        return Standing.LEVEL
    if term.letter not in _ZINC:
        return Standing.USED if term.meaning.effect is Effect.INFORMATION and _is_given(clause, term=term) else Standing.AFFIRMED
    if not scene.has_reaction and not (_BY_MOUTH.isdisjoint(here) and _BY_MOUTH.isdisjoint(scene.aside)):
        return Standing.BY_MOUTH
    if not scene.has_reaction and Role.USE in here and Role.YES not in here:
        return Standing.USED
    if term.meaning.effect is Effect.UNCLEAR and term.letter == Role.PERHAPS_ZINC:
        return Standing.DOUBTED
    return Standing.AFFIRMED


def _is_given(clause: Clause, *, term: Term) -> bool:
    """ "Treated with prednisone", "needed adrenaline": the treatment of a reaction, and not what it was a reaction to."""
    before: Term | None = None
    for each in clause.terms:
        if each is term:
            break
        if each.letter != Role.TOWARDS:
            before = each
    if before is None or before.meaning.scope != _TREATMENT:
        return False
    return before.letter == Role.USE or _REACTIONS.isdisjoint(clause.letters)


def _begins_anew(clause: Clause) -> bool:
    """ "Was NKDA, now zinc", "denied allergies at first, then recalled a zinc rash": the clause is not about the past."""
    letters = clause.letters
    if clause.opener == Role.REPORT:
        return Role.PAST not in letters
    return letters[:1] == Role.PAST and clause.terms[0].meaning.scope == _SINCE and Role.PAST not in letters[1:]


def _is_unwanted(scene: _Scene, *, place: int) -> bool:
    """ "No zinc please, allergic"; "tolerates petrolatum, not zinc": the negation keeps zinc away, and does not deny the allergy."""
    if not _ONLY_NEGATED.fullmatch(scene.clauses[place].letters):
        return False
    if place + 1 < len(scene.clauses) and scene.clauses[place + 1].letters.strip(Role.PATIENT) == Role.PREDICATE:
        return True
    before = scene.clauses[place - 1] if place else None
    return before is not None and _TOLERATES_ANOTHER.fullmatch(before.letters) is not None


def _is_lack(clause: Clause, *, scene: _Scene) -> bool:
    """Whether a clause says no more than that the patient lacks zinc, and no clause without an allergen of its own adds a reaction."""
    scopes = {term.meaning.scope for term in clause.terms if term.letter == Role.LEVEL}
    return scopes == {_LACK} and LACK.fullmatch(clause.letters) is not None and not scene.has_reaction


def _after(scene: _Scene, *, place: int) -> str:
    """The letters of the clause after this one when it names nothing and so speaks of this one: "zinc oxide, tolerated".

    "No others" speaks of others, and "no anaphylaxis" of how bad it was.
    """
    for following in scene.clauses[place + 1 : place + 2]:
        is_about_others = Role.OTHER in following.letters or any(term.meaning.scope == _GRAVE for term in following.terms)
        if not following.items and not is_about_others and following.opener not in {Role.EXCEPTION, Role.CONTRAST}:
            return following.letters
    return ""
