"""What a pharmacist signs beside an allergy entry: an assessment of one finding, or a refutation of the whole entry (clinical rules 9 and 11).

The entry itself stays as it was recorded. What was signed holds for exactly the words that were signed for, from the day it was signed.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from compounding.domain.patients import AllergyEntry, folded
from compounding.domain.screening.statements import Effect, Finding

ANSWER_HOLDS = timedelta(days=366)
"""How long an answer about allergies is good for: it is asked again at each refill, and never later than after a year (clinical rule 10)."""

OPEN = frozenset({Effect.UNCLEAR, Effect.REVIEW})
"""The findings an assessment can settle. An allergy is no question: only a refutation or another base answers it."""


class Conclusion(StrEnum):
    """What the pharmacist concludes of a finding: it does not stand against the preparation, or it does."""

    DOES_NOT_STAND_AGAINST = "does_not_stand_against"
    STANDS_AGAINST = "stands_against"


def fingerprint(entry: AllergyEntry) -> str:
    """The sha256 of everything the record says in an entry, wherever it stands in its file: whoever signs, signs for exactly this."""
    told = (
        *((coded.text, *((each.system, each.code, each.display) for each in coded.codings)) for coded in (entry.what, *entry.substances)),
        entry.remarks, entry.verification.value, entry.clinical_status, entry.categories, entry.language, entry.asked_by, entry.asked_on,
        *((entry.repeats, entry.unread, entry.reacted_on) if entry.repeats or entry.unread or entry.reacted_on else ()),
    )  # fmt: skip
    return hashlib.sha256(repr(told).encode()).hexdigest()


def name_of(entry: AllergyEntry) -> str:
    """The name an entry goes by: the sender's own, or one made from its words where the sender gave none."""
    return entry.identity or f"entry-{fingerprint(entry)[:12]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrySigned:
    """The entry something was signed for: its name, its words and its fingerprint, all three as they were then."""

    name: str
    text: str
    sha256: str

    @classmethod
    def of(cls, entry: AllergyEntry) -> "EntrySigned":
        """How an entry is named by whoever signs beside it."""
        return cls(name=name_of(entry), text=entry.in_words, sha256=fingerprint(entry))

    def is_of(self, entry: AllergyEntry) -> bool:
        """Whether the entry still says what was signed for."""
        return self == EntrySigned.of(entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signed: name, licence number, day."""

    by: str
    licence: str
    on: date

    @property
    def in_words(self) -> str:
        """The signature as it is printed."""
        return f"{self.by} ({self.licence}), {self.on.isoformat()}"

    def problem(self, *, on: date, recorded_on: date | None, for_good: bool) -> str:
        """Why the signature does not count on that day, in words; "" where it does. `for_good` is true for what is never asked again."""
        if not self.by.strip() or not self.licence.strip():
            return "it is not signed with name and licence number"
        if self.on > on:
            return f"it is dated ahead ({self.on.isoformat()})"
        if recorded_on is not None and self.on < recorded_on:
            return f"it is older than the entry ({self.on.isoformat()})"
        if not for_good and on - self.on > ANSWER_HOLDS:
            return f"it is more than a year old ({self.on.isoformat()})"
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A pharmacist's conclusion about one finding: who was asked, what reaction was told, why, and whether the prescriber knows."""

    of: EntrySigned
    allergen: str
    matched: str
    asked: str
    reaction: str
    conclusion: Conclusion
    why: str
    prescriber_told: bool
    signed: Signature

    def names(self, finding: Finding) -> bool:
        """Whether this is the finding the assessment is about."""
        return (self.allergen, self.matched) == (finding.allergen, finding.matched)

    @property
    def in_words(self) -> str:
        """The assessment as it is printed beside the entry."""
        told = "prescriber told" if self.prescriber_told else "prescriber not told"
        meaning = "does not stand against this preparation" if self.conclusion is Conclusion.DOES_NOT_STAND_AGAINST else "stands against it"
        about, why = self.matched or self.of.text[:80], self.why.rstrip(". ")
        return f'"{about}" {meaning}: {why}. Asked {self.asked}; reaction: {self.reaction}; {told}. Signed {self.signed.in_words}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Refutation:
    """The entry is not true of this patient: by whom, when and why. It clears like an entry that its sender marked refuted; the old value stays in view."""

    of: EntrySigned
    why: str
    signed: Signature

    def applies_to(self, entry: AllergyEntry, *, on: date) -> bool:
        """Whether it clears the entry on that day."""
        return self.of.is_of(entry) and bool(self.why.strip()) and not self.signed.problem(on=on, recorded_on=entry.asked_on, for_good=True)

    @property
    def in_words(self) -> str:
        """The refutation as it is printed beside the entry."""
        return f"refuted: {self.why.rstrip('. ')}. Signed {self.signed.in_words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedForPatient:
    """Everything signed beside one patient's allergy record. It counts for nobody else."""

    patient_name: str
    born_on: date
    assessments: tuple[Assessment, ...] = ()
    refutations: tuple[Refutation, ...] = ()

    def is_for(self, name: str, birth_date: str) -> bool:
        """Whether it was signed for this patient, by name and date of birth."""
        return folded(self.patient_name) == folded(name) != "" and self.born_on.isoformat() == birth_date.strip()


def assessment_of(finding: Finding, entry: AllergyEntry, assessments: Iterable[Assessment], *, on: date) -> Assessment | None:
    """The assessment that settles a finding of this entry on that day, or None.

    An allergy is never settled, nor an entry whose words changed; and where any assessment of the finding says that it stands, none settles it.
    """
    if finding.effect not in OPEN:
        return None
    about = [each for each in assessments if each.of.is_of(entry) and each.names(finding)]
    if any(each.conclusion is not Conclusion.DOES_NOT_STAND_AGAINST for each in about):
        return None
    counting = [each for each in about if not each.signed.problem(on=on, recorded_on=entry.asked_on, for_good=False)]
    return max(counting, key=lambda each: each.signed.on, default=None)
