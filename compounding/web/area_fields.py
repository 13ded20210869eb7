"""The questions of an estimate by fingertip units, for the dosing help and beside the amount of an order: whose skin, whose finger, which areas."""

from decimal import Decimal
from typing import Any

from compounding.domain.fingertip_units import Area, FingertipTables
from compounding.domain.typed_quantities import NUMBER, Asked
from compounding.web.fields import AnswerField, QuantityField, offer

AREAS = {
    Area.FACE_NECK: "Face and neck",
    Area.ARM: "Arm without hand",
    Area.HAND: "Hand",
    Area.ARM_HAND: "Arm with hand",
    Area.LEG: "Leg without foot",
    Area.FOOT: "Foot",
    Area.LEG_FOOT: "Leg with foot",
    Area.TRUNK_FRONT: "Front of the trunk",
    Area.BACK_BUTTOCKS: "Back with buttocks",
}
COUNT = Asked(unit=NUMBER, zero=True, whole=True, most=Decimal(2))


class AreaFields:
    """The fields, for a form to inherit beside its own kind of form."""

    age = AnswerField("Age", choices=[])
    finger = AnswerField("Measured on", choices=[])
    nozzle = AnswerField("It comes in", choices=[])
    face_neck = QuantityField(AREAS[Area.FACE_NECK], asks=COUNT)
    arm = QuantityField(AREAS[Area.ARM], asks=COUNT)
    hand = QuantityField(AREAS[Area.HAND], asks=COUNT)
    arm_hand = QuantityField(AREAS[Area.ARM_HAND], asks=COUNT)
    leg = QuantityField(AREAS[Area.LEG], asks=COUNT)
    foot = QuantityField(AREAS[Area.FOOT], asks=COUNT)
    leg_foot = QuantityField(AREAS[Area.LEG_FOOT], asks=COUNT)
    trunk_front = QuantityField(AREAS[Area.TRUNK_FRONT], asks=COUNT)
    back_buttocks = QuantityField(AREAS[Area.BACK_BUTTOCKS], asks=COUNT)

    def offer_tables(self, tables: FingertipTables) -> None:
        """Fill in the answers that the tables give."""
        self.age.choices = offer(**{age.id: age.name for age in tables.ages.values()})
        self.finger.choices = offer(**{finger.id: f"{finger.name} finger: {finger.grams} g a unit" for finger in tables.fingers.values()})
        self.nozzle.choices = offer(tube=f"a tube with a {tables.nozzle_mm} mm nozzle", other="a jar, or a tube with another nozzle")

    def _field(self, area: Area) -> Any:
        return getattr(self, area.value)

    @property
    def areas(self) -> dict[Area, int]:
        """How many of each area are treated."""
        return {area: int(self._field(area).data) for area in Area if self._field(area).data}

    @property
    def area_columns(self) -> tuple[list[QuantityField], list[QuantityField]]:
        """The fields of the areas, in two columns."""
        fields = [self._field(area) for area in Area]
        return fields[:5], fields[5:]

    @property
    def counts_areas(self) -> bool:
        """Whether anything of an estimate by areas was filled in."""
        return bool(self.areas or self.age.data or self.finger.data or self.nozzle.data)
