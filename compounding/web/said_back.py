"""An order said back in plain words before it is sent: how it is read, what is still missing, and what its own words say of the patient's allergies.

Only what stands in the order is read here: nothing of the rest of a patient's record is known to this page.
"""

from dataclasses import dataclass, replace

from compounding.domain.hydrates import Form, molar_masses
from compounding.domain.numbers import format_number
from compounding.domain.order_as_sent import OrderAsSent
from compounding.domain.reasons import Severity
from compounding.domain.strength_words import strength_in_words
from compounding.pipeline import examine, work_out
from compounding.web import typed_order, words
from compounding.web.allergy_reading import ReadingPage, reading_of
from compounding.web.languages import LANGUAGE_NAMES
from compounding.web.new_order_form import NewOrderForm
from compounding.web.pharmacy import Pharmacy

_ALLERGIES = {"none": "none known, asked by {by} on {on}", "listed": "{listed}", "not_asked": "nobody asked"}
_ZINC = {
    "zinc": "A zinc allergy stands in this order.", "not_zinc": "No zinc allergy stands in this order.",
    "unclear": "This order leaves open whether there is a zinc allergy.", "not_asked": "This order does not say that anybody asked about allergies.",
}  # fmt: skip
_CONTACT = {"yes": "yes: {told}", "no": "no", "not_asked": "nobody asked"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """What is still missing or doubtful: the sentence, and where on the form."""

    message: str
    code: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidBack:
    """The order in plain words; `open` is what a pharmacist will have to ask about."""

    sentence: str
    rows: tuple[tuple[str, str], ...]
    open: tuple[Open, ...]
    zinc: str
    reading: ReadingPage


def said_back(form: NewOrderForm, house: Pharmacy) -> SaidBack:
    """Read a valid form as the pharmacy will read it."""
    sent = form.order()
    bench = house.bench(on=None, language=None, allergies=(), contact=typed_order.contact_of(form))
    worked = work_out(examine(sent, bench, house.data), house.data)
    echo, screening = worked.examined.receipt.echo, worked.examined.gate.screening
    still_open = tuple(
        Open(message=each.message, code=each.code, where=words.where(each.where))
        for each in dict.fromkeys(worked.reasons)
        if each.severity is not Severity.WARNING
    )
    return SaidBack(
        sentence=f"{_strength(form, house) or echo['strength']}, in {echo['base']}, {echo['amount']}. {echo['directions']}",
        rows=tuple((name, value) for name, value in _rows(form, sent, echo) if value), open=still_open, zinc=_ZINC[screening.zinc.value],
        reading=reading_of(form, house),
    )  # fmt: skip


def strength_of(form: NewOrderForm, house: Pharmacy) -> str:
    """The strength in words once it is whole: what it is counted as, and what that is as the other form."""
    counted = {"pentahydrate": Form.PENTAHYDRATE, "anhydrous": Form.ANHYDROUS}.get(form.basis.data or "")
    if form.percent.data is None or counted is None:
        return ""
    return strength_in_words(form.percent.data, counted, molar_masses(house.data.formulary.substances))


def _strength(form: NewOrderForm, house: Pharmacy) -> str:
    told = strength_of(form, house)
    return f"Sodium thiosulfate {told}" if told else ""


def _rows(form: NewOrderForm, sent: OrderAsSent, echo: dict[str, str]) -> list[tuple[str, str]]:
    by, on = form.asked_by.text, str(form.asked_on.data or "")
    listed = "; ".join(form.allergies_list.lines)
    allergies = _ALLERGIES[form.allergies.data].format(by=by, on=on, listed=listed)
    contact = _CONTACT[form.contact.data].format(told=form.contact_details.text or "not said from what")
    days = form.supply_days.data
    return [
        ("Patient", ", ".join(each for each in (sent.patient.name, f"born {sent.patient.birth_date}", sent.patient.identifier) if each)),
        ("Address", sent.patient.address or "not stated"), ("Telephone", sent.patient.telephone),
        ("Patient reads", LANGUAGE_NAMES.get(sent.patient.language, "")),
        ("Prescriber", ", ".join((sent.prescriber_name or "not stated", f"licence {sent.prescriber_licence or 'not stated'}"))),
        ("Order of", sent.authored_on or "not stated"), ("Order reference", sent.identifier), ("Directions", echo["directions"]),
        ("Amount of one fill", echo["amount"] + (f", to last {format_number(days)} days" if days is not None else "")),
        ("Repeats", _repeats(sent.repeats)), ("Diagnosis and notes", "; ".join(sent.notes)), ("Allergies", allergies),
        ("Ever a rash from what touches the skin", contact),
    ]  # fmt: skip


def _repeats(count: int | None) -> str:
    if count is None:
        return "not stated"
    return "none: one fill" if count == 0 else f"{count}: {count + 1} fills in all"


def as_prescriber(form: NewOrderForm, *, name: str, licence: str) -> OrderAsSent:
    """The order under the name and licence on record of whoever enters it."""
    return replace(form.order(), prescriber_name=name, prescriber_licence=licence)
