"""Fingertip units by area and age: the grams of ointment one application takes, as an estimate from a tube (clinical rule 34)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from compounding.domain.calculators.answers import CalculationRefused, Working, text
from compounding.domain.substances import Status


class Area(StrEnum):
    """The areas of the skin that the tables know."""

    FACE_NECK = "face_neck"
    ARM = "arm"
    HAND = "hand"
    ARM_HAND = "arm_hand"
    LEG = "leg"
    FOOT = "foot"
    LEG_FOOT = "leg_foot"
    TRUNK_FRONT = "trunk_front"
    BACK_BUTTOCKS = "back_buttocks"


_PARTS = {Area.ARM_HAND: (Area.ARM, Area.HAND), Area.LEG_FOOT: (Area.LEG, Area.FOOT)}
_PAIRED = frozenset({Area.ARM, Area.HAND, Area.LEG, Area.FOOT})


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeGroup:
    """The fingertip units each area takes at an age; `status` says how far the table was checked."""

    id: str
    name: str
    is_adult: bool
    units: Mapping[Area, Decimal]
    source: str
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Finger:
    """Whose finger measures, and the grams of one fingertip unit."""

    id: str
    name: str
    grams: Decimal
    source: str
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class FingertipTables:
    """All the tables. `nozzle_mm` is the width of the tube's nozzle they hold for."""

    version: str
    nozzle_mm: Decimal
    fingers: Mapping[str, Finger]
    ages: Mapping[str, AgeGroup]


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatedSkin:
    """Which areas are treated, how many of each, at what age, and whose finger measures. `from_tube` is false for a jar or another nozzle."""

    age: AgeGroup
    finger: Finger
    areas: Mapping[Area, int]
    from_tube: bool


def grams_each_application(working: Working, skin: TreatedSkin) -> Fraction:
    """The grams of one application, noted with their derivation.

    Raises CalculationRefused: `not_parsed` where nothing is treated or fingertip units do not hold, `out_of_range` for more arms than people have
    or an area the table of that age lacks.
    """
    if not skin.from_tube:
        raise CalculationRefused(
            "not_parsed", "nozzle: a fingertip unit is measured from a tube with this nozzle; from a jar, state the grams of one application instead"
        )
    treated = {area: count for area, count in skin.areas.items() if count}
    if not treated:
        raise CalculationRefused("not_parsed", "no area is named, and no grams of one application")
    for area in treated:
        if area not in skin.age.units:
            raise CalculationRefused("out_of_range", f"{area}: the table for {skin.age.name} counts this only together with its hand or foot")
    _check_body(treated)
    source = f"{skin.age.source} ({skin.age.status}); an estimate"
    units = working.step(
        "fingertip units each application",
        sum((count * Fraction(skin.age.units[area]) for area, count in treated.items()), start=Fraction(0)),
        "fingertip units",
        formula="sum of areas × fingertip units of each",
        substitution=" + ".join(f"{count} × {text(Fraction(skin.age.units[area]))}" for area, count in treated.items()),
        source=source,
    )
    grams = Fraction(skin.finger.grams)
    return working.give(
        "grams_each_application", units * grams, "g", formula="fingertip units × grams in each", substitution=f"{text(units)} × {text(grams)}",
        source=f"{skin.finger.source} ({skin.finger.status})",
    )  # fmt: skip


def _check_body(treated: Mapping[Area, int]) -> None:
    """Nobody has more than two arms: an arm counted alone and again with its hand would be treated twice."""
    counted: dict[Area, int] = {}
    for area, count in treated.items():
        for part in _PARTS.get(area, (area,)):
            counted[part] = counted.get(part, 0) + count
            most = 2 if part in _PAIRED else 1
            if counted[part] > most:
                raise CalculationRefused("out_of_range", f"{area}: together that makes {counted[part]} of a part a person has {most} of")
