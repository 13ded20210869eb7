"""What a denial does not survive: a second answer, a symptom, a treatment, a time, a limit, a word nobody has explained."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.screening.lexicon import Lexicon
from compounding.domain.screening.reader import read_statement
from compounding.domain.screening.statements import StatementReading, ZincReading

Reader = Callable[[str], StatementReading]
DENIALS = st.sampled_from(
    ["NKA", "No known allergies", "Denies allergies", "No zinc allergy", "Not allergic to zinc", "Tolerates zinc oxide", "Aucune allergie", "Keine Allergien"]
)
JOINS = st.sampled_from(["; ", ", ", ". ", " - ", " (", "\n"])
SYMPTOMS = st.sampled_from(
    [
        "severe reaction",
        "weeping skin",
        "skin cracked",
        "itchy skin",
        "lips swollen",
        "throat tight",
        "fainted",
        "needed epipen",
        "medical alert bracelet",
        "admitted to hospital",
        "flare up",
        "got worse",
        "side effects",
        "treated with prednisone",
        "see below",
        "life threatening",
        "headache",
        "raised spots",
        "fièvre",
        "Atemnot",
        "fiebre",
    ]
)
LEFT = st.sampled_from(
    ["no", "not", "none of this is right", "2010", "in 1998", "she is", "he is", "only tablets", "orally only", "not on the face", "to be verified"]
)


@given(DENIALS, JOINS, SYMPTOMS)
def test_a_symptom_or_a_treatment_after_a_denial_is_asked_about(lexicon: Lexicon, denial: str, join: str, symptom: str) -> None:
    assert read_statement(denial + join + symptom, lexicon).zinc is ZincReading.UNCLEAR


@given(DENIALS, st.sampled_from([" - ", " (", "; ", ", "]), LEFT)
def test_a_remainder_after_a_denial_is_asked_about(lexicon: Lexicon, denial: str, join: str, left: str) -> None:
    assert read_statement(denial + join + left, lexicon).zinc is not ZincReading.NOT_ZINC


@pytest.mark.parametrize("field", ["date", "details", "comment", "documentation"])
@pytest.mark.parametrize("template", ["zinc: no {f}", "zinc allergy (no {f})", "allergic to zinc - no {f}"])
def test_the_no_of_a_field_never_answers_for_the_allergen(read: Reader, template: str, field: str) -> None:
    assert read(template.format(f=field)).zinc is ZincReading.ZINC


@pytest.mark.parametrize("text", ["no reports of zinc allergy", "no note of zinc allergy", "no date for zinc allergy"])
def test_nothing_written_is_no_denial(read: Reader, text: str) -> None:
    assert read(text).zinc is not ZincReading.NOT_ZINC


@pytest.mark.parametrize(
    "text", ["was NKDA", "had no known allergies", "patient had no allergies", "hatte keine Allergien", "NKDA 2009", "denied zinc allergy 2011"]
)
def test_a_denial_of_the_past_is_asked_about(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.UNCLEAR


@pytest.mark.parametrize(
    "text",
    ["NKDA 12-Mar-2024", "No known allergies (confirmed 2024-03-01)", "NKA, checked 3/1/2024 with mother", "No known allergies, asked 12/03/2024 by RN Doe"],
)
def test_a_dated_and_signed_denial_stands(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.NOT_ZINC


@pytest.mark.parametrize("text", ["NKDA, Foobarol Smith", "NKDA by Zincgard", "penicillin, treated by Foobarol", "NKDA, relieved by Foobarol"])
def test_a_strangers_name_is_only_left_out_after_who_asked(read: Reader, text: str) -> None:
    assert read(text).zinc is not ZincReading.NOT_ZINC


@pytest.mark.parametrize(
    "text", ["no other reaction to zinc", "no further reaction to zinc", "not currently allergic to zinc", "keine weitere Reaktion auf Zink"]
)
def test_a_denial_with_a_limit_is_asked_about(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.UNCLEAR


@pytest.mark.parametrize(
    "text",
    ["zinc, no others", "zinc only. no other allergies", "zinc, otherwise none", "zinc and nothing else", "zinc -- denies other allergies", "zinc (no shock)"],
)
def test_a_denial_of_others_or_of_shock_leaves_zinc_standing(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.ZINC


@pytest.mark.parametrize(
    "text",
    [
        "never tolerates zinc",
        "verträgt kein Zinkoxid",
        "no longer tolerates zinc",
        "zinc not well tolerated",
        "zinc does not agree with her",
        "ya no tolera el zinc",
    ],
)
def test_a_tolerance_that_is_negated_is_zinc(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.ZINC


@pytest.mark.parametrize("text", ["no zinc ointment, allergic", "without zinc - allergic", "no zinc! allergic!", "tolerates lanolin, not zinc"])
def test_a_no_that_keeps_zinc_away_is_zinc(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.ZINC


@pytest.mark.parametrize(
    "text",
    [
        "was NKA, now zinc allergy",
        "denied allergies initially, then recalled zinc hives",
        "zinc hives resolved after stopping",
        "zinc rash, resolved in 5 days",
    ],
)
def test_what_came_since_and_what_healed_is_zinc(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.ZINC


@pytest.mark.parametrize(
    "text", ["without doubt allergic to zinc", "no question: zinc", "not only zinc but latex", "Codeine no Zinc yes", "Latex: No Zinc: Hives"]
)
def test_emphasis_and_a_forms_answers_are_read(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.ZINC


@pytest.mark.parametrize(
    "letters", ["\U0001f189\U0001f178\U0001f17d\U0001f172", "\U0001f169\U0001f158\U0001f15d\U0001f152", "\U0001f1ff\U0001f1ee\U0001f1f3\U0001f1e8"]
)
def test_letters_in_boxes_circles_and_flags_are_letters(read: Reader, letters: str) -> None:
    assert read(f"penicillin {letters}").zinc is ZincReading.ZINC


@pytest.mark.parametrize("symbols", ["\u2835\u280a\u281d\u2809", "\U0001f9f4\U0001f6ab", "\u274c", "\U0001f922"])
@pytest.mark.parametrize("text", ["penicillin {s}", "NKDA {s}", "{s} codeine"])
def test_a_symbol_that_may_say_something_is_a_word_nobody_knows(read: Reader, text: str, symbols: str) -> None:
    assert read(text.format(s=symbols)).zinc is ZincReading.UNCLEAR


@pytest.mark.parametrize("text", ["nickel → rash", "penicillin • codeine", "penicillin = hives", "NKDA ✓", "Penicillin® – rash"])
def test_a_symbol_that_only_parts_words_says_nothing(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.NOT_ZINC


@pytest.mark.parametrize(
    "text", ["was not allergic to zinc", "no reaction to zinc today", "takes zinc without problems", "zinc prick test negative", "No: zinc"]
)
def test_what_was_only_so_then_or_by_mouth_or_in_another_test_clears_nothing(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.UNCLEAR


@pytest.mark.parametrize(
    "text", ["NKDA; needed prednisone", "No known allergies, later given adrenaline", "contact dermatitis; NKDA", "hives. No known allergies"]
)
def test_a_reaction_or_its_treatment_without_an_allergen_is_asked_about(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.UNCLEAR


@pytest.mark.parametrize(
    "text", ["penicillin - hives, treated with prednisone", "rash after amoxicillin. NKDA otherwise", "Penicillin - severity unknown", "codeine (rxn: hives)"]
)
def test_a_reaction_beside_its_own_allergen_needs_no_question(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.NOT_ZINC


@pytest.mark.parametrize("text", ["patch test to zinc negative (2019)", "zinc allergy refuted 2021", "Patch test: zinc negative, nickel positive"])
def test_a_dated_test_or_refutation_clears(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.NOT_ZINC


@pytest.mark.parametrize("text", ["coal tar paste", "resin filling", "codeine paste"])
def test_a_paste_or_a_filling_is_never_only_a_form(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.UNCLEAR
