"""Directions built from their parts say those parts and nothing else, and are read again as just that."""

from decimal import Decimal
from itertools import combinations

import pytest

from compounding.domain.built_directions import BuiltDirections, Moment
from compounding.domain.directions import read_directions
from compounding.domain.errors import LevigateError
from compounding.reference import ReferenceData

EVERY = [frozenset(each) for count in range(1, 5) for each in combinations(Moment, count)]


def built(**also: object) -> BuiltDirections:
    told: dict[str, object] = {"place": "both elbows", "grams": None, "moments": frozenset({Moment.MORNING}), "days": None}
    return BuiltDirections(**told | also)  # type: ignore[arg-type]


@pytest.mark.parametrize(("parts", "sentence"), [
    ({}, "Apply a thin layer to both elbows once a day, in the morning."),
    ({"moments": frozenset({Moment.BEDTIME, Moment.MORNING})}, "Apply a thin layer to both elbows twice a day, in the morning and at bedtime."),
    ({"moments": frozenset(Moment), "grams": Decimal("0.50")},
     "Apply 0.5 g to both elbows 4 times a day, in the morning, at noon, in the evening and at bedtime."),
    ({"place": " the  left knee. ", "days": 14}, "Apply a thin layer to the left knee once a day, in the morning, for 14 days."),
    ({"days": 1}, "Apply a thin layer to both elbows once a day, in the morning, for 1 day."),
])  # fmt: skip
def test_the_sentence_is_made_from_the_parts(parts: dict[str, object], sentence: str) -> None:
    assert built(**parts).in_words == sentence


@pytest.mark.parametrize("moments", EVERY, ids=lambda each: "-".join(sorted(each)))
@pytest.mark.parametrize("days", [None, 30])
def test_the_sentence_is_read_again_without_a_doubt(data: ReferenceData, moments: frozenset[Moment], days: int | None) -> None:
    told = built(moments=moments, days=days, grams=Decimal("0.5"))
    reading = read_directions((told.as_sent("form.directions"),), data.vocabulary, latest_where="form")
    assert reading.reasons == ()
    assert reading.text == told.in_words
    assert told.times_per_day == len(moments)


@pytest.mark.parametrize("place", ["", " ", "...", "x" * 201])
def test_a_place_that_says_nothing_is_refused(place: str) -> None:
    with pytest.raises(LevigateError) as refusal:
        built(place=place)
    assert refusal.value.code == "NOT_STATED"


def test_without_a_time_of_the_day_there_are_no_directions() -> None:
    with pytest.raises(LevigateError) as refusal:
        built(moments=frozenset())
    assert refusal.value.code == "NOT_STATED"


@pytest.mark.parametrize("place", ["the elbow twice daily", "both knees at night", "left heel for 5 days", "the shin every other day", "face BID"])
def test_a_place_that_says_when_could_contradict_and_is_refused(data: ReferenceData, place: str) -> None:
    with pytest.raises(LevigateError) as refusal:
        built(place=place).check_place(data.vocabulary.directions)
    assert refusal.value.code == "PLACE_SAYS_WHEN"


@pytest.mark.parametrize("place", [
    "elbow 2x", "elbow x3", "elbow q8h", "elbow t.d.s", "ELBOW TDS", "elbow hs", "elbow on Mondays", "elbow before bed", "elbow for a fortnight",
    "elbow until healed", "coude le lundi",
])  # fmt: skip
def test_shorthand_for_when_in_a_place_is_refused_like_plain_words(data: ReferenceData, place: str) -> None:
    with pytest.raises(LevigateError) as refusal:
        built(place=place).check_place(data.vocabulary.directions)
    assert refusal.value.code == "PLACE_SAYS_WHEN"


@pytest.mark.parametrize("place", ["1 g on the elbow", "elbow 0.5g", "elbow 5 grams", "2 FTU to the elbow", "a thick layer on the elbow", "elbow, pea-sized"])
def test_a_place_that_says_how_much_could_contradict_and_is_refused(data: ReferenceData, place: str) -> None:
    with pytest.raises(LevigateError) as refusal:
        built(place=place).check_place(data.vocabulary.directions)
    assert refusal.value.code == "PLACE_SAYS_HOW_MUCH"


@pytest.mark.parametrize("place", [
    "the hard spots on each finger", "every toe of the left foot", "the back of both hands", "the fingertips of both hands", "10 fingers", "the nail bed",
    "3 spots of 2 x 2 cm on the left shin", "the thick skin of the heels",
])  # fmt: skip
def test_a_place_that_names_each_part_is_taken(data: ReferenceData, place: str) -> None:
    built(place=place).check_place(data.vocabulary.directions)
