"""What came along with the order: the conditions and alerts of the same patient, and what texts outside the allergy list say of an allergy.

A sender's problem list or directions often name an allergy that the allergy list lacks; what they say of an ingredient here is screened like an entry.
"""

import re
from collections.abc import Iterator

from compounding.domain.screening.allergy_talk import AllergyTalk
from compounding.fhir.elements import coded, reference_of, text_of
from compounding.fhir.references import Located, Pool
from compounding.fhir.structure import Json

_REVIEWED = ("Condition", "Observation", "Flag")
# Read elsewhere, element by element, or without a word about a patient.
_READ_ELSEWHERE = frozenset(
    {*_REVIEWED, "AllergyIntolerance", "Medication", "MedicationRequest", "Organization", "Patient", "Practitioner", "PractitionerRole", "Substance"}
)
_LONGEST_REMARK = 300
_TAG = re.compile(r"<[^<>]*>")
_WITHDRAWN = frozenset({"refuted", "entered-in-error"})
_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_SENTENCE_END = re.compile(r"(?<=[.;!?])\s+|\n")


def conditions_of(request: Json, pool: Pool, subjects: list[Located]) -> tuple[str, ...]:
    """Why the medication is given, and this patient's conditions: read for what a pharmacist must look at first."""
    found = [words for each in request.get("reasonCode", ()) for words in coded(each, "MedicationRequest.reasonCode").words]
    for located in _about(pool, subjects):
        found.extend(_with_result(located.resource, located.where))
        found.extend(text_of(note, "text") for note in located.resource.get("note", ()))
    found.extend(display for _, display in (reference_of(each) for each in request.get("reasonReference", ())) if display)
    return tuple(dict.fromkeys(text for text in found if text))


def _with_result(resource: Json, where: str) -> Iterator[str]:
    """What is named, with its result where it has one: "Patch test zinc oxide" says nothing until "positive" stands beside it."""
    names = coded(resource.get("code"), where).words
    results = [text_of(resource, "valueString"), *coded(resource.get("valueCodeableConcept"), where).words]
    results.extend(words for each in resource.get("interpretation", ()) for words in coded(each, where).words)
    told = [result for result in results if result.strip()]
    yield from (f"{name} {result}" for name in names or ("",) for result in told)
    if not told:
        yield from names
    for part in resource.get("component", ()):
        yield from _with_result(part, where)


def elsewhere_of(request: Json, pool: Pool, subjects: list[Located], talk: AllergyTalk) -> tuple[str, ...]:
    """Every text that speaks of an allergy to an ingredient where nobody looks for one: in resources that are not read, and in displays of references.

    Another patient's resources are left out; a text is quoted as it stands, without the resource's own structure.
    """
    found = [display for name in ("supportingInformation", "detectedIssue") for _, display in (reference_of(each) for each in request.get(name, ()))]
    found = [display for display in found if _tells(display, talk)]
    for located in pool.located:
        if located.kind not in _READ_ELSEWHERE and text_of(located.resource, "status") != "entered-in-error" and _is_ours(located.resource, pool, subjects):
            found.extend(_remarks_in(located.resource, talk))
    return tuple(dict.fromkeys(found))


def _tells(text: str, talk: AllergyTalk) -> bool:
    return talk.allergy_in_results.search(text) is not None and talk.ingredient.search(text) is not None


def _remarks_in(value: object, talk: AllergyTalk) -> list[str]:
    """The smallest parts of a resource whose texts, taken together, name an ingredient and an allergy: a question and its answer, or one sentence."""
    if not isinstance(value, dict | list):
        return []
    inner = [remark for part in (value.values() if isinstance(value, dict) else value) for remark in _remarks_in(part, talk)]
    if inner:
        return inner
    whole = " ".join(dict.fromkeys(_texts_in(value)))
    if not _tells(whole, talk):
        return []
    sentences = [part for part in _SENTENCE_END.split(whole) if _tells(part, talk)]
    return sentences or [whole[:_LONGEST_REMARK]]


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield " ".join(_TAG.sub(" ", value).split())
    elif isinstance(value, dict):
        for name, member in value.items():
            if name not in {"resourceType", "id", "reference", "system", "url", "fullUrl", "status"}:
                yield from _texts_in(member)
    elif isinstance(value, list):
        for member in value:
            yield from _texts_in(member)


def _is_ours(resource: Json, pool: Pool, subjects: list[Located]) -> bool:
    """Whether a resource may be about this patient: not where it is certainly about another one."""
    for name in ("subject", "patient"):
        reference, _ = reference_of(resource.get(name))
        found = pool.find(reference, asked_by=resource) if reference else []
        if len(subjects) == 1 and len(found) == 1 and found[0].kind == "Patient" and found[0].resource is not subjects[0].resource:
            return False
    return True


def notes_of(request: Json, texts: Iterator[str], talk: AllergyTalk) -> tuple[str, ...]:
    """The order's notes, and those of the other texts that speak of an allergy to an ingredient used here."""
    notes = [part for note in request.get("note", ()) for part in _without_the_base(text_of(note, "text"), talk)]
    sentences = (sentence for text in texts for sentence in _SENTENCE_END.split(text))
    notes.extend(sentence for sentence in sentences if _tells(sentence, talk))
    return tuple(dict.fromkeys(note for note in notes if note.strip()))


def _without_the_base(note: str, talk: AllergyTalk) -> tuple[str, ...]:
    """ "Allergic to zinc: use petrolatum" in two parts, so that the base asked for is not read as an allergy to it."""
    asks = talk.asks_for_petrolatum.search(note)
    return (note[: asks.start()], asks.group(1)) if asks else (note,)


def _about(pool: Pool, subjects: list[Located]) -> Iterator[Located]:
    """The resources reviewed, but for those withdrawn and those of a patient who is certainly another one."""
    for kind in _REVIEWED:
        for located in pool.of_kind(kind):
            resource = located.resource
            # A code of another system withdraws nothing.
            verification = {coding.code for coding in coded(resource.get("verificationStatus"), located.where).codings if coding.system == _VERIFICATION}
            if verification & _WITHDRAWN or text_of(resource, "status") == "entered-in-error":
                continue
            if _is_ours(resource, pool, subjects):
                yield located
