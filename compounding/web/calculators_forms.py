"""The calculators' forms: labelled fields with their units, and nothing worked out. A field is named as the operation's input it fills."""

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form  # type: ignore[import-untyped]

from compounding.domain.calculators import CalculationRefused
from compounding.domain.numbers import plain_number
from compounding.domain.typed_quantities import DAYS, FINGERTIP_UNITS, GRAMS, GRAMS_PER_MILLILITRE, MILLIGRAMS, NUMBER, PERCENT, TIMES_A_DAY, Asked
from compounding.domain.units import Unit, name_of
from compounding.web.fields import AnswerField, ChoiceField, DayField, LinesField, QuantityField, offer

ISO = "YYYY-MM-DD, for example 2026-03-31"
MASS, MILLIGRAM_MASS = Asked(unit=GRAMS), Asked(unit=MILLIGRAMS)
SHARE, SHARE_OR_NONE = Asked(unit=PERCENT, most=Decimal(100)), Asked(unit=PERCENT, most=Decimal(100), zero=True)
WHOLE_DAYS = Asked(unit=DAYS, whole=True, least=Decimal(1), most=Decimal(3660))
A_DAY = Asked(unit=TIMES_A_DAY, most=Decimal(24))
# An assay far from 100 % is refused by the calculation itself, in words about its basis.
_ASSAY = Asked(unit=PERCENT, most=Decimal(1000))


class CalculatorForm(Form):  # type: ignore[misc]
    """A form without a token, since it changes nothing: it is read from the address, so that a filled one can be kept as a bookmark."""

    optional: ClassVar[frozenset[str]] = frozenset()
    sent_as: ClassVar[Mapping[str, str]] = {}
    """The operation's name of an input, where it cannot be the field's."""
    blamed: ClassVar[Mapping[str, str]] = {}
    """The field a refusal belongs to, by its code, where its sentence names none."""

    @classmethod
    def filled(cls, address: MultiDict[str, str]) -> MultiDict[str, str] | None:
        """The address's inputs; None where it fills in no field of this form, whatever else hangs on it."""
        return address if any(field.name in address for field in cls()) else None

    def validate(self, extra_validators: object = None) -> bool:
        """Check every field; one that is left empty is asked for."""
        super().validate(extra_validators)
        for field in self:
            if field.name not in self.optional and not field.errors and not _told(field):
                ask = "choose one" if isinstance(field, AnswerField | ChoiceField) else "fill it in"
                field.errors = [f"{field.label.text}: {ask}."]
        return not self.errors

    def inputs(self) -> dict[str, object]:
        """What was told, under the operation's names. A number is written plainly, in the field's own unit."""
        return {self.sent_as.get(field.name, field.name): told for field in self if (told := _told(field))}

    def refuse(self, refusal: CalculationRefused) -> None:
        """Put a refusal of the calculation at the field it speaks of."""
        named, _, sentence = refusal.message.partition(": ")
        fields = {self.sent_as.get(field.name, field.name): field for field in self}
        field = fields.get(named)
        if field is None:
            field, sentence = fields.get(self.blamed.get(refusal.code, ""), next(iter(fields.values()))), refusal.message
        field.errors = [*field.errors, f"{field.label.text}: {sentence}."]


def _told(field: Field) -> object:
    """What a field holds, as the calculation takes it; nothing where it is empty."""
    if isinstance(field, LinesField):
        return list(field.lines)
    if field.data is None or field.data == "":
        return ""
    return plain_number(field.data) if isinstance(field.data, Decimal) else str(field.data)


_FORMS = offer(pentahydrate="as pentahydrate", anhydrous="as anhydrous")


class HydrateMass(CalculatorForm):
    """A mass of sodium thiosulfate counted as the other form."""

    sent_as: ClassVar[Mapping[str, str]] = {"from_form": "from", "to_form": "to"}
    mass_g = QuantityField("Mass of sodium thiosulfate, in grams", asks=MASS)
    from_form = AnswerField("The mass is counted", choices=_FORMS)
    to_form = AnswerField("Count it", choices=_FORMS)


class HydrateStrength(CalculatorForm):
    """A strength of sodium thiosulfate stated as the other form."""

    sent_as: ClassVar[Mapping[str, str]] = {"from_form": "from", "to_form": "to"}
    blamed: ClassVar[Mapping[str, str]] = {"out_of_range": "percent"}
    percent = QuantityField("Strength, in percent weight in weight", asks=Asked(unit=PERCENT, most=Decimal(100)))
    from_form = AnswerField("The strength is stated", choices=_FORMS)
    to_form = AnswerField("State it", choices=_FORMS)


class Potency(CalculatorForm):
    """A powder whose assay is not 100 %."""

    required_g = QuantityField("Mass of the drug needed, in grams", asks=MASS)
    assay_percent = QuantityField("Assay on the certificate, in percent", asks=_ASSAY)
    assay_basis = AnswerField("The assay is stated", choices=offer(as_is="on the powder as it is", dried="on the dried powder"))
    lod_percent = QuantityField("Loss on drying, in percent", description="0 where the certificate states none.", asks=SHARE_OR_NONE)


