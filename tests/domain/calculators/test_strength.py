"""Strength: hydrate and anhydrous, assay and water of a lot, and a whole preparation, each factor applied once."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calculators.asking import ANHYDROUS, PENTAHYDRATE, answer, close, figures, hold_message, holds, refusal, refused, values

F = Fraction

RATIO = ANHYDROUS / PENTAHYDRATE
FORMS = ("anhydrous", "pentahydrate")
GRAMS = st.decimals("0.1", "9999", places=3)


def one(operation: str, **inputs: object) -> Fraction:
    """The only figure of an answer without a hold."""
    (value,) = figures(operation, **inputs).values()
    return value


@pytest.mark.parametrize(
    ("mass", "before", "after", "exact"),
    [("10", "anhydrous", "pentahydrate", 10 / RATIO), ("15", "pentahydrate", "anhydrous", 15 * RATIO), ("12.5", "pentahydrate", "anhydrous", F("12.5") * RATIO),
     ("158.11", "anhydrous", "pentahydrate", PENTAHYDRATE), ("248.18", "pentahydrate", "anhydrous", ANHYDROUS), ("7", "anhydrous", "anhydrous", F(7)), ("7", "pentahydrate", "pentahydrate", F(7))],
)  # fmt: skip
def test_a_mass_counted_as_one_form_is_counted_as_the_other(mass: str, before: str, after: str, exact: Fraction) -> None:
    assert close(one("hydrate", mass_g=mass, **{"from": before, "to": after}), exact)


# Textbook salts: copper sulfate, ferrous sulfate, codeine phosphate hemihydrate, dextrose monohydrate. Right, and held since none is sodium thiosulfate.
@pytest.mark.parametrize(("anhydrous", "hydrate"), [("159.61", "249.69"), ("151.91", "278.02"), ("397.36", "406.37"), ("180.16", "198.17"), ("58.44", "2000")])
def test_molar_masses_of_another_salt_are_used_and_held(anhydrous: str, hydrate: str) -> None:
    found = answer("hydrate", {"mass_g": "10", "from": "anhydrous", "to": "pentahydrate", "mw": {"anhydrous": anhydrous, "pentahydrate": hydrate}})
    assert close(values(found)["mass"], 10 * F(hydrate) / F(anhydrous))
    assert [hold.code for hold in found.holds] == ["implausible"]
    assert found.holds[0].message == "the molar masses given are not those of sodium thiosulfate (158.11 and 248.18 g/mol)"
    assert found.derivation[0].source == "molar masses given with the question"


@pytest.mark.parametrize(
    ("anhydrous", "hydrate", "held"),
    [
        ("158.1", "248.2", False),
        ("158", "248", False),
        ("158.90055", "249.4209", False),
        ("158.90056", "248.18", True),
        ("158.11", "249.42", False),
        ("158.11", "249.43", True),
        ("157.31", "248.18", True),
        ("157.32", "248.18", False),
    ],
)
def test_molar_masses_rounded_otherwise_are_not_held(anhydrous: str, hydrate: str, held: bool) -> None:
    mw = {"anhydrous": anhydrous, "pentahydrate": hydrate}
    assert holds("hydrate", mass_g="10", mw=mw, **{"from": "anhydrous", "to": "pentahydrate"}) == (["implausible"] if held else [])


def test_molar_masses_of_another_salt_are_held_wherever_they_are_used() -> None:
    mw = {"anhydrous": "159.61", "pentahydrate": "249.69"}
    for operation, question in ({"strength_basis": {"percent": "20", "from": "pentahydrate", "to": "anhydrous"}} | ASKED).items():
        if operation != "potency":
            assert holds(operation, **question, mw=mw) == ["implausible"]


@pytest.mark.parametrize(
    ("mw", "code"),
    [({"anhydrous": "248.18", "pentahydrate": "158.11"}, "implausible"), ({"anhydrous": "158.11", "pentahydrate": "158.11"}, "implausible"), ({"anhydrous": "158.11"}, "invalid_number"),
     ({"anhydrous": "0", "pentahydrate": "248.18"}, "not_positive"), ({"anhydrous": "9.99", "pentahydrate": "248.18"}, "out_of_range"), ({"anhydrous": "158.11", "pentahydrate": "2000.1"}, "out_of_range"),
     ({"anhydrous": "158.11", "pentahydrate": "248.18", "water": "18"}, "not_parsed"), ("158.11", "not_parsed"), (None, "not_parsed")],
)  # fmt: skip
def test_molar_masses_that_cannot_be_are_refused(mw: object, code: str) -> None:
    assert refused("hydrate", mass_g="10", mw=mw, **{"from": "anhydrous", "to": "pentahydrate"}) == code


def test_a_hydrate_lighter_than_its_salt_is_named() -> None:
    mw = {"anhydrous": "248.18", "pentahydrate": "158.11"}
    found = refusal("hydrate", mass_g="10", mw=mw, **{"from": "anhydrous", "to": "pentahydrate"})
    assert found.message == "mw: the pentahydrate must be heavier than the anhydrous form"


def test_molar_masses_are_read_in_the_language_in_force() -> None:
    given = {"mass_g": "10", "from": "anhydrous", "to": "pentahydrate", "mw": {"anhydrous": "158,11", "pentahydrate": "248,18"}}
    assert close(values(answer("hydrate", given, decimal_comma=True))["mass"], 10 / RATIO)


@given(GRAMS, st.sampled_from(FORMS), st.sampled_from(FORMS))
def test_property_there_and_back_is_the_same_mass(mass: object, before: str, after: str) -> None:
    there = one("hydrate", mass_g=str(mass), **{"from": before, "to": after})
    back = one("hydrate", mass_g=_decimal(there), **{"from": after, "to": before})
    assert abs(back - Fraction(str(mass))) <= Fraction(str(mass)) / 10**13


def _decimal(value: Fraction) -> str:
    places = 18
    digits = str(value.numerator * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"


@pytest.mark.parametrize(
    ("inputs", "code"),
    [({"from": ""}, "missing_basis"), ({"to": None}, "missing_basis"), ({"from": "hydrate"}, "not_parsed"), ({"from": "Anhydrous"}, "not_parsed"), ({"to": ["anhydrous"]}, "not_parsed"),
     ({"mass_g": "0"}, "not_positive"), ({"mass_g": True}, "invalid_number"), ({"mass": "5"}, "not_parsed")],
)  # fmt: skip
@pytest.mark.parametrize("operation", ["hydrate", "strength_basis"])
def test_a_form_must_be_named(operation: str, inputs: dict[str, object], code: str) -> None:
    name = "mass_g" if operation == "hydrate" else "percent"
    asked = {name if key == "mass_g" else key: value for key, value in ({"mass_g": "10", "from": "anhydrous", "to": "pentahydrate"} | inputs).items()}
    assert refused(operation, **asked) == code


def test_the_refusal_of_a_form_names_the_forms() -> None:
    assert refusal("hydrate", mass_g="10", to="anhydrous").message == "from: say one of pentahydrate, anhydrous"
    assert refusal("hydrate", mass_g="10", to="x", **{"from": "anhydrous"}).message == 'to: "x" is none of pentahydrate, anhydrous'
    assert refusal("hydrate", mass_g="10", to="x" * 90, **{"from": "anhydrous"}).message == f'to: "{"x" * 40}" is none of pentahydrate, anhydrous'
    assert refusal("hydrate", mass_g="10", to=[[]], **{"from": "anhydrous"}).message == "to: a list is none of pentahydrate, anhydrous"


def test_a_strength_is_stated_as_the_other_form_and_judged_as_the_pentahydrate() -> None:
    assert close(one("strength_basis", percent="25", **{"from": "pentahydrate", "to": "anhydrous"}), 25 * RATIO)
    assert close(one("strength_basis", percent="10", **{"from": "anhydrous", "to": "pentahydrate"}), 10 / RATIO)
    assert one("strength_basis", percent="25", **{"from": "pentahydrate", "to": "pentahydrate"}) == 25
    assert holds("strength_basis", percent="25", **{"from": "anhydrous", "to": "pentahydrate"}) == ["outside_usual_range"]
    assert holds("strength_basis", percent="25", **{"from": "anhydrous", "to": "anhydrous"}) == ["outside_usual_range"]
    assert holds("strength_basis", percent="9", **{"from": "pentahydrate", "to": "anhydrous"}) == ["outside_usual_range"]


def test_a_strength_beyond_the_whole_is_refused() -> None:
    found = refusal("strength_basis", percent="64", **{"from": "anhydrous", "to": "pentahydrate"})
    assert (found.code, found.message) == ("out_of_range", "64 % as anhydrous would be more than 100 % as pentahydrate")
    assert holds("strength_basis", percent="100", **{"from": "pentahydrate", "to": "pentahydrate"}) == ["outside_usual_range"]
    assert refused("strength_basis", percent="100.1", **{"from": "anhydrous", "to": "anhydrous"}) == "out_of_range"
    assert holds("strength_basis", percent="63.7", **{"from": "anhydrous", "to": "pentahydrate"}) == ["outside_usual_range"]


def test_the_steps_of_a_form_name_both_molar_masses() -> None:
    step = answer("hydrate", {"mass_g": "10", "from": "anhydrous", "to": "pentahydrate"}).derivation[0]
    assert step.formula == "mass × molar mass of the pentahydrate form ÷ molar mass of the anhydrous form"
    assert step.substitution == "10 × 248.18 ÷ 158.11"
    assert step.source.startswith("molar masses: ")
    same = answer("hydrate", {"mass_g": "10", "from": "anhydrous", "to": "anhydrous"}).derivation[0]
    assert (same.formula, same.substitution) == ("mass, unchanged", "10 × 1")
    basis = answer("strength_basis", {"percent": "25", "from": "pentahydrate", "to": "anhydrous"}).derivation[0]
    assert basis.formula == "strength × molar mass of the anhydrous form ÷ molar mass of the pentahydrate form"
    assert (basis.substitution, basis.unit) == ("25 × 158.11 ÷ 248.18", "%")
    back = answer("strength_basis", {"percent": "10", "from": "anhydrous", "to": "pentahydrate"}).derivation[0]
    assert back.substitution == "10 × 248.18 ÷ 158.11"
    assert basis.source.startswith("molar masses: ")


@pytest.mark.parametrize(
    ("required", "assay", "lod", "basis", "exact"),
    [("10", "98.5", "0", "as_is", F(1000) / F("98.5")), ("25", "99", "0", "as_is", F(2500, 99)), ("5", "102", "0", "as_is", F(500, 102)), ("10", "98", "4", "as_is", F(1000, 98)),
     ("10", "98", "4", "dried", F(10) / (F("0.98") * F("0.96"))), ("2", "100", "10", "dried", F(2) / F("0.9")), ("1", "95", "0.5", "dried", 1 / (F("0.95") * F("0.995"))),
     ("1", "50", "0", "as_is", F(2)), ("11", "110", "0", "as_is", F(10))],
)  # fmt: skip
def test_a_powder_is_weighed_by_its_assay_and_its_water_counts_once(required: str, assay: str, lod: str, basis: str, exact: Fraction) -> None:
    assert close(one("potency", required_g=required, assay_percent=assay, lod_percent=lod, assay_basis=basis), exact)


@pytest.mark.parametrize("operation", ["potency", "coa_dried_anhydrous", "full_prep"])
@pytest.mark.parametrize(
    ("assay", "code"),
    [
        ("49.99", "implausible"),
        ("110.01", "implausible"),
        ("0", "not_positive"),
        ("1000", "implausible"),
        ("1000000", "implausible"),
        ("1000000.5", "out_of_range"),
        ("", "invalid_number"),
        ("99,6", "ambiguous_number"),
    ],
)
def test_an_assay_outside_50_to_110_percent_is_refused(operation: str, assay: str, code: str) -> None:
    key = {"coa_dried_anhydrous": "lot_assay_dried_as_anhydrous_percent"}.get(operation, "assay_percent")
    assert refused(operation, **(ASKED[operation] | {key: assay})) == code


@pytest.mark.parametrize("operation", ["potency", "coa_dried_anhydrous", "full_prep"])
@pytest.mark.parametrize(("loss", "code"), [("100", "out_of_range"), ("100.1", "out_of_range"), ("-1", "not_positive"), (None, "invalid_number")])
def test_a_loss_on_drying_leaves_something(operation: str, loss: object, code: str) -> None:
    key = {"coa_dried_anhydrous": "lot_lod_percent"}.get(operation, "lod_percent")
    assert refused(operation, **(ASKED[operation] | {key: loss})) == code


ASKED: dict[str, dict[str, object]] = {
    "potency": {"required_g": "10", "assay_percent": "99", "lod_percent": "1", "assay_basis": "dried"},
    "coa_dried_anhydrous": {"required_g": "15", "required_form": "pentahydrate", "lot_assay_dried_as_anhydrous_percent": "99.6", "lot_lod_percent": "36.1"},
    "full_prep": {
        "target_g": "60", "percent": "25", "label_form": "pentahydrate", "stock_form": "pentahydrate", "assay_percent": "100", "lod_percent": "0", "assay_basis": "as_is", "overage_percent": "0",
        "base_zinc_percent": "0",
    },
}  # fmt: skip


def test_the_refusals_of_a_certificate_say_what_to_check() -> None:
    assert (
        refusal("potency", **(ASKED["potency"] | {"assay_percent": "45"})).message == "assay_percent: an assay of 45 % is outside 50 to 110 %; check its basis"
    )
    assert refusal("potency", **(ASKED["potency"] | {"lod_percent": "100"})).message == "lod_percent: nothing is left of a powder that loses all its mass"


@pytest.mark.parametrize(
    ("basis", "code"), [("", "missing_basis"), (None, "missing_basis"), ("dry", "not_parsed"), (True, "not_parsed"), ("AS_IS", "not_parsed")]
)
@pytest.mark.parametrize("operation", ["potency", "full_prep"])
def test_an_assay_needs_its_basis(operation: str, basis: object, code: str) -> None:
    assert refused(operation, **(ASKED[operation] | {"assay_basis": basis})) == code


@pytest.mark.parametrize("operation", sorted(ASKED))
def test_an_input_nobody_reads_is_refused(operation: str) -> None:
    assert refusal(operation, **ASKED[operation], colour="white").message == 'this calculation does not know the input "colour"'


def test_the_water_of_a_hydrate_is_held_where_only_a_plain_powder_is_meant() -> None:
    dried = ASKED["potency"] | {"required_g": "15", "assay_percent": "99.6"}
    assert holds("potency", **(dried | {"lod_percent": "10"})) == []
    found = answer("potency", dried | {"lod_percent": "36.1"})
    assert close(values(found)["weigh"], 15 / (F("0.996") * F("0.639")))
    assert [(hold.code, hold.message) for hold in found.holds] == [
        (
            "implausible",
            "a loss on drying of 36.1 % is the water of a hydrate; for sodium thiosulfate reckon from its certificate (coa_dried_anhydrous), or the dose is 57 % high",
        )
    ]
    assert holds("potency", **(dried | {"lod_percent": "36.1", "assay_basis": "as_is"})) == []


def test_the_steps_of_a_potency_show_the_assay_and_where_it_counts_the_water() -> None:
    dried = answer("potency", ASKED["potency"]).derivation[0]
    assert (dried.formula, dried.substitution) == ("required ÷ ((assay ÷ 100) × (1 - loss on drying ÷ 100))", "10 ÷ ((99 ÷ 100) × (1 - 1 ÷ 100))")
    as_is = answer("potency", ASKED["potency"] | {"assay_basis": "as_is"}).derivation[0]
    assert (as_is.formula, as_is.substitution) == ("required ÷ (assay ÷ 100); an assay of the powder as it is already counts its water", "10 ÷ (99 ÷ 100)")


@pytest.mark.parametrize(
    ("required", "form", "assay", "loss", "exact"),
    [("15", "pentahydrate", "99.6", "36.1", 15 * RATIO / (F("0.996") * F("0.639"))), ("15", "pentahydrate", "99.6", "36.2", 15 * RATIO / (F("0.996") * F("0.638"))),
     ("6", "pentahydrate", "100.4", "34", 6 * RATIO / (F("1.004") * F("0.66"))), ("15", "anhydrous", "99.6", "36.1", 15 / (F("0.996") * F("0.639"))),
     ("15", "pentahydrate", "99.6", "0.5", 15 * RATIO / (F("0.996") * F("0.995"))), ("15", "anhydrous", "99", "0", F(1500, 99))],
)  # fmt: skip
def test_a_lot_assayed_dried_and_as_anhydrous_is_weighed_by_what_a_gram_of_it_holds(required: str, form: str, assay: str, loss: str, exact: Fraction) -> None:
    inputs = {"required_g": required, "required_form": form, "lot_assay_dried_as_anhydrous_percent": assay, "lot_lod_percent": loss}
    assert close(one("coa_dried_anhydrous", **inputs), exact)


def test_the_golden_lot_asks_for_15_01_g_and_the_wrong_reading_for_23_57_g() -> None:
    right = one("coa_dried_anhydrous", **ASKED["coa_dried_anhydrous"])
    assert round(right, 2) == F("15.01")
    wrong = answer("potency", {"required_g": "15", "assay_percent": "99.6", "lod_percent": "36.1", "assay_basis": "dried"})
    assert round(values(wrong)["weigh"], 2) == F("23.57")
    assert wrong.holds


@given(st.decimals("99", "100.5", places=2), st.decimals("33", "36.9", places=2), GRAMS)
def test_property_the_weight_of_a_lot_holds_exactly_what_is_required(assay: object, loss: object, required: object) -> None:
    inputs = {"required_g": str(required), "required_form": "pentahydrate", "lot_assay_dried_as_anhydrous_percent": str(assay), "lot_lod_percent": str(loss)}
    weigh = values(answer("coa_dried_anhydrous", inputs))["weigh"]
    held = weigh * F(str(assay)) / 100 * (100 - F(str(loss))) / 100
    assert close(held, F(str(required)) * RATIO)


@pytest.mark.parametrize(
    ("loss", "stock", "held"),
    [("31.99", None, ["basis_conflict"]), ("32", None, []), ("37", None, []), ("37.01", None, ["basis_conflict"]), ("4", "anhydrous", ["implausible"]), ("5", None, ["implausible"]), ("2", None, []), ("5.01", None, ["basis_conflict"]), ("20", None, ["basis_conflict"]),
     ("36.1", "pentahydrate", []), ("36.1", "anhydrous", ["basis_conflict", "implausible"]), ("0.5", "anhydrous", []), ("0.5", "pentahydrate", ["basis_conflict", "implausible"])],
)  # fmt: skip
def test_water_that_contradicts_the_form_is_held(loss: str, stock: str | None, held: list[str]) -> None:
    inputs = ASKED["coa_dried_anhydrous"] | {"lot_lod_percent": loss} | ({"stock_form": stock} if stock else {})
    assert holds("coa_dried_anhydrous", **inputs) == held


@pytest.mark.parametrize(
    ("anhydrous", "assay", "loss", "held"),
    # Molar masses made so that the correction is 1.03 or 0.93 to the last digit, and then a little more or less.
    # An assay of 98.5 % is outside the monograph by itself.
    [("158.62834197", "98.5", "37", ["implausible"]), ("158.62834198", "98.5", "37", ["implausible", "implausible"]), ("157.73377716", "100.5", "32", []), ("157.73377715", "100.5", "32", ["implausible"])],
)  # fmt: skip
def test_the_corners_of_the_monograph_belong_to_it(anhydrous: str, assay: str, loss: str, held: list[str]) -> None:
    mw = {"anhydrous": anhydrous, "pentahydrate": "248.18"}
    inputs = ASKED["coa_dried_anhydrous"] | {"lot_assay_dried_as_anhydrous_percent": assay, "lot_lod_percent": loss, "mw": mw}
    assert holds("coa_dried_anhydrous", **inputs) == held


def test_a_hold_about_water_says_what_does_not_fit() -> None:
    neither = hold_message("coa_dried_anhydrous", **(ASKED["coa_dried_anhydrous"] | {"lot_lod_percent": "20"}))
    assert neither == "a loss on drying of 20 % fits neither the pentahydrate (32 to 37 %) nor the anhydrous salt (up to 5 %)"
    found = answer("coa_dried_anhydrous", ASKED["coa_dried_anhydrous"] | {"stock_form": "anhydrous"}).holds
    assert found[0].message == "a loss on drying of 36.1 % contradicts a stock that is anhydrous; check the certificate"
    assert found[1].message.startswith("the lot asks for 1.5712")
    assert found[1].message.endswith("times the weight of the pure anhydrous form, outside 0.93 to 1.03; check the basis of its assay")


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"required_form": ""}, "missing_basis"),
        ({"stock_form": ""}, "missing_basis"),
        ({"stock_form": "dihydrate"}, "not_parsed"),
        ({"required_g": "0"}, "not_positive"),
    ],
)
def test_a_lot_without_its_form_is_refused(inputs: dict[str, object], code: str) -> None:
    assert refused("coa_dried_anhydrous", **(ASKED["coa_dried_anhydrous"] | inputs)) == code


def test_the_steps_of_a_lot_show_the_form_first_and_the_content_second() -> None:
    first, second = answer("coa_dried_anhydrous", ASKED["coa_dried_anhydrous"]).derivation
    assert (first.name, first.unit, first.substitution) == ("needed as anhydrous", "g", "15 × 158.11 ÷ 248.18")
    assert first.formula == "required × molar mass of the anhydrous form ÷ molar mass of the pentahydrate form"
    assert first.source.startswith("molar masses: ")
    assert second.formula == "needed as anhydrous ÷ ((assay ÷ 100) × (1 - loss on drying ÷ 100))"
    assert second.substitution == f"{first.value} ÷ ((99.6 ÷ 100) × (1 - 36.1 ÷ 100))"
    assert second.source == "USP monograph, sodium thiosulfate (clinical rule 13)"
    as_it_is = answer("coa_dried_anhydrous", ASKED["coa_dried_anhydrous"] | {"required_form": "anhydrous"}).derivation[0]
    assert (as_it_is.formula, as_it_is.substitution) == ("required, unchanged", "15 × 1")


@pytest.mark.parametrize(
    ("change", "weigh", "zinc"),
    [
        ({}, F(15), F(0)),
        ({"assay_percent": "99.9"}, F(15) / F("0.999"), F(0)),
        ({"assay_basis": "dried", "assay_as": "anhydrous", "assay_percent": "99.6", "lod_percent": "36.1"}, 15 * RATIO / (F("0.996") * F("0.639")), F(0)),
        ({"assay_basis": "as_is", "assay_as": "anhydrous", "assay_percent": "63.7", "lod_percent": "36.1"}, 15 * RATIO / F("0.637"), F(0)),
        ({"assay_basis": "dried", "assay_as": "as_stock", "assay_percent": "99", "lod_percent": "0.5"}, F(15) / (F("0.99") * F("0.995")), F(0)),
        ({"stock_form": "anhydrous"}, 15 * RATIO, F(0)),
        ({"stock_form": "anhydrous", "assay_basis": "dried", "assay_percent": "99", "lod_percent": "0.5"}, 15 * RATIO / (F("0.99") * F("0.995")), F(0)),
        ({"stock_form": "anhydrous", "assay_as": "as_stock"}, 15 * RATIO, F(0)),
        ({"percent": "10", "label_form": "anhydrous"}, 6 / RATIO, F(0)),
        ({"overage_percent": "3"}, F("15.45"), F(0)),
        ({"base_zinc_percent": "20"}, F(15), F(15)),
        ({"base_zinc_percent": "25"}, F(15), F("18.75")),
        ({"base_zinc_percent": "40"}, F(15), F(30)),
    ],
)
def test_a_whole_preparation(change: dict[str, str], weigh: Fraction, zinc: Fraction) -> None:
    inputs = ASKED["full_prep"] | change
    found = figures("full_prep", **inputs)
    batch = F(str(inputs["target_g"])) * (100 + F(str(inputs["overage_percent"]))) / 100
    assert found["batch_g"] == batch
    assert close(found["weigh_sts_g"], weigh)
    assert close(found["base_g"], batch - weigh)
    assert close(found["zinc_oxide_percent"], zinc) or found["zinc_oxide_percent"] == zinc


def test_final_zinc_oxide_follows_the_base_that_is_weighed() -> None:
    change = {"assay_basis": "dried", "assay_as": "anhydrous", "assay_percent": "99.6", "lod_percent": "36.1", "base_zinc_percent": "20"}
    found = figures("full_prep", **(ASKED["full_prep"] | change))
    assert close(found["zinc_oxide_percent"], (60 - 15 * RATIO / (F("0.996") * F("0.639"))) * 20 / 60)


@given(st.decimals("10", "500", places=2), st.decimals("10", "25", places=1), st.decimals("99", "100.5", places=1), st.decimals("0", "20", places=1))
def test_property_drug_and_base_make_the_batch(target: object, percent: object, assay: object, extra: object) -> None:
    change = {"target_g": str(target), "percent": str(percent), "assay_percent": str(assay), "overage_percent": str(extra)}
    found = values(answer("full_prep", ASKED["full_prep"] | change))
    assert abs(found["weigh_sts_g"] + found["base_g"] - found["batch_g"]) <= found["batch_g"] / 10**13
    assert close(found["weigh_sts_g"] * F(str(assay)) / 100, found["batch_g"] * F(str(percent)) / 100)


@pytest.mark.parametrize(
    ("change", "held"),
    [
        ({"percent": "9.9"}, ["outside_usual_range"]),
        ({"percent": "25", "label_form": "anhydrous"}, ["outside_usual_range"]),
        ({"target_g": "4", "percent": "80"}, ["outside_usual_range"]),
        ({"overage_percent": "30"}, ["implausible"]),
        ({"assay_percent": "90"}, ["implausible"]),
        ({"assay_percent": "97"}, ["implausible"]),
        ({"assay_percent": "97.1"}, []),
        ({"assay_percent": "107"}, []),
        ({"assay_percent": "108"}, ["implausible"]),
        ({"assay_basis": "dried", "assay_as": "anhydrous", "lod_percent": "0.5"}, ["basis_conflict", "implausible"]),
        ({"assay_basis": "dried", "assay_as": "as_stock", "lod_percent": "36"}, ["implausible"]),
        (
            {"assay_basis": "dried", "assay_as": "anhydrous", "assay_percent": "99.6", "lod_percent": "36.1", "stock_form": "anhydrous"},
            ["basis_conflict", "implausible"],
        ),
        ({"target_g": "20000"}, ["implausible"]),
    ],
)
def test_a_preparation_out_of_the_ordinary_is_held_beside_its_figures(change: dict[str, str], held: list[str]) -> None:
    assert holds("full_prep", **(ASKED["full_prep"] | change)) == held


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"assay_basis": "dried"}, "missing_basis"),
        ({"assay_basis": "dried", "assay_as": ""}, "missing_basis"),
        ({"assay_as": "dry"}, "not_parsed"),
        ({"percent": "100"}, "composition_over_100"),
        ({"percent": "64", "label_form": "anhydrous"}, "composition_over_100"),
        ({"percent": "101"}, "out_of_range"),
        ({"percent": "0"}, "not_positive"),
        ({"base_zinc_percent": "101"}, "out_of_range"),
        ({"base_zinc_percent": "-1"}, "not_positive"),
        ({"label_form": ""}, "missing_basis"),
        ({"stock_form": None}, "missing_basis"),
        ({"target_g": "1,000"}, "ambiguous_number"),
        ({"overage_percent": "NaN"}, "invalid_number"),
    ],
)
def test_a_preparation_that_cannot_be_is_refused(change: dict[str, object], code: str) -> None:
    assert refused("full_prep", **(ASKED["full_prep"] | change)) == code


def test_the_refusals_of_a_preparation_name_what_is_missing() -> None:
    assert refusal("full_prep", **(ASKED["full_prep"] | {"assay_basis": "dried"})).message == (
        "assay_as: a dried assay of a hydrate must say whether it is expressed as anhydrous or as_stock"
    )
    assert refusal("full_prep", **(ASKED["full_prep"] | {"percent": "100"})).message == "60 g of the lot leave no room for a base in 60 g"


def test_every_step_of_a_preparation_names_formula_numbers_and_source() -> None:
    change = {"assay_basis": "dried", "assay_as": "anhydrous", "assay_percent": "100", "lod_percent": "36", "base_zinc_percent": "20"}
    steps = answer("full_prep", ASKED["full_prep"] | change).derivation
    assert [step.name for step in steps] == [
        "batch_g", "sodium thiosulfate as pentahydrate", "needed as anhydrous", "anhydrous in a gram of the lot", "weigh_sts_g", "base_g", "zinc_oxide_percent",
    ]  # fmt: skip
    assert [step.unit for step in steps] == ["g", "g", "g", "g/g", "g", "g", "%"]
    _, required, needed, content, weigh, base, zinc = steps
    assert (required.formula, required.substitution) == ("batch × % w/w ÷ 100", "60 × 25 ÷ 100")
    assert needed.substitution == "15 × 158.11 ÷ 248.18"
    assert (content.formula, content.substitution, content.value) == ("(assay ÷ 100) × (1 - loss on drying ÷ 100)", "(100 ÷ 100) × (1 - 36 ÷ 100)", "0.64")
    assert (weigh.formula, weigh.substitution) == ("needed as anhydrous ÷ anhydrous in a gram", f"{needed.value} ÷ 0.64")
    assert (base.formula, base.substitution, base.source) == ("batch - drug (q.s.)", f"60 - {weigh.value}", "conservation of mass")
    assert (zinc.formula, zinc.substitution, zinc.source) == ("base × zinc oxide in the base ÷ batch", f"{base.value} × 20 ÷ 60", "clinical rule 5")
    assert {content.source, weigh.source} == {"USP monograph, sodium thiosulfate (clinical rule 13)"}


def test_the_content_of_a_hydrate_counted_as_itself_takes_the_molar_ratio() -> None:
    content = answer("full_prep", ASKED["full_prep"]).derivation[3]
    assert (content.formula, content.substitution) == ("(assay ÷ 100) × molar ratio", "(100 ÷ 100) × 158.11 ÷ 248.18")
