"""The words of the outcome page: names of places, readings and effects, and what a person can do about a reason."""

from compounding.web.typed_order import WHERE

ECHO = {
    "strength": "Strength",
    "base": "Base asked for",
    "amount": "Amount",
    "directions": "Directions",
    "repeats": "Repeats",
    "prescriber": "Prescriber",
    "ordered_on": "Order date",
    "order_ref": "Order reference",
    "priority": "Priority",
}
ZINC = {
    "zinc": "A zinc allergy is recorded.",
    "not_zinc": "The record was read, and no zinc allergy was found in it.",
    "unclear": "A zinc allergy cannot be ruled out.",
    "not_asked": "Nobody has recorded asking about allergies.",
}
READING = {
    "zinc": "Zinc: no zinc base for this patient",
    "not_zinc": "No zinc in these words",
    "unclear": "Unclear: zinc cannot be ruled out",
}
"""The reading of one statement; the findings under it name the doubt."""
ALSO = {True: "Also {allergen}, which every base here holds", False: "Also {allergen}, which some bases hold"}
"""Another allergen of these preparations, by whether it is in all of them."""
COUNTED = {"zinc": "{count} zinc", "unclear": "{count} unclear", "not_zinc": "{count} without zinc"}
EFFECT = {
    "allergy": "Allergy: {allergen}",
    "unclear": "Unclear: {allergen}",
    "review": "For a pharmacist to assess: {allergen}",
    "information": "To know: {allergen}",
    "cleared": "Does not count: {allergen}",
}
_ALLERGENS = {
    "none_known": "none known",
    "no_information": "says nothing",
    "known_other": "something that is in no jar here",
    "unrecognised": "not recognised",
    "generic_topical": "a skin product without a name",
}
_PLACES = {
    f"{WHERE}.patient": "Patient",
    f"{WHERE}.requester": "Prescriber",
    f"{WHERE}.authoredOn": "Order date",
    f"{WHERE}.identifier": "Order reference",
    f"{WHERE}.strength": "Strength",
    f"{WHERE}.base": "Base",
    f"{WHERE}.medication": "Strength and base",
    f"{WHERE}.amount": "Amount",
    f"{WHERE}.dispenseRequest.quantity": "Amount",
    f"{WHERE}.dispenseRequest.numberOfRepeatsAllowed": "Repeats",
    f"{WHERE}.directions": "Directions",
    f"{WHERE}.dosageInstruction": "Directions",
    f"{WHERE}.allergies": "Allergies",
    "contact question": "Contact question",
    "note": "Diagnosis and notes",
    WHERE: "",
}

_ASK_PATIENT = 'Ask the patient the questions under "Allergies", then choose "Change the order" and write who asked and when.'
_ASK_PRESCRIBER = "Settle it with the prescriber. Change the order only to what the prescriber answers."
_SEND_REQUEST = "Send the request below to the prescriber. Prepare nothing until it is answered."
_NO_REQUEST = "Never prepare it in a zinc base. Settle the other reasons first: white petrolatum is offered as soon as nothing stands against it."
_ZINC_CODES = frozenset({"ZINC_ALLERGY_IN_ZINC_BASE", "ZINC_ALLERGY_UNCLEAR"})
_NEXT_STEPS = {
    "ALLERGY_NOT_ASKED": _ASK_PATIENT,
    "ALLERGY_UNCLEAR": "Ask the patient what is meant. A pharmacist's signed assessment beside the entry settles it; the entry stays as it is.",
    "ALLERGY_CONFLICT": "Ask the patient again: the answers disagree.",
    "SULFITE_SENSITIVITY": "Ask what happened with which sulfite. A pharmacist's signed assessment beside the entry settles it.",
    "PETROLATUM_ALLERGY": "No base here can be used. Tell the prescriber; what else was published stands under the warnings and needs a formula of its own.",
    "THIOSULFATE_ALLERGY": "Do not prepare it. Tell the prescriber.",
    "ASSESSMENT_NOT_MATCHED": "Sign again for the entry as it stands now, with its name, words and sha256 from result.json.",
    "ASSESSMENT_NOT_ALLOWED": "Take the assessment out. Refute the entry, if it is not true, or change the base with the prescriber's consent.",
    "ASSESSMENT_CONFLICT": "Settle it between the two who signed, and keep one.",
    "ASSESSMENT_OUT_OF_DATE": "Ask the patient again, and sign anew.",
    "PATIENT_NOT_GIVEN": "Identify the patient by name and date of birth.",
    "LOT_UNSUITABLE": "Choose another lot.",
    "BASE_INGREDIENT_ALLERGY": "Choose a lot without it, or another base with the prescriber's consent.",
    "BASE_INGREDIENTS_NOT_KNOWN": "Name the lot of the base with the ingredient list on its container.",
    "LOT_EXPIRED": "Choose another lot.",
    "CANNOT_WEIGH": "Another balance or another amount is needed.",
    "BELOW_MINIMUM_WEIGHABLE": "Another balance or another amount is needed.",
    "LANGUAGE_NOT_AVAILABLE": "Choose a language that the patient reads.",
    "NOT_PRINTABLE": "Write it in letters that a label can hold.",
    "DOES_NOT_FIT": "Shorten what is printed, without changing its meaning.",
    "TEXT_TOO_LONG": "Shorten it, without changing its meaning.",
    "SEVERAL_ORDERS": "Ask the sender for one file for each order.",
}
_BY_SEVERITY = {
    "held": _ASK_PRESCRIBER,
    "refused": "Do not prepare it here. If it was meant otherwise, the prescriber must write a new order.",
    "invalid": "Ask the sender for the order again, as FHIR R4 in JSON, or type it in.",
}


def where(place: str) -> str:
    """A place as a person finds it: the form's own words for a typed order, the path as it is for a file."""
    return _PLACES.get(place, place)


def allergen(identifier: str) -> str:
    """The name of an allergen of the lexicon."""
    return _ALLERGENS.get(identifier, identifier.replace("_", " "))


def next_step(code: str, severity: str, *, has_request: bool) -> str:
    """What a person can do about a reason; nothing for a warning. `has_request` says whether a request for consent stands on the page."""
    if code in _ZINC_CODES:
        return _SEND_REQUEST if has_request else _NO_REQUEST
    return _NEXT_STEPS.get(code) or _BY_SEVERITY.get(severity, "")
