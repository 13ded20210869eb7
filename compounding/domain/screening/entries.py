"""Reads one coded allergy entry: its codes, its words, what its reactions name and what its notes add.

A refuted entry, or one made in error, clears and still shows (clinical rule 31; clinical rule 11). An unconfirmed one counts like any other.
An inactive or resolved one never clears zinc: a contact allergy does not end with a status.
"""

from dataclasses import replace

from compounding.domain.patients import AllergyEntry, AllergyVerification, CodedText
from compounding.domain.screening.lexicon import Lexicon, Meaning
from compounding.domain.screening.reader import NONE_KNOWN, read_statement
from compounding.domain.screening.remarks import remarks_of, repeated_of
from compounding.domain.screening.roles import GENERIC_TOPICAL, NO_INFORMATION, UNRECOGNISED, ZINC, Role
from compounding.domain.screening.statements import Effect, Finding, NoneKnown, StatementReading, ZincReading

_WITHDRAWN = frozenset({AllergyVerification.REFUTED, AllergyVerification.ENTERED_IN_ERROR})
_PAST = frozenset({"inactive", "resolved"})
_CONTRADICTION = "The entry clears zinc in one place and names it in another."
_ZINC_IN_THE_PAST = "The entry is marked inactive or resolved, but an old contact allergy to zinc can come back."
_WITHDRAWN_WHY = "The entry is marked refuted or entered in error, so what it names does not count."
_ZINC_AFTER_ALL = "The entry names zinc and is marked refuted or entered in error, but a note beside it goes on to name zinc or a product that may hold it."
_REACTED_LATER = "The entry is marked refuted, but it tells of a reaction that may be later than the day it was recorded."
_WITHDRAWN_DENIAL = "The entry denies an allergy and is itself marked refuted or entered in error."


def read_entry(entry: AllergyEntry, lexicon: Lexicon) -> StatementReading:
    """The reading of one entry. Words and codes that disagree are read the cautious way: zinc anywhere is zinc, a stranger anywhere is unclear."""
    named = [reading for coded in (entry.what, *entry.substances) for reading in _coded(coded, entry=entry, lexicon=lexicon)]
    own = frozenset(finding.allergen for reading in named for finding in reading.findings if finding.effect is not Effect.CLEARED)
    remarks = [*remarks_of(entry, lexicon), *repeated_of(entry, lexicon, named=own)]
    if not named:
        named = [read_statement("", lexicon, source=entry.where)]
        if any(remark.zinc is ZincReading.ZINC for remark in remarks):
            named = []
    if entry.verification in _WITHDRAWN:
        reading = _withdrawn(named, remarks=remarks, reacted_later=_reacted_later(entry))
    else:
        reading = _together([*named, *remarks])
        if entry.clinical_status.casefold() in _PAST:
            reading = _in_the_past(reading)
    return _not_cleared_unread(reading, entry=entry)


def _not_cleared_unread(reading: StatementReading, *, entry: AllergyEntry) -> StatementReading:
    """The same reading, but never a clearance of an entry of which a part cannot be read."""
    if not entry.unread:
        return reading
    finding = Finding(allergen=NO_INFORMATION, effect=Effect.UNCLEAR, text=entry.what.text, matched="", why=entry.unread, source=entry.where)
    zinc = ZincReading.UNCLEAR if reading.zinc is ZincReading.NOT_ZINC else reading.zinc
    return StatementReading(zinc=zinc, findings=(*reading.findings, finding))


def _reacted_later(entry: AllergyEntry) -> bool:
    """Whether a refuted entry tells of a dated reaction that nobody can say was known when it was recorded."""
    if entry.verification is not AllergyVerification.REFUTED or entry.reacted_on is None:
        return False
    return entry.asked_on is None or entry.reacted_on > entry.asked_on


def _coded(coded: CodedText, *, entry: AllergyEntry, lexicon: Lexicon) -> list[StatementReading]:
    where = coded.where or entry.where
    readings = [read_statement(words, lexicon, language=entry.language, source=where) for words in coded.words]
    for coding in coded.codings:
        meaning = _meaning_of_code(system=coding.system, code=coding.code, lexicon=lexicon)
        if meaning is not None:
            readings.append(_code_reading(coding.code, meaning=meaning, source=where))
        elif coding.code.strip() and not coded.words:
            readings.append(_unknown_code(coding.code, source=where))
    return readings


def _meaning_of_code(*, system: str, code: str, lexicon: Lexicon) -> Meaning | None:
    """UNII and CAS codes are unlike any others and count wherever they stand; RxNorm numbers only under RxNorm's own address."""
    meaning = lexicon.of_code(code)
    if meaning is None and "rxnorm" in system.casefold():
        return lexicon.codes.get(f"rxnorm:{code.strip().casefold()}")
    return meaning


