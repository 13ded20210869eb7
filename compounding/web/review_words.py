"""What a person can do about whatever stands against an order or a fill: one sentence, and the page on which it is done."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app

from compounding.web.access import is_offered
from compounding.web.acts import place_of

_PATIENT = frozenset({"patient_acts.ask", "patient_acts.contact", "patient_acts.change", "records.patient"})
_LISTS = frozenset({"stock.index", "formulary.index"})
_ASK = ("Ask the prescriber; nothing is prepared before the answer.", "review.ask")
_CORRECT = ("Compare it with the original. Correct how it was read, or ask the prescriber.", "orders.correct")
_SIGN = ("Ask the patient what is meant, then sign your assessment beside the entry.", "#allergies")
_NEVER = ("Prepare nothing of it. Tell the prescriber, and refuse the order.", "review.refuse")
_ASK_PATIENT = ("Ask the patient today, and record the answer.", "patient_acts.ask")
_NEW_ORDER = ("Ask the prescriber for a new order.", "review.ask")
_APPROVE = ("The designated person approves it first.", "formulary.index")
_LOT = ("Look at the lot, or take another one.", "stock.index")
_STEPS = {
    "ALLERGY_NOT_ASKED": _ASK_PATIENT,
    "ALLERGIES_NOT_ASKED_AGAIN": _ASK_PATIENT,
    "ALLERGY_CONFLICT": ("Ask the patient again: the answers disagree.", "patient_acts.ask"),
    "ALLERGY_UNCLEAR": _SIGN,
    "SULFITE_SENSITIVITY": _SIGN,
    "ASSESSMENT_CONFLICT": ("Settle it between the two who signed, and withdraw one.", "records.patient"),
    "ASSESSMENT_NOT_MATCHED": ("Sign anew for the entry as it stands now.", "#allergies"),
    "ASSESSMENT_OUT_OF_DATE": ("Ask the patient again, and sign anew.", "#allergies"),
    "ASSESSMENT_NOT_ALLOWED": ("Withdraw it; refute the entry if it is not true, or change the base.", "records.patient"),
    "ZINC_ALLERGY_IN_ZINC_BASE": ("Ask the prescriber for white petrolatum. Never prepare it in a zinc base.", "review.ask"),
    "ZINC_ALLERGY_UNCLEAR": ("Find out what is meant and sign your assessment, or ask the prescriber for white petrolatum.", "review.ask"),
    "PETROLATUM_ALLERGY": _NEVER,
    "THIOSULFATE_ALLERGY": _NEVER,
    "BASE_INGREDIENT_ALLERGY": ("Choose a lot without it, or ask the prescriber for another base.", "review.ask"),
    "BASE_INGREDIENTS_NOT_KNOWN": ("Choose below the lot whose own ingredient list counts.", "#lots"),
    "CLINICAL_REVIEW_NEEDED": ("Review it, and write your answer below.", "#accept"),
    "STATUS_REASON_GIVEN": ("Find out what it means, and write your answer below.", "#accept"),
    "OTHER_PATIENT": ("Compare order and record. Correct the order, or the patient's details.", "patient_acts.change"),
    "PATIENT_ADDRESS_MISSING": ("Ask the patient, and record the address.", "patient_acts.change"),
    "PRESCRIBER_LICENCE_DIFFERS": ("Call the prescriber.", "review.ask"),
    "PATIENT_NOT_GIVEN": _CORRECT,
    "ORDER_EXPIRED": _NEW_ORDER,
    "NO_FILLS_LEFT": ("Every fill was made. A new order is needed.", ""),
    "NOTHING_OWING": ("Choose the next fill instead.", "#fill"),
    "FILL_AMOUNT": ("Write an amount within it.", "#fill"),
    "TOO_EARLY": ("Where there is a reason for an earlier fill, write it below.", "#fill"),
    "INTERVAL_NOT_KNOWN": ("Write below why this refill is due.", "#fill"),
    "SCREENING_OUT_OF_DATE": ("Review the order again.", "review.page"),
    "ORDER_NOT_ACCEPTED": ("Review the order first.", "review.page"),
    "FORMULA_CHANGED": ("Ask the patient about allergies again: that sends the order back to review, with the formula in force.", "patient_acts.ask"),
    "PREPARATION_OPEN": ("Go on with that preparation, or scrap it first.", ""),
    "FORMULA_NOT_APPROVED": _APPROVE,
    "PHRASES_NOT_APPROVED": _APPROVE,
    "APPROVAL_REVIEW_DUE": ("The designated person reviews and approves it again.", "formulary.index"),
    "NOMINAL_MATERIALS": ("Receive and release a lot of it first.", "stock.index"),
    "INSUFFICIENT_STOCK": ("Plan a part of it, choose other lots, or receive more.", "stock.index"),
    "LOT_EMPTY": ("Choose another lot.", "#fill"),
    "LOT_EXPIRY_NOT_GIVEN": ("Record the expiry of the lot first.", "stock.index"),
    "CANNOT_WEIGH": ("Another balance or another amount is needed.", ""),
    "BELOW_MINIMUM_WEIGHABLE": ("Another balance or another amount is needed.", ""),
    "BEYOND_USE_TOO_SHORT": ("Choose lots that last longer.", "#fill"),
    "LANGUAGE_NOT_AVAILABLE": ("Ask which language the patient reads, and record it.", "patient_acts.change"),
    "NO_FORMULA": _ASK,
}
_READING = (
    "STRENGTH_", "MEDICATION_", "ABBREVIATION_", "CODE_DISPLAY", "QUANTITY_", "DIRECTIONS_", "ROUTE_", "REPEATS_", "DOSAGE_", "BASE_UNCLEAR",
    "BASE_NOT_STATED", "ORDER_DATE", "PRESCRIBER_NOT", "NOT_PRINTABLE", "TEXT_TOO_LONG",
)  # fmt: skip
_LINKS = {
    "review.ask": "Ask the prescriber", "review.refuse": "Refuse the order", "review.page": "Review the order", "patient_acts.ask": "Ask about allergies",
    "patient_acts.contact": "Ask the contact question", "patient_acts.change": "Change the patient's details", "records.patient": "The patient's record",
    "orders.correct": "Correct how it was read", "stock.index": "Stock", "formulary.index": "Formulary", "#allergies": "To the allergies",
    "#accept": "To your answers", "#lots": "To the lots", "#fill": "To the fill",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """What stands against it: the sentence, its code and source, what to do, and where (empty: nowhere here, or not by this person)."""

    message: str
    code: str
    source: str
    step: str
    link: str
    href: str


def stands(told: Iterable[tuple[str, str, str]], *, order_id: str, patient_id: str, is_correctable: bool = True) -> list[Stands]:
    """What stands against it, each (code, sentence, source) with its way on."""
    return [_stands(*each, order_id, patient_id, is_correctable=is_correctable) for each in told]


def _stands(code: str, message: str, source: str, order_id: str, patient_id: str, *, is_correctable: bool) -> Stands:
    step, place = _STEPS.get(code) or (_CORRECT if code.startswith(_READING) else _LOT if code.startswith("LOT_") else _ASK)
    if code == "ALLERGY_NOT_ASKED" and "rash from a cream" in message:
        step, place = "Ask the patient this question today, and record the answer.", "patient_acts.contact"
    if place == "orders.correct" and not is_correctable:
        step, place = _ASK
    href = place if place.startswith("#") else _address(place, order_id, patient_id)
    text = message[:1].upper() + message[1:]
    return Stands(message=text if text.endswith((".", "?", "!")) else f"{text}.", code=code, source=source, step=step, link=_LINKS.get(place, ""), href=href)


def _address(endpoint: str, order_id: str, patient_id: str) -> str:
    if endpoint not in current_app.view_functions or not is_offered(endpoint):
        return ""
    if endpoint in _LISTS:
        return next(current_app.url_map.iter_rules(endpoint)).rule
    return place_of(endpoint, patient_id if endpoint in _PATIENT else order_id)
