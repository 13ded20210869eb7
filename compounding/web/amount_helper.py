"""The helper beside the amount: one application by fingertip units or by weight, times a day, days; worked out by the dosing calculator's own rules."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_wtf import FlaskForm

from compounding.domain.calculators import CalculationRefused
from compounding.domain.dosing import Course, plan_course
from compounding.domain.fingertip_units import TreatedSkin
from compounding.domain.numbers import format_number
from compounding.web.area_fields import AreaFields
from compounding.web.pharmacy import Pharmacy


class HelperFields(AreaFields, FlaskForm):  # type: ignore[misc]
    """Which areas are treated, at what age, and whose finger measures. None of it goes into the order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """The amount for one fill in words, as a number that can be taken over, and what holds it back or is still needed."""

    words: str = ""
    grams: str = ""
    remarks: tuple[str, ...] = ()
    missing: str = ""


def amount_of(form: Any, house: Pharmacy) -> Amount:
    """What one fill takes: of a `NewOrderForm`, whatever has been filled in so far."""
    tables, skin = house.data.fingertips, None
    units = (form.age.data, form.finger.data, form.nozzle.data)
    if form.counts_areas and form.areas and all(units) and form.age.data in tables.ages and form.finger.data in tables.fingers:
        skin = TreatedSkin(age=tables.ages[form.age.data], finger=tables.fingers[form.finger.data], areas=form.areas, from_tube=form.nozzle.data == "tube")
    stated = form.each_g.data if form.how_much.data == "grams" else None
    missing = [
        *(() if skin is not None or stated is not None else ("the weight of one application, or the areas with age, finger and tube",)),
        *(() if form.moments.data else ("the times of the day",)), *(() if form.supply_days.data else ("how long one fill is to last",)),
    ]  # fmt: skip
    if missing:
        return Amount(missing=f"To work out the amount, fill in {_listed(missing)}.")
    course = Course(
        skin=skin, stated_grams=Fraction(stated) if stated is not None else None, applications_per_day=Fraction(len(form.moments.data)),
        days=int(form.supply_days.data), sizes_g=(), readability_g=Fraction(house.site.balance.readability_g),
    )  # fmt: skip
    try:
        answer = plan_course(course)
    except CalculationRefused as refusal:
        told = refusal.message.partition(": ")[2] or refusal.message
        return Amount(missing=told[:1].upper() + told[1:] + ".")
    count, each, amount = len(form.moments.data), answer.result["grams_each_application"].value, answer.result["amount"].value
    often = {1: "once", 2: "twice"}.get(count, f"{count} times")
    days = "1 day" if course.days == 1 else f"{course.days} days"
    words = f"{format_number(Decimal(each))} g each time, {often} a day, for {days}: {format_number(Decimal(amount))} g"
    return Amount(words=words, grams=amount, remarks=tuple(hold.message[:1].upper() + hold.message[1:] + "." for hold in answer.holds))


def _listed(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
