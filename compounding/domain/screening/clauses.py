"""How a text falls into sentences and clauses, and who each clause is about."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from compounding.domain.screening.lexicon import Meaning
from compounding.domain.screening.roles import GENERIC_TOPICAL, Role
from compounding.domain.screening.statements import Effect
from compounding.domain.screening.tellers import CHILD, HISTORY, OWN
from compounding.domain.screening.terms import COLON, HARD_BREAK, SLASH, SOFT_BREAK, Term

_OPENERS = frozenset({Role.CONTRAST.value, Role.EXCEPTION.value, Role.REPORT.value, SOFT_BREAK, SLASH})
_ITEMS = frozenset("ZzSG")
_NAMED = frozenset("ZzS")
_ZINC = frozenset("Zz")
_TO_BE_MADE_PLAIN = re.compile(r"y|^:|:$|AA|aa|tt|KK|RR|pp|PP")
"""What `_plain` has work with: a preparation, a colon at an end, two like words side by side."""
_ALWAYS_JOINED = frozenset({Role.TOWARDS, Role.KNOWN, Role.PATIENT})
_JOINED = _ALWAYS_JOINED | {Role.ALLERGY, Role.PREDICATE, Role.REACTION, Role.OTHER_REACTION}
_DENIALS = frozenset({Role.NEGATION, Role.NONE, Role.TOLERANCE})
_DENY = frozenset({Role.NEGATION, Role.NONE, Role.NONE_KNOWN})
_BASE = "base"
_HEADING = frozenset("FhK:")
"""What a line holds that is only a heading for the line below it."""
_OF_ANOTHER = frozenset("PuNTVwUcBY")
"""What a clause about a relative's own allergy does not hold: the patient, a use, a denial, a report, a stranger."""
_AND_OF_ANOTHER = re.compile("L(?!t*[ZzSGAaRp])")
_HAS_HER_OWN = re.compile("h?F+[hKMdt]*(?:a|[AR]t|[ZzSG][LOZzSG]*[AR])")
_IS_ALLERGIC_HERSELF = re.compile("h?F+:?[hKMd]*at")
_UNNAMED_PRODUCT = Meaning(role=Role.PREPARATION, allergen=GENERIC_TOPICAL, effect=Effect.UNCLEAR, label="a product without its name")


class Clause(NamedTuple):
    """A stretch of terms between commas, dashes, brackets, "but" and "except"; `opener` is the letter that began it.

    `letters` is the clause as a line of role letters, `items` the allergens it names.
    """

    opener: str
    terms: tuple[Term, ...]
    letters: str
    items: tuple[Term, ...]
    is_family: bool = False
    is_own: bool = False
    """Whether the words say that it is the relative's own allergy, and not what a relative tells or did."""
    is_history: bool = False
    """Whether it stands under the heading of the family's history."""


def _clause(opener: str, terms: list[Term]) -> Clause:
    return Clause(opener, tuple(terms), "".join([term.letter for term in terms]), tuple([term for term in terms if term.letter in _ITEMS]))


class Sentence(NamedTuple):
    """Clauses up to a full stop, semicolon or line end, all of them as one line of role letters, and those of them that are about the patient."""

    clauses: tuple[Clause, ...]
    letters: str
    of_the_patient: str


def sentences_of(terms: Sequence[Term]) -> tuple[Sentence, ...]:
    """The sentences of a text. "Family history:" on a line of its own also covers the line below it."""
    sentences: list[Sentence] = []
    family_goes_on = is_history = False
    for run in _runs(terms):
        clauses = [_plain(clause) for clause in _clauses(run)]
        letters = of_the_patient = "".join([clause.letters for clause in clauses])
        if family_goes_on or Role.FAMILY in letters:
            clauses = _about_whom(clauses, starts_as_family=family_goes_on, starts_as_history=family_goes_on and is_history)
            of_the_patient = "".join([clause.letters for clause in clauses if not clause.is_family])
            family_goes_on = len(clauses) == 1 and _HEADING.issuperset(clauses[0].letters)
            is_history = family_goes_on and clauses[0].is_history
        if clauses:
            sentences.append(Sentence(tuple(clauses), letters, of_the_patient))
    return tuple(sentences)


def _runs(terms: Sequence[Term]) -> list[list[Term]]:
    runs: list[list[Term]] = [[]]
    for term in terms:
        if term.letter == HARD_BREAK:
            runs.append([])
        else:
            runs[-1].append(term)
    return [run for run in runs if run]


