"""Builders for orders as senders write them: FHIR R4 JSON, small enough to change in one place."""

import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

Json = dict[str, Any]

UNII = "http://fdasis.nlm.nih.gov"
UCUM = "http://unitsofmeasure.org"
CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
PETROLATUM_ORDER = "sodium thiosulfate 25 % w/w in white petrolatum"
ZINC_ORDER = "sodium thiosulfate 25 % w/w in zinc oxide ointment 20 %"
SIG = "Apply a thin layer to the lumps on your fingers in the morning and in the evening"


def quantity(value: Any = 60, unit: str | None = "g", code: str | None = "g", system: str | None = UCUM, **more: Any) -> Json:
    """A Quantity; None leaves a member out."""
    members = {"value": value, "unit": unit, "system": system if code else None, "code": code, **more}
    return {name: member for name, member in members.items() if member is not None}


def dosage(text: str | None = SIG, *, times: Any = 2, route: Any = "topical", **more: Any) -> Json:
    """One dosage instruction, coded timing and route included; None leaves a part out."""
    made: Json = {**more}
    if text is not None:
        made["text"] = text
    if times is not None:
        made["timing"] = {"repeat": {"frequency": times, "period": 1, "periodUnit": "d"}}
    if route is not None:
        made["route"] = {"text": route} if isinstance(route, str) else route
    return made


def ingredient(
    text: str | None = None, *, percent: Any = None, active: bool | None = None, code: str | None = None, display: str | None = None, **more: Any
) -> Json:
    """An ingredient of a Medication, its strength as grams in 100 g."""
    item: Json = {}
    if code is not None:
        item["coding"] = [{"system": UNII, "code": code, **({"display": display} if display else {})}]
    if text is not None:
        item["text"] = text
    made: Json = {"itemCodeableConcept": item, **more}
    if active is not None:
        made["isActive"] = active
    if percent is not None:
        made["strength"] = {"numerator": quantity(percent), "denominator": quantity(100)}
    return made


def medication(text: str | None = PETROLATUM_ORDER, *ingredients: Json, form: str | None = "ointment", **more: Any) -> Json:
    """A Medication resource."""
    made: Json = {"resourceType": "Medication", "id": "m1", **more}
    if text is not None:
        made["code"] = {"text": text}
    if form is not None:
        made["form"] = {"text": form}
    if ingredients:
        made["ingredient"] = list(ingredients)
    return made


def request(wanted: str | Json = PETROLATUM_ORDER, **changes: Any) -> Json:
    """A MedicationRequest whose medication is a text, a CodeableConcept, or a contained Medication. A change to None leaves the element out."""
    made: Json = {"resourceType": "MedicationRequest", "id": "rx1", "status": "active", "intent": "order"}
    if isinstance(wanted, str):
        made["medicationCodeableConcept"] = {"text": wanted}
    elif wanted.get("resourceType") == "Medication":
        made["contained"], made["medicationReference"] = [wanted], {"reference": f"#{wanted['id']}"}
    else:
        made["medicationCodeableConcept"] = wanted
    made |= {
        "identifier": [{"system": "urn:example:orders", "value": "ORD-7"}],
        "subject": {"reference": "Patient/p1"},
        "authoredOn": "2026-11-19",
        "requester": {"reference": "Practitioner/d1", "display": "Dr Test"},
        "dosageInstruction": [dosage()],
        "dispenseRequest": {"quantity": quantity(), "numberOfRepeatsAllowed": 2},
    }
    made |= changes
    return {name: member for name, member in made.items() if member is not None}


def dispense(amount: Json | None = None, repeats: Any = 0, **more: Any) -> Json:
    """A dispenseRequest."""
    made = {"quantity": quantity() if amount is None else amount, "numberOfRepeatsAllowed": repeats, **more}
    return {name: member for name, member in made.items() if member is not None}


def patient(identifier: str = "p1", **changes: Any) -> Json:
    """A Patient, adult, with name and address."""
    made: Json = {
        "resourceType": "Patient",
        "id": identifier,
        "name": [{"family": "Example", "given": ["Ana"]}],
        "birthDate": "1961-04-02",
        "address": [{"text": "12 Cedar Street, Vancouver BC"}],
    } | changes
    return {name: member for name, member in made.items() if member is not None}


