"""How much an order asks for, and how often."""

from decimal import Decimal

from compounding.domain.errors import QuantityError
from compounding.domain.medication import MedicationReading
from compounding.domain.numbers import format_number, plain_number
from compounding.domain.order_as_sent import OrderAsSent
from compounding.domain.order_words import IN_GRAMS
from compounding.domain.quantities import Quantity, grams
from compounding.domain.reasons import Reason, reason
from compounding.domain.sent_quantities import sent_unit, sent_value
from compounding.domain.site import Site
from compounding.domain.units import MASS_UNITS

_MOST_REPEATS = 24


def amount(sent: OrderAsSent, site: Site, reasons: list[Reason]) -> Decimal | None:
    where = f"{sent.where}.dispenseRequest.quantity"
    if sent.quantity is None or sent.quantity.value is None:
        reasons.append(reason("QUANTITY_MISSING", detail="no amount is given", where=where))
        return None
    try:
        value = sent_value(sent.quantity)
    except QuantityError as refusal:
        reasons.append(reason("QUANTITY_MISSING", detail=refusal.message, where=where))
        return None
    try:
        unit = sent_unit(sent.quantity)
        if unit not in MASS_UNITS:
            reasons.append(reason("QUANTITY_UNIT", detail=f"{unit.value} is no unit of an order; an ointment is ordered in grams", where=where))
            return None
        amount_g = Decimal(plain_number(grams(Quantity(value, unit))))
    except QuantityError as refusal:
        reasons.append(reason("QUANTITY_UNIT", detail=refusal.message, where=where))
        return None
    if not site.smallest_amount_g <= amount_g <= site.largest_amount_g:
        limits = f"this pharmacy makes {format_number(site.smallest_amount_g)} to {format_number(site.largest_amount_g)} g at a time"
        reasons.append(reason("QUANTITY_OUT_OF_RANGE", detail=f"{format_number(amount_g)} g was ordered; {limits}", where=where))
        return None
    if amount_g % site.balance.readability_g:
        reasons.append(reason("QUANTITY_OUT_OF_RANGE", detail=f"{format_number(amount_g)} g is finer than the balance can weigh", where=where))
        return None
    return amount_g


def check_masses(medication: MedicationReading, amount_g: Decimal | None, reasons: list[Reason], where: str) -> None:
    """A mass in the medication's text can only repeat the amount ordered; any other mass could be a recipe this program does not read."""
    for words in medication.masses:
        number, _, unit = words.partition(" ")
        stated = Decimal(number) * IN_GRAMS[unit]
        if stated != amount_g:
            reasons.append(reason("MEDICATION_TEXT_UNCLEAR", detail=f"it names {words}, which is not the amount ordered", where=where))


def repeats(sent: OrderAsSent, reasons: list[Reason]) -> int | None:
    where = f"{sent.where}.dispenseRequest.numberOfRepeatsAllowed"
    if sent.repeats is None:
        reasons.append(reason("REPEATS_NOT_STATED", where=where))
        return 0
    if not 0 <= sent.repeats <= _MOST_REPEATS:
        reasons.append(reason("REPEATS_OUT_OF_RANGE", detail=f"{sent.repeats} repeats", where=where))
        return None
    return sent.repeats
