"""The helper beside the amount: one application by fingertip units or by weight, times a day, days; worked out by the dosing calculator's own rules."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_wtf import FlaskForm

from compounding.domain.calculators import CalculationRefused
from compounding.domain.dosing import Course, plan_course
from compounding.domain.fingertip_units import Area, FingertipTables, TreatedSkin
from compounding.domain.numbers import format_number
from compounding.domain.typed_quantities import NUMBER, Asked
from compounding.web.calculators_dosing import AREAS
from compounding.web.fields import AnswerField, QuantityField, offer
from compounding.web.pharmacy import Pharmacy

_COUNT = Asked(unit=NUMBER, zero=True, whole=True, most=Decimal(2))


class HelperFields(FlaskForm):  # type: ignore[misc]
    """Which areas are treated, at what age, and whose finger measures. None of it goes into the order."""

    age = AnswerField("Age", choices=[])
    finger = AnswerField("Measured on", choices=[])
    nozzle = AnswerField("It comes in", choices=[])
    face_neck = QuantityField(AREAS[Area.FACE_NECK], asks=_COUNT)
    arm = QuantityField(AREAS[Area.ARM], asks=_COUNT)
    hand = QuantityField(AREAS[Area.HAND], asks=_COUNT)
    arm_hand = QuantityField(AREAS[Area.ARM_HAND], asks=_COUNT)
    leg = QuantityField(AREAS[Area.LEG], asks=_COUNT)
    foot = QuantityField(AREAS[Area.FOOT], asks=_COUNT)
    leg_foot = QuantityField(AREAS[Area.LEG_FOOT], asks=_COUNT)
    trunk_front = QuantityField(AREAS[Area.TRUNK_FRONT], asks=_COUNT)
    back_buttocks = QuantityField(AREAS[Area.BACK_BUTTOCKS], asks=_COUNT)

    def with_tables(self, tables: FingertipTables) -> None:
        """Fill in the answers that the tables give."""
        self.age.choices = offer(**{age.id: age.name for age in tables.ages.values()})
        self.finger.choices = offer(**{finger.id: f"{finger.name} finger: {finger.grams} g a unit" for finger in tables.fingers.values()})
        self.nozzle.choices = offer(tube=f"a tube with a {tables.nozzle_mm} mm nozzle", other="a jar, or a tube with another nozzle")

    @property
    def area_columns(self) -> tuple[list[QuantityField], list[QuantityField]]:
        """The fields of the areas, in two columns."""
        fields = [self[area.value] for area in Area]
        return fields[:5], fields[5:]

    @property
    def areas(self) -> dict[Area, int]:
        """How many of each area are treated."""
        return {area: int(self[area.value].data) for area in Area if self[area.value].data}

    @property
    def asks_for_units(self) -> bool:
        """Whether anything of the estimate by areas was filled in."""
        return bool(self.areas or self.age.data or self.finger.data or self.nozzle.data)


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
    if form.asks_for_units and form.areas and all(units) and form.age.data in tables.ages and form.finger.data in tables.fingers:
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
