"""Orders a pharmacist would prepare without a question."""

from tests.fhir.doors import Case, case
from tests.fhir.orders import (
    NONE_KNOWN,
    PETROLATUM_ORDER,
    SIG,
    UCUM,
    ZINC_ORDER,
    adverse_event,
    allergy,
    as_bytes,
    bundle,
    dispense,
    dosage,
    edited,
    ingredient,
    medication,
    named,
    order,
    patient,
    practitioner,
    quantity,
    request,
    with_urns,
)

TEXTS = (
    "Sodium thiosulfate 25% in Vaseline",
    "sodium thiosulfate 25 % ointment in white petrolatum",
    "Compounded sodium thiosulfate 25% topical ointment (white petrolatum base)",
    "Sodium thiosulfate pentahydrate 250 mg/g in white petrolatum",
    "Sodium thiosulfate 250 mg/1 g in petrolatum",
    "Sodium thiosulfate 250 mg per gram in petrolatum ointment",
    "Sodium thiosulfate 25 g/100 g in white petrolatum",
    "Sodium thiosulfate 25 g per 100 g in white petrolatum",
    "Sodium thiosulfate 0.25 g/g in white petrolatum",
    "Rx: Sodium thiosulfate 25% w/w in white petrolatum, qs 60 g",
    "SODIUM THIOSULFATE 25% OINT (PETROLATUM)",
    "Sodium thiosulfate 25 percent in petroleum jelly",
    "sodium thiosulphate 25% w/w in white soft paraffin BP",
    "Sodium thiosulfate USP 25% in white petrolatum USP, 60 g",
    "Sodium Thiosulfate 25 % (w/w) compounded in White Petrolatum, topical, 60 g tube",
    "Sodium thiosulfate 25% in petrolatum (zinc-free)",
    "Sodium thiosulfate 25% with mineral oil in white petrolatum",
    "Topical sodium thiosulfate 25% in a petrolatum base for calcinosis cutis",
    "Compound sodium thiosulfate 25.0% ointment in hydrocarbon base (white petrolatum)",
    "Sodium thiosulfate (pentahydrate) 25% w/w, white petrolatum q.s. to 60 g",
    "Sodium thiosulfate 25% ointment, petrolatum vehicle, apply to affected areas",
    "25% sodium thiosulfate in white petrolatum",
    "Sodium thiosulfate, 25 %, in petrolatum; external use only",
    "sodium thiosulfate 25%\tin\nwhite petrolatum",
    "Thiosulfate de sodium 25 % dans la vaseline blanche",
    "Thiosulfate de sodium à 25 % dans de la vaseline blanche",
    "Onguent de thiosulfate de sodium 25 % (vaseline)",
    "Pommade au thiosulfate de sodium à 25 % p/p, base vaseline",
    "Préparation magistrale : thiosulfate de sodium pentahydraté 25 %, vaseline blanche q.s.p. 60 g",
    "Thiosulfate de sodium 12,5 % dans la vaseline",
    "Onguent topique de thiosulfate de sodium à 25 pour cent dans de la gelée de pétrole",
    "Tiosulfato de sodio 25% en vaselina",
    "Tiosulfato sódico al 25 % en vaselina filante",
    "Pomada de tiosulfato de sodio al 25 % con base de vaselina",
    "Ungüento de tiosulfato de sodio 25 %, vaselina blanca c.s.p. 60 g",
    "Fórmula magistral: tiosulfato de sodio pentahidratado 12,5 % en vaselina blanca",
    "Natriumthiosulfat 25 % in weißer Vaseline",
    "Natriumthiosulfat 25% Salbe in Vaselinum album",
    "Natriumthiosulfat-Salbe 25 % (weiße Vaseline) ad 60 g",
    "Natriumthiosulfat-Pentahydrat 25 % in weissem Vaselin",
)
ZINC_TEXTS = (
    ZINC_ORDER,
    "Sodium thiosulfate 25% in zinc oxide ointment",
    "Sodium thiosulfate 25% in zinc oxide 20% ointment",
    "sodium thiosulfate 10% compounded in zinc oxide",
    "Thiosulfate de sodium 25 % dans l'onguent d'oxyde de zinc 20 %",
    "Tiosulfato de sodio 20% en pomada de óxido de zinc al 20%",
    "Natriumthiosulfat 25 % in Zinkoxidsalbe",
)
STRUCTURED = medication(
    PETROLATUM_ORDER,
    ingredient("sodium thiosulfate pentahydrate", percent=25, active=True, code="HX1032V43M", display="SODIUM THIOSULFATE"),
    ingredient("white petrolatum", active=False),
)
ROLE = {
    "resourceType": "PractitionerRole", "id": "r1", "practitioner": {"reference": "Practitioner/d1"}, "organization": {"display": "Rheumatology"}
}  # fmt: skip
_WHOLE = order(STRUCTURED)
_MEDICATION_IN_BUNDLE = bundle(
    patient(),
    practitioner(),
    NONE_KNOWN,
    {**STRUCTURED, "id": "med9"},
    request("x", medicationCodeableConcept=None, medicationReference={"reference": "Medication/med9"}),
)
_CONTAINED = bundle(
    NONE_KNOWN | {"patient": {"reference": "Patient/p1"}},
    patient(),
    request(
        {**STRUCTURED, "id": "m1"},
        contained=[STRUCTURED, {"resourceType": "Practitioner", "id": "doc", "name": [{"text": "Dr Contained"}]}],
        requester={"reference": "#doc"},
    ),
)
_HEADER = {"resourceType": "MessageHeader", "id": "h", "eventUri": "urn:example:order", "source": {"endpoint": "urn:example:emr"}}
_COMPOSITION = {
    "resourceType": "Composition", "id": "c", "status": "final", "type": {"text": "Prescription"}, "date": "2026-11-19",
    "author": [{"reference": "Practitioner/d1"}], "title": "Prescription",
}  # fmt: skip
_ABSENT = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
_EXTENDED = patient(
    extension=[{"url": "http://hl7.org/fhir/StructureDefinition/patient-nationality", "extension": [{"url": "code", "valueCodeableConcept": {"text": "CA"}}]}],
    name=[{"family": "O’Example-García", "given": ["Ána", "M."], "use": "official"}, {"family": "Old", "use": "old"}],
    telecom=[{"system": "phone", "value": "604 555 0123"}],
    _gender=_ABSENT,
    maritalStatus={"text": "Married"},
)

