"""One line of an order: read as a pharmacist reads it, or refused; an unread word never leaves a figure."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.calculators import Answer, CalculationRefused, calculate
from tests.domain.calculators.asking import CONSTANTS, answer, check_derivation, check_refusal, refusal, values

F = Fraction

DRUG_KEYS = {"STS", "sodium_thiosulfate"}


def read(line: str, *, decimal_comma: bool = False) -> dict[str, Fraction]:
    found = answer("formula_ww", {"order_text": line}, decimal_comma=decimal_comma)
    assert not found.holds, found.holds
    return values(found)


def code_of(line: object) -> str:
    return refusal("formula_ww", order_text=line).code


@pytest.mark.parametrize(
    "line",
    [
        "sodium thiosulfate 25 % in white petrolatum, qs 60 g",
        "Sodium thiosulfate 25% w/w ointment in white petrolatum 60 g",
        "Sodium thiosulfate pentahydrate 25 % w/w in white petrolatum 60g",
        "sodium thiosulfate 250 mg/g in white petrolatum 60 g",
        "sodium thiosulfate 250 mg/1 g in white petrolatum 60 g",
        "sodium thiosulfate 25% (250 mg/g) in white petrolatum 60 g",
        "sodium thiosulfate 25 g per 100 g in white petrolatum, 60 g",
        "sodium thiosulfate 25%, white petrolatum 75%, 60 g",
        "sodium thiosulfate 25% / white petrolatum 75% 60g",
        "sodium thiosulfate 15 g in white petrolatum qs 60 g",
        "sodium thiosulfate 15 g, white petrolatum qs ad 60 g",
        "15 g sodium thiosulfate qs 60 g white petrolatum",
        "sodium thiosulfate 15 g ad white petrolatum 60 g",
        "sodium thiosulfate 15 g in white petrolatum, total 60 g",
        "sodium thiosulfate 15 g to make 60 g in white petrolatum",
        "60 g of sodium thiosulfate 25 % in white petrolatum",
        "60 g of 25 % sodium thiosulfate in white petrolatum",
        "make 60 g of 25 % w/w sodium thiosulfate ointment in white petrolatum",
        "Rx: sodium thiosulfate 25 % in white petrolatum, dispense 60 g",
        "compound sodium thiosulfate 25 percent in white petrolatum, dispense 60 g",
        "white petrolatum with sodium thiosulfate 25 %, 60 g",
        "sodium thiosulfate 25%, white petrolatum, 60 g",
        "sodium thiosulfate 25% in white petrolatum - 60 g",
        "sodium thiosulfate 25% in white petrolatum (60 g)",
        "sodium thiosulfate 25% in white petrolatum 60 GRAMS",
        "sodium thiosulfate 25% in white petrolatum 0.06 kg",
        "sodium thiosulfate 25% in white petrolatum 60000 mg",
        "sodium thiosulfate 25% white petrolatum 60 g",
        "sodium thiosulfate, 60 g, 25% in white petrolatum",
        "sodium thiosulfate 25 % in white petrolatum in white petrolatum 60 g",
        "make 60 g sodium thiosulfate 25 %, white petrolatum",
        "Rx: sodium thiosulfate 15 g in white petrolatum qs 60 g",
        " sodium thiosulfate 25.00 % in white petrolatum 60.0 g ",
    ],
)
def test_the_ways_a_pharmacist_writes_60_g_of_25_percent(line: str) -> None:
    assert read(line) == {"sodium_thiosulfate": 15, "white_petrolatum": 45}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("STS 25% in petrolatum 60 g", {"STS": "15", "petrolatum": "45"}),
        ("STS 12.5 % in vaseline 30 g", {"STS": "3.75", "vaseline": "26.25"}),
        ("sodium thiosulfate 25 %, mineral oil 5 %, white petrolatum qs 100 g", {"sodium_thiosulfate": "25", "mineral_oil": "5", "white_petrolatum": "70"}),
        ("sodium thiosulfate 15 g, mineral oil 5 %, petrolatum ad 60 g", {"sodium_thiosulfate": "15", "mineral_oil": "3", "petrolatum": "42"}),
        ("sodium thiosulfate 10 % in zinc oxide ointment, make 45 g", {"sodium_thiosulfate": "4.5", "zinc_oxide_ointment": "40.5"}),
        ("sodium thiosulfate 25% in zinc oxide ointment 20% 60 g", {"sodium_thiosulfate": "15", "zinc_oxide_ointment": "45"}),
        ("sodium thiosulfate 25% in zinc oxide paste, 60.5 g", {"sodium_thiosulfate": "15.125", "zinc_oxide_paste": "45.375"}),
        ("thiosulfate de sodium 12,5 % dans vaseline qsp 60 g", {"sodium_thiosulfate": "7.5", "vaseline": "52.5"}),
        ("tiosulfato de sodio 25 % en vaselina csp 60 g", {"sodium_thiosulfate": "15", "vaselina": "45"}),
        ("Natriumthiosulfat 25 % in Vaselin ad 60 g", {"sodium_thiosulfate": "15", "vaselin": "45"}),
    ],
)
def test_other_bases_languages_and_a_levigating_agent(line: str, expected: dict[str, str]) -> None:
    assert read(line) == {name: F(value) for name, value in expected.items()}


def test_a_decimal_comma_is_read_only_where_the_language_writes_it() -> None:
    line = "sodium thiosulfate 12,5 % in petrolatum 60 g"
    assert read(line, decimal_comma=True) == {"sodium_thiosulfate": F("7.5"), "petrolatum": F("52.5")}
    assert code_of(line) == "ambiguous_number"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        # No base, no drug, no mass, no strength, or more than one.
        ("Sodium thiosulfate 25% ointment, 60 g", "not_parsed"),
        ("25 % in petrolatum 60 g", "not_parsed"),
        ("sodium thiosulfate 25 % in petrolatum", "not_parsed"),
        ("sodium thiosulfate in petrolatum 60 g", "not_parsed"),
        ("sodium thiosulfate 25 % in petrolatum 60 g 30 g", "not_parsed"),
        ("sodium thiosulfate 25 % in petrolatum 60 g, 60 g total", "not_parsed"),
        ("sodium thiosulfate 25 % 10 % in petrolatum 60 g", "not_parsed"),
        ("sodium thiosulfate 25% (25 mg/g) in petrolatum 60 g", "not_parsed"),
        ("sodium thiosulfate 25 % in petrolatum and zinc oxide ointment 60 g", "not_parsed"),
        ("sodium thiosulfate 25 % in petrolatum or zinc oxide ointment 60 g", "not_parsed"),
        ("sodium thiosulfate 25% in white petrolatum (Vaseline) 60 g", "not_parsed"),
        ("STS 25% sodium thiosulfate in petrolatum 60 g", "not_parsed"),
        # The mass may be that of one ingredient: 25 % in 60 g of base is 20 % of the whole.
        ("sodium thiosulfate 25% in 60 g petrolatum", "not_parsed"),
        ("sodium thiosulfate 25% in 60 g of petrolatum", "not_parsed"),
        ("sodium thiosulfate 25%, petrolatum 60 g", "not_parsed"),
        ("sodium thiosulfate 25% and petrolatum 60 g", "not_parsed"),
        ("sodium thiosulfate 25% to petrolatum 60 g", "not_parsed"),
        ("petrolatum 60 g with sodium thiosulfate 25 %", "not_parsed"),
        ("60 g sodium thiosulfate 25%, petrolatum", "not_parsed"),
        ("sodium thiosulfate 15 g 25% in petrolatum", "not_parsed"),
        ("sodium thiosulfate pentahydrate 60 g 25% in petrolatum", "not_parsed"),
        ("STS 15 g 25% in petrolatum", "not_parsed"),
        ("60 g STS 25%, petrolatum", "not_parsed"),
        ("60 g 25 % sodium thiosulfate, petrolatum", "not_parsed"),
        ("sodium thiosulfate 25%, petrolatum plain 60 g", "not_parsed"),
        ("sodium thiosulfate 25%, petrolatum pommade 60 g", "not_parsed"),
        ("sodium thiosulfate 25%, petrolatum salve 60 g", "not_parsed"),
        ("sodium thiosulfate 25%, petrolatum topical 60 g", "not_parsed"),
        ("in petrolatum 60 g, sodium thiosulfate 25 %", "not_parsed"),
        ("sodium thiosulfate 15 g qs with petrolatum 60 g", "not_parsed"),
        ("sodium thiosulfate 25 %, mineral oil 5 %, liquid paraffin 5 %, petrolatum qs 60 g", "not_parsed"),
        ("sodium thiosulfate 25 %, mineral oil, liquid paraffin 5 %, petrolatum qs 60 g", "not_parsed"),
        ("sodium thiosulfate 15 g in petrolatum 60 g", "not_parsed"),
        ("sodium thiosulfate 15 g, petrolatum 45 g", "not_parsed"),
        ("25 g sodium thiosulfate in 100 g petrolatum", "not_parsed"),
        ("sodium thiosulfate 25 g in 100 g in petrolatum, 60 g", "not_parsed"),
        ("sodium thiosulfate 25 g/100 g petrolatum 60 g", "not_parsed"),
        ("sodium thiosulfate 25 g per 100 g of petrolatum qs 60 g", "not_parsed"),
        ("sodium thiosulfate 25% 15 g in petrolatum qs 60 g", "not_parsed"),
        ("sodium thiosulfate in petrolatum 25 % 60 g", "not_parsed"),
        ("sodium thiosulfate 25%, petrolatum 70%, 60 g", "not_parsed"),
        ("petrolatum 75 % sodium thiosulfate 60 g", "not_parsed"),
        # Ratios and fractions.
        ("sodium thiosulfate 1:4 in petrolatum 60 g", "not_parsed"),
        ("1 in 4 sodium thiosulfate in petrolatum 60 g", "not_parsed"),
        ("1 part sodium thiosulfate to 4 parts petrolatum, 60 g", "not_parsed"),
        ("sodium thiosulfate 1/4 in petrolatum 60 g", "unit_missing"),
        ("sodium thiosulfate 25 % in petrolatum ½ kg", "not_parsed"),
        # Units.
        ("sodium thiosulfate 25% w/v in petrolatum 60 g", "unit_dimension"),
        ("sodium thiosulfate 250 mg/mL in petrolatum 60 g", "unit_dimension"),
        ("sodium thiosulfate 25% in petrolatum 60 mL", "missing_density"),
        ("sodium thiosulfate 25% in petrolatum 2 oz", "unit_ambiguous"),
        ("sodium thiosulfate 25% in petrolatum 1 lb", "unit_ambiguous"),
        ("sodium thiosulfate 25% in petrolatum 60gr", "unit_ambiguous"),
        ("sodium thiosulfate 25% in petrolatum 60 gm", "unit_ambiguous"),
        ("sodium thiosulfate 25% in petrolatum 60 Gm", "unit_ambiguous"),
        ("sodium thiosulfate 25% in petrolatum 60 gms", "unit_ambiguous"),
        ("sodium thiosulfate 25 mg% in petrolatum 60 g", "unit_ambiguous"),
        ("sodium thiosulfate 25% in petrolatum 60 G", "unit_unknown"),
        ("sodium thiosulfate 25% in petrolatum 60 Mg", "unit_unknown"),
        ("sodium thiosulfate 250 MG/g in petrolatum 60 g", "unit_unknown"),
        ("sodium thiosulfate 25% in petrolatum 1 KG", "unit_unknown"),
        ("sodium thiosulfate 25% in petrolatum 60", "unit_missing"),
        ("sodium thiosulfate 25 in petrolatum 60 g", "unit_missing"),
        ("sodium thiosulfate 25% in petrolatum 2 jars of 60 g", "unit_missing"),
        # Numbers.
        ("sodium thiosulfate 25 % in petrolatum -60 g", "not_positive"),
        ("sodium thiosulfate 25 % in petrolatum \u221260 g", "not_positive"),
        ("sodium thiosulfate 25 % in petrolatum \u201360 g", "not_positive"),
        ("sodium thiosulfate -25 % in petrolatum 60 g", "not_positive"),
        ("sodium thiosulfate 25 % in petrolatum +60 g", "invalid_number"),
        ("sodium thiosulfate 25 % in petrolatum -.5 g", "not_positive"),
        ("sodium thiosulfate 25 % in petrolatum 0 g", "not_positive"),
        ("sodium thiosulfate 0 % in petrolatum 60 g", "not_positive"),
        ("sodium thiosulfate 0 g in petrolatum qs 60 g", "not_positive"),
        ("sodium thiosulfate 15 g in petrolatum qs 0 g", "not_positive"),
        ("sodium thiosulfate 25 % in petrolatum 1,000 g", "ambiguous_number"),
        ("sodium thiosulfate .25 % in petrolatum 60 g", "ambiguous_number"),
        ("sodium thiosulfate 25 % in petrolatum 0060 g", "ambiguous_number"),
        ("sodium thiosulfate 25 % in petrolatum 60-120 g", "unit_missing"),
        ("sodium thiosulfate 25 % in petrolatum 6 0 g", "unit_missing"),
        ("sodium thiosulfate 100 % in petrolatum 60 g", "composition_over_100"),
        ("sodium thiosulfate 120 % in petrolatum 60 g", "composition_over_100"),
        ("sodium thiosulfate 60 g in petrolatum qs 15 g", "composition_over_100"),
        ("sodium thiosulfate 60 g in petrolatum qs 60 g", "composition_over_100"),
        ("sodium thiosulfate 25 %, mineral oil 75 %, petrolatum qs 60 g", "composition_over_100"),
        ("sodium thiosulfate 25 %, mineral oil, white petrolatum qs 100 g", "not_parsed"),
        # Another drug, form, route, or words that change the sense.
        ("sodium metabisulfite 25% in petrolatum 60 g", "not_parsed"),
        ("sodium tetradecyl sulfate 25% in petrolatum 60 g", "not_parsed"),
        ("sodium thiosulfate 25%, lidocaine 2%, in petrolatum 60 g", "not_parsed"),
        ("NaTS 25 % in petrolatum 60 g", "not_parsed"),
        ("sodium thiosulfate anhydrous 25 % in petrolatum 60 g", "basis_conflict"),
        ("sodium thiosulfate 25% in petrolatum 60 g no zinc", "not_parsed"),
        ("sodium thiosulfate 25% in petrolatum injection 60 g", "not_parsed"),
        ("sodium thiosulfate 25% in petrolatum lotion 60 g", "not_parsed"),
        ("sodium thiosulfate 25% in cold cream 60 g", "not_parsed"),
        ("sodium thiosulfate 25% in zinc oxide cream 60 g", "not_parsed"),
        ("sodium thiosulfate 25% in any base 60 g", "not_parsed"),
        ("not sodium thiosulfate 25 % in petrolatum 60 g", "not_parsed"),
        ("sodium thiosulfate 25 % without petrolatum 60 g", "not_parsed"),
        ("sodium thiosulfate 25 % in petrolatum 60 g x 2", "not_parsed"),
        ("sodium thiosulfate 25 % in petrolatum 60 g each", "not_parsed"),
        ("sodium thiosulfate 25 % in petrolatum jars 60 g", "not_parsed"),
        ("sodium thiosulfate 25 % in petrolatum up to 60 g", "not_parsed"),
        ("sodium thiosulfate 25 % in petrolatum about 60 g", "not_parsed"),
        ("sodium thiosulfate 25 % in petrolatum <60 g", "not_parsed"),
        ("sodium thiosulfate 25 % in petrolatum 60 g daily", "not_parsed"),
        ("sodium thiosulfate 25 % in petrolatum sixty grams", "not_parsed"),
        ("sodium thiosulfate 25 ‰ in petrolatum 60 g", "not_parsed"),
        # No line of text at all.
        ("", "not_parsed"),
        ("   ", "not_parsed"),
        ("sodium thiosulfate 25 % in petrolatum\n60 g", "not_parsed"),
        ("sodium thiosulfate 25 % in petrolatum 60 g\u2028and another", "not_parsed"),
        ("sodium thiosulfate 25 % in petrolatum 60 g" + " " * 460, "not_parsed"),
        (None, "not_parsed"),
        (60, "not_parsed"),
        (["sodium thiosulfate 25 % in petrolatum 60 g"], "not_parsed"),
        ({"drug": "25"}, "not_parsed"),
        (True, "not_parsed"),
    ],
)
def test_what_is_not_certain_is_not_calculated(line: object, code: str) -> None:
    assert code_of(line) == code


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("sodium thiosulfate 1:4 in petrolatum 60 g", '"1 : 4": a ratio may count the drug inside or outside the whole; state the strength in percent'),
        ("sodium thiosulfate 25% in petrolatum 60 mL", '"60 ml": a volume needs a density; state the amount in grams'),
        ("sodium thiosulfate 25% w/v in petrolatum 60 g", '"25 % w/v": a strength by volume is no strength by weight'),
        ("sodium thiosulfate 1,5 % in petrolatum 60 g", '"1,5": a number that may be read in two ways'),
        ("sodium thiosulfate anhydrous 25 % in petrolatum 60 g", '"anhydrous": a strength as anhydrous; convert it with strength_basis first'),
        ("sodium thiosulfate 25 % in petrolatum -60 g", '"-6": an amount has no sign'),
        ("sodium thiosulfate 25 % in petrolatum 60 Mg", '"Mg" is a megagram; write mg or g'),
        ("sodium thiosulfate 25 % in petrolatum 60", 'the number "60" has no unit'),
        ("sodium thiosulfate 25 % in petrolatum 60 g daily", '"daily" cannot be calculated with'),
        ("sodium thiosulfate 25 % ointment 60 g", "it names no base this program knows"),
        ("sodium thiosulfate 25 % in petrolatum and zinc paste 60 g", "it names more than one base this program knows"),
        ("25 % in petrolatum 60 g", "it names no drug this program knows"),
        ("sodium thiosulfate 25 % 10 % in petrolatum 60 g", "it is not clear which strength is the drug's"),
        ("sodium thiosulfate in petrolatum 60 g", "it needs one strength of the drug and one mass of the whole"),
        ("sodium thiosulfate 120 % in petrolatum 60 g", "120 % is more than the whole"),
        ("sodium thiosulfate 25%, petrolatum 70%, 60 g", "the strengths of the drug and of the base do not make 100 %"),
        ("sodium thiosulfate 25%, petrolatum 60 g", "its mass may be that of one ingredient; write qs before the mass of the whole"),
        (
            "sodium thiosulfate 25 g/100 g petrolatum 60 g",
            '"25 g / 100 g petrolatum" may count the drug inside or outside the whole; state the strength in percent',
        ),
        ("sodium thiosulfate 25 %, mineral oil, petrolatum qs 60 g", 'it does not say how much "mineral oil"'),
        ("sodium thiosulfate 0 % in petrolatum 60 g", "an amount must be more than zero"),
        ("", "it must be one line of text, of 500 characters at most"),
    ],
)
def test_a_refused_line_says_what_it_lacks(line: str, words: str) -> None:
    assert refusal("formula_ww", order_text=line).message == f"order_text: {words}"


def test_a_composition_without_room_and_an_abbreviation_are_named() -> None:
    assert refusal("formula_ww", order_text="sodium thiosulfate 60 g in petrolatum qs 60 g").message == "60 g leave no room for the base in 60 g"
    assert refusal("formula_ww", order_text="sodium thiosulfate 100 % in petrolatum 60 g").message == "60 g leave no room for the base in 60 g"
    assert refusal("formula_ww", order_text="sodium thiosulfate 100.5 % in petrolatum 60 g").message == "order_text: 100.5 % is more than the whole"
    assert refusal("formula_ww", order_text="NaTS 25 % in petrolatum 60 g").message == '"nats" is an abbreviation with more than one meaning'


def test_a_line_has_500_characters_at_most_and_a_long_word_is_not_repeated() -> None:
    line = "sodium thiosulfate 25 % in petrolatum 60 g"
    assert read(line.ljust(500)) == {"sodium_thiosulfate": 15, "petrolatum": 45}
    assert refusal("formula_ww", order_text=line.ljust(501)).message == "order_text: it must be one line of text, of 500 characters at most"
    assert refusal("formula_ww", order_text=f"{line} {'x' * 90}").message == f'order_text: "{"x" * 40}" cannot be calculated with'


def test_a_levigating_agent_counts_where_no_room_is_left() -> None:
    line = "sodium thiosulfate 25 %, mineral oil 80 %, petrolatum qs 60 g"
    assert refusal("formula_ww", order_text=line).message == "63 g leave no room for the base in 60 g"


def test_a_line_stands_alone() -> None:
    assert refusal("formula_ww", order_text="sodium thiosulfate 25 % in petrolatum 60 g", batch_g="60").code == "not_parsed"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("sodium thiosulfate 25% in zinc oxide 60 g", "missing_basis"),
        ("sodium thiosulfate 80 % in petrolatum 60 g", "outside_usual_range"),
        ("sodium thiosulfate 25 mg/g in petrolatum 60 g", "outside_usual_range"),
        ("sodium thiosulfate 25 % in petrolatum 60 kg", "implausible"),
        ("sodium thiosulfate 25 % in petrolatum 60 mg", "implausible"),
    ],
)
def test_an_unusual_line_is_held_beside_its_figures(line: str, code: str) -> None:
    found = answer("formula_ww", {"order_text": line})
    assert [hold.code for hold in found.holds] == [code]
    assert found.result
    if code == "missing_basis":
        assert found.holds[0].message == '"zinc oxide" names no product: an ointment, a paste or a cream hold different amounts of it'


def test_the_steps_of_a_line() -> None:
    steps = answer("formula_ww", {"order_text": "sodium thiosulfate 25 %, mineral oil 5 %, petrolatum qs 60 g"}).derivation
    assert [(step.name, step.formula, step.substitution, step.value, step.unit, step.source) for step in steps] == [
        ("sodium_thiosulfate", "batch × % w/w ÷ 100", "60 × 25 ÷ 100", "15", "g", "the order's line"),
        ("mineral_oil", "batch × % w/w ÷ 100", "60 × 5 ÷ 100", "3", "g", "arithmetic"),
        ("petrolatum", "batch - all other components (q.s.)", "60 - 18", "42", "g", "conservation of mass"),
    ]
    first = answer("formula_ww", {"order_text": "sodium thiosulfate 15 g in petrolatum qs 60 g"}).derivation[0]
    assert (first.formula, first.substitution, first.value) == ("as ordered", "15", "15")


WORDS = st.sampled_from(
    [
        "sodium thiosulfate",
        "petrolatum",
        "zinc oxide ointment",
        "zinc oxide",
        "mineral oil",
        "25 %",
        "25%",
        "10 %",
        "5 %",
        "60 g",
        "15 g",
        "qs",
        "ad",
        "in",
        "with",
        "to",
        "of",
        "and",
        ",",
        ";",
        "-",
        "+",
        "60",
        "1:4",
        "w/v",
        "mL",
        "Mg",
        "gr",
        "oz",
        "not",
        "or",
        "x",
        "2",
        "anhydrous",
        "STS",
        "jar",
        "each",
        "60 mL",
        "0 g",
    ]
)


@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_property_the_figures_of_any_line_add_up_or_there_are_none(line: str) -> None:
    found = _ask(line)
    if found is None:
        return
    grams = values(found)
    assert grams.keys() & DRUG_KEYS
    assert all(value > 0 for value in grams.values())
    # Nothing but the masses that stand in the line can be the whole.
    assert sum(grams.values()) in {F(60), F(15)}


STRANGER = st.text(alphabet=st.characters(whitelist_categories=["Lu", "Ll", "Nd", "Sm", "So", "Cf", "Lo"]), min_size=1, max_size=8)


@given(STRANGER, st.integers(0, 7))
def test_property_an_unread_word_anywhere_leaves_no_other_figure(word: str, place: int) -> None:
    words = ["sodium", "thiosulfate", "25", "%", "in", "petrolatum", "60", "g"]
    found = _ask(" ".join([*words[:place], word, *words[place:]]))
    # A word of the vocabulary may stand there; the figures stay those of the line.
    assert found is None or values(found) in ({"sodium_thiosulfate": 15, "petrolatum": 45}, {"sodium_thiosulfate": 15, "white_petrolatum": 45})


@given(st.text(max_size=600))
def test_property_any_text_is_refused_by_a_known_code(text: str) -> None:
    found = _ask(text)
    assert found is None or values(found).keys() & DRUG_KEYS


def _ask(line: str) -> Answer | None:
    try:
        found = calculate("formula_ww", {"order_text": line}, CONSTANTS)
    except CalculationRefused as refusal_found:
        check_refusal(refusal_found)
        return None
    check_derivation(found)
    return found
