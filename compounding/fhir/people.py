"""The patient and the prescriber of an order."""

from typing import Any

from compounding.domain.order_as_sent import PatientAsSent
from compounding.domain.patients import CodedText
from compounding.fhir.elements import coded, name_of, reference_of, text_of
from compounding.fhir.references import Located, Pool
from compounding.fhir.structure import Json

_THREE_LETTERS = {"eng": "en", "fra": "fr", "fre": "fr", "spa": "es"}
_IN_WORDS = {"english": "en", "anglais": "en", "french": "fr", "français": "fr", "francais": "fr", "spanish": "es", "español": "es", "espanol": "es"}


def read_patient(subject: Any, pool: Pool, *, asked_by: Json, where: str) -> tuple[PatientAsSent | None, list[Located]]:
    """The patient the order is for, and the resource it was read from (an empty or ambiguous list where it cannot be one)."""
    reference, display = reference_of(subject)
    if not reference:
        return PatientAsSent(name=display, problem="the order refers to no patient record", where=where), []
    found = pool.find(reference, asked_by=asked_by)
    if not found:
        return PatientAsSent(name=display, problem=f"the order refers to {reference[:60]}, which is not in the file", where=where), []
    if len(found) > 1:
        return PatientAsSent(problem=f"{reference[:60]} fits {len(found)} records in the file", where=where), found
    located = found[0]
    if located.kind != "Patient":
        return PatientAsSent(problem=f"the order is for a {located.kind}, not for one patient", where=where), []
    resource = located.resource
    marks = []
    if resource.get("active") is False:
        marks.append("inactive")
    if resource.get("deceasedBoolean") or resource.get("deceasedDateTime"):
        marks.append("deceased")
    if any(text_of(link, "type") == "replaced-by" for link in resource.get("link", ())):
        marks.append("replaced by another record")
    identifier = next((text_of(each, "value") for each in resource.get("identifier", ()) if text_of(each, "value")), "")
    patient = PatientAsSent(
        name=name_of(resource),
        birth_date=text_of(resource, "birthDate"),
        identifier=identifier,
        address=_address(resource),
        telephone=next((text_of(each, "value") for each in resource.get("telecom", ()) if text_of(each, "system") == "phone" and text_of(each, "value")), ""),
        language=_language(resource),
        marks=tuple(marks),
        where=located.where,
    )
    return patient, found


def _address(resource: Json) -> str:
    for address in resource.get("address", ()):
        lines = [*address.get("line", ()), text_of(address, "city"), text_of(address, "state"), text_of(address, "postalCode")]
        whole = text_of(address, "text") or ", ".join(line for line in lines if isinstance(line, str) and line)
        if whole and text_of(address, "use") != "old":
            return whole
    return ""


def _language(resource: Json) -> str:
    """The language the patient reads, as a two-letter code: the preferred one, or the only one; "" where it is not said."""
    told = resource.get("communication", [])
    preferred = [each for each in told if each.get("preferred")] or told
    codes = [_language_code(coded(each.get("language"), "Patient.communication")) for each in preferred]
    known = [code for code in codes if code]
    # Of several languages without a preference English is taken where it is among them, since that is what the paper then speaks.
    return "en" if "en" in known else next(iter(known), "")


def _language_code(language: CodedText) -> str:
    """A two-letter code; for a language given only in words a word no catalogue knows, so that nobody is given a language by accident."""
    for coding in language.codings:
        if coding.code:
            primary = coding.code.lower().split("-")[0]
            return _THREE_LETTERS.get(primary, primary)
    words = language.words[0].strip().casefold() if language.words else ""
    return _IN_WORDS.get(words, words)


def read_prescriber(requester: Any, pool: Pool, *, asked_by: Json) -> tuple[str, str]:
    """The prescriber's name and licence number, each "" where the file does not give it."""
    reference, display = reference_of(requester)
    found = pool.find(reference, asked_by=asked_by) if reference else []
    if len(found) == 1 and found[0].kind == "PractitionerRole":
        inner, inner_display = reference_of(found[0].resource.get("practitioner"))
        display = display or inner_display
        found = pool.find(inner, asked_by=found[0].resource) if inner else []
    if len(found) == 1 and found[0].kind == "Practitioner":
        resource = found[0].resource
        licences = [*resource.get("identifier", ()), *(each for one in resource.get("qualification", ()) for each in one.get("identifier", ()))]
        return name_of(resource) or display, next((text_of(each, "value") for each in licences if text_of(each, "value")), "")
    return display, ""