def _clauses(run: list[Term]) -> list[Clause]:
    clauses: list[Clause] = []
    opener, gathered = "", list[Term]()
    for term in run:
        if term.letter in _OPENERS:
            if gathered:
                clauses.append(_clause(opener, gathered))
                opener = ""
            # "Except" and "but" outweigh the comma beside them.
            opener = term.letter if term.letter.isalpha() or not opener else opener
            gathered = []
        else:
            gathered.append(term)
    # A text that breaks off after "except" or "but" was going to take something back.
    if gathered or opener in {Role.EXCEPTION, Role.CONTRAST}:
        clauses.append(_clause(opener, gathered))
    return clauses


def _plain(clause: Clause) -> Clause:
    """ "Cream" directly beside a named allergen is only its form; otherwise it is a product that may hold zinc."""
    if not _TO_BE_MADE_PLAIN.search(clause.letters):
        return clause
    kept: list[Term] = []
    for place, term in enumerate(clause.terms):
        if term.letter == Role.PREPARATION:
            if not _is_form_of(place, clause=clause):
                kept.append(term._replace(letter=Role.GENERIC.value, meaning=_UNNAMED_PRODUCT))
        elif term.letter == COLON and not kept:
            continue
        else:
            kept.append(term)
    while kept and kept[-1].letter == COLON:
        kept.pop()
    return _clause(clause.opener, _without_repeats(kept))


def _is_form_of(place: int, *, clause: Clause) -> bool:
    """ "Hydrocortisone cream", "cream with lanolin", but not "penicillin and a cream", nor a paste or a cement: zinc oxide stiffens most of them."""
    letters = clause.letters
    named = _ZINC if clause.terms[place].meaning.scope == _BASE else _NAMED
    before, after = letters[:place].rstrip("yqvM"), letters[place + 1 :].lstrip("yt")
    beside = [len(before) - 1, len(letters) - len(after)]
    # A guess at a misspelt harmless name is no ground for leaving a product out of sight: "tinted cream".
    return any(0 <= at < len(letters) and letters[at] in named and not _is_guessed(clause.terms[at]) for at in beside)


def _is_guessed(term: Term) -> bool:
    return term.is_misspelt and term.letter == Role.SUBSTANCE


def _without_repeats(terms: list[Term]) -> list[Term]:
    """ "Zinc (oxide) salts" or "allergy, allergic reaction" side by side say one thing: equal neighbours that name nothing are one.

    Beside a denial they may be two: "no allergies, sensitivity to zinc".
    """
    joined = _JOINED if _DENIALS.isdisjoint([term.letter for term in terms]) else _ALWAYS_JOINED
    kept = terms[:1]
    for before, term in pairwise(terms):
        if not (term.letter == before.letter and term.letter in joined):
            kept.append(term)
    return kept


def _about_whom(clauses: list[Clause], *, starts_as_family: bool, starts_as_history: bool) -> list[Clause]:
    """A relative named anywhere in a sentence owns it, up to a clause that turns to the patient again."""
    relatives = [place for place, clause in enumerate(clauses) if Role.FAMILY in clause.letters]
    if not relatives and not starts_as_family:
        return clauses
    is_family, is_own = True, starts_as_history or any(_is_own(clause) for clause in clauses)
    is_history = starts_as_history or any(term.meaning.scope == HISTORY for place in relatives for term in clauses[place].terms)
    told: list[Clause] = []
    for place, clause in enumerate(clauses):
        if Role.FAMILY in clause.letters:
            is_family = True
            is_own = _is_own(clause)
        elif Role.PATIENT in clause.letters and (starts_as_family or any(relative < place for relative in relatives)):
            is_family = False
        told.append(clause._replace(is_family=is_family, is_own=is_own, is_history=is_history and is_family))
    if any(not clause.is_family and not clause.items and _DENY.isdisjoint(clause.letters) for clause in told):
        # "Family history: zinc allergy, also patient".
        return [clause._replace(is_own=False) for clause in told]
    return told


def _is_own(clause: Clause) -> bool:
    """ "Family history", "mother allergic to", "mother has an allergy to": hers.

    "Mother: zinc", "mother gave him zinc" may be told of the patient, and "my son" may be the patient.
    """
    scopes = {term.meaning.scope for term in clause.terms if term.letter == Role.FAMILY}
    if HISTORY in scopes:
        return not (_OF_ANOTHER & set(clause.letters) or _AND_OF_ANOTHER.search(clause.letters))
    if CHILD in scopes or _AND_OF_ANOTHER.search(clause.letters):
        return False
    shape = _HAS_HER_OWN if OWN in scopes else _IS_ALLERGIC_HERSELF
    return shape.match(clause.letters) is not None and not (_OF_ANOTHER & set(clause.letters))
