"""What the reading of one allergy statement can say, and the words that decided it."""

from dataclasses import dataclass
from enum import StrEnum


class ZincReading(StrEnum):
    """The answer for zinc. `NOT_ASKED` belongs to a whole order only, never to a statement."""

    ZINC = "zinc"
    NOT_ZINC = "not_zinc"
    UNCLEAR = "unclear"
    NOT_ASKED = "not_asked"


class Effect(StrEnum):
    """What a finding does to a preparation that holds the allergen.

    ALLERGY blocks without override; UNCLEAR and REVIEW hold until a pharmacist's signed assessment;
    INFORMATION explains and lets go on; CLEARED records why a named allergen does not count (denied, refuted, tolerated).
    """

    ALLERGY = "allergy"
    UNCLEAR = "unclear"
    REVIEW = "review"
    INFORMATION = "information"
    CLEARED = "cleared"


class NoneKnown(StrEnum):
    """How far a "no known allergies" goes. NKDA speaks of drugs only (clinical rule 8)."""

    ALL = "all"
    DRUGS = "drugs"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a statement says of one allergen.

    `allergen` is an id of the lexicon ("zinc", "petrolatum", "thiosulfate", "unrecognised" ...), `text` the statement untouched,
    `matched` the words of it that decided, `why` one sentence for a person, `source` where the entry stands (a FHIRPath or a field's name).
    """

    allergen: str
    effect: Effect
    text: str
    matched: str
    why: str
    source: str = ""

    @property
    def told(self) -> dict[str, str]:
        """The finding as other programs get it (contracts of `prepare` and `screen`)."""
        return {
            "allergen": self.allergen, "effect": self.effect.value, "text": self.text, "matched": self.matched, "why": self.why, "source": self.source,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementReading:
    """The reading of one statement: never without a reason, so `findings` is never empty."""

    zinc: ZincReading
    findings: tuple[Finding, ...]
    none_known: NoneKnown | None = None

    def __post_init__(self) -> None:
        if not self.findings:
            raise ValueError("a reading without a reason")
        if self.zinc is ZincReading.NOT_ASKED:
            raise ValueError("a statement was made, so somebody asked")
