"""Where a denial ends: what stands beside it is never denied with it, in any language, whoever tells it and whenever it was."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.screening.lexicon import Lexicon
from compounding.domain.screening.reader import read_statement
from compounding.domain.screening.statements import StatementReading, ZincReading

Reader = Callable[[str], StatementReading]

LANGUAGES = {
    "en": (
        (
            "no known allergies",
            "no known drug allergies",
            "no allergies",
            "denies allergies",
            "denies any drug allergy",
            "not allergic to latex",
            "tolerates codeine",
        ),
        (" and ", " and has ", " and reports ", " and had ", " + ", ", ", "; ", ". ", " - ", " but ", "\t", " (", ". Now ", ". States "),
        ("rash with {z}", "reaction to {z}", "reacts to {z}", "allergic to {z}", "hives after {z}", "sensitive to {z}", "{z} allergy", "blisters from {z}"),
        ("{z}", "{z} oxide", "{z} cream"),
    ),
    "fr": (
        ("aucune allergie", "aucune allergie connue", "pas d'allergie connue", "nie toute allergie", "tolère la codéine"),
        (" et ", " et présente ", " et signale ", ", ", "; ", ". ", " - ", " mais "),
        ("réaction au {z}", "éruption avec le {z}", "eczéma au {z}", "allergique au {z}", "réagit au {z}"),
        ("{z}", "{z} oxyde"),
    ),
    "es": (
        ("niega alergias", "ninguna alergia", "sin alergias conocidas", "no refiere alergias"),
        (" y ", " y presenta ", " y refiere ", ", ", "; ", ". ", " pero "),
        ("reacción al {z}", "erupción con {z}", "ronchas con {z}", "alérgico al {z}", "reacciona al {z}"),
        ("{z}", "óxido de {z}"),
    ),
    "de": (
        ("keine Allergien", "keine bekannten Allergien", "verneint Allergien", "keine Medikamentenallergien"),
        (" und ", " und hat ", " und berichtet ", ", ", "; ", ". ", " - ", ", aber "),
        ("Ausschlag bei {z}", "Reaktion auf {z}", "reagiert auf {z}", "allergisch gegen {z}", "Ekzem nach {z}"),
        ("{z}", "{z}oxid", "{z}salbe"),
    ),
}
WORDS = {"en": "zinc", "fr": "zinc", "es": "zinc", "de": "Zink"}


@st.composite
def denials_with_complaints(draw: st.DrawFn) -> str:
    language = draw(st.sampled_from(sorted(LANGUAGES)))
    denials, joins, complaints, names = LANGUAGES[language]
    zinc = draw(st.sampled_from(names)).format(z=WORDS[language])
    return draw(st.sampled_from(denials)) + draw(st.sampled_from(joins)) + draw(st.sampled_from(complaints)).format(z=zinc)


@given(denials_with_complaints())
def test_a_complaint_beside_a_denial_is_never_denied_with_it(lexicon: Lexicon, text: str) -> None:
    assert read_statement(text, lexicon).zinc is not ZincReading.NOT_ZINC


@given(
    st.sampled_from(["no known allergies", "denies allergies", "keine Allergien", "aucune allergie"]),
    st.sampled_from(["; ", ". ", ", "]),
    st.sampled_from(["allergic to zinc", "reacts to zinc oxide", "zinc allergy", "allergisch gegen Zink", "allergique au zinc"]),
)
def test_a_new_clause_with_a_complaint_of_its_own_is_read(lexicon: Lexicon, denial: str, join: str, complaint: str) -> None:
    assert read_statement(denial + join + complaint, lexicon).zinc is ZincReading.ZINC


@pytest.mark.parametrize("text", ["denies drug allergy and reacts to zinc", "not allergic to latex and has zinc allergy", "tolerates latex and has zinc"])
def test_a_verb_after_and_begins_what_is_no_longer_denied(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.ZINC


@pytest.mark.parametrize("text", ["no allergy or reaction to zinc", "not allergic or sensitive to zinc", "no known allergies or intolerances"])
def test_or_extends_a_denial(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.NOT_ZINC


TELLERS = st.sampled_from(["mother", "mom", "wife", "daughter", "caregiver", "nurse", "husband", "friend"])
TOLD = st.sampled_from(
    [
        "{t} says rash with zinc",
        "{t} states zinc gives him hives",
        "{t} reports zinc oxide causes blisters",
        "{t}: zinc rash",
        "{t}: she reacts to zinc",
        "{t} noted zinc rash",
        "{t} used zinc cream, rash developed",
        "{t} gave her zinc ointment; blisters",
        "per {t}, rash with zinc",
        "rash with zinc, says {t}",
        "{t} applied zinc oxide and the skin broke out",
    ]
)


@given(
    TELLERS, TOLD, st.sampled_from(["No known allergies. {x}", "{x}. No known allergies", "NKA; {x}", "Not allergic to zinc. {x}", "Denies allergies - {x}"])
)
def test_a_relative_who_tells_is_not_a_relative_who_suffers(lexicon: Lexicon, teller: str, told: str, around: str) -> None:
    assert read_statement(around.format(x=told.format(t=teller)), lexicon).zinc is not ZincReading.NOT_ZINC


@pytest.mark.parametrize("text", ["dad says zinc makes her itch", "mother reports rash with zinc oxide", "la madre dice que tiene ronchas con el zinc"])
def test_what_an_informant_tells_is_about_the_patient(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.ZINC


@pytest.mark.parametrize("text", ["Sister has a zinc allergy. No known allergies.", "Father allergic to zinc oxide. Patient has no known allergies."])
def test_a_relatives_own_allergy_does_not_count_beside_the_patients_none_known(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.NOT_ZINC


@pytest.mark.parametrize("text", ["No known allergies. Brother: zinc", "No known allergies. Aunt zinc oxide rash", "NKA. Son also allergic to zinc"])
def test_a_relative_beside_zinc_without_a_verb_is_asked_about(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.UNCLEAR


@pytest.mark.parametrize(
    "text", ["No known allergies. Daughter reacts to zinc oxide", "Son allergic to zinc. NKA", "Hijo alérgico al zinc. Sin alergias conocidas"]
)
def test_a_child_may_be_the_patient_of_whom_a_parent_speaks(read: Reader, text: str) -> None:
    assert read(text).zinc is not ZincReading.NOT_ZINC


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Family history: zinc allergy (sister). Patient: NKDA", ZincReading.NOT_ZINC),
        ("Sister allergic to zinc; patient NKDA", ZincReading.UNCLEAR),
        ("FHx: eczema. Zinc rash. NKDA", ZincReading.ZINC),
        ("Mother:\nzinc rash\nNKA", ZincReading.UNCLEAR),
        ("FHx: zinc allergy, also patient. NKDA", ZincReading.UNCLEAR),
    ],
)
def test_a_heading_of_family_history_covers_what_it_heads_and_no_more(read: Reader, text: str, expected: ZincReading) -> None:
    assert read(text).zinc is expected


@pytest.mark.parametrize(
    "text", ["no allergies, sensitivity to zinc", "no known allergies & sensitivity to zinc", "NKDA & sensitivity", "No known allergies / reaction"]
)
def test_two_words_for_an_allergy_beside_a_denial_are_two(read: Reader, text: str) -> None:
    assert read(text).zinc is not ZincReading.NOT_ZINC


@pytest.mark.parametrize(
    "text", ["No known allergies / intolerances", "no known drug allergies or adverse reactions", "no drug, food or latex allergies known"]
)
def test_a_denial_may_name_several_kinds_of_allergy(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.NOT_ZINC
