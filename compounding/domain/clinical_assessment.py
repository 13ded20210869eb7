"""What does a pharmacist assess of the patient before anything is weighed, and what must then be justified? (clinical rule 17)"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from compounding.domain.errors import WorkflowRefused
from compounding.domain.record_texts import has_words

_ADULT_AGE = 18
_OLDEST = 130
_INFANT_AGE = 2
_HEAVIEST_G = 700_000
REVIEW_HOLDS = timedelta(days=30)
"""How long a review of the profile, an infant's weight and the assessment itself may lie back: patients change (clinical rule 17)."""


class LesionState(StrEnum):
    """The skin where the preparation goes."""

    INTACT = "intact"
    OPEN = "open"
    INFECTED = "infected"


class Pregnancy(StrEnum):
    """The answer about pregnancy and breast-feeding. What nobody knows counts as a yes."""

    NO = "no"
    PREGNANT = "pregnant"
    BREAST_FEEDING = "breast-feeding"
    NOT_KNOWN = "not known"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer to a yes-or-no question; a yes says in words what."""

    yes: bool
    words: str = ""

    def __post_init__(self) -> None:
        if self.yes and not self.words.strip():
            raise WorkflowRefused("CLINICAL_ASSESSMENT_INCOMPLETE", "an answer of yes in the clinical assessment must say what was told")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicalAssessment:
    """The answers and the conclusion; an incomplete one cannot exist.

    `profile_reviewed_where` names the record that was read (PharmaNet, the pharmacy's own); `why` is the pharmacist's reason. Raises WorkflowRefused
    `CLINICAL_ASSESSMENT_INCOMPLETE` for a missing answer, for a conclusion against it without a reason, and for going ahead without a reason where the lesion
    is infected, the patient is or may be pregnant or breast-feeding, is under 18, had an earlier reaction, or breathes oxygen or smokes at home. An infant
    (under 2 years) is weighed: `weight_g` in grams, on the day `weighed_on`.
    """

    profile_reviewed_on: date
    profile_reviewed_where: str
    age_years: int
    pregnancy_or_breast_feeding: Pregnancy
    lesion: LesionState
    body_site: str
    oxygen_or_smoking: Told
    other_wound_products: Told
    earlier_reaction: Told
    prescriber_contacted: bool
    proceed: bool
    concerns: str = ""
    why: str = ""
    weight_g: Decimal | None = None
    weighed_on: date | None = None

    def __post_init__(self) -> None:
        for name, words in (("where the patient's profile was reviewed", self.profile_reviewed_where), ("the body site", self.body_site)):
            if not words.strip():
                raise WorkflowRefused("CLINICAL_ASSESSMENT_INCOMPLETE", f"the clinical assessment must say {name}")
        if not 0 <= self.age_years <= _OLDEST:
            raise WorkflowRefused("CLINICAL_ASSESSMENT_INCOMPLETE", f"the clinical assessment needs the patient's age in years, 0 to {_OLDEST}")
        self._check_weight()
        if has_words(self.why):
            return
        if not self.proceed:
            raise WorkflowRefused("CLINICAL_ASSESSMENT_INCOMPLETE", "a conclusion not to proceed needs its reason")
        if self.risks:
            raise WorkflowRefused("CLINICAL_ASSESSMENT_INCOMPLETE", f"to proceed needs a reason here: {'; '.join(self.risks)}")

    def _check_weight(self) -> None:
        if (self.weight_g is None) != (self.weighed_on is None):
            raise WorkflowRefused("CLINICAL_ASSESSMENT_INCOMPLETE", "a weight in the clinical assessment needs the day it was taken, and the day a weight")
        if self.weight_g is not None and not (self.weight_g.is_finite() and 0 < self.weight_g <= _HEAVIEST_G):
            raise WorkflowRefused("CLINICAL_ASSESSMENT_INCOMPLETE", "the patient's weight must be a number of grams that a person can have")
        if self.age_years < _INFANT_AGE and self.weight_g is None:
            raise WorkflowRefused("CLINICAL_ASSESSMENT_INCOMPLETE", "an infant's clinical assessment needs the weight, and the day it was taken")

    @property
    def risks(self) -> tuple[str, ...]:
        """What needs a reason before anything is prepared, in words."""
        found = []
        if self.lesion is LesionState.INFECTED:
            found.append("the lesion is infected")
        if self.pregnancy_or_breast_feeding not in {Pregnancy.NO, Pregnancy.NOT_APPLICABLE}:
            found.append(f"pregnancy or breast-feeding: {self.pregnancy_or_breast_feeding.value}")
        if self.age_years < _ADULT_AGE:
            found.append(f"the patient is {self.age_years} years old")
        if self.earlier_reaction.yes:
            found.append("the patient had an earlier reaction")
        if self.oxygen_or_smoking.yes:
            found.append("oxygen at home, or smoking: petrolatum feeds a fire")
        return tuple(found)


def age_on(born_on: date, on: date) -> int:
    """Full years of age on a day; a person born on 29 February is a year older on 1 March of a common year."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def check_known(assessment: ClinicalAssessment, *, born_on: date, on: date) -> None:
    """Whether the answers fit what is known on the day `on` of the pharmacy's calendar.

    Raises WorkflowRefused `AGE_DIFFERS` for another age than the patient's, `PROFILE_NOT_REVIEWED` for a review of the profile that is more than 30 days old
    or still to come, `WEIGHT_NOT_RECENT` for such a weight.
    """
    if assessment.age_years != age_on(born_on, on):
        raise WorkflowRefused("AGE_DIFFERS", "the age in the clinical assessment is not that of the patient's date of birth; ask which of them is right")
    if not on - REVIEW_HOLDS <= assessment.profile_reviewed_on <= on:
        raise WorkflowRefused("PROFILE_NOT_REVIEWED", f"review the patient's profile first: the review counts for {REVIEW_HOLDS.days} days")
    if assessment.weighed_on is not None and not max(born_on, on - REVIEW_HOLDS) <= assessment.weighed_on <= on:
        raise WorkflowRefused("WEIGHT_NOT_RECENT", f"weigh the patient: a weight counts for {REVIEW_HOLDS.days} days")


def check_still_counts(*, signed_on: date, on: date) -> None:
    """Raises WorkflowRefused `ASSESSMENT_OUT_OF_DATE` for a clinical assessment that is more than 30 days old."""
    if on - signed_on > REVIEW_HOLDS:
        raise WorkflowRefused("ASSESSMENT_OUT_OF_DATE", f"the clinical assessment is of {signed_on.isoformat()}; a pharmacist must assess the patient again")
