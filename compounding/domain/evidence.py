"""What the founding article says of calcinosis and its treatments: 31 claims, each with its exact figures, topic and citation.

Source: Scleroderma Association of B.C., "Calcinosis in Systemic Sclerosis", April 2024 (claims S01 to S31 of the claims of evidence.toml). The article gives
no strength, frequency, amount or shelf life of the preparation, so none can be taken from here: those come from the prescriber and the formula.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

CLAIM_IDS = tuple(f"S{number:02}" for number in range(1, 32))
_NUMBER = re.compile(r"\d+")


class EvidenceError(ValueError):
    """A claim, or a set of claims, that cannot be what the article says."""


class Topic(StrEnum):
    """What a claim is about, in the article's own order."""

    DISEASE = "disease"
    RISK = "risk"
    DIAGNOSIS = "diagnosis"
    GENERAL_MEASURES = "general_measures"
    TOPICAL_SODIUM_THIOSULFATE = "topical_sodium_thiosulfate"
    INJECTION = "injection"
    COLCHICINE_MINOCYCLINE = "colchicine_minocycline"
    OTHER_MEDICINES = "other_medicines"
    NEEM_OIL = "neem_oil"
    SURGERY = "surgery"
    SHOCK_WAVES = "shock_waves"
    SUMMARY = "summary"
    REFERENCES = "references"


class Scope(StrEnum):
    """Whether a claim bears on the preparation this service makes, or is there to be read only."""

    PREPARATION = "preparation"
    INFORMATION_ONLY = "information_only"


class ClaimStatus(StrEnum):
    """How far the claim was checked: READ_IN_SOURCE means that its figures were compared with the article's text."""

    READ_IN_SOURCE = "read_in_source"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing the article says. `tension` tells where a paper it cites says something else; it is empty where none is known."""

    id: str
    topic: Topic
    statement: str
    figures: tuple[str, ...]
    scope: Scope
    citation: str
    tension: str
    status: ClaimStatus

    def __post_init__(self) -> None:
        for name, text in (("statement", self.statement), ("citation", self.citation)):
            if not text.strip():
                raise EvidenceError(f"claim {self.id} has no {name}")
        if (self.topic is Topic.TOPICAL_SODIUM_THIOSULFATE) is self.is_information_only:
            raise EvidenceError(f"claim {self.id} on {self.topic} has the scope {self.scope}: only the topical preparation is not information only")
        rest = self.statement
        for figure in sorted(self.figures, key=len, reverse=True):
            if not figure.strip() or figure not in self.statement:
                raise EvidenceError(f'claim {self.id} lists the figure "{figure}", which its statement does not hold')
            rest = rest.replace(figure, " ")
        # A number outside the figures is one that nobody compares with the article: this is how an invented strength would come in.
        if invented := _NUMBER.findall(rest):
            raise EvidenceError(f"claim {self.id} states {', '.join(invented)} without listing it as a figure")

    @property
    def is_information_only(self) -> bool:
        """True where this service must only show the claim, never act on it (an injection is never computed)."""
        return self.scope is Scope.INFORMATION_ONLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All the claims of the article, in its order and none left out."""

    version: str
    claims: tuple[Claim, ...]

    def __post_init__(self) -> None:
        if not self.version.strip():
            raise EvidenceError("the evidence has no version")
        ids = tuple(claim.id for claim in self.claims)
        if ids != CLAIM_IDS:
            astray = sorted(set(ids) ^ set(CLAIM_IDS)) or "the same ids in another order or twice"
            raise EvidenceError(f"the evidence must hold {CLAIM_IDS[0]} to {CLAIM_IDS[-1]} once each and in order; missing or unknown: {astray}")

    def about(self, topic: Topic) -> tuple[Claim, ...]:
        """The claims on one topic, in the article's order."""
        return tuple(claim for claim in self.claims if claim.topic is topic)

    def claim(self, claim_id: str) -> Claim:
        """The claim of that id; a KeyError where there is none."""
        for claim in self.claims:
            if claim.id == claim_id:
                return claim
        raise KeyError(claim_id)

    @property
    def on_the_preparation(self) -> tuple[Claim, ...]:
        """The claims on the topical preparation itself."""
        return tuple(claim for claim in self.claims if not claim.is_information_only)
