"""Who tells an allergy statement, when, and where a verb begins a new one: worked out before the text falls into clauses.

"Mother says rash with zinc" is about the patient; "no allergies and has a rash from zinc" is two statements (clinical rule 31: negation is scoped).
"""

import re
from collections.abc import Mapping

from compounding.domain.screening.lexicon import Meaning
from compounding.domain.screening.roles import Role
from compounding.domain.screening.term_walk import BREAKS, Step, TermWalk
from compounding.domain.screening.terms import COLON, HARD_BREAK, SLASH, SOFT_BREAK, Term

OWN, HISTORY, CHILD = "own", "history", "child"
_PAST_VERB, _UNTIL, _DURATION, _SETTLED, _CONFIRMED, _ASKED = "past", "until", "duration", "settled", "confirmed", "asked"
_HAS_WORK = frozenset("VbkjflN0anHUY")
_NO = frozenset({Role.NEGATION.value, Role.NONE.value})
_ITEMS = frozenset("ZzSG")
_COMPLETE = frozenset("AaRpcJ0ZzSG")
"""What may end a denial or a name, so that a verb after it begins a new statement."""
_SUBSTANCE = Role.SUBSTANCE.value
_TELLERS = frozenset("PFkj")
_DATED = frozenset("CXx")
"""Tests and refutations are dated events: their year does not make them a thing of the past."""
_NAMED_AFTER = frozenset("kwKVYX")
_MOST_NAMES, _LONGEST_TITLE, _NEAR = 4, 3, 12
_BESIDE_TOLERATED = re.compile("T+t*[SG][LOtSG]*[,;/]+[ZSG]:$")
_ANSWERED = re.compile("[ZSG]:?[NY]$")
_IS_ANSWERED = re.compile("[ZSG]:?[NYRpAa]")
_UNTIL_IT = re.compile("Ht*[ZSG][^;,/]*[AaRpc]")
_ALLERGIC_ALONE = re.compile(";+P?aP?(?:$|;)")
_NOUNS = frozenset("ARp")
_STARTS_ALLERGIC = frozenset("Pa;")
_OWN_RELATIVE = Meaning(role=Role.FAMILY, scope=OWN)
_NEGATION = Meaning(role=Role.NEGATION)
_POSITIVE = Meaning(role=Role.YES)
_PAST = Meaning(role=Role.PAST)
_REPORT = Meaning(role=Role.REPORT)
_PREDICATE = Meaning(role=Role.PREDICATE, scope="reaction")


