"""The lexicon's own rules: every entry has its source, one name means one thing, and look-alikes are not misspellings."""

import copy
import time
from typing import Any

import pytest

from compounding.domain.screening.lexicon import Lexicon
from compounding.domain.screening.normalise import tokens_of, words_of
from compounding.domain.screening.reader import read_statement
from compounding.domain.screening.statements import ZincReading
from compounding.reference.allergens import load_lexicon

SMALL: dict[str, Any] = {
    "allergens": [
        {
            "id": "zinc",
            "label": "zinc",
            "effect": "allergy",
            "source": "chemistry",
            "status": "verified",
            "names": {"en": ["zinc"]},
            "codes": {"unii": ["SOI2LOH54Z"]},
        },
        {"id": "known_other", "effect": "information", "source": "names", "status": "unverified", "names": {"en": ["latex"]}},
    ],
    "words": [{"role": "negation", "names": {"en": ["not"]}}],
    "compounds": {"stems": ["zinc"], "ends": {"filler": ["oxide"]}},
    "look_alikes": ["sink"],
}


def without(path: tuple[Any, ...]) -> dict[str, Any]:
    data = copy.deepcopy(SMALL)
    place: Any = data
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return data


@pytest.mark.parametrize("missing", ["source", "status", "id", "effect"])
def test_an_allergen_without_its_particulars_is_refused(missing: str) -> None:
    with pytest.raises(ValueError, match=r"^allergens\.toml: .*\.$"):
        load_lexicon(without(("allergens", 1, missing)))


def test_one_name_for_two_allergens_is_refused() -> None:
    data = copy.deepcopy(SMALL)
    data["allergens"][1]["names"]["en"].append("Zinc")
    with pytest.raises(ValueError, match='"Zinc" stands for both'):
        load_lexicon(data)


def test_an_unknown_role_is_refused() -> None:
    data = copy.deepcopy(SMALL)
    data["words"][0]["role"] = "shouting"
    with pytest.raises(ValueError, match="no role"):
        load_lexicon(data)


def test_a_compound_stem_that_is_not_zinc_is_refused() -> None:
    data = copy.deepcopy(SMALL)
    data["compounds"]["stems"] = ["latex"]
    with pytest.raises(ValueError, match="not a name of zinc"):
        load_lexicon(data)


@pytest.mark.parametrize("word", ["sink", "pink", "since", "zinn", "zinfandel", "cinchona"])
def test_a_look_alike_is_not_a_misspelling(lexicon: Lexicon, word: str) -> None:
    assert lexicon.misspelling(word) is None


def test_a_harmless_name_one_slip_from_zinc_is_asked_about() -> None:
    data = copy.deepcopy(SMALL)
    data["allergens"][1]["names"]["en"].append("zinca")
    assert read_statement("zinca", load_lexicon(data)).zinc is ZincReading.UNCLEAR


def test_words_that_clear_are_matched_as_written_only(lexicon: Lexicon) -> None:
    assert lexicon.misspelling("tolerats") is None
    assert lexicon.misspelling("refutted") is None
    assert lexicon.misspelling("negatve") is None


def test_every_token_knows_where_it_stood() -> None:
    text = "Œdème après ＺＩＮＣ-oxide, ﬁsh"
    words = [(token.word, text[token.start : token.end]) for token in tokens_of(text) if not token.is_mark]
    assert words == [("oedeme", "Œdème"), ("apres", "après"), ("zinc", "ＺＩＮＣ"), ("oxide", "oxide"), ("fish", "ﬁsh")]


def test_names_are_folded_like_texts() -> None:
    assert words_of("Head & Shoulders") == ("head", "shoulders")
    assert words_of("k.A.") == ("k", "a")
    assert words_of("bek.") == ("bek", ".")


@pytest.mark.parametrize(
    "text", ["x9 " * 1300, "no zinc allergy, " * 235, "," * 4000, "zinc,z" * 660, "not allergic to " + "latex, " * 560, "\U0001f600" * 4000]
)
def test_no_text_takes_long(lexicon: Lexicon, text: str) -> None:
    # The bound is ten times what a slow machine needs: it is there to catch quadratic work, not to measure.
    started = time.perf_counter()
    read_statement(text, lexicon)
    assert time.perf_counter() - started < 0.25
