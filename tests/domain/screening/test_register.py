"""The register of known substances is asked last, exactly, and overrules nothing."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from compounding.domain.screening.lexicon import Lexicon
from compounding.domain.screening.reader import read_statement
from compounding.domain.screening.statements import Effect, ZincReading

MADE_UP = {
    "glorbine": "known_other",
    "glorbine acetate": "known_other",
    "glorbine, hydrated": "known_other",
    "penicillin glorbate": "known_other",
    "zinc glorbate": "zinc",
    "hidden glorb": "zinc",
    "glorbolatum": "petrolatum",
    "zynct": "known_other",
    "toleratess": "known_other",
    "glorb not": "known_other",
    "glorb cream": "known_other",
    "glorb lanolin": "known_other",
    "no glorb": "known_other",
}


class MadeUp:
    """A register of invented names."""

    def longest_name(self, words: Sequence[str]) -> tuple[int, str] | None:
        for length in range(len(words), 0, -1):
            name = " ".join(words[:length]).replace(" , ", ", ")
            if name in MADE_UP:
                return length, MADE_UP[name]
        return None

    def by_code(self, code: str) -> str | None:
        return {"aaaaaaaaa1": "known_other", "aaaaaaaaa2": "zinc"}.get(code)


@pytest.fixture(scope="module")
def made_up(lexicon: Lexicon) -> Lexicon:
    return replace(lexicon, register=MadeUp())


@pytest.mark.parametrize("text", ["glorbine", "Glorbine - rash", "GLORBINE ACETATE", "penicillin glorbate", "latex; glorbine", "glorbine, hydrated"])
def test_a_name_of_the_register_without_zinc_is_known(made_up: Lexicon, lexicon: Lexicon, text: str) -> None:
    assert read_statement(text, made_up).zinc is ZincReading.NOT_ZINC
    assert read_statement(text, replace(lexicon, register=None)).zinc is ZincReading.UNCLEAR


@pytest.mark.parametrize("text", ["zinc glorbate", "hidden glorb", "glorbine, hidden glorb - rash", "NKDA except hidden glorb"])
def test_a_name_of_the_register_with_zinc_is_zinc(made_up: Lexicon, text: str) -> None:
    assert read_statement(text, made_up).zinc is ZincReading.ZINC


def test_a_denial_reaches_a_name_of_the_register(made_up: Lexicon) -> None:
    assert read_statement("not allergic to hidden glorb", made_up).zinc is ZincReading.NOT_ZINC


def test_an_ingredient_of_the_register_counts_as_that_ingredient(made_up: Lexicon) -> None:
    assert [(finding.allergen, finding.effect) for finding in read_statement("glorbolatum", made_up).findings] == [("petrolatum", Effect.ALLERGY)]


@pytest.mark.parametrize("text", ["glorbin", "glorbines", "glorbinee", "glorb", "glor bine"])
def test_the_register_is_never_used_to_guess(made_up: Lexicon, text: str) -> None:
    assert read_statement(text, made_up).zinc is ZincReading.UNCLEAR


@pytest.mark.parametrize("text", ["zynct", "zynct oxide", "toleratess", "glorb not", "glorb cream zinc", "no glorb"])
def test_a_name_of_the_register_that_is_like_zinc_or_holds_a_word_with_weight_clears_nothing(made_up: Lexicon, text: str) -> None:
    assert read_statement(text, made_up).zinc is not ZincReading.NOT_ZINC


def test_a_longer_name_does_not_hide_an_ingredient_inside(made_up: Lexicon) -> None:
    assert "lanolin" in {finding.allergen for finding in read_statement("glorb lanolin", made_up).findings}


@pytest.mark.parametrize("text", ["sodium lauryl sulfate", "2-ethylhexyl salicylate", "upadacitinib", "polyquaternium-7", "hydroxypropyl methylcellulose"])
def test_names_of_fda_are_known(lexicon: Lexicon, text: str) -> None:
    reading = read_statement(text, lexicon)
    assert reading.zinc is ZincReading.NOT_ZINC
    assert [finding.matched for finding in reading.findings] == [text]


@pytest.mark.parametrize("text", ["ziram", "polaprezinc", "zinc borate", "hopeite", "SOI2LOH54Z", "UNII J41CSQ7QDS"])
def test_names_and_codes_of_fda_with_zinc_are_zinc(lexicon: Lexicon, text: str) -> None:
    assert read_statement(text, lexicon).zinc is ZincReading.ZINC


@pytest.mark.parametrize(
    "text", ["sinc", "zin", "control", "relief", "shield", "cream", "insulin glulisine", "pyrithione", "zincke reagent", "NSC 36548", "brass"]
)
def test_names_that_could_mean_something_else_clear_nothing(lexicon: Lexicon, text: str) -> None:
    assert read_statement(text, lexicon).zinc is not ZincReading.NOT_ZINC


@pytest.mark.parametrize(
    "text", ["Hansaplast", "Bepanthen", "Kamillosan", "Cetaphil", "Nivea", "Coppertone", "Centrum", "Selsun Blue", "E45", "Metanium", "Drapolene"]
)
def test_a_trade_name_of_what_goes_on_the_skin_or_is_a_supplement_clears_nothing(lexicon: Lexicon, text: str) -> None:
    """FDA's list knows some of them by their active substance only; a plaster of that name has an adhesive, and that may hold zinc oxide."""
    assert read_statement(text, lexicon).zinc is not ZincReading.NOT_ZINC
