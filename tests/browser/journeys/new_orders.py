"""One new order as its prescriber enters it."""

from typing import Any

ORDER = {
    "patient_name": "Nora New", "born_on": "1965-06-30", "patient_address": "7 Spruce Lane, Surrey BC", "asked_by": "Dr Mona Example",
    "asked_on": "2026-11-22", "percent": "12.5", "place": "the hard spots on both elbows", "amount": "60", "repeats": "2", "supply_days": "30",
    "why_compounded": "there is no such product on the market",
}  # fmt: skip
CHOSEN = {"allergies": "none", "contact": "no", "basis": "pentahydrate", "base": "petrolatum", "how_much": "thin_layer"}
MOMENTS = ("morning", "bedtime")


def fill_order(page: Any) -> None:
    """Fill in the whole form."""
    for name, told in ORDER.items():
        page.locator(f"#{name}").fill(told)
    for name, value in CHOSEN.items():
        page.locator(f"[name={name}][value={value}]").check()
    for value in MOMENTS:
        page.locator(f"[name=moments][value={value}]").check()


def moments_of(page: Any) -> list[str]:
    """The times of the day that are ticked."""
    return [str(each.get_attribute("value")) for each in page.locator("[name=moments]:checked").all()]
