"""From a checked R4 resource to an `OrderAsSent`, and the reasons that need nothing but the file's structure."""

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from compounding.domain.order_as_sent import OrderAsSent, PatientAsSent
from compounding.domain.patients import AllergyEntry
from compounding.domain.reasons import Reason, reason
from compounding.domain.screening.allergy_talk import AllergyTalk
from compounding.fhir.allergies import read_allergies, read_entry
from compounding.fhir.alongside import conditions_of, elsewhere_of, notes_of
from compounding.fhir.elements import coded, quantity, sent_day, text_of
from compounding.fhir.medications import medication_in_error, read_directions, read_medication
from compounding.fhir.people import read_patient, read_prescriber
from compounding.fhir.references import Located, Pool
from compounding.fhir.strict_json import NotReadable, read_json
from compounding.fhir.structure import Json, check_r4, unknown_modifiers

# A month of supply is the longest it can be meant to last, so that a beyond-use date before its end is always said.
_IN_DAYS = {**dict.fromkeys(("d", "day", "days", ""), 1), **dict.fromkeys(("wk", "week", "weeks"), 7), **dict.fromkeys(("mo", "month", "months"), 31)}
_OUR_DRUG = re.compile(r"thiosul|tiosul|hyposul|hx1032v43m", re.IGNORECASE)


_UNREAD_IN_DIRECTIONS = ("asNeededBoolean", "asNeededCodeableConcept", "doseAndRate", "maxDosePerPeriod", "maxDosePerAdministration", "maxDosePerLifetime")
_UNREAD_IN_TIMING = ("boundsDuration", "boundsPeriod", "boundsRange", "count", "duration")


@dataclass(frozen=True, slots=True, kw_only=True)
class FhirReading:
    """The order as sent, or None where the file holds none that could be read further; and why.

    `allergies` holds an allergy entry that came alone, which is no order but can still be read.
    """

    order: OrderAsSent | None
    reasons: tuple[Reason, ...]
    allergies: tuple[AllergyEntry, ...] = ()


def read_order(content: bytes, *, time_zone: ZoneInfo, talk: AllergyTalk) -> FhirReading:
    """Read one file. The site's time zone decides on which day an instant lies. Never raises for any content."""
    try:
        root = check_r4(read_json(content))
        modifiers = tuple(reason("UNKNOWN_MODIFIER", detail=detail, where=root["resourceType"]) for detail in dict.fromkeys(unknown_modifiers(root)))
        pool = Pool.of(root)
        kind = root["resourceType"]
        requests = [located for located in pool.of_kind("MedicationRequest") if located.container is None] if kind in {"Bundle", "MedicationRequest"} else []
        if not requests:
            article = "an" if kind[0] in "AEIOU" else "a"
            detail = "a bundle without a MedicationRequest" if kind == "Bundle" else f"{article} {kind}"
            alone = tuple(read_entry(located, pool, time_zone) for located in pool.of_kind("AllergyIntolerance")) if kind == "AllergyIntolerance" else ()
            return FhirReading(order=None, reasons=(*modifiers, reason("WRONG_RESOURCE", detail=detail, where=kind)), allergies=alone)
        if kind == "Bundle" and any(str(entry.get("request", {}).get("method", "")) == "DELETE" for entry in root.get("entry", ())):
            return FhirReading(order=None, reasons=(*modifiers, reason("NOT_ACTIONABLE", detail="the bundle deletes a resource", where="Bundle.entry")))
        chosen = _first_choice(requests)
        order = _order(chosen, pool, others=len(requests) - 1, time_zone=time_zone, talk=talk)
        states = _states(chosen, pool)
    except NotReadable as fault:
        return FhirReading(order=None, reasons=(reason("NOT_FHIR_R4", detail=fault.message),))
    return FhirReading(order=order, reasons=(*modifiers, *states))


