"""What came along with the order: the conditions and alerts of the same patient, and what texts outside the allergy list say of an allergy.

A sender's problem list or directions often name an allergy that the allergy list lacks; what they say of an ingredient here is screened like an entry.
"""

import re
from collections.abc import Iterator

from compounding.fhir.elements import coded, reference_of, text_of
from compounding.fhir.references import Located, Pool
from compounding.fhir.structure import Json

_REVIEWED = ("Condition", "Observation", "Flag")
_WITHDRAWN = frozenset({"refuted", "entered-in-error"})
_SENTENCE_END = re.compile(r"(?<=[.;!?])\s+|\n")
_ALLERGY = re.compile(
    r"allerg|alerg|react|réact|rash|sensiti|sensib|intoleran|unverträg|ausschlag|anaphyl|hives|urticar|dermatit|eczem|ekzem|érupti|erupci", re.IGNORECASE
)
_INGREDIENT = re.compile(
    r"zin[ckq]|zync|\bcinc\b|\bzno\b|desitin|calamin|sudocrem|penaten|petrolat|vaselin|paraffin|mineral oil|thiosul|tiosul|sul(?:f|ph)it|цинк|[锌鋅]|زنك|亜鉛",
    re.IGNORECASE,
)

_ASKS_FOR_PETROLATUM = re.compile(
    r"\s*[:;,.\u2013\u2014-]\s*((?:please |so |therefore )*(?:use|make (?:it )?in|compound (?:it )?in|prepare (?:it )?in|dispense (?:it )?in)\s+"
    r"(?:only |plain |pure |white |the |a )*(?:petrolatum|vaseline|petroleum jelly)(?: base| ointment| only| instead| please)*)\s*[.!]?\s*$",
    re.IGNORECASE,
)


def conditions_of(request: Json, pool: Pool, subjects: list[Located]) -> tuple[str, ...]:
    """Why the medication is given, and this patient's conditions: read for what a pharmacist must look at first."""
    found = [words for each in request.get("reasonCode", ()) for words in coded(each, "MedicationRequest.reasonCode").words]
    for located in _about(pool, subjects):
        found.extend(coded(located.resource.get("code"), located.where).words)
        found.extend(text_of(note, "text") for note in located.resource.get("note", ()))
    found.extend(display for _, display in (reference_of(each) for each in request.get("reasonReference", ())) if display)
    return tuple(dict.fromkeys(text for text in found if text))


def notes_of(request: Json, texts: Iterator[str]) -> tuple[str, ...]:
    """The order's notes, and those of the other texts that speak of an allergy to an ingredient used here."""
    notes = [part for note in request.get("note", ()) for part in _without_the_base(text_of(note, "text"))]
    sentences = (sentence for text in texts for sentence in _SENTENCE_END.split(text))
    notes.extend(sentence for sentence in sentences if _ALLERGY.search(sentence) and _INGREDIENT.search(sentence))
    return tuple(dict.fromkeys(note for note in notes if note.strip()))


def _without_the_base(note: str) -> tuple[str, ...]:
    """ "Allergic to zinc: use petrolatum" in two parts, so that the base asked for is not read as an allergy to it."""
    asks = _ASKS_FOR_PETROLATUM.search(note)
    return (note[: asks.start()], asks.group(1)) if asks else (note,)


def _about(pool: Pool, subjects: list[Located]) -> Iterator[Located]:
    """The resources reviewed, but for those withdrawn and those of a patient who is certainly another one."""
    for kind in _REVIEWED:
        for located in pool.of_kind(kind):
            resource = located.resource
            verification = {coding.code for coding in coded(resource.get("verificationStatus"), located.where).codings}
            if verification & _WITHDRAWN or text_of(resource, "status") == "entered-in-error":
                continue
            reference, _ = reference_of(resource.get("subject"))
            found = pool.find(reference, asked_by=resource) if reference else []
            if len(subjects) == 1 and len(found) == 1 and found[0].kind == "Patient" and found[0].resource is not subjects[0].resource:
                continue
            yield located
