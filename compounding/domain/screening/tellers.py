"""Who tells an allergy statement, when, and where a verb begins a new one: worked out before the text falls into clauses.

"Mother says rash with zinc" is about the patient; "no allergies and has a rash from zinc" is two statements (clinical rule 31: negation is scoped).
"""

import re

from compounding.domain.screening.lexicon import Meaning
from compounding.domain.screening.roles import Role
from compounding.domain.screening.terms import COLON, HARD_BREAK, SLASH, SOFT_BREAK, Term

OWN = "own"
HISTORY = "history"
_HAS_WORK = frozenset("VbkjflN0anHUY;")
_NO = frozenset({Role.NEGATION.value, Role.NONE.value})
_BREAKS = frozenset({HARD_BREAK, SOFT_BREAK, SLASH, Role.CONTRAST.value, Role.EXCEPTION.value})
_ITEMS = frozenset("ZzSG")
_COMPLETE = frozenset("AaRpcJ0ZzSG")
"""What may end a denial or a name, so that a verb after it begins a new statement."""
_TELLERS = frozenset("PFkj")
_DATED = frozenset("CXx")
"""Tests and refutations are dated events: their year does not make them a thing of the past."""
_NAMED_AFTER = frozenset("kwKVYX")
_MOST_NAMES = 4
_UNTIL, _DURATION, _SETTLED, _CONFIRMED = "until", "duration", "settled", "confirmed"
_ANSWERED = re.compile("[ZSG]:?[NY]$")
_IS_ANSWERED = re.compile("[ZSG]:?[NYRpAa]")
_UNTIL_IT = re.compile("Ht*[ZSG][^;,/]*[AaRpc]")
_ALLERGIC_ALONE = re.compile(";+P?aP?(?:$|;)")
_OWN_RELATIVE = Meaning(role=Role.FAMILY, scope=OWN)
_NEGATION = Meaning(role=Role.NEGATION)
_PAST = Meaning(role=Role.PAST)
_REPORT = Meaning(role=Role.REPORT)
_PREDICATE = Meaning(role=Role.PREDICATE, scope="reaction")


def settled(text: str, *, terms: list[Term]) -> list[Term]:
    """The terms without the words of telling: informants, names of staff and verbs go, or become a break where a new statement begins."""
    letters = "".join([term.letter for term in terms])
    if _HAS_WORK.isdisjoint(letters):
        return terms
    kept: list[Term] = []
    place = 0
    while place < len(terms):
        term = terms[place]
        before = kept[-1].letter if kept else HARD_BREAK
        after = letters[place + 1 : place + 2] or HARD_BREAK
        if term.letter == Role.BY:
            place += 1 + _names(text, terms=terms, place=place + 1, before=letters[:place].rstrip(Role.YEAR)[-1:])
            continue
        if term.letter == Role.REPORT:
            _report(kept, term=term, before=before, after=after)
            if after == Role.FAMILY and _is_end(letters, place=place + 2) and before != Role.FAMILY:
                place += 1
        elif term.letter == Role.HAVE:
            _have(kept, term=term, before=before, following=letters[place + 1 :])
        elif term.letter == Role.VERIFIED:
            if after == Role.FAMILY and _is_end(letters, place=place + 2):
                place += 1
            elif letters[place + 1 : place + 3] == "tF" and _is_end(letters, place=place + 3):
                place += 2
        elif term.letter == Role.AT_PRESENT:
            if not _ITEMS.isdisjoint(_clause_around(letters, place=place)) and after not in {Role.USE, Role.TOLERANCE}:
                kept.append(term)
        elif term.letter == Role.FIELD:
            _field(kept, term=term, before=before, is_last=_is_end(letters, place=place + 1))
        elif term.letter == Role.PREDICATE and before == Role.AND and _denies(kept):
            # "Denies drug allergy and reacts to zinc": the verb begins what is no longer denied.
            kept[-1] = kept[-1]._replace(letter=Role.REPORT.value, meaning=_REPORT)
            kept.append(term)
        elif term.letter == Role.PREDICATE and before == Role.ALLERGY and _denies(kept):
            kept += [term._replace(letter=Role.REPORT.value, meaning=_REPORT), term]
        elif (term.letter == Role.TOLERANCE and before == Role.NEGATION) or (term.letter in _NO and before == Role.TOLERANCE and after in _ITEMS):
            # "Never tolerated zinc", "verträgt kein Zink".
            kept[-1] = kept[-1]._replace(letter=Role.PREDICATE.value, meaning=_PREDICATE, end=term.end)
        elif term.letter in {Role.AND, Role.OTHER} and after in _NO and before not in _BREAKS and _speaks_of_others(letters, place=place):
            kept += [term._replace(letter=SOFT_BREAK), term] if term.letter == Role.OTHER else [term._replace(letter=SOFT_BREAK)]
        elif term.letter in _ITEMS and _ANSWERED.search(letters, 0, place) and _IS_ANSWERED.match(letters, place):
            kept += [term._replace(letter=SOFT_BREAK, end=term.start), term]
        elif term.letter == Role.PAST and term.meaning.scope == _UNTIL and _UNTIL_IT.match(letters, place) and _denies(kept):
            kept.append(term._replace(letter=Role.EXCEPTION.value))
        elif term.letter == HARD_BREAK and _ALLERGIC_ALONE.match(letters, place):
            kept.append(term._replace(letter=SOFT_BREAK))
        elif term.letter == Role.UNKNOWN and before == COLON and text[term.start : term.end] == "N" and _is_end(letters, place=place + 1):
            kept.append(term._replace(letter=Role.NEGATION.value, meaning=_NEGATION))
        elif term.letter == Role.PAST and _settles_a_reaction(terms, place=place):
            pass
        elif term.letter == Role.YES and term.meaning.scope == _CONFIRMED and before in _BREAKS and _is_end(letters, place=place + 1):
            # "NKDA (confirmed 2024-03-01)": the record was confirmed.
            pass
        elif term.letter == Role.YEAR and (letters[place - 1 : place] == Role.VERIFIED or not _DATED.isdisjoint(_clause_around(letters, place=place))):
            pass
        else:
            kept.append(term)
        place += 1
    return kept


