"""Reads one allergy statement: is zinc named, cleared or left open, and what else does it say of the ingredients?

What is not recognised is not cleared (clinical rule 31; clinical rule 8-11): `not_zinc` needs words that clear, every other word understood.
"""

import re
from dataclasses import dataclass, field

from compounding.domain.screening.clauses import Clause, Sentence, sentences_of
from compounding.domain.screening.lexicon import Lexicon
from compounding.domain.screening.none_known import Denial, denial_within, denials_of
from compounding.domain.screening.reasons import effect_of, reason_for
from compounding.domain.screening.roles import GENERIC_TOPICAL, NO_INFORMATION, UNRECOGNISED, Role
from compounding.domain.screening.standing import Mention, Standing, mentions_of
from compounding.domain.screening.statements import Effect, Finding, NoneKnown, StatementReading, ZincReading
from compounding.domain.screening.tellers import settled
from compounding.domain.screening.terms import terms_of

LONGEST_TEXT = 4000
LONGEST_QUOTE = 200
NONE_KNOWN = "none_known"
_MOST_STRANGERS = 20
_NO_WORDS = "The entry names no allergen and does not say that there is none."
_ONLY_OTHERS = "The entry leaves something open, or clears other allergens only: it does not say whether the patient reacts to zinc."
_TOO_LONG = "The text is longer than 4,000 characters and has to be read by a person."
_TOO_MANY_SIGNS = "The text holds too many signs to be an allergy statement and has to be read by a person."
_UNKNOWN_WORDS = "These words are not known to the lexicon, so they cannot be cleared."
_ZINC_INSIDE = "These words are not known to the lexicon and have the word zinc in them."
_TURNS = frozenset({Role.CONTRAST.value, Role.EXCEPTION.value})
_HARMLESS_BESIDE = frozenset("KwPMthlk:")
"""What a clause beside a denial may hold that neither adds to it nor takes it back: the patient, "known", "recorded", the kind of allergy."""
_REACHES = {
    NoneKnown.ALL: "The words say that no allergies are known.",
    NoneKnown.DRUGS: "The words say that no drug allergies are known; they do not speak of creams or plasters.",
    NoneKnown.CONTACT: "The words deny contact allergies or any other allergies.",
}
_OTHERS = re.compile(r"o(?![SZGKAM])|[LO]d?$")
_LEFT_OPEN = frozenset("dN0TXxgHWYw")
_REACTIONS = frozenset("AaRpY")
_SKIN = frozenset("Rp")
_CLEARING = frozenset("N0TXxg")
_OF_THE_FAMILY = frozenset({Standing.FAMILY, Standing.FAMILY_HISTORY})
_NO_ALLERGY = frozenset({Standing.CLEARED, Standing.LACK})
_DENIED = frozenset({Standing.CLEARED, Standing.DENIED_UNCLEARLY, Standing.USED})
_NAMES_NONE = frozenset({Standing.CLEARED, Standing.USED})
_EXPLAINS = frozenset({Effect.UNCLEAR, Effect.REVIEW, Effect.ALLERGY})
_DATED = frozenset("CXx")
_TREATMENT = "treatment"
_CARRIED = frozenset("c")
_PRONOUN = "pronoun"
_NOTHING_KNOWN = frozenset({Role.NO_INFORMATION.value, Role.DOUBT.value})
_REACH_ORDER = (NoneKnown.ALL, NoneKnown.DRUGS, NoneKnown.CONTACT)


@dataclass(slots=True)
class _Statement:
    """What the sentences of one text say, gathered."""

    mentions: list[Mention] = field(default_factory=list)
    denials: list[Denial] = field(default_factory=list)
    strangers: list[tuple[int, int]] = field(default_factory=list)
    is_vague: bool = False
    names_one: bool = False
    """Whether an allergen was named and not cleared."""
    blames_nothing: bool = False
    """Whether a sentence told of a reaction and named nothing before anything else was said."""
    denies: bool = False
    """Whether anything was denied so far."""

    def about_the_patient(self) -> list[Mention]:
        return [mention for mention in self.mentions if mention.standing not in _OF_THE_FAMILY]


