"""How much ointment a course takes, in which container, how long it lasts, and how much of it fits before the beyond-use date (clinical rule 34)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from compounding.domain.calculators.answers import Answer, CalculationRefused, Working, text
from compounding.domain.fingertip_units import TreatedSkin, grams_each_application

_COURSE_SOURCE = "clinical rule 34; an estimate where fingertip units are"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What is to be planned: the skin treated, or the grams of one application where the prescriber states them; and what this pharmacy has.

    `first_day` is the compounding date, which counts as a day of use; `last_day` the beyond-use date, where one is known.
    """

    skin: TreatedSkin | None
    stated_grams: Fraction | None
    applications_per_day: Fraction
    days: int
    sizes_g: tuple[Fraction, ...]
    readability_g: Fraction
    first_day: date | None = None
    last_day: date | None = None


def amount_that_fits(amount: Fraction, *, course_days: Fraction, usable_days: int, readability: Fraction) -> Fraction:
    """The grams of an evenly used amount that can be used up in so many days, rounded down to the balance's readability; never more than the amount."""
    if usable_days >= course_days:
        return amount
    return (amount * max(usable_days, 0) / course_days / readability).__floor__() * readability


def fitting_grams(amount_g: Decimal, *, supply_days: Decimal, usable_days: int, readability_g: Decimal) -> Decimal:
    """The same for an order: grams of the amount ordered that can be used up in `usable_days` of the days it is meant to last."""
    fits = amount_that_fits(Fraction(amount_g), course_days=Fraction(supply_days), usable_days=usable_days, readability=Fraction(readability_g))
    # A whole number of the balance's steps, or the amount itself: both end, so nothing is lost.
    return amount_g if fits == Fraction(amount_g) else Decimal((fits / Fraction(readability_g)).__floor__()) * readability_g


def plan_course(course: Course) -> Answer:
    """The amount for the course, the container, how long a full one lasts, and what fits before the beyond-use date.

    Raises CalculationRefused with the name of the input in its sentence.
    """
    working = Working()
    each = _one_application(working, course)
    daily = working.step(
        "grams a day", each * course.applications_per_day, "g", formula="grams of one application × applications a day",
        substitution=f"{text(each)} × {text(course.applications_per_day)}",
    )  # fmt: skip
    amount = working.give(
        "amount", daily * course.days, "g", formula="grams a day × days", substitution=f"{text(daily)} × {course.days}", source=_COURSE_SOURCE
    )
    if course.skin is not None and not course.skin.age.is_adult:
        working.hold("clinical_review", "the patient is a child or adolescent: a pharmacist reviews the order before anything is made (clinical rule 6)")
    usable = _usable_days(course)
    at_a_time = amount
    if usable is not None and usable < course.days:
        at_a_time = _what_fits(working, course, amount, usable)
    if course.sizes_g:
        _choose_container(working, course, at_a_time, daily=daily, usable=usable)
    return working.answer()


def _one_application(working: Working, course: Course) -> Fraction:
    if course.stated_grams is not None and course.skin is not None:
        raise CalculationRefused("not_parsed", "stated_grams: name either the areas or the grams of one application, not both")
    if course.stated_grams is not None:
        return working.give(
            "grams_each_application", course.stated_grams, "g", formula="as stated", substitution=text(course.stated_grams), source="the prescriber"
        )
    if course.skin is None:
        raise CalculationRefused("not_parsed", "no area is named, and no grams of one application")
    return grams_each_application(working, course.skin)


def _usable_days(course: Course) -> int | None:
    if course.last_day is None or course.first_day is None:
        return None
    if course.last_day < course.first_day:
        raise CalculationRefused("invalid_date", f"last_day: {course.last_day.isoformat()} is before the compounding date {course.first_day.isoformat()}")
    return (course.last_day - course.first_day).days + 1


def _what_fits(working: Working, course: Course, amount: Fraction, usable: int) -> Fraction:
    """Note how much can be used up to the beyond-use date, and in how many fills the course is made; hand back what fits."""
    working.step(
        "days until the beyond-use date", Fraction(usable), "d", formula="from the compounding date to the beyond-use date, both counted",
        substitution=f"{course.first_day} to {course.last_day}", source="clinical rule 16",
    )  # fmt: skip
    fits = amount_that_fits(amount, course_days=Fraction(course.days), usable_days=usable, readability=course.readability_g)
    working.give(
        "fits", fits, "g", formula="amount × days until the beyond-use date ÷ days of the course, rounded down to the balance's readability",
        substitution=f"{text(amount)} × {usable} ÷ {course.days}, down to {text(course.readability_g)}", source="clinical rule 16",
    )  # fmt: skip
    working.give("rest", amount - fits, "g", formula="amount - what fits", substitution=f"{text(amount)} - {text(fits)}")
    fills = -(-course.days // usable)
    words = "days of the course ÷ days until the beyond-use date, rounded up"
    working.give("fills", Fraction(fills), "", formula=words, substitution=f"{course.days} ÷ {usable}")
    working.hold(
        "beyond_use_before_course_end",
        f"the beyond-use date {course.last_day} comes before the end of {course.days} days: {text(fits)} g of the {text(amount)} g can be used up to it; "
        f"the course needs {fills} fills, each made when the one before ends",
    )
    return fits


def _choose_container(working: Working, course: Course, needed: Fraction, *, daily: Fraction, usable: int | None) -> None:
    """Note the smallest container that holds what is made at a time, and how long it lasts when it is full."""
    sizes = ", ".join(text(size) for size in course.sizes_g)
    fitting = [size for size in course.sizes_g if size >= needed]
    if not fitting:
        working.hold("no_container", f"none of the containers ({sizes} g) holds {text(needed)} g; divide it among several")
        return
    words = "the smallest size that is not smaller than the amount made at a time"
    size = working.give("container", min(fitting), "g", formula=words, substitution=f"{text(needed)} in {sizes}")
    days = (size / daily).__floor__()
    working.give("full_container_days", Fraction(days), "d", formula="container ÷ grams a day, rounded down", substitution=f"{text(size)} ÷ {text(daily)}")
    if usable is not None and days > usable:
        working.hold(
            "beyond_use_before_course_end",
            f"a full container of {text(size)} g would last {days} days, past its beyond-use date; do not fill it up",
        )
