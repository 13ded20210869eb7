"""Valid FHIR that this service may not compound, and files that are no FHIR R4 at all."""

from tests.fhir.doors import Case, case
from tests.fhir.orders import (
    NONE_KNOWN,
    PETROLATUM_ORDER,
    UNII,
    allergy,
    as_bytes,
    bundle,
    dosage,
    edited,
    ingredient,
    medication,
    order,
    patient,
    practitioner,
    quantity,
    request,
)

MODIFIER = [{"url": "http://example.org/negates", "valueBoolean": True}]
WRONG_DRUGS = (
    "sodium tetradecyl sulfate 3% in petrolatum", "sodium thiocyanate 25% in petrolatum", "sodium thiosalicylate 25% ointment in petrolatum", "sodium metabisulfite 25% in white petrolatum",
    "gold sodium thiosulfate 0.5% in petrolatum", "hydrocortisone 1% in petrolatum", "Lisinopril 10 mg tablet", "zinc oxide ointment 20%", "white petrolatum", "magnesium sulfate paste",
    "Thiocyanate de sodium 25 % dans la vaseline", "Metabisulfito de sodio 25% en vaselina", "ammonium thiosulfate 25% in petrolatum",
)  # fmt: skip
REFUSED: tuple[Case, ...] = (
    *(case(f"status_{status}", order(status=status), "refused", "NOT_ACTIONABLE") for status in ("on-hold", "cancelled", "completed", "entered-in-error", "stopped", "draft", "unknown")),
    *(case(f"intent_{intent}", order(intent=intent), "refused", "NOT_ACTIONABLE") for intent in ("proposal", "plan", "option")),
    case("cancelled_zinc_order_of_a_zinc_allergic_patient", order("sodium thiosulfate 25 % w/w in zinc oxide ointment 20 %", allergies=[allergy("Zinc oxide")], status="cancelled"), "refused", "NOT_ACTIONABLE"),
    case("do_not_perform", order(doNotPerform=True), "refused", "NOT_ACTIONABLE"),
    case("medication_in_error", order(medication(status="entered-in-error")), "refused", "NOT_ACTIONABLE"),
    case("deleting_bundle", {**order(kind="transaction"), "entry": [*order(kind="transaction")["entry"], {"request": {"method": "DELETE", "url": "MedicationRequest/rx1"}}]}, "refused", "NOT_ACTIONABLE"),
    *(case(f"drug_{text[:28]}", order(text), "refused", "NOT_SODIUM_THIOSULFATE", also="NOT_TOPICAL") for text in WRONG_DRUGS),
    case("drug_by_unii", order(medication(None, ingredient(None, active=True, code="AAAAAAAAAA", percent=25))), "refused", "NOT_SODIUM_THIOSULFATE"),
    case("second_drug_in_the_text", order(f"{PETROLATUM_ORDER} and menthol 1 %"), "refused", "NOT_SODIUM_THIOSULFATE"),
    case("second_active", order(medication(PETROLATUM_ORDER, ingredient("sodium thiosulfate", active=True, percent=25), ingredient("lidocaine", active=True, percent=5))), "refused", "NOT_SODIUM_THIOSULFATE"),
    case("medication_unknown", order("x", medicationCodeableConcept=None, medicationReference={"reference": "Medication/none"}), "refused", "NOT_SODIUM_THIOSULFATE"),
    *(case(f"injection_{number}", order(text), "refused", "NOT_TOPICAL") for number, text in enumerate((
        "sodium thiosulfate 25% injection 50 mL vial", "sodium thiosulfate 250 mg/mL solution for injection", "Sodium thiosulfate 25% IV in petrolatum", "Thiosulfate de sodium 25 % solution injectable", "sodium thiosulfate 25% ophthalmic ointment in petrolatum",
    ))),
    *(case(f"route_{route}", order(dosageInstruction=[dosage(route=route)]), "refused", "NOT_TOPICAL") for route in ("Intravenous route", "IV", "oral", "PO", "intralesional", "Ophthalmic route", "Voie orale", "subcutaneous", "rectal")),
    *(case(f"directions_{number}", order(dosageInstruction=[dosage(text, times=None, route=None)]), "refused", "NOT_TOPICAL") for number, text in enumerate((
        "Inject into the lesion weekly", "Take by mouth twice daily", "Infuse 12.5 g intravenously after dialysis", "Injecter dans la lésion", "Tragar con agua", "Apply a ribbon in the left eye twice daily", "Par voie intraveineuse", "Instill in both eyes", "Apply a thin layer to both eyes twice daily", "Appliquer sur les yeux deux fois par jour", "Aplicar a los ojos dos veces al día", "Apply to the vagina at bedtime", "Apply next to the ear and to the left eye twice daily",
    ))),
    case("method_inject", order(dosageInstruction=[dosage(method={"coding": [{"system": "http://snomed.info/sct", "code": "422145002", "display": "Inject"}]})]), "refused", "NOT_TOPICAL"),
    case("patient_instruction_inject", order(dosageInstruction=[dosage(patientInstruction="Inject into the lump once a week")]), "refused", "NOT_TOPICAL"),
    case("modifier_on_request", order(modifierExtension=MODIFIER), "refused", "UNKNOWN_MODIFIER"),
    case("modifier_on_patient", order(who=patient(modifierExtension=MODIFIER)), "refused", "UNKNOWN_MODIFIER"),
    case("modifier_on_allergy", order(allergies=[NONE_KNOWN | {"modifierExtension": MODIFIER}]), "refused", "UNKNOWN_MODIFIER"),
    case("modifier_on_dosage", order(dosageInstruction=[dosage(modifierExtension=MODIFIER)]), "refused", "UNKNOWN_MODIFIER"),
    case("modifier_on_ingredient", order(medication(PETROLATUM_ORDER, ingredient("sodium thiosulfate", active=True, modifierExtension=MODIFIER))), "refused", "UNKNOWN_MODIFIER"),
    case("implicit_rules", order(implicitRules="http://example.org/rules"), "refused", "UNKNOWN_MODIFIER"),
    *(case(f"resource_{each['resourceType']}", each, "refused", "WRONG_RESOURCE") for each in (
        patient(), practitioner(), medication(), allergy("Zinc"), {"resourceType": "Observation", "status": "final", "code": {"text": "x"}},
        {"resourceType": "MedicationDispense", "status": "completed", "medicationCodeableConcept": {"text": "x"}}, {"resourceType": "Basic", "code": {"text": "x"}},
        {"resourceType": "ServiceRequest", "status": "active", "intent": "order", "subject": {"display": "x"}}, {"resourceType": "Parameters"},
    )),
    case("bundle_without_entries", {"resourceType": "Bundle", "type": "collection"}, "refused", "WRONG_RESOURCE"),
    case("bundle_without_order", bundle(patient(), practitioner()), "refused", "WRONG_RESOURCE"),
    case("bundle_in_bundle_without_order", bundle({**bundle(patient()), "id": "b"}), "refused", "WRONG_RESOURCE"),
)  # fmt: skip

