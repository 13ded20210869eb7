"""Which warnings does a preparation's paper carry, where, and when? From what is in the jar and what was found of the patient; nobody deselects one.

Label and leaflet are composed from this one table, and the finished label is held against it again before it is kept (clinical rules 27, 29 and 30).
"""

from dataclasses import dataclass
from enum import StrEnum

from compounding.domain.clinical_assessment import LesionState


class Place(StrEnum):
    """Where a sentence stands. A part of the leaflet is named by the phrase of its heading."""

    LABEL_CRITICAL = "label, among the critical lines"
    LABEL = "label, among the warnings"
    BEFORE = "heading_before"
    INSIDE = "heading_inside"
    HOW = "heading_how"
    OPEN_SKIN = "heading_open_skin"
    STINGING = "heading_stinging"
    STOP = "heading_stop"
    FIRE = "heading_fire"
    NOT_ON = "heading_not_on"
    FIRST_AID = "heading_first_aid"
    MIX = "heading_mix"
    XRAY = "heading_xray"
    MISSED = "heading_missed"
    STORE = "heading_store"
    SAFE = "heading_safe"
    QUESTIONS = "heading_questions"

    @property
    def is_on_label(self) -> bool:
        """True for the label, false for the leaflet."""
        return self in {Place.LABEL_CRITICAL, Place.LABEL}


class When(StrEnum):
    """When a sentence is said. What nobody asked counts as a yes, as in the clinical assessment itself (clinical rule 17)."""

    ALWAYS = "always"
    ZINC = "zinc is in the jar"
    NO_ZINC = "no zinc is in the jar"
    SKIN_INTACT = "the clinical assessment says that the skin is intact"
    SKIN_OPEN = "the clinical assessment says that the lesion is open"
    SKIN_NOT_STATED = "nobody assessed the skin, or it is infected"
    OXYGEN = "there is oxygen or smoking at home, or nobody asked"
    OTHER_PRODUCTS = "other products go on the wound, or nobody asked"
    SULFITE = "the allergy record speaks of sulfite, whatever was signed beside it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What decides: whether zinc is in the jar, and what is known of the patient; None where nobody asked.

    `oxygen_or_smoking` and `other_products` are answers of the clinical assessment; `sulfite` says that an entry of the allergy record speaks of it and that
    the entry was neither denied nor refuted.
    """

    contains_zinc: bool
    skin: LesionState | None = None
    oxygen_or_smoking: bool | None = None
    other_products: bool | None = None
    sulfite: bool = False

    def calls_for(self, when: When) -> bool:
        """Whether what is said at such a time is said here."""
        return {
            When.ALWAYS: True,
            When.ZINC: self.contains_zinc,
            When.NO_ZINC: not self.contains_zinc,
            When.SKIN_INTACT: self.skin is LesionState.INTACT,
            When.SKIN_OPEN: self.skin is LesionState.OPEN,
            # "Use on the open sore only the way your prescriber told you" would allow too much on infected skin: there the stricter sentence stands.
            When.SKIN_NOT_STATED: self.skin not in {LesionState.INTACT, LesionState.OPEN},
            When.OXYGEN: self.oxygen_or_smoking is not False,
            When.OTHER_PRODUCTS: self.other_products is not False,
            When.SULFITE: self.sulfite,
        }[when]


@dataclass(frozen=True, slots=True)
class Warned:
    """One paragraph of warning: its phrases, where it stands, when it is said, and the clinical rule behind it."""

    phrases: tuple[str, ...]
    place: Place
    when: When
    clinical_rule: int


def _rows(place: Place, *rows: tuple[str, When, int]) -> tuple[Warned, ...]:
    return tuple(Warned(tuple(phrases.split()), place, when, rule) for phrases, when, rule in rows)


_ZINC = (("contains_no_zinc", When.NO_ZINC, 30), ("contains_zinc contains_zinc_percent", When.ZINC, 30))
_SKIN = (("open_skin_not_stated", When.SKIN_NOT_STATED, 30), ("open_skin_intact", When.SKIN_INTACT, 30), ("open_skin_open", When.SKIN_OPEN, 30))

WARNINGS = (
    *_rows(Place.LABEL_CRITICAL, *_ZINC),
    *_rows(
        Place.LABEL, ("skin_only", When.ALWAYS, 29), *_SKIN, ("may_sting_short", When.ALWAYS, 30), ("sulfite_traces", When.SULFITE, 31),
        ("fire_short", When.ALWAYS, 30), ("oxygen_short", When.OXYGEN, 17), ("xray_zinc", When.ZINC, 30), ("other_products_short", When.OTHER_PRODUCTS, 30),
        ("avoid_eyes", When.ALWAYS, 29), ("keep_from_children", When.ALWAYS, 29),
    ),
    *_rows(
        Place.BEFORE, ("before_allergies", When.ALWAYS, 30), ("sulfite_traces", When.SULFITE, 31), ("before_rash", When.ALWAYS, 8),
        ("before_pregnancy", When.ALWAYS, 30), ("before_child", When.ALWAYS, 30), ("before_kidney_heart", When.ALWAYS, 30), ("before_wound", When.ALWAYS, 30),
        ("before_oxygen", When.ALWAYS, 17),
    ),
    *_rows(Place.INSIDE, *_ZINC),
    *_rows(
        Place.HOW, ("how_wash_hands", When.ALWAYS, 30), ("how_clean_skin", When.ALWAYS, 30), ("how_thin_layer", When.ALWAYS, 30),
        ("how_wash_hands_after", When.ALWAYS, 30), ("how_cover", When.ALWAYS, 30), ("how_no_tight_wrap", When.ALWAYS, 30), ("how_no_heat", When.ALWAYS, 30),
    ),
    *_rows(Place.OPEN_SKIN, *_SKIN),
    *_rows(Place.STINGING, ("stinging", When.ALWAYS, 30)),
    *_rows(Place.STOP, ("stop_and_call", When.ALWAYS, 30), ("stop_rash_infection", When.ALWAYS, 30), ("emergency", When.ALWAYS, 30)),
    *_rows(Place.FIRE, ("fire", When.ALWAYS, 30)),
    *_rows(Place.NOT_ON, ("skin_only", When.ALWAYS, 29), ("not_on_eyes", When.ALWAYS, 30), ("not_on_deep_wounds", When.ALWAYS, 30)),
    *_rows(Place.FIRST_AID, ("eye_first_aid", When.ALWAYS, 30), ("swallowed_first_aid", When.ALWAYS, 30)),
    *_rows(Place.MIX, ("may_not_mix_well", When.ALWAYS, 30)),
    *_rows(Place.XRAY, ("xray_zinc", When.ZINC, 30)),
    *_rows(Place.MISSED, ("missed_application", When.ALWAYS, 30)),
    *_rows(Place.STORE, ("bring_back", When.ALWAYS, 30), ("discard_after", When.ALWAYS, 30)),
    *_rows(Place.SAFE, ("keep_from_children", When.ALWAYS, 29), ("pets", When.ALWAYS, 30), ("do_not_share", When.ALWAYS, 30), ("leftovers", When.ALWAYS, 30)),
    *_rows(Place.QUESTIONS, ("questions_call", When.ALWAYS, 30)),
)  # fmt: skip
"""Every paragraph in the order in which it stands at its place."""


def warnings_at(place: Place, found: Found) -> tuple[tuple[str, ...], ...]:
    """The phrase ids of each paragraph that stands at this place, in order."""
    return tuple(each.phrases for each in WARNINGS if each.place is place and found.calls_for(each.when))