def _speaks_of_others(letters: str, *, place: int) -> bool:
    """ "Zinc and nothing else", "zinc, otherwise none": a denial of anything besides what is named."""
    end = place
    while not _is_end(letters, place=end):
        end += 1
    clause = letters[place:end]
    return Role.OTHER in clause and _ITEMS.isdisjoint(clause)


def _settles_a_reaction(terms: list[Term], *, place: int) -> bool:
    """ "Zinc rash, resolved in 2 days": the rash went, and not the allergy."""
    if terms[place].meaning.scope != _SETTLED or place + 1 >= len(terms) or terms[place + 1].meaning.scope != _DURATION:
        return False
    before = [term.letter for term in terms[:place] if term.letter != SOFT_BREAK]
    return before[-1:] != [] and before[-1] in {Role.REACTION, Role.OTHER_REACTION, Role.SYMPTOM}


def _is_end(letters: str, *, place: int) -> bool:
    return place >= len(letters) or letters[place] in _BREAKS


def _clause_around(letters: str, *, place: int) -> str:
    start = place
    while start and letters[start - 1] not in _BREAKS:
        start -= 1
    end = place
    while end < len(letters) and letters[end] not in _BREAKS:
        end += 1
    return letters[start:end]


def _denies(kept: list[Term]) -> bool:
    """Whether the clause under way holds a denial."""
    for term in reversed(kept):
        if term.letter in _BREAKS or term.letter == Role.REPORT:
            return False
        if term.letter in {Role.NEGATION, Role.NONE, Role.TOLERANCE, Role.NONE_KNOWN}:
            return True
    return False


def _report(kept: list[Term], *, term: Term, before: str, after: str) -> None:
    """ "Mother says" and "says mother" name who tells; after "and", a comma or a complete statement the verb begins another."""
    if before == Role.FAMILY and kept[-1].meaning.scope != HISTORY:
        kept.pop()
        if kept and kept[-1].letter == Role.AND:
            kept[-1] = term
        return
    if before == Role.NEGATION and after != Role.ALLERGY:
        kept.append(term._replace(letter=Role.FIELD.value))
        return
    _begin(kept, term=term, before=before, after=after)


def _begin(kept: list[Term], *, term: Term, before: str, after: str) -> None:
    if before == Role.AND and after != Role.NEGATION:
        kept[-1] = term._replace(letter=Role.REPORT.value, meaning=_REPORT)
    elif (before in {SOFT_BREAK, SLASH} or (before in _COMPLETE and _denies(kept))) and after not in _TELLERS and after not in _BREAKS:
        kept.append(term._replace(letter=Role.REPORT.value, meaning=_REPORT))


def _have(kept: list[Term], *, term: Term, before: str, following: str) -> None:
    """ "Mother has" makes an allergy her own; "had no known allergies" is over; any other "has" only joins, or begins a new statement."""
    if before == Role.FAMILY:
        if kept[-1].meaning.scope != HISTORY:
            kept[-1] = kept[-1]._replace(meaning=_OWN_RELATIVE)
        return
    is_first = before in _BREAKS or before in {COLON, Role.PATIENT}
    if term.meaning.scope == "past" and is_first and _denies_in_general(following):
        kept.append(term._replace(letter=Role.PAST.value, meaning=_PAST))
        return
    _begin(kept, term=term, before=before, after=following[:1] or HARD_BREAK)


def _denies_in_general(letters: str) -> bool:
    if letters[:1] in {Role.NONE_KNOWN, Role.NONE}:
        return True
    rest = letters[1:].lstrip("KMw")
    return letters[:1] == Role.NEGATION and rest[:1] == Role.ALLERGY and rest[1:2] != Role.TOWARDS


def _field(kept: list[Term], *, term: Term, before: str, is_last: bool) -> None:
    """ "No date", "no details": the "no" answers for the field and never for the allergen. Elsewhere a field's name carries nothing."""
    if before in {Role.NEGATION, Role.NONE}:
        if is_last:
            kept.pop()
        else:
            kept.append(term)
    elif is_last and before in _BREAKS:
        kept.append(term)


def _names(text: str, *, terms: list[Term], place: int, before: str) -> int:
    """How many terms after "by" or "per" are the name of who asked or wrote: strangers in capitals, or a relative."""
    first = place
    while place < len(terms) and place - first < _MOST_NAMES:
        term = terms[place]
        if term.letter == COLON and place == first:
            place += 1
            continue
        is_name = term.letter == Role.UNKNOWN and text[term.start].isupper() and before in _NAMED_AFTER
        if not is_name and term.letter != Role.FAMILY:
            break
        place += 1
    return place - first
