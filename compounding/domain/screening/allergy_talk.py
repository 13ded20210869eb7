"""The words by which a text outside the allergy list is known to speak of an allergy, of trouble with an ingredient, or of a base instead.

The lists themselves are `reference/allergy_talk.toml`; this says how they are put together.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from compounding.domain.word_patterns import any_of, either


@dataclass(frozen=True, slots=True, kw_only=True)
class AllergyTalk:
    """What is searched for. Build it with `allergy_talk`.

    `allergy` finds a text that speaks of one, `allergy_in_results` does so in a result or a condition, `trouble` finds a complaint in a sentence about zinc,
    `ingredient` an ingredient used here, and `asks_for_petrolatum` the end of a note that names a base to use (group 1).
    """

    allergy: re.Pattern[str]
    allergy_in_results: re.Pattern[str]
    trouble: re.Pattern[str]
    ingredient: re.Pattern[str]
    asks_for_petrolatum: re.Pattern[str]


def allergy_talk(
    *,
    allergy: Iterable[str],
    in_results: Iterable[str],
    trouble: Iterable[str],
    ingredient_parts: Iterable[str],
    ingredient_words: Iterable[str],
    request: Mapping[str, Iterable[str]],
) -> AllergyTalk:
    """The patterns from plain lists. `request` holds `before`, `asks`, `between`, `petrolatum` and `after`: "so please use | plain | petrolatum | instead"."""
    speaks = any_of(allergy)
    asks = (
        rf"\s*[:;,.\u2013\u2014-]\s*((?:{any_of(request['before'])} )*{any_of(request['asks'])}\s+"
        rf"(?:{any_of(request['between'])} )*{any_of(request['petrolatum'])}(?: {any_of(request['after'])})*)\s*[.!]?\s*$"
    )
    return AllergyTalk(
        allergy=re.compile(speaks, re.IGNORECASE),
        allergy_in_results=re.compile(f"{speaks}|{any_of(in_results)}", re.IGNORECASE),
        trouble=re.compile(any_of(trouble), re.IGNORECASE),
        ingredient=either(parts=ingredient_parts, words=ingredient_words),
        asks_for_petrolatum=re.compile(asks, re.IGNORECASE),
    )
