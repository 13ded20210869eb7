"""The final check in words: what still stands open before it is signed, without any figure; and afterwards each discrepancy side by side, with what to do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from compounding.domain.hand_over_parts import Discrepancy
from compounding.domain.numbers import format_number
from compounding.web.signing_forms import FinalCheckForm
from compounding.workflow.failed_check import HeldAgainst
from compounding.workflow.open_checks import Asked, Check

_AT_HAND_OUT = frozenset({Check.ORDER_LASTS, Check.ALLERGIES_ASKED, Check.ASSESSMENT, Check.BEYOND_USE})
"""What the final check itself does not ask, and the hand-out does."""

_CHECKS = {
    Check.STATE: ("A labelled preparation waits for this check", "Nothing waits for a final check now. Print a label first."),
    Check.OTHER_HANDS: ("You weighed none of it", "You weighed some of it, or answer for it. Somebody else signs this check."),
    Check.ORDER: ("Its order and its texts stand as they were accepted", "The order has to be looked at again before anybody goes on."),
    Check.LOTS: (
        "Its ingredient lots may be used",
        "An ingredient lot may not be used any more. Look at the lots in the record; it is scrapped, and planned anew.",
    ),
    Check.GATE: (
        "The allergy gate lets it pass",
        "The allergy gate stops it today. It must not reach the patient: a pharmacist looks at the patient's allergies.",
    ),
    Check.STEPS: ("Every step of the procedure has its initials", "Steps of the procedure lack initials. Begin again (rework), or scrap it."),
    Check.HOLDS: ("No hold is undecided", "It is on hold. A pharmacist decides, or it is begun again or scrapped."),
    Check.LABEL: ("One label is in force and waits for its check", "No label waits for a check. Print a new one."),
    Check.ORDER_LASTS: ("The order is still valid", "The order is too old. The prescriber writes a new one before anything is handed out."),
    Check.ALLERGIES_ASKED: ("The patient was asked about allergies", "The patient has to be asked about allergies again before the hand-out."),
    Check.ASSESSMENT: ("The clinical assessment counts", "The clinical assessment is too old. A pharmacist assesses the patient again before the hand-out."),
    Check.BEYOND_USE: ("It is not past its date", "It is past its date. Scrap it, and plan it anew."),
}
"""What a check is called, and what to do where it is open. No sentence names what has to be read from the container."""

_ORDER_SAYS = {
    "ORDER_NOT_ACCEPTED": "The order is not accepted now. A pharmacist accepts it again before anybody goes on.",
    "SCREENING_OUT_OF_DATE": "Something was told of the patient's allergies since the order was accepted, or screening was renewed. Screen and accept again.",
    "FORMULA_CHANGED": "The order was accepted anew with another formula. Scrap this preparation, and plan again.",
    "VERSION_RETIRED": "A text that it was planned by is retired. Scrap it, and plan anew.",
}

_MISREAD = (
    "You read it otherwise than the label says, and label and record agree. Read the container once more. If it was a slip, a pharmacist decides on the hold;"
    " then a new label is printed and checked. If the container says what you entered, it is not the one of this record: find the right one."
)
_WRONG_LABEL = (
    "The label says something else than the record. A pharmacist decides on the hold, and a new label is printed; if that one is wrong too, the record was"
    " planned for something else: begin again (rework), or scrap it."
)
_NEXT = {
    "WRONG_LABEL": "The code on the container is another one. Look whose label it carries: two containers may have been confused. Print a new label for"
    " this one, or scrap it where nobody can be sure.",
    "LABEL_NOT_IN_FORCE": "The label on the container was withdrawn. Destroy it, and print a new one.",
}
_GATE_NEXT = "The patient's allergies stand against it. It never goes to this patient: scrap it, and a pharmacist asks the prescriber."


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A check as the page lists it: its code and what to do where it is open; `only_later` where it stops the hand-out and not this signature."""

    name: str
    code: str
    todo: str
    only_later: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One discrepancy: what was entered, what label and record say, as far as each speaks of it; in words, and what to do next."""

    code: str
    said: str
    entered: str = ""
    on_label: str = ""
    on_record: str = ""
    next: str = ""


def lines(asked: tuple[Asked, ...]) -> list[Line]:
    """The checks in the order of the work."""
    return [
        Line(
            name=_CHECKS[each.check][0], code=each.code, only_later=each.check in _AT_HAND_OUT,
            todo=_ORDER_SAYS.get(each.code, _CHECKS[each.check][1]) if each.code else "",
        )
        for each in asked
    ]  # fmt: skip


def sides(found: tuple[Discrepancy, ...], form: FinalCheckForm, held: HeldAgainst) -> list[Side]:
    """Each discrepancy once, what is said of one element together."""
    messages: dict[str, list[str]] = {}
    for each in found:
        messages.setdefault(each.code, []).append(each.message)
    return [_side(code, " ".join(said), form, held) for code, said in messages.items()]


def _side(code: str, said: str, form: FinalCheckForm, held: HeldAgainst) -> Side:
    of = _ELEMENTS.get(code)
    if of is None:
        entered = form.scanned_code.text if code == "WRONG_LABEL" else ""
        return Side(code=code, said=said, entered=entered, on_label=held.printed.code if entered else "", next=_NEXT.get(code, _GATE_NEXT))
    entered, on_label, on_record = of(form, held)
    wrong_label = bool(on_record) and on_label != on_record
    return Side(code=code, said=said, entered=entered, on_label=on_label, on_record=on_record, next=_WRONG_LABEL if wrong_label else _MISREAD)


def _told(value: Decimal | date | None, unit: str = "") -> str:
    if isinstance(value, Decimal):
        # A strength of 25.0 % is one of 25 %: the check compares the numbers, and so does the eye.
        return f"{format_number(value.normalize())} {unit}"
    return value.isoformat() if value is not None else ""


_ELEMENTS: dict[str, Callable[[FinalCheckForm, HeldAgainst], tuple[str, str, str]]] = {
    "STRENGTH_DIFFERS": lambda form, held: (
        _told(form.strength.data, "% w/w"), _told(held.printed.strength_percent, "% w/w"), _told(held.strength_percent, "% w/w")
    ),
    "AMOUNT_DIFFERS": lambda form, held: (_told(form.amount.data, "g"), _told(held.printed.amount_g, "g"), _told(held.amount_g, "g")),
    "BEYOND_USE_DATE_DIFFERS": lambda form, held: (
        _told(form.beyond_use_date.data), _told(held.printed.beyond_use_date), _told(held.beyond_use_date)
    ),
    "LOT_NUMBER_DIFFERS": lambda form, held: (form.lot_number.text, held.printed.lot_number, held.lot_number),
    "PATIENT_DIFFERS": lambda form, held: (form.patient_name.text, held.printed.patient_name, ""),
    "SECOND_IDENTIFIER_DIFFERS": lambda form, held: (form.second_identifier.text, held.printed.second_identifier, ""),
    "BASE_DIFFERS": lambda form, held: (form.base.text, held.printed.base, ""),
}  # fmt: skip
"""By the code of a discrepancy: what was entered, and what label and record say of it; the record's is empty where only the label is asked."""
