"""A phrase is filled exactly or not at all, in its own language, and a wrong phrase file is refused by name."""

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest

from compounding.domain.phrases import PhraseError, check_same_phrases
from compounding.reference.phrase_files import load_phrases

FILES = Path(__file__).resolve().parents[2] / "compounding/reference/phrases"
DATA: dict[str, dict[str, Any]] = {language: tomllib.loads((FILES / f"{language}.toml").read_text("utf-8")) for language in ("en", "fr")}
ENGLISH = load_phrases(DATA["en"])
WRONG = [("text", ""), ("text", "a  b"), ("text", "{Date}"), ("text", "{a.b}"), ("text", "open {"), ("text", 1), ("purpose", "screen: x"), ("safety", "yes"),
         ("status", "fine"), ("dose", "")]  # fmt: skip
SHAPES = [{"language": ""}, {"version": 1}, {"review": {"status": "unverified"}}, {"phrase": {}}, {"phrase": []}, {"phrase": {"Fire": {}}}, {"more": 1}]


def test_a_phrase_is_filled_exactly_or_not_at_all() -> None:
    assert ENGLISH.say("do_not_use_after", date="22 Nov 2026") == "Do not use after 22 Nov 2026."
    assert ENGLISH.say("for_patient", name="{name} {other}") == "For: {name} {other}"
    for phrase_id, values in (("unknown", {}), ("lot", {}), ("lot", {"lot": " "}), ("lot", {"lot": "1", "date": "2"}), ("skin_only", {"date": "1"})):
        with pytest.raises(PhraseError):
            ENGLISH.say(phrase_id, **values)
    number: Any = 2
    with pytest.raises(PhraseError, match="must be text"):
        ENGLISH.say("repeats", count=number)


def test_another_language_is_never_a_fallback() -> None:
    data = copy.deepcopy(DATA["fr"])
    del data["phrase"]["fire"]
    french = load_phrases(data)
    with pytest.raises(PhraseError, match='no phrase "fire" in fr'):
        french.say("fire")
    with pytest.raises(PhraseError, match="differ in the phrases fire"):
        check_same_phrases(ENGLISH, french)


@pytest.mark.parametrize(("field", "value"), [("text", "Utiliser avant."), ("safety", False), ("purpose", "leaflet: other")])
def test_a_translation_that_drifted_is_found_out(field: str, value: object) -> None:
    data = copy.deepcopy(DATA["fr"])
    data["phrase"]["do_not_use_after"][field] = value
    with pytest.raises(PhraseError, match="do_not_use_after"):
        check_same_phrases(ENGLISH, load_phrases(data))


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_a_wrong_phrase_is_refused_by_name(field: str, value: object) -> None:
    data = copy.deepcopy(DATA["en"])
    data["phrase"]["skin_only"][field] = value
    with pytest.raises(PhraseError, match="skin_only"):
        load_phrases(data)


@pytest.mark.parametrize("changes", SHAPES)
def test_a_phrase_file_of_another_shape_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="phrase"):
        load_phrases({**DATA["en"], **changes})