def read_statement(text: str, lexicon: Lexicon, *, language: str | None = None, source: str = "") -> StatementReading:
    """The reading of one statement as it stands in the record. Never raises: a text nobody can read is unclear."""
    return _read(text, lexicon, language=language, source=source, is_remark=False)


def read_remark(text: str, lexicon: Lexicon, *, language: str | None = None, source: str = "") -> StatementReading:
    """The reading of a note beside an entry: prose, in which an unknown word names no allergen by itself unless zinc is in it."""
    return _read(text, lexicon, language=language, source=source, is_remark=True)


def _read(text: str, lexicon: Lexicon, *, language: str | None, source: str, is_remark: bool) -> StatementReading:
    if len(text) > LONGEST_TEXT:
        return _unclear(text, matched=text[:LONGEST_QUOTE], why=_TOO_LONG, source=source)
    terms = terms_of(text, lexicon, language=language)
    if terms is None:
        return _unclear(text, matched=text[:LONGEST_QUOTE], why=_TOO_MANY_SIGNS, source=source)
    statement = _gathered(text, sentences=sentences_of(settled(text, terms=terms)), lexicon=lexicon, is_remark=is_remark)
    findings = _findings(text, statement=statement, lexicon=lexicon, source=source)
    zinc = _zinc(statement)
    if not findings or (zinc is ZincReading.UNCLEAR and not any(finding.effect in _EXPLAINS for finding in findings)):
        findings.append(_nothing_said(text, why=_ONLY_OTHERS if findings else _NO_WORDS, source=source))
    return StatementReading(zinc=zinc, findings=tuple(findings), none_known=_none_known(statement))


def _gathered(text: str, *, sentences: tuple[Sentence, ...], lexicon: Lexicon, is_remark: bool) -> _Statement:
    statement = _Statement()
    for sentence in sentences:
        mentions = mentions_of(sentence)
        denials = denials_of(sentence)
        within = denial_within(sentence, mentions=mentions)
        strangers = _strangers(sentence)
        if is_remark:
            strangers = [(start, end) for start, end in strangers if lexicon.holds_zinc_stem(text[start:end].casefold())]
            mentions = [mention for mention in mentions if not (mention.term.letter == Role.GENERIC and mention.term.meaning.role is not Role.GENERIC)]
        if not (is_remark or statement.is_vague):
            statement.is_vague = _is_vague(sentence, mentions=mentions, denials=denials, before=statement)
        if not (is_remark or mentions or denials or statement.mentions or statement.denials or _SKIN.isdisjoint(sentence.letters)):
            statement.blames_nothing = True
        statement.names_one = statement.names_one or any(mention.standing not in _NAMES_NONE for mention in mentions)
        if denials or not _CLEARING.isdisjoint(sentence.letters):
            statement.denies = statement.denies or bool(denials) or any(mention.standing is Standing.CLEARED for mention in mentions)
        statement.mentions += mentions
        statement.denials += [*denials, within] if within else denials
        statement.strangers += strangers
    return statement


def _strangers(sentence: Sentence) -> list[tuple[int, int]]:
    """The spans of unknown words, neighbours together."""
    if Role.UNKNOWN not in sentence.letters:
        return []
    spans: list[tuple[int, int]] = []
    for clause in sentence.clauses:
        is_open = False
        for term in clause.terms:
            if term.letter == Role.UNKNOWN:
                start = spans.pop()[0] if is_open else term.start
                spans.append((start, term.end))
            is_open = term.letter == Role.UNKNOWN
    return spans