def _order(located: Located, pool: Pool, *, others: int, time_zone: ZoneInfo, talk: AllergyTalk) -> OrderAsSent:
    request = located.resource
    where = located.where
    dispense = request.get("dispenseRequest", {})
    period = dispense.get("validityPeriod", {})
    subject = request["subject"]
    patient, subjects = read_patient(subject, pool, asked_by=request, where=f"{where}.subject")
    allergies = read_allergies(pool, subject=subject, subjects=subjects, request=request, time_zone=time_zone)
    prescriber, licence = read_prescriber(request.get("requester"), pool, asked_by=request)
    supply = quantity(dispense.get("expectedSupplyDuration"), f"{where}.dispenseRequest.expectedSupplyDuration")
    days = _IN_DAYS.get(supply.code or supply.unit) if supply is not None else None
    supply_days = supply.value * days if supply is not None and supply.value is not None and days is not None else None
    repeats = dispense.get("numberOfRepeatsAllowed")
    directions = read_directions(request, where=where)
    conditions = conditions_of(request, pool, subjects)
    elsewhere = (*conditions, *(text for each in directions for text in each.texts))
    return OrderAsSent(
        identifier=next((text_of(each, "value") for each in request.get("identifier", ()) if text_of(each, "value")), ""),
        status=request["status"],
        intent=request["intent"],
        do_not_perform=bool(request.get("doNotPerform")),
        medication=read_medication(request, pool, where=where),
        patient=patient or PatientAsSent(problem="the order does not say who the patient is", where=f"{where}.subject"),
        prescriber_name=prescriber,
        prescriber_licence=licence,
        authored_on=sent_day(text_of(request, "authoredOn"), time_zone),
        valid_from=sent_day(text_of(period, "start"), time_zone),
        valid_until=sent_day(text_of(period, "end"), time_zone),
        quantity=quantity(dispense.get("quantity"), f"{where}.dispenseRequest.quantity"),
        repeats=int(repeats) if repeats is not None else None,
        supply_days=supply_days,
        directions=directions,
        allergies=allergies.entries,
        allergies_of_others=allergies.of_others,
        allergies_of_nobody=allergies.of_nobody,
        notes=(*notes_of(request, iter(elsewhere), talk), *elsewhere_of(request, pool, subjects, talk)),
        conditions=conditions,
        priority=text_of(request, "priority"),
        language=(patient.language if patient else "") or text_of(request, "language"),
        other_orders=others,
        status_reason=next(iter(coded(request.get("statusReason"), where).words), ""),
        not_read=_not_read(request),
        where=where,
    )


def _not_read(request: Json) -> tuple[str, ...]:
    """The elements of an order that say something of how to use or supply it and that nothing here reads."""
    instructions = request.get("dosageInstruction", ())
    found = [name for name in _UNREAD_IN_DIRECTIONS if any(name in each for each in instructions)]
    repeats = [each["timing"].get("repeat", {}) for each in instructions if isinstance(each.get("timing"), dict)]
    found.extend(name for name in _UNREAD_IN_TIMING if any(name in repeat for repeat in repeats))
    found.extend(name for name in ("initialFill", "dispenseInterval") if name in request.get("dispenseRequest", {}))
    return tuple(found)


def _first_choice(requests: list[Located]) -> Located:
    """Of several orders the one that could be acted on and names our drug is read further; all of them together are held."""
    active = [located for located in requests if located.resource.get("status") == "active"]
    ours = [located for located in active if _OUR_DRUG.search(str(located.resource))]
    return (ours or active or requests)[0]


def _states(located: Located, pool: Pool) -> list[Reason]:
    """States of an order that are elements of FHIR and no part of what it asks for."""
    found = []
    state = medication_in_error(located.resource, pool)
    if state:
        found.append(reason("NOT_ACTIONABLE", detail=f"the record of its medication is marked {state}", where=f"{located.where}.medicationReference"))
    if located.resource.get("reportedBoolean") is True:
        found.append(reason("REPORTED_ORDER", where=f"{located.where}.reportedBoolean"))
    return found
