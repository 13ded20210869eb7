"""What must have been thought through before a formula may be approved: level, hazards, protection, and when it is thought through again (clinical rule 19)."""

from dataclasses import dataclass
from datetime import date

from compounding.domain.errors import LevigateError
from compounding.domain.record_texts import has_words

LEVELS = ("A", "B", "C")
"""NAPRA's levels of requirements for non-sterile compounding, the simplest first."""
LONGEST_PART = 1000
PAPER = "paper:"
"""How the link to the safety data begins where they are kept on paper: "paper: binder 3, sheet 12"."""

_PARTS = {
    "level_reasons": "reasons for the level",
    "hazards": "hazards",
    "safety_data_link": "link to the safety data",
    "protective_equipment": "protective equipment",
    "ventilation": "ventilation",
    "cross_contact": "cross-contact",
    "reviewed_by": "reviewer",
}
_DAYS = {"safety_data_on": "date of the safety data", "reviewed_on": "date of the review", "next_review_on": "date of the next review"}
_WEB = ("https://", "http://")


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAssessment:
    """A designated person's risk assessment of one formula (clinical rule 19); each part in words, at most 1,000 characters.

    `safety_data_link` is a web address, or names a document on paper. The next review is due within 12 calendar months, and its own day still counts.
    Raises LevigateError `RISK_ASSESSMENT_INCOMPLETE`, `RISK_ASSESSMENT_LEVEL` or `RISK_ASSESSMENT_DATES`.
    """

    napra_level: str
    level_reasons: str
    hazards: str
    safety_data_link: str
    safety_data_on: date
    protective_equipment: str
    ventilation: str
    cross_contact: str
    reviewed_by: str
    reviewed_on: date
    next_review_on: date

    def __post_init__(self) -> None:
        if self.napra_level not in LEVELS:
            raise LevigateError("RISK_ASSESSMENT_LEVEL", f'the risk assessment names the NAPRA level "{self.napra_level[:40]}", which is none of A, B and C')
        for part, name in _PARTS.items():
            value = getattr(self, part)
            if not has_words(value):
                raise LevigateError("RISK_ASSESSMENT_INCOMPLETE", f"the risk assessment lacks its {name}")
            if len(value) > LONGEST_PART:
                raise LevigateError("RISK_ASSESSMENT_INCOMPLETE", f"the risk assessment's {name} must be told in {LONGEST_PART:,} characters at most")
        if not _is_a_source(self.safety_data_link):
            wanted = f'must begin with https:// or http://, or name a "{PAPER}" document'
            raise LevigateError("RISK_ASSESSMENT_INCOMPLETE", f"the risk assessment's link to the safety data {wanted}")
        self._check_days()

    def _check_days(self) -> None:
        for part, name in _DAYS.items():
            # A moment in time is a date to the language, but it cannot be compared with one.
            if type(getattr(self, part)) is not date:
                raise LevigateError("RISK_ASSESSMENT_DATES", f"the risk assessment lacks its {name}")
        if self.safety_data_on > self.reviewed_on:
            raise LevigateError("RISK_ASSESSMENT_DATES", "the risk assessment's safety data are dated after its review")
        if self.next_review_on <= self.reviewed_on:
            raise LevigateError("RISK_ASSESSMENT_DATES", "the risk assessment's next review must come after its review")
        reviewed, following = self.reviewed_on, self.next_review_on
        # Compared part by part, so that the year after 29 February ends with the last day of that month.
        if (following.year, following.month, following.day) > (reviewed.year + 1, reviewed.month, reviewed.day):
            raise LevigateError("RISK_ASSESSMENT_DATES", "the risk assessment's next review must come within 12 months of its review")

    def is_overdue(self, on: date) -> bool:
        """Whether the next review should have been done before that day."""
        return self.next_review_on < on


def _is_a_source(link: str) -> bool:
    lowered = link.lower()
    if lowered.startswith(PAPER):
        return has_words(lowered.removeprefix(PAPER))
    rest = next((lowered.removeprefix(start) for start in _WEB if lowered.startswith(start)), "")
    return has_words(rest.partition("/")[0]) and all(character.isprintable() and not character.isspace() for character in rest)