class Certificate(CalculatorForm):
    """A lot of sodium thiosulfate whose certificate states the assay dried, as anhydrous."""

    optional: ClassVar[frozenset[str]] = frozenset({"stock_form"})
    required_g = QuantityField("Mass of sodium thiosulfate needed, in grams", asks=MASS)
    required_form = AnswerField("The mass needed is counted", choices=_FORMS)
    lot_assay_dried_as_anhydrous_percent = QuantityField(
        "Assay of the dried powder, in percent", description="Expressed as anhydrous sodium thiosulfate, as the USP monograph does.", asks=_ASSAY
    )
    lot_lod_percent = QuantityField("Loss on drying (water), in percent", description="32 to 37 % for a pentahydrate.", asks=SHARE_OR_NONE)
    stock_form = AnswerField(
        "The powder on the shelf is",
        choices=offer(pentahydrate="the pentahydrate", anhydrous="the anhydrous salt"),
        description="Left open, its water decides.",
    )


class Alligation(CalculatorForm):
    """Two strengths mixed to one between them."""

    blamed: ClassVar[Mapping[str, str]] = {"alligation_range": "target"}
    high = QuantityField("Stronger preparation, in percent", asks=SHARE)
    low = QuantityField("Weaker preparation, in percent", description="0 for a plain base.", asks=SHARE_OR_NONE)
    target = QuantityField("Strength wanted, in percent", asks=SHARE)
    mass = QuantityField("Known mass, in grams", asks=MASS)
    mass_of = AnswerField(
        "That is the mass of", choices=offer(total_g="the whole mixture", high_mass_g="the stronger preparation", low_mass_g="the weaker preparation")
    )

    def inputs(self) -> dict[str, object]:
        """The mass goes under the name of what it is the mass of."""
        told = super().inputs()
        return {**{key: told[key] for key in ("high", "low", "target")}, str(told["mass_of"]): told["mass"]}


class Aliquot(CalculatorForm):
    """An amount too small to weigh."""

    blamed: ClassVar[Mapping[str, str]] = {"below_min_weighable": "factor"}
    needed_mg = QuantityField("Amount of the drug needed, in milligrams", asks=MILLIGRAM_MASS)
    min_weigh_mg = QuantityField("Least mass the balance weighs, in milligrams", asks=MILLIGRAM_MASS)
    factor = QuantityField("Weigh how many times the amount", description="A number such as 10.", asks=Asked(unit=NUMBER, most=Decimal(1000)))


_UNITS = offer(**{"": "Choose a unit"}, **{name_of(unit): unit.value for unit in Unit})


class Units(CalculatorForm):
    """A value in another unit."""

    optional: ClassVar[frozenset[str]] = frozenset({"density_g_per_mL"})
    sent_as: ClassVar[Mapping[str, str]] = {"from_unit": "from", "to_unit": "to"}
    blamed: ClassVar[Mapping[str, str]] = {"missing_density": "density_g_per_mL", "unit_dimension": "to"}
    value = QuantityField("Number", asks=Asked(unit=NUMBER, zero=True, least=Decimal("0.000000000001"), most=Decimal(1_000_000_000_000)))
    from_unit = ChoiceField("Unit it is in", choices=_UNITS)
    to_unit = ChoiceField("Unit wanted", choices=_UNITS)
    density_g_per_mL = QuantityField(  # noqa: N815 - the operation's own name of the input
        "Density, in grams per millilitre",
        description="Only between weight and volume; of this very preparation.",
        asks=Asked(unit=GRAMS_PER_MILLILITRE, most=Decimal(25)),
    )


class FingertipUnits(CalculatorForm):
    """Grams of a course in fingertip units."""

    ftu_per_application = QuantityField("Fingertip units each application", asks=Asked(unit=FINGERTIP_UNITS, most=Decimal(200)))
    g_per_ftu = QuantityField("Grams in one fingertip unit", asks=Asked(unit=GRAMS, most=Decimal(5)))
    applications_per_day = QuantityField("Applications a day", asks=A_DAY)
    days = QuantityField("Days", asks=WHOLE_DAYS)


class DaysSupply(CalculatorForm):
    """How long an amount lasts."""

    dispensed_g = QuantityField("Amount dispensed, in grams", asks=MASS)
    g_per_day = QuantityField("Used each day, in grams", asks=MASS)


class BeyondUseDate(CalculatorForm):
    """The last day a preparation may be used."""

    optional: ClassVar[frozenset[str]] = frozenset({"ingredient_expiries"})
    blamed: ClassVar[Mapping[str, str]] = {"expired_ingredient": "ingredient_expiries"}
    compounded = DayField("Compounding date", description=ISO)
    limit_days = QuantityField("Beyond-use limit, in days", asks=WHOLE_DAYS)
    day_count = AnswerField("Count", choices=offer(inclusive="the compounding date as day 1", elapsed="from the day after"))
    ingredient_expiries = LinesField(
        "Expiry dates of the ingredients", description="One on each line: YYYY-MM-DD, or MM/YYYY for the last day of that month. A retest date is no expiry."
    )

    def inputs(self) -> dict[str, object]:
        """No expiry is an empty list."""
        return {"ingredient_expiries": [], **super().inputs()}
