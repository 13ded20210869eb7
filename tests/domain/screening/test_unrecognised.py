"""What is not recognised, not said or only a class of products is not cleared; known harmless allergens are."""

from collections.abc import Callable

import pytest

from compounding.domain.screening.statements import Effect, StatementReading, ZincReading

Reader = Callable[[str], StatementReading]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "-",
        "???",
        "x",
        "yes",
        "many",
        "see chart",
        "unknown",
        "none recorded",
        "no allergies recorded",
        "inconnu",
        "desconocido",
        "keine Angabe",
        "nicht bekannt",
    ],
)
def test_a_text_without_information_is_unclear(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.UNCLEAR


@pytest.mark.parametrize(
    "text", ["no latex allergy", "not allergic to petrolatum", "denies penicillin allergy", "keine Latexallergie", "no environmental allergies"]
)
def test_denying_another_allergen_alone_clears_nothing_else(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.UNCLEAR


@pytest.mark.parametrize("text", ["Foobarol", "penicillin, Foobarol", "Zinkodermin", "sulfa and Zincgard", "NKDA, Foobarol rash", "oxide"])
def test_an_unknown_word_is_not_cleared(read: Reader, text: str) -> None:
    reading = read(text)
    assert reading.zinc is ZincReading.UNCLEAR
    assert any(finding.allergen == "unrecognised" and finding.effect is Effect.UNCLEAR for finding in reading.findings)


@pytest.mark.parametrize(
    "text",
    [
        "diaper cream",
        "sunscreen",
        "adhesive tape - rash",
        "metals",
        "crème pour le change",
        "protector solar",
        "Pflaster",
        "insulin",
        "NKDA. Rash from sunscreen",
    ],
)
def test_a_product_class_that_may_hold_zinc_is_unclear(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.UNCLEAR


@pytest.mark.parametrize(
    "text", ["penicillin and a cream", "penicillin, others", "penicillin etc.", "penicillin, something else", "NKA but rash from cream", "NKDA. skin reacts"]
)
def test_an_allergen_left_unnamed_beside_a_known_one_is_unclear(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.UNCLEAR


@pytest.mark.parametrize(
    "text",
    [
        "PCN: hives",
        "codeine - nausea and vomiting",
        "latex, bananas",
        "possible penicillin allergy",
        "allergie à la pénicilline",
        "alérgico a mariscos",
        "Wespengift",
        "vancomycin - red man syndrome",
        "Hydrocortisone cream",
        "penicillin (reaction unknown)",
        "penicillin (unknown)",
        "sulphur",
        "soufre",
        "Schwefel: Ausschlag",
        "fresh fish",
        "canned tuna",
        "Allergies: codeine",
    ],
)
def test_known_allergens_without_zinc_are_not_zinc(read: Reader, text: str) -> None:
    assert read(text).zinc is ZincReading.NOT_ZINC


@pytest.mark.parametrize(
    ("text", "allergen", "effect"),
    [
        ("Vaseline - rash", "petrolatum", Effect.ALLERGY),
        ("petrolatum?", "petrolatum", Effect.UNCLEAR),
        ("penicillin; not allergic to petrolatum", "petrolatum", Effect.CLEARED),
        ("petrolatum allergy, resolved", "petrolatum", Effect.ALLERGY),
        ("liquid paraffin", "mineral_oil", Effect.ALLERGY),
        ("lanoline", "lanolin", Effect.ALLERGY),
        ("Bienenwachs", "beeswax", Effect.ALLERGY),
        ("corn starch", "starch", Effect.ALLERGY),
        ("corn", "starch", Effect.REVIEW),
        ("sodium thiosulfate", "thiosulfate", Effect.ALLERGY),
        ("gold sodium thiosulfate", "gold", Effect.INFORMATION),
        ("metabisulfite", "sulfite", Effect.REVIEW),
        ("sulfa drugs", "sulfa", Effect.INFORMATION),
        ("Perubalsam", "peru_balsam", Effect.ALLERGY),
        ("Duftstoffe", "fragrance", Effect.ALLERGY),
        ("cacahuètes", "peanut", Effect.ALLERGY),
        ("parabens", "parabens", Effect.ALLERGY),
        ("penicillin", "known_other", Effect.INFORMATION),
    ],
)
def test_each_ingredient_has_its_own_effect(read: Reader, text: str, allergen: str, effect: Effect) -> None:
    findings = [(finding.allergen, finding.effect) for finding in read(text).findings if (finding.allergen, effect) != ("known_other", Effect.CLEARED)]
    assert findings == [(allergen, effect)]


def test_a_text_over_4000_characters_is_unclear(read: Reader) -> None:
    assert read("penicillin " * 400).zinc is ZincReading.UNCLEAR
    assert read("zinc " * 900).zinc is ZincReading.UNCLEAR
