"""What the notes beside an allergy entry add to it, and what the same resource says again elsewhere (clinical rule 31; clinical rule 9).

A note tells the story of a reaction: an unknown word in it names no allergen. Zinc in it counts, an ingredient or a product without its name is asked about.
"""

import re
from dataclasses import replace

from compounding.domain.patients import AllergyEntry
from compounding.domain.screening.lexicon import Lexicon
from compounding.domain.screening.normalise import tokens_of
from compounding.domain.screening.reader import LONGEST_QUOTE, LONGEST_TEXT, NONE_KNOWN, read_remark, read_statement
from compounding.domain.screening.roles import GENERIC_TOPICAL, NO_INFORMATION, ZINC, Role
from compounding.domain.screening.statements import Effect, Finding, StatementReading, ZincReading
from compounding.domain.screening.terms import HARD_BREAK, MOST_TOKENS, terms_of

_TOO_LONG = "The note is too long to be read here; a person has to read it."
_UNNAMED = "The note names a product without its name, which may hold zinc."
_LEAVES_OPEN = "The note leaves open what the patient reacts to."
_NO_SKIN_PRODUCT = re.compile(r"suspension|solution|vaccin|drops|tropfen|collyre|colirio|gotas", re.IGNORECASE)
"""Forms that nobody puts on the skin: "after the second dose of suspension" names no cream."""
_UNNAMED_OTHERS = re.compile(r"o(?=$|[,;])|[LO]$")
_POINTS_ELSEWHERE = re.compile(r"other|etc|et cetera|too many|list|various|see |chart|autre|otr|ander|weiter|siehe|voir|ver ", re.IGNORECASE)
_DOUBT, _SAYS_WHAT = "D", frozenset("SZzGARpr")


def remarks_of(entry: AllergyEntry, lexicon: Lexicon) -> list[StatementReading]:
    """The readings of the entry's remarks that add something to it."""
    remarks = [_remark(text, entry=entry, lexicon=lexicon) for text in entry.remarks]
    return [remark for remark in remarks if remark is not None]


def repeated_of(entry: AllergyEntry, lexicon: Lexicon, *, named: frozenset[str]) -> list[StatementReading]:
    """What the entry's narrative, extensions and contained resources name beyond `named`, the allergens that the entry itself names.

    They mostly say the same again, for a reader who sees no codes: only what the entry does not say itself is news.
    """
    news: list[StatementReading] = []
    for text in entry.repeats:
        reading = _remark(text, entry=entry, lexicon=lexicon, is_note=False)
        told = tuple(finding for finding in reading.findings if finding.allergen not in named) if reading is not None else ()
        if reading is not None and told:
            is_zinc = any(finding.allergen == ZINC for finding in told)
            doubt = ZincReading.UNCLEAR if any(finding.effect is Effect.UNCLEAR for finding in told) else ZincReading.NOT_ZINC
            news.append(StatementReading(zinc=reading.zinc if is_zinc else doubt, findings=told))
    return news


def _remark(text: str, *, entry: AllergyEntry, lexicon: Lexicon, is_note: bool = True) -> StatementReading | None:
    """What one text adds, if it names zinc or an ingredient, or is a note that leaves something open. The rest tells a story, as in "epinephrine given".

    An ingredient in a note may have been the treatment ("Vaseline helped"), so it is asked about; zinc in a note counts as zinc.
    """
    if len(text) > LONGEST_TEXT or (len(text) > MOST_TOKENS and len(tokens_of(text, most=MOST_TOKENS + 1)) > MOST_TOKENS):
        return _open(text, matched=text[:LONGEST_QUOTE], why=_TOO_LONG, allergen=NO_INFORMATION, entry=entry)
    reading = read_remark(text, lexicon, language=entry.language, source=entry.where)
    told = tuple(
        replace(finding, effect=Effect.UNCLEAR) if finding.allergen != ZINC and finding.effect is Effect.ALLERGY else finding
        for finding in reading.findings
        if finding.allergen not in {NO_INFORMATION, NONE_KNOWN} and finding.effect is not Effect.INFORMATION
    )
    is_open = _left_open(text, entry=entry, lexicon=lexicon) if is_note and reading.zinc is not ZincReading.ZINC else None
    if is_open is None:
        return StatementReading(zinc=reading.zinc, findings=told) if told else None
    return StatementReading(zinc=ZincReading.UNCLEAR, findings=(*told, *is_open.findings))


def _left_open(text: str, *, entry: AllergyEntry, lexicon: Lexicon) -> StatementReading | None:
    """ "And some cream", "possibly something else too": a note that may speak of a second allergen keeps the entry open."""
    whole = read_statement(text, lexicon, language=entry.language, source=entry.where)
    for finding in whole.findings:
        if finding.allergen == GENERIC_TOPICAL and not _NO_SKIN_PRODUCT.search(finding.matched):
            return _open(text, matched=finding.matched, why=_UNNAMED, allergen=GENERIC_TOPICAL, entry=entry)
    if text in entry.notes and _is_vague(text, entry=entry, lexicon=lexicon):
        return _open(text, matched=text.strip()[:LONGEST_QUOTE], why=_LEAVES_OPEN, allergen=NO_INFORMATION, entry=entry)
    return None


def _is_vague(text: str, *, entry: AllergyEntry, lexicon: Lexicon) -> bool:
    """Whether a sentence of a note ends in "and others", points elsewhere ("see chart"), or doubts something without saying what."""
    terms = terms_of(text, lexicon, language=entry.language) or ()
    if any(term.letter == Role.NO_INFORMATION and _POINTS_ELSEWHERE.search(text[term.start : term.end]) for term in terms):
        return True
    letters = "".join([term.letter for term in terms])
    return any(_UNNAMED_OTHERS.search(part) or (_DOUBT in part and _SAYS_WHAT.isdisjoint(part)) for part in letters.split(HARD_BREAK))


def _open(text: str, *, matched: str, why: str, allergen: str, entry: AllergyEntry) -> StatementReading:
    finding = Finding(allergen=allergen, effect=Effect.UNCLEAR, text=text, matched=matched, why=why, source=entry.where)
    return StatementReading(zinc=ZincReading.UNCLEAR, findings=(finding,))
