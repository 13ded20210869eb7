"""Directions for use: the prescriber's words, with Latin shorthand written out where it can only mean one thing (ISMP, USP <17>)."""

import re
from dataclasses import dataclass
from decimal import Decimal

from compounding.domain.numbers import format_number
from compounding.domain.order_as_sent import DirectionsAsSent
from compounding.domain.order_words import Vocabulary, fold, read_text
from compounding.domain.reasons import Reason, reason

LONGEST_DIRECTIONS = 600
"""Characters of directions; what is longer belongs on a sheet of its own, not on a jar."""

_NO_DIRECTION = re.compile(
    r"(?:use|apply|utiliser|appliquer|usar|aplicar)?\s*"
    r"(?:as directed|ut dictum|as needed|as instructed|see instructions|per md"
    r"|selon les directives|tel que prescrit|segun indicaciones|segun pauta|nach anweisung)\s*\.?"
)
_WORD = re.compile(r"[^\W_]+(?:[./][^\W_]+)*\.?")
_INSIDE_THE_BODY = re.compile(
    r"\b(?:inject\w*|infus\w*|intraven\w*|intravein\w*|intralesion\w*|intralasion\w*|intraderm\w*|intramuscul\w*"
    r"|subcutan\w*|sous-cutane\w*|swallow\w*|gargl\w*|gargar\w*|chew\w*|suck\w*|by mouth|orally|per os"
    r"|take \d+ (?:tab|cap|ml|g\b|mg)\w*|drink|instil\w*|inhal\w*"
    r"|injecter|avaler|boire|par voie orale|par la bouche|perfuser|en perfusion"
    r"|inyect\w*|tragar|beber|ingerir|por via oral|por boca|spritzen|injizieren|schlucken|einnehmen|trinken)\b"
)
_NEGATED = re.compile(r"\b(?:do not|don't|never|not to be|not|avoid|ne pas|n'|no|nicht)\s*(?:\w+\s+)?$")
# Into an eye, ear, nose or mouth. "Keep out of the eyes" and "do not get in eyes" are no such direction.
_INTO_AN_OPENING = re.compile(
    r"\b(?:in|into|inside|dans|en|in die|in das|ins)\s+(?:the |each |both |your |left |right |affected |les |la |le |los |las |el |l'"
    r"|cada |ambos |beide |linke |rechte )*"
    r"(?:eyes?|eyelids?|nose|nostrils?|ears?|ear canal|mouth|vagina|rectum|oeil|yeux|nez|bouche|ojos?|nariz|boca|augen?|nase|mund)\b"
)
_NEGATED_LOOSELY = re.compile(r"\b(?:do not|don't|never|not|avoid|ne|pas|no|nicht|nunca|jamais|without)\b[^.;!?]{0,60}$")

_UNIT = r"(?=\s*(?:%|(?:g|mg|mcg|kg|mL|ml|L|cm|mm|grams?|percent)\b))"
_PLAIN = (
    (re.compile(r"(?<![\d.,\w])\.(\d+)" + _UNIT), r"0.\1"),
    (re.compile(r"(?<![\d.,])(\d+)\.0+" + _UNIT), r"\1"),
    (re.compile(r"(?<![\d.,])(\d+\.\d*[1-9])0+" + _UNIT), r"\1"),
    (re.compile(r"(?<![\w.,])(\d[\d.,]*)(g|mg|mcg|kg|mL|L|cm|mm)\b"), r"\1 \2"),
)

