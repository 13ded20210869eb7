"""The allergy entries of a file, and whose they are: an entry of another patient neither warns nor clears."""

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from compounding.domain.beyond_use import read_day
from compounding.domain.errors import LevigateError
from compounding.domain.patients import AllergyEntry, AllergyVerification, CodedText
from compounding.fhir.beside import narrative_of, repeats_of, unread_of
from compounding.fhir.elements import coded, name_of, reference_of, sent_day, text_of
from compounding.fhir.references import Located, Pool
from compounding.fhir.structure import Json

VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
_PAST = frozenset({"inactive", "resolved"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergies:
    """This patient's entries; what belongs to others; and what belongs to nobody who could be found."""

    entries: tuple[AllergyEntry, ...]
    of_others: tuple[str, ...]
    of_nobody: tuple[str, ...]


def read_allergies(pool: Pool, *, subject: Any, subjects: list[Located], request: Json, time_zone: ZoneInfo) -> Allergies:
    """Sort the entries by whose they are."""
    entries: list[AllergyEntry] = []
    of_others: list[str] = []
    of_nobody: list[str] = []
    subject_reference, _ = reference_of(subject)
    own = [located.resource for located in subjects]
    for located in pool.of_kind("AllergyIntolerance"):
        reference, _ = reference_of(located.resource.get("patient"))
        found = pool.find(reference, asked_by=located.resource) if reference else []
        entry = read_entry(located, pool, time_zone)
        is_found = len(own) == 1 and len(found) == 1 and found[0].resource is own[0]
        is_named_alike = not own and reference and reference == subject_reference
        if is_found or is_named_alike:
            entries.append(entry)
        elif len(own) == 1 and len(found) == 1 and found[0].kind == "Patient" and not _may_be_one_person(found[0].resource, own[0]):
            of_others.append(located.where)
        else:
            of_nobody.append(f"{entry.in_words[:80]} (patient {reference[:60] or 'not given'})")
    for each in request.get("supportingInformation", ()):
        reference, _ = reference_of(each)
        if reference.startswith("AllergyIntolerance/") and not pool.find(reference, asked_by=request):
            of_nobody.append(f"{reference[:60]}, which is not in the file")
    return Allergies(entries=tuple(entries), of_others=tuple(of_others), of_nobody=tuple(of_nobody))


def _may_be_one_person(one: Json, other: Json) -> bool:
    """Whether two patient records share an identifier, or a name and a date of birth without an identifier that tells them apart.

    Then nobody can say that an entry is another patient's.
    """
    numbers = [{text_of(each, "system"): text_of(each, "value") for each in record.get("identifier", ())} for record in (one, other)]
    shared = [system for system in numbers[0] if system in numbers[1] and numbers[0][system]]
    if shared:
        return any(numbers[0][system] == numbers[1][system] for system in shared)
    names = [" ".join(name_of(record).casefold().split()) for record in (one, other)]
    born = [text_of(record, "birthDate") for record in (one, other)]
    return bool(names[0]) and names[0] == names[1] and (born[0] == born[1] or not all(born))


def read_entry(located: Located, pool: Pool, time_zone: ZoneInfo) -> AllergyEntry:
    """One entry in the sender's own words and codes."""
    resource, where = located.resource, located.where
    reactions = resource.get("reaction", [])
    substances = tuple(coded(each["substance"], f"{where}.reaction[{number}].substance") for number, each in enumerate(reactions) if "substance" in each)
    notes = [text_of(note, "text") for note in resource.get("note", ())]
    remarks = [*notes]
    for reaction in reactions:
        told = [text_of(reaction, "description"), *(text_of(note, "text") for note in reaction.get("note", ()))]
        notes.extend(told)
        remarks.extend((*told[:1], *(words for each in reaction.get("manifestation", ()) for words in coded(each, where).words), *told[1:]))
    narrative, says_more = narrative_of(resource)
    repeats = (*repeats_of(resource), *(() if says_more else (narrative,)))
    if says_more:
        remarks.append(narrative)
    return AllergyEntry(
        what=coded(resource.get("code"), f"{where}.code"),
        substances=tuple(substance for substance in substances if substance != CodedText(where=substance.where)),
        remarks=tuple(remark for remark in remarks if remark),
        notes=tuple(note for note in notes if note),
        repeats=tuple(repeat for repeat in repeats if repeat),
        unread=unread_of(resource),
        reacted_on=_last_reaction(resource, time_zone),
        verification=_verification(resource),
        clinical_status=_clinical_status(resource, where),
        categories=tuple(each for each in resource.get("category", ()) if isinstance(each, str)),
        language=text_of(resource, "language") or None,
        asked_by=_asker(resource, pool),
        asked_on=_day(sent_day(text_of(resource, "recordedDate"), time_zone)),
        where=where,
        identity=located.full_url or (f"AllergyIntolerance/{identifier}" if (identifier := text_of(resource, "id")) else ""),
    )


def _verification(resource: Json) -> AllergyVerification:
    """The verification status. Only FHIR's own code system counts, so that no code of another one, and none that R4 does not define, can clear an entry."""
    codings = coded(resource.get("verificationStatus"), "").codings
    known = {status.value for status in AllergyVerification} - {""}
    codes = {coding.code for coding in codings if coding.system == VERIFICATION}
    said_otherwise = {coding.code for coding in codings} & known - codes
    return AllergyVerification(codes.pop()) if len(codes) == 1 and codes <= known and not said_otherwise else AllergyVerification.NOT_GIVEN


def _clinical_status(resource: Json, where: str) -> str:
    """The clinical status; one of the past wherever any of its codes says so, since a "none known" of the past no longer holds."""
    codes = [coding.code for coding in coded(resource.get("clinicalStatus"), where).codings]
    return next((code for code in codes if code.casefold() in _PAST), codes[0] if codes else "")


def _last_reaction(resource: Json, time_zone: ZoneInfo) -> date | None:
    """The last day on which a dated reaction may have happened: of "2026-09" the last of the month."""
    told = [text_of(resource, "lastOccurrence"), *(text_of(reaction, "onset") for reaction in resource.get("reaction", ()))]
    days = [_last_day(sent_day(text, time_zone)) for text in told if text]
    return max((day for day in days if day is not None), default=None)


def _last_day(text: str) -> date | None:
    year, _, month = text.partition("-")
    if len(text) == 4 and year.isdecimal():
        return _day(f"{year}-12-31")
    if len(text) == 7 and year.isdecimal() and month.isdecimal() and 1 <= int(month) <= 12 and int(year) >= 1:
        return _day(f"{text}-{calendar.monthrange(int(year), int(month))[1]:02}")
    return _day(text)


def _asker(resource: Json, pool: Pool) -> str:
    """Who recorded the entry: without a name, an "asked, none" has no asker and does not count as asked (clinical rule 10)."""
    for role in ("recorder", "asserter"):
        reference, display = reference_of(resource.get(role))
        if display:
            return display
        found = pool.find(reference, asked_by=resource) if reference else []
        if len(found) == 1 and name_of(found[0].resource):
            return name_of(found[0].resource)
    return ""


def _day(text: str) -> date | None:
    try:
        return read_day(text)
    except LevigateError:
        return None
