"""Problems as textbooks of pharmaceutical calculations set them: the figures here are our own, each answer worked out from its formula in rational numbers."""

from fractions import Fraction

import pytest

from tests.domain.calculators.asking import ANHYDROUS, PENTAHYDRATE, answer, close, values

F = Fraction

GRAIN_G = F("0.06479891")
RATIO = ANHYDROUS / PENTAHYDRATE

PROBLEMS: list[tuple[str, str, dict[str, object], dict[str, Fraction]]] = [
    # Percentage preparations by weight.
    ("salicylic acid in 2 lb of 6 % ointment", "formula_ww", {"batch_g": "907.18474", "percent_ww": {"salicylic acid": "6"}, "qs": "base"}, {"salicylic acid": F("907.18474") * F("0.06"), "base": F("907.18474") * F("0.94")}),
    ("hydrocortisone in 120 g of 2.5 % cream", "formula_ww", {"batch_g": "120", "percent_ww": {"hydrocortisone": "2.5"}, "qs": "cream"}, {"hydrocortisone": F(3), "cream": F(117)}),
    ("tretinoin in 45 g of 0.025 %", "formula_ww", {"batch_g": "45", "percent_ww": {"tretinoin": "0.025"}, "qs": "cream"}, {"tretinoin": F("0.01125"), "cream": F("44.98875")}),
    ("three actives in 240 g", "formula_ww", {"batch_g": "240", "percent_ww": {"menthol": "0.5", "camphor": "0.5", "phenol": "1"}, "qs": "base"}, {"menthol": F("1.2"), "camphor": F("1.2"), "phenol": F("2.4"), "base": F("235.2")}),
    ("Whitfield's proportions in 30 g", "formula_ww", {"batch_g": "30", "percent_ww": {"benzoic acid": "6", "salicylic acid": "3"}, "qs": "peg"}, {"benzoic acid": F("1.8"), "salicylic acid": F("0.9"), "peg": F("27.3")}),
    ("a lozenge base of 1.5 g", "formula_ww", {"batch_g": "1.5", "percent_ww": {"drug": "2"}, "qs": "base"}, {"drug": F("0.03"), "base": F("1.47")}),
    # Reducing and enlarging formulas.
    ("coal tar ointment 1,000 g to 150 g", "scale", {"formula": {"coal tar": "50", "polysorbate": "25", "zinc paste": "925"}, "to_total": "150"}, {"coal tar": F("7.5"), "polysorbate": F("3.75"), "zinc paste": F("138.75")}),
    ("a formula of 30 g to a pound", "scale", {"formula": {"a": "1.5", "b": "28.5"}, "to_total": "453.59237"}, {"a": F("453.59237") / 20, "b": F("453.59237") * 19 / 20}),
    ("parts 2 : 5 : 13 to 500 g", "scale", {"formula": {"x": "2", "y": "5", "z": "13"}, "to_total": "500"}, {"x": F(50), "y": F(125), "z": F(325)}),
    ("parts 1 : 1 : 1 to 100 g", "scale", {"formula": {"x": "1", "y": "1", "z": "1"}, "to_total": "100"}, {"x": F(100, 3), "y": F(100, 3), "z": F(100, 3)}),
    ("seven capsules from a formula for 100", "scale", {"formula": {"drug": "25", "lactose": "15"}, "to_total": "2.8"}, {"drug": F("1.75"), "lactose": F("1.05")}),
    # Alligation medial.
    ("alcohols 3,000 / 1,000 / 1,000", "mix", {"parts": [["3000", "40"], ["1000", "60"], ["1000", "70"]]}, {"total_g": F(5000), "percent": F(50)}),
    ("zinc oxide 200 g of 10 %, 50 g of 20 %, 100 g of 5 %", "mix", {"parts": [["200", "10"], ["50", "20"], ["100", "5"]]}, {"total_g": F(350), "percent": F(10)}),
    ("an ointment with base only in the second part", "mix", {"parts": [["65", "2.5"], ["35", "0"]]}, {"total_g": F(100), "percent": F("1.625")}),
    ("three strengths with an endless answer", "mix", {"parts": [["10", "1"], ["20", "2"], ["40", "4"]]}, {"total_g": F(70), "percent": F(3)}),
    ("1/3 of 7 % and 2/3 of 1 %", "mix", {"parts": [["1", "7"], ["2", "1"]]}, {"total_g": F(3), "percent": F(3)}),
    # Alligation alternate.
    ("95 % and 50 % alcohol to 70 %, 2 kg", "alligation", {"high": "95", "low": "50", "target": "70", "total_g": "2000"}, {"high_g": F(8000, 9), "low_g": F(10000, 9)}),
    ("20 % and 5 % zinc oxide to 10 %, 60 g", "alligation", {"high": "20", "low": "5", "target": "10", "total_g": "60"}, {"high_g": F(20), "low_g": F(40)}),
    ("12 % and 3 % to 5 %, 1 lb", "alligation", {"high": "12", "low": "3", "target": "5", "total_g": "453.59237"}, {"high_g": F("453.59237") * 2 / 9, "low_g": F("453.59237") * 7 / 9}),
    ("how much 2.5 % with 240 g of 0.25 % for 1 %", "alligation", {"high": "2.5", "low": "0.25", "target": "1", "low_mass_g": "240"}, {"high_g": F(120), "total_g": F(360)}),
    ("how much base with 60 g of 5 % for 2 %", "alligation", {"high": "5", "low": "0", "target": "2", "high_mass_g": "60"}, {"low_g": F(90), "total_g": F(150)}),
    ("how much petrolatum with 90 g of 14 % for 10 %", "alligation", {"high": "14", "low": "0", "target": "10", "high_mass_g": "90"}, {"low_g": F(36), "total_g": F(126)}),
    ("pure drug with 1 % for 4 %", "alligation", {"high": "100", "low": "1", "target": "4", "low_mass_g": "500"}, {"high_g": F(125, 8)}),
    # Strengthening and diluting stock.
    ("coal tar to 3.2 kg of 5 % for 20 %", "fortify", {"mass_g": "3200", "percent": "5", "target": "20", "additive_percent": "100"}, {"add_g": F(600)}),
    ("zinc oxide to 4.54 kg of 10 % for 15 %", "fortify", {"mass_g": "4540", "percent": "10", "target": "15", "additive_percent": "100"}, {"add_g": F(4540) * 5 / 85}),
    ("1 % to 2 % with 5 % cream", "fortify", {"mass_g": "45", "percent": "1", "target": "2", "additive_percent": "5"}, {"add_g": F(15)}),
    ("diluent to 120 g of 10 % for 3 %", "fortify", {"mass_g": "120", "percent": "10", "target": "3", "additive_percent": "0"}, {"add_g": F(280)}),
    ("1/4 % from 1 % with base", "fortify", {"mass_g": "30", "percent": "1", "target": "0.25", "additive_percent": "0"}, {"add_g": F(90)}),
    # Ratio strength.
    ("1 in 2,500 of 240 g", "ratio", {"one_in": "2500", "mass_g": "240"}, {"percent": F("0.04"), "amount_g": F("0.096")}),
    ("1 in 750 of 30 g", "ratio", {"one_in": "750", "mass_g": "30"}, {"percent": F(2, 15), "amount_g": F("0.04")}),
    ("1 in 20 of 5 g", "ratio", {"one_in": "20", "mass_g": "5"}, {"percent": F(5), "amount_g": F("0.25")}),
    ("0.04 % as a ratio", "percent_to_ratio", {"percent": "0.04"}, {"one_in": F(2500)}),
    ("0.6 % as a ratio", "percent_to_ratio", {"percent": "0.6"}, {"one_in": F(500, 3)}),
    ("2 % as a ratio", "percent_to_ratio", {"percent": "2"}, {"one_in": F(50)}),
    # Conversions: metric, avoirdupois, apothecaries, liquid measure, strengths.
    ("a 176 lb patient in kg", "convert", {"value": "176", "from": "lb_avoirdupois", "to": "kg"}, {"value": 176 * F("0.45359237")}),
    ("10 grains in mg", "convert", {"value": "10", "from": "grain", "to": "mg"}, {"value": 10000 * GRAIN_G}),
    ("a quarter grain in mg", "convert", {"value": "0.25", "from": "grain", "to": "mg"}, {"value": 250 * GRAIN_G}),
    ("2 drams apothecaries in grains", "convert", {"value": "2", "from": "dram_apothecaries", "to": "grain"}, {"value": F(120)}),
    ("3 oz apothecaries in scruples", "convert", {"value": "3", "from": "oz_apothecaries", "to": "scruple"}, {"value": F(72)}),
    ("1 oz avoirdupois in oz apothecaries", "convert", {"value": "1", "from": "oz_avoirdupois", "to": "oz_apothecaries"}, {"value": F("437.5") / 480}),
    ("1 lb avoirdupois in lb apothecaries", "convert", {"value": "1", "from": "lb_avoirdupois", "to": "lb_apothecaries"}, {"value": F(7000, 5760)}),
    ("12 fl oz in mL", "convert", {"value": "12", "from": "fl_oz_us", "to": "mL"}, {"value": 12 * F("29.5735295625")}),
    ("a litre in pints", "convert", {"value": "1", "from": "L", "to": "pint_us"}, {"value": 1000 / F("473.176473")}),
    ("60 minims in mL", "convert", {"value": "60", "from": "minim_us", "to": "mL"}, {"value": F("3.6966911953125")}),
    ("an imperial against a US fluid ounce", "convert", {"value": "1", "from": "fl_oz_imperial", "to": "fl_oz_us"}, {"value": F("28.4130625") / F("29.5735295625")}),
    ("8 teaspoons in L", "convert", {"value": "8", "from": "tsp_metric", "to": "L"}, {"value": F("0.04")}),
    ("0.05 % in mg per g", "convert", {"value": "0.05", "from": "percent_ww", "to": "mg_per_g"}, {"value": F("0.5")}),
    ("2.5 ppm in g per kg", "convert", {"value": "2.5", "from": "ppm_ww", "to": "g_per_kg"}, {"value": F("0.0025")}),
    ("0.000065 kg in mcg", "convert", {"value": "0.000065", "from": "kg", "to": "mcg"}, {"value": F(65000)}),
    # Specific gravity.
    ("2 L of glycerin at 1.25", "convert", {"value": "2", "from": "L", "to": "g", "density_g_per_mL": "1.25"}, {"value": F(2500)}),
    ("a pound of chloroform at 1.475 in mL", "convert", {"value": "1", "from": "lb_avoirdupois", "to": "mL", "density_g_per_mL": "1.475"}, {"value": F("453.59237") / F("1.475")}),
    ("5 pints of alcohol at 0.812 in kg", "convert", {"value": "5", "from": "pint_us", "to": "kg", "density_g_per_mL": "0.812"}, {"value": 5 * F("473.176473") * F("0.812") / 1000}),
    ("25 % w/w of a liquid at 0.85 as w/v", "convert", {"value": "25", "from": "percent_ww", "to": "percent_wv", "density_g_per_mL": "0.85"}, {"value": F("21.25")}),
    ("50 mg/mL in a syrup at 1.25 as % w/w", "convert", {"value": "50", "from": "mg_per_mL", "to": "percent_ww", "density_g_per_mL": "1.25"}, {"value": F(4)}),
    # Balances: least weighable amount, percentage of error, aliquots.
    ("sensitivity 4 mg, error 5 %", "min_weigh", {"sensitivity_mg": "4", "max_error_percent": "5"}, {"min_mg": F(80)}),
    ("sensitivity 6.5 mg, error 4 %", "min_weigh", {"sensitivity_mg": "6.5", "max_error_percent": "4"}, {"min_mg": F("162.5")}),
    ("sensitivity 10 mg, error 1.5 %", "min_weigh", {"sensitivity_mg": "10", "max_error_percent": "1.5"}, {"min_mg": F(2000, 3)}),
    ("6 mg in 200 mg", "weigh_error", {"sensitivity_mg": "6", "amount_mg": "200"}, {"percent": F(3)}),
    ("5 mg in 1.5 g", "weigh_error", {"sensitivity_mg": "5", "amount_mg": "1500"}, {"percent": F(1, 3)}),
    ("4 mg of drug on a 120 mg balance", "aliquot", {"needed_mg": "4", "min_weigh_mg": "120", "factor": "30"}, {"weigh_mg": F(120), "total_mg": F(3600), "diluent_mg": F(3480), "aliquot_mg": F(120)}),
    ("12 mg of drug, factor 15", "aliquot", {"needed_mg": "12", "min_weigh_mg": "150", "factor": "15"}, {"weigh_mg": F(180), "total_mg": F(2250), "diluent_mg": F(2070), "aliquot_mg": F(150)}),
    ("6.4 mg of drug, factor 20", "aliquot", {"needed_mg": "6.4", "min_weigh_mg": "125", "factor": "20"}, {"weigh_mg": F(128), "total_mg": F(2500), "diluent_mg": F(2372), "aliquot_mg": F(125)}),
    ("a jar and its contents", "net", {"gross_g": "112.46", "tare_g": "51.9"}, {"net_g": F("60.56")}),
    ("98.4 % of theory", "yield", {"obtained_g": "492", "theoretical_g": "500"}, {"percent": F("98.4")}),
    ("a third rounded to the balance", "round_to_readability", {"value_g": "33.333333333333333", "readability_g": "0.001"}, {"value": F("33.333")}),
    # Assay, water, hydrates.
    ("96 % powder for 24 g", "potency", {"required_g": "24", "assay_percent": "96", "lod_percent": "0", "assay_basis": "as_is"}, {"weigh": F(25)}),
    ("dried 99 %, 8 % water, for 5 g", "potency", {"required_g": "5", "assay_percent": "99", "lod_percent": "8", "assay_basis": "dried"}, {"weigh": 5 / (F("0.99") * F("0.92"))}),
    ("101.5 % powder for 3 g", "potency", {"required_g": "3", "assay_percent": "101.5", "lod_percent": "0", "assay_basis": "as_is"}, {"weigh": 3 / F("1.015")}),
    ("25 g of pentahydrate as anhydrous", "hydrate", {"mass_g": "25", "from": "pentahydrate", "to": "anhydrous"}, {"mass": 25 * RATIO}),
    ("16 % anhydrous as pentahydrate", "strength_basis", {"percent": "15.5", "from": "anhydrous", "to": "pentahydrate"}, {"percent": F("15.5") / RATIO}),
    ("an anhydrous lot of 99.1 % and 1.2 % water for 7.5 g of pentahydrate", "coa_dried_anhydrous", {"required_g": "7.5", "required_form": "pentahydrate", "stock_form": "anhydrous", "lot_assay_dried_as_anhydrous_percent": "99.1", "lot_lod_percent": "1.2"}, {"weigh": F("7.5") * RATIO / (F("0.991") * F("0.988"))}),
    ("7 % overage on 90 g", "overage", {"target_g": "90", "overage_percent": "7", "percent_ww": {"drug": "4"}, "qs": "base"}, {"batch": F("96.3"), "drug": F("3.852"), "base": F("92.448")}),
    # Doses, supply, stock, solubility, dates.
    ("two hands, twice daily, a month", "ftu", {"ftu_per_application": "2", "g_per_ftu": "0.5", "applications_per_day": "2", "days": "30"}, {"grams": F(60)}),
    ("a child's arm by a woman's finger", "ftu", {"ftu_per_application": "1.5", "g_per_ftu": "0.4", "applications_per_day": "1", "days": "10"}, {"grams": F(6)}),
    ("a tube of 45 g at 1.6 g a day", "days_supply", {"dispensed_g": "45", "g_per_day": "1.6"}, {"days_exact": F("28.125"), "days_whole": F(28)}),
    ("30 g at 2 g three times a day", "days_supply", {"dispensed_g": "30", "g_per_day": "6"}, {"days_exact": F(5), "days_whole": F(5)}),
    ("jars of 15, 30, 60, 120 for 33 g", "container", {"needed_g": "33", "sizes_g": ["15", "30", "60", "120"]}, {"size": F(60)}),
    ("batches of 18.54 g from a kilogram", "batches", {"on_hand_g": "1000", "per_batch_g": "18.54"}, {"batches": F(53), "left_g": F("17.38")}),
    ("four masses", "sum", {"terms_g": ["0.125", "1.5", "28.4", "30"]}, {"sum_g": F("60.025")}),
    ("water for 12 g at 1 in 2", "solvent_needed", {"mass_g": "12", "solubility_g_per_mL": "0.5"}, {"min_mL": F(24)}),
    ("water for 5 g at 0.701 g/mL", "solvent_needed", {"mass_g": "5", "solubility_g_per_mL": "0.701"}, {"min_mL": 5 / F("0.701")}),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "inputs", "expected"), [problem[1:] for problem in PROBLEMS], ids=[problem[0] for problem in PROBLEMS])
