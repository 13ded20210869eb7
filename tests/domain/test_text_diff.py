"""A difference names the place in words, misses nothing, and does not count a step that only moved down."""

import copy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.domain.text_diff import Change, Difference, differences, in_words

STEPS = [
    {"text": "Weigh the drug; a second person checks the balance.", "sign": "witness"},
    {"text": "Grind the crystals in the dry mortar.", "sign": ""},
    {"text": "Levigate with all of the mineral oil.", "sign": "preparer"},
    {"text": "Fill, close tightly, weigh and label.", "sign": "preparer"},
]
OLD: dict[str, Any] = {
    "id": "a",
    "version": "1",
    "levigating_percent": "5",
    "napra_reasons": ["one", "two"],
    "procedure": STEPS,
    "example": {"parts_g": {"mineral_oil": "3"}},
}
LEAVES = st.one_of(st.text(max_size=5), st.integers(-3, 3), st.booleans(), st.sampled_from([Decimal(1), Decimal("1.0"), date(2026, 1, 1)]))
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3), max_leaves=12)
TABLES = st.dictionaries(st.sampled_from(["procedure", "phrase", "a", "b_c"]), VALUES, max_size=4)


def changed(**entries: object) -> dict[str, Any]:
    return {**copy.deepcopy(OLD), **entries}


def test_a_changed_word_is_named_by_its_place() -> None:
    steps = copy.deepcopy(STEPS)
    steps[2]["text"] = "Levigate with half of the mineral oil."
    assert differences(OLD, changed(procedure=steps)) == (
        Difference(path="procedure, step 3, text", change=Change.CHANGED, old=STEPS[2]["text"], new="Levigate with half of the mineral oil."),
    )


def test_a_lost_signature_is_a_difference_of_its_own() -> None:
    steps = copy.deepcopy(STEPS)
    del steps[0]["sign"]
    steps[3]["sign"] = ""
    found = differences(OLD, changed(procedure=steps))
    assert [in_words(each) for each in found] == ['procedure, step 1, sign: removed "witness"', 'procedure, step 4, sign: changed from "preparer" to ""']


@pytest.mark.parametrize("place", range(len(STEPS) + 1))
def test_an_inserted_step_is_one_insertion(place: int) -> None:
    step = {"text": "Check the temperature.", "sign": "preparer"}
    assert differences(OLD, changed(procedure=[*STEPS[:place], step, *STEPS[place:]])) == (
        Difference(path=f"procedure, step {place + 1}", change=Change.ADDED, old="", new="text: Check the temperature.; sign: preparer"),
    )


def test_an_insertion_beside_a_changed_step_leaves_both_readable() -> None:
    steps: list[dict[str, str]] = copy.deepcopy(STEPS)
    steps[1]["text"] = "Grind the crystals in the dry glass mortar."
    steps.insert(1, {"text": "Open one white powder at a time, and no other.", "sign": "witness"})
    del steps[4]
    found = differences(OLD, changed(procedure=steps))
    assert [(each.path, each.change) for each in found] == [
        ("procedure, step 2", Change.ADDED), ("procedure, step 3, text", Change.CHANGED), ("procedure, step 4", Change.REMOVED),
    ]  # fmt: skip


def test_numbers_and_names_stand_as_they_are_written() -> None:
    found = differences(OLD, changed(levigating_percent="5.0", version="2", example={"parts_g": {"mineral_oil": "3.5"}}, napra_reasons=["two"]))
    assert [(each.path, each.old, each.new) for each in found] == [
        ("version", "1", "2"), ("levigating percent", "5", "5.0"), ("NAPRA reasons, reason 1", "one", ""), ("example, parts g, mineral_oil", "3", "3.5"),
    ]  # fmt: skip


def test_a_phrase_keeps_its_id() -> None:
    old = {"phrase": {"do_not_use_after": {"text": "Use before {date}.", "safety": True}}}
    new = {"phrase": {"do_not_use_after": {"text": "Do not use after {date}.", "safety": False}}}
    assert [each.path for each in differences(old, new)] == ["phrase, do_not_use_after, text", "phrase, do_not_use_after, safety"]
    assert [in_words(each) for each in differences(old, {"phrase": {}})] == ['phrase, do_not_use_after: removed "text: Use before {date}.; safety: true"']


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("1", 1, 'a: changed from "1 (a text)" to "1 (a number)"'),
        (True, "true", 'a: changed from "true (true or false)" to "true (a text)"'),
        ("40 g", "40\u00a0g", 'a: changed from "40 g" to "40[U+00A0]g"'),
        ("no\u200bwater", "no water", 'a: changed from "no[U+200B]water" to "no water"'),
        ("ab", "a\u200bb", 'a: changed from "ab" to "a[U+200B]b"'),
        ("a\u00a0b", "a\u00a0c", 'a: changed from "a\u00a0b" to "a\u00a0c"'),
        ("a", "a ", 'a: changed from "a" to "a "'),
        ("a", "\u202ea\n", 'a: changed from "a" to "[U+202E]a[U+000A]"'),
        ([], {}, 'a: changed from " (a list)" to " (a table)"'),
    ],
)
def test_a_change_that_cannot_be_seen_is_spelled_out(old: object, new: object, words: str) -> None:
    assert [in_words(each) for each in differences({"a": old}, {"a": new})] == [words]


def test_lists_longer_than_any_formula_are_shown_whole() -> None:
    old, new = [str(number) for number in range(400)], [str(number) for number in range(400, 800)]
    assert [(each.path, each.change) for each in differences({"equipment": old}, {"equipment": new})] == [("equipment", Change.CHANGED)]
    assert len(differences({"equipment": old}, {"equipment": [*old[:200], "new", *old[200:]]})) == 1


def exact(value: Any) -> Any:
    """The value with its kinds, as the test understands sameness; told apart from the way the program does it."""
    if isinstance(value, dict):
        return {key: exact(each) for key, each in value.items()}
    return [exact(each) for each in value] if isinstance(value, list) else repr(value)


@given(TABLES, TABLES)
def test_there_is_no_difference_exactly_where_two_texts_say_the_same(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert (differences(old, new) == ()) is (exact(old) == exact(new))
    assert differences(old, copy.deepcopy(old)) == ()


@given(st.lists(VALUES, max_size=8), VALUES, st.data())
def test_one_more_entry_anywhere_is_one_difference_and_taking_it_away_another(entries: list[Any], entry: Any, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(entries)))
    longer = [*entries[:place], entry, *entries[place:]]
    assert [each.change for each in differences({"procedure": entries}, {"procedure": longer})] == [Change.ADDED]
    assert [each.change for each in differences({"procedure": longer}, {"procedure": entries})] == [Change.REMOVED]


@given(
    st.lists(st.sampled_from(["grind", "sieve", "weigh", "label", "grind well", "weigh twice"]), max_size=7),
    st.lists(st.sampled_from(["grind", "sieve", "weigh", "fill it"]), max_size=7),
)
def test_the_old_list_with_every_difference_applied_is_the_new_list(old: list[str], new: list[str]) -> None:
    found = differences({"a": old}, {"a": new})
    numbered = [(each, int(each.path.rpartition(" ")[2])) for each in found]
    kept = [text for place, text in enumerate(old, start=1) if (place not in {number for each, number in numbered if each.change is Change.REMOVED})]
    for each, number in sorted((pair for pair in numbered if pair[0].change is not Change.REMOVED), key=lambda pair: pair[1]):
        if each.change is Change.ADDED:
            kept.insert(number - 1, each.new)
        else:
            assert kept[number - 1] == each.old
            kept[number - 1] = each.new
    assert kept == new
