"""Supply: fingertip units, containers, days of supply, batches from a stock, and the beyond-use date."""

from datetime import date
from fractions import Fraction

from compounding.domain.beyond_use import end_of
from compounding.domain.calculators.answers import Answer, CalculationRefused, Working, text
from compounding.domain.calculators.inputs import Inputs
from compounding.domain.site import Limit

LONGEST_LIMIT_DAYS = 3660
LATEST = date(2199, 12, 31)
_FINGERTIP = "fingertip unit: a strip from a 5 mm nozzle on an adult's index finger (DermNet); an estimate"


def ftu(inputs: Inputs) -> Answer:
    """The grams a course takes, estimated in fingertip units."""
    working = Working()
    units, grams_each = inputs.number("ftu_per_application", most=Fraction(200)), inputs.number("g_per_ftu", most=Fraction(5))
    times, days = inputs.number("applications_per_day", most=Fraction(24)), inputs.number("days", most=Fraction(LONGEST_LIMIT_DAYS))
    inputs.done()
    working.give(
        "grams", units * grams_each * times * days, "g", formula="fingertip units × grams in each × applications a day × days",
        substitution=f"{text(units)} × {text(grams_each)} × {text(times)} × {text(days)}", source=_FINGERTIP,
    )  # fmt: skip
    return working.answer()


def container(inputs: Inputs) -> Answer:
    """The smallest container that holds the amount."""
    working = Working()
    needed = inputs.number("needed_g")
    sizes = [inputs.read(raw, f"size {number}") for number, raw in enumerate(inputs.several("sizes_g", empty=True), start=1)]
    inputs.done()
    fitting = [size for size in sizes if size >= needed]
    if not fitting:
        raise CalculationRefused("no_container", f"none of the containers holds {text(needed)} g")
    working.give(
        "size",
        min(fitting),
        "g",
        formula="the smallest size that is not smaller than the amount",
        substitution=f"{text(needed)} in " + ", ".join(text(size) for size in sizes),
    )
    return working.answer()


def days_supply(inputs: Inputs) -> Answer:
    """How long an amount lasts; whole days are rounded down, so that nobody runs out early."""
    working = Working()
    dispensed, each_day = inputs.number("dispensed_g"), inputs.number("g_per_day")
    inputs.done()
    days = working.give("days_exact", dispensed / each_day, "d", formula="dispensed ÷ grams a day", substitution=f"{text(dispensed)} ÷ {text(each_day)}")
    working.give("days_whole", Fraction(days.__floor__()), "d", formula="whole days", substitution=f"{text(days)}, rounded down")
    if days < 1:
        working.hold("implausible", "the amount does not last a day")
    return working.answer()


def batches(inputs: Inputs) -> Answer:
    """How many batches a stock makes and what is left; with `withdraw`, what is left after that many."""
    working = Working()
    on_hand, each = inputs.number("on_hand_g", zero=True), inputs.number("per_batch_g")
    wanted = inputs.whole("withdraw", most=1_000_000) if inputs.has("withdraw") else None
    inputs.done()
    possible = (on_hand / each).__floor__()
    if wanted is not None and wanted > possible:
        raise CalculationRefused("insufficient_stock", f"{text(on_hand)} g make {possible} batches of {text(each)} g, not {wanted}")
    made = possible if wanted is None else wanted
    formula = "whole batches in the stock" if wanted is None else "batches withdrawn"
    working.give("batches", Fraction(made), "", formula=formula, substitution=f"{text(on_hand)} ÷ {text(each)}, rounded down" if wanted is None else str(made))
    working.give("left_g", on_hand - made * each, "g", formula="stock - batches × grams in each", substitution=f"{text(on_hand)} - {made} × {text(each)}")
    if possible == 0:
        working.hold("insufficient_stock", f"{text(on_hand)} g are not enough for one batch of {text(each)} g")
    return working.answer()


def bud(inputs: Inputs) -> Answer:
    """The beyond-use date: the earlier of the limit's last day and every ingredient's expiry (clinical rule 16)."""
    working = Working()
    compounded = inputs.day("compounded")
    days = inputs.whole("limit_days", most=LONGEST_LIMIT_DAYS)
    expiries = inputs.expiries("ingredient_expiries") if inputs.has("ingredient_expiries") else []
    counting = inputs.word("day_count", ("elapsed", "inclusive")) if inputs.has("day_count") else "elapsed"
    inputs.done()
    if compounded > LATEST:
        raise CalculationRefused("invalid_date", f"{compounded.isoformat()} is too far ahead for calendar arithmetic")
    expired = [expiry for expiry in expiries if expiry < compounded]
    if expired:
        raise CalculationRefused("expired_ingredient", f"an ingredient expired on {min(expired).isoformat()}, before {compounded.isoformat()}")
    last = end_of(Limit(days=days), compounded_on=compounded, day_one=counting == "inclusive")
    day_one = " - 1, since the compounding date is day 1" if counting == "inclusive" else ""
    working.note(
        "last day of the limit",
        last.isoformat(),
        "date",
        formula=f"compounding date + limit{day_one}",
        substitution=f"{compounded.isoformat()} + {days} days{day_one}",
    )
    found = min([last, *expiries])
    working.say(
        "bud", found.isoformat(), "date", formula="the earliest of the limit and all expiries",
        substitution=", ".join(each.isoformat() for each in (last, *expiries)), source="clinical rule 16",
    )  # fmt: skip
    return working.answer()
