"""The words directions for use are read with: what is no direction, what is not for the skin, and how often a day.

The lists themselves are `reference/direction_words.toml`; this says how they are put together. All of them are compared in folded text.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from compounding.domain.word_patterns import any_of, any_word_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionWords:
    """What is searched for. Build it with `direction_words`. `times` holds each frequency (times a day) with its pattern, the longer wording first."""

    no_direction: re.Pattern[str]
    inside_the_body: re.Pattern[str]
    negated: re.Pattern[str]
    into_an_opening: re.Pattern[str]
    negated_loosely: re.Pattern[str]
    times: tuple[tuple[re.Pattern[str], Decimal], ...]
    changes: re.Pattern[str]
    says_when: re.Pattern[str]
    when_in_a_place: re.Pattern[str]
    how_much_in_a_place: re.Pattern[str]
    ordinary_in_capitals: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """One frequency and how it is said: phrases anywhere, and abbreviations as whole words."""

    times_per_day: Decimal
    phrases: tuple[str, ...]
    words: tuple[str, ...]


def direction_words(
    *,
    lists: Mapping[str, Iterable[str]],
    frequencies: Iterable[Frequency],
    changes: Iterable[str],
    says_when: Iterable[str],
    in_a_place: Mapping[str, Iterable[str]],
    ordinary_in_capitals: Iterable[str],
) -> DirectionWords:
    """The patterns from plain lists."""
    articles = "|".join(re.escape(each if each.endswith("'") else each + " ") for each in lists["articles"])
    # A look behind has one width only, so each word that says "beside" has its own.
    not_beside = "".join(rf"(?<!\b{re.escape(each)} )" for each in lists["beside"])
    return DirectionWords(
        no_direction=re.compile(rf"{any_of(lists['verbs'])}?\s*{any_of(lists['no_direction'])}\s*\.?"),
        inside_the_body=re.compile(any_word_of(lists["inside_the_body"])),
        negated=re.compile(rf"\b{any_of(lists['negations'])}\s*(?:\w+\s+)?$"),
        into_an_opening=re.compile(
            rf"{any_word_of(lists['into'])}\s+(?:{articles})*{any_of(lists['openings'])}\b"
            rf"|{not_beside}{any_word_of(lists['onto'])}\s+(?:{articles})*{any_of(lists['no_skin'])}\b"
        ),
        negated_loosely=re.compile(rf"{any_word_of(lists['loose_negations'])}[^.;!?]{{0,60}}$"),
        times=tuple((re.compile(f"{any_of(each.phrases)}|{any_word_of(each.words)}"), each.times_per_day) for each in frequencies),
        changes=re.compile(any_word_of(changes)),
        says_when=re.compile(any_word_of(says_when)),
        when_in_a_place=re.compile(any_word_of(in_a_place["when"])),
        how_much_in_a_place=re.compile(any_word_of(in_a_place["how_much"])),
        ordinary_in_capitals=frozenset(ordinary_in_capitals),
    )