def _is_vague(sentence: Sentence, *, mentions: list[Mention], denials: list[Denial], before: _Statement) -> bool:
    """A sentence that leaves open what it speaks of: "not sure", "pending", "and others", a reaction beside a denial, an exception that names nothing."""
    letters = sentence.letters
    if not _NOTHING_KNOWN.isdisjoint(letters) or (not denials and _OTHERS.search(letters)):
        return True
    turns = [clause for clause in sentence.clauses if clause.opener in _TURNS and not clause.items]
    if any(clause.opener == Role.EXCEPTION or _is_open_contrast(clause, mentions=mentions, denials=denials) for clause in turns):
        return True
    if not mentions and not denials and not before.mentions and not before.denials:
        return not _LEFT_OPEN.isdisjoint(letters)
    names_one = before.names_one or any(mention.standing not in _NAMES_NONE for mention in mentions)
    if (
        not names_one
        and not _REACTIONS.isdisjoint(letters)
        and any(_is_bare_reaction(clause, mentions=mentions, denials=denials) for clause in sentence.clauses)
    ):
        return True
    if _has_a_remainder(sentence, mentions=mentions, denials=denials, names_one=names_one, before=before):
        return True
    return not mentions and not denials and bool(_LEFT_OPEN & set(letters))


def _is_open_contrast(clause: Clause, *, mentions: list[Mention], denials: list[Denial]) -> bool:
    """Whether a "but" goes on to something that names nothing: what it takes back cannot be known."""
    return clause.opener == Role.CONTRAST and not clause.items and not (clause.terms and _is_covered(clause, mentions=mentions, denials=denials))


def _is_bare_reaction(clause: Clause, *, mentions: list[Mention], denials: list[Denial]) -> bool:
    """Whether a clause tells of a reaction to something it does not name, outside every denial."""
    if clause.items or not _REACTIONS & set(clause.letters):
        return False
    return not _is_covered(clause, mentions=mentions, denials=denials)


def _has_a_remainder(sentence: Sentence, *, mentions: list[Mention], denials: list[Denial], names_one: bool, before: _Statement) -> bool:
    """Whether words beside a denial may take it back: a symptom, a treatment, a second "no", "on the skin only", a year.

    They count directly after the denial, or anywhere after it while nothing is named that they could belong to.
    """
    if len(sentence.clauses) == 1 and mentions and not before.denies:
        return False
    cleared = [mention for mention in mentions if mention.standing is Standing.CLEARED]
    is_after = before.denies
    if not (is_after or cleared or denials):
        return False
    is_beside = False
    for clause in sentence.clauses:
        if clause.items or (clause.terms and _is_covered(clause, mentions=cleared, denials=denials)):
            if is_after and not before.names_one and _is_treatment(clause):
                return True
            is_beside = not clause.items or _is_covered(clause, mentions=cleared, denials=denials)
            is_after |= is_beside
        elif clause.letters == Role.YEAR and not _DATED.isdisjoint(sentence.letters):
            continue
        elif clause.terms and ((is_after and not names_one) or is_beside) and not _is_harmless(clause):
            return True
    return False


def _is_treatment(clause: Clause) -> bool:
    """ "No known allergies, treated with steroids", "... carries adrenaline": against what?"""
    is_given = any(term.meaning.scope == _TREATMENT or term.letter in _CARRIED for term in clause.terms)
    return is_given and _REACTIONS.isdisjoint(clause.letters)


def _is_harmless(clause: Clause) -> bool:
    """Whether a clause only says who was asked, or what kind of allergy is meant. "She is" alone answers for the denial."""
    if not _HARMLESS_BESIDE.issuperset(clause.letters):
        return False
    return not all(term.meaning.scope == _PRONOUN for term in clause.terms)


def _is_covered(clause: Clause, *, mentions: list[Mention], denials: list[Denial]) -> bool:
    """Whether the clause begins within what a mention or a denial takes up."""
    covered = [*((mention.start, mention.end) for mention in mentions), *((denial.start, denial.end) for denial in denials)]
    return any(start <= clause.terms[0].start < end for start, end in covered)


