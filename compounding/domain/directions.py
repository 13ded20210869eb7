"""Directions for use: the prescriber's words, with Latin shorthand written out where it can only mean one thing (ISMP, USP <17>)."""

import re
from dataclasses import dataclass
from decimal import Decimal

from compounding.domain.direction_words import DirectionWords
from compounding.domain.error_prone import error_prone
from compounding.domain.numbers import format_number
from compounding.domain.order_as_sent import DirectionsAsSent
from compounding.domain.order_words import Vocabulary, fold, read_text
from compounding.domain.reasons import Reason, reason

LONGEST_DIRECTIONS = 600
"""Characters of directions; what is longer belongs on a sheet of its own, not on a jar."""

_WORD = re.compile(r"[^\W_]+(?:[./][^\W_]+)*\.?")
_UNIT = r"(?=\s*(?:%|(?:g|mg|mcg|kg|mL|ml|L|cm|mm|grams?|percent)\b))"
_PLAIN = (
    (re.compile(r"(?<![\d.,\w])\.(\d+)" + _UNIT), r"0.\1"),
    (re.compile(r"(?<![\d.,])(\d+)\.0+" + _UNIT), r"\1"),
    (re.compile(r"(?<![\d.,])(\d+\.\d*[1-9])0+" + _UNIT), r"\1"),
    (re.compile(r"(?<![\w.,])(\d[\d.,]*)(g|mg|mcg|kg|mL|L|cm|mm)\b"), r"\1 \2"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionsReading:
    """What is printed, and what stands in the way."""

    text: str
    reasons: tuple[Reason, ...]


def read_directions(sent: tuple[DirectionsAsSent, ...], vocabulary: Vocabulary, *, latest_where: str) -> DirectionsReading:
    """The directions as they will be printed, with every doubt as a reason."""
    words = vocabulary.directions
    reasons: list[Reason] = []
    texts: list[str] = []
    for instruction in sent:
        for text in instruction.texts:
            cleaned = " ".join(text.split())
            if cleaned and cleaned not in texts:
                texts.append(cleaned)
                reasons.extend(_timing_conflict(cleaned, instruction.times_per_day, words=words, where=instruction.where))
        reasons.extend(_timing_left_out(instruction, words))
        reasons.extend(_words_conflict(instruction.texts, words, instruction.where))
        reasons.extend(_route_doubts(instruction, vocabulary))
    reasons.extend(_instructions_conflict(sent, words))
    whole = " ".join(text if text.endswith((".", "!", "?")) else text + "." for text in texts)
    where = sent[0].where if sent else latest_where
    if not whole or words.no_direction.fullmatch(fold(whole)):
        return DirectionsReading(text="", reasons=(*reasons, reason("DIRECTIONS_MISSING", where=where)))
    if len(whole) > LONGEST_DIRECTIONS:
        reasons.append(reason("TEXT_TOO_LONG", detail=f"directions of {len(whole)} characters, at most {LONGEST_DIRECTIONS}", where=where))
        return DirectionsReading(text="", reasons=tuple(reasons))
    folded = fold(whole)
    for found in words.inside_the_body.finditer(folded):
        if not words.negated.search(folded[: found.start()]):
            reasons.append(reason("NOT_TOPICAL", detail=f'the directions say "{found.group()}"', where=where))
            break
    into = next((found for found in words.into_an_opening.finditer(folded) if not words.negated_loosely.search(folded[: found.start()])), None)
    if into is not None:
        reasons.append(reason("NOT_TOPICAL", detail=f'the directions say "{into.group()}"', where=where))
    printed, shorthand = _write_out(whole, vocabulary)
    reasons.extend(shorthand(where))
    if not shorthand.refused:
        reasons.extend(reason("DIRECTIONS_ERROR_PRONE", detail=each, where=where) for each in dict.fromkeys(error_prone(printed)))
    return DirectionsReading(text=printed, reasons=tuple(reasons))


class _Shorthand:
    """Collects the shorthand of one text and turns it into reasons."""

    def __init__(self) -> None:
        self.refused: list[str] = []
        self.written_out: list[str] = []

    def __call__(self, where: str) -> list[Reason]:
        reasons = [reason("ABBREVIATION_AMBIGUOUS", detail=f'"{words}" in the directions', where=where) for words in self.refused[:1]]
        if self.written_out:
            reasons.append(reason("ABBREVIATION_WRITTEN_OUT", detail="; ".join(self.written_out), where=where))
        return reasons


def _write_out(text: str, vocabulary: Vocabulary) -> tuple[str, _Shorthand]:
    shorthand = _Shorthand()
    is_in_capitals = text == text.upper()
    exact = vocabulary.sig_refused_exact - vocabulary.directions.ordinary_in_capitals if is_in_capitals else vocabulary.sig_refused_exact

    def replace(found: re.Match[str]) -> str:
        word = found.group()
        key = word.lower().replace(".", "")
        if word.strip(".") in exact or key in vocabulary.sig_refused:
            shorthand.refused.append(word)
            return word
        if key in vocabulary.sig:
            shorthand.written_out.append(f'{word} as "{vocabulary.sig[key]}"')
            return vocabulary.sig[key] + ("." if word.endswith(".") and found.end() == len(text) else "")
        return word

    return _plain_numbers(_WORD.sub(replace, text), shorthand), shorthand


def _plain_numbers(text: str, shorthand: _Shorthand) -> str:
    """Numbers as ISMP wants them printed: ".5 g" with its zero, "1.0 g" without, "5mg" with its space. The value stays what was written."""
    for pattern, plain in _PLAIN:

        def replace(found: re.Match[str], plain: str = plain) -> str:
            printed = found.expand(plain)
            shorthand.written_out.append(f'{found.group().strip()} as "{printed.strip()}"')
            return printed

        text = pattern.sub(replace, text)
    return text


def _times_in(text: str, words: DirectionWords) -> set[Decimal]:
    """Every frequency the words say plainly."""
    folded = fold(text)
    return {times for pattern, times in words.times if pattern.search(folded)}


def _timing_conflict(text: str, times_per_day: Decimal | None, *, words: DirectionWords, where: str) -> list[Reason]:
    said = _times_in(text, words)
    if times_per_day is None or not said or times_per_day in said or (len(said) > 1 and words.changes.search(fold(text))):
        return []
    least = format_number(min(said))
    return [reason("DIRECTIONS_CONFLICT", detail=f"the words say {least} a day and the code {times_per_day.normalize():f} a day", where=where)]


def _timing_left_out(instruction: DirectionsAsSent, words: DirectionWords) -> list[Reason]:
    """A frequency that only the code gives: paper prints the words, so a pharmacist has to know what they leave out."""
    if instruction.times_per_day is None or not instruction.texts or any(words.says_when.search(fold(text)) for text in instruction.texts):
        return []
    return [reason("TIMING_NOT_IN_WORDS", detail=f"{instruction.times_per_day.normalize():f} a day", where=instruction.where)]


def _words_conflict(texts: tuple[str, ...], words: DirectionWords, where: str) -> list[Reason]:
    """Two frequencies within one instruction, without a word that says when the one ends."""
    said = sorted({times for text in texts for times in _times_in(text, words)})
    if len(said) < 2 or any(words.changes.search(fold(text)) for text in texts):
        return []
    return [reason("DIRECTIONS_CONFLICT", detail=f"the words say {format_number(said[0])} a day and {format_number(said[1])} a day", where=where)]


def _instructions_conflict(sent: tuple[DirectionsAsSent, ...], words: DirectionWords) -> list[Reason]:
    """Two instructions that each say a whole regimen. Parts of one regimen ("in the morning", "at night") name no frequency."""
    whole = [frozenset().union(*(_times_in(text, words) for text in instruction.texts)) for instruction in sent]
    said = sorted({times for each in whole for times in each})
    if len(said) < 2 or any(len(each) > 1 for each in whole) or any(words.changes.search(fold(text)) for each in sent for text in each.texts):
        return []
    detail = f"one instruction says {format_number(said[0])} a day and another {format_number(said[1])} a day"
    return [reason("DIRECTIONS_CONFLICT", detail=detail, where=sent[0].where)]


def _route_doubts(instruction: DirectionsAsSent, vocabulary: Vocabulary) -> list[Reason]:
    if instruction.route is None:
        return []
    words = instruction.route.words
    readings = [read_text(wording, vocabulary) for wording in words]
    for reading in readings:
        if reading.has("not_topical"):
            return [reason("NOT_TOPICAL", detail=f'the route is "{reading.text}"', where=instruction.route.where)]
    if not readings or any(not reading.has("topical") for reading in readings):
        shown = words[0] if words else "a code without words"
        return [reason("ROUTE_UNCLEAR", detail=f'"{shown[:60]}"', where=instruction.route.where)]
    return []
