"""Why an order is not ready, or what must be known about it: one table of codes, severities and sentences.

The codes are a contract: other programs rely on them, so none is renamed or used again for another meaning.
"""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How far a reason goes; the members stand in order of precedence."""

    INVALID = "invalid"
    REFUSED = "refused"
    HELD = "held"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class _Entry:
    severity: Severity
    source: str
    sentence: str


_I, _R, _H, _W = Severity.INVALID, Severity.REFUSED, Severity.HELD, Severity.WARNING

_TABLE: dict[str, _Entry] = {
    # Not readable as an order at all.
    "NOT_FHIR_R4": _Entry(_I, "FHIR R4", "This is not a readable FHIR R4 resource: {detail}."),
    # Valid, but nothing this service may compound.
    "WRONG_RESOURCE": _Entry(_R, "FHIR R4", "This holds no medication order: {detail}."),
    "NOT_ACTIONABLE": _Entry(_R, "FHIR R4, request status and intent", "This order may not be acted on: {detail}."),
    "UNKNOWN_MODIFIER": _Entry(
        _R, "FHIR R4, modifier elements", "The order carries an element that changes its meaning and that this program does not know: {detail}."
    ),
    "NOT_SODIUM_THIOSULFATE": _Entry(_R, "clinical rule 7", "This is not an order for topical sodium thiosulfate alone: {detail}."),
    "NOT_TOPICAL": _Entry(_R, "clinical rule 7", "This order is not for use on the skin: {detail}."),
    # A person must decide first: the order itself.
    "STATUS_REASON_GIVEN": _Entry(_H, "clinical rule 1", "The order is active, and yet gives a reason for its status: {detail}."),
    "SEVERAL_ORDERS": _Entry(_H, "clinical rule 7", "There are {count} medication orders in this file; send one file for each order."),
    "PATIENT_NOT_GIVEN": _Entry(_H, "clinical rule 1", "The patient cannot be identified: {detail}."),
    "PATIENT_RECORD_INACTIVE": _Entry(_H, "clinical rule 1", "The patient's record is marked {detail}; ask the prescriber before anything is prepared."),
    "PRESCRIBER_NOT_GIVEN": _Entry(_H, "clinical rule 1", "The order does not name its prescriber."),
    "REPORTED_ORDER": _Entry(_H, "FHIR R4, reported orders", "This is somebody's report of an order, not the prescriber's own order; ask for the original."),
    "ORDER_DATE_MISSING": _Entry(_H, "clinical rule 1", "The order has no full date: {detail}."),
    "ORDER_EXPIRED": _Entry(_H, "clinical rule 1", "The order is no longer valid: {detail}."),
    "ORDER_DATED_AHEAD": _Entry(_H, "clinical rule 1", "The order is dated ahead: {detail}."),
    "STRENGTH_MISSING": _Entry(_H, "clinical rule 1", "The order does not state a strength."),
    "STRENGTH_CONFLICT": _Entry(_H, "clinical rule 4", "The order states its strength in ways that disagree: {detail}."),
    "STRENGTH_UNIT": _Entry(_H, "clinical rule 4", "The strength is not stated as weight in weight: {detail}."),
    "STRENGTH_BASIS": _Entry(
        _H, "clinical rule 4", "The strength is stated as anhydrous sodium thiosulfate, which is 1.57 times as strong as the pentahydrate: {detail}."
    ),
    "STRENGTH_OUTSIDE_PUBLISHED_RANGE": _Entry(
        _H, "clinical rule 32", "{percent} % w/w is outside the published {lowest} to {highest} %; the prescriber must confirm it."
    ),
    "BASE_NOT_STATED": _Entry(_H, "clinical rule 5", "The order does not say whether the base is petrolatum or zinc oxide ointment."),
    "BASE_UNCLEAR": _Entry(_H, "clinical rule 5", "The base cannot be read with certainty: {detail}."),
    "BASE_CHANGE_NEEDS_CONSENT": _Entry(_H, "clinical rule 6", "The base that was asked for would change ({detail}); the prescriber must agree first."),
    "ZINC_PRODUCT_NOT_STATED": _Entry(_H, "clinical rule 5", '"Zinc oxide" names no product: {detail}.'),
    "NO_FORMULA": _Entry(_H, "clinical rule 19", "No formula of this pharmacy makes what was ordered: {detail}."),
    "DOSAGE_FORM_CONFLICT": _Entry(_H, "clinical rule 1", "The dosage form does not fit the base: {detail}."),
    "MEDICATION_TEXT_UNCLEAR": _Entry(_H, "clinical rule 1", "Part of the medication text was not understood: {detail}."),
    "ABBREVIATION_AMBIGUOUS": _Entry(_H, "clinical rule 29", "The order uses an abbreviation with more than one meaning: {detail}."),
    "CODE_DISPLAY_CONFLICT": _Entry(_H, "clinical rule 4", "A code and the words beside it name different things: {detail}."),
    "QUANTITY_MISSING": _Entry(_H, "clinical rule 1", "The order does not state an amount that can be prepared: {detail}."),
    "QUANTITY_UNIT": _Entry(_H, "clinical rule 28", "The amount is not stated in a unit of mass that can only mean one thing: {detail}."),
    "QUANTITY_OUT_OF_RANGE": _Entry(_H, "clinical rule 28", "The amount cannot be prepared as one jar: {detail}."),
    "DIRECTIONS_MISSING": _Entry(_H, "clinical rule 1", "The order gives no directions for use."),
    "DIRECTIONS_CONFLICT": _Entry(_H, "clinical rule 1", "The written directions and the coded timing disagree: {detail}."),
    "ROUTE_UNCLEAR": _Entry(_H, "clinical rule 1", 'The route of administration is not known to mean "on the skin": {detail}.'),
    "REPEATS_OUT_OF_RANGE": _Entry(_H, "clinical rule 3", "The number of repeats is not plausible: {detail}."),
    "CLINICAL_REVIEW_NEEDED": _Entry(_H, "clinical rule 6", "A pharmacist must review this order with the prescriber first: {detail}."),
    # A person must decide first: allergies.
    "ALLERGY_NOT_ASKED": _Entry(_H, "clinical rules 8 and 10", "{detail}."),
    "ALLERGY_CONFLICT": _Entry(_H, "clinical rule 10", "The answers about allergies disagree: {detail}."),
    "ALLERGY_UNCLEAR": _Entry(_H, "clinical rule 9", "An allergy entry was not understood well enough to prepare anything: {detail}."),
    "ASSESSMENT_NOT_MATCHED": _Entry(_H, "clinical rule 9", "What was signed about the allergies does not fit this record: {detail}."),
    "ASSESSMENT_NOT_ALLOWED": _Entry(
        _H, "clinical rules 9 and 11", "An assessment cannot settle this: {detail}. Refute the entry, if it is not true, or change the base."
    ),
    "ASSESSMENT_CONFLICT": _Entry(_H, "clinical rule 9", "Two assessments disagree: {detail}."),
    "ASSESSMENT_OUT_OF_DATE": _Entry(_H, "clinical rules 9 and 10", "What was signed about the allergies does not count today: {detail}."),
    "ZINC_ALLERGY_IN_ZINC_BASE": _Entry(_H, "clinical rule 9", "The patient is recorded as allergic to zinc, and the base holds zinc oxide; {detail}."),
    "ZINC_ALLERGY_UNCLEAR": _Entry(_H, "clinical rule 9", "A zinc allergy cannot be ruled out, and the base holds zinc oxide; {detail}."),
    "PETROLATUM_ALLERGY": _Entry(
        _H, "clinical rule 11", "The patient is recorded as allergic to petrolatum or mineral oil, which every base here contains: {detail}."
    ),
    "THIOSULFATE_ALLERGY": _Entry(_H, "clinical rule 11", "The patient is recorded as allergic to thiosulfate: {detail}."),
    "SULFITE_SENSITIVITY": _Entry(_H, "clinical rule 31", "A sulfite sensitivity is recorded; a pharmacist must assess it: {detail}."),
    "BASE_INGREDIENT_ALLERGY": _Entry(_H, "clinical rule 31", "The patient is recorded as allergic to an ingredient of the base: {detail}."),
    "BASE_INGREDIENTS_NOT_KNOWN": _Entry(
        _H, "clinical rule 31", "The base's own ingredient list must be known first: the record says {detail}. Name the lot with its list."
    ),
    # A person must decide first: materials and paper.
    "LOT_UNSUITABLE": _Entry(_H, "clinical rule 13", "An ingredient lot cannot be used: {detail}."),
    "INSUFFICIENT_STOCK": _Entry(_H, "clinical rule 22", "The ingredient lots do not hold enough: {detail}."),
    "WEIGHT_OUT_OF_LIMIT": _Entry(_H, "clinical rule 20", "A weight lies outside the pharmacy's limit: {detail}."),
    "MASS_NOT_CONSERVED": _Entry(_H, "clinical rule 20", "More came out than went in, so a weight is wrong: {detail}."),
    "STRENGTH_OUT_OF_LIMIT": _Entry(_H, "clinical rule 20", "The strength recalculated from the actual weights lies outside the limit: {detail} of the label."),
    "YIELD_OUT_OF_LIMIT": _Entry(_H, "clinical rule 20", "The process yield lies outside the pharmacy's limit: {detail}."),
    "NET_WEIGHT_OUT_OF_LIMIT": _Entry(_H, "clinical rule 20", "The net weight lies outside the pharmacy's limit: {detail} of the amount ordered."),
    "LOT_EXPIRED": _Entry(_H, "clinical rule 16", "An ingredient lot has expired: {detail}."),
    "LOT_RECALLED": _Entry(_H, "clinical rule 22", "An ingredient lot is recalled: {detail}."),
    "LOT_IN_QUARANTINE": _Entry(_H, "clinical rule 22", "An ingredient lot is in quarantine: {detail}."),
    "LOT_NOT_RECEIVED_YET": _Entry(_H, "clinical rule 22", "An ingredient lot was not here on that day: {detail}."),
    "LOT_NOT_IDENTIFIED": _Entry(_H, "clinical rule 22", "An ingredient lot has not passed an identity test: {detail}."),
    "LOT_CERTIFICATE_MISSING": _Entry(_H, "clinical rules 13 and 22", "An ingredient lot has no reviewed certificate: {detail}."),
    "LOT_INGREDIENTS_MISSING": _Entry(_H, "clinical rules 22 and 31", "The ingredient list of a lot is not known: {detail}."),
    "BEYOND_USE_TOO_SHORT": _Entry(_H, "clinical rule 16", "The preparation would have to be discarded on the day it is made: {detail}."),
    "CANNOT_WEIGH": _Entry(_H, "clinical rule 28", "The amounts cannot be weighed as planned: {detail}."),
    "LANGUAGE_NOT_AVAILABLE": _Entry(
        _H, "clinical rule 27", 'The patient reads "{language}", and there are no texts in that language; choose a language the patient reads.'
    ),
    "BELOW_MINIMUM_WEIGHABLE": _Entry(_H, "clinical rule 28", "An amount is too small for the balance: {detail}."),
    "NOT_PRINTABLE": _Entry(_H, "clinical rule 29", "Something cannot be printed as it is written: {detail}."),
    "DOES_NOT_FIT": _Entry(_H, "clinical rule 29", "The text does not fit on the paper at a readable size: {detail}."),
    "PAPER_DIFFERS": _Entry(_H, "clinical rule 29", "A paper was read back and does not say what the record says, so none was made: {detail}."),
    "TEXT_TOO_LONG": _Entry(_H, "clinical rule 29", "A text is too long to be printed: {detail}."),
    # Known, and said aloud, but no reason to stop.
    "STRENGTH_BASIS_ASSUMED": _Entry(
        _W, "clinical rule 4", "The order does not give the basis of its strength; it is taken as the pentahydrate, the USP article."
    ),
    "BASE_CHANGED_WITH_CONSENT": _Entry(_W, "clinical rules 2 and 6", "The base was changed from what the order says: {detail}."),
    "PRESCRIBER_UNVERIFIED": _Entry(
        _W, "clinical rule 1", "An order without a signature: the prescriber's authenticity is not verified until a pharmacist attests it."
    ),
    "PATIENT_ADDRESS_MISSING": _Entry(_W, "clinical rule 1", "The order does not give the patient's address; a prescription needs one."),
    "FORMULA_NOT_APPROVED": _Entry(
        _W, "clinical rules 19 and 27", "The pharmacy's designated person has not approved this formula: everything printed is a draft."
    ),
    "PHRASES_NOT_APPROVED": _Entry(
        _W, "clinical rule 27", "The pharmacy's designated person has not approved the texts in this language: everything printed is a draft."
    ),
    "EXAMPLE_PHARMACY": _Entry(_W, "clinical rule 27", "The example pharmacy stands on the paper, which is not for dispensing."),
    "NONAQUEOUS_NOT_ATTESTED": _Entry(
        _W, "clinical rule 16", "Nobody has attested that no water enters: the short beyond-use limit applies, printed as proposed."
    ),
    "LOT_NOT_CORRECTED": _Entry(_W, "clinical rule 13", "A lot of the drug is weighed as if it were pure, not by its certificate: {detail}."),
    "DATE_NOT_TODAY": _Entry(_W, "clinical rule 26", "The compounding date is not today's date: everything printed is a draft."),
    "BEYOND_USE_BEFORE_COURSE_END": _Entry(_W, "clinical rule 16", "The preparation must be discarded before the supply ends: {detail}."),
    "TIMING_NOT_IN_WORDS": _Entry(
        _W, "clinical rule 1", "The written directions do not say how often, and only they are printed; the coded timing says {detail}."
    ),
    "REPEATS_NOT_STATED": _Entry(_W, "clinical rule 3", "The order does not state repeats; none is assumed."),
    "PRIORITY": _Entry(_W, "clinical rule 1", "The prescriber marked this order {detail}."),
    "REVIEW_OVERDUE": _Entry(_W, "clinical rule 33", "The review of the {detail} rules is overdue."),
    "ALLERGY_OF_ANOTHER_PATIENT": _Entry(_W, "clinical rule 9", "An allergy entry belongs to another patient and was not used: {detail}."),
    "ALLERGY_EXPLAINED": _Entry(_W, "clinical rule 31", "An allergy entry does not stop this preparation: {detail}."),
    "ALLERGY_IN_VIEW": _Entry(_W, "clinical rule 9", "An allergy entry does not stop this preparation but must be seen: {detail}."),
    "ALLERGY_ASSESSED": _Entry(_W, "clinical rule 9", "A pharmacist has assessed an allergy entry, which stays as it is: {detail}."),
    "ALLERGY_REFUTED": _Entry(_W, "clinical rule 11", "An allergy entry was refuted, and stays in view: {detail}."),
    "ALTERNATIVE_NEEDS_FORMULA": _Entry(
        _W, "clinical rule 31", "Published without petrolatum; for information only, since it needs a formula of its own: {detail}."
    ),
    "CODE_NOT_VERIFIED": _Entry(_W, "clinical rule 4", "A code was not checked, because no verified list for its system is shipped: {detail}."),
    "DOSAGE_FORM_DIFFERS": _Entry(_W, "clinical rule 1", "The order says {detail}; what is prepared is an ointment."),
    "DIRECTIONS_ERROR_PRONE": _Entry(
        _W,
        "clinical rule 29",
        "The prescriber's own words in the directions are printed although they are easily misread; ask, and have them written anew: {detail}.",
    ),
    "ABBREVIATION_WRITTEN_OUT": _Entry(_W, "clinical rule 29", "An abbreviation in the directions is written out on paper: {detail}."),
    "DIRECTIONS_NOT_TRANSLATED": _Entry(_W, "clinical rule 27", "The directions are printed in the prescriber's own words, while the rest speaks {language}."),
    "ORDER_ELEMENT_NOT_READ": _Entry(_W, "clinical rule 1", "The order says more than this program reads; a person must look at: {detail}."),
    "LOT_EXPIRY_NOT_GIVEN": _Entry(_W, "clinical rule 16", "The expiry of {detail} is not given; an earlier one would shorten the beyond-use date."),
    "APPROVAL_REVIEW_DUE": _Entry(_W, "clinical rule 19", "The approval of {detail} is more than a year old; its yearly review is due."),
    "NOMINAL_MATERIALS": _Entry(
        _W, "clinical rule 13", "No lot is named for {detail}: nominal content is assumed, and the worksheet leaves the lot boxes empty."
    ),
}
CODES: dict[str, Severity] = {code: entry.severity for code, entry in _TABLE.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason: its code, how far it goes, one sentence, where in the order it arises (FHIRPath), and the rule's source."""

    code: str
    severity: Severity
    message: str
    where: str = ""
    source: str = ""


def reason(code: str, /, *, where: str = "", source: str = "", **details: object) -> Reason:
    """The reason with that code, its sentence filled with `details`; `source` only where it is more exact than the table's.

    Raises KeyError for a code that is not in the table or a detail the sentence needs: that is a fault of the program.
    """
    entry = _TABLE[code]
    # A detail may be a sentence of its own; the sentence around it brings the full stop.
    told = {name: value.rstrip(". ") if isinstance(value, str) else value for name, value in details.items()}
    return Reason(code=code, severity=entry.severity, message=entry.sentence.format(**told), where=where, source=source or entry.source)


def blocks(reasons: tuple[Reason, ...]) -> bool:
    """Whether any of the reasons stops the order."""
    return any(each.severity is not Severity.WARNING for each in reasons)