def _zinc(statement: _Statement) -> ZincReading:
    """The answer for zinc. Every path to `not_zinc` needs the patient spoken of and nothing left open."""
    about_the_patient = statement.about_the_patient()
    about_zinc = [mention for mention in about_the_patient if mention.is_zinc]
    is_cleared = any(mention.standing is Standing.CLEARED and mention.term.meaning.effect is Effect.ALLERGY for mention in about_zinc)
    if any(mention.standing is Standing.AFFIRMED and mention.term.meaning.effect is Effect.ALLERGY for mention in about_zinc):
        return ZincReading.UNCLEAR if is_cleared else ZincReading.ZINC
    if statement.blames_nothing and not statement.names_one:
        return ZincReading.UNCLEAR
    if statement.is_vague or statement.strangers or any(mention.standing not in _NO_ALLERGY for mention in about_zinc):
        return ZincReading.UNCLEAR
    if any(mention.term.meaning.allergen == GENERIC_TOPICAL and mention.standing is not Standing.CLEARED for mention in about_the_patient):
        return ZincReading.UNCLEAR
    reaches = {denial.reach for denial in statement.denials} - {None}
    if len(about_the_patient) < len(statement.mentions) and any(mention.is_zinc for mention in statement.mentions):
        is_heading = all(mention.standing is not Standing.FAMILY for mention in statement.mentions if mention.is_zinc)
        return ZincReading.NOT_ZINC if is_cleared or NoneKnown.ALL in reaches or (is_heading and reaches) else ZincReading.UNCLEAR
    if about_zinc:
        is_lack = all(mention.standing is Standing.LACK for mention in about_zinc)
        return ZincReading.NOT_ZINC if is_cleared or is_lack else ZincReading.UNCLEAR
    # "No latex allergy" names nothing the patient reacts to, and denies nothing but latex.
    names_others = any(mention.term.letter == Role.SUBSTANCE and mention.standing not in _DENIED for mention in about_the_patient)
    return ZincReading.NOT_ZINC if names_others or reaches else ZincReading.UNCLEAR


def _none_known(statement: _Statement) -> NoneKnown | None:
    """How far "none known" goes, unless the same statement names an allergen after all or leaves something open."""
    if not statement.denials or statement.is_vague or statement.strangers or (statement.blames_nothing and not statement.names_one):
        return None
    stands = any(mention.standing is not Standing.CLEARED for mention in statement.about_the_patient())
    denials = [denial for denial in statement.denials if not stands or denial.is_besides_named]
    for reach in _REACH_ORDER:
        if any(denial.reach is reach for denial in denials):
            return reach
    return None


def _findings(text: str, *, statement: _Statement, lexicon: Lexicon, source: str) -> list[Finding]:
    findings: dict[tuple[str, Effect, str], Finding] = {}
    for mention in statement.mentions:
        allergen, effect, matched = mention.term.meaning.allergen, effect_of(mention), text[mention.start : mention.end][:LONGEST_QUOTE]
        if (allergen, effect, matched) not in findings:
            why = reason_for(mention)
            findings[allergen, effect, matched] = Finding(allergen=allergen, effect=effect, text=text, matched=matched, why=why, source=source)
    others = [(NONE_KNOWN, Effect.INFORMATION, denial.start, denial.end, _REACHES[denial.reach]) for denial in statement.denials if denial.reach is not None]
    for start, end in statement.strangers[:_MOST_STRANGERS]:
        why = _ZINC_INSIDE if lexicon.holds_zinc_stem(text[start:end].casefold()) else _UNKNOWN_WORDS
        others.append((UNRECOGNISED, Effect.UNCLEAR, start, end, why))
    for allergen, effect, start, end, why in others:
        matched = text[start:end][:LONGEST_QUOTE]
        found = Finding(allergen=allergen, effect=effect, text=text, matched=matched, why=why, source=source)
        findings.setdefault((allergen, effect, matched), found)
    return list(findings.values())


def _nothing_said(text: str, *, why: str, source: str) -> Finding:
    matched = text.strip()[:LONGEST_QUOTE]
    return Finding(allergen=NO_INFORMATION, effect=Effect.UNCLEAR, text=text, matched=matched, why=why, source=source)


def _unclear(text: str, *, matched: str, why: str, source: str) -> StatementReading:
    finding = Finding(allergen=NO_INFORMATION, effect=Effect.UNCLEAR, text=text, matched=matched, why=why, source=source)
    return StatementReading(zinc=ZincReading.UNCLEAR, findings=(finding,))
