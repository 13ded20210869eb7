"""Whether everything that was signed for a patient fits the record as it stands now: what does not fit holds, and is never passed over in silence."""

from compounding.domain.reasons import Reason, reason
from compounding.domain.screening.assessments import OPEN, Assessment, Refutation, SignedForPatient
from compounding.domain.screening.screen import ReadEntry, Screening

_WHERE = "assessments"


def check_signed(signed: SignedForPatient | None, screening: Screening, *, is_theirs: bool) -> tuple[Reason, ...]:
    """The reasons against what was signed. `is_theirs` says whether it was signed for this order's patient."""
    if signed is None:
        return ()
    if not is_theirs:
        born = signed.born_on.isoformat()
        return (reason("ASSESSMENT_NOT_MATCHED", detail=f"they were signed for {signed.patient_name[:60]}, born {born}, not for this patient", where=_WHERE),)
    found: list[Reason] = []
    for refutation in signed.refutations:
        found.extend(_refutation(refutation, screening))
    for assessment in signed.assessments:
        found.extend(_assessment(assessment, screening))
    found.extend(_disagreeing(signed.assessments))
    return tuple(dict.fromkeys(found))


def _fitting(signed: Assessment | Refutation, screening: Screening) -> tuple[list[ReadEntry], list[Reason]]:
    """The entries that still say what was signed for, or the reason why there is none."""
    fitting = [read for read in screening.entries if signed.of.is_of(read.entry)]
    if fitting:
        return fitting, []
    of = signed.of
    alike = any(read.entry.identity and read.entry.identity == of.name for read in screening.entries)
    what = "the entry has changed since it was signed" if alike else "the record has no such entry"
    return [], [reason("ASSESSMENT_NOT_MATCHED", detail=f'{what}: "{of.text[:80]}" ({of.name[:60]})', where=_WHERE)]


def _refutation(refutation: Refutation, screening: Screening) -> list[Reason]:
    fitting, problems = _fitting(refutation, screening)
    if fitting and not refutation.why.strip():
        problems.append(reason("ASSESSMENT_OUT_OF_DATE", detail=f'the refutation of "{refutation.of.text[:80]}" does not say why', where=_WHERE))
    for read in fitting:
        problem = refutation.signed.problem(on=screening.on, recorded_on=read.entry.asked_on, for_good=True)
        if problem:
            problems.append(reason("ASSESSMENT_OUT_OF_DATE", detail=f'the refutation of "{refutation.of.text[:80]}": {problem}', where=_WHERE))
    return problems


def _assessment(assessment: Assessment, screening: Screening) -> list[Reason]:
    fitting, problems = _fitting(assessment, screening)
    for read in fitting:
        about = [finding for finding in read.reading.findings if assessment.names(finding)]
        words = f'"{assessment.matched[:80]}" as {assessment.allergen[:40]} in "{assessment.of.text[:80]}"'
        if not about:
            problems.append(reason("ASSESSMENT_NOT_MATCHED", detail=f"the entry is not read as {words}", where=_WHERE))
        elif not any(finding.effect in OPEN for finding in about):
            effect = about[0].effect.value
            problems.append(reason("ASSESSMENT_NOT_ALLOWED", detail=f"{words} is read as {effect}, which is nothing to assess", where=_WHERE))
        problem = assessment.signed.problem(on=screening.on, recorded_on=read.entry.asked_on, for_good=False)
        if problem:
            problems.append(reason("ASSESSMENT_OUT_OF_DATE", detail=f"the assessment of {words}: {problem}", where=_WHERE))
    return problems


def _disagreeing(assessments: tuple[Assessment, ...]) -> list[Reason]:
    """Two assessments of one finding that conclude differently: nobody can say which one counts."""
    found = []
    for place, one in enumerate(assessments):
        for other in assessments[:place]:
            if (one.of, one.allergen, one.matched) == (other.of, other.allergen, other.matched) and one.conclusion is not other.conclusion:
                detail = f'"{one.matched or one.of.text[:80]}" was assessed in two ways, by {other.signed.in_words} and by {one.signed.in_words}'
                found.append(reason("ASSESSMENT_CONFLICT", detail=detail, where=_WHERE))
    return found