def settled(text: str, *, terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """The terms without the words of telling: informants, names of staff and verbs go, or become a break where a new statement begins."""
    letters = "".join([term.letter for term in terms])
    if _HAS_WORK.isdisjoint(letters):
        return terms
    return TermWalk(text, terms=terms, letters=letters).done(_STEPS)


def _by(walk: TermWalk, place: int) -> int:
    """ "By" and "per" lead to the name of who asked or wrote: strangers in capitals, or a relative, are no allergens there."""
    named_after = walk.letters[max(0, place - 4) : place].rstrip(Role.YEAR)[-1:]
    at = place + 1
    while at < len(walk.terms) and at - place <= _MOST_NAMES:
        term = walk.terms[at]
        is_name = term.letter == Role.UNKNOWN and walk.text[term.start].isupper() and named_after in _NAMED_AFTER
        if not (is_name or _is_title_mark(walk, at) or term.letter == Role.FAMILY or (term.letter == COLON and at == place + 1)):
            break
        at += 1
    return at - place


def _is_title_mark(walk: TermWalk, place: int) -> bool:
    """The full stop of "Dr. Jones" ends no sentence."""
    term, before = walk.terms[place], walk.terms[place - 1]
    is_short = before.letter == Role.UNKNOWN and before.end == term.start and term.start - before.start <= _LONGEST_TITLE
    return is_short and walk.text[term.start] == "." and walk.letters[place + 1 : place + 2] == Role.UNKNOWN


def _report(walk: TermWalk, place: int) -> int:
    """ "Mother says" and "says mother" name who tells; after "and", a comma or a complete statement the verb begins another."""
    term, before, after = walk.terms[place], walk.before, walk.after(place)
    if before == Role.FAMILY and walk.kept[-1].meaning.scope != HISTORY:
        walk.kept.pop()
        if walk.before in {Role.AND, Role.OR}:
            walk.replace_last(Role.REPORT, meaning=_REPORT)
        return 1
    if before in _NO and after != Role.ALLERGY:
        walk.keep(term._replace(letter=Role.FIELD.value))
        return 1
    _begin(walk, place)
    return 2 if after == Role.FAMILY and walk.ends(place + 2) else 1


def _have(walk: TermWalk, place: int) -> int:
    """ "Mother has" makes an allergy her own; "had no known allergies" is over; any other "has" only joins, or begins a new statement."""
    term, before = walk.terms[place], walk.before
    if before == Role.FAMILY:
        if walk.kept[-1].meaning.scope not in {HISTORY, CHILD}:
            walk.replace_last(Role.FAMILY, meaning=_OWN_RELATIVE)
        return 1
    is_first = before in BREAKS or before in {COLON, Role.PATIENT}
    if term.meaning.scope == _PAST_VERB and is_first and _denies_in_general(walk.letters[place + 1 : place + 6]):
        walk.keep(term._replace(letter=Role.PAST.value, meaning=_PAST))
        return 1
    _begin(walk, place)
    return 1


def _begin(walk: TermWalk, place: int) -> None:
    before, after = walk.before, walk.after(place)
    if before in {Role.AND, Role.OR}:
        if after not in _NO:
            walk.replace_last(Role.REPORT, meaning=_REPORT)
    elif (before in {SOFT_BREAK, SLASH} or (before in _COMPLETE and walk.denies)) and after not in _TELLERS and after not in BREAKS:
        walk.keep(walk.terms[place]._replace(letter=Role.REPORT.value, meaning=_REPORT))


def _denies_in_general(letters: str) -> bool:
    if letters[:1] in {Role.NONE_KNOWN.value, Role.NONE.value} and letters[1:2] != Role.ALLERGY:
        return True
    rest = letters[1:].lstrip("KMw")
    return letters[:2] == "Na" or (letters[:1] in _NO and rest[:1] == Role.ALLERGY and rest[1:2] != Role.TOWARDS)


def _verified(walk: TermWalk, place: int) -> int:
    """ "Verified with mother": she was asked. "No allergies asked" is no answer."""
    following = walk.letters[place + 1 : place + 3]
    for with_whom in ("F", "tF", ":F"):
        if following[: len(with_whom)] == with_whom and walk.ends(place + 1 + len(with_whom)):
            return 1 + len(with_whom)
    return 0 if walk.terms[place].meaning.scope == _ASKED and walk.before == Role.ALLERGY else 1


def _at_present(walk: TermWalk, place: int) -> int:
    """ "No known allergies at this time" is what every record says; "not allergic to zinc currently" has a past."""
    is_about_an_allergen = not _ITEMS.isdisjoint(walk.clause_at(place))
    return 0 if is_about_an_allergen and walk.after(place) not in {Role.USE, Role.TOLERANCE} else 1


def _field(walk: TermWalk, place: int) -> int:
    """ "No date", "no details": the "no" answers for the field and never for the allergen; so does "severity unknown". Elsewhere it carries nothing."""
    is_last = walk.ends(place + 1)
    if walk.after(place) == Role.NO_INFORMATION and walk.ends(place + 2) and _SUBSTANCE in walk.letters[:place]:
        return 2
    if walk.before in _NO:
        if is_last:
            walk.kept.pop()
            return 1
        return 0
    return 0 if is_last and walk.before in BREAKS else 1


def _predicate(walk: TermWalk, place: int) -> int:
    """ "Denies drug allergy and reacts to zinc": the verb begins what is no longer denied."""
    is_joined_to_a_noun = walk.before == Role.OR and len(walk.kept) > 1 and walk.kept[-2].letter in _NOUNS
    if walk.denies and (walk.before == Role.AND or is_joined_to_a_noun):
        walk.replace_last(Role.REPORT, meaning=_REPORT)
    elif walk.denies and walk.before == Role.ALLERGY:
        walk.keep(walk.terms[place]._replace(letter=Role.REPORT.value, meaning=_REPORT))
    return 0


def _tolerance(walk: TermWalk, place: int) -> int:
    """ "Never tolerated zinc"."""
    if walk.before != Role.NEGATION:
        return 0
    walk.replace_last(Role.PREDICATE, meaning=_PREDICATE, end=walk.terms[place].end)
    return 1


def _negation(walk: TermWalk, place: int) -> int:
    """ "Verträgt kein Zink"; "tolerates petrolatum; zinc: no"."""
    before = walk.before
    if before == HARD_BREAK:
        return 0
    if before == COLON and _BESIDE_TOLERATED.search(walk.letters, max(0, place - _NEAR), place):
        walk.keep(walk.terms[place]._replace(letter=Role.PREDICATE.value, meaning=_PREDICATE))
        return 1
    if walk.after(place) not in _ITEMS:
        return 0
    if before != Role.TOLERANCE:
        return 1 if _is_answer(walk, place) else 0
    walk.replace_last(Role.PREDICATE, meaning=_PREDICATE, end=walk.terms[place].end)
    return 1


def _others(walk: TermWalk, place: int) -> int:
    """ "Zinc and nothing else", "zinc otherwise none": a denial of anything besides what is named is a clause of its own."""
    if walk.text[walk.terms[place].start] == "+" and walk.ends(place + 1) and Role.TEST in walk.letters[:place]:
        walk.keep(walk.terms[place]._replace(letter=Role.YES.value, meaning=_POSITIVE))
        return 1
    if walk.after(place) not in _NO or walk.before in BREAKS:
        return 0
    end = place
    while not walk.ends(end) and end - place < _MOST_NAMES * 2:
        end += 1
    clause = walk.letters[place:end]
    if Role.OTHER not in clause or not _ITEMS.isdisjoint(clause):
        return 0
    walk.keep(walk.terms[place]._replace(letter=SOFT_BREAK))
    return 0 if walk.letters[place] == Role.OTHER else 1


def _is_answer(walk: TermWalk, place: int) -> bool:
    """ "Latex no Zinc yes": a form's answers, each of its own allergen."""
    if not _ANSWERED.search(walk.letters, max(0, place - 2), place + 1) or not _IS_ANSWERED.match(walk.letters, place + 1):
        return False
    term = walk.terms[place]
    walk.keep(term)
    walk.keep(term._replace(letter=SOFT_BREAK, start=term.end))
    return True


def _past(walk: TermWalk, place: int) -> int:
    """ "No problems until zinc gave blisters" is an exception; "zinc rash, resolved in 2 days" says that the rash went, and not the allergy."""
    term = walk.terms[place]
    if term.meaning.scope == _UNTIL and walk.denies and _UNTIL_IT.match(walk.letters, place):
        walk.keep(term._replace(letter=Role.EXCEPTION.value))
        return 1
    is_settled = term.meaning.scope == _SETTLED and place + 1 < len(walk.terms) and walk.terms[place + 1].meaning.scope == _DURATION
    before = walk.letters[max(0, place - 2) : place].rstrip(SOFT_BREAK)[-1:]
    return 1 if is_settled and before in {Role.REACTION, Role.OTHER_REACTION, Role.SYMPTOM} else 0


def _hard_break(walk: TermWalk, place: int) -> int:
    """ "No zinc! Allergic": the second word is about the first."""
    if walk.after(place) not in _STARTS_ALLERGIC or not _ALLERGIC_ALONE.match(walk.letters, place):
        return 0
    walk.keep(walk.terms[place]._replace(letter=SOFT_BREAK))
    return 1


def _unknown(walk: TermWalk, place: int) -> int:
    """ "Zinc allergy: N" is a form's no."""
    term = walk.terms[place]
    if walk.before != COLON or walk.text[term.start : term.end] != "N" or not walk.ends(place + 1):
        return 0
    walk.keep(term._replace(letter=Role.NEGATION.value, meaning=_NEGATION))
    return 1


def _year(walk: TermWalk, place: int) -> int:
    return 1 if walk.letters[place - 1 : place] == Role.VERIFIED or not _DATED.isdisjoint(walk.clause_at(place)) else 0


def _yes(walk: TermWalk, place: int) -> int:
    """ "NKDA (confirmed 2024-03-01)": the record was confirmed."""
    if walk.after(place) in _ITEMS:
        return 1 if _is_answer(walk, place) else 0
    is_alone = walk.terms[place].meaning.scope == _CONFIRMED and walk.before in BREAKS and walk.ends(place + 1)
    return 1 if is_alone and _ITEMS.isdisjoint(walk.letters[walk.letters.rfind(HARD_BREAK, 0, place) + 1 : place]) else 0


_STEPS: Mapping[str, Step] = {
    Role.BY: _by, Role.REPORT: _report, Role.HAVE: _have, Role.VERIFIED: _verified, Role.AT_PRESENT: _at_present, Role.FIELD: _field,
    Role.PREDICATE: _predicate, Role.TOLERANCE: _tolerance, Role.NEGATION: _negation, Role.NONE: _negation, Role.AND: _others, Role.OTHER: _others,
    Role.PAST: _past, HARD_BREAK: _hard_break, Role.UNKNOWN: _unknown,
    Role.YEAR: _year, Role.YES: _yes,
}  # fmt: skip
"""What is done at each kind of word: how many terms it takes up, or none to keep the word as it is."""
