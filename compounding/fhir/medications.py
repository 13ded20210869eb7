"""The medication of an order and its dosage instructions."""

import re
from decimal import Decimal
from typing import Any

from compounding.domain.order_as_sent import DirectionsAsSent, IngredientAsSent, MedicationAsSent, QuantityAsSent, RatioAsSent
from compounding.domain.patients import CodedText
from compounding.fhir.elements import coded, quantity, reference_of, text_of
from compounding.fhir.references import Pool
from compounding.fhir.structure import Json

_NOT_ON_SKIN = re.compile(
    r"\b(?:eyes?|conjunctiv\w*|mouth|oral|tongue|nose|nostrils?|nasal|ear canal|vagina\w*|rect(?:um|al)|bladder|veins?|intra\w+|oeil|œil|yeux|ojos?)\b",
    re.IGNORECASE,
)
_INTO_THE_BODY = re.compile(r"inje|infus|swallow|instil|inhal|drink|chew|insert|irrigat")
# HL7's GTSAbbreviation: the codes that say only how often a day.
_TIMING_CODES = {
    "QD": Decimal(1), "BID": Decimal(2), "TID": Decimal(3), "QID": Decimal(4), "AM": Decimal(1), "PM": Decimal(1), "BED": Decimal(1),
    "Q8H": Decimal(3), "Q6H": Decimal(4), "Q4H": Decimal(6), "QOD": Decimal("0.5"),
}  # fmt: skip
_LONGEST_PERIOD = 10_000


def read_medication(request: Json, pool: Pool, *, where: str) -> MedicationAsSent:
    """Every name, form and ingredient the order gives for its medication."""
    if "medicationCodeableConcept" in request:
        name = coded(request["medicationCodeableConcept"], f"{where}.medicationCodeableConcept")
        return MedicationAsSent(names=(name,), where=where)
    place = f"{where}.medicationReference"
    reference, display = reference_of(request["medicationReference"])
    names = [CodedText(text=display, where=place)] if display else []
    found = pool.find(reference, asked_by=request) if reference else []
    # Where the reference fits several medications all of them are read, so that the order is held for whatever they disagree in.
    medications = [located for located in found if located.kind == "Medication"]
    names.extend(coded(located.resource["code"], f"{located.where}.code") for located in medications if "code" in located.resource)
    forms = [coded(located.resource["form"], f"{located.where}.form") for located in medications if "form" in located.resource]
    ingredients = tuple(
        _ingredient(each, located.resource, pool, f"{located.where}.ingredient[{number}]")
        for located in medications
        for number, each in enumerate(located.resource.get("ingredient", ()))
    )
    return MedicationAsSent(names=tuple(names), form=forms[0] if forms else None, ingredients=ingredients, where=where if medications else place)


def _ingredient(element: Json, medication: Json, pool: Pool, where: str) -> IngredientAsSent:
    if "itemCodeableConcept" in element:
        item = coded(element["itemCodeableConcept"], where)
    else:
        reference, display = reference_of(element.get("itemReference"))
        found = pool.find(reference, asked_by=medication) if reference else []
        named = coded(found[0].resource.get("code"), where) if len(found) == 1 else CodedText(where=where)
        item = CodedText(text=named.text or display, codings=named.codings, where=where)
    strength = element.get("strength")
    ratio = None
    if isinstance(strength, dict):
        nothing = QuantityAsSent(where=where)
        ratio = RatioAsSent(
            numerator=quantity(strength.get("numerator"), f"{where}.strength.numerator") or nothing,
            denominator=quantity(strength.get("denominator"), f"{where}.strength.denominator") or nothing,
        )
    return IngredientAsSent(item=item, is_active=element.get("isActive"), strength=ratio)


def medication_in_error(request: Json, pool: Pool) -> str:
    """The status of the medication's record where it may not be used (Medication.status is a modifier element of R4); "" otherwise."""
    reference, _ = reference_of(request.get("medicationReference"))
    found = pool.find(reference, asked_by=request) if reference else []
    states = {text_of(located.resource, "status") for located in found if located.kind == "Medication"}
    return next(iter(states & {"entered-in-error", "inactive"}), "")


def read_directions(request: Json, *, where: str) -> tuple[DirectionsAsSent, ...]:
    """The dosage instructions in their order, with the coded timing where it says exactly how often a day."""
    found = []
    for number, each in enumerate(request.get("dosageInstruction", ())):
        place = f"{where}.dosageInstruction[{number}]"
        texts = [text_of(each, "text"), text_of(each, "patientInstruction")]
        texts.extend(words for extra in each.get("additionalInstruction", ()) for words in coded(extra, place).words[:1])
        said = tuple(dict.fromkeys(text for text in texts if text))
        found.append(DirectionsAsSent(texts=said, times_per_day=_times_per_day(each.get("timing")), route=_route(each, place), where=place))
    return tuple(found)


def _route(instruction: Json, place: str) -> CodedText | None:
    """The route. A method that puts the drug into the body, or a site that is no skin, says more than any route, so it stands in its place."""
    method = coded(instruction.get("method"), f"{place}.method")
    if any(_INTO_THE_BODY.search(words.casefold()) for words in method.words):
        return CodedText(text="injection" if "inje" in method.words[0].casefold() else method.words[0], codings=method.codings, where=method.where)
    site = coded(instruction.get("site"), f"{place}.site")
    if any(_NOT_ON_SKIN.search(words) for words in site.words):
        return site
    return coded(instruction["route"], f"{place}.route") if "route" in instruction else None


def _times_per_day(timing: Any) -> Decimal | None:
    """How often a day, where the code says exactly that."""
    repeat = timing.get("repeat") if isinstance(timing, dict) else None
    if not isinstance(repeat, dict):
        codes = {coding.code.upper() for coding in coded(timing.get("code"), "").codings} if isinstance(timing, dict) else set()
        known = [_TIMING_CODES[code] for code in codes if code in _TIMING_CODES]
        return known[0] if len(known) == 1 else None
    if repeat.keys() & {"frequencyMax", "periodMax", "dayOfWeek"}:
        return None
    moments = len(repeat.get("timeOfDay", ())) or len(repeat.get("when", ()))
    if moments and "frequency" in repeat and repeat["frequency"] != moments:
        return None
    frequency, period, unit = repeat.get("frequency", moments or 1), repeat.get("period"), repeat.get("periodUnit")
    if not isinstance(period, int | Decimal) or not isinstance(frequency, int) or not 0 < period <= _LONGEST_PERIOD or not 0 < frequency <= _LONGEST_PERIOD:
        return None
    hours = {"h": Decimal(1), "d": Decimal(24), "wk": Decimal(168)}.get(str(unit))
    if hours is None:
        return None
    per_day = Decimal(frequency) * 24 / (Decimal(period) * hours)
    return per_day.quantize(Decimal("0.0001")).normalize() if per_day < _LONGEST_PERIOD else None
