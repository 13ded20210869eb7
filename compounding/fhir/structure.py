"""Whether a resource is FHIR R4, and whether it says something this program must not overlook.

Structure is checked by fhir.resources (R4B classes; for the resources read here R4 and R4B agree). That library takes any string as a status, reads some
values leniently and ignores modifiers, so the required codes, the JSON types and the modifier rules are checked here.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from compounding.fhir.shape import check_members, difference
from compounding.fhir.strict_json import NotReadable

Json = dict[str, Any]

_GENDERS = frozenset({"male", "female", "other", "unknown"})
_REQUIRED_CODES = {
    ("MedicationRequest", "status"): {"active", "on-hold", "cancelled", "completed", "entered-in-error", "stopped", "draft", "unknown"},
    ("MedicationRequest", "intent"): {"proposal", "plan", "order", "original-order", "reflex-order", "filler-order", "instance-order", "option"},
    ("MedicationRequest", "priority"): {"routine", "urgent", "asap", "stat"},
    ("Medication", "status"): {"active", "inactive", "entered-in-error"},
    ("Bundle", "type"): {"document", "message", "transaction", "transaction-response", "batch", "batch-response", "history", "searchset", "collection"},
    ("Patient", "gender"): _GENDERS,
    ("Practitioner", "gender"): _GENDERS,
    ("AllergyIntolerance", "type"): {"allergy", "intolerance"},
    ("AllergyIntolerance", "criticality"): {"low", "high", "unable-to-assess"},
    ("AllergyIntolerance", "category"): {"food", "medication", "environment", "biologic"},
}
# A required code is no code when only its extension is sent: an order whose status nobody knows is no order.
_NEVER_ABSENT = (("MedicationRequest", "status"), ("MedicationRequest", "intent"), ("Bundle", "type"))
# pydantic reads 2.0 as 2 and 2.5 not at all; FHIR's JSON takes neither.
_WHOLE_NUMBERS = frozenset({"numberOfRepeatsAllowed", "frequency", "frequencyMax", "countMax"})
_CODES_ANYWHERE = {
    "comparator": {"<", "<=", ">=", ">"},
    "periodUnit": {"s", "min", "h", "d", "wk", "mo", "a"},
    "durationUnit": {"s", "min", "h", "d", "wk", "mo", "a"},
}

# Resource types of R4 that R4B dropped or changed: valid R4, and nothing this program reads.
_ONLY_IN_R4 = frozenset(
    {
        "EffectEvidenceSynthesis", "RiskEvidenceSynthesis", "MedicinalProduct", "MedicinalProductAuthorization", "MedicinalProductContraindication",
        "MedicinalProductIndication", "MedicinalProductIngredient", "MedicinalProductInteraction", "MedicinalProductManufactured",
        "MedicinalProductPackaged", "MedicinalProductPharmaceutical", "MedicinalProductUndesirableEffect", "SubstanceNucleicAcid",
        "SubstancePolymer", "SubstanceProtein", "SubstanceReferenceInformation", "SubstanceSourceMaterial", "SubstanceSpecification",
        "Evidence", "EvidenceVariable",
    }
)  # fmt: skip
_NOT_IN_R4 = frozenset(
    {
        "AdministrableProductDefinition", "Citation", "ClinicalUseDefinition", "EvidenceReport", "Ingredient", "ManufacturedItemDefinition",
        "MedicinalProductDefinition", "NutritionProduct", "PackagedProductDefinition", "RegulatedAuthorization", "SubscriptionStatus",
        "SubscriptionTopic", "SubstanceDefinition",
    }
)  # fmt: skip
_OTHER_VERSION = re.compile(r"http://hl7\.org/fhir/(?:0\.[45]|1\.0|3\.0|4\.[123]|5\.0|DSTU1|DSTU2|STU3|R4B|R5|R6)/", re.IGNORECASE)


def check_r4(value: object) -> Json:
    """The resource, known to be FHIR R4. Raises NotReadable with one sentence about the first fault."""
    if not isinstance(value, dict):
        raise NotReadable("a FHIR resource is a JSON object")
    kind = value.get("resourceType")
    if not isinstance(kind, str):
        raise NotReadable("it has no resourceType")
    for resource in resources_in(value):
        _check_resource(resource)
    if kind in _ONLY_IN_R4:
        return value
    check_members(value)
    _check_codes_anywhere(value)
    _check_against_library(kind, _without_unknown_to_library(value))
    return value


def _check_against_library(kind: str, value: Json) -> None:
    from fhir.resources.R4B import get_fhir_model_class
    from pydantic import ValidationError

    try:
        model = get_fhir_model_class(kind)
    except (KeyError, ValueError):
        raise NotReadable(f'"{kind[:60]}" is not an R4 resource type') from None
    try:
        understood = json.loads(model.model_validate(value).model_dump_json())
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"][-4:])
        raise NotReadable(f'{kind} is not as R4 defines it at "{place[:120]}" ({first["msg"][:120]})') from None
    except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError) as fault:
        # fhir.resources raises bare errors for a few broken shapes; each of them means the same to the sender.
        raise NotReadable(f"{kind} is not as R4 defines it ({type(fault).__name__})") from None
    different = difference(value, understood)
    if different:
        raise NotReadable(f'{kind} is not as R4 defines it: the value of "{different[:40]}" is of another type')


def resources_in(resource: Json) -> Iterator[Json]:
    """The resource itself, what it contains, and what a bundle holds. Raises NotReadable for one without a resourceType."""
    kind = resource.get("resourceType")
    if not isinstance(kind, str):
        raise NotReadable("it holds a resource without a resourceType")
    yield resource
    entries = resource.get("entry", []) if kind == "Bundle" else []
    contained = resource.get("contained", [])
    inner = [each["resource"] for each in entries if isinstance(each, dict) and "resource" in each] if isinstance(entries, list) else []
    for each in [*(contained if isinstance(contained, list) else []), *inner]:
        if not isinstance(each, dict):
            raise NotReadable(f"{kind} holds something that is no resource")
        yield from resources_in(each)


def unknown_modifiers(value: object) -> Iterator[str]:
    """Elements that may change the meaning of everything around them and that no reader here knows (FHIR R4 section 2.1.0.2)."""
    for found in objects_in(value):
        if found.get("modifierExtension"):
            extensions = found["modifierExtension"]
            first = extensions[0] if isinstance(extensions, list) and extensions else {}
            yield f"modifierExtension {str(first.get('url', ''))[:100]}" if isinstance(first, dict) else "modifierExtension"
        if found.get("implicitRules"):
            yield f"implicitRules {str(found['implicitRules'])[:100]}"


def objects_in(value: object) -> Iterator[Json]:
    """The value itself and every object below it."""
    if isinstance(value, dict):
        yield value
        for member in value.values():
            yield from objects_in(member)
    elif isinstance(value, list):
        for member in value:
            yield from objects_in(member)


def _check_resource(resource: Json) -> None:
    kind = resource["resourceType"]
    if kind in _NOT_IN_R4:
        raise NotReadable(f'"{kind}" is not an R4 resource type')
    for (of, name), allowed in _REQUIRED_CODES.items():
        if of == kind and name in resource:
            given = resource[name]
            for each in given if isinstance(given, list) and name == "category" else [given]:
                if each is not None and (not isinstance(each, str) or each not in allowed):
                    raise NotReadable(f'{kind}.{name} is "{str(each)[:40]}", which R4 does not define')
    for of, name in _NEVER_ABSENT:
        if of == kind and name not in resource:
            raise NotReadable(f"{kind} has no {name}")
    meta = resource.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    if isinstance(profiles, list) and any(isinstance(each, str) and _OTHER_VERSION.match(each) for each in profiles):
        raise NotReadable(f"{kind} says that it follows another version of FHIR")


def _check_codes_anywhere(root: Json) -> None:
    for found in objects_in(root):
        for name, allowed in _CODES_ANYWHERE.items():
            if isinstance(found.get(name), str) and found[name] not in allowed:
                raise NotReadable(f'"{name}" is "{found[name][:40]}", which R4 does not define')
        for name in _WHOLE_NUMBERS & found.keys():
            if isinstance(found[name], Decimal):
                raise NotReadable(f'"{name}" must be a whole number')


def _without_unknown_to_library(value: Any) -> Any:
    """The same tree with a stand-in for inner resources that R4 has and R4B has not."""
    if isinstance(value, dict):
        kind = value.get("resourceType")
        if isinstance(kind, str) and kind in _ONLY_IN_R4:
            return {"resourceType": "Basic", "code": {"text": "not read here"}}
        return {name: _without_unknown_to_library(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_without_unknown_to_library(member) for member in value]
    return value
