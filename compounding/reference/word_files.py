"""From TOML to the words that notes, results and directions are read with (allergy_talk.toml, direction_words.toml, lot_ingredients.toml)."""

import re

from compounding.domain.direction_words import DirectionWords, Frequency, direction_words
from compounding.domain.errors import ReferenceDataError
from compounding.domain.ingredient_names import IngredientNames, ingredient_names
from compounding.domain.order_words import NoteWords
from compounding.domain.screening.allergy_talk import AllergyTalk, allergy_talk
from compounding.domain.tables import TableReader
from compounding.domain.word_patterns import any_of

_LISTS = ("verbs", "no_direction", "inside_the_body", "negations", "into", "articles", "openings", "beside", "onto", "no_skin", "loose_negations")
_REQUEST = ("before", "asks", "between", "petrolatum", "after")


def _head(table: TableReader) -> None:
    """What every list of words must say of itself."""
    for name in ("version", "status", "source"):
        table.text(name)


def _some(table: TableReader, name: str) -> tuple[str, ...]:
    """A list that may not be empty: without its words something would be passed over in silence."""
    found = table.texts(name)
    if not found:
        raise ReferenceDataError("DATA_MISSING", f'the list "{name}" is empty')
    return found


def read_allergy_talk(table: TableReader) -> tuple[AllergyTalk, NoteWords]:
    """How a text outside the allergy list is known to speak of an allergy, and how a note is known to speak of the base."""
    _head(table)
    ingredients, request, notes = table.table("ingredients"), table.table("request"), table.table("not_of_a_base")
    talk = allergy_talk(
        allergy=_some(table, "allergy"),
        in_results=_some(table, "in_results"),
        trouble=_some(table, "trouble"),
        ingredient_parts=_some(ingredients, "parts"),
        ingredient_words=_some(ingredients, "words"),
        request={name: _some(request, name) for name in _REQUEST},
    )
    words = NoteWords(not_of_a_base=re.compile(any_of(_some(notes, "parts"))), negations=frozenset(_some(notes, "negations")))
    for each in (ingredients, request, notes, table):
        each.done()
    return talk, words


def read_direction_words(table: TableReader) -> DirectionWords:
    """How directions for use are read."""
    _head(table)
    a_day = _some(table, "a_day")
    words = direction_words(
        lists={name: _some(table, name) for name in _LISTS},
        frequencies=tuple(_frequency(each, a_day) for each in table.tables("frequency")),
        changes=_some(table, "changes"),
        says_when=_some(table, "says_when"),
        in_a_place={name: _some(table, f"{name}_in_a_place") for name in ("when", "how_much")},
        ordinary_in_capitals=_some(table, "ordinary_in_capitals"),
    )
    table.done()
    return words


def read_ingredient_names(table: TableReader) -> IngredientNames:
    """How the names on a lot's ingredient list are compared with those in an allergy record."""
    _head(table)
    groups = []
    for each in table.tables("alike"):
        groups.append(_some(each, "names"))
        each.done()
    names = ingredient_names(
        general=_some(table, "general_words"), groups=groups, stabilisers=_some(table, "stabilisers"), excipients=_some(table, "excipients")
    )
    table.done()
    return names


def _frequency(table: TableReader, a_day: tuple[str, ...]) -> Frequency:
    """One frequency; {a day} in a phrase stands for each way to say it."""
    phrases = tuple(phrase.replace("{a day}", said) for phrase in _some(table, "phrases") for said in (a_day if "{a day}" in phrase else ("",)))
    frequency = Frequency(times_per_day=table.number("times_per_day"), phrases=phrases, words=table.texts("words"))
    table.done()
    return frequency
