"""The word lists a pharmacist reviews: whole, marked with their source, and refused where a part is missing."""

import re
import tomllib
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.errors import ReferenceDataError
from compounding.domain.tables import TableReader
from compounding.domain.word_patterns import any_of, any_word_of
from compounding.reference import ReferenceData
from compounding.reference.word_files import read_allergy_talk, read_direction_words

READERS = {"allergy_talk.toml": read_allergy_talk, "direction_words.toml": read_direction_words}


def table(name: str) -> dict[str, Any]:
    return tomllib.loads((files("compounding.reference") / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", READERS)
def test_a_word_list_without_its_source_its_status_or_one_of_its_lists_is_refused(name: str) -> None:
    whole = table(name)
    for entry in whole:
        with pytest.raises(ReferenceDataError):
            READERS[name](TableReader({key: value for key, value in whole.items() if key != entry}, name))


@pytest.mark.parametrize("name", READERS)
def test_an_empty_list_and_an_entry_nobody_knows_are_refused(name: str) -> None:
    whole = table(name)
    for entry in [key for key, value in whole.items() if isinstance(value, list) and all(isinstance(each, str) for each in value)]:
        with pytest.raises(ReferenceDataError):
            READERS[name](TableReader(whole | {entry: []}, name))
    with pytest.raises(ReferenceDataError):
        READERS[name](TableReader(whole | {"mispelt": ["x"]}, name))


@given(st.text(max_size=8), st.text(max_size=8))
def test_a_listed_phrase_stands_for_itself_whatever_signs_it_holds(phrase: str, before: str) -> None:
    plain = "".join(sign for sign in phrase if sign not in "*?#")
    assert (re.search(any_of([plain]), before + plain) is not None) is True


def test_the_three_signs_mean_what_the_files_say() -> None:
    assert re.fullmatch(any_word_of(["inject*"]), "injections")
    assert re.fullmatch(any_of(["patch?test"]), "patch-test")
    assert re.fullmatch(any_of(["patch?test"]), "patchtest")
    assert re.fullmatch(any_of(["take # ml*"]), "take 10 ml")
    assert not re.search(any_of([]), "anything at all")
    assert not re.search(any_word_of(["ear"]), "years")


@pytest.mark.parametrize("text", ["rash", "éruption", "urticaria", "Zinkunverträglichkeit", "ALLERGIES", "erupción"])
def test_a_note_that_speaks_of_an_allergy_is_known_by_it(data: ReferenceData, text: str) -> None:
    assert data.talk.allergy.search(text)


@pytest.mark.parametrize("text", ["apply twice a day", "pour la calcinose", "morgens dünn auftragen"])
def test_a_note_that_speaks_of_something_else_is_not(data: ReferenceData, text: str) -> None:
    assert not data.talk.allergy.search(text)
