"""Every setting of a pharmacy in words: what it is called, what it does, where it comes from, and its value as it is shown."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

_MOST_UNREADABLE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting by its path in the records ("balance.name"), in the part of the page it stands in; `unit` is printed behind its value."""

    path: str
    part: str
    label: str
    meaning: str
    source: str
    unit: str = ""
    nothing: str = "not told"
    """What its absence says."""


PARTS: Mapping[str, str] = {
    "paper": "What stands on the paper", "labels": "Labels and sheets in the printer", "codes": "Codes on paper",
    "balance": "The balance", "amounts": "What is prepared here",
    "tolerances": "How far a jar may be from its plan", "days": "Days and limits", "people": "Working alone",
}  # fmt: skip
"""The parts of the settings, each changed by itself."""

_LABEL = "Asked for by the place's rules for container labels"
_RULE_20 = "Clinical rule 20; the figures are a proposal (unverified)"


def _setting(path: str, part: str, label: str, meaning: str, source: str, unit: str = "", nothing: str = "not told") -> Setting:
    return Setting(path=path, part=part, label=label, meaning=meaning, source=source, unit=unit, nothing=nothing)


SETTINGS = (
    _setting("name", "paper", "Name", "Printed on every label, leaflet and worksheet exactly as it stands here.", _LABEL),
    _setting("address", "paper", "Address", "Printed on every label and leaflet.", _LABEL),
    _setting("telephone", "paper", "Telephone", "Printed on every label and leaflet; patients call it when something goes wrong.", _LABEL),
    _setting("time_zone", "paper", "Time zone", "Decides what day it is here, for every date on paper and on screen.", "The pharmacy's own"),
    _setting("label_stock", "labels", "Labels", "What is in the label printer, or the sheet of labels.", "The pharmacy's own"),
    _setting("label_right_mm", "labels", "Move labels to the right", "What the calibration page asks for; a minus is to the left.", "Measured here", "mm"),
    _setting("label_down_mm", "labels", "Move labels down", "What the calibration page asks for; a minus is up.", "Measured here", "mm"),
    _setting("sheet_paper", "labels", "Paper", "For leaflets, worksheets and formula records.", "The pharmacy's own"),
    _setting(
        "second_label_language",
        "labels",
        "Second language of labels",
        "The same label once more in this language, on labels of its own, for patients who read another one. Its texts must be approved here.",
        "The pharmacy's own",
        nothing="none: labels speak the patient's language alone",
    ),
    _setting(
        "gs1_prefix",
        "codes",
        "GS1 company prefix",
        "With it and an item reference, the code on a label is a GS1 code.",
        "The pharmacy's GS1 certificate",
        nothing="none: codes are the pharmacy's own",
    ),
    _setting(
        "gs1_items",
        "codes",
        "GS1 item references",
        "One for each formula whose labels carry a GS1 code.",
        "The pharmacy's own",
        nothing="none: codes are the pharmacy's own",
    ),
    _setting(
        "public_page",
        "codes",
        "Public page of the leaflets",
        "Where the leaflets' texts are published. A code on the leaflet opens formula, version and language there, and says nothing of a patient.",
        "Clinical rule 25",
        nothing="none: leaflets carry no code",
    ),
    _setting("balance.name", "balance", "Balance", "Its name, as it stands on worksheets and records.", "The pharmacy's own"),
    _setting(
        "balance.readability_g",
        "balance",
        "Readability",
        "The smallest step it shows. Every weight is rounded to it.",
        "The balance's plate; clinical rule 28",
        "g",
    ),
    _setting(
        "balance.minimum_weighable_g",
        "balance",
        "Minimum weight",
        "The least mass that may be weighed on it. Less than this is refused.",
        "The balance's certificate; clinical rule 28",
        "g",
    ),
    _setting("smallest_amount_g", "amounts", "Smallest amount prepared", "An order for less is held.", "The pharmacy's own", "g"),
    _setting("largest_amount_g", "amounts", "Largest amount prepared", "An order for more is held.", "The pharmacy's own", "g"),
    _setting("overage_percent", "amounts", "Overage", "Added to every ingredient for what stays in the mortar.", "The pharmacy's own; a proposal of none", "%"),
    _setting(
        "correct_lots_above_percent",
        "amounts",
        "Correct for assay and water above",
        "A lot's assay and water change the weight of the drug where they matter more than this. At 0 they always do.",
        "Clinical rule 13",
        "%",
    ),
    _setting(
        "container_sizes_g",
        "amounts",
        "Containers in stock",
        "The dosing help chooses from them.",
        "The pharmacy's own",
        "g",
        "none told: the dosing help suggests no container",
    ),
    _setting(
        "default_zinc_product",
        "amounts",
        "Zinc oxide product",
        'Taken where an order says only "zinc oxide ointment".',
        "Clinical rule 5",
        "",
        "none: such an order is held until it names one",
    ),
    _setting(
        "tolerances.weighing_percent", "tolerances", "One weighing", "How far a reading may be from its target before it must be weighed again.", _RULE_20, "%"
    ),
    _setting(
        "tolerances.strength.lowest", "tolerances", "Strength, lowest", "Of the labelled strength. Outside it the jar is scrapped or reworked.", _RULE_20, "%"
    ),
    _setting("tolerances.strength.highest", "tolerances", "Strength, highest", "Of the labelled strength.", _RULE_20, "%"),
    _setting("tolerances.process_yield.lowest", "tolerances", "Yield, lowest", "Of what was weighed. Outside it the jar is on hold.", _RULE_20, "%"),
    _setting("tolerances.process_yield.highest", "tolerances", "Yield, highest", "Of what was weighed.", _RULE_20, "%"),
    _setting("tolerances.net_weight.lowest", "tolerances", "Net weight, lowest", "Of the amount ordered. Outside it the jar is on hold.", _RULE_20, "%"),
    _setting("tolerances.net_weight.highest", "tolerances", "Net weight, highest", "Of the amount ordered.", _RULE_20, "%"),
    _setting(
        "house_limit_days",
        "days",
        "Beyond-use limit of the house",
        "It can only shorten the limit of the place's rules.",
        "Clinical rule 16",
        "days",
        "none: the limit of the place's rules stands alone",
    ),
    _setting(
        "undated_lot_days",
        "days",
        "Lots without an expiry",
        "For so long from its receipt an ingredient lot without an expiry may be used.",
        "Clinical rule 16; the figure is a proposal (unverified)",
        "days",
    ),
    _setting(
        "refill_early_days",
        "days",
        "Refills may be early by",
        "So long before the end of the last fill's supply the next one needs no pharmacist's reason.",
        "Clinical rule 3; the figure is a proposal (unverified)",
        "days",
    ),
    _setting(
        "sole_practitioner",
        "people",
        "One pharmacist works here alone",
        "Allows entering blind again after ten minutes, with a photo or printout, where no second person is there. The record says so.",
        "Clinical rules 17 and 18",
    ),
)
"""In the order of the page."""

FIXED = {
    "id": ("Short name", "The key of this pharmacy in its records."), "jurisdiction": ("Whose rules it works by", "Its records were made under them."),
    "is_example": ("Example", "Everything an example prints says that it is none of a real pharmacy."),
}  # fmt: skip
"""What never changes after the founding."""

_BY_PATH = {each.path: each for each in SETTINGS}


def label_of(path: str) -> str:
    """What a setting is called; a path that is none any more stands for itself."""
    return _BY_PATH[path].label if path in _BY_PATH else FIXED[path][0] if path in FIXED else path.replace("_", " ")


def value_of(path: str, told: str | None) -> str:
    """A value of the records as it is shown, with its unit; what its absence says where there is none."""
    known = _BY_PATH.get(path)
    if told is None or (told == "[]"):
        return known.nothing if known is not None else "nothing"
    text = _listed(told)
    return f"{text}\u00a0{known.unit}" if known is not None and known.unit else text


def _listed(told: str) -> str:
    """A list of the records as words; anything else as it stands."""
    if not told.startswith("["):
        return told
    try:
        return ", ".join(str(each) for each in json.loads(told))
    except (ValueError, TypeError):
        return told[:_MOST_UNREADABLE]
