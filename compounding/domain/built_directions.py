"""Directions for use that are built from their parts: where, how much, at which times of the day, for how long.

The sentence is made from the parts alone, and the number of times a day goes beside it, so that text and structure cannot contradict each other.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from compounding.domain.direction_words import DirectionWords
from compounding.domain.errors import WorkflowRefused
from compounding.domain.numbers import format_number
from compounding.domain.order_as_sent import DirectionsAsSent
from compounding.domain.order_words import fold
from compounding.domain.record_texts import has_words

LONGEST_PLACE = 200


class Moment(StrEnum):
    """A time of the day."""

    MORNING = "morning"
    NOON = "noon"
    EVENING = "evening"
    BEDTIME = "bedtime"


_WHEN = {Moment.MORNING: "in the morning", Moment.NOON: "at noon", Moment.EVENING: "in the evening", Moment.BEDTIME: "at bedtime"}
_OFTEN = {1: "once a day", 2: "twice a day"}
# "Each finger" names a place; every other word of time in it would say again, or otherwise, what the times of the day say.
_OF_PLACES = frozenset({"each", "every", "per"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltDirections:
    """The parts. `grams` is the mass of one application in grams, None for a thin layer; `days` is how long it is used, None where no end is stated.

    Raises WorkflowRefused `NOT_STATED` without a place or a time of the day.
    """

    place: str
    grams: Decimal | None
    moments: frozenset[Moment]
    days: int | None

    def __post_init__(self) -> None:
        if not has_words(self.place) or len(self.place) > LONGEST_PLACE:
            raise WorkflowRefused("NOT_STATED", f"where it is applied must be stated, in at most {LONGEST_PLACE} characters")
        if not self.moments:
            raise WorkflowRefused("NOT_STATED", "at which times of the day it is applied must be stated")

    @property
    def times_per_day(self) -> Decimal:
        """How often a day."""
        return Decimal(len(self.moments))

    @property
    def in_words(self) -> str:
        """The sentence as it goes to the pharmacy and onto the label."""
        how_much = f"{format_number(self.grams)} g" if self.grams is not None else "a thin layer"
        count = len(self.moments)
        often = _OFTEN.get(count, f"{count} times a day")
        *before, last = [_WHEN[each] for each in Moment if each in self.moments]
        when = f"{', '.join(before)} and {last}" if before else last
        until = "" if self.days is None else ", for 1 day" if self.days == 1 else f", for {self.days} days"
        return f"Apply {how_much} to {' '.join(self.place.split()).rstrip('.,;: ')} {often}, {when}{until}."

    def check_place(self, words: DirectionWords) -> None:
        """Refuse a place that says more than a place, which could contradict the parts.

        Raises WorkflowRefused `PLACE_SAYS_WHEN` for a time or a frequency, `PLACE_SAYS_HOW_MUCH` for an amount.
        """
        place = fold(self.place)
        times = (found.group() for each in (words.says_when, words.when_in_a_place) for found in each.finditer(place))
        when = next((each for each in times if each not in _OF_PLACES), None)
        if when is not None:
            raise WorkflowRefused("PLACE_SAYS_WHEN", f'the place says when or how often ("{when}"); name only the place, and choose the times of the day')
        how_much = words.how_much_in_a_place.search(place)
        if how_much is not None:
            raise WorkflowRefused("PLACE_SAYS_HOW_MUCH", f'the place says how much ("{how_much.group()}"); name only the place, and choose how much beside it')

    def as_sent(self, where: str) -> DirectionsAsSent:
        """The sentence, with its frequency beside it as a number."""
        return DirectionsAsSent(texts=(self.in_words,), times_per_day=self.times_per_day, where=where)
