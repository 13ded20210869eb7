"""Where a text says that no allergy is known, and how far that goes.

"No known drug allergies" speaks of drugs only (clinical rule 8); "no other known allergies" leaves standing what the record names.
"""

import re
from itertools import pairwise
from typing import NamedTuple

from compounding.domain.screening.clauses import Clause, Sentence
from compounding.domain.screening.patterns import NONE_KNOWN, SPOILS_A_DENIAL
from compounding.domain.screening.roles import Role
from compounding.domain.screening.standing import Mention, Standing
from compounding.domain.screening.statements import NoneKnown
from compounding.domain.screening.terms import SLASH

_MOST_JOINED = 10
_REACHES = (("all", NoneKnown.ALL), ("drug", NoneKnown.DRUGS), ("contact", NoneKnown.CONTACT), ("", NoneKnown.ALL))
_DENY = frozenset({Role.NEGATION.value, Role.NONE.value, Role.NONE_KNOWN.value})
"""Every general denial holds one of these."""
_REACTION = "reaction"
_COMPLETE = frozenset({Role.AND.value, Role.NONE_KNOWN.value})
_LISTED_SCOPE = re.compile("M[LOSM]|[LO]M")


class Denial(NamedTuple):
    """Words that deny allergies in general. `reach` is None where they speak only of something else, such as foods."""

    reach: NoneKnown | None
    start: int
    end: int
    is_besides_named: bool = False


def denials_of(sentence: Sentence) -> list[Denial]:
    """Every general denial of a sentence that is about the patient and not in doubt."""
    if _DENY.isdisjoint(sentence.letters):
        return []
    if SPOILS_A_DENIAL.search(sentence.of_the_patient) or Role.YES in sentence.of_the_patient:
        return []
    denials: list[Denial] = []
    place = 0
    while place < len(sentence.clauses):
        reach = _reach(sentence.clauses, place=place)
        if reach:
            denials.append(_denial(sentence.clauses[place : place + reach]))
        place += max(reach, 1)
    return denials


def _reach(clauses: tuple[Clause, ...], *, place: int) -> int:
    letters, reach = "", 0
    for joined, clause in enumerate(clauses[place : place + _MOST_JOINED]):
        if clause.items or clause.is_family or not clause.terms or (joined and clause.opener in {Role.CONTRAST, Role.EXCEPTION, Role.REPORT}):
            break
        letters += ("" if not joined else "/" if clause.opener == SLASH else ",") + clause.letters
        if NONE_KNOWN.fullmatch(letters) and not _goes_on(clauses[place : place + joined + 1]):
            reach = joined + 1
    return reach


def _goes_on(clauses: tuple[Clause, ...]) -> bool:
    """ "No known allergies and reaction": one complaint after a general denial is a new word, where "and intolerances" is more of the same."""
    terms = [term for clause in clauses for term in clause.terms]
    starts = {clause.terms[0].start for clause in clauses[1:] if clause.opener == SLASH}
    return any(
        term.letter == Role.ALLERGY and term.meaning.scope == _REACTION and (before.letter in _COMPLETE or term.start in starts)
        for before, term in pairwise(terms)
    )


def _denial(clauses: tuple[Clause, ...]) -> Denial:
    terms = [term for clause in clauses for term in clause.terms]
    is_besides_named = any(term.letter == Role.OTHER for term in terms)
    scopes = {term.meaning.scope for term in terms if term.letter == Role.SCOPE}
    # "Drug", "skin" and the like narrow the denial; without them the word for allergy itself says how far it goes.
    scopes = scopes or {term.meaning.scope for term in terms if term.letter in {Role.ALLERGY, Role.PREDICATE, Role.NONE_KNOWN}} or {""}
    widest = next((reach for scope, reach in _REACHES if scope in scopes), None)
    if widest is NoneKnown.ALL and is_besides_named:
        widest = NoneKnown.CONTACT
    return Denial(widest, terms[0].start, terms[-1].end, is_besides_named)


def denial_within(sentence: Sentence, *, mentions: list[Mention]) -> Denial | None:
    """The general denial inside one that also names allergens.

    "No skin reactions to creams or plasters" answers the contact question of clinical rule 8 with no; one product alone does not answer it.
    "No known drug, latex or food allergies" denies drug allergies beside the latex.
    """
    if not mentions or any(mention.standing is not Standing.CLEARED for mention in mentions):
        return None
    scopes = {term.meaning.scope for clause in sentence.clauses for term in clause.terms}
    products = sum(mention.term.letter == Role.GENERIC for mention in mentions)
    start, end = mentions[0].start, mentions[0].end
    if products and ("contact" in scopes or products > 1):
        return Denial(NoneKnown.CONTACT, start, end)
    if "drug" in scopes and _LISTED_SCOPE.search(sentence.letters):
        return Denial(NoneKnown.DRUGS, start, end)
    return None