def _code_reading(code: str, *, meaning: Meaning, source: str) -> StatementReading:
    zinc = ZincReading.NOT_ZINC
    if meaning.role in {Role.ZINC, Role.PERHAPS_ZINC}:
        zinc = ZincReading.ZINC if meaning.effect is Effect.ALLERGY else ZincReading.UNCLEAR
    elif meaning.role is Role.GENERIC:
        zinc = ZincReading.UNCLEAR
    why = f"The code stands for {meaning.label or meaning.allergen}."
    return StatementReading(zinc=zinc, findings=(Finding(allergen=meaning.allergen, effect=meaning.effect, text=code, matched=code, why=why, source=source),))


def _unknown_code(code: str, *, source: str) -> StatementReading:
    why = "The code stands without words and is not known to the lexicon, so it cannot be cleared."
    finding = Finding(allergen=UNRECOGNISED, effect=Effect.UNCLEAR, text=code, matched=code, why=why, source=source)
    return StatementReading(zinc=ZincReading.UNCLEAR, findings=(finding,))


def _together(readings: list[StatementReading]) -> StatementReading:
    findings = tuple(dict.fromkeys(finding for reading in readings for finding in reading.findings))
    answers = {reading.zinc for reading in readings}
    is_cleared = any(finding.allergen == ZINC and finding.effect is Effect.CLEARED for finding in findings)
    if ZincReading.ZINC in answers and is_cleared:
        return _with_reason(findings, zinc=ZincReading.UNCLEAR, why=_CONTRADICTION)
    if ZincReading.ZINC in answers:
        return StatementReading(zinc=ZincReading.ZINC, findings=findings)
    if ZincReading.UNCLEAR in answers:
        return StatementReading(zinc=ZincReading.UNCLEAR, findings=findings)
    reaches = [reading.none_known for reading in readings]
    names_one = any(finding.effect is not Effect.CLEARED and finding.allergen != NONE_KNOWN for finding in findings)
    widest = next((reach for reach in NoneKnown if reach in reaches and (not names_one or reach is NoneKnown.CONTACT)), None)
    return StatementReading(zinc=ZincReading.NOT_ZINC, findings=findings, none_known=widest)


def _withdrawn(named: list[StatementReading], *, remarks: list[StatementReading], reacted_later: bool) -> StatementReading:
    """A withdrawn entry. Three things it cannot do: clear by withdrawing a denial, say anything when blank, or silence a note that blames zinc."""
    findings = [finding for reading in named for finding in reading.findings]
    if any(finding.allergen == NONE_KNOWN or finding.effect is Effect.CLEARED for finding in findings):
        return _with_reason(tuple(findings), zinc=ZincReading.UNCLEAR, why=_WITHDRAWN_DENIAL)
    if not findings or all(finding.allergen == NO_INFORMATION for finding in findings):
        return _together([*named, *remarks])
    cleared = tuple(dict.fromkeys(replace(finding, effect=Effect.CLEARED, why=_WITHDRAWN_WHY) for finding in findings))
    names_zinc = any(finding.allergen == ZINC for finding in findings)
    blames = [
        finding
        for remark in remarks
        for finding in remark.findings
        if finding.effect not in {Effect.CLEARED, Effect.INFORMATION} and finding.allergen in {ZINC, GENERIC_TOPICAL, UNRECOGNISED}
    ]
    if blames and names_zinc:
        return _with_reason((*cleared, *blames), zinc=ZincReading.UNCLEAR, why=_ZINC_AFTER_ALL)
    if blames:
        answer = ZincReading.ZINC if any(remark.zinc is ZincReading.ZINC for remark in remarks) else ZincReading.UNCLEAR
        return StatementReading(zinc=answer, findings=(*cleared, *blames))
    if names_zinc and reacted_later:
        return _with_reason(cleared, zinc=ZincReading.UNCLEAR, why=_REACTED_LATER)
    return StatementReading(zinc=ZincReading.NOT_ZINC, findings=cleared)


def _in_the_past(reading: StatementReading) -> StatementReading:
    """An entry that is no longer active: zinc stays open, other ingredients keep their effect, and a "none known" no longer holds."""
    findings = tuple(
        replace(finding, effect=Effect.UNCLEAR, why=_ZINC_IN_THE_PAST) if finding.allergen == ZINC and finding.effect is Effect.ALLERGY else finding
        for finding in reading.findings
    )
    was_a_denial = reading.none_known is not None or all(finding.effect is Effect.CLEARED for finding in findings)
    if reading.zinc is ZincReading.NOT_ZINC and not was_a_denial:
        return StatementReading(zinc=ZincReading.NOT_ZINC, findings=findings)
    if was_a_denial:
        return _with_reason(findings, zinc=ZincReading.UNCLEAR, why="The entry denies an allergy but is marked inactive or resolved.")
    return StatementReading(zinc=ZincReading.UNCLEAR, findings=findings)


def _with_reason(findings: tuple[Finding, ...], *, zinc: ZincReading, why: str) -> StatementReading:
    first = findings[0]
    return StatementReading(zinc=zinc, findings=(*findings, replace(first, allergen=ZINC, effect=Effect.UNCLEAR, why=why)))