def named(family: str, *given: str) -> list[Json]:
    """The name of a patient."""
    return [{"family": family, "given": list(given)} if given else {"family": family}]


def practitioner(**changes: Any) -> Json:
    """The prescriber."""
    return {"resourceType": "Practitioner", "id": "d1", "name": [{"family": "Chen", "given": ["Laura"], "prefix": ["Dr"]}], **changes}


def allergy(
    text: str | None, *, clinical: str | None = "active", verification: str | None = "confirmed", whose: str = "Patient/p1", number: int = 1, **changes: Any
) -> Json:
    """An AllergyIntolerance of a patient, recorded by the prescriber on a day."""
    made: Json = {
        "resourceType": "AllergyIntolerance",
        "id": f"a{number}",
        "clinicalStatus": _status(CLINICAL, clinical),
        "verificationStatus": _status(VERIFICATION, verification),
        "code": {"text": text} if text is not None else None,
        "patient": {"reference": whose},
        "recordedDate": "2026-11-18",
        "recorder": {"reference": "Practitioner/d1", "display": "Dr Laura Chen"},
    } | changes
    return {name: member for name, member in made.items() if member is not None}


def adverse_event(text: str, *, whose: str = "Patient/p1") -> Json:
    """A resource that no reader looks into for the order itself, and that may still tell of an allergy."""
    return {"resourceType": "AdverseEvent", "id": "e1", "actuality": "actual", "event": {"text": text}, "subject": {"reference": whose}}


def observation(name: str, **result: Any) -> Json:
    """An Observation of the patient, such as a patch test, with its result."""
    return {"resourceType": "Observation", "id": "o1", "status": "final", "code": {"text": name}, "subject": {"reference": "Patient/p1"}, **result}


def _status(system: str, code: str | None) -> Json | None:
    return {"coding": [{"system": system, "code": code}]} if code is not None else None


NONE_KNOWN = allergy("No known allergies")


def bundle(*resources: Json, kind: str = "collection", base: str = "http://example.org/fhir") -> Json:
    """A Bundle of these resources; what its type demands of an entry is added."""
    entries = []
    for resource in resources:
        entry: Json = {"fullUrl": f"{base}/{resource['resourceType']}/{resource.get('id', 'x')}", "resource": resource}
        if kind in {"transaction", "batch", "history"}:
            entry["request"] = {"method": "POST", "url": resource["resourceType"]}
        if kind in {"batch-response", "transaction-response", "history"}:
            entry["response"] = {"status": "201"}
        if kind == "searchset":
            entry["search"] = {"mode": "match" if resource["resourceType"] == "MedicationRequest" else "include"}
        entries.append(entry)
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def order(
    wanted: str | Json = PETROLATUM_ORDER,
    *,
    allergies: Iterable[Json] = (NONE_KNOWN,),
    who: Json | None = None,
    more: Iterable[Json] = (),
    kind: str = "collection",
    **changes: Any,
) -> Json:
    """A whole order: patient, prescriber, allergies and the request."""
    numbered = [{**each, "id": f"a{number}"} for number, each in enumerate(allergies)]
    return bundle(who or patient(), practitioner(), *numbered, request(wanted, **changes), *more, kind=kind)


def with_urns(whole: Json) -> Json:
    """The same bundle as Epic and Cerner export it: urn:uuid addresses, and references to them."""
    text, changed = json.dumps(whole), deepcopy(whole)
    for number, entry in enumerate(whole["entry"]):
        resource = entry["resource"]
        urn = f"urn:uuid:00000000-0000-4000-8000-{number:012d}"
        text = text.replace(f'"{entry["fullUrl"]}"', f'"{urn}"').replace(f'"{resource["resourceType"]}/{resource.get("id")}"', f'"{urn}"')
    changed = json.loads(text)
    return dict(changed)


def edited(whole: Mapping[str, Any], kind: str, **changes: Any) -> Json:
    """The bundle with the first resource of one type changed; None leaves an element out."""
    made: Json = deepcopy(dict(whole))
    resources = [entry["resource"] for entry in made["entry"]] if made["resourceType"] == "Bundle" else [made]
    found = next(resource for resource in resources if resource["resourceType"] == kind)
    found |= changes
    for name in [name for name, member in found.items() if member is None]:
        del found[name]
    return made


def as_bytes(value: object) -> bytes:
    """The file a sender would write."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8")
