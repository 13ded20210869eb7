"""What an AllergyIntolerance says beside its elements: in its narrative, its extensions and the resources it contains, and what of it cannot be read.

A sender's own extension may name a second substance, and a narrative of status "additional" says more than the elements (FHIR R4, Narrative.status).
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from compounding.fhir.elements import text_of
from compounding.fhir.structure import Json, objects_in

_TAG = re.compile(r"<[^<>]*>")
_BLOCK_END = re.compile(r"</(?:p|div|li|td|th|tr|h[1-6])>|<br ?/?>", re.IGNORECASE)
_PICTURE = re.compile(r"<(?:img|object|svg)\b", re.IGNORECASE)
_SAYS_THE_SAME = frozenset({"generated", "extensions"})
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_HIDDEN = frozenset({"masked", "error"})
_NO_WORDS = frozenset({"resourceType", "id", "url", "system", "reference", "status", "version", "use", "data", "contentType", "language"})
_PEOPLE = frozenset({"Organization", "Patient", "Person", "Practitioner", "PractitionerRole", "RelatedPerson", "Provenance"})
_DOCUMENTS = frozenset({"Binary", "DocumentReference", "Media"})
_LOOKS_CODED = re.compile(r"[-+0-9.:TZ]*")

ABSENT = "The record withholds what the entry names, or marks it as absent, so that what it still says cannot be relied on."
A_DOCUMENT = "The entry carries a document or picture, which cannot be read here."


def narrative_of(resource: Json) -> tuple[str, bool]:
    """The words of the narrative, and whether they may say more than the elements do."""
    narrative = resource.get("text")
    plain = unescape(_TAG.sub(" ", _BLOCK_END.sub("; ", text_of(narrative, "div"))))
    words = " ".join(plain.split()).strip("; ")
    return words, text_of(narrative, "status") not in _SAYS_THE_SAME


def repeats_of(resource: Json) -> tuple[str, ...]:
    """The texts of the extensions at any depth and of the contained resources, but for those about people."""
    found = [words for member in _extensions(resource) if (words := "; ".join(_texts(member)))]
    for inner in resource.get("contained", ()):
        if inner.get("resourceType") not in _PEOPLE and (words := "; ".join(_texts(inner))):
            found.append(words)
    return tuple(dict.fromkeys(found))


def unread_of(resource: Json) -> str:
    """Why the entry cannot be read as a whole; "" where it can."""
    coded = [resource.get("code"), *(each.get("substance") for each in resource.get("reaction", ()))]
    if any(_is_absent(each) for each in coded):
        return ABSENT
    holds_one = any(inner.get("resourceType") in _DOCUMENTS for inner in resource.get("contained", ()))
    attached = any("valueAttachment" in each or "valueBase64Binary" in each for member in _extensions(resource) for each in objects_in(member))
    pictured = _PICTURE.search(text_of(resource.get("text"), "div")) is not None
    return A_DOCUMENT if holds_one or attached or pictured else ""


def _is_absent(concept: Any) -> bool:
    """Whether a coded text is marked as absent itself, or any part of it as masked."""
    if not isinstance(concept, dict):
        return False
    here = any(text_of(each, "url") == _ABSENT for each in concept.get("extension", ()))
    return here or any(text_of(each, "url") == _ABSENT and text_of(each, "valueCode") in _HIDDEN for each in objects_in(concept))


def _extensions(value: object) -> Iterator[Json]:
    """Every outermost extension, those of primitive elements included, outside the contained resources."""
    if isinstance(value, list):
        for member in value:
            yield from _extensions(member)
    elif isinstance(value, dict):
        for name, member in value.items():
            if name == "extension" and isinstance(member, list):
                yield from (each for each in member if isinstance(each, dict))
            elif name != "contained":
                yield from _extensions(member)


def _texts(value: object, name: str = "") -> Iterator[str]:
    """The strings below a value that may be words, each with its tags taken out; no dates, numbers or addresses."""
    if isinstance(value, str):
        plain = " ".join(unescape(_TAG.sub(" ", value)).split())
        is_address = name in _NO_WORDS or name.endswith(("Uri", "Url", "Canonical", "Oid", "Uuid"))
        if plain and not is_address and not _LOOKS_CODED.fullmatch(plain):
            yield plain
    elif isinstance(value, dict):
        for inner, member in value.items():
            yield from _texts(member, inner)
    elif isinstance(value, list):
        for member in value:
            yield from _texts(member, name)
