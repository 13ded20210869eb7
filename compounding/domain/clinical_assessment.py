"""What does a pharmacist assess of the patient before anything is weighed, and what must then be justified? (clinical rule 17)"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from compounding.domain.errors import WorkflowRefused

_ADULT_AGE = 18
_OLDEST = 130


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
    is infected, the patient is or may be pregnant or breast-feeding, is under 18, or had an earlier reaction.
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

    def __post_init__(self) -> None:
        for name, words in (("where the patient's profile was reviewed", self.profile_reviewed_where), ("the body site", self.body_site)):
            if not words.strip():
                raise WorkflowRefused("CLINICAL_ASSESSMENT_INCOMPLETE", f"the clinical assessment must say {name}")
        if not 0 <= self.age_years <= _OLDEST:
            raise WorkflowRefused("CLINICAL_ASSESSMENT_INCOMPLETE", f"the clinical assessment needs the patient's age in years, 0 to {_OLDEST}")
        if self.why.strip():
            return
        if not self.proceed:
            raise WorkflowRefused("CLINICAL_ASSESSMENT_INCOMPLETE", "a conclusion not to proceed needs its reason")
        if self.risks:
            raise WorkflowRefused("CLINICAL_ASSESSMENT_INCOMPLETE", f"to proceed needs a reason here: {'; '.join(self.risks)}")

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
        return tuple(found)