GOOD: tuple[Case, ...] = (
    *(case(f"text_{number:02d}_{text[:24]}", order(text), "ready", zinc="not_zinc") for number, text in enumerate(TEXTS)),
    *(case(f"zinc_text_{number}", order(text), "ready", zinc="not_zinc") for number, text in enumerate(ZINC_TEXTS)),
    *(case(f"strength_{percent}", order(f"sodium thiosulfate {percent} % in petrolatum"), "ready") for percent in ("10", "12.5", "15", "20", "25")),
    *(
        case(f"ratio_{number}", order(medication("sodium thiosulfate in petrolatum", {**ingredient("sodium thiosulfate", active=True), "strength": {"numerator": above, "denominator": below}})), "ready")
        for number, (above, below) in enumerate((
            (quantity(250, "mg", "mg"), quantity(1)), (quantity(25, "%", "%"), quantity(1, None, None)), (quantity(250, None, "mg"), quantity(1, None, "g")),
            (quantity(0.25, "g", None), quantity(1, "g", None)), (quantity(15000, "mg", "mg"), quantity(60)),
        ))
    ),
    *(
        case(f"amount_{number}", order(dispenseRequest=dispense(amount)), "ready")
        for number, amount in enumerate((
            quantity(30), quantity(0.06, "kg", "kg"), quantity(60000, "mg", "mg"), quantity(60, "g", None), quantity(60, None, "g"), quantity(60, "grams", "g"),
            quantity(60, "GM", "g"), quantity(60.0), quantity(60, "gramme", None), quantity(100),
        ))
    ),
    *(case(f"bundle_{kind}", order(STRUCTURED, kind=kind), "ready") for kind in ("collection", "transaction", "batch", "searchset", "batch-response", "transaction-response")),
    case("message_bundle", bundle(_HEADER, patient(), practitioner(), NONE_KNOWN, request(STRUCTURED), kind="message"), "ready"),
    case("document_bundle", bundle(_COMPOSITION, patient(), practitioner(), NONE_KNOWN, request(STRUCTURED), kind="document") | {"identifier": {"system": "urn:x", "value": "1"}, "timestamp": "2026-11-19T10:00:00Z"}, "ready"),
    case("urn_uuids", with_urns(_WHOLE), "ready"),
    case("absolute_references", as_bytes(_WHOLE).replace(b'"Patient/p1"', b'"http://example.org/fhir/Patient/p1"').replace(b'"Practitioner/d1"', b'"http://example.org/fhir/Practitioner/d1"'), "ready"),
    case("versioned_reference", as_bytes(_WHOLE).replace(b'"reference": "Patient/p1"', b'"reference": "Patient/p1/_history/3"'), "ready"),
    case("medication_in_bundle", _MEDICATION_IN_BUNDLE, "ready"),
    case("contained_medication_and_practitioner", _CONTAINED, "ready"),
    case("practitioner_role", order(more=[ROLE], requester={"reference": "PractitionerRole/r1"}), "ready"),
    case("operation_outcome_in_searchset", order(kind="searchset", more=[{"resourceType": "OperationOutcome", "id": "o", "issue": [{"severity": "information", "code": "informational"}]}]), "ready"),
    case("extensions_that_are_no_modifiers", order(who=_EXTENDED, extension=[{"url": "urn:example:channel", "valueString": "portal"}]), "ready"),
    case("absent_reason_on_repeats", order(dispenseRequest={"quantity": quantity(), "_numberOfRepeatsAllowed": _ABSENT}), "ready"),
    case("do_not_perform_false", order(doNotPerform=False, reportedBoolean=False), "ready"),
    *(case(f"intent_{intent}", order(intent=intent), "ready") for intent in ("original-order", "reflex-order", "filler-order", "instance-order")),
    *(case(f"priority_{priority}", order(priority=priority), "ready") for priority in ("routine", "urgent", "asap", "stat")),
    *(
        case(f"authored_{day}", order(authoredOn=day), "ready")
        for day in ("2026-11-22", "2026-11-20T10:30:00-08:00", "2026-11-23T03:00:00Z", "2026-11-20T10:00:00.123Z", "2024-11-24")
    ),
    case("byte_order_mark", b"\xef\xbb\xbf" + as_bytes(_WHOLE), "ready"),
    case("coded_by_unii_alone", order(medication(None, ingredient(None, percent=25, active=True, code="HX1032V43M"), ingredient(None, active=False, code="4T6H12BN9U"))), "ready"),
    case("snomed_code_beside_the_text", order({"text": PETROLATUM_ORDER, "coding": [{"system": "http://snomed.info/sct", "code": "1", "display": "Sodium thiosulfate"}]}), "ready"),
    case("form_code", order(medication(PETROLATUM_ORDER, form="Ointment")), "ready"),
    case("cream_as_lay_word", order("sodium thiosulfate 25% cream in petrolatum"), "ready"),
    case("route_snomed", order(dosageInstruction=[dosage(route={"coding": [{"system": "http://snomed.info/sct", "code": "6064005", "display": "Topical route"}]})]), "ready"),
    case("route_cutaneous", order(dosageInstruction=[dosage(route="Cutaneous route (qualifier value)")]), "ready"),
    case("no_route_no_timing", order(dosageInstruction=[dosage(times=None, route=None)]), "ready"),
    *(
        case(f"sig_{number}", order(dosageInstruction=[dosage(text, times=times)]), "ready")
        for number, (text, times) in enumerate((
            ("Apply BID to affected areas", 2), ("APPLY TO AFFECTED AREA TWICE DAILY AS NEEDED", None), ("Apply three times daily", 3), ("Apply once daily at bedtime", 1),
            ("Appliquer matin et soir sur les lésions", 2), ("Aplicar dos veces al día", 2), ("Zweimal täglich auftragen", 2), ("Apply every 12 hours. Do not swallow. Keep out of eyes.", 2), ("Apply twice daily to the skin below the eyes", 2), ("Apply twice daily to the lump next to the left eye", 2), ("Apply twice daily to the left ear and the eyelids. Do not apply to the eyes.", 2),
            ("Apply a thin layer. Not for injection.", 2), ("APPLIQUER MATIN ET SOIR AU COUDE", 2),
        ))
    ),
    case("timing_by_when", order(dosageInstruction=[dosage(SIG, times=None) | {"timing": {"repeat": {"when": ["MORN", "EVE"], "period": 1, "periodUnit": "d"}}}]), "ready"),
    case("two_instructions", order(dosageInstruction=[dosage("Apply in the morning", times=1, sequence=1), dosage("Apply at night", times=1, sequence=2)]), "ready"),
    case("name_nfd", order(who=patient(name=named("Ame\u0301lie", "Zoe\u0308"))), "ready"),
    case("name_cyrillic", order(who=patient(name=named("Иванова", "Анна"))), "ready"),
    case("name_as_text", order(who=patient(name=[{"text": "Ana Example"}])), "ready"),
    case("birthday_today_eighteen", order(who=patient(birthDate="2008-11-22")), "ready"),
    case("another_patients_zinc", order(more=[patient("p2", name=named("Other", "Olga"), birthDate="1950-01-31"), allergy("Zinc oxide", whose="Patient/p2", number=9)]), "ready", zinc="not_zinc"),
    case("note_asks_for_the_zinc_base", order(ZINC_ORDER, note=[{"text": "Please use zinc oxide ointment 20 %. It may sting."}]), "ready", zinc="not_zinc"),
    case("another_patients_report_of_zinc", order(ZINC_ORDER, more=[patient("p2", name=named("Other", "Olga"), birthDate="1950-01-31"), adverse_event("Rash from zinc oxide", whose="Patient/p2")]), "ready", zinc="not_zinc"),
    case("zinc_allergy_petrolatum_base", order(allergies=[allergy("Zinc oxide")]), "ready", zinc="zinc"),
    case("entries_that_do_not_matter", order(allergies=[allergy("Penicillin"), allergy("Nickel"), allergy("Latex"), allergy("Titanium")]), "ready", zinc="not_zinc"),
    case("sulfa_and_gold", order(allergies=[allergy("Sulfa antibiotics"), allergy("Gold sodium thiosulfate")]), "ready", zinc="not_zinc"),
    case("lanolin_in_plain_petrolatum", order(allergies=[allergy("Lanolin")]), "ready", zinc="not_zinc"),
    case("zinc_refuted_and_none_known", order(ZINC_ORDER, allergies=[allergy("Zinc oxide", verification="refuted"), NONE_KNOWN]), "ready", zinc="not_zinc"),
    case("zinc_entered_in_error", order(ZINC_ORDER, allergies=[allergy("Zinc", clinical=None, verification="entered-in-error"), NONE_KNOWN]), "ready", zinc="not_zinc"),
    case("none_known_without_asker", order(allergies=[allergy("No known allergies", recorder=None)]), "ready", zinc="not_zinc"),
    case("zinc_base_nkda", order(ZINC_ORDER, allergies=[allergy("NKDA")]), "ready", zinc="not_zinc"),
    case("zinc_base_penicillin", order(ZINC_ORDER, allergies=[allergy("Penicillin")]), "ready", zinc="not_zinc"),
    case("base_flag_fills", order("sodium thiosulfate 25 % ointment"), "ready", base="petrolatum"),
    case("base_flag_fills_zinc", order("sodium thiosulfate 25 % ointment"), "ready", base="zinc-oxide"),
    case("base_flag_repeats", order(), "ready", base="petrolatum"),
    case("allergy_flag_fills", order(allergies=[]), "ready", allergies="none known", zinc="not_zinc"),
    case("base_left_open", order("sodium thiosulfate 25% in petrolatum or zinc oxide ointment"), "ready"),
    case("base_left_open_zinc_allergy", order("sodium thiosulfate 25% in zinc oxide or petrolatum, pharmacist's choice", allergies=[allergy("zinc")]), "ready", zinc="zinc"),
    case("request_alone", request(STRUCTURED), "ready", zinc="not_asked"),
    case("request_alone_by_text", request("Sodium thiosulfate 15% in Vaseline"), "ready", zinc="not_asked"),
    case("contained_patient", request(contained=[patient()], subject={"reference": "#p1"}), "ready"),
    case("quantity_exponent", as_bytes(order()).replace(b'"value": 60', b'"value": 6e1'), "ready"),
    case("edited_practitioner_text_name", edited(order(requester={"reference": "Practitioner/d1"}), "Practitioner", name=[{"text": "Dr. Laura Chen, MD"}]), "ready"),
    case("unknown_unit_system_is_ucum", order(dispenseRequest=dispense(quantity(60, "gram", "g", UCUM))), "ready"),
    case("validity_period_open", order(dispenseRequest=dispense(validityPeriod={"start": "2026-11-01", "end": "2027-11-01"})), "ready"),
    *(case(f"note_{number}", order(note=[{"text": text}]), "ready") for number, text in enumerate((
        "Use Vaseline, not zinc", "Deliver to the clinic. Compound in petrolatum, zinc-free", "Please call when ready", "Not pregnant or breastfeeding", "Renal function normal",
        "Patient takes a zinc supplement", "Dispense 60 g tube",
    ))),
    case("note_zinc_allergy_use_petrolatum", order(note=[{"text": "Patient allergic to zinc: use petrolatum."}]), "ready", zinc="zinc"),
    case("pregnancy_of_another_patient", order(more=[patient("p2"), {"resourceType": "Condition", "id": "c2", "subject": {"reference": "Patient/p2"}, "code": {"text": "Pregnancy"}}]), "ready"),
    case("pregnancy_refuted", order(more=[{"resourceType": "Condition", "id": "c2", "subject": {"reference": "Patient/p1"}, "code": {"text": "Pregnancy"}, "verificationStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "refuted"}]}}]), "ready"),
    case("same_patient_sent_twice", order(kind="searchset", more=[patient()]), "ready", zinc="not_zinc"),
    case("bundle_in_bundle", bundle({**order(), "id": "b"}), "ready"),
    case("trade_mark", order("Sodium thiosulfate 25% w/w ointment in Vaseline®"), "ready"),
    case("gm_in_text", order("COMPOUND: SODIUM THIOSULFATE 25% / WHITE PETROLATUM OINT 60GM"), "ready"),
    case("lots_good", order(), "ready", lots=[
        {"substance": "sodium-thiosulfate-pentahydrate", "lot": "ST-1", "form": "pentahydrate", "assay_percent": "99.8", "assay_basis": "dried", "assay_as": "anhydrous", "water_percent": "36.1", "expires": "2028-01"},
        {"substance": "white-petrolatum", "lot": "P-1", "expires": "2028-05", "ingredients": ["white petrolatum"]},
        {"substance": "mineral-oil", "lot": "M-1", "expires": "2028-05", "ingredients": ["mineral oil"]},
    ]),
)  # fmt: skip