def test_a_textbook_problem_has_its_textbook_answer(operation: str, inputs: dict[str, object], expected: dict[str, Fraction]) -> None:
    found = answer(operation, inputs)
    assert not found.holds
    figures = values(found)
    for name, exact in expected.items():
        assert close(figures[name], exact), (name, figures[name])


# Right, and looked at by a pharmacist: a textbook's figures are not always a pharmacy's.
@pytest.mark.parametrize(
    ("operation", "inputs", "name", "exact", "code"),
    [
        ("weigh_error", {"sensitivity_mg": "6", "amount_mg": "50"}, "percent", F(12), "below_min_weighable"),
        ("yield", {"obtained_g": "46", "theoretical_g": "60"}, "percent", F(230, 3), "outside_usual_range"),
        ("convert", {"value": "10", "from": "mL", "to": "g", "density_g_per_mL": "13.6"}, "value", F(136), "implausible"),
        ("formula_ww", {"batch_g": "25000", "percent_ww": {"drug": "1"}, "qs": "base"}, "drug", F(250), "implausible"),
        ("days_supply", {"dispensed_g": "2", "g_per_day": "6"}, "days_whole", F(0), "implausible"),
        ("batches", {"on_hand_g": "10", "per_batch_g": "25"}, "batches", F(0), "insufficient_stock"),
        ("hydrate", {"mass_g": "100", "from": "pentahydrate", "to": "anhydrous", "mw": {"anhydrous": "159.61", "pentahydrate": "249.69"}}, "mass", 100 * F("159.61") / F("249.69"), "implausible"),
        ("potency", {"required_g": "10", "assay_percent": "99", "lod_percent": "12", "assay_basis": "dried"}, "weigh", 10 / (F("0.99") * F("0.88")), "implausible"),
        ("round_to_readability", {"value_g": "0.036", "readability_g": "0.01"}, "value", F("0.04"), "below_min_weighable"),
        ("overage", {"target_g": "60", "overage_percent": "50", "percent_ww": {"drug": "5"}, "qs": "base"}, "batch", F(90), "implausible"),
        ("strength_basis", {"percent": "8", "from": "pentahydrate", "to": "anhydrous"}, "percent", 8 * RATIO, "outside_usual_range"),
        ("aliquot", {"needed_mg": "110", "min_weigh_mg": "120", "factor": "2"}, "diluent_mg", F(20), "below_min_weighable"),
    ],
)  # fmt: skip
def test_an_unusual_problem_is_answered_and_held(operation: str, inputs: dict[str, object], name: str, exact: Fraction, code: str) -> None:
    found = answer(operation, inputs)
    assert close(values(found)[name], exact)
    assert [hold.code for hold in found.holds] == [code]
