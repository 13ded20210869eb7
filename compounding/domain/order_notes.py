"""What the notes of an order say against the order itself: another base, another strength.

A note is free text to a person and is not read for what to make. But "please use zinc oxide" beside an order in petrolatum must not pass unseen.
"""

from compounding.domain.base_wish import IS_ZINC, ZINC_KINDS, BaseWish
from compounding.domain.medication import MedicationReading
from compounding.domain.numbers import plain_number
from compounding.domain.order_words import LONGEST_TEXT, NoteWords, TextReading, Vocabulary, fold, read_text
from compounding.domain.reasons import Reason, reason
from compounding.domain.strengths import share


def read_notes(notes: tuple[str, ...], medication: MedicationReading, vocabulary: Vocabulary, *, decimal_comma: bool, where: str) -> tuple[Reason, ...]:
    """A reason for every note that names another base or another strength than the order, or denies the base it names."""
    found: list[Reason] = []
    for note in notes:
        reading = read_text(note[:LONGEST_TEXT], vocabulary, decimal_comma=decimal_comma)
        place = f"{where}.note"
        if not vocabulary.notes.not_of_a_base.search(fold(note)) and _base_disagrees(reading, medication.base, vocabulary.notes):
            found.append(reason("BASE_UNCLEAR", detail=f'a note says "{note[:120]}"', where=place))
        shares = share(reading.pieces)
        stated = [*shares.by_kind.get("drug", []), *shares.undecided]
        if medication.percent is not None and any(percent != medication.percent for percent in stated):
            other = next(percent for percent in stated if percent != medication.percent)
            found.append(reason("STRENGTH_CONFLICT", detail=f"{plain_number(medication.percent)} %, and {plain_number(other)} % in a note", where=place))
    return tuple(found)


def _base_disagrees(reading: TextReading, base: BaseWish, words: NoteWords) -> bool:
    if base in {BaseWish.NONE, BaseWish.CHOICE}:
        return False
    ordered = "zinc" if base in IS_ZINC else "petrolatum"
    is_negated = bool(words.negations & set(reading.unread))
    named = {"petrolatum"} if reading.has("petrolatum") else set()
    if reading.has(*ZINC_KINDS, "zinc_other"):
        named.add("zinc")
    if reading.has("no_zinc") and ordered == "zinc":
        return True
    return any((family == ordered) is is_negated for family in named)
