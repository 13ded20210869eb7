"""How far a "no known allergies" goes (clinical rule 8)."""

from collections.abc import Callable

import pytest

from compounding.domain.screening.statements import NoneKnown, StatementReading, ZincReading

Reader = Callable[[str], StatementReading]


@pytest.mark.parametrize(
    ("text", "reach"),
    [
        ("NKA", NoneKnown.ALL),
        ("Allergies: none known", NoneKnown.ALL),
        ("aucune allergie connue", NoneKnown.ALL),
        ("no refiere alergias", NoneKnown.ALL),
        ("Keine bek. Allergien", NoneKnown.ALL),
        ("N.K.D.A.", NoneKnown.DRUGS),
        ("no adverse drug reactions", NoneKnown.DRUGS),
        ("no known drug, latex or food allergies", NoneKnown.DRUGS),
        ("pas d'allergie médicamenteuse connue", NoneKnown.DRUGS),
        ("sin alergias medicamentosas conocidas", NoneKnown.DRUGS),
        ("keine Medikamentenallergien bekannt", NoneKnown.DRUGS),
        ("no contact allergies", NoneKnown.CONTACT),
        ("no skin reactions to creams or plasters", NoneKnown.CONTACT),
        ("keine Kontaktallergien", NoneKnown.CONTACT),
        ("penicillin; no other known allergies", NoneKnown.CONTACT),
    ],
)
def test_a_general_denial_goes_as_far_as_its_words(read: Reader, text: str, reach: NoneKnown) -> None:
    reading = read(text)
    assert reading.none_known is reach
    assert reading.zinc is ZincReading.NOT_ZINC


@pytest.mark.parametrize(
    "text", ["NKA except zinc", "NKDA, penicillin", "no known allergies; rash from cream", "NKDA?", "no known allergies yet", "NKA, Foobarol"]
)
def test_a_general_denial_that_is_contradicted_or_doubted_is_none(read: Reader, text: str) -> None:
    assert read(text).none_known is None


@pytest.mark.parametrize("text", ["no food allergies", "NKFA", "no severe allergies", "no reaction", "no rash", "no known reactions"])
def test_a_denial_of_less_than_drugs_or_contact_is_unclear(read: Reader, text: str) -> None:
    reading = read(text)
    assert reading.none_known is None
    assert reading.zinc is ZincReading.UNCLEAR
