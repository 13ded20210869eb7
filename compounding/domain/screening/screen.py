"""Screening an order: every allergy entry read, and what the whole record says of zinc and of the other ingredients."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from compounding.domain.patients import AllergyEntry, AllergyVerification, CodedText, ContactAnswer
from compounding.domain.screening.allergy_talk import AllergyTalk
from compounding.domain.screening.assessments import ANSWER_HOLDS, Refutation
from compounding.domain.screening.entries import read_entry
from compounding.domain.screening.lexicon import Lexicon
from compounding.domain.screening.reader import NONE_KNOWN
from compounding.domain.screening.roles import Role
from compounding.domain.screening.statements import Effect, Finding, NoneKnown, StatementReading, ZincReading
from compounding.domain.screening.terms import HARD_BREAK, SOFT_BREAK, Term, terms_of

# A sentence of a note that names zinc beside one of these is read too: "blisters from zinc tape" speaks of an allergy without the word.
_TROUBLE = frozenset({Role.REACTION, Role.OTHER_REACTION, Role.STOMACH_REACTION, Role.ALLERGY, Role.TEST, Role.AVOID})
_ZINC = frozenset({Role.ZINC, Role.PERHAPS_ZINC})


_WITHDRAWN = frozenset({AllergyVerification.REFUTED, AllergyVerification.ENTERED_IN_ERROR})
_COUNTS = frozenset({Effect.ALLERGY, Effect.UNCLEAR, Effect.REVIEW})


_COVERS = {
    NoneKnown.ALL: "No known allergies",
    NoneKnown.DRUGS: "No known drug allergies",
    NoneKnown.CONTACT: "No known contact allergies",
}


def _with_standing(read: "ReadEntry") -> str:
    """The entry in words, with what its record says of it where it is not simply in force."""
    entry = read.entry
    if read.refutation is not None:
        return f"{entry.in_words} [{read.refutation.in_words}]"
    standing = entry.verification.value.replace("-", " ") if entry.verification in _WITHDRAWN else entry.clinical_status.casefold()
    return f"{entry.in_words} [{standing}]" if standing not in {"", "active"} else entry.in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEntry:
    """One entry beside its reading; the entry stays untouched (clinical rule 9), with the refutation beside it that makes it count no more."""

    entry: AllergyEntry
    reading: StatementReading
    refutation: Refutation | None = None

    @property
    def is_withdrawn(self) -> bool:
        """Whether the entry does not count: refuted by its sender or here, or entered in error."""
        return self.entry.verification in _WITHDRAWN or self.refutation is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedNone:
    """A recorded "asked, none": who asked, and when (clinical rule 10)."""

    by: str
    on: date
    covers: NoneKnown


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What the record says. `zinc` is NOT_ASKED where nothing was recorded for this patient.

    `on` is the day it is read for. `asked_none` holds every dated, named "none known"; `unnamed_none` is true where one lacks its asker or its date.
    """

    zinc: ZincReading
    on: date
    entries: tuple[ReadEntry, ...]
    asked_none: tuple[AskedNone, ...]
    unnamed_none: bool
    contact: ContactAnswer | None
    asked_ahead: bool
    asked_long_ago: bool
    conflict: str
    of_nobody: tuple[str, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of every entry, in the record's order."""
        return tuple(finding for read in self.entries for finding in read.reading.findings)

    @property
    def contact_answered(self) -> bool:
        """Whether the question a zinc base needs has a dated answer (clinical rule 8)."""
        return (self.contact is not None and not self.asked_long_ago) or any(asked.covers in {NoneKnown.ALL, NoneKnown.CONTACT} for asked in self.asked_none)

    @property
    def in_words(self) -> str:
        """The record as it is printed: never a bare "None" (clinical rule 10); "" where nothing was asked."""
        named = [_with_standing(read) for read in self.entries if read.reading.none_known is None or read.reading.none_known is NoneKnown.CONTACT]
        return "; ".join(dict.fromkeys(named))

    @property
    def asked_in_words(self) -> tuple[str, ...]:
        """The dated answers as they are printed, each as wide as it was asked: "no known drug allergies" says nothing of creams.

        A general "no known allergies" is left out beside an entry that still stands.
        """
        stands = any(read.reading.none_known is None and not read.is_withdrawn for read in self.entries)
        told = [
            f"{_COVERS[asked.covers]}, asked {asked.on.isoformat()} by {asked.by}"
            for asked in self.asked_none
            if asked.covers is NoneKnown.CONTACT or not stands
        ]
        if self.contact is not None:
            answer = "yes" if self.contact.had_a_rash else "no"
            told.append(f"Ever a rash from a cream, plaster or tape: {answer}, asked {self.contact.asked_on.isoformat()} by {self.contact.asked_by}")
        return tuple(dict.fromkeys(told))


def screen(
    entries: tuple[AllergyEntry, ...],
    lexicon: Lexicon,
    *,
    talk: AllergyTalk,
    on: date,
    notes: tuple[str, ...] = (),
    contact: ContactAnswer | None = None,
    added: tuple[AllergyEntry, ...] = (),
    of_nobody: tuple[str, ...] = (),
    refutations: tuple[Refutation, ...] = (),
) -> Screening:
    """Read the whole record. `refutations` are those signed for this patient.

    `added` are answers given now beside the order's own entries: they fill gaps and never remove anything.
    """
    from_notes = _from_notes(notes, lexicon, talk)
    from_contact: tuple[AllergyEntry, ...] = ()
    if contact is not None and contact.had_a_rash:
        text = contact.details.strip() or "a rash from a cream, sunscreen, diaper cream, plaster or tape"
        where = "contact question"
        from_contact = (AllergyEntry(what=CodedText(text=text, where=where), asked_by=contact.asked_by, asked_on=contact.asked_on, where=where),)
    read = tuple(_read(entry, lexicon, refutations, on) for entry in (*entries, *from_notes, *from_contact, *added))
    asked_none = []
    unnamed = False
    asked_ahead = contact is not None and contact.asked_on > on
    asked_long_ago = contact is not None and on - contact.asked_on > ANSWER_HOLDS
    for each in read:
        covers, by, day = each.reading.none_known, each.entry.asked_by.strip(), each.entry.asked_on
        if covers is None or each.is_withdrawn:
            continue
        if not by or day is None:
            unnamed = True
        elif day > on:
            asked_ahead = True
        elif on - day > ANSWER_HOLDS:
            asked_long_ago = True
        else:
            asked_none.append(AskedNone(by=by, on=day, covers=covers))
    return Screening(
        zinc=_whole(read),
        on=on,
        entries=read,
        asked_none=tuple(asked_none),
        unnamed_none=unnamed,
        contact=contact,
        asked_ahead=asked_ahead,
        asked_long_ago=asked_long_ago,
        conflict=_conflict(read, added),
        of_nobody=of_nobody,
    )


def _read(entry: AllergyEntry, lexicon: Lexicon, refutations: tuple[Refutation, ...], on: date) -> ReadEntry:
    """The entry's reading; one that was refuted here is read as if its sender had marked it refuted."""
    refutation = next((each for each in refutations if entry.verification not in _WITHDRAWN and each.applies_to(entry, on=on)), None)
    as_it_counts = replace(entry, verification=AllergyVerification.REFUTED) if refutation is not None else entry
    return ReadEntry(entry=entry, reading=read_entry(as_it_counts, lexicon), refutation=refutation)


def _from_notes(notes: tuple[str, ...], lexicon: Lexicon, talk: AllergyTalk) -> tuple[AllergyEntry, ...]:
    """The notes that name an allergen. A note can add an allergy and can never stand for asking: "discontinue if rash develops" is not an entry."""
    texts = (text for note in notes for text in ((note,) if talk.allergy.search(note) else _trouble_with_zinc(note, lexicon, talk)))
    entries = (AllergyEntry(what=CodedText(text=text, where="note"), where="note") for text in texts)
    return tuple(entry for entry in entries if any(_names_an_allergen(finding) for finding in read_entry(entry, lexicon).findings))


def _trouble_with_zinc(note: str, lexicon: Lexicon, talk: AllergyTalk) -> Iterator[str]:
    """The sentences that tell of trouble with zinc; the clauses, where another ingredient is named beside it ("use petrolatum, zinc burns")."""
    sentences: list[list[Term]] = [[]]
    for term in terms_of(note, lexicon) or ():
        if term.letter == HARD_BREAK:
            sentences.append([])
        else:
            sentences[-1].append(term)
    for sentence in sentences:
        clauses: list[list[Term]] = [[]]
        for term in sentence:
            if term.letter == SOFT_BREAK and any(each.letter == Role.SUBSTANCE for each in sentence):
                clauses.append([])
            else:
                clauses[-1].append(term)
        for clause in clauses:
            letters = {term.letter for term in clause}
            if letters & _ZINC:
                text = note[clause[0].start : clause[-1].end]
                if letters & _TROUBLE or talk.trouble.search(text):
                    yield text


def _names_an_allergen(finding: Finding) -> bool:
    return finding.effect in _COUNTS and finding.allergen not in {"unrecognised", "no_information"}


def _whole(read: tuple[ReadEntry, ...]) -> ZincReading:
    """The worst reading counts; nothing recorded, or only "n/a" and the like, means nobody asked."""
    readings = {each.reading.zinc for each in read}
    told = [each for each in read if any(finding.allergen != "no_information" for finding in each.reading.findings) and not _withdrawn_none(each)]
    if ZincReading.ZINC in readings:
        return ZincReading.ZINC
    if not told:
        return ZincReading.NOT_ASKED
    return ZincReading.UNCLEAR if ZincReading.UNCLEAR in readings else ZincReading.NOT_ZINC


def _withdrawn_none(read: ReadEntry) -> bool:
    """A "no known allergies" that was refuted or entered in error says that nobody knows, not that there are none."""
    return read.is_withdrawn and any(finding.allergen == NONE_KNOWN for finding in read.reading.findings)


def _conflict(read: tuple[ReadEntry, ...], added: tuple[AllergyEntry, ...]) -> str:
    """An answer given now that contradicts the order's own entries, in words; "" where there is none."""
    now = [each for each in read if each.entry in added]
    before = [each for each in read if each.entry not in added]
    none_now = any(each.reading.none_known in {NoneKnown.ALL, NoneKnown.DRUGS} for each in now)
    named_before = [each for each in before if any(finding.effect in _COUNTS for finding in each.reading.findings)]
    if none_now and named_before:
        return f'the order records "{named_before[0].entry.in_words[:80]}", and the answer now is none known'
    none_before = any(each.reading.none_known is NoneKnown.ALL for each in before)
    named_now = [each for each in now if any(finding.effect in _COUNTS for finding in each.reading.findings)]
    if none_before and named_now:
        return f'the order records no known allergies, and the answer now is "{named_now[0].entry.in_words[:80]}"'
    return ""