# How often a day a direction says, where it says so in one of these plain ways; the longer wording stands first.
_A_DAY = r"(?:(?:a|per|each|every|in a|every single) day|daily|/ ?day)"
_THREE = rf"(?:3|three) times {_A_DAY}|(?:3|trois) fois par jour|(?:3|tres) veces al dia|(?:3 ?(?:x|mal)|dreimal) taglich|\btid\b|every 8 hours"
_FOUR = rf"(?:4|four) times {_A_DAY}|(?:4|quatre) fois par jour|(?:4|cuatro) veces al dia|(?:4 ?(?:x|mal)|viermal) taglich|\bqid\b|every 6 hours"
_TWO = (
    rf"(?:2|two) times {_A_DAY}|twice {_A_DAY}|\bbid\b|every 12 hours|(?:2|deux) fois par jour|(?:2|dos) veces al dia|(?:2 ?(?:x|mal)|zweimal) taglich"
    r"|morning and (?:in the |at )?(?:evening|night|bedtime)|matin et (?:le )?soir|manana y (?:por la )?noche|morgens und abends"
)
_HALF = r"every (?:other|second|2nd) day|un jour sur deux|tous les deux jours|cada dos dias|en dias alternos|jeden zweiten tag|alle zwei tage"
_ONE = rf"(?:once|(?:1|one) time) {_A_DAY}|(?:une|1) fois par jour|(?:una|1) vez al dia|(?:einmal|1 ?(?:x|mal)) taglich|every 24 hours"
_WEEKLY = r"(?:once|one time) (?:a|per|each|every) week|once weekly|une fois par semaine|una vez (?:a la|por) semana|einmal (?:pro woche|wochentlich)"
_TIMES = (
    (_FOUR, Decimal(4)),
    (_THREE, Decimal(3)),
    (_TWO, Decimal(2)),
    (_ONE, Decimal(1)),
    (_HALF, Decimal("0.5")),
    (_WEEKLY, Decimal("0.1429")),
)
# Directions that change with time name several frequencies on purpose.
_CHANGES = re.compile(
    r"\b(?:then|after|afterwards|week|weeks|days|until|increase|decrease|puis|ensuite|apres|semaines?|jours|luego|despues|semanas?|dias|dann|danach|wochen?|tage)\b"
)
# Any word of time at all: where none of these stands, the words leave the frequency to the code.
_SAYS_WHEN = re.compile(
    r"\b(?:times?|daily|nightly|hourly|weekly|every|each|per|once|twice|thrice|days?|nights?|mornings?|noon|evenings?|bed ?time|hours?|weeks?|needed"
    r"|a\.?m|p\.?m|[bqt]\.?i\.?d|prn|qhs|qam|qpm|fois|jours?|matins?|midi|soirs?|soirees?|coucher|nuits?|heures?|semaines?|besoin"
    r"|vez|veces|dias?|diari\w+|mananas?|mediodia|tardes?|noches?|acostarse|horas?|semanas?|necesari\w+"
    r"|taglich|tags?|tage|morgens?|mittags?|abends?|nachts?|stunden?|wochen?|wochentlich|mal|bedarf)\b"
)
# Words of whole sentences in capitals that are abbreviations only where the rest is not in capitals.
_ORDINARY_IN_CAPITALS = frozenset({"AS", "AD", "AU", "OU"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionsReading:
    """What is printed, and what stands in the way."""

    text: str
    reasons: tuple[Reason, ...]


def read_directions(sent: tuple[DirectionsAsSent, ...], vocabulary: Vocabulary, *, latest_where: str) -> DirectionsReading:
    """The directions as they will be printed, with every doubt as a reason."""
    reasons: list[Reason] = []
    texts: list[str] = []
    for instruction in sent:
        for text in instruction.texts:
            cleaned = " ".join(text.split())
            if cleaned and cleaned not in texts:
                texts.append(cleaned)
                reasons.extend(_timing_conflict(cleaned, instruction.times_per_day, instruction.where))
        reasons.extend(_timing_left_out(instruction))
        reasons.extend(_words_conflict(instruction.texts, instruction.where))
        reasons.extend(_route_doubts(instruction, vocabulary))
    reasons.extend(_instructions_conflict(sent))
    whole = " ".join(text if text.endswith((".", "!", "?")) else text + "." for text in texts)
    where = sent[0].where if sent else latest_where
    if not whole or _NO_DIRECTION.fullmatch(fold(whole)):
        return DirectionsReading(text="", reasons=(*reasons, reason("DIRECTIONS_MISSING", where=where)))
    if len(whole) > LONGEST_DIRECTIONS:
        reasons.append(reason("TEXT_TOO_LONG", detail=f"directions of {len(whole)} characters, at most {LONGEST_DIRECTIONS}", where=where))
        return DirectionsReading(text="", reasons=tuple(reasons))
    folded = fold(whole)
    for found in _INSIDE_THE_BODY.finditer(folded):
        if not _NEGATED.search(folded[: found.start()]):
            reasons.append(reason("NOT_TOPICAL", detail=f'the directions say "{found.group()}"', where=where))
            break
    into = next((found for found in _INTO_AN_OPENING.finditer(folded) if not _NEGATED_LOOSELY.search(folded[: found.start()])), None)
    if into is not None:
        reasons.append(reason("NOT_TOPICAL", detail=f'the directions say "{into.group()}"', where=where))
    printed, shorthand = _write_out(whole, vocabulary)
    reasons.extend(shorthand(where))
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
    exact = vocabulary.sig_refused_exact - _ORDINARY_IN_CAPITALS if is_in_capitals else vocabulary.sig_refused_exact

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


def _times_in(text: str) -> set[Decimal]:
    """Every frequency the words say plainly."""
    folded = fold(text)
    return {times for pattern, times in _TIMES if re.search(pattern, folded)}


def _timing_conflict(text: str, times_per_day: Decimal | None, where: str) -> list[Reason]:
    said = _times_in(text)
    if times_per_day is None or not said or times_per_day in said or (len(said) > 1 and _CHANGES.search(fold(text))):
        return []
    words = format_number(min(said))
    return [reason("DIRECTIONS_CONFLICT", detail=f"the words say {words} a day and the code {times_per_day.normalize():f} a day", where=where)]


def _timing_left_out(instruction: DirectionsAsSent) -> list[Reason]:
    """A frequency that only the code gives: paper prints the words, so a pharmacist has to know what they leave out."""
    if instruction.times_per_day is None or not instruction.texts or any(_SAYS_WHEN.search(fold(text)) for text in instruction.texts):
        return []
    return [reason("TIMING_NOT_IN_WORDS", detail=f"{instruction.times_per_day.normalize():f} a day", where=instruction.where)]


def _words_conflict(texts: tuple[str, ...], where: str) -> list[Reason]:
    """Two frequencies within one instruction, without a word that says when the one ends."""
    said = sorted({times for text in texts for times in _times_in(text)})
    if len(said) < 2 or any(_CHANGES.search(fold(text)) for text in texts):
        return []
    return [reason("DIRECTIONS_CONFLICT", detail=f"the words say {format_number(said[0])} a day and {format_number(said[1])} a day", where=where)]


def _instructions_conflict(sent: tuple[DirectionsAsSent, ...]) -> list[Reason]:
    """Two instructions that each say a whole regimen. Parts of one regimen ("in the morning", "at night") name no frequency."""
    whole = [frozenset().union(*(_times_in(text) for text in instruction.texts)) for instruction in sent]
    said = sorted({times for each in whole for times in each})
    if len(said) < 2 or any(len(each) > 1 for each in whole) or any(_CHANGES.search(fold(text)) for each in sent for text in each.texts):
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
