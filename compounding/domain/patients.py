"""Who the patient is, and what the record says of their allergies, as it was sent.

Nothing here is interpreted: reading an allergy entry is the screening's work, and the words of the entry stay untouched beside every reading (clinical rule 9).
"""

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """One code of a coded entry (FHIR Coding): the system's address, the code, and the words beside it."""

    system: str = ""
    code: str = ""
    display: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedText:
    """Words and codes that claim to say the same thing (FHIR CodeableConcept), and where they stood."""

    text: str = ""
    codings: tuple[Coding, ...] = ()
    where: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """Every wording given, the free text first, without repeats or blanks."""
        wordings = (self.text, *(coding.display for coding in self.codings))
        return tuple(dict.fromkeys(wording for wording in wordings if wording.strip()))


class AllergyVerification(StrEnum):
    """FHIR AllergyIntolerance.verificationStatus; NOT_GIVEN where the entry has none."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    PRESUMED = "presumed"
    REFUTED = "refuted"
    ENTERED_IN_ERROR = "entered-in-error"
    NOT_GIVEN = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllergyEntry:
    """One entry of the allergy record, in the sender's own words and codes.

    `substances` holds what a reaction names (FHIR reaction.substance); `remarks` holds notes and reaction descriptions, and of these `notes` are a person's own
    sentences and no coded reaction. `repeats` holds what the record says beside all this, mostly the same again (narrative, extensions, contained resources);
    `unread` says why a part of the entry cannot be read at all. `reacted_on` is the last day on which a dated reaction may have happened.
    `identity` is the sender's own name for the entry; `asked_by` and `asked_on` are filled only where the entry says who recorded the answer and on which day.
    """

    what: CodedText
    substances: tuple[CodedText, ...] = ()
    remarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    repeats: tuple[str, ...] = ()
    unread: str = ""
    reacted_on: date | None = None
    verification: AllergyVerification = AllergyVerification.NOT_GIVEN
    clinical_status: str = ""
    categories: tuple[str, ...] = ()
    language: str | None = None
    asked_by: str = ""
    asked_on: date | None = None
    where: str = ""
    identity: str = ""

    @property
    def in_words(self) -> str:
        """The entry as a person would read it aloud, for a screen or for paper."""
        parts = [*self.what.words]
        for substance in self.substances:
            parts.extend(substance.words)
        parts.extend(remark for remark in self.remarks if remark.strip())
        named, *more = dict.fromkeys(parts) or ("an entry without words",)
        return f"{named} ({'; '.join(more)})" if more else named


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAnswer:
    """The dated answer to "Have you ever had a rash from a cream, sunscreen, diaper cream, plaster or tape?" (clinical rule 8)."""

    had_a_rash: bool
    asked_by: str
    asked_on: date
    details: str = ""


def folded(name: str) -> str:
    """The name as it is compared: one form of each letter, no capitals, single blanks, and nothing that cannot be seen."""
    told = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    seen = "".join(each for each in told if each.isspace() or unicodedata.category(each) not in {"Cc", "Cf"})
    return " ".join(seen.split())


def folded_identifier(identifier: str) -> str:
    """The identifier as it is compared: as a name, without its blanks and hyphens."""
    return "".join(each for each in folded(identifier) if not each.isspace() and unicodedata.category(each) != "Pd" and each != "\u2212")


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientProfile:
    """The patient an order is for. Two identifiers (name and date of birth) are always present."""

    name: str
    born_on: date
    identifier: str = ""
    address: str = ""
    telephone: str = ""
    language: str | None = None

    def age_on(self, day: date) -> int:
        """Whole years of age on that day; someone born on 29 February turns a year older on 1 March in common years."""
        had_birthday = (day.month, day.day) >= (self.born_on.month, self.born_on.day)
        return day.year - self.born_on.year - (0 if had_birthday else 1)
