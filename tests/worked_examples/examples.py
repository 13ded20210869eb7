"""The worked examples: what the manual shows is what the tests run. Each answer is worked out here from its formula, in rational numbers."""

from dataclasses import dataclass
from fractions import Fraction

from tests.domain.calculators.asking import ANHYDROUS, PENTAHYDRATE

F = Fraction
RATIO = ANHYDROUS / PENTAHYDRATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One question as a pharmacist would ask it, and its answer: exact values with units (or words), codes of holds, or the code of a refusal."""

    operation: str
    question: str
    inputs: dict[str, object]
    answer: dict[str, tuple[Fraction | str, str]] | None = None
    holds: tuple[str, ...] = ()
    refused: str = ""


TITLES = {
    "formula_ww": "A composition in percent as grams",
    "scale": "A formula enlarged or reduced",
    "hydrate": "A mass counted as the other form",
    "strength_basis": "A strength stated as the other form",
    "potency": "A powder weighed by its assay",
    "coa_dried_anhydrous": "A lot assayed dried, as anhydrous",
    "overage": "A batch with overage",
    "alligation": "Two strengths to one between them",
    "fortify": "Strengthening or diluting a preparation",
    "mix": "The strength of a mixture",
    "ratio": "One in n",
    "percent_to_ratio": "A percentage as one in n",
    "convert": "Units",
    "ftu": "Fingertip units",
    "container": "The container",
    "min_weigh": "The least weighable amount",
    "weigh_error": "The error of a weighing",
    "aliquot": "An amount too small to weigh",
    "net": "Net weight",
    "round_to_readability": "Rounding to the balance",
    "yield": "Yield",
    "days_supply": "Days of supply",
    "batches": "Batches from a stock",
    "sum": "A sum of masses",
    "solvent_needed": "The least solvent",
    "solution_check": "Whether it dissolves",
    "full_prep": "A whole preparation",
    "bud": "The beyond-use date",
}

EXAMPLES = (
    Example(
        operation="formula_ww",
        question="60 g of sodium thiosulfate 25 % with 5 % mineral oil, white petrolatum to make up the rest. What is weighed?",
        inputs={"batch_g": "60", "percent_ww": {"sodium_thiosulfate": "25", "mineral_oil": "5"}, "qs": "white_petrolatum"},
        answer={"sodium_thiosulfate": (F(15), "g"), "mineral_oil": (F(3), "g"), "white_petrolatum": (F(42), "g")},
    ),
    Example(
        operation="formula_ww",
        question="The same from one line of an order. A line with a word that is not understood is refused, and so is one whose mass may be that of the base alone.",
        inputs={"order_text": "sodium thiosulfate 25 % in white petrolatum, qs 60 g"},
        answer={"sodium_thiosulfate": (F(15), "g"), "white_petrolatum": (F(45), "g")},
    ),
    Example(
        operation="formula_ww",
        question="A strength of 80 %: the figures are right, and held, since no more than 25 % has been published.",
        inputs={"batch_g": "100", "percent_ww": {"sodium_thiosulfate": "80"}, "qs": "white_petrolatum"},
        answer={"sodium_thiosulfate": (F(80), "g"), "white_petrolatum": (F(20), "g")},
        holds=("outside_usual_range",),
    ),
    Example(
        operation="formula_ww",
        question='250 typed for "250 mg in each gram": more than the whole, so there is no figure at all.',
        inputs={"batch_g": "100", "percent_ww": {"sodium_thiosulfate": "250"}, "qs": "white_petrolatum"},
        refused="composition_over_100",
    ),
    Example(
        operation="scale",
        question="A published formula (10 g pentahydrate, 10 g water, 80 g base) reduced to 30 g.",
        inputs={"formula": {"sodium_thiosulfate": "10", "water": "10", "base": "80"}, "to_total": "30"},
        answer={"sodium_thiosulfate": (F(3), "g"), "water": (F(3), "g"), "base": (F(24), "g")},
    ),
    Example(
        operation="hydrate",
        question="10 g counted as anhydrous: how much is that as the pentahydrate? Taking one form for the other is a 1.57-fold error.",
        inputs={"mass_g": "10", "from": "anhydrous", "to": "pentahydrate"},
        answer={"mass": (10 / RATIO, "g")},
    ),
    Example(
        operation="strength_basis",
        question="25 % w/w as pentahydrate, stated as anhydrous.",
        inputs={"percent": "25", "from": "pentahydrate", "to": "anhydrous"},
        answer={"percent": (25 * RATIO, "%")},
    ),
    Example(
        operation="potency",
        question="10 g of a drug are needed; the certificate states an assay of 98.5 % of the powder as it is. Its water is already counted.",
        inputs={"required_g": "10", "assay_percent": "98.5", "lod_percent": "0.5", "assay_basis": "as_is"},
        answer={"weigh": (F(1000) / F("98.5"), "g")},
    ),
    Example(
        operation="potency",
        question="The wrong reading of a sodium thiosulfate certificate: assay and water both divided out of the pentahydrate, 57 % too much. The water gives it away: held.",
        inputs={"required_g": "15", "assay_percent": "99.6", "lod_percent": "36.1", "assay_basis": "dried"},
        answer={"weigh": (15 / (F("0.996") * F("0.639")), "g")},
        holds=("implausible",),
    ),
    Example(
        operation="coa_dried_anhydrous",
        question="15 g as pentahydrate (60 g of 25 %) from a lot with an assay of 99.6 %, dried, as anhydrous, and a loss on drying of 36.1 %.",
        inputs={"required_g": "15", "required_form": "pentahydrate", "lot_assay_dried_as_anhydrous_percent": "99.6", "lot_lod_percent": "36.1"},
        answer={"weigh": (15 * RATIO / (F("0.996") * F("0.639")), "g")},
    ),
    Example(
        operation="coa_dried_anhydrous",
        question="A loss on drying of 20 % fits neither form: held until the certificate is checked.",
        inputs={"required_g": "15", "required_form": "pentahydrate", "lot_assay_dried_as_anhydrous_percent": "99.6", "lot_lod_percent": "20"},
        answer={"weigh": (15 * RATIO / (F("0.996") * F("0.8")), "g")},
        holds=("basis_conflict",),
    ),
    Example(
        operation="overage",
        question="60 g of 25 % with 3 % overage: every component grows alike, and the strength stays.",
        inputs={"target_g": "60", "overage_percent": "3", "percent_ww": {"sodium_thiosulfate": "25"}, "qs": "white_petrolatum"},
        answer={"batch": (F("61.8"), "g"), "sodium_thiosulfate": (F("15.45"), "g"), "white_petrolatum": (F("46.35"), "g")},
    ),
    Example(
        operation="alligation",
        question="120 g of 15 % from 25 % and 10 %.",
        inputs={"high": "25", "low": "10", "target": "15", "total_g": "120"},
        answer={"high_g": (F(40), "g"), "low_g": (F(80), "g"), "total_g": (F(120), "g")},
    ),
    Example(
        operation="alligation",
        question="A target that does not lie between the two strengths cannot be mixed.",
        inputs={"high": "25", "low": "0", "target": "30", "total_g": "100"},
        refused="alligation_range",
    ),
    Example(
        operation="fortify",
        question="Pure drug added to 500 g of 1 % to make 4 %. The added drug adds to the whole, too.",
        inputs={"mass_g": "500", "percent": "1", "target": "4", "additive_percent": "100"},
        answer={"add_g": (F(125, 8), "g")},
    ),
    Example(
        operation="fortify",
        question="Plain base added to 100 g of 25 % to make 10 %.",
        inputs={"mass_g": "100", "percent": "25", "target": "10", "additive_percent": "0"},
        answer={"add_g": (F(150), "g")},
    ),
    Example(
        operation="mix",
        question="Final zinc oxide: 45 g of a 25 % zinc oxide paste with 15 g of sodium thiosulfate.",
        inputs={"parts": [["45", "25"], ["15", "0"]]},
        answer={"total_g": (F(60), "g"), "percent": (F("18.75"), "%")},
    ),
    Example(
        operation="ratio",
        question="One in four, by weight, in 60 g: the drug is counted inside the whole.",
        inputs={"one_in": "4", "mass_g": "60"},
        answer={"percent": (F(25), "%"), "amount_g": (F(15), "g")},
    ),
    Example(operation="percent_to_ratio", question="0.25 % as one in n.", inputs={"percent": "0.25"}, answer={"one_in": (F(400), "")}),
    Example(
        operation="convert",
        question="One ounce avoirdupois in grams. An ounce without its system is refused.",
        inputs={"value": "1", "from": "oz_avoirdupois", "to": "g"},
        answer={"value": (F("28.349523125"), "g")},
    ),
    Example(
        operation="convert",
        question="5 g of mineral oil in millilitres, at a density of 0.84 g/mL.",
        inputs={"value": "5", "from": "g", "to": "mL", "density_g_per_mL": "0.84"},
        answer={"value": (5 / F("0.84"), "mL")},
    ),
    Example(operation="convert", question="Millilitres do not become grams without a density.", inputs={"value": "5", "from": "mL", "to": "g"}, refused="missing_density"),
    Example(
        operation="ftu",
        question="Both arms of a woman (6 fingertip units of 0.4 g), twice a day, for a week. An estimate, from a tube.",
        inputs={"ftu_per_application": "6", "g_per_ftu": "0.4", "applications_per_day": "2", "days": "7"},
        answer={"grams": (F("33.6"), "g")},
    ),
    Example(
        operation="container",
        question="52.5 g are needed; there are containers of 30, 60 and 120 g.",
        inputs={"needed_g": "52.5", "sizes_g": ["30", "60", "120"]},
        answer={"size": (F(60), "g")},
    ),
    Example(
        operation="min_weigh",
        question="A balance with a sensitivity of 6 mg, and 5 % allowed error.",
        inputs={"sensitivity_mg": "6", "max_error_percent": "5"},
        answer={"min_mg": (F(120), "mg")},
    ),
    Example(
        operation="weigh_error",
        question="50 mg on that balance: too much of an error.",
        inputs={"sensitivity_mg": "6", "amount_mg": "50"},
        answer={"percent": (F(12), "%")},
        holds=("below_min_weighable",),
    ),
    Example(
        operation="aliquot",
        question="15 mg on a balance that weighs 120 mg, with a factor of 8.",
        inputs={"needed_mg": "15", "min_weigh_mg": "120", "factor": "8"},
        answer={"weigh_mg": (F(120), "mg"), "total_mg": (F(960), "mg"), "diluent_mg": (F(840), "mg"), "aliquot_mg": (F(120), "mg")},
    ),
    Example(
        operation="net", question="The full jar less the empty one.", inputs={"gross_g": "152.347", "tare_g": "87.912"}, answer={"net_g": (F("64.435"), "g")}
    ),
    Example(
        operation="round_to_readability",
        question="15.014931 g on a balance that shows 0.01 g.",
        inputs={"value_g": "15.014931", "readability_g": "0.01"},
        answer={"value": (F("15.01"), "g")},
    ),
    Example(operation="yield", question="58.7 g obtained of 60 g.", inputs={"obtained_g": "58.7", "theoretical_g": "60"}, answer={"percent": (F(587, 6), "%")}),
    Example(
        operation="days_supply",
        question="60 g at 7 g a day: rounded down, so that nobody runs out early.",
        inputs={"dispensed_g": "60", "g_per_day": "7"},
        answer={"days_exact": (F(60, 7), "d"), "days_whole": (F(8), "d")},
    ),
    Example(
        operation="batches",
        question="Batches of 25.75 g from 500 g of sodium thiosulfate.",
        inputs={"on_hand_g": "500", "per_batch_g": "25.75"},
        answer={"batches": (F(19), ""), "left_g": (F("10.75"), "g")},
    ),
    Example(
        operation="batches",
        question="A stock that is too small is refused; it never becomes negative.",
        inputs={"on_hand_g": "10", "per_batch_g": "25.75", "withdraw": "1"},
        refused="insufficient_stock",
    ),
    Example(operation="sum", question="Weights that must make the batch.", inputs={"terms_g": ["15.01", "3", "41.99"]}, answer={"sum_g": (F(60), "g")}),
    Example(
        operation="solvent_needed",
        question="25 g at a solubility of 2 g in a millilitre.",
        inputs={"mass_g": "25", "solubility_g_per_mL": "2"},
        answer={"min_mL": (F("12.5"), "mL")},
    ),
    Example(
        operation="solution_check",
        question="Whether 25 g dissolve in 12.5 mL at that solubility.",
        inputs={"mass_g": "25", "solvent_mL": "12.5", "solubility_g_per_mL": "2"},
        answer={"dissolves": ("true", "")},
    ),
    Example(
        operation="solution_check",
        question="25 g in 10 mL would be no solution, and is not called one.",
        inputs={"mass_g": "25", "solvent_mL": "10", "solubility_g_per_mL": "2"},
        refused="above_solubility",
    ),
    Example(
        operation="full_prep",
        question="60 g of 25 % as pentahydrate in a 20 % zinc oxide ointment, from a lot with an assay of 99.6 % (dried, as anhydrous) and 36.1 % water.",
        inputs={
            "target_g": "60", "percent": "25", "label_form": "pentahydrate", "stock_form": "pentahydrate", "assay_percent": "99.6", "lod_percent": "36.1",
            "assay_basis": "dried", "assay_as": "anhydrous", "overage_percent": "0", "base_zinc_percent": "20",
        },
        answer={
            "batch_g": (F(60), "g"), "weigh_sts_g": (15 * RATIO / (F("0.996") * F("0.639")), "g"), "base_g": (60 - 15 * RATIO / (F("0.996") * F("0.639")), "g"),
            "zinc_oxide_percent": ((60 - 15 * RATIO / (F("0.996") * F("0.639"))) * 20 / 60, "%"),
        },
    ),
    Example(
        operation="full_prep",
        question="The same lot, without saying what its dried assay is expressed as: refused, since the answer differs 1.57-fold.",
        inputs={
            "target_g": "60", "percent": "25", "label_form": "pentahydrate", "stock_form": "pentahydrate", "assay_percent": "99.6", "lod_percent": "36.1",
            "assay_basis": "dried", "overage_percent": "0", "base_zinc_percent": "20",
        },
        refused="missing_basis",
    ),
    Example(
        operation="bud",
        question="Made on 2026-11-22, 180 days with the compounding date as day 1, and a component that expires in March 2027.",
        inputs={"compounded": "2026-11-22", "limit_days": "180", "ingredient_expiries": ["03/2027"], "day_count": "inclusive"},
        answer={"bud": ("2027-03-31", "date")},
    ),
    Example(
        operation="bud",
        question="A component that has already expired stops the preparation.",
        inputs={"compounded": "2026-11-22", "limit_days": "180", "ingredient_expiries": ["10/2026"]},
        refused="expired_ingredient",
    ),
)  # fmt: skip
