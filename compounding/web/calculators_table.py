"""The calculators page by page: title, explanation, form, operation, the names of its figures, and a worked example."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from compounding.web import calculators_forms as forms


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculator:
    """One calculator. `names` gives its figures their words, `weighed` those that are weighed in grams, `example` an address that shows one."""

    slug: str
    title: str
    summary: str
    explanation: str
    operation: str
    form: type[forms.CalculatorForm]
    names: Mapping[str, str]
    example: Mapping[str, str]
    weighed: tuple[str, ...] = field(default=())


_ALL = (
    Calculator(
        slug="hydrate-mass",
        title="Pentahydrate and anhydrous: a mass",
        summary="A mass of sodium thiosulfate counted as the other form.",
        explanation=(
            "The pentahydrate holds five parts of water: 1 g as anhydrous is about 1.57 g as pentahydrate. Taking one for the other is the "
            "largest error there is with this drug."
        ),
        operation="hydrate",
        form=forms.HydrateMass,
        names={"mass": "Mass, counted as asked"},
        example={"mass_g": "15", "from_form": "pentahydrate", "to_form": "anhydrous"},
        weighed=("mass",),
    ),
    Calculator(
        slug="hydrate-strength",
        title="Pentahydrate and anhydrous: a strength",
        summary="A strength of sodium thiosulfate stated as the other form.",
        explanation="A strength of sodium thiosulfate always says its form. Without a word it means the pentahydrate (clinical rule 4).",
        operation="strength_basis",
        form=forms.HydrateStrength,
        names={"percent": "Strength, stated as asked"},
        example={"percent": "25", "from_form": "pentahydrate", "to_form": "anhydrous"},
    ),
    Calculator(
        slug="potency",
        title="Assay and loss on drying: any powder",
        summary="What to weigh of a powder whose assay is not 100 %.",
        explanation=(
            "An assay on the powder as it is already counts its water; an assay on the dried powder does not. For sodium thiosulfate use the "
            "next calculator: its assay is stated as anhydrous, and this formula would give a dose 57 % too high."
        ),
        operation="potency",
        form=forms.Potency,
        names={"weigh": "Weigh"},
        example={"required_g": "10", "assay_percent": "98.5", "assay_basis": "dried", "lod_percent": "2.5"},
        weighed=("weigh",),
    ),
    Calculator(
        slug="certificate",
        title="Sodium thiosulfate from its certificate",
        summary="What to weigh of a lot whose assay is dried, as anhydrous.",
        explanation=(
            "USP sodium thiosulfate is the pentahydrate, and its assay is stated on the dried powder as anhydrous. The molar ratio is applied "
            "exactly once."
        ),
        operation="coa_dried_anhydrous",
        form=forms.Certificate,
        names={"weigh": "Weigh of the lot"},
        example={
            "required_g": "15", "required_form": "pentahydrate", "stock_form": "pentahydrate",
            "lot_assay_dried_as_anhydrous_percent": "99.6", "lot_lod_percent": "36.1",
        },
        weighed=("weigh",),
    ),
    Calculator(
        slug="alligation",
        title="Alligation: two strengths to one between them",
        summary="How much of a stronger and a weaker preparation to mix.",
        explanation="The strength wanted lies between the two. The parts are the distances to it, crosswise.",
        operation="alligation",
        form=forms.Alligation,
        names={"high_g": "Stronger preparation", "low_g": "Weaker preparation", "total_g": "Together"},
        example={"high": "25", "low": "0", "target": "10", "mass": "60", "mass_of": "total_g"},
        weighed=("high_g", "low_g"),
    ),
    Calculator(
        slug="aliquot",
        title="Aliquot: an amount too small to weigh",
        summary="Weigh a multiple, dilute it, and take the part that holds the amount.",
        explanation="Below its least mass a balance is not to be trusted. The multiple and the part taken are both at least that mass.",
        operation="aliquot",
        form=forms.Aliquot,
        names={"weigh_mg": "Drug to weigh", "total_mg": "Mixture", "diluent_mg": "Diluent to add", "aliquot_mg": "Part to take"},
        example={"needed_mg": "25", "min_weigh_mg": "120", "factor": "10"},
    ),
    Calculator(
        slug="units",
        title="Units",
        summary="An amount or a strength in another unit.",
        explanation=(
            "Every unit is named in full: there are two ounces and two drams, and a fluid ounce is a volume. Customary units are only ever "
            "converted here, never printed on paper. Weight becomes volume only with a density."
        ),
        operation="convert",
        form=forms.Units,
        names={"value": "In the other unit"},
        example={"value": "2", "from_unit": "oz_avoirdupois", "to_unit": "g"},
    ),
    Calculator(
        slug="fingertip-units",
        title="Fingertip units: grams of a course",
        summary="The grams a course takes, when the fingertip units are known.",
        explanation=(
            "An estimate: a strip from a tube with a 5 mm nozzle on an adult's index finger. It does not hold for a jar. To count fingertip "
            "units by area and age, and to plan a course, use the dosing help."
        ),
        operation="ftu",
        form=forms.FingertipUnits,
        names={"grams": "Amount for the course"},
        example={"ftu_per_application": "6", "g_per_ftu": "0.4", "applications_per_day": "1", "days": "7"},
    ),
    Calculator(
        slug="days-supply",
        title="Days' supply",
        summary="How long an amount lasts, rounded down.",
        explanation="Whole days are rounded down, so that nobody runs out before the next fill.",
        operation="days_supply",
        form=forms.DaysSupply,
        names={"days_exact": "Exactly", "days_whole": "Whole days"},
        example={"dispensed_g": "60", "g_per_day": "2.4"},
    ),
    Calculator(
        slug="beyond-use-date",
        title="Beyond-use date",
        summary="The last day, from the limit and the ingredients' expiry dates.",
        explanation=(
            "The earliest of the limit's last day and every ingredient's expiry. The limit is the jurisdiction's; a limit in calendar months is"
            " counted on the order itself."
        ),
        operation="bud",
        form=forms.BeyondUseDate,
        names={"bud": "Beyond-use date"},
        example={"compounded": "2026-11-22", "limit_days": "30", "day_count": "inclusive", "ingredient_expiries": "12/2026"},
    ),
)  # fmt: skip
CALCULATORS: Mapping[str, Calculator] = {calculator.slug: calculator for calculator in _ALL}
"""The calculators by the last part of their address, in the order they are listed."""
