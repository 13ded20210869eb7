"""Is every signature in a compounding record for its own duty, by a person who may give it, and at a time that follows on what precedes it?"""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from compounding.domain.errors import WorkflowRefused
from compounding.domain.hand_over_parts import Dispensing, Release, SignedCounselling
from compounding.domain.people import Duty, Signature
from compounding.domain.record_checks import drug_lines
from compounding.domain.record_parts import (
    AgreedRecalculation,
    Correction,
    Finish,
    Hold,
    PrintedLabel,
    SignedAssessment,
    Weighing,
    Witnessing,
)
from compounding.domain.second_person import check_second_person, hands, is_sha256
from compounding.domain.weighing_sheet import WeighingSheet


class Signed(Protocol):
    """What of a compounding record its signatures are held against."""

    @property
    def sole_practitioner_allowed(self) -> bool: ...
    @property
    def planners(self) -> frozenset[str]: ...
    @property
    def planned_at(self) -> datetime: ...
    @property
    def sheet(self) -> WeighingSheet: ...
    @property
    def weighed_by(self) -> frozenset[str]: ...
    @property
    def assessment(self) -> SignedAssessment | None: ...
    @property
    def assessments(self) -> tuple[SignedAssessment, ...]: ...
    @property
    def recalculation(self) -> AgreedRecalculation | None: ...
    @property
    def weighings(self) -> tuple[Weighing, ...]: ...
    @property
    def witness(self) -> Witnessing | None: ...
    @property
    def finish(self) -> Finish | None: ...
    @property
    def holds(self) -> tuple[Hold, ...]: ...
    @property
    def label(self) -> PrintedLabel | None: ...
    @property
    def corrections(self) -> tuple[Correction, ...]: ...
    @property
    def release(self) -> Release | None: ...
    @property
    def dispensing(self) -> Dispensing | None: ...
    @property
    def counsellings(self) -> tuple[SignedCounselling, ...]: ...


def check_signatures(record: Signed) -> None:
    """Whether each signature is for its own duty and by a person who may give it (clinical rules 17 and 18)."""
    signed = [
        *((each.signature, Duty.COUNSEL) for each in record.counsellings),
        *((each.signature, Duty.ASSESS_CLINICALLY) for each in record.assessments),
        *((part.signature, duty) for part, duty in (
            (record.recalculation, Duty.RECALCULATE), (record.witness, Duty.WITNESS_WEIGHING),
            (record.release, Duty.FINAL_CHECK), (record.dispensing.counselling if record.dispensing is not None else None, Duty.COUNSEL),
        ) if part is not None),
        *((hold.decision.signature, Duty.DECIDE_HOLDS) for hold in record.holds if hold.decision is not None),
        *((hold.found_by, Duty.FINAL_CHECK) for hold in record.holds if hold.found_by is not None),
        *((each.signature, Duty.FINAL_CHECK) for each in record.corrections),
    ]  # fmt: skip
    for signature, duty in signed:
        if signature.duty is not duty or not is_sha256(signature.of_sha256) or not signature.person_id.strip():
            raise WorkflowRefused("RECORD_INCOMPLETE", f'the signature for "{duty.value}" is of another duty, of nobody or of nothing')
    sole = record.sole_practitioner_allowed
    if record.recalculation is not None:
        check_second_person(record.recalculation.signature, first=record.planners, first_at=record.planned_at, sole_allowed=sole,
                            what="the recalculation")  # fmt: skip
    if record.witness is not None:
        drug = [each for each in record.weighings if each.line in drug_lines(record.sheet)]
        first = frozenset().union(*(hands(each.by, each.supervised_by) for each in drug))
        check_second_person(record.witness.signature, first=first, first_at=max(each.at for each in drug), sole_allowed=sole,
                            what="witnessing the weighing of the drug")  # fmt: skip
    checks = [hold.decision.signature for hold in record.holds if hold.decision is not None]
    if record.release is not None:
        checks.append(record.release.signature)
    for signature in checks:
        check_not_weighed_by(record, signature)


def check_not_weighed_by(record: Signed, signature: Signature) -> None:
    """Raises WorkflowRefused `SECOND_PERSON_NEEDED` and the like where the final checker, or the supervisor answering for the check, weighed anything."""
    if record.finish is None:
        raise WorkflowRefused("RECORD_INCOMPLETE", "there is nothing finished to check")
    check_second_person(signature, first=record.weighed_by, first_at=record.finish.report.at, sole_allowed=record.sole_practitioner_allowed,
                        what="the final check")  # fmt: skip


def instants(record: Signed) -> Iterator[tuple[str, datetime]]:
    """When each part of the path was done, in the order of the path."""
    yield "the plan", record.planned_at
    if record.assessment is not None:
        yield "the clinical assessment", record.assessment.signature.at
    if record.recalculation is not None:
        yield "the recalculation", record.recalculation.signature.at
    for at in sorted(each.at for each in record.weighings):
        yield "a weighing", at
    if record.witness is not None:
        yield "the witnessed weighing", record.witness.signature.at
    if record.finish is not None:
        yield "the finish", record.finish.report.at
    if record.label is not None:
        yield "the label", record.label.at
    if record.release is not None:
        yield "the release", record.release.signature.at
    if record.dispensing is not None:
        yield "the hand-out", record.dispensing.hand_out.at
