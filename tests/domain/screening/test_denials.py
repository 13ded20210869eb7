"""What clears zinc, and the many things that look as if they did."""

from collections.abc import Callable

import pytest

from compounding.domain.screening.statements import StatementReading, ZincReading

Reader = Callable[[str], StatementReading]


@pytest.mark.parametrize(
    "text",
    [
        "no zinc allergy",
        "denies any allergy to zinc",
        "denies allergy to latex, zinc, or nickel",
        "No hx of reaction to zinc oxide",
        "has used Desitin without any problems",
        "zinc allergy: no",
        "zinc allergy entered in error",
        "patch test to zinc oxide negative",
        "allergic to latex but not zinc",
        "latex allergy; no zinc allergy",
        "n'est pas allergique au zinc",
        "oxyde de zinc bien toléré",
        "no tiene alergia al cinc",
        "alergia al zinc descartada",
        "gegen Zink nicht allergisch",
        "keine Zinkallergie bekannt",
        "Zinkoxid wird gut vertragen",
    ],
)
def test_a_plain_denial_clears_zinc(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.NOT_ZINC


@pytest.mark.parametrize(
    "text",
    [
        "NKDA except zinc",
        "no known allergies other than zinc",
        "Keine bekannten Allergien außer gegen Zinkoxid",
        "aucune allergie hormis zinc",
        "ninguna, salvo cinc",
        "no allergies but zinc",
    ],
)
def test_a_negation_before_except_does_not_clear_zinc(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.ZINC


@pytest.mark.parametrize(
    "text",
    [
        "not allergic to latex; allergic to zinc oxide",
        "no latex - zinc",
        "denies latex allergy. Zinc oxide - rash",
        "keine Latexallergie, aber Zinkallergie",
        "pas allergique à la pénicilline mais allergique au zinc",
        "penicillin no, zinc yes",
    ],
)
def test_a_denial_ends_where_its_clause_ends(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.ZINC


@pytest.mark.parametrize(
    "text",
    [
        "no penicillin allergy and zinc allergy",
        "no known allergies zinc",
        "no reaction, except to zinc",
        "not without zinc reaction",
        "denies no zinc allergy",
        "no proof that patient is not allergic to zinc",
        "no negative patch test to zinc",
        "patch test to zinc not negative",
        "negative reaction to zinc",
        "tolerates zinc badly",
        "tolerates zinc only in small amounts",
        "tolerates zinc-free sunscreen",
        "tolerates zinc oxide but gets rash",
        "no severe reaction to zinc",
        "no anaphylaxis to zinc, only rash",
        "not a mild allergy to zinc, severe",
        "zinc allergy not ruled out",
        "zinc allergy neither confirmed nor refuted",
        "zinc excluded from all products",
        "zinc: reaction none",
        "zinc - no reaction recorded",
        "zinc, no known allergies",
        "no test for zinc allergy",
        "never used zinc",
        "not known whether allergic to zinc",
    ],
)
def test_a_denial_of_something_else_does_not_clear_zinc(read: Reader, text: str) -> None:
    assert read(text).zinc is not ZincReading.NOT_ZINC


@pytest.mark.parametrize("text", ["no zinc", "sans zinc", "ohne Zink", "kein Zink verwenden", "avoid zinc", "zinc free", "zinkfrei", "no zinc products"])
def test_no_zinc_alone_can_mean_avoid_zinc(read: Reader, text: str) -> None:
    assert read(text).zinc is not ZincReading.NOT_ZINC


@pytest.mark.parametrize("text", ["nto allergic to zinc", "dneies zinc allergy", "tolertes zinc", "not allergic to zinkk", "no knwon allergy to zinc"])
def test_a_misspelt_denial_does_not_clear_zinc(read: Reader, text: str) -> None:
    assert read(text).zinc is not ZincReading.NOT_ZINC


@pytest.mark.parametrize(
    "text",
    [
        "zinc?",
        "possible zinc allergy",
        "maybe zinc",
        "no se descarta alergia al zinc",
        "V.a. Zinkallergie",
        "allergie au zinc non exclue",
        "unsure if allergic to zinc",
    ],
)
def test_a_doubt_leaves_zinc_unclear(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.UNCLEAR


@pytest.mark.parametrize("text", ["sister allergic to zinc oxide", "FHx: zinc allergy", "Mutter hat Zinkallergie", "Caregiver allergic to zinc; patient NKDA"])
def test_zinc_in_the_family_says_nothing_of_the_patient(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.UNCLEAR


def test_the_patients_own_none_known_stands_beside_a_family_history(read: Reader) -> None:
    assert read("Mother allergic to zinc. Patient has no known allergies.").zinc is ZincReading.NOT_ZINC


@pytest.mark.parametrize(
    "text", ["zinc allergy resolved", "outgrew zinc allergy", "not allergic to zinc anymore", "was allergic to zinc, now tolerates", "früher Zinkallergie"]
)
def test_an_old_zinc_allergy_is_unclear(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.UNCLEAR


@pytest.mark.parametrize(
    "text", ["not allergic to zinc. Rash from zinc oxide.", "denies zinc allergy but had rash with zinc cream", "no zinc allergy; zinc allergy"]
)
def test_a_statement_that_contradicts_itself_is_unclear(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.UNCLEAR


@pytest.mark.parametrize("text", ["takes zinc daily", "zinc level low", "Zinkspiegel", "zinc overdose", "zinc toxicity", "supplémentation en zinc"])
def test_zinc_in_the_body_is_not_an_allergy_and_not_a_clearance(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.UNCLEAR


@pytest.mark.parametrize("text", ["zinc deficiency", "Zinkmangel", "carence en zinc", "deficiencia de zinc", "penicillin - rash; zinc deficiency"])
def test_a_lack_of_zinc_is_no_allergy_to_it(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.NOT_ZINC


@pytest.mark.parametrize(
    "text",
    [
        "zinc deficiency, rash",
        "rash after treatment of zinc deficiency",
        "zinc deficiency?",
        "zinc deficiency, takes zinc",
        "Zinkmangel; Zinksalbe",
        "zinc deficiency and allergy",
        "mother: zinc deficiency",
    ],
)
def test_a_lack_of_zinc_beside_anything_else_clears_nothing(read: Reader, text: str) -> None:
    assert read(text).zinc is not ZincReading.NOT_ZINC


@pytest.mark.parametrize(
    "text", ["tolerates zinc oxide but ives", "tolerates zinc, ives", "not allergic to zinc but", "tolerates zinc but five", "denies zinc allergy but itchs"]
)
def test_a_but_that_goes_on_to_nothing_known_takes_the_clearance_back(read: Reader, text: str) -> None:
    """ "ives" was once read as the plural of the route "IV", and the slip of "hives" was lost."""
    assert read(text).zinc is not ZincReading.NOT_ZINC
