"""Dosing help for prescribers: fingertip units by area and age, the amount for a course, the container, and what fits before the beyond-use date."""

from fractions import Fraction
from typing import Any, ClassVar

from flask import Blueprint, render_template, request

from compounding.domain.calculators import CalculationRefused
from compounding.domain.dosing import Course, plan_course
from compounding.domain.fingertip_units import Area, FingertipTables, TreatedSkin
from compounding.domain.numbers import plain_number
from compounding.web.area_fields import AREAS, AreaFields
from compounding.web.calculators_forms import A_DAY, ISO, MASS, WHOLE_DAYS, CalculatorForm
from compounding.web.calculators_shown import shown
from compounding.web.fields import DayField, QuantitiesField, QuantityField
from compounding.web.pharmacy import Pharmacy, current_pharmacy

blueprint = Blueprint("dosing", __name__)

_NAMES = {
    "grams_each_application": "One application",
    "amount": "Amount for the course",
    "fits": "Fits before the beyond-use date",
    "rest": "Left for later fills",
    "fills": "Fills",
    "container": "Smallest container that holds what is made at a time",
    "full_container_days": "A full container lasts",
}
EXAMPLE = {"age": "adult", "finger": "woman", "nozzle": "tube", "arm": "2", "applications_per_day": "1", "days": "7", "sizes": "15\n30\n60"}
"""The example of DermNet: both arms of an adult, once a day for a week."""


class DosingForm(AreaFields, CalculatorForm):
    """One application, by areas or as stated; the course; what the pharmacy has."""

    optional: ClassVar[frozenset[str]] = frozenset({"stated_grams", "age", "finger", "nozzle", "sizes", "first_day", "last_day", *Area})
    blamed: ClassVar[dict[str, str]] = {"not_parsed": "stated_grams"}

    stated_grams = QuantityField("Grams of one application, as the prescriber states them", asks=MASS)
    applications_per_day = QuantityField("Applications a day", asks=A_DAY)
    days = QuantityField("Length of the course, in days", asks=WHOLE_DAYS)
    sizes = QuantitiesField("Container sizes of the pharmacy, in grams", description="One on each line, if a container is to be chosen.", asks=MASS)
    first_day = DayField("Compounding date", description=f"{ISO}; it counts as the first day of use.")
    last_day = DayField("Beyond-use date", description="If it is known.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # The fields of the areas are made with their own class, before this one's; the grams stand above them on the page.
        self._fields.move_to_end("stated_grams", last=False)

    def validate(self, extra_validators: object = None) -> bool:
        """Check every field, then what only makes sense together."""
        super().validate(extra_validators)
        if self.counts_areas and self.stated_grams.data is not None:
            self.stated_grams.errors = ["Name either the areas or the grams of one application, not both: clear one of them."]
        elif self.counts_areas:
            for field in (self.age, self.finger, self.nozzle):
                if not field.data and not field.errors:
                    field.errors = [f"{field.label.text}: choose one, or state the grams of one application instead."]
        if self.last_day.data and not self.first_day.data and not self.first_day.errors:
            self.first_day.errors = ["Compounding date: fill it in, so that the days to the beyond-use date can be counted."]
        return not self.errors

    def course(self, house: Pharmacy) -> Course:
        """What was filled in, as the core plans it."""
        tables, skin = house.data.fingertips, None
        if self.age.data and self.finger.data and self.nozzle.data:
            skin = TreatedSkin(age=tables.ages[self.age.data], finger=tables.fingers[self.finger.data], areas=self.areas, from_tube=self.nozzle.data == "tube")
        return Course(
            skin=skin,
            stated_grams=Fraction(self.stated_grams.data) if self.stated_grams.data is not None else None,
            applications_per_day=Fraction(self.applications_per_day.data or 0),
            days=int(self.days.data or 0),
            sizes_g=tuple(Fraction(size) for size in self.sizes.numbers),
            readability_g=Fraction(house.site.balance.readability_g),
            first_day=self.first_day.data,
            last_day=self.last_day.data,
        )


@blueprint.get("/calculators/dosing")
def page() -> tuple[str, int]:
    """The form; with an address that fills it in, the answer or what is to be mended."""
    house = current_pharmacy()
    filled = DosingForm.filled(request.args)
    form = DosingForm(filled, data=_defaults(house))
    form.offer_tables(house.data.fingertips)
    answer = None
    if filled and form.validate():
        try:
            answer = plan_course(form.course(house))
        except CalculationRefused as refusal:
            form.refuse(refusal)
    found = shown(answer, names=_NAMES, given=form) if answer else None
    tables = house.data.fingertips
    page = render_template("calculators/dosing.html", form=form, shown=found, tables=tables, areas=AREAS, sources=_sources(tables), example=EXAMPLE)
    return page, 422 if form.errors else 200


def _defaults(house: Pharmacy) -> dict[str, object]:
    """What an empty form starts with: the day and the containers of the house, never an amount or a frequency."""
    return {"first_day": house.today, "sizes": "\n".join(plain_number(size) for size in house.site.container_sizes_g)}


def _sources(tables: FingertipTables) -> dict[str, list[str]]:
    """Where the tables come from and how far that was checked, with the ages each holds for."""
    found: dict[str, list[str]] = {}
    for age in tables.ages.values():
        found.setdefault(f"{age.source} ({age.status})", []).append(age.name)
    return found
