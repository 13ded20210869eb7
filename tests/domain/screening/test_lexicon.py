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


def exact(name: str) -> dict[str, Any]:
    data = copy.deepcopy(SMALL)
    section = {"id": "known_other", "effect": "information", "source": "names", "status": "unverified", "names": {"brand": [name]}, "spelling": "exact"}
    data["allergens"].append(section)
    return data


def test_an_exact_name_counts_as_it_is_written_and_one_slip_away_is_asked_about() -> None:
    lexicon = load_lexicon(exact("Glorbamil"))
    assert read_statement("Glorbamil - hives", lexicon).findings[0].allergen == "known_other"
    assert [read_statement(text, lexicon).zinc for text in ("Glorbamil", "GLORBAMIL", "Glorbamul", "Glorbami")] == [
        ZincReading.NOT_ZINC, ZincReading.NOT_ZINC, ZincReading.UNCLEAR, ZincReading.UNCLEAR,
    ]  # fmt: skip


def test_an_unknown_spelling_is_refused() -> None:
    data = exact("Glorbamil")
    data["allergens"][-1]["spelling"] = "loose"
    with pytest.raises(ValueError, match="unknown spelling"):
        load_lexicon(data)


def both(name: str, also: str = "known_other") -> dict[str, Any]:
    data = copy.deepcopy(SMALL)
    data["allergens"].append(
        {"id": "zinc", "also": also, "label": "glorb cement", "effect": "review", "source": "names", "status": "unverified", "names": {"en": [name]}}
    )
    return data


def test_a_name_that_stands_for_two_allergens_is_found_as_both() -> None:
    reading = read_statement("glorbol", load_lexicon(both("glorbol")))
    assert (reading.zinc, {finding.allergen for finding in reading.findings}) == (ZincReading.UNCLEAR, {"zinc", "known_other"})


@pytest.mark.parametrize(("name", "also"), [("glorb ol", "known_other"), ("latex", "known_other"), ("glorbol", "gold"), ("not", "known_other")])
def test_a_name_for_two_allergens_needs_a_word_of_its_own_and_both_of_them(name: str, also: str) -> None:
    with pytest.raises(ValueError, match="needs one word of its own"):
        load_lexicon(both(name, also))


OFTEN_WITH_ZINC = (
    "bacitracin", "Bacitracin ointment", "neomycin/bacitracin", "bacitracin, polymyxin B", "bacitracine", "bacitracina", "penicillin, bacitracin", "eugenol", "eugénol", "clove oil",
    "oil of cloves", "essence de girofle", "aceite de clavo", "Nelkenöl", "gutta percha", "gutta-percha", "gutapercha", "protamine", "protamine sulfate", "protamina", "Protaminsulfat",
    "dental cement", "root canal filling", "silver filling", "dental filling", "tooth filling", "periodontal dressing", "coal tar paste", "tar paste", "dithranol paste", "anthralin paste",
    "ichthammol paste", "salicylic acid paste", "Teerpaste", "pasta de alquitrán", "pâte salicylée", "steroid cream", "antibiotic ointment", "human insulin", "Lantus", "NovoMix",
    "insulin glulisine", "trace elements", "multivitamins", "Centrum", "sunscreen", "calamine", "zincum metallicum", "polaprezinc", "nickel silver", "Neosporin", "Oropivalone", "Synacthen",
    "oyster supplement", "cold lozenges", "denture paste", "3T8H1794QW", "58H6RWO52I", "0DE9724IHC",
)  # fmt: skip
"""Substances and products that normally hold zinc, and three codes of the register: eugenol, bacitracin, protamine sulfate."""


@pytest.mark.parametrize("name", OFTEN_WITH_ZINC)
def test_what_often_goes_with_zinc_is_never_cleared(lexicon: Lexicon, name: str) -> None:
    for text in (name, f"{name} - rash", f"latex, {name}"):
        assert read_statement(text, lexicon).zinc is not ZincReading.NOT_ZINC, text


def test_eugenol_stays_a_fragrance(lexicon: Lexicon) -> None:
    assert {finding.allergen for finding in read_statement("eugenol", lexicon).findings} == {"zinc", "fragrance"}


@pytest.mark.parametrize(
    "name",
    [
        "Gravol", "co-codamol", "Lamaline", "Dalsy", "Clexane", "Paxlovid", "Penbritin", "MMR", "COVID-19 mRNA vaccine", "calcium gluconate", "magnesium stearate", "5-FU", "HICC", "oakmoss",
        "hydroperoxides of linalool", "caine mix III", "bis-GMA", "IPPD", "dialkyl thiourea mix", "gallate mix", "ChloraPrep", "Velcro", "dryer sheets", "parakeet", "midges", "quinces", "whiskey",
        "veneno de avispa", "piqûres d'abeille", "crostacei", "acari", "camarão", "huisstofmijt", "garnalen", "truskawki", "клубника", "虾", "Zimt", "Zinnkraut", "gingembre", "Vinca", "benzine",
    ],
)  # fmt: skip
def test_names_of_records_in_many_languages_are_known(lexicon: Lexicon, name: str) -> None:
    assert read_statement(name, lexicon).zinc is ZincReading.NOT_ZINC


@pytest.mark.parametrize("name", ["Zincef", "Destin", "Zinn", "mink", "cinco", "leite"])
def test_a_word_like_a_name_of_zinc_is_asked_about_or_left_alone_but_never_called_zinc(lexicon: Lexicon, name: str) -> None:
    assert read_statement(name, lexicon).zinc is ZincReading.UNCLEAR


def test_no_name_beside_zinc_is_one_slip_from_it_and_cleared(lexicon: Lexicon) -> None:
    zinc = {
        words[0]
        for words, meaning in lexicon.phrases.items()
        if meaning.allergen == "zinc" and meaning.effect.value == "allergy" and len(words) == 1 and len(words[0]) > 4
    }
    harmless = {words[0] for words, meaning in lexicon.phrases.items() if meaning.scope == "exact" and len(words) == 1}
    assert [word for word in harmless if lexicon.is_like_a_name_of_zinc(word) and word not in zinc] == []
    assert len(harmless) > 2000