_PLAIN = request()
_TEXT = as_bytes(_PLAIN)


def _changed(**changes: object) -> dict[str, object]:
    return {**_PLAIN, **changes}


INVALID: tuple[Case, ...] = (
    *(case(name, content, "invalid", "NOT_FHIR_R4") for name, content in (
        ("empty", b""), ("blanks", b" \n\t "), ("words", b"hello"), ("null", b"null"), ("number", b"25"), ("string", b'"order"'), ("array", as_bytes([_PLAIN])), ("truth", b"true"),
        ("truncated", _TEXT[:-40]), ("two_documents", _TEXT + b"\n" + _TEXT), ("comment", b"// order\n" + _TEXT), ("trailing_comma", _TEXT[:-1] + b",}"), ("single_quotes", _TEXT.replace(b'"', b"'")),
        ("utf16", _TEXT.decode().encode("utf-16")), ("latin1", as_bytes(order(who=patient(name=[{"text": "Hélène"}]))).decode().encode("latin-1")), ("nul_bytes", b"\0" * 64), ("nul_in_text", _TEXT.replace(b"rx1", b"rx\\u00001")), ("raw_nul", _TEXT.replace(b"rx1", b"rx\x001")),
        ("lone_surrogate", _TEXT.replace(b"thin layer", b"thin \\ud800 layer")), ("surrogate_in_name", _TEXT.replace(b'"priority"', b'"x"').replace(b'"id"', b'"i\\udfff"')),
        ("nan", _TEXT.replace(b'"value": 60', b'"value": NaN')), ("infinity", _TEXT.replace(b'"value": 60', b'"value": -Infinity')), ("1e400", _TEXT.replace(b'"value": 60', b'"value": 1e400')), ("minus_1e400", _TEXT.replace(b'"value": 60', b'"value": -1e400')),
        ("leading_zero", _TEXT.replace(b'"value": 60', b'"value": 060')), ("plus", _TEXT.replace(b'"value": 60', b'"value": +60')), ("long_integer", _TEXT.replace(b'"value": 60', b'"value": ' + b"9" * 6000)),
        ("nested_brackets", b"[" * 100_000), ("nested_objects", b'{"a":' * 100_000), ("closed_brackets", b"[" * 100_000 + b"]" * 100_000), ("nested_extension", _TEXT[:-1] + b',"extension":' + b'[{"url":"x","extension":' * 60 + b"[]" + b"}]" * 60 + b"}"),
        ("ten_megabytes", b'{"resourceType":"MedicationRequest","x":"' + b"a" * 10_000_000 + b'"}'), ("xml", b'<MedicationRequest xmlns="http://hl7.org/fhir"/>'), ("pdf", b"%PDF-1.7\n"), ("hl7v2", b"MSH|^~\\&|EMR|HOSP"), ("ndjson", _TEXT + b"\n" + as_bytes(patient())),
        ("duplicate_status", b'{"status":"cancelled",' + _TEXT[1:]), ("duplicate_deep", _TEXT.replace(b'"unit": "g"', b'"unit": "g", "unit": "mg"')), ("duplicate_by_escape", b'{"st\\u0061tus":"cancelled",' + _TEXT[1:]),
        ("html_error_page", b"<!DOCTYPE html><html></html>"),
    )),
    *(case(name, content, "invalid", "NOT_FHIR_R4") for name, content in (
        ("no_type", {name: member for name, member in _PLAIN.items() if name != "resourceType"}), ("type_number", _changed(resourceType=5)), ("type_unknown", _changed(resourceType="Prescription")), ("type_small", _changed(resourceType="medicationrequest")),
        ("dstu2", {"resourceType": "MedicationOrder", "status": "active", "medicationCodeableConcept": {"text": PETROLATUM_ORDER}}),
        ("stu3", _changed(requester={"agent": {"reference": "Practitioner/d1"}})), ("stu3_context", _changed(context={"reference": "Encounter/1"})), ("stu3_profile", _changed(meta={"profile": ["http://hl7.org/fhir/3.0/StructureDefinition/MedicationRequest"]})),
        ("r5", {**{n: m for n, m in _PLAIN.items() if n != "medicationCodeableConcept"}, "medication": {"concept": {"text": PETROLATUM_ORDER}}}), ("r5_reason", _changed(reason=[{"concept": {"text": "calcinosis"}}])), ("r5_rendered", _changed(renderedDosageInstruction="Apply")),
        ("stu3_allergy", order(allergies=[{"resourceType": "AllergyIntolerance", "clinicalStatus": "active", "verificationStatus": "confirmed", "patient": {"reference": "Patient/p1"}}])),
        ("r5_allergy", order(allergies=[allergy("x", type={"text": "allergy"})])), ("r4b_only", {"resourceType": "NutritionProduct", "status": "active"}),
        ("no_status", request(status=None)), ("status_only_extension", {**request(status=None), "_status": {"extension": [{"url": "urn:x", "valueCode": "unknown"}]}}), ("status_unknown_code", _changed(status="Active")), ("status_number", _changed(status=1)), ("status_list", _changed(status=["active"])),
        ("no_intent", request(intent=None)), ("intent_unknown", _changed(intent="wish")), ("no_subject", request(subject=None)), ("no_medication", request("x", medicationCodeableConcept=None)), ("both_medications", _changed(medicationReference={"reference": "Medication/m1"})),
        ("unknown_element", _changed(colour="blue")), ("null_member", _changed(priority=None)), ("null_deep", order(who={**patient(), "gender": None})), ("empty_list", _changed(note=[])), ("empty_object", _changed(requester={})), ("empty_text", _changed(authoredOn="")), ("empty_deep", order(who=patient(name=[{}]))), ("empty_deep_list", order(who=patient(name=[{"given": []}]))),
        ("text_for_boolean", _changed(doNotPerform="true")), ("number_for_boolean", _changed(doNotPerform=0)), ("deep_boolean", order(who=patient(active="true"))), ("text_for_number", _changed(dispenseRequest={"quantity": quantity("60")})), ("text_for_count", _changed(dispenseRequest={"quantity": quantity(), "numberOfRepeatsAllowed": "2"})),
        ("fraction_for_count", as_bytes(_changed(dispenseRequest={"quantity": quantity(), "numberOfRepeatsAllowed": 2.5}))), ("decimal_for_count", as_bytes(_changed(dispenseRequest={"quantity": quantity(), "numberOfRepeatsAllowed": 2.0}))), ("number_for_text", order(who=patient(name=[{"family": 5}]))), ("number_for_date", order(who=patient(birthDate=0))), ("number_for_datetime", _changed(authoredOn=1763600000)),
        ("object_for_list", _changed(dosageInstruction=dosage())), ("list_for_object", _changed(dispenseRequest=[{}])), ("text_for_list", order(who=patient(name=[{"given": "Ana"}]))), ("null_in_list", order(who=patient(name=[{"given": [None]}]))), ("text_for_object", _changed(subject="Patient/p1")),
        ("date_impossible", _changed(authoredOn="2026-02-30")), ("date_words", _changed(authoredOn="yesterday")), ("date_slashes", _changed(authoredOn="20/11/2026")), ("time_without_zone", _changed(authoredOn="2026-11-20T10:00:00")), ("birth_time", order(who=patient(birthDate="1961-04-02T00:00:00Z"))),
        ("negative_repeats", _changed(dispenseRequest={"quantity": quantity(), "numberOfRepeatsAllowed": -1})), ("comparator_unknown", _changed(dispenseRequest={"quantity": quantity(60, comparator="~")})), ("contained_missing", _changed(requester={"reference": "#nobody"})), ("contained_without_type", _changed(contained=[{"id": "m1"}])),
        ("bundle_without_type", {"resourceType": "Bundle", "entry": []}), ("bundle_type_unknown", {**order(), "type": "pile"}), ("entry_object", {"resourceType": "Bundle", "type": "collection", "entry": {}}), ("gender_unknown_code", order(who=patient(gender="F"))),
        ("bad_inside_bundle", edited(order(), "MedicationRequest", status="wrong")), ("type_in_bundle_unknown", bundle({"resourceType": "Prescription", "id": "1"})), ("criticality_unknown", order(allergies=[allergy("x", criticality="very")])), ("category_unknown", order(allergies=[allergy("x", category=["skin"])])),
        ("extension_without_url", _changed(extension=[{"valueString": "x"}])), ("extension_value_text", _changed(extension=[{"url": "urn:x", "valueBoolean": "true"}])), ("unii_as_number", order(medication(None, {"itemCodeableConcept": {"coding": [{"system": UNII, "code": 5}]}}))), ("identifier_as_text", _changed(identifier="ORD-7")), ("period_unit_unknown", _changed(dosageInstruction=[{"text": "x", "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "day"}}}])),
    )),
)  # fmt: skip
