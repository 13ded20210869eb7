"""A patient's allergy record as it is shown: every entry untouched, and beside it what was signed for it and whether that still counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from compounding.domain.patients import ContactAnswer
from compounding.domain.screening.assessments import Assessment, Refutation
from compounding.storage.patients import AskedAgain, Recorded, Withdrawal


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Something signed beside an entry: its number, its words, and why it counts no more, where it does not."""

    part: Recorded
    words: str
    withdrawn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the record with what stands beside it."""

    part: Recorded
    words: str
    kind: str
    beside: tuple[Beside, ...] = ()


def parts_of(record: Sequence[Recorded]) -> list[Part]:
    """The record in its order. What is signed for an entry that is not there any more would stand by itself, so that nothing is hidden."""
    withdrawn = {each.told.number: f"Withdrawn: {each.told.why}. Signed {each.told.signed.in_words}" for each in record if isinstance(each.told, Withdrawal)}
    signed = [each for each in record if isinstance(each.told, Assessment | Refutation)]
    shown: set[int] = set()
    parts = []
    for each in record:
        if each.entry is not None:
            entry = each.entry
            near = [one for one in signed if isinstance(one.told, Assessment | Refutation) and one.told.of.is_of(entry)]
            shown |= {one.number for one in near}
            parts.append(Part(part=each, words=entry.in_words, kind="Entry", beside=tuple(_beside(one, withdrawn) for one in near)))
        elif isinstance(each.told, ContactAnswer):
            answer = "yes" if each.told.had_a_rash else "no"
            details = f": {each.told.details}" if each.told.details else ""
            parts.append(
                Part(part=each, words=f"{answer}{details}; asked by {each.told.asked_by} on {each.told.asked_on.isoformat()}", kind="Contact question")
            )
        elif isinstance(each.told, AskedAgain):
            parts.append(Part(part=each, words=f"nothing new; asked by {each.told.by} on {each.told.on.isoformat()}", kind="Asked again"))
    alone = [Part(part=each, words="", kind="Signed for an earlier entry", beside=(_beside(each, withdrawn),)) for each in signed if each.number not in shown]
    return [*parts, *alone]


def _beside(part: Recorded, withdrawn: dict[int, str]) -> Beside:
    if not isinstance(part.told, Assessment | Refutation):
        raise TypeError("only what was signed stands beside an entry")
    return Beside(part=part, words=part.told.in_words, withdrawn=withdrawn.get(part.number, ""))
